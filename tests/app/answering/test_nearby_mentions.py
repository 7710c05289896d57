"""What is there on a subject where the sources are silent: told by code, with citations."""

from collections.abc import Callable

import pytest

from app.answering.assistant import Assistant
from app.answering.citations import Numbering
from app.answering.nearby_mentions import nearby_mentions
from app.answering.presentation import as_json, as_text
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Answer, Scope

HARBOUR = """# The harbour board

Marta Holm chaired the board of Skarnes. In May, Marta Holm met Idris Kane at the eastern quay.
Idris Kane closed the basin for two days.
"""
TEA = "# Tea\n\nTea is grown in Uji. The monk Myoe brought it from Kyoto.\n"


@pytest.fixture(scope="module")
def library(hold: Callable[[dict[str, str]], Library]) -> Library:
    return hold({"harbour.md": HARBOUR, "tea.md": TEA})


def silent(library: Library, question: str, scope: Scope | None = None) -> Answer:
    answer = Assistant(library).ask(question, scope=scope or Scope())
    assert answer.outcome in ("not_found", "too_weak")
    for citation in answer.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    return answer


def test_whom_the_sources_speak_of_and_what_they_lack(library: Library) -> None:
    numbering = Numbering(library)
    asked = Query("What is the birthday of Marta Holm?")
    (said,) = nearby_mentions(library, asked, numbering)
    assert said.text.startswith("The sources speak of “Marta Holm” once, together with ")
    assert "Idris Kane" in said.text
    assert "of “birthday” they say nothing there" in said.text
    assert said.citations
    assert all("Marta Holm" in numbering.citations[n - 1].quote for n in said.citations)


def test_what_nobody_is_told_of_needs_no_sentence(library: Library) -> None:
    answer = silent(library, "How do I knit a jumper?")
    assert not answer.sentences
    assert not answer.citations


def test_a_name_that_is_nowhere_is_no_subject(library: Library) -> None:
    answer = silent(library, "Who won the Brenna Cup in 1998?")
    assert not any("Brenna" in one.text for one in answer.sentences)


def test_only_the_sources_in_scope_count(library: Library) -> None:
    tea = next(one.id for one in library.catalog.sources() if one.path == "tea.md")
    answer = Assistant(library).ask("What is the birthday of Marta Holm?", scope=Scope((tea,)))
    assert {one.source_id for one in answer.citations} <= {tea}


def test_it_is_shown_as_text_with_its_footnotes(article: Library) -> None:
    answer = silent(article, "What is Ishiba's salary?")
    text = as_text(as_json(answer))
    assert text.startswith("The sources do not say.")
    assert "The sources speak of “Ishiba” in " in text
    assert "of “salary” they say nothing there. [1]" in text
    assert "\n[1] “" in text
