"""What `python -m benchmarks answering` counts: answers among the quotes, and broken citations."""

from dataclasses import replace

from app.answering.assistant import Assistant
from benchmarks.answering import holds, unresolved
from vectorstore.library import Library


def test_an_answer_is_held_as_whole_words() -> None:
    assert holds("It was signed in 2010, in Málaga.", ["Malaga"])
    assert holds("It was signed in 2010.", [["1999"], ["in 2010"]])
    assert not holds("It was signed in 2010.", "201")
    assert not holds("It was signed.", ["", []])


def test_a_citation_that_does_not_resolve_is_counted(article: Library) -> None:
    answer = Assistant(article).ask("Who stood beside President Peña?")
    assert unresolved(article, answer) == 0
    (first, *others) = answer.citations
    moved = replace(answer, citations=(replace(first, start=first.start + 1), *others))
    assert unresolved(article, moved) == 1
