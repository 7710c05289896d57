"""Answers as Markdown, Word and a web page: read back, with hostile text, and with what is amiss."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree
from markdown_it import MarkdownIt

from app.answering.answer_draft import QUOTING
from app.export.files import ExportedFile, export
from app.export.footnotes import clipboard_text, footnotes
from app.export.formats import CITATION_STYLES, FORMATS, CitationStyle, Format
from app.export.markdown import escape_markdown
from app.export.references import on_one_line
from vectorstore.records import (
    Answer,
    Citation,
    Conflict,
    Metadata,
    ReadingWarning,
    Scope,
    Sentence,
    Source,
)
from vectorstore.text.hidden import hidden_in

DAY = date(2026, 11, 22)
GIVEN = "2026-11-22T23:41:00+00:00"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PAPERS: tuple[Format, ...] = ("markdown", "docx", "html")
TEXT = some.text(some.characters(codec=None), max_size=60)


def citation(number: int, quote: str = "Uji grew 120 tons.", **more: object) -> Citation:
    return replace(
        Citation(
            number, "tea", f"tea-{number}", "Tea", "tea.pdf", 3, 0, 18, quote,
            f"http://127.0.0.1:8501/?source=tea&start={number}&end=18",
        ),
        **more,
    )  # fmt: skip


def answer(*sentences: Sentence, citations: tuple[Citation, ...], **more: object) -> Answer:
    made = Answer(
        "How much tea?", "How much tea?", "answered", "", sentences, citations, (), QUOTING,
        checked_by="checker",
    )  # fmt: skip
    return replace(made, **more)


def source(**known: str) -> dict[str, Source]:
    metadata = Metadata(**{"title": "Tea", **known})
    return {"tea": Source("tea", "tea.pdf", "pdf", "", 0, 0, "", 0, 1, 9, metadata)}


SOUND = answer(
    Sentence("Uji grew 120 tons.", (1,), "verbatim"),
    Sentence("He said: “It is good.”", (2,), "verbatim"),
    Sentence("So Uji grew much.", (1, 2), "unverified", "It does not say “much”."),
    citations=(citation(1), citation(2, "He said: “It is good.”")),
    conflicts=(Conflict((1, 2), "“120” against “140”"),),
    missing="The sources do not say why.",
    notice="The model broke off.",
)
SILENT = answer(citations=(), outcome="not_found", text="The sources do not say.")

TOLD = replace(
    SILENT,
    sentences=(Sentence("The sources speak of “Uji” once.", (1,), "supported"),),
    citations=(citation(1),),
)


def made(kind: Format, *answers: Answer, title: str = "Tea", **known: str) -> ExportedFile:
    return export([(one, GIVEN) for one in answers], source(**known), kind, "chicago", DAY, title)


def words(kind: Format, *answers: Answer, **known: str) -> str:
    """What a reader of the file reads."""
    content = made(kind, *answers, **known).content
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(f"word/{name}.xml") for name in ("document", "footnotes")]
        return " ".join("".join(etree.fromstring(part).itertext()) for part in parts)
    if kind == "html":
        return Shown(content.decode()).text
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", content.decode())


class Shown(HTMLParser):
    """The text of a page, its ids, where its links go, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.ids, self.links, self.tags = "", set(), [], set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.add(tag)
        self.ids.add(known.get("id"))
        if "href" in known:
            self.links.append(known["href"])

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", PAPERS)
def test_nothing_is_prettier_on_paper(kind: Format) -> None:
    text = words(kind, SOUND, SILENT)
    for told in (
        "“Uji grew 120 tons.”",
        "“He said: ‘It is good.’”",
        "[unverified: It does not say “much”.]",
        "The sources do not agree",
        "“120” against “140”",
        "The sources do not say why.",
        "The model broke off.",
        "The sources do not say.",
        "“Tea,” p. 3.",
        "read November 22, 2026",
        "http://127.0.0.1:8501/?source=tea&start=1&end=18",
    ):
        assert told in text, told
    assert "“So Uji" not in text


