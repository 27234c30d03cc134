"""Follow-up contacts of plans: dated, due, booked, held (DOMAIN §4 Vervolgcontact, K12). "Overdue" is derived, never stored.

One that was missed leaves a task for the reception: to call and make another appointment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.data import following as data
from nmx_desk.data import plans as query
from nmx_desk.domain.agenda import NO_SHOW_AFTER, Appointment, AppointmentStatus, Channel, may_become
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.plan_rules import OPEN, FollowUpState, follow_up_state
from nmx_desk.domain.plan_states import FOLLOW_UP_BACK, FOLLOW_UP_STEPS, may_step
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, Plan, PlanStatus
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.contact_steps import back, may_be_planned, missed
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.following import forget_adherence, put_adherence
from nmx_desk.services.plan_sheets import own_plan, touch_file
from nmx_desk.services.typed import one_line

TYPE = "follow_up"
_OVER = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW})
FURTHEST = timedelta(days=366)
MOST_WINDOW = 60
LEAST_REASON = 3
LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class FollowUpRow:
    """A contact in the list: who, when, how to reach them; of the plan only since when it runs."""

    follow_up: FollowUp
    client: Client
    practitioner: str
    state: FollowUpState
    booked_at: datetime | None = None
    plan_began: date | None = None

    @property
    def id(self) -> str:
        """Id of the contact."""
        return self.follow_up.id

    def waits(self, now: datetime) -> bool:
        """Whether something is to be done about it: to be booked, or to be completed when its appointment has come."""
        return self.state is not FollowUpState.COMING and (self.booked_at is None or self.booked_at <= now)


@use_case("followups.read", writes=False)
def list_follow_ups(work: Work, state: FollowUpState | str | None = None) -> tuple[FollowUpRow, ...]:
    """Contacts still to be held, the first due first; ``state`` keeps one kind. The look is logged."""
    wanted = None if state is None else FollowUpState(state)
    found = _rows(work)
    work.seen("follow_up_list", wanted or "all", None)
    return tuple(row for row in found if wanted in {None, row.state})


def _rows(work: Work) -> list[FollowUpRow]:
    found = query.planned_contacts(work.store)
    began = data.plan_starts(work.store, {item.follow_up.plan_id for item in found})
    return [
        FollowUpRow(
            follow_up=replace(item.follow_up, note="", adherence=None),
            client=item.client,
            practitioner=item.practitioner,
            state=follow_up_state(item.follow_up, work.today()),
            booked_at=item.booked_at,
            plan_began=began.get(item.follow_up.plan_id),
        )
        for item in found
    ]


@use_case("followups.read", writes=False)
def count_follow_ups(work: Work) -> int:
    """How many contacts ask for attention: overdue or due, and not booked for later. The number on the rail."""
    return sum(row.waits(work.now()) for row in _rows(work))


@use_case("followups.change")
def plan_follow_up(work: Work, plan_id: str, due_on: date, channel: Channel = Channel.PHONE, window_days: int = 7) -> FollowUp:
    """Date the next contact of a plan: due ± ``window_days``."""
    plan = work.store.get(Plan, plan_id)
    if plan.status not in OPEN | {PlanStatus.ACTIVE}:
        raise Conflict(_("This plan has ended. A contact belongs to a plan that goes on."))
    _check_day(work, due_on)
    if not 0 <= window_days <= MOST_WINDOW:
        raise UserError("window_days", _("The window is 0 to {n} days.").format(n=MOST_WINDOW))
    return work.store.add(
        FollowUp(
            plan_id=plan.id, client_id=plan.client_id, practitioner_id=plan.practitioner_id, due_on=due_on, window_days=window_days,
            channel=str(Channel(channel)),
        )
    )  # fmt: skip


def _check_day(work: Work, due_on: date) -> None:
    if not work.today() <= due_on <= work.today() + FURTHEST:
        raise UserError("due_on", _("Choose a day from today up to a year ahead."))


@use_case("followups.change")
def move_follow_up(work: Work, follow_up_id: str, due_on: date, reason: str = "") -> FollowUp:
    """Date a planned contact anew; to a day outside its window only with a reason."""
    found = _planned(work, follow_up_id)
    _check_day(work, due_on)
    why = one_line("reason", reason, LONGEST_REASON)
    if abs(due_on - found.due_on) > timedelta(days=found.window_days) and len(why) < LEAST_REASON:
        raise UserError("reason", _("This day lies outside the window of the contact. Write down why it moves."))
    return found if found.due_on == due_on else work.store.change(found, due_on=due_on, move_reason=why)


def _planned(work: Work, follow_up_id: str, to: FollowUpStatus = FollowUpStatus.DONE) -> FollowUp:
    """The contact, when it may go to a state; what can still be held can be dated and booked."""
    found = work.store.get(FollowUp, follow_up_id)
    if not may_step(FOLLOW_UP_STEPS, found.status, to):
        raise Conflict(_("This contact is no longer planned. Look at the list again."))
    return found


@use_case("followups.change")
def complete_follow_up(
    work: Work, follow_up_id: str, done_on: date | None = None, adherence: int | None = None, note: str = "",
    items: Mapping[str, int | None] | None = None,
) -> FollowUp:  # fmt: skip
    """The contact was held (today, unless another day is given), and with it its appointment.

    ``adherence`` 0–100 %, None when it was not asked.
    ``items``: how far each item of the plan was kept to, by its line, from whoever may write plans.
    """
    found = _planned(work, follow_up_id)
    day = done_on or work.today()
    if day > work.today():
        raise UserError("done_on", _("The day of the contact cannot lie in the future."))
    if day < found.created_at.astimezone(work.zone).date():
        raise UserError("done_on", _("The contact cannot have been held before it was planned."))
    if adherence is not None and not 0 <= adherence <= 100:
        raise UserError("adherence", _("Adherence is a percentage from 0 to 100."))
    booked = _begun(work, found, AppointmentStatus.COMPLETED)
    if booked is not None:
        agenda.complete(work, booked.id)  # the contact with it
        found = work.store.get(FollowUp, found.id)
    done = work.store.change(found, status=FollowUpStatus.DONE, done_on=day, adherence=adherence, note=note.strip())
    if items:
        _put_items(work, found, items, day)
    if adherence is not None or note.strip():
        touch_file(work, found.client_id)
    return done


def _begun(work: Work, found: FollowUp, then: AppointmentStatus, late: timedelta = timedelta()) -> Appointment | None:
    """The appointment of a contact when its time has come, ``late`` after it at the earliest, and it may go to a state."""
    booked = data.appointment_of(work.store, found)
    if booked is None or booked.starts_at + late > work.now() or not may_become(booked.status, then):
        return None
    return booked


def _put_items(work: Work, found: FollowUp, items: Mapping[str, int | None], day: date) -> None:
    own_plan(work, found.plan_id)
    running = data.active_plan(work.store, found.client_id)
    if running is None or running[0].id != found.plan_id:
        raise Conflict(_("The plan has changed meanwhile. Look at it again."))
    put_adherence(work, *running, items, day, found.id)


@use_case("followups.change")
def book_follow_up(work: Work, follow_up_id: str, offer: Offer) -> FollowUp:
    """Book a free moment for a contact as a follow-up consult, through its channel."""
    work.need("agenda.book")
    found = _planned(work, follow_up_id)
    if query.has_live_appointment(work.store, found):
        raise Conflict(_("This contact has an appointment already. Move it in the agenda."))
    booked = agenda.book(work, TYPE, offer.practitioner_id, offer.starts_at, client_id=found.client_id, channel=Channel(found.channel))
    return work.store.change(found, appointment_id=booked.id)


@use_case("followups.change")
def miss_follow_up(work: Work, follow_up_id: str) -> FollowUp:
    """The contact did not take place, nor its appointment; the reception calls to make another. Not before its day has come."""
    found = _planned(work, follow_up_id, FollowUpStatus.MISSED)
    if work.today() < found.due_on - timedelta(days=found.window_days):
        raise UserError("", _("This contact is still to come; it cannot be missed yet."))
    booked = _begun(work, found, AppointmentStatus.NO_SHOW, NO_SHOW_AFTER)
    if booked is not None:
        agenda.mark_no_show(work, booked.id)  # the contact with it
        return work.store.get(FollowUp, found.id)
    return missed(work, found)


@use_case("followups.change")
def lapse_follow_up(work: Work, follow_up_id: str) -> FollowUp:
    """The contact is not needed any more."""
    return work.store.change(_planned(work, follow_up_id, FollowUpStatus.LAPSED), status=FollowUpStatus.LAPSED)


@use_case("followups.change")
def undo_follow_up(work: Work, follow_up_id: str) -> FollowUp:
    """Take back that a contact was held, missed or lapsed, while its plan goes on: a change of its own in the log."""
    found = work.store.get(FollowUp, follow_up_id)
    if not may_be_planned(work, found) or not may_step(FOLLOW_UP_BACK, found.status, FollowUpStatus.PLANNED):
        raise Conflict(_("There is nothing to take back."))
    forget_adherence(work, found)
    planned, booked = back(work, found), data.appointment_of(work.store, found)
    if booked is not None and booked.status in _OVER and booked.status_at.astimezone(work.zone).date() == work.today():
        agenda.undo_status(work, booked.id)
    return planned
