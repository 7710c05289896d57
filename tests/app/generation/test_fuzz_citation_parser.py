"""Whatever a model writes, in whatever pieces, becomes sentences that cite what was offered."""

from hypothesis import given
from hypothesis import strategies as st

from app.generation.citation_parser import CitationParser
from tests.fuzzing import fuzzed, texts


@fuzzed
@given(texts, st.sets(st.integers(1, 5), max_size=4), st.integers(1, 50))
def test_any_text_becomes_sentences_with_offered_ids(
    text: str, offered: set[int], size: int
) -> None:
    written = []
    for piece in (len(text) or 1, size):
        parser = CitationParser(offered)
        found = []
        for first in range(0, len(text), piece):
            found += parser.feed(text[first : first + piece])
        written.append(found + parser.finish())
    assert written[0] == written[1]
    for sentence in written[0]:
        assert set(sentence.ids) <= offered
        assert len(set(sentence.ids)) == len(sentence.ids)
        assert sentence.text.strip()
