"""Numbers the items of a list as a browser shows them: start, value, reversed, type."""

import re
from typing import Any

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I", "none": "",
}  # fmt: skip


def item_label(element: Any, known: dict[Any, dict[Any, int]] | None = None) -> str:
    """Return the number before an item of an ordered list, empty for any other element.

    `known` keeps the numbers of each list, as long as the tree is not changed.

    >>> from lxml.html import fromstring
    >>> [item_label(e) for e in fromstring('<ol start="3" type="i"><li>a<li>b</ol>')]
    ['iii. ', 'iv. ']
    """
    if element.tag != "li":
        return ""
    above = element.getparent()
    if above is None or above.tag != "ol":
        return ""
    style = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", above.get("style") or "")
    kind = _STYLES.get(style[1], "1") if style else above.get("type") or "1"
    known = {} if known is None else known
    if above not in known:
        known[above] = _numbers(above)
    return f"{_written(known[above][element], kind)}. " if kind else ""


def _numbers(above: Any) -> dict[Any, int]:
    items = [child for child in above if child.tag == "li"]
    step = -1 if "reversed" in above.attrib else 1
    start = _integer(above.get("start"))
    number = (start if start is not None else len(items) if step < 0 else 1) - step
    numbers: dict[Any, int] = {}
    for one in items:
        value = _integer(one.get("value"))
        numbers[one] = number = number + step if value is None else value
    return numbers


def _integer(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text) else None


def _written(number: int, kind: str) -> str:
    if kind in {"a", "A"} and 0 < number <= 26:
        letter = chr(ord("a") + number - 1)
    elif kind in {"i", "I"} and 0 < number < 4000:
        letter, left = "", number
        for value, sign in _ROMAN:
            letter += sign * (left // value)
            left %= value
    else:
        return str(number)
    return letter.upper() if kind.isupper() else letter
