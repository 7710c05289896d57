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
from app.export.references import Reference, cited_references
from tests.app.export.test_documents import (
    DAY,
    GIVEN,
    SILENT,
    SOUND,
    TOLD,
    answer,
    citation,
    source,
)
from vectorstore.records import Sentence
from vectorstore.text.person_names import Person, people

FULL = Reference(
    "tea-1", "Tea & Trade", people("Doe, Jean-Paul B.; 王, 小明"), "Uji Press", "19 May 2023",
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
        ("apa", Reference("a", "茶", (Person("岡倉覚三"),), date="1906"), "岡倉覚三. (1906). 茶 (p. 3)."),
        ("chicago", Reference("a", "Tea", date="in the spring"), "“Tea,” in the spring, p. 3."),
        ("chicago", Reference("a", "Tea", people("A; B; C; D")), "A et al., “Tea,” p. 3."),
        ("chicago", Reference("a", "Tea", people("A; B; C")), "A, B, and C, “Tea,” p. 3."),
    ],
)  # fmt: skip
def test_a_work_in_each_form(form: CitationStyle, work: Reference, text: str) -> None:
    assert format_reference(work, form, DAY, "p. 3") == text


EDITED = Reference("a", "Risen", date="[1959?]", editors=people("Holm, Anna", "editor"))
TWO_EDITORS = Reference("a", "Cranes", editors=people("Holm, Anna; Lind, Bo, Jr.", "editor"))
TRANSLATED = Reference(
    "a", "The Beck", people("Carter, Ada"), date="Spring 1952", kind="epub",
    translators=people("Turner, Tom", "translator"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "work", "text"),
    [
        ("chicago", EDITED, "Anna Holm, ed., “Risen,” [1959?], p. 3."),
        ("apa", EDITED, "Holm, A. (Ed.). ([1959?]). Risen (p. 3)."),
        ("plain", EDITED, "Anna Holm (ed.): Risen, [1959?], p. 3."),
        ("chicago", TWO_EDITORS, "Anna Holm and Bo Lind Jr., eds., “Cranes,” p. 3."),
        ("apa", TWO_EDITORS, "Holm, A., & Lind, B., Jr. (Eds.). (n.d.). Cranes (p. 3)."),
        ("chicago", TRANSLATED, "Ada Carter, The Beck, trans. Tom Turner (Spring 1952), p. 3."),
        ("apa", TRANSLATED, "Carter, A. (Spring 1952). The Beck (T. Turner, Trans.; p. 3)."),
        ("plain", TRANSLATED, "Ada Carter; Tom Turner (trans.): The Beck, Spring 1952, p. 3."),
    ],
)
def test_editors_and_translators_are_no_authors(
    form: CitationStyle, work: Reference, text: str
) -> None:
    assert format_reference(work, form, DAY, "p. 3") == text


@pytest.mark.parametrize(
    ("date", "year", "ris_date", "csl"),
    [
        ("c. 1954", "c. 1954", "1954///c. 1954", {"date-parts": [[1954]], "circa": True, "literal": "c. 1954"}),
        ("Spring 1952", "Spring 1952", "1952///Spring 1952", {"literal": "Spring 1952"}),
        ("03/04/1958", "03/04/1958", "1958///03/04/1958", {"literal": "03/04/1958"}),
        ("12.03.1957", "1957", "1957/03/12/", {"date-parts": [[1957, 3, 12]]}),
        ("nineteenth century", "nineteenth century", "///nineteenth century", {"literal": "nineteenth century"}),
    ],
)  # fmt: skip
def test_lists_keep_a_date_as_it_is_written(
    date: str, year: str, ris_date: str, csl: dict[str, object]
) -> None:
    work = Reference("a", "Cranes", date=date)
    assert f"year = {{{year}}}," in bibtex([work], DAY)
    assert f"DA  - {ris_date}\r\n" in ris([work], DAY)
    assert json.loads(csl_json([work], DAY))[0]["issued"] == csl


