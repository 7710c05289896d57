"""Measure how near the best a further quoted sentence must be: answers found against length."""

import math

from app.answering import extractive
from benchmarks.fit import questions
from benchmarks.fit.features import Arrays
from benchmarks.fit.report import Constant, Fit


def fit(data: Arrays) -> Fit:
    """Compare values on the answerable questions whose answers are in the words of the sources."""
    asked = (data["set"] != 1) & data["answerable"]
    quotes = data["quotes"][asked].mean(axis=0)
    hits = data["hits"][asked].mean(axis=0)
    return Fit(
        module="app/answering/extractive.py",
        trained_on=f"SQuAD 2 and our own: {asked.sum()} answerable questions",
        optimises="nothing: a lower value finds more answers and quotes more sentences",
        constants=(Constant("exp(_NEAR_BEST)", math.exp(extractive._NEAR_BEST), None),),
        figures={
            f"{value:g}": {"first three": float(hit), "sentences an answer": float(count)}
            for value, hit, count in zip(questions.NEAR_BEST, hits, quotes, strict=True)
        },
    )
