"""The packages that this one declares -> whether each is there, of a version that fits, and whole."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from rag.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a reader of the report wants to know the version of.
_SHOWN = (
    "sentence-transformers",
    "torch",
    "onnxruntime",
    "tokenizers",
    "faiss-cpu",
    "tantivy",
    "fastapi",
    "jinja2",
    "uvicorn",
    "numpy",
)


@dataclass(frozen=True, slots=True)
class Package:
    """One package."""

    name: str
    declared: Requirement  # what is to be installed: "tantivy>=0.27"
    modules: Sequence[str]  # names by which it is imported
    version: str  # the one installed; empty where none is

    @property
    def is_shown(self) -> bool:
        """Whether it is one of those that do the work."""
        return self.name in _SHOWN

    def fault(self) -> tuple[str, str]:
        """What is wrong with it, and the cure; both empty where nothing is."""
        wanted = f"'{self.declared.name}{self.declared.specifier}'"
        if not self.version:
            return f"{self.name} is not installed", f"pip install {wanted}"
        if not self.declared.specifier.contains(self.version, prereleases=True):
            return f"{self.name} {self.version} is not {self.declared.specifier}", f"pip install {wanted}"
        try:
            for module in self.modules:
                importlib.import_module(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a broken package raises, and a panic is no Exception
            said = printable(f"{type(error).__name__}: {error}")[:200]
            cure = f"pip install --force-reinstall {wanted}"
            return f"{self.name} {self.version} cannot be imported ({said})", cure
        return "", ""


def packages() -> Iterator[Package]:
    """Those that are declared."""
    modules: dict[str, list[str]] = {}
    for module, names in packages_distributions().items():
        for name in names if module.isidentifier() and not module.startswith("_") else ():
            modules.setdefault(_normal(name), []).append(module)
    for text in requires("reading-room") or ():
        declared = Requirement(text)
        if declared.marker is None or declared.marker.evaluate({"extra": ""}):
            name = declared.name
            found = modules.get(_normal(name), [])
            yield Package(name, declared, [name] if name in found else found, _version(name))


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
