"""The layers of the code: which may import which, how large they are, and what none may do."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from ingest.readers import READERS, reader_of

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "ingest", "prompts", "vectorstore")
# From the bottom up: a module may import from its own layer's package and from layers below it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("vectorstore.private_files", "vectorstore.secrets"),
    ("prompts", "vectorstore.errors", "vectorstore.findings"),
    ("vectorstore.records",),
    (
        "vectorstore.child_process",
        "vectorstore.confinement",
        "vectorstore.public_addresses",
        "vectorstore.reading_warnings",
    ),
    ("vectorstore.text",),
    ("vectorstore.encoders",),
    ("vectorstore.storage",),
    ("vectorstore.index",),
    ("vectorstore.ranking",),
    ("vectorstore.search", "vectorstore.near_duplicates"),
    ("vectorstore.library",),
    ("vectorstore.retriever",),
    ("ingest",),
    ("app.verification",),
    ("app.generation",),
    ("app.models",),
    ("app.answering",),
    ("app.audit", "app.draft_check", "app.export", "app.suggestions", "app.viewer"),
    ("app.service",),
    ("app.ui",),
    ("app.cli",),
)
ONLY_IN = {
    "chromadb": "vectorstore/index/",
    "sentence_transformers": "vectorstore/encoders/",
    "onnxruntime": "vectorstore/encoders/",
    "streamlit": "app/ui/",
    "pypdf": "ingest/",
    "docx": "ingest/",
    "lxml": "ingest/",
    "openpyxl": "ingest/",
    "pptx": "ingest/",
    "pypdfium2": "ingest/",
    "trafilatura": "ingest/",
}
NEVER = {"pickle", "langchain_classic", "langchain_community"}
HEAVY = {"torch", "sentence_transformers", "transformers", "onnxruntime", "chromadb", "streamlit"}
FOR_ONE_USE = {"langchain_core.language_models.chat_models", "pypdf", "docx", "pptx", "trafilatura"}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 60  # lines
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
every_module = pytest.mark.parametrize("module", MODULES)


def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[str]:
    """Every name that a module imports, wherever in it: of a module, that, else its parent's."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def layer(module: str) -> tuple[int, str]:
    """The layer of a module, and the package of that layer that it belongs to."""
    return max(
        ((level, name) for level, names in enumerate(LAYERS) for name in names
         if f"{module}.".startswith(f"{name}.")),
        key=lambda found: len(found[1]),
    )  # fmt: skip


@every_module
def test_imports_point_down(module: str) -> None:
    if module in ("app", "vectorstore"):
        return
    for name in imported(module):
        top = name.split(".")[0]
        assert top not in NEVER
        if name in MODULES:
            below = layer(name)[0] < layer(module)[0]
            assert below or layer(name) == layer(module), f"{module} imports {name}"
        if top in ONLY_IN:
            place = MODULES[module].relative_to(ROOT).as_posix()
            assert place.startswith(ONLY_IN[top]), f"{module} imports {name}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {name for name in imported(module) if name in MODULES and name != module}
        for module in MODULES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")


def test_settings_are_read_in_bootstrap_alone() -> None:
    readers = {m for m in MODULES if "app.service.settings" in set(imported(m))}
    assert readers == {"app.service.bootstrap"}
    for module, path in MODULES.items():
        reads = re.search(r"environ\b[^\n]*KAKEHASHI_", path.read_text(encoding="utf-8"))
        assert not reads or module in ("app.service.settings", "app.service.bootstrap")


@every_module
def test_modules_and_functions_are_short(module: str) -> None:
    length = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_MODULE, f"{module} has {length} lines"
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{module}.{node.name} has {lines} lines"


def test_scripts_of_the_window_are_short() -> None:
    for path in (ROOT / "app" / "ui").rglob("*.js"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE, path.name


@every_module
def test_heavy_libraries_are_imported_inside_functions(module: str) -> None:
    if module.startswith("app.ui."):
        return  # the pages run in Streamlit
    for node in parsed(module).body:
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        if isinstance(node, ast.ImportFrom):
            names = {node.module or ""}
        assert not HEAVY & {name.split(".")[0] for name in names}, module


@pytest.mark.parametrize(
    "module",
    [
        "app.cli.main",
        "app.ui.server",
        "app.service.operations",
        "vectorstore.library",
        "ingest.sync",
    ],
)
def test_heavy_libraries_wait_for_their_first_use(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert not (HEAVY | FOR_ONE_USE) & set(loaded)


@pytest.mark.parametrize("ending", READERS)
def test_every_kind_of_file_has_its_reader(ending: str) -> None:
    assert callable(reader_of(Path(f"file{ending}")))


def test_text_of_documents_never_becomes_html() -> None:
    for path in MODULES.values():
        source = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in source
        assert not re.search(r"trust_remote_code(?!=False)", source)
    for path in (ROOT / "app" / "ui").rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert "innerHTML" not in source
        assert "insertAdjacentHTML" not in source


def test_streamlit_renders_no_text_of_others_as_markdown() -> None:
    """Its boxes, captions and messages make links of addresses, however these are escaped."""
    boxes = {"error", "warning", "info", "success", "exception", "write"}
    own = {"markdown", "caption", "toast", "title", "header", "subheader"}
    for module, path in MODULES.items():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "st"):
                continue
            where = f"{module}, line {call.lineno}: draw it with app/ui/components/text.py"
            assert call.func.attr not in boxes, where
            if call.func.attr in own:
                given = [one for one in ast.walk(call.args[0]) if isinstance(one, ast.Call)]
                named = [one for one in ast.walk(call.args[0]) if isinstance(one, ast.Name)]
                counts = all(getattr(one.func, "id", "") == "count_of" for one in given)
                assert counts, where
                assert {one.id for one in named} <= {"count_of", "number"}, where
