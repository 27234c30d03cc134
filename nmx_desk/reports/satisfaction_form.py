"""The form that asks what a client thinks of the clinic: one page, plain words, scales that begin at nought, a code to find it again."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable, PageBreak, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports.paper import BODY, BOLD, H1, INK, LINE, REGULAR, SMALL, SOFT, WIDTH, Head, clean, fit, fonts, para, pdf, qr, style
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_people import FormPrint
from nmx_desk.reports.tags import artifact, tagged

ASKED = style(11.5, bold=True, before=10, after=5, tag="H2")
PLAIN = style(10.5, after=5)
BOX, GAP = 11 * mm, 4 * mm
LINES_APART = 9 * mm
LONGEST_CODE = 40


class Scale(Flowable):
    """A row of boxes to tick, from ``first`` to ten, with what the ends mean under them."""

    def __init__(self, first: int, least: str, most: str) -> None:
        super().__init__()
        fonts()
        self.first, self.least, self.most = first, least, most
        self.width, self.height = WIDTH, BOX + 16

    def draw(self) -> None:
        """Draw it."""
        canvas, count = self.canv, 11 - self.first
        wide = count * BOX + (count - 1) * GAP
        words = ", ".join(map(str, range(self.first, 11)))
        with tagged(canvas, "Figure", alt=f"{words}: {self.first} = {clean(self.least)}, 10 = {clean(self.most)}"):
            canvas.setLineWidth(0.9)
            canvas.setStrokeColor(INK)
            for place in range(count):
                left = place * (BOX + GAP)
                canvas.setFillColor(INK)
                canvas.roundRect(left, 16, BOX, BOX, 2.5, stroke=1, fill=0)
                canvas.setFont(BOLD, 11)
                canvas.drawCentredString(left + BOX / 2, 16 + BOX / 2 - 4, str(self.first + place))
            canvas.setFont(REGULAR, 8.5)
            canvas.setFillColor(SOFT)
            canvas.drawString(0, 3, fit(self.least, REGULAR, 8.5, wide / 2 - 4))
            canvas.drawRightString(wide, 3, fit(self.most, REGULAR, 8.5, wide / 2 - 4))


class Blank(Flowable):
    """Lines to write on."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.width, self.height = count, WIDTH, count * LINES_APART + 2

    def draw(self) -> None:
        """Draw them; they say nothing."""
        with artifact(self.canv):
            self.canv.setStrokeColor(LINE)
            self.canv.setLineWidth(0.8)
            for number in range(self.count):
                at = self.height - (number + 1) * LINES_APART
                self.canv.line(0, at, WIDTH, at)


class FormCode(Flowable):
    """The code of this form in letters and as a picture for a scanner."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__()
        fonts()
        self.code, self.words, self.side = clean(code)[:LONGEST_CODE].strip() or "–", words, 22 * mm
        self.width, self.height = WIDTH, self.side

    def draw(self) -> None:
        """Draw it."""
        canvas = self.canv
        with tagged(canvas, "P"):
            canvas.setFillColor(SOFT)
            canvas.setFont(REGULAR, 8.5)
            canvas.drawString(self.side + 8, self.side / 2 + 8, fit(self.words, REGULAR, 8.5, WIDTH - self.side - 10))
            canvas.setFillColor(INK)
            canvas.setFont(BOLD, 17)
            wide = pdfmetrics.stringWidth(self.code, BOLD, 17)
            canvas.drawString(self.side + 8, self.side / 2 - 12, self.code if wide < WIDTH / 2 else fit(self.code, BOLD, 17, WIDTH / 2))
        with tagged(canvas, "Figure", alt=self.code):
            qr(canvas, self.code, self.side)


def satisfaction_form(ctx: PrintContext, found: FormPrint, *, progress: Progress | None = None) -> bytes:
    """The forms, a page each, in the language of the context."""
    t = translator(ctx.language)
    story: list[Flowable] = []
    for number, code in enumerate(found.codes):
        story += [PageBreak()] * bool(number) + list(_page(ctx, found, code, t))
    return pdf(ctx, Head(title=t.gettext("What do you think of us?"), apart=True), story, progress)


def _page(ctx: PrintContext, found: FormPrint, code: str, t: NullTranslations) -> Sequence[Flowable]:
    known = (
        t.gettext("The code below belongs to you. We can see that this answer is yours. We use it only to do our work better.")
        if found.named
        else t.gettext("You do not have to write your name. We cannot see that this answer is yours.")
    )
    about = t.gettext("This is about your contact with {name}.").format(name=found.practitioner) if found.practitioner else ""
    question = t.gettext("Would you recommend {clinic} to family or friends?").format(clinic=ctx.clinic_name[:80])
    return [
        para(t.gettext("What do you think of us?"), H1),
        para(t.gettext("We like to know what goes well and what can be better. It takes three minutes."), PLAIN),
        para(" ".join(filter(None, (known, about))), PLAIN),
        para("1. " + question, ASKED), para(t.gettext("Tick one box."), BODY),
        Scale(0, t.gettext("certainly not"), t.gettext("certainly")),
        para("2. " + t.gettext("Which mark do you give us?"), ASKED), para(t.gettext("Tick one box."), BODY),
        Scale(1, t.gettext("very bad"), t.gettext("very good")),
        para("3. " + t.gettext("What goes well?"), ASKED), Blank(3),
        para("4. " + t.gettext("What can be better?"), ASKED), Blank(4),
        Spacer(0, 8),
        para(t.gettext("Put the form in the box at the desk, or give it to us. Thank you."), PLAIN),
        para(t.gettext("Do you have a complaint? Tell us at the desk. You can then talk about it, and you always get an answer."), SMALL),
        Spacer(0, 4), FormCode(code, t.gettext("Code of this form")),
    ]  # fmt: skip
