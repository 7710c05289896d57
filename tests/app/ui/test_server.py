import socket

import pytest

from app.ui.server import free_port
from vectorstore.errors import BadInput


def test_a_busy_port_is_answered_with_the_next_free_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert free_port(port) > port


def test_no_free_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.server._MAX_PORTS", 0)
    with pytest.raises(BadInput, match="No port from 8501 on is free"):
        free_port(8501)
