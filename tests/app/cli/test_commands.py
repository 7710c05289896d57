"""The command line as a user runs it: real processes, one after another, on one library."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from tests.conftest import ARTICLE
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

ROOT = Path(__file__).parents[3]
Run = subprocess.CompletedProcess[str]


class Shell:
    """Runs `kakehashi` with a data and a sources folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data, self.sources = folder / "data", folder / "sources"
        self.sources.mkdir()

    def __call__(self, *words: str | Path, **extra: str) -> Run:
        settings = {"KAKEHASHI_DATA": str(self.data), "KAKEHASHI_SOURCES": str(self.sources)}
        return subprocess.run(
            [sys.executable, "-c", "from app.cli.main import main; main()", *map(str, words)],
            capture_output=True, text=True, cwd=ROOT, check=False,
            env={**os.environ, "COLUMNS": "120", **settings, **extra},
        )  # fmt: skip


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A library with the article and two small documents, synced by the command itself."""
    made = Shell(tmp_path_factory.mktemp("cli"))
    (made.sources / "article.md").write_bytes(ARTICLE.read_bytes())
    (made.sources / "tea.txt").write_bytes("Uji grows tea.\r\nAlishan grows tea – 茶.".encode())
    (made.sources / "bad.pdf").write_bytes(b"no")
    result = made("sync")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "2 added, 1 failed"
    assert "damaged or not a PDF" in result.stdout
    return made


def failed(result: Run, said: str, code: int = 1) -> None:
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    if code == 1:
        assert len(result.stderr.strip().splitlines()) == 1


def test_syncing_twice_changes_nothing(shell: Shell) -> None:
    result = shell("sync")
    assert result.returncode == 0
    assert "2 unchanged" in result.stdout


def test_asking_answers_with_footnotes(shell: Shell) -> None:
    result = shell("ask", "Who stood beside President Peña?")
    assert result.returncode == 0
    assert "Lee I-yang (李逸洋)" in result.stdout
    assert "[1] “" in result.stdout


def test_a_text_or_a_file_is_checked(shell: Shell, tmp_path: Path) -> None:
    said = "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.”"
    result = shell("check", said)
    assert result.returncode == 0, result.stderr
    assert "⚠ misattributed" in result.stdout
    assert "it is President Peña who says so, not President Nausėda" in result.stdout
    assert "[1] “Paraguay stands proudly as a bridge between Japan and Taiwan” — " in result.stdout
    assert "1 sentence: 1 misattributed. 1 quotation: 1 misattributed." in result.stdout
    (tmp_path / "draft.md").write_text(f"---\ntitle: Draft\n---\n{said}\n\nMount Fuji is high.")
    report = json.loads(shell("check", tmp_path / "draft.md", "--json").stdout)
    assert [one["verdict"] for one in report["sentences"]] == ["misattributed", "silent"]
    file = (shell.sources / "article.md").read_text(encoding="utf-8")
    assert all(citation["quote"] in file for citation in report["citations"])
    failed(shell("check", "draft.md"), "There is no file draft.md")
    failed(shell("check", " "), "There is nothing to check")


@pytest.mark.parametrize(
    "text",
    [
        "石破首相はパラオの大統領と会談した。" * 7,
        "輸出は約1.5倍になった。",
        "~approx 5 allies remain.",
        "~12 allies.remain",
    ],
)
def test_a_text_that_could_be_a_path_is_checked_as_a_text(shell: Shell, text: str) -> None:
    result = shell("check", text, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["sentences"][0]["text"] in text


def test_the_home_of_nobody_is_told(shell: Shell) -> None:
    said = "There is no folder ~nouser"
    failed(shell("replay", "~nouser/x"), said)
    failed(shell("ask", "--audit", "~nouser/x", "Who stood beside President Peña?"), said)
    failed(shell("add", "~nouser/x"), said)


def test_the_json_resolves_to_exact_words(shell: Shell) -> None:
    answer = json.loads(shell("ask", "Who stood beside President Peña?", "--json").stdout)
    assert answer["outcome"] == "answered"
    file = (shell.sources / "article.md").read_text(encoding="utf-8")
    for citation in answer["citations"]:
        place = ("--start", str(citation["start"]), "--end", str(citation["end"]))
        assert shell("show", citation["source_id"], *place).stdout == citation["quote"]
        assert citation["quote"] in file


def test_an_answer_is_kept_with_all_that_led_to_it_and_asked_again(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "audit.json"
    question = ("ask", "Who stood beside President Peña?")
    asked = shell(*question, "--json", "--audit", file)
    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.strip() == f"All that led to the answer is in {file}."
    answer, bundle = json.loads(asked.stdout), json.loads(file.read_text(encoding="utf-8"))
    assert answer["citations"][0]["quote"] == bundle["answer"]["citations"][0]["quote"]
    assert len(bundle["searches"][0]["candidates"]) > len(answer["retrieved"])
    written = (shell.sources / "article.md").read_bytes()
    assert bundle["answer"]["citations"][0]["sha256"] == hashlib.sha256(written).hexdigest()

    again = shell("replay", file)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines() == [f"Asked again: {question[1]}", "Nothing differs."]
    (shell.sources / "pena.txt").write_text("Beside President Peña stood nobody else at all.")
    assert shell("sync").returncode == 0
    again = shell("replay", file)
    assert again.returncode == 0, again.stderr
    assert "library     fingerprint was" in again.stdout
    assert "candidates  1 new: pena" in again.stdout
    told = json.loads(shell("replay", file, "--json").stdout)
    assert {"part", "text", "before", "now"} == set(told["differences"][0])
    (shell.sources / "pena.txt").unlink()
    assert shell("sync").returncode == 0

    failed(shell(*question, "--audit", file), "is there already")
    failed(shell(*question, "--audit", tmp_path / "no" / "b.json"), "There is no folder")
    failed(shell("replay", tmp_path / "no.json"), "There is no file")
    failed(shell("replay", shell.sources / "article.md"), "no whole JSON")
    other = shell("replay", file, "--model", "fake:President Peña stood there [1].")
    assert "A model’s wording differs" in other.stdout
    failed(shell("replay", file, "--model", "gpt"), "write it as provider:name")


def test_show_writes_the_text_and_nothing_else(shell: Shell) -> None:
    source = next(
        s
        for s in json.loads(shell("sources", "--json").stdout)["sources"]
        if s["path"] == "tea.txt"
    )
    result = subprocess.run(
        [sys.executable, "-c", "from app.cli.main import main; main()", "show", source["id"]],
        capture_output=True, cwd=ROOT, check=True,
        env={**os.environ, "KAKEHASHI_DATA": str(shell.data)},
    )  # fmt: skip
    assert result.stdout == (shell.sources / "tea.txt").read_bytes()


def test_a_batch_answers_line_by_line(shell: Shell, tmp_path: Path) -> None:
    visit = [["user", "What happened during the Paraguayan president's visit to Tokyo?"]]
    lines = [
        json.dumps({"id": "a", "text": "Who stood beside President Peña?"}),
        json.dumps({"id": "b", "text": "And what did they sign?", "history": visit}),
        "",
        json.dumps({"id": "c", "text": "How high is Mount Fuji?", "history": []}),
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    result = shell("batch", tmp_path / "questions.jsonl")
    assert result.returncode == 0, result.stderr
    answers = {answer["id"]: answer for answer in map(json.loads, result.stdout.splitlines())}
    assert list(answers) == ["a", "b", "c"]
    assert answers["b"]["query"].endswith("And what did they sign?")
    assert answers["c"]["outcome"] == "not_found"
    assert set(answers["a"]) - {"id"} == set(answers["c"]) - {"id"}


def test_bad_lines_of_a_batch_do_not_stop_the_others(shell: Shell, tmp_path: Path) -> None:
    lines = [
        "{",
        '{"id": 2, "text": " "}',
        '{"id": 3, "text": "Who?", "history": [1]}',
        '{"text": "tea"}',
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    result = shell("batch", tmp_path / "questions.jsonl")
    failed(result, "3 of the lines")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in answer for answer in answers] == [True, True, True, False]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4]


def test_odd_characters_in_a_batch_are_no_error(shell: Shell, tmp_path: Path) -> None:
    lines = [
        '{"id": "\\ud800", "text": "green tea", "history": [["user", "\\ud800"]]}',
        json.dumps({"id": "b", "text": "green\u2028tea"}, ensure_ascii=False),
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines) + "\n")
    result = shell("batch", tmp_path / "questions.jsonl")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.strip().split("\n")) == 2


def test_quotes_are_printed_as_they_stand(shell: Shell) -> None:
    (shell.sources / "scale.txt").write_text(
        "The map has a scale of 1:100:1 [bold] \x1b[31mand no other."
    )
    assert shell("sync").returncode == 0
    printed = shell("ask", "What scale has the map?").stdout
    assert "a scale of 1:100:1 [bold] [31mand no other." in printed
    (shell.sources / "scale.txt").unlink()
    assert shell("sync").returncode == 0


def test_searching_ranks_passages(shell: Shell) -> None:
    hits = json.loads(shell("search", "green tea", "-k", "3", "--json").stdout)["hits"]
    assert len(hits) == 3
    assert "tea" in hits[0]["text"]
    assert "dense" in shell("search", "green tea").stdout


def test_adding_and_removing(shell: Shell, tmp_path: Path) -> None:
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


def test_errors_are_one_sentence(shell: Shell, tmp_path: Path) -> None:
    failed(shell("ask", ""), "question is empty")
    failed(shell("ask", "x" * 20_000), "20,000 characters long")
    failed(shell("ask", "Who?", "--source", "nobody"), "No source has the id “nobody”")
    failed(shell("show", "\udcff"), "No source has the id")
    failed(shell("show", "nobody"), "No source has the id “nobody”")
    failed(shell("remove", "nobody"), "No source has the id “nobody”")
    failed(shell("sync", tmp_path / "nowhere"), "does not exist")
    failed(shell("add", tmp_path / "nowhere.md"), "There is no file or folder")
    failed(shell("batch", tmp_path / "nowhere.jsonl"), "cannot be read")
    failed(shell("ask", "Who?", "--model", "gpt"), "write it as provider:name")
    failed(shell("ask", "Who?", KAKEHASHI_MODLE="x"), "did you mean KAKEHASHI_MODEL?")
    failed(shell("ask"), "Missing argument", code=2)
    failed(shell("nonsense"), "No such command", code=2)


def test_a_library_in_use_names_its_holder(shell: Shell, embeddings: SentenceEmbeddings) -> None:
    with Library(shell.data, embeddings, "the window"):
        failed(shell("ask", "Who?"), f"in use by the window (process {os.getpid()}")


def test_the_doctor_says_what_is_well_and_what_is_not(shell: Shell, tmp_path: Path) -> None:
    result = shell("doctor")
    assert result.returncode == 0, result.stdout + result.stderr
    for part in ("python", "packages", "data", "catalog", "sources", "embedding", "index", "model"):
        assert part in result.stdout
    assert "bad.pdf" in result.stdout
    result = shell("doctor", KAKEHASHI_MODEL="nonsense", KAKEHASHI_SOURCES=str(tmp_path / "no"))
    failed(result, "2 of these are not well")


def test_a_place_where_nothing_can_be_written_is_told_in_a_sentence(shell: Shell) -> None:
    """/proc takes no files, not even root's."""
    failed(shell("ask", "Who?", KAKEHASHI_DATA="/proc/kakehashi"), "cannot be written")


