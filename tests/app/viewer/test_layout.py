import pytest

from app.viewer.layout import (
    CONTEXT,
    MAX_EXCERPT,
    Highlights,
    excerpt_around,
    extend_backward,
    extend_forward,
    lay_out,
)
from app.viewer.search import find_all
from vectorstore.records import Heading, Page


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Taiwan, TAIWAN and taiwan", "taiwan", ["Taiwan", "TAIWAN", "taiwan"]),
        ("President Peña spoke", "pena", ["Peña"]),
        ("President Pena spoke", "Peña", ["Pena"]),
        ("the Taiwan\n  Strait", "taiwan strait", ["Taiwan\n  Strait"]),
        ("ＡＢＣ and ｶﾞｽ", "abc", ["ＡＢＣ"]),
        ("ＡＢＣ and ｶﾞｽ", "ガス", ["ｶﾞｽ"]),
        ("日本と台\n湾の関係", "台湾", ["台\n湾"]),
        ("the oﬃce", "office", ["oﬃce"]),
        ("서울 각하", "가", []),
        ("a (b) [c] *", "(b) [c]", ["(b) [c]"]),
        ("anything", "  ", []),
        ("", "words", []),
    ],
)
def test_words_are_found_whatever_their_case_width_or_accents(text, words, found) -> None:
    assert [text[a:b] for a, b in find_all(text, words)] == found


LONG = "\n\n".join(f"Paragraph {number} says something of its own." for number in range(30_000))


def test_a_long_source_is_shown_around_the_place_and_grows_to_both_ends() -> None:
    place = LONG.index("Paragraph 15000 ")
    excerpt = excerpt_around(LONG, place)
    assert excerpt[0] <= place - CONTEXT
    assert place + CONTEXT <= excerpt[1]
    assert LONG[slice(*excerpt)].startswith("Paragraph")
    first, seen = excerpt, 0
    while first[0] > 0:
        first, seen = extend_backward(LONG, first), seen + 1
        assert first[1] - first[0] <= MAX_EXCERPT + CONTEXT
        assert seen < 1000
    last = excerpt
    while last[1] < len(LONG):
        last = extend_forward(LONG, last)
        assert last[1] - last[0] <= MAX_EXCERPT + CONTEXT
    assert excerpt_around("short", 2) == (0, 5)


def test_blocks_say_the_text_whole_with_everything_set_off() -> None:
    text = "# Tea\n\nUji grows green tea.\n\nTaiwan grows oolong.\nIt is rolled."
    mark = text.index("green tea.\n\nTaiwan")
    cited = (mark, mark + len("green tea.\n\nTaiwan"))
    hits = find_all(text, "grows")
    headings = [Heading("Tea", 0, 5)]
    pages = [Page(1, 0, 27), Page(2, 29, len(text), "Page 2 is garbled.")]
    blocks = lay_out(text, (0, len(text)), headings, pages, Highlights(cited, hits, 1))
    assert [(block.heading, block.page.number if block.page else 0) for block in blocks] == [
        (True, 1),
        (False, 0),
        (False, 2),
    ]
    assert ["".join(run.text for run in block.runs) for block in blocks] == [
        "Tea",
        "Uji grows green tea.",
        "Taiwan grows oolong.\nIt is rolled.",
    ]
    runs = [run for block in blocks for run in block.runs]
    assert [run.text for run in runs if run.cited] == ["green tea.", "Taiwan"]
    assert [run.current for run in runs if run.hit] == [False, True]
    assert all(text[block.start :].startswith(block.runs[0].text) for block in blocks[1:])
