"""Which answers cite a source: counted once for each answer, and forgotten with it."""

from dataclasses import replace

import pytest

from app.answering.assistant import Assistant
from vectorstore.library import Library
from vectorstore.records import Answer
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.usage import Usage


@pytest.fixture(scope="module")
def answer(article: Library) -> Answer:
    given = Assistant(article).ask("Who stood beside President Peña?")
    assert given.citations
    return given


def test_answers_are_counted_by_source_and_forgotten_with_their_conversation(
    library: Library, answer: Answer
) -> None:
    kept, usage = Conversations(library.database), Usage(library.database)
    source = answer.citations[0].source_id
    assert usage.counts() == {}
    kept.append("one", answer)
    kept.append("two", replace(answer, question="Again?"))
    assert usage.counts() == {source: 2}
    assert [(use.conversation_id, use.question) for use in usage.citing(source)] == [
        ("two", "Again?"),
        ("one", "Who stood beside President Peña?"),
    ]
    kept.delete("two")
    kept.append("three", replace(answer, citations=(), sentences=()))
    assert usage.counts() == {source: 1}
    assert Usage(library.database).counts() == {source: 1}


def test_what_was_only_found_is_no_use(library: Library, answer: Answer) -> None:
    kept, usage = Conversations(library.database), Usage(library.database)
    kept.append("one", replace(answer, citations=()))
    assert answer.hits
    assert usage.counts() == {}
    assert usage.citing(answer.hits[0].passage.source_id) == []


def test_an_id_with_any_letters_is_found(library: Library, answer: Answer) -> None:
    kept, usage = Conversations(library.database), Usage(library.database)
    odd = 'アジア-"ü\\-12'
    kept.append("one", replace(answer, citations=(replace(answer.citations[0], source_id=odd),)))
    assert usage.counts() == {odd: 1}
    assert len(usage.citing(odd)) == 1
