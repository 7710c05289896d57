"""The catalog is authoritative, the index is disposable, and one process owns the directory."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import LibraryBusy, StorageFailure, UnknownSource
from vectorstore.library import Library

QUESTION = "Who stood beside President Peña?"


@pytest.fixture
def stored(tmp_path: Path, synced: Path) -> Path:
    """Return the data directory of a closed library with the article."""
    return shutil.copytree(synced, tmp_path / "data")


def forbid_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing should be embedded")

    monkeypatch.setattr(SentenceEmbeddings, "encode", refuse)


def finds(library: Library) -> bool:
    return "Lee I-yang" in library.search(QUESTION, 1)[0].passage.text


@pytest.mark.parametrize(
    "damage", ["deleted", "no pointer", "emptied", "noise", "vectors gone", "behind"]
)
def test_a_damaged_index_is_rebuilt_without_embedding(
    stored: Path, embeddings: SentenceEmbeddings, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = stored / "index" / (stored / "index" / "CURRENT").read_text()
    match damage:
        case "deleted":
            shutil.rmtree(stored / "index")
        case "no pointer":
            (stored / "index" / "CURRENT").unlink()
        case "emptied":
            shutil.rmtree(generation)
            generation.mkdir()
        case "noise":
            (generation / "chroma.sqlite3").write_bytes(b"noise" * 1000)
        case "vectors gone":
            with sqlite3.connect(generation / "chroma.sqlite3") as db:
                db.execute("DELETE FROM embeddings_queue WHERE rowid > 5")
            db.close()
        case "behind":
            with sqlite3.connect(stored / "catalog.sqlite") as db:
                db.execute("REPLACE INTO meta VALUES ('index_behind', '1')")
            db.close()
    forbid_encoding(monkeypatch)
    with Library(stored, embeddings) as library:
        assert finds(library)
        assert "made again" in " ".join(library.notices)
    with Library(stored, embeddings) as library:
        assert finds(library)
        assert library.notices == []


def test_only_one_process_owns_a_library(stored: Path, embeddings: SentenceEmbeddings) -> None:
    code = (
        "import sys; from pathlib import Path; from vectorstore.library import Library; "
        "from vectorstore.encoders.embeddings import SentenceEmbeddings as E; "
        "x = Library(Path(sys.argv[1]), E(), 'the other one'); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(stored)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(LibraryBusy, match=rf"the other one \(process {other.pid}"):
            Library(stored, embeddings)
        other.kill()
    with Library(stored, embeddings) as library:
        assert finds(library)


def test_removing_deletes_all_traces_of_a_source(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("Zanzibar grows cloves. It exports them.")
    (folder / "b.md").write_text("Uji grows tea.")
    library = make_library()
    ids = {change.path: change.source_id for change in sync(library, folder)}
    library.remove(ids["a.md"])
    assert all("Zanzibar" not in hit.passage.text for hit in library.search("Zanzibar cloves", 5))
    assert library.database.count("passage") == library.database.count("vector") == 1
    assert library.database.count("word") == 1
    with pytest.raises(UnknownSource, match="No source has the id"):
        library.remove(ids["a.md"])


def test_known_texts_are_not_embedded_again(
    make_library: Callable[..., Library], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    library = make_library()
    sync(library, folder)
    (folder / "b.txt").write_text("Uji grows tea.\n\n\n")
    forbid_encoding(monkeypatch)
    assert [change.outcome for change in sync(library, folder)] == ["unchanged", "added"]


def test_a_large_change_creates_a_new_generation(
    make_library: Callable[..., Library], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.index.generations._LIVE_CHANGES", 1)
    (folder / "a.md").write_text(
        "# A\n\nUji grows tea.\n\n# B\n\nAlishan grows tea.\n\n# C\n\nRice."
    )
    library = make_library()
    sync(library, folder)
    assert (library.folder / "index" / "CURRENT").read_text() == "gen-2"
    assert len(list((library.folder / "index").glob("gen-*"))) == 1
    assert "Alishan" in library.search("Alishan", 1)[0].passage.text


def test_a_catalog_that_is_no_database_is_an_error(
    tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.sqlite").write_text("This is not a database at all. " * 40)
    with pytest.raises(StorageFailure, match="cannot be opened"):
        Library(tmp_path / "data", embeddings)


def test_a_catalog_of_a_later_version_is_not_opened(
    stored: Path, embeddings: SentenceEmbeddings
) -> None:
    with sqlite3.connect(stored / "catalog.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StorageFailure, match="another version of Kakehashi"):
        Library(stored, embeddings)


def test_an_unwritable_directory_is_an_error(
    tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailure, match="cannot be written"):
        Library(tmp_path / "file" / "data", embeddings)


def test_a_full_disk_changes_nothing(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    library.database._db.execute("PRAGMA max_page_count = 1")
    (folder / "b.md").write_text("# Long\n\n" + "A sentence about rice and tea. " * 3000)
    with pytest.raises(StorageFailure, match="nothing was changed"):
        sync(library, folder)
    library.database._db.execute("PRAGMA max_page_count = 1000000")
    assert [source.path for source in library.catalog.sources()] == ["a.md"]
    assert [change.outcome for change in sync(library, folder)] == ["unchanged", "added"]


def test_the_index_catches_up_after_a_failed_change(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    (folder / "a.md").write_text("Zanzibar grows cloves.")

    def fail(*_: object) -> None:
        raise StorageFailure("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("vectorstore.index.vector_index.VectorIndex.change", fail)
        sync(library, folder)  # the catalog has the change, so the sync succeeds
    (folder / "b.md").write_text("Alishan grows tea.")
    sync(library, folder)
    assert library.rebuild_reason() == ""
    vector = library.embeddings.encode_query("cloves")
    found = library.vector_index.query(vector, 10)
    held = {p.id for s in library.catalog.sources() for p in library.passages.of_source(s.id)}
    assert set(found) == held


def test_search_continues_while_the_index_is_rebuilt(article: Library) -> None:
    errors: list[BaseException] = []
    over = threading.Event()

    def search() -> None:
        while not over.is_set():
            try:
                assert finds(article)
            except BaseException as error:  # noqa: BLE001
                errors.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        article.vector_index.rebuild(article.passages.all_vectors(article.embeddings.fingerprint))
    over.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_any_thread_may_close_a_library(tmp_path: Path, embeddings: SentenceEmbeddings) -> None:
    library = Library(tmp_path / "data", embeddings)
    thread = threading.Thread(target=library.close)
    thread.start()
    thread.join()
    Library(tmp_path / "data", embeddings).close()


def test_a_library_of_format_1_is_migrated(stored: Path, embeddings: SentenceEmbeddings) -> None:
    with sqlite3.connect(stored / "catalog.sqlite") as db:
        db.executescript(
            """
            CREATE TABLE old AS SELECT * FROM passage;
            DROP TABLE question;
            DROP TABLE word;
            DROP TABLE passage;
            CREATE TABLE passage (
                number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
                source_id TEXT NOT NULL REFERENCES source ON DELETE CASCADE,
                text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                first_page INTEGER, last_page INTEGER, heading TEXT NOT NULL, hash TEXT NOT NULL);
            CREATE INDEX passage_source ON passage (source_id, start);
            CREATE INDEX passage_hash ON passage (hash);
            INSERT INTO passage SELECT * FROM old;
            UPDATE passage SET hash = 'of the text alone';
            DROP TABLE old;
            CREATE VIRTUAL TABLE word USING fts5 (terms);
            INSERT INTO word (rowid, terms) VALUES (1, 'taiwan');
            DELETE FROM meta WHERE key = 'words';
            ALTER TABLE conversation DROP COLUMN owner;
            ALTER TABLE conversation DROP COLUMN shared;
            INSERT INTO conversation VALUES ('c', 'Who?', '2026', '2026');
            PRAGMA user_version = 1;
            """
        )
    db.close()
    with Library(stored, embeddings) as library:
        assert finds(library)
        assert "made again" in " ".join(library.notices)
        assert library.database.count("conversation") == 1
        assert library.word_index.frequencies(["taiwan"])["taiwan"] > 1
        assert library.rebuild_reason() == ""
    with Library(stored, embeddings) as library:
        assert finds(library)
        assert library.notices == []


def test_terms_of_another_version_are_recomputed(
    stored: Path, embeddings: SentenceEmbeddings
) -> None:
    with sqlite3.connect(stored / "catalog.sqlite") as db:
        db.execute("UPDATE word SET terms = 'nonsense'")
        db.execute("UPDATE meta SET value = '0' WHERE key = 'words'")
    db.close()
    with Library(stored, embeddings) as library:
        assert library.word_index.frequencies(["nonsense"]) == {"nonsense": 0}
        assert finds(library)


def test_the_word_index_follows_every_change(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Zanzibar grows cloves.")
    (folder / "b.md").write_text("Uji grows tea.")
    sync(library, folder)
    library.searcher.warm()
    assert library.word_index.frequencies(["zanzibar", "grow"]) == {"zanzibar": 1, "grow": 2}
    (folder / "a.md").write_text("Niigata grows rice.")
    sync(library, folder)
    assert library.word_index.frequencies(["zanzibar", "niigata", "grow"]) == {
        "zanzibar": 0, "niigata": 1, "grow": 2,
    }  # fmt: skip
    (folder / "a.md").unlink()
    sync(library, folder)
    assert library.word_index.frequencies(["niigata", "grow"]) == {"niigata": 0, "grow": 1}
    assert [p.text for p in library.searcher.passages_with(["uji", "tea"])] == ["Uji grows tea."]


def test_the_fingerprint_changes_only_with_what_can_be_found(
    make_library: Callable[..., Library], folder: Path
) -> None:
    library = make_library()
    empty = library.fingerprint
    (folder / "tea.md").write_text("Uji grows green tea.")
    sync(library, folder)
    first = library.fingerprint
    assert empty != first == library.fingerprint
    assert len(first) == 16
    sync(library, folder)
    assert library.fingerprint == first
    (folder / "rice.md").write_text("Niigata grows rice.")
    sync(library, folder)
    second = library.fingerprint
    assert second not in (empty, first)
    (folder / "rice.md").write_text("Niigata grows rice and beans.")
    sync(library, folder)
    assert library.fingerprint not in (empty, first, second)
    (folder / "rice.md").unlink()
    sync(library, folder)
    assert library.fingerprint == first
    library.database.set("splitter", "another")
    assert library.fingerprint != first
    other = make_library("other")
    sync(other, folder)
    assert other.fingerprint == first  # the same sources in another directory
