"""Writes the equations of Office files on one line: `x = (−b ± √(b² − 4ac))/(2a)`.

The value is kept: what is raised stays raised, a fraction keeps its bar, a root its sign.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.readers.raised import fraction, subscript, superscript

if TYPE_CHECKING:
    from lxml.etree import _Element

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_LEFT_OUT = {"del", "moveFrom", "delText", "instrText", "rPr", "ctrlPr"}


def equation(element: "_Element") -> str:
    """Return an equation, or a row of them, as plain text on one line."""
    if _name(element) == "oMathPara":
        return "; ".join(filter(None, map(equation, element.iter(f"{_M}oMath"))))
    return " ".join(_inside(element).split())


def _name(element: "_Element") -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inside(element: "_Element | None") -> str:
    if element is None:
        return ""
    line = ""
    for child in element:
        text = _written(child)
        # A fraction beside a number must not become part of it: two and three quarters is 2 3/4.
        apart = _name(child) == "f" and line[-1:].isalnum()
        line += " " + text if apart else text
    return line


def _written(element: "_Element") -> str:
    name = _name(element)
    if name == "t":
        return element.text or ""
    if name in _LEFT_OUT or name.endswith("Pr"):
        return ""
    if name in {"br", "cr", "tab"}:
        return " "
    return _BUILT[name](element) if name in _BUILT else _inside(element)


def _child(element: "_Element", name: str) -> str:
    return _inside(element.find(f"{_M}{name}"))


def _value(element: "_Element", path: str, usual: str) -> str:
    """Return a property of a built-up thing; `usual` if it has none."""
    found = element.find("/".join(f"{_M}{step}" for step in path.split("/")))
    return usual if found is None else found.get(f"{_M}val", "")


def _is_on(element: "_Element", path: str) -> bool:
    """Return whether a switch is set: one without a value is."""
    found = element.find("/".join(f"{_M}{step}" for step in path.split("/")))
    return found is not None and found.get(f"{_M}val", "1") not in {"0", "off", "false"}


def _bracketed(text: str) -> str:
    """Return a base with brackets, if what follows would bind to its last part alone."""
    text = text.strip()
    plain = text.replace(".", "").replace(",", "").isalnum() or len(text) <= 1
    return text if plain or _closed(text) else f"({text})"


def _closed(text: str) -> bool:
    """Return whether one pair of brackets encloses the text."""
    if (text[:1], text[-1:]) not in {("(", ")"), ("[", "]"), ("{", "}"), ("|", "|")}:
        return False
    depth = 0
    for at, one in enumerate(text):
        depth += (one in "([{") - (one in ")]}")
        if depth == 0 and text[0] != "|" and at < len(text) - 1:
            return False
    return True


def _fraction(element: "_Element") -> str:
    over, under = _child(element, "num"), _child(element, "den")
    kind = _value(element, "fPr/type", "bar")
    return f"({over} over {under})" if kind == "noBar" else fraction(over, under)


def _root(element: "_Element") -> str:
    degree = "" if _is_on(element, "radPr/degHide") else _child(element, "deg").strip()
    inside = _child(element, "e").strip()
    inside = inside if inside.isalnum() or _closed(inside) else f"({inside})"
    sign = _ROOTS.get(degree)
    return f"{sign}{inside}" if sign else f"{superscript(degree, maths=True)}√{inside}"


def _scripts(element: "_Element") -> str:
    """Return a base with what is lowered and raised behind it."""
    low, high = _child(element, "sub"), _child(element, "sup")
    base = _bracketed(_child(element, "e"))
    return base + subscript(low, maths=True) + superscript(high, maths=True)


def _scripts_before(element: "_Element") -> str:
    low, high = _child(element, "sub"), _child(element, "sup")
    return superscript(high, maths=True) + subscript(low, maths=True) + _child(element, "e")


def _large_operator(element: "_Element") -> str:
    sign = _value(element, "naryPr/chr", "∫") or "∫"
    low, high = _child(element, "sub"), _child(element, "sup")
    body = _child(element, "e")
    return f"{sign}{subscript(low, maths=True)}{superscript(high, maths=True)} {body}"


def _delimiters(element: "_Element") -> str:
    start = _value(element, "dPr/begChr", "(")
    end = _value(element, "dPr/endChr", ")")
    between = _value(element, "dPr/sepChr", "|") or "|"
    inside = between.join(_inside(e).strip() for e in element.findall(f"{_M}e"))
    return f"{start}{inside}{end}"


def _function(element: "_Element") -> str:
    body = _child(element, "e").strip()
    return f"{_child(element, 'fName').strip()}{'' if _closed(body) else ' '}{body}"


def _limit(element: "_Element") -> str:
    low = _name(element) == "limLow"
    write = subscript if low else superscript
    return _child(element, "e").strip() + write(_child(element, "lim").strip(), maths=True)


def _accent(element: "_Element") -> str:
    """Return a base with its accent as a combining character, if it is a single letter."""
    mark = _value(element, "accPr/chr", "\u0302")
    base = _child(element, "e").strip()
    return f"{base}{mark}" if len(base) == 1 else f"({base}){mark}"


def _bar(element: "_Element") -> str:
    base = _child(element, "e").strip()
    line = "\u0332" if _value(element, "barPr/pos", "bot") == "bot" else "\u0305"
    return base + line if len(base) == 1 else f"({base})"


def _matrix(element: "_Element") -> str:
    rows = (
        ", ".join(_inside(e).strip() for e in row.findall(f"{_M}e"))
        for row in element.findall(f"{_M}mr")
    )
    return f"[{'; '.join(rows)}]"


def _stack(element: "_Element") -> str:
    return "; ".join(filter(None, (_inside(e).strip() for e in element.findall(f"{_M}e"))))


def _unseen(element: "_Element") -> str:
    shown = _value(element, "phantPr/show", "1") not in {"0", "off", "false"}
    return _child(element, "e") if shown else ""


_BUILT: "dict[str, Callable[[_Element], str]]" = {
    "f": _fraction, "rad": _root, "sSup": _scripts, "sSub": _scripts, "sSubSup": _scripts,
    "sPre": _scripts_before, "nary": _large_operator, "d": _delimiters, "func": _function,
    "limLow": _limit, "limUpp": _limit, "acc": _accent, "bar": _bar, "m": _matrix,
    "eqArr": _stack, "phant": _unseen,
}  # fmt: skip
