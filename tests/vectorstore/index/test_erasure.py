"""What the files of a library hold of a document before and after it is removed."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hash_vectors import HashedEmbeddings
from ingest.source_files import remove, restore
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import IndexFailure
from vectorstore.index import client, generations, vector_index
from vectorstore.index.vector_index import VectorIndex
from vectorstore.library import Library
from vectorstore.records import Scope

WORDS = (b"zanzibarite", b"Zanzibarite", b"quaggaphone", b"Quaggaphone")
Held = tuple[Library, Path]


@pytest.fixture(params=[3, 1100], ids=["a few passages", "more than Chroma writes at once"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    """A library with a document to remove and another with so many passages."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "zanzibarite-quaggaphone.md").write_text(
        "# Zanzibarite quaggaphone\n\nForty-one harbours.\n\n# Keys\n\nNine keys."
    )
    others = "\n\n".join(
        f"# {number}\n\nUji grows tea {number}." for number in range(request.param)
    )
    (folder / "tea.md").write_text(others)
    with Library(tmp_path / "data", HashedEmbeddings()) as library:
        sync(library, folder)
        yield library, folder


def source_id(library: Library, beginning: str) -> str:
    return next(one.id for one in library.catalog.sources() if one.path.startswith(beginning))


def vectors_of(library: Library, source: str) -> list[Vectors]:
    """The vectors of a source, as the catalog and as the index have them."""
    passages = library.passages.of_source(source)
    index = library.vector_index
    stored = index._guarded(
        lambda chroma: chroma.get(ids=[p.id for p in passages], include=["embeddings"])
    )
    ours = [one.passage for one in library.vectors(passages)]
    return [*ours, *(np.asarray(row, dtype=np.float32) for row in stored["embeddings"])]


