"""The bill of materials lists every pinned package, and is valid CycloneDX 1.6."""

import json

import pytest

from supply.installed import pins
from supply.lock import hashes
from supply.sbom import bill_of_materials


def test_it_lists_every_pinned_package_with_licence_and_hashes() -> None:
    parts = {one["name"]: one for one in bill_of_materials()["components"]}
    assert set(parts) == set(pins())
    for name, version in pins().items():
        part = parts[name]
        assert part["version"] == version
        assert part["purl"] == f"pkg:pypi/{name}@{version}"
        assert part["licenses"][0]["expression"]
        assert [one["content"] for one in part["hashes"]] == hashes()[name]
    assert parts["streamlit"]["scope"] == "required"
    assert parts["torch"]["scope"] == "required"
    assert parts["langchain-anthropic"]["scope"] == "optional"
    assert parts["hypothesis"]["scope"] == "excluded"


def test_it_says_what_needs_what() -> None:
    bill = bill_of_materials()
    graph = {one["ref"].split("@")[0]: one["dependsOn"] for one in bill["dependencies"]}
    assert any(ref.startswith("pkg:pypi/streamlit@") for ref in graph["pkg:pypi/kakehashi"])
    assert any(ref.startswith("pkg:pypi/tld@") for ref in graph["pkg:pypi/courlan"])
    known = {one["bom-ref"] for one in bill["components"]}
    assert all(set(refs) <= known for refs in graph.values())


def test_the_same_locks_give_the_same_bill() -> None:
    assert bill_of_materials() == bill_of_materials()


def test_it_is_valid() -> None:
    pytest.importorskip(
        "cyclonedx", reason="cyclonedx-python-lib, of the extra dev, is not installed"
    )
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    strict = JsonStrictValidator(SchemaVersion.V1_6)
    bill = bill_of_materials()
    assert strict.validate_str(json.dumps(bill)) is None
    assert strict.validate_str(json.dumps({**bill, "components": [{"name": "x"}]})) is not None
