"""The letter to a client's GP (B5)."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Spacer

from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, STRONG, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress, ReferralPrint
from nmx_desk.reports.tables import facts


def referral_letter(ctx: PrintContext, letter: ReferralPrint, *, progress: Progress | None = None) -> bytes:
    """A letter to a doctor as PDF: to whom, about whom, why, the text as it was written, by whom."""
    t = translator(ctx.language)
    title = t.gettext("Letter to the GP")
    day = formats.day(letter.written_on, t)
    about = [(t.gettext("Name"), letter.client), (t.gettext("Born"), formats.day(letter.birth_date, t) if letter.birth_date else "–")]
    if letter.address:
        about.append((t.gettext("Address"), ", ".join(letter.address)))
    about.append((t.gettext("Reason"), letter.reason))
    story: list[Flowable] = [
        Spacer(0, 24),
        para("\n".join(letter.to) or t.gettext("To the GP"), BODY),
        Spacer(0, 24),
        para(t.gettext("{city}, {day}").format(city=letter.city, day=day) if letter.city else day, BODY),
        para(f"{title} ({t.gettext('copy')})" if letter.copy else title, H1),
    ]
    if letter.urgent:
        story.append(para(t.gettext("Urgent: please look at this today."), STRONG))
    greeting = t.gettext("Dear doctor {name},").format(name=letter.to_name) if letter.to_name else t.gettext("Dear doctor,")
    story += [facts(about), Spacer(0, 8), para(greeting, BODY)]
    story += [para(part, BODY) for part in letter.body.split("\n\n")]
    reached = " · ".join(filter(None, (shown_phone(letter.clinic_phone), letter.clinic_email)))
    signed = "\n".join(filter(None, (letter.author, letter.title, ctx.clinic_name, reached)))
    story.append(KeepTogether([Spacer(0, 6), para(t.gettext("Kind regards,"), BODY), Spacer(0, 30), para(signed, BODY)]))
    return pdf(ctx, Head(title=title), story, progress)
