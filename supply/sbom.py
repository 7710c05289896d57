"""The software bill of materials: CycloneDX 1.6 as JSON, of what the locks pin.

The same locks give the same file: it has no date, and its serial number comes from its content.
"""

import json
import tomllib
import uuid
from typing import Any

from supply.installed import PROVIDERS, ROOT, TOOLS, needed, requirements
from supply.licences import Licensed, all_licensed
from supply.lock import groups, hashes

_SCOPES = {"product": "required", "providers": "optional", "development": "excluded"}


def bill_of_materials() -> dict[str, Any]:
    """Return the bill: every pinned package with version, purl, licence and SHA-256s."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known, scopes = hashes(), groups()
    parts = {
        one.name: _component(one, _SCOPES[scopes[one.name]], known[one.name])
        for one in all_licensed()
    }
    there = needed({*PROVIDERS, *TOOLS}).found
    whole = _purl(project["name"], project["version"])
    own = [parts[name]["bom-ref"] for name in sorted(needed().found)]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": whole,
                "name": project["name"],
                "version": project["version"],
                "purl": whole,
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": list(parts.values()),
        "dependencies": [
            {"ref": whole, "dependsOn": own},
            *(
                {
                    "ref": parts[name]["bom-ref"],
                    "dependsOn": sorted(
                        parts[one]["bom-ref"] for one in requirements(there[name]) if one in parts
                    ),
                }
                for name in parts
                if name in there
            ),
        ],
    }
    content = json.dumps(bill, sort_keys=True)
    return {**bill, "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}"}


def _component(one: Licensed, scope: str, digests: list[str]) -> dict[str, Any]:
    purl = _purl(one.name, one.version)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": one.name,
        "version": one.version,
        "scope": scope,
        "purl": purl,
        "licenses": [{"expression": one.licence}],
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in digests],
    }


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
