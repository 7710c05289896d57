"""A draft is read as its reader sees it, and reported as it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft_check.checker import check_draft
from app.draft_check.plain_draft import plain_draft
from vectorstore.library import Library


@pytest.mark.parametrize(
    ("draft", "plain"),
    [
        ("&ldquo;a&nbsp;b&rdquo; &#8216;c&#x2019; &amp;", "“a\u00a0b” ‘c’ &"),
        ("the [old pier](https://example.org/a_(b) \"x\") fell", "the old pier fell"),
        ("<q>so</q> <em class='x'>it</em> is", "“so” it is"),
        (r"\enquote{so} it is", "“so” it is"),
        ("kept [sic] (it), [^1](x), a < b & c", "kept [sic] (it), [^1](x), a < b & c"),
    ],
)  # fmt: skip
def test_markup_is_not_read(draft: str, plain: str) -> None:
    assert plain_draft(draft).text == plain


@given(st.text(alphabet="ab &;<>q/[]()“”#8216\\enquote{}", max_size=60))
def test_plain_text_leads_back_to_the_draft(draft: str) -> None:
    plain = plain_draft(draft)
    spans = [plain.given_span(at, at + 1) for at in range(len(plain.text))]
    assert all(0 <= start < end <= len(draft) for start, end in spans)
    assert spans == sorted(spans)


def test_a_report_has_the_offsets_of_the_draft_as_given(article: Library) -> None:
    draft = (
        "It &ldquo;stands proudly as a <em>bridge</em> between "
        "[Japan](https://example.org/japan) and Taiwan&rdquo;. &amp; so on."
    )
    (sentence, _) = check_draft(article, draft).sentences
    (quotation,) = sentence.quotations
    assert quotation.verdict == "found"
    assert draft[sentence.start : sentence.end] == sentence.text
    assert draft[quotation.start : quotation.end] == quotation.text
    assert quotation.text.startswith("stands")
    assert quotation.text.endswith("Taiwan")
