"""A question and its answer as a component: the values that it draws, and what was clicked.

The browser draws everything from plain values, so that the evidence views, copying and editing a
question do not redraw the page.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import streamlit as st

from app.answering.places import page_heading, page_of
from app.answering.presentation import disagreement, shorten
from app.answering.verdicts import (
    VerdictLabel,
    is_by_chat_model,
    is_earlier,
    label_of,
    reason_of,
)
from app.ui.components.clicks import receiver
from app.ui.components.text import read_files
from app.ui.state.session import Session
from vectorstore.records import UNITS, Answer, Citation, Hit, Page, Sentence

_render = st.components.v2.component(
    "kakehashi_answer",
    html='<div id="answer"></div>',
    css=read_files("answer.css"),
    js=read_files("dom.js", "sending.js", "views.js", "answer.js"),
)
_STATES = {
    "": "",
    "changed": "The source has changed since and no longer contains these words.",
    "removed": "The source was removed.",
}
_SPACE = re.compile(r"\s+")
_MAX_PASSAGE = 700  # characters shown of a retrieved passage


def show(
    session: Session, values: Mapping[str, Any], act: Callable[[dict[str, Any]], None]
) -> None:
    """Draw `answer_values` or `partial_values`.

    `act` is called with the `kind` of what was clicked, as in answer.js, and its `value`.
    """
    # The same while it is written: a click meets either
    key = f"answer-{session.conversation.id}-{values['number']}"
    _render(key=key, data=dict(values), on_act_change=receiver(session, key, "act", act))


def partial_values(
    question: str,
    sentences: Sequence[Sentence] = (),
    citations: Sequence[Citation] = (),
    draft: str = "",
    stage: str = "",
    *,
    earlier: bool = False,
) -> dict[str, Any]:
    """Return the values of an answer in progress.

    `earlier` says that an earlier version gave the verdicts.
    """
    return {
        "number": 0,
        "question": question,
        "within": [],
        "searched": "",
        "notices": [],
        "text": "",
        # Quotations stand in paragraphs, with the few sentences on counts of sources among them.
        "apart": 2 * sum(one.verdict == "verbatim" for one in sentences) > len(sentences),
        "sentences": [_sentence(one, citations, earlier=earlier) for one in sentences],
        "citations": [_citation(citation) for citation in citations],
        "remarks": [],
        "draft": draft,
        "stage": stage,
        "done": False,
    }


def answer_values(
    answer: Answer,
    titles: Mapping[str, str],
    kinds: Mapping[str, str],
    remarks: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the values of a complete answer.

    `titles` and `kinds` are those of the sources retrieved, by id; a removed source has no kind.
    `remarks` are lines on what was searched and which model wrote. The caller adds the rating and
    the texts to copy.
    """
    answered = answer.outcome == "answered"
    earlier = is_earlier(answer.checked_by, answer.model)
    labels = [label_of(sentence.verdict, earlier=earlier) for sentence in answer.sentences]
    verified = sum(label.tone == "sound" for label in labels)
    conflicts = [disagreement(one.citations, one.reason) for one in answer.conflicts]
    return {
        **partial_values(answer.question, answer.sentences, answer.citations, earlier=earlier),
        "within": list(remarks),
        "searched": answer.query if answer.query != answer.question else "",
        "alone": answer.query == answer.question,
        "notices": [answer.notice] if answer.notice else [],
        "text": "" if answered else answer.text,
        "remarks": [*conflicts, answer.missing] if answer.missing else conflicts,
        "more": [{**_citation(one), "number": one.number} for one in answer.more],
        "hits": [_hit(hit, titles, kinds) for hit in answer.hits],
        "verified": f"Verified {verified} of {len(labels)}",
        "retrieved": (
            f"Retrieved {len(answer.hits)}" if answered else "Nearest passages (not evidence)"
        ),
        "rating": None,
        "copy": "",
        "fresh": False,
        "done": True,
    }


def label(citation: Citation) -> str:
    """Return the title and page of a citation, with any warning about its source."""
    parts = [f"{citation.title}{page_of(citation)}", citation.warning, _STATES[citation.state]]
    if citation.also:
        parts.append(f"Also in: {', '.join(citation.also)}.")
    return " · ".join(part for part in parts if part)


def _sentence(
    sentence: Sentence, citations: Sequence[Citation], *, earlier: bool
) -> dict[str, Any]:
    label = label_of(sentence.verdict, earlier=earlier)
    reason = reason_of(sentence.reason, earlier=earlier)
    return {
        "pieces": _pieces(sentence),
        "citations": list(sentence.citations),
        "tone": label.tone,
        "sign": label.sign,
        "word": _word(label, sentence),
        "quoted": sentence.verdict == "verbatim",
        "reason": reason,
        "doubt": _state(sentence, citations) if label.tone == "sound" else reason,
        "copy": "",
    }


def _word(label: VerdictLabel, sentence: Sentence) -> str:
    """Return the verdict in words, and who gave it if it was not this version's checker."""
    if label.earlier:
        return f"{label.words} (earlier version)"
    return f"{label.words} (chat model)" if is_by_chat_model(sentence.findings) else label.words


def _pieces(sentence: Sentence) -> list[tuple[str, bool]]:
    """Cut the text around the words that answer; say of each piece whether it is these words."""
    places = sorted({0, len(sentence.text), *(place for mark in sentence.marks for place in mark)})
    pieces = []
    for start, end in pairwise(places):
        piece = _SPACE.sub(" ", sentence.text[start:end])
        pieces.append((piece, (start, end) in sentence.marks))
    return pieces


def _state(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """Return whether all sources of a sentence have changed or gone; empty if not."""
    states = {citations[number - 1].state for number in sentence.citations}
    if not sentence.citations or "" in states:
        return ""
    return "source changed since" if "changed" in states else "source removed since"


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "quote": " ".join(citation.quote.split()),
        "label": label(citation),
        "marked": bool(citation.warning or citation.state),
        "note": "",
    }


def _hit(hit: Hit, titles: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    passage = hit.passage
    unit = UNITS.get(kinds.get(passage.source_id, ""), "page")
    number = passage.first_page
    page = f" · {page_heading(unit, Page(number, 0, 0))}" if number else ""
    title = titles[passage.source_id]
    return {
        "id": passage.id,
        "quote": shorten(passage.text, _MAX_PASSAGE),
        "label": f"{title}{page} · score {hit.score:.2f}",
    }
