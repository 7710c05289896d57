"""Fit how sure an answer is: do the sources answer, by what is seen before anything is written?"""

import numpy as np

from app.answering import answerability
from benchmarks.fit import questions
from benchmarks.fit.features import Array, Arrays
from benchmarks.fit.regression import logistic, out_of_fold
from benchmarks.fit.report import Fit, constants_of
from benchmarks.scoring import auroc

WEIGHTS = (*questions.STRENGTH, "_REST")
_COUNTS = (1, 8, 8)  # of a question of each set: SQuAD 2 has ten times as many
_FOLDS = 4  # of articles


def fit(data: Arrays) -> Fit:
    """Fit on the questions of all sets; see `questions.collect` for the arrays."""
    features, labels, which = data["features"], data["answerable"], data["set"]
    counts = np.array(_COUNTS)[which]

    def held_out(train: Array, test: Array) -> Array:
        return _scores(features[test], logistic(features[train], labels[train], counts[train]))

    fitted = logistic(features, labels, counts)
    in_code = np.array([getattr(answerability, name) for name in WEIGHTS])
    scores = {
        "in the code": _scores(features, in_code),
        "fitted": _scores(features, fitted),
        "fitted without the fold that is measured": out_of_fold(data["article"], _FOLDS, held_out),
    }
    return Fit(
        module="app/answering/answerability.py",
        trained_on=", ".join(
            f"{name}: {(which == at).sum()} questions, each counting {_COUNTS[at]}"
            for at, name in enumerate(questions.TITLES)
        )
        + f"; by article in {_FOLDS} folds",
        optimises="the likelihood of answerable or not",
        constants=constants_of(answerability, WEIGHTS, fitted.tolist()),
        figures={
            name: {
                f"AUROC {one}": auroc(labels[which == at].tolist(), s[which == at].tolist())
                for at, one in enumerate(questions.TITLES)
                if (which == at).any()
            }
            for name, s in scores.items()
        },
        remark="In the code _NEGATED is half of what fitted best when it was chosen: that a "
        "question says “not” tells more in SQuAD 2 than it should, by the way the set was made.",
    )


def _scores(features: Array, weights: Array) -> Array:
    return np.asarray(features @ weights[:-1] + weights[-1])
