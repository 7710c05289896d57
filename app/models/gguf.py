"""A GGUF model file on this machine, served by llama.cpp in a process of its own.

A path in, a chat model out. Loading takes seconds to minutes and holds Python up all the while, and
a model can bring its process down: neither may reach the window. The process ends with the last
reference to the model, or with this one. What the model says is not looked at here.
"""

import importlib.util
import selectors
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from vectorstore.errors import ModelUnavailable

_SERVER = Path(__file__).with_name("gguf_server.py")
_LONGEST_ANSWER = 800  # tokens, reasoning included
_LOOK = 0.1  # seconds between two looks at `stopped`


def gguf_model(path: Path, timeout: float, stopped: Callable[[], bool]) -> BaseChatModel:
    """Load a file and serve it; `timeout` is in seconds without a word.

    Raises ModelUnavailable with what to do, also where `stopped` ends the loading.
    """
    if not path.is_file():
        raise ModelUnavailable(f"There is no model file {path}: give the path of a .gguf file.")
    if any(importlib.util.find_spec(name) is None for name in ("xllamacpp", "langchain_openai")):
        raise ModelUnavailable(
            "Serving a model file needs the extra `local`: run `.venv/bin/pip install -e .[local]`."
        )
    from langchain_openai import ChatOpenAI

    server = subprocess.Popen(
        [sys.executable, "-P", str(_SERVER), str(path.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # llama.cpp tells much, also of what it is given
        start_new_session=True,  # Ctrl-C is for this process, which may have more to ask
    )
    address = ""
    try:
        address = _address(server, path, stopped)
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
    weakref.finalize(model, _end, server)
    return model


def _address(server: "subprocess.Popen[bytes]", path: Path, stopped: Callable[[], bool]) -> str:
    """Where the model is served, once it is loaded."""
    assert server.stdout
    with selectors.DefaultSelector() as ready:
        ready.register(server.stdout, selectors.EVENT_READ)
        while not ready.select(_LOOK):
            if stopped():
                raise ModelUnavailable(f"Loading {path.name} was stopped.")
    address = server.stdout.readline().decode().strip()
    if not address:
        raise ModelUnavailable(
            f"The model file {path} cannot be loaded: check that it is a whole .gguf file and "
            "that there is memory for it."
        )
    return address


def _end(server: "subprocess.Popen[bytes]") -> None:
    """End the process; it keeps nothing that would have to be saved."""
    server.kill()
    server.wait()
    for pipe in (server.stdin, server.stdout):
        if pipe:
            pipe.close()
