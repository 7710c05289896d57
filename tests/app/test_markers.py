import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.markers import MarkerStream, Written

OFFERED = range(1, 10)


def written(text: str, size: int = 1) -> list[Written]:
    stream = MarkerStream(OFFERED)
    found: list[Written] = []
    for first in range(0, len(text), size):
        found += stream.feed(text[first : first + size])
    return found + stream.finish()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. [1] He left. [2]", [("It rained.", (1,)), ("He left.", (2,))]),
        ("It rained [1]. He left [2][3].", [("It rained.", (1,)), ("He left.", (2, 3))]),
        ("It rained.[1, 2] He left.【3】", [("It rained.", (1, 2)), ("He left.", (3,))]),
        (
            "It rained (1). In May (2023) he left. (2)",
            [("It rained.", (1,)), ("In May (2023) he left.", (2,))],
        ),
        ("It rained. [1-3]", [("It rained.", (1, 2, 3))]),
        ("It rained. [99] He left. [2][2]", [("It rained.", ()), ("He left.", (2,))]),
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
        ("[1] It rained.", [("It rained.", (1,))]),
        ("", []),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_markers_are_read_however_they_come(text, expected, size) -> None:
    assert [(w.text, w.ids) for w in written(text, size)] == expected


def test_a_half_written_marker_is_never_shown() -> None:
    stream = MarkerStream(OFFERED)
    for piece in ["It ", "rained. ", "[", "1", ", ", "2"]:
        assert stream.feed(piece) == []
        assert "[" not in stream.draft()
    assert stream.feed("] He") == []
    assert stream.feed(" left") == [Written("It rained.", (1, 2))]
    assert stream.draft() == "He left"


@given(st.text(alphabet="ab. [](),【】123A\n", max_size=60), st.integers(1, 7))
def test_pieces_make_no_difference_and_ids_are_only_offered_ones(text: str, size: int) -> None:
    stream = MarkerStream(OFFERED)
    found: list[Written] = []
    for first in range(0, len(text), size):
        found += stream.feed(text[first : first + size])
    found += stream.finish()
    assert all(number in OFFERED for one in found for number in one.ids)
