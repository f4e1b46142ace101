"""Text -> terms, as the index cuts it: highlights and checked claims must see the same words as the search."""

from rag.index.embedded.analyzer import analyze, terms_of

__all__ = ["analyze", "terms_of"]
