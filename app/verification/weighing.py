"""Weigh what the checker reads with what exact comparison found, and say which verdict that makes.

A logistic regression calibrates the checker's probabilities. Its weights and thresholds are fitted
by `python -m benchmarks fit verdicts` on sets of claims by people; they differ for evidence of at
most three sentences and for longer evidence, which is read in pieces. The thresholds are set so
that few false claims come out supported: a sentence that does not reach any is `unverified`. How
many words are shared does not count: claims of one set have more of them where they are true, those
of another where they are false (`docs/decisions/0020-a-checker-of-our-own.md`).
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
    coefficients=(0.783, -1.065, -1.92, 0.724, 0.058),
    supported=0.804,
    contradicted=0.988,
    not_stated=0.752,
)
PASSAGE = Weights(
    coefficients=(1.099, -0.955, -1.833, 0.427, 0.073),
    supported=0.818,
    contradicted=0.966,
    not_stated=0.932,
)


def decisive(readings: Sequence[Reading]) -> Reading:
    """Return what all pieces of the evidence together are taken to say: the most telling reading.

    That is the one that is surest that the evidence speaks of the matter.
    """
    return min(readings, key=lambda one: one.not_stated)


def values(features: Features, reading: Reading) -> tuple[float, ...]:
    """Return what is weighed: 1, the kinds of difference found, and the logits of the checker."""
    return (
        1.0,
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
