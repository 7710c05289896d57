"""The draft check on the article, on texts that a test makes, and in Japanese and Chinese."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.draft_check.alignment import align_words
from app.draft_check.checker import MAX_CHARACTERS, check_draft
from app.draft_check.letters import find_matches, fold_letters
from app.draft_check.locating import QuotationLocator, split_quotation
from app.draft_check.parsing import parse_draft
from app.draft_check.speakers import said_in, speakers_of
from benchmarks.gate import changed, judge
from ingest.sync import sync
from tests.conftest import ARTICLE
from vectorstore.errors import BadInput
from vectorstore.library import Library

WHOLE = (
    "The timing and symbolism of the two meetings were unmistakable and underscore Tokyo's "
    "growing role in reinforcing Taiwan's global standing."
)
BRIDGE = "Paraguay stands proudly as a bridge between Japan and Taiwan"


def verdicts(library: Library, text: str) -> list[tuple[str, list[str]]]:
    report = check_draft(library, text)
    for citation in report.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    return [(s.verdict, [q.verdict for q in s.quotations]) for s in report.sentences]


@pytest.fixture(scope="module")
def mixed_library(hold: Callable[[dict[str, str]], Library]) -> Library:
    """Several sources with authors, speakers, and text in Japanese and Chinese."""
    texts = {
        "tea.md": (
            "---\ntitle: The tea trade of Uji\nauthor: Amina Salim\ndate: 2021\n---\n"
            "Uji grew 412 tonnes of green tea in 2019, more than ever before. “Our tea is not for "
            "sale to fools,” said Mayor Kenji Ono at the harvest.\n\nThe co-\noperative of Uji "
            "was founded in 1887 and has never paid a dividend to its members.\n"
        ),
        "rice.md": (
            "---\ntitle: Rice in Niigata\nauthor: Bela Novak\n---\n"
            "Niigata grows rice on the plain. The river floods the fields in April every year "
            "and leaves them black with silt.\n"
        ),
        "ja.md": "# 演説\n\n石破首相は「自由で開かれたインド太平洋を守る」と述べた。川は毎年四月に氾濫する。\n",
        "zh.md": "賴清德總統表示：「台灣是世界的台灣，不會屈服於任何壓力。」會議在東京舉行。\n",
    }
    return hold(texts)


def test_what_is_said_of_others_contradicts_nobody(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "visits.md").write_text(
        "Lai lives in Taipei and visited Palau.\n\nThe harvest was good, and it rained.\n\n"
        "Nausėda visited Tokyo with 60 business leaders from Vilnius.\n"
    )
    library = make_library()
    sync(library, folder)
    assert verdicts(
        library,
        "Lai visited Tokyo with 20 business leaders from Taipei.\n\n"
        "Nausėda visited Tokyo with 20 business leaders from Vilnius.",
    ) == [("not_stated", []), ("contradicted", [])]


def test_the_verdict_on_a_claim_carries_its_findings(article: Library) -> None:
    draft = (
        "Later that year, during the 12th Pacific Islands Leaders Meeting, Prime Minister Kishida "
        "met with Tuvalu’s Prime Minister. “Paraguay stands proudly as a bridge.”"
    )
    claim, quotation = check_draft(article, draft).sentences
    (finding,) = claim.findings
    assert (finding.verdict, finding.kind) == ("contradicted", "number")
    assert (finding.ours, finding.theirs) == ("12th", "10th")
    assert quotation.findings == ()


def test_every_known_change_to_the_article_is_judged_as_well_as_it_was(article: Library) -> None:
    passages = list(article.passages.all())
    wrong = [tried for tried in changed(passages, 12, speaker=True) if not judge(article, tried)[0]]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "sentence", "quotations"),
    [
        (f"President Peña declared: “{BRIDGE}.”", "found", ["found"]),
        (f'"{BRIDGE}," said President Gitanas Nausėda.', "misattributed", ["misattributed"]),
        (f"According to Ishiba, ‘{BRIDGE}’.", "misattributed", ["misattributed"]),
        (f"Nausėda: «{BRIDGE}»", "misattributed", ["misattributed"]),
        (f"„{BRIDGE}“, it says.", "found", ["found"]),
        (f"In Tokyo, the Paraguayan president called: “{BRIDGE}.”", "unverified", ["found"]),
        (f"Tokyo, May 15: “{BRIDGE}.”", "found", ["found"]),
        (f"Osaka, May 15: “{BRIDGE}.”", "found", ["found"]),
        (f"Prime Minister Kishi: “{BRIDGE}.”", "misattributed", ["misattributed"]),
        ("The Diplomat notes that “underscore Tokyo’s growing role in reinforcing”.",
         "found", ["found"]),
        ("He called it a “strategic part-\nnership”.", "found", ["found"]),
        ("It is “strategic” and “tremendous”.", "not_found", ["found", "not_found"]),
        ("Japan “now is” here.", "not_found", ["not_found"]),
        ("It spoke of “its remaining twelve diplomatic allies”.", "altered", ["altered"]),
        ("Ishiba suggested that “Paraguay could serve as a venue for future engagement”.",
         "misattributed", ["misattributed"]),
        ("Peña suggested that “Paraguay could serve as a venue for future engagement”.",
         "found", ["found"]),
        ("The piece says “[t]he timing and symbolism … underscore Tokyo’s growing role”.",
         "found", ["found"]),
        ("It says “Tokyo’s growing role … The timing and symbolism of the two meetings”.",
         "stitched", ["stitched"]),
        ("“No such words. Were ever said in it.” So it is.", "not_found", ["not_found"]),
        ("Who was it?", "not_checkable", []),
        (WHOLE, "found", []),
        ("Mount Fuji is 3,776 metres high.", "silent", []),
        ("Prime Minister Ishiba welcomed President Peña with 40 guests.", "not_stated", []),
    ],
)  # fmt: skip
def test_a_sentence_gets_its_verdict(
    article: Library, text: str, sentence: str, quotations: list[str]
) -> None:
    assert verdicts(article, text)[0] == (sentence, quotations)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Mayor Ono said “our tea is not for sale to fools.”", "found"),
        ("Amina Salim writes that Uji’s mayor said “our tea is not for sale to fools.”", "found"),
        ("Bela Novak says: “Uji grew 412 tonnes of green tea in 2019”.", "misattributed"),
        ("“Uji grew 412 tonnes of green tea in 2019” (Salim 2021, p. 3).", "found"),
        ("The Diplomat notes that “Uji grew 412 tonnes of green tea in 2019”.", "found"),
        ("Mayor Kenji Ono notes that “Uji grew 412 tonnes of green tea in 2019”.",
         "misattributed"),
        ("“Uji grew 412 tonnes of green tea in 2019” (Novak 2021).", "misattributed"),
        ("In Rice in Niigata it says: “Uji grew 412 tonnes of green tea in 2019”.",
         "misattributed"),
        ("“Uji grew 412 tonnes of green tea in 2019”. [1]\n\n[1] Rice in Niigata, p. 2",
         "misattributed"),
        ("“Uji grew 412 tonnes of green tea in 2019”. [^a]\n\n[^a]: The tea trade of Uji, p. 2",
         "found"),
        ("The “co-operative of Uji was founded in 1887” long ago.", "found"),
        ("The “cooperative of Uji was founded in 1887” long ago.", "found"),
        ("“more than ever before. “Our tea is not for sale", "found"),
        ("“Uji grew 412 tonnes of green tea in 2019 and leaves them black with silt”",
         "stitched"),
        ("『川は毎年四月に氾濫する』と書いてある。", "found"),
        ("石破首相は「自由で開かれたインド太平洋を守る」と述べた。", "found"),
        ("岸田首相は「自由で開かれたインド太平洋を守る」と述べた。", "misattributed"),
        ("賴清德表示：「台灣是世界的台灣，不會屈服於任何壓力。」", "found"),
        ("蔡英文表示：「台灣是世界的台灣，不會屈服於任何壓力。」", "misattributed"),
        ("賴清德表示：「台灣是亞洲的台灣，不會屈服於任何壓力。」", "altered"),
        ("他說：「明天會下雨，大家要帶傘。」", "not_found"),
    ],
)  # fmt: skip
def test_a_quotation_is_given_to_the_right_source(
    mixed_library: Library, text: str, verdict: str
) -> None:
    report = check_draft(mixed_library, text)
    found = [q for s in report.sentences for q in s.quotations]
    if found:
        assert [one.verdict for one in found] == [verdict]
    else:
        assert report.sentences[0].verdict == verdict
    for citation in report.citations:
        stored = mixed_library.catalog.text(citation.source_id)
        assert stored[citation.start : citation.end] == citation.quote


def test_words_that_run_from_one_passage_into_the_next_are_found(
    make_library: Callable[..., Library], folder: Path
) -> None:
    sentence = "The {} cart of the long convoy carried salt and was drawn by two grey mules. "
    names = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    text = "".join(sentence.format(name) for name in names.split() * 2)
    (folder / "carts.txt").write_text(text)
    library = make_library()
    sync(library, folder)
    first, second, *_ = library.passages.of_source(library.catalog.sources()[0].id)
    cut = text[first.end - 60 : second.start + 60]
    across = cut[cut.find(" ") + 1 : cut.rfind(" ")]
    assert QuotationLocator(library).locate(across)
    report = check_draft(library, f"It says: “{across}”")
    assert report.sentences[0].quotations[0].verdict == "found"
    assert report.citations[0].quote == across


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_stretch_of_the_article_is_found_where_it_stands(
    article: Library, data: st.DataObject
) -> None:
    source = article.catalog.sources()[0]
    text = article.catalog.text(source.id)
    start = data.draw(st.integers(0, len(text) - 40))
    words = text[start : start + data.draw(st.integers(20, 400))]
    words = words[words.find(" ") + 1 : words.rfind(" ")]
    if len(words.split()) < 3:
        return
    found = QuotationLocator(article).locate(words)
    folded = fold_letters(words).text
    assert folded in {fold_letters(text[p.start : p.end]).text for p in found if p.same}


# Without what folding reads by its neighbours: raised digits, fractions and their signs.
PLAIN = st.text(st.characters(exclude_categories=["No"], exclude_characters="/⁄^"), max_size=60)


@given(PLAIN, PLAIN, PLAIN)
def test_letters_lead_back_to_their_places(before: str, words: str, after: str) -> None:
    whole, part = fold_letters(before + words + after), fold_letters(words)
    assert len(whole.text) == len(whole.places)
    for match in find_matches(part, whole, open_ends=True):
        raw = (before + words + after)[match.start : match.end]
        assert fold_letters(raw).text.find(part.text) >= 0
    assert not part.text or any(True for _ in find_matches(part, whole, open_ends=True))


@given(st.text(max_size=300))
def test_any_text_can_be_taken_apart(text: str) -> None:
    for one in parse_draft(text):
        assert 0 <= one.start < one.end <= len(text)
        for start, end in one.quoted:
            assert one.start <= start <= end <= one.end
    split_quotation(text)
    align_words(text, text[::-1])
    speakers_of(text, (0, 0))
    said_in(text, 0, min(5, len(text)))


@pytest.mark.parametrize("one", ["日本は「台湾」と述べた。", "He “rains.” [1] "])
def test_the_longest_draft_is_taken_apart_quickly(one: str) -> None:
    text = one * (MAX_CHARACTERS // len(one))
    begun = time.process_time()
    found = parse_draft(text)
    assert time.process_time() - begun < 20
    assert sum(len(s.quoted) for s in found) == (text.count("「") or text.count("”"))


def test_what_cannot_be_checked_is_told(article: Library, library: Library) -> None:
    with pytest.raises(BadInput, match="nothing to check"):
        check_draft(article, " \n ")
    with pytest.raises(BadInput, match="200,001 characters"):
        check_draft(article, "x" * (MAX_CHARACTERS + 1))
    with pytest.raises(BadInput, match="library is empty"):
        check_draft(library, "Tea.")


def test_a_long_draft_tells_how_far_it_is(article: Library) -> None:
    text = ARTICLE.read_text(encoding="utf-8").split("---", 2)[2]
    steps: list[int] = []
    report = check_draft(article, text, watch=lambda step: steps.append(step.done))
    assert steps == list(range(len(report.sentences) + 1))
    assert {s.verdict for s in report.sentences} == {"found"}
    assert {q.verdict for s in report.sentences for q in s.quotations} == {"found"}
    assert report.counts == {"found": len(report.sentences)}
