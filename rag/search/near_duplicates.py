"""Two records -> whether one is a near copy of the other: the same words, but for a few, and so the same meaning."""

from rag.language.tokens import words
from rag.record import Record

COPY = 0.985  # cosine from which on two records may be near copies; what they say decides
_SHARED = 0.90  # of the words of both, those that both hold (Jaccard); another date in a short title is less


def are_copies(one: Record, other: Record, cosine: float) -> bool:
    """Whether two records, whose vectors have this cosine, say the same in nearly the same words."""
    if cosine < COPY:
        return False
    here, there = (set(words(record.text)) for record in (one, other))
    return len(here & there) >= _SHARED * len(here | there)
