"""The locks: every pinned version, each with hashes, and no address of anything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from supply.installed import ROOT, needed, pins
from supply.lock import FOLDER, LOCKS, hashes, read


def entries(*names: str) -> dict[str, str]:
    """The versions in some locks, by package."""
    return {
        package: version
        for name in names
        for package, (version, _) in read(FOLDER / f"{name}.lock").items()
    }


def test_the_locks_are_those_that_there_are() -> None:
    assert set(LOCKS) == set(FOLDER.glob("*.lock"))


def test_the_locks_hold_what_is_pinned_each_package_once() -> None:
    names = [name for file in LOCKS if file.stem != "torch-cpu" for name in read(file)]
    assert len(names) == len(set(names))
    assert entries("product", "torch", "development", "providers") == pins()
    assert entries("torch-cpu") == {"torch": f"{pins()['torch']}+cpu"}


def test_the_product_is_whole_without_the_tools_of_developers() -> None:
    assert set(entries("product", "torch")) == set(needed().found)
    every = ("product", "torch", "providers", "development")
    assert set(needed({"dev"}).found) <= set(entries(*every))


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.stem)
def test_every_line_has_its_hashes_and_no_file_names_a_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert all(some for _, some in read(file).values())
    assert re.fullmatch(
        r"(?:[A-Za-z0-9._-]+==[\w.+]+(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n)+", text
    )
    assert len(re.findall("==", text)) == len(read(file))


def test_no_committed_file_of_the_installation_names_a_host() -> None:
    for name in ("Makefile", "constraints.txt", "pyproject.toml", ".ci/run", "supply/lock.py"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|index-url|find-links|trusted-host", text), name


def test_pip_refuses_a_file_that_the_lock_does_not_know(tmp_path: Path) -> None:
    """The kind of line that the locks have, and a wheel that somebody changed, without network."""
    wheel = tmp_path / "tea-1.0-py3-none-any.whl"
    wheel.write_bytes(b"changed")
    lock = tmp_path / "tea.lock"
    lock.write_text(f"tea==1.0 \\\n    --hash=sha256:{hashes()['idna'][0]}\n")
    ended = subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-index",
            "--find-links", str(tmp_path), "--dry-run", "-r", str(lock),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "DO NOT MATCH THE HASHES" in ended.stderr


def test_make_installs_from_the_locks_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in makefile.splitlines():
        if "$(BIN)/pip install" in line:
            checked = "--require-hashes --no-deps" in line
            assert checked or "--no-build-isolation -c constraints.txt -e " in line
    for file in LOCKS:
        assert f"-r supply/{file.name}" in makefile
