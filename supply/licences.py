"""The licence of every package that Kakehashi needs, as an SPDX expression, and whether it will do.

A package says its licence in one of four places: `License-Expression`, `License`, the classifiers,
or the file of the licence. What none of them tells is decided by hand in `licences.toml`, with the
reason. AGPL, SSPL, the GPL without another choice, and what is unknown are refused.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from supply.installed import PROVIDERS, TOOLS, needed, pins

_TABLE = Path(__file__).with_name("licences.toml")
_FILE = re.compile(r"(?:licen[cs]e|copying)[^/]*", re.IGNORECASE)
_LONGEST = 120  # characters; some packages put the whole text of the licence there
# What a text of a licence says that no other says
_TEXTS = (
    ("AGPL-3.0-only", r"^\s*GNU AFFERO GENERAL PUBLIC LICENSE"),
    ("GPL-3.0-only", r"^\s*GNU GENERAL PUBLIC LICENSE"),
    ("Apache-2.0", r"Apache License\s+Version 2\.0"),
    ("MIT", r"Permission is hereby granted, free of charge, to any person obtaining a copy"),
    ("BSD-3-Clause", r"Redistribution and use in source and.*(?:Neither|may not be used to)"),
    ("BSD-2-Clause", r"Redistribution and use in source and(?!.*(?:Neither|may not be used to))"),
)


@dataclass(frozen=True, slots=True)
class Licensed:
    """A package with its licence: an SPDX expression, empty if unknown.

    `reason` is why it was decided by hand, empty if the package says it itself.
    """

    name: str
    version: str
    licence: str
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the licence, or one that it lets us choose, will do."""
        return bool(self.licence) and is_accepted(self.licence)

    @property
    def copyleft(self) -> bool:
        """Whether changed copies of the package itself would stay under its licence."""
        return any(one in self.licence for one in _table()["named"])


def licensed(one: Distribution) -> Licensed:
    """Return the licence of an installed package."""
    name = canonicalize_name(one.metadata["Name"])
    decided = _table()["package"].get(name)
    if decided:
        return Licensed(name, one.version, decided["taken"], decided["why"])
    return Licensed(name, one.version, next(_said(one), ""))


def all_licensed() -> list[Licensed]:
    """Return every pinned package with its licence, by name; of what is absent, as decided."""
    there = needed({*PROVIDERS, *TOOLS}).found
    versions = {name: one.version for name, one in there.items()} | pins()
    absent: dict[str, str] = _table()["absent"]
    found = []
    for name in sorted(versions):
        one = there.get(name) or _installed(name)
        said = licensed(one) if one else Licensed(name, "", absent.get(name, ""))
        found.append(replace(said, version=versions[name]))
    return found


def _installed(name: str) -> Distribution | None:
    return next(iter(Distribution.discover(name=name)), None)


def is_accepted(expression: str) -> bool:
    """Return whether an SPDX expression will do: of “or” one side, of “and” both.

    >>> is_accepted("MIT OR GPL-3.0-only"), is_accepted("MIT AND GPL-3.0-only")
    (True, False)
    """
    words = re.findall(r"[()]|[^\s()]+(?: WITH [^\s()]+)?", expression)
    return _any_of(words) and not words


def _any_of(words: list[str]) -> bool:
    found = _all_of(words)
    while words[:1] == ["OR"]:
        words.pop(0)
        found = _all_of(words) or found
    return found


def _all_of(words: list[str]) -> bool:
    found = _one(words)
    while words[:1] == ["AND"]:
        words.pop(0)
        found = _one(words) and found
    return found


def _one(words: list[str]) -> bool:
    word = words.pop(0) if words else ""
    if word != "(":
        return word in _table()["accepted"] or word in _table()["named"]
    found = _any_of(words)
    return words[:1] == [")"] and bool(words.pop(0)) and found


def _said(one: Distribution) -> Iterator[str]:
    """Yield the expressions that a package gives of its licence, the most exact first."""
    data = one.metadata
    stated = [str(data[key]).strip() for key in ("License-Expression", "License") if key in data]
    classified = [
        line.rpartition(" :: ")[2]
        for line in data.get_all("Classifier") or ()
        if line.startswith("License :: ")
    ]
    for line in stated:
        if "\n" not in line and len(line) <= _LONGEST and (expression := _expression(line)):
            yield expression
    known = [expression for line in classified if (expression := _expression(line))]
    if known and len(known) == len(classified):
        yield " AND ".join(known)  # nothing says that one may choose
    texts = [*stated, *_texts(one)]
    signs = [
        name for name, sign in _TEXTS if any(re.search(sign, text, re.DOTALL) for text in texts)
    ]
    if signs:
        yield " AND ".join(signs)


def _expression(line: str) -> str:
    """Return the SPDX expression of a line: one already, or a name in `licences.toml`."""
    line = _table()["name"].get(line, line)
    try:
        return str(canonicalize_license_expression(line))
    except InvalidLicenseExpression:
        return ""


def _texts(one: Distribution) -> Iterator[str]:
    for file in one.files or ():
        if ".dist-info" in file.as_posix() and _FILE.fullmatch(file.name):
            yield Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
