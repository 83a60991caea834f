"""claims: claim records, checks, readings, verdicts. Knows no matplotlib."""
