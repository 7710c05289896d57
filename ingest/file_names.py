"""Makes safe file names from names that come from outside."""

import re
import unicodedata

from vectorstore.text.hidden import without_hidden

_LONGEST_NAME = 150  # bytes; judged: file systems allow 255, and a sidecar's suffix is added
_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


def safe_name(name: str) -> str:
    """Return a safe file name for a name that comes from outside.

    >>> safe_name("../../etc/passwd.txt")
    'passwd.txt'
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    clean = _UNSAFE.sub("", without_hidden(last)).strip(" .") or "document"
    stem, dot, suffix = clean.rpartition(".")
    if not dot:
        stem, suffix = clean, ""
    kept = stem.encode()[:_LONGEST_NAME].decode(errors="ignore").rstrip() or "document"
    return f"{kept}.{suffix[:20]}" if suffix else kept
