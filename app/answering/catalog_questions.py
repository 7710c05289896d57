"""Recognise questions about the library itself.

These ask which sources there are, who wrote them, what they say in summary, or which of them
mention a name. Only unmistakable phrasings match; every other question is searched for.
`catalog_answers.py` builds the answers.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from app.answering.catalog_answers import authorship, from_catalog, inventory, mentions, summary
from app.answering.citations import Numbering
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Outcome, Scope, Sentence, Source
from vectorstore.text.terms import terms

_DOCUMENTS = r"(?:sources?|documents?|articles?|files?|texts?|papers?|reports?|books?)"
_LIBRARY = (
    rf"(?:(?:the|this|that|these|those|your|all|every|my|our) ){{0,3}}(?:{_DOCUMENTS}|library)"
)
_HELD = re.compile(
    rf"(?:what|which) {_DOCUMENTS} (?:do you|does the library|does it|are|have you|is)"
    r"(?: ?(?:there|have|hold|know|contain|here|got|in (?:the|your|this) library|available)){0,3}|"
    r"what (?:do you|does the library) (?:hold|have|know|contain)(?: about| of)?|"
    r"what(?:'s|’s| is| are) (?:there )?(?:in|inside|held in) (?:the|your|this) library|"
    rf"(?:list|show)(?: me)?(?: all)? {_LIBRARY}|"
    rf"how many {_DOCUMENTS} (?:do you have|do you hold|are there|are in (?:the|your) library)|"
    r"(?:どんな|どの|何の)(?:資料|文書|記事|ソース)が(?:ありますか|入っていますか)|"
    r"(?:有哪些|有什么|有什麼)(?:资料|資料|文件|文章|来源|來源)",
    re.IGNORECASE,
)
_SUMMED_UP = re.compile(
    rf"(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up) {_LIBRARY}(?: for me| please)?|"
    rf"(?:give me |write )?(?:a|an|the) (?:short |brief )?(?:summary|overview) of {_LIBRARY}|"
    rf"what (?:is|are) {_LIBRARY} about|what (?:does|do) {_LIBRARY} say|"
    r"(?:この|全ての|すべての)?(?:資料|文書|記事|ソース)を(?:要約し|まとめ)て(?:ください)?|"
    r"(?:请|請)?(?:总结|總結|概括)(?:这些|這些|这篇|這篇|所有)?(?:资料|資料|文件|文章)",
    re.IGNORECASE,
)
_MENTIONING = re.compile(
    rf"(?:and |so )?(?:which|what|how many|do(?:es)? any)(?: of (?:the|your|these))? {_DOCUMENTS} "
    r"(?:mentions?|talks? about|discuss(?:es)?|deals? with|(?:is|are) about|refers? to|covers?|"
    r"names?|says? (?:something|anything) (?:about|on)|speaks? of|writes? about) (?P<what>.+)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"who (?:wrote|is the author of|are the authors of|published) {_LIBRARY}|"
    rf"(?:when|where) (?:was|were) {_LIBRARY} (?:published|written)|"
    rf"what is the (?:title|date|author) of {_LIBRARY}",
    re.IGNORECASE,
)
_WRITTEN_TITLE = re.compile(
    r"who (?:wrote|is the author of|are the authors of|published) (?P<written>.+)|"
    r"(?:when|where) (?:was|were) (?P<published>.+) (?:published|written)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks|thank you(?: very much)?|help|"
    r"who are you|what (?:can|do) you do|what can (?:i|you) ask|"
    r"こんにちは|ありがとう(?:ございます)?|你好|您好|谢谢|謝謝)"
    r"(?:,? (?:there|kakehashi|everyone|all))?",
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

Answering = Callable[[Library, list[Source], Numbering], Iterator[Sentence]]


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """An answer from the catalog; without sentences, `text` may say why."""

    outcome: Outcome
    sentences: tuple[Sentence, ...]
    text: str = ""


def is_about_library(question: str) -> bool:
    """Whether a question is about the library itself."""
    return _route(question) is not None


def named_in(question: str) -> str:
    """Return what a question like “Which sources mention …?” asks for; empty for any other."""
    mentioning = _MENTIONING.fullmatch(_plain(question))
    return mentioning["what"] if mentioning else ""


def about_library(
    library: Library, question: str, scope: Scope, numbering: Numbering
) -> CatalogAnswer | None:
    """Answer a question about the library itself; return None for any other question."""
    if _GREETING.fullmatch(_plain(question)):
        return CatalogAnswer("answered", (from_catalog(_ABOUT),))
    if not (route := _route(question) or _route_to_title(library, question)):
        return None
    every = library.catalog.sources()
    held = every
    if scope != EVERYTHING:
        inside = set(library.catalog.split_by_scope(scope)[0])
        held = [source for source in every if source.id in inside]
    if not every:
        return CatalogAnswer("not_found", ())
    if held and (sentences := tuple(route(library, held, numbering))):
        return CatalogAnswer("answered", sentences)
    if held != every and any(route(library, every, Numbering(library))):
        elsewhere = "None of the chosen sources does, but others in the library do."
        return CatalogAnswer(
            "out_of_scope", (), elsewhere if held else "No source is among those chosen."
        )
    name = named_in(question)
    text = f"No source mentions “{name}”." if name else "No source has text."
    return CatalogAnswer("not_found", (), text)


def _plain(question: str) -> str:
    return _END.sub("", question.strip())


def _route(
    question: str,
) -> Answering | None:
    text = _plain(question)
    if mentioning := _MENTIONING.fullmatch(text):
        names = [name.strip() for name in _EITHER.split(mentioning["what"]) if name.strip()]
        wanted = [terms(name) for name in names]
        if not all(wanted) or _POINTS.match(mentioning["what"]):
            return None
        every = not re.search(r"\bor\b", mentioning["what"], re.IGNORECASE)
        return partial(mentions, wanted, every)
    for pattern, route in ((_HELD, inventory), (_SUMMED_UP, summary), (_WRITTEN, authorship)):
        if pattern.fullmatch(text):
            return route
    return None


def _route_to_title(library: Library, question: str) -> Answering | None:
    """Recognise a question for the author or date of a source that it names by title."""
    asked = _WRITTEN_TITLE.fullmatch(_plain(question))
    if not asked:
        return None
    named = set(terms(asked["written"] or asked["published"])) - set(terms("article report paper"))
    matching = {
        source.id
        for source in library.catalog.sources()
        if len(named) > 1
        and named <= (title := set(terms(source.metadata.title)))
        and len(named) >= _MOST_OF_TITLE * len(title)
    }
    if not matching:
        return None

    def about(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
        return authorship(library, [source for source in held if source.id in matching], numbering)

    return about
