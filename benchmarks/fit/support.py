"""Fit the score of a sentence's words: the chance that those it cites fully support it."""

import numpy as np

from app.verification import support
from benchmarks.fit import claims
from benchmarks.fit.features import Array, Arrays
from benchmarks.fit.regression import logistic, out_of_fold
from benchmarks.fit.report import Constant, Fit
from benchmarks.scoring import auroc

_FOLDS = 10  # of claims
_SEED = 0
_RIDGE = 0.5  # judged: `words` and `near` go together


def fit(data: Arrays) -> Fit:
    """Fit the weights; see `claims.collect` for the arrays."""
    features = data["features"]
    fitted = fitted_weights(features, data)
    in_code = np.array(support._WEIGHTS)
    constants = [
        Constant(f"_WEIGHTS, {feature}", float(code), float(value))
        for feature, code, value in zip(
            ("constant", *claims.FEATURES), in_code, fitted, strict=True
        )
    ]
    scores = {
        "in the code": _scores(features, in_code),
        "fitted": _scores(features, fitted),
        "fitted without the fold that is measured": _held_out(features, data),
    }
    figures = {kind: _measured(data, values) for kind, values in scores.items()}
    return Fit(
        module="app/verification/support.py",
        trained_on=f"AttributionBench dev: {(data['set'] == 0).sum()} claims, WiCE dev: "
        f"{(data['set'] == 1).sum()} rows of {len(set(data['claim'][data['set'] == 1]))} claims; "
        f"both sets, and both classes of each, with the same weight; {_FOLDS} folds by claim",
        optimises="the likelihood of fully supported or not, with a small ridge",
        constants=constants,
        figures=figures,
    )


def fitted_weights(features: Array, data: Arrays) -> Array:
    """Return the weights (1 + features,), the constant first, as `support` has them."""
    cells = data["set"] * 2 + data["label"]
    weights = len(cells) / (4 * np.bincount(cells, minlength=4)[cells])
    *coefficients, constant = logistic(features, data["label"], weights, _RIDGE)
    return np.array([constant, *coefficients])


def _held_out(features: Array, data: Arrays) -> Array:
    def held_out(train: Array, test: Array) -> Array:
        some = {key: values[train] for key, values in data.items()}
        return _scores(features[test], fitted_weights(features[train], some))

    return out_of_fold(data["claim"], _FOLDS, held_out, seed=_SEED)


def _scores(features: Array, weights: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-(weights[0] + features @ weights[1:]))))


def _measured(data: Arrays, scores: Array) -> dict[str, float]:
    """AUROC of the rows of AttributionBench and, by the best row of each claim, of WiCE."""
    first = data["set"] == 0
    names, claim = np.unique(data["claim"][~first], return_inverse=True)
    best, label = np.zeros(len(names)), np.zeros(len(names), dtype=bool)
    np.maximum.at(best, claim, scores[~first])
    np.logical_or.at(label, claim, data["label"][~first])
    return {
        "AUROC AttributionBench": auroc(data["label"][first].tolist(), scores[first].tolist()),
        "AUROC WiCE": auroc(label.tolist(), best.tolist()),
    }
