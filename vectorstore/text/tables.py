"""The word lists of the language rules, read from the TOML files in `data/`.

Each file starts with a comment that says what it lists, where the list comes from, under which
licence, and which modules read it. In the files, a multi-line string is a list of words, an array
is a list of words or phrases, and a table maps words to words or numbers. Only the modules of this
package read files; all other code imports the constants that they define.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("data")


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def words(file: str, entry: str) -> tuple[str, ...]:
    """Return the words (or phrases) of one entry of `data/<file>.toml`, in the order written."""
    found: str | list[str] = _file(file)[entry]
    return tuple(found.split() if isinstance(found, str) else found)


def mapping(file: str, entry: str) -> dict[str, str]:
    """Return one table of `data/<file>.toml` that maps words to words."""
    found: dict[str, str] = _file(file)[entry]
    return dict(found)


def numbers(file: str, entry: str) -> dict[str, float]:
    """Return one table of `data/<file>.toml` that maps words to numbers."""
    return {word: float(value) for word, value in _file(file)[entry].items()}


def phrases_by_word(file: str, entry: str) -> dict[str, tuple[str, ...]]:
    """Return one table of `data/<file>.toml` that maps words to lists of phrases."""
    return {word: tuple(phrases) for word, phrases in _file(file)[entry].items()}


def any_of(choices: Iterable[str]) -> str:
    r"""Return the alternatives of a regular expression, longest first, without a group.

    >>> any_of(["per", "per cent"])
    'per\\ cent|per'
    """
    return "|".join(map(re.escape, sorted(choices, key=lambda word: (-len(word), word))))
