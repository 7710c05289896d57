"""How do time, memory and disk grow from a thousand to a million passages?

Up to the size of the corpus the passages are real. Beyond it, each joins halves of two real ones,
and its vector is the mean of theirs: such passages have the length and the words of real ones, but
tell nothing about quality.
"""

import multiprocessing
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.machine import described, keep, percentiles
from benchmarks.retrieval import open_library, read_lines
from ingest.splitter import VERSION
from vectorstore.encoders.embeddings import PassageVectors, SentenceEmbeddings
from vectorstore.library import Library, passage_id
from vectorstore.ranking import CANDIDATES, Query
from vectorstore.records import Document, Metadata, Passage, Source
from vectorstore.storage.database import text_hash, utc_now

SIZES = (1_000, 13_732, 100_000, 1_000_000)
_PER_SOURCE = 1000  # passages
_QUESTIONS = 200
_FEWER = 40  # of them for FTS5 alone, which takes seconds for each at the end


def scale(
    folder: Annotated[Path, typer.Argument(help="A data set whose passages are used.")],
    size: Annotated[list[int] | None, typer.Option(help="Passages; may be repeated.")] = None,
    split: Annotated[str, typer.Option(help="The NAME of queries_NAME.jsonl.")] = "devclean",
    libraries: Annotated[
        Path | None,
        typer.Option("--keep", help="Keep the libraries here, and measure those that are there."),
    ] = None,
) -> None:
    """Measure the time of a search, memory and disk, beside Chroma alone and FTS5 alone."""
    console = Console(width=max(120, Console().width))
    console.print(described())
    corpus = folder / "corpus.jsonl.gz"
    questions = [line["text"] for line in read_lines(folder / f"queries_{split}.jsonl")]
    asked = random.Random(1).sample(questions, _QUESTIONS)
    open_library(corpus, list(read_lines(corpus))).close()
    rows = []
    for passages in size or SIZES:
        with tempfile.TemporaryDirectory() as temporary:
            place = libraries / str(passages) if libraries else Path(temporary)
            if not (place / "library").exists():
                place.mkdir(parents=True, exist_ok=True)
                _alone(_build, corpus, passages, place)
            rows.append(_alone(_measure, place, asked))
        console.print(_table(rows[-1:]))
    console.print(_table(rows))
    keep("scale", {"questions": _QUESTIONS, "sizes": rows})


