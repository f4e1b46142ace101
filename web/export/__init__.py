"""A conversation -> a file to keep."""
