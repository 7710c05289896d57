"""The report on a checked text, sentence by sentence, with buttons that open the sources."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from app.answering.places import page_of
from app.draft_check.records import (
    VERDICT_LABELS,
    WITHOUT_EVIDENCE,
    CheckedQuotation,
    CheckedSentence,
    DraftReport,
)
from app.draft_check.report import summary
from app.ui.components.answer import label
from app.ui.components.clicks import receiver
from app.ui.components.text import read_files, show_text
from app.ui.state.session import Session
from vectorstore.records import Citation

_render = st.components.v2.component(
    "kakehashi_draft_report",
    html='<ol id="draft-report"></ol>',
    css=read_files("draft_report.css"),
    js=read_files("dom.js", "sending.js", "draft_report.js"),
)
_TONES = {
    "found": "sound",
    "supported": "sound",
    "unverified": "unsure",
    "silent": "open",
    "not_checkable": "open",
}  # all others are bad


def show(session: Session, report: DraftReport) -> None:
    """Draw it; a click on a citation opens the source at its words."""
    show_text(summary(report.counts, report.quotation_counts), "strong")
    if report.notice:
        show_text(report.notice, "explanation")

    def open_place(number: Any) -> None:
        session.evidence.open_citation(report.citations[int(number) - 1], report.citations)

    _render(
        key="draft-report",
        data={
            "sentences": [sentence_values(sentence) for sentence in report.sentences],
            "places": [_place(citation) for citation in report.citations],
        },
        on_open_change=receiver(session, "draft-report", "open", open_place),
    )


@st.fragment(run_every=0.25)
def show_progress(session: Session) -> None:
    """Draw the progress repeatedly until the check is done, then redraw the page."""
    job = session.draft.job
    if job is None or job.done:
        st.rerun()
    step = job.step
    text = f"Sentence {step.done + 1:,} of {step.total:,}" if step.total else "Reading the text"
    if step.total and step.done == step.total:
        text = "Reading open sentences again"
    st.progress(step.done / max(step.total, 1), text=text)
    st.button("Stop", icon=":material/stop_circle:", key="stop-check", on_click=job.stop)


def _verdict(verdict: str) -> dict[str, str]:
    """Return the sign, words and tone of a verdict: colour alone must not carry it."""
    sign, name = VERDICT_LABELS[verdict]
    word = name[0].upper() + name[1:]
    return {"sign": sign, "word": word, "tone": _TONES.get(verdict, "bad")}


def sentence_values(one: CheckedSentence) -> dict[str, Any]:
    """Return the values that are drawn of a sentence; `near` if it cites no evidence."""
    quotation_reasons = [quotation.reason for quotation in one.quotations]
    return {
        **asdict(one),
        "text": " ".join(one.text.split()),
        **_verdict(one.verdict),
        "reason": "" if one.reason in quotation_reasons else one.reason,
        "near": one.verdict in WITHOUT_EVIDENCE,
        "quotations": [_quotation(quotation) for quotation in one.quotations],
    }


def _quotation(one: CheckedQuotation) -> dict[str, Any]:
    return {**asdict(one), "text": " ".join(one.text.split()), **_verdict(one.verdict)}


def _place(citation: Citation) -> dict[str, str]:
    return {
        "label": label(citation),
        "short": f"{citation.title}{page_of(citation)}",
        "quote": " ".join(citation.quote.split()),
    }
