"""The clinic's mail in words: what a message about an appointment says, with the invitation that goes along, and whom it may go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nmx_desk.data import merging, outbox
from nmx_desk.domain.agenda import INTAKE, Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.clients import NO_CONTACT, Client, ClientStatus
from nmx_desk.domain.contacts import ContactKind
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.mail_texts import BODY, MAIL_TEXTS, SUBJECT, code_of, fill
from nmx_desk.domain.mailing import MailKind
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.walltime import start_minute
from nmx_desk.exchange.invitations import CalendarEvent, invitation, zone_words
from nmx_desk.exchange.smtp import mailable
from nmx_desk.i18n import LANGUAGES, S_, translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import ConfirmationPrint
from nmx_desk.services.appointment_words import letter_of
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.contact_points import points_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.representatives import mail_address


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Whom mail about an appointment goes to. ``why_not``: a sentence when nothing may go there; then there is no address."""

    client: Client | None = None
    request: AdviceRequest | None = None
    address: str = ""
    language: str = "nl"
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class MailText:
    """A message in words. ``calendar``: the iCalendar text that goes along."""

    subject: str
    body: str
    calendar: str


def receiver_of(work: Work, made: Appointment) -> Receiver:
    """Whom mail about an appointment goes to, or why it goes to nobody."""
    client = merging.current(work.store, made.client_id) if made.client_id else None
    request = work.store.find_one(AdviceRequest, id=made.request_id) if made.request_id else None
    if client is None and request is not None and request.client_id:
        client = merging.current(work.store, request.client_id)
    language = known_language(client.language if client else work.clinic.language)
    why = _why_not(client) if client else S_("Nobody knows an address: this appointment is of no client.") if request is None else ""
    address = "" if why else mail_address(work, client) if client else request.email if request else ""
    if not why and not mailable(address):
        why = _no_address(work, client, address)
    return Receiver(client=client, request=request, address="" if why else address, language=language, why_not=why)


def _why_not(client: Client) -> str:
    if client.has_died:
        return S_("{name} has died: nothing is sent.").format(name=client.name)
    if client.status in {ClientStatus.DESTROYED, ClientStatus.MERGED} or client.merged_into:
        return S_("This file is not there any more: nothing is sent.")
    if client.preferred_channel == NO_CONTACT:
        return S_("{name} wants no messages.").format(name=client.name)
    return ""


def _no_address(work: Work, client: Client | None, address: str) -> str:
    if address:
        return S_("The address {address} has signs that mail servers do not take.").format(address=address)
    if client and any(point.kind is ContactKind.EMAIL and point.bounced_on for point in points_of(work, client)):
        return S_("Mail to the address of {name} came back. Ask for another one.").format(name=client.name)
    return S_("No e-mail address is known.")


def write_mail(work: Work, kind: MailKind, made: Appointment, to: Receiver, *, before: Appointment | None = None) -> MailText:
    """What a message of this kind says of an appointment. ``before``: where it was, for a change."""
    letter = letter_of(work, made, to.client, to.request, to.language)
    values = _values(work, made, letter, to.language, before or made)
    texts = {item.code: item.label(to.language) for item in items_of(work, MAIL_TEXTS)}
    return MailText(
        subject=fill(texts[code_of(kind, SUBJECT)], values), body=fill(texts[code_of(kind, BODY)], values) + "\n",
        calendar=invitation(_event(work, kind, made, to, letter, values["about"])),
    )  # fmt: skip


def write_series(work: Work, coming: Sequence[Appointment], to: Receiver) -> MailText:
    """The confirmation of a series: every day and time in one message, and an invitation for each."""
    first = coming[0]
    letter = letter_of(work, first, to.client, to.request, to.language)
    values = _values(work, first, letter, to.language, first)
    days = [f"- {_day(one.starts_at, one.zone, to.language)}, {_time(one.starts_at, one.ends_at, one.zone, to.language)}" for one in coming]
    texts = {item.code: item.label(to.language) for item in items_of(work, MAIL_TEXTS)}
    filled = {part: fill(texts[code_of(MailKind.CONFIRMATION, part)], values | {"details": "\n".join([*days, "", values["about"]])})
              for part in (SUBJECT, BODY)}  # fmt: skip
    events = [_event(work, MailKind.CONFIRMATION, one, to, letter, values["about"]) for one in coming]
    return MailText(subject=filled[SUBJECT], body=filled[BODY] + "\n", calendar="".join(map(invitation, events)))


