"""measures: numbers out of evidence. Pure functions."""
