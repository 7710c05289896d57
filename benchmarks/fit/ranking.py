"""Choose the weights of search from a grid, on five data sets together."""

import random
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.fit.features import Arrays, kept
from benchmarks.fit.report import Constant, Fit
from benchmarks.fit.search_sets import SETS
from benchmarks.retrieval import Asked, open_library, read_asked, read_lines, score
from vectorstore.library import Library
from vectorstore.ranking import Query, Weights, fuse

_DEPTH = 50  # hits ranked for a query, as in `benchmarks/retrieval.py`
_ASKED = 900  # of ObliQA's queries, so that it does not outweigh the others
_SEED = 0
_ROWS = ("record", "right", "copy", "scores")


def grid() -> list[Weights]:
    """Return the combinations tried: meaning, sentence and words make 1, phrases come on top."""
    return [
        Weights(meaning / 10, sentence / 10, (10 - meaning - sentence) / 10, phrases)
        for meaning in (3, 4, 5)
        for sentence in (1, 2, 3, 4)
        if meaning + sentence < 9
        for phrases in (0.0, 0.1, 0.15, 0.2)
    ]


def collect(folder: Path) -> Arrays:
    """Return what was found for the queries of all sets.

    By query (q,): `set` (index in SETS), `relevant` (how many records are), `starts` (the first of
    its rows). By hit or copy of a hit (n,): `record` (its source), `right` (whether that is
    relevant), `copy` (whether it is a copy of the last row that is none), and `scores` (n, 4): what
    `fuse` takes, in its order; zeros for a copy.
    """
    files = {file for one in SETS.values() for file in one.files(folder)}
    return kept("ranking", sorted(files), lambda: _compute(folder))


def fit(data: Arrays) -> Fit:
    """Choose among the combinations that reach every goal the one with the highest mean."""
    figures = {"in the code": _measured(data, Weights())}
    for weights in track(grid(), "weights tried"):
        figures[" ".join(f"{value:g}" for value in astuple(weights))] = _measured(data, weights)
    tried = dict(list(figures.items())[1:])
    best = max(tried, key=lambda name: (min(tried[name]["least margin"], 0), tried[name]["mean"]))
    values = [float(value) for value in best.split()]
    shown = sorted(tried, key=lambda name: tried[name]["least margin"], reverse=True)[:5]
    return Fit(
        module="vectorstore/ranking.py",
        trained_on=", ".join(
            f"{name}: {(data['set'] == at).sum()} queries" for at, name in enumerate(SETS)
        )
        + f"; {len(tried)} combinations",
        optimises="the mean of ten figures, where each of them reaches its goal",
        constants=[
            Constant(f"Weights.{one.name}", float(code), value / sum(values))
            for one, code, value in zip(fields(Weights), astuple(Weights()), values, strict=True)
        ],
        figures={name: figures[name] for name in ("in the code", *shown)},
        remark="The weights are scaled to sum to 1. Columns: the five combinations (meaning, "
        "sentence, words, phrases) with the largest least margin over the goals.",
    )


def _compute(folder: Path) -> Arrays:
    query: dict[str, list[int]] = {key: [] for key in ("set", "relevant", "starts")}
    rows: list[tuple[str, bool, bool, list[float]]] = []
    for at, (name, one) in enumerate(SETS.items()):
        corpus, queries, qrels = one.files(folder)
        asked = read_asked(queries, qrels)
        if name == "ObliQA":
            asked = random.Random(_SEED).sample(asked, _ASKED)
        with open_library(corpus, list(read_lines(corpus))) as library:
            for each in track(asked, name):
                query["set"].append(at)
                query["relevant"].append(len(each.relevant))
                query["starts"].append(len(rows))
                rows += _found(library, each)
    records, right, copies, scores = zip(*rows, strict=True)
    return {
        **{key: np.array(values) for key, values in query.items()},
        "record": np.array(records),
        "right": np.array(right),
        "copy": np.array(copies),
        "scores": np.array(scores, dtype=np.float32),
    }


def _found(library: Library, asked: Asked) -> list[tuple[str, bool, bool, list[float]]]:
    """Return record, whether it is relevant, whether it is a copy, and scores of all candidates."""
    hits = library.searcher.search(Query(asked.text), _DEPTH, keep_rejected=True).hits
    copies = library.passages.get([copy for hit in hits for copy in hit.copies])
    rows = []
    for hit in hits:
        scores = [hit.dense, hit.sentence, hit.lexical, hit.phrases]
        rows.append((hit.passage.source_id, False, scores))
        rows += [(copies[copy].source_id, True, [0.0] * len(scores)) for copy in hit.copies]
    return [(record, record in asked.relevant, copy, scores) for record, copy, scores in rows]


def _measured(data: Arrays, weights: Weights) -> dict[str, float]:
    """Return the goals' metrics of each set, the least margin over a goal and the mean of all."""
    ends = np.append(data["starts"][1:], len(data["record"]))
    sums = {name: dict.fromkeys(one.goals, 0.0) for name, one in SETS.items()}
    names = list(SETS)
    for which, relevant, start, end in zip(
        data["set"], data["relevant"], data["starts"], ends, strict=True
    ):
        measured = _scored({key: data[key][start:end] for key in _ROWS}, int(relevant), weights)
        found = sums[names[which]]
        for metric in found:
            found[metric] += measured[metric]
    sizes = np.bincount(data["set"], minlength=len(SETS))
    means = {
        f"{name} {metric}": value / size
        for (name, metrics), size in zip(sums.items(), sizes, strict=True)
        for metric, value in metrics.items()
    }
    goals = [goal for one in SETS.values() for goal in one.goals.values()]
    margins = [value - goal for value, goal in zip(means.values(), goals, strict=True)]
    mean = sum(means.values()) / len(means)
    return {"least margin": min(margins), "mean": mean, **means}


def _scored(rows: Arrays, relevant: int, weights: Weights) -> dict[str, float]:
    """Rank the rows of one query and return its metrics; copies stay behind what they copy."""
    first = np.flatnonzero(~rows["copy"])
    if not len(first):
        return score([], frozenset(["none"] * relevant))
    meaning, sentence, words, phrases = rows["scores"][first].T
    joint = fuse(meaning, sentence, words, phrases, weights)
    order = np.argsort(-joint, kind="stable")
    ends = np.append(first[1:], len(rows["copy"]))
    places = [at for one in order for at in range(first[one], ends[one])]
    found: dict[str, bool] = {}
    for at in places:
        found.setdefault(str(rows["record"][at]), bool(rows["right"][at]))
        if len(found) == 10:
            break
    unseen = [f"unseen {at}" for at in range(relevant - sum(found.values()))]
    return score(list(found), frozenset([*(r for r, good in found.items() if good), *unseen]))
