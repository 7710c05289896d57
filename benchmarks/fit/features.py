"""Features that a fit needs: computed by the product's code, kept between runs.

They are kept in the user's cache folder until the data sets or the code that computes them change.
Comments do not count as a change; a constant does, because it may decide what is found.
"""

import ast
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import typer
from platformdirs import user_cache_path

Array = npt.NDArray[Any]
Arrays = dict[str, Array]
_ROOT = Path(__file__).parents[2]
_CODE = (
    "vectorstore", "ingest/splitter.py", "app/answering", "app/verification",
    "benchmarks/answering.py", "benchmarks/retrieval.py", "benchmarks/fit",
)  # fmt: skip
_PARSED: dict[str, Callable[[str], str]] = {
    ".py": lambda text: ast.dump(ast.parse(text)),
    ".toml": lambda text: repr(tomllib.loads(text)),
}


def kept(name: str, files: Sequence[Path], compute: Callable[[], Arrays]) -> Arrays:
    """Return the arrays called `name`: those of an earlier run, else computed and kept.

    `files` are the data files they are computed from. Raises typer.BadParameter where one is
    missing.
    """
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise typer.BadParameter(f"there is no {', '.join(missing)}: skipped.")
    made_of = hashlib.sha256(code_version(_ROOT).encode())
    for file in files:
        made_of.update(file.read_bytes())
    folder = user_cache_path("kakehashi-benchmarks", appauthor=False) / "fit"
    file = folder / f"{name}-{made_of.hexdigest()[:12]}.npz"
    if not file.is_file():
        arrays = compute()
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".tmp.npz")
        np.savez_compressed(unfinished, allow_pickle=False, **arrays)
        unfinished.rename(file)
    with np.load(file, allow_pickle=False) as found:
        return dict(found)


@contextmanager
def replaced(module: object, **values: Any) -> Iterator[None]:
    """Give constants of a module other values for the length of the block.

    Raises AttributeError for a constant that the module does not define.
    """
    before = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


def code_version(root: Path) -> str:
    """Return a hash of the code below `root` that computes features, and of its tables of words.

    Comments, spaces and line ends do not change it.
    """
    version = hashlib.sha256()
    for place in (root / name for name in _CODE):
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.suffix in _PARSED:
                version.update(_PARSED[file.suffix](file.read_text(encoding="utf-8")).encode())
    return version.hexdigest()
