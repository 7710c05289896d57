"""The proof of SECURITY.md: its lists are whole, and hostile texts in files and on a terminal.

What they do in a browser is in `tests/e2e/test_injections.py`.
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.service.executor import execute
from app.service.operations import OperationContext
from benchmarks.chat_server import serving
from benchmarks.trust.answers import Obeyed, judge
from benchmarks.trust.faults import faults, missing_tests
from benchmarks.trust.injections import (
    IN_DOCUMENTS,
    MARK,
    PLACES,
    file_name,
    hidden,
    injections,
    sample,
    write_documents,
)
from benchmarks.trust.measures import commands
from benchmarks.trust.obedient_model import obedient
from benchmarks.trust.outputs import (
    Outputs,
    export_everything,
    on_a_terminal,
    read_exports,
    read_terminal,
)
from benchmarks.window_server import ROOT
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

KINDS = 16


def test_every_fault_names_tests_and_they_are_there() -> None:
    assert missing_tests() == []
    assert all(fault.tests for fault in faults())
    numbers = {int(found[0]) for one in faults() if (found := re.match(r"\d+", one.number))}
    assert numbers == set(range(1, 19))
    assert {one.number for one in faults()} >= {f"P{number}" for number in range(1, 9)}


def test_a_test_that_is_not_there_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = tmp_path / "faults.toml"
    wrong = ["tests/none.py", "tests/test_architecture.py::test_nothing", "tests/e2e/test_gate.py"]
    table.write_text(f'["1"]\nfault = "x"\ntests = {wrong}\n')
    monkeypatch.setattr("benchmarks.trust.faults.FAULTS", table)
    assert missing_tests() == sorted(wrong[:2])


def test_the_proofs_that_security_names_are_there() -> None:
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[^`]*|test_\w+)`", table))
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")
    )
    for name in named:
        there = any(ROOT.glob(name)) if "/" in name else re.search(rf"def {name}\(", written)
        assert there, f"SECURITY.md names {name}"


def test_the_hostile_texts_are_many_and_go_everywhere() -> None:
    every = injections()
    assert len({one.text for one in every}) == len(every) >= 120
    assert len({one.kind for one in every}) == KINDS
    for place in PLACES:
        assert sum(one.mark(place) in one.at(place) for one in every) > 120, place
    assert {one.kind for one in sample(every, KINDS)} == {one.kind for one in every}


def test_the_documents_have_each_text_in_each_place(tmp_path: Path) -> None:
    every = injections()
    write_documents(tmp_path, every)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    names = {path.name for path in tmp_path.iterdir()}
    for one in every:
        assert any(name.startswith(file_name(one)) for name in names)
    marks = set(MARK.findall(written))
    for place in IN_DOCUMENTS[:1] + IN_DOCUMENTS[2:]:
        assert len([one for one in every if one.mark(place) in marks]) > 120, place


def test_what_is_looked_for_is_found(tmp_path: Path) -> None:
    """Otherwise the zeros of the others would prove nothing."""
    wild = {
        "a.html": '<p><img id="canary_001_text" src="x"><a href="javascript:x">\u202e14\u202c</a>',
        "b.bib": "  url = {javascript:alert(1)},",
        "c.ris": "UR  - data:text/html,x",
        "d.json": '{"URL": "vbscript:x"}',
        "e.md": "\x1b]0;x\x07",
    }
    for name, text in wild.items():
        (tmp_path / name).write_text(text)
    found = Outputs()
    read_exports([tmp_path / name for name in wild], found)
    assert len(found.nodes) == 1
    assert len(found.links) == 5  # `src` among them
    assert len(found.hidden) == 4
    steering = [sys.executable, "-c", "print('\\x1b]0;x\\x07\\x9b2J')"]
    written = on_a_terminal(steering, dict(os.environ))
    assert list(hidden(written)) == ["U+001B", "U+0007", "U+009B"]


@dataclass
class Tried:
    """A library with a text of each kind, asked and answered with them; what its exports have."""

    folder: Path
    exports: Outputs
    obeyed: Obeyed
    commands: list[list[str]]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings) -> Tried:
    folder, found = tmp_path_factory.mktemp("trust"), Outputs()
    chosen = sample(injections(), KINDS)
    write_documents(folder / "sources", chosen)
    with serving(obedient(chosen)) as chat, Library(folder / "data", embeddings) as library:
        sync(library, folder / "sources")
        assistant, kept = (
            Assistant(library, chat.model, "scripted"),
            Conversations(library.database),
        )
        for one in chosen:
            kept.append(f"c{one.number}", assistant.ask(one.question))
            kept.rename(f"c{one.number}", one.at("conversation"))
        answers = [answer for one in kept.all() for answer in kept.answers(one.id)]
        context = OperationContext(library)
        files = export_everything(
            lambda name, values: execute(context, name, values), folder / "exports"
        )
        ids = [one.id for one in library.catalog.sources() if not one.path.startswith("page")]
    read_exports(files, found)
    return Tried(folder, found, judge(answers, chat.asked), commands(chosen, ids, folder))


def test_an_obedient_model_cites_what_it_was_offered_and_lifts_no_verdict(tried: Tried) -> None:
    assert tried.obeyed.written >= KINDS - 2
    assert tried.obeyed.unoffered == []
    assert tried.obeyed.lifted == []


def test_exports_carry_texts_as_texts(tried: Tried) -> None:
    assert tried.exports.marks > KINDS
    assert tried.exports.nodes == []
    assert tried.exports.links == []
    assert tried.exports.hidden == []


def test_commands_write_no_control_to_a_terminal(tried: Tried) -> None:
    found, bundle = Outputs(), Path(tried.commands[-1][-1])
    folders = {
        f"KAKEHASHI_{name.upper()}": str(tried.folder / name) for name in ("data", "sources")
    }
    shown = [words for words in tried.commands if words[0] != "ask"]
    read_terminal([*shown, tried.commands[-1]], {**os.environ, **folders}, tried.folder, found)
    assert found.marks > KINDS
    assert found.terminal == []
    read_exports([bundle], found)
    assert found.hidden == []
