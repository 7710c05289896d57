"""The models in the data directory: which were fetched, which were chosen, and fetching another.

`models/NAME/` holds one model, complete and verified; `fetched.json` in it says from where.
`models/chosen.json` names the models in use. A download lies in a hidden folder until it is whole.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vectorstore.encoders.hub import Hub, RemoteFile, digest_of
from vectorstore.encoders.named_models import pickle_refusal
from vectorstore.encoders.registry import ROLES, RegisteredModel, Role, find_model
from vectorstore.errors import BadInput, LibraryBusy, ModelUnavailable, StorageFailure
from vectorstore.private_files import FILE, FOLDER

Report = Callable[[str, int, int], None]
"""Called with the name of the file, the bytes that are there, and all bytes of the model."""
_RECORD = "fetched.json"
_CHOICE = "chosen.json"
_SPARE = 200_000_000  # bytes to leave free; judged: the library must be able to go on
_NEWEST = "main"  # the revision of models without a pinned one
# Weights, configuration and tokenizer, in the root or in the folder of a module such as 1_Pooling
_NEEDED = re.compile(
    r"model(-\d{5}-of-\d{5})?\.safetensors|model\.safetensors\.index\.json"
    r"|(config|modules|sentence_bert_config|config_sentence_transformers)\.json"
    r"|(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json"
    r"|(vocab|merges)\.txt|(spm|spiece|sentencepiece\.bpe)\.model"
    r"|\d+_[A-Za-z]+/(config\.json|model\.safetensors)"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model in the data directory; `new` if it was fetched just now."""

    folder: Path
    revision: str
    new: bool


