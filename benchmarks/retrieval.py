"""Is the passage that answers among the first few? Public data sets, the product's search."""

import gzip
import hashlib
import importlib.util
import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.answering.query_rewriting import stand_alone
from benchmarks.machine import described, keep, percentiles
from ingest.splitter import VERSION, PassageSplitter
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.ranking import Query, Weights
from vectorstore.records import Document, Metadata, Passage, Source, Turn
from vectorstore.storage.database import utc_now

METRICS = ("R@5", "R@10", "MAP@10", "nDCG@10", "hit@1", "hit@5")
_DEPTH = 50  # passages looked at for the first 10 records
_BATCH = 2000  # records
_PUBLISHED: dict[str, dict[str, dict[str, float]]] = {
    "obliqa": {
        "BM25 (organisers, test split)": {"R@10": 0.7611, "MAP@10": 0.6237},
        "LeSeR, fine-tuned (arXiv 2412.06009)": {"R@10": 0.8201, "MAP@10": 0.6655},
        "BGE fine-tuned + BM25 (arXiv 2502.16767)": {"R@10": 0.8333, "MAP@10": 0.7016},
    },
    "obliqa_mp": {
        "BM25 (authors, test split)": {"R@10": 0.5585, "MAP@10": 0.4540},
        "BM25 + dense, RRF (authors, test split)": {"R@10": 0.5885, "MAP@10": 0.4539},
    },
    "mtrag_human": {
        "BM25, authors' rewrite (same pool)": {"R@5": 0.524, "R@10": 0.660},
        "BM25, all turns joined (same pool)": {"R@5": 0.363, "R@10": 0.513},
    },
}

Search = Callable[["Asked"], list[str]]  # the ids of records, best first


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a data set, with the records relevant to it."""

    text: str
    history: tuple[Turn, ...]
    relevant: frozenset[str]


def retrieval(
    folder: Annotated[Path, typer.Argument(help="The folder of a data set.")],
    split: Annotated[str, typer.Option(help="NAME of queries_NAME.jsonl and qrels_NAME.tsv.")] = "",
    corpus: Annotated[
        Path | None, typer.Option(help="The corpus, if it is in another folder.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Also search follow-ups with the turns before them.")
    ] = False,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Leave out one score at a time instead.")
    ] = False,
) -> None:
    """Measure recall and precision of search, beside its halves, BM25 and published figures."""
    ending = f"_{split}" if split else ""
    corpus = corpus or folder / "corpus.jsonl.gz"
    queries = folder / f"queries{ending}.jsonl"
    if not corpus.is_file() or not queries.is_file():
        raise typer.BadParameter(f"there is no {corpus} with {queries}: skipped.")
    console = Console(width=max(100, Console().width))
    console.print(described())
    asked = read_asked(queries, folder / f"qrels{ending}.tsv")
    records = list(read_lines(corpus))
    with open_library(corpus, records) as library:
        if ablate:
            searches = _ablations(library)
        else:
            searches = _searches(library, folder, records, history=history)
        console.print(
            f"{folder.name}{ending}: {len(asked)} queries, {len(records)} records, "
            f"{library.database.count('passage')} passages"
        )
        measured, milliseconds = {}, {}
        for name, search in searches.items():
            measured[name], milliseconds[name] = _measure(name, search, asked)
    console.print(_table(folder.name, measured, milliseconds))
    kind = "_ablation" if ablate else "_history" if history else ""
    name = folder.name + ending + kind
    values = {"set": name, "measured": measured, "milliseconds": milliseconds}
    keep(f"retrieval-{name}", values)


def open_library(corpus: Path, records: Sequence[dict[str, Any]]) -> Library:
    """Open the library of a corpus, one source for each record; it is kept between runs."""
    embeddings = SentenceEmbeddings()
    made_of = f"{corpus.stat().st_size}:{embeddings.fingerprint}:{records[-1]['_id']}"
    name = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    place = user_cache_path("kakehashi-benchmarks", appauthor=False, ensure_exists=True)
    library = Library(place / f"{corpus.parent.name}-{name}", embeddings)
    held = {source.id for source in library.catalog.sources()}
    if library.database.get("splitter") != VERSION:
        held = set()  # split all again; unchanged texts are not embedded again
    missing = [record for record in records if record["_id"] not in held]
    splitter = PassageSplitter()
    batches = [missing[first : first + _BATCH] for first in range(0, len(missing), _BATCH)]
    for batch in track(batches, f"Embedding {len(missing)} records", disable=not batches):
        library.put_all([_source(record, splitter) for record in batch])
    library.database.set("splitter", VERSION)
    library.searcher.warm()
    return library


def read_lines(file: Path) -> Iterable[dict[str, Any]]:
    """Yield the JSON objects of a file with one on each line, compressed or not."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    yield from map(json.loads, filter(None, content.decode().split("\n")))


def _source(
    record: dict[str, Any], splitter: PassageSplitter
) -> tuple[Source, Document, list[Passage]]:
    document = Document(record["text"], "text", Metadata(title=record.get("title") or ""))
    passages = splitter.split(document, record["_id"])
    source = Source(
        id=record["_id"], path=record["_id"], kind="text", sha256="", size=0, modified_ns=0,
        added=utc_now(), characters=len(document.text), passages=len(passages), pages=0,
        metadata=document.metadata,
    )  # fmt: skip
    return source, document, passages


