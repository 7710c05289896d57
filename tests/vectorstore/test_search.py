from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.search import fuse


def test_fusing_keeps_what_either_half_knows() -> None:
    fused = fuse({"a": 0.9, "b": 0.1}, {"b": 8.0, "c": 4.0})
    assert list(fused) == ["a", "b", "c"]
    assert fused == {"a": 0.5, "b": 0.5, "c": 0.25}
    assert fuse({}, {}) == {}
    assert list(fuse({"a": 0.2, "b": 0.9}, {"a": 1.0}, dense_weight=0.0)) == ["a", "b"]


def test_the_passage_that_answers_comes_first(article: Library) -> None:
    hits = article.search("What did Japan's G7 presidency do for Taiwan?", 5)
    assert len(hits) == 5
    assert "presidency of the G7 in 2023" in hits[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].dense > 0.5
    assert hits[0].lexical > 0


def test_chinese_is_found_by_the_english_model(article: Library) -> None:
    best = article.search("駐立陶宛台灣代表處", 1)[0]
    assert "駐立陶宛台灣代表處" in best.passage.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "?!…",
        "🎌",
        '"',
        "NEAR(a b)",
        "a* OR -b AND NOT (c",
        "\0",
        "the of and",
        "x" * 20_000,
    ],
)
def test_no_query_is_an_error(article: Library, query: str) -> None:
    for hit in article.search(query, 3):
        assert hit.passage.text


def test_only_the_chosen_sources_are_searched(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("Tea is grown in Uji.")
    (folder / "b.md").write_text("Tea is grown in Alishan.")
    library = make_library()
    ids = {change.path: change.source_id for change in sync(library, folder)}
    found = library.search("Where is tea grown?", 5, [ids["b.md"]])
    assert {hit.passage.source_id for hit in found} == {ids["b.md"]}
    assert library.search("Where is tea grown?", 5, []) == []


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search("Where is tea grown?") == []
