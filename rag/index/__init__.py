"""The ports of the index and the adapter that keeps it in a folder."""