def _alone(work: Callable[..., Any], *given: Any) -> Any:
    """Run `work` in a separate process, so that its memory is measured alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def _build(corpus: Path, size: int, place: Path) -> None:
    """Build a library and an FTS5 table of so many passages in a folder."""
    with open_library(corpus, list(read_lines(corpus))) as real:
        held = [p for s in real.catalog.sources() for p in real.passages.of_source(s.id)]
        vectors = real.vectors(held)
    made = islice(_passages(held, vectors, size), size)
    words = sqlite3.connect(place / "fts5.sqlite")
    words.execute("CREATE VIRTUAL TABLE word USING fts5 (terms, tokenize = 'unicode61')")
    with Library(place / "library", SentenceEmbeddings()) as library:
        batches = range(0, size, _PER_SOURCE)
        for first in track(batches, f"Building {size:,} passages", disable=size < 50_000):
            some = list(islice(made, _PER_SOURCE))
            source_id = f"source-{first}"
            keyed = {text_hash("", text): embedded for text, embedded in some}
            library.passages.put_vectors(keyed, library.embeddings.fingerprint)
            library.put_all([_source(source_id, [text for text, _ in some])])
            words.executemany(
                "INSERT INTO word VALUES (?)",
                [
                    (row["terms"],)
                    for row in library.database.rows(
                        "SELECT terms FROM word JOIN passage USING (number) WHERE source_id = ?",
                        [source_id],
                    )
                ],
            )
    words.commit()
    words.close()


def _passages(
    held: Sequence[Passage], vectors: Sequence[PassageVectors], size: int
) -> Iterator[tuple[str, PassageVectors]]:
    """Yield texts with their vectors: the real ones, then `size` made ones."""
    seen: set[str] = set()
    for passage, embedded in zip(held, vectors, strict=True):
        if passage.text not in seen:
            seen.add(passage.text)
            yield passage.text, embedded
    chance = random.Random(2)
    for number in range(size):
        one, other = chance.randrange(len(held)), chance.randrange(len(held))
        a, b = held[one].text.split(), held[other].text.split()
        text = " ".join([*a[: len(a) // 2 + 1], *b[len(b) // 2 :], f"§{number}"])
        mean = vectors[one].passage + vectors[other].passage
        sentences = np.concatenate([vectors[one].sentences[:2], vectors[other].sentences[-2:]])
        yield text, PassageVectors(mean / np.linalg.norm(mean), sentences)


def _source(source_id: str, texts: list[str]) -> tuple[Source, Document, list[Passage]]:
    passages, place = [], 0
    for ordinal, text in enumerate(texts):
        identity = passage_id(source_id, VERSION, ordinal, text)
        end = place + len(text)
        passages.append(Passage(identity, source_id, text, place, end, None, None, ""))
        place = end + 2
    document = Document("\n\n".join(texts), "text", Metadata(title=source_id))
    source = Source(
        id=source_id, path=source_id, kind="text", sha256="", size=0, modified_ns=0,
        added=utc_now(), characters=len(document.text), passages=len(passages), pages=0,
        metadata=document.metadata,
    )  # fmt: skip
    return source, document, passages


def _measure(place: Path, asked: Sequence[str]) -> dict[str, Any]:
    """Measure one size in a fresh process."""
    start = time.perf_counter()
    with Library(place / "library", SentenceEmbeddings()) as library:
        library.searcher.warm()
        opening = time.perf_counter() - start
        for question in asked[:5]:
            library.search(question)
        whole = _times(library.search, asked)
        memory, peak = _memory()
        vectors = [library.embeddings.encode_query(question) for question in asked]
        chroma = _times(lambda v: library.vector_index.query(v, CANDIDATES), vectors)
        queries = [Query(question).weights for question in asked]
        words = _times(library.word_index.scores, queries)
        count = library.database.count("passage")
    fts5 = sqlite3.connect(place / "fts5.sqlite")
    found = "SELECT rowid, bm25(word) FROM word WHERE word MATCH ? ORDER BY rank LIMIT 100"
    matches = [" OR ".join(f'"{term}"' for term in query) for query in queries]
    alone = _times(lambda match: fts5.execute(found, [match]).fetchall(), matches[:_FEWER])
    fts5.close()
    return {
        "passages": count,
        "opening_s": round(opening, 1),
        "search_ms": whole,
        "chroma_alone_ms": chroma,
        "words_alone_ms": words,
        "fts5_alone_ms": alone,
        "memory_mb": round(memory / 1e6),
        "peak_mb": round(peak / 1e6),
        "allowed_mb": round((1.5 * count * 384 * 4 + 1e9) / 1e6),
        "catalog_mb": _size(place / "library" / "catalog.sqlite"),
        "chroma_mb": _size(place / "library" / "index"),
        "fts5_mb": _size(place / "fts5.sqlite"),
    }


def _times(work: Callable[[Any], object], items: Sequence[Any]) -> dict[str, float]:
    """Return the percentiles of the time that each item takes, in milliseconds."""
    times = []
    for item in items:
        start = time.perf_counter()
        work(item)
        times.append((time.perf_counter() - start) * 1000)
    return percentiles(times)


def _memory() -> tuple[int, int]:
    """Return the bytes of this process in memory, mapped files included: now, and the peak."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    now_and_most = [int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")]
    return now_and_most[0], now_and_most[1]


def _size(path: Path) -> int:
    """Return the megabytes on disk."""
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return round(sum(file.stat().st_size for file in files) / 1e6)


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(
        "passages", "search p50/p95 ms", "Chroma alone", "words alone", "FTS5 alone",
        "memory MB (allowed)", "catalog, Chroma, FTS5 MB", "opening s",
    )  # fmt: skip
    for row in rows:
        times = [
            f"{row[key]['p50']} / {row[key]['p95']}"
            for key in ("search_ms", "chroma_alone_ms", "words_alone_ms", "fts5_alone_ms")
        ]
        table.add_row(
            f"{row['passages']:,}",
            *times,
            f"{row['memory_mb']:,} ({row['allowed_mb']:,}), peak {row['peak_mb']:,}",
            f"{row['catalog_mb']:,}, {row['chroma_mb']:,}, {row['fts5_mb']:,}",
            str(row["opening_s"]),
        )
    return table
