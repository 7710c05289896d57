"""Is the right sentence quoted? Questions on the article and two others, judged by hand."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from app.answering.assistant import Assistant
from benchmarks.machine import described
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.records import Answer, Turn

QUESTIONS = Path(__file__).with_name("article.jsonl")
# Written by others, later: the second as people type who have not read the documents closely
FURTHER = Path(__file__).with_name("three_documents.jsonl")
COLLOQUIAL = Path(__file__).with_name("colloquial.jsonl")
SOURCES = Path(__file__).parent.parent / "sources"
OTHERS = Path(__file__).parent.parent / "tests" / "documents"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what the quotes must contain, or with silence as the right answer.

    `document` is the file that is asked, if it is not the article.
    """

    id: str
    kind: str
    text: str
    history: tuple[Turn, ...]
    silent: bool
    quotes: tuple[str, ...]
    document: str = ""

    def judge(self, answer: Answer) -> bool:
        """Whether the answer is right."""
        if self.silent:
            return answer.outcome != "answered"
        said = " ".join(citation.quote for citation in answer.citations)
        return answer.outcome == "answered" and all(quote in said for quote in self.quotes)


def questions(file: Path) -> Iterator[Question]:
    """Yield the questions of a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        yield Question(
            id=asked["id"],
            kind=asked["kind"],
            text=asked["text"],
            history=tuple(Turn(role, text) for role, text in asked["history"]),
            silent=asked["outcome"] == "silent",
            quotes=tuple(asked["quotes"]),
            document=asked.get("document", ""),
        )


@contextmanager
def article_library(document: str = "") -> Iterator[Library]:
    """Open a temporary library with the article in it, or with another of the three documents."""
    folders = [one.parent for one in OTHERS.rglob(document)] if document else []
    with (
        tempfile.TemporaryDirectory() as folder,
        Library(Path(folder), SentenceEmbeddings()) as library,
    ):
        sync(library, folders[0] if folders else SOURCES)
        yield library


def article(show: bool = typer.Option(False, help="Print every answer.")) -> None:
    """Ask questions on the article and two other documents without a model; count right answers."""
    typer.echo(described())
    sets = {"article": QUESTIONS, "three documents": FURTHER, "colloquial": COLLOQUIAL}
    for title, file in sets.items():
        right: dict[str, list[bool]] = {}
        asked = list(questions(file))
        for document in dict.fromkeys(one.document for one in asked):
            with article_library(document) as library:
                for question in (one for one in asked if one.document == document):
                    answer = Assistant(library).ask(question.text, question.history)
                    good = question.judge(answer)
                    right.setdefault(question.kind, []).append(good)
                    if show or not good:
                        verdict = "right" if good else "WRONG"
                        typer.echo(f"\n{verdict}  {question.text}\n   {answer.text}")
        typer.echo(f"\n{title}")
        for kind, verdicts in right.items():
            typer.echo(f"{kind:<15} {sum(verdicts):>3} of {len(verdicts)}")
        every = [verdict for verdicts in right.values() for verdict in verdicts]
        typer.echo(f"{'all':<15} {sum(every):>3} of {len(every)}")
