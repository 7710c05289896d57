"""Lines of names: who is one person, which of the names is the family name, and who did what."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vectorstore.text.person_names import joined, people, without_full_stop
from vectorstore.text.tables import mapping, words


def read(written: str) -> list[str]:
    """Each person as `Family|Given|Suffix`, without the empty ones at the end."""
    return ["|".join((one.family, one.given, one.suffix)).rstrip("|") for one in people(written)]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Doe, Jane; Roe, Richard", ["Doe|Jane", "Roe|Richard"]),
        ("van der Holm, Anna; Lind, Bo, Jr.; de la Cruz Marin, José Luis",
         ["van der Holm|Anna", "Lind|Bo|Jr.", "de la Cruz Marin|José Luis"]),
        ("Lind, Jr., Bo", ["Lind|Bo|Jr."]),
        ("Bo Lind, Jr.", ["Bo Lind||Jr."]),
        ("Ada Carter, Ben Doe", ["Ada Carter", "Ben Doe"]),
        ("Ada Carter, Ben Doe, and Cy Poe", ["Ada Carter", "Ben Doe", "Cy Poe"]),
        ("Carter, Ada, Doe, Ben", ["Carter|Ada", "Doe|Ben"]),
        ("García Márquez, Gabriel, Vargas Llosa, Mario", ["García Márquez|Gabriel", "Vargas Llosa|Mario"]),
        ("Holm, A., & Lind, B.", ["Holm|A.", "Lind|B."]),
        ("Carter, Ada and Doe, Ben", ["Carter|Ada", "Doe|Ben"]),
        ("Carter, Ada, Ben Doe", ["Carter|Ada", "Ben Doe"]),
        ("Anna Holm and Bo Lind", ["Anna Holm", "Bo Lind"]),
        ("By Ada Carter und Ben Doe", ["Ada Carter", "Ben Doe"]),
        ("Le Guin, Ursula K.", ["Le Guin|Ursula K."]),
        ("García Márquez, Gabriel José;", ["García Márquez|Gabriel José"]),
        ("Moondog, Colette", ["Moondog|Colette"]),
        ("Ortega y Gasset, José", ["Ortega y Gasset|José"]),
        ("Plato", ["Plato"]),
        ("山川, 一郎; 森下花子", ["山川|一郎", "森下花子"]),
        ("山川一郎、森下花子", ["山川一郎", "森下花子"]),
        ("山川 一郎", ["山川|一郎"]),
        ("김철수, 이영희", ["김철수", "이영희"]),
        ("", []),
        ("; ,", []),
        ("\r", []),
        (", (ed.)", []),
    ],
)  # fmt: skip
def test_persons_are_kept_apart(written: str, names: list[str]) -> None:
    assert read(written) == names


@pytest.mark.parametrize(
    "written",
    [
        "Ministry of Ports, Harbours and Docks", "Ministry of Foreign Affairs, Japan", "Tea, Inc.",
        "Holm & Co.", "Marks and Spencer", "Holm and Lind", "Plato, Homer, Virgil", "外務省",
        "日本放送協会, 東京", "the staff of the Harbour Board",
    ],
)  # fmt: skip
def test_what_may_be_no_person_or_no_list_stands_as_it_is(written: str) -> None:
    assert read(written) == [written]


def test_braces_keep_an_institution_in_one_piece() -> None:
    assert read("{Carter, Ada and Sons}; Doe, Ben") == ["Carter, Ada and Sons", "Doe|Ben"]


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("Holm, Anna (ed.)", ["editor"]),
        ("Carter, Ada; Turner, Tom (trans.); Inker, Ivy [illustrator]", ["author", "translator", "illustrator"]),
        ("Holm, Anna; Lind, Bo (eds.)", ["editor", "editor"]),
        ("Anna Holm and Bo Lind (eds.)", ["editor", "editor"]),
        ("Holm, A., ed.", ["editor"]),
        ("Edited by Anna Holm", ["editor"]),
        ("Carter, Ada, and Ben Doe (trans.)", ["author", "translator"]),
        ("岡倉覚三 著; 村岡博（訳）; 森下花子 編", ["author", "translator", "editor"]),
        ("Holm, Anna (Oslo)", ["author"]),
    ],
)  # fmt: skip
def test_a_word_behind_a_name_says_what_somebody_did(written: str, roles: list[str]) -> None:
    assert [one.role for one in people(written)] == roles


def test_a_field_gives_its_role_to_all_that_have_none() -> None:
    named = people("Holm, Anna; Turner, Tom (trans.)", "editor")
    assert [(one.family, one.role) for one in named] == [
        ("Holm", "editor"),
        ("Turner", "translator"),
    ]


@pytest.mark.parametrize(
    ("written", "initials"),
    [
        ("Müller, Jörg-Peter;", "Müller, J.-P."),
        ("O'Neill, Séan;", "O'Neill, S."),
        ("Lindström, Åsa B.", "Lindström, Å. B."),
        ("Lind, Bo, Jr.", "Lind, B., Jr."),
        ("van der Holm, Anna", "van der Holm, A."),
        ("山川, 一郎", "山川一郎"),
    ],
)
def test_initials(written: str, initials: str) -> None:
    assert people(written)[0].initials == initials


# No word that is a suffix, a role or a part of an institution's name: “Aaa, Esq” has no given name.
MEANT = {
    one
    for table in ("suffixes", "institutions", "particles", "joiners")
    for one in words("person_names", table)
} | set(mapping("person_names", "roles"))
NAME = some.from_regex(r"[A-Z][a-z]{2,8}, [A-Z][a-z]{2,8}", fullmatch=True).filter(
    lambda name: MEANT.isdisjoint(name.lower().split(", "))
)


@given(some.lists(NAME, min_size=1, max_size=5, unique=True))
def test_single_names_survive_the_line_they_are_joined_to(names: list[str]) -> None:
    assert [f"{one.family}, {one.given}" for one in people(joined(names))] == names


def test_a_role_without_a_name_is_nobody() -> None:
    assert people("、 (ed.)") == people("、, trans.") == ()


@given(some.text(max_size=60))
def test_any_line_has_names_that_can_be_written(written: str) -> None:
    assert all(one.family and one.full_name and one.initials for one in people(written))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Risen.", "Risen"), ("The crane was sold.", "The crane was sold"), ("Tea, Inc.", "Tea, Inc."),
        ("Ports of the U.S.", "Ports of the U.S."), ("Wait ...", "Wait ..."), ("Why?", "Why?"),
    ],
)  # fmt: skip
def test_a_title_loses_the_full_stop_of_a_catalogue(written: str, title: str) -> None:
    assert without_full_stop(written) == title
