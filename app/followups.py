"""Questions that lean on what was said before, made to stand alone.

A question that stands on its own is left exactly as it is: adding the conversation to it makes
search worse. One that leans is searched together with the questions it leans on, which only set
the scene (`vectorstore/search.py`). A model, where there is one, is asked to write the question
out; where that fails, or what it writes was never talked about, the rule stands.
"""

import logging
import re
from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from prompts import prompt
from vectorstore.records import Turn
from vectorstore.search import Query
from vectorstore.words import terms

_OPENING = re.compile(
    r"(?:and|but|or|so|then|also|(?:what|how) about|why there|(?:what|who|anything) else)\b|"
    r"それ|その|そこ|これ|この|彼|では|那|他|她|它|这|這",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:they|them|their|theirs|he|him|his|she|her|hers|it|its|that|these|those|there|such|"
    r"this(?! (?:article|document|text|source|paper|report|library))|"
    r"the (?:former|latter|same|other|others|rest|two))\b",
    re.IGNORECASE,
)
_FEW = 3  # terms; a question with so few and no name hardly says what it is about
_FURTHEST_BACK = 3  # questions
_LONGEST = 400  # characters of a question written out by a model
_MOST_TOLD = 600  # characters of each earlier answer that the model is shown
_log = logging.getLogger(__name__)


def stand_alone(
    question: str, history: Sequence[Turn], model: BaseChatModel | None = None
) -> Query:
    """The question with what it leans on; a question that leans on nothing as it is.

    >>> stand_alone("And what did they sign?", [Turn("user", "Whom did Ishiba meet?")]).whole
    'Whom did Ishiba meet? And what did they sign?'
    """
    context: list[str] = []
    for turn in reversed([turn for turn in history if turn.role == "user"]):
        if not leans(context[-1] if context else question) or len(context) == _FURTHEST_BACK:
            break
        context.append(turn.text)
    if context and model is not None and (written := _written_out(model, question, history)):
        return Query(written)
    return Query(question, tuple(context))


def leans(question: str) -> bool:
    """Whether a question can hardly be understood without what came before.

    It does when it opens as a continuation, when it has few words of its own and no name among
    them, or when it points ("they", "there") before it has named anything.
    """
    text = question.strip()
    if not terms(text) or _OPENING.match(text):
        return True
    words = text.split()
    if len(words) == 1 and words[0][:1].isupper():
        return False
    if len(set(terms(text))) <= _FEW and not any(map(_is_name, words[1:])):
        return True
    pointing = _POINTING.search(text)
    if pointing is None:
        return False
    before = text[: pointing.start()].split()[1:]  # the first word only opens the sentence
    return not any(_is_name(word) or word[:1].isdigit() for word in before)


def _is_name(word: str) -> bool:
    return word[:1].isupper() and word.strip("?!.,;:") not in {"I", "I'm", "I’m", "I'd", "I’d"}


def _written_out(model: BaseChatModel, question: str, history: Sequence[Turn]) -> str:
    """The question as the model writes it out; empty where it fails or brings in new words."""
    talk = "\n".join(f"{turn.role}: {turn.text[:_MOST_TOLD]}" for turn in history[-6:])
    try:
        written = model.invoke(
            [
                SystemMessage(prompt("condense")),
                HumanMessage(prompt("followup", conversation=talk, question=question)),
            ]
        )
    except Exception as error:  # noqa: BLE001 - each provider raises what it likes
        _log.warning("the model did not write the question out (%s)", type(error).__name__)
        return ""
    text = " ".join(str(written.text).split()).strip("\"'“”")
    known = {*terms(talk), *terms(question)}
    new = [term for term in terms(text) if term not in known]
    if not terms(text) or new or len(text) > _LONGEST:
        _log.info("what the model wrote out is not used: it is not about the conversation")
        return ""
    return text