def traces(folder: Path, vectors: list[Vectors]) -> set[str]:
    """The files below a folder that have a word, or any eight components of a vector in a row.

    Of any eight, four in a row begin at a multiple of four.
    """
    found = set()
    for file in (path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        runs = (v[at : at + 4].tobytes() for v in vectors for at in range(0, len(v), 4))
        if any(run in content for run in runs) or any(word in content for word in WORDS):
            found.add(file.name)
    return found


def test_a_removed_document_leaves_no_vector_and_no_name(held: Held) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    assert len(vectors) == 4
    before = traces(library.folder, vectors)
    assert before & {"catalog.sqlite", "catalog.sqlite-wal"}
    assert before & {"chroma.sqlite3", "data_level0.bin"}
    remove(library, folder, gone)
    assert traces(library.folder, vectors) == set()
    assert library.search("Uji grows tea 1.")[0].passage.text.endswith("Uji grows tea 1.")
    assert library.notices == []
    library.close()
    assert traces(library.folder, vectors) == set()
    with Library(library.folder, HashedEmbeddings()) as again:
        assert again.rebuild_reason() == ""
        assert again.search("Uji grows tea 2.")[0].passage.text.endswith("Uji grows tea 2.")
        assert again.notices == []


def test_words_that_a_sync_finds_changed_or_gone_leave_no_vector(held: Held) -> None:
    library, folder = held
    vectors = vectors_of(library, source_id(library, "zanz"))
    (folder / "zanzibarite-quaggaphone.md").rename(folder / "other.md")
    sync(library, folder)
    (folder / "other.md").write_text("Niigata grows rice.")
    sync(library, folder)
    assert [v for v in vectors if traces(library.folder / "index", [v])] == []


def test_the_last_document_leaves_nothing_either(tmp_path: Path, folder: Path) -> None:
    (folder / "quaggaphone.md").write_text("The quaggaphone has nine keys.")
    with Library(tmp_path / "data", HashedEmbeddings()) as library:
        sync(library, folder)
        gone = source_id(library, "quagg")
        vectors = vectors_of(library, gone)
        removed = remove(library, folder, gone)
        assert traces(library.folder, vectors) == set()
        assert library.search("keys") == []
        restore(library, folder, removed)
        assert len(library.search("keys")) == 1


def test_chroma_never_gets_the_name_of_a_file(held: Held) -> None:
    library, _ = held
    assert traces(library.folder / "index", []) == set()
    ours, theirs = (source_id(library, name) for name in ("zanz", "tea"))
    for chosen in (ours, theirs):
        found = library.search("keys", scope=Scope(sources=(chosen,)))
        assert {hit.passage.source_id for hit in found} == {chosen}


def test_a_kill_before_the_vectors_are_erased_is_made_up_for(held: Held, tmp_path: Path) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    remove(library, folder, gone, last=False)
    copy = shutil.copytree(library.folder, tmp_path / "killed")  # as a kill leaves the files
    assert traces(copy / "index", vectors) != set()
    with Library(copy, HashedEmbeddings()) as again:
        assert again.search("Uji grows tea 1.")
        assert traces(copy, vectors) == set()
        assert again.notices == []


def test_a_kill_while_chroma_writes_leaves_the_index_in_use_whole(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are of several states then, and reading them can end the process."""
    library, folder = held
    remove(library, folder, source_id(library, "zanz"), last=False)
    index = library.vector_index
    index._close_client()
    before = {path: path.read_bytes() for path in index._generation.rglob("*") if path.is_file()}

    def be_killed(generation: Path) -> None:
        for path in generation.rglob("*.bin"):
            path.write_bytes(b"torn")
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(vector_index, "write_out", be_killed)
        with pytest.raises(KeyboardInterrupt):
            index.purge()
    after = {path: path.read_bytes() for path in index._generation.rglob("*.bin")}
    assert after.items() <= before.items()
    assert library.search("Uji grows tea 1.")


def test_an_index_that_cannot_be_purged_is_built_anew(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    # as a later version of Chroma that writes its files when it likes
    monkeypatch.setattr(client, "_AT_ONCE", {"batch_size": 500_000, "sync_threshold": 500_000})
    monkeypatch.setattr(client, "_UPDATES", 2)
    with pytest.raises(IndexFailure, match="not in its files"):
        library.vector_index.purge()
    remove(library, folder, gone)
    assert traces(library.folder, vectors) == set()
    assert library.search("Uji grows tea 1.")


def test_an_index_with_names_of_files_is_built_anew_without_embedding(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _ = held
    with monkeypatch.context() as earlier:
        earlier.setattr(vector_index, "_key", lambda source: source)
        earlier.setattr(vector_index, "_LAYOUT", 1)
        fingerprint = library.embeddings.fingerprint
        library.vector_index.rebuild(library.passages.all_vectors(fingerprint))
        library.close()
    assert "chroma.sqlite3" in traces(library.folder, [])
    monkeypatch.setattr(HashedEmbeddings, "encode", lambda *_: pytest.fail("embedded again"))
    with Library(library.folder, HashedEmbeddings()) as again:
        assert again.search("keys", scope=Scope(sources=(source_id(again, "zanz"),)))
        assert "an earlier version" in again.notices[0]
        assert traces(library.folder / "index", []) == set()


def test_erasing_leaves_chroma_as_it_was_set_up(
    make_library: Callable[..., Library], folder: Path, embeddings: SentenceEmbeddings
) -> None:
    for name in ("a", "b", "c"):
        (folder / f"{name}.md").write_text(f"{name} grows tea.")
    library = make_library()
    sync(library, folder)

    def setting() -> object:
        return library.vector_index._guarded(lambda chroma: chroma.configuration_json["hnsw"])

    before = setting()
    remove(library, folder, source_id(library, "a"))
    assert setting() == before
    index = library.vector_index
    library.close()
    assert index.is_sealed()
    with closing(sqlite3.connect(next(index.folder.rglob("chroma.sqlite3")))) as db:
        assert db.execute("SELECT count(*) FROM embeddings").fetchone() == (2,)
    fresh = VectorIndex(index.folder, embeddings.fingerprint)
    assert fresh.count() == 2
    fresh.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a disk that is full: no file grows beyond so many bytes."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_on_a_full_disk_the_index_answers_as_before_and_is_purged_later(held: Held) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    remove(library, folder, gone, last=False)
    with files_of_at_most(20_000):
        library.purge_index()
    assert "still on the disk" in library.notices[0]
    assert len(list(library.vector_index.folder.glob("gen-*"))) == 1
    found = library.search("Uji grows tea 1.")
    assert found[0].passage.text.endswith("Uji grows tea 1.")
    library.close()
    assert traces(library.folder, vectors) == set()


def test_a_kill_on_a_full_disk_is_made_up_for_when_there_is_room(
    held: Held, tmp_path: Path
) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    remove(library, folder, gone, last=False)
    copy = shutil.copytree(library.folder, tmp_path / "killed")
    with Library(copy, HashedEmbeddings()) as again:
        with files_of_at_most(20_000), suppress(IndexFailure):  # it is looked at first
            again.search("Uji grows tea 1.")
        assert again.search("Uji grows tea 1.")
        again.purge_index()
        assert traces(copy, vectors) == set()


def test_a_large_index_is_purged_when_it_is_closed(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, folder = held
    gone = source_id(library, "zanz")
    vectors = vectors_of(library, gone)
    monkeypatch.setattr(generations, "_LARGE", 2)
    remove(library, folder, gone)
    assert traces(library.folder / "index", vectors) != set()
    assert library.search("Uji grows tea 1.")
    library.close()
    assert traces(library.folder, vectors) == set()


def test_the_places_of_removed_passages_are_not_kept_for_ever(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_index, "_FEW", 4)
    (folder / "tea.md").write_text("Uji grows tea.")
    with Library(tmp_path / "data", HashedEmbeddings()) as library:
        sync(library, folder)
        for _ in range(4):
            (folder / "more.md").write_text("# One\n\nRice.\n\n# Two\n\nSalt.\n\n# Three\n\nOil.")
            sync(library, folder)
            (folder / "more.md").unlink()
            sync(library, folder)
        index = library.vector_index
        assert library.search("tea")
    assert client.count_places(index._generation) <= 6


USING = """
import sys
from pathlib import Path
import numpy as np
from vectorstore.index.client import _graphs
from vectorstore.index.vector_index import VectorIndex

folder = Path(sys.argv[1])
index = VectorIndex(folder, "hash")
index.rebuild([])
for batch in range(30):  # the graph is written at the first, and after each thousand
    ids = [f"{batch}-{row}" for row in range(64)]
    index.change([(ids, ["tea"] * 64, np.eye(64, 384, dtype=np.float32))], [])
    ((header, vectors, size),) = _graphs(folder / "gen-1")
    for name, each in (("data_level0.bin", size), ("length.bin", 4)):
        room = header.with_name(name).read_bytes()[vectors * each :]
        assert room or batch, name
        assert not any(room), (batch, name)
index.close()
assert index.is_sealed()
"""


def test_memory_does_not_get_into_the_files_while_the_library_is_open(tmp_path: Path) -> None:
    filled = {**os.environ, "MALLOC_PERTURB_": "85"}  # what is allocated is not empty
    run = (sys.executable, "-c", USING, tmp_path)
    result = subprocess.run(run, env=filled, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
