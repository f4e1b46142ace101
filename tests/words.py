"""What the pages say, as the code says it: `python -m tests.words` brings every catalogue up to date.

python -m tests.words         what is new in the code is added to each language, untranslated; what is gone is removed
python -m tests.words fr      begins French
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from rag.answer.catalogue import plural, singular
from rag.language.document_types import TYPES
from rag.language.foreign.lexicon import languages
from rag.language.tables import table
from web.translation import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "web" / "locale"

_METHODS = [("rag/**.py", "python"), ("web/**.py", "python"), ("web/templates/**.html", "jinja2")]
_JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_KEYWORDS = {"_": None, "gettext": None, "worded": None, "ngettext": (1, 2), "counted": (1, 2)}


def extracted() -> Catalog:
    """Every message of the code and the templates, with the files that have it."""
    found = Catalog(fuzzy=False)
    options = {pattern: _JINJA for pattern, method in _METHODS if method == "jinja2"}
    for name, _, message, comments, context in extract_from_dir(ROOT, _METHODS, options, _KEYWORDS):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for code in languages():
        if isinstance(languages()[code], dict) and "name" in languages()[code]:
            found.add(languages()[code]["name"], locations=[("rag/language/foreign/languages.toml", 0)])
    for name in TYPES:
        where = [("rag/language/english/document_types.toml", 0)]
        found.add(name, locations=where, context=TYPE)
        found.add((f"%(num)s {singular(name).lower()}", f"%(num)s {plural(name).lower()}"), locations=where)
    for said in _texts(table("small_talk")):
        found.add(
            tuple(said.split("|")) if "|" in said else said, locations=[("rag/language/english/small_talk.toml", 0)]
        )
    return found


def _texts(said: Mapping[str, object]) -> Iterator[str]:
    """What a table has the program say."""
    for name, each in said.items():
        if isinstance(each, dict) and name != "aspects":  # words of questions
            yield from _texts(each)
        elif isinstance(each, str):
            yield each


def written(path: Path) -> Catalog:
    """A catalogue as a translator left it."""
    with path.open("rb") as opened:
        return read_po(opened, path.parent.parent.name)


def catalogues() -> Iterator[Path]:
    """The file of each language."""
    return LOCALES.glob("*/LC_MESSAGES/messages.po")


def update(path: Path) -> None:
    """Bring a catalogue up to date."""
    begun = Catalog(path.parent.parent.name, project="Reading Room", version="", header_comment="", fuzzy=False)
    catalogue = written(path) if path.exists() else begun
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as opened:
        write_po(opened, catalogue, width=120, ignore_obsolete=True, include_lineno=False, sort_by_file=True)


if __name__ == "__main__":
    for begun in sys.argv[1:]:
        update(LOCALES / begun / "LC_MESSAGES" / "messages.po")
    for kept in catalogues():
        update(kept)
