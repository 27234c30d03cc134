"""The sheet every print is written on: fonts, the one paragraph helper, header, footer with log anchor, watermark."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, cast
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from nmx_desk.domain.errors import Cancelled
from nmx_desk.i18n import resources_dir, translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.tags import HEADINGS, Tags, artifact, tagged, tags_of, write

REGULAR: Final = "Inter"
BOLD: Final = "Inter-SemiBold"
INK: Final = HexColor("#1f2a30")
SOFT: Final = HexColor("#5b6870")
LINE: Final = HexColor("#cfd6da")
TINT: Final = HexColor("#eef3f1")
ACCENT: Final = HexColor("#2f6f5e")
WARN: Final = HexColor("#a33a2a")
SECOND: Final = HexColor("#8fb5a8")

LEFT: Final = 18 * mm
WIDTH: Final = A4[0] - 2 * LEFT
FROM_TOP: Final = 13 * mm
TOP: Final = A4[1] - FROM_TOP
BOTTOM: Final = 31 * mm
SUBSTITUTE: Final = "□"
HEADING_SIZES: Final = {"H1": 15.0, "H2": 11.0}
LONGEST: Final = 20_000
"""Characters of one paragraph; what is beyond is said to be cut."""


def fonts() -> frozenset[int]:
    """Register Inter once; the code points both weights can draw."""
    return _fonts()


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    folder, known = resources_dir() / "fonts", []
    for name, file in ((REGULAR, "Inter-Regular.ttf"), (BOLD, "Inter-SemiBold.ttf")):
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        known.append(set(font.face.charToGlyph))
    STATE_DEFAULTS["fontName"] = REGULAR  # else each drawing names Helvetica, which is not embedded
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(known[0] & known[1])


class _Drawable(dict[int, str | None]):
    """Table for ``str.translate``: control and direction characters go, glyphs the font lacks become □."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kind = unicodedata.category(char)
        found: str | None
        if char == "\n" or kind in {"Zl", "Zp"}:
            found = "\n"
        elif char == "\t":
            found = " "
        elif kind in {"Cc", "Cf"} or 0xFE00 <= code <= 0xFE0F:
            found = None
        else:
            found = char if code in fonts() else SUBSTITUTE
        self[code] = found
        return found


_drawable: Final = _Drawable()


def clean(text: str) -> str:
    """Text as it can be drawn: composed, no control or direction characters, □ for what the font lacks, any line end as a line feed."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_drawable)


def style(
    size: float, *, bold: bool = False, colour: Color = INK, before: float = 0, after: float = 0, align: Literal[0, 1, 2] = 0,
    keep: bool = False, tag: str = "",
) -> ParagraphStyle:  # fmt: skip
    """A paragraph style; ``align`` 0 left, 1 centre, 2 right. A heading stays with what follows it; so does what says ``keep``.

    ``tag``: what it is to those who do not see it, H1, H2 or P; left open, what is large and bold is a heading.
    """
    made: Any = ParagraphStyle(
        f"{size}{bold}{align}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=round(size * 1.4, 1),
        textColor=colour,
        spaceBefore=before,
        spaceAfter=after,
        alignment=align,
        keepWithNext=keep or (bold and size >= 11),
        bulletFontName=REGULAR,
        allowWidows=0,
        allowOrphans=0,
    )
    made.tag = tag or ("P" if not bold or size < HEADING_SIZES["H2"] else "H2" if size < HEADING_SIZES["H1"] else "H1")
    return cast("ParagraphStyle", made)


class _Said(Paragraph):
    """A paragraph that has a place in the structure of the document; a heading stands in its outline."""

    def draw(self) -> None:
        """Draw it."""
        kind, text, canvas = getattr(self.style, "tag", "P"), self.getPlainText().strip(), self.canv
        tags = tags_of(canvas)
        if tags is not None and text and kind in HEADINGS and not tags.deep:
            tags.outline(canvas, kind, text)
        with tagged(canvas, kind) if text else nullcontext():
            super().draw()


BODY: Final = style(9.5, after=5)
SMALL: Final = style(8, colour=SOFT, after=3)
H1: Final = style(17, bold=True, after=6)
H2: Final = style(12, bold=True, before=10, after=4, colour=ACCENT)
STRONG: Final = style(9.5, bold=True, after=2)


def para(text: str, like: ParagraphStyle = BODY) -> Paragraph:
    """The only maker of paragraphs: what comes from people is text, never markup, so it can neither break the print nor embed a file."""
    fonts()
    whole = clean(text)
    if len(whole) > LONGEST:
        whole = whole[:LONGEST] + " […]"
    return _Said(escape(whole).replace("\n", "<br/>"), like)


def phrases(parts: Sequence[tuple[str, bool]], like: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of which some parts are strong, each with whether it is; as ``para``, every part is text."""
    fonts()
    said, room = [], LONGEST
    for text, strong in parts:
        words = escape(clean(text[:room])).replace("\n", "<br/>")
        said.append(f"<b>{words}</b>" if strong and words else words)
        room = max(room - len(text), 0)
    return _Said("".join(said), like)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a report says of itself above each page; empty parts are left out.

    ``control``: what else, name and value; ``mark``: a word across each page. What is about a period holds what was there when it was
    made, unless ``cut_off`` says otherwise. ``apart``: each page is a paper of its own, handed out apart from the others.
    """

    title: str
    control: tuple[tuple[str, str], ...] = ()
    mark: str = ""
    period: str = ""
    cut_off: str = ""
    filter_text: str = ""
    definitions: str = ""
    landscape: bool = False
    apart: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page."""
        return (A4[1], A4[0]) if self.landscape else A4

    @property
    def width(self) -> float:
        """Width of what is printed."""
        return self.size[0] - 2 * LEFT

    @property
    def top(self) -> float:
        """Where the header begins."""
        return self.size[1] - FROM_TOP


