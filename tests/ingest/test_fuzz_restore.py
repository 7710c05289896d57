"""A damaged backup is restored whole or refused with a sentence, and touches nothing beside it."""

import shutil
from collections.abc import Callable

import pytest
from hypothesis import given

from ingest.backup import backup, restore
from ingest.sync import sync
from tests.fuzzing import Edit, edited, edited_archive, edits, fuzzed, is_sentence, shares
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import KakehashiError
from vectorstore.library import Library

TOKENS = (
    b"sources/",
    b"../",
    b"PK\x03\x04",
    b"SQLite format 3",
    b"CREATE TRIGGER ",
    b'{"format": 1}',
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings) -> bytes:
    place = tmp_path_factory.mktemp("saved")
    (place / "sources" / "tea").mkdir(parents=True)
    (place / "sources" / "tea" / "uji.md").write_text("Uji grows green tea.")
    (place / "sources" / "clove.txt").write_text("Zanzibar grows cloves.")
    with Library(place / "data", embeddings) as library:
        sync(library, place / "sources")
        backup(library, place / "sources", place / "saved.zip")
    return (place / "saved.zip").read_bytes()


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], None]:
    def restore_or_refuse(content: bytes) -> None:
        around = tmp_path_factory.mktemp("around")
        try:
            place = around / "place"
            place.mkdir()
            (place / "saved.zip").write_bytes(content)
            try:
                done = " ".join(restore(place / "data", place / "sources", place / "saved.zip"))
            except KakehashiError as error:
                done = str(error)
            assert is_sentence(done)
            assert [path.name for path in around.iterdir()] == ["place"]
            assert {path.name for path in place.iterdir()} <= {"saved.zip", "data", "sources"}
        finally:
            shutil.rmtree(around)

    return restore_or_refuse


@fuzzed
@given(edits(*TOKENS))
def test_a_backup_with_damaged_bytes(
    saved: bytes, restored: Callable[[bytes], None], changes: list[Edit]
) -> None:
    restored(edited(saved, changes))


@fuzzed
@given(shares, edits(*TOKENS))
def test_a_backup_with_a_damaged_part(
    saved: bytes, restored: Callable[[bytes], None], part: float, changes: list[Edit]
) -> None:
    restored(edited_archive(saved, part, changes))
