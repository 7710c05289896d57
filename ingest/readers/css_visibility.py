"""Finds what a page hides from its readers, by attributes, inline styles and its style sheets.

Only sheets within the page are read, and only simple selectors are judged: elements, classes, ids,
attributes, within one another. Words that a rule of another kind might hide stay, and are counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.css_selectors import Matches, index_of, specificity, steps_of
from ingest.readers.markup_tree import named, remove, text_of, words_of

# The classes of common frameworks for what only screen readers speak.
_UNSEEN_CLASSES = {"sr-only", "visually-hidden", "screen-reader-text", "visuallyhidden", "u-hidden"}
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SEEN_MEDIA = re.compile(r"\s*(?:only\s+)?(?:all|screen)\s*", re.IGNORECASE)
# States and parts of elements that a page at rest does not have.
_NOT_AT_REST = re.compile(
    r"::|:(?:before|after|hover|focus|active|target|checked|visited|first-l|selection|disabled"
    r"|placeholder|focus-within|focus-visible|root\b|host)"
)
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|em|rem|pt|%)?")
_ZERO = re.compile(r"0*(?:\.0*)?(?:px|em|rem|pt|%)?")
_TINY = re.compile(r"(?:0|[01]px)")
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?|inset\(\s*(?:50|100)%")
_HIDING = re.compile(
    r"display|visibility|opacity|font-size|left|top|text-indent|clip|width|height|position|overflow"
)
_MOST = 0.5  # judged: a page that hides more of its words than this shows them by a script
_INLINE = (1, 0, 0)


@dataclass
class Hidden:
    """How many hidden places with words were removed, and how many could not be judged."""

    removed: int = 0
    doubted: int = 0


@dataclass
class _Styles:
    values: dict[str, tuple[tuple[Any, ...], str]] = field(default_factory=dict)

    def set(self, name: str, value: str, weight: tuple[Any, ...]) -> None:
        if name not in self.values or weight >= self.values[name][0]:
            self.values[name] = (weight, value)

    def get(self, name: str) -> str:
        return self.values.get(name, ((), ""))[1]


def mark_hidden(root: Any) -> Hidden:
    """Set `hidden` on everything that a page hides, and take it away from what it shows."""
    found = Hidden()
    styles, unjudged = _cascade(root)
    whole = len(text_of(root)) or 1
    for element in named(root):
        if element.tag in {"html", "head", "body"}:
            continue
        if _is_hidden(element, styles.get(element)):
            if len(text_of(element)) > _MOST * whole:
                found.doubted += 1
                element.attrib.pop("hidden", None)
            else:
                element.set("hidden", "")
        else:
            element.attrib.pop("hidden", None)
    index = index_of(root) if unjudged else {}
    found.doubted += sum(_may_hide(index, selector) for selector in unjudged)
    return found


def remove_hidden(root: Any) -> int:
    """Remove what is marked as hidden, and return in how many places there were words."""
    count = 0
    for element in named(root):
        if "hidden" in element.attrib and any(above is root for above in element.iterancestors()):
            count += any(c.isalnum() for c in text_of(element))
            remove(element)
    return count


def _is_hidden(element: Any, style: _Styles | None) -> bool:
    if _UNSEEN_CLASSES & words_of(element):
        return True
    if style is None:
        return "hidden" in element.attrib
    display, visibility = style.get("display"), style.get("visibility")
    if "hidden" in element.attrib and not display:
        return True
    if display == "none" or visibility in {"hidden", "collapse"}:
        return True
    return _is_out_of_sight(style) or _is_without_size(style) or _is_of_one_colour(style)


def _is_out_of_sight(style: _Styles) -> bool:
    if style.get("position") in {"absolute", "fixed"}:
        if any(_FAR.fullmatch(style.get(side)) for side in ("left", "top")):
            return True
        if _CLIPPED.match(style.get("clip")) or _CLIPPED.match(style.get("clip-path")):
            return True
    return bool(_FAR.fullmatch(style.get("text-indent")))


def _is_without_size(style: _Styles) -> bool:
    for name in ("opacity", "font-size"):
        value = style.get(name)
        if value and _ZERO.fullmatch(value):
            return True
    sides = [style.get(name) for name in ("width", "height")]
    small = all(side and _TINY.fullmatch(side) for side in sides)
    return small and style.get("overflow") in {"hidden", "clip"}


def _is_of_one_colour(style: _Styles) -> bool:
    ground = style.get("background-color") or style.get("background")
    return bool(ground) and _colour(style.get("color")) == _colour(ground)


def _colour(value: str) -> str:
    value = {"white": "#ffffff", "black": "#000000"}.get(value, value)
    return "#" + "".join(2 * c for c in value[1:]) if re.fullmatch("#[0-9a-f]{3}", value) else value


def _cascade(root: Any) -> tuple[dict[Any, _Styles], list[str]]:
    """Return what the page's own sheets and styles say of its elements, by element.

    The selectors that hide something and cannot be judged come second.
    """
    styles: dict[Any, _Styles] = {}
    unjudged: list[str] = []
    matches = Matches(index_of(root))
    for order, (selectors, declarations) in enumerate(_rules(root)):
        stated = _declared(declarations)
        if not stated:
            continue
        for selector in re.split(r",(?![^(\[]*[)\]])", selectors):
            if _NOT_AT_REST.search(selector):
                continue
            steps = steps_of(selector)
            if steps is None:
                unjudged += [selector] if stated.get("display", ("", 0))[0] == "none" else []
                continue
            weight = specificity(selector)
            for element in matches.of(steps):
                for name, (value, important) in stated.items():
                    styles.setdefault(element, _Styles()).set(
                        name, value, (important, weight, order)
                    )
    for element in named(root):
        for name, (value, important) in _declared(element.get("style") or "").items():
            styles.setdefault(element, _Styles()).set(name, value, (important, _INLINE, 0))
    return styles, unjudged


def _rules(root: Any) -> Iterator[tuple[str, str]]:
    top = root.getroottree().getroot()
    for sheet in top.iter("style"):
        if _SEEN_MEDIA.fullmatch(sheet.get("media") or "all"):
            yield from _rules_of(_COMMENT.sub(" ", "".join(sheet.itertext())))


def _rules_of(css: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations, also of rules within those for screens."""
    at = 0
    while (opening := css.find("{", at)) >= 0:
        prelude = css[at:opening].rpartition(";")[2].strip()
        closing, depth = opening + 1, 1
        while closing < len(css) and depth:
            depth += {"{": 1, "}": -1}.get(css[closing], 0)
            closing += 1
        inner = css[opening + 1 : closing - 1 if not depth else closing]
        if not prelude.startswith("@"):
            yield prelude, inner
        elif prelude.startswith("@media"):
            if any(_SEEN_MEDIA.fullmatch(one) for one in prelude[6:].split(",")):
                yield from _rules_of(inner)
        elif prelude.startswith(("@supports", "@layer")):
            yield from _rules_of(inner)
        at = closing


def _declared(declarations: str) -> dict[str, tuple[str, int]]:
    """Return the declarations that can hide text: their values, and 1 for important ones."""
    stated = {}
    for one in declarations.split(";"):
        name, _, value = one.partition(":")
        name, value = name.strip().lower(), " ".join(value.lower().split())
        if value and (_HIDING.fullmatch(name) or name in _OTHERS):
            bare = value.removesuffix("important").rstrip("! ")
            stated[name] = (bare, int(value.endswith("important")))
    return stated


_OTHERS = {"clip-path", "color", "background", "background-color"}


def _may_hide(index: dict[str, list[Any]], selector: str) -> bool:
    """Return whether a selector that cannot be judged may be meant for words of the page."""
    last = re.split(r"[\s>+~]+", selector.strip())[-1]
    keys = re.findall(r"[.#][\w-]+", re.sub(r":[\w-]+(?:\([^)]*\))?", "", last))
    if not keys:
        return False
    return any(
        text_of(element) for element in index.get(keys[0], []) if "hidden" not in element.attrib
    )
