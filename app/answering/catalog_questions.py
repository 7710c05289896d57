"""Answer questions about the library itself.

These ask which sources there are, who wrote them, what they say in the main, or which of them
mention a name. `question_kinds.py` recognises them by examples; every question with a topic of its
own is searched for, unless that topic is the title of a source or the heading of a section.
`catalog_answers.py` and `gist.py` build the answers.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from app.answering.catalog_answers import authorship, from_catalog, inventory, mentions
from app.answering.citations import Numbering
from app.answering.gist import GistOf, gist
from app.answering.question_kinds import QuestionKind, question_kind, topic_of
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Outcome, Scope, Sentence, Source
from vectorstore.text.terms import fold, terms

_DOCUMENTS = r"(?:sources?|documents?|articles?|files?|texts?|papers?|reports?|books?)"
_MENTIONING = re.compile(
    rf"(?:and |so )?(?:which|what|how many|do(?:es)? any)(?: of (?:the|your|these))? {_DOCUMENTS} "
    r"(?:mentions?|talks? about|discuss(?:es)?|deals? with|(?:is|are) about|refers? to|covers?|"
    r"names?|says? (?:something|anything) (?:about|on)|speaks? of|writes? about) (?P<what>.+)",
    re.IGNORECASE,
)
_EITHER = re.compile(r",? (?:and|or) |, ", re.IGNORECASE)
_POINTS = re.compile(r"(?:this|that|these|those|it|them|him|her)\b", re.IGNORECASE)
_END = re.compile(r"[\s?？!！.。]+$")
_ABOUT = (
    "Ask what the sources of this library say: each sentence of an answer shows the words it rests "
    "on, and where they are silent, you are told so. “What do you hold?” lists them."
)
_MOST_OF_TITLE = 0.5  # share of a title's terms that a question must have to mean it (judged)
_BEGINNING = 3  # letters that a stem and its word have in common (judged)
_SAID_OF_DOCUMENTS = set(terms("article report paper study document notes md pdf txt html docx"))

Answering = Callable[[Library, list[Source], Numbering], Iterator[Sentence]]


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """An answer from the catalog; without sentences, `text` may say why.

    If it is a gist, `gist_of` says of what, so that a model can write it anew.
    """

    outcome: Outcome
    sentences: tuple[Sentence, ...]
    text: str = ""
    gist_of: GistOf | None = None


@dataclass(frozen=True, slots=True)
class _Route:
    """A way to answer: a gist if `answering` is None.

    Only the sources with these `ids` are asked, and of a gist only a `section`.
    """

    answering: Answering | None
    ids: frozenset[str] | None = None
    section: tuple[str, ...] = ()

    def _asked(self, held: Sequence[Source]) -> list[Source]:
        return [one for one in held if self.ids is None or one.id in self.ids]

    def gist_of(self, held: Sequence[Source]) -> GistOf | None:
        """Return what the gist is asked of; None if it is no gist."""
        if self.answering:
            return None
        return GistOf(tuple(self._asked(held)), self.section)

    def sentences(
        self, library: Library, held: Sequence[Source], numbering: Numbering
    ) -> Iterator[Sentence]:
        """Answer from the sources held."""
        if asked := self.gist_of(held):
            return gist(library, asked, numbering)
        assert self.answering
        return self.answering(library, self._asked(held), numbering)


def is_about_library(question: str) -> bool:
    """Whether a question is about the library itself, as far as can be told without a library."""
    if named_in(question):
        return True
    found = question_kind(question, lambda new: new)
    return found.kind not in ("other", "topic") and (found.sure or not found.topic)


def named_in(question: str) -> str:
    """Return what a question like “Which sources mention …?” asks for; empty for any other."""
    mentioning = _MENTIONING.fullmatch(_plain(question))
    return mentioning["what"] if mentioning else ""


def topic_asked(library: Library, question: str) -> str:
    """Return the topic of a question that asks what is said of it; empty for any other."""
    return topic_of(question, partial(_known, library))


def about_library(
    library: Library, question: str, scope: Scope, numbering: Numbering
) -> CatalogAnswer | None:
    """Answer a question about the library itself; return None for any other question."""
    route = _mentioned(question)
    if route is None and not named_in(question):
        found = question_kind(question, partial(_known, library))
        if found.kind == "greeting":
            return CatalogAnswer("answered", (from_catalog(_ABOUT),))
        route = _route(library, found)
    if route is None:
        return None
    every = library.catalog.sources()
    held = every
    if scope != EVERYTHING:
        inside = set(library.catalog.split_by_scope(scope)[0])
        held = [source for source in every if source.id in inside]
    if not every:
        return CatalogAnswer("not_found", ())
    if held and (sentences := tuple(route.sentences(library, held, numbering))):
        return CatalogAnswer("answered", sentences, gist_of=route.gist_of(held))
    if held != every and any(route.sentences(library, every, Numbering(library))):
        elsewhere = "None of the chosen sources does, but others in the library do."
        return CatalogAnswer(
            "out_of_scope", (), elsewhere if held else "No source is among those chosen."
        )
    name = named_in(question)
    text = f"No source mentions “{name}”." if name else "No source has text."
    return CatalogAnswer("not_found", (), text)


def _plain(question: str) -> str:
    return _END.sub("", question.strip())


def _known(library: Library, new: Sequence[str]) -> list[str]:
    """Return those of the terms that occur in the library."""
    found = library.word_index.frequencies(list(new))
    return [term for term in new if found.get(term)]


def _mentioned(question: str) -> _Route | None:
    """Return the way to answer “Which sources mention …?”; None for any other question."""
    mentioning = _MENTIONING.fullmatch(_plain(question))
    if not mentioning:
        return None
    names = [name.strip() for name in _EITHER.split(mentioning["what"]) if name.strip()]
    wanted = [terms(name) for name in names]
    if not all(wanted) or _POINTS.match(mentioning["what"]):
        return None
    every = not re.search(r"\bor\b", mentioning["what"], re.IGNORECASE)
    return _Route(partial(mentions, wanted, every))


def _route(library: Library, asked: QuestionKind) -> _Route | None:
    """Return the way to answer a question of a kind; None if it is to be searched."""
    if asked.kind == "inventory" and (asked.sure or not asked.topic):
        return _Route(inventory)
    if asked.kind not in ("gist", "authorship", "topic"):
        return None
    answering = authorship if asked.kind == "authorship" else None
    if asked.named and (titled := _titled(library, asked.named)):
        return _Route(answering, frozenset(titled))
    if asked.named and answering is None and (headed := _headed(library, asked.named)):
        return _Route(None, frozenset(headed), asked.named)
    if asked.kind == "topic" or (asked.topic and not asked.sure):
        return None
    return _Route(answering)


def _titled(library: Library, topic: Sequence[str]) -> set[str]:
    """Return the ids of the sources whose titles or files the topic names."""
    beginnings = [term[:_BEGINNING] for term in topic]  # to look at few titles closely
    return {
        source_id
        for source_id, *names in library.catalog.names()
        for name in names
        if all(map(fold(name).__contains__, beginnings)) and _names(topic, name)
    }


def _headed(library: Library, topic: Sequence[str]) -> set[str]:
    """Return the ids of the sources that have a section whose heading the topic names."""
    return {
        passage.source_id
        for passage in library.searcher.passages_with(list(topic))
        if _names(topic, passage.heading)
    }


def _names(topic: Sequence[str], title: str) -> bool:
    """Whether the terms of a topic are in a title and make up most of it."""
    own = set(terms(title)) - _SAID_OF_DOCUMENTS
    return bool(own) and set(topic) <= own and len(set(topic)) >= _MOST_OF_TITLE * len(own)
