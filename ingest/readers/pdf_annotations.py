"""Reads what was put on the pages of a PDF afterwards: text boxes, comments, stamps, strike-outs.

Programs keep these apart from the text of the page. Each becomes a paragraph that says what it is.
Form fields are read by `pdf_fields.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import DictionaryObject, IndirectObject

from ingest.readers.pdf_metadata import DAMAGE

Box = tuple[float, float, float, float]  # left, bottom, right, top, in the page's own units

MOST_ON_PAGE = 2_000  # annotations; judged: a dense form has some 400
_HIDDEN, _NO_VIEW = 2, 32  # bits of /F
_MARKS = frozenset(("/Highlight", "/Underline", "/Squiggly", "/StrikeOut"))
_DRAWN = frozenset(("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Ink", "/Redact"))
_CAPTIONS = {"/FreeText": "Text box", "/Stamp": "Stamp", "/Watermark": "Watermark"}


@dataclass(frozen=True, slots=True)
class Addition:
    """Words that stand on a page beside its own text, as one line, and where they stand."""

    text: str
    box: Box


@dataclass(slots=True)
class Additions:
    """What stands on a page beside its own text.

    `struck` are the boxes of words that an annotation strikes out, `hidden` counts annotations
    with words that no viewer shows, and `attached` names attached files, which are not read.
    """

    found: list[Addition] = field(default_factory=list)
    struck: list[Box] = field(default_factory=list)
    hidden: int = 0
    attached: list[str] = field(default_factory=list)


def annotations(
    page: Any,
    words_in: Callable[[Sequence[Box]], str] = lambda _: "",
    layer_off: Callable[[Any], bool] = lambda _: False,
) -> Additions:
    """Return the text boxes, comments, stamps and strike-outs of a page of pypdf, damaged ones not.

    `words_in` returns the words of the page within some boxes, `layer_off` whether a layer that an
    annotation belongs to is off. A reply follows what it replies to.
    """
    additions = Additions()
    listed = list(annotations_of(page))
    thread: dict[Any, list[tuple[Any, DictionaryObject]]] = {}
    known = {key for key, _ in listed}
    for key, annotation in listed:
        above = _key(annotation.raw_get("/IRT")) if "/IRT" in annotation else None
        thread.setdefault(above if above in known and above != key else None, []).append(
            (key, annotation)
        )
    waiting = list(reversed(thread.pop(None, [])))
    while waiting:
        key, annotation = waiting.pop()
        waiting.extend(reversed(thread.pop(key, [])))
        with suppress(*DAMAGE):
            _add(page, annotation, additions, words_in, layer_off)
    return additions


def annotations_of(page: Any) -> Iterator[tuple[Any, DictionaryObject]]:
    """Yield the annotations of a page, each with a key that its replies refer to."""
    listed: Any = ()
    with suppress(*DAMAGE):
        listed = page.get("/Annots") or ()
        listed = listed.get_object()
    if not isinstance(listed, list):
        return
    for entry in listed[:MOST_ON_PAGE]:
        with suppress(*DAMAGE):
            annotation = entry.get_object()
            if isinstance(annotation, DictionaryObject):
                yield _key(entry), annotation


def shown(annotation: DictionaryObject, layer_off: Callable[[Any], bool]) -> bool:
    """Return whether a viewer shows an annotation; raises what pypdf raises on damaged files."""
    if int(annotation.get("/F", 0)) & (_HIDDEN | _NO_VIEW):
        return False
    left, bottom, right, top = box_of(annotation)
    if not (left < right and bottom < top):
        return False
    return not ("/OC" in annotation and layer_off(annotation["/OC"]))


def box_of(annotation: DictionaryObject) -> Box:
    """Return where an annotation stands; raises what pypdf raises on damaged files."""
    rect: Any = annotation["/Rect"]
    one, two, three, four = map(float, rect)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def line(value: object) -> str:
    """Return a value of a PDF as one line that can be stored; empty for what is not text."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    text = value if isinstance(value, str) else ""
    return " ".join(text.encode(errors="ignore").decode().replace("\0", "").split())


