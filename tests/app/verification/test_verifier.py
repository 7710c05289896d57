# ruff: noqa: ISC004
"""Tables of good paraphrases, inventions and other pairs with the verdicts they must get.

`alike` means that exact comparison finds no difference: the checker decides, if it can read them.
"""

from collections import Counter

import pytest

from app.verification.verifier import Verifier
from app.verification.wording import reason
from tests.conftest import ARTICLE
from vectorstore.library import Library
from vectorstore.text.sentences import sentences

TEXT = ARTICLE.read_text(encoding="utf-8")
ALL = [TEXT[start:end] for start, end in sentences(TEXT)]
QUOTE = "In February 2025, Prime Minister Ishiba met with Palauan President Surangel Whipps Jr."


def quote(*beginning: str) -> list[str]:
    """Return the sentences of the article with these beginnings."""
    found = [next(s for s in ALL if s.startswith(start)) for start in beginning]
    assert len(found) == len(beginning)
    return found


BESIDE = quote("Beside President Peña")
RECEPTION = quote("The two were addressing")
BRIDGE = quote("“Paraguay stands proudly")
MEETING = quote("That same week", "The meeting concluded")
VENUE = quote("Following his summit")
ALLIES = quote("Thus, Japan’s efforts")
VILNIUS = quote("Further exemplifying")
OFFICE = quote("After Vilnius permitted")
G7 = quote("Japan’s role in bolstering", "Under Japanese leadership")
PHRASING = quote("This phrasing hadn’t")
RESPECTS = quote("However, Tokyo merely")
PALAU = quote("In February 2025")
MARSHALL = quote("The following month")
PACIFIC = quote("Like Paraguay, each")
MODEL = quote("By aligning with countries")
EXTEND = quote("Tokyo and like-minded actors")
WASHINGTON = quote("In contrast, the United States")

PARAPHRASES = [
    ("Representative Lee I-yang, Taiwan’s de facto ambassador to Japan, stood beside Peña.", BESIDE),
    ("The friendship reception was hosted jointly by Paraguay’s embassy and the Taipei Economic and "
     "Cultural Representative Office in Japan.", RECEPTION),
    ("President Peña said Paraguay stands as a bridge between Japan and Taiwan.", BRIDGE),
    ("Japan’s prime minister, Shigeru Ishiba, welcomed President Peña for a meeting.", MEETING),
    ("Their meeting ended with a memorandum of cooperation that both signed and an upgrade of ties "
     "to a strategic partnership.", MEETING),
    ("Peña suggested that Paraguay could be a venue for engagement between Taiwan and other "
     "leaders.", VENUE),
    ("Taiwan has twelve remaining diplomatic allies, which Beijing seeks to poach.", ALLIES),
    ("On 9 June, Ishiba met Lithuanian President Gitanas Nausėda in Tokyo.", VILNIUS),
    ("Ishiba met the President of Lithuania, Gitanas Nausėda, who was visiting the Osaka World "
     "Expo.", VILNIUS),
    ("China retaliated diplomatically and economically against Lithuania after the opening of the "
     "Taiwanese Representative Office.", OFFICE),
    ("During Tokyo’s 2023 presidency of the G7, Japan’s role in bolstering Taiwan’s international "
     "profile peaked.", G7),
    ("G7 communiqués under Japan’s leadership mentioned Taiwan more consistently than in previous "
     "years.", G7),
    ("The phrasing had not appeared in earlier documents of the G7.", PHRASING),
    ("Ishiba met the President of Palau, Surangel Whipps Jr., in February 2025.", PALAU),
    ("Japan hosted Hilda Heine, President of the Marshall Islands.", MARSHALL),
    ("Each of these Pacific states keeps diplomatic relations with Taipei, not Beijing.", PACIFIC),
    ("Japan has given Taiwan visibility and legitimacy without altering its position on "
     "cross-Strait relations.", MODEL),
    ("The US gives explicit political and military support that enhances Taiwan’s profile.",
     WASHINGTON),
]  # fmt: skip

