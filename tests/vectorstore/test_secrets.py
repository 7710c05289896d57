"""Secrets in errors and logs: the values that are known, in every dress, and the shapes of keys."""

import base64
import html
import io
import json
import logging
import subprocess
import sys
from urllib.parse import quote

import pytest

from tests.command_line import ROOT
from vectorstore.errors import BadInput, reason_of
from vectorstore.secrets import hide_in, hide_in_logs, hide_secrets, remember_secret

KEY = 'Zm9v/qu"x+&-violet-0815'  # of no provider's shape


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER_API_KEY", KEY)


@pytest.mark.parametrize("before", ["", "x", "xy", "user:"])
def test_a_known_key_is_hidden_in_every_dress(before: str) -> None:
    raw = (before + KEY).encode()
    dresses = [
        KEY, KEY.upper(), quote(KEY, safe=""), quote(KEY), quote(KEY, safe="").lower(),
        json.dumps(KEY), html.escape(KEY), raw.hex(),
        base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(),
    ]  # fmt: skip
    for dress in dresses:
        shown = hide_secrets(f"The server said {dress} is wrong.")
        assert "[hidden]" in shown, dress
        for part in ("violet", "qu", KEY.encode().hex()[:12], base64.b64encode(raw).decode()[8:20]):
            assert part.lower() not in shown.replace("[hidden]", "").lower(), (dress, shown)
        assert hide_secrets(shown) == shown


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-abcdefABCDEF0123456789", "sk-ant-api03-abcdef-ABCDEF_0123456789",
        "sk-ab12********************wxyz", "AIzaSyA1234567890abcdefghijklmnopqrstu",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "github_pat_11ABCDEFG0abcdefghij_klmnop",
        "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "xai-abcdefghijklmnop0123456789",
        "gsk_abcdefghijklmnop0123456789", "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "nvapi-abcdefghijklmnop0123456789", "r8_abcdefghijklmnop0123456789ab",
        "pplx-abcdefghijklmnop0123456789", "ya29.a0AfH6SMBabcdefghijklmnop0123456789",
    ],
)  # fmt: skip
def test_what_looks_like_a_key_is_hidden(key: str) -> None:
    for around in ("key {}", "('{}')", "a\\n{}", "key={}&x=1", '{{"key":"{}"}}'):
        shown = hide_secrets(around.format(key))
        assert shown == around.format("[hidden]")


@pytest.mark.parametrize(
    "text",
    [
        "https://h/v1?api_key=~&x=1", "x-api-key: ~", '{"api_key": "~"}', "{'access-token':'~'}",
        '{\\"client_secret\\": \\"~\\"}', "aws_secret_access_key=~", "AccountKey=~;Endpoint=x",
        "password=~", "API key provided: ~", "Cookie: session=~; a=b", "token: ~, expired",
    ],
)  # fmt: skip
def test_what_is_called_a_key_is_hidden(text: str) -> None:
    shown = hide_secrets(text.replace("~", "0a1b2c3d4e5f60718293"))
    assert shown == text.replace("~", "[hidden]")


def test_many_names_of_keys_cost_no_more_than_their_length() -> None:
    assert hide_secrets("token=" * 100_000).count("token=") == 100_000


def test_logins_and_headers_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hide_secrets("GET http://ann:pw@host:1/v1") == "GET http://[hidden]@host:1/v1"
    assert hide_secrets("Authorization: Basic YW5uOnB3") == "Authorization: Basic [hidden]"
    assert hide_secrets("sent Bearer abc123def456") == "sent Bearer [hidden]"
    monkeypatch.setenv("OPENAI_BASE_URL", "https://ann:violet%2B0815@host/v1")
    for known in ("violet%2B0815", "violet+0815", base64.b64encode(b"ann:violet+0815").decode()):
        assert "[hidden]" in hide_secrets(f"refused: {known}")
    remember_secret("a-token-of-this-window-1")
    assert hide_secrets("a-token-of-this-window-1") == "[hidden]"


@pytest.mark.parametrize(
    "text",
    [
        "Bearer authentication is required.",
        "Set OPENAI_API_KEY, HF_ENDPOINT or hf_hub_disable_telemetry.",
        "added sk-hynix-annual-report-2023.pdf and sk-learn-user-guide",
        "cloned from ssh://christian@host, christian said",
        "“The task-sk-learn-something-long of https://medium.com/@ann/post” (p. 12)",
        "The model did not answer (ConnectError: Connection refused).",
        "No Ollama answers at 127.0.0.1:11434: none",
        "max_tokens: 40960000 is more than the 12345678 tokens of this model",
        "The token limit is 4096. Secret: nothing. A password is needed.",
    ],
)
def test_ordinary_words_stay(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("SSH_ORIGIN", "ssh://christian@host")
    if "ssh://" in text:  # where it stands as a login, it is hidden, and nowhere else
        assert hide_secrets(text) == text.replace("christian@", "[hidden]@")
    else:
        assert hide_secrets(text) == text


def test_an_error_hides_before_it_cuts() -> None:
    for at in range(170, 215):  # the key lies across the cut
        error = RuntimeError("." * at + KEY)
        assert "Zm9v" not in reason_of(error)
        assert "Zm9v" not in str(BadInput(reason_of(error)))
    assert KEY not in str(BadInput(f"It said {KEY}."))
    assert hide_in({"a": [KEY, 1, ("x", KEY)]}) == {"a": ["[hidden]", 1, ("x", "[hidden]")]}


def test_logs_hide_them_whoever_writes_them() -> None:
    hide_in_logs()
    out = io.StringIO()
    log = logging.getLogger("some.library")
    log.propagate = False
    handler = logging.StreamHandler(out)
    log.addHandler(handler)
    try:
        log.warning("refused %s for %d", KEY, 7)
        log.warning("refused %(key)s", {"key": KEY})
        log.warning("Bearer %s", "unknown-0123456789")
        log.error("failed: %s", RuntimeError(KEY))
        log.warning(f"refused {KEY}")
        try:
            raise RuntimeError(f"told {KEY}")
        except RuntimeError:
            log.exception("it failed")
        log.warning("%s of %s", "kept", "apart")
    finally:
        log.removeHandler(handler)
        log.propagate = True
    said = out.getvalue()
    assert "violet" not in said
    assert "unknown-0123456789" not in said
    assert "refused [hidden] for 7" in said
    assert "Traceback" in said
    assert "RuntimeError: told [hidden]" in said
    assert "kept of apart" in said


def test_an_error_that_ends_a_thread_or_the_process_hides_them() -> None:
    code = (
        "import os, threading; from vectorstore.secrets import hide_in_logs; hide_in_logs()\n"
        "def fail(): raise RuntimeError('told ' + os.environ['WEATHER_API_KEY'])\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()\n"
        "fail()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.count("RuntimeError: told [hidden]") == 2
    assert "violet" not in ended.stderr
