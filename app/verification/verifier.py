"""Every sentence of an answer against the words it cites: a verdict and its reason.

First what can be compared exactly (`comparing.py`): a number, date or name that the cited words
lack or give otherwise, “not” on one side, a doubt or an attribution that was dropped. Then how far
the words carry the rest (`support.py`), and what an entailment model says, where the user has named
one. It reads only the citations, not the rest of the library, and proves nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.verification.comparison import across_languages
from app.verification.support import Support, support
from vectorstore.encoders.alignment import alignment
from vectorstore.encoders.entailment import Entailed, Entailment
from vectorstore.library import Library
from vectorstore.records import Finding, FindingKind, Verdict
from vectorstore.text.scripts import cjk_share
from vectorstore.text.sentences import Span, sentences
from vectorstore.text.terms import fold, terms

_SUPPORTED, _PARTIAL = 0.55, 0.2  # of the score
_WORDS, _NEAR = 0.5, 0.3  # of the looks, below which nearness of meaning alone would carry it
_FOLLOWS = 0.5  # of what an entailment model says
_MARKERS = re.compile(r"\s*\[\d+(?:, ?\d+)*\]|^\s*(?:\d{1,2}[.)]|[-*•])\s+")
_ASKS = re.compile(r"[?？]\s*[”\"’'」』)]*\s*$")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d]+|[%％$€£¥°]|[-−+](?=\d)")
_MOSTLY, _HARDLY = 0.5, 0.1  # share of letters from which a text is in Chinese, Japanese or Korean


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a sentence gave.

    `findings` say why, the gravest first; there is always at least one. `span` are the words that
    decided: which quote (from 0), and where in it they begin and end.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    span: tuple[int, int, int] | None = None


class Verifier:
    """Checks sentences against the words they cite."""

    def __init__(self, library: Library | None = None) -> None:
        """`library` may have an entailment model, which has the last word where it does."""
        self._library = library

    def check(self, sentence: str, quotes: Sequence[str]) -> Verification:
        """The verdict on one sentence; `quotes` are the exact words it cites.

        >>> Verifier().check("Japan met 3 presidents.", ["Japan met two presidents."]).verdict
        'contradicted'
        """
        if not terms(sentence):
            return _verification("not_checkable", "no_claim")
        cited = [(at, quote) for at, quote in enumerate(quotes) if terms(quote)]
        if not cited:
            return _verification("unsupported", "no_citation")
        numbers, texts = zip(*cited, strict=True)
        judged = _own_words(sentence, texts) or self._judged(_MARKERS.sub("", sentence), texts)
        if judged.span is None:
            return judged
        which, start, end = judged.span
        return replace(judged, span=(numbers[which], start, end))

    def _judged(self, sentence: str, quotes: Sequence[str]) -> Verification:
        if own := _own_words(sentence, quotes):
            return own
        if _ASKS.search(sentence):
            return _verification("not_checkable", "question")
        model = self._library.entailment if self._library else None
        if _scripts_differ(sentence, "\n".join(quotes)):
            return _across(sentence, quotes, _entailed(model, sentence, quotes))
        found = support(sentence, quotes, alignment if cjk_share(sentence) < _HARDLY else None)
        if found.findings:
            gravest = found.findings[0]
            verdict = gravest.verdict
            if verdict == "partial" and found.score < _PARTIAL:
                verdict = "unsupported"
            return Verification(verdict, found.findings, found.span)
        if says := _entailed(model, sentence, [found.window, *quotes]):
            return _by_model(says, found.score, found.span)
        return _by_score(sentence, found)


def _own_words(sentence: str, quotes: Sequence[str]) -> Verification | None:
    for at, quote in enumerate(quotes):
        if span := _verbatim(sentence, quote):
            return _verification("verbatim", "own_words", span=(at, *span))
    return None


def _verbatim(sentence: str, quote: str) -> Span | None:
    """Where whole sentences of the quote are this sentence, but for case, accents and marks.

    A part of a sentence is not: what it leaves out may be “not”, or whose word it is.
    """
    mine = _plain(sentence)
    spans = sentences(quote)
    for first, (start, _) in enumerate(spans):
        said: list[str] = []
        for _, end in spans[first:]:
            said = _plain(quote[start:end])
            if len(said) >= len(mine):
                break
        if said == mine:
            return start, end
    return (0, len(quote)) if mine == _plain(quote) else None


def _plain(text: str) -> list[str]:
    return _PLAIN.findall(fold(text))


def _scripts_differ(sentence: str, whole: str) -> bool:
    mine, theirs = cjk_share(sentence), cjk_share(whole)
    return (mine > _MOSTLY and theirs < _HARDLY) or (theirs > _MOSTLY and mine < _HARDLY)


def _across(sentence: str, quotes: Sequence[str], says: Entailed | None) -> Verification:
    """The verdict on a sentence whose words cannot be compared with those it cites."""
    found = across_languages(sentence, "\n".join(quotes))
    if found:
        return Verification(found[0].verdict, tuple(found))
    if says:
        return _by_model(says, 0.0, None)
    return _verification("not_checkable", "language")


def _entailed(model: Entailment | None, sentence: str, premises: Sequence[str]) -> Entailed | None:
    """What the model says of the premise that speaks most clearly; None without a model."""
    judged = model.judge(sentence, list(dict.fromkeys(premises))) if model else []
    return max(judged, key=lambda one: max(one.follows, one.against or 0.0), default=None)


def _verification(
    verdict: Verdict,
    kind: FindingKind,
    share: float | None = None,
    span: tuple[int, int, int] | None = None,
) -> Verification:
    """A verdict that rests on one finding."""
    return Verification(verdict, (Finding(verdict, kind, share=share),), span)


def _by_model(says: Entailed, score: float, span: tuple[int, int, int] | None) -> Verification:
    if says.follows >= _FOLLOWS:
        return _verification("supported", "entailment", says.follows, span)
    if says.against is not None and says.against >= _FOLLOWS:
        return _verification("contradicted", "entailment", says.against, span)
    verdict: Verdict = "partial" if score >= _SUPPORTED else "unsupported"
    return _verification(verdict, "entailment", None, span)


def _by_score(sentence: str, found: Support) -> Verification:
    words = found.looks.words
    if found.score >= _SUPPORTED:
        if " ".join(_plain(sentence)) in " ".join(_plain(found.window)):
            return _verification("supported", "longer_sentence", None, found.span)
        if words >= _WORDS and found.looks.near >= _NEAR:
            return _verification("supported", "word_overlap", words, found.span)
    verdict: Verdict = "partial" if found.score >= _PARTIAL else "unsupported"
    return _verification(verdict, "word_overlap", words, found.span)