INVENTIONS = [
    ("Taiwan has 13 remaining diplomatic allies.", ALLIES, "contradicted"),
    ("Beijing seeks to isolate Taipei by poaching its remaining fifteen diplomatic allies.", ALLIES,
     "contradicted"),
    ("Ishiba met Lithuanian President Gitanas Nausėda in Tokyo on July 9.", VILNIUS, "contradicted"),
    ("Ishiba met Lithuanian President Gitanas Nausėda in Tokyo on June 19.", VILNIUS,
     "contradicted"),
    ("In March 2024, Prime Minister Ishiba met with Palauan President Surangel Whipps Jr.", PALAU,
     "contradicted"),
    ("Kishida met Palauan President Surangel Whipps Jr. in February 2025.", PALAU, "not_stated"),
    ("Ishiba met Palauan President Tommy Remengesau in February 2025.", PALAU, "not_stated"),
    ("Japan pledged 40 million dollars to the Marshall Islands.", MARSHALL, "not_stated"),
    ("The meeting of Ishiba and Peña was attended by Antony Blinken.", MEETING, "not_stated"),
    ("This phrasing had appeared in earlier G7 documents.", PHRASING, "contradicted"),
    ("G7 communiqués under Japanese leadership did not refer to Taiwan more consistently.", G7,
     "contradicted"),
    ("Japan has altered its position on cross-Strait relations.", MODEL, "contradicted"),
    ("Paraguay will serve as a venue for future engagement between Taiwan and other global "
     "leaders.", VENUE, "unverified"),
    ("Taiwan is a part of China, which requires careful navigation.", RESPECTS, "unverified"),
    ("Paraguay stands proudly as a bridge between Japan and Taiwan.", BRIDGE, "unverified"),
    ("Tokyo extends this approach to other diplomatic allies of Taiwan, such as Haiti.", EXTEND,
     "unverified"),
    ("The office was the second representative office in Europe to feature “Taiwanese” in its "
     "title.", OFFICE, "contradicted"),
    ("Bananas ripen quickly in warm kitchens.", PALAU, "not_stated"),
    ("Tokyo sold Lithuania a fleet of fishing boats and a shipyard.", VILNIUS, "not_stated"),
    ("Ishiba met President Whipps and promised ships, planes, radar, money.", [QUOTE], "unverified"),
]  # fmt: skip

