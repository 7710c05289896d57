"""Choose BM25's parameters from a grid, on the words of four data sets."""

from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.fit import search_sets
from benchmarks.fit.features import Arrays, kept, replaced
from benchmarks.fit.report import Fit, constants_of
from benchmarks.fit.words import WordSearch
from vectorstore.index import word_index

SETS = {name: one for name, one in search_sets.SETS.items() if name != "MTRAG"}


def grid() -> list[tuple[float, float]]:
    """Return the pairs of K1 and B that are tried, the code's own always among them."""
    tried = [(k1, b) for k1 in (0.6, 0.9, 1.2, 1.5) for b in (0.4, 0.5, 0.6, 0.75)]
    return list(dict.fromkeys([*tried, (word_index.K1, word_index.B)]))


def collect(folder: Path) -> Arrays:
    """Return `figures` (pairs of K1 and B, metrics of all sets): search by words alone."""
    files = {file for one in SETS.values() for file in one.files(folder)}
    return kept("word-index", sorted(files), lambda: _compute(folder))


def fit(data: Arrays) -> Fit:
    """Choose the pair with the highest mean of the eight figures."""
    columns = [f"{name} {metric}" for name, one in SETS.items() for metric in one.goals]
    means = data["figures"].mean(axis=1)
    pairs = grid()
    best = pairs[int(means.argmax())]
    in_code = pairs.index((word_index.K1, word_index.B))
    order = dict.fromkeys([in_code, *np.argsort(-means).tolist()[:5]])
    return Fit(
        module="vectorstore/index/word_index.py",
        trained_on=", ".join(SETS) + f"; {len(pairs)} pairs of K1 and B",
        optimises="the mean of the eight figures",
        constants=constants_of(word_index, ("K1", "B"), best),
        figures={
            "K1 {:g}, B {:g}".format(*pairs[at]): {
                "mean": float(means[at]),
                **dict(zip(columns, data["figures"][at].tolist(), strict=True)),
            }
            for at in order
        },
    )


def _compute(folder: Path) -> Arrays:
    pairs = grid()
    figures: list[list[float]] = [[] for _ in pairs]
    for name, one in SETS.items():
        search = WordSearch(*one.files(folder))
        for at, (k1, b) in enumerate(track(pairs, name)):
            with replaced(word_index, K1=k1, B=b):
                figures[at] += search.measure(list(one.goals)).values()
    return {"figures": np.array(figures)}
