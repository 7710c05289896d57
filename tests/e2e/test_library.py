"""The Library page as a user works with it, in the real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Window, command
from tests.e2e.test_window import ask, shot
from tests.ingest.readers.test_readers import make_pdf

pytestmark = pytest.mark.e2e


def row(page: Page, text: str) -> Locator:
    return page.locator("#source-list li.row", has_text=text)


def filled(window: Window, files: dict[str, str]) -> None:
    for name, text in files.items():
        (window.sources / name).write_text(text)
    assert command(window, "sync").returncode == 0


def front(title: str, date: str, language: str = "en") -> str:
    return f"---\ntitle: {title}\nauthor: A. Salim\ndate: {date}\nlanguage: {language}\n---\n\n{title}."


def test_a_long_list_is_searched_sorted_filtered_and_turned(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    files = {f"tea{n:02}.md": front(f"Tea report {n}", f"{1950 + n}") for n in range(60)}
    files["café.md"] = front("Le Café", "1901-02", "fr")
    (window.sources / "bad.pdf").write_bytes(b"no")
    filled(window, files)
    page.goto(f"{window.url}/library")
    expect(page.get_by_text("62 sources, 75 passages, 1 file not readable")).to_be_visible()
    rows = page.locator("#source-list li.row")
    expect(rows).to_have_count(50)
    shot(page, "library-long")
    page.get_by_role("button", name="Next").click()
    expect(rows).to_have_count(13)
    expect(rows.first.get_by_role("checkbox")).not_to_be_checked()

    page.get_by_label("Sort by").select_option("Date, oldest first")
    expect(rows.first).to_contain_text("Le Café")
    page.get_by_label("Sort by").select_option("Date, newest first")
    expect(rows.first).to_contain_text("Tea report 59")
    page.get_by_label("Sort by").select_option("State, not readable first")
    expect(rows.first).to_contain_text("✗ Not readable: bad.pdf is damaged")

    search = page.get_by_role("searchbox")
    search.fill("cafe")  # without the accent
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 match")).to_be_visible()
    expect(search).to_be_focused()
    search.fill("report 42")
    expect(rows).to_have_count(1)
    search.fill("nothing of this kind")
    page.get_by_role("button", name="Clear search and filters").click()
    expect(rows).to_have_count(50)

    french = page.get_by_role("group", name="Filter by language").get_by_role(
        "button", name="French"
    )
    french.click()
    expect(rows).to_have_count(1)
    expect(french).to_have_attribute("aria-pressed", "true")
    french.click()
    page.get_by_role("group", name="Filter by state").get_by_role("button", name="Not read").click()
    expect(rows).to_have_count(1)

    # What was chosen is kept while the page is left.
    page.get_by_role("link", name="Check").first.click()
    expect(page.get_by_role("heading", name="Check a text")).to_be_visible()
    page.get_by_role("link", name="Library").first.click()
    expect(rows).to_have_count(1)

    # By keyboard: from a row to the next one.
    page.get_by_role("group", name="Filter by state").get_by_role("button", name="Not read").click()
    page.get_by_label("Sort by").select_option("Title, A to Z")
    search.fill("tea report 1")
    rows.nth(0).get_by_role("button", name="Edit details").focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1).get_by_role("button", name="Edit details")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows.nth(1).get_by_role("button", name="Edit details")).to_be_focused()


def test_what_cannot_be_said_of_a_source_is_told_beside_its_field(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    filled(window, {"tea.txt": "Uji grows green tea."})
    page.goto(f"{window.url}/library")
    tea = row(page, "tea.txt")
    tea.get_by_role("button", name="Edit details").click()
    page.get_by_role("textbox", name="Author").fill("Amina Salim")
    page.get_by_role("textbox", name="Date (").fill("yesterday")
    page.get_by_role("textbox", name="Web address").fill("here")
    page.keyboard.press("Enter")
    expect(page.get_by_text("✗ “yesterday” is not a date: write 2023")).to_be_visible()
    expect(page.get_by_text("✗ “here” is no web address")).to_be_visible()
    field = page.get_by_role("textbox", name="Date (")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    shot(page, "library-describe")
    page.get_by_role("textbox", name="Date (").fill("2023-05")
    page.get_by_role("textbox", name="Web address").fill("")
    page.get_by_role("button", name="Save").click()
    expect(tea.get_by_text("Amina Salim · 2023-05")).to_be_visible()
    expect(tea.get_by_role("button", name="Edit details")).to_be_focused()
    assert "2023-05" in (window.sources / "tea.txt.meta.yaml").read_text()


def test_several_are_removed_and_come_back_after_a_reload_with_their_answers(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    filled(window, {"tea.txt": "Uji grows green tea.", "rice.txt": "Niigata grows rice."})
    page.goto(window.url)
    ask(page, "Who grows green tea?")
    expect(page.get_by_text("Uji grows green tea.").last).to_be_visible()
    page.get_by_role("link", name="Library").first.click()
    row(page, "tea.txt").get_by_role("checkbox").check()
    row(page, "rice.txt").get_by_role("checkbox").check()
    page.get_by_role("button", name="Remove 2 sources").click()
    expect(page.get_by_text("Removed 2 sources from the library and the folder.")).to_be_visible()
    expect(page.get_by_text("Their words were removed from 1 answer.")).to_be_visible()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    assert not (window.sources / "tea.txt").exists()
    shot(page, "library-removed")

    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 sources, 16 passages")).to_be_visible()
    expect(page.get_by_text("✓ added: tea")).to_be_visible()
    assert (window.sources / "rice.txt").read_text() == "Niigata grows rice."

    # What it was used for leads to the conversation, whose words are back.
    tea = row(page, "tea.txt")
    tea.get_by_role("button", name="Used in 1 answer").click()
    shot(page, "library-uses")
    tea.get_by_role("button", name="Who grows green tea?").click()
    expect(page).to_have_url(re.compile("conversation="))
    expect(page.get_by_text("Uji grows green tea.").last).to_be_visible()


def test_a_folder_of_this_machine_is_shown_and_then_copied_in(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    papers = tmp_path / "papers"
    (papers / "old").mkdir(parents=True)
    (papers / "tea.txt").write_text("Uji grows green tea.")
    (papers / "tea.txt.meta.yaml").write_text("title: On green tea\n")
    (papers / "old" / "rice.txt").write_text("Niigata grows rice.")
    (papers / "photo.jpg").write_bytes(b"\xff\xd8")
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Add a folder").click()
    path = page.get_by_label("Or enter its path")
    path.fill(str(tmp_path / "nowhere"))
    path.press("Enter")
    expect(page.get_by_text("on this machine: check the path")).to_be_visible()
    path.fill(str(window.sources))
    path.press("Enter")
    expect(page.get_by_text("is the sources folder, or lies in it")).to_be_visible()
    path.fill(str(papers))
    path.press("Enter")
    expect(page.get_by_text("2 documents (1 KB)")).to_be_visible()
    expect(
        page.get_by_text("Skipped, because their format cannot be read: 1 .jpg.")
    ).to_be_visible()
    shot(page, "library-folder")
    page.get_by_role("button", name="Copy 2 documents").click()
    expect(page.get_by_text("✓ added: On green tea")).to_be_visible()
    expect(page.get_by_text("3 sources, 16 passages")).to_be_visible()
    assert (papers / "tea.txt").is_file()
    assert (window.sources / "rice.txt").is_file()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("✓ added: On green tea")).to_be_hidden()


def test_a_folder_is_uploaded_with_what_is_said_of_its_files(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    papers = tmp_path / "papers"
    (papers / "old").mkdir(parents=True)
    (papers / "tea.txt").write_text("Uji grows green tea.")
    (papers / "tea.txt.meta.yaml").write_text("title: On green tea\n")
    (papers / "old" / "photo.jpg").write_bytes(b"\xff\xd8")
    (papers / "old" / "rice.txt").write_text("Niigata grows rice.")
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Add a folder").click()
    page.locator("input[type=file][webkitdirectory]").set_input_files(papers)
    expect(page.get_by_text("✓ added: On green tea")).to_be_visible()
    expect(page.get_by_text("3 sources, 16 passages")).to_be_visible()
    expect(page.get_by_text("photo.jpg")).to_have_count(0)


def test_files_that_could_not_be_read_are_tried_again_or_deleted(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (window.sources / name).write_bytes(b"no")
    assert command(window, "sync").returncode == 0
    page.goto(f"{window.url}/library")
    expect(page.get_by_text("3 files not readable")).to_be_visible()
    make_pdf(window.sources / "a.pdf", "Zanzibar grows cloves on both of its islands.")
    row(page, "a.pdf").get_by_role("button", name="Try a.pdf again").click()
    expect(page.get_by_text("2 sources, 15 passages, 2 files not readable")).to_be_visible()
    make_pdf(window.sources / "b.pdf", "Uji grows green tea, and has done so for long.")
    page.get_by_role("button", name="Retry all 2 unreadable files").click()
    expect(page.get_by_text("✗ not readable — c.pdf is damaged")).to_be_visible()
    expect(page.get_by_text("3 sources, 16 passages, 1 file not readable")).to_be_visible()

    bad = row(page, "c.pdf")
    bad.get_by_role("button", name="Delete the file").click()
    bad.get_by_role("button", name="Keep it").click()
    expect(bad.get_by_role("button", name="Delete the file")).to_be_focused()
    bad.get_by_role("button", name="Delete the file").click()
    bad.get_by_role("button", name="Delete for good").click()
    expect(bad).to_have_count(0)
    assert not (window.sources / "c.pdf").exists()


def test_the_library_is_looked_after(make_window: Callable[..., Window], page: Page) -> None:
    window = make_window()
    said = (
        "The harbour of Zanzibar shipped nine thousand tonnes of cloves in the year 1975 to Asia."
    )
    filled(window, {"first.txt": said, "second.txt": f"{said} Reprinted."})
    page.goto(f"{window.url}/library")
    expect(
        page.get_by_text(re.compile(r"Documents .+ · catalog .+ · index .+ free"))
    ).to_be_visible()
    page.get_by_role("button", name="Find near-duplicates").click()
    expect(page.get_by_text("1 pair of sources shares passages")).to_be_visible()
    first = row(page, "first.txt")
    expect(first.get_by_text("≈ shares 1 passage nearly word for word with")).to_be_visible()
    first.get_by_role("button", name="Read second").click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Reprinted.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Check health").click()
    expect(page.get_by_text("✓ OK · catalog: 3 sources")).to_be_visible()
    shot(page, "library-care")
    filled(window, {"third.txt": "Palau has a long memory."})
    page.reload()
    expect(page.get_by_text("4 sources")).to_be_visible()
    expect(page.get_by_text("nearly word for word with")).to_have_count(0)


def test_an_empty_library_says_how_to_begin(make_window: Callable[..., Window], page: Page) -> None:
    window = make_window()
    page.goto(f"{window.url}/library")
    row(page, "Japan's role").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("There are no documents yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_a_narrow_window_stacks_the_rows(
    make_window: Callable[..., Window], page: Page, width: int
) -> None:
    window = make_window()
    filled(window, {f"{'long-name' * 12}-{n}.txt": "Uji grows tea." + str(n) for n in range(4)})
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{window.url}/library")
    row(page, "-2.txt").get_by_role("button", name="Edit details").click()
    expect(page.get_by_role("textbox", name="Note")).to_be_visible()
    shot(page, f"library-{width}")
    wide = """() => [...document.querySelectorAll("[data-testid=stMain], html")]
        .some((one) => one.scrollWidth > one.clientWidth)"""
    assert not page.evaluate(wide)