OTHERS = [
    (QUOTE, [QUOTE], "verbatim"),
    (QUOTE.upper().replace(",", ""), [QUOTE], "verbatim"),
    ("1. Turn the key [2].", ["1. Turn the key [2]."], "verbatim"),
    ("Turn the key [1].", ["Turn the key."], "verbatim"),
    ("In February 2025, Prime Minister Ishiba met.", [QUOTE], "alike"),
    ("Prices rose by 5 dollars.", ["Prices rose by 5%."], "contradicted"),
    ("The road is 40 miles long.", ["The road is 40 km long."], "contradicted"),
    ("Japan met 3 presidents.", ["Japan met two presidents."], "contradicted"),
    ("About 1,200 ships called at the port.", ["1,187 ships called at the port."], "alike"),
    ("The aid came to $3 million.", ["The aid came to 3,000,000 dollars."], "alike"),
    ("Half of the ships left the port.", ["50 per cent of the ships left the port."], "alike"),
    ("Exports to Lithuania fell.", ["Exports to Lithuania rose."], "contradicted"),
    ("Lithuania lashed out against China.", ["China lashed out against Lithuania."], "unverified"),
    ("Lithuania was pressed by China.", ["China pressed Lithuania."], "alike"),
    ("Whipps met Ishiba in Tokyo.", ["Ishiba met Whipps in Tokyo."], "alike"),
    ("All ministers signed the letter.", ["Some ministers signed the letter."], "unverified"),
    ("Most ministers signed the letter.", ["Most ministers signed the letter in May."], "alike"),
    ("Japan recognised Taiwan.", ["It is not true that Japan recognised Taiwan."], "contradicted"),
    ("Taiwan is part of China.", ["Beijing claims that Taiwan is part of China."], "unverified"),
    ("Beijing says Taiwan is part of China.", ["Beijing claims that Taiwan is part of China."],
     "alike"),
    ("Ishiba met President Whipps.", ["Reportedly, Ishiba met President Whipps."], "unverified"),
    ("Ishiba met Whipps.", [], "not_stated"),
    ("So it is.", [QUOTE], "not_checkable"),
    ("Did Ishiba meet President Whipps?", [QUOTE], "not_checkable"),
    ("石破首相はパラオの大統領と会談した。", [QUOTE], "not_checkable"),
    ("石破首相は2024年3月にパラオの大統領と会談した。", [QUOTE], "not_stated"),
    ("The third minister met 500 envoys.", ["石破首相はパラオの大統領と会談した。"], "not_stated"),
    ("石破首相は2025年2月にパラオのウィップス大統領と会談した。",
     ["2025年2月、石破首相はパラオのウィップス大統領と会談し、協力を確認した。"], "alike"),
    ("石破首相は2024年2月にパラオのウィップス大統領と会談した。",
     ["2025年2月、石破首相はパラオのウィップス大統領と会談し、協力を確認した。"], "contradicted"),
    ("岸田首相は2025年2月にパラオのウィップス大統領と会談した。",
     ["2025年2月、石破首相はパラオのウィップス大統領と会談し、協力を確認した。"], "not_stated"),
    ("台湾と国交を結ぶ国は13か国である。", ["台湾と国交を結ぶ国は十二か国である。"], "contradicted"),
    ("リトアニアは条約に署名した。", ["リトアニアは条約に署名しなかった。"], "contradicted"),
    ("台湾の地位は未定である。", ["台湾の地位は未定であるとされる。"], "unverified"),
    ("中国签署了这项协议。", ["中国没有签署这项协议。"], "contradicted"),
    ("立陶宛支持台湾。", ["中国称，立陶宛支持台湾。"], "unverified"),
    # Another name whose letters happen to occur in the quote.
    ("India opened an office in Tokyo.", ["Japan opened an office in dialogue in Tokyo."],
     "not_stated"),
    ("Paris opened an office in Tokyo.", ["In comparison, Japan opened an office in Tokyo."],
     "not_stated"),
    ("China opened an office in Tokyo.",
     ["Tokyo’s approach in Asia changed as Japan opened an office in Tokyo."], "not_stated"),
    ("Putin met Lai in Tokyo.", ["Plans were put in place, and Ishiba met Lai in Tokyo."],
     "not_stated"),
    ("Putin opened an office in Tokyo.",
     ["Without disputing this, Ishiba opened an office in Tokyo."], "unverified"),
    ("Austria opened an office in Tokyo.", ["Australia opened an office in Tokyo."], "not_stated"),
    ("Nigeria opened an office in Tokyo.", ["Niger opened an office in Tokyo."], "not_stated"),
    # Converse verbs and ambiguous words are no antonyms.
    ("Taiwan buys arms from the United States.", ["The United States sells arms to Taiwan."],
     "unverified"),
    ("Taiwan buys arms in Tokyo.", ["Taiwan sells arms in Tokyo."], "contradicted"),
    ("Taiwan imports gas from Qatar.", ["Qatar exports gas to Taiwan."], "unverified"),
    ("Lai met Ishiba before he visited Palau.", ["Lai visited Palau after he met Ishiba."],
     "alike"),
    ("Lai met Ishiba before the vote.", ["Lai met Ishiba after the vote."], "contradicted"),
    ("Japan, Taiwan’s neighbour, opened an office in Tokyo.",
     ["Japan, Taiwan’s close neighbour, inaugurated an office in Tokyo."], "alike"),
    ("Lai left Tokyo for Taipei.", ["Lai departed from Tokyo to Taipei to join the ceremony."],
     "alike"),
    ("The visit of Lai to Tokyo was without precedent.",
     ["The visit of Lai to Tokyo was unprecedented."], "alike"),
    # One changed verb reverses the meaning.
    ("China welcomed the visit of Lai to Palau.", ["China condemned the visit of Lai to Palau."],
     "contradicted"),
    ("Japan voted against the resolution on Palau.", ["Japan voted for the resolution on Palau."],
     "contradicted"),
    ("Japan denied that it had promised ships.", ["Japan said that it had promised ships."],
     "contradicted"),
    ("War in the Strait is less likely today.", ["War in the Strait is more likely today."],
     "contradicted"),
    ("Ishiba refused to meet Lai in Tokyo.", ["Ishiba met Lai in Tokyo."], "contradicted"),
    ("日本支持台湾独立。", ["日本反对台湾独立。"], "contradicted"),
    ("Taiwan has broken off relations with Palau.",
     ["Taiwan has strengthened relations with Palau."], "contradicted"),
    # “More than”, “at least” and “fewer than” are bounds; numbers may be rounded.
    ("More than 1,000 people attended the meeting.", ["1,200 people attended the meeting."],
     "alike"),
    ("At least ten ships left the port.", ["Twelve ships left the port."], "alike"),
    ("Fewer than 1,000 people attended the meeting.", ["900 people attended the meeting."],
     "alike"),
    ("Over 1,000 people attended the meeting.", ["990 people attended the meeting."],
     "contradicted"),
    ("Fewer than 900 people attended the meeting.",
     ["More than 1,000 people attended the meeting."], "contradicted"),
    ("1,200 people attended the meeting.", ["More than 1,000 people attended the meeting."],
     "not_stated"),
    ("1000人以上が式典に参加した。", ["1200人が式典に参加した。"], "alike"),
    ("1000人未満が式典に参加した。", ["1200人が式典に参加した。"], "contradicted"),
    ("Up to 300 people came to the port.", ["No more than 400 people came to the port."],
     "not_stated"),
    ("The aid came to 3.2 million dollars.", ["The aid came to 3,214,000 dollars."], "alike"),
    ("The aid came to 3.2 million dollars.", ["The aid came to 3,414,000 dollars."],
     "contradicted"),
    ("Two-thirds of the ships left the port.", ["66 percent of the ships left the port."],
     "alike"),
    # The right numbers and dates with the wrong words.
    ("Taiwan has 5 allies and 12 ships.", ["Taiwan has 12 allies and 5 ships."], "contradicted"),
    ("The office opened in 2005 and closed in 1990.",
     ["The office opened in 1990 and closed in 2005."], "contradicted"),
    ("In 1990 the office opened, and in 2005 it closed.",
     ["The office opened in 1990 and closed in 2005."], "alike"),
    ("Japan sent 2,024 soldiers.", ["In 2024, Japan sent soldiers."], "not_stated"),
    # A result the other way round is not established; a range is no result.
    ("The board voted 1 to 3 on the quay.", ["The board voted 3 to 1 on the quay."], "unverified"),
    ("Brenna approved the ferry by two votes to seven.",
     ["Brenna approved the ferry by 7 votes to 2."], "unverified"),
    ("The board voted 3 to 1 on the quay.", ["By 3 to 1, the board voted on the quay."], "alike"),
    ("The fee rose from 3 to 5 crowns.", ["The fee rose from 3 to 5 crowns in May."], "alike"),
    # A different number about somebody else is no contradiction.
    ("Lai visited Tokyo with 20 business leaders from Taipei.",
     ["Nausėda visited Tokyo with 60 business leaders from Vilnius."], "not_stated"),
    ("Niger opened an office in Tokyo.", ["Nigeria opened an office in Tokyo."], "unverified"),
]  # fmt: skip


