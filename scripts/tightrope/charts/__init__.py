"""charts: one function a chart; takes tables, gives a chart with title, source line, alt text."""
