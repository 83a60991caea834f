"""publish: papermill engine, nbconvert HTML and PDF exporters. Knows nothing of states or claims."""
