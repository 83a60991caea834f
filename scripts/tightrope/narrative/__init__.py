"""narrative: sentences out of measured numbers."""
