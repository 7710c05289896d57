"""Conversations of several people: each sees their own, and what another shares."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vectorstore.storage.test_conversation_history import answer
from vectorstore.errors import BadInput
from vectorstore.storage.conversations import Conversations, Rating
from vectorstore.storage.database import Database
from vectorstore.storage.questions import Question, Questions

ADA, BOB, CYD = "ada@example.org", "bob@example.org", "cyd@example.org"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Ada and Bob have a conversation each; an earlier one has no owner."""
    database = Database(tmp_path / "catalog.sqlite")
    Conversations(database, ADA).append("of-ada", answer("What is tea?"))
    Conversations(database, BOB).append("of-bob", answer("What is rice?"))
    Conversations(database).append("of-nobody", answer("What is salt?"))
    return database


def ids(store: Conversations, words: str = "") -> list[str]:
    return sorted(one.id for one in store.search(words))


def test_each_sees_their_own(database: Database) -> None:
    assert ids(Conversations(database, ADA)) == ["of-ada"]
    assert ids(Conversations(database, BOB), "what") == ["of-bob"]
    assert ids(Conversations(database, CYD)) == []
    assert ids(Conversations(database)) == ["of-nobody"]
    assert ids(Conversations(database, owner=None)) == ["of-ada", "of-bob", "of-nobody"]


CHANGES: list[Callable[[Conversations], object]] = [
    lambda kept: kept.rename("of-ada", "Mine"),
    lambda kept: kept.rate("of-ada", 0, Rating(helpful=True)),
    lambda kept: kept.remove_answer("of-ada", 0),
    lambda kept: kept.delete("of-ada"),
    lambda kept: kept.share("of-ada", shared=True),
    lambda kept: kept.share("of-ada", shared=False),
    lambda kept: kept.require("of-ada"),
]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("who", [BOB, CYD, ""])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_what_is_another_persons(
    database: Database, change: Callable[[Conversations], object], who: str, *, shared: bool
) -> None:
    ada = Conversations(database, ADA)
    ada.share("of-ada", shared=shared)
    before = [tuple(row) for row in database.rows("SELECT * FROM turn, conversation")]
    with pytest.raises(BadInput, match="no longer there"):
        change(Conversations(database, who))
    assert [tuple(row) for row in database.rows("SELECT * FROM turn, conversation")] == before


@pytest.mark.parametrize("who", [BOB, CYD, ""])
def test_what_is_not_shared_cannot_be_read(database: Database, who: str) -> None:
    Conversations(database, ADA).rate("of-ada", 0, Rating(helpful=False, reason="no"))
    other = Conversations(database, who)
    with pytest.raises(BadInput, match="no longer there"):
        other.answers("of-ada")
    assert (other.times("of-ada"), other.ratings("of-ada"), other.stamp("of-ada")) == ([], [], ())
    assert (other.exists("of-ada"), other.readable("of-ada")) == (False, False)
    assert other.find("of-ada") is None


def test_what_is_shared_is_read_without_its_ratings_until_that_is_taken_back(
    database: Database,
) -> None:
    ada, bob = Conversations(database, ADA), Conversations(database, BOB)
    ada.rate("of-ada", 0, Rating(helpful=False, reason="no"))
    ada.share("of-ada", shared=True)
    assert [one.question for one in bob.answers("of-ada")] == ["What is tea?"]
    assert bob.ratings("of-ada") == [None]
    assert ada.ratings("of-ada") == [Rating(helpful=False, reason="no")]
    assert bob.stamp("of-ada") == ada.stamp("of-ada")
    assert ids(bob) == ["of-bob"]  # it is found by its link alone
    found = bob.find("of-ada")
    assert found
    assert found.owner == ADA
    ada.share("of-ada", shared=False)
    with pytest.raises(BadInput, match="no longer there"):
        bob.answers("of-ada")


def test_nobody_asks_in_what_is_another_persons(database: Database) -> None:
    Conversations(database, ADA).share("of-ada", shared=True)
    questions = Questions(database)
    with pytest.raises(BadInput, match="another person"):
        questions.add(Question("q", "of-ada", "And rice?"), BOB)
    assert database.count("question") == 0
    assert questions.add(Question("q", "of-ada", "And rice?"), ADA)
    assert questions.add(Question("r", "new", "And salt?"), CYD)
    assert ids(Conversations(database, CYD)) == ["new"]


def test_a_restored_conversation_is_still_its_owners(database: Database) -> None:
    ada = Conversations(database, ADA)
    ada.restore(ada.delete("of-ada"))
    assert ids(ada) == ["of-ada"]
    assert ids(Conversations(database)) == ["of-nobody"]


def test_a_deleted_conversation_does_not_come_back_into_another_persons(database: Database) -> None:
    ada, bob = Conversations(database, ADA), Conversations(database, BOB)
    removed = ada.delete("of-ada")
    bob.append("of-ada", answer("What is rice?"))  # a tab that still names it
    with pytest.raises(BadInput, match="Another person"):
        ada.restore(removed)
    assert [one.question for one in bob.answers("of-ada")] == ["What is rice?"]
    assert not ada.exists("of-ada")
