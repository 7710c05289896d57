"""A dozen kills and a dozen damages: the quick part of `python -m benchmarks crash` and `damage`."""

import shutil
from pathlib import Path

import pytest

from benchmarks import crash, damage

pytestmark = pytest.mark.slow

DAMAGES = [
    "index: pointer to nothing",
    "index: SQLite deleted",
    "index: SQLite cut in half",
    "index: SQLite of noise",
    "index: HNSW deleted",
    "index: HNSW of noise",
    "index: of another model",
    "index: disk full",
    "catalog: deleted",
    "catalog: cut in half",
    "catalog: noise",
    "catalog: metadata of noise",
    "catalog: of a later version",
    "disk: full while syncing",
]


def test_a_dozen_kills_lose_nothing(tmp_path: Path) -> None:
    verdict = crash.run(tmp_path, kills=12, passages=300, seed=7)
    assert verdict.wrong == []
    assert len(verdict.reopened) == 12
    assert sum(verdict.done.values()) > 0


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> damage.Place:
    if not shutil.which("prlimit"):
        pytest.skip("prlimit is not installed")
    return damage.prepared(tmp_path_factory.mktemp("damage") / "pattern", 1200)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_ends_in_a_sentence_or_a_rebuild(
    pattern: damage.Place, tmp_path: Path, name: str
) -> None:
    assert [trouble for _, trouble in damage.tried(pattern, tmp_path, name)] == [""]
