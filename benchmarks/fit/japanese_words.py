"""Choose how Japanese and Chinese are cut and weighed, on their words alone."""

from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.fit.features import Arrays, kept, replaced
from benchmarks.fit.report import Constant, Fit
from benchmarks.fit.words import WordSearch
from ingest import splitter
from vectorstore import ranking

SETS = ("jaquad_dev", "drcd_dev")
_FILES = ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")
_ENDINGS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
_EXTRA = (0.0, 0.6, 1.0, 2.0, 3.0)  # passages of 1,000 to 250 characters


def collect(folder: Path) -> Arrays:
    """Return hit@5 of both sets, for each value of `_ENDINGS` and of `_CJK_EXTRA`."""
    files = [folder / name / file for name in SETS for file in _FILES]
    return kept("japanese-words", files, lambda: _compute(folder))


def fit(data: Arrays) -> Fit:
    """Choose the values with the highest mean of hit@5, one at a time."""
    tried = {"_ENDINGS": (ranking, _ENDINGS), "_CJK_EXTRA": (splitter, _EXTRA)}
    return Fit(
        module="vectorstore/ranking.py, ingest/splitter.py",
        trained_on=" and ".join(SETS),
        optimises="the mean of hit@5 by words alone, the other value as in the code",
        constants=[
            Constant(name, getattr(module, name), values[int(data[name].mean(axis=1).argmax())])
            for name, (module, values) in tried.items()
        ],
        figures={
            f"{name} {value:g}": dict(zip(SETS, row.tolist(), strict=True))
            for name, (_, values) in tried.items()
            for value, row in zip(values, data[name], strict=True)
        },
    )


def _compute(folder: Path) -> Arrays:
    figures: dict[str, list[list[float]]] = {"_ENDINGS": [], "_CJK_EXTRA": []}
    searches = [WordSearch(*(folder / name / file for file in _FILES)) for name in SETS]
    for value in track(_ENDINGS, "_ENDINGS"):
        with replaced(ranking, _ENDINGS=value):
            figures["_ENDINGS"].append([one.measure(["hit@5"])["hit@5"] for one in searches])
    for value in track(_EXTRA, "_CJK_EXTRA"):
        with replaced(splitter, _CJK_EXTRA=value):
            searches = [WordSearch(*(folder / name / file for file in _FILES)) for name in SETS]
        figures["_CJK_EXTRA"].append([one.measure(["hit@5"])["hit@5"] for one in searches])
    return {name: np.array(values) for name, values in figures.items()}
