"""Where sentences end, in short texts of law, history, science and news, beside other splitters.

The texts are those of the tests. pysbd and spaCy's sentencizer work by rules as well; wtpsplit has
no rules, only models, and measures itself against these two. Neither is a dependency: whoever wants
the comparison installs them.
"""

import importlib
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vectorstore.text.sentences import sentences

TEXTS = Path(__file__).parents[2] / "tests" / "vectorstore" / "text" / "sentence_cases.toml"
_LANGUAGES = {"english": "en", "japanese": "ja", "chinese": "zh"}
_Splitter = Callable[[str, str], list[str]]  # from a language and a text to its sentences


def marked_texts() -> Iterator[tuple[str, str]]:
    """Yield where each text comes from (`english law joined`), and the text with its marks."""
    yield from _marked(tomllib.loads(TEXTS.read_text(encoding="utf-8")), "")


def _marked(node: dict[str, Any], where: str) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if isinstance(value, dict):
            yield from _marked(value, f"{where}{name} ")
        else:
            yield from ((f"{where}{name}", text) for text in value)


def plain(marked: str) -> str:
    """Return a text without its marks."""
    return marked.replace("‖", "")


def expected(marked: str) -> list[str]:
    """Return the sentences of a text as its marks give them, without the numbers of notes."""
    return [piece.strip() for piece in marked.split("‖") if not piece.isdigit()]


def splitting(console: Console) -> dict[str, tuple[int, int]]:
    """Print how many texts each splitter splits rightly; return that as (right, all) by splitter.

    A number of a note may stand with either sentence, or with none.
    """
    texts = list(marked_texts())
    kinds = sorted({" ".join((where.split()[0], where.split()[-1])) for where, _ in texts})
    table = Table("splitter", *kinds, "all", title="Texts split rightly")
    scores = {}
    for name, make in {"Kakehashi": _ours, "pysbd": _pysbd, "spaCy sentencizer": _spacy}.items():
        try:
            split = make()
        except ImportError:
            console.print(f"{name} is not installed: skipped.")
            continue
        right = {kind: [0, 0] for kind in kinds}
        for where, text in texts:
            language, kind = where.split()[0], where.split()[-1]
            counts = right[f"{language} {kind}"]
            counts[0] += _same(split(_LANGUAGES[language], plain(text)), text)
            counts[1] += 1
        scores[name] = (sum(n for n, _ in right.values()), len(texts))
        row = [f"{n} of {total}" for n, total in right.values()]
        table.add_row(name, *row, "{} of {}".format(*scores[name]))
    console.print(table)
    return scores


def _same(found: list[str], marked: str) -> bool:
    notes = [piece for piece in marked.split("‖") if piece.isdigit()]

    def bare(piece: str) -> str:
        piece = piece.strip()
        for note in notes:
            piece = piece.removeprefix(f"{note} ").removesuffix(note)
        return piece.strip()

    return [piece for piece in map(bare, found) if piece] == list(map(bare, expected(marked)))


def _ours() -> _Splitter:
    return lambda _, text: [text[start:end] for start, end in sentences(text)]


def _pysbd() -> _Splitter:
    module = importlib.import_module("pysbd")
    segmenters = {
        code: module.Segmenter(language=code, clean=False) for code in _LANGUAGES.values()
    }
    return lambda language, text: list(segmenters[language].segment(text))


def _spacy() -> _Splitter:
    model = importlib.import_module("spacy").blank("xx")
    model.add_pipe("sentencizer")
    return lambda _, text: [sentence.text for sentence in model(text).sents]
