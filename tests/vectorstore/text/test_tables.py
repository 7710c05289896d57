"""Each table of words exists once: in a data file that says where it comes from, and is read once."""

import ast
import doctest
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.text import tables

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "vectorstore" / "text"
FILES = sorted((PACKAGE / "data").glob("*.toml"))
MODULES = sorted(PACKAGE.glob("*.py"))
OTHERS = sorted(
    path
    for package in ("app", "ingest", "prompts", "vectorstore")
    for path in (ROOT / package).rglob("*.py")
    if PACKAGE not in path.parents
)
# What shows that a module has its own copy of a table. Between two words of a table stand spaces,
# quotation marks, commas or bars.
BETWEEN = r"[\W_]{1,6}"
COPIES = {
    "months": rf"(?i)\bjan(?:uary)?{BETWEEN}feb",
    "weekdays": rf"(?i)\bmon(?:day)?{BETWEEN}tue",
    "numerals": rf"(?i)\b(?:three{BETWEEN}four|thirty{BETWEEN}forty|first{BETWEEN}second{BETWEEN}third)\b",
    "numeral signs": "一二三",
    "scales": rf"(?i)\bmillion{BETWEEN}billion\b",
    "negation": rf"(?i)\b(?:never{BETWEEN}n(?:o|one|either)|neither{BETWEEN}nor)\b",
    "titles": rf"(?i)\b(?:king{BETWEEN}queen|president{BETWEEN}(?:prime )?minister|mr{BETWEEN}mrs)\b",
    "titles in Chinese and Japanese": "首相[^\\w]?大統領|總統[^\\w]?总统",
    "scripts": r"(?i)[\u3040\u3041\u3400\u4e00\uac00]-|\\u(?:3040|3041|3400|4e00|ac00)",
    "countries": rf"(?i)\b(?:tokyo{BETWEEN}japan|beijing{BETWEEN}china|japanese{BETWEEN}japan)\b",
    "openers": rf"(?i)\balthough{BETWEEN}among\b|\bhowever{BETWEEN}if{BETWEEN}in\b",
    "stop words": rf"(?i)\ban{BETWEEN}and{BETWEEN}are\b",
    "verbs of saying": rf"(?i)\b(?:claim|argue|assert|contend){BETWEEN}(?:argue|suggest|insist|contend)",
    "irregular verbs": rf"(?i)\b(?:fell{BETWEEN}fall|met{BETWEEN}meet|rose{BETWEEN}rise)\b",
    "languages": rf"(?i)\benglish{BETWEEN}en\b|\bjapanese{BETWEEN}ja\b",
}


def texts_of(path: Path) -> Iterator[str]:
    """The string constants of a module but for its docstrings, each as Python reads it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) for p in node.values if isinstance(p, ast.Constant))
        elif isinstance(node, ast.Dict):
            parts = [e for pair in zip(node.keys, node.values, strict=True) for e in pair]
            yield " ".join(str(e.value) for e in parts if isinstance(e, ast.Constant))
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield " ".join(str(e.value) for e in node.elts if isinstance(e, ast.Constant))
        elif isinstance(node, ast.Constant) and id(node) not in statements:
            yield str(node.value)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_has_a_copy_of_a_table(path: Path) -> None:
    for text in texts_of(path):
        for table, sign in COPIES.items():
            found = re.search(sign, text)
            assert not found, f"a copy of the {table}: {found[0]!r}; read vectorstore/text instead"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_says_what_it_is_and_only_the_module_it_names_reads_it(path: Path) -> None:
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    head = "\n".join(line for line in rest[:8] if line.startswith("#"))
    assert re.match(r"# [A-Z].+\.$", first)
    assert "# Source: " in head
    assert "# Licence: " in head
    named = re.search(r"^# Read by: (vectorstore/text/\w+\.py)$", head, re.MULTILINE)
    call = re.compile(rf"\b(?:words|numbers|mapping|phrases_by_word)\(\s*\"{path.stem}\"")
    readers = [one for one in (*MODULES, *OTHERS) if call.search(one.read_text(encoding="utf-8"))]
    assert named
    assert readers == [ROOT / named[1]]


def test_each_file_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tables._file.cache_clear()
    for _ in range(2):
        for path in FILES:
            tables._file(path.stem)
    assert tables._file.cache_info().misses == len(FILES)


def test_no_list_names_a_word_twice() -> None:
    for path in FILES:
        for entry, value in tables._file(path.stem).items():
            if isinstance(value, str):
                words = value.split()
                assert len(words) == len(set(words)), f"{path.name}: {entry}"


@pytest.mark.parametrize(
    "module", ["tables", "verbs", "terms", "sentences", "iso_dates", "languages", "person_names"]
)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"vectorstore.text.{module}"))
    assert found.attempted
    assert not found.failed


def test_subsets_are_subsets() -> None:
    from vectorstore.text import openers, reporting_verbs, titles, verbs

    assert openers.FITTED_OPENERS < openers.OPENERS
    assert set(titles.OCCUPATIONS_ASKED_FOR) < set(titles.OCCUPATIONS)
    assert set(verbs.EVENTS) > verbs.EVENTS_WITH_THINGS | verbs.EVENTS_WITH_PERSONS
    assert "claimed" in reporting_verbs.QUOTATION_VERBS
    assert "claim" not in reporting_verbs.QUOTATION_VERBS


def test_month_names_wait_for_the_first_date() -> None:
    """Babel's data takes a while to read; no command pays for it that reads no date."""
    import subprocess
    import sys

    code = "import sys, app.cli.main; print('babel' in sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert loaded.stdout.strip() == "False"
