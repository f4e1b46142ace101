"""A conversation as a file that a reader keeps."""
