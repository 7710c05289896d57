"""The Library page: a keeper searches, sorts, describes, removes and looks after the sources."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import add_files, ask, counted, evidence, narrow, row, shot
from tests.ingest.readers.test_readers import make_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def front(title: str, date: str, language: str = "en") -> str:
    return f"---\ntitle: {title}\nauthor: A. Salim\ndate: {date}\nlanguage: {language}\n---\n\n{title}."


def hold_sixty_and_three(window: Window) -> None:
    """Sixty reports on tea, one text in French and one damaged PDF, beside the article."""
    files = {f"tea{n:02}.md": front(f"Tea report {n}", f"{1950 + n}") for n in range(60)}
    (window.sources / "bad.pdf").write_bytes(b"no")
    add_files(window, {**files, "café.md": front("Le Café", "1901-02", "fr")})


def test_a_long_list_is_paged_sorted_searched_filtered_and_walked_by_keyboard(
    window: Window, page: Page
) -> None:
    hold_sixty_and_three(window)
    page.goto(f"{window.url}/library")
    counted(page, "62 sources, 75 passages, 1 file not readable")
    page_through(page)
    sort(page)
    search(page)
    filter_and_come_back(page)
    walk_by_keyboard(page)


def page_through(page: Page) -> None:
    rows = page.locator("#source-list li.row")
    expect(rows).to_have_count(50)
    shot(page, "library-long")
    page.get_by_role("button", name="Next").click()
    expect(rows).to_have_count(13)
    expect(rows.first.get_by_role("checkbox")).not_to_be_checked()


def sort(page: Page) -> None:
    for order, first in {
        "Date, oldest first": "Le Café",
        "Date, newest first": "Tea report 59",
        "State, not readable first": "✗ Not readable: bad.pdf is damaged",
    }.items():
        page.get_by_label("Sort by").select_option(order)
        expect(page.locator("#source-list li.row").first).to_contain_text(first)


def search(page: Page) -> None:
    rows, field = page.locator("#source-list li.row"), page.get_by_role("searchbox")
    field.fill("cafe")  # without the accent
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 match")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("report 42")
    expect(rows).to_have_count(1)
    field.fill("nothing of this kind")
    page.get_by_role("button", name="Clear search and filters").click()
    expect(rows).to_have_count(50)


def filter_and_come_back(page: Page) -> None:
    """Filter by language and by state; what was chosen is kept while the page is left."""
    rows = page.locator("#source-list li.row")
    languages = page.get_by_role("group", name="Filter by language")
    french = languages.get_by_role("button", name="French")
    french.click()
    expect(rows).to_have_count(1)
    expect(french).to_have_attribute("aria-pressed", "true")
    french.click()
    not_read = page.get_by_role("group", name="Filter by state").get_by_role(
        "button", name="Not read"
    )
    not_read.click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Check").first.click()
    expect(page.get_by_role("heading", name="Check a text")).to_be_visible()
    page.get_by_role("link", name="Library").first.click()
    expect(rows).to_have_count(1)
    not_read.click()


def walk_by_keyboard(page: Page) -> None:
    """Go from a row to the next one, into its description and back."""
    rows = page.locator("#source-list li.row")
    page.get_by_label("Sort by").select_option("Title, A to Z")
    page.get_by_role("searchbox").fill("tea report 1")
    rows.nth(0).get_by_role("button", name="Edit details").focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1).get_by_role("button", name="Edit details")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows.nth(1).get_by_role("button", name="Edit details")).to_be_focused()


def test_what_is_wrong_with_a_description_is_said_beside_its_field(
    window: Window, page: Page
) -> None:
    add_files(window, {"tea.txt": "Uji grows green tea."})
    page.goto(f"{window.url}/library")
    tea = row(page, "tea.txt")
    tea.get_by_role("button", name="Edit details").click()
    page.get_by_role("textbox", name="Author").fill("Amina  Salim")
    page.get_by_role("textbox", name="Date (").fill("yesterday")
    page.get_by_role("textbox", name="Web address").fill("here")
    page.keyboard.press("Enter")
    expect(page.get_by_text("✗ “yesterday” is not a date: write 2023")).to_be_visible()
    expect(page.get_by_text("✗ “here” is not a web address")).to_be_visible()
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

    # Opened again, the form shows what was saved, not what was typed.
    tea.get_by_role("button", name="Edit details").click()
    expect(page.get_by_role("textbox", name="Author")).to_have_value("Amina Salim")


def test_several_are_removed_and_come_back_after_a_reload_with_their_answers(
    window: Window, page: Page
) -> None:
    add_files(window, {"tea.txt": "Uji grows green tea.", "rice.txt": "Niigata grows rice."})
    page.goto(window.url)
    ask(page, "Who grows green tea?")
    expect(page.get_by_text("Uji grows green tea.").last).to_be_visible()
    page.get_by_role("link", name="Library").first.click()
    row(page, "tea.txt").get_by_role("checkbox").check()
    row(page, "rice.txt").get_by_role("checkbox").check()
    page.get_by_role("button", name="Remove 2 sources").click()
    expect(page.get_by_text("Removed 2 sources from the library and the folder.")).to_be_visible()
    expect(page.get_by_text("Their words were removed from 1 answer.")).to_be_visible()
    counted(page, "1 source, 14 passages")
    assert not (window.sources / "tea.txt").exists()
    shot(page, "library-removed")
    page.reload()
    page.get_by_role("button", name="Undo").click()
    counted(page, "3 sources, 16 passages")
    expect(page.get_by_text("✓ added: tea")).to_be_visible()
    assert (window.sources / "rice.txt").read_text() == "Niigata grows rice."

    # What a source was used for leads to the conversation, whose words are back.
    tea = row(page, "tea.txt")
    tea.get_by_role("button", name="Used in 1 answer").click()
    shot(page, "library-uses")
    tea.get_by_role("button", name="Who grows green tea?").click()
    expect(page).to_have_url(re.compile("conversation="))
    expect(page.get_by_text("Uji grows green tea.").last).to_be_visible()


def test_files_that_could_not_be_read_are_tried_again_or_deleted(
    window: Window, page: Page
) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (window.sources / name).write_bytes(b"no")
    add_files(window, {})
    page.goto(f"{window.url}/library")
    expect(page.get_by_text("3 files not readable")).to_be_visible()
    make_pdf(window.sources / "a.pdf", "Zanzibar grows cloves on both of its islands.")
    row(page, "a.pdf").get_by_role("button", name="Try a.pdf again").click()
    counted(page, "2 sources, 15 passages, 2 files not readable")
    make_pdf(window.sources / "b.pdf", "Uji grows green tea, and has done so for long.")
    page.get_by_role("button", name="Retry all 2 unreadable files").click()
    expect(page.get_by_text("✗ not readable — c.pdf is damaged")).to_be_visible()
    counted(page, "3 sources, 16 passages, 1 file not readable")
    bad = row(page, "c.pdf")
    bad.get_by_role("button", name="Delete the file").click()
    bad.get_by_role("button", name="Keep it").click()
    expect(bad.get_by_role("button", name="Delete the file")).to_be_focused()
    bad.get_by_role("button", name="Delete the file").click()
    bad.get_by_role("button", name="Delete for good").click()
    expect(bad).to_have_count(0)
    assert not (window.sources / "c.pdf").exists()


def test_a_keeper_looks_for_repetitions_and_damage(window: Window, page: Page) -> None:
    said = (
        "The harbour of Zanzibar shipped nine thousand tonnes of cloves in the year 1975 to Asia."
    )
    add_files(window, {"first.txt": said, "second.txt": f"{said} Reprinted."})
    page.goto(f"{window.url}/library")
    counted(page, re.compile(r"Documents .+ · catalog .+ · index .+ free"))
    page.get_by_role("button", name="Find near-duplicates").click()
    expect(page.get_by_text("1 pair of sources shares passages")).to_be_visible()
    first = row(page, "first.txt")
    expect(first.get_by_text("≈ shares 1 passage nearly word for word with")).to_be_visible()
    first.get_by_role("button", name="Read second").click()
    expect(evidence(page)).to_contain_text("Reprinted.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Check health").click()
    expect(page.get_by_text("✓ OK · catalog: 3 sources")).to_be_visible()
    shot(page, "library-care")
    add_files(window, {"third.txt": "Palau has a long memory."})
    page.reload()
    expect(page.get_by_text("4 sources")).to_be_visible()
    expect(page.get_by_text("nearly word for word with")).to_have_count(0)


def test_an_empty_library_says_how_to_begin(window: Window, page: Page) -> None:
    page.goto(f"{window.url}/library")
    row(page, "Japan's role").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("There are no documents yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    counted(page, "1 source, 14 passages")


@pytest.mark.parametrize("width", [390, 320])
def test_a_narrow_window_stacks_the_rows(window: Window, page: Page, width: int) -> None:
    add_files(window, {f"{'long-name' * 12}-{n}.txt": f"Uji grows tea.{n}" for n in range(4)})
    narrow(page, width)
    page.goto(f"{window.url}/library")
    row(page, "-2.txt").get_by_role("button", name="Edit details").click()
    expect(page.get_by_role("textbox", name="Note")).to_be_visible()
    shot(page, f"library-{width}")
    wide = """() => [...document.querySelectorAll("[data-testid=stMain], html")]
        .some((one) => one.scrollWidth > one.clientWidth)"""
    assert not page.evaluate(wide)
