"""Choose how earlier questions count for a follow-up, and which questions are follow-ups."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
from rich.progress import track

from app.answering import query_rewriting
from app.answering.query_rewriting import stand_alone
from benchmarks.fit.features import Arrays, kept, replaced
from benchmarks.fit.report import Constant, Fit
from benchmarks.retrieval import Asked, found_records, open_library, read_asked, read_lines, score
from vectorstore import ranking
from vectorstore.library import Library

METRICS = ("R@5", "R@10")
TRIED: dict[str, tuple[ModuleType, tuple[float, ...]]] = {
    "_CONTEXT_WORDS": (ranking, (0.25, 0.5, 0.75, 1.0)),
    "_FADING": (ranking, (0.4, 0.7, 1.0)),
    "_CONTEXT_MEANING": (ranking, (0.2, 0.4, 0.6)),
    "_FEW": (query_rewriting, (1, 2, 3)),
    "_FEW_LOOSE": (query_rewriting, (2, 3, 4, 5)),
}


def collect(folder: Path) -> Arrays:
    """Return METRICS of MTRAG with history, in the order of `_tried`."""
    data = folder / "mtrag_human"
    files = [data / name for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")]
    return kept("follow-ups", files, lambda: _compute(*files))


def fit(data: Arrays) -> Fit:
    """Choose the value of each constant with the highest mean, the others as in the code."""
    means = data["figures"].mean(axis=1)
    tried = list(_tried())
    best = {
        name: max((at for at, one in enumerate(tried) if one[0] == name), key=means.__getitem__)
        for name in TRIED
    }
    return Fit(
        module="vectorstore/ranking.py, app/answering/query_rewriting.py",
        trained_on="MTRAG human, with history: 343 queries",
        optimises="the mean of R@5 and R@10, one constant at a time",
        constants=[
            Constant(name, getattr(module, name), tried[best[name]][1])
            for name, (module, _) in TRIED.items()
        ],
        figures={
            f"{name} {value:g}": dict(zip(METRICS, row.tolist(), strict=True))
            for (name, value), row in zip(tried, data["figures"], strict=True)
        },
        remark="One query is .003: smaller differences mean nothing.",
    )


def _tried() -> Iterator[tuple[str, float]]:
    for name, (_, values) in TRIED.items():
        for value in values:
            yield name, value


def _compute(corpus: Path, queries: Path, qrels: Path) -> Arrays:
    asked = read_asked(queries, qrels)
    with open_library(corpus, list(read_lines(corpus))) as library:
        in_code = _measured(library, asked)
        figures = []
        for name, value in track(list(_tried()), "values tried"):
            module = TRIED[name][0]
            if value == getattr(module, name):
                figures.append(in_code)
                continue
            with replaced(module, **{name: value}):
                figures.append(_measured(library, asked))
    return {"figures": np.array(figures)}


def _measured(library: Library, asked: Sequence[Asked]) -> list[float]:
    sums = np.zeros(len(METRICS))
    for one in asked:
        found = found_records(library, stand_alone(one.text, one.history))
        measured = score(list(dict.fromkeys(found))[:10], one.relevant)
        sums += [measured[metric] for metric in METRICS]
    return list(sums / len(asked))