def read_asked(queries: Path, qrels: Path) -> list[Asked]:
    """Return the queries that have a relevant record, in the order of their file."""
    relevant: dict[str, set[str]] = {}
    for line in qrels.read_text(encoding="utf-8").splitlines()[1:]:
        query, record, score = line.split("\t")[:3]
        if int(score) > 0:
            relevant.setdefault(query, set()).add(record)
    return [
        Asked(
            " ".join(filter(None, (line["text"], line.get("scenario", "")))),
            tuple(Turn(turn["role"], turn["text"]) for turn in line.get("history", [])),
            frozenset(relevant[line["_id"]]),
        )
        for line in read_lines(queries)
        if line["_id"] in relevant
    ]


def _searches(
    library: Library, folder: Path, records: Sequence[dict[str, Any]], *, history: bool
) -> dict[str, Search]:
    def lexical(asked: Asked) -> list[str]:
        numbers, scores = library.word_index.scores(Query(asked.text).weights)
        best = [int(numbers[at]) for at in (-scores).argsort(kind="stable")[:_DEPTH] if scores[at]]
        rank = {number: place for place, number in enumerate(best)}
        found = library.passages.candidates([], best, library.embeddings.fingerprint)
        return [c.passage.source_id for c in sorted(found, key=lambda c: rank[c.number])]

    def dense(asked: Asked) -> list[str]:
        ids = list(library.vector_index.query(library.embeddings.encode_query(asked.text), _DEPTH))
        found = library.passages.get(ids)
        return [found[i].source_id for i in ids]

    searches: dict[str, Search] = {
        "Kakehashi": lambda asked: found_records(library, Query(asked.text))
    }
    if history:
        searches["Kakehashi with history"] = lambda asked: found_records(
            library, stand_alone(asked.text, asked.history)
        )
    searches |= {"its lexical half": lexical, "its dense half": dense}
    tool = folder.parent / "tools" / "bm25_reference.py"
    if tool.is_file():
        searches["BM25 reference"] = _reference(tool, records)
    else:
        typer.echo(f"There is no {tool}: the BM25 reference is skipped.")
    return searches


def found_records(library: Library, query: Query) -> list[str]:
    """Return the records of the hits; a passage that repeats a hit comes right after it."""
    ids = [i for hit in library.search(query, _DEPTH) for i in (hit.passage.id, *hit.copies)]
    found = library.passages.get(ids)
    return [found[i].source_id for i in ids]


def _ablations(library: Library) -> dict[str, Search]:
    def search(weights: Weights) -> Search:
        def weighed(asked: Asked) -> list[str]:
            library.searcher.weights = weights
            return found_records(library, Query(asked.text))

        return weighed

    searches = {"Kakehashi": search(Weights())}
    for look in fields(Weights):
        searches[f"without {look.name}"] = search(replace(Weights(), **{look.name: 0.0}))
    return searches


def _reference(tool: Path, records: Sequence[dict[str, Any]]) -> Search:
    spec = importlib.util.spec_from_file_location("bm25_reference", tool)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    index = module.BM([record["text"] for record in records])
    return lambda asked: [records[at]["_id"] for at, _ in index.search(asked.text, 10)]


def _measure(name: str, search: Search, asked: Sequence[Asked]) -> tuple[dict[str, float], Any]:
    sums = dict.fromkeys(METRICS, 0.0)
    times = []
    for one in track(asked, name):
        start = time.perf_counter()
        found = list(dict.fromkeys(search(one)))[:10]
        times.append((time.perf_counter() - start) * 1000)
        for metric, value in score(found, one.relevant).items():
            sums[metric] += value
    means = {metric: round(value / len(asked), 4) for metric, value in sums.items()}
    return means, percentiles(times)


def score(found: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Return the metrics of one ranked list of at most ten; MAP is trec_eval's map_cut."""
    good = [record in relevant for record in found]
    precisions = [sum(good[: at + 1]) / (at + 1) for at, right in enumerate(good) if right]
    gain = sum(1 / math.log2(at + 2) for at, right in enumerate(good) if right)
    ideal = sum(1 / math.log2(at + 2) for at in range(min(10, len(relevant))))
    return {
        "R@5": sum(good[:5]) / len(relevant),
        "R@10": sum(good) / len(relevant),
        "MAP@10": sum(precisions) / len(relevant),
        "nDCG@10": gain / ideal,
        "hit@1": float(any(good[:1])),
        "hit@5": float(any(good[:5])),
    }


def _table(
    name: str, measured: dict[str, dict[str, float]], milliseconds: dict[str, dict[str, float]]
) -> Table:
    table = Table("", *METRICS, "p50 ms", "p95 ms")
    for system, values in [*measured.items(), *_PUBLISHED.get(name, {}).items()]:
        cells = [f"{values[metric]:.3f}" if metric in values else "" for metric in METRICS]
        times = milliseconds.get(system, {})
        table.add_row(system, *cells, *(f"{times[t]}" if times else "" for t in ("p50", "p95")))
    return table