def test_lists_keep_persons_and_what_they_did_apart() -> None:
    work = Reference(
        "a", "Cranes", people("Lind, Bo, Jr.; 山川一郎"),
        editors=people("Holm, Anna", "editor"), translators=people("Tom Turner", "translator"),
        illustrators=people("Inker, Ivy", "illustrator"),
    )  # fmt: skip
    entry = bibtex([work], DAY)
    assert "author = {Lind, Jr., Bo and {山川一郎}}," in entry
    assert "editor = {Holm, Anna}," in entry
    assert "translator = {{Tom Turner}}," in entry
    lines = ris([work], DAY).split("\r\n")
    for line in ("AU  - Lind, Bo, Jr.", "AU  - 山川一郎", "ED  - Holm, Anna", "A4  - Tom Turner"):
        assert line in lines
    item = json.loads(csl_json([work], DAY))[0]
    assert item["author"] == [
        {"family": "Lind", "given": "Bo", "suffix": "Jr."},
        {"literal": "山川一郎"},
    ]
    assert item["editor"] == [{"family": "Holm", "given": "Anna"}]
    assert item["translator"] == [{"literal": "Tom Turner"}]
    assert item["illustrator"] == [{"family": "Inker", "given": "Ivy"}]


def test_a_sentence_is_copied_with_its_footnotes_and_an_answer_with_all() -> None:
    notes = ["First note.", "Second note."]
    assert clipboard_text(SOUND, 1, notes) == "“He said: ‘It is good.’” [2]\n\n[2] Second note."
    doubted = clipboard_text(SOUND, 2, notes)
    assert doubted.startswith("So Uji grew much. [1][2] [unverified")
    whole = clipboard_text(SOUND, None, notes)
    for told in ("do not agree: [1] and [2]", "do not say why", "broke off", "[1] First note."):
        assert told in whole
    assert clipboard_text(SILENT, None, []) == "The sources do not say."
    assert clipboard_text(TOLD, None, notes) == (
        "The sources do not say.\n\nThe sources speak of “Uji” once. [1]\n\n[1] First note."
    )


TEXT = some.text(max_size=40).map(lambda text: f"a{text}")


@given(TEXT, TEXT)
def test_entries_of_bibtex_are_balanced_and_give_the_text_back(title: str, author: str) -> None:
    work = Reference("k", " ".join(title.split()), (Person(" ".join(author.split())),))
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


def test_lists_name_the_places_by_their_printed_numbers() -> None:
    cited = answer(
        Sentence("Uji grew 120 tons.", (1, 2), "supported"),
        citations=(citation(1, label="xii"), citation(2, page=5, label="211")),
    )
    for kind, line in (
        ("bibtex", "annote = {Cited: p. xii, p. 211},"),
        ("ris", "N1  - Cited: p. xii, p. 211\r\n"),
        ("csl", '"note": "Cited: p. xii, p. 211"'),
    ):
        assert line in export([(cited, GIVEN)], source(), kind, "plain", DAY, "").content.decode()


def test_the_full_stop_of_a_title_stays_out_of_a_reference() -> None:
    cited = answer(Sentence("So.", (1,), "supported"), citations=(citation(1),))
    known = source(title="Risen.", author="Holm, Anna (ed.)", editor="Lind, Bo")
    reference = cited_references([cited], known)[0]
    assert format_reference(reference, "chicago", DAY) == "Anna Holm and Bo Lind, eds., “Risen.”"
    assert format_reference(reference, "plain", DAY) == "Anna Holm (ed.); Bo Lind (ed.): Risen."


def test_each_work_is_listed_once() -> None:
    made = export([(SOUND, "2026-11-22T23:41:00+00:00")] * 2, source(), "csl", "plain", DAY, "Tea")
    assert [item["id"] for item in json.loads(made.content)] == ["tea"]
