"""Paths that commands are given."""

from pathlib import Path

from vectorstore.errors import BadInput


def expanded(path: Path) -> Path:
    """Return a path with the folder that `~` stands for; raise BadInput if it stands for none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise BadInput(f"There is no folder {path.parts[0]}: check the path.") from error


def absolute(path: Path) -> str:
    """Return the full path."""
    return str(expanded(path).absolute())


def require_new(file: Path) -> None:
    """Raise BadInput if a file cannot be created, before any work is done for it."""
    path = expanded(file)
    if path.exists():
        raise BadInput(f"{path} already exists: name another file.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}: create it, or name another file.")
