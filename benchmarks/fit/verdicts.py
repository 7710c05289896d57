"""Fit where the verdicts begin on the score: from which score are claims supported?"""

import numpy as np

from app.verification import verifier
from app.verification.support import Features, score
from benchmarks.checking import macro_f1
from benchmarks.fit import claims
from benchmarks.fit.features import Array, Arrays
from benchmarks.fit.report import Constant, Fit, constants_of

_CUTS = np.arange(0.05, 0.96, 0.01)
_STEPS = ((0.0, 0.0), (0.4, 0.2), (0.5, 0.3), (0.6, 0.4))  # of _WORDS and _NEAR


def fit(data: Arrays) -> Fit:
    """Fit the threshold of `supported`, and compare what else is asked of a supported claim."""
    scores = np.array([score(Features(*row)) for row in data["features"]])
    means = [_macro_f1(data, scores >= cut) for cut in _CUTS]
    best = float(_CUTS[int(np.argmax(means))])
    in_code = verifier._SUPPORTED
    words, near = (data["features"][:, claims.FEATURES.index(name)] for name in ("words", "near"))
    figures = {
        f"_SUPPORTED {cut:.2f}": {"macro-F1 of the score": _macro_f1(data, scores >= cut)}
        for cut in sorted({in_code, best})
    }
    sound = (scores >= in_code) & ~data["differs"]
    for least_words, least_near in _STEPS:
        said = sound & (words >= least_words) & (near >= least_near)
        figures[f"_WORDS {least_words:g}, _NEAR {least_near:g}"] = {
            "macro-F1 of `supported`": _macro_f1(data, said),
            "supported, called so": float(said[data["label"]].mean()),
            "not supported, called so": float(said[~data["label"]].mean()),
        }
    return Fit(
        module="app/verification/verifier.py",
        trained_on=f"AttributionBench dev: {(data['set'] == 0).sum()} claims, "
        f"WiCE dev: {(data['set'] == 1).sum()} rows",
        optimises="for _SUPPORTED the mean of both sets' macro-F1; for the others nothing",
        constants=(
            Constant("_SUPPORTED", in_code, best),
            *constants_of(verifier, ("_PARTIAL", "_WORDS", "_NEAR"), (None, None, None)),
        ),
        figures=figures,
        remark="_PARTIAL only tells `partial` from `unsupported`, which these labels do not. "
        "_WORDS and _NEAR keep a short sentence with one changed word from passing by its meaning.",
    )


def _macro_f1(data: Arrays, said: Array) -> float:
    """The macro-F1 of the rows of each set, averaged."""
    each = [
        macro_f1(data["label"][data["set"] == at].tolist(), said[data["set"] == at].tolist())
        for at in range(len(claims.SETS))
    ]
    return float(np.mean(each))
