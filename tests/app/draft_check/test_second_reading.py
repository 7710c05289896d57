"""A draft whose open sentences a second reader settles, if it may read drafts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.draft_check.checker import check_draft
from app.draft_check.records import DraftReport
from app.draft_check.report import format_report
from app.generation.second_reader import SecondReader
from app.models.fake_model import FakeChatModel
from app.service.operations import OperationContext, check
from app.verification.verifier import Verifier
from vectorstore.encoders.checker import Checker
from vectorstore.library import Library

TEA = "The cooperative of Uji was founded by twelve growers, who shared one steam press for years."
CLAIM = "Twelve growers of Uji set up their cooperative, sharing a steam press."
COPIED = "The cooperative of Uji was founded by twelve growers"
YES = f'1 | supported | "{COPIED}"'


@pytest.fixture(scope="module")
def tea(hold: Callable[[dict[str, str]], Library]) -> Library:
    return hold({"tea.md": f"{TEA} Its office stands beside the river, below the old bridge."})


def checked(
    library: Library,
    text: str,
    model: FakeChatModel,
    stopped: Callable[[], bool] = lambda: False,
    **how: bool,
) -> DraftReport:
    """The report of a check whose checker cannot be loaded, so that a paraphrase stays open."""
    verifier = Verifier(library, Checker(Path("nowhere")))
    reader = SecondReader("fake:second", lambda _: model, **how)
    return check_draft(library, text, verifier, None, reader, stopped)


def test_it_settles_open_sentences_alone(tea: Library) -> None:
    model = FakeChatModel(says=YES)
    report = checked(tea, f"{TEA} {CLAIM} Whales sing at night.", model)
    found = {one.text: one for one in report.sentences}
    assert found[TEA].verdict == "found"
    assert found[CLAIM].verdict == "supported"
    assert found[CLAIM].findings[0].kind == "judgement"
    assert COPIED in found[CLAIM].reason
    assert report.citations[found[CLAIM].citations[0] - 1].quote == TEA
    assert report.counts["supported"] == 1
    assert len(model.asked) == 1
    assert "Whales" not in str(model.asked[0][-1].content)


def test_a_reader_that_may_not_see_drafts_is_shown_nothing(tea: Library) -> None:
    model = FakeChatModel(says=YES)
    report = checked(tea, CLAIM, model, reads_drafts=False)
    assert [one.verdict for one in report.sentences] == ["unverified"]
    assert (model.asked, report.notice) == ([], "")


def test_a_failure_is_said_once_and_keeps_the_report(tea: Library) -> None:
    report = checked(tea, CLAIM, FakeChatModel(says="I would rather not."))
    assert [one.verdict for one in report.sentences] == ["unverified"]
    assert "fake:second" in report.notice
    values = check(OperationContext(tea), CLAIM)
    assert values["notice"] == ""
    assert report.notice in format_report({**values, "notice": report.notice})


def test_stop_keeps_the_report(tea: Library) -> None:
    model = FakeChatModel(says=YES)
    report = checked(tea, CLAIM, model, lambda: True)
    assert [one.verdict for one in report.sentences] == ["unverified"]
    assert (model.asked, report.notice) == ([], "")


def test_a_command_without_a_window_uses_the_reader_that_is_set(
    hold: Callable[[dict[str, str]], Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Japanese, which the checker does not read."""
    told = "二月、石破首相はパラオのウィップス大統領と東京で会談し、協力を確認した。"
    library = hold({"met.md": told})
    claim = "石破首相はパラオのウィップス大統領と東京で会って話した。"
    assert check(OperationContext(library), claim)["sentences"][0]["verdict"] == "unverified"
    monkeypatch.setenv("KAKEHASHI_JUDGE", "fake:1 | supported | 「大統領と東京で会談し」")
    (sentence,) = check(OperationContext(library), claim)["sentences"]
    assert sentence["verdict"] == "supported"
    assert sentence["findings"][0]["theirs"] == "大統領と東京で会談し"
