"""Kept PDFs with our words over each page: a version that does not hold says so. The kept bytes stay as they are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

from reportlab.lib.colors import Color, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from nmx_desk.i18n import translator
from nmx_desk.reports.paper import BOLD, REGULAR, SOFT, WARN, clean, fit, fonts

MOST_PAGES: Final = 1000
SMALLEST, LARGEST = 36.0, 14_400.0
"""Points of a side of a page that can be written on; what is outside is no paper."""
BAR: Final = 0.022
"""Height of the bar at the top, as a part of the page's shorter side."""
ACROSS: Final = 0.28
"""How much the word across the page covers of what lies under it."""


class Trouble(StrEnum):
    """Why the pages of a file cannot be marked."""

    BROKEN = "broken"
    LOCKED = "locked"
    LONG = "long"


class TroubleError(Exception):
    """A file whose pages cannot be marked."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What stands on each page: ``line`` at the top with the number of the page, ``mark`` across it; ``language`` of both.

    ``grey``: the mark says nothing against the page.
    """

    line: str
    mark: str = ""
    language: str = "nl"
    grey: bool = False


def pages_of(content: bytes) -> int:
    """How many pages a kept PDF has. Raises ``TroubleError`` when they could not be marked."""
    with _opened(content) as kept:
        return len(_sizes(kept))


def stamped(content: bytes, stamp: Stamp, *, before: bytes = b"") -> bytes:
    """Its pages with our words over each, after those of our own print ``before``. Raises ``TroubleError``.

    Only pages are taken over: what a file would do when it is opened, its forms and its own outline stay behind.
    """
    import pikepdf

    with _opened(content) as kept, _base(before) as made:
        sizes = _sizes(kept)
        first = len(made.pages)
        with pikepdf.open(io.BytesIO(_words(sizes, stamp))) as over:
            try:
                made.pages.extend(kept.pages)
                for page, words in zip(list(made.pages)[first:], over.pages, strict=True):
                    if "/AA" in page.obj:
                        del page.obj["/AA"]
                    page.add_overlay(words, _box(page))
                return _bytes(made)
            except _BAD as error:
                raise TroubleError(Trouble.BROKEN) from error


def attached(cover: bytes, name: str, content: bytes) -> bytes:
    """Our own print with a file attached to it, just as it is kept."""
    import pikepdf

    with pikepdf.open(io.BytesIO(cover)) as made:
        told = {"description": "", "creation_date": "", "mod_date": ""}
        spec = pikepdf.AttachedFileSpec(made, content, filename=name, mime_type="application/pdf", **told)
        made.attachments[name] = spec
        return _bytes(made)


# -- the file ----------------------------------------------------------------------------------------------------------------------------

_BAD: Final = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a file that breaks the rules makes the library raise, besides its own errors."""


def _opened(content: bytes) -> Any:
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise TroubleError(Trouble.LOCKED) from error
    except (pikepdf.PdfError, *_BAD) as error:
        raise TroubleError(Trouble.BROKEN) from error


def _base(before: bytes) -> Any:
    import pikepdf

    return pikepdf.open(io.BytesIO(before)) if before else pikepdf.new()


def _sizes(kept: Any) -> list[tuple[float, float]]:
    """Width and height of each page as it is looked at."""
    try:
        if len(kept.pages) > MOST_PAGES:
            raise TroubleError(Trouble.LONG)
        found = [_size(page) for page in kept.pages]
    except _BAD as error:
        raise TroubleError(Trouble.BROKEN) from error
    if not found or not all(SMALLEST <= side <= LARGEST for size in found for side in size):
        raise TroubleError(Trouble.BROKEN)
    return found


def _box(page: Any) -> Any:
    import pikepdf

    return pikepdf.Rectangle(page.cropbox)


def _size(page: Any) -> tuple[float, float]:
    box = _box(page)
    turned = int(page.rotation) % 180 != 0
    return (float(box.height), float(box.width)) if turned else (float(box.width), float(box.height))


def _bytes(made: Any) -> bytes:
    """Written without taking apart what others packed: a small file may hold a very large one."""
    import pikepdf

    out = io.BytesIO()
    made.save(out, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


# -- our words ---------------------------------------------------------------------------------------------------------------------------


def _words(sizes: Sequence[tuple[float, float]], stamp: Stamp) -> bytes:
    """A page of words for each page, as large as that."""
    fonts()
    out, t = io.BytesIO(), translator(stamp.language)
    canvas = Canvas(out, pagesize=sizes[0], initialFontName=cast("Any", REGULAR), invariant=1, pageCompression=1)
    number = t.gettext("page {n} of {total}")
    for n, size in enumerate(sizes, 1):
        canvas.setPageSize(size)
        canvas._code.append("/Artifact <</Type /Pagination>> BDC")  # type: ignore[attr-defined]  # noqa: SLF001 (as in ``tags``)
        if stamp.mark:
            _across(canvas, clean(stamp.mark), size, SOFT if stamp.grey else WARN)
        _bar(canvas, f"{stamp.line} · {number.format(n=n, total=len(sizes))}", size)
        canvas._code.append("EMC")  # type: ignore[attr-defined]  # noqa: SLF001
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _bar(canvas: Canvas, line: str, size: tuple[float, float]) -> None:
    """A line on white along the upper edge."""
    width, height = size
    tall = BAR * min(size)
    canvas.setFillColor(white)
    canvas.rect(0, height - tall, width, tall, stroke=0, fill=1)
    canvas.setFillColor(WARN)
    letters = tall * 0.62
    canvas.setFont(BOLD, letters)
    canvas.drawString(tall, height - tall * 0.72, fit(line, BOLD, letters, width - 2 * tall))


def _across(canvas: Canvas, word: str, size: tuple[float, float], hue: Color) -> None:
    """A word from corner to corner, through which what is printed can be read."""
    width, height = size
    canvas.saveState()
    canvas.setFillColor(hue)
    canvas.setFillAlpha(ACROSS)
    reach = 0.72 * (width**2 + height**2) ** 0.5
    letters = min(reach / max(pdfmetrics.stringWidth(word, BOLD, 1), 0.1), min(size) / 4)
    canvas.setFont(BOLD, letters)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52 if height >= width else 30)
    canvas.drawCentredString(0, -letters * 0.36, word)
    canvas.restoreState()
