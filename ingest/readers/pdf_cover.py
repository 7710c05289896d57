"""Tells whether anything on a PDF page may cover or clip its words, without drawing it.

Most pages have nothing of the kind, and drawing a page takes longer than reading it.
"""

from collections.abc import Iterator
from ctypes import byref, c_float, c_int
from typing import Any

Box = tuple[float, float, float, float]  # left, bottom, right, top
Matrix = tuple[float, float, float, float, float, float]

WHOLE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points; judged: what is thinner is a rule
_SLACK = 1.0  # points by which a clip may cut into the box of a piece of text
_LARGE = 2_500.0  # square points; judged: smaller images are logos, symbols and bullets
_MOST_OBJECTS, _DEEPEST = 20_000, 4  # judged: bounds the search of maps and plans
_MOST_COVERS = 200  # judged: with more the page is drawn instead
_MOST_SEGMENTS = 8  # of a clip that is compared; a rectangle has five


def may_hide(page: Any) -> bool:
    """Return whether something may cover words of a page of pypdfium2, or clip them away."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    covers: list[Box] = []
    for found, kind, matrix in _objects(page, from_top=True):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            bounds = _bounds(found)
            if _clipped(found, bounds):
                return True
            if covers:
                box = _moved(bounds, matrix)
                if any(_meet(box, cover) for cover in covers):
                    return True
        elif kind != pdfium.FPDF_PAGEOBJ_PATH or _filled(found):
            left, bottom, right, top = _moved(_bounds(found), matrix)
            if right - left > _THIN and top - bottom > _THIN:
                covers.append((left, bottom, right, top))
                if len(covers) > _MOST_COVERS:
                    return True
    return False


def image_boxes(page: Any) -> list[tuple[Box, bool]]:
    """Return the box of each large image of a page, and whether it lies over some of its text."""
    import pypdfium2.raw as pdfium

    found: list[tuple[Box, bool]] = []
    texts = False
    for thing, kind, matrix in _objects(page):
        texts = texts or kind == pdfium.FPDF_PAGEOBJ_TEXT
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _moved(_bounds(thing), matrix)
            if (box[2] - box[0]) * (box[3] - box[1]) >= _LARGE:
                found.append((box, texts))
    return found


def _objects(page: Any, *, from_top: bool = False) -> Iterator[tuple[Any, int, Matrix]]:
    """Yield the objects of a page in the order of drawing or from the top, without its forms.

    Each comes with its kind and the matrix of the forms that it is in.
    """
    import pypdfium2.raw as pdfium

    def inside(count: int, get: Any, holder: Any) -> Iterator[Any]:
        places = range(min(count, _MOST_OBJECTS))
        return (get(holder, place) for place in (reversed(places) if from_top else places))

    top = inside(pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, page.raw)
    waiting: list[tuple[Iterator[Any], Matrix]] = [(top, WHOLE)]
    left = _MOST_OBJECTS
    while waiting and left:
        objects, matrix = waiting[-1]
        found = next(objects, None)
        if found is None:
            waiting.pop()
            continue
        left -= 1
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and len(waiting) < _DEEPEST:
            count = pdfium.FPDFFormObj_CountObjects(found)
            members = inside(count, pdfium.FPDFFormObj_GetObject, found)
            waiting.append((members, _times(_matrix(found), matrix)))
        else:
            yield found, kind, matrix


def _bounds(found: Any) -> Box:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    pdfium.FPDFPageObj_GetBounds(found, byref(left), byref(bottom), byref(right), byref(top))
    return left.value, bottom.value, right.value, top.value


def _clipped(found: Any, bounds: Box) -> bool:
    """Return whether a clip may cut off a part of an object."""
    import pypdfium2.raw as pdfium

    clip = pdfium.FPDFPageObj_GetClipPath(found)
    x, y = c_float(), c_float()
    for path in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        segments = pdfium.FPDFClipPath_CountPathSegments(clip, path)
        if not 0 < segments <= _MOST_SEGMENTS:
            return True
        across, up = [], []
        for place in range(segments):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, place)
            pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
            across.append(x.value)
            up.append(y.value)
        if (
            bounds[0] < min(across) - _SLACK
            or bounds[1] < min(up) - _SLACK
            or bounds[2] > max(across) + _SLACK
            or bounds[3] > max(up) + _SLACK
        ):
            return True
    return False


def _filled(path: Any) -> bool:
    import pypdfium2.raw as pdfium

    fill, stroke = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
    return bool(fill.value != pdfium.FPDF_FILLMODE_NONE)


def _matrix(found: Any) -> Matrix:
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(found, byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i, a * h + b * j,
        c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _moved(box: Box, matrix: Matrix) -> Box:
    """Return the box of a box that a matrix has moved."""
    if matrix is WHOLE:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return min(across), min(up), max(across), max(up)


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] - _SLACK
        and other[0] + _SLACK < one[2]
        and one[1] < other[3] - _SLACK
        and other[1] + _SLACK < one[3]
    )
