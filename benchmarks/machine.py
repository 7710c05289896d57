"""What all measures share: percentiles, and the machine and versions printed and kept with them."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).with_name("results")
_PACKAGES = "chromadb langchain onnxruntime sentence-transformers streamlit torch".split()


def machine() -> dict[str, str]:
    """Return the processor, the number of cores and the versions of what matters for figures."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def described() -> str:
    """Return the machine in one line."""
    return ", ".join(f"{name} {value}" for name, value in machine().items())


def percentiles(times: Sequence[float], digits: int | None = 1) -> dict[str, float]:
    """Return the median and the 95th percentile of one time or more, as `p50` and `p95`.

    Both are interpolated linearly between the two nearest times, and rounded; to whole numbers if
    `digits` is None.

    >>> percentiles([10, 20, 30])
    {'p50': 20.0, 'p95': 29.0}
    """
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    return {"p50": round(p50, digits), "p95": round(p95, digits)}


def keep(name: str, values: Mapping[str, Any]) -> None:
    """Write values to `results/NAME.json`, with the machine they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine(), **values}, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor()
