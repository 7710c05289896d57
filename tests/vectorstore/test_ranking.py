"""Ranking: fusion of the scores, near copies, scopes and unusual queries."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.ranking import Query, Weights, alike, fuse, phrase_scores
from vectorstore.records import Passage, Scope
from vectorstore.storage.passages import SearchCandidate


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_fusion_scales_and_weighs_each_score() -> None:
    none = array(0, 0, 0)
    fused = fuse(array(0.9, 0.1, 0.5), none, array(0, 8, 4), none, Weights(1, 0, 1, 0))
    assert fused.tolist() == [0.5, 0.5, 0.5]
    # No candidate has a phrase, so its weight goes to the other scores.
    assert fuse(array(1, 0), array(1, 0), array(1, 0), array(0, 0), Weights()).tolist() == [1, 0]
    assert fuse(array(), array(), array(), array(), Weights()).tolist() == []
    alike_all = fuse(array(0.3, 0.3), array(0.3, 0.3), array(0, 0), array(0, 0), Weights())
    assert alike_all[0] == alike_all[1]


def test_words_take_the_weight_of_an_unreadable_query() -> None:
    unread = Weights().for_readable(0.0)
    assert (unread.meaning, unread.sentence, unread.phrases) == (0, 0, 0)
    assert unread.words == pytest.approx(1)
    assert Weights().for_readable(1.0) == Weights()


def test_phrases_are_weighted_by_rarity_among_the_candidates() -> None:
    query = ["climate", "change", "act"]
    scores = phrase_scores(
        query,
        [
            ["climate", "change", "act"],
            ["change", "climate", "act"],
            ["climate", "change"],
            ["act", "climate", "change"],
        ],
    )
    assert scores[0] > scores[2] > scores[1] == 0
    assert phrase_scores(["tea"], [["tea"]]).tolist() == [0]
    assert phrase_scores(query, []).tolist() == []


def test_context_counts_less_the_older_it_is() -> None:
    query = Query("And in Palau?", ("Which ports did Japan build?", "Who paid for the ports?"))
    assert query.whole == "Who paid for the ports? Which ports did Japan build? And in Palau?"
    weights = query.weights
    assert weights["palau"] == 1 > weights["japan"] == weights["port"] > weights["pay"] > 0


def test_the_vector_of_a_follow_up_is_nearest_to_the_question(
    embeddings: SentenceEmbeddings,
) -> None:
    encode = embeddings.encode_query
    query = Query("And in Palau?", ("Which ports did Japan build?",))
    vector = query.vector(encode)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
    own, before = encode("And in Palau?"), encode("Which ports did Japan build?")
    assert float(vector @ own) > float(vector @ before) > float(own @ before)


TEXT = (
    "Every operator of a port is required to notify the ministry of losses within ten days of the "
    "end of fiscal year 2022, and to keep the books for five years after that at its main office."
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TEXT, True),
        (TEXT.replace("Every", "Any"), True),
        (f"News:  {TEXT.upper()}", True),
        (TEXT.replace("required", "not required"), False),
        (TEXT.replace("2022", "2023"), False),
        (TEXT.replace("notify the ministry", "notify the Ministry"), True),
        (TEXT.replace("of a port", "of Brenna"), False),
        (" ".join(reversed(TEXT.split())), False),
        (TEXT[:120], False),
        ("", False),
    ],
)
def test_near_copies_are_alike_contradictions_are_not(other: str, same: bool) -> None:
    def passage(text: str) -> Passage:
        return Passage("id", "source", text, 0, len(text), None, None, "")

    assert alike(passage(TEXT), passage(other)) is same
    assert alike(passage("台湾は島である。"), passage("台湾は島でない。")) is False


def test_the_answering_passage_comes_first(article: Library) -> None:
    hits = article.search("What did Japan's G7 presidency do for Taiwan?", 5)
    assert len(hits) == 5
    assert "presidency of the G7 in 2023" in hits[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert min(hits[0].dense, hits[0].sentence) > 0.5
    assert hits[0].lexical > 0


def test_chinese_is_found_by_the_english_model(article: Library) -> None:
    best = article.search("駐立陶宛台灣代表處", 1)[0]
    assert "駐立陶宛台灣代表處" in best.passage.text


QUERIES = {
    "empty": "",
    "spaces": "   ",
    "punctuation": "?!…",
    "emoji": "🎌",
    "a quote": '"',
    "near": "NEAR(a b)",
    "operators": "a* OR -b AND NOT (c:d ^",
    "nul": "\0",
    "nul inside": "tea\0 Taiwan",
    "stop words": "the of and",
    "long": "x" * 20_000,
    "many words": "Taiwan Japan " * 1600,
    "unpaired surrogate": "\ud800 Taiwan",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_no_query_raises_an_error(article: Library, library: Library, query: str) -> None:
    for hit in article.search(query, 3):
        assert hit.passage.text
    assert library.search(query) == []
    assert article.search(query, 3, Scope(sources=())) == []


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_rejected_candidates_follow_the_hits(article: Library, limit: int) -> None:
    query = Query("And what did they sign?", ("Whom did Ishiba meet?",))
    found = article.search(query, limit)
    ranked = list(article.searcher.search(query, limit, keep_rejected=True).hits)
    assert ranked[:limit] == found
    assert len(ranked) == article.database.count("passage") > limit
    assert [hit.score for hit in ranked] == sorted((h.score for h in ranked), reverse=True)
    assert article.searcher.search(Query("?!"), limit, keep_rejected=True).hits == ()


def test_rejected_candidates_stay_in_scope(
    teas: tuple[Library, dict[str, str]],
) -> None:
    library, ids = teas
    scope = Scope(sources=(next(iter(ids.values())),))
    ranked = library.searcher.search(Query("tea"), 1, scope, keep_rejected=True).hits
    assert {hit.passage.source_id for hit in ranked} == set(scope.sources or ())


def test_a_query_without_letters_finds_nothing(article: Library) -> None:
    for query in ("", "?!…", "🎌", "\0"):
        assert article.search(query) == []


@pytest.fixture(scope="module")
def teas(hold: Callable[[dict[str, str]], Library]) -> tuple[Library, dict[str, str]]:
    """Return a library of three sources with different dates and languages, and their ids."""
    library = hold(
        {
            "a.md": "---\ndate: 2021-05-02\n---\nTea is grown in Uji for the court.",
            "b.md": "---\ndate: 2023\n---\nTea is grown in Alishan by the hills.",
            "c.md": "宇治のお茶は京都で作られています。お茶の歴史は長いです。",
        }
    )
    return library, {source.path: source.id for source in library.catalog.sources()}


@pytest.mark.parametrize(
    ("scope", "paths"),
    [
        (Scope(), "abc"),
        (Scope(languages=("en",)), "ab"),
        (Scope(languages=("ja",)), "c"),
        (Scope(languages=("fr",)), ""),
        (Scope(since="2022"), "b"),
        (Scope(since="2021-05"), "ab"),
        (Scope(since="2021-06"), "b"),
        (Scope(until="2021"), "a"),
        (Scope(until="2021-05-01"), ""),
        (Scope(since="2021-05-02", until="2023-12-31"), "ab"),
        (Scope(since="2023-07"), "b"),  # “2023” may be any day of it
        (Scope(languages=("ja",), since="2021"), ""),
    ],
)
def test_search_respects_the_scope(
    teas: tuple[Library, dict[str, str]], scope: Scope, paths: str
) -> None:
    library, ids = teas
    found = {hit.passage.source_id for hit in library.search("Where is tea お茶 grown?", 9, scope)}
    assert found == {ids[f"{name}.md"] for name in paths}


def test_search_is_limited_to_the_chosen_sources(teas: tuple[Library, dict[str, str]]) -> None:
    library, ids = teas
    scope = Scope(sources=(ids["b.md"], ids["c.md"]), languages=("en",))
    found = library.search("Where is tea grown?", 5, scope)
    assert {hit.passage.source_id for hit in found} == {ids["b.md"]}
    assert library.search("Where is tea grown?", 5, Scope(sources=())) == []


def test_a_near_copy_is_found_once(make_library: Callable[..., Library], folder: Path) -> None:
    text = (
        "Tea is grown in Uji in the hills south of Kyoto, where fog lies on the river Uji in the "
        "morning; it is sold in the whole country and drunk at court since the days of Eisai."
    )
    (folder / "a.md").write_text(text)
    (folder / "b.md").write_text(f"# News\n\n{text.replace('whole', 'entire')}")
    (folder / "c.md").write_text("Rice is grown in Niigata.")
    library = make_library()
    sync(library, folder)
    first, second = library.search("Where is tea grown?")
    assert "Tea" in first.passage.text
    assert "Rice" in second.passage.text
    (copy,) = first.copies
    assert "Tea" in library.passages.get([copy])[copy].text


def test_notes_that_name_different_people_do_not_hide_one_another(
    make_library: Callable[..., Library], folder: Path
) -> None:
    note = (
        "The harbour office of the district is open from nine to four, and the harbour master, {}, "
        "can be reached there by telephone or in writing on every working day of the week."
    )
    people = ("Ada Lind", "Jon Holm", "Eva Berg")
    for number, name in enumerate(people):
        (folder / f"{number}.md").write_text(note.format(name))
    library = make_library()
    sync(library, folder)
    found = library.search("Who is the harbour master?", 5)
    assert [hit.copies for hit in found] == [(), (), ()]
    assert "Holm" in library.search("Where can Jon Holm be reached?", 5)[0].passage.text


def test_a_copy_that_has_a_word_of_the_question_is_found_by_itself(
    make_library: Callable[..., Library], folder: Path
) -> None:
    text = (
        "The ferry leaves the quay at noon and lands on the other side after forty minutes, "
        "where a bus waits for the passengers and brings them to the {} in the town."
    )
    (folder / "a.md").write_text(text.format("market"))
    (folder / "b.md").write_text(text.format("hospital"))
    library = make_library()
    sync(library, folder)
    (ferry,) = library.search("When does the ferry leave?", 5)
    assert len(ferry.copies) == 1
    found = library.search("Does the bus go to the hospital or to the market?", 5)
    assert sorted("hospital" in hit.passage.text for hit in found) == [False, True]


def test_headings_are_searched(make_library: Callable[..., Library], folder: Path) -> None:
    (folder / "a.md").write_text(
        "# Fees\n\nTen dollars a year.\n\n# Zanzibar\n\nTwelve dollars a year."
    )
    library = make_library()
    sync(library, folder)
    assert library.search("Zanzibar", 1)[0].passage.heading == "Zanzibar"


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search("Where is tea grown?") == []


def test_many_copies_do_not_crowd_out_other_passages(
    make_library: Callable[..., Library], folder: Path
) -> None:
    notice = "Every operator of a port must notify the ministry of losses within ten days."
    (folder / "a.md").write_text(f"# Note\n\n{notice}\n\n" * 130)
    (folder / "b.md").write_text("The ministry of ports was founded by an operator of losses.")
    library = make_library()
    sync(library, folder)
    first, second = library.search("Which operator must notify the ministry of losses?", 5)
    assert (first.passage.text, len(first.copies)) == (notice, 129)
    assert "founded" in second.passage.text


def test_an_unreadable_query_fetches_candidates_once(
    make_library: Callable[..., Library], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [f"# Note {n}\n\nPort {n} lost {n} ships in the storm." for n in range(130)]
    (folder / "a.md").write_text(
        "\n\n".join([*notes, "# Uji\n\n宇治のお茶は京都で作られています。"])
    )
    library = make_library()
    sync(library, folder)
    fetched: list[int] = []
    candidates = library.passages.candidates

    def counted(ids: list[str], numbers: list[int], fingerprint: str) -> list[SearchCandidate]:
        fetched.append(len(ids))
        return candidates(ids, numbers, fingerprint)

    monkeypatch.setattr(library.passages, "candidates", counted)
    (only,) = library.search("宇治")
    assert "宇治" in only.passage.text
    assert len(fetched) == 1
    assert library.search("富士") == []
