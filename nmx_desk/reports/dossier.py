"""Everything the clinic holds about one client, on paper, part by part. Nothing is cut: what is long runs on over the pages."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, LONGEST, SMALL, SOFT, STRONG, Head, para, pdf, style
from nmx_desk.reports.records import DossierPrint, DossierRecord, PrintContext, Progress
from nmx_desk.reports.tables import facts

ENTERED = style(8, colour=SOFT, after=3, keep=True)
SHORT = 160
"""Characters that still stand beside their name; what is longer gets lines of its own."""


def dossier(ctx: PrintContext, file: DossierPrint, *, progress: Progress | None = None) -> bytes:
    """The file of a client as PDF."""
    t = translator(ctx.language)
    story: list[Flowable] = [
        para(t.gettext("File of {name}").format(name=file.subject), H1),
        para(t.gettext("Client number {number}. Made for request {request}.").format(number=file.client_no, request=file.request_no), BODY),
        para(t.gettext("This is everything the clinic holds about you. Times are the clinic's clock."), SMALL),
    ]
    gone = t.gettext("A part of this file was destroyed on {day}.")
    story += [para(gone.format(day=formats.day(day, t)), STRONG) for day in file.destroyed]
    for part in file.parts:
        story.append(para(part.title if len(part.records) == 1 else f"{part.title} ({len(part.records)})", H2))
        for record in part.records:
            story += [*_record(ctx, record), Spacer(0, 8)]
    return pdf(ctx, Head(title=t.gettext("Copy of the file"), control=((t.gettext("Client number"), file.client_no),)), story, progress)


def _record(ctx: PrintContext, record: DossierRecord) -> Iterator[Flowable]:
    t = translator(ctx.language)
    written = formats.moment(record.at, ctx.zone)
    yield para(t.gettext("Entered on {moment} by {name}").format(moment=written, name=record.by) if record.by else written, ENTERED)
    short = [(name, value) for name, value in record.facts if not _is_long(value)]
    if short:
        yield facts(short)
    for name, value in record.facts:
        if _is_long(value):
            yield para(name, STRONG)
            yield from (para(value[at : at + LONGEST], BODY) for at in range(0, len(value), LONGEST))


def _is_long(value: str) -> bool:
    return len(value) > SHORT or "\n" in value
