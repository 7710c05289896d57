"""Reads the parts of an Office file one by one, so that a broken one costs no more than itself.

Office programs open files whose pictures are missing, whose links lead nowhere or that keep to
Strict Open XML. The parts are read when they are asked for; what is missing or is no XML is None.
"""

import io
import re
from functools import cached_property
from posixpath import dirname, join, normpath, split
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from lxml.etree import _Element

# The namespaces of Strict Open XML, and those that everybody else writes for the same things.
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_YEARS = {  # the parts of a namespace that have a year in transitional files
    b"officeDocument/relationships": b"officeDocument/2006/relationships",
    b"officeDocument/math": b"officeDocument/2006/math",
    b"officeDocument/docPropsVTypes": b"officeDocument/2006/docPropsVTypes",
    b"officeDocument/extendedProperties": b"officeDocument/2006/extended-properties",
    b"officeDocument/customProperties": b"officeDocument/2006/custom-properties",
    b"officeDocument/sharedTypes": b"officeDocument/2006/sharedTypes",
    b"officeDocument/customXml": b"officeDocument/2006/customXml",
    b"wordprocessingml/main": b"wordprocessingml/2006/main",
    b"spreadsheetml/main": b"spreadsheetml/2006/main",
    b"presentationml/main": b"presentationml/2006/main",
    b"drawingml/": b"drawingml/2006/",
}
_STRICT_NAME = re.compile(
    re.escape(_STRICT) + b"(" + b"|".join(re.escape(name) for name in _YEARS) + b")"
)
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_READ = (".xml", ".rels", ".vml")


class Part:
    """One part of an Office file: its root element, and the parts it refers to."""

    def __init__(self, package: "Package", name: str) -> None:
        """Remember where the part lies; nothing is read yet."""
        self._package = package
        self.name = name

    @cached_property
    def root(self) -> "_Element | None":
        """The root element; None if the part is missing or is no XML."""
        return self._package.xml(self.name)

    @cached_property
    def _relationships(self) -> "list[_Element]":
        folder, file = split(self.name)
        root = self._package.xml(join(folder, "_rels", f"{file}.rels"))
        return [] if root is None else [*root.iter(_RELATIONSHIP)]

    def related(self, kind: str) -> "list[Part]":
        """Return the parts that are there and whose relationship ends in `/kind`."""
        found = (
            self.target(one)
            for one in self._relationships
            if one.get("Type", "").rpartition("/")[2].casefold() == kind.casefold()
        )
        return [part for part in found if part is not None]

    def by_id(self, id_: str | None) -> "Part | None":
        """Return the part that a reference names; None if it is not there."""
        for one in self._relationships:
            if one.get("Id") == id_:
                return self.target(one)
        self._package.missing.add(f"{self.name} {id_}")
        return None

    def target(self, relationship: "_Element") -> "Part | None":
        """Return the part that a relationship leads to; None if it is not there."""
        target = relationship.get("Target", "")
        if relationship.get("TargetMode") == "External" or not target:
            return None
        name = normpath(join("/", dirname(self.name), target)).lstrip("/")
        found = self._package.part(name)
        if found is None:
            self._package.missing.add(name)
        return found


class Package:
    """The parts of an open archive."""

    def __init__(self, archive: ZipFile) -> None:
        """Take an archive that `open_archive` has checked, and that stays open."""
        self._archive = archive
        # Some programs write other capitals, a leading or a wrong slash.
        self._names = {
            name.replace("\\", "/").lstrip("/").casefold(): name for name in archive.namelist()
        }
        self._parts: dict[str, Part] = {}
        self.missing: set[str] = set()  # what was asked for, and is not there or no XML

    def part(self, name: str) -> Part | None:
        """Return a part by its name; None if it is not there."""
        key = name.casefold()
        if key not in self._names:
            return None
        return self._parts.setdefault(key, Part(self, name))

    def main(self, usual: str) -> Part | None:
        """Return the main part: the one that the package names, else the one at its usual name."""
        found = Part(self, "").related("officeDocument")
        return next((one for one in found if one.root is not None), None) or self.part(usual)

    def xml(self, name: str) -> "_Element | None":
        """Return the root element of a part; None if the part is missing or is no XML."""
        from lxml import etree

        stored = self._names.get(name.casefold())
        if stored is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                                 remove_pis=True, huge_tree=False)  # fmt: skip
        try:
            return etree.fromstring(transitional(self._archive.read(stored)), parser)
        except (etree.XMLSyntaxError, ValueError):
            self.missing.add(name)
            return None

    def readable_copy(self) -> io.BytesIO:
        """Return the file for a library that reads no Strict Open XML and stops at what is missing.

        It has the XML parts alone, and no relationship to a part that it lacks.
        """
        from lxml import etree

        copied = io.BytesIO()
        kept = {key for key in self._names if key.endswith(_READ)}
        with ZipFile(copied, "w") as new:
            for key in sorted(kept):
                data = transitional(self._archive.read(self._names[key]))
                root = self.xml(key) if key.endswith(".rels") else None
                if root is not None:
                    owner = Part(self, normpath(join(dirname(key), "..", split(key)[1][:-5])))
                    for one in [*root.iter(_RELATIONSHIP)]:
                        target = owner.target(one)
                        if target is None or target.name.casefold() not in kept:
                            root.remove(one)
                    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
                new.writestr(self._names[key].replace("\\", "/").lstrip("/"), data)
        copied.seek(0)
        return copied


def transitional(xml: bytes) -> bytes:
    """Return XML with the names of Strict Open XML replaced by those of the usual kind."""
    if _STRICT not in xml:
        return xml
    return _STRICT_NAME.sub(lambda found: _TRANSITIONAL + _YEARS[found[1]], xml)
