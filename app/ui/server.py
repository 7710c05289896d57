"""Start the window: find a free port, then replace this process by Streamlit."""

import os
import socket
import sys
from pathlib import Path

import typer

from vectorstore.errors import BadInput

_ADDRESS = "127.0.0.1"
_MAX_PORTS = 50  # tried one after the other


def run(port: int, *, open_browser: bool) -> None:
    """Serve the window until it is stopped; never return.

    If the port is busy, use the next free one.
    """
    free = free_port(port)
    if free != port:
        typer.echo(f"Port {port} is busy: using port {free}.")
    typer.echo(f"Kakehashi opens at http://{_ADDRESS}:{free} (Ctrl-C stops it).")
    sys.stdout.flush()
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("asgi.py"))),
        *(f"--server.address={_ADDRESS}", f"--server.port={free}"),
    ]
    if not open_browser:
        command.append("--server.headless=true")
    os.execv(sys.executable, command)


def free_port(first: int) -> int:
    """Return the first free port from `first` on; raise BadInput if there is none."""
    for port in range(first, min(first + _MAX_PORTS, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_ADDRESS, port))
            except OSError:
                continue
            return port
    raise BadInput(f"No port from {first} on is free: choose another with --port.")
