"""evidence: reads data/: tables, schemas, as-of cut, provenance. Knows no claim, no chart."""
