"""Questions from the moment they are accepted until they are answered, withdrawn or handed back."""

from pathlib import Path

import pytest

from vectorstore.errors import BadInput
from vectorstore.records import Answer, Scope
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.database import Database
from vectorstore.storage.questions import Question, Questions

TEA = Question("q1", "talk", "Who grows tea?", before=3, scope=Scope(("a",), ("en",), "2020", ""))
RICE = Question("q2", "talk", "And rice?", alone=True)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "catalog.sqlite")


def answered(question: Question) -> Answer:
    return Answer(question.text, question.text, "answered", "Uji does.", (), (), (), "quoting")


def test_a_question_is_kept_once_and_as_it_was_asked(database: Database) -> None:
    questions, talks = Questions(database), Conversations(database)
    assert [questions.add(TEA), questions.add(RICE), questions.add(TEA)] == [True, True, False]
    assert questions.of("talk") == [TEA, RICE]
    (talk,) = talks.all()
    assert (talk.id, talk.title) == ("talk", TEA.text)
    assert talks.answers("talk") == []


def test_an_answer_takes_the_place_of_its_question_which_is_never_accepted_again(
    database: Database,
) -> None:
    questions, talks = Questions(database), Conversations(database)
    questions.add(TEA)
    before = talks.stamp("talk")
    assert questions.answer(TEA.id, answered(TEA))
    assert talks.stamp("talk") != before
    assert questions.of("talk") == []
    assert [one.question for one in talks.answers("talk")] == [TEA.text]
    assert not questions.add(TEA)
    assert not questions.answer(TEA.id, answered(TEA))
    assert len(talks.answers("talk")) == 1


def test_a_deleted_conversation_is_not_made_again_by_the_answer_it_waited_for(
    database: Database,
) -> None:
    questions, talks = Questions(database), Conversations(database)
    questions.add(TEA)
    removed = talks.delete("talk")
    assert not questions.answer(TEA.id, answered(TEA))
    assert talks.all() == []
    assert TEA.text.encode() not in database.path.read_bytes()
    talks.restore(removed)
    (back,) = questions.of("talk")
    assert (back.id, back.text, back.scope) == (TEA.id, TEA.text, TEA.scope)
    assert back.returned == "The conversation was deleted before this was answered."


def test_the_last_answer_can_go_while_a_question_waits(database: Database) -> None:
    questions, talks = Questions(database), Conversations(database)
    questions.add(TEA)
    questions.answer(TEA.id, answered(TEA))
    questions.add(RICE)
    removed = talks.remove_answer("talk", 0)
    assert [talk.title for talk in talks.all()] == [RICE.text]
    talks.restore(removed)
    assert questions.of("talk") == [RICE]
    assert [talk.title for talk in talks.all()] == [TEA.text]


def test_what_a_process_left_is_handed_back_and_can_be_withdrawn(database: Database) -> None:
    questions, talks = Questions(database), Conversations(database)
    questions.add(TEA)
    questions.add(RICE)
    questions.hand_back(TEA.id, "Stopped.")
    questions.hand_back_all("Closed.")
    assert [one.returned for one in questions.of("talk")] == ["Stopped.", "Closed."]
    questions.withdraw(TEA.id)
    assert questions.of("talk")[0].id == RICE.id
    questions.withdraw(RICE.id)
    assert talks.all() == []
    with pytest.raises(BadInput, match="no longer there"):
        talks.answers("talk")
