"""Rewrite follow-up questions so that they can be searched.

A self-contained question stays as it is: adding the conversation makes search worse. A follow-up is
searched together with the earlier questions it depends on, at a lower weight
(`vectorstore/ranking.py`). A chat model, if there is one, first tries to write the follow-up as a
self-contained question; its output is discarded if it adds words that nobody used.
"""

import logging
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage, SystemMessage

from app.answering.catalog_questions import is_about_library, named_in
from app.answering.wording import is_silence
from app.generation.reasoning import ReasoningFilter
from app.generation.streaming import StreamTimeouts, stream_with_timeout
from prompts import prompt
from vectorstore.errors import ModelUnavailable
from vectorstore.ranking import Query
from vectorstore.records import Turn
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import terms

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OPENING = re.compile(
    r"(?:and|but|or|so|then|also|(?:what|how) about|why there|(?:what|who|anything) else)\b(?!-)|"
    r"それ|その|そこ|これ|この|彼|では|那(?:[么麼個个些里裡時时邊边]|[,，、 ])|"
    r"[他她它](?:[们們的是在做有]|$)|[这這]|.{1,12}呢[?？]?$",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:they|them|their|theirs|he|him|his|she|her|hers|it|its|that|these|those|there|such|"
    r"this(?! (?:article|document|text|source|paper|report|library))|"
    r"then(?!-)|instead|elsewhere|else|afterwards?|nearby|any ?more|"
    r"the (?:former|latter|same|other|others|rest|two)|(?:other|which|this|that) ones?)\b",
    re.IGNORECASE,
)
# “Is there …”, “it is true that …”, “says that …”: pronouns that refer to nothing.
_EMPTY = re.compile(
    r"\b(?:(?:is|are|was|were|be|been|will|has|have|had|did|does|do) there\b|"
    r"there (?:is|are|was|were|has|have|will)\b|it (?:is|was) (?:true|said)(?: that)?\b|"
    r"(?:is|was) it (?:true|possible|likely|known|clear|legal|important)(?: that)?\b|"
    r"(?:does|did|will|would) it (?:cost|take|mean)\b|"
    r"(?:says?|said|states?|stated|claims?|claimed|argues?|argued|suggests?|suggested|shows?|"
    r"means?|true|likely|possible|known|clear|so|such|now|given|provided|those|all) that\b)",
    re.IGNORECASE,
)
_SMALL_TALK = frozenset(terms("thanks thank okay ok hello hi please great nice yes sorry"))
_ASKS = re.compile(
    r"(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|"
    r"would|should|has|have|had|am|may|must|give|list|name|show|tell|describe|explain|compare)\b",
    re.IGNORECASE,
)
# Terms; with so few and no name, a question leans; fitted: benchmarks/fit/follow_ups.py, MTRAG
_FEW = 2
# The same for a fragment (“egg donor a good business”); fitted: benchmarks/fit/follow_ups.py, MTRAG
_FEW_LOOSE = 4
_FURTHEST_BACK = 3  # questions; judged: what is further back rarely matters
_TOLD = 2  # sentences of the last answer that a follow-up may mean; judged
_NUMBERS = re.compile(r" ?\[\d+\]| \((?:contradicted|not stated|unverified)\)")
_LONGEST = 400  # characters of a question rewritten by a model; judged: a longer one is an answer
# Characters of each earlier turn that the model sees; judged: small models read little
_MOST_TOLD = 600
_PATIENCE = StreamTimeouts(
    first_piece=60, between_pieces=30, total=90, attempts=1
)  # the rule needs no waiting
_log = logging.getLogger(__name__)


