import pytest

from app.ledger import Ledger

QUOTE = "In February 2025, Prime Minister Ishiba met with Palauan President Surangel Whipps Jr."


@pytest.mark.parametrize(
    ("sentence", "quotes", "verdict"),
    [
        (QUOTE, [QUOTE], "verbatim"),
        (QUOTE.upper().replace(",", ""), [QUOTE], "verbatim"),
        ("In February 2025, Prime Minister Ishiba met.", [QUOTE], "supported"),
        ("Japan recognised Taiwan.", ["It is not true that Japan recognised Taiwan."], "partial"),
        ("Taiwan is part of China.", ["Beijing claims that Taiwan is part of China."], "partial"),
        (
            "Beijing says Taiwan is part of China.",
            ["Beijing claims that Taiwan is part of China."],
            "supported",
        ),
        ("Ishiba met President Surangel Whipps in February 2025.", [QUOTE], "supported"),
        ("Ishiba met President Whipps in March 2024.", [QUOTE], "unsupported"),
        ("The meeting with Kishida was in February 2025.", [QUOTE], "unsupported"),
        ("Ishiba did not meet President Whipps in February 2025.", [QUOTE], "partial"),
        (
            "Ishiba met President Whipps and promised ships, planes, radar, money.",
            [QUOTE],
            "partial",
        ),
        ("Bananas ripen quickly in warm kitchens.", [QUOTE], "unsupported"),
        ("Ishiba met Whipps.", [], "unsupported"),
        ("So it is.", [QUOTE], "not_checkable"),
    ],
)
def test_verdicts(sentence: str, quotes: list[str], verdict: str) -> None:
    found = Ledger().check(sentence, quotes)
    assert (found.verdict, bool(found.reason)) == (verdict, True)
