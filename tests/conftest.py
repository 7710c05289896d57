"""What the tests share: the embedding model, libraries in temporary folders, one synced library."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from app.service.bootstrap import silence_libraries
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.private_files import keep_private

# A busy machine is no reason to fail: nothing is judged by its time.
settings.register_profile(
    "busy", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")

# There is a worker for each core: with more threads than one, they would wait for one another.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

ARTICLE = next((Path(__file__).parent.parent / "sources").glob("*.md"))


@pytest.fixture(scope="session", autouse=True)
def _alone() -> None:
    """No setting of the developer's reaches a test, nothing is sent anywhere, files are private."""
    for name in [name for name in os.environ if name.startswith("KAKEHASHI_")]:
        del os.environ[name]
    silence_libraries()
    keep_private()  # as every process of the product begins


@pytest.fixture(scope="session")
def embeddings() -> SentenceEmbeddings:
    return SentenceEmbeddings()


@pytest.fixture
def make_library(
    tmp_path: Path, embeddings: SentenceEmbeddings
) -> Iterator[Callable[..., Library]]:
    """Opens libraries in folders of their own, and closes them."""
    opened: list[Library] = []

    def make(name: str = "data") -> Library:
        opened.append(Library(tmp_path / name, embeddings))
        return opened[-1]

    yield make
    for library in opened:
        library.close()


@pytest.fixture(scope="module")
def hold(
    tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings
) -> Iterator[Callable[[dict[str, str]], Library]]:
    """Makes a library of texts, by file name, that the tests of a module only read."""
    with ExitStack() as opened:

        def make(texts: dict[str, str]) -> Library:
            folder = tmp_path_factory.mktemp("held")
            (folder / "sources").mkdir()
            for name, text in texts.items():
                (folder / "sources" / name).write_text(text)
            library = opened.enter_context(Library(folder / "data", embeddings))
            sync(library, folder / "sources")
            return library

        yield make


@pytest.fixture
def library(make_library: Callable[..., Library]) -> Library:
    return make_library()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty sources folder."""
    path = tmp_path / "sources"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings) -> Path:
    """A closed library with the article, made once for all workers; tests copy it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "synced"
    with FileLock(shared / "synced.lock"):
        if not path.is_dir():
            with Library(shared / "unfinished", embeddings) as library:
                sync(library, ARTICLE.parent)
            (shared / "unfinished").rename(path)
    return path


@pytest.fixture(scope="session")
def article(
    synced: Path, tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings
) -> Iterator[Library]:
    """A library with the article; tests only read it."""
    copy = shutil.copytree(synced, tmp_path_factory.mktemp("article") / "data")
    with Library(copy, embeddings) as opened:
        yield opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests, so that no worker is left alone with them."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sum up what the browser tests counted (as user properties, which reach us from all workers)."""
    counted: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                for name, times in report.user_properties:
                    counted[name] += times
    for name, times in sorted(counted.items()):
        terminalreporter.write_line(f"{name}: {times:,}")
