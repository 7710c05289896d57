"""Generated documents, each with a unique fact, so that every answer can be told from others."""

import random
from pathlib import Path

_GOODS = "cloves tea rice timber copper salt wool indigo silk tin amber cotton".split()
_SOUNDS = "ba ke li mo nu ra se ti vo za dar fen gol hir jun kal mer nor pol tor".split()
_WHO = "clerk pilot cook carpenter widow surveyor notary smith ferryman judge diver baker".split()
_DID = "counted painted sold moved repaired praised forgot measured hid lent burned copied".split()
_WHAT = "ropes lanterns barrels maps ledgers sails anchors bells nets coats ovens wells".split()
_WHERE = "quay chapel market tower orchard gate mill bridge cellar school dune archive".split()


def dull(chance: random.Random, sentences: int = 4) -> str:
    """Return random sentences, so that search does not fold passages as repeating each other."""
    return " ".join(
        f"The {chance.choice(_WHO)} {chance.choice(_DID)} {chance.randrange(3, 90)} "
        f"{chance.choice(_WHAT)} behind the {chance.choice(_WHERE)}, "
        f"and the {chance.choice(_WHO)} {chance.choice(_DID)} the {chance.choice(_WHAT)}."
        for _ in range(sentences)
    )


def names(number: int, seed: int = 0) -> list[str]:
    """Return invented place names, each one different."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.choice(_SOUNDS) for _ in range(4)).capitalize()] = None
    return list(found)


def fact(name: str, number: int) -> tuple[str, str]:
    """Return a question on a place, and the sentence that answers it."""
    goods = _GOODS[number % len(_GOODS)]
    crates, year = 1000 + 7 * number, 1800 + number % 150
    return (
        f"How many crates of {goods} did {name} ship?",
        f"{name} shipped {crates:,} crates of {goods} in {year}.",
    )


def write_long_pdf(file: Path, pages: int) -> dict[str, str]:
    """Write a PDF with one fact on each page; return the sentences by their questions."""
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
    """Write so many short files with one fact each, unlike the first `after` ones.

    Returns the sentences by their questions.
    """
    facts, chance = {}, random.Random(after)
    for count, name in enumerate(names(after + number, seed=1)[after:], after):
        question, sentence = fact(name, count)
        (folder / f"{name.lower()}.md").write_text(f"# {name}\n\n{sentence} {dull(chance)}\n")
        facts[question] = sentence
    return facts


def fill_with_long_notes(folder: Path, number: int, paragraphs: int = 60) -> None:
    """Write so many long files, of about 20,000 characters each, without facts."""
    for count in range(number):
        chance = random.Random(f"long {count}")
        text = "\n\n".join(dull(chance) for _ in range(paragraphs))
        (folder / f"register-{count}.md").write_text(f"# Register {count}\n\n{text}\n")
