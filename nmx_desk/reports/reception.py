"""What the front desk prints: day list (A1), call-back list (A2), appointment confirmation (A3). No clinical text on any of them."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, Head, para, pdf
from nmx_desk.reports.records import CallBackPrint, CallBackRow, ConfirmationPrint, DayPrint, DayRow, PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, facts


def _lines(*parts: str) -> str:
    return "\n".join(p for p in parts if p)


def day_list(ctx: PrintContext, day: DayPrint, *, progress: Progress | None = None) -> bytes:
    """The appointments of a day as PDF, in the order given."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Day list"), period=formats.day(day.day, t), filter_text=day.filter_text or t.gettext("none"))
    n = len(day.rows)
    story: list[Flowable] = [
        para(t.gettext("Day list, {day}").format(day=formats.weekday(day.day, t)), H1),
        para(t.ngettext("{n} appointment", "{n} appointments", n).format(n=n), BODY),
    ]
    columns = [
        Column(t.gettext("Time"), 17, bold=True),
        Column(t.gettext("Client"), 22),
        Column(t.gettext("Phone"), 16),
        Column(t.gettext("Appointment"), 23),
        Column(t.gettext("Call instruction"), 22),
    ]

    def row(a: DayRow) -> list[str]:
        time = f"{formats.clock(a.start, ctx.zone)} – {formats.clock(a.end, ctx.zone)}"
        who = _lines(a.type_name, a.practitioner, a.room)
        return [_lines(time, a.status), _lines(a.client, a.client_no), shown_phone(a.phone), who, a.call_instruction]

    if day.rows:
        story.append(Rows(columns, [row(a) for a in day.rows]))
    else:
        story.append(para(t.gettext("There are no appointments on this day."), BODY))
    return pdf(ctx, head, story, progress)


def call_back_list(ctx: PrintContext, calls: CallBackPrint, *, progress: Progress | None = None) -> bytes:
    """The open requests that wait for a call as PDF, with their age at the moment of printing."""
    t = translator(ctx.language)
    head = Head(
        title=t.gettext("Call-back list"),
        cut_off=formats.moment(ctx.generated_at, ctx.zone),
        filter_text=calls.filter_text or t.gettext("none"),
    )
    n = len(calls.rows)
    story: list[Flowable] = [
        para(t.gettext("Call-back list"), H1),
        para(t.ngettext("{n} person to call", "{n} people to call", n).format(n=n), BODY),
    ]
    columns = [
        Column(t.gettext("Received"), 20),
        Column(t.gettext("Name"), 20, bold=True),
        Column(t.gettext("Phone"), 17),
        Column(t.gettext("Attempts"), 20),
        Column(t.gettext("Call again"), 20),
        Column(t.gettext("Call instruction"), 18),
    ]

    def row(r: CallBackRow) -> list[str]:
        days = max((formats.local(ctx.generated_at, ctx.zone).date() - formats.local(r.received_at, ctx.zone).date()).days, 0)
        age = t.ngettext("{n} day ago", "{n} days ago", days).format(n=days) if days else t.gettext("today")
        tried = t.ngettext("{n} attempt", "{n} attempts", r.attempts).format(n=r.attempts)
        again = formats.moment(r.next_at, ctx.zone) if r.next_at else "–"
        received = _lines(formats.moment(r.received_at, ctx.zone), age)
        return [received, r.name, shown_phone(r.phone), _lines(tried, r.last_result), _lines(again, r.owner), r.call_instruction]

    if calls.rows:
        story.append(Rows(columns, [row(r) for r in calls.rows]))
    else:
        story.append(para(t.gettext("Nobody is waiting for a call."), BODY))
    return pdf(ctx, head, story, progress)


def appointment_confirmation(ctx: PrintContext, letter: ConfirmationPrint, *, progress: Progress | None = None) -> bytes:
    """A letter that confirms one appointment, as PDF."""
    t = translator(ctx.language)
    story: list[Flowable] = [
        Spacer(0, 24),
        para(_lines(letter.name, *letter.address), BODY),
        Spacer(0, 24),
        para(formats.day(formats.local(ctx.generated_at, ctx.zone).date(), t), BODY),
        para(t.gettext("Confirmation of the appointment"), H1),
        para(t.gettext("Dear {name},").format(name=letter.name), BODY),
        para(t.gettext("This appointment has been made:"), BODY),
        facts(_appointment_facts(ctx, letter)),
    ]
    if letter.bring:
        story += [para(t.gettext("Please bring"), H2), *(para("• " + x, BODY) for x in letter.bring)]
    story += [para(t.gettext("Unable to come?"), H2), para(formats.cancelling(letter.cancel_hours, letter.clinic_phone, t), BODY)]
    story += [Spacer(0, 12), para(_lines(t.gettext("Kind regards,"), ctx.clinic_name), BODY)]
    return pdf(ctx, Head(title=t.gettext("Confirmation of the appointment")), story, progress)


def confirmation_text(ctx: PrintContext, letter: ConfirmationPrint) -> str:
    """The same letter as plain text, for an e-mail or a message."""
    t = translator(ctx.language)
    told = "\n".join(f"{name}: {value}" for name, value in _appointment_facts(ctx, letter))
    parts = [t.gettext("Dear {name},").format(name=letter.name), t.gettext("This appointment has been made:"), told]
    if letter.bring:
        parts.append("\n".join([f"{t.gettext('Please bring')}:", *(f"- {thing}" for thing in letter.bring)]))
    parts.append(f"{t.gettext('Unable to come?')} {formats.cancelling(letter.cancel_hours, letter.clinic_phone, t)}")
    parts.append(_lines(t.gettext("Kind regards,"), ctx.clinic_name, ctx.clinic_address))
    return "\n\n".join(parts).replace("\u00a0", " ") + "\n"


def _appointment_facts(ctx: PrintContext, letter: ConfirmationPrint) -> list[tuple[str, str]]:
    t = translator(ctx.language)
    times = t.gettext("{from_time} to {to_time}").format(
        from_time=formats.clock(letter.start, ctx.zone), to_time=formats.clock(letter.end, ctx.zone)
    )
    rows = [
        (t.gettext("Date"), formats.weekday(formats.local(letter.start, ctx.zone).date(), t)),
        (t.gettext("Time"), times),
        (t.gettext("Appointment"), letter.type_name),
        (t.gettext("With"), letter.practitioner),
        (t.gettext("Place"), letter.place),
    ]
    if letter.price_cents is not None:
        price = t.gettext("free of charge") if letter.price_cents == 0 else formats.euro(letter.price_cents, t)
        rows.append((t.gettext("Price"), price))
    return rows
