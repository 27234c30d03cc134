"""The letter to a client's GP (B5)."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Spacer

from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, STRONG, Head, para, pdf, room, style, tall
from nmx_desk.reports.records import PrintContext, Progress, ReferralPrint
from nmx_desk.reports.tables import facts

SMALLER: Final = style(9, after=4)


def referral_letter(ctx: PrintContext, letter: ReferralPrint, *, progress: Progress | None = None) -> bytes:
    """A letter to a doctor as PDF: to whom, about whom, why, the text as it was written, by whom. Smaller when that saves a page."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Letter to the GP"))
    text, end = _parts(ctx, letter, BODY, t)
    smaller = _parts(ctx, letter, SMALLER, t)
    if tall([*smaller[0], *smaller[1]]) <= room(ctx, head) < tall([*text, *end]):
        text, end = smaller
    return pdf(ctx, head, [*text, KeepTogether(end)], progress)


def _parts(ctx: PrintContext, letter: ReferralPrint, body: ParagraphStyle, t: NullTranslations) -> tuple[list[Flowable], list[Flowable]]:
    """The letter up to its last paragraph; that with the closing, which stay together."""
    title, day = t.gettext("Letter to the GP"), formats.day(letter.written_on, t)
    about = [(t.gettext("Name"), letter.client), (t.gettext("Born"), formats.day(letter.birth_date, t) if letter.birth_date else "–")]
    if letter.address:
        about.append((t.gettext("Address"), ", ".join(letter.address)))
    about.append((t.gettext("Reason"), letter.reason))
    story: list[Flowable] = [
        Spacer(0, 18),
        para("\n".join(letter.to) or t.gettext("To the GP"), body),
        Spacer(0, 18),
        para(t.gettext("{city}, {day}").format(city=letter.city, day=day) if letter.city else day, body),
        para(f"{title} ({t.gettext('copy')})" if letter.copy else title, H1),
    ]
    if letter.urgent:
        story.append(para(t.gettext("Urgent: please look at this today."), STRONG))
    greeting = t.gettext("Dear doctor {name},").format(name=letter.to_name) if letter.to_name else t.gettext("Dear doctor,")
    *parts, last = letter.body.split("\n\n")
    story += [facts(about), Spacer(0, 8), para(greeting, body), *(para(part, body) for part in parts)]
    reached = " · ".join(filter(None, (shown_phone(letter.clinic_phone), letter.clinic_email)))
    signed = "\n".join(filter(None, (letter.author, letter.title, ctx.clinic_name, reached)))
    closing = [para(last, body), Spacer(0, 6), para(t.gettext("Kind regards,"), body), Spacer(0, 28), para(signed, body)]
    return story, closing
