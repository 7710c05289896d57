"""Ties the notes of a web page or chapter to the words that they belong to.

A mark is a link to a note: said to be one (EPUB, ARIA), or a number, letter or sign that is raised,
in brackets, or leads to something called a note. The mark is left out, and its note becomes a
paragraph after the paragraph, item or table in which it is first referred to.
"""

import re
from typing import Any

from ingest.readers.markup_tree import named, remove, text_before, text_of, words_of
from ingest.readers.notes import note_paragraph

_SAID = {"noteref", "doc-noteref"}
_SAID_NOTE = {"footnote", "endnote", "rearnote", "note", "doc-footnote", "doc-endnote"}
_MARK = re.compile(
    r"[\[(]?\s*(?:note\s|n\.?\s)?(\d{1,4}|[a-z]{1,2}|[ivx]{1,5}|[*†‡§¶#]{1,3})\s*[\])]?", re.I
)
_NOTE_NAME = re.compile(
    r"(?:foot|end|rear|cite|side)[-_]?notes?|notes?\b|\bfn|\bcite|\bref(?!s?\w)|(?<![a-z])fn\d|^n\d+$",
    re.I,
)
_BACK = re.compile(r"[\s↩↑^⤴⇑←↵️\[\]()a-z0-9.,]{0,40}")
_BACK_NAMES = {"doc-backlink", "backlink", "footnote-back", "footnote-backref", "reversefootnote",
               "mw-cite-backlink", "footnote-return"}  # fmt: skip
_LEADING = re.compile(r"[\[(]?(?:\d{1,4}(?=[\]).:])|[*†‡§¶]{1,3})[\])]?[.:)]?\s+|\^\s+")
_PARAGRAPHS = {"p", "li", "dd", "dt", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
               "figcaption", "caption", "div", "section", "article", "body", "aside"}  # fmt: skip
