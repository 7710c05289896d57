"""A keeper adds documents: by dropping them into the window, as a folder, or on the Library page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from benchmarks import controls
from benchmarks.window_server import Window
from tests.e2e.steps import ask, cite, counted, drop, evidence, row, shot, upload
from tests.ingest.readers.test_readers import make_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def make_papers(papers: Path) -> Path:
    """A folder with two texts, one of them described, and a photograph."""
    (papers / "old").mkdir(parents=True)
    (papers / "tea.txt").write_text("Uji grows green tea.")
    (papers / "tea.txt.meta.yaml").write_text("title: On green tea\n")
    (papers / "old" / "rice.txt").write_text("Niigata grows rice.")
    (papers / "old" / "photo.jpg").write_bytes(b"\xff\xd8")
    return papers


def test_a_pdf_is_dropped_into_the_window_and_asked_about(
    window: Window, page: Page, tmp_path: Path
) -> None:
    pdf = make_pdf(
        tmp_path / "spices.pdf",
        "An introduction without any spice.",
        "Zanzibar exported nine thousand tonnes of cloves in 1975. It imported rice.",
        title="Spices of the Indian Ocean",
    )
    page.goto(window.url)
    page.locator(controls.READY).wait_for()
    drop(page, pdf)
    expect(page.get_by_text("✓ added: Spices of the Indian Ocean")).to_be_visible()
    page.locator(controls.QUESTION).fill("How many cloves did Zanzibar export?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("✓ added: Spices of the Indian Ocean")).to_be_hidden()
    expect(page.get_by_text("nine thousand tonnes of cloves").last).to_be_visible()
    cite(page, 1)
    expect(page.locator("mark")).to_have_text(
        re.compile(r"Zanzibar exported nine thousand tonnes of cloves in\s1975\.")
    )
    expect(evidence(page)).to_contain_text("page 2")
    shot(page, "pdf")
    assert (window.sources / "spices.pdf").is_file()


def test_the_library_page_adds_lists_reads_removes_and_undoes(
    window: Window, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "tea.md").write_text("# On **tea**\n\nUji grows tea.")
    (tmp_path / "bad.pdf").write_bytes(b"no")
    (tmp_path / "report.exe").write_bytes(b"MZ")
    page.goto(f"{window.url}/library")
    upload(page, *(tmp_path / name for name in ("tea.md", "bad.pdf", "report.exe")))
    expect(page.get_by_text("✓ added: On **tea**")).to_be_visible()
    expect(page.get_by_text("✗ not readable — bad.pdf is damaged")).to_be_visible()
    expect(
        page.get_by_text("report.exe is not a kind of file that Kakehashi reads")
    ).to_be_visible()
    counted(page, "2 sources, 15 passages")
    expect(page.get_by_text("✗ Not readable: bad.pdf is damaged")).to_be_visible()
    shot(page, "library")
    tea = row(page, "On **tea**")
    tea.get_by_role("button", name="Read On **tea**").click()
    expect(evidence(page)).to_contain_text("Uji grows tea.")
    page.keyboard.press("Escape")
    tea.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed tea.md from the library")).to_be_visible()
    counted(page, "1 source, 14 passages")
    assert not (window.sources / "tea.md").exists()
    page.get_by_role("button", name="Undo").click()
    counted(page, "2 sources, 15 passages")
    assert (window.sources / "tea.md").is_file()


def test_what_was_put_into_the_folder_is_read_at_the_press_of_a_button(
    window: Window, page: Page
) -> None:
    page.goto(f"{window.url}/library")
    (window.sources / "rice.txt").write_text("Niigata grows rice.")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: rice")).to_be_visible()


def test_slides_are_cited_as_slides_and_their_description_can_be_changed(
    window: Window, page: Page, tmp_path: Path
) -> None:
    deck = Presentation()
    for title, text in (("Spices", "An overview."), ("Trade", "Zanzibar shipped cloves in 1975.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text
    deck.save(str(tmp_path / "talk.pptx"))
    page.goto(f"{window.url}/library")
    upload(page, tmp_path / "talk.pptx")
    expect(page.get_by_text("✓ added: Spices")).to_be_visible()
    expect(page.get_by_text("talk.pptx · 2 slides · 2 passages")).to_be_visible()
    talk = row(page, "talk.pptx")
    talk.get_by_role("button", name="Edit details").click()
    page.get_by_label("Author").fill("Amina Salim")
    page.get_by_label("Author").press("Tab")
    page.get_by_role("button", name="Save").click()
    expect(talk.get_by_text("Amina Salim")).to_be_visible()
    assert "Amina Salim" in (window.sources / "talk.pptx.meta.yaml").read_text()
    shot(page, "described")
    page.goto(window.url)
    ask(page, "What did Zanzibar ship in 1975?")
    cite(page, 1)
    expect(evidence(page)).to_contain_text("slide 2")


def test_a_folder_of_this_machine_is_shown_and_then_copied_in(
    window: Window, page: Page, tmp_path: Path
) -> None:
    papers = make_papers(tmp_path / "papers")
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Add a folder").click()
    path = page.get_by_label("Or enter its path")
    for given, said in {
        tmp_path / "nowhere": "on this machine: check the path",
        window.sources: "is the sources folder, or lies in it",
        papers: "2 documents (1 KB)",
    }.items():
        path.fill(str(given))
        path.press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
    expect(
        page.get_by_text("Skipped, because their format cannot be read: 1 .jpg.")
    ).to_be_visible()
    shot(page, "library-folder")
    page.get_by_role("button", name="Copy 2 documents").click()
    expect(page.get_by_text("✓ added: On green tea")).to_be_visible()
    counted(page, "3 sources, 16 passages")
    assert (papers / "tea.txt").is_file()
    assert (window.sources / "rice.txt").is_file()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("✓ added: On green tea")).to_be_hidden()


def test_a_folder_is_uploaded_with_the_descriptions_of_its_files(
    window: Window, page: Page, tmp_path: Path
) -> None:
    papers = make_papers(tmp_path / "papers")
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Add a folder").click()
    page.locator("input[type=file][webkitdirectory]").set_input_files(papers)
    expect(page.get_by_text("✓ added: On green tea")).to_be_visible()
    counted(page, "3 sources, 16 passages")
    expect(page.get_by_text("photo.jpg")).to_have_count(0)
