"""Fresher evidence: fetch a producer's figures, hold them against the stored tables, and swap whole releases."""
