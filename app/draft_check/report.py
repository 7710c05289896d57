"""Format the JSON report of a draft check (`check --json`) for a terminal."""

from collections.abc import Sequence
from typing import Any

from app.answering.presentation import footnote
from app.draft_check.records import VERDICT_LABELS, WITHOUT_EVIDENCE
from vectorstore.records import Citation


def format_report(report: dict[str, Any]) -> str:
    """Return each sentence with its verdict, the summary, and a footnote for each citation."""
    blocks = ["\n".join(_lines(sentence)) for sentence in report["sentences"]]
    blocks.append(summary(report["counts"], report["quotation_counts"]))
    blocks.append(report["notice"])
    blocks.append("\n".join(footnote(Citation(**one)) for one in report["citations"]))
    return "\n\n".join(block for block in blocks if block)


def summary(counts: dict[str, int], quotations: dict[str, int]) -> str:
    """Return the counts: `12 sentences: 5 found, 7 supported. 2 quotations: 2 found.`"""
    counted = [_counted(counts, "sentence")]
    if quotations:
        counted.append(_counted(quotations, "quotation"))
    return " ".join(counted)


def _counted(counts: dict[str, int], noun: str) -> str:
    number = sum(counts.values())
    each = ", ".join(
        f"{counts[v]} {name}" for v, (_, name) in VERDICT_LABELS.items() if v in counts
    )
    return f"{number:,} {noun}{'s' * (number != 1)}{': ' * bool(each)}{each}."


def _with_places(words: str, citations: Sequence[int]) -> str:
    """Return the words, followed by the numbers of their citations."""
    marks = "".join(f"[{number}]" for number in citations)
    return f"{words} → {marks}" if marks else words


def _lines(sentence: dict[str, Any]) -> list[str]:
    sign, name = VERDICT_LABELS[sentence["verdict"]]
    words = " ".join(sentence["text"].split())
    only_near = sentence["verdict"] in WITHOUT_EVIDENCE and sentence["citations"]
    near = " (nearest)" if only_near else ""
    lines = [f"{sign} {name}: {_with_places(words, sentence['citations'])}{near}"]
    quotations = sentence["quotations"]
    if not quotations or sentence["reason"] not in [one["reason"] for one in quotations]:
        lines.append(f"    {sentence['reason']}")
    for one in quotations:
        sign, name = VERDICT_LABELS[one["verdict"]]
        quoted = _with_places(f"“{' '.join(one['text'].split())}”", one["citations"])
        lines.append(f"    {sign} {name}: {quoted} {one['reason']}")
    return lines
