"""The registers of complaints (C4) and incidents (C5) on paper and as tables, and the letters about a complaint."""

from __future__ import annotations

from gettext import NullTranslations
from itertools import groupby
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.grievances import JUDGEMENT_NAMES
from nmx_desk.i18n import _, translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SECOND, STRONG, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_cases import CasesPrint, GrievanceLetterPrint
from nmx_desk.reports.sheets import Sheet
from nmx_desk.reports.tables import Column, Rows, over, tiles

RECEIPT, LONGER, JUDGED = "receipt", "longer", "judged"
LETTERS: Final = (RECEIPT, LONGER, JUDGED)


def case_register(ctx: PrintContext, found: CasesPrint, *, progress: Progress | None = None) -> bytes:
    """A register over a period as PDF: figures, groups, quarters, the list. Nobody is named."""
    t = translator(ctx.language)
    version = t.gettext("version {n}").format(n=found.definitions) if found.definitions else ""
    head = Head(title=found.title, period=formats.span(found.first, found.last, t), definitions=version)
    story: list[Flowable] = [para(found.title, H1)]
    if found.tiles:
        story.append(tiles([(one.name, one.value, one.remark) for one in found.tiles]))
    if found.terms:
        story += [*over(t.gettext("Terms of the law")), *(para(line, BODY) for line in found.terms), Spacer(0, 6)]
    for group, lines in groupby(found.counts, lambda one: one.group):
        columns = [Column(group, 80, bold=True), Column(t.gettext("Number of them"), 20, "RIGHT")]
        story += [CondPageBreak(90), Rows(columns, [[one.name, str(one.count)] for one in lines]), Spacer(0, 8)]
    if found.quarters:
        names = (t.gettext("Came in"), t.gettext("Was closed"))
        series = [(names[0], SECOND, [one.came for one in found.quarters]), (names[1], ACCENT, [one.closed for one in found.quarters])]
        columns = [Column(t.gettext("Quarter"), 40, bold=True), *(Column(name, 30, "RIGHT") for name in names)]
        rows = [[one.name, str(one.came), str(one.closed)] for one in found.quarters]
        story += [CondPageBreak(260), para(t.gettext("By quarter"), H2), charts.bars([one.name for one in found.quarters], series)]
        story += [Rows(columns, rows), Spacer(0, 8)]
    story += over(t.gettext("The list"))
    if not found.rows:
        return pdf(ctx, head, [*story, para(t.gettext("Nothing in this period."), BODY)], progress)
    columns = [Column(t.gettext("Number"), 11, bold=True), Column(t.gettext("Day"), 12), Column(t.gettext("What"), 41),
               Column(t.gettext("State"), 18), Column(t.gettext("Term"), 18)]  # fmt: skip
    rows = [
        [one.number, formats.short_day(one.day), "\n".join(filter(None, (one.summary, one.about))), one.state, one.term]
        for one in found.rows
    ]
    return pdf(ctx, head, [*story, Rows(columns, rows)], progress)


def tables(found: CasesPrint) -> tuple[Sheet, ...]:
    """The list, the groups and the quarters as tables."""
    return (
        Sheet((_("Number"), _("Day"), _("About"), _("What"), _("State"), _("Term")),
              tuple((one.number, one.day, one.about, one.summary, one.state, one.term) for one in found.rows), title=_("The list")),
        Sheet((_("Group"), _("Name"), _("Number of them")),
              tuple((one.group, one.name, one.count) for one in found.counts), title=_("Groups")),
        Sheet((_("Quarter"), _("Came in"), _("Was closed")),
              tuple((one.name, one.came, one.closed) for one in found.quarters), title=_("By quarter")),
    )  # fmt: skip


# -- letters -----------------------------------------------------------------------------------------------------------------------------


def grievance_letter(ctx: PrintContext, letter: GrievanceLetterPrint, *, progress: Progress | None = None) -> bytes:
    """A letter about a complaint, in the language of who complained: receipt, a longer term, or the judgement."""
    t = translator(ctx.language)
    titles = {LONGER: t.gettext("Your complaint: we need more time"), JUDGED: t.gettext("Our judgement on your complaint")}
    title, day = titles.get(letter.kind, t.gettext("We received your complaint")), formats.day(letter.written_on, t)
    greeting = t.gettext("Dear {name},").format(name=letter.to) if letter.to else t.gettext("Dear sir or madam,")
    story: list[Flowable] = [
        Spacer(0, 18), para("\n".join(filter(None, (letter.to, *letter.address))), BODY), Spacer(0, 18),
        para(t.gettext("{city}, {day}").format(city=letter.city, day=day) if letter.city else day, BODY),
        para(title, H1), para(t.gettext("Our number: {number}").format(number=letter.number), BODY), para(greeting, BODY),
    ]  # fmt: skip
    verdict = _verdict(letter, t)
    story += [para(text, STRONG if text == verdict else BODY) for text in _body(letter, ctx.language)]
    reached = " · ".join(filter(None, (shown_phone(letter.clinic_phone), letter.clinic_email)))
    signed = "\n".join(filter(None, (letter.author, ctx.clinic_name, reached)))
    closing = [para(t.gettext("Kind regards,"), BODY), Spacer(0, 28), para(signed, BODY)]
    return pdf(ctx, Head(title=title), [*story, Spacer(0, 6), KeepTogether(closing)], progress)


def _body(letter: GrievanceLetterPrint, language: str) -> list[str]:
    t = translator(language)
    received, due = formats.day(letter.received_on, t), formats.day(letter.due_on, t)
    said = {
        RECEIPT: [
            t.gettext("On {day} we received your complaint. Thank you for telling us: we take it seriously and look into it with care."),
            t.gettext("You get our judgement in writing on {due} at the latest. If we need more time, we tell you why before that day."),
            t.gettext("Your complaint is kept apart from your medical file. Who handles it may call you with questions."),
        ],
        LONGER: [
            t.gettext("On {day} we received your complaint. We need more time to judge it with care, because:"),
            letter.reason,
            t.gettext("The law gives us four weeks more for this. You get our judgement on {due} at the latest."),
        ],
        JUDGED: [
            t.gettext("On {day} we received your complaint. We looked into it and come to this judgement:"),
            _verdict(letter, t),
            letter.grounds,
        ],
    }.get(letter.kind, [])
    typed = {letter.reason, letter.grounds}
    lines = [text if text in typed else text.format(day=received, due=due) for text in said]
    return [line for line in (*lines, *_turn_to(letter, language)) if line]


def _verdict(letter: GrievanceLetterPrint, t: NullTranslations) -> str:
    return t.gettext(JUDGEMENT_NAMES[letter.judgement]) + "."


def _turn_to(letter: GrievanceLetterPrint, language: str) -> list[str]:
    """Whom the client can turn to."""
    t, made = translator(language), []
    if letter.officer:
        made.append(t.gettext("The complaints officer helps you free of charge and takes no side: {name}.").format(name=letter.officer))
    if letter.body and letter.kind == JUDGED:
        words = t.gettext("Do you not agree? You can put it before the dispute body that we belong to: {name}.")
        made.append(words.format(name=letter.body))
    return made
