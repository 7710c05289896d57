"""Writes the numbers of a workbook as Excel shows them, by their number formats.

Where Excel would follow the settings of each reader's computer, one form is taken: ISO for days and
times, a comma between thousands and a point before decimals.
"""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from ingest.readers.date_formats import is_date, shown_date

# The built-in formats that follow the settings of the computer, and those that Excel knows by
# number only; the others are in openpyxl.
_OF_THE_COMPUTER = {
    **dict.fromkeys((14, 15, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    22: "yyyy-mm-dd hh:mm", 16: "d-mmm", 17: "mmm-yy", 32: "h:mm", 33: "h:mm:ss", 34: "h:mm",
    35: "h:mm:ss", 55: "h:mm", 56: "h:mm:ss",
}  # fmt: skip
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)|(?P<power>E[+-])|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$(?P<sign>[^-]*)(?:-[0-9A-F]+)?", re.IGNORECASE)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq,
    "<>": operator.ne,
}  # fmt: skip
_FULL = 1e15  # from which a number has more digits than Excel keeps
_DIGITS = "0#?"
_EXACT = Context(prec=1_000, rounding=ROUND_HALF_UP)  # digits; a number has 309, a format 255


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a format, as tokens of a kind: text, digit, mark, power."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None
    code: str


def builtin(number: int) -> str:
    """Return the code of a built-in format."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return _OF_THE_COMPUTER.get(number) or BUILTIN_FORMATS.get(number, "General")


def shown(value: float, code: str = "General", *, since_1904: bool = False) -> str:
    """Return a number in a format; empty where the format hides it.

    Raises ValueError for one that is not finite.

    >>> shown(1234567.5, "$#,##0.00"), shown(-250, "#,##0;(#,##0)"), shown(0.125, "0.0%")
    ('$1,234,567.50', '(250)', '12.5%')
    >>> shown(0.75, "# ?/?"), shown(1.2604166666667, "[h]:mm"), shown(44259, "d mmmm yyyy")
    ('3/4', '30:15', '4 March 2021')
    """
    if not isfinite(value):
        raise ValueError("no number")
    if code == "General" or not code:
        return _general(value)
    sections = _sections(code)
    section, magnitude = _chosen(sections, value)
    if not section.code.strip():
        return ""
    if is_date(section.code):
        said = shown_date(value, section.code, since_1904=since_1904)
        return said if said is not None else _general(value)
    if not any(kind == "digit" for kind, _ in section.tokens):
        return _plain(section, _general(magnitude))
    if ("mark", "/") in section.tokens:
        return _fraction(section, magnitude)
    try:
        return _number(section, magnitude)
    except InvalidOperation:  # a format of thousands of places
        return _general(value)


def shown_text(text: str, code: str) -> str:
    """Return a text in a format: `@" kg"` adds words to it."""
    if "@" not in code or code == "@":
        return text
    section = _sections(code)[-1]
    return "".join(text if token == ("mark", "@") else token[1] for token in section.tokens).strip()


def _general(value: float) -> str:
    """Return a number as a column that is wide enough shows it, with at most ten digits."""
    if value == int(value) and abs(value) < _FULL:
        return str(int(value))
    if abs(value) < 1e11 and (abs(value) >= 1e-4 or float(f"{value:.9f}") == value):
        whole = len(str(int(abs(value))))
        short = f"{value:.{max(10 - whole, 0)}f}"
        return short.rstrip("0").rstrip(".") if "." in short else short
    digits, _, power = f"{value:.5E}".partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{power}"


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["sign"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(map(_section, parts))


def _section(found: Sequence[re.Match[str]]) -> _Section:
    tokens: list[tuple[str, str]] = []
    condition: tuple[str, float] | None = None
    for token in found:
        bracket, sign = token["bracket"], token["sign"]
        if token["quoted"] is not None or token["escaped"]:
            tokens.append(("text", token["quoted"] or token["escaped"] or ""))
        elif bracket is not None:
            if compared := _CONDITION.fullmatch(bracket):
                condition = (compared[1], float(compared[2]))
            elif currency := _CURRENCY.fullmatch(bracket):
                tokens.append(("text", currency["sign"]))
        elif token["general"]:
            tokens.append(("general", ""))
        elif token["power"]:
            tokens.append(("power", token["power"]))
        elif sign:
            kind = "digit" if sign in _DIGITS else "mark" if sign in ".,%/@" else "text"
            tokens.append((kind, sign))
    return _Section(tuple(tokens), condition, "".join(token[0] for token in found))


def _chosen(sections: Sequence[_Section], value: float) -> tuple[_Section, float]:
    """Return the section for a value, and the value without a sign that the section stands for."""
    numeric = sections[:3] if len(sections) > 3 else sections
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _COMPARE[section.condition[0]](
                value, section.condition[1]
            ):
                below = section.condition and section.condition[0] in {"<", "<="}
                return section, abs(value) if below and len(numeric) > 1 and value < 0 else value
        return numeric[-1], value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _plain(section: _Section, number: str) -> str:
    """Return the words of a section; `number` stands for General in it."""
    words = (
        number if kind == "general" or (kind, text) == ("mark", "@") else text
        for kind, text in section.tokens
    )  # fmt: skip
    return "".join(words).strip()


def _number(section: _Section, value: float) -> str:
    tokens = list(section.tokens)
    digits = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    power = next((at for at, (kind, _) in enumerate(tokens) if kind == "power"), len(tokens))
    point = next((at for at in range(power) if tokens[at] == ("mark", ".")), power)
    whole = [at for at in digits if at < point]
    decimals = [at for at in digits if point < at < power]
    last = max([at for at in digits if at < power], default=0)
    scale = 0
    while tokens[last + scale + 1 : last + scale + 2] == [("mark", ",")]:
        scale += 1
    grouped = any(tokens[at] == ("mark", ",") for at in range(whole[0] if whole else 0, last))
    exact = Decimal(f"{value:.15g}").scaleb(2 * tokens.count(("mark", "%")) - 3 * scale)
    exponent = 0
    if power < len(tokens) and exact:
        exponent = exact.adjusted() - (exact.adjusted() % len(whole) if len(whole) > 1 else 0)
        exact = exact.scaleb(-exponent)
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), context=_EXACT)
    integer, _, rest = f"{rounded.copy_abs():f}".partition(".")
    out = [text if kind in {"text", "mark"} and text != "," else "" for kind, text in tokens]
    _fill_whole(out, tokens, whole, integer, grouped=grouped)
    for at, digit, left in zip(decimals, rest, range(len(rest)), strict=False):
        needed = tokens[at][1] == "0" or rest[left:].strip("0")
        out[at] = digit if needed else ""
    if point < power and not any(out[at] for at in decimals) and decimals:
        out[point] = ""
    if power < len(tokens):
        places = [at for at in digits if at > power]
        sign = "-" if exponent < 0 else "+" if tokens[power][1][-1] == "+" else ""
        out[power] = f"E{sign}{abs(exponent):0{len(places)}d}"
    return ("-" if rounded < 0 else "") + "".join(out).strip()


def _fill_whole(
    out: list[str],
    tokens: Sequence[tuple[str, str]],
    places: Sequence[int],
    integer: str,
    *,
    grouped: bool,
) -> None:
    """Put the digits before the point into their places, the rest of them into the first."""
    left = integer.lstrip("0")
    for number, at in enumerate(reversed(places)):
        first = number == len(places) - 1
        taken = left if first else left[-1:]
        left = "" if first else left[:-1]
        taken = taken or ("0" if tokens[at][1] == "0" else "")
        if grouped:
            written = ""
            for place, digit in enumerate(reversed(taken), start=number):
                written = digit + ("," if place and place % 3 == 0 else "") + written
            taken = written
        out[at] = taken


def _fraction(section: _Section, value: float) -> str:
    """Return a number as a whole and a fraction: `1 3/4`."""
    tokens = section.tokens
    bar = tokens.index(("mark", "/"))
    after = "".join(text for _, text in tokens[bar + 1 :])
    fixed = re.match(r"\s*([1-9]\d*)", after)
    places = max(sum(text in _DIGITS for text in after), 1)
    number = Fraction(abs(value)).limit_denominator(10 ** min(places, 4) - 1)
    if fixed:
        number = Fraction(round(abs(value) * int(fixed[1])), int(fixed[1]))
    before = [text for kind, text in tokens[:bar] if kind in {"digit", "text"}]
    mixed = " " in "".join(before).strip()
    whole, part = divmod(number, 1) if mixed else (0, number)
    below = int(fixed[1]) if fixed else part.denominator
    above = round(part * below)
    words = [str(whole)] if whole or not above else []
    words += [f"{above}/{below}"] if above else []
    return ("-" if value < 0 else "") + " ".join(words)
