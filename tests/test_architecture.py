"""The direction of imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "ingest", "prompts", "vectorstore")
ALLOWED = {
    "app/ui": {"app", "ingest", "vectorstore"},
    "app": {"app", "ingest", "vectorstore", "prompts"},
    "ingest": {"ingest", "vectorstore"},
    "prompts": set(),
    "vectorstore": {"vectorstore"},
}
ONLY_IN = {
    "chromadb": "vectorstore",
    "sentence_transformers": "vectorstore",
    "streamlit": "app/ui",
    "pypdf": "ingest",
    "docx": "ingest",
    "lxml": "ingest",
    "openpyxl": "ingest",
    "pptx": "ingest",
    "pypdfium2": "ingest",
    "trafilatura": "ingest",
}
NEVER = {"pickle", "langchain_classic", "langchain_community"}
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    layer = "app/ui" if place.startswith("app/ui/") else place.split("/")[0]
    for name in imported(path):
        top = name.split(".")[0]
        assert top not in NEVER
        if top in PACKAGES:
            assert top in ALLOWED[layer], f"{place} imports {name}"
        if layer != "app/ui" and name != "app.ui.server":
            assert not name.startswith("app.ui"), f"{place} imports {name}"
        if top in ONLY_IN:
            assert place.startswith(ONLY_IN[top]), f"{place} imports {name}"


@pytest.mark.parametrize(
    "module", ["app.cli.commands", "app.ui.server", "vectorstore.library", "ingest.sync"]
)
def test_heavy_libraries_wait_for_their_first_use(module: str) -> None:
    code = f"import sys, {module}; print(*{{m.split('.')[0] for m in sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert not {"torch", "sentence_transformers", "transformers", "chromadb", "streamlit"} & set(
        loaded
    )


def test_every_sentence_of_a_page_is_text_not_html() -> None:
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in source
        assert "trust_remote_code" not in source
    for path in (ROOT / "app" / "ui").rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert "innerHTML" not in source
        assert "insertAdjacentHTML" not in source
