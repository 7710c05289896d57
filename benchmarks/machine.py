"""The machine and the versions that a figure was measured on, printed and kept with it."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = "chromadb langchain sentence-transformers streamlit torch".split()


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


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor()