class FetchedModels:
    """The folder `models/` of a data directory."""

    def __init__(self, path: Path) -> None:
        """`path` is the folder; it need not exist."""
        self.path = path

    def revision_of(self, entry: RegisteredModel) -> str | None:
        """Return the commit of a fetched model, empty if unknown; None if it is not here."""
        folder = self.path / entry.name
        if not folder.is_dir():
            return None
        return str(_read(folder / _RECORD).get("revision", ""))

    def bytes_of(self, entry: RegisteredModel) -> int:
        """Return the size of a fetched model on disk, in bytes."""
        files = (self.path / entry.name).rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file())

    def chosen(self) -> dict[Role, str]:
        """Return the names of the chosen models by role. Raise BadInput if there is no such model.

        Roles for which nothing was chosen are left out.
        """
        found = _read(self.path / _CHOICE)
        choice: dict[Role, str] = {role: str(found[role]) for role in ROLES if found.get(role)}
        for role, name in choice.items():
            entry = find_model(name)
            if entry is None or entry.role != role:
                raise BadInput(
                    f"{self.path / _CHOICE} names “{name}”, which is no {role} of this version: "
                    "run `kakehashi models use default`."
                )
        return choice

    def choose(self, changes: Mapping[Role, str]) -> None:
        """Choose models by role; an empty name returns to the default. Raise StorageFailure."""
        choice = _read(self.path / _CHOICE)
        choice.update({str(role): name for role, name in changes.items()})
        self._writing(lambda: _write(self.path / _CHOICE, {k: v for k, v in choice.items() if v}))

    def fetch(
        self, entry: RegisteredModel, hub: Hub, report: Report, revision: str = ""
    ) -> Fetched:
        """Fetch a model at its pinned revision, or at `revision`, unless it is here already.

        Raise ModelUnavailable, StorageFailure, or LibraryBusy if another process is fetching it.
        """
        wanted = revision or entry.revision
        here = self.revision_of(entry)
        if here is not None and (not wanted or here == wanted) and self._is_whole(entry):
            return Fetched(self.path / entry.name, here, new=False)
        self._writing(lambda: self.path.mkdir(FOLDER, parents=True, exist_ok=True))
        try:
            with FileLock(self.path / f".{entry.name}.lock", timeout=0, mode=FILE):
                return self._fetch(entry, hub, report, wanted or _NEWEST)
        except Timeout as error:
            raise LibraryBusy(
                f"Another process is fetching {entry.name}: wait until it has finished."
            ) from error

    def _fetch(self, entry: RegisteredModel, hub: Hub, report: Report, revision: str) -> Fetched:
        commit, names = hub.listing(entry.hub, revision)
        if re.fullmatch(r"[0-9a-f]{40}", revision) and commit != revision:
            raise ModelUnavailable(
                f"{hub.endpoint} hands out another revision of {entry.hub} than {revision}: try "
                "again, or set HF_ENDPOINT to another hub."
            )
        here = self.revision_of(entry)
        if here == commit and self._is_whole(entry):
            return Fetched(self.path / entry.name, commit, new=False)
        files = [hub.describe(entry.hub, commit, name) for name in needed_files(entry, names)]
        if commit == entry.revision:
            _check_pinned(entry, files, hub)
        staging = self.path / f".{entry.name}-{commit[:12]}"
        self._check_room(entry, files, staging)
        done, total = 0, sum(file.size for file in files)
        for file in files:
            report(file.name, done, total)
            self._fetch_file(hub, file, staging, partial(_report_after, report, file, done, total))
            done += file.size
        record = {
            "hub": entry.hub,
            "revision": commit,
            "files": {file.name: {"size": file.size, "hash": file.digest} for file in files},
        }
        self._writing(lambda: self._put_in_place(entry, staging, record))
        return Fetched(self.path / entry.name, commit, new=True)

    def _fetch_file(
        self, hub: Hub, file: RemoteFile, staging: Path, on_bytes: Callable[[int], None]
    ) -> None:
        """Fetch one file into the folder of a download, unless it is complete there."""
        target = staging / file.name
        if target.is_file() and digest_of(target, len(file.digest)) == file.digest:
            return
        self._writing(lambda: target.parent.mkdir(parents=True, exist_ok=True))
        part = target.with_name(f"{target.name}.{file.digest[:16]}.part")
        hub.fetch(file, part, on_bytes)
        part.replace(target)

    def _put_in_place(self, entry: RegisteredModel, staging: Path, record: dict[str, Any]) -> None:
        """Make a complete download the model, and delete what it replaces."""
        _write(staging / _RECORD, record)
        folder, old = self.path / entry.name, self.path / f".{entry.name}-old"
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        staging.rename(folder)
        for left in (old, *self.path.glob(f".{entry.name}-*")):
            shutil.rmtree(left, ignore_errors=True)

    def _is_whole(self, entry: RegisteredModel) -> bool:
        folder = self.path / entry.name
        files: dict[str, Any] = _read(folder / _RECORD).get("files", {})
        return bool(files) and all(
            (folder / name).is_file() and (folder / name).stat().st_size == file["size"]
            for name, file in files.items()
        )

    def _check_room(self, entry: RegisteredModel, files: list[RemoteFile], staging: Path) -> None:
        have = sum(one.stat().st_size for one in staging.rglob("*") if one.is_file())
        missing = max(0, sum(file.size for file in files) - have)
        free = shutil.disk_usage(self.path).free
        if missing + _SPARE > free:
            raise StorageFailure(
                f"There is no room for {entry.name}: it needs {missing / 1e6:,.0f} MB, and only "
                f"{free / 1e6:,.0f} MB are free on the disk of {self.path} "
                f"({_SPARE / 1e6:.0f} MB of them are left to the library). Free some, or set "
                "KAKEHASHI_DATA to another disk. Nothing was fetched."
            )

    def _writing(self, act: Callable[[], None]) -> None:
        """Run what writes; raise StorageFailure where the disk refuses."""
        try:
            act()
        except OSError as error:
            raise StorageFailure(
                f"The models cannot be written to {self.path} ({error.strerror or error}): make it "
                "writable, free some disk space, or set KAKEHASHI_DATA to another folder."
            ) from error


def needed_files(entry: RegisteredModel, names: list[str]) -> list[str]:
    """Return the files to fetch of those there are: weights as safetensors last, never code.

    Raise ModelUnavailable if the weights are only there as a pickle, or not at all.
    """
    needed = sorted(name for name in names if _NEEDED.fullmatch(name))
    weights = [name for name in needed if name.endswith(".safetensors")]
    if not any("/" not in name for name in weights):
        if any(name.endswith((".bin", ".pt", ".ckpt")) for name in names):
            raise ModelUnavailable(pickle_refusal(entry))
        raise ModelUnavailable(
            f"{entry.hub} holds no weights as safetensors: choose another model."
        )
    return [*(name for name in needed if name not in weights), *weights]


def _report_after(report: Report, file: RemoteFile, before: int, total: int, there: int) -> None:
    report(file.name, before + there, total)


def _check_pinned(entry: RegisteredModel, files: list[RemoteFile], hub: Hub) -> None:
    """Raise ModelUnavailable if the hub states another hash for the weights than the registry."""
    for file in files:
        if entry.sha256 and file.name == entry.weights and file.digest != entry.sha256:
            raise ModelUnavailable(
                f"{file.name} of {entry.hub} at {hub.endpoint} is not the published one (its "
                "SHA-256 differs), so it is not fetched: set HF_ENDPOINT to a hub that you trust."
            )


def _read(file: Path) -> dict[str, Any]:
    """Return the content of a JSON file; empty if it is missing or damaged."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("w", encoding="utf-8") as opened:
        json.dump(values, opened, indent=2)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
