"""The pack of a management review (C10): a chapter per input with room for what is said, decisions, signature."""

from __future__ import annotations

from datetime import datetime
from gettext import NullTranslations
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from nmx_desk.domain.kpi import DEFINITION_VERSION
from nmx_desk.domain.review_pack import ASKS, CHAPTERS, Pack, PackChapter, clause
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, LINE, SMALL, SOFT, STRONG, Head, para, pdf, style
from nmx_desk.reports.records import PrintContext, Progress, ReviewPrint
from nmx_desk.reports.tables import Column, Rows
from nmx_desk.reports.tags import artifact

SHARES: Final = {
    "a": (12, 42, 18, 14, 14), "c1": (14, 14, 28, 22, 22), "c2": (12, 36, 20, 18, 14), "c3": (30, 12, 19, 39),
    "c4": (12, 12, 36, 16, 10, 14),
    "c5": (50, 30, 20), "c6": (11, 21, 27, 12, 14, 15), "c7": (32, 20, 14, 14, 20), "d": (34, 46, 20), "e": (12, 12, 42, 10, 12, 12),
    "f": (14, 12, 74),
}  # fmt: skip
"""Widths of the columns of each chapter's table, in hundredths."""
NUMBERS: Final = {"c5": {2}, "c6": {4}, "c7": {3}, "e": {3, 4}}
"""Columns that are numbers."""
ASKED: Final = style(8, colour=SOFT, after=6)
ROOM: Final = 3
"""Lines to write on where nothing was written yet."""


class Lines(Flowable):
    """Empty lines to write on."""

    def __init__(self, count: int, width: float) -> None:
        super().__init__()
        self.width, self.height, self._count = width, count * 18 + 6, count

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As wide as there is room."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """Draw them."""
        with artifact(self.canv, "Layout"):
            self.canv.setStrokeColor(LINE)
            self.canv.setLineWidth(0.5)
            for number in range(1, self._count + 1):
                self.canv.line(0, self.height - number * 18, self.width, self.height - number * 18)


def review_report(ctx: PrintContext, review: ReviewPrint, *, progress: Progress | None = None) -> bytes:
    """The pack as PDF; who signed when and the fingerprint stand under a signed one."""
    t, pack, signed_at = translator(ctx.language), review.pack, review.signed_at
    title = t.gettext("Management review")
    cut_off = formats.moment(signed_at or ctx.generated_at, ctx.zone)
    version = "" if signed_at else t.gettext("version {n}").format(n=DEFINITION_VERSION)  # a signed pack says in its chapter which it had
    head = Head(title=title, period=formats.span(pack.first_on, pack.last_on, t), cut_off=cut_off, definitions=version)
    story: list[Flowable] = [para(pack.title or title, H1), *_about(pack, signed_at, t)]
    for number, chapter in enumerate(pack.chapters, 1):
        story += _chapter(number, chapter, signed=signed_at is not None, t=t)
    return pdf(ctx, head, [*story, *_decisions(pack, t), *_signature(ctx, review, t)], progress)


def _about(pack: Pack, signed_at: datetime | None, t: NullTranslations) -> list[Flowable]:
    number = pack.number or t.gettext("not kept yet")
    lines = [
        (t.gettext("Number"), number),
        (t.gettext("Discussed on"), formats.day(pack.held_on, t) if pack.held_on else "…"),
        (t.gettext("Who were there"), pack.attendees or "…"),
    ]
    story: list[Flowable] = [para(f"{name}: {value}", BODY) for name, value in lines]
    if signed_at is None:
        story.append(para(t.gettext("Draft: filled from the registers as they are now, not signed."), STRONG))
    return [*story, Spacer(0, 6)]


def _chapter(number: int, chapter: PackChapter, *, signed: bool, t: NullTranslations) -> list[Flowable]:
    title = f"{number}. {t.gettext(CHAPTERS.get(chapter.code, chapter.code))}"
    story: list[Flowable] = [CondPageBreak(120), para(title, H2)]
    if chapter.code in ASKS:
        story.append(para(f"ISO 9001 {clause(chapter.code)} · {t.gettext(ASKS[chapter.code])}", ASKED))
    story += [para(line, BODY) for line in chapter.lines]
    if chapter.rows:
        shares = SHARES.get(chapter.code, (100,) * len(chapter.columns))
        right, blank = NUMBERS.get(chapter.code, set()), [""] * len(chapter.columns)
        columns = [
            Column(name, share, "RIGHT" if place in right else "LEFT", bold=place == 0)
            for place, (name, share) in enumerate(zip(chapter.columns, shares, strict=True))
        ]
        story += [Rows(columns, [[*row, *blank][: len(columns)] for row in chapter.rows]), Spacer(0, 8)]
    for name, text in ((t.gettext("Discussed"), chapter.discussion), (t.gettext("Conclusion"), chapter.conclusion)):
        if text or not signed:
            written: Flowable = para(text, BODY) if text else Lines(ROOM, 0)
            story.append(KeepTogether([para(name, STRONG), written]) if len(text) < 1500 else para(name, STRONG))
            if len(text) >= 1500:
                story.append(written)
    return story


def _decisions(pack: Pack, t: NullTranslations) -> list[Flowable]:
    story: list[Flowable] = [CondPageBreak(190), para(t.gettext("Decisions"), H2)]
    story.append(para(t.gettext("ISO 9001 9.3.3: improvement, changes of the quality system, resources. Each becomes a task."), SMALL))
    if not pack.decisions:
        return [*story, para(t.gettext("No decisions were written down."), BODY) if pack.number else Lines(ROOM, 0)]
    columns = [Column(t.gettext("Kind"), 20, bold=True), Column(t.gettext("Decision"), 44), Column(t.gettext("Whose"), 20),
               Column(t.gettext("Due by"), 16)]  # fmt: skip
    rows = [[one.kind, one.text, one.owner or "–", formats.short_day(one.due_on) if one.due_on else "–"] for one in pack.decisions]
    return [*story, Rows(columns, rows), Spacer(0, 6)]


def _signature(ctx: PrintContext, review: ReviewPrint, t: NullTranslations) -> list[Flowable]:
    if review.signed_at is None:
        return [CondPageBreak(80), para(t.gettext("Signature"), H2), Lines(2, 0)]
    said = t.gettext("Signed by {name} on {moment}.").format(name=review.signed_by, moment=formats.moment(review.signed_at, ctx.zone))
    proof = t.gettext("Fingerprint of the signed pack (SHA-256): {sum}").format(sum=review.sha256)
    return [KeepTogether([para(t.gettext("Signature"), H2), para(said, BODY), para(proof, SMALL)])]
