"""The expected type of an answer, and the words of that type in a sentence."""

import pytest

from app.answering.answer_type import answer_type, marks


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did Ishiba meet him?", "when"),
        ("In what year was it signed?", "when"),
        ("Since when has Japan helped?", "when"),
        ("When forces act on a body, what has to be known?", ""),
        ("How many allies are left?", "many"),
        ("What percentage voted?", "many"),
        ("Where did they meet?", "where"),
        ("In which country is Vilnius?", "where"),
        ("Who stood beside President Peña?", "who"),
        ("By whom was it built?", "who"),
        ("What were the people who stayed called?", ""),
        ("Why is it so?", "why"),
        ("What did they sign?", ""),
        ("いつ会いましたか", "when"),
        ("他什么时候去的？", "when"),
        ("李逸洋とは誰ですか", "who"),
    ],
)
def test_answer_type(question: str, kind: str) -> None:
    assert answer_type(question) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("When did they meet?", "They met in Tokyo on June 9, 2025.", ["June 9, 2025"]),
        ("When did they meet?", "They met on 9 June and spoke.", ["9 June"]),
        ("When was it built?", "It was built in the 10th and 11th centuries.",
         ["10th and 11th centuries"]),
        ("Since when?", "It began in February 2022.", ["February 2022"]),
        ("When did he leave in 1920?", "He left in 1920, in May.", ["May"]),
        ("How many allies has it?", "It has 12 allies.", ["12 allies"]),
        ("How many came?", "More than 1.4 million people came.", ["1.4 million people came"]),
        ("How many came?", "Twenty-two people came.", ["Twenty-two people came"]),
        ("How much did it cost?", "It cost $3,000 then.", ["$3,000"]),
        ("Who stood beside Peña?", "Beside President Peña stood Lee I-yang.", ["Lee I-yang"]),
        ("Who signed it?", "It was signed in Tokyo by Shigeru Ishiba.",
         ["Shigeru Ishiba"]),
        ("How many allies does Taiwan have?", "One of Taiwan’s 12 allies has 3 ports.", ["12 allies", "3"]),
        ("How much did Japan pay?", "Japan paid $3.5 million in 2023.", ["$3.5 million"]),
        ("How many people came?", "Once many people came.", []),
        ("Who met Peña?", "Ishiba met Peña in Tokyo.", []),
        ("Who met Peña?", "There Shigeru Ishiba met Peña in Tokyo.", ["Shigeru Ishiba"]),
        ("Where did they meet?", "They met Shigeru Ishiba in Tokyo.", ["Tokyo"]),
        ("Where did Kishida meet him?", "Kishida met him in Kyiv.", ["Kyiv"]),
        ("What did they sign?", "They signed a memorandum on June 9.", []),
        ("Why did he go?", "He went because it rained.", []),
        ("何年に始まりましたか", "それは2022年2月に始まった。", ["2022年2月"]),
        ("Who came?", "nobody with a name came.", []),
    ],
)  # fmt: skip
def test_marks(question: str, sentence: str, marked: list[str]) -> None:
    assert [sentence[a:b] for a, b in marks(question, sentence)] == marked


def test_at_most_two_spans_are_marked_the_nearest_to_the_question() -> None:
    sentence = "In 1900 he was born, in 1920 he left, and in 1950 he signed the treaty."
    found = [sentence[a:b] for a, b in marks("When was the treaty signed?", sentence)]
    assert len(found) == 2
    assert "1950" in found
