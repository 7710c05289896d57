"""Check each sentence of an answer against the words it cites.

Exact comparisons come first (`differences.py`): a number, date or name that the quotes lack or
contradict, a negation on one side only, a dropped hedge or attribution. They can only lower a
verdict. Whether a sentence follows, the checker decides (`vectorstore/encoders/checker.py`), or the
entailment model if the user configured one; without either, no sentence in other words is
supported. Only the cited words are read, not the rest of the library. A verdict is no proof.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.verification.differences import differences_across_languages
from app.verification.support import Support, support
from app.verification.weighing import CITATION, PASSAGE, decisive, verdict_of
from vectorstore.encoders.checker import Checker, Reading, packaged_checker
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.pair_classifier import EntailmentScores
from vectorstore.library import Library
from vectorstore.records import Finding, FindingKind, Verdict
from vectorstore.text.languages import are_english
from vectorstore.text.scripts import cjk_share
from vectorstore.text.sentences import Span, sentences
from vectorstore.text.terms import fold, terms

_SAME_MATTER = 0.2  # score of the words from which evidence speaks of the matter; judged
# Share of a sentence's words below which it is not stated, where the checker is not sure; judged
_ANY_WORDS = 0.1
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

    def __init__(self, library: Library | None = None, checker: Checker | None = None) -> None:
        """Read with the entailment model of `library`, if any, else with `checker`.

        Unless given, that is the packaged one.
        """
        self._library = library
        self._checker = checker or packaged_checker()

    @property
    def name(self) -> str:
        """Whose verdicts these are: the name of the checker or of the entailment model."""
        model = self._library.entailment if self._library else None
        return model.model if model else self._checker.name

    def check(self, sentence: str, quotes: Sequence[str]) -> Verification:
        """Return the verdict on one sentence; `quotes` are the exact words it cites.

        >>> Verifier().check("Japan met 3 presidents.", ["Japan met two presidents."]).verdict
        'contradicted'
        """
        if not terms(sentence):
            return _verification("not_checkable", "no_claim")
        cited = [(at, quote) for at, quote in enumerate(quotes) if terms(quote)]
        if not cited:
            return _verification("not_stated", "no_citation")
        numbers, texts = zip(*cited, strict=True)
        plain = _MARKERS.sub("", sentence)
        verbatim = (_check_verbatim(one, texts) for one in dict.fromkeys((sentence, plain)))
        judged = next(filter(None, verbatim), None) or self._compare(plain, texts)
        if judged.span is None:
            return judged
        which, start, end = judged.span
        return replace(judged, span=(numbers[which], start, end))

    def telling(self, sentence: str, texts: Sequence[str]) -> list[float]:
        """Return how surely each text speaks of what the sentence says, for it or against, 0 to 1.

        Return nothing if the checker cannot read them: no English, or no checker.
        """
        if not are_english(sentence, "\n".join(texts)):
            return []
        return [1 - one.not_stated for one in self._checker.read(sentence, texts)]

    def _compare(self, sentence: str, quotes: Sequence[str]) -> Verification:
        if _ASKS.search(sentence):
            return _verification("not_checkable", "question")
        model = self._library.entailment if self._library else None
        if _scripts_differ(sentence, "\n".join(quotes)):
            return _check_across_languages(
                sentence, quotes, _most_confident(model, sentence, quotes)
            )
        found = support(sentence, quotes)
        if entailed := _most_confident(model, sentence, [found.window, *quotes]):
            return _by_model(found, entailed)
        reading = self._read(sentence, found)
        return _by_checker(found, reading) if reading else _by_words(found)

    def _read(self, sentence: str, found: Support) -> Reading | None:
        """Return what the checker reads; None if it is no English text, or the checker fails."""
        if not are_english(sentence, found.window):
            return None
        readings = self._checker.read(sentence, found.pieces)
        return decisive(readings) if readings else None


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
    if not entailed:
        return _verification("not_checkable", "language")
    if entailed.follows >= entailed.threshold:
        return _verification("supported", "entailment", entailed.follows)
    if entailed.against is not None and entailed.against >= _AGAINST:
        return _verification("contradicted", "entailment", entailed.against)
    return _verification("not_stated", "entailment")


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


def _by_checker(found: Support, reading: Reading) -> Verification:
    """Return the verdict of exact comparison and checker; the comparison can only lower it."""
    weights = PASSAGE if found.long else CITATION
    verdict = verdict_of(weights, found.features, reading)
    if verdict == "unverified" and found.features.words < _ANY_WORDS:
        return _lowered(found, Finding("not_stated", "word_overlap"))
    sure = {
        "supported": reading.supported,
        "contradicted": reading.contradicted,
        "not_stated": reading.not_stated,
    }
    return _lowered(found, Finding(verdict, "reading", share=sure.get(verdict)))


def _by_model(found: Support, entailed: EntailmentScores) -> Verification:
    """Return the verdict of exact comparison and entailment model."""
    if entailed.follows >= entailed.threshold:
        return _lowered(found, Finding("supported", "entailment", share=entailed.follows))
    if entailed.against is not None and entailed.against >= _AGAINST:
        return _lowered(found, Finding("contradicted", "entailment", share=entailed.against))
    verdict: Verdict = "unverified" if found.score >= _SAME_MATTER else "not_stated"
    return _lowered(found, Finding(verdict, "entailment"))


def _by_words(found: Support) -> Verification:
    """Return the verdict where nobody reads the sentence: its words show the matter, no more."""
    verdict: Verdict = "unverified" if found.score >= _SAME_MATTER else "not_stated"
    return _lowered(found, Finding(verdict, "word_overlap"))


def _lowered(found: Support, read: Finding) -> Verification:
    """Return the graver of what was compared and what was read, with the findings of both."""
    if not found.findings:
        return Verification(read.verdict, (read,), found.span)
    compared = found.findings[0].verdict
    if read.verdict == "contradicted" and compared == "unverified":
        return Verification("contradicted", (read, *found.findings), found.span)
    if read.verdict == "not_stated" and compared == "unverified":
        return Verification("not_stated", (*found.findings, read), found.span)
    return Verification(compared, found.findings, found.span)
