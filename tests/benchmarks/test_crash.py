"""Some kills and some damages: the quick part of `python -m benchmarks crash` and `damage`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import crash, damage
from benchmarks.__main__ import cli

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
    "disk: full while copying",
]


def test_a_dozen_kills_lose_nothing(tmp_path: Path) -> None:
    verdict = crash.run(tmp_path, kills=12, passages=300, seed=7)
    assert verdict.wrong == []
    assert len(verdict.reopened) == 12
    assert sum(verdict.done.values()) > 0


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> damage.Place:
    return damage.prepared(tmp_path_factory.mktemp("damage") / "pattern", 1200)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_ends_in_a_sentence_or_a_rebuild(
    pattern: damage.Place, tmp_path: Path, name: str
) -> None:
    assert [outcome for _, outcome, _ in damage.tried(pattern, tmp_path, name)] == ["held"]


def test_a_case_that_the_machine_does_not_allow_counts_as_skipped(
    pattern: damage.Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_: damage.Place) -> str:
        raise damage.Skipped("root may write everywhere")

    monkeypatch.setattr(damage, "CASES", {"disk: read-only": forbidden})
    assert list(damage.tried(pattern, tmp_path)) == [
        ("disk: read-only", "skipped", "root may write everywhere")
    ]
    monkeypatch.setattr(damage, "prepared", lambda *_: pattern)
    shown = CliRunner().invoke(cli, ["damage"])
    assert shown.exit_code == 0
    assert shown.output.endswith("held, 1 skipped\n")
