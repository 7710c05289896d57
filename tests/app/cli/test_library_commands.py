"""The commands that keep the library: sync, add, edit, remove, backup, restore, doctor."""

import json
import sqlite3
from pathlib import Path

from app.answering.assistant import Assistant
from tests.command_line import CommandLine, failed
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations


def tea_of(shell: CommandLine) -> str:
    found: str = json.loads(shell("sources", "--json").stdout)["sources"][0]["id"]
    return found


def test_syncing_twice_changes_nothing(shell: CommandLine) -> None:
    result = shell("sync")
    assert result.returncode == 0
    assert "2 unchanged" in result.stdout


def test_adding_and_removing(shell: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "cloves.md").write_text("# Cloves\n\nZanzibar grows cloves.")
    (tmp_path / "more" / "cloves.md.meta.yaml").write_text("author: A. B.")
    (tmp_path / "more" / "tool.exe").write_bytes(b"MZ")
    result = shell("add", tmp_path / "more")
    assert "added" in result.stdout
    failed(result, "Not everything could be added")
    assert (shell.sources / "cloves.md").is_file()
    assert (shell.sources / "cloves.md.meta.yaml").is_file()
    listed = json.loads(shell("sources", "--json").stdout)
    assert [file["path"] for file in listed["unreadable"]] == ["bad.pdf"]
    cloves = next(s["id"] for s in listed["sources"] if s["path"] == "cloves.md")
    assert "Zanzibar" in shell("ask", "Where do cloves grow?", "--source", cloves).stdout
    result = shell("remove", cloves)
    assert "Removed “Cloves”" in result.stdout
    assert not (shell.sources / "cloves.md").exists()


def test_a_synced_folder_is_remembered(tmp_path: Path, folder: Path) -> None:
    (folder / "tea.md").write_text("Uji grows tea.")
    shell = CommandLine(tmp_path / "data")
    assert "1 added" in shell("sync", folder).stdout
    assert "1 unchanged" in shell("sync").stdout


def test_the_name_of_a_file_cannot_look_like_a_line_of_ours(tmp_path: Path, folder: Path) -> None:
    (folder / "tea\nremoved   coffee.md\n.md").write_text("Uji grows tea.")
    (folder / "no\nremoved   rice.md\n.pdf").write_bytes(b"no")
    shell = CommandLine(tmp_path / "data", folder)
    said = shell("sync").stdout + shell("sources").stdout
    assert "tea removed coffee.md .md" in said
    assert "no removed rice.md .pdf" in said
    assert not [line for line in said.splitlines() if line.strip().startswith("removed")]


def test_describing_a_source(small: CommandLine) -> None:
    assert (
        small("edit", "tea", "--author", "A. B.", "--date", "2024").stdout == "tea · A. B. · 2024\n"
    )
    assert "A. B. · 2024" in small("sources").stdout
    failed(small("edit", "tea"), "Nothing was changed")
    failed(small("edit", "tea", "--date", "last spring"), "is not a date")
    failed(small("edit", "rice", "--title", "x"), "No source has the id")


def test_a_name_that_no_disk_takes_is_told(small: CommandLine) -> None:
    failed(small("add", "x" * 300 + ".txt"), "File name too long")


def test_the_doctor_says_what_is_well_and_what_is_not(shell: CommandLine, tmp_path: Path) -> None:
    result = shell("doctor")
    assert result.returncode == 0, result.stdout + result.stderr
    for part in (
        "python", "packages", "data", "catalog", "sources", "embedding", "index", "checker", "model",
    ):  # fmt: skip
        assert part in result.stdout
    assert "bad.pdf" in result.stdout
    result = shell("doctor", KAKEHASHI_MODEL="nonsense", KAKEHASHI_SOURCES=str(tmp_path / "no"))
    failed(result, "2 checks found a problem")


def test_a_place_where_nothing_can_be_written_is_told_in_a_sentence(shell: CommandLine) -> None:
    """/proc takes no files, not even root's."""
    failed(shell("ask", "Who?", KAKEHASHI_DATA="/proc/kakehashi"), "cannot be written")


def test_saving_and_bringing_back(small: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "library.zip"
    assert "Saved 1 sources (1 files)" in small("backup", file).stdout
    failed(small("backup", file), "already exists")
    failed(small("remove", "tea"), "No source has the id")  # a part of an id is not enough
    assert small("remove", tea_of(small)).returncode == 0
    assert "The library is empty" in small("sources").stdout
    restored = small("restore", file)
    assert restored.returncode == 0, restored.stderr
    assert "Uji grows green tea. [1]" in small("ask", "Who grows green tea?").stdout
    failed(small("restore", file), "is not empty")
    assert "is saved in" in small("restore", file, "--replace").stdout


def test_a_damaged_catalog_is_told_and_repaired(small: CommandLine) -> None:
    assert small("doctor", "--repair").stdout.startswith("Nothing needed repair.")
    (small.data / "catalog.sqlite").write_bytes(b"no database at all" * 500)
    failed(small("ask", "Who grows green tea?"), "kakehashi doctor --repair")
    repaired = small("doctor", "--repair")
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert "The catalog was damaged and is now catalog.damaged-" in repaired.stdout
    assert "1 added" in repaired.stdout
    assert "Uji grows green tea. [1]" in small("ask", "Who grows green tea?").stdout


def test_conversations_and_vectors_are_saved_from_a_damaged_catalog(small: CommandLine) -> None:
    with Library(small.data, SentenceEmbeddings()) as library:
        answer = Assistant(library).ask("Who grows green tea?")
        Conversations(library.database).append("c", answer)
    with sqlite3.connect(small.data / "catalog.sqlite") as db:
        db.execute("DROP TABLE word")
    db.close()
    failed(small("ask", "Who grows green tea?"), "no such table")
    assert "Saved from it: 1 conversations, 1 answers." in small("doctor", "--repair").stdout
    with Library(small.data, SentenceEmbeddings()) as library:
        assert Conversations(library.database).answers("c") == [answer]
        assert library.database.count("vector") == 1


def test_an_emptied_catalog_is_noticed(small: CommandLine) -> None:
    (small.data / "catalog.sqlite").write_bytes(b"")
    result = small("sources")
    assert result.returncode == 0
    assert "catalog was missing or empty" in result.stderr
    assert "1 added" in small("sync").stdout
    assert small("sources").stderr == ""


def test_a_catalog_of_another_version_is_not_taken_for_damaged(small: CommandLine) -> None:
    with sqlite3.connect(small.data / "catalog.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    failed(small("doctor", "--repair"), "made by another version of Kakehashi")
    assert not list(small.data.glob("catalog.damaged-*"))
