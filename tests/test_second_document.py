"""The same behaviours on a document quite unlike the article: an invented court ruling.

A rule that is fitted to the words of one text fails here.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.draft_check.checker import check_draft
from app.suggestions.suggestions import first_questions, following
from app.verification.modality import reports
from app.verification.verifier import Verifier
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.records import Turn

DOCUMENTS = Path(__file__).parent / "documents" / "ruling"


@pytest.fixture(scope="module")
def ruling(
    tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings
) -> Iterator[Library]:
    """A library with the ruling; tests only read it."""
    with Library(tmp_path_factory.mktemp("ruling"), embeddings) as opened:
        sync(opened, DOCUMENTS)
        yield opened


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who represented the company before the Court of Appeal?", "Tobias Renn"),
        ("When did the Alma strike a reef?", "3 March 2017"),
        ("How many passengers were injured?", "nineteen passengers were injured"),
        ("Why was the municipality entitled to terminate the contract?", "safety of passengers"),
        ("Where was the vessel towed?", "towed to Tarne"),
        ("How much must Brenna Municipality pay?", "450,000 crowns"),
    ],
)
def test_a_question_is_answered_with_the_sentence_that_says_it(
    ruling: Library, question: str, words: str
) -> None:
    answer = Assistant(ruling).ask(question)
    assert answer.outcome == "answered"
    assert any(words in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Paraguay?",
        "How do semiconductors work?",
        "Who won the 2018 election?",
    ],
)
def test_what_the_ruling_does_not_say_is_refused(ruling: Library, question: str) -> None:
    assert Assistant(ruling).ask(question).outcome != "answered"


def test_a_follow_up_is_read_with_the_question_before(ruling: Library) -> None:
    history = (Turn("user", "Who was the expert witness on appeal?"),)
    answer = Assistant(ruling).ask("And what did she say about the reef?", history)
    assert answer.outcome == "answered"
    assert any("on every chart" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("sentence", "quote", "verdict"),
    [
        ("Nineteen passengers were injured.", "19 passengers were injured.", "alike"),
        (
            "The Alma struck a reef with 61 people on board.",
            "On 3 March 2017, the Alma struck a reef off Kalvik with 61 people on board.",
            "alike",
        ),
        (
            "The Alma struck a reef with 81 people on board.",
            "On 3 March 2017, the Alma struck a reef off Kalvik with 61 people on board.",
            "contradicted",
        ),
        ("The vessel sank.", "The vessel did not sink.", "contradicted"),
        (
            "The municipality gave the notice that the contract required.",
            "The municipality failed to give the notice that the contract required.",
            "contradicted",
        ),
        (
            "The municipality had known about the instruments since 2015.",
            "Renn claimed that the municipality had known about the instruments since 2015.",
            "unverified",
        ),
        (
            "The captain alone was responsible for it.",
            "It recalls the company’s position that the captain alone was responsible for it.",
            "unverified",
        ),
        (
            "Brenna Municipality sued Nordfjell Ferries in the District Court of Tarne.",
            "Nordfjell Ferries sued Brenna Municipality in the District Court of Tarne.",
            "unverified",
        ),
        (
            "All of the crew had asked for new instruments in writing.",
            "Most of the crew had asked for new instruments in writing.",
            "unverified",
        ),
    ],
)
def test_a_sentence_is_compared_with_what_it_cites(
    ruling: Library, sentence: str, quote: str, verdict: str
) -> None:
    allowed = {
        "alike": ("supported", "unverified"),  # nothing differs: the checker decides
        "unverified": ("unverified", "not_stated", "contradicted"),  # the checker may lower it
    }
    assert Verifier(ruling).check(sentence, [quote]).verdict in allowed.get(verdict, (verdict,))


def test_suggestions_are_questions_that_the_ruling_answers(ruling: Library) -> None:
    first = list(first_questions(ruling))
    assert len(first) == 3
    for question in first:
        answer = Assistant(ruling).ask(question)
        assert (answer.outcome, answer.missing) == ("answered", "")
    next_ones = list(following(ruling, answer, asked=first))
    assert not set(next_ones) & set(first)


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        (
            "“The reef is on every chart that was printed after 1931,” Professor Lunde said.",
            "found",
        ),
        (
            "“The reef is on every chart that was printed after 1931,” Judge Marit Solheim said.",
            "misattributed",
        ),
        (
            "Professor Lunde said that “the reef is on every chart that was printed after 1951”.",
            "altered",
        ),
    ],
)
def test_a_quotation_is_checked_with_its_speaker(ruling: Library, draft: str, verdict: str) -> None:
    report = check_draft(ruling, draft)
    assert [q.verdict for checked in report.sentences for q in checked.quotations] == [verdict]


def test_positions_of_others_are_reports_whoever_holds_them() -> None:
    """The general rule behind “fully understands and respects Beijing’s position that …”."""
    found = reports("The court rejected the company’s position that the captain was to blame.")
    assert len(found) == 1
    assert "captain" in found[0].said
    assert reports("It denied Norway’s claim that the line was closed.")[-1].who == "Norway"
