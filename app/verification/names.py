"""The names in a sentence, and whether a text has them, also in another form.

A capital letter shows a name, in Japanese katakana, and in Chinese and Japanese the title that
follows; there is no list of people. The first word of a sentence may only look like a name, so it
counts as one only if its neighbours say so.
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from vectorstore.text.countries import COUNTRY_OF, COUNTRY_OF_CAPITAL
from vectorstore.text.months import MONTHS, WEEKDAYS
from vectorstore.text.openers import OPENERS
from vectorstore.text.scripts import HAN, KATAKANA, cjk_share
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.tables import any_of
from vectorstore.text.terms import fold, terms
from vectorstore.text.titles import (
    AFTER_CJK_NAMES,
    AFTER_CJK_NAMES_ALSO_WORDS,
    BEFORE_CJK_TITLES,
    OFFICE_WORDS,
    TITLE_WORDS,
)

_WORD = re.compile(r"[^\W\d_][\w’'-]*\w|[^\W\d_]|\d+[A-Za-z]+\w*")
_KATAKANA = re.compile(rf"[{KATAKANA}][{KATAKANA}ー・]{{2,}}")
_TITLED = re.compile(
    rf"(?P<name>[{HAN}]{{2,4}}?)(?:{any_of(BEFORE_CJK_TITLES)})?"
    rf"(?:{any_of(AFTER_CJK_NAMES)}|(?:{any_of(AFTER_CJK_NAMES_ALSO_WORDS)})(?=[はがもをのとに、]))"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？:]|\n)[\s\"'“‘(\[«*_]*$")
# Words that are written with a capital letter and name nobody.
_NO_NAMES = frozenset({"i", *map(str.lower, (*MONTHS, *WEEKDAYS))} | TITLE_WORDS | OFFICE_WORDS)
_ACTS = re.compile(
    r"\s+(?:has|had|is|was|were|will|would|also|did|does|met|said|says|went|visited|hosted|signed|"
    r"told|became|wrote|won|made|gave|took|and [A-Z])\b"
)
_MAY_ACT = re.compile(r"\s+[a-z]+ed\b")
# The terms of capitals and of the countries whose governments they stand for; “in Tokyo” means the
# city.
_SEATS = {terms(capital)[-1]: terms(country)[-1] for capital, country in COUNTRY_OF_CAPITAL.items()}
_CAPITALS = {country: capital for capital, country in _SEATS.items()}
_PLACE = re.compile(r"\b(?:in|at|to|from|near|outside)\s+$")
_COUNTRIES = {terms(country)[-1] for country in COUNTRY_OF.values()} | {"niger", "guinea"}
# What a form of a name, stemmed, has after the part that it shares with another.
_ENDINGS = frozenset(
    "n an ian ean ese i ish s es al ial ari iti er ers or ist ism ic ical ion e y a d ed ing "
    "ment ous ive".split()
) | {""}
_SHARED = 5  # letters that two forms of a name share at least; judged
_LONGEST_RUN = 3  # words of a text that may be one word elsewhere: Face Book
_ADJECTIVE = re.compile(r"-(?:[a-z]+(?:ed|ing|wide|like)|led|born|made|era|style)$")
_INITIALS = re.compile(r"(?:[A-Z]\.){2,}|\b[A-Z]{2,6}s?\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, whether it surely is one, and whether it can only mean the place."""

    text: str
    sure: bool
    place: bool = False


def names(text: str) -> list[Name]:
    """Return the words of a text that name somebody or something, each once.

    >>> [(name.text, name.sure) for name in names("Ships met Prime Minister Ishiba in Tokyo.")]
    [('Ishiba', True), ('Tokyo', True)]
    """
    found = [*_written(text)]
    found += [Name(match[0], False) for match in _KATAKANA.finditer(text)]
    found += [Name(match["name"], True) for match in _TITLED.finditer(text)]
    return list({name.text: name for name in found}.values())


def full_names(text: str) -> list[str]:
    """Return the sure names of a text, each as long as it is written, each once.

    Words such as “Taiwan-focused” are none.

    >>> full_names("Prime Minister Shigeru Ishiba met Santiago Peña in Latin America.")
    ['Shigeru Ishiba', 'Santiago Peña', 'Latin America']
    """
    sure = {name.text for name in names(text) if name.sure and not _ADJECTIVE.search(name.text)}
    runs: list[str] = []
    end = -1
    for match in _WORD.finditer(text):
        word = match[0].removesuffix("’s").removesuffix("'s")
        if word not in sure:
            continue
        joined = runs and end >= 0 and text[end : match.start()] == " "
        if joined:
            runs[-1] = f"{runs[-1]} {word}"
        else:
            runs.append(word)
        end = match.end() if word == match[0] else -1  # a possessive ends a name
    return list(dict.fromkeys([*runs, *(name for name in sure if not _WORD.fullmatch(name))]))


