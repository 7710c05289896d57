"""What a model writes, in every form that weak models have, to sentences and ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.generation.citation_parser import CitationParser, GeneratedSentence

OFFERED = range(1, 10)


def written(text: str, size: int = 1) -> list[GeneratedSentence]:
    stream = CitationParser(OFFERED)
    found: list[GeneratedSentence] = []
    for first in range(0, len(text), size):
        found += stream.feed(text[first : first + size])
    return found + stream.finish()


RAINED = ("It rained.", (1,))
LEFT = ("He left.", (2,))
BOTH = [RAINED, LEFT]

FORMS = [
    ("It rained. [1] He left. [2]", BOTH),
    ("It rained [1]. He left [2][3].", [RAINED, ("He left.", (2, 3))]),
    ("It rained.[1, 2] He left.【3】", [("It rained.", (1, 2)), ("He left.", (3,))]),
    ("It rained.[1]He left.[2]", BOTH),
    ("It rained [1] [2]. He left [2], [3].", [("It rained.", (1, 2)), ("He left.", (2, 3))]),
    ("It rained [1] and [2]. He left [2].", [("It rained.", (1, 2)), LEFT]),
    ("It rained [1 and 2]. He left [2].", [("It rained.", (1, 2)), LEFT]),
    ("It rained [^1]. He left.[^2]", BOTH),
    ("It rained.¹ He left.² ³", [RAINED, ("He left.", (2, 3))]),
    ("It rained on 5 km² of land [1].", [("It rained on 5 km² of land.", (1,))]),
    ("It rained.<sup>1</sup> He left.<sup>[2]</sup>", BOTH),
    ("It rained ［１］. He left （２）.", [RAINED, ("He left （２）.", ())]),
    ("It rained （１）。彼は去った（２）。", [("It rained。", (1,)), ("彼は去った。", (2,))]),
    ("It rained [Source 1]. He left [sentence 2].", BOTH),
    ("It rained [Sources: 1, 2]. He left [#2].", [("It rained.", (1, 2)), LEFT]),
    ("It rained ([1]). He left (see [2]).", BOTH),
    ("It rained (Source: 1). He left (Sources: [2]).", BOTH),
    ("It rained 【1†L3-L9】. He left 【2†source】.", BOTH),
    ("It rained [1](https://example.org/9). He left \\[2\\].", BOTH),
    ("It rained. Source: [1] He left. Sources: [2]", BOTH),
    (
        "It rained (1). In May (2023) he left. (2)",
        [RAINED, ("In May (2023) he left.", (2,))],
    ),
    (
        "It was agreed to (1) host a summit and (2) sign a treaty [3].",
        [("It was agreed to (1) host a summit and (2) sign a treaty.", (3,))],
    ),
    ("It rained [1]. He left under Rule 7 (2).", [RAINED, ("He left under Rule 7 (2).", ())]),
    (
        "Under Article 9(2), it rained [1]. He left under Rule 7 (2), in May [2].",
        [("Under Article 9(2), it rained.", (1,)), ("He left under Rule 7 (2), in May.", (2,))],
    ),
    ("Under Article 9(2), it rained. (1)", [("Under Article 9(2), it rained.", (1,))]),
    ("Rule 7 (2), as amended, holds [1].", [("Rule 7 (2), as amended, holds.", (1,))]),
    ("Under 3(a)(2) and Rule(1), it rained.", [("Under 3(a)(2) and Rule(1), it rained.", ())]),
    ("It rained. [1-3] He left. [2–2]", [("It rained.", (1, 2, 3)), LEFT]),
    ("It rained. [1-999999] He left.", [("It rained.", tuple(OFFERED)), ("He left.", ())]),
    ("It rained. [99] He left. [2][2]", [("It rained.", ()), LEFT]),
    ("It rained. [1][99999999999999999999999999] He left. [0]", [RAINED, ("He left.", ())]),
    ("No marker at all", [("No marker at all", ())]),
    (
        "Japan met the U.S. Army in Tokyo [1]. It was new [2].",
        [("Japan met the U.S. Army in Tokyo.", (1,)), ("It was new.", (2,))],
    ),
    (
        "One line\nand a far longer second line [1]. Then it\nended [2].",
        [("One line", ()), ("and a far longer second line.", (1,)), ("Then it\nended.", (2,))],
    ),
    ("The U.S. agreed. [4]", [("The U.S. agreed.", (4,))]),
    ("雨が降った。[1] 彼は去った。[2]", [("雨が降った。", (1,)), ("彼は去った。", (2,))]),
    ("雨が降った[1]。彼は去った【2】。", [("雨が降った。", (1,)), ("彼は去った。", (2,))]),
    ("雨が降った（1）。\n出典：[1]", [("雨が降った。", (1,))]),
    ("[1] It rained.", [RAINED]),
    ("[1] It rained.\n[2] He left.", BOTH),
    ("[1] It rained. [2] He left. [3] She slept.", [*BOTH, ("She slept.", (3,))]),
    ("It rained.\n[1] He left. [2]", BOTH),
    ("It rained.\n\n[1]\n\nHe left.\n[2]", BOTH),
    ("", []),
    ("\n \n", []),
    (". . .", []),
    ("[1][2]", []),
    ("It fell by < 5 percent [1].", [("It fell by < 5 percent.", (1,))]),
    ("It rained [1]. He left (in May, [2", [RAINED, ("He left (in May,", ())]),
    ("He said it was [sic] new [1].", [("He said it was [sic] new.", (1,))]),
]
MARKUP = [
    ("# Answer\n\nIt rained [1]. **He left.** [2]", BOTH),
    ("## It rained [1].\nHe left [2].", BOTH),
    ("**Answer:** It rained [1]. He left [2].", BOTH),
    ("**Weather:**\nIt rained [1]. He left [2].", BOTH),
    ("- It rained [1].\n- He left [2].", BOTH),
    ("1. It rained. [1]\n2. **He left.** [2]", BOTH),
    ("* It rained [1]\n* He left [2]\n", [("It rained", (1,)), ("He left", (2,))]),
    ("- [1] It rained.\n- [2] He left.", BOTH),
    ("- It rained.\n- He left.\n\n[1][2]", [("It rained.", (1, 2)), ("He left.", (1, 2))]),
    (
        "Two things happened:\n\n- It rained [1].\n- He left [2].\n\nThen she slept [3].",
        [("Two things happened:", (1, 2)), *BOTH, ("Then she slept.", (3,))],
    ),
    ("```markdown\nIt rained [1].\n```\nHe left [2].", BOTH),
    ("> It *rained* [1].\n> He `left` [2].", [("It rained.", (1,)), LEFT]),
    ("It [rained](https://example.org) [1].<br>He left [2].</s>", BOTH),
    ("It rained [1]. He left [2].\n\nSources:\n[1] A sentence.\n[2] Another.", BOTH),
    ("It rained [1]. He left [2].\n\n**References**\n\n1. A sentence.", BOTH),
    ("It rained [1]. He left [2].\n\n[1]: A sentence.\n[2]: Another.", BOTH),
    ("It rained [1]. He left [2].\n\n---\n*Sources used: [1], [2]*", BOTH),
    ("Sources say that it rained [1].", [("Sources say that it rained.", (1,))]),
    (
        "It rained on NOT_IN_SOURCES and 3 * 4 [1].",
        [("It rained on NOT_IN_SOURCES and 3 * 4.", (1,))],
    ),
    ("It rained [1]. He left [2].<|im_end|>", BOTH),
]


@pytest.mark.parametrize(("text", "expected"), FORMS + MARKUP)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_markers_are_read_however_they_come(text, expected, size) -> None:
    assert [(w.text, w.ids) for w in written(text, size)] == expected


def test_a_half_written_marker_is_never_shown() -> None:
    stream = CitationParser(OFFERED)
    for piece in ["It ", "rained. ", "[", "1", ", ", "2"]:
        assert stream.feed(piece) == []
        assert "[" not in stream.draft()
    assert stream.feed("] He") == []
    assert stream.feed(" left") == [GeneratedSentence("It rained.", (1, 2))]
    assert stream.draft() == "He left"


def test_a_list_waits_for_the_ids_that_follow_it() -> None:
    stream = CitationParser(OFFERED)
    assert stream.feed("- It rained.\n- He left.\n- She ") == []
    assert stream.draft() == "It rained. He left. She"
    assert [w.ids for w in stream.feed("slept.\n\n[1]\n\nThen came") + stream.feed(" snow.")] == [
        (1,),
        (1,),
        (1,),
    ]


PARTS = st.lists(
    st.sampled_from(
        [text for text, _ in FORMS + MARKUP if text]
        + ["[1", "]", "(", ")", "【", "†", " ", "\n", "- ", "## ", "**", "`", "<", "[2]", "A", "。"]
    ),
    max_size=4,
)


@given(PARTS, st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_pieces_make_no_difference_and_ids_are_only_offered_ones(parts, sizes) -> None:
    text = "".join(parts)
    stream = CitationParser(OFFERED)
    found: list[GeneratedSentence] = []
    first, turn = 0, 0
    while first < len(text):
        size = sizes[turn % len(sizes)]
        found += stream.feed(text[first : first + size])
        shown = stream.draft()
        assert "[1" not in shown[-3:]
        first, turn = first + size, turn + 1
    found += stream.finish()
    assert found == written(text, 1000)
    assert all(number in OFFERED for one in found for number in one.ids)


@given(st.text(alphabet="ab. [](),【】^†123¹A\n-#*_`<>|\\", max_size=80))
def test_nothing_that_is_written_breaks_the_reader(text: str) -> None:
    assert all(one.text.strip() for one in written(text))
