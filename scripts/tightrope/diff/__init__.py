"""What changed from one report to another: verdicts and why, numbers by name, claims and sources."""
