"""What the tests share: the real embedding model, loaded once, and libraries in temporary folders."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.service.bootstrap import silence_libraries
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library

# A busy machine is no reason to fail: nothing is judged by its time.
settings.register_profile(
    "busy", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")

ARTICLE = next((Path(__file__).parent.parent / "sources").glob("*.md"))


@pytest.fixture(scope="session", autouse=True)
def _alone() -> None:
    """No setting of the developer's reaches a test, and nothing is sent anywhere."""
    for name in [name for name in os.environ if name.startswith("KAKEHASHI_")]:
        del os.environ[name]
    silence_libraries()


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
def article(
    tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings
) -> Iterator[Library]:
    """A library with the article; tests only read it."""
    with Library(tmp_path_factory.mktemp("article"), embeddings) as opened:
        sync(opened, ARTICLE.parent)
        yield opened
