"""The settings -> what a host puts on every page: logo, colour, footer, links, and where the box may be embedded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError
from rag.settings import Settings

# Ending of a logo's file -> its media type.
IMAGES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}

# The ground of the pages, in light.
PAPER = "#f7f6f2"

READABLE = 4.5  # contrast that text needs at least (WCAG 2.2, success criterion 1.4.3)

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a host puts on every page."""

    logo: Path | None = None
    accent: str = ""
    footer: str = ""
    links: tuple[tuple[str, str], ...] = ()  # imprint, privacy and rights, by the setting's name, with their addresses
    institution_first: bool = False
    embed: tuple[str, ...] = ()  # sites whose pages may show the box

    @classmethod
    def of(cls, settings: Settings) -> Appearance:
        """Check what is set; SettingsError where an image is not there, or a colour cannot be read."""
        if settings.logo and not (settings.logo.is_file() and settings.logo.suffix.lower() in IMAGES):
            raise SettingsError(f"RAG_LOGO: {settings.logo} is no file of an image; give one of {', '.join(IMAGES)}")
        if settings.accent:
            _check_colour(settings.accent)
        named = {"imprint": settings.imprint, "privacy": settings.privacy, "rights": settings.rights_url}
        links = tuple((name, address) for name, address in named.items() if address)
        return cls(settings.logo, settings.accent, settings.footer, links, settings.institution_first, settings.embed)

    def style(self) -> str:
        """The style sheet of the colour; in the dark it is lightened."""
        colour = self.accent
        return f":root {{ --lamp: light-dark({colour}, color-mix(in oklab, {colour} 40%, white)); }}\n"


PLAIN = Appearance()  # as the program comes


def _check_colour(colour: str) -> None:
    if not _COLOUR.fullmatch(colour):
        raise SettingsError(f"RAG_ACCENT: {colour!r} is no colour; write six hexadecimal digits, as #1b5e4a")
    lighter, darker = sorted((_luminance(PAPER) + 0.05, _luminance(colour) + 0.05), reverse=True)
    if lighter / darker < READABLE:
        message = (
            f"RAG_ACCENT: {colour} is hard to read on the pages ({lighter / darker:.1f} to 1); "
            f"choose a darker one, with {READABLE} to 1 on {PAPER}"
        )
        raise SettingsError(message)


def _luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004 - as defined
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
