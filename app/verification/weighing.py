"""Weigh what the checker reads with the looks of the words, and say which verdict that makes.

A logistic regression joins the checker's probabilities with how far the words agree. Its weights
and thresholds are fitted by `python -m benchmarks fit verdicts` on sets of claims by people; they
differ for evidence of at most three sentences and for longer evidence, which is read in pieces. The
thresholds are set so that few false claims come out supported: a sentence that does not reach any
is `unverified`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.verification.support import Features
from vectorstore.encoders.checker import Reading
from vectorstore.records import Verdict

_LEAST = 1e-4  # probability that is told from 0; judged


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of `values()`, and the thresholds of the verdicts.

    `supported` is the least weighed probability; `contradicted` and `not_stated` are the least
    probabilities of the checker.
    """

    coefficients: tuple[float, ...]
    supported: float
    contradicted: float
    not_stated: float


# Fitted: benchmarks/fit/verdicts.py
CITATION = Weights(
    coefficients=(-1.0, 1.0, 0.0, -1.0, -2.0, 0.7, -0.3),
    supported=0.8,
    contradicted=0.8,
    not_stated=0.8,
)
PASSAGE = Weights(
    coefficients=(-1.0, 1.0, 0.0, -1.0, -2.0, 0.7, -0.3),
    supported=0.8,
    contradicted=0.8,
    not_stated=0.8,
)


def decisive(readings: Sequence[Reading]) -> Reading:
    """Return what all pieces of the evidence together are taken to say: the most telling reading.

    That is the one that is surest that the evidence speaks of the matter.
    """
    return min(readings, key=lambda one: one.not_stated)


def values(features: Features, reading: Reading) -> tuple[float, ...]:
    """Return what is weighed: 1, the looks of the words, and the logits of the checker."""
    return (
        1.0,
        features.words,
        features.near,
        features.absent,
        features.against,
        logit(reading.supported),
        logit(reading.contradicted),
    )


def probability(weights: Weights, features: Features, reading: Reading) -> float:
    """Return the weighed probability that a sentence follows from its evidence, 0 to 1."""
    weighed = zip(weights.coefficients, values(features, reading), strict=True)
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in weighed)))


def verdict_of(weights: Weights, features: Features, reading: Reading) -> Verdict:
    """Return the verdict on a sentence in which exact comparison found no difference."""
    if reading.contradicted >= weights.contradicted:
        return "contradicted"
    if probability(weights, features, reading) >= weights.supported:
        return "supported"
    if reading.not_stated >= weights.not_stated:
        return "not_stated"
    return "unverified"


def logit(probability: float) -> float:
    """Return the log odds of a probability, bounded.

    >>> logit(0.5)
    0.0
    """
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
