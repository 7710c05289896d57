"""The faults that were found in the product, each with the tests that hold it: `faults.toml`."""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.trust.measures import Measure
from benchmarks.window_server import ROOT

FAULTS = Path(__file__).with_name("faults.toml")
_PASSED = "passed"
_PARALLEL = "-n auto --maxprocesses=4 --dist loadfile --no-loadscope-reorder".split()  # as `make`


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong, and the tests that hold it, as pytest names them: a file, or `file::test`."""

    number: str
    name: str
    tests: tuple[str, ...]


def faults() -> list[Fault]:
    """Return all faults, in the order of the file."""
    kept = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    return [Fault(number, one["fault"], tuple(one["tests"])) for number, one in kept.items()]


def missing_tests() -> list[str]:
    """Return the tests that the faults name and that are not there."""
    named = {test for fault in faults() for test in fault.tests}
    return sorted(test for test in named if not _exists(test))


def fault_measures() -> Iterator[Measure]:
    """Run all tests once, and yield a line for each fault."""
    outcomes = _run(sorted({test for fault in faults() for test in fault.tests}))
    for fault in faults():
        found = [one for one in outcomes if any(_is_of(one[0], test) for test in fault.tests)]
        passed = [test for test, outcome in found if outcome == _PASSED]
        others = [f"{test} {outcome}" for test, outcome in found if outcome != _PASSED]
        broken = [one for one in others if not one.endswith("skipped")]
        proved = all(any(_is_of(one, test) for one in passed) for test in fault.tests)
        skipped = f", {len(others) - len(broken)} skipped" if len(others) > len(broken) else ""
        yield Measure(
            f"{fault.number} {fault.name} ({', '.join(fault.tests)})",
            "its tests pass",
            f"{len(passed)} of {len(found)} passed{skipped}",
            proved and not broken,
            tuple((broken + others)[:5]),
        )


def _is_of(ran: str, named: str) -> bool:
    """Whether a test that ran is the one that is named, or one of the file that is named."""
    return ran == named or ran.startswith(f"{named}::")


def _run(tests: list[str]) -> list[tuple[str, str]]:
    """Return each test that ran, without its parameters, with its outcome."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        said = [f"--junitxml={report}", "-o", "junit_family=xunit1", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *_PARALLEL, *said, *tests]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not report.is_file():
            raise AssertionError(ended.stdout + ended.stderr)
        cases = ET.parse(report).iter("testcase")
        return [
            (f"{one.get('file')}::{one.attrib['name'].split('[')[0]}", _outcome(one))
            for one in cases
        ]


def _outcome(case: ET.Element) -> str:
    return next((one.tag for one in case if one.tag in ("failure", "error", "skipped")), _PASSED)


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    return not name or bool(re.search(rf"^(?:async )?def {name}\(", path.read_text(), re.MULTILINE))
