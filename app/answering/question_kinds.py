"""Recognise questions about the library as a whole: greetings, what it holds, gists, who wrote it.

A linear classifier (ridge regression) tells the kinds apart. It is fitted to examples
(`prompts/question_kinds.toml`): for English to their vectors by the packaged encoder, for Chinese
and Japanese to their characters. Where it is not clear, the question is of the kind `other` and is
searched. `docs/decisions/0022-question-kinds-by-examples.md` has what was tried.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

import prompts
from vectorstore.encoders.embeddings import Vectors
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import fold, simplified, terms

Kind = Literal["greeting", "inventory", "gist", "authorship", "topic", "other"]
KINDS: tuple[Kind, ...] = ("greeting", "inventory", "gist", "authorship", "topic", "other")
_OF_SOURCES = ("gist", "authorship", "topic", "other")
Known = Callable[[Sequence[str]], Sequence[str]]

EXAMPLES = Path(prompts.__file__).with_name("question_kinds.toml")
WEIGHTS = EXAMPLES.with_suffix(".safetensors")
# Judged on wordings that are no examples; the weights by benchmarks/question_kinds.py
_RIDGE = 1.0
_BIAS = 0.1  # what any two examples have in common
_AHEAD = 0.3  # of `other`, for a kind to count; scores are 1 for examples of a kind, else -1
_FAR_AHEAD = 1.05  # the same where words of the topic were replaced
_SURE = 0.4  # score from which a gist is asked for although words of the question may be a topic
_LONGEST = 250  # characters; judged: longer ones have a topic
_DOCUMENT_WORDS = frozenset(
    terms(
        "source document article file text paper report book library study section chapter "
        "collection essay publication piece page pdf record brief memo author writer"
    )
)


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """The kind of a question.

    `named` are its terms that do not frame a question of this kind: they may name a source or a
    section. `topic` are those of them that occur in the library's texts. `sure` says that the
    question is of the kind even if it has a topic that is no source's name.
    """

    kind: Kind
    topic: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    sure: bool = True


def question_kind(question: str, known: Known) -> QuestionKind:
    """Return the kind of a question; `other` for all that are not of the kinds of the examples.

    `known` returns those of the given terms that occur in the library. `topic` asks what is said of
    one, as “Tell me about Vilnius” does, and has one that is known.
    """
    if len(question) > _LONGEST or not any(c.isalnum() for c in question):
        return QuestionKind("other")
    named = tuple(
        term
        for term in dict.fromkeys(terms(question))
        if term not in _vocabulary() and len(term) > 1
    )
    topic = tuple(known(named))
    scores = _scores(question)
    kind, score = _clearest(question, scores)
    if kind == "other" and named:
        gist, author, about, other = (scores[KINDS.index(one)] for one in _OF_SOURCES)
        if topic and _asks_about(_pointing(question, topic)):
            kind = "topic"
        elif max(gist, author, about) >= other:
            # It may be asked of a source, if that is what is named
            return QuestionKind("authorship" if author > gist else "gist", named, named, sure=False)
    if kind == "other" or (kind == "topic" and not topic):
        return QuestionKind("other")
    return QuestionKind(kind, topic, named, sure=score >= _SURE)


def topic_of(question: str, known: Known) -> str:
    """Return the words whose topic is asked for, as “Vilnius” in “Tell me about Vilnius”; or ""."""
    found = question_kind(question, known)
    if found.kind != "topic":
        return ""
    words = question.split()
    places = [at for at, word in enumerate(words) if set(terms(word)) & set(found.topic)]
    return " ".join(words[places[0] : places[-1] + 1]).strip("?!.,;:“”\"'") if places else ""


def is_document_word(word: str) -> bool:
    """Whether a word means a document as such, so that sources need not contain it."""
    return bool(own := terms(word)) and set(own) <= _DOCUMENT_WORDS


def examples(*, english: bool) -> list[tuple[Kind, str]]:
    """Return the examples with their kinds, the English ones or the others."""
    return [
        (kind, text)
        for kind in KINDS
        for language, texts in _file()[kind].items()
        for text in texts
        if (language == "english") == english
    ]


def fitted(vectors: Vectors, kinds: Sequence[Kind]) -> Vectors:
    """Return the weights (dimension + 1, kinds), the bias last, fitted to vectors (n, dimension).

    A ridge regression on ±1 in its dual form, in which each kind counts as much as any other.
    """
    place = np.array([KINDS.index(kind) for kind in kinds])
    shares = np.bincount(place, minlength=len(KINDS)) * (len(KINDS) / len(kinds))
    kernel = vectors @ vectors.T + _BIAS + _RIDGE * np.diag(shares[place])
    dual = np.linalg.solve(kernel.astype(np.float64), np.eye(len(KINDS))[place] * 2 - 1)
    weights: Vectors = np.vstack([vectors.T @ dual, _BIAS * dual.sum(axis=0)]).astype(np.float32)
    return weights


def _clearest(question: str, scores: Vectors) -> tuple[Kind, float]:
    """Return the kind of a text with its score; `other` unless another is clearly ahead of it."""
    if example := _kinds_of_examples().get(_plain(question)):
        return example, 1.0
    best = int(scores.argmax())
    ahead = float(scores[best] - scores[KINDS.index("other")])
    return (KINDS[best] if ahead >= _AHEAD else "other"), float(scores[best])


def _plain(question: str) -> str:
    return fold(question).strip(" \t\n?？!！.。")


@cache
def _kinds_of_examples() -> dict[str, Kind]:
    return {_plain(text): kind for kind, text in _all_examples()}


def _asks_about(question: str) -> bool:
    """Whether a question that has “it” for its topic surely asks what is said of it."""
    scores = _scores(question)
    ahead = scores[KINDS.index("topic")] - scores[KINDS.index("other")]
    return KINDS[int(scores.argmax())] == "topic" and bool(ahead >= _FAR_AHEAD)


def _pointing(question: str, topic: Sequence[str]) -> str:
    """Return a question with “it” for each run of words of its topic.

    >>> _pointing("What is said of the port of Uji and its trade?", ("port", "uji", "trade"))
    'What is said of it?'
    """
    kept: list[str] = []
    between: list[str] = []  # words after “it” that may belong to the topic
    for word in question.split():
        own = set(terms(word))
        if own & set(topic):
            if kept[-1:] != ["it"]:
                if kept and kept[-1].lower() in ("a", "an", "the"):
                    kept.pop()
                kept.append("it")
            between = []
        elif kept[-1:] == ["it"] and not own:
            between.append(word)
        else:
            kept += [*between, word]
            between = []
    text = " ".join([*kept, *between])
    return text + ("?" if question.rstrip().endswith("?") else "")


def _scores(question: str) -> Vectors:
    """Return the score of each kind, shape (kinds,)."""
    if cjk_share(question) > 0.5:
        vector, weights = _characters().vector(question), _character_weights()
    else:
        vector, weights = packaged_minilm().encode(question), _english_weights()
    scores: Vectors = np.append(vector, np.float32(1)) @ weights
    return scores


@cache
def _english_weights() -> Vectors:
    from safetensors.numpy import load_file

    return load_file(WEIGHTS)["weights"]


@cache
def _character_weights() -> Vectors:
    some = examples(english=False)
    vectors = np.stack([_characters().vector(text) for _, text in some])
    return fitted(vectors, [kind for kind, _ in some])


class _Characters:
    """Vectors of texts by their characters and pairs of these, the rare ones counting most."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = Counter(pair for text in texts for pair in _pairs(text))
        self._places = {pair: at for at, pair in enumerate(sorted(counted))}
        self._weights = {pair: math.log((len(texts) + 1) / n) for pair, n in counted.items()}

    def vector(self, text: str) -> Vectors:
        """Return the vector of a text, of length one unless none of its characters is known."""
        found = np.zeros(len(self._places), dtype=np.float32)
        for pair in _pairs(text):
            if pair in self._places:
                found[self._places[pair]] = self._weights[pair]
        length = float(np.linalg.norm(found))
        return found / length if length else found


@cache
def _characters() -> _Characters:
    return _Characters([text for _, text in examples(english=False)])


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in simplified(text) if c.isalnum())
    return {plain[at : at + n] for n in (1, 2) for at in range(len(plain) - n + 1)}


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


@cache
def _vocabulary() -> frozenset[str]:
    """Return the terms that are no topic: those of the examples, and what frames a question."""
    framed = [text for text_kind, text in _all_examples() if text_kind not in ("topic", "other")]
    framed += _file()["framing"]["english"]
    return frozenset(term for text in framed for term in terms(text)) | _DOCUMENT_WORDS


def _all_examples() -> list[tuple[Kind, str]]:
    return [*examples(english=True), *examples(english=False)]
