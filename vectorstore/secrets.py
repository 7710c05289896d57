"""Hides keys, tokens and passwords in what is told or stored about a failure.

A server that refuses a key may send it back, and its words become an error, a log line or a part of
an audit bundle. Hidden are the values that this process knows to be secret, also as they look in an
address, in JSON, in HTML or in base64, and whatever has the shape of a key. Sources and answers are
never changed.
"""

import base64
import html
import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "[hidden]"
_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)S?$", re.I)
_LOGIN = re.compile(r"://([^/\s@'\"<>]+)@")
# Judged. A word such as “none” or “ollama”, which servers without keys are given, is no secret.
_SHORTEST, _SHORTEST_WITH_DIGITS = 8, 6
_TOKEN = 16  # characters of a login without a password that is one itself
_SHAPES = re.compile(
    r"""
      (?<=://)[^/\s@'"<>]+(?=@)                              # the login of an address
    | (?<=bearer\ )(?=[\w.~+/=-]*\d)[\w.~+/=*-]{8,}
    | (?P<kept>authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token|digest)\s+)[^\s"',]+
    | (?P<named>(?<![a-z])(?:api|access|account|secret|private|shared|auth)[-_\ ]?(?:key|token)
        (?:\ (?:provided|is))?["'\\]*\s*[:=]\s*["'\\]*)[^\s"'\\&,;<>(){}]{8,}
    | (?P<called>(?<![a-z])(?:password|passwd|pwd|secret|token|session|sig|signature)
        ["'\\]*\s*[:=]\s*["'\\]*)(?=[^\s"'\\&,;<>(){}]{0,200}\d)[^\s"'\\&,;<>(){}]{8,}
    | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----(?s:.)*?(?:-----END\ [A-Z\ ]*PRIVATE\ KEY-----|\Z)
    | (?:(?<![\w-])|(?<=\\[nrt]))(?-i:                       # after \n too, in a quoted text
        [sr]k[-_](?:(?:proj|ant|or|live|test|svcacct|admin)[-_][\w*-]{8,}  # OpenAI, Anthropic …
            |(?=[A-Za-z0-9*]*[0-9A-Z*])[A-Za-z0-9*]{16,})
      | AIza[\w*-]{20,}                                      # Google
      | (?:gh[pousr]_|github_pat_|glpat-)[\w*-]{16,}         # GitHub, GitLab
      | (?:hf|gsk)_[A-Za-z0-9*]{16,}                         # Hugging Face, Groq
      | (?:xai|nvapi|pplx|pypi)-[\w*-]{16,}
      | r8_[\w*-]{16,} | ya29\.[\w*-]{16,}                    # Replicate, Google
      | xox[abeoprs]-[\w*-]{10,}                             # Slack
      | A[KS]IA[0-9A-Z]{12,}                                 # Amazon
      | eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*                      # a JSON web token
    )""",
    re.I | re.X,
)
_remembered: set[str] = set()


def remember_secret(value: str) -> None:
    """Hide a value from now on that is not in the environment, such as a token made here."""
    _remembered.add(value)


def hide_secrets(text: str) -> str:
    """Return a text without the secrets that are known, and without what looks like one.

    >>> hide_secrets("Incorrect API key provided: sk-proj-1234567890abcdef.")
    'Incorrect API key provided: [hidden].'
    """
    if known := _known_values():
        text = _pattern(known).sub(HIDDEN, text)
    return _SHAPES.sub(rf"\g<kept>\g<named>\g<called>{HIDDEN}", text)


def hide_in(values: Any) -> Any:
    """Return plain values (JSON) without secrets in any of their texts."""
    if isinstance(values, str):
        return hide_secrets(values)
    if isinstance(values, dict):
        return {name: hide_in(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(map(hide_in, values))
    return values


@cache
def hide_in_logs() -> None:
    """Hide secrets in all that this process logs from now on, and in errors that end it.

    A filter would not do: it holds for one logger or one handler, and libraries bring their own.
    """
    made = logging.getLogRecordFactory()

    def make(*given: Any, **named: Any) -> logging.LogRecord:
        record = made(*given, **named)
        _hide_in_record(record)
        return record

    logging.setLogRecordFactory(make)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_error
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda of: _print_error(of.exc_type, of.exc_value, of.exc_traceback)


def _known_values() -> frozenset[str]:
    """Return the values that are secret, of the environment as it is now and as remembered."""
    found = set(_remembered)
    for name, value in os.environ.items():
        if _NAMES.search(name):
            found.add(value.strip())
        for login in _LOGIN.findall(value):
            _, colon, password = login.partition(":")
            if colon:  # a name alone is no secret
                found |= {login, unquote(login), password, unquote(password)}
            elif len(login) >= _TOKEN and any(map(str.isdigit, login)):
                found |= {login, unquote(login)}
    return frozenset(one for one in found if _is_long_enough(one))


def _is_long_enough(value: str) -> bool:
    return len(value) >= (_SHORTEST if value.isalpha() else _SHORTEST_WITH_DIGITS)


@lru_cache(maxsize=16)
def _pattern(values: frozenset[str]) -> re.Pattern[str]:
    forms = {form for value in values for form in _forms(value)}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, longest_first)), re.I)


def _forms(value: str) -> Iterator[str]:
    """Yield what a value looks like as it is, in an address, JSON, HTML, hexadecimal and base64."""
    raw = value.encode("utf-8", "surrogateescape")
    yield from (value, quote(raw), quote(raw, safe=""), quote_plus(raw), json.dumps(value)[1:-1])
    yield from (html.escape(value), raw.hex())
    for before in range(3):  # bytes before it in its group of three, which shift its letters
        letters = base64.b64encode(bytes(before) + raw).decode()
        own = letters[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield from (own, own.replace("+", "-").replace("/", "_"))


def _hide_in_record(record: logging.LogRecord) -> None:
    """Hide secrets in a log record; its values stay apart where they can, for its formatter."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            hide_secrets(str(one)) if isinstance(one, str | BaseException) else one
            for one in record.args
        )
    said = str(record.msg)
    with suppress(TypeError, ValueError, KeyError):  # values that do not fit: logging reports it
        said = record.getMessage()
    if (hidden := hide_secrets(said)) != said:
        record.msg, record.args = hidden, ()
    if record.exc_info:
        trace = logging.Formatter().formatException(record.exc_info)
        if (hidden := hide_secrets(trace)) != trace:
            record.exc_text, record.exc_info = hidden, None


def _print_error(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if not issubclass(kind, SystemExit):
        sys.stderr.write(hide_secrets("".join(traceback.format_exception(kind, error, trace))))
