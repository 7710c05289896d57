"""Whatever stands in front matter or beside a file, it is metadata or a sentence."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from ingest.readers.markdown import read_markdown
from ingest.sidecar import describe, metadata_from, sidecar_of, sidecar_with
from tests.fuzzing import Edit, edited, edits, fuzzed, is_sentence, texts
from tests.ingest.readers.made_files import checked
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Metadata

VALID = """\
title: "The harbour: a history"
author: [Ōta Hiro, "Peña, J."]
date: 1907-05-17
publisher: |
  Harbour
  Press
url: https://example.org/harbour
language: en
unknown: {a: [1, 2.5, ~, yes, 0x1F], b: !!binary aGVsbG8=}
note: >-
  Second edition.
""".encode()
TOKENS = (
    b"&a ", b"*a", b"<<: *a\n", b"!!python/name:os.system ", b"!!int ", b"!!float ", b"!!timestamp ",
    b"!!set ", b"!!omap ", b"!!bool x", b"!!binary =", b"? ", b": ", b"- ", b"\t", b"{", b"}", b"[",
    b"]", b"---\n", b"...\n", b"%YAML 9.9\n", b".inf", b".nan", b"0o", b"1:60:60", b"2024-13-45",
    b"\\ud800", b'"\\x', b"'", b"title: ", b"author: ", b"date: ", b"\xc2\x85", b"\xe2\x80\xa8", b"#",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return tmp_path_factory.mktemp("metadata")


def sound(metadata: Metadata) -> None:
    for value in astuple(metadata):
        assert isinstance(value, str)
        value.encode()
        assert "\n" not in value


def failure(make: Callable[[], object], *kinds: type[Exception]) -> str:
    """The sentence that it ends with, empty if it ends well; another exception is a fault."""
    try:
        make()
    except kinds as error:
        said = str(error)
        assert is_sentence(said)
        return said
    return ""


@fuzzed
@given(st.one_of(edits(*TOKENS).map(lambda changes: edited(VALID, changes)), texts.map(str.encode)))
def test_yaml_is_metadata_or_said_to_be_none(content: bytes) -> None:
    text = content.decode(errors="replace")
    failure(lambda: sound(metadata_from(text)), ValueError)


@fuzzed
@given(edits(*TOKENS))
def test_a_sidecar_describes_a_file_or_is_named_in_a_sentence(
    folder: Path, changes: list[Edit]
) -> None:
    file, document = folder / "harbour.txt", Document("The harbour opened.", "text")
    sidecar_of(file).write_bytes(edited(VALID, changes))
    said = failure(lambda: sound(describe(file, document)), UnreadableSource)
    assert not said or "harbour.txt.meta.yaml" in said

    def changed() -> None:
        assert metadata_from(sidecar_with(file, folder, {"title": "Tea: a “history”"})).title

    assert bool(failure(changed, ValueError)) == bool(said)


@fuzzed
@given(edits(*TOKENS), texts)
def test_front_matter_is_metadata_or_a_sentence(
    folder: Path, changes: list[Edit], body: str
) -> None:
    file = folder / "harbour.md"
    front = b"---\n" + VALID + b"---\nThe harbour opened.\n"
    file.write_bytes(edited(front, changes) + body.encode())

    def readable() -> None:
        document = checked(read_markdown(file))
        sound(document.metadata)

    said = failure(readable, UnreadableSource)
    assert not said or "harbour.md" in said


@fuzzed
@given(texts)
def test_any_markdown_is_read(folder: Path, body: str) -> None:
    file = folder / "any.md"
    body = body.replace("\0", "")  # with it, a file may be in UTF-16, or no text
    file.write_bytes(f"The harbour.\n\n{body}".encode())
    assert checked(read(file)).text.startswith("The harbour.")
