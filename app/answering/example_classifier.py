"""Classify short texts by examples, kept as data: which kind is a question of?

A linear classifier (ridge regression) is fitted to the examples: for English to their vectors by
the packaged encoder beside their words and pairs of neighbouring words, for Chinese and Japanese to
their characters and pairs of these. `docs/decisions/0022-question-kinds-by-examples.md` has what
was tried. The English weights are stored, since the vectors of the examples take seconds.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

import prompts
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.encoders.pooling import Vectors
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import fold, simplified

EXAMPLES = Path(prompts.__file__).with_name("question_kinds.toml")
WEIGHTS = EXAMPLES.with_suffix(".safetensors")  # written by benchmarks/question_kinds.py
# Judged on wordings that are no examples
_RIDGE = 1.0
_BIAS = 0.1  # what any two examples have in common
_LEAST = 2  # examples that have a word or a pair of words for it to count
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?,]")


class ExampleClassifier:
    """Scores texts by the classes of one table of the examples.

    The weights of languages other than English are fitted when they are needed.
    """

    def __init__(self, name: str, of_words: float) -> None:
        """Take the examples and the weights called `name`; nothing is fitted yet.

        `of_words` is what words count beside the encoder's vector: 1 is as much.
        """
        examples: Mapping[str, Mapping[str, Sequence[str]]] = example_file()[name]
        self.classes = tuple(examples)
        self._name = name
        self._of_words = of_words
        self._examples = examples

    def examples(self, *, english: bool) -> list[tuple[str, str]]:
        """Return the examples with their classes, the English ones or the others."""
        return [
            (one, text)
            for one, languages in self._examples.items()
            for language, texts in languages.items()
            for text in texts
            if (language == "english") == english
        ]

    def scores(self, text: str) -> Vectors:
        """Return the score of each class, shape (classes,): near 1 for its examples, else -1."""
        if cjk_share(text) > 0.5:
            vector, weights = self._characters.vector(text), self._character_weights
        else:
            vector, weights = self._vector(text), self._english_weights
        scores: Vectors = np.append(vector, np.float32(1)) @ weights
        return scores

    def fitted(self, *, without: Sequence[int] = ()) -> Vectors:
        """Return the English weights (features + 1, classes), the bias last, fitted anew.

        `without` are indexes of examples that are left out.
        """
        some = self.examples(english=True)
        kept = [at for at in range(len(some)) if at not in set(without)]
        vectors = self.vectors[kept]
        return _fitted(vectors, [self.classes.index(some[at][0]) for at in kept], self.classes)

    @cached_property
    def vectors(self) -> Vectors:
        """The vectors of the English examples, shape (examples, features)."""
        texts = [text for _, text in self.examples(english=True)]
        encoded = packaged_minilm().encode_all(texts)
        words = np.stack([self._words.vector(text) for text in texts])
        return np.hstack([encoded, self._of_words * words])

    def _vector(self, text: str) -> Vectors:
        words = self._of_words * self._words.vector(text)
        return np.concatenate([packaged_minilm().encode(text), words])

    @cached_property
    def _english_weights(self) -> Vectors:
        from safetensors.numpy import load_file

        return load_file(WEIGHTS)[self._name]

    @cached_property
    def _character_weights(self) -> Vectors:
        some = self.examples(english=False)
        vectors = np.stack([self._characters.vector(text) for _, text in some])
        return _fitted(vectors, [self.classes.index(one) for one, _ in some], self.classes)

    @cached_property
    def _words(self) -> "_Counts":
        return _Counts([text for _, text in self.examples(english=True)], _words_of, _LEAST)

    @cached_property
    def _characters(self) -> "_Counts":
        return _Counts([text for _, text in self.examples(english=False)], _pairs_of, 1)


class _Counts:
    """Vectors of texts by what occurs in them (`features_of`), the rare ones counting most."""

    def __init__(
        self, texts: Sequence[str], features_of: Callable[[str], Iterable[str]], least: int
    ) -> None:
        counted = Counter(feature for text in texts for feature in features_of(text))
        known = sorted(feature for feature, n in counted.items() if n >= least)
        self._places = {feature: at for at, feature in enumerate(known)}
        self._weights = {one: math.log((len(texts) + 1) / counted[one]) for one in known}
        self._features_of = features_of

    def vector(self, text: str) -> Vectors:
        """Return the vector of a text, of length one unless nothing in it is known."""
        found = np.zeros(len(self._places), dtype=np.float32)
        for feature in self._features_of(text):
            if feature in self._places:
                found[self._places[feature]] = self._weights[feature]
        length = float(np.linalg.norm(found))
        return found / length if length else found


def plain(question: str) -> str:
    """Return a question as it is compared with the examples, word for word."""
    return fold(question).strip(" \t\n?？!！.。")


@cache
def example_file() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the tables of the file of examples."""
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


def _fitted(vectors: Vectors, places: Sequence[int], classes: Sequence[str]) -> Vectors:
    """Return the weights (dimension + 1, classes), the bias last, fitted to vectors (n, dimension).

    A ridge regression on ±1 in its dual form, in which each class counts as much as any other.
    """
    place = np.array(places)
    shares = np.bincount(place, minlength=len(classes)) * (len(classes) / len(places))
    kernel = vectors @ vectors.T + _BIAS + _RIDGE * np.diag(shares[place])
    dual = np.linalg.solve(kernel.astype(np.float64), np.eye(len(classes))[place] * 2 - 1)
    weights: Vectors = np.vstack([vectors.T @ dual, _BIAS * dual.sum(axis=0)]).astype(np.float32)
    return weights


def _words_of(text: str) -> set[str]:
    """Return the words of a text and its pairs of neighbouring words, its ends included."""
    words = ["^", *_WORD.findall(fold(text)), "$"]
    return {*words[1:-1], *(f"{a} {b}" for a, b in pairwise(words))}


def _pairs_of(text: str) -> set[str]:
    letters = "".join(c for c in simplified(text) if c.isalnum())
    return {letters[at : at + n] for n in (1, 2) for at in range(len(letters) - n + 1)}
