"""Reads a line of names, as documents and people write it, as single persons and institutions.

Semicolons separate persons. Without them a line is taken apart only where its form leaves one
reading: `Ada Carter, Ben Doe` and `Carter, Ada, Doe, Ben` are two persons each. Which word of
`Ada Carter` is the family name is never guessed; only a comma says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast

from vectorstore.text.scripts import CJK, HAN, HANGUL
from vectorstore.text.tables import any_of, mapping, words

Role = Literal["author", "editor", "translator", "illustrator"]

_INSTITUTIONS = frozenset(words("person_names", "institutions"))
_CJK_INSTITUTIONS = words("person_names", "cjk_institutions")
_SUFFIXES = frozenset(words("person_names", "suffixes"))
_PARTICLES = frozenset(words("person_names", "particles"))
_ABBREVIATED = frozenset(words("person_names", "abbreviated"))
_ROLES = cast("dict[str, Role]", mapping("person_names", "roles"))
_ROLE_PHRASES = mapping("person_names", "role_phrases")

_JOINT = re.compile(  # the particle “von und zu” joins nobody
    rf"\s*,?\s+(?:{any_of(words('person_names', 'joiners'))})\s+(?!zu\b)", re.IGNORECASE
)
_CJK = re.compile(f"[{CJK}]")
_CJK_NAME = re.compile(f"[{HAN}{HANGUL}]+")
_BEHIND = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]{1,30})[)\]）】][.,]?$")
_LAST_PART = re.compile(r"\s*[,，]\s*([^\s,，]{1,12})$")
_LAST_CJK = re.compile(rf"\s+([{CJK}]{{1,3}})$")
_BEFORE = re.compile(
    r"^(" + any_of(_ROLE_PHRASES).replace(r"\ ", r"\.?\s+") + r")\s+", re.IGNORECASE
)
_MOST_WORDS = 5  # of one part of a name; judged: longer ones are sentences or institutions


@dataclass(frozen=True, slots=True)
class Person:
    """A person or institution: `family` and `given` name if written so, else all in `family`."""

    family: str
    given: str = ""
    suffix: str = ""
    role: Role = "author"

    @property
    def full_name(self) -> str:
        """The name in reading order: `Jane Doe`, `Bo Lind Jr.`, `王小明`."""
        if _CJK.search(self.family + self.given):
            return self.family + self.given
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    @property
    def initials(self) -> str:
        """The name as APA lists it: `Doe, J.-P.`; in full if it has no given name or is CJK."""
        if not self.given or _CJK.search(self.family + self.given):
            return self.full_name
        letters = re.sub(r"([^\W\d_])[^\W\d_]*['’]?[^\W\d_]*\.?", r"\1.", self.given)
        short = " ".join(letters.replace(".", ". ").replace(". -", ".-").split())
        return ", ".join(filter(None, (self.family, short, self.suffix)))


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two commas, with the suffix that follows it."""

    text: str
    suffix: str = ""


def people(written: str, role: Role = "author") -> tuple[Person, ...]:
    """Return the persons that a line names, each with its role; `role` is that of the others.

    >>> [one.full_name for one in people("Doe, Jane; Ministry of Trade, Japan")]
    ['Jane Doe', 'Ministry of Trade, Japan']
    >>> [(one.family, one.role) for one in people("Carter, Ada, and Ben Doe (ed.)")]
    [('Carter', 'author'), ('Ben Doe', 'editor')]
    """
    entries = [one for one in re.split("[;；]", written) if " ".join(one.split()).strip(" ,")]
    alone = len(entries) == 1 and not re.search("[;；]", written)
    found: list[Person] = []
    for number, entry in enumerate(entries, start=1):
        text, said = _role_of(" ".join(entry.split()))
        named = _names(text, alone=alone)
        plural = said.endswith("s") and said[:-1] in _ROLES
        if plural and number == len(entries):  # “(eds.)” speaks of all
            found = [replace(one, role=_ROLES[said]) for one in found]
            named = [replace(one, role=_ROLES[said]) for one in named]
        elif said and named:
            named[-1:] = [replace(named[-1], role=_ROLES[said])]
        else:
            named = [replace(one, role=role) if one.role == "author" else one for one in named]
        found += named
    return tuple(one for one in found if one.family)


def _role_of(text: str) -> tuple[str, str]:
    """Return an entry without its role, and the word for the role as in the table; or empty."""
    if before := _BEFORE.match(text):
        phrase = " ".join(before[1].replace(".", " ").casefold().split())
        return text[before.end() :], _ROLE_PHRASES[phrase]  # a role is a word for it, too
    for pattern in (_BEHIND, _LAST_PART, _LAST_CJK):
        behind = pattern.search(text)
        if behind and behind.start() and (word := _folded(behind[1])) in _ROLES:
            return text[: behind.start()], word
    return text, ""


