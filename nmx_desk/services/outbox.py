"""The outbox: what goes out to clients about their appointments (AGENDA §4).

A message is queued in the unit of work that books, moves or cancels, and says what holds at its end: what a later change overtakes is
withdrawn, what the client knows already is not said again. It waits a little, so that what is undone at once is never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nmx_desk.data import outbox as data
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.mailing import ON_THE_WAY, MailKind, MailSender, MailState, OutgoingMail, may_become
from nmx_desk.i18n import S_, _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.mail_texts import MailText, Receiver, receiver_of, write_mail, write_series

_M = MailState
HOLD = timedelta(minutes=2)
MOST_SHOWN = 500
_SAID = ("DTSTART", "DTEND", "LOCATION", "DESCRIPTION")
"""What an invitation says that a client has to know about."""


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """A message of the list. ``name``: whom it is about, as they are called now."""

    mail: OutgoingMail
    name: str
    client_no: str = ""


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """The messages in sight, and how many there are in each state. ``sends``: whether the clinic's mail is switched on."""

    rows: tuple[MailRow, ...]
    counts: dict[MailState, int]
    sends: bool
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class MailPreview:
    """A message that is not queued. ``why_not``: why none could go out; then there is no text."""

    kind: MailKind
    address: str = ""
    why_not: str = ""
    text: MailText | None = None


# -- what follows from the agenda --------------------------------------------------------------------------------------------------------


def follow(work: Work, made: Appointment) -> Appointment:
    """Tell who comes what became of an appointment, when the clinic sends mail and they can get it; gives the appointment back.

    Called in the unit of work that booked, moved, cancelled or put back, with the row as it is now.
    """
    account = data.sender(work.store)
    if account is not None and account.is_active:
        _tell(work, account, made)
    return made


def _tell(work: Work, account: MailSender, made: Appointment) -> None:
    earlier = data.of_appointment(work.store, made)
    for mail in earlier:
        if mail.state is _M.WAITING and _of_series(mail):
            _rewrite(work, mail, made.series_id or "", mail.calendar)
            return
        if mail.state is _M.WAITING:
            step(work, mail, _M.WITHDRAWN, answer=S_("The appointment was changed before this was sent."))
    if made.afterwards or made.starts_at <= work.now():
        return
    to = receiver_of(work, made)
    told = next((mail for mail in reversed(earlier) if mail.state in data.TOLD), None)
    kind = None if to.why_not else _kind(work, made, told, earlier)
    if kind is None:
        return
    series = data.waiting_of_series(work.store, made.series_id) if made.series_id and kind is MailKind.CONFIRMATION else None
    if series is not None:
        _rewrite(work, series, made.series_id or "", series.calendar + made.uid)
        return
    text = write_mail(work, kind, made, to, before=_before(work, made, told))
    if told is None or kind is not MailKind.CHANGE or _said(told.calendar, made.uid) != _said(text.calendar, made.uid):
        _queue(work, account, kind, made, to, text)


def _kind(work: Work, made: Appointment, told: OutgoingMail | None, earlier: Sequence[OutgoingMail]) -> MailKind | None:
    """What to say to somebody who was ``told`` this last; who was never sent a confirmation knows the appointment another way."""
    otherwise = told is None and all(mail.kind is not MailKind.CONFIRMATION for mail in earlier)
    knows = told is not None and told.kind is not MailKind.CANCELLATION
    if made.status is AppointmentStatus.CANCELLED and (knows or otherwise):
        return MailKind.CANCELLATION
    if made.status is not AppointmentStatus.CONFIRMED:
        return None
    if otherwise and earlier and _stands(work, made, earlier[0]):
        return None
    return MailKind.CHANGE if knows or (otherwise and (earlier or made.moved_from)) else MailKind.CONFIRMATION


def _stands(work: Work, made: Appointment, mail: OutgoingMail) -> bool:
    """Whether an appointment is again where it was before the first message about it."""
    about = work.store.find_one(Appointment, id=mail.appointment_id or "")
    if about is not None and mail.kind is MailKind.CHANGE and about.moved_from:
        about = work.store.find_one(Appointment, id=about.moved_from)
    there = (made.starts_at, made.ends_at, made.practitioner_id)
    return about is not None and there == (about.starts_at, about.ends_at, about.practitioner_id)


