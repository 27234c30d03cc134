"""Reminders of appointments: a run says first whom it would remind, and why somebody gets none (AGENDA §4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from nmx_desk.data import outbox as data
from nmx_desk.data.agenda import Booked
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.mailing import MailKind, MailSender
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.mail_texts import receiver_of
from nmx_desk.services.outbox import queue_mail


@dataclass(frozen=True, kw_only=True)
class ReminderRow:
    """An appointment that a reminder could go out for. ``why_not``: a sentence when none goes."""

    appointment_id: str
    starts_at: datetime
    who: str
    address: str = ""
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class ReminderRun:
    """Whom a run would remind: every appointment up to ``until``, in order of time."""

    until: datetime
    rows: tuple[ReminderRow, ...]


@use_case("mail.read", writes=False)
def list_reminders(work: Work) -> ReminderRun:
    """Whom a run would remind now: of appointments up to the end of the last day that the clinic's notice reaches. The look is logged."""
    sender = data.sender(work.store) or MailSender(reminder_hours=0)
    until = _until(work, sender)
    found = data.to_remind(work.store, work.now(), until) if sender.reminder_hours else []
    done = data.reminded(work.store, [item.appointment.id for item in found])
    work.seen("reminders", until.isoformat(), None)
    return ReminderRun(until=until, rows=tuple(_row(work, item, done) for item in found))


def _until(work: Work, sender: MailSender) -> datetime:
    last = (work.now() + timedelta(hours=sender.reminder_hours)).astimezone(work.zone).date()
    return from_minutes(start_minute(work.clinic.zone, last + timedelta(days=1)))


def _row(work: Work, found: Booked, done: Collection[str]) -> ReminderRow:
    made = found.appointment
    to = receiver_of(work, made)
    who = to.client.name if to.client else to.request.name if to.request else made.who
    why = _("Has a reminder already.") if made.id in done else to.why_not
    return ReminderRow(appointment_id=made.id, starts_at=made.starts_at, who=who, address=to.address, why_not=why)


@use_case("mail.send")
def queue_reminders(work: Work, appointment_ids: Collection[str]) -> int:
    """Queue reminders of these appointments: those of the list that can get one. How many were queued."""
    rows = list_reminders(work).rows
    chosen = [row.appointment_id for row in rows if row.appointment_id in set(appointment_ids) and not row.why_not]
    for appointment_id in chosen:
        queue_mail(work, MailKind.REMINDER, appointment_id, hold=timedelta())
    return len(chosen)
