"""Work -> RIS, which Zotero, EndNote and Mendeley read."""

from collections.abc import Sequence

from rag.cite.work import Issued, Work


def write(works: Sequence[Work]) -> str:
    """One reference for each work."""
    import rispy  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; only when needed

    # Zotero reads an archival location from AV, a tag that rispy does not know.
    tags = {**rispy.TAG_KEY_MAPPING, "AV": "location_archives"}

    class Writer(rispy.RisWriter):  # type: ignore[misc] # rispy carries no types
        def set_header(self, count: int) -> str:
            """Write none: some readers of RIS do not skip the count that rispy writes here."""
            del count
            return ""

    references = [{name: value for name, value in _fields(work).items() if value} for work in works]
    written: str = rispy.dumps(references, mapping=tags, implementation=Writer)
    return written.removeprefix("\n")


def _fields(work: Work) -> dict[str, object]:
    return {
        "type_of_reference": "MANSCPT",
        "id": work.id,
        "title": work.title,
        "type_of_work": work.genre,
        "year": f"{work.issued.days[0][0]:04}" if work.issued and work.issued.days else "",
        "date": _date(work.issued),
        "name_of_database": work.archive or work.collection,
        "location_archives": work.location,
        "database_provider": work.collection,
        "publisher": work.institution,
        "urls": [work.url] if work.url else [],
        "figure": next(iter(work.images), ""),
        "access_date": work.accessed.strftime("%Y/%m/%d") if work.accessed else "",
        "abstract": work.summary,
        "keywords": work.subjects,
        "language": ", ".join(work.languages),
        "notes": [work.note],
    }


def _date(issued: Issued | None) -> str:
    """YYYY/MM/DD/text; a part that is not known is empty, and the text is there where the numbers are not exact."""
    if issued is None:
        return ""
    single = len(issued.days) == 1
    year, month, day = (*(f"{part:02}" for part in issued.days[0]), "", "")[:3] if single else ("", "", "")
    return "/".join((year, month, day, "" if single and not issued.circa else issued.text))
