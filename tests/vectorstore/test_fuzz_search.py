"""Whatever is searched for, it finds passages of the library or nothing; there is no query syntax."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzzing import fuzzed, texts
from vectorstore.library import Library
from vectorstore.records import Scope
from vectorstore.text.terms import fold, terms

# What means something in other programs' queries must mean nothing here.
SYNTAX = st.lists(
    st.sampled_from(
        [
            '"', "'", "*", "AND", "OR", "NOT", "NEAR(", ")", "(", "+", "-", ":", "^", "~", "{", "}", "--", "/*",
            ";", "%", "_", "\\", "title:", "Taiwan", "Paraguay*", "“Lee I-yang”", "日本", "台湾", "G7", "1979",
        ]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@fuzzed
@given(st.one_of(texts, SYNTAX), st.integers(1, 20))
@example('"Taiwan" NEAR/2 (', 1)
def test_any_query_finds_passages_or_nothing(article: Library, query: str, limit: int) -> None:
    hits = article.search(query, limit)
    assert len(hits) <= limit
    for hit in hits:
        source = article.catalog.text(hit.passage.source_id)
        assert source[hit.passage.start : hit.passage.end] == hit.passage.text
    if not any(character.isalnum() for character in query):
        assert not hits


@fuzzed
@given(st.one_of(texts, SYNTAX), texts, texts)
def test_any_scope_is_a_scope(article: Library, query: str, source: str, language: str) -> None:
    assert article.search(query or "Taiwan", 3, Scope(sources=(source,))) == []
    article.search("Taiwan", 3, Scope(languages=(language,)))


@fuzzed
@given(texts)
def test_terms_are_the_same_however_a_text_is_folded(text: str) -> None:
    assert all(term and not term.isspace() for term in terms(text))
    assert fold(fold(text)) == fold(text)
