"""Measure the thresholds of silence and doubt: which value silences or doubts how many answers?"""

from app.answering import answerability
from benchmarks.fit import questions
from benchmarks.fit.features import Arrays
from benchmarks.fit.report import Fit, constants_of

THRESHOLDS = ("ENOUGH", "UNLIKELY", "DOUBTFUL")
_STEPS = {
    "ENOUGH": (0.50, 0.55, 0.60, 0.65, 0.70, 0.75),
    "UNLIKELY": (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3),
    "DOUBTFUL": (0.20, 0.25, 0.30, 0.35, 0.4, 0.45, 0.5),
}


def fit(data: Arrays) -> Fit:
    """Compare values of one threshold at a time, the others as they are in the code."""
    in_code = {name: float(getattr(answerability, name)) for name in THRESHOLDS}
    figures = {
        f"{name} {value:g}": _measured(data, {**in_code, name: value})
        for name, steps in _STEPS.items()
        for value in sorted({*steps, in_code[name]})
    }
    return Fit(
        module="app/answering/answerability.py",
        trained_on=", ".join(
            f"{name}: {(data['set'] == at).sum()} questions"
            for at, name in enumerate(questions.TITLES)
        ),
        optimises="nothing: a higher value silences or doubts more answers, right ones as well",
        constants=constants_of(answerability, THRESHOLDS, [None] * len(THRESHOLDS)),
        figures=figures,
        remark="+ are questions that their sources answer, - those that they do not.",
    )


def _measured(data: Arrays, thresholds: dict[str, float]) -> dict[str, float]:
    silent = (data["near"] < thresholds["ENOUGH"]) | (data["strength"] < thresholds["UNLIKELY"])
    doubtful = ~silent & (data["strength"] < thresholds["DOUBTFUL"])
    found: dict[str, float] = {}
    for at, name in enumerate(questions.TITLES):
        for mark, answerable in (("+", data["answerable"]), ("-", ~data["answerable"])):
            asked = (data["set"] == at) & answerable
            if not asked.any():
                continue
            found[f"{name} silent {mark}"] = float(silent[asked].mean())
            found[f"{name} doubtful {mark}"] = float(doubtful[asked].mean())
    return found
