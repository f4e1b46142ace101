"""The installation -> checks of its packages, sources, models and generation, each with a cure.

What is examined is imported where it is examined: a broken package spoils what needs it, and nothing else.
"""

import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from rag.errors import GenerationError, ModelError, RagError, WritingError, printable
from rag.settings import Settings

_PYTHON = (3, 11)


class State(Enum):
    """The result of a check."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One check."""

    state: State
    what: str  # the finding, in a few words
    cure: str = ""  # how to fix it; empty where nothing is wrong

    @property
    def failed(self) -> bool:
        """Whether the program cannot work."""
        return self.state is State.FAIL

    def line(self) -> str:
        """The check for people."""
        return f"{self.state.value:4}  {self.what}" + (f"; {self.cure}" if self.cure else "")


def examine(settings: Settings) -> list[HealthCheck]:
    """Run all checks; no finding raises an error."""
    return [
        *_installed(),
        *_surely("packages", _packages),
        *_sources(settings),
        *_surely("address", partial(_address, settings.site)),
        *_surely("model", partial(_model, settings)),
        *_surely("collection", partial(_generation, settings)),
        *_surely("saved vectors", partial(_embedded, settings)),
        *_surely("language model", partial(_writer, settings)),
    ]


def _surely(what: str, examined: Callable[[], Iterable[HealthCheck]]) -> Iterator[HealthCheck]:
    """The findings, and whatever kept them from being complete."""
    try:
        yield from examined()
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a library's panic is no Exception
        cure = "mend what is named above, or install Reading Room again"
        yield HealthCheck(State.FAIL, f"{what}: cannot be examined ({_said(error)})", cure)


def _said(error: BaseException) -> str:
    return printable(f"{type(error).__name__}: {error}")[:200]


def _installed() -> Iterator[HealthCheck]:
    if platform.system() == "Windows":
        cure = "if a build fails while a server runs, stop the server and build again"
        yield HealthCheck(State.WARN, "Windows: simulated in tests, never tried", cure)
    else:
        yield HealthCheck(State.OK, f"{platform.system()} {platform.machine()}")
    python = platform.python_version()
    if sys.version_info < _PYTHON:
        yield HealthCheck(State.FAIL, f"Python {python}", "install Python 3.11 or newer")
    else:
        yield HealthCheck(State.OK, f"Python {python}")


def _packages() -> Iterator[HealthCheck]:
    from rag.cli.packages import packages

    others = 0
    for package in packages():
        fault, cure = package.fault()
        if fault:
            yield HealthCheck(State.FAIL, fault, cure)
        elif package.is_shown:
            yield HealthCheck(State.OK, f"{package.name} {package.version}")
        else:
            others += 1
    yield HealthCheck(State.OK, f"{others} other packages, as declared")


def _sources(settings: Settings) -> Iterator[HealthCheck]:
    if settings.seeds.exists():
        yield HealthCheck(State.OK, f"seeds {settings.seeds}")
    else:
        yield HealthCheck(
            State.WARN, f"seeds {settings.seeds} is missing", "set RAG_SEEDS, or name sources to `rag build`"
        )


def _address(site: str) -> Iterator[HealthCheck]:
    from rag.cite.work import is_public

    if is_public(site):
        yield HealthCheck(State.OK, f"address {site}")
        return
    found = f"RAG_SITE {site} is a local address" if site else "RAG_SITE is not set"
    cure = "set it to the address by which others reach this site; until then citations name no address of its own"
    yield HealthCheck(State.WARN, found, cure)


def _model(settings: Settings) -> Iterator[HealthCheck]:
    from rag.embeddings import PACKAGED, check_packaged

    if settings.model != PACKAGED:
        yield HealthCheck(State.OK, f"model {settings.model}, run by sentence-transformers, checked when it is loaded")
        return
    try:
        weights = check_packaged()
    except ModelError as error:
        yield HealthCheck(State.FAIL, str(error))
        return
    yield HealthCheck(State.OK, f"model {PACKAGED}, weights {weights[:12]}")
    from rag.embeddings.onnx_backend import GraphEmbedder
    from rag.embeddings.tuned import adopted, check_tuned

    try:
        tuned = adopted(settings.vectors)
        if tuned is not None:
            yield HealthCheck(State.OK, f"model {tuned.name}, adopted by `rag tune`, weights {check_tuned(tuned)[:12]}")
    except ModelError as error:
        yield HealthCheck(State.FAIL, str(error))
        return
    try:
        GraphEmbedder(tuned=tuned).embed_questions(["Who met whom?"])
    except ModelError as error:
        yield HealthCheck(State.WARN, "encoder: sentence-transformers, which starts slowly", str(error))
    else:
        yield HealthCheck(State.OK, "encoder: the model's graph, run by onnxruntime")


