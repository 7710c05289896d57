"""What the fuzz tests share: how many examples they try, and how they damage what is valid.

`KAKEHASHI_FUZZ=50` tries fifty times as many. The examples are the same in every run; an input that
once failed stays as an `@example` of its test.
"""

import io
import os
import unicodedata
import zipfile
from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_EXAMPLES = 100
TIMES = int(os.environ.get("KAKEHASHI_FUZZ") or 1)

fuzzed = settings(
    max_examples=_EXAMPLES * TIMES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# Where, as a share of what there is; how much is taken away there; what is put in its place.
Edit = tuple[float, int, bytes]
_SHARE = st.floats(0, 1, width=16)
_LARGEST = 1 << 20  # bytes after all edits: each may double what there is


def edits(*tokens: bytes, most: int = 6) -> st.SearchStrategy[list[Edit]]:
    """Changes of a few bytes, of words that mean something in a format, and of long stretches."""
    put = st.one_of(
        st.binary(max_size=8),
        st.sampled_from([b"\0", b"\xff", b"\xef\xbb\xbf", b"&", b"<", b"-1", b"9" * 30, *tokens]),
    )
    taken = st.one_of(st.integers(0, 8), st.integers(0, 5000))
    return st.lists(st.tuples(_SHARE, taken, put), min_size=1, max_size=most)


def edited(content: bytes, changes: Sequence[Edit]) -> bytes:
    """The content with these changes, one after another; a large one without a text doubles.

    >>> edited(b"abc", [(0.5, 1, b"xy")])
    b'axyc'
    """
    for share, taken, put in changes:
        at = int(share * len(content))
        if taken > 4500 and not put and len(content) < _LARGEST:
            content = content[:at] + content[: at + taken] + content[at:]
        else:
            content = content[:at] + put + content[at + taken :]
    return content[:_LARGEST]


def edited_archive(content: bytes, part: float, changes: Sequence[Edit]) -> bytes:
    """An archive with one of its parts changed; its sums are right, so that readers go on."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = [(name, old.read(name)) for name in sorted(old.namelist())]
    chosen = min(int(part * len(parts)), len(parts) - 1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for number, (name, data) in enumerate(parts):
            new.writestr(name, edited(data, changes) if number == chosen else data)
    return made.getvalue()


def is_sentence(told: str) -> bool:
    """Whether an error is one line that cannot steer a terminal; output makes the rest visible."""
    return bool(told.strip()) and not any(
        unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in told
    )


shares = _SHARE
# Text as people and machines write it: sentences, markup, other scripts, what disturbs a display.
texts = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "It rained. ", "St. Lucia voted. ", "A. ", "“Yes.” ", "彼は来た。", "\n", "\n\n", "\r\n",
                "x" * 200, "1.5 ", "U.S. ", "...", "\u202e", "\u200b", "\x9b", "\x00", "é", "e\u0301",
                "[1]", "[1, 2]", "【3】", "(4)", "¹", "[^2]", "<sup>1</sup>", "[", "]", "Sources: ",
                "# ", "```\n", "~~", "<!-- ", " -->", "<del>", "- ", "| a | b |\n", "---\n", "\u2028",
            ]
        ),
    ),
    max_size=40,
).map("".join)  # fmt: skip
