"""Quotations are seen by whatever marks they have; apostrophes, feet and inches are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft_check.quotation_marks import quotations

MARKS = "“”„‟«»‹›「」『』\"'‘’‚`,\n "


def seen(text: str) -> list[str]:
    return [text[slice(*one.inside)] for one in quotations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the ‘workers’ houses were fit for use’.", ["workers’ houses were fit for use"]),
        ("‘workers’ houses’ were built", ["workers’ houses"]),
        ("'workers' houses' were 'fit'", ["workers' houses", "fit"]),
        ("The ‘workers’ and the owners’ houses fell.", ["workers"]),
        ("the ‘officers’ signed the dogs’ lease.", ["officers"]),
        ("'He's gone,' she said. 'I can't stay.'", ["He's gone,", "I can't stay."]),
        ("He said: ``We can't sell''.", ["We can't sell"]),
        ("”Vi säljer” sade han, »Nej» sade hon.", ["Vi säljer", "Nej"]),
        ("„Wir gehen“, „Idziemy” i »Gehen wir«", ["Wir gehen", "Idziemy", "Gehen wir"]),
        ("« On ‹y› va » et «Non»", ["On ‹y› va", "Non"]),
        ("‚Ja‘ und ‹nein› und ›doch‹ und ,,so''", ["Ja", "nein", "doch", "so"]),
        ("「中『の』人」『本』｢外｣", ["中『の』人", "本", "外"]),
        ("‘He said “no” to the workers’ plan.’ “He said ‘no’ to us”",
         ["He said “no” to the workers’ plan.", "He said ‘no’ to us"]),
        ('"mixed” and “mixed"', ["mixed", "mixed"]),
        ("“He wrote:\n\n“It rains.\n\n“It pours,” she said.",
         ["He wrote:\n\n“It rains.\n\n“It pours,"]),
        ("“left open\n\nand “closed”", ["closed"]),
        ("“more. “Our tea” is", ["Our tea"]),
    ],
)  # fmt: skip
def test_quotations_are_seen_by_all_marks(text: str, found: list[str]) -> None:
    assert seen(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The dogs' food and the cats' home, rock 'n' roll, the '30s",
        "’tis time, he’s 5′ 10″ or 5' 10\" high",
        "``code`` and `more` and ```\n“\n",
        "“ ” and '' and ‘’",
    ],
)
def test_other_signs_are_no_quotations(text: str) -> None:
    assert seen(text) == []


@given(st.text(alphabet=MARKS + "as.", max_size=60))
def test_quotations_stand_apart_and_have_words(text: str) -> None:
    last = 0
    for one in quotations(text):
        assert last <= one.start < one.inside[0] < one.inside[1] < one.end <= len(text)
        assert text[slice(*one.inside)].strip() == text[slice(*one.inside)]
        last = one.end


@pytest.mark.parametrize(
    ("one", "found"),
    [("‘a ", 0), ("“ ", 0), ("“a\n\n“", 0), ('“a" ', 50_000), ("「", 0), ("'a' ", 50_000)],
)
def test_long_texts_of_marks_are_read_in_reasonable_time(one: str, found: int) -> None:
    """Were each mark compared with all before it, this would not end."""
    assert len(quotations(one * 50_000)) == found
