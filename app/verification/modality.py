"""How a sentence holds what it says: hedged, only reported, of all or of some.

Each finding is a cue with its place and the terms that it governs. Cue words and the words up to
the end of the clause, no parser: English, Japanese and Chinese. `denials.py` has what is denied.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.text.reporting_verbs import (
    ADVERBS,
    CHINESE,
    CHINESE_BY_HEARSAY,
    CLAUSE_VERBS,
    JAPANESE_AFTER_SOURCE,
    JAPANESE_AFTER_TO,
    MOSTLY_NOUNS,
    OPINION_NOUNS,
    PHRASES_BEFORE_SPEAKER,
)
from vectorstore.text.scripts import HAN
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms

_HEDGE = re.compile(
    r"\b(?:may(?! \d)|might|could|would|should|perhaps|possibly|probably|likely|unlikely|"
    rf"potentially|{any_of(ADVERBS)}|apparently|seem(?:s|ed|ingly)?|"
    r"appear(?:s|ed)? to|"
    r"expected to|plan(?:s|ned|ning)? to|hop(?:es|ed|ing) to|intend(?:s|ed)? to|"
    r"consider(?:s|ed|ing)? (?=\w+ing)|propos(?:ed|es|ing) to|aim(?:s|ed|ing)? to|"
    r"suggests?(?= (?:a|an|the|that)\b))\b|"
    rf"かもしれない|可能性がある|だろう|とみられ|可能(?!性)(?=[{HAN}])|或许|或許|也許|也许|恐怕",
    re.IGNORECASE,
)
_REPORT = re.compile(
    rf"(?<=[’']s )(?P<held>{any_of(OPINION_NOUNS)})(?= that\b)|"
    rf"\b(?P<verb>{any_of(CLAUSE_VERBS)}|in the (?:view|opinion) of)\b|"
    rf"\b(?P<lead>{any_of((*PHRASES_BEFORE_SPEAKER, *ADVERBS))})\b|"
    r"(?P<ja>とされ(?:る|て|た)|という(?=[。、])|"
    rf"と(?:{any_of(JAPANESE_AFTER_TO)})|{any_of(JAPANESE_AFTER_SOURCE)})|"
    rf"(?P<zh>{any_of((*CHINESE_BY_HEARSAY, *CHINESE))}|[称稱][，：])",
    re.IGNORECASE,
)
_NO_REPORT = re.compile(
    r"(?:\b(?:the|a|an|this|that|its|their|his|her|our|of|each|every|member|head[s]? of|united|one|"
    r"island|nation|foreign|joint|official|new|annual|same) )$|(?:’|')s $",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"\s*(?:that\b|[,:]?\s*[“\"「『]|to have\b|as\b|(?:the|a|an|it|its|he|she|they|there)\b)"
)
_CLAUSE_END = re.compile(
    r"[;。；，]|,(?= )|\b(?:but|while|although|though|whereas|because)\b|[.!?](?=\s|$)"
)
# Each word whole and taken once (`*+`): else a run of capitals is cut in every possible way.
_SPEAKER = re.compile(
    r"(?P<who>(?:(?<![\w’'.-])(?:[A-Z][\w’'.-]*+|(?:of|the|and|for|de)\b|al-\w++) ?+){1,7})$"
)
_LEVEL = {
    "all": 4, "every": 4, "each": 4, "entire": 4, "always": 4, "everyone": 4, "everything": 4,
    "entirely": 4, "only": 4, "solely": 4, "exclusively": 4, "most": 3, "mostly": 3, "majority": 3,
    "mainly": 3, "usually": 3, "many": 2, "several": 2, "some": 1, "few": 1, "sometimes": 1,
    "partly": 1, "partially": 1, "rarely": 1,
}  # fmt: skip
_QUANTIFIER = re.compile(
    rf"\b(?P<en>{'|'.join(_LEVEL)})\b|(?P<ja>すべて|全て|全部|所有|大半|大部分|多く|一部)",
    re.IGNORECASE,
)
_LEVEL_JA = {
    "すべて": 4, "全て": 4, "全部": 4, "所有": 4, "大半": 3, "大部分": 3, "多く": 2,
    "一部": 1,
}  # fmt: skip
_NO_QUANTITY = re.compile(
    r"\b(?:at|one of the|some of the|among the|the|its|their|first of) $", re.IGNORECASE
)
_NOBODY = frozenset("of the and for de but i he she we they it you".split())
# Japanese cues that stand after what they govern.
_AFTERWARDS = ("かもしれない", "可能性がある", "だろう", "とみられ")
_BETWEEN = re.compile(r"(?:\b(?:has|have|had|also|merely|later|then|once|only)\b\s*)+$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that changes the meaning of what follows: the terms it governs, and its place."""

    text: str
    governs: tuple[str, ...]
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Words that give a clause to somebody: who (empty if unnamed), and the terms of the clause."""

    who: str
    said: frozenset[str]
    start: int
    end: int


def hedges(text: str) -> list[Cue]:
    """Return the words that leave open whether something is true."""
    return [_cue(text, match) for match in _HEDGE.finditer(text) if match[0] != "May"]


def quantifiers(text: str) -> list[Cue]:
    """Return the words for a share, with a `level` from 1 (some) to 4 (all)."""
    found: list[Cue] = []
    for match in _QUANTIFIER.finditer(text):
        before = text[: match.start()][-16:]
        word = match[0].lower()
        if word in ("most", "few") and (
            _NO_QUANTITY.search(before)
            or re.match(r" \w+(?:ed|ive|ful|ous|al|ant|ent|ly)\b", text[match.end() :])
        ):
            continue
        level = _LEVEL.get(word) or _LEVEL_JA[match[0]]
        found.append(_cue(text, match, level))
    return found


def reports(text: str) -> list[Report]:
    """Return the clauses that a sentence only reports as somebody's word.

    >>> reports("President Peña suggested that Paraguay could host talks.")[0].who
    'President Peña'
    """
    return list(_reports(text))


def _reports(text: str) -> Iterator[Report]:
    for match in _REPORT.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if match["held"]:
            yield Report(_holder(before), frozenset(terms(after)), match.start(), match.end())
            continue
        if match["verb"] and _is_noun(match[0], before, after):
            continue
        who, said = "", after
        if match["verb"]:
            who = _speaker(before)
            if before.rstrip().endswith(("”", '"')) or _quoted_before(before):
                said = before + after
        elif match["lead"]:
            found = re.match(r" ((?:[A-Z][\w’'.-]*|of|the|and|for| )+)", after)
            leads = match[0].lower() in PHRASES_BEFORE_SPEAKER
            who = found[1].strip() if found and leads else ""
            who = "" if who.lower() in _NOBODY else who
            said = before + after
        else:
            said = before if match["ja"] else after
            if match[0] in JAPANESE_AFTER_SOURCE:
                who, said = before[-12:].strip("、。 "), after
        yield Report(who, frozenset(terms(said)), match.start(), match.end())


def _holder(before: str) -> str:
    """Return who holds an opinion: `Beijing` before “’s position that …”."""
    return _speaker(before.rstrip()[:-2])


def _is_noun(verb: str, before: str, after: str) -> bool:
    """Return whether a verb reports nothing: `the report`, `United States`, `maintains ties`."""
    if _NO_REPORT.search(before):
        return True
    if verb.lower() in MOSTLY_NOUNS and not _THAT.match(after):
        return True
    return verb.lower().startswith("maintain") and not after.startswith(" that")


def _quoted_before(before: str) -> bool:
    """Return whether the reported words stand before the verb: “…,” the minister declared."""
    close = max(before.rfind("”"), before.rfind('"'))
    return (
        close >= 0
        and len(before) - close < 60
        and before[:close].rstrip().endswith((",", ".", "!", "?"))
    )


def _speaker(before: str) -> str:
    found = _SPEAKER.search(_BETWEEN.sub("", before[-120:]).rstrip())
    who = re.sub(r"^(?:(?:of|the|and|for|But|And) )+", "", found["who"].strip() if found else "")
    return "" if who.lower() in _NOBODY else who


def _cue(text: str, match: re.Match[str], level: int = 0) -> Cue:
    rest = text[match.end() :]
    stop = _CLAUSE_END.search(rest)
    after = rest[: stop.start()] if stop else rest
    governs = terms(after)
    if match[0].startswith(_AFTERWARDS):
        governs = terms(re.split(r"[。、，；]", text[: match.end()])[-1])
    return Cue(match[0], governs, match.start(), match.end(), level)