def _generation(settings: Settings) -> Iterator[HealthCheck]:
    from rag.embeddings import PACKAGED
    from rag.embeddings.tuned import tuned_of
    from rag.index.open import open_index

    try:
        index = open_index(settings)
        yield HealthCheck(State.OK, index.engine)
    except RagError as error:
        yield HealthCheck(State.FAIL, str(error))
        return
    try:
        name = index.published()
        if name is None:
            yield HealthCheck(State.FAIL, f"{index.location} has no generation", "run `rag build`")
            return
        records, identity = index.verify(name), index.identity(name)
    except GenerationError as error:
        yield HealthCheck(State.FAIL, str(error))
        try:
            yield HealthCheck(State.WARN, f"generation {index.reader().generation} is in use instead")
        except GenerationError:
            return
        return
    yield HealthCheck(State.OK, f"generation {name}: {records} records, all files unchanged")
    tuned = tuned_of(settings.vectors, identity.weights) if settings.model == PACKAGED else None
    if tuned is not None and tuned.name != Path(_wanted(settings)).name:
        yield HealthCheck(State.WARN, f"it was built by {identity.model}, which is undone", "run `rag build`")
    elif tuned is None and identity.model == settings.model and _wanted(settings) != settings.model:
        yield HealthCheck(
            State.WARN, f"it was built before {Path(_wanted(settings)).name} was adopted", "run `rag build`"
        )
    elif tuned is None and identity.model != settings.model:
        cure = f"run `rag build`, or set RAG_MODEL to {identity.model}"
        yield HealthCheck(State.FAIL, f"it was built by {identity.model}, but RAG_MODEL is {settings.model}", cure)
    for source in identity.sources:
        yield _source(source)


def _wanted(settings: Settings) -> str:
    """The model that the next build embeds with; that of the settings where what was adopted is lost."""
    from rag.embeddings.tuned import model_of

    try:
        return model_of(settings.model, settings.vectors)
    except ModelError:
        return settings.model


def _embedded(settings: Settings) -> Iterator[HealthCheck]:
    """Only builds use this file, so that no fault in it is a failure."""
    from rag.embeddings.cache import FILE, damage

    file = settings.vectors / FILE
    try:
        if not file.exists():
            return
        fault = damage(file)
    except BlockingIOError:
        cure = "run `rag build`; if a build is running, check again when it has ended"
        yield HealthCheck(State.WARN, f"{file}: a build did not finish writing it", cure)
        return
    except OSError as error:
        yield HealthCheck(State.WARN, f"{file}: {error.strerror}", "make it readable")
        return
    if fault:
        cure = "run `rag build`; if it is still damaged, delete it, and the next build embeds every text again"
        yield HealthCheck(State.WARN, f"{file}: damaged ({fault})", cure)
    else:
        yield HealthCheck(State.OK, f"{file}: saved vectors are undamaged")


def _writer(settings: Settings) -> Iterator[HealthCheck]:
    from rag.llm.client import Endpoint

    endpoint = Endpoint.of(settings)
    if endpoint is None:
        yield HealthCheck(State.OK, "no language model is set; answers are only in the curators' words")
        return
    try:
        models = endpoint.models()
    except WritingError as error:
        yield HealthCheck(State.WARN, str(error), "start it, correct RAG_LLM_URL or RAG_LLM_KEY, or unset them")
        return
    if models and endpoint.model not in models:
        cure = f"set RAG_LLM_MODEL to one of {', '.join(models[:5])}"
        yield HealthCheck(State.WARN, f"language model {endpoint.model} is not among the server's", cure)
    else:
        yield HealthCheck(State.OK, f"language model {endpoint.model} can be reached")


def _source(source: str) -> HealthCheck:
    if Path(source).exists():
        return HealthCheck(State.OK, f"source {source}")
    return HealthCheck(
        State.WARN, f"source {source} is missing", "restore it, or name the others with `rag build --only`"
    )
