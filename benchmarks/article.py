"""Is the right sentence quoted? Questions on the article, written and judged by hand."""

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
SOURCES = Path(__file__).parent.parent / "sources"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what the quotes must contain, or with silence as the right answer."""

    id: str
    kind: str
    text: str
    history: tuple[Turn, ...]
    silent: bool
    quotes: tuple[str, ...]

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
        )


@contextmanager
def article_library() -> Iterator[Library]:
    """Open a temporary library with the article in it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library(Path(folder), SentenceEmbeddings()) as library,
    ):
        sync(library, SOURCES)
        yield library


def article(show: bool = typer.Option(False, help="Print every answer.")) -> None:
    """Ask the questions of article.jsonl without a model, and count the right answers."""
    typer.echo(described())
    right: dict[str, list[bool]] = {}
    with article_library() as library:
        assistant = Assistant(library)
        for question in questions(QUESTIONS):
            answer = assistant.ask(question.text, question.history)
            good = question.judge(answer)
            right.setdefault(question.kind, []).append(good)
            if show or not good:
                typer.echo(f"\n{'right' if good else 'WRONG'}  {question.text}\n   {answer.text}")
    typer.echo("")
    for kind, verdicts in right.items():
        typer.echo(f"{kind:<12} {sum(verdicts):>3} of {len(verdicts)}")
    every = [verdict for verdicts in right.values() for verdict in verdicts]
    typer.echo(f"{'all':<12} {sum(every):>3} of {len(every)}")
