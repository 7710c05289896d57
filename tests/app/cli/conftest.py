"""Libraries that the commands work on."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.conftest import ARTICLE


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A library with the article and two small documents, synced by the command itself."""
    folder = tmp_path_factory.mktemp("cli")
    made = CommandLine(folder / "data", folder / "sources")
    made.sources.mkdir()
    (made.sources / "article.md").write_bytes(ARTICLE.read_bytes())
    (made.sources / "tea.txt").write_bytes("Uji grows tea.\r\nAlishan grows tea – 茶.".encode())
    (made.sources / "bad.pdf").write_bytes(b"no")
    result = made("sync")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "2 added, 1 failed"
    assert "damaged or not a PDF" in result.stdout
    return made


@pytest.fixture
def small(tmp_path: Path) -> CommandLine:
    """A library of one document."""
    shell = CommandLine(tmp_path / "data", tmp_path / "sources")
    shell.sources.mkdir()
    (shell.sources / "tea.txt").write_text("Uji grows green tea.")
    assert shell("sync").returncode == 0
    return shell