# Where exact comparison finds a difference, no checker makes it less
LOWERED = {
    "unverified": ("unverified", "not_stated", "contradicted"),
    "not_stated": ("not_stated", "contradicted"),
}
READ = {"reading", "longer_sentence", "word_overlap"}  # kinds that are no difference


def test_good_paraphrases_are_supported_or_left_open(article: Library) -> None:
    verdicts = Counter(
        Verifier(article).check(sentence, quotes).verdict for sentence, quotes in PARAPHRASES
    )
    assert verdicts["supported"] >= SUPPORTED, verdicts
    assert set(verdicts) <= {"supported", "unverified"}, verdicts


SUPPORTED = 3  # of them, at least


@pytest.mark.parametrize(("sentence", "quotes", "verdict"), INVENTIONS)
def test_an_invention_is_not_supported(
    article: Library, sentence: str, quotes: list[str], verdict: str
) -> None:
    found = Verifier(article).check(sentence, quotes)
    assert found.verdict in LOWERED.get(verdict, (verdict,)), reason(found.findings)
    assert reason(found.findings)


@pytest.mark.parametrize(("sentence", "quotes", "verdict"), OTHERS)
def test_other_verdicts(sentence: str, quotes: list[str], verdict: str, article: Library) -> None:
    found = Verifier(article).check(sentence, quotes)
    assert reason(found.findings)
    if verdict == "alike":
        assert {one.kind for one in found.findings} <= READ, reason(found.findings)
        assert found.verdict in ("supported", "unverified"), reason(found.findings)
    else:
        assert found.verdict in LOWERED.get(verdict, (verdict,)), reason(found.findings)
