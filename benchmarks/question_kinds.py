"""Which kind is a question of? Fit the classifiers to their examples, and measure them by folds."""

import numpy as np
from rich.console import Console
from rich.table import Table

from app.answering import answer_forms
from app.answering import question_kinds as kinds
from app.answering.example_classifier import WEIGHTS, ExampleClassifier
from benchmarks.machine import described, keep

_FOLDS = 10
_UNCLEAR = {"kind": ("other", kinds._AHEAD), "form": ("plain", answer_forms._AHEAD)}


def question_kinds() -> None:
    """Fit the classifiers of questions, write their weights, measure them by folds."""
    from safetensors.numpy import save_file

    classifiers = {"kind": kinds.kind_classifier(), "form": answer_forms.form_classifier()}
    save_file({name: one.fitted() for name, one in classifiers.items()}, WEIGHTS)
    console = Console()
    console.print(described())
    found = {name: _by_folds(one, *_UNCLEAR[name]) for name, one in classifiers.items()}
    for name, right in found.items():
        table = Table(name, "examples", "recognised without the fold that is measured")
        counts = [one for one, _ in classifiers[name].examples(english=True)]
        for one, share in right.items():
            table.add_row(one, str(counts.count(one)), f"{share:.3f}")
        console.print(table)
    console.print(f"The weights are written to {WEIGHTS.name}.")
    keep("question-kinds", {"recognised": found})


def _by_folds(classifier: ExampleClassifier, unclear: str, ahead: float) -> dict[str, float]:
    labels = [classifier.classes.index(one) for one, _ in classifier.examples(english=True)]
    order = np.random.default_rng(0).permutation(len(labels))
    otherwise = classifier.classes.index(unclear)
    right = dict.fromkeys(classifier.classes, 0)
    for fold in range(_FOLDS):
        test = order[fold::_FOLDS]
        weights = classifier.fitted(without=test.tolist())
        scores = np.column_stack([classifier.vectors[test], np.ones(len(test))]) @ weights
        clear = scores.max(axis=1) - scores[:, otherwise] >= ahead
        best = np.where(clear, scores.argmax(axis=1), otherwise)
        for at, one in zip(test, best, strict=True):
            right[classifier.classes[one]] += bool(labels[at] == one)
    return {
        one: round(right[one] / max(labels.count(at), 1), 3)
        for at, one in enumerate(classifier.classes)
    }
