"""Follow-up questions are searched with their context, others unchanged."""

import pytest

from app.answering.query_rewriting import leans, stand_alone
from app.models.fake_model import FakeChatModel
from vectorstore.ranking import Query
from vectorstore.records import Turn


@pytest.mark.parametrize(
    "question",
    ["And what did they sign?", "What about Palau?", "Why there?", "and before 2023?", "Who else?",
     "What did they sign?", "When was that?", "それはいつですか", "Why?", "How many teams?",
     "How can I make one?", "any awards", "egg donor a good business", "那麼中國呢?", "他們做了什麼?"],
)  # fmt: skip
def test_follow_ups_are_recognised(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["Which allies of Taiwan may be wavering?", "What did Japan's G7 presidency do for Taiwan?",
     "Does Japan say that it recognises Taiwan?", "Kishida", "台湾は日本の何ですか",
     "Are there any agreements between Japan and Lithuania?", "那覇市の人口はいくらですか",
     "Is it true that Japan recognises Taiwan?", "他国の船舶は沖縄に来ましたか",
     "What happened to shrimp exports?", "Then-Prime Minister Abe visited which Pacific states?"],
)  # fmt: skip
def test_self_contained_questions_are_unchanged(question: str) -> None:
    assert not leans(question)
    assert stand_alone(question, [Turn("user", "Who is Peña?")]) == Query(question)


def test_the_context_ends_at_a_self_contained_question() -> None:
    history = [
        Turn("user", "Is Haiti wavering?"),
        Turn("assistant", "Perhaps."),
        Turn("user", "Whom did Ishiba meet in Tokyo?"),
        Turn("assistant", "Peña."),
        Turn("user", "And in Hiroshima?"),
        Turn("assistant", "Peña."),
    ]
    found = stand_alone("What did they sign?", history)
    assert found.whole == "Whom did Ishiba meet in Tokyo? And in Hiroshima? What did they sign?"
    assert found == Query(
        "What did they sign?", ("And in Hiroshima?", "Whom did Ishiba meet in Tokyo?"), "Peña."
    )


def test_without_history_there_is_no_context() -> None:
    assert stand_alone("And what did they sign?", []).text == "And what did they sign?"


HISTORY = [Turn("user", "Whom did Ishiba meet in Tokyo?"), Turn("assistant", "President Peña.")]


def test_a_model_rewrites_a_follow_up() -> None:
    model = FakeChatModel(says="What did Ishiba and Peña sign in Tokyo?")
    found = stand_alone("And what did they sign?", HISTORY, model)
    assert found == Query("What did Ishiba and Peña sign in Tokyo?")
    alone = "Which allies of Taiwan may be wavering?"
    assert stand_alone(alone, HISTORY, model) == Query(alone)


@pytest.mark.parametrize(
    "model",
    [
        FakeChatModel(says="What did the Emperor of Zanzibar sign?"),
        FakeChatModel(says=" "),
        FakeChatModel(says="And what did they sign?"),
        FakeChatModel(says="sign " * 200),
        FakeChatModel(says="What did Ishiba sign?", breaks_after=0),
    ],
)
def test_the_rule_applies_if_the_model_fails_or_invents(model: FakeChatModel) -> None:
    found = stand_alone("And what did they sign?", HISTORY, model)
    before = ("Whom did Ishiba meet in Tokyo?",)
    assert found == Query("And what did they sign?", before, "President Peña.")


def test_thanks_and_questions_about_the_library_are_no_context() -> None:
    history = [
        *HISTORY,
        Turn("user", "Summarise the sources"),
        Turn("assistant", "…"),
        Turn("user", "Thanks!"),
        Turn("assistant", "…"),
    ]
    found = stand_alone("And what did they sign?", history)
    assert found.context == ("Whom did Ishiba meet in Tokyo?",)
    assert found.told == "President Peña."


def test_the_context_ends_at_a_question_that_was_searched_alone() -> None:
    history = [*HISTORY, Turn("user", "And shrimp?", alone=True), Turn("assistant", "…")]
    assert stand_alone("And when?", history).context == ("And shrimp?",)


def test_the_name_in_a_catalog_question_is_context() -> None:
    history = [*HISTORY, Turn("user", "Which documents mention Lithuania?"), Turn("assistant", "…")]
    assert stand_alone("And what did Tokyo do there?", history).context == ("Lithuania",)


SILENT = Turn("assistant", "The sources do not say. Nowhere in them: “Fuji”.")


def test_what_they_means_is_not_looked_for_in_unanswered_questions() -> None:
    history = [*HISTORY, Turn("user", "What is the height of Mount Fuji?"), SILENT]
    assert stand_alone("And what did they sign?", history).context == (HISTORY[0].text,)
    assert stand_alone("And what did they sign?", history[2:]).context == ()
    ellipsis = stand_alone("And of Mount Aso?", history)
    assert ellipsis.context == ("What is the height of Mount Fuji?",)


def test_a_follow_up_leans_on_what_was_answered() -> None:
    said = "In May, Ishiba welcomed President Peña to a talk. [1] They spoke for an hour. [1][2]"
    history = [HISTORY[0], Turn("assistant", said)]
    found = stand_alone("Who else was there?", history)
    assert found.told == "In May, Ishiba welcomed President Peña to a talk. They spoke for an hour."
    assert found.whole == "Whom did Ishiba meet in Tokyo? Who else was there?"
    assert found.weights["pena"] < 1
    assert not stand_alone("Who is President Heine?", history).told
    assert not stand_alone("Who else was there?", [HISTORY[0], SILENT]).told
    assert not stand_alone("Who else was there?", [HISTORY[0]]).told
