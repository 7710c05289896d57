"""Say what is there on the subject of a question that the sources do not answer.

A sentence by code, from the word index: how often the sources speak of the persons or things that
the question names, together with whom and what, with a citation each, and which of its words stand
nowhere near them. It is no answer, and says so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answering.catalog_answers import from_catalog
from app.answering.citations import Numbering
from app.answering.sentence_ranking import telling_words
from app.verification.names import full_names
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Passage, Scope, Sentence
from vectorstore.text.scripts import cjk_share
from vectorstore.text.sentences import Span, sentence_spans
from vectorstore.text.terms import fold, terms

_NO_ANSWER = "none of it was taken for an answer"
_SUBJECTS = 2  # told of (judged: more make no sentence)
_BESIDE = 3  # names told beside each, with a citation each (judged)
_READ = 60  # passages looked at for a subject (judged: a common name is everywhere)
_MOST_LACKING = 4  # words told to be lacking (judged)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A sentence that mentions a subject, with its passage and its place in the source."""

    passage: Passage
    span: Span
    text: str


def nearby_mentions(
    library: Library,
    query: Query,
    numbering: Numbering,
    scope: Scope = EVERYTHING,
    *,
    touched: bool = True,
) -> Iterator[Sentence]:
    """Yield a sentence for each subject that the sources in scope speak of, with citations.

    Only names are subjects, unless the sources `touched` the matter.
    """
    inside = None if scope == EVERYTHING else set(library.catalog.split_by_scope(scope)[0])
    for subject in _subjects(library, query, touched=touched)[:_SUBJECTS]:
        passages = [
            one
            for one in library.searcher.passages_with(terms(subject))
            if inside is None or one.source_id in inside
        ]
        mentions = list(_mentions(passages[:_READ], subject))
        if mentions:
            text, cited = _told(subject, query.whole, passages, mentions)
            lacking = _lacking(query.text, subject, passages)
            ending = f"of {_listed(lacking)} they say nothing there" if lacking else _NO_ANSWER
            numbers = dict.fromkeys(numbering.cite(one.passage, *one.span) for one in cited)
            yield from_catalog(f"{text}; {ending}.", tuple(numbers))


def _subjects(library: Library, query: Query, *, touched: bool) -> list[str]:
    """Return the names of a question that the library knows; else its rarest known word."""
    every = [name for one in (query.text, *query.context) for name in full_names(one)]
    named = [
        name
        for name in dict.fromkeys(every)
        if not cjk_share(name) and library.searcher.passages_with(terms(name))
    ]
    if named or every or not touched:
        return named
    known = library.word_index.frequencies(terms(query.whole))
    found = [
        (sum(known[term] for term in own), word)
        for word in telling_words(query.whole)
        if (own := terms(word)) and all(known.get(term) for term in own)
    ]
    return [min(found)[1]] if found else []


def _mentions(passages: Sequence[Passage], subject: str) -> Iterator[_Mention]:
    wanted = set(terms(subject))
    for passage in passages:
        for start, end in sentence_spans(passage):
            text = passage.text[start - passage.start : end - passage.start]
            if wanted <= set(terms(text)) and not text.startswith("#"):
                yield _Mention(passage, (start, end), text)


def _told(
    subject: str, question: str, passages: Sequence[Passage], mentions: Sequence[_Mention]
) -> tuple[str, list[_Mention]]:
    """Return what is said of a subject, and the mentions to cite for it."""
    asked = set(terms(f"{subject} {question}"))
    beside: Counter[str] = Counter()
    written: dict[str, tuple[str, _Mention]] = {}
    for one in mentions:
        for name in full_names(one.text):
            if not set(terms(name)) & asked:
                beside[fold(name)] += 1
                written.setdefault(fold(name), (name, one))
    chosen = [written[key] for key, _ in beside.most_common(_BESIDE)]
    count = len(passages)
    times = "once" if count == 1 else f"in {count} passages"
    if not chosen:
        return f"The sources speak of “{subject}” {times}", [mentions[0]]
    told = _joined([name for name, _ in chosen])
    return f"The sources speak of “{subject}” {times}, together with {told}", [
        one for _, one in chosen
    ]


def _lacking(question: str, subject: str, passages: Sequence[Passage]) -> list[str]:
    """Return the words of a question that no passage on its subject has."""
    there = {term for one in passages for term in (*terms(one.text), *terms(one.heading))}
    own = set(terms(subject))
    return [
        word
        for word in telling_words(question)
        if not set(terms(word)) <= there and not set(terms(word)) & own
    ][:_MOST_LACKING]


def _listed(words: Sequence[str]) -> str:
    return _joined([f"“{word}”" for word in words], "or")


def _joined(words: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