def test_the_window_does_not_open_on_a_library_in_use(
    shell: Shell, embeddings: SentenceEmbeddings
) -> None:
    with Library(shell.data, embeddings, "the other window"):
        failed(shell("serve", "--no-browser"), "in use by the other window")


def test_a_synced_folder_is_remembered(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "tea.md").write_text("Uji grows tea.")
    environment = {**os.environ, "KAKEHASHI_DATA": str(shell.data)}

    def run(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", "from app.cli.main import main; main()", *words],
            capture_output=True, text=True, cwd=ROOT, check=True, env=environment,
        ).stdout  # fmt: skip

    assert "1 added" in run("sync", str(other))
    assert "1 unchanged" in run("sync")


@pytest.fixture
def small(tmp_path: Path) -> Shell:
    """A library of one document."""
    shell = Shell(tmp_path)
    (shell.sources / "tea.txt").write_text("Uji grows green tea.")
    assert shell("sync").returncode == 0
    return shell


def tea_of(shell: Shell) -> str:
    found: str = json.loads(shell("sources", "--json").stdout)["sources"][0]["id"]
    return found


def test_describing_a_source(small: Shell) -> None:
    assert (
        small("edit", "tea", "--author", "A. B.", "--date", "2024").stdout == "tea · A. B. · 2024\n"
    )
    assert "A. B. · 2024" in small("sources").stdout
    failed(small("edit", "tea"), "Nothing was changed")
    failed(small("edit", "tea", "--date", "last spring"), "is not a date")
    failed(small("edit", "rice", "--title", "x"), "No source has the id")


