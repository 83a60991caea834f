"""Authoring: a new article's folder, candidates for its claims, and what measures offer. Runs no code of an article."""
