"""The file that names the people of a window, their tokens, and the log of what they did."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.answering.assistant import Assistant
from app.service import activity
from app.service.executor import execute
from app.service.operations import OperationContext
from app.service.people import OWNER, Limits, People, Person, Role, find_people, read
from app.service.tokens import Tokens
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

GOOD = """
address = "https://kakehashi.example.org"
[sign_in]
issuer = "https://login.example.org/"
client_id = "kakehashi"
[people]
"Ada@example.org" = "admin"
"*@example.org" = "reader"
"""
PROXY = '[proxy]\nfrom = ["10.0.0.2"]\nheader = "X-Forwarded-Email"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "people.toml"
    path.write_text(text)
    return path


def test_people_are_known_without_regard_to_case(tmp_path: Path) -> None:
    people = People(written(tmp_path, GOOD))
    assert people.person(" ADA@Example.org ") == Person("ada@example.org", Role.ADMIN)
    assert people.person("bob@example.org") == Person("bob@example.org", Role.READER)
    for name in (
        "", "*@example.org", "*", "eve@example.org.evil", "example.org", "@", "@example.org",
        "eve@evil.com,x@example.org", "eve@evil.com x@example.org", "eve@evil.com@example.org",
        "eve\n@example.org", "eve;x@example.org", "<eve@example.org",
    ):  # fmt: skip
        assert people.person(name) is None


@pytest.mark.parametrize("alike", ["\u212a@x.org", "ß@x.org", "ﬁ@x.org", "É@x.org"])
def test_letters_that_only_look_alike_make_nobody_another(tmp_path: Path, alike: str) -> None:
    named = GOOD.replace("*@example.org", "*@y.org").replace(
        "[people]", '[people]\n"k@x.org" = "admin"\n"ss@x.org" = "admin"\n"fi@x.org" = "admin"'
        '\n"é@x.org" = "admin"'
    )  # fmt: skip
    people = People(written(tmp_path, named))
    assert people.person("K@x.org") == Person("k@x.org", Role.ADMIN)
    assert people.person(alike) is None


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("https://kakehashi", "http://kakehashi", "https"),
        (".example.org\"\n[sign", ".example.org/path\"\n[sign", "nothing behind it"),
        ("https://login", "http://login", "https"),
        ('"admin"', '"reader"', "nobody is admin"),
        ('"admin"', '"king"', "“king” of Ada@example.org is no role"),
        ('[people]', '[peopel]', "peopel"),
        ('client_id = "kakehashi"', "", "sign_in.client_id"),
        ('[sign_in]', f"{PROXY}[sign_in]", "either"),
        ("[sign_in]", 'listen = "0.0.0.0"\n[sign_in]', "needs a certificate"),
        ("[sign_in]", 'certificate = "a.pem"\n[sign_in]', "needs its key"),
        ("[sign_in]", 'listen = "everywhere"\n[sign_in]', "listen"),
        ("[people]", 'claim = "preferred_username"\n[people]', "name each person"),
        ("[sign_in]", "questions_per_minute = 0\n[sign_in]", "questions_per_minute"),
        ("[sign_in]", "[sign_in", "people.toml"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_the_place(
    tmp_path: Path, before: str, after: str, why: str
) -> None:
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    if before == '"admin"':
        text = text.replace('"*@example.org" = "reader"', "")
    with pytest.raises(BadInput, match=why):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("https://login.example.org/", "http://127.0.0.1:9000"),
        GOOD.replace("[sign_in]", 'listen = "0.0.0.0"\ncertificate = "a"\nkey = "b"\n[sign_in]'),
        GOOD.replace("[sign_in]", 'listen = "10.0.0.1"\n[proxy]\nfrom = ["10.0.0.2"]\n[sign_in]'),
        PROXY + GOOD.replace("[sign_in]", "").replace("issuer", "#").replace("client_id", "#"),
    ],
)
def test_a_right_file_is_taken(tmp_path: Path, text: str) -> None:
    if text.startswith(PROXY):  # the address comes before any table
        text = 'address = "https://kakehashi.example.org"\n' + text.replace("address =", "#")
    assert read(written(tmp_path, text)).people["ada@example.org"] == Role.ADMIN


def test_without_a_file_the_window_is_one_persons_own(tmp_path: Path) -> None:
    assert find_people(tmp_path) is None


def test_a_change_counts_at_once_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    people = People(path)
    path.write_text(GOOD.replace('"*@example.org" = "reader"', '"bob@example.org" = "editor"'))
    os.utime(path, ns=(1, 1))
    assert people.person("bob@example.org") == Person("bob@example.org", Role.EDITOR)
    assert people.person("cyd@example.org") is None
    path.write_text("nonsense")
    assert people.person("bob@example.org") == Person("bob@example.org", Role.EDITOR)
    assert "cannot be used" in people.error
    path.unlink()
    assert people.person("bob@example.org") is None


def test_a_person_may_ask_so_often_and_others_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = People(written(tmp_path, f"questions_per_minute = 2\n{GOOD}"))
    limits, now = Limits(people), 1000.0
    monkeypatch.setattr("app.service.people.time.monotonic", lambda: now)
    limits.take("ada")
    now += 30
    limits.take("ada")
    with pytest.raises(BadInput, match="go on in 30 seconds"):
        limits.take("ada")
    limits.take("bob")
    now += 31
    limits.take("ada")
    for _ in range(9):
        limits.take("")  # of whoever looks after the machine
        Limits(None).take("ada")


def test_a_token_is_its_persons_until_it_is_revoked(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    secret = tokens.make("ada", " my  notebook ", Role.READER)
    (one,) = tokens.of("ada")
    assert (one.person, one.name, one.role) == ("ada", "my notebook", Role.READER)
    assert Tokens(tmp_path).find(secret) == one
    kept = tmp_path / "tokens.json"
    assert secret not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    tokens.revoke("bob", one.id)
    assert tokens.find(secret) == one
    tokens.revoke("ada", one.id)
    assert tokens.find(secret) is None
    assert Tokens(tmp_path).find(secret) is None
    for forged in ("", secret[:-1], f"{secret} ", "é", "\x00"):
        assert tokens.find(forged) is None


def test_tokens_have_names_and_are_not_without_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.service.tokens._MOST", 2)
    tokens = Tokens(tmp_path)
    tokens.make("ada", "one", Role.READER)
    for name in ("", "  ", "one", " one "):
        with pytest.raises(BadInput, match="a name"):
            tokens.make("ada", name, Role.READER)
    tokens.make("bob", "one", Role.READER)
    tokens.make("ada", "two", Role.READER)
    with pytest.raises(BadInput, match="revoke one"):
        tokens.make("ada", "three", Role.READER)


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"a": 1}', '{"a": {"role": 9}}'])
def test_damaged_tokens_let_nobody_in(tmp_path: Path, damage: str) -> None:
    secret = Tokens(tmp_path).make("ada", "one", Role.ADMIN)
    (tmp_path / "tokens.json").write_text(damage)
    assert Tokens(tmp_path).find(secret) is None


def test_deeds_are_noted_latest_first_and_not_of_one_person_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity.note(tmp_path, "", "added", "a.md")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("app.service.activity._LARGEST", 300)
    for number in range(9):
        activity.note(tmp_path, "ada", "added", f"{number}.md\nforged")
    found = activity.latest(tmp_path, 5)
    assert [one["what"] for one in found] == [f"{n}.md\nforged" for n in (8, 7, 6, 5, 4)]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["a\u2028b.md", "a\x85b.md", "a\u202eb.md", "a\x1b[2Jb.md", "a\udcffb.md"]
)
def test_no_name_of_a_file_hides_its_line_in_the_log(tmp_path: Path, name: str) -> None:
    activity.note(tmp_path, "ada", "removed", name)
    assert [one["what"] for one in activity.latest(tmp_path, 2)] == [name]
    assert (tmp_path / "activity.jsonl").read_text(encoding="utf-8").strip("\n").isprintable()


EDITOR, READER = Person("bob", Role.EDITOR), Person("cyd", Role.READER)


@pytest.mark.parametrize(
    ("who", "name", "values", "why"),
    [
        (READER, "add", {"items": ["https://example.org"]}, "an editor can"),
        (READER, "sync", {}, "an editor can"),
        (READER, "edit", {"source_id": "tea", "changes": {}}, "an editor can"),
        (READER, "remove", {"source_id": "tea"}, "an editor can"),
        (EDITOR, "add", {"items": ["/etc/passwd"]}, "a file of this machine"),
        (EDITOR, "add", {"items": ["https://example.org", "/etc/passwd"]}, "a file of this"),
        (EDITOR, "sync", {"folder": "/etc"}, "a folder"),
        (EDITOR, "ask", {"question": "x", "model": "openai:x"}, "A model"),
        (EDITOR, "replay", {"bundle": {}, "model": "openai:x"}, "A model"),
        (EDITOR, "backup", {"file": "/tmp/x.zip"}, "looks after this machine"),
        (EDITOR, "place", {}, "looks after this machine"),
        (EDITOR, "doctor", {}, "looks after this machine"),
    ],
)
def test_a_program_may_do_what_its_person_may(
    library: Library, who: Person, name: str, values: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        execute(OperationContext(library, person=who), name, values)


def test_nobody_is_told_how_many_answers_of_others_lose_words(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    (folder / "tea.md").write_text("Uji grows green tea.")
    (folder / "rice.md").write_text("Niigata grows rice.")
    execute(OperationContext(library), "sync", {})
    ada = Conversations(library.database, "ada")
    for question in ("What does Uji grow?", "What does Niigata grow?"):
        ada.append("c", Assistant(library).ask(question))
    ids = [one["id"] for one in execute(OperationContext(library), "sources", {})["sources"]]
    told = [
        execute(OperationContext(library, person=who), "remove", {"source_id": one})["answers"]
        for who, one in zip((EDITOR, OWNER), ids, strict=True)
    ]
    assert told[0] is None
    assert told[1]


def test_what_a_program_changes_is_noted(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    (folder / "tea.md").write_text("Uji grows green tea.")
    context = OperationContext(library, person=EDITOR)
    execute(context, "sync", {})
    execute(context, "edit", {"source_id": "tea", "changes": {"author": "A. B."}})
    execute(context, "remove", {"source_id": execute(context, "sources", {})["sources"][0]["id"]})
    execute(context, "ask", {"question": "What does Uji grow?"})
    deeds = [(one["who"], one["did"], one["what"]) for one in activity.latest(library.folder, 9)]
    assert deeds == [("bob", did, "tea.md") for did in ("removed", "described", "added")]
    assert "green" not in json.dumps(activity.latest(library.folder, 9))
    execute(OperationContext(library, person=OWNER), "sync", {})
    assert len(activity.latest(library.folder, 9)) == 3
