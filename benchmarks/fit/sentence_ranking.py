"""Fit the weights of a sentence's score: which sentence of the passages found holds the answer?"""

from collections.abc import Iterator

import numpy as np

from app.answering import sentence_ranking
from benchmarks.fit import questions
from benchmarks.fit.features import Array, Arrays
from benchmarks.fit.regression import conditional_logistic, first_hits, out_of_fold
from benchmarks.fit.report import Fit, constants_of

WEIGHTS = tuple(f"_READ_{name.upper()}" for name in questions.SENTENCE)
LOOKS = tuple(f"_{name.upper()}" for name in questions.SENTENCE[:-1])
_FOLDS = 4  # of articles
_RIDGE = 0.002  # judged: without one, `meaning` outgrows the rest and the first quotes get worse


def fit(data: Arrays) -> Fit:
    """Fit on the answerable questions of SQuAD 2; see `questions.collect` for the arrays."""
    asked = (data["set"] == 0) & data["answerable"]
    sizes = np.diff(np.append(data["starts"], len(data["right"])))
    rows = np.repeat(asked, sizes)
    features, right = data["sentence"][rows], data["right"][rows]
    starts = np.append(0, np.cumsum(sizes[asked])[:-1])
    articles = np.repeat(data["article"][asked], sizes[asked])

    def held_out(train: Array, test: Array) -> Array:
        return np.asarray(features[test] @ _fitted(features, sizes[asked], right, train))

    fitted = _fitted(features, sizes[asked], right, np.ones(len(right), dtype=bool))
    looks = _fitted(features[:, :-1], sizes[asked], right, np.ones(len(right), dtype=bool))
    in_code = np.array([getattr(sentence_ranking, name) for name in WEIGHTS])
    scores = {
        "the looks alone, fitted": features[:, :-1] @ looks,
        "in the code": features @ in_code,
        "fitted": features @ fitted,
        "fitted without the fold that is measured": out_of_fold(articles, _FOLDS, held_out),
    }
    return Fit(
        module="app/answering/sentence_ranking.py",
        trained_on=f"SQuAD 2: {asked.sum()} answerable questions, {len(right)} sentences of the "
        f"eight best passages, {len(set(articles))} articles in {_FOLDS} folds",
        optimises="the likelihood that a sentence with the answer is chosen, with a small ridge",
        constants=(
            *constants_of(sentence_ranking, LOOKS, looks.tolist()),
            *constants_of(sentence_ranking, WEIGHTS, fitted.tolist()),
        ),
        figures={
            **{name: _hits(s, starts, right) for name, s in scores.items()},
            **{f"our own questions, {name}": _hits(*own) for name, own in _own(data, fitted)},
        },
    )


def _hits(scores: Array, starts: Array, right: Array) -> dict[str, float]:
    found = first_hits(scores, starts, right, (1, 3))
    return dict(zip(("first", "first three"), found, strict=True))


def _own(data: Arrays, fitted: Array) -> Iterator[tuple[str, tuple[Array, Array, Array]]]:
    """Yield the scores of our own questions by both sets of weights, with `starts` and `right`."""
    asked = (data["set"] == 2) & data["answerable"]
    if not asked.any():
        return
    sizes = np.diff(np.append(data["starts"], len(data["right"])))
    rows = np.repeat(asked, sizes)
    starts = np.append(0, np.cumsum(sizes[asked])[:-1])
    in_code = np.array([getattr(sentence_ranking, name) for name in WEIGHTS])
    for name, weights in (("in the code", in_code), ("fitted", fitted)):
        yield name, (data["sentence"][rows] @ weights, starts, data["right"][rows])


def _fitted(features: Array, sizes: Array, right: Array, train: Array) -> Array:
    """Fit on the questions whose sentences are all in `train`, a mask of shape (n,)."""
    kept = np.add.reduceat(train, np.append(0, np.cumsum(sizes)[:-1])) == sizes
    starts = np.append(0, np.cumsum(sizes[kept])[:-1])
    return conditional_logistic(features[train], starts, right[train], _RIDGE)
