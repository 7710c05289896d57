"""Is anything lost when the power fails? Kill a process at random moments, then check everything.

A child process does what users do (add, update, remove, describe, rebuild, sync) and writes a line
to a journal once the library has confirmed a step. It is killed with kill -9; the library is opened
again, and every confirmed step must be there, whole and once. Vectors are made from hashes
(`hash_vectors.py`), because this tests storage.
"""

import json
import logging
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.forks import event, process
from benchmarks.hash_vectors import HashedEmbeddings
from benchmarks.machine import described
from ingest import source_files
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Passage

_LARGE_KILLS = 15
_PATIENCE = 120  # seconds until a worker has opened the library
_TENTH = 10  # of the untouched sources, one in so many is searched for
_WORDS = "tea rice clove harbour treaty envoy strait summit island market census ferry".split()


@dataclass
class Verdict:
    """What went wrong, what was done, and how long reopening took (seconds)."""

    wrong: list[str] = field(default_factory=list)
    reopened: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    rebuilt: int = 0


def crash(
    kills: Annotated[int, typer.Option(help="How often to kill it.")] = 200,
    passages: Annotated[int, typer.Option(help="Passages in the library.")] = 2000,
    large: Annotated[
        int, typer.Option(help="Passages in a second, larger library; 0 for none.")
    ] = 20000,
    seed: Annotated[int, typer.Option(help="Seed of all random choices.")] = 1,
) -> None:
    """Kill a process at random moments; nothing that it confirmed may be lost."""
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    broken = False
    for times, size in ((kills, passages), (_LARGE_KILLS, large)):
        if not times or not size:
            continue
        with tempfile.TemporaryDirectory() as place:
            verdict = run(Path(place), times, size, seed)
        slowest = sorted(verdict.reopened)
        out.print(
            f"{times} kills at {size:,} passages: "
            + ", ".join(f"{n} {what}" for what, n in sorted(verdict.done.items()))
            + f" done and told; the index was made again {verdict.rebuilt} times"
        )
        out.print(
            f"reopening to the first answer: median {slowest[len(slowest) // 2]:.1f} s, "
            f"slowest {slowest[-1]:.1f} s"
        )
        for what in verdict.wrong[:20]:
            out.print(what)
        counts = Counter(what.split(":")[0] for what in verdict.wrong)
        kinds = ("lost", "doubled", "orphaned", "half", "not found")
        out.print(", ".join(f"{counts[kind]} {kind}" for kind in kinds))
        broken = broken or bool(verdict.wrong)
    out.print("broken" if broken else "held")
    raise typer.Exit(int(broken))


