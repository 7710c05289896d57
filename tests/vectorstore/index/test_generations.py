"""Indexes that are changed, doubted and made again while they answer."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.answering.sentence_ranking import rank_sentences
from ingest.source_files import remove, restore
from ingest.sync import sync
from tests.vectorstore.encoders.test_embeddings import tiny_model
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.ranking import Query

QUESTION = "Who grows tea?"


@pytest.fixture
def filled(make_library: Callable[..., Library], folder: Path) -> Library:
    (folder / "a.md").write_text("Uji grows tea.\n\n# Spices\n\nZanzibar grows cloves.")
    (folder / "b.md").write_text("Alishan grows tea as well.")
    library = make_library()
    sync(library, folder)
    return library


@pytest.fixture
def another(tmp_path: Path) -> SentenceEmbeddings:
    """Another model, with vectors of another length."""
    return SentenceEmbeddings(str(tiny_model(tmp_path)))


def test_the_old_model_answers_until_the_new_index_is_whole(
    filled: Library, another: SentenceEmbeddings, folder: Path
) -> None:
    first = [hit.passage.id for hit in filled.search(QUESTION)]
    filled.close()
    with Library(filled.folder, another) as library:
        assert [hit.passage.id for hit in library.search(QUESTION)] == first
        assert "still searched with the embedding model all-MiniLM-L6-v2" in library.notices[0]
        assert "changes it to" in library.notices[0]
        (folder / "c.md").write_text("Niigata grows rice.")
        sync(library, folder)  # the new model comes into use, then the new file comes in
        assert library.notices == []
        assert library.embeddings is another
        assert library.database.count("vector") == 4
        best = max(library.search("Niigata rice"), key=lambda hit: hit.lexical)
        assert best.passage.text == "Niigata grows rice."
        assert len(list((library.folder / "index").glob("gen-*"))) == 1
    with Library(filled.folder, another) as library:
        assert library.search("Niigata rice")
        assert library.notices == []


def test_no_search_mixes_two_models(filled: Library, another: SentenceEmbeddings) -> None:
    filled.close()
    wrong: list[str] = []
    with Library(filled.folder, another) as library:
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                found = library.find(QUESTION)
                shape = found.query_vector.shape
                wrong.extend("mixed" for v in found.vectors.values() if v.passage.shape != shape)
                if len(found.hits) != 3:
                    wrong.append("not all found")

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        library.reembed()
        stop.set()
        for thread in threads:
            thread.join()
        assert library.embeddings is another
    assert wrong == []


def test_an_undo_after_a_change_of_model_uses_vectors_of_the_new_one(
    filled: Library, another: SentenceEmbeddings, folder: Path
) -> None:
    filled.close()
    with Library(filled.folder, another) as library:
        source = next(one for one in library.catalog.sources() if one.path == "a.md")
        removed = remove(library, folder, source.id)
        library.reembed()
        assert library.embeddings is another
        restore(library, folder, removed)
        passages = library.passages.of_source(source.id)
        shape = library.find("Who grows cloves?").query_vector.shape
        assert {one.passage.shape for one in library.vectors(passages)} == {shape}


def test_an_early_end_of_a_change_of_model_loses_nothing(
    filled: Library, another: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.close()
    monkeypatch.setattr("vectorstore.index.embedded_texts._SLICE", 1)

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Library(filled.folder, another) as library:
        with pytest.raises(KeyboardInterrupt):
            library.reembed(stop)
        assert library.search(QUESTION)
        assert library.reembedding == (another.model, 2, 3)
    encoded: list[int] = []
    encode = SentenceEmbeddings.encode
    monkeypatch.setattr(
        SentenceEmbeddings,
        "encode",
        lambda self, texts, *rest: encoded.append(len(texts)) or encode(self, texts, *rest),
    )
    with Library(filled.folder, another) as library:
        library.reembed()
        assert library.embeddings is another
        assert library.reembedding is None
    assert sum(encoded) == 2  # of three passages, one was kept


def test_a_model_that_is_gone_is_replaced_at_once(
    filled: Library, another: SentenceEmbeddings, tmp_path: Path
) -> None:
    filled.close()
    with Library(filled.folder, another) as library:
        library.reembed()
    for file in (tmp_path / "saved").rglob("*.safetensors"):
        file.unlink()
    with Library(filled.folder, SentenceEmbeddings()) as library:
        assert library.search(QUESTION)[0].passage.text == "Uji grows tea."
        assert "another embedding model" in library.notices[0]


def test_an_index_that_breaks_while_it_is_open_is_made_again(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = filled.vector_index
    monkeypatch.setattr(index, "_collection", None)
    for file in index.folder.rglob("*.sqlite3*"):
        file.unlink()
    assert filled.search(QUESTION)
    assert "made again" in filled.notices[0]


def test_a_seal_is_broken_by_any_change(filled: Library) -> None:
    index = filled.vector_index
    assert not index.is_sealed()  # it is open
    filled.close()
    assert index.is_sealed()
    file = next(index.folder.rglob("chroma.sqlite3"))
    file.write_bytes(file.read_bytes() + b"\0")
    assert not index.is_sealed()


def test_wrong_vectors_are_noticed(filled: Library, embeddings: SentenceEmbeddings) -> None:
    """As many as there should be, under the right ids, but not those of the catalog."""
    index = filled.vector_index
    ids, sources, vectors = next(filled.passages.all_vectors(embeddings.fingerprint))
    index.change([(ids, sources, np.roll(vectors, 1, axis=1))], [])
    filled.close()
    (index.folder / "SEAL").unlink()  # as after a kill
    with Library(filled.folder, embeddings) as library:
        assert library.search(QUESTION)
        assert "vectors are missing in it" in library.notices[0]


def test_a_lost_catalog_is_told_until_it_is_filled_again(
    filled: Library, make_library: Callable[..., Library], folder: Path
) -> None:
    filled.search(QUESTION)
    filled.close()
    (filled.folder / "catalog.sqlite").unlink()
    library = make_library()
    assert library.search(QUESTION) == []  # the index is made again, empty
    assert "catalog was missing or empty" in library.notices[0]
    sync(library, folder)
    assert not any("catalog was missing" in notice for notice in library.notices)


def test_older_rules_for_sentences_answer_until_the_library_is_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "In Holm v. Lind, Uji was forbidden to grow tea. Alishan grows tea (c. 1890 as well)."
    (folder / "a.md").write_text(text)
    with monkeypatch.context() as older:
        older.setattr("vectorstore.encoders.embeddings.SENTENCES", "1")
        older.setattr(
            "vectorstore.encoders.embeddings.sentences",
            lambda text: [m.span() for m in re.finditer(r"[^.]+\.?", text)],
        )
        older.setattr("ingest.sync.VERSION", "1")
        stored = SentenceEmbeddings(sentence_rules="1")
        with Library(folder.parent / "older", stored) as library:
            sync(library, folder)
            (vectors,) = library.vectors(
                library.passages.of_source(library.catalog.sources()[0].id)
            )
            assert len(vectors.sentences) > 2
    current = SentenceEmbeddings()
    with Library(folder.parent / "older", current) as library:
        monkeypatch.setattr(current, "encode", lambda *_: pytest.fail("did not wait"))
        found = library.find("Was Uji forbidden to grow tea?")
        assert library.embeddings.fingerprint == stored.fingerprint
        assert "searched as before" in library.notices[0]
        assert len(found.vectors[found.hits[0].passage.id].sentences) == 2
        best = rank_sentences(library, Query("Was Uji forbidden to grow tea?"), found)[0]
        assert best.text == "In Holm v. Lind, Uji was forbidden to grow tea."
        monkeypatch.undo()
        assert [change.outcome for change in sync(library, folder)] == ["updated"]
        assert library.embeddings is current
        assert library.notices == []
        (vectors,) = library.vectors(library.passages.of_source(library.catalog.sources()[0].id))
        assert len(vectors.sentences) == 2
