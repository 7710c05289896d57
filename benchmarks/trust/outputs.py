"""What leaves the window and reaches a terminal: exports in every format, and commands on a tty."""

import base64
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
from markdown_it import MarkdownIt

from app.export.formats import FORMATS
from benchmarks.trust.injections import MARK, hidden
from benchmarks.window_server import ROOT

Run = Callable[[str, dict[str, Any]], dict[str, Any]]
_SAID = {"title", "alt", "content"}
_PERMITTED = re.compile(r"(?:https?://|mailto:|doi:|#)", re.IGNORECASE)
# The field of an address, in BibTeX, RIS, CSL and the relations of a Word document.
_ADDRESS = re.compile(
    r"^\s*url\s*=\s*\{(?P<bib>.*)\}|^UR  - (?P<ris>.*)$|\"URL\": \"(?P<csl>(?:[^\"\\]|\\.)*)\""
    r"|Target=\"(?P<word>[^\"]*)\" TargetMode=\"External\"",
    re.MULTILINE,
)
_LINE_END = re.compile(r"\r{1,2}\n")  # a terminal writes a return before that of a document, too
_EMPHASIS = "strong b em i del s code td th a h1 h2 h3 h4 h5 h6".split()
_COMMANDS = """
import json, sys
from app.cli.main import main
for words in json.load(open(sys.argv[1])):
    sys.argv = ["kakehashi", *words]
    try:
        main()
    except SystemExit:
        pass
"""


@dataclass
class Outputs:
    """What was found in exports and on a terminal; `texts` counts what was read, `marks` marks."""

    nodes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    terminal: list[str] = field(default_factory=list)
    texts: int = 0
    marks: int = 0


def export_everything(run: Run, folder: Path) -> list[Path]:
    """Export every conversation in every format; a Markdown file is rendered beside it, too."""
    files: list[Path] = []
    folder.mkdir(exist_ok=True)
    for conversation in run("export", {})["conversations"]:
        for kind in FORMATS:
            made = run("export", {"conversation": conversation["id"], "format": kind})
            path = folder / f"{conversation['id']} {made['name']}"
            path.write_bytes(base64.b64decode(made["content"]))
            files.append(path)
            if kind == "markdown":
                files.append(_rendered(path))
    return files


def read_exports(files: Sequence[Path], found: Outputs) -> None:
    """Look for elements, links and characters that an export must not have."""
    for path in files:
        found.hidden += [f"name {path.name!r}: {one}" for one in hidden(path.name)]
        for text in _texts(path):
            found.texts += 1
            found.marks += bool(MARK.search(text))
            found.hidden += [f"{path.name}: {one}" for one in hidden(text)]
            found.links += [f"{path.name}: {one}" for one in _bad_addresses(text)]
        if path.suffix == ".html":
            _read_page(path, found)


def read_terminal(
    commands: Sequence[Sequence[str]], environment: dict[str, str], folder: Path, found: Outputs
) -> None:
    """Run commands of the product on a terminal that has no colours: any control is hostile."""
    asked = folder / "commands.json"
    asked.write_text(json.dumps(commands), encoding="utf-8")
    said = on_a_terminal([sys.executable, "-c", _COMMANDS, str(asked)], environment)
    found.texts += len(commands)
    found.marks += len(MARK.findall(said))
    found.terminal += [
        f"{one} in {said[max(0, at - 40) : at + 40]!r}"
        for at, character in enumerate(said)
        for one in hidden(character)
    ]


def on_a_terminal(command: Sequence[str], environment: dict[str, str]) -> str:
    """Return all that a command writes to its terminal, which ends lines as files do."""
    ours, theirs = pty.openpty()
    plain = {**environment, "TERM": "dumb", "COLUMNS": "200"}
    with subprocess.Popen(
        command, cwd=ROOT, env=plain, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ):
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # the other end was closed
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    return _LINE_END.sub("\n", said.decode(errors="replace"))


def _rendered(path: Path) -> Path:
    """Write what a Markdown program makes of a file, HTML in it allowed."""
    program = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = path.with_suffix(".rendered.html")
    body = program.render(path.read_text(encoding="utf-8"))
    page.write_text(f'<!doctype html><meta charset="utf-8">{body}', encoding="utf-8")
    return page


def _texts(path: Path) -> Iterator[str]:
    if path.suffix != ".docx":
        yield path.read_bytes().decode()
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield archive.read(name).decode()


def _bad_addresses(text: str) -> Iterator[str]:
    for one in _ADDRESS.finditer(text):
        address = next(value for value in one.groups() if value is not None)
        if address and not _PERMITTED.match(address):
            yield address


def _read_page(path: Path, found: Outputs) -> None:
    for element in lxml.html.fromstring(path.read_bytes()).iter("*"):
        attributes = {str(name): str(value) for name, value in element.items()}
        made = any(name not in _SAID and MARK.search(one) for name, one in attributes.items())
        whole = element.tag in _EMPHASIS and MARK.fullmatch(
            "".join(map(str, element.itertext())).strip()
        )
        if made or whole:
            found.nodes.append(f"{path.name}: <{element.tag}> {attributes}")
        for name in ("href", "src", "action"):
            if (address := attributes.get(name)) and not _PERMITTED.match(address):
                found.links.append(f"{path.name}: {address}")
