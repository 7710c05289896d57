"""On what a figure was measured: printed and kept with it."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = "chromadb langchain sentence-transformers streamlit torch".split()


def machine() -> dict[str, str]:
    """The processor, its cores, the versions."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def described() -> str:
    """The machine in one line."""
    return ", ".join(f"{name} {value}" for name, value in machine().items())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor()
