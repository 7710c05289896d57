"""Returns what a PDF itself calls its pages: `xii`, `211`, `A-3`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from pypdf import PdfReader

from ingest.readers.pdf_metadata import DAMAGE

_LONGEST = 20  # characters; judged: longer "labels" are file names or titles
_FEWEST = 2  # pages whose printed numbers agree; judged


def page_labels(reader: PdfReader, printed: Sequence[str]) -> list[str]:
    """Return the label of each page that was read: its name in the file, or its printed number.

    `printed` are the numbers that stand in the margins, empty where none does. Labels are empty if
    they are nothing but the places of the pages in the file.
    """
    named = _named(reader)[: len(printed)]
    places = [str(number) for number in range(1, len(printed) + 1)]
    if len(named) == len(printed) and named != places:
        return named
    numbered = _numbered(printed)
    own = any(label and label != place for label, place in zip(numbered, places, strict=True))
    return numbered if own else [""] * len(printed)


def _named(reader: PdfReader) -> list[str]:
    """Return the names of the pages in the file's table; none if it has none or it is damaged."""
    with suppress(*DAMAGE):
        if "/PageLabels" in reader.root_object:
            return [_line(label) for label in reader.page_labels]
    return []


def _line(label: object) -> str:
    words = " ".join(str(label).encode(errors="ignore").decode().replace("\0", "").split())
    return words if len(words) <= _LONGEST else ""


def _numbered(printed: Sequence[str]) -> list[str]:
    """Return the printed numbers that agree, and the numbers of the pages between them."""
    shifts = Counter(
        int(number) - place for place, number in enumerate(printed) if number.isdecimal()
    ).most_common(1)
    if not shifts or shifts[0][1] < max(_FEWEST, sum(map(bool, printed)) / 2):
        return [""] * len(printed)
    shift = shifts[0][0]
    own = [place for place, number in enumerate(printed) if number == str(place + shift)]
    roman = ["" if number.isdecimal() else number for number in printed]
    between = [str(place + shift) for place in range(own[0], own[-1] + 1)]
    return [*roman[: own[0]], *between, *roman[own[-1] + 1 :]]
