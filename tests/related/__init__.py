"""Editors' cross-references -> the weights by which related records are ranked: `make related ARCHIVES="FILE ..."`."""
