"""Start the window: find a free port, then replace this process by Streamlit.

Streamlit runs in this package's folder and without the folder it was started in on its path: no
file there is run or read as its configuration.
"""

import json
import os
import socket
import sys
from pathlib import Path

import typer

from app.service.bootstrap import data_folder, environment
from app.service.people import Settings, find_people
from app.service.remote import opener
from app.ui.access.entrance import KEY, OPEN, PERSON, SHARED_BASE, open_entrance
from vectorstore.errors import BadInput

_ADDRESS = "127.0.0.1"
_HERE = Path(__file__).parent
_MAX_PORTS = 50  # tried one after the other
_OPTIONS = (
    *("server.headless=true", "logger.hideWelcomeMessage=true"),  # it is said and opened here
    *("server.enableCORS=true", "server.enableXsrfProtection=true", "server.enableAgentApi=false"),
    *(
        "server.fileWatcherType=none",
        "global.developmentMode=false",
        "client.showErrorDetails=none",
    ),
    "browser.gatherUsageStats=false",
    # Nobody else takes up what the tab of a person has been doing.
    f"server.trustedUserHeaders={json.dumps({PERSON: 'person'})}",
)


def run(port: int, *, open_browser: bool) -> None:
    """Serve the window until it is stopped; never return.

    If the port is busy, use the next free one, unless the port is in the address that several
    people know. Raise BadInput.
    """
    people, entrance = find_people(data_folder()), open_entrance(data_folder())
    shared = people.settings if people else None
    listen = shared.listen if shared else _ADDRESS
    free = free_port(port, listen)
    if free != port and shared:
        raise BadInput(f"Port {port} of {listen} is busy: stop what uses it, or choose another.")
    if free != port:
        typer.echo(f"Port {port} is busy: using port {free}.")
    address = shared.address if shared else f"http://{_ADDRESS}:{free}{entrance.path}"
    typer.echo(f"Kakehashi opens at {address} (Ctrl-C stops it).")
    sys.stdout.flush()
    surroundings = {**environment(), KEY: entrance.key}
    surroundings["FORWARDED_ALLOW_IPS"] = ""  # an address counts as it is, not as a header says
    if open_browser:
        surroundings[OPEN] = address if shared else opener(entrance.folder, address)
    base = SHARED_BASE if shared else entrance.base
    command = [
        *(sys.executable, "-P", "-m", "streamlit", "run", str(_HERE / "asgi.py")),
        *(f"--server.address={listen}", f"--server.port={free}", *_encryption(shared)),
        *(f"--server.baseUrlPath={base}", *(f"--{one}" for one in _OPTIONS)),
    ]
    os.chdir(_HERE)
    os.execve(sys.executable, command, surroundings)


def _encryption(shared: Settings | None) -> tuple[str, ...]:
    if shared is None or shared.certificate is None or shared.key is None:
        return ()
    files = shared.certificate.absolute(), shared.key.absolute()
    return f"--server.sslCertFile={files[0]}", f"--server.sslKeyFile={files[1]}"


def free_port(first: int, address: str = _ADDRESS) -> int:
    """Return the first free port from `first` on; raise BadInput if there is none."""
    for port in range(first, min(first + _MAX_PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise BadInput(f"No port from {first} on is free: choose another with --port.")
