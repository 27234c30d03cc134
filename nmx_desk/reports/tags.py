"""What a print says to those who do not see it: headings, paragraphs, tables and pictures in their order, and an outline to jump by.

The open edition of reportlab draws pages and no structure, so it is written here: marked content on the pages (ISO 32000-1 §14.6), the
tree of elements and the tree from marks to elements (§14.7). What is drawn without :func:`tagged` or :func:`artifact` has no place in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas

HEADINGS: Final = {"H1": 0, "H2": 1}
LONGEST_ENTRY: Final = 120
"""Characters of a heading in the outline."""


@dataclass
class Element:
    """A node of the structure: either other elements, or one mark (``mark``) on a page (``page``, from 0).

    ``scope``: of what a heading of a table is one, Column or Row.
    """

    kind: str
    parts: list[Element] = field(default_factory=list)
    page: int = 0
    mark: int | None = None
    alt: str = ""
    scope: str = ""


class Tags:
    """The structure of one document, as it is drawn."""

    def __init__(self) -> None:
        self.document = Element("Document")
        self.marks: dict[int, list[Element]] = {}
        self.deep = 0  # inside something that has a mark: marks do not lie within marks
        self._level = -1

    def leaf(self, page: int, kind: str, within: Element | None, alt: str) -> Element:
        """A new element with the next mark of a page."""
        name, _slash, scope = kind.partition("/")
        made = Element(name, page=page, mark=len(self.marks.setdefault(page, [])), alt=alt, scope=scope)
        self.marks[page].append(made)
        (within or self.document).parts.append(made)
        return made

    def outline(self, canvas: Canvas, kind: str, text: str) -> None:
        """A heading in the outline; levels are never skipped."""
        self._level = min(HEADINGS[kind], self._level + 1)
        key = f"h{canvas.getPageNumber()}-{len(self.marks.get(canvas.getPageNumber() - 1, []))}"
        canvas.bookmarkPage(key)
        canvas.addOutlineEntry(text[:LONGEST_ENTRY], key, level=self._level)


def tags_of(canvas: Canvas) -> Tags | None:
    """The structure that belongs to a canvas, if it keeps one."""
    found: Tags | None = getattr(canvas, "tags", None)
    return found


@contextmanager
def tagged(canvas: Canvas, kind: str, within: Element | None = None, *, alt: str = "", code: list[str] | None = None) -> Iterator[None]:
    """What is drawn meanwhile is one element, such as P, H1, TD, TH/Column, Figure.

    ``code``: the operators it is added to where these are not the canvas's (a text object).
    """
    tags = tags_of(canvas)
    if tags is None or tags.deep:
        yield
        return
    drawn: list[str] = canvas._code if code is None else code  # type: ignore[attr-defined]  # noqa: SLF001 (there is no other way in)
    made = tags.leaf(canvas.getPageNumber() - 1, kind, within, alt)
    drawn.append(f"/{made.kind} <</MCID {made.mark}>> BDC")
    tags.deep += 1
    yield
    tags.deep -= 1
    drawn.append("EMC")


@contextmanager
def artifact(canvas: Canvas, kind: str = "Layout") -> Iterator[None]:
    """What is drawn meanwhile is no content: headers, footers, lines, grounds. ``kind``: Layout or Pagination."""
    tags = tags_of(canvas)
    if tags is None or tags.deep:
        yield
        return
    canvas._code.append(f"/Artifact <</Type /{kind}>> BDC")  # type: ignore[attr-defined]  # noqa: SLF001
    tags.deep += 1
    yield
    tags.deep -= 1
    canvas._code.append("EMC")  # type: ignore[attr-defined]  # noqa: SLF001


def group(canvas: Canvas, kind: str, within: Element | None = None) -> Element | None:
    """An element of elements, such as a table or its row; None where no structure is kept."""
    tags = tags_of(canvas)
    if tags is None or tags.deep:
        return None
    made = Element(kind)
    (within or tags.document).parts.append(made)
    return made


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def write(canvas: Canvas, tags: Tags) -> None:
    """Put the structure in the document: call it once, when all pages are there."""
    doc: Any = canvas._doc  # type: ignore[attr-defined]  # noqa: SLF001
    pages = doc.Pages.pages
    root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    there = doc.Reference(root)
    made: dict[int, Any] = {}
    root["K"] = PDFArray([_element(doc, tags.document, there, pages, made)])
    numbers: list[Any] = []
    for place, page in enumerate(pages):
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]  # reportlab knows neither name
        page.StructParents, page.Tabs = place, PDFName("S")
        numbers += [place, PDFArray([made[id(one)] for one in tags.marks.get(place, [])])]
    root["ParentTree"] = doc.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    root["ParentTreeNextKey"] = len(pages)
    doc.Catalog.StructTreeRoot = root
    doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _element(doc: Any, one: Element, above: Any, pages: list[Any], made: dict[int, Any]) -> Any:
    """Write an element and those below it; its reference."""
    entry = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(one.kind), "P": above})
    here = made[id(one)] = doc.Reference(entry)
    if one.mark is not None:
        entry["Pg"], entry["K"] = doc.Reference(pages[one.page]), one.mark
    else:
        entry["K"] = PDFArray([_element(doc, part, here, pages, made) for part in one.parts])
    if one.alt:
        entry["Alt"] = PDFString(one.alt)
    if one.scope:
        entry["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(one.scope)})
    return here