def _written(text: str) -> list[Name]:
    found: list[Name] = []
    shouted = text.isupper()
    for match in _WORD.finditer(text):
        word = match[0].removesuffix("’s").removesuffix("'s")
        bare = fold(word)
        if shouted or not _is_capital(word) or bare in _NO_NAMES or bare in STOP_WORDS:
            continue
        if _SENTENCE_START.search(text[: match.start()][-8:]):
            if bare in OPENERS or bare.endswith(("ly", "ing")):
                continue
            after = text[match.end() : match.end() + 20]
            if not _names_first(match[0], bare, after):
                if _MAY_ACT.match(after) and not bare.endswith("s"):
                    found.append(Name(word, False))
                continue
        elif len(word) == 1 or _introduced(match[0], text[: match.start()]):
            continue
        found.append(Name(word, True, bool(_PLACE.search(text[: match.start()][-9:]))))
    return found


def _introduced(word: str, before: str) -> bool:
    """Return whether a word is initials in brackets, of the words right before them."""
    if not before.endswith(("(", "（")) or not word.isupper():
        return False
    words = re.findall(r"[^\W_]+", before)[-len(word) - 3 :]
    return any(word[0].lower() == one[0].lower() for one in words)


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and word[-1].isupper())


def _names_first(word: str, bare: str, after: str) -> bool:
    """Return whether the first word of a sentence is surely a name."""
    if bare in COUNTRY_OF or bare in COUNTRY_OF.values() or bare in COUNTRY_OF_CAPITAL:
        return True
    if word.endswith(("’s", "'s")) or not word[1:].islower():
        return True
    if re.match(r"\s+[A-Z][a-z]", after):
        return True
    return not bare.endswith("s") and bool(_ACTS.match(after))


def seat_of(term: str) -> str:
    """Return the country whose government a capital stands for, or the capital of a country.

    Both are search terms; empty for any other term.

    >>> seat_of("tokyo"), seat_of("japan")
    ('japan', 'tokyo')
    """
    return _SEATS.get(term) or _CAPITALS.get(term, "")


def missing(wanted: list[Name], text: str) -> list[Name]:
    """Return those of the names that a text does not have in any recognisable form.

    Peoples stand for their countries, capitals for governments, initials for what they are the
    initials of, and an ending more or less does not matter.
    """
    there = set(terms(text))
    absent = [name for name in wanted if not set(terms(name.text)) <= there]
    if not absent:
        return []
    initials = _initials(text)
    joined = fold(text).replace(" ", "") if cjk_share(text) else ""
    runs = _runs(text)
    return [
        name
        for name in absent
        if not _has(name, there, initials | runs, joined) and not _spelt_out(name.text, text)
    ]


def _runs(text: str) -> set[str]:
    """Return neighbouring words as one, `facebook` for “Face Book”; none with a stop word."""
    found: set[str] = set()
    for line in re.findall(r"[^\W_]+(?:[ -][^\W_]+)*", fold(text)):
        words = re.split("[ -]", line)
        for at in range(len(words)):
            for run in (words[at : at + wide] for wide in range(1, _LONGEST_RUN + 1)):
                if len(run) == 1 or not STOP_WORDS & set(run):
                    found.add("".join(run))
    return found


def _has(name: Name, there: set[str], written: set[str], joined: str) -> bool:
    said = terms(name.text)
    if cjk_share(name.text) > 0.5:
        return fold(name.text) in joined
    if re.sub("[.-]", "", fold(name.text)) in written:
        return True
    parts = [part for part in said if part not in there]
    return all(_near(part, there, place=name.place) for part in parts)


def _near(part: str, there: set[str], *, place: bool) -> bool:
    """Return whether a term stands there in another form, as `lithuania` for `vilnius`."""
    seat = _SEATS.get(part)
    if seat and not place and seat in there:
        return True
    if any(_SEATS.get(term) == part for term in there):
        return True
    return len(part) > _SHARED and any(_same_name(part, term) for term in there)


def _same_name(one: str, other: str) -> bool:
    """Return whether two terms are one name but for the ending: `parliamentary`, `parliament`."""
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if shared < _SHARED or {one, other} <= _COUNTRIES:
        return False
    return {one[shared:], other[shared:]} <= _ENDINGS


def _initials(text: str) -> set[str]:
    """Return the initials of runs of capitalised words, `un` for the United Nations."""
    found: set[str] = set()
    for run in re.finditer(r"(?:[A-Z][\w’'-]+(?:[ -](?:of|and|the|for|in) |[ -])?){2,8}", text):
        capitals = "".join(word[0] for word in re.findall(r"[A-Z][\w’'-]+", run[0])).lower()
        found |= {
            capitals[i:j] for i in range(len(capitals)) for j in range(i + 2, len(capitals) + 1)
        }
    return found


def _spelt_out(name: str, text: str) -> bool:
    """Return whether a text has initials for a part of a name: “UN” for `United`."""
    first = name[0].lower()
    return (
        len(name) > 3
        and name[1:].islower()
        and any(
            first in found[0].lower() and len(found[0].replace(".", "")) <= 4
            for found in _INITIALS.finditer(text)
        )
        and name.lower()
        in {"united", "states", "nations", "kingdom", "european", "union", "republic"}
    )
