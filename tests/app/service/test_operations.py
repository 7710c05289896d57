import json
from pathlib import Path
from typing import Any

import pytest

from app.service.executor import execute
from app.service.operations import OPERATIONS, OperationContext
from ingest import source_files
from ingest.web import Fetched
from vectorstore.errors import BadInput
from vectorstore.library import Library


@pytest.fixture
def context(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> OperationContext:
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    (folder / "tea.md").write_text("---\ndate: 2023-05\n---\nUji grows green tea.")
    (folder / "rice.md").write_text("Niigata grows rice.")
    told: list[dict[str, Any]] = []
    return OperationContext(library, report=told.append)


def test_everything_goes_through_json_and_back(context: OperationContext, tmp_path: Path) -> None:
    found = {
        name: json.loads(json.dumps(execute(context, name, values)))
        for name, values in [
            ("sync", {}),
            ("ask", {"question": "Who grows tea?", "history": [["user", "Where is Uji?"]]}),
            ("audit", {"question": "Who grows tea?", "history": [["user", "Where is Uji?"]]}),
            ("check", {"text": "It says: “Uji grows black tea.” Niigata grows rice."}),
            ("search", {"query": "tea", "k": 1}),
            ("sources", {"copies": True}),
            ("edit", {"source_id": "tea", "changes": {"author": "A. B."}}),
            ("show", {"source_id": "tea", "start": 0, "end": 3}),
            ("backup", {"file": str(tmp_path / "b.zip")}),
            ("export", {}),
            ("place", {}),
            ("doctor", {}),
        ]
    }
    listed = found["sources"]["sources"]
    found["replay"] = execute(context, "replay", {"bundle": found["audit"]["bundle"]})
    rice = next(source["id"] for source in listed if source["path"] == "rice.md")
    found["remove"] = execute(context, "remove", {"source_id": rice})
    assert set(found) == set(OPERATIONS) - {"add"}
    assert all(result["notices"] == [] for result in found.values())
    assert [change["outcome"] for change in found["sync"]["changes"]] == ["added", "added"]
    assert found["ask"]["citations"][0]["quote"] == "Uji grows green tea."
    same = ("sentences", "citations", "retrieved", "query")
    assert all(found["audit"]["answer"][key] == found["ask"][key] for key in same)
    judged = [(one["verdict"], one["quotations"]) for one in found["check"]["sentences"]]
    assert [verdict for verdict, _ in judged] == ["altered", "found"]
    assert judged[0][1][0]["changes"] == [["black", "green"]]
    assert found["check"]["counts"] == {"altered": 1, "found": 1}
    assert found["show"]["text"] == "Uji"
    assert found["edit"]["source"]["metadata"]["author"] == "A. B."
    assert found["remove"]["file_deleted"]
    assert context.report.__self__[-1]["done"] == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("nonsense", {}, "There is no operation “nonsense”: there are ask, check, search"),
        ("ask", {"question": "Who?", "sauce": 1}, "ask does not know “sauce”: it takes question"),
        ("check", {"text": " "}, "There is nothing to check"),
        ("check", {"text": "x" * 200_001}, "check at most 200,000 at once"),
        ("ask", {}, "“question” cannot be used as given: missing"),
        ("ask", {"question": 7}, "“question” cannot be used as given"),
        ("ask", {"question": "Who?", "since": "May"}, "“May” is not a date"),
        ("ask", {"question": "Who?", "history": [["tea", "x"]]}, "A history is a list"),
        ("ask", {"question": "Who?", "history": [["user"]]}, "A history is a list"),
        ("ask", {"question": "?", "since": "2024", "until": "2023"}, "swap them"),
        ("search", {"query": "tea", "k": 0}, "“k” cannot be used as given"),
        ("search", {"query": "tea", "k": "3"}, "“k” cannot be used as given"),
        ("show", {"source_id": "tea", "start": -1}, "“start” cannot be used as given"),
        ("edit", {"source_id": "tea", "changes": {"title": ""}}, "needs a title"),
        ("edit", {"source_id": "tea", "changes": {"url": "javascript:x"}}, "not a web address"),
        ("edit", {"source_id": "tea", "changes": {"password": "x"}}, "“password” is no"),
        ("add", {"items": ["http://127.0.0.1/"]}, "127.0.0.1"),
        ("add", {"items": ["file:///etc/passwd"]}, "http"),
    ],
)
def test_what_cannot_be_asked_is_told(
    context: OperationContext, name: str, values: dict[str, Any], said: str
) -> None:
    execute(context, "sync", {})
    with pytest.raises(BadInput) as caught:
        execute(context, name, values)
    assert said in str(caught.value)


def test_a_scope_tells_what_it_leaves_out(context: OperationContext) -> None:
    execute(context, "sync", {})
    assert execute(context, "search", {"query": "grows", "since": "2023"})["left_out"] == 1
    assert len(execute(context, "search", {"query": "grows", "since": "2023"})["hits"]) == 1


def test_what_is_said_of_a_source_survives_everything(
    context: OperationContext, folder: Path
) -> None:
    execute(context, "sync", {})
    changes = {"title": "On rice", "author": "B. C.", "date": "2024-03-01"}
    execute(context, "edit", {"source_id": "rice", "changes": changes})

    def outcomes() -> list[str]:
        return [change["outcome"] for change in execute(context, "sync", {})["changes"]]

    def author() -> str:
        listed = execute(context, "sources", {})["sources"]
        found: str = next(s["metadata"]["author"] for s in listed if s["path"] == "rice.md")
        return found

    assert outcomes() == ["unchanged", "unchanged"]
    (folder / "rice.md").write_text("Niigata grows much rice.")
    assert outcomes() == ["updated", "unchanged"]
    assert author() == "B. C."
    execute(context, "edit", {"source_id": "rice", "changes": {"author": ""}})
    assert author() == ""
    (folder / "rice.md").write_text("---\nauthor: From the file\n---\nNiigata grows rice.")
    with pytest.raises(BadInput, match="has changed on disk"):
        execute(context, "edit", {"source_id": "rice", "changes": {"author": "D. E."}})
    assert outcomes() == ["updated", "unchanged"]
    assert author() == ""  # what the user took away stays away


def test_a_web_page_is_kept_as_a_file_and_brought_up_to_date(
    context: OperationContext, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetching itself is tested in test_web.py; here it is what becomes of a page."""
    address = "https://example.org/ferry"
    page = (
        "<html><head><title>Ferry</title></head><body><p>The ferry sails in {}.</p></body></html>"
    )
    content = page.format("spring")
    monkeypatch.setattr(
        source_files,
        "fetch",
        lambda _: Fetched("ferry (example.org).html", content.encode(), address),
    )

    def add() -> dict[str, Any]:
        changed: dict[str, Any] = execute(context, "add", {"items": [address]})["changes"][0]
        return changed

    assert add()["outcome"] == "added"
    assert add()["outcome"] == "unchanged"
    content = page.format("autumn")
    assert add()["outcome"] == "updated"
    source = next(s for s in execute(context, "sources", {})["sources"] if s["kind"] == "html")
    assert source["metadata"]["url"] == address
    assert source["metadata"]["note"].startswith("Fetched on ")
    assert [path.name for path in folder.glob("*.html")] == ["ferry (example.org).html"]
    closed = OperationContext(context.library, web_pages=False)
    with pytest.raises(BadInput, match="KAKEHASHI_WEB_PAGES=1"):
        execute(closed, "add", {"items": [address]})