def run(place: Path, kills: int, passages: int, seed: int) -> Verdict:
    """Fill a library below a folder, kill its user again and again; what was found."""
    logging.getLogger("vectorstore").setLevel(logging.ERROR)  # rebuilding is expected here
    folder, data, journal = place / "sources", place / "data", place / "journal"
    folder.mkdir()
    chance = random.Random(seed)
    for number in range(max(passages // 20, 1)):
        (folder / f"base-{number}.md").write_text(_text(chance, 20))
    with Library(data, HashedEmbeddings()) as library:
        sync(library, folder)
    verdict = Verdict()
    for number in track(range(kills), f"{kills} kills", console=Console(stderr=True)):
        before = _state(data)
        journal.write_text("")
        _work_and_be_killed(place, chance, seed * 100_000 + number)
        told = [json.loads(line) for line in journal.read_text().splitlines()]
        verdict.done.update(one["did"] for one in told)
        _look(data, folder, before, told, verdict)
    return verdict


def _work_and_be_killed(place: Path, chance: random.Random, seed: int) -> None:
    ready = event()
    child = process(target=_work, args=[place, seed, ready])
    child.start()
    try:
        end = time.monotonic() + _PATIENCE
        while not ready.wait(0.5):
            if child.exitcode is not None or time.monotonic() > end:
                raise AssertionError("the worker did not begin")
        time.sleep(chance.uniform(0.0, 1.5))
    finally:
        child.kill()
        child.join()
        child.close()


def _state(data: Path) -> dict[str, str]:
    """The text of each source, by path."""
    with Library(data, HashedEmbeddings()) as library:
        return {s.path: library.catalog.text(s.id) for s in library.catalog.sources()}


def _look(
    data: Path, folder: Path, before: dict[str, str], told: list[dict[str, Any]], verdict: Verdict
) -> None:
    """Open the library and compare it with what was told."""
    began = time.perf_counter()
    with Library(data, HashedEmbeddings()) as library:
        library.search("tea")
        verdict.reopened.append(time.perf_counter() - began)
        verdict.rebuilt += any("made again" in notice for notice in library.notices)
        expected = dict(before)
        for one in told:
            if one["text"] is None:
                expected.pop(one["path"], None)
            else:
                expected[one["path"]] = one["text"]
        sources = library.catalog.sources()
        texts = {source.path: library.catalog.text(source.id) for source in sources}
        under_way = told[-1]["next"] if told else None  # may be done or not, but not half
        for path, text in expected.items():
            if path not in (under_way, *_unsure(told)) and texts.get(path) != text:
                verdict.wrong.append(f"lost: {path}")
        if len(texts) != len(sources):
            verdict.wrong.append("doubled: two sources of one file")
        verdict.wrong += _inside(library, changed={one["path"] for one in told})
        sync(library, folder)
        held = {source.path for source in library.catalog.sources()}
        files = {path.name for path in folder.glob("*.md")}
        verdict.wrong += [f"lost: {name} after sync" for name in files - held]
        verdict.wrong += [f"orphaned: {name} has no file" for name in held - files]
        verdict.wrong += _inside(library, changed=set())


def _unsure(told: list[dict[str, Any]]) -> list[str]:
    """Return the files that may have changed if no step was confirmed yet."""
    return [] if told else ["extra.md", "base-0.md", "base-1.md", "base-2.md"]


def _inside(library: Library, changed: set[str]) -> Iterator[str]:
    """Yield what is wrong: passages that are half there, doubled, without a vector or not found."""
    index = library.vector_index
    total = library.database.count("passage")
    if index.count() != total:
        yield f"orphaned: {index.count()} vectors of {total} passages"
    if library.database.count("word") != total:
        yield "half: words are missing"
    query = "SELECT count(*) AS n FROM vector WHERE hash NOT IN (SELECT hash FROM passage)"
    if library.database.rows(query)[0]["n"] and not library.database.get("spare_vectors"):
        yield "orphaned: vectors of no passage"
    for number, source in enumerate(library.catalog.sources()):
        passages = library.passages.of_source(source.id)
        text = library.catalog.text(source.id)
        if len(passages) != source.passages or len({p.id for p in passages}) != len(passages):
            yield f"half: {source.path} has {len(passages)} of {source.passages} passages"
        if any(text[p.start : p.end] != p.text for p in passages):
            yield f"half: {source.path} has passages of another text"
        looked_at = passages if source.path in changed else passages[:1]
        search_too = source.path in changed or number % _TENTH == 0
        yield from _found(library, source.path, looked_at, search_too=search_too)


def _found(
    library: Library, path: str, passages: list[Passage], *, search_too: bool
) -> Iterator[str]:
    """Yield the passages that have no vector in the index or do not find themselves."""
    index = library.vector_index
    for passage, made in zip(passages, library.vectors(passages), strict=True):
        if not index.holds([passage.id], made.passage[None]):
            yield f"not found: {passage.id} of {path} has no vector"
    if search_too:
        hits = library.search(passages[0].text, 5)
        if not any(passages[0].id in (hit.passage.id, *hit.copies) for hit in hits):
            yield f"not found: {passages[0].id} of {path} does not find itself"


def _text(chance: random.Random, paragraphs: int) -> str:
    """Return random paragraphs, each long enough to be a passage."""
    return "\n\n".join(
        f"# {chance.randrange(10**9)}\n\n"
        + " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(20, 60)))
        + f" {chance.randrange(10**9)}."
        for _ in range(paragraphs)
    )


def _work(place: Path, seed: int, ready: Event) -> None:
    """Use the library until killed; write every confirmed step to the journal."""
    chance = random.Random(seed)
    folder = place / "sources"
    journal = os.open(place / "journal", os.O_WRONLY | os.O_APPEND)
    with Library(place / "data", HashedEmbeddings(), "a worker") as library:
        library.search("tea")
        ready.set()
        for did, path, text, following in _deeds(library, folder, chance):
            line = {"did": did, "path": path, "text": text, "next": following}
            os.write(journal, json.dumps(line).encode() + b"\n")


def _deeds(
    library: Library, folder: Path, chance: random.Random
) -> Iterator[tuple[str, str, str | None, str]]:
    """Yield each step: what was done, the file it changed, its text now, and the next file."""
    kinds = ["add", "update", "sync", "describe", "remove", "rebuild"]
    first = True
    names = ["extra.md", "base-0.md", "base-1.md", "base-2.md"]
    path = chance.choice(names)
    while True:
        did = "sync" if first else chance.choice(kinds)
        first = False
        following = chance.choice(names)
        file = folder / path
        known = next((s for s in library.catalog.sources() if s.path == path), None)
        text = library.catalog.text(known.id) if known else None
        if did == "remove" and known:
            source_files.remove(library, folder, known.id)
            text = None
        elif did == "describe" and known:
            source_files.edit(library, folder, known.id, {"author": str(chance.random())})
        elif did == "rebuild":
            library.vector_index.rebuild(
                library.passages.all_vectors(library.embeddings.fingerprint)
            )
        elif did == "add" and not file.exists():
            text = _text(chance, chance.randrange(1, 60))
            source_files.add(library, folder, path, text.encode())
        else:
            did = "update"
            text = _text(chance, chance.randrange(1, 60))
            draft = folder / ".draft"  # as an editor saves: a kill leaves no half of a file
            draft.write_text(text)
            draft.replace(file)
            sync(library, folder)
        yield did, path, text, following
        path = following
