"""How fast are documents added, beside the pipeline of LangChain's tutorial with the same model?

Both get the same files in the same run, one after the other in separate processes: records of a
data set as text files, then PDFs. The tutorial's pipeline is one loader for each file,
RecursiveCharacterTextSplitter (1,000 characters, 200 of overlap), the model as
sentence-transformers runs it by default, and Chroma.
"""

import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks.machine import described

_PAGES = 50  # that a PDF has at least to count as long
_PDFS = 5


def ingest(
    corpus: Annotated[Path, typer.Argument(help="corpus.jsonl.gz of a data set (ObliQA).")],
    pdfs: Annotated[Path, typer.Argument(help="A folder that contains long PDFs.")],
    records: Annotated[int, typer.Option(help="Use only so many records; 0 for all.")] = 0,
    kept: Annotated[Path | None, typer.Option(help="Make the library here and keep it.")] = None,
) -> None:
    """Measure passages and pages a second, memory, a second sync, and one document more or less."""
    for path in (corpus, pdfs):
        if not path.exists():
            raise typer.BadParameter(f"there is no {path}: skipped.")
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    place = kept or Path(tempfile.mkdtemp(prefix="kakehashi-ingest-"))
    try:
        folders = {"records": place / "records", "pdfs": place / "pdfs"}
        count = _write_records(corpus, folders["records"], records)
        pages = _copy_pdfs(pdfs, folders["pdfs"])
        out.print(f"{count:,} records; {_PDFS} PDFs of {pages} pages")
        results = {}
        for what, folder in folders.items():
            for who in ("tutorial", "kakehashi"):
                result = _in_process(who, folder, place / f"{who}-{what}")
                results[who, what] = result
                out.print(_line(who, what, result, count if what == "records" else pages))
        out.print(_compared(results, count, pages))
        held = _later(folders["records"], place / "kakehashi-records", out)
    finally:
        if kept is None:
            shutil.rmtree(place)
    out.print("held" if held else "broken")
    raise typer.Exit(int(not held))


def _line(who: str, what: str, result: dict[str, Any], number: int) -> str:
    unit = "records" if what == "records" else "pages"
    return (
        f"{who:<10} {what:<8} {result['seconds']:7.1f} s  "
        f"{result['passages'] / result['seconds']:6.1f} passages/s ({result['passages']:,})  "
        f"{number / result['seconds']:6.1f} {unit}/s  peak {result['memory']:,.0f} MB"
    )


def _compared(results: dict[tuple[str, str], dict[str, Any]], records: int, pages: int) -> str:
    ratios = {
        what: results["tutorial", what]["seconds"] / results["kakehashi", what]["seconds"]
        for what in ("records", "pdfs")
    }
    return (
        f"kakehashi adds the {records:,} records {ratios['records']:.2f} times, "
        f"and the {pages} pages {ratios['pdfs']:.2f} times as fast as the tutorial's pipeline"
    )


