"""The documentation says what the code does."""

import dataclasses
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest
import yaml

from app.answering.presentation import as_json, hits_as_json
from app.audit.bundle import Bundle, RankedHit, RecordedCitation
from app.audit.diff import BundleDifference
from app.audit.replay import Replayed
from app.draft_check.records import CheckedQuotation, CheckedSentence, DraftReport, DraftVerdict
from app.export.formats import CITATION_STYLES, FORMATS
from app.service.operations import OPERATIONS
from app.service.settings import Settings
from docs.generate_cli import cli_page, command_line
from ingest.readers import READERS
from vectorstore.near_duplicates import NearDuplicate
from vectorstore.records import (
    Answer,
    Citation,
    Conflict,
    Finding,
    FindingKind,
    Hit,
    Metadata,
    Outcome,
    Passage,
    Sentence,
    Source,
    Unreadable,
    Verdict,
)

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md",
    ROOT / "benchmarks" / "README.md", *sorted(DOCS.rglob("*.md")),
]  # fmt: skip
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
LONGEST_README = 7000  # bytes


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fields_of(record: type) -> set[str]:
    return {field.name for field in dataclasses.fields(record)}


def undocumented(names: set[str], page: str) -> set[str]:
    text = text_of(page)
    return {name for name in names if f"`{name}`" not in text}


def anchors_of(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_page_of_the_command_line_is_what_help_says() -> None:
    assert text_of("docs/cli.md") == cli_page(), "run `make docs`"


def test_the_page_of_the_command_line_does_not_depend_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert text_of("docs/cli.md") == cli_page()


def test_every_command_is_explained_beyond_its_help() -> None:
    app = command_line()
    commands = [one.name or one.callback.__name__ for one in app.registered_commands]
    for group in app.registered_groups:
        inner = [one.callback.__name__ for one in group.typer_instance.registered_commands]
        commands += [f"{group.typer_instance.info.name} {name}".strip() for name in ("", *inner)]
    written = "".join(page.read_text(encoding="utf-8") for page in PAGES if page.name != "cli.md")
    assert commands
    assert not [name for name in commands if f"kakehashi {name}" not in written]


def test_every_setting_is_documented() -> None:
    names = {f"KAKEHASHI_{name.upper()}" for name in Settings.model_fields}
    assert not undocumented(names, "docs/operations.md")


def test_every_key_of_an_answer_is_documented() -> None:
    answer = Answer("", "", "answered", "", (), (), (), "")
    names = {*as_json(answer), *get_args(Outcome), *get_args(Verdict), *get_args(FindingKind)}
    for record in (Sentence, Citation, Conflict, Finding):
        names |= fields_of(record)
    assert not undocumented(names, "docs/json.md")


def test_every_key_of_the_other_objects_is_documented() -> None:
    hit = Hit(Passage("", "", "", 0, 0, None, None, ""), 0.0, 0.0, 0.0)
    names = {"query", "hits", *hits_as_json("", [hit])["hits"][0], *get_args(DraftVerdict)}
    for record in (
        DraftReport, CheckedSentence, CheckedQuotation, Source, Metadata, Unreadable, NearDuplicate,
        Replayed, BundleDifference,
    ):  # fmt: skip
        names |= fields_of(record)
    assert not undocumented(names, "docs/json.md")


def test_every_field_of_an_audit_bundle_is_documented() -> None:
    of_hits = fields_of(Hit) - {"passage", "score"}  # explained with `search --json`
    names = fields_of(Bundle) | (fields_of(RankedHit) - of_hits)
    names |= fields_of(RecordedCitation) - fields_of(Citation)
    assert not undocumented(names, "docs/audit.md")


def test_every_operation_of_the_api_is_documented() -> None:
    assert not undocumented(set(OPERATIONS), "docs/api.md")


def test_every_format_is_documented() -> None:
    assert not undocumented(set(READERS), "docs/formats.md")
    assert not undocumented({*FORMATS, *CITATION_STYLES}, "docs/export.md")


def test_every_verdict_is_explained() -> None:
    assert not undocumented({*get_args(Verdict), *get_args(DraftVerdict)}, "docs/verification.md")


def test_the_architecture_names_every_package() -> None:
    packages = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for top in ("app", "ingest", "prompts", "vectorstore")
        for path in (ROOT / top).rglob("__init__.py")
    }
    inside = {"app/", "app/ui/views/", "app/ui/components/", "app/ui/state/"}
    assert not undocumented(packages - inside, "docs/architecture.md")


def test_every_benchmark_is_listed() -> None:
    from benchmarks.__main__ import cli

    commands = {
        one.name or one.callback.__name__.replace("_", "-") for one in cli.registered_commands
    }
    listed = set(re.findall(r"^\| `([a-z-]+)", text_of("benchmarks/README.md"), re.MULTILINE))
    assert commands - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


def test_every_page_and_picture_is_linked() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
    }
    files = [*DOCS.rglob("*.md"), *DOCS.rglob("*.webp")]
    assert not [str(file.relative_to(ROOT)) for file in files if file.resolve() not in linked]


def test_decisions_are_numbered_without_a_gap() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    for number, page in enumerate(pages, start=1):
        assert page.name.startswith(f"{number:04}-")
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_the_readme_is_short_and_names_the_commands() -> None:
    readme = text_of("README.md")
    assert len(readme.encode()) <= LONGEST_README
    for command in ("make chat", "make test", "make check"):
        assert command in readme


def test_the_licence_is_complete_and_declared() -> None:
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in text_of("LICENSE")
    assert 'license = "Apache-2.0"' in text_of("pyproject.toml")
    notice = text_of("NOTICE")
    for fonts in (ROOT / "app" / "ui" / "static" / "fonts").glob("*-OFL.txt"):
        assert str(fonts.relative_to(ROOT)) in notice
    for document in (ROOT / "sources").glob("*.md"):
        assert str(document.relative_to(ROOT)) in notice


def test_the_commit_hook_runs_the_fast_checks() -> None:
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["make check"]


def test_nothing_names_a_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split("\n")
    hosts = "|".join([r"pypi\.o" + "rg", r"pythonhosted\.o" + "rg", r"deb\.debian\.o" + "rg"])
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".webp", ".woff2"} or not path.is_file():
            continue
        assert not re.search(hosts, path.read_text(encoding="utf-8", errors="replace")), name
