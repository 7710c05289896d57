"""An answer whose citations can be clicked: a Streamlit component that draws only text."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import streamlit as st

from app.presenting import page_of
from vectorstore.records import Citation, Sentence

_HERE = Path(__file__).parent
_render = st.components.v2.component(
    "kakehashi_answer",
    html='<div id="answer"></div>',
    css=(_HERE / "answer.css").read_text(encoding="utf-8"),
    js=(_HERE / "answer.js").read_text(encoding="utf-8"),
)
_STATES = {
    "": "",
    "changed": "The source has changed since: these words are not in it now.",
    "removed": "The source was removed.",
}
_SPACE = re.compile(r"\s+")
_SOUND = ("verbatim", "supported")


def show(
    sentences: Sequence[Sentence], citations: Sequence[Citation], key: str, draft: str = ""
) -> Citation | None:
    """Draw it; returns the citation that was just clicked."""
    result = _render(
        key=key,
        data={
            "sentences": [
                {
                    "pieces": _pieces(sentence),
                    "citations": list(sentence.citations),
                    "verdict": sentence.verdict,
                    "doubt": _doubt(sentence, citations),
                }
                for sentence in sentences
            ],
            "citations": [
                {
                    "quote": " ".join(citation.quote.split()),
                    "label": label(citation),
                    "marked": bool(citation.warning or citation.state),
                }
                for citation in citations
            ],
            "draft": draft,
        },
        on_open_change=lambda: None,
    )
    number = result.open
    return citations[int(number) - 1] if number else None


def _pieces(sentence: Sentence) -> list[tuple[str, bool]]:
    """The text, cut where the words that answer begin and end; whether they are these."""
    places = sorted({0, len(sentence.text), *(place for mark in sentence.marks for place in mark)})
    pieces = []
    for start, end in pairwise(places):
        piece = _SPACE.sub(" ", sentence.text[start:end])
        pieces.append((piece, (start, end) in sentence.marks))
    return pieces


def label(citation: Citation) -> str:
    """Title and page of a citation, and what a reader must know of its source."""
    parts = [f"{citation.title}{page_of(citation)}", citation.warning, _STATES[citation.state]]
    if citation.also:
        parts.append(f"Nearly the same in: {', '.join(citation.also)}.")
    return " · ".join(part for part in parts if part)


def _doubt(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """What a reader must know before trusting a sentence; empty if nothing."""
    if sentence.verdict not in _SOUND:
        return f"{sentence.verdict.replace('_', ' ')}: {sentence.reason}"
    states = {citations[number - 1].state for number in sentence.citations}
    if not sentence.citations or "" in states:
        return ""
    return "changed since" if "changed" in states else "its source was removed since"
