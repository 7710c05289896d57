"""Marks of notes leave the text, and notes stand behind what they belong to."""

from lxml.html import document_fromstring

from ingest.readers.html_notes import tie_notes
from ingest.readers.visible_html import blocks


def read(body: str) -> tuple[str, int]:
    page = document_fromstring(f"<body>{body}</body>").find("body")
    lost = tie_notes(page)
    return "\n".join(block.text.strip() for block in blocks(page)), lost


def test_notes_follow_their_paragraphs_in_order() -> None:
    text, lost = read(
        "<p>It sank.<a href='#f1'><sup>1</sup></a> It rose.<sup><a href='#f2'>2</a></sup></p><p>End.</p>"
        "<section class='footnotes'><h2>Notes</h2><ol><li id='f1'><p>Log. <a href='#r'>↩</a></p></li>"
        "<li id='f2'>See 2 logs.</li></ol></section>"
    )
    assert (
        text
        == "It sank. It rose.\nNote 1 (“It sank.”): Log.\nNote 2 (“It sank. It rose.”): See 2 logs.\nEnd."
    )
    assert lost == 0


def test_a_note_with_two_marks_stands_once() -> None:
    text, _ = read(
        "<p>One.<sup><a href='#cite_note-a'>[a]</a></sup></p><p>Two.<sup><a href='#cite_note-a'>[a]</a></sup></p>"
        "<ul><li id='cite_note-a'>^ Source.</li></ul>"
    )
    assert text == "One.\nNote a (“One.”): Source.\nTwo."


def test_a_note_of_a_table_follows_the_table() -> None:
    text, _ = read(
        "<table><tr><td>410<a role='doc-noteref' href='#n'>*</a></td><td>9</td></tr></table>"
        "<aside id='n' role='doc-footnote'>Estimate.</aside>"
    )
    assert text == "410 | 9\nNote * (“410”): Estimate."


def test_links_that_are_no_marks_stay() -> None:
    body = "<p>See <a href='#c2'>2</a> and <a href='#c2'>chapter two</a>.</p><h2 id='c2'>Two</h2>"
    assert read(body) == ("See 2 and chapter two.\nTwo", 0)


def test_marks_without_their_notes_are_counted() -> None:
    assert read("<p>It sank.<sup><a href='#fn9'>9</a></sup> It rose.<sup>[8]</sup></p>") == (
        "It sank. It rose.",
        2,
    )
