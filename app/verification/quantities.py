"""The numbers in a text, however they are written: `1,200`, `10⁶`, `¾`, `twelve`, `12か国`.

Each has a value and what it counts. Dates are left to `dates.py`. Numbers that belong to a name
(`G7`, `COVID-19`, `F-16`) are no quantities, nor is “one”, because it mostly counts nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.verification.dates import dates
from vectorstore.text.figures import FIGURE, figure
from vectorstore.text.numerals import (
    FRACTIONS,
    HAN_DIGITS,
    HAN_SCALES,
    NUMBER_WORDS,
    ORDINALS,
    SCALES,
    SHORT_SCALES,
    spelt,
)
from vectorstore.text.scripts import HAN
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms

Kind = Literal["count", "percent", "money", "ordinal"]
Side = Literal["", "above", "below"]

_VALUES = SCALES | SHORT_SCALES | HAN_SCALES
_COUNTER = "人名件個回度年月日歳か国カ国ヶ国国円元位%％つ本社校倍"
_WORD = any_of((*NUMBER_WORDS, *SCALES))
_NUMBER = re.compile(
    rf"(?P<digits>(?<![A-Za-z0-9_.])(?<![A-Za-z0-9][-‐–])(?:{FIGURE}))"
    r"(?:(?P<nth>st|nd|rd|th)\b|"
    r"(?:[ -]?(?P<scale>(?:"
    rf"{any_of((*SCALES, *SHORT_SCALES))})\b|[{''.join(HAN_SCALES.keys() - {'十'})}]))?)|"
    rf"\b(?P<part>{any_of(FRACTIONS)})\b|"
    rf"\b(?P<words>(?:a )?(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}))*)\b|"
    rf"\b(?P<ordinal>{any_of(ORDINALS)})\b|"
    rf"(?P<kanji>[{''.join(HAN_DIGITS)}十百千]+)(?=[{_COUNTER}])",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?P<sign>[$€£¥])\s*$")
_MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "円": "yen", "元": "yuan"}
_AFTER = re.compile(r"\s*(?P<percent>[%％]|per ?cent\b|percentage\b)|\s*(?P<sign>円|元|dollars?\b|"
                    r"euros?\b|pounds?\b|yen\b|yuan\b)", re.IGNORECASE)  # fmt: skip
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|some|circa|close to|just over|"
    r"just under)\s*[$€£¥]?$|(?:約|およそ|大约)$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?<!just )\b(?:over|(?<!no )more than|greater than|at least|no (?:less|fewer) than)"
    r"\s*[$€£¥]?$|(?:超過|超过|至少)$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?<!just )\b(?:under|(?<!no )fewer than|(?<!no )less than|up to|at most|no more than)"
    r"\s*[$€£¥]?$|(?:最多|不到)$",
    re.IGNORECASE,
)
_ABOVE_AFTER = re.compile(rf"[かカヶケ%％]?[{HAN}]{{0,2}}?(?:以上|超|を超え|を上回)")
_BELOW_AFTER = re.compile(rf"[かカヶケ%％]?[{HAN}]{{0,2}}?(?:未満|未满|以下|を下回)")
_NEXT = re.compile(
    r"(?:(?! (?:and|or|in|to|from|with|who|that|which|while|by|at|on|as|than)\b)"
    r"[^,.;:()\[\]0-9\ue000。、，]){0,60}"
)
_COUNTER_SIGN = re.compile(rf"[かカヶケ]?(?P<sign>[{HAN}])")
_MEASURES = {
    "km": "kilometr", "kilomet": "kilometr", "kilometr": "kilometr", "kilometer": "kilometr",
    "mile": "mile", "meter": "metr", "metr": "metr", "feet": "foot", "foot": "foot",
    "kg": "kilogram", "kilogram": "kilogram", "pound": "pound", "ton": "ton", "tonn": "ton",
    "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "minut": "minut", "hectar": "hectar", "acr": "acr", "degre": "degre",
}  # fmt: skip
_COUNTED_TERMS = 3


NUMBER_TERMS = {terms(word)[0]: str(value) for word, value in NUMBER_WORDS.items() if terms(word)}
"""Digits by the search terms of numbers that are written as words."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, what it counts (search terms, nearest first) and where it stands.

    `side` tells whether it is only a bound; `step` is what its last digit stands for, 0 where it is
    given in full.
    """

    value: float
    kind: Kind
    counts: tuple[str, ...]
    about: bool
    text: str
    start: int
    end: int
    side: Side = ""
    step: float = 0.0

    def equals(self, other: "Quantity") -> bool:
        """Return whether the other number bears this one out.

        One that is “about” may be 5% off, one that is rounded half a step of its last digit;
        “more than” is borne out by what is more of the same thing, and by the same words.
        """
        if (self.kind == "ordinal") != (other.kind == "ordinal") or self.excludes(other):
            return False
        if self.side and self.same_thing(other):
            further = (
                other.value >= self.value if self.side == "above" else other.value <= self.value
            )
            if other.side in ("", self.side) and further:
                return True
        return self._off(other) <= self._slack(other)

    def excludes(self, other: "Quantity") -> bool:
        """Return whether both cannot be true of one thing; 1,200 and “more than 1,000” can."""
        if self.side == other.side:
            return not self.side and self._off(other) > self._slack(other)
        if self.side and other.side:
            low, high = (self, other) if self.side == "above" else (other, self)
            return low.value >= high.value
        bound, exact = (self, other) if self.side else (other, self)
        if bound.side == "above":
            return exact.value < bound.value
        return exact.value > bound.value

    def _off(self, other: "Quantity") -> float:
        return abs(self.value - other.value)

    def _slack(self, other: "Quantity") -> float:
        biggest = max(abs(self.value), abs(other.value))
        share = 0.05 if self.about or other.about or other.side else 1e-6
        return max(share * biggest, min(self.step / 2, 0.05 * biggest)) + 1e-9

    def same_thing(self, other: "Quantity") -> bool:
        """Return whether both count the same: the same money, measure or noun."""
        if self.kind != other.kind:
            return False
        if self.kind == "money":
            return self.counts[:1] == other.counts[:1]
        return bool(set(self.counts) & set(other.counts))

    @property
    def measure(self) -> str:
        """Return its measure or currency; empty if it counts things."""
        if self.kind == "money":
            return self.counts[0]
        return _MEASURES.get(self.counts[0], "") if self.counts and self.kind == "count" else ""


@lru_cache(maxsize=512)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text in order, without its dates.

    >>> [(q.value, q.counts) for q in quantities("Its 12 allies gave 3 million dollars in 2023.")]
    [(12.0, ('alli', 'give')), (3000000.0, ('dollar',))]
    """
    masked = list(text)
    for date in dates(text):
        masked[date.start : date.end] = "\ue000" * (date.end - date.start)
    return tuple(_in("".join(masked)))


