"""Documents made by rule, each with a fact that no other has: what was asked can be told apart."""

import random
from pathlib import Path

_GOODS = "cloves tea rice timber copper salt wool indigo silk tin amber cotton".split()
_SOUNDS = "ba ke li mo nu ra se ti vo za dar fen gol hir jun kal mer nor pol tor".split()
_WHO = "clerk pilot cook carpenter widow surveyor notary smith ferryman judge diver baker".split()
_DID = "counted painted sold moved repaired praised forgot measured hid lent burned copied".split()
_WHAT = "ropes lanterns barrels maps ledgers sails anchors bells nets coats ovens wells".split()
_WHERE = "quay chapel market tower orchard gate mill bridge cellar school dune archive".split()


def dull(chance: random.Random, sentences: int = 4) -> str:
    """Sentences that hardly any other text has: passages that repeat each other are folded."""
    return " ".join(
        f"The {chance.choice(_WHO)} {chance.choice(_DID)} {chance.randrange(3, 90)} "
        f"{chance.choice(_WHAT)} behind the {chance.choice(_WHERE)}, "
        f"and the {chance.choice(_WHO)} {chance.choice(_DID)} the {chance.choice(_WHAT)}."
        for _ in range(sentences)
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
    chance = random.Random(0)
    for number, sentence in enumerate(facts.values()):
        pdf.add_page()
        text = f"Entry {number + 1}. {dull(chance)}\n\n{sentence}\n\n{dull(chance)}"
        pdf.multi_cell(0, 7, text)
    pdf.output(str(file))
    return facts


def fill_with_notes(folder: Path, number: int, after: int = 0) -> dict[str, str]:
    """So many short files with one fact each, other ones than the `after` that were made before.

    The sentences by their questions.
    """
    facts, chance = {}, random.Random(after)
    for count, name in enumerate(names(after + number, seed=1)[after:], after):
        question, sentence = fact(name, count)
        (folder / f"{name.lower()}.md").write_text(f"# {name}\n\n{sentence} {dull(chance)}\n")
        facts[question] = sentence
    return facts
