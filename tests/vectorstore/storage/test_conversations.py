"""What was answered, when its sources change or go."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from ingest.source_files import add, remove, restore
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Answer
from vectorstore.storage.conversations import Conversations

SECRET = "The zanzibarite ledger names forty-one harbours."


@pytest.fixture
def answered(make_library: Callable[..., Library], folder: Path) -> Library:
    """A library with two sources and an answer that cites one, one that cites the other."""
    (folder / "ledger.md").write_text(f"{SECRET} It was kept by Amina Salim.\n")
    (folder / "tea.md").write_text("Uji grows green tea.\n")
    library = make_library()
    sync(library, folder)
    assistant = Assistant(library)
    conversations = Conversations(library.database)
    for question in ("What does the zanzibarite ledger name?", "Who grows green tea?"):
        conversations.append("c", assistant.ask(question))
    assert [answer.outcome for answer in answers(library)] == ["answered", "answered"]
    return library


def answers(library: Library) -> list[Answer]:
    return Conversations(library.database).answers("c")


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def source_id(library: Library, path: str) -> str:
    return next(source.id for source in library.catalog.sources() if source.path == path)


def test_after_removing_no_file_holds_the_words(answered: Library, folder: Path) -> None:
    for words in (b"zanzibarite ledger names", b"Amina Salim", b"forty-one"):
        assert words in bytes_below(answered.folder)
    remove(answered, folder, source_id(answered, "ledger.md"))
    first, second = answers(answered)
    assert first.citations[0].state == "removed"
    assert first.citations[0].quote == ""
    assert "taken out with their source" in first.text
    assert all("zanzibarite" not in hit.passage.text for hit in (*first.hits, *second.hits))
    assert second.citations[0].quote == "Uji grows green tea."
    for words in (b"ledger names", b"Amina Salim", b"forty-one", b"amina", b"salim"):
        assert words not in bytes_below(answered.folder), words
    answered.close()
    for words in (b"ledger names", b"Amina Salim", b"forty-one", b"amina", b"salim"):
        assert words not in bytes_below(answered.folder), words
    assert b"Uji grows green tea" in bytes_below(answered.folder)


def test_undoing_a_removal_brings_the_answers_back_without_embedding(
    answered: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(answered)
    removed = remove(answered, folder, source_id(answered, "ledger.md"))
    assert answers(answered) != before
    monkeypatch.setattr(answered.embeddings, "encode", lambda *_: pytest.fail("embedded again"))
    assert restore(answered, folder, removed).outcome == "added"
    assert answers(answered) == before
    assert SECRET in answered.search("zanzibarite ledger")[0].passage.text


def test_an_updated_source_marks_what_cited_its_old_words(answered: Library, folder: Path) -> None:
    old = (folder / "ledger.md").read_text()
    (folder / "ledger.md").write_text("The ledger names forty-two harbours.\n")
    sync(answered, folder)
    first, second = answers(answered)
    assert first.citations[0].state == "changed"
    assert first.citations[0].quote == SECRET
    assert second.citations[0].state == ""
    (folder / "ledger.md").write_text(old + "\nAnd more.\n")
    sync(answered, folder)
    assert answers(answered)[0].citations[0].state == ""


def test_a_long_document_leaves_nothing_behind(library: Library, folder: Path) -> None:
    """Long enough for many pages of the catalog, so that their rest is overwritten as well."""
    text = "\n\n".join(f"# Part {n}\n\nSentence {n} of the quaggaphone manual." for n in range(400))
    (folder / "tea.md").write_text("Uji grows green tea.")
    sync(library, folder)
    add(library, folder, "manual.md", text.encode())
    assert b"quaggaphone" in bytes_below(library.folder)
    remove(library, folder, source_id(library, "manual.md"))
    assert b"quaggaphone" not in bytes_below(library.folder)


def test_a_file_that_was_away_for_a_while_harms_no_answer(answered: Library, folder: Path) -> None:
    """As a share that was not mounted, or a file that an editor was just writing."""
    before = answers(answered)
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    sync(answered, folder)
    assert [answer.citations[0].state for answer in answers(answered)] == ["removed", "removed"]
    assert answers(answered)[0].citations[0].quote == SECRET
    folder.rmdir()
    folder.with_name("away").rename(folder)
    sync(answered, folder)
    assert answers(answered) == before


def test_undoing_one_removal_brings_back_no_other(answered: Library, folder: Path) -> None:
    ledger = remove(answered, folder, source_id(answered, "ledger.md"))
    remove(answered, folder, source_id(answered, "tea.md"))
    restore(answered, folder, ledger)
    assert b"Uji grows green tea" not in bytes_below(answered.folder)


def test_a_deleted_conversation_leaves_nothing_behind(answered: Library, folder: Path) -> None:
    remove(answered, folder, source_id(answered, "tea.md"))
    assert b"Who grows green" in bytes_below(answered.folder)
    Conversations(answered.database).delete("c")
    assert b"Who grows green" not in bytes_below(answered.folder)


def test_it_is_known_when_each_answer_was_given(answered: Library) -> None:
    times = Conversations(answered.database).times("c")
    assert len(times) == len(answers(answered))
    assert times == sorted(times)
    assert all(time.endswith("+00:00") for time in times)


def test_what_was_read_but_not_cited_goes_too(answered: Library, folder: Path) -> None:
    cited = answers(answered)[1]
    ledger = answers(answered)[0]
    mixed = replace(cited, raw=f"<think>{SECRET}</think>", hits=ledger.hits, more=ledger.citations)
    Conversations(answered.database).append("mixed", mixed)
    remove(answered, folder, source_id(answered, "ledger.md"))
    (kept,) = Conversations(answered.database).answers("mixed")
    assert kept.raw == ""
    assert all(one.source_id == cited.citations[0].source_id for one in kept.more)
    assert kept.text == cited.text
    assert b"forty-one" not in bytes_below(answered.folder)


def test_further_evidence_of_a_changed_source_is_marked(answered: Library, folder: Path) -> None:
    first, second = answers(answered)
    mixed = replace(second, more=first.citations)
    Conversations(answered.database).append("mixed", mixed)
    (folder / "ledger.md").write_text("The ledger names forty-two harbours.\n")
    sync(answered, folder)
    (kept,) = Conversations(answered.database).answers("mixed")
    assert [one.state for one in kept.more] == ["changed"] * len(first.citations)
