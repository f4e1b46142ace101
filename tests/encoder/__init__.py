"""`make encoder`: the packaged model's graph, exported anew and held against sentence-transformers."""
