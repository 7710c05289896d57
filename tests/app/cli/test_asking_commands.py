"""The commands that ask: ask, check, search, batch, replay, export."""

import hashlib
import json
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from tests.command_line import CommandLine, failed
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations


def test_asking_answers_with_footnotes(shell: CommandLine) -> None:
    result = shell("ask", "Who stood beside President Peña?")
    assert result.returncode == 0
    assert "Lee I-yang (李逸洋)" in result.stdout
    assert "[1] “" in result.stdout


def test_a_text_or_a_file_is_checked(shell: CommandLine, tmp_path: Path) -> None:
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
def test_a_text_that_could_be_a_path_is_checked_as_a_text(shell: CommandLine, text: str) -> None:
    result = shell("check", text, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["sentences"][0]["text"] in text


def test_the_home_of_nobody_is_told(shell: CommandLine) -> None:
    said = "There is no folder ~nouser"
    failed(shell("replay", "~nouser/x"), said)
    failed(shell("ask", "--audit", "~nouser/x", "Who stood beside President Peña?"), said)
    failed(shell("add", "~nouser/x"), said)


def test_the_json_resolves_to_exact_words(shell: CommandLine) -> None:
    answer = json.loads(shell("ask", "Who stood beside President Peña?", "--json").stdout)
    assert answer["outcome"] == "answered"
    file = (shell.sources / "article.md").read_text(encoding="utf-8")
    for citation in answer["citations"]:
        place = ("--start", str(citation["start"]), "--end", str(citation["end"]))
        assert shell("show", citation["source_id"], *place).stdout == citation["quote"]
        assert citation["quote"] in file


def test_an_answer_is_kept_with_all_that_led_to_it_and_asked_again(
    shell: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "audit.json"
    question = ("ask", "Who stood beside President Peña?")
    asked = shell(*question, "--json", "--audit", file)
    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.strip() == f"Wrote everything that led to the answer to {file}."
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

    failed(shell(*question, "--audit", file), "already exists")
    failed(shell(*question, "--audit", tmp_path / "no" / "b.json"), "There is no folder")
    failed(shell("replay", tmp_path / "no.json"), "There is no file")
    failed(shell("replay", shell.sources / "article.md"), "not complete JSON")
    other = shell("replay", file, "--model", "fake:President Peña stood there [1].")
    assert "A model’s wording differs" in other.stdout
    failed(shell("replay", file, "--model", "gpt"), "write it as provider:name")


def test_a_batch_answers_line_by_line(shell: CommandLine, tmp_path: Path) -> None:
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


def test_bad_lines_of_a_batch_do_not_stop_the_others(shell: CommandLine, tmp_path: Path) -> None:
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


def test_odd_characters_in_a_batch_are_no_error(shell: CommandLine, tmp_path: Path) -> None:
    lines = [
        '{"id": "\\ud800", "text": "green tea", "history": [["user", "\\ud800"]]}',
        json.dumps({"id": "b", "text": "green\u2028tea"}, ensure_ascii=False),
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines) + "\n")
    result = shell("batch", tmp_path / "questions.jsonl")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.strip().split("\n")) == 2


def test_quotes_are_printed_as_they_stand(shell: CommandLine) -> None:
    (shell.sources / "scale.txt").write_text(
        "The map has a scale of 1:100:1 [bold] \x1b[31mand no other."
    )
    assert shell("sync").returncode == 0
    printed = shell("ask", "What scale has the map?").stdout
    assert "a scale of 1:100:1 [bold] ⟨U+001B⟩[31mand no other." in printed
    assert "characters that nobody sees" in printed
    found = shell("ask", "What scale has the map?", "--json").stdout
    assert "\\u001b[31mand" in found
    assert "\x1b[31mand" in json.loads(found)["citations"][0]["quote"]
    (shell.sources / "scale.txt").unlink()
    assert shell("sync").returncode == 0


def test_searching_ranks_passages(shell: CommandLine) -> None:
    hits = json.loads(shell("search", "green tea", "-k", "3", "--json").stdout)["hits"]
    assert len(hits) == 3
    assert "tea" in hits[0]["text"]
    assert "dense" in shell("search", "green tea").stdout


def test_errors_are_one_sentence(shell: CommandLine, tmp_path: Path) -> None:
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


def test_a_conversation_is_listed_and_exported(shell: CommandLine, tmp_path: Path) -> None:
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
    failed(shell("export", "abc123", "--as", "docx", "--to", file), "already exists")
    failed(shell("export", "nothing"), "There is no conversation nothing")
    failed(shell("export", "abc123", "--as", "pdf"), "'pdf' is not one of", code=2)
