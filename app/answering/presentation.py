"""Render an answer as a JSON object, or as text with footnotes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.answering.places import page_of
from app.answering.verdicts import BY_EARLIER, is_by_chat_model, is_earlier, label_of, reason_of
from app.answering.wording import with_numbers
from vectorstore.records import Answer, Citation, Finding, Hit, Metadata, Scope
from vectorstore.text.person_names import Person, people


def as_json(answer: Answer) -> dict[str, Any]:
    """Return the object that `ask --json` prints; `docs/json.md` documents its keys."""
    return {
        "question": answer.question,
        "query": answer.query,
        "outcome": answer.outcome,
        "answer": answer.text,
        "sentences": [asdict(sentence) for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
        "more": [asdict(citation) for citation in answer.more],
        "missing": answer.missing,
        "did_you_mean": answer.did_you_mean,
        "conflicts": [asdict(conflict) for conflict in answer.conflicts],
        "strength": answer.strength,
        "retrieved": [
            {
                "passage_id": hit.passage.id,
                "source_id": hit.passage.source_id,
                "score": round(hit.score, 4),
                "text": hit.passage.text,
            }
            for hit in answer.hits
        ],
        "timings": answer.timings,
        "model": answer.model,
        "checked_by": answer.checked_by,
        "notice": answer.notice,
    }


def hits_as_json(query: str, hits: list[Hit]) -> dict[str, Any]:
    """Return the object that `search --json` prints."""
    return {
        "query": query,
        "hits": [
            {
                **asdict(hit.passage),
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "sentence": round(hit.sentence, 4),
                "lexical": round(hit.lexical, 4),
                "phrases": round(hit.phrases, 4),
                "reranked": hit.reranked,
                "copies": list(hit.copies),
            }
            for hit in hits
        ],
    }


def as_text(answer: dict[str, Any], *, more: bool = False) -> str:
    """Render the output of `as_json` for a terminal: the sentences, then a footnote per citation.

    With `more`, append the further evidence.
    """
    blocks = [answer["notice"]] if answer["notice"] else []
    if answer["query"] != answer["question"]:
        blocks.append(f"Searched for: {answer['query']}")
    if answer["outcome"] != "answered":
        blocks.append(answer["answer"])
        blocks += [with_numbers(one["text"], one["citations"]) for one in answer["sentences"]]
        blocks.append("\n".join(footnote(Citation(**one)) for one in answer["citations"]))
        if answer["did_you_mean"]:
            blocks.append(f"Did you mean: {answer['did_you_mean']}")
        if answer["retrieved"]:
            blocks.append("Nearest passages:")
            blocks += [f"  - {shorten(hit['text'], 200)}" for hit in answer["retrieved"][:3]]
        return "\n\n".join(block for block in blocks if block)
    lines = []
    earlier = is_earlier(answer["checked_by"], answer["model"])
    for sentence in answer["sentences"]:
        label = label_of(sentence["verdict"], earlier=earlier)
        lines.append(with_numbers(sentence["text"], sentence["citations"]))
        judged = is_by_chat_model(Finding(**one) for one in sentence["findings"])
        if label.tone != "sound" or judged:
            words = f"{label.words}, {BY_EARLIER}" if label.earlier else label.words
            lines.append(f"({words}: {reason_of(sentence['reason'], earlier=earlier)})")
    blocks.append(" ".join(lines))
    blocks.append("\n".join(footnote(Citation(**one)) for one in answer["citations"]))
    blocks += [disagreement(one["citations"], one["reason"]) for one in answer["conflicts"]]
    blocks.append(answer["missing"])
    if answer["did_you_mean"]:
        blocks.append(f"Did you mean: {answer['did_you_mean']}")
    if more and answer["more"]:
        found = "\n".join(footnote(Citation(**one)) for one in answer["more"])
        blocks.append(f"More evidence:\n{found}")
    return "\n\n".join(block for block in blocks if block)


def disagreement(numbers: Sequence[int], reason: str) -> str:
    """Render a disagreement between two citations as one line."""
    one, other = numbers
    return f"The sources do not agree: [{one}] and [{other}] differ in {reason}."


def footnote(citation: Citation) -> str:
    """Render a citation as one line: `[1] “…” — Title, p. 3 (source-id, characters 10–52)`."""
    remarks = [citation.warning] if citation.warning else []
    if citation.also:
        remarks.append(f"Also in: {', '.join(citation.also)}.")
    words = (
        f"[{citation.number}] “{' '.join(citation.quote.split())}” — "
        f"{citation.title}{page_of(citation)} "
        f"({citation.source_id}, characters {citation.start}–{citation.end})"
    )
    return " ".join([words, *remarks])


def within(scope: Scope, titles: Sequence[str]) -> str:
    """Describe a scope in one line, empty for the whole library.

    `titles` are those of the sources in the scope.
    """
    parts = []
    if scope.sources is not None:
        parts.append(", ".join(f"“{title}”" for title in titles) or "no source")
    if scope.languages:
        parts.append(f"in {', '.join(scope.languages)}")
    if scope.since and scope.until:
        parts.append(f"dated {scope.since} to {scope.until}")
    elif scope.since or scope.until:
        parts.append(f"dated {scope.since} or later" if scope.since else f"until {scope.until}")
    return " · ".join(parts)


def credit(metadata: Metadata) -> str:
    """Return persons, publisher, date and URL as far as known: `A. B. · Press · 2024`."""
    known = (
        metadata.author,
        f"ed. {metadata.editor}" if metadata.editor else "",
        f"trans. {metadata.translator}" if metadata.translator else "",
        metadata.publisher,
        metadata.date,
        metadata.url,
    )
    return " · ".join(part for part in known if part)


def people_of(metadata: Metadata) -> tuple[Person, ...]:
    """Return all persons of a work; its fields may say of each what it did, as `(ed.)`."""
    named = (
        *people(metadata.author),
        *people(metadata.editor, "editor"),
        *people(metadata.translator, "translator"),
    )
    return tuple(dict.fromkeys(named))


def shorten(text: str, longest: int) -> str:
    """Return a text on one line, cut at a word if it is longer than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest].rpartition(" ")[0] + " …"
