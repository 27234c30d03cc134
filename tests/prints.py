"""Reading a print the way people do: its text, and the code in the footer of each page as a telephone reads it."""

from __future__ import annotations

import io

import pypdfium2
import zxingcpp
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def other_pdf(sizes=(A4,), said="Stap een: luisteren", turned=0):
    """A PDF that somebody else made, a page for each of the sizes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=sizes[0])
    for size in sizes:
        canvas.setPageSize(size)
        canvas.setPageRotation(turned)
        canvas.drawString(40, 60, said)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def page_texts(data: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded().replace("\u00a0", " ") for page in document]
    finally:
        document.close()


def qr_codes(data: bytes) -> list[list[str]]:
    """The QR codes of each page."""
    document = pypdfium2.PdfDocument(data)
    try:
        kind = zxingcpp.BarcodeFormat.QRCode
        return [[code.text for code in zxingcpp.read_barcodes(_grey(page), formats=kind)] for page in document]
    finally:
        document.close()


def _grey(page):
    bitmap = page.render(scale=3, grayscale=True)
    rows = bytes(bitmap.buffer)
    kept = b"".join(rows[start : start + bitmap.width] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return memoryview(kept).cast("B", (bitmap.height, bitmap.width))
