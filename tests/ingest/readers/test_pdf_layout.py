"""Whole sentences out of PDF pages: lines, columns, notes, margins, hyphens, page breaks."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from fpdf import FPDF

from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_glyphs import GlyphReader, NoGlyphs
from ingest.readers.pdf_plain import without_heads
from ingest.readers.pdf_words import count_words, repaired
from vectorstore.records import Document

Piece = tuple[float, float, float, str]  # from the left, from the top, size of the font, text


def made(path: Path, *pages: Sequence[Piece], font: str = "helvetica") -> Document:
    """What is read of a PDF (A4, in points) with these pieces of text."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_auto_page_break(False)
    for pieces in pages:
        pdf.add_page()
        for x, y, size, text in pieces:
            pdf.set_font(font, size=size)
            pdf.text(x, y, text)
    pdf.output(str(path))
    document = read_pdf(path)
    ends = [(page.start, page.end) for page in document.pages]
    assert [edge for span in ends for edge in span] == sorted(
        edge for span in ends for edge in span
    )
    return document


def lines(x: float, y: float, *texts: str, size: float = 11, step: float = 14) -> list[Piece]:
    return [(x, y + place * step, size, text) for place, text in enumerate(texts)]


def on_page(document: Document, number: int) -> str:
    page = document.pages[number - 1]
    return document.text[page.start : page.end]


FIRST = (
    "The keeper counted the boats in the morning and wrote",
    "their number in a book that she did not",
)
SECOND = ("show to anybody before the war was over. The book is", "now kept in the museum.")  # fmt: skip


def test_a_line_wraps_whatever_the_small_print_below_is(tmp_path: Path) -> None:
    notes = lines(72, 780, "1 Book of the keeper, volume two, kept in the museum under the number 14/2, with the letters of the two wardens.", size=7)  # fmt: skip
    text = made(tmp_path / "a.pdf", [*lines(72, 100, *FIRST, *SECOND), *notes]).text
    assert "wrote their number in a book that she did not show to anybody" in text
    assert "Note 1: Book of the keeper" in text


def test_a_sentence_goes_on_over_the_page_and_its_note_stays_on_its_page(tmp_path: Path) -> None:
    one = [*lines(72, 700, *FIRST), (72, 790, 7, "1 Book of the keeper.")]
    two = [*lines(72, 80, *SECOND), (72, 790, 7, "2 Guide of the museum.")]
    document = made(tmp_path / "a.pdf", one, two)
    assert "that she did not show to anybody before the war was over." in document.text
    assert on_page(document, 1).startswith("Note 1: Book of the keeper.")
    assert on_page(document, 2).startswith("show to anybody")
    assert on_page(document, 2).endswith("Note 2: Guide of the museum.")


def test_a_note_follows_the_paragraph_of_its_mark(tmp_path: Path) -> None:
    pieces = [
        (72, 100, 11, "The bridge was rebuilt."),
        (188, 96, 7, "1"),
        (196, 100, 11, "The toll was kept by the town for a hundred years."),
        *lines(72, 140, "The ferry was sold to the county in the same year as the bridge."),
        (72, 790, 8, "1 See the yearbook."),
    ]
    text = made(tmp_path / "a.pdf", pieces).text
    assert text.split("\n\n")[:2] == [
        "The bridge was rebuilt. The toll was kept by the town for a hundred years.",
        "Note 1 (“The bridge was rebuilt.”): See the yearbook.",
    ]


def test_numbered_lines_of_a_form_are_no_notes(tmp_path: Path) -> None:
    form = lines(72, 600, "1 Enter the wages of the year.", "2 Enter the rent.", size=10, step=30)
    text = made(tmp_path / "a.pdf", [*lines(72, 100, *FIRST, *SECOND), *form]).text
    assert text.endswith("1 Enter the wages of the year.\n\n2 Enter the rent.")


