"""What can be compared in a sentence: numbers, dates, names, and how it holds what it says."""

import doctest
import importlib

import pytest

from app.verification.dates import dates
from app.verification.denials import negations
from app.verification.modality import hedges, quantifiers, reports
from app.verification.names import missing, names
from app.verification.quantities import quantities
from app.verification.support import Features, score, support

Q = quantities


@pytest.mark.parametrize(
    "module",
    [
        "app.verification.dates",
        "app.verification.names",
        "app.verification.antonyms",
        "app.verification.quantities",
        "app.verification.modality",
        "app.verification.support",
        "app.verification.wording",
        "app.answering.answer_type",
        "app.answering.disagreements",
        "app.answering.decomposition",
        "training.model",
        "vectorstore.encoders.evidence_chunks",
        "vectorstore.encoders.registry",
    ],
)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two ships", "2 ships"),
        ("1,200 ships", "1200 ships"),
        ("3 million yen", "3,000,000 yen"),
        ("twenty-two men", "22 men"),
        ("two hundred and forty thousand men", "240,000 men"),
        ("half of the men", "50% of the men"),
        ("the tenth meeting", "the 10th meeting"),
        ("１２か国", "十二か国"),
        ("3万人", "30,000人"),
        ("about 1,000 men", "1,030 men"),
    ],
)
def test_the_same_number_is_told_however_it_is_written(one: str, other: str) -> None:
    assert [q.value for q in Q(one)] != []
    assert all(a.equals(b) for a, b in zip(Q(one), Q(other), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [("two ships", "three ships"), ("2 ships", "the 2nd ship"), ("1,000 men", "1,030 men")],
)
def test_other_numbers_are_told(one: str, other: str) -> None:
    assert not Q(one)[0].equals(Q(other)[0])


@pytest.mark.parametrize(
    "text", ["the G7", "COVID-19", "an F-16", "one of them", "in 2023", "三菱"]
)
def test_what_counts_nothing_is_no_number(text: str) -> None:
    assert Q(text) == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("June 9, 2025", (2025, 6, 9)),
        ("9 June 2025", (2025, 6, 9)),
        ("2025-06-09", (2025, 6, 9)),
        ("2025年6月9日", (2025, 6, 9)),
        ("on June 9th", (None, 6, 9)),
        ("mid-May", (None, 5, None)),
        ("in April 2023", (2023, 4, None)),
        ("since 1998", (1998, None, None)),
    ],
)
def test_dates(text: str, parts: tuple[int | None, ...]) -> None:
    assert [date.parts for date in dates(text)] == [parts]


def test_what_looks_like_a_date_is_none() -> None:
    assert dates("May I see the 2000 troops, who may go for 1,998 dollars?") == ()
    assert dates("9 June")[0].fits(dates("June 9, 2025")[0])
    assert not dates("9 June")[0].fits(dates("June 19, 2025")[0])
    assert dates("the 1990s")[0].fits(dates("in 1994")[0])


@pytest.mark.parametrize(
    ("sentence", "text", "absent"),
    [
        ("It was Ishiba who met him.", "Prime Minister Ishiba met him.", []),
        ("Kishida met him.", "Prime Minister Ishiba met him.", ["Kishida"]),
        ("Officials met him.", "Prime Minister Ishiba met him.", []),
        ("He is the Palauan president.", "the president of Palau", []),
        ("It pleased Japan.", "It pleased Tokyo.", []),
        ("It happened in Tokyo.", "It happened in Japan.", ["Tokyo"]),
        ("He spoke at the UN.", "He spoke at the United Nations.", []),
        ("He spoke at the United Nations.", "He spoke at the UN.", []),
        ("He met Nauseda.", "He met President Nausėda.", []),
        ("He met two Slovaks on Facebook.", "He met two Slovakian men on Face Book.", []),
        ("It pleased the Parliamentary Group.", "It pleased the group in Parliament.", []),
        ("It pleased Slovenia.", "It pleased Slovakia.", ["Slovenia"]),
        ("They signed a treaty (CPTPP).", "They signed a treaty.", ["CPTPP"]),
        ("首相はリトアニアを訪れた。", "首相はパラオを訪れた。", ["リトアニア"]),
    ],
)
def test_names_are_found_in_another_form(sentence: str, text: str, absent: list[str]) -> None:
    assert [name.text for name in missing(names(sentence), text)] == absent


@pytest.mark.parametrize(
    ("text", "negated", "hedged", "reported"),
    [
        ("It did not sign.", True, False, False),
        ("It signed not only one treaty.", False, False, False),
        ("It could sign.", False, True, False),
        ("In May it signed.", False, False, False),
        ("It signed, according to Reuters.", False, False, True),
        ("The report was published.", False, False, False),
        ("It maintains relations with the United States.", False, False, False),
        ("He said it signed.", False, False, True),
        ("署名しなかった。", True, False, False),
        ("署名したとされる。", False, False, True),
        ("中国没有签署协议。", True, False, False),
        ("不断增长。", False, False, False),
        ("據稱他簽署了。", False, False, True),
    ],
)
def test_how_a_sentence_holds_what_it_says(
    text: str, negated: bool, hedged: bool, reported: bool
) -> None:
    found = (bool(negations(text)), bool(hedges(text)), bool(reports(text)))
    assert found == (negated, hedged, reported)


def test_who_said_it_is_named() -> None:
    quoted = "“Paraguay stands as a bridge,” President Peña declared, smiling."
    assert reports(quoted)[0].who == "President Peña"
    assert "bridg" in reports(quoted)[0].said
    assert reports("According to the Foreign Ministry, it rained.")[0].who == "the Foreign Ministry"
    assert [cue.level for cue in quantifiers("All of them, most of us, some of you.")] == [4, 3, 1]


def test_long_runs_of_capitals_are_read_in_reasonable_time() -> None:
    """Were a run of capitals cut in every possible way, this would not end."""
    for at in range(200):
        assert len(reports("A" * (1_800 + at) + ", he said. " + "Ab" * 100)) == 1


def test_the_span_is_the_passage_that_carries_the_sentence() -> None:
    quotes = ["It rained all day.", "Nobody came. The ship left the port at noon. It was cold."]
    found = support("The ship left the port.", quotes)
    which, start, end = found.span
    assert quotes[which][start:end] == "The ship left the port at noon."
    assert found.score > 0.5
    assert support("Bananas ripen in warm kitchens.", quotes).score < 0.2


def test_the_score_rises_with_what_speaks_for_it() -> None:
    low = Features(words=0.2, near=0.1, absent=0.0, against=0.0)
    assert 0 < score(low) < score(Features(0.9, 0.7, 0.0, 0.0)) < 1
    assert score(Features(0.9, 0.7, 1.0, 0.0)) < score(Features(0.9, 0.7, 0.0, 0.0))
    assert score(Features(0.9, 0.7, 0.0, 1.0)) < score(Features(0.9, 0.7, 0.0, 0.0))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("No office opened before that.", "After Vilnius (維爾紐斯) opened one, it rained."),
        ("Output was higher than in May.", "Output was lower3 than in June."),
    ],
)
def test_opposites_beside_chinese_and_digits_are_no_error(sentence: str, source: str) -> None:
    assert not any(one.kind == "antonym" for one in support(sentence, [source]).findings)
