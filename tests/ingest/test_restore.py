"""Backups from anybody: what they may bring in, and what they cannot."""

import errno
import json
import random
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.service.bootstrap import chosen_model, remember_model
from benchmarks.hash_vectors import HashedEmbeddings
from ingest import backup as backups
from ingest.backup import backup, restore
from ingest.backup_archive import Limits, check, unpack
from ingest.source_files import edit, remove
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import BadInput, KakehashiError, StorageFailure
from vectorstore.library import Library
from vectorstore.records import Scope
from vectorstore.storage.conversations import Conversations, Rating
from vectorstore.storage.database import Database
from vectorstore.storage.questions import Question, Questions

TABLES = (
    "source", "unreadable", "passage", "word", "vector", "conversation", "turn", "question"
)  # fmt: skip


@pytest.fixture
def full(make_library: Callable[..., Library], folder: Path) -> Library:
    """A library with rows in every table, made by the product's own operations."""
    (folder / "tea").mkdir()
    (folder / "tea" / "uji.md").write_text("# Tea\n\nUji grows green tea.\n\n# 茶\n\n宇治。茶。")
    (folder / "clove.txt").write_text("Zanzibar grows cloves in 1890.")
    (folder / "gone.txt").write_text("Niigata grows rice.")
    (folder / "odd.xyz").write_text("not of a known kind")
    library = make_library()
    sync(library, folder)
    ids = {source.path: source.id for source in library.catalog.sources()}
    edit(library, folder, ids["clove.txt"], {"author": "Amina Salim", "note": "A draft."})
    talks, assistant = Conversations(library.database), Assistant(library)
    for question in ("Who grows green tea?", "Who grows rice?", "Who grows wheat?"):
        talks.append("c", assistant.ask(question))
    talks.rename("c", "宇治 and others")
    talks.rate("c", 0, Rating(True, "well put"))
    talks.rate("c", 1, Rating(False))
    talks.append("other", assistant.ask("Who grows cloves?", scope=Scope((ids["clove.txt"],))))
    asked = Questions(library.database)
    asked.add(Question("q1", "other", "And tea?", before=4, scope=Scope(None, ("ja",), "2020")))
    asked.hand_back("q1", "The model failed.")
    asked.add(Question("q2", "c", "And rice?", alone=True))
    asked.answer("q2", assistant.ask("And rice?"))
    remove(library, folder, ids["gone.txt"])  # withdraws its words from an answer
    return library


def rows(catalog: Path) -> dict[str, set[tuple[object, ...]]]:
    with closing(sqlite3.connect(catalog)) as db:
        return {table: set(db.execute(f"SELECT * FROM {table}")) for table in TABLES}


def saved(library: Library, folder: Path, place: Path) -> Path:
    """A backup of a library, which is closed then."""
    backup(library, folder, place / "library.zip")
    library.close()
    return place / "library.zip"


def altered(file: Path, change: Callable[[sqlite3.Connection], object] | str) -> Path:
    """A copy of a backup with a change to its catalog."""
    other = file.with_name("altered.zip")
    catalog = file.with_name("altered.sqlite")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        catalog.write_bytes(old.read("catalog.sqlite"))
        with closing(sqlite3.connect(catalog, isolation_level=None)) as db:
            if isinstance(change, str):
                db.executescript(change)
            else:
                change(db)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != "catalog.sqlite" else catalog.read_bytes())
    return other


def everything(*folders: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("lock", "owner.json")
    }


