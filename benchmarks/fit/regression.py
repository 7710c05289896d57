"""The regressions behind the fitted weights, and the folds that check them.

scikit-learn and SciPy do the work; both are installed with sentence-transformers.
"""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.fit.features import Array


def logistic(features: Array, labels: Array, weights: Array, ridge: float = 0.0) -> Array:
    """Return the coefficients (features + 1,) of a logistic regression, the intercept last.

    `features` has shape (n, features), `labels` and `weights` (n,). `ridge` times half the squared
    length of the coefficients is added to the summed loss.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / ridge if ridge else np.inf, max_iter=10_000, tol=1e-8)
    model.fit(features, labels, sample_weight=weights)
    return np.append(model.coef_[0], model.intercept_[0])


def conditional_logistic(features: Array, starts: Array, right: Array, ridge: float = 0.0) -> Array:
    """Return the weights (features,) under which a right row is likeliest chosen in each group.

    A conditional logit (McFadden 1974): the chance of a row is the softmax of its score among the
    rows of its group, and that of a group is the sum over its right rows. `features` has shape
    (n, features); group i has the rows from `starts[i]` to the next start; `right` has shape (n,).
    Groups without a right row say nothing and do not count. `ridge` times half the squared length
    of the weights is added to the mean loss.
    """
    from scipy.optimize import minimize

    sizes = np.diff(np.append(starts, len(right)))
    told = np.add.reduceat(right.astype(int), starts) > 0
    rows = np.repeat(told, sizes)
    features, right, sizes = features[rows].astype(float), right[rows].astype(bool), sizes[told]
    first = np.append(0, np.cumsum(sizes)[:-1])

    def loss(weights: Array) -> tuple[float, Array]:
        scores = features @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, first), sizes)
        odds = np.exp(scores)
        every = np.add.reduceat(odds, first)
        good = np.add.reduceat(odds * right, first) + 1e-300
        share = odds / np.repeat(every, sizes) - odds * right / np.repeat(good, sizes)
        mean = float(np.mean(np.log(every) - np.log(good)))
        slope = features.T @ share / len(first)
        return mean + ridge * float(weights @ weights) / 2, slope + ridge * weights

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def out_of_fold(
    groups: Array, folds: int, score: Callable[[Array, Array], Array], seed: int | None = None
) -> Array:
    """Return the scores (n,) that each row gets from a fit without the rows of its fold.

    Rows of one group share a fold; `groups` has shape (n,). `score(train, test)` gets two masks of
    shape (n,) and returns the scores of the test rows. With a seed, groups are assigned at random,
    else so that folds come out equally large.
    """
    from sklearn.model_selection import GroupKFold

    splitter = GroupKFold(folds, shuffle=seed is not None, random_state=seed)
    scores = np.zeros(len(groups))
    for _, held in splitter.split(groups, groups=groups):
        test = np.isin(np.arange(len(groups)), held)
        scores[test] = score(~test, test)
    return scores


def first_hits(scores: Array, starts: Array, right: Array, most: Sequence[int]) -> list[float]:
    """Return, for each number in `most`, in how many groups so many best rows have a right one.

    Shapes as in `conditional_logistic`; a share of all groups, 0 to 1.
    """
    ends = np.append(starts[1:], len(right))
    hits = np.zeros(len(most))
    for start, end in zip(starts, ends, strict=True):
        best = right[start:end][np.argsort(-scores[start:end], kind="stable")]
        hits += [best[:few].any() for few in most]
    return [float(hit) for hit in hits / len(starts)]
