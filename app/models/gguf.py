"""Serves a GGUF model file on this machine by llama.cpp, in a separate process.

Loading a model blocks Python for seconds to minutes, and a model can crash its process; neither may
affect the window. The process ends with the last reference to the model, or with this process.
"""

import selectors
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.providers import missing_package
from app.models.redirects import refuse_redirects
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_SERVER = Path(__file__).with_name("gguf_server.py")
_LONGEST_ANSWER = 800  # tokens, including reasoning; judged: an answer has at most a few sentences
_POLL = 0.1  # seconds between two checks for `stopped`; judged: feels immediate


def gguf_model(path: Path, timeout: float, stopped: Callable[[], bool]) -> "BaseChatModel":
    """Load a file and return a chat model that serves it; `timeout` is in seconds of silence.

    Raises ModelUnavailable, which says what to do, also if `stopped` ends the loading.
    """
    if not path.is_file():
        raise ModelUnavailable(f"There is no model file {path}: give the path of a .gguf file.")
    if not _is_gguf(path):
        raise ModelUnavailable(
            f"The file {path} is no GGUF model, the only kind that is loaded here (it does not "
            "begin with “GGUF”): give the path of a .gguf file."
        )
    if command := missing_package("local"):
        raise ModelUnavailable(f"Serving a model file needs the extra `local`: run `{command}`.")
    from langchain_openai import ChatOpenAI

    server = subprocess.Popen(
        [sys.executable, "-P", str(_SERVER), str(path.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # llama.cpp logs much, including its input
        start_new_session=True,  # Ctrl-C must reach this process alone, which may have more to ask
    )
    address = ""
    try:
        address = _wait_for_address(server, path, stopped)
    finally:
        if not address:
            _end(server)
    model = ChatOpenAI(
        model=path.stem,
        base_url=f"{address}/v1",
        api_key="none",  # type: ignore[arg-type]
        temperature=0,
        timeout=timeout,
        max_retries=0,
        max_completion_tokens=_LONGEST_ANSWER,
    )
    refuse_redirects(model)
    weakref.finalize(model, _end, server)
    return model


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError as error:
        raise ModelUnavailable(
            f"The model file {path} cannot be read ({error.strerror or error}): give it back its "
            "permissions, or give the path of another .gguf file."
        ) from error


def _wait_for_address(
    server: "subprocess.Popen[bytes]", path: Path, stopped: Callable[[], bool]
) -> str:
    """Wait until the model is loaded, and return the address that serves it."""
    assert server.stdout
    with selectors.DefaultSelector() as ready:
        ready.register(server.stdout, selectors.EVENT_READ)
        while not ready.select(_POLL):
            if stopped():
                raise ModelUnavailable(f"Loading {path.name} was stopped.")
    address = server.stdout.readline().decode().strip()
    if not address:
        raise ModelUnavailable(
            f"The model file {path} cannot be loaded: check that it is a complete .gguf file and "
            "that there is enough memory."
        )
    return address


def _end(server: "subprocess.Popen[bytes]") -> None:
    """End the process, which has nothing to save."""
    server.kill()
    server.wait()
    for pipe in (server.stdin, server.stdout):
        if pipe:
            pipe.close()
