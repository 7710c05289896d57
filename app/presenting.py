"""An answer as others read it: one JSON object, or text with footnotes. Nothing is decided here."""

import json
from dataclasses import asdict
from typing import Any

from app.assistant import with_numbers
from vectorstore.records import Answer, Citation, Hit, Metadata, Passage, Sentence


def as_json(answer: Answer) -> dict[str, Any]:
    """The object that `ask --json` prints; its keys are documented in the README."""
    return {
        "question": answer.question,
        "query": answer.query,
        "outcome": answer.outcome,
        "answer": answer.text,
        "sentences": [asdict(sentence) for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
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


def as_text(answer: Answer) -> str:
    """The answer to read in a terminal: sentences with numbers, then a footnote for each."""
    blocks = [answer.notice] if answer.notice else []
    if answer.query != answer.question:
        blocks.append(f"Searched for: {answer.query}")
    if answer.outcome != "answered":
        blocks.append(answer.text)
        if answer.hits:
            blocks.append("Nearest passages:")
            blocks += [f"  - {shorten(hit.passage.text, 200)}" for hit in answer.hits[:3]]
        return "\n\n".join(blocks)
    lines = []
    for sentence in answer.sentences:
        doubt = "" if sentence.verdict in ("verbatim", "supported") else _doubt(sentence)
        lines.append(with_numbers(sentence) + doubt)
    blocks.append(" ".join(lines))
    blocks.append("\n".join(footnote(citation) for citation in answer.citations))
    return "\n\n".join(block for block in blocks if block)


def footnote(citation: Citation) -> str:
    """A citation in one line: `[1] “…” — Title, p. 3 (source-id, characters 10–52)`."""
    page = f", p. {citation.page}" if citation.page else ""
    return (
        f"[{citation.number}] “{' '.join(citation.quote.split())}” — {citation.title}{page} "
        f"({citation.source_id}, characters {citation.start}–{citation.end})"
    )


def credit(metadata: Metadata) -> str:
    """Author, publisher, date and address, as far as they are known: `A. B. · Press · 2024`."""
    known = (metadata.author, metadata.publisher, metadata.date, metadata.url)
    return " · ".join(part for part in known if part)


def shorten(text: str, longest: int) -> str:
    """A text on one line, cut at a word where it is longer than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest].rpartition(" ")[0] + " …"


def dump(answer: Answer) -> str:
    """The whole answer as text to keep."""
    return json.dumps(asdict(answer), ensure_ascii=False)


def load(kept: str) -> Answer:
    """An answer that was kept."""
    values = json.loads(kept)
    values["sentences"] = tuple(
        Sentence(**{**one, "citations": tuple(one["citations"])}) for one in values["sentences"]
    )
    values["citations"] = tuple(Citation(**one) for one in values["citations"])
    values["hits"] = tuple(
        Hit(**{**one, "passage": Passage(**one["passage"]), "copies": tuple(one.get("copies", ()))})
        for one in values["hits"]
    )
    return Answer(**values)


def _doubt(sentence: Sentence) -> str:
    return f" ({sentence.verdict.replace('_', ' ')}: {sentence.reason})"
