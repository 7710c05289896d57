"""Selection and order of the sentences in a quoted answer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.answering.wording import DOUBTFUL
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Answer

HARBOUR = """# The harbour of Moji

The harbour of Moji was opened in 1889. It was the work of Inoue Seiichi, an engineer from Tokyo.
Coal was shipped from there to Shanghai.

The mayor told reporters: “We will deepen the harbour. The basin of Moji will be 14 metres deep
in 2030.”

Subscribe to our letter to read more about the harbour of Moji. © The harbour of Moji.
"""
TEA = """# The tea of Uji

Tea has been grown in Uji since the 13th century. The monk Myoe brought the seeds to Uji.
"""
COPY = """# Notes

The harbour of Moji was opened in 1889. Rice was stored in warehouses of brick.
"""


@pytest.fixture
def ask(make_library: Callable[..., Library], folder: Path) -> Callable[[str], Answer]:
    for name, text in (("harbour", HARBOUR), ("tea", TEA), ("copy", COPY)):
        (folder / f"{name}.md").write_text(text)
    library = make_library()
    sync(library, folder)
    return Assistant(library).ask


def texts_of(answer: Answer) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in answer.sentences]


def test_the_best_sentence_comes_first_with_the_answer_marked(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("When was the harbour of Moji opened?")
    first = answer.sentences[0]
    assert first.text == "The harbour of Moji was opened in 1889."
    assert [first.text[a:b] for a, b in first.marks] == ["1889"]
    assert first.verdict == "verbatim"


def test_the_same_words_from_two_sources_are_quoted_once(ask: Callable[[str], Answer]) -> None:
    answer = ask("When was the harbour of Moji opened?")
    assert sum("opened in 1889" in text for text in texts_of(answer)) == 1
    assert not any("opened in 1889" in one.quote for one in answer.more)


def test_the_direct_answer_precedes_the_sentence_it_depends_on(
    ask: Callable[[str], Answer],
) -> None:
    texts = texts_of(ask("Whose work was it, that of the engineer Inoue Seiichi from Tokyo?"))
    assert texts[0] == "It was the work of Inoue Seiichi, an engineer from Tokyo."
    assert texts[1] == "The harbour of Moji was opened in 1889."


def test_a_further_sentence_follows_the_one_it_depends_on(ask: Callable[[str], Answer]) -> None:
    texts = texts_of(
        ask("Who brought tea to Uji, and whose work was it as an engineer from Tokyo?")
    )
    place = next(n for n, text in enumerate(texts) if "Inoue Seiichi" in text)
    assert texts[place - 1] == "The harbour of Moji was opened in 1889."


def test_a_quotation_keeps_its_speaker(ask: Callable[[str], Answer]) -> None:
    texts = texts_of(ask("How deep will the basin of Moji be in 2030?"))
    place = next(n for n, text in enumerate(texts) if "14 metres" in text)
    assert "The mayor told reporters" in texts[place - 1]


def test_boilerplate_is_not_quoted(ask: Callable[[str], Answer]) -> None:
    answer = ask("What is there to read about the harbour of Moji?")
    shown = [*texts_of(answer), *(one.quote for one in answer.more)]
    assert not any("Subscribe" in text or "©" in text for text in shown)


def test_each_part_of_a_question_is_answered(ask: Callable[[str], Answer]) -> None:
    answer = ask("When was the harbour of Moji opened, and who brought the seeds of tea to Uji?")
    assert any("1889" in text for text in texts_of(answer))
    assert any("Myoe" in text for text in texts_of(answer))
    assert answer.missing == ""


def test_an_unanswered_part_is_named(ask: Callable[[str], Answer]) -> None:
    answer = ask("When was the harbour of Moji opened, and who won the chess world cup?")
    assert answer.outcome == "answered"
    assert any("1889" in text for text in texts_of(answer))
    assert "“who won the chess world cup”" in answer.missing


def test_further_evidence_is_not_cited_and_continues_the_numbers(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("When was the harbour of Moji opened?")
    assert answer.more
    first = len(answer.citations) + 1
    assert [one.number for one in answer.more] == list(range(first, first + len(answer.more)))
    cited = {(one.source_id, one.start) for one in answer.citations}
    assert not cited & {(one.source_id, one.start) for one in answer.more}


def test_a_doubtful_answer_has_a_notice(article: Library) -> None:
    answer = Assistant(article).ask("When was Shigeru Ishiba born?")
    assert answer.notice == DOUBTFUL
    assert answer.strength < 0.3


def test_an_answer_that_says_it_all_and_surely_has_no_notice(article: Library) -> None:
    answer = Assistant(article).ask("Which allies of Taiwan may be wavering?")
    assert "allies of Taiwan" in answer.sentences[0].text
    assert answer.strength < 0.45
    assert answer.notice == ""


def test_a_greeting_is_not_searched_for(ask: Callable[[str], Answer]) -> None:
    for greeting in ("Hello!", "thank you", "こんにちは"):
        answer = ask(greeting)
        assert answer.outcome == "answered"
        assert "Ask what the sources" in answer.text
        assert answer.hits == ()


def test_the_author_of_a_named_source_comes_from_the_catalog(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text(
        "---\ntitle: Ferry subsidy review\nauthor: A. Writer\ndate: 2021\n---\nFerries cost money."
    )
    (folder / "b.md").write_text("---\ntitle: Rice\nauthor: B. Writer\n---\nRice is grown.")
    library = make_library()
    sync(library, folder)
    answer = Assistant(library).ask("Who wrote the ferry subsidy review?")
    assert "A. Writer" in answer.text
    assert "B. Writer" not in answer.text
    assert Assistant(library).ask("Who wrote to the king?").hits != ()


def test_a_chronology_is_put_in_the_order_of_its_dates(
    hold: Callable[[dict[str, str]], Library],
) -> None:
    strike = (
        "# The strike\n\nThe strike at the mill ended on 4 June 1921 with a rise in wages. "
        "It had begun on 2 March 1921, when the mill cut the wages. The mill stood by a river. "
        "In April 1921 the owners of the mill hired men from the north.\n"
    )
    library = hold({"strike.md": strike})
    answer = Assistant(library).ask("Give me a timeline of the strike at the mill.")
    said = texts_of(answer)
    places = [
        next(n for n, text in enumerate(said) if day in text)
        for day in ("2 March", "In April", "4 June")
    ]
    assert places == sorted(places)
