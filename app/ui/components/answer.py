"""One question and its answer as a component: what is drawn, and what was clicked in it.

Everything is drawn in the browser from plain values, so that the views of the evidence, copying and
changing a question need no redrawing of the page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import streamlit as st

from app.answering.presentation import VERDICTS, disagreement, page_of, shorten
from app.ui.components.labels import joined
from vectorstore.records import Answer, Citation, Hit, Sentence

_render = st.components.v2.component(
    "kakehashi_answer",
    html='<div id="answer"></div>',
    css=joined("answer.css"),
    js=joined("dom.js", "views.js", "answer.js"),
)
_STATES = {
    "": "",
    "changed": "The source has changed since: these words are not in it now.",
    "removed": "The source was removed.",
}
_TONES = {"partial": "partly", "unsupported": "bad", "contradicted": "bad", "not_checkable": "open"}
_SOUND = ("verbatim", "supported")
_SPACE = re.compile(r"\s+")
_SHOWN = 700  # characters of a passage that was retrieved


@dataclass(frozen=True, slots=True)
class Act:
    """What was clicked: `kind` as in answer.js, and what belongs to it."""

    kind: str
    value: Any = None


def show(values: Mapping[str, Any], key: str) -> Act | None:
    """Draw what `drawn` or `drawn_so_far` gave; returns what was just clicked."""
    result = _render(key=key, data=dict(values), on_act_change=lambda: None)
    return Act(result.act["kind"], result.act["value"]) if result.act else None


def drawn_so_far(
    question: str,
    sentences: Sequence[Sentence] = (),
    citations: Sequence[Citation] = (),
    draft: str = "",
    stage: str = "",
) -> dict[str, Any]:
    """The values of an answer that is being given."""
    return {
        "number": 0,
        "question": question,
        "within": [],
        "searched": "",
        "notices": [],
        "text": "",
        "apart": all(sentence.verdict == "verbatim" for sentence in sentences),
        "sentences": [_sentence(sentence, citations) for sentence in sentences],
        "citations": [_citation(citation) for citation in citations],
        "remarks": [],
        "draft": draft,
        "stage": stage,
        "done": False,
    }


def drawn(answer: Answer, titles: Mapping[str, str], within: Sequence[str] = ()) -> dict[str, Any]:
    """The values of a whole answer; `titles` are those of the sources retrieved, by id.

    `within` are lines on what was searched and who wrote. What is copied and the rating are
    added by the caller.
    """
    answered = answer.outcome == "answered"
    holding = sum(sentence.verdict in _SOUND for sentence in answer.sentences)
    conflicts = [disagreement(one.citations, one.reason) for one in answer.conflicts]
    return {
        **drawn_so_far(answer.question, answer.sentences, answer.citations),
        "within": list(within),
        "searched": answer.query if answer.query != answer.question else "",
        "notices": [answer.notice] if answer.notice else [],
        "text": "" if answered else answer.text,
        "remarks": [*conflicts, answer.missing] if answer.missing else conflicts,
        "more": [{**_citation(one), "number": one.number} for one in answer.more],
        "hits": [_hit(hit, titles) for hit in answer.hits],
        "verified": f"Verified {holding} of {len(answer.sentences)}",
        "retrieved": (
            f"Retrieved {len(answer.hits)}" if answered else "Nearest passages (not evidence)"
        ),
        "rating": None,
        "copy": "",
        "fresh": False,
        "done": True,
    }


def label(citation: Citation) -> str:
    """Title and page of a citation, and what a reader must know of its source."""
    parts = [f"{citation.title}{page_of(citation)}", citation.warning, _STATES[citation.state]]
    if citation.also:
        parts.append(f"Nearly the same in: {', '.join(citation.also)}.")
    return " · ".join(part for part in parts if part)


def _sentence(sentence: Sentence, citations: Sequence[Citation]) -> dict[str, Any]:
    sign, word = VERDICTS[sentence.verdict]
    return {
        "pieces": _pieces(sentence),
        "citations": list(sentence.citations),
        "tone": _TONES.get(sentence.verdict, "sound"),
        "sign": sign,
        "word": word,
        "quoted": sentence.verdict == "verbatim",
        "reason": sentence.reason,
        "doubt": _doubt(sentence, citations),
        "copy": "",
    }


def _pieces(sentence: Sentence) -> list[tuple[str, bool]]:
    """The text, cut where the words that answer begin and end; whether they are these."""
    places = sorted({0, len(sentence.text), *(place for mark in sentence.marks for place in mark)})
    pieces = []
    for start, end in pairwise(places):
        piece = _SPACE.sub(" ", sentence.text[start:end])
        pieces.append((piece, (start, end) in sentence.marks))
    return pieces


def _doubt(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """What a reader must know before trusting a sentence; empty if nothing."""
    if sentence.verdict not in _SOUND:
        return sentence.reason
    states = {citations[number - 1].state for number in sentence.citations}
    if not sentence.citations or "" in states:
        return ""
    return "changed since" if "changed" in states else "its source was removed since"


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "quote": " ".join(citation.quote.split()),
        "label": label(citation),
        "marked": bool(citation.warning or citation.state),
        "note": "",
    }


def _hit(hit: Hit, titles: Mapping[str, str]) -> dict[str, str]:
    passage = hit.passage
    page = f" · page {passage.first_page}" if passage.first_page else ""
    title = titles.get(passage.source_id, "a source that was removed")
    return {
        "id": passage.id,
        "quote": shorten(passage.text, _SHOWN),
        "label": f"{title}{page} · score {hit.score:.2f}",
    }