def test_an_exponent_is_no_mark_if_there_is_another(tmp_path: Path) -> None:
    pieces = [
        (72, 100, 11, "An area of 12 km"),
        (155, 96, 7, "2"),
        (162, 100, 11, "was kept as a meadow. The mill was sold."),
        (363, 96, 7, "2"),
        (72, 790, 7, "2 See the yearbook."),
    ]
    assert made(tmp_path / "a.pdf", pieces).text.split("\n\n") == [
        "An area of 12 km² was kept as a meadow. The mill was sold.",
        "Note 2 (“… The mill was sold.”): See the yearbook.",
    ]


def test_a_stop_of_an_abbreviation_ends_no_paragraph(tmp_path: Path) -> None:
    one = lines(72, 700, *FIRST, "show to anybody but to her nephew Mr. Ben Lind Jr.")
    two = lines(72, 80, "or to the warden of the museum, as Mrs. Vik and J.", "P. Aas have said.")
    text = made(tmp_path / "a.pdf", one, two).text
    assert (
        "nephew Mr. Ben Lind Jr. or to the warden of the museum, as Mrs. Vik and J. P. Aas" in text
    )


def test_columns_are_read_one_after_the_other_even_if_drawn_line_by_line(tmp_path: Path) -> None:
    left = [f"left column line number {word} goes on" for word in "one two three four five".split()]
    right = [f"right column line number {word} is here" for word in "six seven nine ten".split()]
    rows = [
        piece
        for place in range(5)
        for piece in (
            *lines(60, 100 + 14 * place, left[place]),
            *(lines(310, 100 + 14 * place, right[place]) if place < 4 else []),
        )
    ]
    text = made(tmp_path / "a.pdf", rows).text
    assert text == " ".join((*left, *right))


def test_heads_and_numbers_at_one_place_are_left_out(tmp_path: Path) -> None:
    bodies = (
        "Taiwan opened an office.",
        "Trade grew by a fifth in a year.",
        "Twelve firms signed.",
    )
    pages = [
        [
            (72, 40, 9, "The Strait Review"),
            *lines(72, 100, body, FIRST[0]),
            (290, 810, 9, str(7 + n)),
        ]
        for n, body in enumerate(bodies)
    ]
    document = made(tmp_path / "a.pdf", *pages)
    assert document.text.count("The Strait Review") == 1
    assert not any(str(number) in document.text for number in (7, 8, 9))


def test_lines_that_differ_in_figures_are_text(tmp_path: Path) -> None:
    pages = [
        lines(
            72, 60, f"Ward {n}: {n * 317} voters", "The ward has one school.", f"Turnout: {40 + n}%"
        )
        for n in range(1, 7)
    ]
    text = made(tmp_path / "a.pdf", *pages).text
    for n in range(1, 7):
        assert f"Ward {n}: {n * 317} voters" in text
        assert f"Turnout: {40 + n}%" in text
    assert text.count("The ward has one school.") == 6


def test_a_drop_cap_belongs_to_its_word(tmp_path: Path) -> None:
    pieces = [(72, 122, 36, "O"), *lines(102, 106, "ld maps show the ferry at the ford", "below the mill, where it is not now.", step=15)]  # fmt: skip
    assert made(tmp_path / "a.pdf", pieces).text.startswith(
        "Old maps show the ferry at the ford below"
    )


def test_short_lines_are_no_sentence(tmp_path: Path) -> None:
    pieces = [*lines(72, 100, "Harbour office", "12 Quay Street", "Orrest"), *lines(72, 200, *FIRST, *SECOND)]  # fmt: skip
    text = made(tmp_path / "a.pdf", pieces).text
    assert text.startswith("Harbour office\n\n12 Quay Street\n\nOrrest\n\n")


