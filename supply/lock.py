"""The locks: every pinned version with the SHA-256 of each file that its publisher offers.

They lie beside this module and name no host, so they hold for any index or mirror:

- `product.lock`: what `make chat` installs, without torch
- `torch-cpu.lock`: the build of torch for the CPU alone, which PyTorch's own index offers
- `torch.lock`: torch as PyPI offers it, where the other is not to be had
- `providers.lock`: what the extras `openai`, `anthropic`, `ollama` and `local` need besides
- `development.lock`: what only the checks need
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import canonicalize_name

from supply.installed import PROVIDERS, ROOT, needed

FOLDER = Path(__file__).parent
LOCKS = tuple(
    FOLDER / f"{name}.lock"
    for name in ("product", "torch", "torch-cpu", "development", "providers")
)
_PYTHON = "3.11"
_TORCH = "torch"
_ENTRY = re.compile(r"^(\S+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\\n|\n|$))+)", re.M)


def read(file: Path) -> dict[str, tuple[str, list[str]]]:
    """Return version and SHA-256s of each package of a lock, by canonical name."""
    return {
        canonicalize_name(name): (version, re.findall(r"sha256:([0-9a-f]{64})", hashes))
        for name, version, hashes in _ENTRY.findall(file.read_text(encoding="utf-8"))
    }


def hashes() -> dict[str, list[str]]:
    """Return the SHA-256s of every pinned package in all locks, by canonical name."""
    found: dict[str, list[str]] = {}
    for file in LOCKS:
        for name, (_, some) in read(file).items():
            found[name] = sorted({*found.get(name, ()), *some})
    return found


def groups() -> dict[str, str]:
    """Return what each package is for, by canonical name: product, development or providers."""
    return {
        name: "product" if file.stem.startswith(_TORCH) else file.stem
        for file in LOCKS
        for name in read(file)
    }


def renew(uv: Path) -> None:
    """Write all locks from `constraints.txt`, with the program uv, which asks the package index.

    Everything that developers need must be installed, for that tells which package goes where.
    """
    entries = _hashed(uv)
    product, providers = needed().found, needed(PROVIDERS).found
    files: dict[str, list[str]] = {file.stem: [] for file in LOCKS if file.stem != "torch-cpu"}
    for name in sorted(entries):
        at = (
            _TORCH if name == _TORCH else "product" if name in product
            else "providers" if name in providers else "development"
        )  # fmt: skip
        files[at].append(entries[name])
    for at, lines in files.items():
        (FOLDER / f"{at}.lock").write_text("".join(lines), encoding="utf-8")
    version = read(FOLDER / "torch.lock")[_TORCH][0]
    _renew_cpu_build(f"{version}+cpu")


def _hashed(uv: Path) -> dict[str, str]:
    """Return the entry of every package of `constraints.txt`, by canonical name."""
    told = subprocess.run(
        [
            str(uv), "pip", "compile", "--quiet", "--no-deps", "--generate-hashes", "--no-header",
            "--no-annotate", "--no-config", "--python-version", _PYTHON,
            str(ROOT / "constraints.txt"),
        ],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {canonicalize_name(found[1]): found[0] for found in _ENTRY.finditer(told)}


def _renew_cpu_build(version: str) -> None:
    """Write the lock of the CPU build, unless it is there already; pip must be able to find it."""
    file = FOLDER / "torch-cpu.lock"
    if file.exists() and read(file).get(_TORCH, ("",))[0] == version:
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder,
                f"{_TORCH}=={version}",
            ],
            check=True,
        )  # fmt: skip
        (wheel,) = Path(folder).iterdir()
        with wheel.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    file.write_text(f"{_TORCH}=={version} \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