def appearance_text(page: Any, annotation: DictionaryObject) -> str:
    """Return the words of an annotation's appearance, as one line; empty if it has none."""
    with suppress(*DAMAGE):
        drawn: Any = annotation["/AP"].get("/N") if "/AP" in annotation else None  # type: ignore[attr-defined]
        drawn = drawn and drawn.get_object()
        if isinstance(drawn, dict) and not hasattr(drawn, "get_data"):
            drawn = drawn.get(annotation.get("/AS"))
            drawn = drawn and drawn.get_object()
        if hasattr(drawn, "get_data"):
            return line(page.extract_xform_text(drawn))
    return ""


def _key(entry: Any) -> Any:
    return (entry.idnum, entry.generation) if isinstance(entry, IndirectObject) else id(entry)


def _add(
    page: Any,
    annotation: DictionaryObject,
    additions: Additions,
    words_in: Callable[[Sequence[Box]], str],
    layer_off: Callable[[Any], bool],
) -> None:
    """Add what one annotation says; raises what pypdf raises on damaged files."""
    kind = str(annotation.get("/Subtype"))
    said = line(annotation.get("/Contents"))
    reply = "/IRT" in annotation and annotation.get("/RT") != "/Group"
    if "/State" in annotation:  # "Accepted set by …": a mark of the program, no words of a person
        return
    if kind == "/FileAttachment":
        additions.attached.append(_file_name(annotation))
        said = "" if said == additions.attached[-1] else said
    # Acrobat hides the icon of a reply, whose words its list of comments shows.
    if not reply and not shown(annotation, layer_off):
        additions.hidden += bool(said)
        return
    marked = ""
    if kind in _MARKS:
        boxes = quads(annotation)
        if kind == "/StrikeOut":
            additions.struck.extend(boxes)
        marked = line(words_in(boxes))
    text = _labelled(page, annotation, kind, said, marked, reply=reply)
    if text:
        additions.found.append(Addition(text, box_of(annotation)))


def _labelled(
    page: Any, annotation: DictionaryObject, kind: str, said: str, marked: str, *, reply: bool
) -> str:
    """Return what an annotation says, behind what it is; empty if it says nothing."""
    if kind in _CAPTIONS:
        said = said or appearance_text(page, annotation)
        if kind == "/Stamp":
            said = (
                appearance_text(page, annotation) or _spaced(line(annotation.get("/Name"))) or said
            )
        return f"{_CAPTIONS[kind]}: {said}" if said else ""
    if not said or kind not in _MARKS | _DRAWN | {"/Text", "/Caret", "/FileAttachment"}:
        return ""
    if marked and _letters(said) == _letters(marked):  # some programs copy the marked words
        return ""
    by = line(annotation.get("/T"))
    label = "Reply" if reply else "Comment"
    label += f" by {by}" if by else ""
    if kind == "/Caret":
        label += " (to be inserted)"
    elif kind == "/StrikeOut":
        label += " on struck words"
    elif marked:
        label += f" on “{marked}”"
    return f"{label}: {said}"


def quads(annotation: DictionaryObject) -> list[Box]:
    """Return the boxes of the words that an annotation marks; raises as pypdf does."""
    numbers = [float(number) for number in annotation.get("/QuadPoints", [])]
    found: list[Box] = []
    for place in range(0, len(numbers) - 7, 8):
        across, up = numbers[place : place + 8 : 2], numbers[place + 1 : place + 8 : 2]
        found.append((min(across), min(up), max(across), max(up)))
    return found or [box_of(annotation)]


def _file_name(annotation: DictionaryObject) -> str:
    file: Any = annotation.get("/FS", "")
    return line(file.get("/UF") or file.get("/F")) if isinstance(file, dict) else line(file)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _spaced(name: str) -> str:
    """Return the words of a stamp's name: `/NotApproved` is "Not approved"."""
    bare = name.removeprefix("/").removeprefix("#")
    if not bare.isalpha() or not bare.isascii():
        return ""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in bare)
    return words.strip().capitalize()
