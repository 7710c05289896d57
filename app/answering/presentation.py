"""An answer as others read it: one JSON object, or text with footnotes. Nothing is decided here."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.answering.wording import with_numbers
from vectorstore.records import Answer, Citation, Hit, Metadata, Scope, Verdict

VERDICTS: dict[Verdict, tuple[str, str]] = {  # a sign and words, for no colour says it alone
    "verbatim": ("=", "verbatim"),
    "supported": ("✓", "supported"),
    "partial": ("◐", "partly supported"),
    "unsupported": ("✗", "not supported"),
    "contradicted": ("≠", "contradicted"),
    "not_checkable": ("○", "not checkable"),
}


def as_json(answer: Answer) -> dict[str, Any]:
    """The object that `ask --json` prints; its keys are documented in the README."""
    return {
        "question": answer.question,
        "query": answer.query,
        "outcome": answer.outcome,
        "answer": answer.text,
        "sentences": [asdict(sentence) for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
        "more": [asdict(citation) for citation in answer.more],
        "missing": answer.missing,
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
        "notice": answer.notice,
    }


def hits_as_json(query: str, hits: list[Hit]) -> dict[str, Any]:
    """The object that `search --json` prints."""
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
    """The answer (as `as_json` gives it) to read in a terminal: sentences, then a footnote each.

    With `more` the further evidence follows.
    """
    blocks = [answer["notice"]] if answer["notice"] else []
    if answer["query"] != answer["question"]:
        blocks.append(f"Searched for: {answer['query']}")
    if answer["outcome"] != "answered":
        blocks.append(answer["answer"])
        if answer["retrieved"]:
            blocks.append("Nearest passages:")
            blocks += [f"  - {shorten(hit['text'], 200)}" for hit in answer["retrieved"][:3]]
        return "\n\n".join(blocks)
    lines = []
    for sentence in answer["sentences"]:
        sound = sentence["verdict"] in ("verbatim", "supported")
        lines.append(with_numbers(sentence["text"], sentence["citations"]))
        if not sound:
            lines.append(f"({sentence['verdict'].replace('_', ' ')}: {sentence['reason']})")
    blocks.append(" ".join(lines))
    blocks.append("\n".join(footnote(Citation(**one)) for one in answer["citations"]))
    blocks += [disagreement(one["citations"], one["reason"]) for one in answer["conflicts"]]
    blocks.append(answer["missing"])
    if more and answer["more"]:
        found = "\n".join(footnote(Citation(**one)) for one in answer["more"])
        blocks.append(f"More evidence:\n{found}")
    return "\n\n".join(block for block in blocks if block)


def disagreement(numbers: Sequence[int], reason: str) -> str:
    """Two citations that do not agree, in one line."""
    one, other = numbers
    return f"The sources do not agree: [{one}] and [{other}] differ in {reason}."


def footnote(citation: Citation) -> str:
    """A citation in one line: `[1] “…” — Title, p. 3 (source-id, characters 10–52)`."""
    remarks = [citation.warning] if citation.warning else []
    if citation.also:
        remarks.append(f"Nearly the same in: {', '.join(citation.also)}.")
    words = (
        f"[{citation.number}] “{' '.join(citation.quote.split())}” — "
        f"{citation.title}{page_of(citation)} "
        f"({citation.source_id}, characters {citation.start}–{citation.end})"
    )
    return " ".join([words, *remarks])


def within(scope: Scope, titles: Sequence[str]) -> str:
    """What was searched, in one line; empty for the whole library. `titles` are the sources'."""
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


def page_of(citation: Citation) -> str:
    """Where in its source a citation stands: `, p. 3`, `, slide 3`, or nothing."""
    if not citation.page:
        return ""
    unit = "p." if citation.unit == "page" else citation.unit
    return f", {unit} {citation.page}"


def credit(metadata: Metadata) -> str:
    """Author, publisher, date and address, as far as they are known: `A. B. · Press · 2024`."""
    known = (metadata.author, metadata.publisher, metadata.date, metadata.url)
    return " · ".join(part for part in known if part)


def shorten(text: str, longest: int) -> str:
    """A text on one line, cut at a word where it is longer than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest].rpartition(" ")[0] + " …"