def test_saving_and_bringing_back(small: Shell, tmp_path: Path) -> None:
    file = tmp_path / "library.zip"
    assert "Saved 1 sources (1 files)" in small("backup", file).stdout
    failed(small("backup", file), "is there already")
    failed(small("remove", "tea"), "No source has the id")  # a part of an id is not enough
    assert small("remove", tea_of(small)).returncode == 0
    assert "The library is empty" in small("sources").stdout
    restored = small("restore", file)
    assert restored.returncode == 0, restored.stderr
    assert "Uji grows green tea. [1]" in small("ask", "Who grows green tea?").stdout
    failed(small("restore", file), "is not empty")
    assert "is in" in small("restore", file, "--replace").stdout


def test_a_damaged_catalog_is_told_and_repaired(small: Shell) -> None:
    assert small("doctor", "--repair").stdout.startswith("There was nothing to mend.")
    (small.data / "catalog.sqlite").write_bytes(b"no database at all" * 500)
    failed(small("ask", "Who grows green tea?"), "kakehashi doctor --repair")
    repaired = small("doctor", "--repair")
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert "The catalog was damaged and is now catalog.damaged-" in repaired.stdout
    assert "1 added" in repaired.stdout
    assert "Uji grows green tea. [1]" in small("ask", "Who grows green tea?").stdout


