"""Recognise questions about the library as a whole: greetings, what it holds, gists, who wrote it.

A classifier tells the kinds apart by examples (`example_classifier.py`). Where it is not clear, the
question is of the kind `other` and is searched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args

from app.answering.example_classifier import ExampleClassifier, example_file, plain
from vectorstore.encoders.pooling import Vectors
from vectorstore.text.terms import terms

Kind = Literal["greeting", "inventory", "gist", "authorship", "topic", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OF_SOURCES = ("gist", "authorship", "topic", "other")
Known = Callable[[Sequence[str]], Sequence[str]]

# Judged on wordings that are no examples
_AHEAD = 0.3  # of `other`, for a kind to count; scores are 1 for examples of a kind, else -1
_FAR_AHEAD = 1.05  # the same where words of the topic were replaced
# Score from which a gist is asked for although a word of the question may be a topic, and what more
# it takes for each such word
_SURE, _SURER = 0.4, 0.15
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
    scores = kind_classifier().scores(question)
    kind, score = _clearest(question, scores)
    if kind == "other" and named:
        gist, author, about, other = (scores[KINDS.index(one)] for one in _OF_SOURCES)
        if topic and _asks_about(_pointing(question, topic)):
            kind = "topic"
        elif max(gist, author, about) >= other - _AHEAD:
            # It may be asked of a source, if that is what is named
            return QuestionKind("authorship" if author > gist else "gist", named, named, sure=False)
    if not named and kind in ("topic", "other") and _asks_for_gist(scores):
        return QuestionKind("gist", sure=False)  # “What is it about?” has no topic
    if kind == "other" or (kind == "topic" and not topic):
        return QuestionKind("other")
    return QuestionKind(kind, topic, named, sure=score >= _SURE + _SURER * len(topic))


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


def _clearest(question: str, scores: Vectors) -> tuple[Kind, float]:
    """Return the kind of a text with its score; `other` unless another is clearly ahead of it."""
    if example := _kinds_of_examples().get(plain(question)):
        return example, 1.0
    best = int(scores.argmax())
    ahead = float(scores[best] - scores[KINDS.index("other")])
    return (KINDS[best] if ahead >= _AHEAD else "other"), float(scores[best])


@cache
def _kinds_of_examples() -> dict[str, Kind]:
    return {plain(text): cast("Kind", kind) for kind, text in _all_examples()}


def _asks_for_gist(scores: Vectors) -> bool:
    """Whether a question without a topic asks what a text says of its own."""
    gist, author, about, other = (float(scores[KINDS.index(one)]) for one in _OF_SOURCES)
    return max(gist, about) == float(scores.max()) and gist - other >= _AHEAD and gist > author


def _asks_about(question: str) -> bool:
    """Whether a question that has “it” for its topic surely asks what is said of it."""
    scores = kind_classifier().scores(question)
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


@cache
def kind_classifier() -> ExampleClassifier:
    """Return the classifier of the kinds."""
    return ExampleClassifier("kind", of_words=0.5)


@cache
def _vocabulary() -> frozenset[str]:
    """Return the terms that are no topic: those of the examples, and what frames a question."""
    framed = [text for kind, text in _all_examples() if kind not in ("topic", "other")]
    framed += example_file()["framing"]["english"]
    return frozenset(term for text in framed for term in terms(text)) | _DOCUMENT_WORDS


def _all_examples() -> list[tuple[str, str]]:
    return [*kind_classifier().examples(english=True), *kind_classifier().examples(english=False)]
