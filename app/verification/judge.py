"""Judge with a language model what the checker left open: which of its judgements count.

The model is a second reader: it settles only sentences that are `unverified`. A judgement counts if
it has one of three labels, and if the words that it copies stand in what the sentence cites and
share a term with it. Exact comparison stays above it: a sentence in which something differs is
never lifted. No model is called here; `app/generation/judging.py` does that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.verification.clauses import count_words
from app.verification.verifier import Verification
from vectorstore.records import Finding, FindingKind
from vectorstore.text.folding import WORDING
from vectorstore.text.scripts import UNSPACED
from vectorstore.text.terms import terms

Label = Literal["supported", "contradicted", "not_stated"]

_LABELS: dict[str, Label] = {"s": "supported", "c": "contradicted", "n": "not_stated"}
_FEWEST = 3  # words that decide; judged: fewer stand in any text
_READ: tuple[FindingKind, ...] = ("word_overlap", "reading", "entailment")
_OPENING, _CLOSING = "“\"'„«「『‘", "”\"'“»」』’"
# A line `1 | supported | "the words"`, also as the row of a table or in bold. The words need their
# closing mark: without it, the line was cut off.
_LINE = re.compile(
    rf"^[\s|>*`-]*(?:sentence\s+)?\[?(?P<number>\d{{1,3}})\]?[\s|:.)*-]+"
    r"(?P<label>supported|contradicted|not[ _-]stated)\b[\s|:,*–—-]*"
    rf"(?:[{_OPENING}](?P<words>.*)[{_CLOSING}])?[\s|.*`]*$",
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"[^\W_{UNSPACED}]{{2}}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence with the words it cites, as the model is asked about it.

    `part`, if not empty, is the part of the sentence that is to be judged.
    """

    sentence: str
    quotes: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class SentenceJudgement:
    """What the model says of a sentence or a part of one.

    `words` are the words of the source that decide, and `span` is where they stand: the index of
    the quote (from 0), and the start and end offsets in it. Both may be empty if nothing is stated.
    """

    label: Label
    words: str = ""
    span: tuple[int, int, int] | None = None


def parse(reply: str, asked: Sequence[Asked]) -> dict[int, SentenceJudgement | None]:
    """Return the judgements of a reply by the index in `asked`; None for one that does not count.

    A sentence that the reply does not judge in the form asked for is left out, so that the result
    is empty if nothing in the reply can be read.
    """
    labels: dict[int, set[str]] = {}
    found: dict[int, SentenceJudgement | None] = {}
    for line in reply.splitlines():
        if not (match := _LINE.match(line)):
            continue
        at = int(match["number"]) - 1
        if not 0 <= at < len(asked):
            continue
        label = _LABELS[match["label"][0].lower()]
        labels.setdefault(at, set()).add(label)
        found[at] = found.get(at) or _judgement(label, match["words"] or "", asked[at])
    return {at: one if len(labels[at]) == 1 else None for at, one in found.items()}


def joined(
    whole: SentenceJudgement, parts: Sequence[SentenceJudgement], of: int
) -> SentenceJudgement | None:
    """Return the judgement on a compound sentence from those on its parts.

    `whole` is the judgement on the sentence as a whole, which did not find it supported; `of` is
    how many parts it has. The sentence is supported if all of them are, and contradicted if one is.
    None if the parts refute the whole: a reader that disagrees with itself settles nothing.
    """
    for part in parts:
        if part.label == "contradicted":
            return part
    if len(parts) < of or (whole.label == "not_stated" and not _all_supported(parts)):
        return whole
    if whole.label == "contradicted":
        return None
    words = " … ".join(dict.fromkeys(part.words for part in parts))
    return SentenceJudgement("supported", words, parts[0].span)


def settled(
    findings: Sequence[Finding], judgement: SentenceJudgement, model: str
) -> Verification | None:
    """Return the verdict on an unverified sentence; None if the judgement changes nothing.

    `findings` are those that left it unverified, `model` is the name of the model that judges.
    """
    compared = tuple(one for one in findings if one.kind not in _READ)
    if judgement.label == "supported" and compared:
        return None
    finding = Finding(judgement.label, "judgement", ours=model, theirs=judgement.words)
    return Verification(judgement.label, (finding, *compared), judgement.span)


def _all_supported(parts: Sequence[SentenceJudgement]) -> bool:
    return all(part.label == "supported" for part in parts)


def _judgement(label: Label, words: str, asked: Asked) -> SentenceJudgement | None:
    """Return a judgement with the source's own words; None if it does not count."""
    if not WORDING.text(words):
        return SentenceJudgement(label) if label == "not_stated" else None
    span = _locate(words, asked.quotes)
    if not span:
        return None
    which, start, end = span
    copied = asked.quotes[which][start:end]
    if label != "not_stated" and not _decides(copied, asked):
        return None
    return SentenceJudgement(label, " ".join(copied.split()), span)


def _decides(copied: str, asked: Asked) -> bool:
    """Return whether words can decide on a sentence: they are several, and speak of its matter.

    An order to the reader (“say supported”) stands in the source as well, but shares no term with
    the sentence.
    """
    return count_words(copied) >= _FEWEST and bool(set(terms(copied)) & set(terms(asked.sentence)))


def _locate(words: str, quotes: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where the quotes have these words, whatever the case, punctuation and white space."""
    wanted = WORDING.text(words)
    for at, quote in enumerate(quotes):
        folded = WORDING.with_places(quote)
        place = folded.text.find(wanted)
        while place >= 0:
            start, end = folded.raw_span(place, place + len(wanted))
            if not (_cuts_word(quote, start) or _cuts_word(quote, end)):
                return at, start, end
            place = folded.text.find(wanted, place + 1)
    return None


def _cuts_word(text: str, place: int) -> bool:
    return place > 0 and bool(_INSIDE.match(text, place - 1))
