"""Controlled documents on paper: a version with what is known of it, the list of all, who read and understood them (ISO 9001 7.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from gettext import NullTranslations
from typing import Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from nmx_desk.domain.written import Block, Kind, Spans, blocks
from nmx_desk.i18n import N_, _, translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, SMALL, STRONG, Head, para, pdf, phrases, style
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_papers import PaperPrint, PapersPrint, ReadingsPrint
from nmx_desk.reports.sheets import Sheet
from nmx_desk.reports.stamp import Stamp, Trouble, TroubleError, attached, pages_of, stamped
from nmx_desk.reports.tables import Column, Rows, facts

INDENT = 14
TROUBLES: Final[dict[str, str]] = {
    Trouble.BROKEN: N_("Its pages cannot be shown here: it cannot be read as PDF."),
    Trouble.LOCKED: N_("Its pages cannot be shown here: it opens with a password only. Keep a file without one."),
    Trouble.LONG: N_("Its pages cannot be shown here: there are more than a thousand. Keep a shorter file."),
}


def _item_style() -> ParagraphStyle:
    made = style(9.5, after=3)
    made.leftIndent, made.firstLineIndent = INDENT, -INDENT + 3
    return made


ITEM = _item_style()
LIKE = {Kind.HEADING: H2, Kind.SUBHEADING: STRONG, Kind.PARAGRAPH: BODY, Kind.ITEM: ITEM, Kind.STEP: ITEM}


def document_report(ctx: PrintContext, paper: PaperPrint, *, progress: Progress | None = None) -> bytes:
    """A version as PDF: on each page its code, version and days; first what is known of it, then what it says."""
    t = translator(ctx.language)
    version = t.gettext("version {n}").format(n=paper.number)
    days = [(t.gettext("Valid from"), paper.valid_from), (t.gettext("Look at again"), None if paper.ended_on else paper.review_on),
            (t.gettext("Obsolete since"), paper.ended_on)]  # fmt: skip
    control = [(t.gettext("Document"), f"{paper.code}, {version}, {paper.state}"), (t.gettext("Author"), paper.author),
               (t.gettext("Approved by"), paper.approver), *((name, formats.short_day(day)) for name, day in days if day)]  # fmt: skip
    head = Head(title=f"{paper.code} {paper.title}", mark=paper.mark, control=tuple(control))
    story: list[Flowable] = [para(paper.title, H1), facts(_known(ctx, paper, t)), Spacer(0, 10)]
    story += written(paper.lines)
    story += _file(paper, t)
    story.append(KeepTogether([Spacer(0, 14), para(_validity(paper, t), SMALL)]))
    return pdf(ctx, head, story, progress)


def file_report(ctx: PrintContext, paper: PaperPrint, content: bytes, *, progress: Progress | None = None) -> bytes:
    """A version that is a file: what is known of it, then its pages with our words on each; attached as it is when they cannot be."""
    try:
        cover = document_report(ctx, replace(paper, pages=pages_of(content)), progress=progress)
        return stamped(content, _stamp(ctx, paper), before=cover)
    except TroubleError as error:
        return file_cover(ctx, paper, content, error.why)


def file_view(ctx: PrintContext, paper: PaperPrint, content: bytes) -> bytes:
    """The file of a version to be looked at: as it is while it holds, with our words over it when it does not."""
    try:
        return stamped(content, _stamp(ctx, paper)) if paper.mark or not pages_of(content) else content
    except TroubleError as error:
        return file_cover(ctx, paper, content, error.why)


def file_cover(ctx: PrintContext, paper: PaperPrint, content: bytes, why: Trouble) -> bytes:
    """What is known of a version whose pages cannot be shown marked, with the file itself attached."""
    return attached(document_report(ctx, replace(paper, trouble=why)), paper.file_name, content)


def _stamp(ctx: PrintContext, paper: PaperPrint) -> Stamp:
    t = translator(ctx.language)
    version = t.gettext("version {n}").format(n=paper.number)
    day = paper.ended_on or paper.valid_from
    state = f"{paper.state} ({formats.short_day(day)})" if day else paper.state
    made = t.gettext("uncontrolled copy of {moment}").format(moment=formats.moment(ctx.generated_at, ctx.zone))
    copy = t.gettext("copy {n}, {place}").format(n=paper.copy_number, place=paper.place) if paper.copy_number else made
    mark = " ".join(filter(None, ("DEMO" if ctx.demo else "", paper.mark)))
    line = " · ".join((f"{paper.code} {paper.title}", version, state, copy))
    return Stamp(line=line, mark=mark, language=ctx.language, grey=not paper.mark)


def _file(paper: PaperPrint, t: NullTranslations) -> list[Flowable]:
    """Where the pages of a file are."""
    if not paper.file_name:
        return []
    story: list[Flowable] = [para(t.gettext("The document is the file {name}; its fingerprint stands above.").format(name=paper.file_name))]
    if paper.pages:
        said = t.ngettext("Its page follows, with these words on it.", "Its {n} pages follow, with these words on each.", paper.pages)
        story.append(para(said.format(n=paper.pages)))
    if paper.trouble in TROUBLES:
        story.append(para(t.gettext(TROUBLES[paper.trouble]), STRONG))
        story.append(para(t.gettext("The file is attached to this page just as it is kept; this page says what it is.")))
    return story


def _known(ctx: PrintContext, paper: PaperPrint, t: NullTranslations) -> list[tuple[str, str]]:
    approver = t.gettext("{who}, alone, the day after").format(who=paper.approver) if paper.alone else paper.approver
    if approver and paper.approved_at:
        approver = f"{approver}, {formats.moment(paper.approved_at, ctx.zone)}"
    copy = f"{paper.copy_number}, {paper.place}" if paper.copy_number else ""
    rows = [
        (t.gettext("Kind"), paper.kind), (t.gettext("Clause of the standard"), paper.clause), (t.gettext("Owner"), paper.owner),
        (t.gettext("What changed, and why"), paper.reason), (t.gettext("Approved by"), approver),
        (t.gettext("Copy on paper no."), copy), (t.gettext("Fingerprint"), paper.sha256),
    ]  # fmt: skip
    return [(name, said) for name, said in rows if said]


def _validity(paper: PaperPrint, t: NullTranslations) -> str:
    if paper.mark:
        return t.gettext("This version does not hold. Destroy it, or keep it marked as it is.")
    if paper.copy_number:
        return t.gettext("This copy is known and is taken back when its version ends.")
    return t.gettext("Not a known copy: it holds on the day it was printed only. The version in force stands in NMX Desk.")


def written(text: str) -> list[Flowable]:
    """A text with its marks as what is printed."""
    story: list[Flowable] = []
    for block in blocks(text):
        if block.kind is Kind.TABLE:
            story += [_table(block), Spacer(0, 8)]
            continue
        if block.kind in {Kind.HEADING, Kind.SUBHEADING}:
            story.append(CondPageBreak(60))
        lead = {Kind.ITEM: "•  ", Kind.STEP: f"{block.number}.  "}.get(block.kind, "")
        story.append(phrases([(lead, False), *((span.text, span.strong) for span in block.spans)], LIKE[block.kind]))
    return story


def _table(block: Block) -> Rows:
    """A table whose columns are as wide as what stands in them asks."""
    rows = [[_plain(cell) for cell in row] for row in block.rows]
    words = [max((len(word) for row in rows for word in row[n].split()), default=1) for n in range(len(rows[0]))]
    shares = [max(1.5 * words[n] + 4, min(max(len(row[n]) for row in rows), 50)) for n in range(len(rows[0]))]
    titles = rows[0] if block.headed else [""] * len(shares)
    return Rows([Column(title, share) for title, share in zip(titles, shares, strict=True)], rows[1:] if block.headed else rows)


def _plain(cell: Spans) -> str:
    return "".join(span.text for span in cell)


def papers_report(ctx: PrintContext, papers: PapersPrint, *, progress: Progress | None = None) -> bytes:
    """All documents by code with the version in force, as PDF, landscape."""
    t = translator(ctx.language)
    title = t.gettext("Controlled documents")
    head = Head(title=title, cut_off=formats.short_day(papers.day), landscape=True)
    columns = [
        Column(t.gettext("Code"), 16, bold=True), Column(t.gettext("Title"), 28), Column(t.gettext("Kind"), 14),
        Column(t.gettext("Clause"), 11), Column(t.gettext("Version"), 8, "RIGHT"), Column(t.gettext("Valid from"), 13),
        Column(t.gettext("Look at again"), 13), Column(t.gettext("Owner"), 18), Column(t.gettext("State"), 13),
        Column(t.gettext("Read"), 10, "RIGHT"),
    ]  # fmt: skip
    rows = [
        [one.code, one.title, one.kind, one.clause, str(one.number or "–"), _day(one.since), _day(one.review_on), one.owner or "–",
         one.state, f"{one.read}/{one.readers}" if one.readers else "–"]
        for one in papers.lines
    ]
    return pdf(ctx, head, _story(title, columns, rows, head.width, t), progress)


def readings_report(ctx: PrintContext, readings: ReadingsPrint, *, progress: Progress | None = None) -> bytes:
    """Who has read and understood what is in force, by person, as PDF."""
    t = translator(ctx.language)
    title = t.gettext("Read and understood")
    head = Head(title=title, cut_off=formats.short_day(readings.day))
    columns = [
        Column(t.gettext("Who"), 24, bold=True), Column(t.gettext("Document"), 34), Column(t.gettext("Version"), 10, "RIGHT"),
        Column(t.gettext("Valid from"), 17), Column(t.gettext("Read and understood"), 20),
    ]  # fmt: skip
    rows = [
        [one.person, f"{one.code}  {one.title}", str(one.number), _day(one.since),
         formats.moment(one.read_at, ctx.zone) if one.read_at else t.gettext("Not yet")]
        for one in readings.lines
    ]  # fmt: skip
    return pdf(ctx, head, _story(title, columns, rows, head.width, t), progress)


def papers_table(papers: PapersPrint) -> Sheet:
    """The documents as a table."""
    columns = (
        _("Code"), _("Title"), _("Kind"), _("Clause"), _("Version"), _("Valid from"), _("Look at again"), _("Owner"), _("State"),
        _("Have read it"), _("Must read it"),
    )  # fmt: skip
    rows = tuple(
        (one.code, one.title, one.kind, one.clause, one.number or None, one.since, one.review_on, one.owner, one.state,
         one.read if one.readers else None, one.readers or None) for one in papers.lines
    )  # fmt: skip
    return Sheet(columns, rows)


def readings_table(readings: ReadingsPrint, zone: str) -> Sheet:
    """Who has read what as a table; moments on the clinic's clock."""
    columns = (_("Who"), _("Code"), _("Document"), _("Version"), _("Valid from"), _("Read and understood"))
    rows = tuple(
        (one.person, one.code, one.title, one.number, one.since,
         formats.local(one.read_at, zone).replace(tzinfo=None, second=0, microsecond=0) if one.read_at else None)
        for one in readings.lines
    )  # fmt: skip
    return Sheet(columns, rows)


def _story(title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: float, t: NullTranslations) -> list[Flowable]:
    if not rows:
        return [para(title, H1), para(t.gettext("There is nothing to show."))]
    return [para(title, H1), Rows(columns, rows, width=width)]


def _day(day: date | None) -> str:
    return formats.short_day(day) if day else "–"
