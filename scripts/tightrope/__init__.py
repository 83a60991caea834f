"""Tightrope turns an article about relations between states into an evidence report."""
