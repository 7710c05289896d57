"""The gist of a text: what it says matters, no two sentences alike, in the order of the text."""

from collections.abc import Callable

import pytest

from app.answering.assistant import CATALOG, Assistant
from vectorstore.library import Library
from vectorstore.records import Answer, Scope

FERRY = """# The Brenna ferry

## Summary

This report argues that the ferry between Brenna and Holm should be replaced by a bridge.

## Traffic

The ferry carried 210,000 passengers in 2023. In winter it is often cancelled.
The crossing takes forty minutes. A bus waits on the other side.

## Money

The bridge would cost 80 million crowns. The ferry costs 6 million crowns a year.
All rights reserved.

## Conclusion

In sum, a bridge pays for itself within fourteen years.
"""
TEA = """# Tea in Uji

Tea has been grown in Uji since the thirteenth century, and the growers shade it before the harvest.
The mayor of Brenna once bought a ton of it. The main point is that shading makes the leaves sweet.
"""


@pytest.fixture(scope="module")
def texts(hold: Callable[[dict[str, str]], Library]) -> Library:
    return hold({"ferry.md": FERRY, "tea.md": TEA})


def gist_of(library: Library, question: str, scope: Scope | None = None) -> Answer:
    answer = Assistant(library).ask(question, scope=scope or Scope())
    assert (answer.outcome, answer.model) == ("answered", CATALOG)
    for citation in answer.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    return answer


@pytest.mark.parametrize(
    "question",
    ["What is the main argument?", "tl;dr", "What does the author want?", "Key takeaways?",
     "In a nutshell?", "Why should I read this?", "要点は何ですか", "结论是什么"],
)  # fmt: skip
def test_the_gist_is_asked_for_in_many_ways(article: Library, question: str) -> None:
    answer = gist_of(article, question)
    assert any("The main point:" in one.text for one in answer.sentences)
    assert {one.verdict for one in answer.sentences} == {"verbatim"}
    starts = [one.start for one in answer.citations]
    assert starts == sorted(starts)


def test_what_a_text_says_of_itself_comes_in_and_boilerplate_does_not(texts: Library) -> None:
    ferry = next(one.id for one in texts.catalog.sources() if one.path == "ferry.md")
    answer = gist_of(texts, "Summarise this report", Scope(sources=(ferry,)))
    said = " ".join(one.text for one in answer.sentences)
    assert "should be replaced by a bridge" in said
    assert "pays for itself" in said
    assert "All rights reserved" not in said


def test_of_several_sources_each_is_quoted_and_shared_names_are_told(texts: Library) -> None:
    answer = gist_of(texts, "What are the main points?")
    assert {one.title for one in answer.citations} == {"The Brenna ferry", "Tea in Uji"}
    shared = [one for one in answer.sentences if "2 of the 2 sources speak of Brenna" in one.text]
    assert len(shared) == 1
    assert len(shared[0].citations) == 2


@pytest.mark.parametrize(
    "question", ["Summarise the Brenna ferry", "What is the gist of “Tea in Uji”?"]
)
def test_a_source_that_is_named_is_meant(texts: Library, question: str) -> None:
    answer = gist_of(texts, question)
    title = "The Brenna ferry" if "ferry" in question else "Tea in Uji"
    assert {one.title for one in answer.citations} == {title}


def test_a_section_is_summed_up_by_its_heading(texts: Library) -> None:
    answer = gist_of(texts, "What is the key point of the section on traffic?")
    assert {one.title for one in answer.citations} == {"The Brenna ferry"}
    assert all("crowns" not in one.text for one in answer.sentences)


def test_a_shared_name_is_told_as_long_as_it_is(hold: Callable[[dict[str, str]], Library]) -> None:
    line = "The main point is that the Eastern Ferry Company should sell its {} boats.\n"
    library = hold({f"{one}.md": f"# On {one}\n\n{line.format(one)}" for one in ("old", "new")})
    said = " ".join(one.text for one in gist_of(library, "What are the main points?").sentences)
    assert "2 of the 2 sources speak of Eastern Ferry Company" in said
    assert "speak of Eastern." not in said
