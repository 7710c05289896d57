"""Check the rows of somebody else's catalog: types, lengths, ranges, and the form of values.

A check returns the value to store, or raises ValueError. JSON is parsed, checked against the
records that it becomes, and written again, so that no two parsers can read it differently.
"""

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from vectorstore.records import ADDRESS, Answer, Metadata, ReadingWarning, Scope
from vectorstore.storage.stored_answers import load_answer

Check = Callable[[Any], Any]
Row = dict[str, Any]

_TEXT = 200_000_000  # characters of a document; judged: more than a reader returns
_LINE = 10_000  # characters of a title, a reason, a question; judged
_ANSWER = 20_000_000  # characters of a stored answer; judged: it holds the passages it was made of
_NAME = 320  # characters of a person's name; an e-mail address has at most so many
_PATH = 4096  # bytes, and 255 in each part: what file systems allow
_PART = 255


def is_inside(path: str) -> bool:
    """Return whether a path names a file below a folder, as a sync finds files: none is hidden."""
    try:
        whole, parts = path.encode(), path.split("/")
    except UnicodeEncodeError:
        return False
    return (
        len(whole) <= _PATH
        and b"\0" not in whole
        and ".." not in re.split(r"[/\\]", path)
        and not any(part[:1] in ("", ".") or len(part.encode()) > _PART for part in parts)
    )


def checked(table: str, values: Row) -> Row:
    """Return the values of a row as they may be stored. Raise ValueError, which names the column.

    Columns that an earlier format does not have are None.
    """
    row: Row = {}
    for column, check in _CHECKS[table].items():
        try:
            row[column] = check(values[column])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError(f"“{column}” in the table “{table}”") from error
    if table == "source":
        _check_places(row["pages"], 1, len(row["text"]))
        _check_places(row["headings"], 1, len(row["text"]))
    return row


def fits(value: object, kind: Any) -> bool:
    """Return whether a value of parsed JSON can become this type: a record or what it holds."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        known, needed = _fields(kind)
        return (
            isinstance(value, dict)
            and needed <= value.keys() <= known.keys()
            and all(fits(one, known[name]) for name, one in value.items())
        )
    if origin is Literal:
        return isinstance(value, str) and value in inner
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in inner)
    if origin is tuple:
        if not isinstance(value, list):
            return False
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        return len(kinds) == len(value) and all(map(fits, value, kinds))
    if origin is dict:
        pairs = value.items() if isinstance(value, dict) else [(None, None)]
        return all(fits(one, inner[1]) for _, one in pairs)
    if isinstance(value, bool) or kind in (bool, str, NoneType):
        return type(value) is kind
    if kind is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return kind is int and isinstance(value, int) and abs(value) < 1 << 63


@cache
def _fields(record: Any) -> tuple[dict[str, Any], set[str]]:
    """Return the types of a record's fields, and the names of those that it needs."""
    needed = {
        one.name
        for one in fields(record)
        if one.default is MISSING and one.default_factory is MISSING
    }
    return get_type_hints(record), needed


def _require(sound: object) -> None:
    if not sound:
        raise ValueError


def _text(longest: int) -> Check:
    def check(value: Any) -> str:
        _require(isinstance(value, str) and len(value) <= longest)
        value.encode()  # no unpaired surrogates
        return str(value)

    return check


def _form(pattern: str) -> Check:
    def check(value: Any) -> str:
        _require(isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII))
        return str(value)

    return check


def _source_id(value: Any) -> str:
    """A source's id has letters of any script: words of a file's name, and a hash."""
    _require(isinstance(value, str) and re.fullmatch(r"[\w-]{1,80}(\.\d{1,9})?", value))
    return str(value)


def _number(least: int = 0, most: int = (1 << 63) - 1) -> Check:
    def check(value: Any) -> int:
        _require(isinstance(value, int) and not isinstance(value, bool) and least <= value <= most)
        return int(value)

    return check


def _or(other: object, check: Check) -> Check:
    return lambda value: other if value is None else check(value)


def _moment(value: Any) -> str:
    _require(isinstance(value, str) and len(value) <= 40)
    datetime.fromisoformat(value)
    return str(value)


def _path(value: Any) -> str:
    _require(isinstance(value, str) and is_inside(value))
    return str(value)


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value["base64"], validate=True)


def _flag(value: Any) -> bool:
    _require(isinstance(value, bool) or value is None)
    return bool(value)


def _parsed(value: Any, longest: int) -> Any:
    def refuse(_: str) -> None:
        raise ValueError  # NaN and its like are no JSON

    _require(isinstance(value, str) and len(value) <= longest)
    return json.loads(value, parse_constant=refuse)