def fit(text: str, font: str, size: float, width: float) -> str:
    """One line of drawable text, cut with … where it does not fit. Call with fonts registered."""
    line = clean(text[:500]).replace("\n", " ")
    if pdfmetrics.stringWidth(line, font, size) <= width:
        return line
    while line and pdfmetrics.stringWidth(line + "…", font, size) > width:
        line = line[:-1]
    return line + "…"


class _Sheet(BaseDocTemplate):
    """A4 pages of one print, upright or landscape."""

    def __init__(self, out: io.BytesIO, ctx: PrintContext, head: Head, progress: Progress | None) -> None:
        self.ctx, self.head, self.progress, self.t = ctx, head, progress, translator(ctx.language)
        self.meta = self._meta_lines()
        super().__init__(
            out,
            pagesize=head.size,
            title=clean(head.title),
            author="NMX Desk",
            subject=clean(ctx.report_no),
            creator="NMX Desk",
            lang={"nl": "nl-NL"}.get(ctx.language, "en-GB"),
            displayDocTitle=1,
            initialFontName=REGULAR,
            invariant=1,
            pageCompression=1,
        )
        top = head.top - 13 * mm - 10 * len(self.meta)
        self.room = top - BOTTOM - 2
        frame = Frame(LEFT, BOTTOM, head.width, top - BOTTOM, leftPadding=0, rightPadding=0, topPadding=2, bottomPadding=0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._page))

    def _meta_lines(self) -> list[str]:
        t, ctx, head = self.t, self.ctx, self.head
        parts = [
            (t.gettext("Period"), f"{head.period} ({ctx.basis})" if head.period and ctx.basis else head.period),
            (t.gettext("Generated"), f"{formats.moment(ctx.generated_at, ctx.zone)}, {ctx.user_name}"),
            (t.gettext("Data up to"), head.cut_off or (formats.moment(ctx.generated_at, ctx.zone) if head.period else "")),
            (t.gettext("Filter"), head.filter_text or ctx.filter_text),
            (t.gettext("Definitions"), head.definitions),
            *head.control,
        ]
        lines = [""]
        for name, value in parts:
            if value:
                text = fit(f"{name}: {value}", REGULAR, 7.5, head.width)
                joined = f"{lines[-1]}   ·   {text}" if lines[-1] else text
                if pdfmetrics.stringWidth(joined, REGULAR, 7.5) <= head.width:
                    lines[-1] = joined
                else:
                    lines.append(text)
        return lines

    def _page(self, canvas: Canvas, _doc: object) -> None:
        if self.progress and not self.progress(canvas.getPageNumber(), 0):
            raise Cancelled(self.t.gettext("The print was stopped. Nothing was made."))
        with artifact(canvas, "Pagination"):
            self._around(canvas)

    def _around(self, canvas: Canvas) -> None:
        """Watermark, header and footer."""
        canvas.saveState()
        if self.head.mark:
            self._across(canvas, f"DEMO {clean(self.head.mark)}" if self.ctx.demo else clean(self.head.mark), "#f6d5d0")
        elif self.ctx.demo:
            self._across(canvas, "DEMO", "#f1f1f1")
        self._header(canvas)
        self._footer(canvas)
        canvas.restoreState()

    def _across(self, canvas: Canvas, word: str, colour: str) -> None:
        """A word across the page, as large as fits, under what is printed."""
        canvas.saveState()
        canvas.setFont(BOLD, min(130, 62_000 / max(pdfmetrics.stringWidth(word, BOLD, 100), 1)))
        canvas.setFillColor(HexColor(colour))
        canvas.translate(self.head.size[0] / 2, self.head.size[1] / 2)
        canvas.rotate(30 if self.head.landscape else 52)
        canvas.drawCentredString(0, -45, word)
        canvas.restoreState()

    def _header(self, canvas: Canvas) -> None:
        ctx, width, top = self.ctx, self.head.width, self.head.top
        right = LEFT + width
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 10.5)
        canvas.drawString(LEFT, top - 8, fit(ctx.clinic_name, BOLD, 10.5, width * 0.52))
        canvas.drawRightString(right, top - 8, fit(self.head.title, BOLD, 10.5, width * 0.45))
        canvas.setFillColor(SOFT)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(LEFT, top - 19, fit(ctx.clinic_address, REGULAR, 7.5, width * 0.6))
        number = self.t.gettext("Report no. {no}").format(no=ctx.report_no)
        canvas.drawRightString(right, top - 19, fit(number, REGULAR, 7.5, width * 0.38))
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(0.8)
        canvas.line(LEFT, top - 25, right, top - 25)
        for i, line in enumerate(self.meta):
            canvas.drawString(LEFT, top - 34 - 10 * i, line)

    def _footer(self, canvas: Canvas) -> None:
        t, ctx, right, apart = self.t, self.ctx, LEFT + self.head.width, self.head.apart
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(LEFT, 27 * mm, right, 27 * mm)
        canvas.setFillColor(SOFT)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(LEFT, 22.5 * mm, t.gettext("ISO 9001:2015 – controlled document"))
        anchor = t.gettext("Log anchor: {n} entries, root {root}")
        canvas.drawString(LEFT, 18.5 * mm, anchor.format(n=formats.whole(ctx.log_size, t), root=clean(ctx.log_root[:20])))
        text = t.gettext("Page {n} of {total}").format(n=1 if apart else canvas.getPageNumber(), total="1" if apart else "")
        canvas.drawString(LEFT, 14.5 * mm, text)
        if not apart:
            canvas.saveState()
            canvas.translate(LEFT + pdfmetrics.stringWidth(text, REGULAR, 7.5), 14.5 * mm)
            canvas.doForm("total")  # drawn once, when the number of pages is known
            canvas.restoreState()
        canvas.translate(right - 17 * mm, 9 * mm)
        canvas.doForm("anchor")


