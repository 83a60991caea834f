"""Hold a report that came from somewhere against its own manifest, against this checkout, and against a new run."""
