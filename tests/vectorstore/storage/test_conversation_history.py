"""Conversations as their user keeps them: searched, named, rated, forgotten and put back."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from vectorstore.errors import BadInput
from vectorstore.records import Answer, Citation, Finding, Sentence
from vectorstore.storage.conversations import Conversations, Rating
from vectorstore.storage.database import Database
from vectorstore.storage.questions import Question, Questions
from vectorstore.storage.redaction import redact
from vectorstore.storage.salvage import salvage
from vectorstore.storage.schema import VERSION
from vectorstore.storage.stored_answers import dump_answer

SECRET = "The zanzibarite ledger names forty-one harbours."


def answer(question: str, text: str = "Nothing.") -> Answer:
    return Answer(question, question, "not_found", text, (), (), (), "none (quotations)")


def citing(question: str, text: str, source_id: str) -> Answer:
    citation = Citation(1, source_id, "p", "Title", "a.md", None, 0, len(text), text, "")
    sentence = Sentence(text, (1,), "verbatim")
    return replace(
        answer(question, text), outcome="answered", sentences=(sentence,), citations=(citation,)
    )


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "catalog.sqlite")


@pytest.fixture
def talks(database: Database) -> Conversations:
    return Conversations(database)


def questions(talks: Conversations, conversation_id: str = "c") -> list[str]:
    return [one.question for one in talks.answers(conversation_id)]


def titles(talks: Conversations, words: str) -> list[str]:
    return [one.title for one in talks.search(words)]


def put_source(database: Database, source_id: str, text: str) -> None:
    with database.transaction() as db:
        db.execute(
            "INSERT INTO source VALUES (?, ?, 'md', '', 0, 0, '', '{\"title\": \"Title\"}', "
            "'[]', ?, '[]', '[]')",
            [source_id, f"{source_id}.md", text],
        )


def test_ratings_stand_beside_their_answers(talks: Conversations) -> None:
    for question in ("one", "two", "three"):
        talks.append("c", answer(question))
    talks.rate("c", 0, Rating(helpful=True))
    talks.rate("c", 2, Rating(False, "  wrong\n year " + "x" * 900))
    first, second, third = talks.ratings("c")
    assert (first, second) == (Rating(True, ""), None)
    assert third is not None
    assert not third.helpful
    assert third.reason.startswith("wrong year xxx")
    assert len(third.reason) == 500
    talks.rate("c", 2, None)
    assert talks.ratings("c")[2] is None
    with pytest.raises(BadInput, match="no longer there"):
        talks.rate("c", 3, None)
    assert talks.ratings("nobody") == []


def test_a_name_stays_until_it_is_taken_away(talks: Conversations) -> None:
    talks.append("c", answer("What did Peña say?"))
    assert talks.rename("c", " Paraguay\n\x07 and  Taiwan ") == "Paraguay and Taiwan"
    talks.append("c", answer("And then?"))
    assert talks.all()[0].title == "Paraguay and Taiwan"
    assert talks.rename("c", "東" * 200) == "東" * 79 + "…"
    assert talks.rename("c", "  ") == "What did Peña say?"
    with pytest.raises(BadInput, match="no longer there"):
        talks.rename("nobody", "x")


def test_search_reads_titles_questions_and_answers(talks: Conversations) -> None:
    talks.append("a", answer("What did Peña sign?", "A “memorandum” of 100% cooperation."))
    talks.append("b", answer("日本の役割は何ですか", "外交的な足場を提供する。"))
    talks.append("c", answer("Who stood there?", "Lee I-yang"))
    talks.append("c", answer("And then?", "Snake_case stays."))
    talks.rename("c", "Reception")
    assert titles(talks, "PENA") == ["What did Peña sign?"]
    assert titles(talks, "足場") == ["日本の役割は何ですか"]
    assert titles(talks, "役割 外交") == ["日本の役割は何ですか"]
    assert titles(talks, "recep STOOD snake_") == ["Reception"]  # from three different places
    assert titles(talks, "snakeXcase") == []
    assert titles(talks, "100%") == ["What did Peña sign?"]
    assert titles(talks, "1%0") == []
    assert titles(talks, "“memorandum") == ["What did Peña sign?"]
    assert titles(talks, "not_found") == []  # how it is kept is no word of it
    assert titles(talks, " ") == [one.title for one in talks.all()]
    assert [one.id for one in talks.search("n")] == ["c", "a"]  # the last used first


def test_a_forgotten_answer_leaves_nothing_and_comes_back_in_its_place(
    talks: Conversations, database: Database
) -> None:
    for question in ("What is one?", "What is zanzibarite?", "What is three?"):
        talks.append("c", answer(question, f"About {question}"))
    talks.rate("c", 1, Rating(True, "yes"))
    forgotten = talks.remove_answer("c", 1)
    assert questions(talks) == ["What is one?", "What is three?"]
    assert titles(talks, "zanzibarite") == []
    held = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
    assert b"zanzibarite" not in held
    talks.append("c", answer("What is four?"))
    talks.restore(forgotten)
    assert questions(talks) == [
        "What is one?", "What is zanzibarite?", "What is three?", "What is four?",
    ]  # fmt: skip
    assert talks.ratings("c")[1] == Rating(True, "yes")
    assert len(titles(talks, "zanzibarite")) == 1

    last = talks.remove_answer("c", 3)  # its number is not given to another
    talks.append("c", answer("What is five?"))
    talks.restore(last)
    assert questions(talks)[-2:] == ["What is four?", "What is five?"]
    with pytest.raises(BadInput, match="no longer there"):
        talks.remove_answer("c", 9)


def test_a_title_does_not_keep_the_words_of_a_forgotten_question(talks: Conversations) -> None:
    talks.append("c", answer("What is zanzibarite?"))
    talks.append("c", answer("What is two?"))
    forgotten = talks.remove_answer("c", 0)
    assert talks.all()[0].title == "What is two?"
    talks.restore(forgotten)
    assert talks.all()[0].title == "What is zanzibarite?"
    talks.rename("c", "Minerals")
    talks.restore(talks.remove_answer("c", 0))
    assert talks.all()[0].title == "Minerals"


def test_without_its_last_answer_a_conversation_is_deleted(talks: Conversations) -> None:
    talks.append("c", answer("What is one?"))
    talks.rename("c", "Numbers")
    before = talks.all()
    forgotten = talks.remove_answer("c", 0)
    assert talks.all() == []
    talks.restore(forgotten)
    assert talks.all() == before
    forgotten = talks.delete("c")
    with pytest.raises(BadInput):
        talks.answers("c")
    talks.restore(forgotten)
    assert talks.all() == before
    assert questions(talks) == ["What is one?"]
    with pytest.raises(BadInput):
        talks.delete("nobody")


def test_putting_back_does_not_bring_back_the_words_of_a_removed_source(
    talks: Conversations, database: Database
) -> None:
    put_source(database, "ledger", SECRET)
    put_source(database, "tea", "Uji grows tea.")
    talks.append("c", citing("What is named?", SECRET, "ledger"))
    talks.append("c", citing("Who grows tea?", "Uji grows tea.", "tea"))
    talks.append("other", citing("Who grows tea?", "Uji grows tea.", "tea"))
    forgotten = talks.delete("c")
    with database.transaction() as db:
        db.execute("DELETE FROM source WHERE id = 'ledger'")
        db.execute("UPDATE source SET text = 'Alishan grows tea.' WHERE id = 'tea'")
    talks.restore(forgotten)
    first, second = talks.answers("c")
    assert (first.citations[0].quote, first.citations[0].state) == ("", "removed")
    assert "zanzibarite" not in first.text
    assert second.citations[0].state == "changed"
    assert titles(talks, "zanzibarite") == []
    assert SECRET.encode() not in database.path.read_bytes()


def test_the_findings_of_a_sentence_go_with_the_source(
    talks: Conversations, database: Database
) -> None:
    put_source(database, "ledger", SECRET)
    finding = Finding("contradicted", "number", "forty-two", "forty-one zanzibarite harbours")
    said = citing("What is named?", "It names forty-two.", "ledger")
    talks.append("c", replace(said, sentences=(replace(said.sentences[0], findings=(finding,)),)))
    assert talks.answers("c")[0].sentences[0].findings == (finding,)
    with database.transaction() as db:
        redact(db, "ledger", "Title")
    (kept,) = database.rows("SELECT answer FROM turn")
    assert "zanzibarite" not in kept["answer"]
    assert talks.answers("c")[0].sentences[0].findings == ()


def test_the_name_of_a_cited_chapter_goes_with_the_source(
    talks: Conversations, database: Database
) -> None:
    put_source(database, "ledger", SECRET)
    said = citing("What is named?", "It names forty-one.", "ledger")
    chapter = replace(said.citations[0], page=1, unit="chapter", label="Zanzibarite harbours")
    talks.append("c", replace(said, citations=(chapter,)))
    with database.transaction() as db:
        redact(db, "ledger", "Title")
    (kept,) = database.rows("SELECT answer FROM turn")
    assert "Zanzibarite" not in kept["answer"]


def test_the_second_format_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    second_format(path)
    database = Database(path)
    talks = Conversations(database)
    assert questions(talks) == ["What is old?", "And older?"]
    assert talks.ratings("c") == [None, None]
    assert titles(talks, "older") == ["What is old?"]
    talks.rate("c", 1, Rating(True))
    assert database.integrity_error() == ""
    assert database.rows("PRAGMA user_version")[0][0] == VERSION
    database.close()
    assert Conversations(Database(path)).ratings("c") == [None, Rating(True)]


@pytest.mark.parametrize("version", [3, 4])
def test_the_formats_without_questions_are_taken_over(tmp_path: Path, version: int) -> None:
    path = tmp_path / "catalog.sqlite"
    database = Database(path)
    Conversations(database).append("c", answer("What is old?"))
    database.close()
    with sqlite3.connect(path) as db:
        for column in ("owner", "shared"):
            db.execute(f"ALTER TABLE conversation DROP COLUMN {column}")
        db.execute("DROP TABLE question")
        db.execute("DROP INDEX turn_question")
        db.execute("ALTER TABLE turn DROP COLUMN question_id")
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    database = Database(path)
    assert questions(Conversations(database)) == ["What is old?"]
    assert Questions(database).add(Question("q", "c", "And older?"))
    assert Questions(database).answer("q", answer("And older?"))
    assert not Questions(database).add(Question("q", "c", "And older?"))
    assert database.rows("PRAGMA user_version")[0][0] == VERSION


def test_a_format_without_owners_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    database = Database(path)
    Conversations(database).append("c", answer("What is old?"))
    database.close()
    with sqlite3.connect(path) as db:
        for column in ("owner", "shared"):
            db.execute(f"ALTER TABLE conversation DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 5")
    db.close()
    database = Database(path)
    assert [one.owner for one in Conversations(database).all()] == [""]
    assert Conversations(database, "ada").all() == []


@pytest.mark.parametrize("old", [True, False])
def test_answers_saved_from_damage_are_whole(tmp_path: Path, *, old: bool) -> None:
    path = tmp_path / "catalog.sqlite"
    if old:
        second_format(path)
    else:
        database = Database(path)
        talks = Conversations(database)
        talks.append("c", answer("What is old?"))
        talks.append("c", answer("And older?"))
        talks.rate("c", 1, Rating(False, "no"))
        database.close()
    assert "1 conversations, 2 answers" in salvage(tmp_path)
    talks = Conversations(Database(path))
    assert questions(talks) == ["What is old?", "And older?"]
    assert talks.ratings("c")[1] == (None if old else Rating(False, "no"))
    assert titles(talks, "older") == ["What is old?"]


def second_format(path: Path) -> None:
    """A catalog as an early version made it, with a conversation."""
    Database(path).close()
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            DROP TABLE question;
            DROP TABLE turn;
            CREATE TABLE turn (
                number INTEGER PRIMARY KEY,
                conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
                at TEXT NOT NULL, answer TEXT NOT NULL);
            CREATE INDEX turn_conversation ON turn (conversation_id, number);
            ALTER TABLE conversation DROP COLUMN owner;
            ALTER TABLE conversation DROP COLUMN shared;
            INSERT INTO conversation VALUES ('c', 'What is old?', '2026', '2026');
            PRAGMA user_version = 2;
            """
        )
        for question in ("What is old?", "And older?"):
            kept = dump_answer(answer(question))
            db.execute("INSERT INTO turn VALUES (NULL, 'c', '2026', ?)", [kept])
    db.close()


def test_words_of_a_source_that_was_removed_while_it_answered_are_not_kept(
    talks: Conversations, database: Database
) -> None:
    put_source(database, "tea", "Uji grows tea.")
    both = citing("Who grows what?", "Uji grows tea.", "tea")
    gone = replace(both.citations[0], number=2, source_id="clove", quote=SECRET)
    said = replace(both.sentences[0], text=SECRET, citations=(2,))
    talks.append(
        "c",
        replace(
            both,
            text=f"Uji grows tea. [1] {SECRET} [2]",
            sentences=(*both.sentences, said),
            citations=(*both.citations, gone),
            raw=SECRET,
        ),
    )
    (kept,) = talks.answers("c")
    assert kept.sentences[0].text == "Uji grows tea."
    assert [one.state for one in kept.citations] == ["", "removed"]
    assert SECRET not in dump_answer(kept)
    assert talks.search("zanzibarite") == []