def test_every_row_comes_back(full: Library, folder: Path, tmp_path: Path) -> None:
    file = saved(full, folder, tmp_path)
    before = rows(full.folder / "catalog.sqlite")
    assert all(before.values())
    said = restore(tmp_path / "new", tmp_path / "documents", file)
    assert rows(tmp_path / "new" / "catalog.sqlite") == before
    assert len(said) == 1
    restore(full.folder, folder, file, replace=True)  # over the same library
    assert rows(full.folder / "catalog.sqlite") == before


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TRIGGER evil AFTER INSERT ON turn BEGIN DELETE FROM source; END", "trigger"),
        ("CREATE VIEW evil AS SELECT 1", "view"),
        ("CREATE VIRTUAL TABLE evil USING fts5 (words)", "does not make"),
        ("CREATE TABLE evil (x)", "does not make"),
        ("CREATE TABLE 'evil\x1b]0;x\x07' (x)", "evil�]0;x�"),
        ("CREATE INDEX evil ON source (id)", "index"),
        ("DROP INDEX turn_question; CREATE INDEX turn_question ON turn (abs(number))", "index"),
        ("ALTER TABLE source ADD COLUMN evil AS (hex(zeroblob(1000000000)))", "computes"),
        ("ALTER TABLE source ADD COLUMN evil TEXT CHECK (length(evil) > 0)", "computes"),
        ("ALTER TABLE source ADD COLUMN evil", "other columns"),
        ("ALTER TABLE turn DROP COLUMN helpful", "other columns"),
        ("DROP TABLE question", "no table “question”"),
        ("PRAGMA user_version = 99", "a later version"),
        ("PRAGMA user_version = 0", "not one of Kakehashi"),
    ],
)
def test_a_catalog_that_is_more_than_rows_is_refused(
    full: Library, folder: Path, tmp_path: Path, script: str, said: str
) -> None:
    file = altered(saved(full, folder, tmp_path), script)
    before = everything(full.folder, folder)
    with pytest.raises(BadInput, match=f"is not restored: its catalog .*{said}"):
        restore(full.folder, folder, file, replace=True)
    assert everything(full.folder, folder) == before
    assert not list(tmp_path.glob("kakehashi-before-restore-*"))


CLOVE = "WHERE path = 'clove.txt'"