class _Canvas(Canvas):
    """Draws, at the end, the two pieces every page refers to: the number of pages and the anchor's QR code."""

    anchor = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tags = Tags()

    def save(self) -> None:
        total = self.getPageNumber() - 1
        self.beginForm("total", 0, -3, 60, 10)
        self.setFont(REGULAR, 7.5)
        self.setFillColor(SOFT)
        self.drawString(0, 0, str(total))
        self.endForm()
        self.beginForm("anchor", 0, 0, 17 * mm, 17 * mm)
        qr(self, self.anchor, 17 * mm)
        self.endForm()
        write(self, self.tags)
        super().save()


def anchor_text(ctx: PrintContext) -> str:
    """What the QR code of a print says: which database, how many entries its log had, and the whole root. Capitals make a coarser code."""
    return f"NMX:{re.sub('[^0-9A-F-]', '', ctx.log_database.upper())}:{ctx.log_size}:{re.sub('[^0-9A-F]', '', ctx.log_root.upper())[:64]}"


class Code(Flowable):
    """The anchor of a print as a large QR code."""

    def __init__(self, ctx: PrintContext, side: float) -> None:
        super().__init__()
        self.text, self.width, self.height = anchor_text(ctx), side, side

    def draw(self) -> None:
        """Draw it."""
        with tagged(self.canv, "Figure", alt=self.text):
            qr(self.canv, self.text, self.width)


def qr(canvas: Canvas, text: str, side: float) -> None:
    """Dark runs of the QR code as rectangles, quiet zone included."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
    unit = side / len(rows)
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                path.rect(start * unit, side - (y + 1) * unit, (x - start) * unit, unit)
                start = None
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)


def room(ctx: PrintContext, head: Head) -> float:
    """Height of what fits on one page."""
    fonts()
    return _Sheet(io.BytesIO(), ctx, head, None).room


def tall(story: Sequence[Flowable]) -> float:
    """Height of a story on one page that is as long as it takes."""
    return sum(one.wrap(WIDTH, 10_000)[1] + one.getSpaceBefore() + one.getSpaceAfter() for one in story)


def pdf(ctx: PrintContext, head: Head, story: Sequence[Flowable], progress: Progress | None = None) -> bytes:
    """Print the story. The same input gives the same bytes. ``progress`` is asked before each page and may stop it (``Cancelled``)."""
    fonts()
    out = io.BytesIO()
    sheet = _Sheet(out, ctx, head, progress)

    def canvas(*args: Any, **kwargs: Any) -> Canvas:
        made = _Canvas(*args, **kwargs)
        made.anchor = anchor_text(ctx)
        return made

    sheet.build(list(story), canvasmaker=canvas)
    return out.getvalue()
