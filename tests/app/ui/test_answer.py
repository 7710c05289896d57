"""What an answer shows of the passages that were retrieved for it."""

from app.ui.components.answer import answer_values
from vectorstore.records import Answer, Hit, Passage


def test_the_place_of_a_passage_is_named_by_the_unit_of_its_source() -> None:
    hits = [
        Hit(Passage(name, name, "Tea.", 0, 4, page, page, ""), 0.5, 0.5, 0.5)
        for name, page in {"talk": 3, "book": 2, "memo": 1, "note": None, "gone": 4}.items()
    ]
    answer = Answer("Tea?", "Tea?", "not_found", "", (), (), tuple(hits), "none")
    titles = {hit.passage.id: hit.passage.id for hit in hits}
    kinds = {"talk": "pptx", "book": "epub", "memo": "pdf", "note": "text"}
    assert [hit["label"] for hit in answer_values(answer, titles, kinds)["hits"]] == [
        "talk · slide 3 · score 0.50",
        "book · section 2 · score 0.50",
        "memo · page 1 · score 0.50",
        "note · score 0.50",
        "gone · page 4 · score 0.50",
    ]
