"""Check each sentence of an answer against the words it cites.

Exact comparisons come first (`differences.py`): a number, date or name that the quotes lack or
contradict, a negation on one side only, a dropped hedge or attribution. If they find nothing, the
support score decides (`support.py`), or the entailment model if the user configured one. Only the
cited words are read, not the rest of the library. A verdict is no proof.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.verification.differences import differences_across_languages
from app.verification.support import Support, support
from vectorstore.encoders.checker import EntailmentScores
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.token_similarity import token_similarity
from vectorstore.library import Library
from vectorstore.records import Finding, FindingKind, Verdict
from vectorstore.text.scripts import cjk_share
from vectorstore.text.sentences import Span, sentences
from vectorstore.text.terms import fold, terms

# Of the score; the first fitted (benchmarks/fit/verdicts.py), the second judged
_SUPPORTED, _PARTIAL = 0.55, 0.2
# Least of the features, so that meaning alone does not decide; judged: benchmarks/fit/verdicts.py
_WORDS, _NEAR = 0.5, 0.3
_AGAINST = 0.5  # probability of an entailment model; judged: more likely than not
_MARKERS = re.compile(r"\s*\[\d+(?:, ?\d+)*\]|^\s*(?:\d{1,2}[.)]|[-*•])\s+")
_ASKS = re.compile(r"[?？]\s*[”\"’'」』)]*\s*$")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d]+|[%％$€£¥°]|[-−+](?=\d)")
_MOSTLY, _HARDLY = 0.5, 0.1  # shares of Chinese, Japanese and Korean letters; judged


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of checking a sentence.

    `findings` give the reasons, the gravest first; there is at least one. `span` is the decisive
    part of the quotes: the index of the quote (from 0), and the start and end offsets in it.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    span: tuple[int, int, int] | None = None


class Verifier:
    """Checks sentences against the words they cite."""

    def __init__(self, library: Library | None = None) -> None:
        """Use the entailment model of `library`, if any, where exact comparison finds nothing."""
        self._library = library

    def check(self, sentence: str, quotes: Sequence[str]) -> Verification:
        """Return the verdict on one sentence; `quotes` are the exact words it cites.

        >>> Verifier().check("Japan met 3 presidents.", ["Japan met two presidents."]).verdict
        'contradicted'
        """
        if not terms(sentence):
            return _verification("not_checkable", "no_claim")
        cited = [(at, quote) for at, quote in enumerate(quotes) if terms(quote)]
        if not cited:
            return _verification("unsupported", "no_citation")
        numbers, texts = zip(*cited, strict=True)
        plain = _MARKERS.sub("", sentence)
        verbatim = (_check_verbatim(one, texts) for one in dict.fromkeys((sentence, plain)))
        judged = next(filter(None, verbatim), None) or self._compare(plain, texts)
        if judged.span is None:
            return judged
        which, start, end = judged.span
        return replace(judged, span=(numbers[which], start, end))

    def _compare(self, sentence: str, quotes: Sequence[str]) -> Verification:
        if _ASKS.search(sentence):
            return _verification("not_checkable", "question")
        model = self._library.entailment if self._library else None
        if _scripts_differ(sentence, "\n".join(quotes)):
            return _check_across_languages(
                sentence, quotes, _most_confident(model, sentence, quotes)
            )
        found = support(
            sentence, quotes, token_similarity if cjk_share(sentence) < _HARDLY else None
        )
        if found.findings:
            gravest = found.findings[0]
            verdict = gravest.verdict
            if verdict == "partial" and found.score < _PARTIAL:
                verdict = "unsupported"
            return Verification(verdict, found.findings, found.span)
        if entailed := _most_confident(model, sentence, [found.window, *quotes]):
            return _by_model(entailed, found.score, found.span)
        return _by_score(sentence, found)


def _check_verbatim(sentence: str, quotes: Sequence[str]) -> Verification | None:
    for at, quote in enumerate(quotes):
        if span := _verbatim_span(sentence, quote):
            return _verification("verbatim", "own_words", span=(at, *span))
    return None


def _verbatim_span(sentence: str, quote: str) -> Span | None:
    """Return the span of whole sentences of the quote that equal this one.

    Case, accents and punctuation are ignored. A part of a sentence does not count: the rest may
    hold a “not” or an attribution.
    """
    mine = _words(sentence)
    spans = sentences(quote)
    for first, (start, _) in enumerate(spans):
        theirs: list[str] = []
        for _, end in spans[first:]:
            theirs = _words(quote[start:end])
            if len(theirs) >= len(mine):
                break
        if theirs == mine:
            return start, end
    return (0, len(quote)) if mine == _words(quote) else None


def _words(text: str) -> list[str]:
    return _PLAIN.findall(fold(text))


def _scripts_differ(sentence: str, whole: str) -> bool:
    mine, theirs = cjk_share(sentence), cjk_share(whole)
    return (mine > _MOSTLY and theirs < _HARDLY) or (theirs > _MOSTLY and mine < _HARDLY)


def _check_across_languages(
    sentence: str, quotes: Sequence[str], entailed: EntailmentScores | None
) -> Verification:
    """Return the verdict on a sentence in another script than its quotes.

    Numbers and dates are compared; the entailment model, if any, decides on the rest.
    """
    found = differences_across_languages(sentence, "\n".join(quotes))
    if found:
        return Verification(found[0].verdict, tuple(found))
    if entailed:
        return _by_model(entailed, 0.0, None)
    return _verification("not_checkable", "language")


def _most_confident(
    model: Entailment | None, sentence: str, premises: Sequence[str]
) -> EntailmentScores | None:
    """Return the model's most confident judgement over all premises; None without a model."""
    judged = model.judge(sentence, list(dict.fromkeys(premises))) if model else []
    return max(judged, key=lambda one: max(one.follows, one.against or 0.0), default=None)


def _verification(
    verdict: Verdict,
    kind: FindingKind,
    share: float | None = None,
    span: tuple[int, int, int] | None = None,
) -> Verification:
    """Return a verdict with a single finding."""
    return Verification(verdict, (Finding(verdict, kind, share=share),), span)


def _by_model(
    entailed: EntailmentScores, score: float, span: tuple[int, int, int] | None
) -> Verification:
    if entailed.follows >= entailed.threshold:
        return _verification("supported", "entailment", entailed.follows, span)
    if entailed.against is not None and entailed.against >= _AGAINST:
        return _verification("contradicted", "entailment", entailed.against, span)
    verdict: Verdict = "partial" if score >= _SUPPORTED else "unsupported"
    return _verification(verdict, "entailment", None, span)


def _by_score(sentence: str, found: Support) -> Verification:
    overlap = found.features.words
    if found.score >= _SUPPORTED:
        if " ".join(_words(sentence)) in " ".join(_words(found.window)):
            return _verification("supported", "longer_sentence", None, found.span)
        if overlap >= _WORDS and found.features.near >= _NEAR:
            return _verification("supported", "word_overlap", overlap, found.span)
    verdict: Verdict = "partial" if found.score >= _PARTIAL else "unsupported"
    return _verification(verdict, "word_overlap", overlap, found.span)
