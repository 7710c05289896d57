"""What the reading of a source left in doubt, in every place where the source is cited."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.audit.capture import capture
from app.export.files import cited_sources, export
from app.service.doctor import inspect_library
from app.service.operations import OPERATIONS, OperationContext
from app.service.reading import summed_warnings, warned_kinds
from ingest.source_files import edit
from ingest.sync import sync
from tests.app.export.test_documents import DAY, GIVEN
from vectorstore.library import Library
from vectorstore.records import Metadata, ReadingWarning, Source

DATED = '---\ntitle: Cranes\nauthor: ["Holm, Anna", "Lind, Bo"]\ndate: 03/04/1958\n---\nThe crane was sold in 1958.\n'
SENTENCE = "The date 03/04/1958 can be read in two ways: correct it in the Library."


def source(*warnings: ReadingWarning) -> Source:
    return Source("a", "a.xlsx", "xlsx", "", 0, 0, "", 0, 1, 9, Metadata("A"), warnings)


@pytest.fixture
def dated(library: Library, tmp_path: Path) -> tuple[Library, Path]:
    (tmp_path / "cranes.md").write_text(DATED)
    sync(library, tmp_path)
    return library, tmp_path


def test_warnings_are_summed_up_by_kind_and_detail() -> None:
    found = summed_warnings(
        source(
            ReadingWarning("hidden_cells", 2, 1),
            ReadingWarning("hidden_sheet", detail="Old"),
            ReadingWarning("hidden_cells", 3, 4),
        )
    )
    assert [(one["kind"], one["detail"], one["count"], one["pages"]) for one in found] == [
        ("hidden_cells", "", 5, [1, 4]),
        ("hidden_sheet", "Old", 1, []),
    ]
    assert "sheets 1, 4" in found[0]["sentence"]


def test_doctor_counts_the_sources_that_have_each_kind() -> None:
    struck, hidden = ReadingWarning("struck", 4, 1), ReadingWarning("hidden_text")
    said = warned_kinds([source(struck, struck), source(struck, hidden), source()])
    assert said == "2 sources have warnings: struck 2, hidden text 1"
    assert warned_kinds([source()]) == ""


def test_every_surface_tells_what_was_left_in_doubt(dated: tuple[Library, Path]) -> None:
    library, _ = dated
    context = OperationContext(library, Assistant(library))
    asked = OPERATIONS["ask"](context, question="When was the crane sold?")
    checked = OPERATIONS["check"](context, text="The crane was sold in 1958.")
    for result in (asked, checked):
        assert result["source_warnings"][0]["warnings"][0]["sentence"] == SENTENCE
        assert result["citations"][0]["warning"] == SENTENCE
    listed = OPERATIONS["sources"](context)["sources"][0]
    assert listed["metadata"]["author"] == "Holm, Anna; Lind, Bo"
    assert listed["reading"][0] == {
        "kind": "date_ambiguous", "detail": "03/04/1958", "count": 1, "pages": [],
        "sentence": SENTENCE,
    }  # fmt: skip
    assert OPERATIONS["show"](context, source_id=listed["id"])["reading"] == listed["reading"]
    answer = Assistant(library).ask("When was the crane sold?")
    assert SENTENCE in json.dumps(asdict(capture(Assistant(library), answer)), ensure_ascii=False)
    sources = cited_sources([answer], library.catalog)
    page = export([(answer, GIVEN)], sources, "html", "plain", DAY, "Cranes").content.decode()
    assert f"On the reading of “Cranes”: {SENTENCE}" in page
    checks = {check.part: check.text for check in inspect_library(library)}
    assert checks["reading"] == "1 source has warnings: date ambiguous 1"


def test_a_corrected_date_is_doubted_no_more(dated: tuple[Library, Path]) -> None:
    library, folder = dated
    cranes = library.catalog.sources()[0]
    assert edit(library, folder, cranes.id, {"date": "1958-04-03"}).warnings == ()
    assert [
        one.kind for one in edit(library, folder, cranes.id, {"date": "1/2/1958"}).warnings
    ] == ["date_ambiguous"]


def test_a_page_that_was_stored_without_a_label_has_none(dated: tuple[Library, Path]) -> None:
    library, _ = dated
    cranes = library.catalog.sources()[0]
    with library.database.transaction() as db:
        db.execute("UPDATE source SET pages = ?", ['[[1, 0, 27, ""]]'])
    assert library.catalog.layout(cranes.id)[0][0].label == ""
