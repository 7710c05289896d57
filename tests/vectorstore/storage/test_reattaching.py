"""Citations of stored answers follow their words when a source is read anew."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from ingest import sync as module
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Answer
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.redaction import mark_changed

FIRST = "Anna Holm keeps the lighthouse\nof Vardo since 1931."
BEFORE = f"# Vardo\n\n{FIRST} The ferry is old.\n"


@pytest.fixture
def asked(library: Library, folder: Path) -> Library:
    (folder / "a.md").write_text(BEFORE)
    sync(library, folder)
    answer = Assistant(library).ask("Who keeps the lighthouse of Vardo?")
    Conversations(library.database).append("c", answer)
    return library


def stored(library: Library) -> Answer:
    return Conversations(library.database).answers("c")[0]


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        f"# Vardo\n\nThe pier is new. {FIRST} The ferry is old.\n",
        f"# Vardo\n\n# Lights\n\nIt is cold.\n\n{FIRST.replace(chr(10), ' ')}\n",
        f"# Vardo\n\n{FIRST.replace(' ', chr(10), 1)} {FIRST}\n",
    ],
)
def test_a_citation_follows_its_words(
    asked: Library, folder: Path, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored(asked).citations[0]
    (folder / "a.md").write_text(after)
    monkeypatch.setattr(module, "VERSION", "next")
    sync(asked, folder)
    answer = stored(asked)
    citation = answer.citations[0]
    text = asked.catalog.text(citation.source_id)
    assert citation.state == ""
    assert citation.quote.split() == before.quote.split()
    assert text[citation.start : citation.end] == citation.quote
    assert citation.permalink.endswith(f"start={citation.start}&end={citation.end}")
    (passage,) = asked.passages.get([citation.passage_id]).values()
    assert passage.start <= citation.start < passage.end
    for sentence in answer.sentences:
        if sentence.span:
            _, start, end = sentence.span
            assert citation.start <= start < end <= citation.end


def test_words_that_stay_follow_passages_and_pages_of_another_version(
    asked: Library,
) -> None:
    cited = stored(asked).citations[0]
    text = asked.catalog.text(cited.source_id)
    with asked.database.transaction() as db:
        db.execute("UPDATE passage SET id = 'p:' || id")
        pages = json.dumps([[1, 0, len(text), "Check it.", "211"]])
        db.execute("UPDATE source SET pages = ?", [pages])
        answer = json.loads(db.execute("SELECT answer FROM turn").fetchone()[0])
        del answer["citations"][0]["label"]  # as versions without labels stored it
        db.execute("UPDATE turn SET answer = ?", [json.dumps(answer)])
        mark_changed(db, {cited.source_id: text})
    after = stored(asked).citations[0]
    assert after == replace(
        cited, passage_id=f"p:{cited.passage_id}", page=1, warning="Check it.", label="211"
    )


def test_words_that_are_gone_are_told_and_found_again_when_they_are_back(
    asked: Library, folder: Path
) -> None:
    before = stored(asked)
    (folder / "a.md").write_text(BEFORE.replace("keeps", "kept"))
    sync(asked, folder)
    changed = stored(asked).citations[0]
    assert changed.state == "changed"
    assert (changed.quote, changed.start) == (before.citations[0].quote, before.citations[0].start)
    (folder / "a.md").write_text("It is cold.\n\n" + BEFORE)
    sync(asked, folder)
    back = stored(asked).citations[0]
    assert back.state == ""
    assert back.start == before.citations[0].start + len("It is cold.\n\n")


def test_a_blank_between_chinese_or_japanese_characters_may_go(
    library: Library, folder: Path
) -> None:
    (folder / "ja.md").write_text("灯台は一九三一年に直さ れた。町は橋を直した。\n")
    sync(library, folder)
    answer = Assistant(library).ask("灯台はいつ直されたか")
    Conversations(library.database).append("c", answer)
    (folder / "ja.md").write_text("港は古い。灯台は一九三一年に直された。町は橋を直した。\n")
    sync(library, folder)
    assert stored(library).citations[0].quote == "灯台は一九三一年に直された。"
    assert stored(library).citations[0].state == ""