_HOLDERS = {"p", "li", "dd", "div", "aside", "section", "td", "tr", "footer"}
_LISTS = {"ol", "ul", "dl", "section", "aside", "div", "table", "tbody", "footer"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LONGEST = 6000  # characters of a note; judged: what is longer is a chapter
_BRACKETED = re.compile(r"\[\s*(?:\d{1,4}|[a-z]|note\s\d{1,4}|n\.?\s\d{1,4})\s*\]", re.IGNORECASE)
NOTE = "note-paragraph"  # the class of the paragraphs that are made


def tie_notes(root: Any) -> int:
    """Put the notes of a tree behind what they belong to; return how many marks have no note."""
    targets = {e.get("id") or e.get("name"): e for e in named(root)}
    targets.pop(None, None)
    ties = [(link, target) for link in named(root, "a") if (target := _note(link, targets))]
    places: dict[Any, Any] = {}  # by paragraph: the last note put behind it
    used: dict[Any, str] = {}
    for link, (holder, _) in ties:
        if link in set(holder.iter()):
            continue
        if holder not in used:
            block = _paragraph(link)
            used[holder] = _mark(link)
            before = text_before(_whole_mark(link), block)
            _put(block, note_paragraph(used[holder], before, _note_text(holder)), places)
        remove(_whole_mark(link))
    for holder in used:
        _remove_note(holder)
    lost = [link for link in named(root, "a") if _is_lost(link, targets)]
    lost += [e for e in named(root, "sup") if _BRACKETED.fullmatch(text_of(e))]
    for mark in lost:
        if any(above is root for above in mark.iterancestors()):
            remove(_whole_mark(mark))
    return len(set(map(_mark, lost)))


def _is_lost(link: Any, targets: dict[str, Any]) -> bool:
    """Return whether a link is the mark of a note that is not there, or in another chapter."""
    if _SAID & words_of(link):
        return True
    address, _, name = (link.get("href") or "").partition("#")
    raised = (
        any(above.tag == "sup" for above in link.iterancestors()) or link.find("sup") is not None
    )
    named_note = bool(_NOTE_NAME.search(name)) and not address and name not in targets
    return raised and named_note and bool(_MARK.fullmatch(text_of(link)))


def _mark(link: Any) -> str:
    found = _MARK.fullmatch(text_of(link))
    return found[1] if found else text_of(link).strip("[]() ") or "*"


def _note(link: Any, targets: dict[str, Any]) -> tuple[Any, Any] | None:
    """Return the element of the note that a link marks, and the target itself; None for others."""
    href = link.get("href") or ""
    target = targets.get(href.rpartition("#")[2]) if "#" in href else None
    if target is None or len(text_of(link)) > 12:
        return None
    if _BACK_NAMES & words_of(link):
        return None
    said = bool(_SAID & words_of(link))
    if not said and not _MARK.fullmatch(text_of(link)):
        return None
    holder = _holder(target)
    if holder is None or not 0 < len(text_of(holder)) < _LONGEST:
        return None
    raised = link.find(".//sup") is not None or any(a.tag == "sup" for a in link.iterancestors())
    bracketed = text_of(link).startswith(("[", "("))
    if said or (_is_note(holder, target) and (raised or bracketed or _follows_word(link))):
        return holder, target
    return None


def _follows_word(link: Any) -> bool:
    """Return whether a link stands close behind a word or a stop."""
    before = text_before(link, _paragraph(link))
    return bool(before) and not before[-1].isspace()


def _is_note(holder: Any, target: Any) -> bool:
    around = [holder, target, *list(holder.iterancestors())[:3]]
    if any(
        _SAID_NOTE & words_of(e) or _SAID_NOTE & {w.rstrip("s") for w in words_of(e)}
        for e in around
    ):
        return True
    return any(_NOTE_NAME.search(word) for e in around for word in words_of(e))


def _holder(target: Any) -> Any:
    """Return the paragraph or item that an anchor stands in, or the target if it is one."""
    if target.tag in _HOLDERS:
        return target
    if target.tag in _HEADINGS | {"body", "article", "main"}:
        return None
    return next((above for above in target.iterancestors() if above.tag in _HOLDERS), None)


def _note_text(holder: Any) -> str:
    """Return the text of a note without its number and the links back to its mark."""
    from copy import deepcopy

    note = deepcopy(holder)
    note.tail = None
    for element in named(note):
        if _BACK_NAMES & words_of(element) or (element.tag == "a" and _is_back(element)):
            remove(element)
    text = text_of(note)
    leading = _LEADING.match(text)
    return text[leading.end() if leading else 0 :].strip(" ↩↑^︎️")


def _is_back(link: Any) -> bool:
    return (
        "#" in (link.get("href") or "")
        and bool(_BACK.fullmatch(text_of(link).lower()))
        and (len(text_of(link)) < 4)
    )


def _paragraph(link: Any) -> Any:
    """Return the paragraph or item that a mark stands in."""
    above = list(link.iterancestors())
    return next((e for e in above if e.tag in _PARAGRAPHS), above[-1] if above else link)


def _put(block: Any, text: str, places: dict[Any, Any]) -> None:
    """Add a note as a paragraph behind a block, or at the end of an item or of the body."""
    table = next((e for e in block.iterancestors() if e.tag == "table"), None)
    place = table if table is not None else block
    paragraph = place.makeelement("p", {"class": NOTE})
    paragraph.text = text
    inside = place.tag in {"li", "dd", "dt", "body", "div", "section", "article", "aside"}
    if place in places:
        places[place].addnext(paragraph)
    elif inside or place.getparent() is None:
        place.append(paragraph)
    else:
        paragraph.tail, place.tail = place.tail, None
        place.addnext(paragraph)
    places[place] = paragraph


def _whole_mark(link: Any) -> Any:
    """Return the `sup` or the bracket that holds nothing but a mark, else the link."""
    above = link.getparent()
    while above is not None and above.tag in {"sup", "span", "small"}:
        if text_of(above).strip("[]() ,") != text_of(link).strip("[]() ,"):
            break
        link, above = above, above.getparent()
    return link


def _remove_note(holder: Any) -> None:
    """Remove a note, and the lists and sections that have nothing left but a heading."""
    above = holder.getparent()
    remove(holder)
    while above is not None and above.tag in _LISTS:
        rest = (text_of(e) for e in above if str(e.tag) not in _HEADINGS | {"hr"})
        if any(rest) or (above.text or "").strip():
            return
        holder, above = above, above.getparent()
        title, after = holder.getprevious(), holder.getnext()
        alone = title is not None and title.tag in _HEADINGS and not (holder.tail or "").strip()
        if alone and (after is None or after.tag in _HEADINGS):
            remove(title)
        remove(holder)
