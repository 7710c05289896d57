"""Reads what was entered into the form fields of a PDF, which is not part of its pages' text."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from pypdf.generic import DictionaryObject

from ingest.readers.pdf_annotations import (
    Addition,
    Additions,
    annotations_of,
    appearance_text,
    box_of,
    line,
    shown,
)
from ingest.readers.pdf_metadata import DAMAGE

_PASSWORD, _RADIO, _PUSH_BUTTON = 1 << 13, 1 << 15, 1 << 16  # bits of /Ff
_DEEPEST = 16  # fields above a field; judged: real forms have up to six
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+")
_INDEX = re.compile(r"\[\d+\]|#\w+")
_OFF = ("", "/Off")


def fields(page: Any, layer_off: Callable[[Any], bool] = lambda _: False) -> Additions:
    """Return the filled form fields of a page of pypdf, from top to bottom; damaged ones not.

    Empty fields and boxes that are not ticked say nothing. `hidden` counts filled fields that no
    viewer shows.
    """
    additions = Additions()
    for _, widget in annotations_of(page):
        with suppress(*DAMAGE):
            if widget.get("/Subtype") != "/Widget":
                continue
            value = _value(page, widget)
            if not value:
                continue
            if not shown(widget, layer_off):
                additions.hidden += 1
                continue
            name = _name(widget)
            text = f"Form field {name}: {value}" if name else f"Form field: {value}"
            if all(text != other.text for other in additions.found):
                additions.found.append(Addition(text, box_of(widget)))
    additions.found.sort(key=lambda addition: (-addition.box[3], addition.box[0]))
    return additions


def needs_another_program(root: Any) -> bool:
    """Return whether the pages are only a notice that Adobe Reader alone shows the form (XFA)."""
    with suppress(*DAMAGE):
        return "/XFA" in root["/AcroForm"] and bool(root.get("/NeedsRendering", False))
    return False


def _value(page: Any, widget: DictionaryObject) -> str:
    """Return what is entered, as a person sees it; empty if nothing is."""
    kind, flags = str(_inherited(widget, "/FT")), _inherited(widget, "/Ff")
    flags = int(flags) if isinstance(flags, int) else 0
    entered = _inherited(widget, "/V")
    if kind == "/Btn":
        return "" if flags & _PUSH_BUTTON else _ticked(widget, entered, flags)
    if kind == "/Tx":
        if flags & _PASSWORD:
            return ""
        if hasattr(entered, "get_data"):  # a long text is kept in a stream
            entered = entered.get_data().decode("utf-8", "ignore")
        text = line(entered)
        # A number is printed as the form formats it: 1234.5 as $1,234.50.
        printed = appearance_text(page, widget) if _NUMBER.fullmatch(text) else ""
        return printed if any(map(str.isdigit, printed)) else text
    if kind == "/Ch":
        chosen = entered if isinstance(entered, list) else [entered]
        names = dict(_options(widget))
        return "; ".join(filter(None, (names.get(line(one), line(one)) for one in chosen)))
    if kind == "/Sig" and isinstance(entered, dict):
        by = line(entered.get("/Name"))
        return f"signed by {by}" if by else ""
    return ""


def _ticked(widget: DictionaryObject, entered: Any, flags: int) -> str:
    """Return what a ticked box or chosen button stands for; empty if it is not ticked."""
    state = str(widget.get("/AS") or "")
    if state in _OFF and ("/AS" in widget or str(entered or "") in _OFF):
        return ""
    state = state or str(entered)
    own = _states(widget)
    if own and state not in own:  # another button of the group is chosen
        return ""
    names = dict(_options(widget))
    named = state.removeprefix("/")
    if named in names:
        return names[named]
    plain = [text for _, text in _options(widget)]
    if named.isdigit() and int(named) < len(plain):  # the number of an option
        return plain[int(named)]
    if flags & _RADIO:
        return line(named)
    alone = named.casefold() in {"yes", "on", "1", "true", "checked", "ja", "oui", "x"}
    return "ticked" if alone else f"{line(named)} (ticked)"


def _states(widget: DictionaryObject) -> list[str]:
    normal: Any = widget["/AP"].get("/N") if "/AP" in widget else None  # type: ignore[attr-defined]
    normal = normal and normal.get_object()
    if not isinstance(normal, dict) or hasattr(normal, "get_data"):
        return []
    return [str(state) for state in normal if state != "/Off"]


def _options(widget: DictionaryObject) -> Iterator[tuple[str, str]]:
    """Yield the options of a field: what the file calls each, and what a person sees."""
    options = _inherited(widget, "/Opt")
    for option in options if isinstance(options, list) else []:
        shown_as = option.get_object()
        if isinstance(shown_as, list) and len(shown_as) == 2:
            yield line(shown_as[0].get_object()), line(shown_as[1].get_object())
        else:
            yield line(shown_as), line(shown_as)


def _name(widget: DictionaryObject) -> str:
    """Return what the form calls a field: the words for people, else the last part of its name."""
    for field in _chain(widget):
        for key in ("/TU", "/T"):
            name = line(field.get(key))
            if key == "/T":
                name = _INDEX.sub("", name.rsplit(".", 1)[-1]).replace("_", " ").strip()
            if name:
                return name[:1].upper() + name[1:].rstrip(" :.")
    return ""


def _inherited(widget: DictionaryObject, key: str) -> Any:
    for field in _chain(widget):
        if key in field:
            return field[key].get_object()
    return None


def _chain(widget: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield a field and those above it, as far as they are fields."""
    field: Any = widget
    for _ in range(_DEEPEST):
        if not isinstance(field, DictionaryObject):
            return
        yield field
        if "/Parent" not in field:
            return
        field = field["/Parent"].get_object()
