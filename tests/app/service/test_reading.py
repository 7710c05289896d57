"""What the reading of a source left in doubt, in every place where the source is cited."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.answering.presentation import as_json, as_text
from app.audit.bundle import as_file, as_values
from app.audit.capture import capture
from app.export.files import cited_sources, export
from app.service.doctor import inspect_library
from app.service.operations import OPERATIONS, OperationContext
from app.service.reading import summed_warnings, warned_kinds
from app.service.remote import publish_api
from app.ui.components.answer import answer_values
from app.ui.components.evidence_data import open_source, panel_values
from app.ui.state.evidence_view import EvidenceView
from ingest.page_images.images import PagePictures
from ingest.source_files import edit
from ingest.sync import sync
from tests.app.export.test_documents import DAY, GIVEN
from vectorstore.library import Library
from vectorstore.records import Metadata, ReadingWarning, Source
from vectorstore.text.hidden import hidden_in

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


TURNED = "The dam of Ahrn cost \u202e14\u202c million crowns in 1931.\n"


def test_characters_that_nobody_sees_are_told_with_every_citation(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "dam.txt").write_text(TURNED, encoding="utf-8")
    sync(library, tmp_path)
    assistant = Assistant(library)
    context = OperationContext(library, assistant)
    answer = assistant.ask("What did the dam of Ahrn cost?")
    checked = OPERATIONS["check"](context, text=TURNED)
    for warning in (answer.citations[0].warning, checked["citations"][0]["warning"]):
        assert "characters that nobody sees" in warning
        assert warning.endswith("U+202E, U+202C.")
    (source,) = library.catalog.sources()
    cited = answer.citations[0]
    assert library.catalog.text(source.id)[cited.start : cited.end] == cited.quote
    assert "\u202e14\u202c" in cited.quote  # what is stored stays as it is
    told = as_text(as_json(answer), more=True)
    assert "U+202E" in told
    drawn = answer_values(answer, {source.id: "Dam"}, {source.id: "text"})
    assert drawn["citations"][0]["marked"]
    assert cited.warning in drawn["citations"][0]["label"]
    sources = cited_sources([answer], library.catalog)
    for kind in ("markdown", "html"):
        page = export([(answer, GIVEN)], sources, kind, "plain", DAY, "Dam").content.decode()
        assert "⟨U+202E⟩14⟨U+202C⟩ million" in page
        assert "characters that nobody sees" in page
    bundle = as_file(as_values(capture(assistant, answer))).decode()
    assert hidden_in(bundle) == []
    assert json.loads(bundle)["answer"]["citations"][0]["quote"] == cited.quote
    view = open_source(library, EvidenceView(source.id, cited.start, cited.end, cited.quote))
    assert view
    panel = panel_values(view, PagePictures(), tmp_path)
    assert any("U+202E" in notice for notice in panel["notices"])
    assert "⟨U+202E⟩14⟨U+202C⟩" in panel["note"]
    runs = [run for block in panel["text"]["blocks"] for run in block["runs"]]
    assert "".join(words for words, marked, *_ in runs if marked) == cited.quote


def test_links_lead_to_the_window_that_is_open(dated: tuple[Library, Path]) -> None:
    library, _ = dated
    publish_api(library.folder, "http://127.0.0.1:8765", "/in")
    context = OperationContext(library, Assistant(library))
    asked = OPERATIONS["ask"](context, question="When was the crane sold?")
    checked = OPERATIONS["check"](context, text="The crane was sold in 1958.")
    audited = OPERATIONS["audit"](context, question="When was the crane sold?")
    for citations in (
        asked["citations"], checked["citations"], audited["answer"]["citations"],
        audited["bundle"]["answer"]["citations"],
    ):  # fmt: skip
        assert citations
        assert all(one["permalink"].startswith("http://127.0.0.1:8765/?") for one in citations)
