"""What a client prefers, by the headers with which it says so (RFC 9110, 12.4.2)."""


def preferences(header: str) -> list[str]:
    """The values of an Accept header, in lower case, the best first; none of a quality that is 0 or no number."""
    listed = []
    for place, part in enumerate(header[:1000].split(",")):
        value, _, parameters = part.strip().lower().partition(";")
        said = [each.strip().removeprefix("q=") for each in parameters.split(";") if each.strip().startswith("q=")]
        quality = _share(said[0]) if said else 1.0
        if value.strip() and quality:
            listed.append((-quality, place, value.strip()))
    return [value for _, _, value in sorted(listed)]


def _share(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdecimal() and text.isascii() else 0.0