def _before(work: Work, made: Appointment, told: OutgoingMail | None) -> Appointment | None:
    """The appointment as its reader knows it."""
    known = told.appointment_id if told and not _of_series(told) else made.moved_from
    return work.store.find_one(Appointment, id=known) if known else None


def _said(calendar: str, uid: str) -> list[str]:
    """When and where an invitation says that this appointment is, line by line."""
    events = calendar.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]
    return sorted(line for event in events if f"UID:{uid}\r\n" in event for line in event.split("\r\n") if line.startswith(_SAID))


def _of_series(mail: OutgoingMail) -> bool:
    """Whether a message is about more than one appointment."""
    return mail.calendar.count("\r\nUID:") > 1


def _rewrite(work: Work, mail: OutgoingMail, series_id: str, uids: str) -> OutgoingMail | str:
    """The confirmation of a series that waits, with what is on of it now; without any it is withdrawn. ``uids``: a text that names them."""
    coming = [one for one in data.coming_of_series(work.store, series_id, work.now()) if one.uid in uids]
    to = receiver_of(work, coming[0]) if coming else Receiver(why_not=S_("The appointment was changed before this was sent."))
    if to.why_not:
        step(work, mail, _M.WITHDRAWN, answer=to.why_not)
        return to.why_not
    text = write_series(work, coming, to) if len(coming) > 1 else write_mail(work, mail.kind, coming[0], to)
    return work.store.change(mail, **vars_of(text), appointment_id=coming[0].id, address=to.address, language=to.language)


def _queue(
    work: Work, account: MailSender, kind: MailKind, made: Appointment, to: Receiver, text: MailText, *, hold: timedelta = HOLD
) -> OutgoingMail:
    domain = account.from_address.rpartition("@")[2] or "localhost"
    return work.store.add(OutgoingMail(
        client_id=to.client.id if to.client else None, request_id=made.request_id, appointment_id=made.id, kind=kind, address=to.address,
        language=to.language, subject=text.subject, body=text.body, calendar=text.calendar, message_id=f"<{work.new_id()}@{domain}>",
        state_at=work.now(), next_try_at=work.now() + hold,
    ))  # fmt: skip


def queue_mail(work: Work, kind: MailKind, appointment_id: str, *, hold: timedelta = HOLD) -> OutgoingMail:
    """Queue a message that somebody asked for. Raises ``UserError`` with why it cannot go out."""
    account, made = _active(work), work.store.get(Appointment, appointment_id)
    if made.status is not AppointmentStatus.CONFIRMED or made.starts_at <= work.now():
        raise UserError("", _("This appointment is not to come any more: there is nothing to say of it."))
    to = receiver_of(work, made)
    if to.why_not:
        raise UserError("", to.why_not)
    return _queue(work, account, kind, made, to, write_mail(work, kind, made, to), hold=hold)


def can_mail(work: Work, made: Appointment) -> bool:
    """Whether the clinic sends mail, and who comes can get it."""
    account = data.sender(work.store)
    return account is not None and account.is_active and not receiver_of(work, made).why_not


def _active(work: Work) -> MailSender:
    account = data.sender(work.store)
    if account is None or not account.is_active:
        raise UserError("", _("The clinic sends no mail. Who manages the settings can switch it on, under “Mail”."))
    return account


# -- looking -----------------------------------------------------------------------------------------------------------------------------


@use_case("mail.read", writes=False)
def list_outbox(work: Work, *, gone: bool = False) -> Outbox:
    """Messages that wait, are in doubt or were refused; with ``gone`` those that were sent or withdrawn. The look is logged."""
    states = (_M.SENT, _M.WITHDRAWN) if gone else ON_THE_WAY
    found = data.posted(work.store, states, MOST_SHOWN)
    work.seen("outbox", "gone" if gone else "waiting", None)
    account = data.sender(work.store) or MailSender()
    return Outbox(
        rows=tuple(_row(one) for one in found), counts=data.counts(work.store), sends=account.is_active, trouble=account.trouble
    )  # fmt: skip


def _row(found: data.Posted) -> MailRow:
    name = found.client.name if found.client else found.request.name if found.request else ""
    return MailRow(mail=found.mail, name=name, client_no=found.client.client_no if found.client else "")


@use_case("mail.read", writes=False)
def open_mail(work: Work, mail_id: str) -> OutgoingMail:
    """A message as it goes out, or went. The look is logged."""
    mail = work.store.get(OutgoingMail, mail_id)
    work.seen("outgoing_mail", mail.id, mail.client_id)
    return mail


