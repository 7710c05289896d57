"""The scripts of East Asia as character ranges, and how much of a text is written in them.

The ranges are blocks of the Unicode standard, without the brackets of a character class:
`re.compile(f"[{HAN}]")`.
"""

import re

HIRAGANA = "\u3041-\u309f"
KATAKANA = "\u30a1-\u30fa"  # letters only, without the sign for a long vowel
KANA = "\u3040-\u30ff"  # both blocks with their signs
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005"  # with 々, which repeats a character
HANGUL = "\uac00-\ud7af"
UNSPACED = KANA + HAN  # written without spaces between words
CJK = UNSPACED + HANGUL
CJK_PUNCTUATION = "\u3000-\u303f"
FULL_WIDTH = "\uff00-\uffef"

_CJK_RUN = re.compile(f"[{CJK}]+")


def script_counts(text: str) -> tuple[int, int]:
    """Return how many letters and digits of a text are CJK, and how many it has in all."""
    cjk = 0 if text.isascii() else sum(len(run) for run in _CJK_RUN.findall(text))
    return cjk, sum(c.isalnum() for c in text)


def cjk_share(text: str) -> float:
    """Return which part of the letters and digits of a text is Chinese, Japanese or Korean.

    The share is from 0 to 1.
    """
    if text.isascii() or not _CJK_RUN.search(text):
        return 0.0
    cjk, all_ = script_counts(text)
    return cjk / all_ if all_ else 0.0