@pytest.mark.parametrize("kind", PAPERS)
def test_silence_comes_with_what_is_there(kind: Format) -> None:
    text = words(kind, TOLD)
    for told in ("The sources do not say.", "The sources speak of “Uji” once.", "“Tea,” p. 3."):
        assert told in text, told


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize(
    ("state", "known", "told"),
    [
        ("changed", True, "The source has changed since: these words are not in it now."),
        ("removed", True, "The source was removed from the library."),
        ("removed", False, "not in the library any more: only its title was kept."),
    ],
)
def test_a_source_that_is_gone_is_told(kind: Format, state: str, known: bool, told: str) -> None:
    gone = answer(
        Sentence("Uji grew 120 tons.", (1,), "verbatim"), citations=(citation(1, state=state),)
    )
    sources = source() if known else {}
    content = export([(gone, GIVEN)], sources, kind, "plain", DAY, "Tea").content
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read("word/footnotes.xml")
    assert told in content.decode()


def test_word_has_real_footnotes_that_python_docx_and_word_can_find() -> None:
    content = made("docx", SOUND, SILENT).content
    assert [p.style.name for p in Document(io.BytesIO(content)).paragraphs][:2] == [
        "Title", "Heading 1",
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    notes = parts["word/footnotes.xml"].findall(f"{W}footnote")
    assert [note.get(f"{W}id") for note in notes] == ["-1", "0", "1", "2"]
    body = parts["word/document.xml"]
    assert [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")] == ["1", "2"]
    again = [one.get(f"{W}instr").split()[1] for one in body.iter(f"{W}fldSimple")]
    marks = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    assert again == ["note1", "note2", "note1", "note2"]
    assert set(again) <= marks
    used = {one.get(f"{W}val") for part in parts.values() for one in part.iter(f"{W}pStyle")}
    known = {one.get(f"{W}styleId") for one in parts["word/styles.xml"].iter(f"{W}style")}
    assert used <= known
    for name, part in parts.items():
        folder = Path(name).parent.parent
        if name.endswith(".rels"):
            for one in part:
                target = (folder / one.get("Target")).as_posix()
                assert one.get("TargetMode") == "External" or target in parts, target


def test_libreoffice_opens_the_word_document(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: the file was only read by python-docx and lxml")
    (tmp_path / "a.docx").write_bytes(made("docx", SOUND).content)
    subprocess.run(
        [office, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path), "a.docx"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    assert "“Tea,” p. 3." in (tmp_path / "a.txt").read_text(encoding="utf-8-sig")


def test_notes_of_a_page_are_linked_there_and_back_and_nothing_else_is_fetched() -> None:
    page = made("html", SOUND, url="https://example.org/tea").content.decode()
    shown = Shown(page)
    assert {"#note-1", "#note-2", "#ref-1-1", "#ref-1-2", "#ref-1-3"} <= set(shown.links)
    for link in shown.links:
        inside = link.startswith("#") and link[1:] in shown.ids
        assert inside or link.startswith(("http://127.0.0.1:8501/", "https://example.org/tea"))
    assert shown.tags.isdisjoint({"script", "link", "img", "iframe", "form"})
    assert (
        "javascript"
        not in made("html", SOUND, url="javascript:alert(1)").content.decode().split("<main>")[0]
    )
    hostile = Shown(made("html", SOUND, url="javascript:alert(1)").content.decode())
    assert not [link for link in hostile.links if link.startswith("javascript")]


@pytest.mark.parametrize(
    "field", ["title", "question", "quote", "author", "warning", "also", "url"]
)
def test_markup_in_a_document_stays_text_on_a_page(field: str) -> None:
    hostile = """</title></p><script>alert('1')</script><img src="x" onerror='y'>{{ 7 * 7 }}"""
    cited = citation(1, hostile if field == "quote" else "Uji grew 120 tons.")
    if field in ("warning", "also"):
        cited = replace(cited, **{field: hostile if field == "warning" else (hostile,)})
    asked = answer(
        Sentence("Tea.", (1,), "supported"),
        citations=(cited,),
        question=hostile if field == "question" else "How much?",
    )
    known = {field: hostile} if field in ("title", "author", "url") else {}
    page = made("html", asked, **({} if field == "title" else known), title=known.get("title", "T"))
    shown = Shown(page.content.decode())
    assert on_one_line(hostile).replace('"', "'") in shown.text.replace('"', "'")
    assert shown.tags.isdisjoint({"script", "img"})


def test_markdown_has_each_footnote_once_and_refers_to_it() -> None:
    text = made("markdown", SOUND, SILENT).content.decode()
    assert re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE) == ["1", "2"]
    assert re.findall(r"\[\^(\d+)\](?!:)", text) == ["1", "2", "1", "2", "1", "2"]


@given(TEXT)
def test_markdown_shows_any_text_letter_for_letter(text: str) -> None:
    line = on_one_line(text)
    tokens = MarkdownIt("commonmark").parse(escape_markdown(line))
    assert [token.type for token in tokens[::2]] in ([], ["paragraph_open", "paragraph_close"])
    inline = tokens[1].children if tokens else []
    assert {child.type for child in inline or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline or []) == line


@given(TEXT, TEXT, TEXT)
def test_any_text_comes_through_in_word_and_on_a_page(quote: str, title: str, url: str) -> None:
    hostile = answer(
        Sentence(quote, (1,), "supported"), citations=(citation(1, quote),), question=title
    )
    told = on_one_line(quote)
    assert told in words("docx", hostile, title=f"a{title}", url=url)
    assert told in words("html", hostile, title=f"a{title}", url=url)
    shown = Shown(made("html", hostile, title=f"a{title}", url=url).content.decode())
    assert shown.tags <= set(
        "html head meta title style body main h1 h2 section p sup a ol li bdi footer strong".split()
    )
    made("markdown", hostile, title=title).content.decode()


@pytest.mark.parametrize("title", ["../What is “tea”/茶?", "\u3164What is \u115ftea/茶\uffa0"])
def test_every_format_has_a_name_of_its_own_that_is_safe(title: str) -> None:
    names = {made(kind, SOUND, title=title).name for kind in FORMATS}
    assert names == {f"what-is-tea-茶.{end}" for end in "md docx html bib ris json".split()}


def test_a_note_gives_the_words_only_where_the_sentence_does_not() -> None:
    only = answer(Sentence("Uji grew 120 tons.", (1,), "verbatim"), citations=(citation(1),))
    assert "120" not in footnotes(only, source(), "plain", DAY)[0]
    assert "“Uji grew 120 tons.”" in footnotes(SOUND, source(), "plain", DAY)[0]


HIDDEN = "\u202e14\u202c mil\u200blion \x1b]52;c;aGk=\x07\x9b31m"
SHOWN = "⟨U+202E⟩14⟨U+202C⟩ mil⟨U+200B⟩lion ⟨U+001B⟩]52;c;aGk=⟨U+0007⟩⟨U+009B⟩31m"


@pytest.mark.parametrize("kind", FORMATS)
def test_no_file_has_characters_that_nobody_sees(kind: Format) -> None:
    cited = replace(
        citation(1, HIDDEN), title=HIDDEN, path=HIDDEN, warning=HIDDEN, label=HIDDEN, also=(HIDDEN,)
    )
    hostile = answer(
        Sentence(HIDDEN, (1,), "unverified", HIDDEN),
        Sentence(HIDDEN, (1,), "verbatim"),
        citations=(cited, replace(cited, number=2, source_id="gone", title="")),
        question=HIDDEN,
        query=f"{HIDDEN} again",
        conflicts=(Conflict((1, 2), HIDDEN),),
        missing=HIDDEN,
        notice=HIDDEN,
        model=HIDDEN,
        checked_by=HIDDEN,
        scope=Scope(("tea",)),
    )
    known = dict.fromkeys(
        "author editor translator publisher date url language note".split(), HIDDEN
    )
    silent = replace(SILENT, text=HIDDEN)
    sources = source(title=HIDDEN, **known)
    sources = {
        "tea": replace(sources["tea"], warnings=(ReadingWarning("hidden_sheet", detail=HIDDEN),))
    }
    content = export([(hostile, GIVEN), (silent, GIVEN)], sources, kind, "apa", DAY, HIDDEN).content
    files = [content]
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [archive.read(name) for name in archive.namelist()]
    text = " ".join(file.decode() for file in files)
    assert hidden_in(text.replace("\r\n", "\n")) == []
    shown = SHOWN.replace("⟨", r"⟨").replace("]", r"\]") if kind == "markdown" else SHOWN
    assert shown in text


@pytest.mark.parametrize("style", CITATION_STYLES)
def test_what_is_copied_has_no_characters_that_nobody_sees(style: CitationStyle) -> None:
    hostile = answer(
        Sentence(HIDDEN, (1,), "verbatim"), citations=(citation(1, HIDDEN),), notice=HIDDEN
    )
    notes = footnotes(hostile, source(title=HIDDEN), style, DAY)
    for place in (None, 0):
        assert hidden_in(clipboard_text(hostile, place, notes)) == []
        assert SHOWN in clipboard_text(hostile, place, notes)


def test_each_text_on_a_page_is_isolated_from_our_words() -> None:
    page = etree.HTML(made("html", SOUND, url="https://example.org/tea", author="Doe").content)
    for text in (
        "“Uji grew 120 tons.”",
        "[unverified: It does not say “much”.]",
        "The model broke off.",
    ):
        around = [one for one in page.iter("bdi") if text in "".join(one.itertext())]
        assert around, text
    loose = [one for one in page.iter("p", "li", "h1", "h2") if (one.text or "").strip()]
    assert [one for one in loose if one.getparent().tag != "footer"] == []


LINKS = ("https://example.org/a", "HTTP://example.org/a", "mailto:a@example.org", "doi:10.1000/182")
NO_LINKS = (
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "file:///etc/passwd",
    "blob:https://example.org/1", "//evil.example/a", "www.example.org", "https:evil",
    "http://example.org/\u202egpj.exe", "http://example.org/a b", " javascript:alert(1)",
)  # fmt: skip


@pytest.mark.parametrize("address", LINKS)
def test_addresses_become_links_for_a_reference_manager(address: str) -> None:
    assert f"url = {{{address}}}" in made("bibtex", SOUND, url=address).content.decode()
    assert f"UR  - {address}\r\n" in made("ris", SOUND, url=address).content.decode()
    assert json.loads(made("csl", SOUND, url=address).content)[0]["URL"] == address


@pytest.mark.parametrize("address", NO_LINKS)
def test_what_is_no_address_of_a_page_becomes_no_link(address: str) -> None:
    told = f"Address: {on_one_line(address)}"
    entry = made("bibtex", SOUND, url=address).content.decode()
    assert "url" not in entry.split("note")[0]
    record = made("ris", SOUND, url=address).content.decode()
    assert "UR  -" not in record
    assert told in record
    (item,) = json.loads(made("csl", SOUND, url=address).content)
    assert "URL" not in item
    assert told in item["note"]
    page = Shown(made("html", SOUND, url=address).content.decode())
    assert on_one_line(address) in page.text
    text = made("markdown", SOUND, url=address).content.decode()
    for link in [*page.links, *re.findall(r"(?<!\\)<(.*?)>", text)]:
        assert link.startswith(("#", "http://127.0.0.1:8501/"))
