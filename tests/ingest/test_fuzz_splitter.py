"""Whatever a text is, its passages have exact offsets, in order, and leave out no word."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.splitter import PassageSplitter, weight
from tests.fuzzing import fuzzed, shares, texts
from vectorstore.records import Document, Heading, Page
from vectorstore.text.sentences import sentences


@fuzzed
@given(texts, st.integers(1, 300), st.lists(shares, max_size=4))
def test_passages_cover_every_word_at_its_place(
    text: str, longest: int, places: list[float]
) -> None:
    cuts = sorted({0, len(text), *(int(share * len(text)) for share in places)})
    ends = list(pairwise(cuts))
    pages = tuple(Page(number, a, b) for number, (a, b) in enumerate(ends, start=1))
    # What stands between the places of headings is a section; a heading itself is no passage.
    headings = tuple(Heading("Heading", cut, cut) for cut in cuts[1:-1])
    document = Document(text, "text", pages=pages, headings=headings)
    passages = PassageSplitter(longest).split(document, "s")
    kept, last = [], 0
    for passage in passages:
        assert last <= passage.start < passage.end <= len(text)
        assert text[passage.start : passage.end] == passage.text
        assert weight(passage.text) <= max(longest, 1) or len(passage.text) == 1
        kept.append(text[last : passage.start])
        last = passage.end
    kept.append(text[last:])
    assert not any(character.isalnum() for character in "".join(kept))
    assert len({passage.id for passage in passages}) == len(passages)


@fuzzed
@given(texts)
def test_sentences_lie_in_order_and_leave_out_no_word(text: str) -> None:
    last = 0
    left = []
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        left.append(text[last:start])
        last = end
    left.append(text[last:])
    assert not any(character.isalnum() for character in "".join(left))
