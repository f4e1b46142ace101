"""What is asked -> records: ranked, counted by facet, related, drawn by meaning."""
