"""Which kind is a question of? Fit the classifier to its examples, and measure it by folds."""

import numpy as np
from rich.console import Console
from rich.table import Table

from app.answering.question_kinds import _AHEAD, KINDS, WEIGHTS, Kind, examples, fitted
from benchmarks.machine import described, keep
from vectorstore.encoders.embeddings import Vectors
from vectorstore.encoders.minilm import packaged_minilm

_FOLDS = 10


def question_kinds() -> None:
    """Fit the classifier of questions about the library, write its weights, measure it by folds."""
    from safetensors.numpy import save_file

    vectors, kinds = embedded()
    save_file({"weights": fitted(vectors, kinds)}, WEIGHTS)
    right = _by_folds(vectors, kinds)
    console = Console()
    console.print(described())
    table = Table("kind", "examples", "recognised without the fold that is measured")
    for kind in KINDS:
        table.add_row(kind, str(kinds.count(kind)), f"{right[kind]:.3f}")
    console.print(table)
    console.print(f"The weights are written to {WEIGHTS.name}.")
    keep("question-kinds", {"recognised": right})


def embedded() -> tuple[Vectors, list[Kind]]:
    """Return the vectors (n, 384) of the English examples, and their kinds."""
    some = examples(english=True)
    return packaged_minilm().encode_all([text for _, text in some]), [kind for kind, _ in some]


def _by_folds(vectors: Vectors, kinds: list[Kind]) -> dict[str, float]:
    order = np.random.default_rng(0).permutation(len(kinds))
    other = KINDS.index("other")
    right = dict.fromkeys(KINDS, 0)
    for fold in range(_FOLDS):
        test = order[fold::_FOLDS]
        train = np.setdiff1d(order, test)
        weights = fitted(vectors[train], [kinds[at] for at in train])
        scores = np.column_stack([vectors[test], np.ones(len(test))]) @ weights
        clear = scores.max(axis=1) - scores[:, other] >= _AHEAD
        found = np.where(clear, scores.argmax(axis=1), other)
        for at, one in zip(test, found, strict=True):
            right[kinds[at]] += KINDS[one] == kinds[at]
    return {kind: round(right[kind] / max(kinds.count(kind), 1), 3) for kind in KINDS}
