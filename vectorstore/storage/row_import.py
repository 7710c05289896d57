"""Fill a new catalog with the checked rows of another one.

Only what people made or what took long to compute is taken over: sources, passages, vectors,
conversations with answers, ratings and notes, questions, and how references are written. Hashes,
terms and searchable texts are made again. Settings are not taken over, because they name models,
servers and folders.

A vector is used only if its model is the one that this library is set to or the packaged one, its
text is in the catalog, its length is that model's, and it is finite and of length one. A forged one
can then only place its passage too high or too low in a search: what is quoted and how it is judged
does not depend on it.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import CatalogDamaged, ModelUnavailable
from vectorstore.storage.database import Database, text_hash
from vectorstore.storage.foreign_catalog import COLUMNS
from vectorstore.storage.passages import insert_terms, is_vector
from vectorstore.storage.row_checks import Row, checked
from vectorstore.storage.stored_answers import searchable_text
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import VERSION as WORDS

_KEPT = {"splitter", "kept_before", "citation_form"}  # keys of the table “meta”
_MADE_AGAIN = {
    "words", "overwrites", "index_behind", "index_unpurged", "spare_vectors", "sources_folder"
}  # fmt: skip
_BYTES_OF_A_NUMBER = 4  # in the vector of a passage; those of sentences have half as many


class RowImport:
    """The rows of another catalog on their way into a new one, in the order of COLUMNS.

    `settings` are the keys of settings that were not taken over, `vectors_left` counts vectors.
    """

    def __init__(self, database: Database, wanted: SentenceEmbeddings) -> None:
        """Fill an empty database; `wanted` is the embedding model that the library is set to."""
        self.settings: list[str] = []
        self.vectors_left = 0
        self._database = database
        self._wanted = wanted
        self._models = [wanted]  # whose vectors are taken over
        self._sizes: dict[str, int] = {}  # of these vectors, by fingerprint
        self._text = ("", "")  # the source of the last passage, and its text
        self._seen: set[str] = set()  # sources whose passages were stored
        self._set = {"words": WORDS, "kept_before": "1", "overwrites": "1"}

    def store(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Check and store rows of a table. Raise ValueError, which names what is wrong."""
        values = [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]
        store = getattr(self, f"_{table}", None)
        try:
            with self._database.transaction() as db:
                for one in values:
                    row = checked(table, one)
                    if store:
                        store(db, row)
                    else:
                        _insert(db, table, row)
        except CatalogDamaged as error:
            raise ValueError(f"rows that contradict one another in the table “{table}”") from error

    def finish(self, folder: str) -> None:
        """Store the settings of the new catalog; `folder` is the sources folder."""
        for key, value in {**self._set, "sources_folder": folder}.items():
            self._database.set(key, value)

    def _meta(self, _: sqlite3.Connection, row: Row) -> None:
        key, value = row["key"], row["value"]
        if key in _KEPT and len(value) <= 20 and value.replace("_", "").isalnum():
            self._set[key] = value
        elif key == "model":
            with suppress(ValueError, KeyError, TypeError):
                self._take_vectors_of(value)
        elif key not in _MADE_AGAIN and value:
            self.settings.append(key)

    def _take_vectors_of(self, stored: str) -> None:
        """Note the model that the vectors belong to, unless it is one that would have to be found.

        A name could be a folder or an address.
        """
        known = json.loads(stored)
        model, fingerprint = str(known["model"]), str(known["fingerprint"])
        if model not in (DEFAULT_MODEL, self._wanted.model):
            return
        self._set["model"] = json.dumps({"model": model, "fingerprint": fingerprint})
        self._models.append(self._wanted.stored(model, fingerprint))

    def _size(self, fingerprint: str) -> int:
        """Return the length of the vectors with this fingerprint; 0 if they are not taken over."""
        if fingerprint not in self._sizes:
            self._sizes[fingerprint] = 0
            with suppress(ModelUnavailable):
                for model in self._models:
                    if model.fingerprint == fingerprint:
                        self._sizes[fingerprint] = len(model.encode_query("length"))
                        break
        return self._sizes[fingerprint]

    def _passage(self, db: sqlite3.Connection, row: Row) -> None:
        name = row["source_id"]
        if name != self._text[0]:
            if name in self._seen:
                raise ValueError("passages that do not follow one another")
            found = db.execute("SELECT text FROM source WHERE id = ?", [name]).fetchone()
            self._text = (name, found[0] if found else "")
            self._seen.add(name)
        if self._text[1][row["start"] : row["end"]] != row["text"]:
            raise ValueError("a passage that its source does not have")
        _insert(db, "passage", {**row, "hash": text_hash(row["heading"], row["text"])})
        insert_terms(db, row["number"], row["text"], row["heading"])

    def _vector(self, db: sqlite3.Connection, row: Row) -> None:
        size, bytes_ = self._size(row["fingerprint"]), row["passage"]
        query = "SELECT text FROM passage WHERE hash = ? LIMIT 1"
        found = db.execute(query, [row["hash"]]).fetchone()
        sound = (
            size
            and found
            and len(bytes_) == size * _BYTES_OF_A_NUMBER
            and is_vector(bytes_, row["sentences"])
        )
        if sound and row["fingerprint"] == self._models[0].fingerprint:  # not of older sentences
            sound = len(row["sentences"]) == len(bytes_) // 2 * len(sentences(found[0]))
        if sound:
            _insert(db, "vector", row)
        else:
            self.vectors_left += 1

    def _turn(self, db: sqlite3.Connection, row: Row) -> None:
        said = searchable_text(row["answer"]) if row["said"] else None
        _insert(db, "turn", {**row, "said": said})


def _insert(db: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ",".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({','.join(row)}) VALUES ({marks})", list(row.values()))
