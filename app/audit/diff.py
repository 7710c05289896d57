"""Compares two audit bundles of one question, part by part, without judging the differences."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeVar

from app.answering.assistant import CATALOG
from app.answering.verdicts import BY_EARLIER, is_earlier, label_of
from app.audit.bundle import Bundle, RankedHit, RecordedCitation
from vectorstore.records import Sentence

_SAME_SCORE = 0.0005  # judged: machines round differently
_MOST_LISTED = 5  # judged: fits on a line or two
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BundleDifference:
    """One difference: its part, a sentence, and both values."""

    part: str
    text: str
    before: Any
    now: Any


def compare(before: Bundle, now: Bundle) -> Iterator[BundleDifference]:
    """Yield the differences between two bundles of one question."""
    yield from _values("library", _library(before), _library(now))
    yield from _values("versions", before.versions, now.versions)
    yield from _values("settings", before.settings, now.settings)
    yield from _values("model", {"name": before.model.name}, {"name": now.model.name})
    if before.model.kind and now.model.kind:  # otherwise the parameters of one are unknown
        yield from _values("model", _model(before), _model(now))
    if before.query.whole != now.query.whole:
        yield BundleDifference(
            "query",
            f"Searched for “{now.query.whole}”, before for “{before.query.whole}”.",
            before.query.whole,
            now.query.whole,
        )
    for was, one in zip_longest(before.searches, now.searches):
        if was and one:
            yield from _candidates(was.candidates, one.candidates)
        elif one:
            yield BundleDifference("query", f"Also searched for “{one.text}”.", None, one.text)
        elif was:
            yield BundleDifference("query", f"No longer searched for “{was.text}”.", was.text, None)
    then, this = before.answer, now.answer
    for name in ("outcome", "explanation", "missing", "notice"):
        yield from _values("outcome", {name: getattr(then, name)}, {name: getattr(this, name)})
    yield from _listed("sentences", then.sentences, this.sentences, lambda s: s.text, _quoted)
    yield from _verdicts(before, now)
    yield from _listed("citations", then.citations, this.citations, _words, _place)
    yield from _files(then.citations, this.citations)


def _verdicts(before: Bundle, now: Bundle) -> Iterator[BundleDifference]:
    """Yield another checker, and each sentence whose verdict or reason is another."""
    then, this = before.answer, now.answer
    checkers = _checker(before), _checker(now)
    if then.sentences and this.sentences and checkers[0] != checkers[1]:
        text = f"They were given {checkers[0]}, now {checkers[1]}"
        kind = ": verdicts of another kind." if BY_EARLIER in checkers else "."
        yield BundleDifference("verdicts", text + kind, then.checked_by, this.checked_by)
    given = {one.text: one for one in then.sentences}
    for one in this.sentences:
        was = given.get(one.text, one)
        if (was.verdict, was.reason) != (one.verdict, one.reason):
            yield BundleDifference(
                "verdicts",
                f"{_quoted(one.text)} was {_judged(before, was)}, now {_judged(now, one)}",
                [was.verdict, was.reason],
                [one.verdict, one.reason],
            )


def _checker(bundle: Bundle) -> str:
    """Return who gave the verdicts of a bundle: `by …`."""
    if bundle.model.name == CATALOG:
        return "from the catalog"
    checker = bundle.answer.checked_by
    return f"by {checker}" if checker else BY_EARLIER


def _judged(bundle: Bundle, sentence: Sentence) -> str:
    """Return a verdict and its reason: `supported (…)`."""
    earlier = is_earlier(bundle.answer.checked_by, bundle.model.name)
    return f"{label_of(sentence.verdict, earlier=earlier).words} ({sentence.reason})"


def _library(bundle: Bundle) -> dict[str, str]:
    state = bundle.library
    return {
        "fingerprint": state.asked,
        "splitter": state.splitter,
        "embedding": state.embedding,
    }


def _model(bundle: Bundle) -> dict[str, Any]:
    return {"server": bundle.model.server, **bundle.model.parameters}


def _values(part: str, before: dict[str, Any], now: dict[str, Any]) -> Iterator[BundleDifference]:
    for name in dict.fromkeys([*before, *now]):
        was, is_now = before.get(name), now.get(name)
        if was != is_now:
            text = f"{name} was {_said(was)}, now {_said(is_now)}."
            yield BundleDifference(part, text, {name: was}, {name: is_now})


def _said(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)


def _candidates(
    before: Sequence[RankedHit], now: Sequence[RankedHit]
) -> Iterator[BundleDifference]:
    then = {one.passage.id: one for one in before}
    here = {one.passage.id: one for one in now}
    yield from _listed_candidates(
        "new", [one for key, one in here.items() if key not in then], _rank_now
    )
    yield from _listed_candidates(
        "gone", [one for key, one in then.items() if key not in here], _rank_then
    )
    both = [(then[key], here[key]) for key in here if key in then]
    moved = [(was, one) for was, one in both if was.rank != one.rank]
    if moved:
        moves = [f"{_where(one)} from {was.rank} to {one.rank}" for was, one in moved]
        yield BundleDifference(
            "candidates",
            f"{len(moved)} moved: {_few(moves)}.",
            {was.passage.id: was.rank for was, _ in moved},
            {one.passage.id: one.rank for _, one in moved},
        )
    furthest = max((abs(was.score - one.score) for was, one in both), default=0.0)
    if furthest > _SAME_SCORE:
        yield BundleDifference(
            "candidates",
            f"Scores differ by up to {furthest:.3f}.",
            {was.passage.id: was.score for was, _ in both},
            {one.passage.id: one.score for _, one in both},
        )


def _listed_candidates(
    how: str, found: Sequence[RankedHit], say: Callable[[RankedHit], str]
) -> Iterator[BundleDifference]:
    if found:
        ranks = {one.passage.id: one.rank for one in found}
        text = f"{len(found)} {how}: {_few(map(say, found))}."
        yield BundleDifference(
            "candidates", text, ranks if how == "gone" else None, ranks if how == "new" else None
        )


def _rank_now(candidate: RankedHit) -> str:
    return f"{_where(candidate)} at {candidate.rank}"


def _rank_then(candidate: RankedHit) -> str:
    return f"{_where(candidate)}, which was at {candidate.rank}"


def _where(candidate: RankedHit) -> str:
    passage = candidate.passage
    return f"{passage.source_id} {passage.start}–{passage.end}"


def _few(items: Iterable[str]) -> str:
    some = list(items)
    more = len(some) - _MOST_LISTED
    return ", ".join(some[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _listed(
    part: str,
    before: Sequence[T],
    now: Sequence[T],
    key: Callable[[T], Hashable],
    say: Callable[[Any], str],
) -> Iterator[BundleDifference]:
    """Yield what only one of two lists has, by key, and whether the rest changed its order."""
    then, here = [key(one) for one in before], [key(one) for one in now]
    for one in then:
        if one not in here:
            yield BundleDifference(part, f"gone: {say(one)}", one, None)
    for one in here:
        if one not in then:
            yield BundleDifference(part, f"new: {say(one)}", None, one)
    shared = [one for one in then if one in here], [one for one in here if one in then]
    if shared[0] != shared[1]:
        yield BundleDifference(part, "The same ones are in another order.", shared[0], shared[1])


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"


def _words(citation: RecordedCitation) -> tuple[str, int, int, str]:
    return citation.source_id, citation.start, citation.end, citation.quote


def _place(words: tuple[str, int, int, str]) -> str:
    source_id, start, end, quote = words
    return f"{_quoted(quote)} ({source_id}, characters {start}–{end})"


def _files(
    before: Sequence[RecordedCitation], now: Sequence[RecordedCitation]
) -> Iterator[BundleDifference]:
    """Yield a difference for each cited source whose file has changed."""
    then = {one.source_id: one.sha256 for one in before if one.sha256}
    here = {one.source_id: one.sha256 for one in now if one.sha256}
    for source_id in sorted(then.keys() & here.keys()):
        if then[source_id] != here[source_id]:
            text = f"The file of {source_id} has changed."
            yield BundleDifference("citations", text, then[source_id], here[source_id])
