"""Does search ever mix two embedding models while one replaces the other?

A copy of a library changes to another model of the same dimension (the packaged one with other
weights) while threads keep searching. Every result must be exactly what the library found before
or what it finds afterwards.
"""

import shutil
import statistics
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.machine import described
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library

_ASKED = 20
_THREADS = 2


def swap(
    kept: Annotated[Path, typer.Argument(help="A data directory, such as `ingest --kept` makes.")],
) -> None:
    """Search while the embedding model changes; no result may mix the two."""
    if not (kept / "catalog.sqlite").is_file():
        raise typer.BadParameter(f"there is no library in {kept}: skipped.")
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    with tempfile.TemporaryDirectory() as made:
        data, model = Path(made) / "data", Path(made) / "model"
        shutil.copytree(kept, data)
        _make_another(model)
        with Library(data, SentenceEmbeddings()) as library:
            passages = [passage.text for passage in islice(library.passages.all(), 3000)]
            questions = [text[:200] for text in passages[:: len(passages) // _ASKED]]
            total = library.database.count("passage")
            before = {question: _ids(library, question) for question in questions}
        with Library(data, SentenceEmbeddings(str(model))) as library:
            during, failed, seconds = _changed(library, questions)
            after = {question: _ids(library, question) for question in questions}
            new = library.embeddings.model == str(model)
            whole = library.rebuild_reason() == "" and library.vector_index.count() == total
    different = sum(before[question] != after[question] for question in questions)
    mixed = sum(ids not in (before[q], after[q]) for q, ids, _ in during)
    old = sum(ids == before[q] != after[q] for q, ids, _ in during)
    out.print(
        f"{total:,} passages went over in {seconds:.0f} s; "
        f"{different} of {len(questions)} questions have other results afterwards"
    )
    out.print(
        f"{len(during):,} searches meanwhile, {old:,} of them answered by the old index, "
        f"{mixed} mixed, {failed} failed; median {statistics.median(t for *_, t in during):.3f} s"
    )
    held = new and whole and not mixed and not failed and bool(old) and bool(different)
    out.print("held" if held else "broken")
    raise typer.Exit(int(not held))


def _changed(
    library: Library, questions: list[str]
) -> tuple[list[tuple[str, list[str], float]], int, float]:
    """Return what was found while the model changed, how many searches failed, and the seconds."""
    found: list[tuple[str, list[str], float]] = []
    failed: list[Exception] = []
    done = threading.Event()
    library.searcher.warm()

    def ask(first: int) -> None:
        number = first
        while not done.is_set():
            question = questions[number % len(questions)]
            number += 1
            began = time.perf_counter()
            try:
                found.append((question, _ids(library, question), time.perf_counter() - began))
            except Exception as error:  # noqa: BLE001 - failures are counted
                failed.append(error)
            time.sleep(0.05)

    threads = [threading.Thread(target=ask, args=[7 * n]) for n in range(_THREADS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("passages")
        library.reembed(lambda so_far, all_: bar.update(task, completed=so_far, total=all_))
    seconds = time.perf_counter() - began
    time.sleep(1)  # some more answers, now of the new index
    done.set()
    for thread in threads:
        thread.join()
    return found, len(failed), seconds


def _ids(library: Library, question: str) -> list[str]:
    return [hit.passage.id for hit in library.search(question, 10)]


def _make_another(folder: Path) -> None:
    """Make a copy of the packaged model with noise on its weights: as large, as fast, useless."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.manual_seed(1)
    model = SentenceTransformer(str(packaged_model()), device="cpu")
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(torch.randn_like(weights) * weights.std() * 0.5)
    model.save(str(folder))
