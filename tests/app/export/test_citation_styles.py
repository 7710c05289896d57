"""Citation forms, what is copied, and the lists for reference managers."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.export.bibliography import bibtex, csl_json, ris
from app.export.citation_styles import format_reference
from app.export.files import export
from app.export.footnotes import clipboard_text
from app.export.formats import CitationStyle
from app.export.references import Author, Reference, parse_authors
from tests.app.export.test_documents import DAY, SILENT, SOUND, source

FULL = Reference(
    "tea-1", "Tea & Trade", parse_authors("Doe, Jean-Paul B.; 王, 小明"), "Uji Press", "19 May 2023",
    "https://example.org/tea", kind="pdf",
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "work", "text"),
    [
        ("chicago", FULL, "Jean-Paul B. Doe and 王小明, “Tea & Trade,” Uji Press, May 19, 2023, p. 3, accessed November 22, 2026, https://example.org/tea."),
        ("apa", FULL, "Doe, J.-P. B., & 王小明. (2023, May 19). Tea & Trade (p. 3). Uji Press. Retrieved November 22, 2026, from https://example.org/tea"),
        ("plain", FULL, "Jean-Paul B. Doe; 王小明: Tea & Trade, Uji Press, 19 May 2023, p. 3, https://example.org/tea (accessed 2026-11-22)."),
        ("chicago", Reference("a", "Is “tea” good?"), "“Is ‘tea’ good?,” p. 3."),
        ("apa", Reference("a", "Tea"), "Tea (p. 3). (n.d.)."),
        ("plain", Reference("a", "Tea"), "Tea, p. 3."),
        ("chicago", Reference("a", "Tea", date="2023-05"), "“Tea,” May 2023, p. 3."),
        ("apa", Reference("a", "茶", (Author("岡倉覚三"),), date="1906"), "岡倉覚三. (1906). 茶 (p. 3)."),
        ("chicago", Reference("a", "Tea", date="in the spring"), "“Tea,” in the spring, p. 3."),
        ("chicago", Reference("a", "Tea", parse_authors("A; B; C; D")), "A et al., “Tea,” p. 3."),
        ("chicago", Reference("a", "Tea", parse_authors("A; B; C")), "A, B, and C, “Tea,” p. 3."),
    ],
)  # fmt: skip
def test_a_work_in_each_form(form: CitationStyle, work: Reference, text: str) -> None:
    assert format_reference(work, form, DAY, "p. 3") == text


@pytest.mark.parametrize(
    "written",
    [
        "Ministry of Foreign Affairs, Japan",
        "Tea, Inc.",
        "Jane Doe, John Roe",
        "Smith, J., & Lee, K.",
    ],
)
def test_a_name_that_may_be_no_family_and_given_name_stands_as_it_is(written: str) -> None:
    assert parse_authors(written) == (Author(written),)


def test_a_sentence_is_copied_with_its_footnotes_and_an_answer_with_all() -> None:
    notes = ["First note.", "Second note."]
    assert clipboard_text(SOUND, 1, notes) == "“He said: ‘It is good.’” [2]\n\n[2] Second note."
    doubted = clipboard_text(SOUND, 2, notes)
    assert doubted.startswith("So Uji grew much. [1][2] [partly supported")
    whole = clipboard_text(SOUND, None, notes)
    for told in ("do not agree: [1] and [2]", "do not say why", "broke off", "[1] First note."):
        assert told in whole
    assert clipboard_text(SILENT, None, []) == "The sources do not say."


TEXT = some.text(max_size=40).map(lambda text: f"a{text}")


@given(TEXT, TEXT)
def test_entries_of_bibtex_are_balanced_and_give_the_text_back(title: str, author: str) -> None:
    work = Reference("k", " ".join(title.split()), (Author(" ".join(author.split())),))
    entry = bibtex([work], DAY)
    depth = 0
    for character in entry:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    found = re.search(r"^  title = \{\{(.*)\}\},$", entry, re.MULTILINE)
    assert found
    back = found[1]
    for name, character in {
        "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
        "textasciicircum": "^",
    }.items():  # fmt: skip
        back = back.replace(f"\\{name}{{}}", character)
    back = re.sub(r"\\textbackslash\{\}|\\([$&#%_])", lambda m: m[1] or "\\", back)
    assert back == work.title


def test_the_lists_say_the_same_and_keys_stay() -> None:
    references = [
        FULL,
        Reference("茶-2", "茶の本", unavailable="The source is not in the library any more."),
    ]
    item, gone = json.loads(csl_json(references, DAY))
    assert item["author"][0] == {"family": "Doe", "given": "Jean-Paul B."}
    assert item["issued"] == {"date-parts": [[2023, 5, 19]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 22]]}
    assert gone["note"] == "The source is not in the library any more."
    lines = ris(references, date(2026, 11, 22)).split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines if line)
    assert [line[6:] for line in lines if line.startswith("AU")] == [
        "Doe, Jean-Paul B.",
        "王, 小明",
    ]
    assert "DA  - 2023/05/19/" in lines
    entries = bibtex(references, DAY)
    for key in (item["id"], gone["id"]):
        assert f"@misc{{{key}," in entries
        assert f"ID  - {key}" in lines
    assert "howpublished = {Uji Press}" in entries
    assert "month = may," in entries


def test_each_work_is_listed_once() -> None:
    made = export([(SOUND, "2026-11-22T23:41:00+00:00")] * 2, source(), "csl", "plain", DAY, "Tea")
    assert [item["id"] for item in json.loads(made.content)] == ["tea"]
