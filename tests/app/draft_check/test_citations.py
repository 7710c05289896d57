"""Citations are no part of what a sentence claims; dates and powers are."""

import pytest

from app.draft_check.citations import without_citations


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("It asks for aid (Holm 2019, 4).", "It asks for aid."),
        ("It asks for aid (Holm, 2019, p. 4).", "It asks for aid."),
        ("It asks (see Holm & Lind 2019; Berg et al., 2020: 4–7) for aid.", "It asks for aid."),
        ("It asks for aid [3, p. 4]; and more [3–5].", "It asks for aid; and more."),
        ("The bridge was rebuilt.³ He slept[^a].", "The bridge was rebuilt. He slept."),
        ("According to Holm (2019), it rained.", "it rained."),
        ("Holm (2019) argues that it rained.", "it rained."),
        ("Marin (2018) says that it rained.", "Marin says that it rained."),
        ("According to Marin (2018), it rained.", "According to Marin, it rained."),
        ("The Games (Tokyo 2020) were held (May 1931).",
         "The Games (Tokyo 2020) were held (May 1931)."),
        ("The battle of Midway (1942) was won.", "The battle of Midway (1942) was won."),
        ("The ship sank in Bergen (1931).", "The ship sank in Bergen (1931)."),
        ("The storm, as told in Holm (2019), passed.", "The storm, as told in Holm, passed."),
        ("It fell to 10⁶ m² (2019), kept [sic] and [T]old.",
         "It fell to 10⁶ m² (2019), kept [sic] and [T]old."),
    ],
)  # fmt: skip
def test_a_citation_is_no_claim(sentence: str, claim: str) -> None:
    assert without_citations(sentence, lambda name: name == "Holm") == claim
