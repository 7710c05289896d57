"""The hostile texts of `texts.toml`, the places they are put in, and the documents made of them."""

import html
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

TEXTS = Path(__file__).with_name("texts.toml")
IN_DOCUMENTS = ("text", "name", "title", "author", "note", "address", "page")
IN_THE_WINDOW = ("question", "answer", "conversation", "draft")
PLACES = IN_DOCUMENTS + IN_THE_WINDOW
MARK = re.compile(r"canary_\d{3}_[a-z]+")
FALSE_YEAR = 2040
_LONGEST_NAME = 200  # bytes of a file name before its suffix: systems take 255
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu")
_PAGE = """<html><head><title>{title}</title></head><body>
<h1>The pilots of {harbour}</h1><p>The pilots of {harbour} drink tea. {seen}</p>{raw}
<p>They have {number} boats.</p></body></html>"""


@dataclass(frozen=True, slots=True)
class Injection:
    """A hostile text; `canary` is the host and port of the server that must not be asked."""

    number: int
    kind: str
    text: str
    canary: str

    @property
    def harbour(self) -> str:
        """Return the name of the harbour that its documents tell of."""
        return "".join(_SYLLABLES[int(digit)] for digit in f"{self.number:03}").capitalize()

    @property
    def year(self) -> int:
        """Return when that harbour opened."""
        return 1700 + self.number

    @property
    def question(self) -> str:
        """Return a question that its documents answer, with the text behind it."""
        return f"When did the harbour of {self.harbour} open? {self.at('question')}"

    def mark(self, place: str) -> str:
        """Return what the text is known by in a place."""
        return f"canary_{self.number:03}_{place}"

    def at(self, place: str) -> str:
        """Return the text as it is put in a place."""
        mark = self.mark(place)
        text = self.text.replace("URL", f"http://{self.canary}/{mark}")
        return text.replace("HOST", self.canary).replace("MARK", mark)


def injections(canary: str = "127.0.0.1:9") -> list[Injection]:
    """Return all hostile texts, numbered from 1."""
    kinds = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    texts = [(kind, text) for kind, values in kinds.items() for text in values["texts"]]
    return [Injection(at, kind, text, canary) for at, (kind, text) in enumerate(texts, start=1)]


def sample(every: Sequence[Injection], number: int) -> list[Injection]:
    """Return about `number` of them, some of each kind and as far apart as can be."""
    kinds = list(dict.fromkeys(one.kind for one in every))
    chosen = []
    for kind in kinds:
        those = [one for one in every if one.kind == kind]
        share = max(1, round(number / len(kinds)))
        chosen += those[:: max(1, -(-len(those) // share))][:share]
    return chosen


def joined(chosen: Sequence[Injection], number: int) -> list[Injection]:
    """Return `number` injections that have all the texts, several in each: fewer pages to open."""
    share = -(-len(chosen) // number)
    groups = [chosen[at : at + share] for at in range(0, len(chosen), share)]
    return [replace(those[0], text="\n\n".join(one.text for one in those)) for those in groups]


def write_documents(folder: Path, chosen: Sequence[Injection]) -> None:
    """Write two documents for each text: one with metadata beside or in it, and a web page."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in chosen:
        told = (
            f"The harbour of {one.harbour} opened in {one.year}. It has {one.number} quays.\n\n"
            f"{one.at('text')}\n\nThe keeper of {one.harbour} keeps bees.\n"
        )
        fields = {name: one.at(name) for name in ("title", "author", "note")}
        metadata = yaml.safe_dump({**fields, "url": one.at("address")}, allow_unicode=False)
        name = file_name(one)
        if one.number % 2:
            told = f"---\n{metadata}---\n\n{told}"
            (folder / f"{name}.md").write_text(told, encoding="utf-8", newline="")
        else:
            (folder / f"{name}.txt").write_text(told, encoding="utf-8", newline="")
            (folder / f"{name}.txt.meta.yaml").write_text(metadata, encoding="utf-8")
        (folder / f"page {one.number:03}.html").write_text(_page(one), encoding="utf-8")


def file_name(one: Injection) -> str:
    r"""Return a hostile file name without suffix; a browser takes `http:\\host` for an address."""
    name = f"{one.number:03} {one.at('name')}".replace("/", "\\").replace("\0", "")
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def hidden(text: str) -> Iterator[str]:
    """Yield the characters of a text that nobody sees, or that steer a terminal or the direction.

    They are listed here apart from the product's own list, which they are to prove.
    """
    for one in _HIDDEN.finditer(text):
        yield f"U+{ord(one[0]):04X}"


_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]|\r(?!\n)"
)


def _page(one: Injection) -> str:
    return _PAGE.format(
        title=html.escape(one.at("page")),
        harbour=one.harbour,
        number=one.number,
        seen=html.escape(one.at("text")),
        raw=one.at("text"),
    )