@pytest.mark.parametrize(
    "script",
    [
        *(
            f"UPDATE source SET path = {path} {CLOVE}"
            for path in (
                "'/etc/passwd'", "'../clove.txt'", "'a/../../b'", "'a\\..\\..\\b'", "'a//b'", "''",
                "'.ssh/config'", "'a' || char(0) || 'b'", "zeroblob(3)", "printf('%.5000c', 'a')",
            )
        ),
        "UPDATE unreadable SET path = '../../victim.txt'",
        "PRAGMA foreign_keys = OFF; UPDATE source SET id = id || char(8203)",
        f"UPDATE source SET sha256 = 'x' {CLOVE}",
        f"UPDATE source SET kind = '../txt' {CLOVE}",
        f"UPDATE source SET size = -1 {CLOVE}",
        f"UPDATE source SET size = 1.5 {CLOVE}",
        f"UPDATE source SET added = 'yesterday' {CLOVE}",
        f"UPDATE source SET metadata = '{{\"title\": 7}}' {CLOVE}",
        f"UPDATE source SET metadata = '{{\"evil\": \"x\"}}' {CLOVE}",
        f"UPDATE source SET metadata = '[' {CLOVE}",
        f"UPDATE source SET metadata = printf('%.100000c', '[') {CLOVE}",
        f"UPDATE source SET pages = '[[1, 0, 99999]]' {CLOVE}",
        f"UPDATE source SET pages = '[[1, -5, 2]]' {CLOVE}",
        f"UPDATE source SET headings = '[[\"x\", 0, NaN]]' {CLOVE}",
        f"UPDATE source SET text = 'Other words.' {CLOVE}",
        "UPDATE passage SET id = id || 'x'",
        "UPDATE passage SET start = start + 1",
        "UPDATE passage SET first_page = 0",
        "UPDATE passage SET number = -number",
        "UPDATE turn SET answer = '{}'",
        "UPDATE turn SET answer = json_set(answer, '$.outcome', 'evil')",
        "UPDATE turn SET answer = json_set(answer, '$.evil', 1)",
        "UPDATE turn SET answer = json_set(answer, '$.citations[0].path', '/etc/passwd')",
        "UPDATE turn SET answer = json_set(answer, '$.citations[0].source_id', 'a b')",
        "UPDATE turn SET answer = json_set(answer, '$.citations[0].page', 'x')",
        "UPDATE turn SET answer = replace(answer, '\"strength\": 0', '\"strength\": Infinity, \"s\": 0')",
        "UPDATE turn SET helpful = 2",
        "UPDATE turn SET at = 'now'",
        "UPDATE question SET how = '{\"alone\": 1, \"before\": null, \"scope\": {}}'",
        "PRAGMA foreign_keys = OFF; UPDATE conversation SET id = 'a b' WHERE id = 'c'",
        "PRAGMA foreign_keys = OFF; DELETE FROM conversation WHERE id = 'c'",
    ],
)  # fmt: skip
def test_rows_that_kakehashi_does_not_store_are_refused(
    tmp_path_factory: pytest.TempPathFactory, one_backup: Path, script: str
) -> None:
    place = tmp_path_factory.mktemp("restored")
    shutil.copy(one_backup, place / "library.zip")
    file = altered(place / "library.zip", script)
    with pytest.raises(BadInput, match=r"(is not restored: its catalog has what|is damaged)"):
        restore(place / "data", place / "sources", file)
    assert not (place / "data" / "catalog.sqlite").exists()
    assert not (place / "sources").exists()


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a small library, which tests copy."""
    place = tmp_path_factory.mktemp("one")
    (place / "sources").mkdir()
    (place / "sources" / "clove.txt").write_text("Zanzibar grows cloves in 1890.")
    (place / "sources" / "tea.md").write_text("# Tea\n\nUji grows green tea.")
    (place / "sources" / "odd.xyz").write_text("?")
    with Library(place / "data", SentenceEmbeddings()) as library:
        sync(library, place / "sources")
        talks = Conversations(library.database)
        talks.append("c", Assistant(library).ask("Who grows cloves?"))
        talks.rate("c", 0, Rating(True))
        Questions(library.database).add(Question("q", "c", "And tea?"))
        return saved(library, place / "sources", place)


def test_settings_do_not_come_in_with_a_backup(one_backup: Path, tmp_path: Path) -> None:
    shutil.copy(one_backup, tmp_path / "library.zip")
    hostile = {"model": "/evil", "fingerprint": "/evil:1:sentences 1"}
    file = altered(
        tmp_path / "library.zip",
        "INSERT INTO meta VALUES ('chat_model', 'openai:evil'), ('judge', 'evil'), "
        f"('citation_form', 'apa'); REPLACE INTO meta VALUES ('model', '{json.dumps(hostile)}'), "
        "('sources_folder', '/etc')",
    )
    said = restore(tmp_path / "data", tmp_path / "sources", file)
    assert "chat model" in said[1]
    assert "1 settings" in said[2]
    with Library(tmp_path / "data", SentenceEmbeddings()) as library:
        get = library.database.get
        assert chosen_model(library) == ""
        assert get("judge") is None
        assert get("model") is None
        assert get("sources_folder") == str(tmp_path / "sources")
        assert get("citation_form") == "apa"
        assert library.search("cloves")[0].passage.text == "Zanzibar grows cloves in 1890."
        remember_model(library, "fake")
        assert chosen_model(library) == "fake"


@pytest.mark.parametrize(
    "forged",
    ["zeroblob(1536)", "zeroblob(40)", "zeroblob(7)", "'text'",
     "CAST(x'0000c07f' || substr(passage, 5) AS BLOB)"],
)  # fmt: skip
def test_a_vector_that_cannot_be_one_is_made_again(
    one_backup: Path, tmp_path: Path, forged: str
) -> None:
    shutil.copy(one_backup, tmp_path / "library.zip")
    file = altered(tmp_path / "library.zip", f"UPDATE vector SET passage = {forged}")
    if forged == "'text'":
        with pytest.raises(BadInput, match="“passage” in the table “vector”"):
            restore(tmp_path / "data", tmp_path / "sources", file)
        return
    assert "2 passages are embedded" in restore(tmp_path / "data", tmp_path / "sources", file)[-1]
    with Library(tmp_path / "data", SentenceEmbeddings()) as library:
        assert library.search("cloves")[0].passage.text == "Zanzibar grows cloves in 1890."
        assert library.database.count("vector") == 2


def test_vectors_of_another_model_are_left_out(one_backup: Path, tmp_path: Path) -> None:
    model = HashedEmbeddings()
    restore(tmp_path / "data", tmp_path / "sources", one_backup, embeddings=model)
    with Library(tmp_path / "data", model) as library:  # the packaged one's vectors are usable
        assert library.database.count("vector") == 2
        assert library.search("cloves")
    shutil.copy(one_backup, tmp_path / "library.zip")
    file = altered(tmp_path / "library.zip", "UPDATE vector SET fingerprint = 'another'")
    said = restore(tmp_path / "other", tmp_path / "others", file)
    assert "2 passages are embedded" in said[-1]


def _one(file: Path, entry: zipfile.ZipInfo, content: str = "x") -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(entry, content)


def _entry(name: str, kind: int = stat.S_IFREG) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (kind | 0o644) << 16
    return entry


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "entry",
    [
        _entry("sources/link", stat.S_IFLNK), _entry("sources/pipe", stat.S_IFIFO),
        _entry("sources/device", stat.S_IFCHR), _entry("sources/.bashrc"),
        _entry("sources/a/.git/hooks/pre-commit"), _entry("sources/clove.txt"),
        _entry("sources/clove.txt/below"), _entry("sources/a\\..\\..\\b"),
        _entry("catalog.sqlite-wal"), _entry("sources/" + "a" * 300),
    ],
    ids=lambda entry: entry.filename[:40],
)  # fmt: skip
def test_what_is_no_document_is_not_unpacked(
    one_backup: Path, tmp_path: Path, entry: zipfile.ZipInfo
) -> None:
    file = Path(shutil.copy(one_backup, tmp_path / "library.zip"))
    _one(file, entry)
    with pytest.raises(BadInput, match="no backup does"):
        restore(tmp_path / "data", tmp_path / "sources", file)
    assert not (tmp_path / "sources").exists()
    assert [path.name for path in (tmp_path / "data").iterdir()] in ([], ["lock"])


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(members=3), "contains 5 files"),
        (Limits(total=10_000), "more than is safe"),
        (Limits(member=10_000), "more than is safe"),
        (Limits(small=10_000, ratio=2), "more than is safe"),
    ],
)
def test_limits_hold_for_what_an_archive_states_and_for_what_comes_out(
    one_backup: Path, tmp_path: Path, limits: Limits, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(one_backup) as archive:
        assert len(check(archive, one_backup)) == 3
        with pytest.raises(BadInput, match=said):
            check(archive, one_backup, limits)
    if limits.members > 3:  # an archive that states less than it holds
        monkeypatch.setattr("ingest.backup_archive.check", lambda *_: [])
        with pytest.raises(BadInput, match=said):
            unpack(one_backup, tmp_path / "catalog", tmp_path, lambda: None, limits)
        assert (tmp_path / "catalog").stat().st_size <= 10_000


def test_no_backup_is_made_that_could_not_be_restored(
    full: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        backups, "check", lambda archive, file: check(archive, file, Limits(total=10))
    )
    with pytest.raises(BadInput, match="more than is safe"):
        backup(full, folder, tmp_path / "library.zip")
    assert not list(tmp_path.glob("*library.zip*"))


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE turn SET answer = json_set(answer, '$.evil', 1)",
        "UPDATE vector SET fingerprint = x'00'",
        "CREATE TABLE other (one)",
    ],
)
def test_a_backup_that_a_restore_would_refuse_says_so(
    full: Library, folder: Path, tmp_path: Path, script: str
) -> None:
    with full.database.transaction() as db:
        db.execute(script)
    made = backup(full, folder, tmp_path / "library.zip")
    assert "could not be restored" in made.warnings[0]
    with pytest.raises(BadInput, match="is not restored"):
        restore(tmp_path / "new", tmp_path / "new sources", tmp_path / "library.zip")


_PEAK = """
import resource, sys
from pathlib import Path
from ingest.backup import restore
from vectorstore.errors import BadInput
usage = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before, place = usage(), Path(sys.argv[1])
try:
    restore(place / "data", place / "sources", place / "bomb.zip")