@use_case("mail.read", writes=False)
def preview_mail(work: Work, appointment_id: str, kind: MailKind = MailKind.CONFIRMATION) -> MailPreview:
    """What a message about an appointment would say, to look at before it is sent. The look is logged."""
    made = work.store.get(Appointment, appointment_id)
    to = receiver_of(work, made)
    work.seen("mail_preview", made.id, to.client.id if to.client else made.client_id)
    if to.why_not:
        return MailPreview(kind=kind, why_not=to.why_not)
    before = work.store.find_one(Appointment, id=made.moved_from) if made.moved_from else None
    return MailPreview(kind=kind, address=to.address, text=write_mail(work, kind, made, to, before=before))


@use_case("mail.read", writes=False)
def count_trouble(work: Work) -> int:
    """How many messages somebody has to look at: refused, or perhaps sent."""
    found = data.counts(work.store)
    return found.get(_M.REFUSED, 0) + found.get(_M.UNSURE, 0)


# -- what people do ----------------------------------------------------------------------------------------------------------------------


@use_case("mail.send")
def send_confirmation(work: Work, appointment_id: str) -> OutgoingMail:
    """Send the confirmation of an appointment, once more or for the first time; what waits for the same appointment goes instead."""
    made = work.store.get(Appointment, appointment_id)
    for mail in data.of_appointment(work.store, made):
        if mail.state is _M.WAITING and _of_series(mail):
            return work.store.change(mail, next_try_at=work.now())
        if mail.state is _M.WAITING:
            step(work, mail, _M.WITHDRAWN, answer=S_("Somebody sent the confirmation by hand."))
    return queue_mail(work, MailKind.CONFIRMATION, appointment_id, hold=timedelta())


@use_case("mail.send")
def send_now(work: Work, mail_id: str) -> OutgoingMail:
    """Have a message sent as soon as can be: one that waits, was refused, withdrawn, or is in doubt. It goes to the address of now.

    Raises ``UserError`` when it may not go out.
    """
    mail = work.store.get(OutgoingMail, mail_id)
    _active(work)
    if mail.state is _M.WAITING:
        return work.store.change(mail, next_try_at=work.now())
    renewed = step(work, mail, _M.WAITING, next_try_at=work.now(), tries=0, answer="")
    fresh = refreshed(work, renewed)
    if isinstance(fresh, str):
        raise UserError("", fresh)
    return fresh


@use_case("mail.send")
def withdraw_mail(work: Work, mail_id: str) -> OutgoingMail:
    """Not send a message."""
    return step(work, work.store.get(OutgoingMail, mail_id), _M.WITHDRAWN, next_try_at=None)


@use_case("mail.send")
def mark_sent(work: Work, mail_id: str) -> OutgoingMail:
    """Say that a message in doubt has arrived."""
    return step(work, work.store.get(OutgoingMail, mail_id), _M.SENT, next_try_at=None)


def refreshed(work: Work, mail: OutgoingMail) -> OutgoingMail | str:
    """A message that waits, with the address of now; or the sentence for why it may not go out any more."""
    made = work.store.find_one(Appointment, id=mail.appointment_id or "")
    if made is not None and made.series_id and _of_series(mail):
        return _rewrite(work, mail, made.series_id, mail.calendar)
    if made is None or made.starts_at <= work.now():
        return S_("The appointment has begun.")
    if (made.status is AppointmentStatus.CANCELLED) != (mail.kind is MailKind.CANCELLATION) or made.status is AppointmentStatus.MOVED:
        return S_("The appointment was changed before this was sent.")
    to = receiver_of(work, made)
    if to.why_not or to.address == mail.address:
        return to.why_not or mail
    text = write_mail(work, mail.kind, made, to, before=_before(work, made, None))
    return work.store.change(mail, **vars_of(text), address=to.address, language=to.language)


def vars_of(text: MailText) -> dict[str, str]:
    """A text by the fields of a message."""
    return {"subject": text.subject, "body": text.body, "calendar": text.calendar}


def step(work: Work, mail: OutgoingMail, then: MailState, **changes: str | int | datetime | None) -> OutgoingMail:
    """One step of the state machine. Raises ``Conflict`` for one that it does not have."""
    if not may_become(mail.state, then):
        raise Conflict(S_("This message has gone on meanwhile. Look at the outbox again."))
    return work.store.change(mail, state=then, state_at=work.now(), **changes)