def _write_records(corpus: Path, folder: Path, most: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with gzip.open(corpus, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            (folder / f"{count:06}.txt").write_text(record["text"])
            count += 1
            if count == most:
                break
    return count


def _copy_pdfs(pdfs: Path, folder: Path) -> int:
    """Copy the longest readable PDFs, up to five; return how many pages they have."""
    from pypdf import PdfReader

    folder.mkdir(parents=True, exist_ok=True)
    found: list[tuple[int, Path]] = []
    for path in sorted(pdfs.glob("**/*.pdf"), key=lambda p: -p.stat().st_size)[:80]:
        try:
            pages = PdfReader(path)
            if len(pages.pages) >= _PAGES and len(pages.pages[10].extract_text()) > 200:
                found.append((len(pages.pages), path))
        except Exception:  # noqa: BLE001 - an unreadable PDF is skipped
            continue
    chosen = sorted(found, reverse=True)[:_PDFS]
    for _, path in chosen:
        shutil.copy(path, folder)
    return sum(pages for pages, _ in chosen)


def _in_process(who: str, folder: Path, place: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest", who, str(folder), str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _kakehashi(folder: Path, place: Path) -> int:
    from ingest.sync import sync
    from vectorstore.encoders.embeddings import SentenceEmbeddings
    from vectorstore.library import Library

    with Library(place, SentenceEmbeddings()) as library:
        sync(library, folder)
        return library.database.count("passage")


def _tutorial(folder: Path, place: Path) -> int:
    """Run the tutorial's pipeline; its loaders have three lines each and are written out here."""
    import chromadb
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from pypdf import PdfReader
    from sentence_transformers import SentenceTransformer

    from vectorstore.encoders.embedding_model import packaged_model

    documents = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".pdf":
            texts = [page.extract_text() for page in PdfReader(path).pages]
        else:
            texts = [path.read_text()]
        documents += [Document(text, metadata={"source": str(path)}) for text in texts]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    chunks = [chunk for chunk in splitter.split_documents(documents) if chunk.page_content.strip()]
    model = SentenceTransformer(str(packaged_model()), device="cpu")
    texts = [chunk.page_content.replace("\n", " ") for chunk in chunks]
    vectors = model.encode(texts, show_progress_bar=False)
    store = chromadb.PersistentClient(str(place)).create_collection("langchain")
    for first in range(0, len(chunks), 5000):
        some = slice(first, first + 5000)
        store.add(
            ids=[str(number) for number in range(first, first + len(texts[some]))],
            embeddings=vectors[some],
            documents=[chunk.page_content for chunk in chunks[some]],
            metadatas=[dict(chunk.metadata) for chunk in chunks[some]],
        )
    return len(chunks)


def _later(folder: Path, place: Path, out: Console) -> bool:
    """Time a second sync, and one document more and one less in the library just made."""
    from ingest import source_files
    from ingest.sync import sync
    from vectorstore.encoders.embeddings import SentenceEmbeddings
    from vectorstore.library import Library

    few = folder.parent / "thousand"
    few.mkdir(exist_ok=True)
    for path in sorted(folder.iterdir())[:1000]:
        shutil.copy(path, few)
    with Library(folder.parent / "thousand-data", SentenceEmbeddings()) as library:
        sync(library, few)
        library.embeddings.encode = _forbidden  # type: ignore[method-assign, assignment]
        written = library.database.writes
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            changes = sync(library, few)
            seconds.append(time.perf_counter() - began)
        writes = library.database.writes - written
        same = all(change.outcome in ("unchanged", "duplicate", "failed") for change in changes)
    out.print(
        f"sync of {len(changes):,} unchanged files: median {statistics.median(seconds):.2f} s, "
        f"{writes} writes, 0 embeddings"
    )
    with Library(place, SentenceEmbeddings()) as library:
        library.searcher.warm()
        library.embeddings.warm(documents=True)
        added = _timed(
            lambda: source_files.add(library, folder, "new.txt", b"A new ferry to Matsu.")
        )
        source = next(s for s in library.catalog.sources() if s.path == "new.txt")
        removed = _timed(lambda: source_files.remove(library, folder, source.id))
        count = library.database.count("passage")
    out.print(f"one document added to {count:,} passages: {added:.2f} s, removed: {removed:.2f} s")
    return same and writes == 0


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _forbidden(*_: object) -> None:
    raise AssertionError("a text was embedded")


def _main() -> None:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    who, folder, place = sys.argv[1:]
    began = time.perf_counter()
    passages = {"kakehashi": _kakehashi, "tutorial": _tutorial}[who](Path(folder), Path(place))
    seconds = time.perf_counter() - began
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)  # and the largest child
    memory = sum(resource.getrusage(one).ru_maxrss for one in whose) / 1024
    print(json.dumps({"passages": passages, "seconds": seconds, "memory": memory}))  # noqa: T201


if __name__ == "__main__":
    _main()