except BadInput as error:
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(usage() - before, children, error)
"""


def test_a_small_archive_does_not_fill_the_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("kakehashi.json", "w") as manifest:
            for _ in range(400):
                manifest.write(b" " * (1 << 20))
        archive.writestr("catalog.sqlite", "")
    assert (tmp_path / "bomb.zip").stat().st_size < 1 << 20
    ended = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    here, child, said = ended.stdout.split(maxsplit=2)
    assert "is damaged" in said
    assert int(here) < 100
    assert int(child) < 200


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_backups_of_earlier_formats_are_restored(
    one_backup: Path, tmp_path: Path, version: int
) -> None:
    shutil.copy(one_backup, tmp_path / "library.zip")
    since_5 = (
        "DROP TABLE question; DROP INDEX turn_question; ALTER TABLE turn DROP COLUMN question_id;"
    )
    since_3 = "".join(f"ALTER TABLE turn DROP COLUMN {n};" for n in ("helpful", "reason", "said"))
    words = "DROP TABLE word; CREATE VIRTUAL TABLE word USING fts5 (terms, tokenize = 'unicode61');"
    script = since_5 + since_3 * (version < 3) + (words * (version < 2))
    file = altered(tmp_path / "library.zip", f"{script} PRAGMA user_version = {version}")
    restore(tmp_path / "data", tmp_path / "sources", file)
    with Library(tmp_path / "data", SentenceEmbeddings()) as library:
        assert library.search("cloves")[0].passage.text == "Zanzibar grows cloves in 1890."
        assert library.word_index.frequencies(["clove"]) == {"clove": 1}
        talks = Conversations(library.database)
        assert talks.answers("c")[0].question == "Who grows cloves?"
        assert talks.ratings("c") == [Rating(True) if version > 2 else None]
        assert talks.search("cloves")
        assert {one.outcome for one in sync(library, tmp_path / "sources")} <= {
            "unchanged", "failed"
        }  # fmt: skip


def test_documents_are_not_written_through_links(one_backup: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "below.md").write_text("mine")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a").symlink_to(elsewhere)
    file = Path(shutil.copy(one_backup, tmp_path / "library.zip"))
    _one(file, _entry("sources/a/below.md"), "theirs")
    with pytest.raises(BadInput, match="in the way"):
        restore(tmp_path / "data", tmp_path / "sources", file)
    assert (elsewhere / "below.md").read_text() == "mine"
    (tmp_path / "sources" / "a").unlink()
    restore(tmp_path / "data", tmp_path / "sources", file)
    assert (tmp_path / "sources" / "a" / "below.md").read_text() == "theirs"


@pytest.mark.parametrize("seed", range(12))
def test_a_catalog_with_noise_is_refused_or_restored_whole(
    one_backup: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    file = tmp_path / "noise.zip"
    with zipfile.ZipFile(one_backup) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == "catalog.sqlite":
                for _ in range(chance.choice([1, 10, 200])):
                    content[chance.randrange(len(content))] = chance.randrange(256)
            new.writestr(name, bytes(content))
    refused = ""
    try:
        restore(tmp_path / "data", tmp_path / "sources", file)
    except KakehashiError as error:
        refused = str(error)
    if refused:
        assert refused.startswith(str(file))
        assert not (tmp_path / "sources").exists()
        return
    with Library(tmp_path / "data", SentenceEmbeddings()) as library:
        assert library.database.integrity_error() == ""
        library.search("cloves")
        for talk in Conversations(library.database).all():
            Conversations(library.database).answers(talk.id)


def test_the_child_that_opens_a_backup_cannot_raise_its_limits(
    one_backup: Path, tmp_path: Path
) -> None:
    code = (
        "import resource, runpy, sys\n"
        "try: runpy.run_module('ingest.backup_process', run_name='__main__')\n"
        "finally: print(*(resource.getrlimit(one)[1] for one in (resource.RLIMIT_AS, "
        "resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)), file=sys.stderr)"
    )
    (tmp_path / "documents").mkdir()
    asked = json.dumps({"file": str(one_backup), "folder": str(tmp_path)})
    ended = subprocess.run(
        [sys.executable, "-c", code], input=asked + "\n", capture_output=True, text=True,
        check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(ended.stdout.splitlines()[-1]) == {"done": True}
    limits = [int(one) for one in ended.stderr.split()[-3:]]
    assert all(0 <= limit != resource.RLIM_INFINITY for limit in limits)


def test_an_interrupted_restore_loses_no_document(
    one_backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.txt").write_text("Alishan grows tea.")

    def interrupted(*_: object) -> None:
        raise OSError(errno.EIO, "the plug was pulled")

    with monkeypatch.context() as at_last:
        at_last.setattr("ingest.backup.put_in_place", interrupted)
        with pytest.raises(StorageFailure, match="the plug was pulled"):
            restore(tmp_path / "data", tmp_path / "sources", one_backup, replace=True)
    assert (tmp_path / "sources" / "mine.txt").exists()
    restore(tmp_path / "data", tmp_path / "sources", one_backup, replace=True)
    assert not (tmp_path / "sources" / "mine.txt").exists()
    assert (tmp_path / "sources" / "tea.md").exists()
    assert not list((tmp_path / "data").glob(".restoring-*"))


def test_documents_that_do_not_fit_on_the_disk_change_nothing(
    one_backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "tea.md").write_text("Alishan grows tea.")
    full = shutil.disk_usage(tmp_path)._replace(free=5)
    monkeypatch.setattr("ingest.backup.shutil.disk_usage", lambda _: full)
    with pytest.raises(StorageFailure, match="do not fit on the disk"):
        restore(tmp_path / "data", tmp_path / "sources", one_backup, replace=True)
    assert (tmp_path / "sources" / "tea.md").read_text() == "Alishan grows tea."


def test_a_question_in_a_scope_of_many_sources_comes_back(
    full: Library, folder: Path, tmp_path: Path
) -> None:
    many = tuple(f"source-{number:05}" for number in range(2000))
    question = Question("q9", "c", "And tea?", scope=Scope(sources=many))
    Questions(full.database).add(question)
    file = saved(full, folder, tmp_path)
    restore(tmp_path / "d", tmp_path / "s", file)
    database = Database(tmp_path / "d" / "catalog.sqlite")
    assert question.scope in [one.scope for one in Questions(database).of("c")]
    database.close()
