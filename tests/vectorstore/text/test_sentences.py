import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ARTICLE
from vectorstore.text.sentences import LONGEST, sentences


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


def test_the_article_has_no_sentence_cut_in_two() -> None:
    found = split(ARTICLE.read_text(encoding="utf-8").split("---", 2)[2])
    prose = [sentence for sentence in found if not sentence.startswith("#")]
    assert all(sentence[-1] in ".”" for sentence in prose)
    assert any("such as Haiti, St. Lucia, and the Holy See" in sentence for sentence in prose)
    assert any("Surangel Whipps Jr. to reaffirm" in sentence for sentence in prose)


@given(
    st.text(
        alphabet=st.characters(codec="utf-8") | st.sampled_from(" .\n。”「」#-1aA"), max_size=400
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
    missed = [text[i] for i in range(len(text)) if i not in covered]
    assert not any(character.isalnum() for character in missed)