def test_conversations_and_vectors_are_saved_from_a_damaged_catalog(small: Shell) -> None:
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


def test_an_emptied_catalog_is_noticed(small: Shell) -> None:
    (small.data / "catalog.sqlite").write_bytes(b"")
    result = small("sources")
    assert result.returncode == 0
    assert "catalog was missing or empty" in result.stderr
    assert "1 added" in small("sync").stdout
    assert small("sources").stderr == ""


def test_a_folder_is_watched(small: Shell) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", "from app.cli.main import main; main()", "watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={
            **os.environ, "KAKEHASHI_DATA": str(small.data),
            "KAKEHASHI_SOURCES": str(small.sources),
        },
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == f"Following {small.sources} (Ctrl-C stops it).\n"
    (small.sources / "rice.txt").write_text("Niigata grows rice.")
    assert process.stdout.readline() == "added     rice.txt\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said == ""
    assert "Niigata" in small("ask", "Who grows rice?").stdout


def test_a_catalog_of_another_version_is_not_taken_for_damaged(small: Shell) -> None:
    with sqlite3.connect(small.data / "catalog.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    failed(small("doctor", "--repair"), "made by another version of Kakehashi")
    assert not list(small.data.glob("catalog.damaged-*"))


def test_a_name_that_no_disk_takes_is_told(small: Shell) -> None:
    failed(small("add", "x" * 300 + ".txt"), "File name too long")


def test_a_conversation_is_listed_and_exported(shell: Shell, tmp_path: Path) -> None:
    with Library(shell.data, SentenceEmbeddings()) as library:
        answer = Assistant(library).ask("Who stood beside President Peña?")
        Conversations(library.database).append("abc123", answer)
    listed = shell("export")
    assert listed.returncode == 0, listed.stderr
    assert "abc123" in listed.stdout
    assert "Who stood beside President Peña?" in listed.stdout
    shown = shell("export", "abc123", "--form", "apa")
    assert "[^1]: Japan's role in reinforcing Taiwan's global standing. (n.d.)." in shown.stdout
    file = tmp_path / "answer.docx"
    made = shell("export", "abc123", "--as", "docx", "--to", file)
    assert made.returncode == 0, made.stderr
    assert file.read_bytes().startswith(b"PK")
    failed(shell("export", "abc123", "--as", "docx", "--to", file), "is there already")
    failed(shell("export", "nothing"), "There is no conversation nothing")
    failed(shell("export", "abc123", "--as", "pdf"), "'pdf' is not one of", code=2)
