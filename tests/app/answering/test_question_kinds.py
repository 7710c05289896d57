"""Questions about the library as a whole, in wordings that are not among the examples."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from app.answering.answer_forms import FORMS, answer_form, form_classifier
from app.answering.example_classifier import WEIGHTS, ExampleClassifier
from app.answering.question_kinds import (
    KINDS,
    QuestionKind,
    is_document_word,
    kind_classifier,
    question_kind,
    topic_of,
)
from vectorstore.library import Library
from vectorstore.text.terms import fold

HERE = Path(__file__).parent
WORDINGS, OF_FORMS = (
    [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]
    for file in ("question_kinds.jsonl", "answer_forms.jsonl")
)


def nothing(_: Sequence[str]) -> Sequence[str]:
    """The words that an empty library knows."""
    return ()


def everything(new: Sequence[str]) -> Sequence[str]:
    return new


@pytest.mark.parametrize(
    ("classifier", "classes", "wordings"),
    [(kind_classifier(), KINDS, WORDINGS), (form_classifier(), FORMS, OF_FORMS)],
)
def test_the_examples_have_the_classes_of_the_code_and_none_of_the_wordings(
    classifier: ExampleClassifier, classes: Sequence[str], wordings: list[dict[str, str]]
) -> None:
    assert classifier.classes == classes
    every = [*classifier.examples(english=True), *classifier.examples(english=False)]
    known = {fold(text).strip(" ?!.。？") for _, text in every}
    assert not [one["text"] for one in wordings if fold(one["text"]).strip(" ?!.。？") in known]


def test_the_stored_weights_are_fitted_to_the_examples() -> None:
    """After a change of the examples, run `python -m benchmarks question-kinds`."""
    stored = load_file(WEIGHTS)
    for name, classifier in (("kind", kind_classifier()), ("form", form_classifier())):
        assert np.abs(stored[name] - classifier.fitted()).max() < 1e-3


@pytest.mark.parametrize(("language", "least"), [("en", 0.9), ("ja", 0.75), ("zh", 0.8)])
def test_the_form_of_answer_is_told_in_other_wordings(language: str, least: float) -> None:
    asked = [one for one in OF_FORMS if one["language"] == language]
    right = [answer_form(one["text"]) == one["form"] for one in asked]
    assert sum(right) / len(right) >= least


def test_most_wordings_are_recognised_and_hardly_any_other_question_is_taken_for_one(
    article: Library,
) -> None:
    def known(new: Sequence[str]) -> list[str]:
        found = article.word_index.frequencies(list(new))
        return [term for term in new if found[term]]

    right: Counter[str] = Counter()
    for one in WORDINGS:
        # What a topic is called stands in the library that is asked about it
        found = question_kind(one["text"], everything if one["kind"] == "topic" else known)
        searched = found.kind in ("gist", "authorship") and found.topic and not found.sure
        right[one["kind"]] += ("other" if searched else found.kind) == one["kind"]
    asked = Counter(one["kind"] for one in WORDINGS)
    shares = {kind: round(right[kind] / asked[kind], 2) for kind in asked}
    assert shares["other"] >= 0.93, shares
    assert shares["gist"] >= 0.9, shares
    assert min(shares.values()) >= 0.65, shares


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does the article say about Lithuania?", "Lithuania"),
        ("Tell me about the president of Palau.", "president of Palau"),
        ("Summarise Japan's role in the G7", "Japan's role in the G7"),
        ("What is the main argument?", ""),
        ("What did Lithuania open?", ""),
        ("Who wrote to the president of Palau?", ""),
    ],
)
def test_a_topic_is_told_apart_from_a_question_on_it(question: str, topic: str) -> None:
    assert topic_of(question, lambda new: new) == topic


def test_a_word_that_the_library_knows_may_be_the_topic() -> None:
    assert question_kind("What is the main argument?", everything) == QuestionKind("gist")
    found = question_kind("What is the main argument against the tunnel?", everything)
    assert (found.kind, found.sure) in {("gist", False), ("other", False), ("other", True)}


@pytest.mark.parametrize("question", ["", "   ", "?", "a" * 4000, "why " * 900, "summarise " * 400])
def test_odd_questions_are_other_ones(question: str) -> None:
    assert question_kind(question, nothing).kind == "other"


def test_words_for_a_document_are_no_topic() -> None:
    assert is_document_word("Article")
    assert not is_document_word("Lithuania")
    assert not is_document_word("?")
