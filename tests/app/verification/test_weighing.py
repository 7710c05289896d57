"""From readings and words to verdicts."""

import doctest

import pytest

from app.verification import weighing
from app.verification.support import Features
from app.verification.weighing import CITATION, PASSAGE, Weights, decisive, probability, verdict_of
from vectorstore.encoders.checker import Reading

SHARED = Features(words=1.0, near=1.0, absent=0.0, against=0.0)
APART = Features(words=0.2, near=0.0, absent=0.0, against=0.0)
FOLLOWS, CONFLICTS, UNSAID, OPEN = (
    Reading(0.995, 0.002, 0.003), Reading(0.002, 0.995, 0.003), Reading(0.002, 0.003, 0.995),
    Reading(0.4, 0.3, 0.3),
)  # fmt: skip


def test_the_examples_hold() -> None:
    assert doctest.testmod(weighing).failed == 0


@pytest.mark.parametrize("weights", [CITATION, PASSAGE])
def test_each_sure_reading_makes_its_verdict(weights: Weights) -> None:
    assert verdict_of(weights, SHARED, FOLLOWS) == "supported"
    assert verdict_of(weights, SHARED, CONFLICTS) == "contradicted"
    assert verdict_of(weights, APART, UNSAID) == "not_stated"
    assert verdict_of(weights, SHARED, OPEN) == "unverified"


@pytest.mark.parametrize("weights", [CITATION, PASSAGE])
def test_shared_words_alone_never_support(weights: Weights) -> None:
    for reading in (CONFLICTS, UNSAID, OPEN):
        assert verdict_of(weights, SHARED, reading) != "supported"


@pytest.mark.parametrize("weights", [CITATION, PASSAGE])
def test_the_surer_the_checker_the_likelier(weights: Weights) -> None:
    rising = [
        probability(weights, SHARED, Reading(one, (1 - one) / 2, (1 - one) / 2))
        for one in (0.1, 0.5, 0.9, 0.99)
    ]
    assert rising == sorted(rising)
    assert 0 < rising[0] < rising[-1] < 1


def test_the_most_telling_piece_decides() -> None:
    assert decisive([UNSAID, FOLLOWS, OPEN]) == FOLLOWS
    assert decisive([UNSAID, CONFLICTS]) == CONFLICTS
