"""No licence is unknown, none is refused, and NOTICE names those that ask for more than credit."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from supply.installed import MODEL_OF_TESTS, PROVIDERS, ROOT, needed, pins
from supply.licences import all_licensed, is_accepted, licensed


def test_every_licence_is_known_and_accepted() -> None:
    found = all_licensed()
    assert not [one.name for one in found if not one.licence]
    assert not [(one.name, one.licence) for one in found if not one.accepted]
    assert len(found) > 100


def test_everything_that_is_needed_is_pinned() -> None:
    product, tools = needed(PROVIDERS), needed({"dev"})
    absent = {name for name in pins() if name not in {*product.found, *tools.found}}
    assert not tools.missing
    assert set(product.found) | set(tools.found) <= set(pins())
    assert product.missing <= absent - {MODEL_OF_TESTS}
    assert {one.name for one in all_licensed()} == set(pins())


def test_notice_names_what_asks_for_more_than_credit() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for one in all_licensed():
        if one.copyleft:
            assert f"{one.name} ({one.licence})" in " ".join(notice.split())


def test_of_the_licences_of_tld_one_is_chosen() -> None:
    (tld,) = (one for one in all_licensed() if one.name == "tld")
    assert tld.licence == "MPL-1.1"
    assert "by choice" in tld.reason


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("SSPL-1.0", False),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only AND MIT", False),
        ("MIT AND (AGPL-3.0-only OR GPL-3.0-only)", False),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("(MIT", False),
        ("MIT) OR (MIT", False),
        ("LicenseRef-Proprietary", False),
    ],
)
def test_a_choice_needs_one_side_and_a_sum_both(expression: str, accepted: bool) -> None:
    assert is_accepted(expression) == accepted


def package(folder: Path, metadata: str, text: str = "") -> Distribution:
    """An installed package with these metadata, and a file of its licence."""
    info = folder / "tea-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: tea\nVersion: 1.0\n{metadata}\n")
    (info / "LICENSE").write_text(text)
    (info / "RECORD").write_text("tea-1.0.dist-info/LICENSE,,\n")
    return Distribution.at(info)


@pytest.mark.parametrize(
    ("metadata", "text", "licence", "accepted"),
    [
        ("License-Expression: agpl-3.0-or-later", "", "AGPL-3.0-or-later", False),
        ("License: MIT License", "", "MIT", True),
        ("License: Our own", "", "", False),
        ("Classifier: License :: OSI Approved :: ISC License (ISCL)", "", "ISC", True),
        ("License: BSD", "Redistribution and use in source and binary forms", "BSD-2-Clause", True),
        ("", "   GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3", "AGPL-3.0-only", False),
        ("", "Do with it what you like.", "", False),
        ("", "", "", False),
    ],
)
def test_the_licence_is_read_where_a_package_says_it(
    metadata: str, text: str, licence: str, accepted: bool, tmp_path: Path
) -> None:
    found = licensed(package(tmp_path, metadata, text))
    assert (found.licence, found.accepted) == (licence, accepted)
