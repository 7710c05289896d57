"""Scores of binary decisions: macro-F1 and the area under the ROC curve."""

import statistics
from collections import Counter
from collections.abc import Sequence

import numpy as np


def macro_f1(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """Return the mean of the F1 of both classes, 0 to 1; a class that never occurs counts as 0.

    >>> macro_f1([True, True, False, False], [True, False, False, False])
    0.7333333333333334
    """
    counts = Counter(zip(labels, said, strict=True))
    wrong = counts[True, False] + counts[False, True]
    halves = [2 * counts[one, one] / max(1, 2 * counts[one, one] + wrong) for one in (True, False)]
    return statistics.mean(halves)


def auroc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return how often a supported claim scores higher than another, ties counting half; 0 to 1.

    >>> auroc([True, False, True, False], [0.9, 0.1, 0.5, 0.5])
    0.875
    """
    right = np.asarray(labels, dtype=bool)
    _, at, counts = np.unique(
        np.asarray(scores, dtype=float), return_inverse=True, return_counts=True
    )
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    good, bad = int(right.sum()), int((~right).sum())
    if not good or not bad:
        return 0.5
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * bad))
