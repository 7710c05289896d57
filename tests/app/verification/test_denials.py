# ruff: noqa: ISC004
"""What a source denies contradicts, what it only asks supports nothing, and no more than that."""

import pytest

from app.verification.denials import negations, open_questions
from app.verification.support import support
from app.verification.verifier import Verifier
from app.verification.wording import reason


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The barns were fit for use.",
         "The board wrote in its report that the barns were not fit for use and that it "
         "was time to act."),
        ("The bridge was sold to Lind.",
         "The mayor said in May that the bridge was not sold to Lind."),
        ("A ship had left the port of Vardo.",
         "A clerk told the paper on Monday that no ship had left the port of Vardo."),
        ("The mill was sold to Holm.", "The mill, which was not sold to Holm, burned in 1931."),
        ("The town did buy the inn.",
         "The inn that the town did not buy was closed by the bailiff."),
        ("The engineer could find a crack.",
         "The engineer couldn’t find any crack in the wall, and he wouldn’t sign the report."),
        ("The engineer could find a crack.", "The engineer could not find any cracks."),
        ("The crane was lost.", "The board denied that the crane was lost."),
        ("The board lost the crane.", "The board rejected claims that it had lost the crane."),
        ("The town sold the mill.", "The town neither sold nor leased the mill."),
        ("The town leased the mill.", "The town neither sold nor leased the mill."),
        ("Lind signed the lease.", "Neither Holm nor Lind signed the lease."),
        ("Holm signed the lease.", "Neither Holm nor Lind signed the lease."),
        ("The town owns the ferry.", "The town no longer owns the ferry."),
        ("The mill was sold.", "The board sold the pier, and the mill was not sold."),
        ("The board approved the sale of the pier.",
         "The harbour board did not approve the sale of the pier to the railway."),
        ("The harbour board approved the sale of the pier to the railway.",
         "The harbour board did not approve the sale of the pier to the railway."),
        ("The board agrees to the sale of the crane.",
         "The board has heard the engineers and does not agree to the sale of the crane."),
        ("The officers resigned.", "The officers re-signed the lease; they did not resign."),
        ("The captain paid the toll.", "The captain failed to pay the toll."),
        ("The council sold the quay.", "The council was prevented from selling the quay."),
        ("The board sold the pier.", "The board did not sell or lease the pier."),
        ("The board leased the pier.", "The board did not sell, lease or let the pier."),
    ],
)  # fmt: skip
def test_a_denial_contradicts(sentence: str, source: str) -> None:
    found = Verifier().check(sentence, [source])
    assert found.verdict == "contradicted", reason(found.findings)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The ministry sold the dock.", "The ministry was asked whether it had sold the dock."),
        ("The ministry had sold the dock.",
         "The paper asked the ministry if it had sold the dock."),
        ("The board leased the mill.", "It is unclear whether the board leased the mill."),
        ("The port bought a boat.", "If the port bought a boat, the town would pay for it."),
    ],
)  # fmt: skip
def test_what_is_only_asked_or_supposed_is_no_fact(sentence: str, source: str) -> None:
    found = Verifier().check(sentence, [source])
    assert found.verdict in ("not_stated", "contradicted"), reason(found.findings)
    assert found.findings[0].kind == "report"


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The mill burned in 1931.", "The mill, which was not sold to Holm, burned in 1931."),
        ("The bailiff closed the inn.",
         "The inn that the town did not buy was closed by the bailiff."),
        ("The inn was closed by the bailiff.",
         "The inn that the town did not buy was closed by the bailiff."),
        ("The board leased the mill.",
         "The board leased the mill, and was asked whether it would pay."),
        ("The crane was lost.", "The board did not deny that the crane was lost."),
        ("The mayor sold the pier.", "The mayor did not sell the pier to Lind."),
        ("The mayor sold the pier.", "The mayor did not sell the pier until 1931."),
        ("The mayor sold the pier to Holm.", "The mayor sold the pier not to Lind but to Holm."),
        ("The houses were fit for use.",
         "The barns were not fit for use, but the houses were fit for use."),
        ("The board sold the pier.", "The board sold the pier, and the mill was not sold."),
        ("Firms must report within five days.", "Firms must report no later than five days."),
        ("The board did not sell the pier.",
         "The board did not sell the pier, nor did it plan to."),
        ("The town would pay for a boat.",
         "If the port bought a boat, the town would pay for it."),
        ("The barns were not fit for use.", "The board wrote that the barns weren’t fit for use."),
        ("The pier was closed because of ice.",
         "The pier was closed because of ice, not because of fire."),
        ("The study examined drug X for pain.", "The study examined whether drug X reduces pain."),
        ("Nobody can know when the pier was sold.", "Nobody can know when the pier was sold."),
        ("The ship sank off Vardo.",
         "When asked whether the ship sank, Holm said that the ship sank off Vardo."),
        ("The judge said the firm had paid tax.",
         "The judge said he could not find that the firm had paid tax."),
    ],
)  # fmt: skip
def test_a_denial_of_something_else_contradicts_nothing(sentence: str, source: str) -> None:
    compared = support(sentence, [source]).findings
    assert not any(one.verdict == "contradicted" for one in compared), reason(compared)
    assert Verifier().check(sentence, [source]).verdict != "not_checkable"


@pytest.mark.parametrize(
    ("text", "governed"),
    [
        ("They were not fit for use and that it was time to act.", [("fit", "use")]),
        ("The inn that the town did not buy was closed.", [("buy",)]),
        ("It neither sold nor leased it.", [("sold",), ("leas",)]),
        ("It did not deny that it had paid.", []),
        ("It was due no later than May, not only here.", []),
    ],
)
def test_a_denial_ends_with_its_clause(text: str, governed: list[tuple[str, ...]]) -> None:
    stems = {"sell": "sold"}
    found = [tuple(stems.get(term, term) for term in cue.governs) for cue in negations(text)]
    assert found == governed


def test_long_texts_are_read_in_reasonable_time() -> None:
    """Were each cue compared with all the others, this would not end."""
    text = "The town, which did not buy, was asked whether it could, " * 300
    assert len(negations(text)) == 300
    assert len(open_questions(text)) == 300
