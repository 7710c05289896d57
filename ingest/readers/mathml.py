"""Writes MathML formulas on one line: `3/4`, `10⁶`, `√(a + b)`, `∑_(i=1)^n`."""

from typing import Any

from ingest.readers.raised import fraction, subscript, superscript

_NEVER = {"annotation", "annotation-xml", "mphantom", "none", "mprescripts", "mspace"}
_ROOMY = set("=<>≤≥≠≈≡∈+−±×·→⇒∪∩∧∨")  # signs that stand between blanks
_ROWS = {"mtr", "mlabeledtr"}


def formula_text(element: Any) -> str:
    """Return a formula as text; its `alttext` if it has no elements."""
    text = " ".join(_text(element).split())
    return text or " ".join((element.get("alttext") or "").split())


def _text(element: Any) -> str:
    if not isinstance(element.tag, str):
        return ""
    name = element.tag.rpartition("}")[2]
    if name in _NEVER:
        return ""
    if name == "semantics":
        return _text(element[0]) if len(element) else ""
    if len(element) == 0:
        return _leaf(name, element.text or "")
    parts = [_text(child) for child in element]
    built = _BUILT.get(name)
    if built is not None and len(parts) >= built[0]:
        return str(built[1](*parts[: built[0]]))
    if name == "msqrt":
        return f"√({_row(element, parts, '')})"
    if name == "mfenced":
        inner = (element.get("separators") or ",")[:1] + " "
        return f"{element.get('open', '(')}{inner.join(parts)}{element.get('close', ')')}"
    if name == "mtable":
        return "; ".join(parts)
    return _row(element, parts, ", " if name in _ROWS else "")


def _leaf(name: str, text: str) -> str:
    text = " ".join(text.split()) if name != "mtext" else text
    if name == "mo" and text == "-":
        return "−"
    return "" if text in {"\u2061", "\u2062", "\u2063", "\u2064"} else text


def _row(element: Any, parts: list[str], between: str) -> str:
    """Return parts side by side: signs between blanks, a mixed number with one in it."""
    line = ""
    for child, part in zip(element, parts, strict=True):
        name = str(child.tag).rpartition("}")[2]
        mixed = name == "mfrac" and line[-1:].isdigit()
        if name == "mo" and part in _ROOMY and line:
            line += f" {part} "
        else:
            line += (between if line else "") + (" " if mixed else "") + part
    return line


def _scripts(base: str, below: str, above: str) -> str:
    return base + subscript(below, maths=True) + superscript(above, maths=True)


_BUILT: dict[str, tuple[int, Any]] = {
    "mfrac": (2, fraction),
    "msup": (2, lambda base, above: base + superscript(above, maths=True)),
    "mover": (2, lambda base, above: base + (above if above in "¯^~→˙" else f"^({above})")),
    "msub": (2, lambda base, below: base + subscript(below, maths=True)),
    "munder": (2, lambda base, below: base + subscript(below, maths=True)),
    "msubsup": (3, _scripts),
    "munderover": (3, _scripts),
    "mroot": (2, lambda base, index: f"{superscript(index, maths=True)}√({base})"),
}