def test_rows_of_a_table_stay_rows(tmp_path: Path) -> None:
    cells = [("Port", "Cod", "Haddock"), ("Vardo", "410", "120"), ("Alta", "388", "131")]
    pieces = [(72 + 150 * x, 100 + 16 * y, 11, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]  # fmt: skip
    assert made(tmp_path / "a.pdf", pieces).text.split("\n") == [" | ".join(row) for row in cells]


def test_letters_set_apart_are_one_word(tmp_path: Path) -> None:
    spaced = [(72 + 16 * place, 100, 11, letter) for place, letter in enumerate("HARBOUR")]
    pieces = [*spaced, *lines(72, 140, *FIRST)]
    assert "HARBOUR" in made(tmp_path / "a.pdf", pieces).text.replace(" ", "")


@pytest.mark.parametrize(
    ("raw", "words", "said"),
    [
        ("the govern-\nment said", "", "the government said"),
        ("pre-\nand post-war", "", "pre- and post-war"),
        ("self-\nrule", "", "self-rule"),
        ("thirty-\nfive boats", "", "thirty-five boats"),
        ("a k-\nanonymous set", "", "a k-anonymous set"),
        ("semi-\nconductors", "semiconductors", "semiconductors"),
        ("a by-\nlaw of the town", "by-law", "a by-law of the town"),
        ("Schwarz-\nWeiß", "", "Schwarz-Weiß"),
        ("pages 12-\n14", "", "pages 12-14"),
        ("in\u00adter\u00adnational", "", "international"),
        ("inter\u00ad\nnational", "", "international"),
        ("oﬃce, ﬁrst ﬂight", "", "office, first flight"),
        ("Taiwan: T a i w a n", "Taiwan", "Taiwan: Taiwan"),
        ("灯台\nは高い", "", "灯台は高い"),
        ("two\nwords", "", "two words"),
        ("Landings . . . . . . . 8", "", "Landings | 8"),
        ("Landings.......... 8\nTaxes . . . . . .", "", "Landings | 8 Taxes"),
        ("It ended. . . . Then it rained", "", "It ended. . . . Then it rained"),
        ("a\0b\ud800c", "", "abc"),
    ],
)
def test_lines_are_joined_and_words_repaired(raw, words, said) -> None:
    assert repaired(raw, count_words([raw, words]), wrapped=True).text == said


def test_a_hyphen_in_doubt_is_counted() -> None:
    words = count_words(["They re-\nsigned it.", "It was signed."])
    made_of = repaired("They re-\nsigned it.", words, wrapped=True)
    assert (made_of.text, made_of.doubtful) == ("They re-signed it.", 1)


def test_places_follow_their_characters() -> None:
    raw = "the govern-\nment of oﬃces"
    made_of = repaired(raw, count_words([raw]), wrapped=True)
    assert made_of.text[made_of.place(raw.index("ment")) :] == "ment of offices"
    assert made_of.text[made_of.place(raw.index("ces")) :] == "ces"


@pytest.mark.parametrize(
    "pages",
    [
        ("Same first line\nOne.", "Same first line\nTwo."),
        ("Table 5\nOne.", "Table 9\nTwo.", "Table 3\nThree."),
        ("One.\n12", "Two.\n7", "Three.\n40"),
        ("Ward 1: 12,400\na", "Ward 2: 8,150\nb", "Ward 3: 23,900\nc"),
        ("All there is.",) * 4,
    ],
)
def test_plain_lines_that_may_be_content_are_kept(pages) -> None:
    assert without_heads(pages) == list(pages)


def test_plain_heads_are_left_out() -> None:
    pages = [f"The Review {n}\n{body}" for n, body in ((7, "One."), (8, "Two."), (9, "Three."))]
    assert without_heads(pages) == ["The Review 7\nOne.", "Two.", "Three."]


def test_without_places_the_plain_text_is_read_and_said(tmp_path: Path, monkeypatch) -> None:
    def none(*_: object) -> None:
        raise NoGlyphs

    monkeypatch.setattr(GlyphReader, "page", none)
    document = made(tmp_path / "a.pdf", lines(72, 100, *FIRST, *SECOND))
    assert "now kept in the museum." in document.text
    assert [warning.kind for warning in document.warnings] == ["no_layout"]
