"""The environment and one TOML file -> Settings, read once and passed on."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from rag.errors import SettingsError

_PREFIX = "RAG_"
_FILE = ".rag.toml"
_LOG_LEVELS = frozenset({"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"})
_LAST_PORT = 65535
_SHA256 = re.compile("[0-9a-f]{64}")
_NAME = re.compile("[a-z0-9][a-z0-9_-]*")


class Secret:
    """A text that no message, log or dump shows unless it calls `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"Secret({'***' if self else ''})"

    def reveal(self) -> str:
        """The text."""
        return self._text


NO_SECRET = Secret()


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Each is `RAG_<NAME>` in the environment, or its name in the file; the environment wins."""

    seeds: Path  # the first source, until a build names others
    vectors: Path  # the folder of generations
    # "all-MiniLM-L6-v2" for the packaged weights, or the path or name of any sentence-transformers model.
    model: str = "all-MiniLM-L6-v2"
    model_query: str = ""  # what such a model wants before a question, as "query: "; empty for what its own folder says
    model_document: str = ""  # what it wants before the text of a record, as "passage: "
    host: str = "127.0.0.1"  # address that `rag serve` listens on
    port: int = 8000  # its port; 0 for any free one
    keep: int = 2  # number of generations to keep, the published one included; at least 1
    log: str = "INFO"  # level of log lines
    log_format: str = "text"  # "text" for people, "json" for programs: an object a line, and a line for each request
    site: str = ""  # public address of the web pages, for citations; empty to take it from each request
    mcp: bool = False  # whether `rag serve` also speaks the Model Context Protocol, at /mcp
    # Base address of an OpenAI-compatible server, as http://127.0.0.1:8080/v1; empty for no language model.
    llm_url: str = ""
    llm_model: str = ""  # the model's name there
    llm_key: Secret = NO_SECRET  # the server's key; only the environment may set it
    title: str = ""  # name of the collection; empty to take it from its saved pages
    institution: str = ""  # who keeps it; pages and citations name it
    rights: str = ""  # terms of use
    institution_first: bool = False  # whether pages name the institution before the collection
    # An image for the head of each page, as SVG, PNG, JPEG or WebP; None for the program's own sign.
    logo: Path | None = None
    accent: str = ""  # colour of links and buttons, as #1b5e4a; empty for the program's own
    footer: str = ""  # a line for the foot of each page
    imprint: str = ""  # address of the host's imprint
    privacy: str = ""  # address of what it says on privacy
    rights_url: str = ""  # address of the terms of use
    # Sites whose pages may show the box of /embed, as https://example.org; without any, there is none.
    embed: tuple[str, ...] = ()
    language: str = "en"  # language of the pages for readers whose browser asks for none that they have
    # Files of names that follow the package's own (`rag.names.authority` describes them).
    authorities: tuple[Path, ...] = ()
    # Where the collection is kept: milvus://HOST:PORT/COLLECTION or FILE.db; empty for the folder `vectors`.
    index: str = ""
    index_token: Secret = NO_SECRET  # user:password, or a key, for that server; only the environment may set it
    workers: int = 1  # processes that serve
    hosts: tuple[str, ...] = ()  # names of the site beside those of `site` and of this machine; "*" for any
    origins: tuple[str, ...] = ()  # sites whose pages may read answers, as https://example.org
    proxies: tuple[str, ...] = ()  # addresses of web servers in front, whose word for a client's address is taken
    rate: int = 0  # requests a minute of each client; 0 for no limit
    keys: tuple[str, ...] = ()  # SHA-256, in hexadecimal, of the keys that lift the limit
    metrics_port: int = 0  # port of /metrics; 0 to have it among the pages
    # Settings files of further collections, each served below /c/NAME/ by the name of its file.
    collections: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        for name, port in (("RAG_PORT", self.port), ("RAG_METRICS_PORT", self.metrics_port)):
            if not 0 <= port <= _LAST_PORT:
                raise SettingsError(f"{name}: {port} is not a port; give 0 to {_LAST_PORT}")
        if self.keep < 1:
            raise SettingsError(f"RAG_KEEP: {self.keep} would keep no generation; give 1 or more")
        if self.workers < 1:
            raise SettingsError(f"RAG_WORKERS: {self.workers} would serve nothing; give 1 or more")
        if not all(map(_SHA256.fullmatch, self.keys)):
            message = "RAG_KEYS: not a SHA-256; give the digest of each key, of 64 hexadecimal digits, never the key"
            raise SettingsError(message)
        if self.log not in _LOG_LEVELS:
            message = f"RAG_LOG: {self.log!r} is not a log level; give one of {', '.join(sorted(_LOG_LEVELS))}"
            raise SettingsError(message)
        if self.log_format not in {"text", "json"}:
            raise SettingsError(f"RAG_LOG_FORMAT: {self.log_format!r} is no format of log lines; give text or json")
        if (self.model_query or self.model_document) and self.model == "all-MiniLM-L6-v2":
            raise SettingsError(f"RAG_MODEL_QUERY and RAG_MODEL_DOCUMENT: {self.model} takes no prompt; unset them")
        self._check_addresses()
        self._check_llm()

    def _check_addresses(self) -> None:
        for name in ("imprint", "privacy", "rights_url"):
            if (address := getattr(self, name)) and not _is_web(address):
                message = f"{_setting(name)}: {address!r} is no address of a page; write it as https://example.org/page"
                raise SettingsError(message)
        for origin in self.embed:
            if not _is_web(origin) or urlsplit(origin).path or "*" in origin:
                message = f"RAG_EMBED: {origin!r} is no site; write its address without a path, as https://example.org"
                raise SettingsError(message)

    def _check_llm(self) -> None:
        if bool(self.llm_url) is not bool(self.llm_model):
            raise SettingsError("RAG_LLM_URL and RAG_LLM_MODEL: one is set and the other is not; set both, or neither")
        try:
            address = urlsplit(self.llm_url)
            usable = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
        except ValueError:
            usable = False
        # The message does not quote the address, because it may contain a password.
        if self.llm_url and not (usable and "@" not in address.netloc and not address.query and not address.fragment):
            message = "RAG_LLM_URL: not a plain address; write it as http://127.0.0.1:8080/v1, the key in RAG_LLM_KEY"
            raise SettingsError(message)

    @classmethod
    def load(cls, environ: Mapping[str, str], file: Path | None = None) -> Settings:
        """Read `environ` and a file: `file`, else RAG_CONFIG, else ./.rag.toml if it exists."""
        ours = {name: value for name, value in environ.items() if name.startswith(_PREFIX)}
        config = file or (Path(ours["RAG_CONFIG"]) if "RAG_CONFIG" in ours else None)
        if config is None and Path(_FILE).is_file():
            config = Path(_FILE)
        written = {} if config is None else _read(config)

        unknown = [
            *sorted(ours.keys() - set(SETTING_NAMES)),
            *sorted(f"{config}: {key}" for key in written.keys() - _KEYS),
        ]
        if unknown:
            raise SettingsError(f"unknown settings: {', '.join(unknown)}; known are {', '.join(SETTING_NAMES)}")

        for name in written.keys() & {"llm_key", "index_token"}:
            message = f"{config}: {name}: a file must not contain a key; set {_setting(name)} in the environment"
            raise SettingsError(message)

        # A relative path in a file is relative to that file, one in the environment to the current folder.
        folder = Path() if config is None else config.parent
        values = {name: _typed(f"{config}: {name}", name, value, folder) for name, value in written.items()}
        values |= {
            name: _typed(_setting(name), name, ours[_setting(name)], Path()) for name in _KEYS if _setting(name) in ours
        }
        return cls(**{"seeds": example_seeds(), "vectors": _beside("vectors"), **values})  # type: ignore[arg-type]  # each was typed by name

    def all_collections(self) -> Iterator[tuple[str, Settings]]:
        """Every collection that is served: this one, which has no name, and those of the files with theirs."""
        yield "", self
        seen = {self.vectors.resolve()}
        for file in self.collections:
            shared = {name: getattr(self, name) for name in ("site", "model", "llm_url", "llm_model", "llm_key")}
            other = replace(Settings.load({}, file), **shared)
            name = file.stem
            if not _NAME.fullmatch(name):
                message = f"RAG_COLLECTIONS: {file}: its name stands in addresses; use small letters, digits, - and _"
                raise SettingsError(message)
            if other.vectors.resolve() in seen:
                message = f"{file}: vectors: {other.vectors} is another collection's; name a folder of its own"
                raise SettingsError(message)
            seen.add(other.vectors.resolve())
            yield name, other


def _is_web(address: str) -> bool:
    """Whether a text is an address of the web that can stand in a page and in a header."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s;,'\"<>]", address)


def _setting(key: str) -> str:
    """The environment variable of a field."""
    return f"{_PREFIX}{key.upper()}"


_KEYS = frozenset(field.name for field in fields(Settings))
_TYPES = {field.name: field.type for field in fields(Settings)}
# Every environment variable that this program reads.
SETTING_NAMES = tuple(sorted([*map(_setting, _KEYS), "RAG_CONFIG"]))


def _read(config: Path) -> dict[str, object]:
    """Parse the file."""
    try:
        with config.open("rb") as opened:
            return tomllib.load(opened)
    except OSError as error:
        raise SettingsError(f"{config}: cannot be read ({error.strerror}); correct RAG_CONFIG or unset it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{config}: is not TOML ({error}); write lines such as: port = 8000") from error


_Value: TypeAlias = Path | tuple[Path, ...] | tuple[str, ...] | str | int | bool | Secret


def _typed(place: str, key: str, value: object, folder: Path) -> _Value:  # noqa: PLR0911 - one for each type
    """Convert a value to the field's type."""
    match _TYPES[key], value:
        case "Path" | "Path | None", str() if value:
            return folder / Path(value).expanduser()
        case "tuple[Path, ...]", str() | list() if (paths := _texts(value, os.pathsep)) is not None:
            return tuple(folder / Path(path).expanduser() for path in paths)
        case "tuple[str, ...]", str() | list() if (texts := _texts(value, ",")) is not None:
            return texts
        case "str", str() if value:
            return value
        case "Secret", str():
            return Secret(value)
        case "bool", bool():
            return value
        case "bool", ("0" | "1") as digit:
            return digit == "1"
        case "int", int() if not isinstance(value, bool):
            return value
        case "int", str() if value.strip().isdecimal():
            return int(value)
    wanted = {"int": "a number", "bool": "1 or 0 (in a file, true or false)"}.get(str(_TYPES[key]), "a text")
    raise SettingsError(f"{place}: {value!r} is not {wanted}; correct or unset it")


def _texts(value: str | list[object], separator: str) -> tuple[str, ...] | None:
    """The texts of a list; None where one is empty or something else."""
    listed = value.split(separator) if isinstance(value, str) else value
    texts = tuple(each.strip() for each in listed if isinstance(each, str))
    return texts if len(texts) == len(listed) and all(texts) else None


def _beside(folder: str) -> Path:
    """The project's folder of this name: beside the package in a checkout, else in the current folder."""
    project = Path(__file__).resolve().parent.parent
    return (project if (project / "pyproject.toml").is_file() else Path()) / folder


def example_seeds() -> Path:
    """The project's seeds; without any, those of the installed package."""
    seeds, carried = _beside("seeds"), Path(__file__).with_name("seeds")
    return carried if carried.is_dir() and not seeds.exists() else seeds