def _names(text: str, *, alone: bool) -> list[Person]:
    """Return the names of an entry; the whole of it if it does not say clearly where one ends."""
    text = re.sub(r"^by\s+(?=\S)", "", text.strip(" ,"), flags=re.IGNORECASE)
    if text.startswith("{") and text.endswith("}"):
        return [Person(text.strip("{} "))]
    if "、" in text:
        listed = [part for part in text.split("、") if part.strip()]
        return [one for part in listed for one in _names(part, alone=alone)]
    if _is_institution(text):
        return [Person(text)]
    if _CJK.search(text):
        return _cjk_names(text)
    sides = _JOINT.split(text)
    if len(sides) == 1:
        return _between_commas(text, alone=alone) or [Person(text)]
    found: list[Person] = []
    for side in sides:
        parts = _between_commas(side, alone=alone or len(sides) > 1)
        if not parts or (len(parts) == 1 and not parts[0].given and not _is_full(side)):
            return [Person(text)]
        found += parts
    return found


def _between_commas(text: str, *, alone: bool) -> list[Person]:
    """Return the names in a list without joiners; empty if they cannot be told apart.

    With `alone`, two full names may be two persons; in a list with semicolons they are one.
    """
    parts: list[_Part] = []
    for piece in filter(None, (one.strip() for one in text.split(","))):
        if parts and not parts[-1].suffix and _folded(piece) in _SUFFIXES:
            parts[-1] = replace(parts[-1], suffix=piece)
        else:
            parts.append(_Part(piece))
    if len(parts) == 1:
        return [Person(parts[0].text, suffix=parts[0].suffix)]
    full = [_is_full(part.text) for part in parts]
    if all(full) and (alone or len(parts) > 2):
        return [Person(part.text, suffix=part.suffix) for part in parts]
    pairs = [_inverted(*pair) for pair in zip(parts[::2], parts[1::2], strict=False)]
    if len(parts) % 2 == 0 and all(pairs):
        return [pair for pair in pairs if pair]
    if pairs[0] and all(full[2:]):  # “Carter, Ada, Ben Doe”
        return [pairs[0], *(Person(part.text, suffix=part.suffix) for part in parts[2:])]
    return []


def _inverted(family: _Part, given: _Part) -> Person | None:
    """Return a person from the family name and the given names; None if they can be neither."""
    if not _is_name(family.text) or not _is_name(given.text):
        return None
    return Person(family.text, given.text, family.suffix or given.suffix)


def _is_name(text: str) -> bool:
    """Whether all words may be those of a name: with a capital, a particle or an initial."""
    found = text.split()
    return len(found) <= _MOST_WORDS and all(
        word.casefold() in _PARTICLES or word[:1].isupper() or word.startswith(("'", "’"))
        for word in found
    )


def _is_full(text: str) -> bool:
    """Whether a text may be a whole name in reading order: `Ada Carter`, `J. R. Doe`."""
    found = text.split()
    return (
        _is_name(text)
        and len(found) > 1
        and found[0].casefold() not in _PARTICLES
        and len(found[-1].rstrip(".")) > 1
        and not re.fullmatch(r"(?:\w\.-?)+", found[-1])
    )


def _is_institution(text: str) -> bool:
    if any(word in _INSTITUTIONS for word in re.findall(r"[^\W\d_]+", text.casefold())):
        return True
    return any(part.strip().endswith(_CJK_INSTITUTIONS) for part in re.split("[,，]", text))


def _cjk_names(text: str) -> list[Person]:
    """Return names in Chinese, Japanese or Korean: family name first, where a sign parts them."""
    parts = [part for one in re.split("[,，]", text) if (part := one.strip())]
    if len(parts) == 2 and len(parts[0]) <= 2 and len(parts[1]) <= 3:
        return [Person(parts[0], parts[1])]
    if len(parts) > 1:
        return [one for part in parts for one in _cjk_names(part)]
    names = parts[0].split() if parts else []
    if len(names) == 2 and all(len(n) <= 3 and _CJK_NAME.fullmatch(n) for n in names):
        return [Person(names[0], names[1])]
    return [Person(part) for part in parts]


def _folded(word: str) -> str:
    return word.replace(".", "").strip().casefold()


def joined(names: Iterable[str]) -> str:
    """Return single names as one line, which `people` takes apart again.

    >>> joined(["Carter, Ada", "Tea; Trade"])
    'Carter, Ada; Tea, Trade'
    """
    lines = (" ".join(re.sub("[;；]", ",", name).split()).strip(" ,") for name in names)
    return "; ".join(dict.fromkeys(filter(None, lines)))


def without_full_stop(title: str) -> str:
    """Return a title without the full stop that catalogues put behind it, if it is one.

    >>> without_full_stop("Risen."), without_full_stop("Tea, Inc."), without_full_stop("Well ...")
    ('Risen', 'Tea, Inc.', 'Well ...')
    """
    last = title.rpartition(" ")[2].removesuffix(".")
    if not title.endswith(".") or not last or "." in last or len(last) < 2:
        return title
    return title if last.casefold() in _ABBREVIATED else title.removesuffix(".")
