"""Does a process that goes on for a long time grow? Memory, files, threads, catalog and index.

The questions go the way that they go in the window: through its queue, into stored conversations of
ten turns each, of which the latest twenty are kept. Every few questions, a document is added and
the one before it removed, so that the library has the same size at the end as when it was warm.
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
from ingest.source_files import add, remove
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.questions import Question

_TURNS = 10  # in each conversation
_KEPT = 20  # conversations
_PARAGRAPHS = 40  # of a document that is added
_MOST = 1.1  # times what it was after warming up
_INDEX = "KB of the index"
_MOST_OF_INDEX = 2.5  # it keeps the places of what was removed until they are most of it


def endure(
    questions: Annotated[int, typer.Option(help="Questions to ask.")] = 1000,
    intakes: Annotated[int, typer.Option(help="Documents to add, and to remove.")] = 200,
    warm: Annotated[int, typer.Option(help="Questions until the process counts as warm.")] = 200,
) -> None:
    """Answer and take in much in one process: memory, files and threads stay as they were."""
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
            added = ""
            for number, text in enumerate(track(facts)):
                _ask(queue, assistant, Question(str(number), f"talk {number // _TURNS}", text))
                if number % _TURNS == 0 and number >= _KEPT * _TURNS:
                    old = f"talk {number // _TURNS - _KEPT}"
                    Conversations(library.database).delete(old)
                if (number + 1) * intakes // questions > number * intakes // questions:
                    added = _replace(library, sources, added, number)
                if number + 1 in (warm, questions):
                    sizes.append(_size(library.folder))
    before, after = sizes[0], sizes[-1]
    for name, value in before.items():
        console.print(
            f"{name}: {value:,} after {warm:,} questions, {after[name]:,} after {questions:,}"
        )
    held = all(
        after[name] <= (_MOST_OF_INDEX if name == _INDEX else _MOST) * value
        for name, value in before.items()
    )
    console.print("held" if held else "broken")
    kept = {"questions": questions, "intakes": intakes, "warm": warm}
    keep("endure", {**kept, "before": before, "after": after})
    raise typer.Exit(int(not held))


def _ask(queue: AnswerQueue, assistant: Assistant, question: Question) -> None:
    queue.ask(lambda: assistant, question)
    while question.conversation_id in queue.busy():
        time.sleep(0.005)


def _replace(library: Library, sources: Path, old: str, number: int) -> str:
    """Add one document, then remove the `old` one; return the id of the new one."""
    lines = [
        f"Ship {number} brought {number + one} barrels to Vardo." for one in range(_PARAGRAPHS)
    ]
    content = f"# Harbour book {number}\n\n" + "\n\n".join(lines)
    change = add(library, sources, f"harbour-{number}.md", content.encode())
    if old:
        remove(library, sources, old)
    return change.source_id


def _size(data: Path) -> dict[str, int]:
    """Return the resident memory, the open files and the threads of this process, and its data."""
    status = Path("/proc/self/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0])
    files = len(list(Path("/proc/self/fd").iterdir()))
    catalog = sum(one.stat().st_size for one in data.glob("catalog.sqlite*"))
    index = sum(one.stat().st_size for one in (data / "index").rglob("*") if one.is_file())
    return {
        "MB": resident // 1000,
        "files": files,
        "threads": threading.active_count(),
        "KB of the catalog": catalog // 1000,
        _INDEX: index // 1000,
    }
