import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fidelity.splitting import expected, marked_texts, plain
from tests.conftest import ARTICLE
from vectorstore.text.sentences import LONGEST, sentences

CASES = list(marked_texts())
MARKED = [case for _, case in CASES]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["He went to St. Lucia.", "It rained."],
        ["President Surangel Whipps Jr. met him.", "They talked."],
        ["The law of the U.S. is clear.", "It holds."],
        ["She works in the U.S.", "The office is small."],
        ["He said: “It went well.”", "Then he left."],
        ["(It was late.)", "Nobody came."],
        ["See no. 5 of the list.", "It is short."],
        ["It rose by 3.5 per cent.", "In 2024 it fell."],
        ["J. R. Smith wrote it.", "Dr. Lee read it."],
        ["Is it so?", "Yes!", "“Really?” he asked."],
        ["It ended in 2019.", "12 allies remain."],
        ["They met at 5 p.m. Tuesday in Kyiv.", "Nothing was signed."],
    ],
)
def test_english_stumbling_blocks(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_japanese_and_chinese() -> None:
    assert split("彼は「はい。」と言った。次の文！終わり") == [
        "彼は「はい。」と言った。",
        "次の文！",
        "終わり",
    ]
    assert split("這是第一句。這是第二句？") == ["這是第一句。", "這是第二句？"]


def test_wrapped_lines_are_one_sentence_and_list_items_are_their_own() -> None:
    wrapped = "This sentence was wrapped by an editor at\nsome width and goes on here.\nNext one."
    assert split(wrapped) == [
        "This sentence was wrapped by an editor at\nsome width and goes on here.",
        "Next one.",
    ]
    assert split("- first item\n- second item") == ["first item", "second item"]
    assert split("Introduction\nA long paragraph follows the heading here.") == [
        "Introduction",
        "A long paragraph follows the heading here.",
    ]


@pytest.mark.parametrize("case", MARKED, ids=plain)
def test_stops_in_law_history_science_and_news(case: str) -> None:
    assert split(plain(case)) == expected(case)


def test_the_cases_are_many_and_half_of_them_split() -> None:
    kinds = [where.split()[-1] for where, _ in CASES]
    assert len(kinds) >= 150
    assert 0.4 <= kinds.count("split") / len(kinds) <= 0.6


@pytest.mark.parametrize("case", MARKED, ids=plain)
@given(st.text(alphabet=" \n\t\u3000", max_size=4), st.text(alphabet=" \n\t\u3000", max_size=4))
def test_spans_of_a_case_are_exact_whatever_surrounds_it(
    case: str, before: str, after: str
) -> None:
    text = f"{before}{plain(case)}{after}"
    spans = sentences(text)
    assert [text[a:b] for a, b in spans] == expected(case)
    assert all(a < b for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
    between = zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), len(text)], strict=True)
    missed = "".join(text[a:b] for a, b in between).split()
    assert missed == [piece for piece in case.split("‖") if piece.isdigit()]  # numbers of notes


@given(st.lists(st.sampled_from(MARKED), min_size=1, max_size=6))
def test_paragraphs_do_not_change_each_other(cases: list[str]) -> None:
    text = "\n\n".join(map(plain, cases))
    assert split(text) == [sentence for case in cases for sentence in expected(case)]


def test_a_ragged_wrapped_line_goes_on_with_a_small_letter() -> None:
    ragged = (
        "The harbour board met on the first day of the month and\n"
        "did not agree to the sale of the crane or of the\n"
        "pier. The mayor, who had waited outside for the whole afternoon, left."
    )
    first, second = split(ragged)
    assert first.endswith("and\ndid not agree to the sale of the crane or of the\npier.")
    assert second.startswith("The mayor, who had waited")
    verse = (
        "the tide is low,\nthe light is dim,\nand nobody looks out over the long grey water for him"
    )
    assert len(split(verse)) == 3
    cited = (
        "The rule is old: it was first stated, as every reader knows, in Holm\nv. Lind, and stands."
    )
    assert split(cited) == [cited]


def test_the_article_has_no_sentence_cut_in_two() -> None:
    found = split(ARTICLE.read_text(encoding="utf-8").split("---", 2)[2])
    prose = [sentence for sentence in found if not sentence.startswith("#")]
    assert all(sentence[-1] in ".”" for sentence in prose)
    assert any("such as Haiti, St. Lucia, and the Holy See" in sentence for sentence in prose)
    assert any("Surangel Whipps Jr. to reaffirm" in sentence for sentence in prose)


@given(
    st.text(
        alphabet=st.characters(codec="utf-8") | st.sampled_from(" .\n。．”「」（）#-1¹aA"),
        max_size=400,
    )
)
def test_spans_are_in_order_trimmed_and_cover_every_character(text: str) -> None:
    covered: set[int] = set()
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST
        covered |= set(range(start, end))
        last = end
    missed = "".join(c if i not in covered else " " for i, c in enumerate(text))
    noted = re.sub(r"(?<!\S)\d{1,3}(?:[,–]\d{1,3})*(?!\S)", "", missed)  # numbers of notes
    assert not any(character.isalnum() for character in noted)
