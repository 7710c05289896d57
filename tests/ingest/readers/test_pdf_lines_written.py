"""Raised, built-up and turned characters of lines of PDF pages, by where their glyphs stand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.pdf_direction import text_in_order
from ingest.readers.pdf_glyphs import Glyph, Placed, Style
from ingest.readers.pdf_lines import line_of


def placed(*runs: tuple[str, float, float], font: str = "Times") -> list[Placed]:
    """Runs of characters one after another, each with its size and how far it is raised."""
    found: list[Placed] = []
    x = 0.0
    for text, size, up in runs:
        style = Style(font, size, 0, 0, (0, 0, 0, 255), ())
        for character in text:
            end = x + size / 2
            glyph = Glyph(len(found), character, x, up, end, up + size, x, up, False, style)
            found.append(Placed(character, x, end, up, size, glyph))
            x = end
    return found


@pytest.mark.parametrize(
    ("runs", "written", "doubtful"),
    [
        ([("rose to 10", 10, 0), ("6", 7, 4), (" tonnes", 10, 0)], "rose to 10⁶ tonnes", 0),
        ([("about 10", 10, 0), ("-3", 6, 4), (" m", 10, 0)], "about 10⁻³ m", 0),
        ([("of H", 10, 0), ("2", 7, -2), ("O in it", 10, 0)], "of H₂O in it", 0),
        ([("the 1", 10, 0), ("st", 7, 4), (" of May", 10, 0)], "the 1st of May", 0),
        ([("so earlier.", 10, 0), ("12,13", 6, 4), (" But", 10, 0)], "so earlier.¹²,¹³ But", 0),
        ([("at 20 ", 10, 0), ("o", 6, 4), ("C now", 10, 0)], "at 20 oC now", 0),
        ([("at 20", 10, 0), ("o", 6, 4), ("C now", 10, 0)], "at 20°C now", 0),
        ([("takes 2", 10, 0), ("n", 7, 4), (" steps", 10, 0)], "takes 2ⁿ steps", 0),
        ([("the 19", 10, 0), ("e", 7, 4), (" siècle", 10, 0)], "the 19e siècle", 0),
        ([("cup 3", 10, 0), ("1", 6, 4), ("/", 10, 0), ("2", 6, 0), (" full", 10, 0)],
         "cup 3 1/2 full", 0),
        ([("Brand", 10, 0), ("TM", 5, 4), (" ships", 10, 0)], "Brand™ ships", 0),
        ([("cost 19", 10, 0), ("95", 7, 0), (" crowns", 10, 0)], "cost 1995 crowns", 1),
        ([("C", 10, 0), ("APITALS", 7.5, 0), (" and more of it", 10, 0)],
         "CAPITALS and more of it", 0),
    ],
)  # fmt: skip
def test_raised_characters_keep_their_value(
    runs: Sequence[tuple[str, float, float]], written: str, doubtful: int
) -> None:
    line = line_of(placed(*runs))
    assert (line.text, line.doubtful) == (written, doubtful)


@given(st.text(st.sampled_from("ab1 .(,-"), min_size=1, max_size=30))
def test_a_line_of_one_size_is_written_as_it_is(text: str) -> None:
    words = " ".join(text.split())
    if words:
        assert line_of(placed((words, 10, 0))).text == words


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        (".1871 תנשב הנבנ רולדגמה", "המגדלור נבנה בשנת 1871."),
        (".(ונבו בא) ודבע 1871-1931", "1871-1931 עבדו (אב ובנו)."),
        ("%12 ריחמה", "המחיר %12"),
        ("12% ריחמה", "המחיר 12%"),
        ("The word םולש means peace.", "The word שלום means peace."),
        (".ةنورك 1,250.50 عفد", "دفع 1,250.50 كرونة."),
        ("המים בנהר", "המים בנהר"),  # drawn from left to right by a program that knows no Hebrew
    ],
)
def test_lines_are_put_in_the_order_of_reading(seen: str, read: str) -> None:
    glyphs = placed((seen, 10, 0))
    assert text_in_order(glyphs) == read
    assert text_in_order(glyphs[::-1]) == read, "however the file stores it"