@use_case("settings.read", writes=False)
def mail_samples(work: Work) -> dict[str, dict[str, str]]:
    """What would stand in for the placeholders in a message about an invented appointment, by language: to see a text as it goes out."""
    day = work.today() + timedelta(days=7)
    start = from_minutes(start_minute(work.clinic.zone, day, 10 * 60))
    kind = next(iter(work.store.find(AppointmentType, code=INTAKE)), AppointmentType(duration=60))
    made = Appointment(starts_at=start, ends_at=start + timedelta(minutes=kind.duration), zone=work.clinic.zone, type_code=kind.code,
                       practitioner_id=work.user.id, channel=kind.channel)  # fmt: skip
    before = replace(made, starts_at=start - timedelta(days=1))
    found = {}
    for language in LANGUAGES:
        invented = Client(first_name="Anna", prefix="de", surname="Vries")
        found[language] = _values(work, made, letter_of(work, made, invented, None, language), language, before)
    return found


def _values(work: Work, made: Appointment, letter: ConfirmationPrint, language: str, before: Appointment) -> dict[str, str]:
    t, clinic = translator(language), work.clinic
    day, time = _day(made.starts_at, made.zone, language), _time(made.starts_at, made.ends_at, made.zone, language)
    facts = ((t.gettext("Appointment"), letter.type_name), (t.gettext("With"), letter.practitioner), (t.gettext("Place"), letter.place))
    about = [f"{name}: {value}" for name, value in facts]
    bring = [f"{t.gettext('Please bring')}:", *(f"- {thing}" for thing in letter.bring)] if letter.bring else []
    until = formats.cancelling(letter.cancel_hours, letter.clinic_phone, t)
    was = t.gettext("{day}, {time}").format(
        day=_day(before.starts_at, before.zone, language), time=formats.clock(before.starts_at, before.zone)
    )
    return {
        "name": letter.name, "about": "\n".join(about), "day": day, "time": time, "before": was,
        "type": letter.type_name, "practitioner": letter.practitioner, "place": letter.place, "bring": "\n".join(bring),
        "cancelling": f"{t.gettext('Unable to come?')} {until}".replace("\u00a0", " "),
        "details": "\n".join([f"{t.gettext('Date')}: {day}", f"{t.gettext('Time')}: {time}", *about]),
        "clinic": clinic.name, "phone": letter.clinic_phone,
    }  # fmt: skip


def _day(instant: datetime, zone: str, language: str) -> str:
    return formats.weekday(formats.local(instant, zone).date(), translator(language))


def _time(start: datetime, end: datetime, zone: str, language: str) -> str:
    """From when to when, with the zone these times are in."""
    text = translator(language).gettext("{from_time} to {to_time} ({zone})")
    return text.format(from_time=formats.clock(start, zone), to_time=formats.clock(end, zone), zone=zone_words(start, zone))


def _event(work: Work, kind: MailKind, made: Appointment, to: Receiver, letter: ConfirmationPrint, details: str) -> CalendarEvent:
    title = translator(to.language).gettext("Appointment at {clinic}").format(clinic=work.clinic.name)
    return CalendarEvent(
        uid=made.uid, sequence=made.sequence, start=made.starts_at, end=made.ends_at, zone=made.zone, title=title, stamp=work.now(),
        text=details, place=letter.place, organiser=work.clinic.name, organiser_address=sender_address(work), attendee=letter.name,
        attendee_address=to.address, cancelled=kind is MailKind.CANCELLATION or made.status is AppointmentStatus.CANCELLED,
    )  # fmt: skip


def sender_address(work: Work) -> str:
    """The address that the clinic's mail comes from; the clinic's own while no account is set."""
    account = outbox.sender(work.store)
    return (account.from_address if account else "") or work.clinic.email
