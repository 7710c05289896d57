"""Does a process that answers for a long time grow? Memory, open files and threads over its turns.

The questions go the way that they go in the window: through its queue, into stored conversations of
ten turns each.
"""

import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from app.answering.assistant import Assistant
from app.ui.state.answer_queue import AnswerQueue
from benchmarks.article import SOURCES
from benchmarks.machine import described, keep
from benchmarks.synthetic import fill_with_notes
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.questions import Question

_TURNS = 10  # in each conversation
_MOST = 1.1  # times what it was after warming up


def endure(
    questions: Annotated[int, typer.Option(help="Questions to ask.")] = 1000,
    warm: Annotated[int, typer.Option(help="Questions until the process counts as warm.")] = 200,
) -> None:
    """Answer many questions in one process: memory, open files and threads stay as they were."""
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(described())
    sizes: list[dict[str, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources"
        shutil.copytree(SOURCES, sources)
        facts = list(fill_with_notes(sources, questions))
        with Library(Path(folder) / "data", SentenceEmbeddings()) as library:
            sync(library, sources)
            queue, assistant = AnswerQueue(library.database), Assistant(library)
            for number, text in enumerate(track(facts)):
                _ask(queue, assistant, Question(str(number), f"talk {number // _TURNS}", text))
                if number + 1 in (warm, questions):
                    sizes.append(_size())
    before, after = sizes[0], sizes[-1]
    for name, value in before.items():
        console.print(
            f"{name}: {value:,} after {warm:,} questions, {after[name]:,} after {questions:,}"
        )
    held = all(after[name] <= _MOST * value for name, value in before.items())
    console.print("held" if held else "broken")
    keep("endure", {"questions": questions, "warm": warm, "before": before, "after": after})
    raise typer.Exit(int(not held))


def _ask(queue: AnswerQueue, assistant: Assistant, question: Question) -> None:
    queue.ask(lambda: assistant, question)
    while question.conversation_id in queue.busy():
        time.sleep(0.005)


def _size() -> dict[str, int]:
    """Return the resident memory, the open files and the threads of this process."""
    status = Path("/proc/self/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0])
    files = len(list(Path("/proc/self/fd").iterdir()))
    return {"MB": resident // 1000, "files": files, "threads": threading.active_count()}
