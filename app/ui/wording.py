"""Numbers and sizes in words, and text that is safe inside the labels of Streamlit's buttons."""

import re

from vectorstore.text.hidden import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def escape_markdown(text: str) -> str:
    """Return the text so that the label of a button shows it without markup.

    Elsewhere Streamlit makes links of addresses even so: draw text with `components/text.py`.
    """
    return _SPECIAL.sub(r"\\\1", visible(" ".join(text.split())))


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "source"), count_of(1200, "source")
    ('1 source', '1,200 sources')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def file_size(size: int) -> str:
    """Return a number of bytes in decimal units.

    >>> file_size(940), file_size(52_000), file_size(1_200_000), file_size(3_400_000_000)
    ('1 KB', '52 KB', '1.2 MB', '3.4 GB')
    """
    if size < 1_000_000:
        return f"{-(-size // 1000)} KB"
    return f"{size / 1e6:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.1f} GB"