def _written(values: Any, *, ascii_only: bool = False) -> str:
    text = json.dumps(values, ensure_ascii=ascii_only, allow_nan=False)
    text.encode()
    return text


def _metadata(value: Any) -> str:
    values = _parsed(value, _ANSWER)
    _require(fits(values, Metadata))
    return _written(values)


def _warnings(value: Any) -> str:
    """Keep the warnings that this version knows; reading the file again finds the rest."""
    values = _parsed(value, _ANSWER)
    _require(isinstance(values, list))
    return _written([one for one in values if isinstance(one, str) or fits(one, ReadingWarning)])


def _pages(value: Any) -> str:
    """Pages are stored as lists: number, start, end; later versions added a warning and a label."""
    values = _parsed(value, _TEXT)
    kinds = (int, int, int, str, str)
    _require(isinstance(values, list))
    for page in values:
        _require(isinstance(page, list) and 3 <= len(page) <= 5 and all(map(fits, page, kinds)))
        _require(page[0] >= 1)
    return _written(values)


def _headings(value: Any) -> str:
    """Headings are stored as lists: text, start, end."""
    values = _parsed(value, _TEXT)
    _require(fits(values, tuple[tuple[str, int, int], ...]))
    return _written(values, ascii_only=True)


def _check_places(stored: str, at: int, length: int) -> None:
    for place in json.loads(stored):
        if not 0 <= place[at] <= place[at + 1] <= length:
            raise ValueError("a place outside the text in the table “source”")


def _answer(value: Any) -> str:
    values = _parsed(value, _ANSWER)
    _require(fits(values, Answer))
    for citation in [*values["citations"], *values.get("more", [])]:
        _require(not citation["path"] or is_inside(citation["path"]))
        _source_id(citation["source_id"])
        _, _, place = citation["permalink"].partition("/?")
        _require(re.fullmatch(r"[\w.%+=&*~-]*", place, re.ASCII))
        citation["permalink"] = f"{ADDRESS}/?{place}" if place else ""
    for hit in values["hits"]:
        _source_id(hit["passage"]["source_id"])
    load_answer(value)
    return _written(values)


def _how(value: Any) -> str:
    values = _parsed(value, _ANSWER)  # a scope may name many sources
    _require(isinstance(values, dict) and values.keys() == {"alone", "before", "scope"})
    _require(fits(values["alone"], bool) and fits(values["before"], int | None))
    _require(fits(values["scope"], Scope) and len(values["scope"]) == len(_fields(Scope)[0]))
    return _written(values)


_SHA256 = _form("[0-9a-f]{64}")
_ID = _form(r"[\w.:-]{1,200}")  # of a conversation or a question; the window may name them
_CHECKS: dict[str, dict[str, Check]] = {
    "meta": {"key": _text(_LINE), "value": _text(_LINE)},
    "source": {
        "id": _source_id, "path": _path, "kind": _form("[a-z0-9]{1,10}"), "sha256": _SHA256,
        "size": _number(), "modified_ns": _number(-(1 << 63)), "added": _moment,
        "metadata": _metadata, "warnings": _warnings, "text": _text(_TEXT), "pages": _pages,
        "headings": _headings,
    },
    "unreadable": {
        "path": _path, "size": _number(-1), "modified_ns": _number(-(1 << 63)),
        "reason": _text(_LINE),
    },
    "passage": {
        "number": _number(1), "id": _form("[0-9a-f]{16}"), "source_id": _source_id,
        "text": _text(_TEXT), "start": _number(), "end": _number(),
        "first_page": _or(None, _number(1)), "last_page": _or(None, _number(1)),
        "heading": _text(_TEXT),
    },
    "vector": {
        "hash": _SHA256, "fingerprint": _text(_LINE), "passage": _bytes, "sentences": _bytes,
    },
    "conversation": {
        "id": _ID, "title": _text(_LINE), "started": _moment, "changed": _moment,
        "owner": _or("", _text(_NAME)), "shared": _or(0, _number(0, 1)),
    },
    "turn": {
        "number": _number(1), "conversation_id": _ID, "at": _moment,
        "helpful": _or(None, _number(0, 1)), "reason": _or("", _text(_LINE)), "said": _flag,
        "answer": _answer, "question_id": _or(None, _ID),
    },
    "question": {
        "number": _number(1), "id": _ID, "conversation_id": _ID, "text": _text(_ANSWER),
        "how": _how, "returned": _text(_LINE),
    },
}  # fmt: skip
