"""Questions worth asking, made from the library itself.

`questions_in` generates questions from single passages. Each is put to the extractive assistant,
without a model, and kept only if the assistant answers it confidently from the passage it was made
from. That takes tenths of a second each: `Suggestions` does it in the background and remembers the
results until the library changes.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import TypeVar

from app.answering.assistant import Assistant
from app.suggestions.question_generation import (
    GeneratedQuestion,
    about_names,
    about_source,
    about_themes,
    questions_in,
)
from app.verification.names import full_names
from vectorstore.errors import KakehashiError
from vectorstore.library import Library
from vectorstore.records import Answer, Citation, Passage
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import fold, terms

MOST = 3
_SURE = 0.45  # strength an answer must have for its question to be offered; judged
_TRIED = 24  # candidates for questions to begin with
_TRIED_AFTER = 8  # for those that follow an answer: they are made while others may be asking
_SOURCES = 6  # that first questions are made of
_PASSAGES = 10  # read in each
_AROUND = 4  # passages before and after a cited one
_NAMES = 4  # asked about
_RARE = 4  # passages; a name that more of them mention tells of no one place
_PAUSE = 0.2  # seconds between two looks whether others have been answered
_KEPT = 200  # answers whose follow-ups are remembered
Stopped = Callable[[], bool]
Stretch = GeneratedQuestion | Citation  # both say where in which source they stand
T = TypeVar("T")
_log = logging.getLogger(__name__)


def first_questions(
    library: Library, most: int = MOST, stopped: Stopped = lambda: False
) -> Iterator[str]:
    """Yield questions to begin with, of different kinds and from different sources."""
    ways: list[list[GeneratedQuestion]] = []
    for source in _evenly(library.catalog.sources(), _SOURCES):
        passages = library.passages.of_source(source.id)
        found = [one for passage in _evenly(passages, _PASSAGES) for one in questions_in(passage)]
        ways.append([*_mixed(found), *about_source(source, library.catalog.layout(source.id)[1])])
        ways.append(about_themes(passages))
    yield from _answered(library, _in_turn(ways), most, (), stopped)


def following(
    library: Library,
    answer: Answer,
    most: int = MOST,
    asked: Iterable[str] = (),
    stopped: Stopped = lambda: False,
) -> Iterator[str]:
    """Yield questions on the surroundings of what an answer cites; none of those `asked`.

    They come from the passages cited and those around them, from the names that these mention, and
    from the heading of the section that follows. None leads to words that the answer cites.
    """
    near: list[Passage] = []
    after: list[GeneratedQuestion] = []
    cited = {one.passage_id for one in answer.citations}
    sources = list(dict.fromkeys(one.source_id for one in answer.citations))
    for identity in sources:
        passages = library.passages.of_source(identity)
        places = [at for at, passage in enumerate(passages) if passage.id in cited]
        for at in places[:2]:
            near += [passages[at], *passages[at + 1 : at + 1 + _AROUND]]
            near += passages[max(at - _AROUND, 0) : at]
            after += _next_section(library, passages, at)
    more = [one.passage_id for one in answer.more if one.source_id in sources]
    near += library.passages.get(more).values()
    near = list({one.id: one for one in near}.values())
    ways = [_mixed(questions_in(passage)) for passage in near]
    of_near = [
        one
        for one in about_names(near, f"{answer.question} {answer.text}")
        if len(library.searcher.passages_with(terms(one.subject))) <= _RARE
    ][:_NAMES]
    candidates = [
        one
        for one in _in_turn([of_near, _in_turn(ways), after])
        if not _overlaps(one, answer.citations)
    ]
    candidates = [*_mentioned_elsewhere(library, answer), *candidates]
    already = [*asked, answer.question]
    yield from _answered(
        library, candidates[:_TRIED_AFTER], most, already, stopped, answer.citations
    )


class Suggestions:
    """The suggestions of one library, made in the background and remembered.

    `first` and `following` return at once what is ready; `done` tells whether more will come.
    """

    def __init__(self, library: Library, busy: Callable[[], bool] = lambda: False) -> None:
        """Serve this library; work only while `busy` returns False."""
        self._library = library
        self._busy = busy
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._revision = -1
        self._ready: dict[object, list[str]] = {}
        self._finished: set[object] = set()

    def first(self) -> tuple[str, ...]:
        """Return the questions to begin with, as far as they are ready."""
        return self._get("", lambda stopped: first_questions(self._library, MOST, stopped))

    def following(self, answer: Answer, asked: Iterable[str] = ()) -> tuple[str, ...]:
        """Return questions that may follow an answer, as far as they are ready; none of `asked`."""
        before = tuple(asked)
        key = self._key(answer)
        ready = self._get(
            key, lambda stopped: following(self._library, answer, MOST, before, stopped)
        )
        known = {fold(one) for one in before}
        return tuple(one for one in ready if fold(one) not in known)

    def done(self, answer: Answer | None = None) -> bool:
        """Return whether the questions, to begin with or after an answer, are complete."""
        with self._lock:
            key = "" if answer is None else self._key(answer)
            return self._revision == self._library.revision and key in self._finished

    def _key(self, answer: Answer) -> object:
        return answer.question, tuple(one.passage_id for one in answer.citations)

    def _get(self, key: object, make: Callable[[Stopped], Iterator[str]]) -> tuple[str, ...]:
        with self._lock:
            revision = self._library.revision
            outdated = revision != self._revision and not (self._ready and self._library.intake)
            if outdated or len(self._ready) > _KEPT:
                self._revision, self._ready, self._finished = revision, {}, set()
            if key not in self._ready:
                found = self._ready[key] = []
                finished = self._finished

                def work() -> None:
                    def stopped() -> bool:
                        return self._library.closed or self._library.revision != revision

                    try:
                        with self._one_at_a_time, suppress(KakehashiError):
                            self._wait_until_calm(stopped)
                            for question in make(stopped):
                                found.append(question)
                                self._wait_until_calm(stopped)
                    except Exception:  # noqa: BLE001 - a thread has no caller
                        _log.exception("questions could not be suggested")
                    finally:
                        finished.add(key)

                # Not a daemon: a model that is cut off at the end of the process aborts it.
                threading.Thread(target=work).start()
            return tuple(self._ready[key])

    def _wait_until_calm(self, stopped: Stopped) -> None:
        """Wait while others are asking, and while documents are added."""
        while not stopped() and (self._busy() or self._library.intake):
            time.sleep(_PAUSE)


def _next_section(
    library: Library, passages: Sequence[Passage], at: int
) -> list[GeneratedQuestion]:
    """Return a question on the heading of the section after that of a passage."""
    place = next(
        (one.start for one in passages[at + 1 :] if one.heading != passages[at].heading), None
    )
    if place is None:
        return []
    source = passages[at].source_id
    headings = [one for one in library.catalog.layout(source)[1] if one.start >= place]
    return about_source(library.catalog.source(source), headings[:1])


def _mentioned_elsewhere(library: Library, answer: Answer) -> list[GeneratedQuestion]:
    """Return a question for the sources that mention a name of the answer, if there are several."""
    said = " ".join(one.text for one in answer.sentences)
    for name in full_names(said):
        if name in answer.question or cjk_share(name):
            continue
        having = {one.source_id for one in library.searcher.passages_with(terms(name))}
        if len(having) > 1:
            text = f"Which sources mention {name}?"
            return [GeneratedQuestion(text, "mention", name, "", 0, 0, wide=True)]
    return []


def _answered(
    library: Library,
    candidates: Iterable[GeneratedQuestion],
    most: int,
    asked: Iterable[str],
    stopped: Stopped,
    told: Sequence[Citation] = (),
) -> Iterator[str]:
    """Yield the questions that the library answers from their own passages, until enough.

    None is answered first by words that were `told`.
    """
    assistant = Assistant(library)
    known = {fold(question) for question in asked}
    kinds: list[str] = []
    subjects: set[str] = set()
    given = 0
    for tried, one in enumerate(candidates):
        if given == most or tried == _TRIED or stopped():
            return
        if fold(one.text) in known or one.subject in subjects or kinds.count(one.kind) > 1:
            continue
        answer = assistant.ask(one.text)
        if answer.outcome != "answered" or answer.missing or not _from(one, answer):
            continue
        if one.kind != "mention" and _overlaps(answer.citations[0], told):
            continue
        known.add(fold(one.text))
        kinds.append(one.kind)
        subjects.add(one.subject)
        given += 1
        yield one.text


def _from(one: GeneratedQuestion, answer: Answer) -> bool:
    """Return whether an answer is confident and cites what its question was made from."""
    if one.wide:  # about what stands in many places
        return answer.strength >= _SURE
    meant = _overlaps(answer.citations[0], [one])
    return answer.strength >= _SURE and meant


def _overlaps(one: Stretch, others: Iterable[Stretch]) -> bool:
    """Return whether a stretch of a source shares words with one of the others."""
    return any(
        one.source_id == other.source_id and one.start < other.end and other.start < one.end
        for other in others
    )


def _mixed(candidates: Iterable[GeneratedQuestion]) -> list[GeneratedQuestion]:
    """Return the questions with their kinds taking turns."""
    kinds: dict[str, list[GeneratedQuestion]] = {}
    for one in candidates:
        kinds.setdefault(one.kind, []).append(one)
    return _in_turn(list(kinds.values()))


def _in_turn(ways: Sequence[Sequence[GeneratedQuestion]]) -> list[GeneratedQuestion]:
    return [one for row in zip_longest(*ways) for one in row if one is not None]


def _evenly(items: Sequence[T], most: int) -> list[T]:
    """Return at most `most` of the items, evenly from first to last."""
    if len(items) <= most:
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]