def _in(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is None:
            continue
        before, after = text[: match.start()][-30:], text[match.end() :]
        unit = _AFTER.match(after)
        sign = _MONEY_BEFORE.search(before)
        kind: Kind = "count"
        counts = _counted(after)
        if match["part"] or (unit and unit["percent"]):
            kind = "percent"
        elif sign or (unit and unit["sign"]):
            kind = "money"
            name = sign["sign"] if sign else unit["sign"] if unit else ""
            money = _MONEY.get(name, name.lower().removesuffix("s"))
            counts = (money, *(term for term in counts if term != money))
        elif match["nth"] or match["ordinal"]:
            kind = "ordinal"
        about = bool(_ABOUT.search(before.rstrip()))
        side = _side(before.rstrip(), after)
        yield Quantity(
            value, kind, counts, about, match[0], match.start(), match.end(), side, _step(match)
        )


def _side(before: str, after: str) -> Side:
    """Return which bound a number is: more than, at least, 以上; fewer than, up to, 未満."""
    if _ABOVE.search(before) or _ABOVE_AFTER.match(after):
        return "above"
    return "below" if _BELOW.search(before) or _BELOW_AFTER.match(after) else ""


def _step(match: re.Match[str]) -> float:
    """Return what the last digit of a rounded number stands for: 100,000 in “3.2 million”."""
    if match["part"]:
        return 0.0 if match["part"].lower() == "half" else 2.0
    digits = match["digits"]
    plain = digits and digits.replace(".", "").isdigit()
    if not digits or not plain or not (match["scale"] or "." in digits):
        return 0.0
    decimals = len(digits.partition(".")[2])
    return float(_VALUES.get((match["scale"] or "").lower(), 1) / 10**decimals)


def _counted(after: str) -> tuple[str, ...]:
    if sign := _COUNTER_SIGN.match(after):
        return (sign["sign"],)
    near = _NEXT.match(after)
    found = list(dict.fromkeys(terms(near[0]) if near else ()))
    return tuple(_MEASURES.get(term, term) for term in found[:_COUNTED_TERMS])


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        return figure(match["digits"]) * _VALUES.get((match["scale"] or "").lower(), 1)
    if match["part"]:
        return FRACTIONS[match["part"].lower()]
    if match["ordinal"]:
        return float(ORDINALS[match["ordinal"].lower()])
    if match["kanji"]:
        return _kanji(match["kanji"])
    words = [
        w for w in re.split(r"[ -]| and ", match["words"].lower()) if w not in ("a", "and", "")
    ]
    if words == ["one"] or (words[0] in SCALES and not match["words"].lower().startswith("a ")):
        return None  # “no one”, “hundreds”, “million-dollar”
    return spelt(" ".join(words))


def _kanji(signs: str) -> float:
    """`二十三` → 23."""
    total = digit = 0.0
    for sign in signs:
        if sign in HAN_DIGITS:
            digit = digit * 10 + HAN_DIGITS[sign]
        else:
            total += (digit or 1) * HAN_SCALES[sign]
            digit = 0.0
    return total + digit
