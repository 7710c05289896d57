"""Documents made by rule, each with a fact that no other has: what was asked can be told apart."""

import random
from pathlib import Path

_GOODS = "cloves tea rice timber copper salt wool indigo silk tin amber cotton".split()
_SOUNDS = "ba ke li mo nu ra se ti vo za dar fen gol hir jun kal mer nor pol tor".split()
_DULL = (
    "The register was kept by the clerks of the port and copied twice a year. "
    "Ships that lay at the outer mole paid by the day, those at the inner one by the tide. "
    "A fee was due for the pilot, another for the lamp, and none for water."
)


def names(number: int, seed: int = 0) -> list[str]:
    """Names of places that are nowhere, each one different."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.choice(_SOUNDS) for _ in range(4)).capitalize()] = None
    return list(found)


def fact(name: str, number: int) -> tuple[str, str]:
    """A question on a place, and the sentence that answers it."""
    goods = _GOODS[number % len(_GOODS)]
    crates, year = 1000 + 7 * number, 1800 + number % 150
    return (
        f"How many crates of {goods} did {name} ship?",
        f"{name} shipped {crates:,} crates of {goods} in {year}.",
    )


def write_long_pdf(file: Path, pages: int) -> dict[str, str]:
    """A PDF with one fact a page; the sentences by their questions."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_title("Register of the harbours")
    pdf.set_font("Helvetica", size=12)
    facts = dict(fact(name, number) for number, name in enumerate(names(pages)))
    for number, sentence in enumerate(facts.values()):
        pdf.add_page()
        pdf.multi_cell(0, 7, f"Entry {number + 1}. {_DULL}\n\n{sentence}\n\n{_DULL}")
    pdf.output(str(file))
    return facts


def fill_with_notes(folder: Path, number: int, after: int = 0) -> dict[str, str]:
    """So many short files with one fact each, other ones than the `after` that were made before.

    The sentences by their questions.
    """
    facts = {}
    for count, name in enumerate(names(after + number, seed=1)[after:], after):
        question, sentence = fact(name, count)
        (folder / f"{name.lower()}.md").write_text(f"# {name}\n\n{sentence} {_DULL}\n")
        facts[question] = sentence
    return facts
