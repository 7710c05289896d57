"""The scores are BM25's, whatever order passages come and go in."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.index.word_index import K1, B, WordIndex

TEXTS = {
    3: ["tea", "uji", "tea"],
    5: ["tea", "alishan"],
    8: ["rice", "niigata", "sea", "field", "wet"],
    9: [],
}


def bm25(texts: dict[int, list[str]], query: dict[str, float]) -> dict[int, float]:
    """The textbook's formula, a passage at a time."""
    mean = sum(map(len, texts.values())) / max(len(texts), 1)
    found = {}
    for number, text in texts.items():
        total = 0.0
        for term, weight in query.items():
            n = sum(term in other for other in texts.values())
            idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
            times = Counter(text)[term]
            norm = K1 * (1 - B + B * len(text) / (mean or 1))
            total += weight * idf * times / (times + norm)
        found[number] = total
    return found


def scored(index: WordIndex, query: dict[str, float]) -> dict[int, float]:
    numbers, scores = index.scores(query)
    assert list(numbers) == sorted(numbers)
    return dict(zip(numbers.tolist(), scores.tolist(), strict=True))


def test_an_empty_index_finds_nothing() -> None:
    index = WordIndex()
    assert scored(index, {"tea": 1.0}) == {}
    assert index.frequencies(["tea"]) == {"tea": 0}
    assert list(index.containing_all(["tea"])) == []
    index.remove([7])
    index.add([])


def test_words_are_counted_and_found_together() -> None:
    index = WordIndex()
    index.add(TEXTS.items())
    assert index.frequencies(["tea", "rice", "wine"]) == {"tea": 2, "rice": 1, "wine": 0}
    assert list(index.containing_all(["tea", "uji"])) == [3]
    assert list(index.containing_all(["tea", "wine"])) == []
    assert list(index.containing_all([])) == []
    assert scored(index, {"tea": 1.0, "wine": 1.0}) == pytest.approx(bm25(TEXTS, {"tea": 1.0}))


def test_what_is_known_is_not_taken_in_twice() -> None:
    index = WordIndex()
    index.add(TEXTS.items())
    index.add([(9, ["tea"]), (10, ["tea"])])
    assert index.frequencies(["tea"]) == {"tea": 3}
    assert index.last == 10


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=20),
    st.sets(st.integers(1, 20)),
    st.integers(1, 5),
)
def test_any_history_of_changes_ends_in_the_same_scores(
    texts: list[list[str]], removed: set[int], step: int
) -> None:
    index = WordIndex()
    numbered = list(enumerate(texts, start=1))
    for first in range(0, len(numbered), step):
        index.add(numbered[first : first + step])
        index.remove([number for number in removed if number <= first])
    index.remove(sorted(removed))
    left = {number: text for number, text in numbered if number not in removed}
    query = {"a": 1.0, "b": 0.5, "z": 1.0}
    found = scored(index, query)
    assert {n: found[n] for n in left} == pytest.approx(bm25(left, query), abs=1e-5)
    assert all(found[number] == 0 for number in found if number not in left)
    assert index.frequencies("ab") == {
        term: sum(term in text for text in left.values()) for term in "ab"
    }
    assert list(index.containing_all(["a", "b"])) == [
        n for n, t in left.items() if {"a", "b"} <= set(t)
    ]
