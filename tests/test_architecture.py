"""The direction of imports, and that the documentation says what the code does."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.service.settings import Settings

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


def help_of(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", "from app.cli.commands import main; main()", *command, "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={"COLUMNS": "100", "NO_COLOR": "1", "PATH": "", "TERM": "dumb"},
    ).stdout  # fmt: skip


def test_the_readme_names_every_command_option_and_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^│ (\w+)  ", help_of().split("Commands")[1], re.MULTILINE)
    assert set(commands) == {
        "serve", "ask", "check", "batch", "search", "sync", "watch", "add", "edit", "remove", "sources",
        "show", "backup", "restore", "doctor", "replay", "export",
    }  # fmt: skip
    for command in commands:
        row = next(line for line in readme.splitlines() if f"| `kakehashi {command}" in line)
        for option in set(re.findall(r"│ +(?:-\w, *)?(--?[a-z][a-z-]*)", help_of(command))) - {
            "--help"
        }:
            assert option in row or option == "--browser", f"{option} of {command}"
    for name in Settings.model_fields:
        assert f"`KAKEHASHI_{name.upper()}`" in readme


def test_the_readme_maps_every_folder() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("sources", "vectorstore", "ingest", "prompts", "app", "benchmarks", "tests"):
        assert f"`{folder}/`" in readme
    for make in ("make chat", "make test"):
        assert make in readme


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split("\n")
    hosts = "|".join([r"pypi\.o" + "rg", r"pythonhosted\.o" + "rg", r"deb\.debian\.o" + "rg"])
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".webp", ".woff2"} or not path.is_file():
            continue
        assert not re.search(hosts, path.read_text(encoding="utf-8")), name
