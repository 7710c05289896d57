"""The names in a sentence, and whether a text has them, also in another form.

A name is told by its capital letter, in Japanese by katakana, and in Chinese and Japanese by the
title that follows it; there is no list of people. The first word of a sentence may only look like
a name, so it counts as one only where its neighbours say so.
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from vectorstore.text.demonyms import COUNTRY_OF
from vectorstore.text.terms import STOP_WORDS, cjk_share, fold, terms

_CAPITAL = r"(?:[A-Z]|[^\W\d_a-zA-Z\u0250-\uffff])"
_WORD = re.compile(r"[^\W\d_][\w’'-]*\w|[^\W\d_]|\d+[A-Za-z]+\w*")
_KATAKANA = re.compile(r"[\u30a1-\u30fa][\u30a1-\u30fa\u30fc・]{2,}")
_TITLED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}?)(?:前|元|副)?(?:首相|大統領|大总统|總統|总统|主席|外相|外長|外长|"
    r"氏(?=[はがもをのとに、])|代表(?=[はがもをのとに、])|総理|總理|总理|議員|议员|議長)"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？:]|\n)[\s\"'“‘(\[«*_]*$")
# Words that are written with a capital letter and name nobody.
_NO_NAMES = frozenset(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december mr mrs ms dr sir president "
    "prime minister ministers representative ambassador secretary chancellor king queen "
    "general professor senator governor mayor premier foreign leader leaders government state "
    "republic".split()
)
_OPENERS = frozenset(
    "after all also although among another as at because before beyond both but by currently "
    "despite during each early even every few finally first following for from furthermore "
    "given he her here his how however i if in indeed instead it its last later less like "
    "many meanwhile more moreover most much nevertheless next no not now of on once one only "
    "other others our over overall people recently several she similarly since so some still "
    "such than that the their then there therefore these they this those though three through "
    "throughout thus to today together two under unlike until upon we what when where whether "
    "which while who why with without yet you additionally according around about above "
    "against along across officials critics experts analysts observers scholars researchers "
    "leaders countries".split()
)
_ACTS = re.compile(
    r"\s+(?:has|had|is|was|were|will|would|also|did|does|met|said|says|went|visited|hosted|signed|"
    r"told|became|wrote|won|made|gave|took|and [A-Z])\b"
)
_MAY_ACT = re.compile(r"\s+[a-z]+ed\b")
# A capital stands for its government; “in Tokyo” means the city.
_SEATS = {
    "tokyo": "japan", "beijing": "china", "taipei": "taiwan", "washington": "state",
    "moscow": "russia", "london": "britain", "paris": "france", "berlin": "germany",
    "seoul": "korea", "canberra": "australia", "ottawa": "canada", "delhi": "india",
    "vilnius": "lithuania", "warsaw": "poland", "prague": "czechia", "asuncion": "paraguay",
    "kyiv": "ukraine", "manila": "philippin", "hanoi": "vietnam", "jakarta": "indonesia",
    "brussels": "europ", "tehran": "iran", "ankara": "turkey", "rome": "itali", "madrid": "spain",
    "pyongyang": "korea",
}  # fmt: skip
_CAPITALS = {country: capital for capital, country in _SEATS.items()}
_PLACE = re.compile(r"\b(?:in|at|to|from|near|outside)\s+$")
_COUNTRIES = {terms(country)[-1] for country in COUNTRY_OF.values()} | {"niger", "guinea"}
# What a form of a name, stemmed, has after the part that it shares with another.
_ENDINGS = frozenset(
    "n an ian ean ese i ish s es al ial ari iti er ers or ist ism ic ical ion e y a d ed ing "
    "ment ous ive".split()
) | {""}
_SHARED = 5  # letters that two forms of a name share at least
_LONGEST_RUN = 3  # words of a text that may be one word elsewhere: Face Book
_INITIALS = re.compile(r"(?:[A-Z]\.){2,}|\b[A-Z]{2,6}s?\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, whether it surely is one, and whether it can only be the place."""

    text: str
    sure: bool
    place: bool = False


def names(text: str) -> list[Name]:
    """The words of a text that name somebody or something, each once.

    >>> [(name.text, name.sure) for name in names("Ships met Prime Minister Ishiba in Tokyo.")]
    [('Ishiba', True), ('Tokyo', True)]
    """
    found = [*_written(text)]
    found += [Name(match[0], False) for match in _KATAKANA.finditer(text)]
    found += [Name(match["name"], True) for match in _TITLED.finditer(text)]
    return list({name.text: name for name in found}.values())


def _written(text: str) -> list[Name]:
    found: list[Name] = []
    shouted = text.isupper()
    for match in _WORD.finditer(text):
        word = match[0].removesuffix("’s").removesuffix("'s")
        bare = fold(word)
        if shouted or not _is_capital(word) or bare in _NO_NAMES or bare in STOP_WORDS:
            continue
        if _SENTENCE_START.search(text[: match.start()][-8:]):
            if bare in _OPENERS or bare.endswith(("ly", "ing")):
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
    """Whether these are initials in brackets, of the words right before them."""
    if not before.endswith(("(", "（")) or not word.isupper():
        return False
    words = re.findall(r"[^\W_]+", before)[-len(word) - 3 :]
    return any(word[0].lower() == one[0].lower() for one in words)


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and word[-1].isupper())


def _names_first(word: str, bare: str, after: str) -> bool:
    """Whether the first word of a sentence is surely a name."""
    if bare in COUNTRY_OF or bare in COUNTRY_OF.values() or bare in _SEATS:
        return True
    if word.endswith(("’s", "'s")) or not word[1:].islower():
        return True
    if re.match(r"\s+[A-Z][a-z]", after):
        return True
    return not bare.endswith("s") and bool(_ACTS.match(after))


def seat_of(term: str) -> str:
    """The country whose government a capital stands for, as a term; empty where it is none.

    >>> seat_of("tokyo"), seat_of("japan")
    ('japan', 'tokyo')
    """
    return _SEATS.get(term) or _CAPITALS.get(term, "")


def missing(wanted: list[Name], text: str) -> list[Name]:
    """Those of the names that a text does not have in any form that can be told.

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
    """Neighbouring words written as one, `facebook` for “Face Book”; none with a word like “in”."""
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
    """Whether a term stands there in another form: `lithuania` for `vilnius`, `pena` for `peña`."""
    seat = _SEATS.get(part)
    if seat and not place and seat in there:
        return True
    if any(_SEATS.get(term) == part for term in there):
        return True
    return len(part) > _SHARED and any(_same_name(part, term) for term in there)


def _same_name(one: str, other: str) -> bool:
    """Whether two terms are one name but for its ending: `parliamentary`, `parliament`."""
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if shared < _SHARED or {one, other} <= _COUNTRIES:
        return False
    return {one[shared:], other[shared:]} <= _ENDINGS


def _initials(text: str) -> set[str]:
    """The initials of runs of capitalised words, `un` for the United Nations."""
    found: set[str] = set()
    for run in re.finditer(r"(?:[A-Z][\w’'-]+(?:[ -](?:of|and|the|for|in) |[ -])?){2,8}", text):
        capitals = "".join(word[0] for word in re.findall(r"[A-Z][\w’'-]+", run[0])).lower()
        found |= {
            capitals[i:j] for i in range(len(capitals)) for j in range(i + 2, len(capitals) + 1)
        }
    return found


def _spelt_out(name: str, text: str) -> bool:
    """Whether a part of a long name stands there as initials: `United` where the text has “UN”."""
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
