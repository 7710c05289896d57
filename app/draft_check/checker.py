"""Check a draft against the library, sentence by sentence.

A quotation is found, misattributed to another speaker or source, stitched from several places,
altered, or not found. Any other sentence is found verbatim, supported, contradicted, unverified,
not stated, or the library is silent on it. Citations are copied from the stored text. Only a second
reader, if there is one that may read drafts, calls a chat model (`second_reading.py`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from app.answering.citations import Numbering
from app.draft_check import wording
from app.draft_check.alignment import Change, align_words, word_spans
from app.draft_check.attribution import Attribution
from app.draft_check.citations import without_citations
from app.draft_check.claims import Claim, judge_claim, left_open
from app.draft_check.locating import Location, QuotationLocator, QuotationSegment, split_quotation
from app.draft_check.parsing import REFERENCE, DraftSentence, parse_draft
from app.draft_check.plain_draft import PlainDraft, plain_draft
from app.draft_check.records import CheckedQuotation, CheckedSentence, DraftReport, DraftVerdict
from app.draft_check.second_reading import read_again
from app.generation.second_reader import SecondReader
from app.verification.verifier import Verifier
from ingest.progress import Step, StepCallback
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.text.sentences import Span
from vectorstore.text.terms import terms

MAX_CHARACTERS = 200_000  # characters of a draft; judged: a book chapter
SHOWN = 3  # locations of one quotation that are cited; judged
_FEW = 3  # words; judged: a shorter quotation is found exactly or not at all
_ALTERED = 0.7  # share of the words in a row from which a quotation counts as altered; judged
_PIECE = 0.8  # the same for a piece of a stitched quotation; judged
_APART = 20  # characters between two pieces from which they are apart; judged
_ELSE = 4  # terms around a quotation that make a claim; judged
# What a quotation that was found leaves open: what the sentence says around it
_OPEN: tuple[DraftVerdict, ...] = ("unverified", "not_stated", "silent", "not_checkable")
_WORST: tuple[DraftVerdict, ...] = ("not_found", "stitched", "altered", "misattributed")


def check_draft(
    library: Library,
    text: str,
    verifier: Verifier | None = None,
    watch: StepCallback | None = None,
    second_reader: SecondReader | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> DraftReport:
    """Check a text of at most MAX_CHARACTERS; `watch` is called for each sentence.

    `second_reader` judges what stays unverified, if it may read drafts, until `stopped`.
    Raise BadInput if the text is empty or too long, or the library is empty.
    """
    text = text.encode("utf-8", "replace").decode().replace("\0", " ")
    if not text.strip():
        raise BadInput("There is nothing to check: give a text.")
    if len(text) > MAX_CHARACTERS:
        raise BadInput(
            f"The text has {len(text):,} characters: check at most {MAX_CHARACTERS:,} at once."
        )
    if not library.database.count("source"):
        raise BadInput("The library is empty, so nothing can be checked: add documents first.")
    checker = DraftChecker(library, verifier or Verifier(library))
    draft = plain_draft(text)
    found, checked = parse_draft(draft.text), []
    for number, sentence in enumerate(found):
        if watch:
            watch(Step(f"sentence {number + 1:,}", number, len(found)))
        checked.append(_as_given(checker.sentence(draft.text, sentence), text, draft))
    if watch:
        watch(Step("", len(found), len(found)))
    notice = ""
    if second_reader and second_reader.reads_drafts:
        checked, notice = read_again(checked, checker.numbering.citations, second_reader, stopped)
    quotations = [quotation for one in checked for quotation in one.quotations]
    return DraftReport(
        tuple(checked),
        tuple(checker.numbering.citations),
        dict(Counter(one.verdict for one in checked)),
        dict(Counter(one.verdict for one in quotations)),
        notice,
    )


class DraftChecker:
    """Checks one draft; `numbering` numbers the citations of its report."""

    def __init__(self, library: Library, verifier: Verifier) -> None:
        """Search nothing yet."""
        self.numbering = Numbering(library)
        self._library = library
        self._verifier = verifier
        self._locator = QuotationLocator(library)
        self._attribution = Attribution(library)

    def sentence(self, text: str, sentence: DraftSentence) -> CheckedSentence:
        """Check one sentence with its quotations."""
        words = text[sentence.start : sentence.end]
        plain = without_citations(words, self._attribution.is_author)
        if not terms(plain):
            return _checked(words, sentence, "not_checkable", wording.NO_CLAIM)
        # A quotation's citation names its source, so these are not the words of the library.
        own = REFERENCE.sub("", words) if sentence.quoted else plain
        verbatim = [p for p in self._locator.locate(own) if p.same] if len(own) > 1 else []
        verbatim = verbatim if len(word_spans(own)) >= _FEW else []
        if not sentence.quoted:
            verbatim = [place for place in verbatim if not left_open(plain, place)]
        places, fault = (
            self._attribution.source_of(verbatim, words, sentence.notes) if verbatim else ([], "")
        )
        whole = [] if fault else places
        quotations = tuple(
            self._quotation(text, sentence, quoted, whole) for quoted in sentence.quoted
        )
        if places:
            verdict: DraftVerdict = "misattributed" if fault else "found"
            reason = fault or f"{wording.FOUND} {places[0].remark}".strip()
            return _checked(words, sentence, verdict, reason, self._cite(places), quotations)
        for verdict in _WORST:
            if bad := [one for one in quotations if one.verdict == verdict]:
                return _checked(words, sentence, verdict, bad[0].reason, (), quotations)
        outside = without_citations(_without(text, sentence), self._attribution.is_author)
        if quotations and (sentence.is_note or len(set(terms(outside))) < _ELSE):
            return _checked(words, sentence, "found", quotations[0].reason, (), quotations)
        claim = judge_claim(self._library, self._verifier, plain)
        return self._claimed(words, sentence, claim, quotations)

    def _claimed(
        self,
        words: str,
        sentence: DraftSentence,
        claim: Claim,
        quotations: tuple[CheckedQuotation, ...],
    ) -> CheckedSentence:
        numbers = tuple(self.numbering.cite(e.passage, e.start, e.end) for e in claim.evidence)
        verdict: DraftVerdict = claim.verdict
        reason = claim.reason
        if quotations and verdict in _OPEN:
            verdict = "unverified"
            reason = wording.around_quotation(reason)
        checked = _checked(words, sentence, verdict, reason, numbers, quotations)
        return replace(checked, findings=claim.findings)

    def _quotation(
        self, text: str, sentence: DraftSentence, quoted: Span, whole: Sequence[Location]
    ) -> CheckedQuotation:
        """Check one quotation; locations of the whole sentence (`whole`) settle who speaks."""
        words = text[slice(*quoted)]

        def judged(
            verdict: DraftVerdict,
            reason: str,
            places: Sequence[Location] = (),
            changes: tuple[Change, ...] = (),
        ) -> CheckedQuotation:
            return CheckedQuotation(words, *quoted, verdict, reason, self._cite(places), changes)

        if self._attribution.is_title(words):
            return judged("found", wording.TITLE)
        parts = split_quotation(words)
        found = self._locator.locate(words)
        if not found and REFERENCE.search(words):
            found = self._locator.locate(REFERENCE.sub("", words))
        exact = [[place] for place in found if place.same]
        shortened = ""
        if not exact and parts and parts[0].text.strip() != words.strip():
            chain = self._locator.locate_in_sequence(parts)
            exact = [chain] if chain and all(place.same for place in chain) else []
            shortened = wording.FOUND_SHORTENED
        if exact:
            inside = [[p] for p in found for w in whole if w.start <= p.start and p.end <= w.end]
            if inside:
                return judged("found", wording.FOUND, inside[0])
            places, fault, remark = self._attribution.of(
                exact, text[sentence.start : sentence.end], _moved(quoted, sentence),
                sentence.notes,
            )  # fmt: skip
            if fault:
                return judged("misattributed", fault, places)
            said = shortened or wording.FOUND
            return judged("found", " ".join(filter(None, (said, places[0].remark, remark))), places)
        if found:
            change = (" ".join(words.split()), self._slice(found[0]))
            return judged("altered", wording.altered([change]), found[:1], (change,))
        if accented := self._locator.locate_without_accents(words)[:1]:
            aligned = align_words(words, self._slice(accented[0]))
            changes = aligned.changes if aligned else ()
            return judged("altered", wording.altered(changes), accented, changes)
        return self._inexact(words, parts, judged)

    def _inexact(
        self, words: str, parts: Sequence[QuotationSegment], judged: Callable[..., CheckedQuotation]
    ) -> CheckedQuotation:
        """Check a quotation that occurs nowhere exactly."""
        nothing = judged("not_found", wording.NOT_FOUND)
        if len(word_spans(words)) < _FEW:
            return nothing
        if len(parts) > 1:
            each = [self._locator.locate(part.text, open_ends=part.glued) for part in parts]
            if all(each):
                return judged("stitched", _joined([p[0] for p in each]), [p[0] for p in each])
        near = self._locator.nearest(words)
        if near is None:
            return nothing
        pieces = self._pieces(words, near.alignment.missing)
        if len(pieces) > 1:
            return judged("stitched", _joined(pieces), pieces)
        if near.alignment.share >= _ALTERED:
            changes = near.alignment.changes
            return judged("altered", wording.altered(changes), [near.place], changes)
        return nothing

    def _pieces(self, words: str, missing: Sequence[Span]) -> list[Location]:
        """Return the different locations that nearly all the words were stitched from, if any."""
        if not missing or missing == ((0, len(words)),):
            return []
        bounds = sorted({0, len(words), *(edge for span in missing for edge in span)})
        pieces: list[Location] = []
        covered = 0
        for run in pairwise(bounds):
            text = words[slice(*run)]
            if len(word_spans(text)) < _FEW:
                continue
            places = self._locator.locate(text)[:1]
            if not places:
                near = self._locator.nearest(text)
                places = [near.place] if near and near.alignment.share >= _PIECE else []
            covered += len(text) if places else 0
            pieces += places
        return pieces if covered >= _ALTERED * len(words) and _apart(pieces) else []

    def _cite(self, places: Sequence[Location]) -> tuple[int, ...]:
        return tuple(
            dict.fromkeys(
                self.numbering.cite(place.passage, place.start, place.end)
                for place in places[:SHOWN]
            )
        )

    def _slice(self, place: Location) -> str:
        text = self._library.catalog.text(place.passage.source_id)
        return " ".join(text[place.start : place.end].split())


def _checked(
    words: str,
    sentence: DraftSentence,
    verdict: DraftVerdict,
    reason: str,
    citations: tuple[int, ...] = (),
    quotations: tuple[CheckedQuotation, ...] = (),
) -> CheckedSentence:
    return CheckedSentence(
        words, sentence.start, sentence.end, verdict, reason, citations, quotations
    )


def _as_given(checked: CheckedSentence, text: str, draft: PlainDraft) -> CheckedSentence:
    """Return a sentence of the plain draft with the words and offsets of the draft as given."""
    if not draft.starts:
        return checked
    start, end = draft.given_span(checked.start, checked.end)
    quotations = []
    for one in checked.quotations:
        first, last = draft.given_span(one.start, one.end)
        quotations.append(replace(one, text=text[first:last], start=first, end=last))
    return replace(
        checked, text=text[start:end], start=start, end=end, quotations=tuple(quotations)
    )


def _moved(quoted: Span, sentence: DraftSentence) -> Span:
    return quoted[0] - sentence.start, quoted[1] - sentence.start


def _without(text: str, sentence: DraftSentence) -> str:
    """Return the sentence without its quotations."""
    edges = [sentence.start, *(e for span in sentence.quoted for e in span), sentence.end]
    return " ".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _apart(pieces: Sequence[Location]) -> bool:
    """Return whether any piece does not directly follow the one before."""
    return any(
        one.passage.source_id != other.passage.source_id
        or not -_APART <= other.start - one.end <= _APART
        for one, other in pairwise(pieces)
    )


def _joined(pieces: Sequence[Location]) -> str:
    return wording.stitched(len({piece.passage.source_id for piece in pieces}))
