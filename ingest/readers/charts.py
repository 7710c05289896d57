"""Reads the figures of charts of any kind: `Tea: 2022 = 10; 2023 = 62%`.

Figures are written as their number formats show them: days, percentages, units.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers.cell_formats import shown
from ingest.readers.docx_text import local_name
from ingest.readers.drawing_text import paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_PLAIN = ("", "General")
Points = dict[int, str]


def chart_lines(root: "_Element") -> list[str]:
    """Return the title of a chart, the titles of its axes and a line for each series."""
    if not root.tag.startswith(_C):
        return list(_lines_of_newer_kind(root))
    from_1904 = (date := root.find(f"{_C}date1904")) is not None and date.get("val", "1") in (
        "1", "true")  # fmt: skip
    area = root.find(f"{_C}chart/{_C}plotArea")
    lines = [_title(root.find(f"{_C}chart/{_C}title"))]
    for plot in () if area is None else area:
        series = plot.findall(f"{_C}ser")
        if not series or area is None:
            continue
        ids = [axis.get("val") for axis in plot.findall(f"{_C}axId")]
        axes = [axis for id_ in ids for axis in area
                if axis.find(f"{_C}axId[@val='{id_}']") is not None
                and local_name(axis).endswith("Ax")]  # fmt: skip
        if series[0].find(f"{_C}xVal") is None:
            said = (_title(axis.find(f"{_C}title")) for axis in axes)
            lines += [f"Axis: {title}" for title in said if title]
        for one in series:
            lines.append(_series(one, axes, from_1904))
    return list(dict.fromkeys(filter(None, lines)))


def _series(series: "_Element", axes: "list[_Element]", from_1904: bool) -> str:
    """Return the points of a series on one line; empty if it has none."""
    name = " ".join(_points(series.find(f"{_C}tx"), "", from_1904).values())
    if series.find(f"{_C}xVal") is not None or series.find(f"{_C}yVal") is not None:
        names = [_title(axis.find(f"{_C}title")) for axis in axes[:2]]
        called = [*(given or usual for given, usual in zip(
            [*names, "", ""], ("x", "y"), strict=False)), "size"]  # fmt: skip
        values = [_points(series.find(_C + part), "", from_1904)
                  for part in ("xVal", "yVal", "bubbleSize")]  # fmt: skip
        at_all = sorted(values[1])
        points = [
            ", ".join(f"{what} = {found[at]}" for what, found in zip(called, values, strict=True)
                      if at in found)
            for at in at_all
        ]  # fmt: skip
    else:
        date_form = next(
            (form.get("formatCode", "") for axis in axes if local_name(axis) == "dateAx"
             and (form := axis.find(f"{_C}numFmt")) is not None), "",
        )  # fmt: skip
        categories = _points(series.find(f"{_C}cat"), date_form, from_1904)
        figures = _points(series.find(f"{_C}val"), "", from_1904)
        named = ((categories.get(at), figures[at]) for at in sorted(figures))
        points = [f"{category} = {figure}" if category else figure for category, figure in named]
    return f"{name}: {'; '.join(points)}" if name and points else "; ".join(points)


def _points(holder: "_Element | None", form: str, from_1904: bool) -> Points:
    """Return the points that a chart has stored, by number; names of several levels are joined."""
    if holder is None:
        return {}
    levels = [*holder.iter(f"{_C}lvl")]
    if levels:
        found = [_of_cache(level, form, from_1904) for level in levels]
        joined: Points = {}
        for at in sorted(found[0]):
            # An upper level names its first point; it holds until the next name.
            upper = [
                next((level[n] for n in range(at, -1, -1) if n in level), "") for level in found[1:]
            ]
            joined[at] = " ".join(filter(None, [*reversed(upper), found[0][at]]))
        return joined
    caches = ("numCache", "strCache", "numLit", "strLit")
    for cache in holder.iter(*(_C + name for name in caches)):
        return _of_cache(cache, form, from_1904)
    value = holder.find(f"{_C}v")
    return {0: value.text} if value is not None and value.text else {}


def _of_cache(cache: "_Element", form: str, from_1904: bool) -> Points:
    said = cache.findtext(f"{_C}formatCode") or ""
    usual = form if said in _PLAIN and form not in _PLAIN else said
    numbers = local_name(cache).startswith("num")
    points: Points = {}
    for point in cache.findall(f"{_C}pt"):
        at, text = point.get("idx", ""), " ".join((point.findtext(f"{_C}v") or "").split())
        if at.isdecimal() and text:
            code = point.get("formatCode", usual)
            points[int(at)] = _figure(text, code, from_1904=from_1904) if numbers else text
    return points


def _figure(text: str, code: str, *, from_1904: bool = False) -> str:
    """Return a stored number as its format shows it, or as it is if that shows nothing."""
    try:
        number = float(text)
        return shown(number, code or "General", since_1904=from_1904) or shown(number)
    except ValueError:  # no number, or an infinite one
        return text


def _title(title: "_Element | None") -> str:
    if title is None:
        return ""
    rich = title.find(f"{_C}tx/{_C}rich")
    if rich is not None:
        return " ".join(" ".join(paragraphs(rich, Counter())).split())
    return " ".join(_points(title.find(f"{_C}tx"), "", False).values())


def _lines_of_newer_kind(root: "_Element") -> Iterator[str]:
    """Yield the lines of a waterfall, treemap, histogram and what else came with Office 2016."""
    for title in root.iterfind("{*}chart/{*}title/{*}tx/{*}rich"):
        yield " ".join(paragraphs(title, Counter()))
    data = {one.get("id"): one for one in root.iterfind("{*}chartData/{*}data")}
    for series in root.iter("{*}series"):
        name = " ".join((series.findtext("{*}tx/{*}txData/{*}v") or "").split())
        link = series.find("{*}dataId")
        held = data.get(None if link is None else link.get("val"))
        if held is None:
            continue
        levels = [_by_number(level) for level in held.iterfind("{*}strDim/{*}lvl")]
        for level in held.iterfind("{*}numDim/{*}lvl"):
            form = level.get("formatCode", "")
            points = [
                (" ".join(filter(None, (names.get(at, "") for names in reversed(levels)))), value)
                for at, value in _by_number(level).items()
            ]
            figures = ((name_, _figure(value, form)) for name_, value in points)
            said = "; ".join(f"{name_} = {value}" if name_ else value for name_, value in figures)
            yield f"{name}: {said}" if name else said


def _by_number(level: "_Element") -> Points:
    points = level.findall("{*}pt")
    return {int(one.get("idx", "0")): " ".join((one.text or "").split()) for one in points}
