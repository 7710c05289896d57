"""Read the catalog of somebody else: only its rows, and only from tables like ours.

What SQLite could run while it reads is refused first: triggers, views, virtual tables, computed
columns, constraints with expressions. Then an authorizer allows nothing but reading columns. A
catalog of an earlier format lacks some columns; their values are None. What the rows hold is not
checked here (`row_checks.py`).
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from vectorstore.storage.schema import VERSION

COLUMNS = {
    "meta": ("key", "value"),
    "source": (
        "id", "path", "kind", "sha256", "size", "modified_ns", "added", "metadata", "warnings",
        "text", "pages", "headings",
    ),
    "unreadable": ("path", "size", "modified_ns", "reason"),
    "passage": (
        "number", "id", "source_id", "text", "start", "end", "first_page", "last_page", "heading",
    ),
    "vector": ("hash", "fingerprint", "passage", "sentences"),
    "conversation": ("id", "title", "started", "changed", "owner", "shared"),
    "turn": (
        "number", "conversation_id", "at", "helpful", "reason", "said", "answer", "question_id",
    ),
    "question": ("number", "id", "conversation_id", "text", "how", "returned"),
}  # fmt: skip
"""The columns that are read, by table; no table depends on a later one."""

LARGEST_VALUE = 256 << 20  # bytes; judged: as much as a reader may return of one document
_NOT_READ = {("passage", "hash")}  # made again from the text
_DERIVED = {"word", "sqlite_sequence"}  # tables that are made again
_WORDS_OF_1 = {"word_data", "word_idx", "word_content", "word_docsize", "word_config"}
_FTS = "CREATE VIRTUAL TABLE word USING fts5 ("  # how it begins in format 1; it is never read
_ORDER = {  # a source's passages follow one another
    "passage": "ORDER BY source_id, start", "turn": "ORDER BY number", "question": "ORDER BY number"
}  # fmt: skip
_SINCE = {  # columns and tables that came later, with the first format that has them
    ("turn", "helpful"): 3, ("turn", "reason"): 3, ("turn", "said"): 3,
    ("turn", "question_id"): 5, ("question", ""): 5,
    ("conversation", "owner"): 6, ("conversation", "shared"): 6,
}  # fmt: skip
_INDEXES = {
    "passage_source", "passage_hash", "turn_conversation", "turn_question", "question_conversation"
}  # fmt: skip
_PLAIN_INDEX = re.compile(r'CREATE INDEX "?\w+"? ON "?\w+"? \("?\w+"?(, "?\w+"?)*\)')
_COMPUTES = re.compile(r"\b(check|generated|as|collate|virtual)\b", re.I)
_MOST_ENTRIES = 100  # of a schema; ours has a third of that
_STEPS = 100_000  # of SQLite's machine between two signs of life


class Refused(ValueError):
    """A catalog that is not read; the message completes “its catalog …”."""


class ForeignCatalog:
    """The catalog in a file that nobody else uses, open to be read."""

    def __init__(self, path: Path, sign_of_life: Callable[[], None]) -> None:
        """Open and check it. Raise Refused, or sqlite3.Error where it is damaged."""
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._db = db = sqlite3.connect(address, uri=True, isolation_level=None)
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if sys.version_info >= (3, 12):
            db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        for setting in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
            db.execute(f"PRAGMA {setting}")
        db.set_progress_handler(sign_of_life, _STEPS)
        self._columns = self._checked_columns()
        db.set_authorizer(_may)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self) -> Iterator[tuple[str, list[object]]]:
        """Yield the table and the values of each row, in the order of COLUMNS.

        Of `said`, which is made again, only whether there is one. Raise sqlite3.Error where the
        catalog is damaged.
        """
        for table, there in self._columns.items():
            order = _ORDER.get(table, "")
            for row in self._db.execute(f"SELECT {','.join(there)} FROM {table} {order}"):
                values = dict(zip(there, row, strict=True))
                if "said" in values:
                    values["said"] = values["said"] is not None
                yield table, [values.get(name) for name in COLUMNS[table]]

    def _checked_columns(self) -> dict[str, list[str]]:
        """Return the columns to read by table, after checking the whole schema."""
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise Refused("was made by a later version of Kakehashi: use that one")
        if version < 1:
            raise Refused("is not one of Kakehashi")
        query = f"SELECT type, name, sql FROM sqlite_schema LIMIT {_MOST_ENTRIES}"
        entries = self._db.execute(query).fetchall()
        for kind, name, sql in entries:
            _check_entry(version, str(kind), str(name), sql)
        wanted = [table for table in COLUMNS if _SINCE.get((table, ""), 0) <= version]
        missing = set(wanted) - {name for kind, name, _ in entries if kind == "table"}
        if missing:
            raise Refused(f"has no table “{min(missing)}”")
        return {table: self._columns_of(table, version) for table in wanted}

    def _columns_of(self, table: str, version: int) -> list[str]:
        there = self._db.execute(f"PRAGMA table_xinfo({table})").fetchall()
        names = {row[1] for row in there}
        must = {n for n in COLUMNS[table] if _SINCE.get((table, n), 0) <= version}
        may = {*COLUMNS[table], *(name for of, name in _NOT_READ if of == table)}
        if any(row[6] for row in there) or not must <= names <= may:
            raise Refused(f"has other columns in the table “{table}” than Kakehashi makes")
        result = self._db.execute(f"PRAGMA quick_check({table})").fetchone()[0]
        if result != "ok":
            raise sqlite3.DatabaseError(result)
        return [name for name in COLUMNS[table] if name in names]


def _check_entry(version: int, kind: str, name: str, sql: str | None) -> None:
    """Raise Refused if an entry of a schema is not one that Kakehashi makes."""
    words = " ".join(str(sql or "").split())
    if kind == "index":
        automatic = sql is None and name.startswith("sqlite_autoindex_")
        if not automatic and (name not in _INDEXES or not _PLAIN_INDEX.fullmatch(words)):
            raise Refused(f"has an index that Kakehashi does not make ({shown(name)})")
        return
    if kind != "table":
        raise Refused(f"has a {shown(kind)}, which Kakehashi does not make ({shown(name)})")
    if version == 1 and (name in _WORDS_OF_1 or (name == "word" and words.startswith(_FTS))):
        return
    if name not in {*COLUMNS, *_DERIVED}:
        raise Refused(f"has a table that Kakehashi does not make ({shown(name)})")
    if _COMPUTES.search(words):
        raise Refused(f"has a table that computes something ({shown(name)})")


def _may(action: int, *_: object) -> int:
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def shown(name: str) -> str:
    """Return a name that somebody else gave so that it can stand in a sentence."""
    return "".join(letter if letter.isprintable() else "�" for letter in name[:60])