def stand_alone(
    question: str,
    history: Sequence[Turn],
    model: "BaseChatModel | None" = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Query:
    """Return the query for a question: a follow-up with its context, any other unchanged.

    The context reaches back to the last self-contained question, but at most three questions; what
    “they” or “it” means is not looked for in questions that the sources did not answer. With a
    `model`, a follow-up becomes a self-contained question if the model succeeds.

    >>> stand_alone("And what did they sign?", [Turn("user", "Whom did Ishiba meet?")]).whole
    'Whom did Ishiba meet? And what did they sign?'
    """
    context: list[str] = []
    told = reply = ""
    leaning, points, unanswered = leans(question), _points_back(question), False
    for turn in reversed(history):
        if not leaning or len(context) == _FURTHEST_BACK:
            break
        if turn.role == "assistant":
            unanswered, reply = is_silence(turn.text), turn.text
            continue
        passed_over, unanswered = points and unanswered, False
        if passed_over:
            continue
        topic = set(terms(turn.text)) - _SMALL_TALK
        if topic and is_about_library(turn.text):
            if name := named_in(turn.text):
                context.append(name)
                leaning = False
        elif topic:
            told = told if context else _told(reply)
            context.append(turn.text)
            leaning = not turn.alone and leans(turn.text)
    if context and model and (written := _rewritten(model, question, history, stopped)):
        return Query(written)
    return Query(question, tuple(context), told)


def _told(answer: str) -> str:
    """Return the first sentences of an answer, without their numbers; "" of silence."""
    if is_silence(answer):
        return ""
    text = _NUMBERS.sub("", answer)
    return " ".join(text[start:end] for start, end in sentences(text)[:_TOLD])


def _points_back(question: str) -> bool:
    """Whether a question has a word such as “they” or “it” that refers to something before."""
    return _pointer(question) is not None


def _pointer(question: str) -> re.Match[str] | None:
    return _POINTING.search(_EMPTY.sub(lambda found: "-" * len(found[0]), question))


def leans(question: str) -> bool:
    """Whether a question depends on the conversation before it.

    It does if it opens as a continuation (“And …”), has few terms and no name, or uses a pronoun
    (“they”, “there”) before any name.
    """
    text = question.strip()
    if not terms(text) or _OPENING.match(text):
        return True
    words = text.split()
    if len(words) == 1 and words[0][:1].isupper():
        return False
    few = _FEW if _ASKS.match(text) else _FEW_LOOSE
    if len(set(terms(text))) <= few and not any(map(_is_name, words[1:])):
        return True
    pointing = _pointer(text)
    if pointing is None:
        return False
    before = text[: pointing.start()].split()[1:]  # the first word is always capitalised
    return not any(_is_name(word) or word[:1].isdigit() for word in before)


def names_in(question: str) -> list[str]:
    """Return the capitalised words of a question, except its first."""
    return [word.strip('?!.,;:"“”()') for word in question.split()[1:] if _is_name(word)]


def _is_name(word: str) -> bool:
    return word[:1].isupper() and word.strip("?!.,;:") not in {"I", "I'm", "I’m", "I'd", "I’d"}


def _rewritten(
    model: "BaseChatModel", question: str, history: Sequence[Turn], stopped: Callable[[], bool]
) -> str:
    """Let the model rewrite the question; return "" if it fails or introduces new words."""
    talk = "\n".join(f"{turn.role}: {turn.text[:_MOST_TOLD]}" for turn in history[-6:])
    messages = [
        SystemMessage(prompt("condense")),
        HumanMessage(prompt("followup", conversation=talk, question=question)),
    ]
    reasoning, written = ReasoningFilter(), ""
    try:
        for piece in stream_with_timeout(model, messages, stopped, _PATIENCE):
            part = reasoning.feed(piece)
            written = part if reasoning.restarted else written + part
    except ModelUnavailable as error:
        cause = type(error.__cause__ or error).__name__
        _log.warning("the model did not write the question out (%s)", cause)
        return ""
    text = " ".join((written + reasoning.finish()).split()).strip("\"'“”")
    known = {*terms(talk), *terms(question)}
    new = [term for term in terms(text) if term not in known]
    same = terms(text) == terms(question)
    if not terms(text) or new or same or len(text) > _LONGEST:
        _log.info("what the model wrote out is not used: it adds nothing, or something else")
        return ""
    return text
