"""What becomes of the items of an active plan, and of the plan itself: begun, paused, completed, stopped (DOMAIN §4 Planitem, Plan)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nmx_desk.data import plans as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.plan_rules import ItemError
from nmx_desk.domain.plan_states import FOLLOW_UP_STEPS, ITEM_BACK, ITEM_STEPS, VERSION_STEPS, may_step
from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import PlanSheet, cautions_of, own_plan, plan_sheet, touch_file
from nmx_desk.services.representatives import refuse_treatment
from nmx_desk.services.typed import one_line

LONGEST_NOTE = 300


def _active(work: Work, phase_id: str) -> tuple[Plan, PlanVersion]:
    version = work.store.get(PlanVersion, work.store.get(PlanPhase, phase_id).version_id)
    plan = own_plan(work, version.plan_id)
    if version.status is not PlanStatus.ACTIVE:
        raise Conflict(_("This is not the active version of the plan. Open the active one."))
    return plan, version


def _day(work: Work, version: PlanVersion, item: PlanItem, on: date | None) -> date:
    """The day something really was: today unless another is given, not in the future and not before it could be."""
    day = on or work.today()
    if day > work.today():
        raise UserError("on", _("This day lies in the future. Choose the day it really was."))
    first = item.begun_on or version.valid_from
    if first and day < first and not item.origin:
        raise UserError("on", _("This day lies before the item could begin. Choose a later one."))
    if item.begun_on and day < item.begun_on:
        raise UserError("on", _("The end lies before the start. Change one of the two."))
    return day


def _item_step(work: Work, item_id: str, status: ItemStatus, on: date | None = None, reason: str = "", note: str = "") -> PlanSheet:
    item = work.store.get(PlanItem, item_id)
    plan, version = _active(work, item.phase_id)
    if not may_step(ITEM_STEPS, item.status, status):
        raise Conflict(_("This item has changed meanwhile. Look at the plan again."))
    _store_step(work, plan, version, item, status, on, reason, note)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)


def _store_step(
    work: Work, plan: Plan, version: PlanVersion, item: PlanItem, status: ItemStatus, on: date | None, reason: str = "", note: str = ""
) -> None:
    if item.status is ItemStatus.PLANNED and status is ItemStatus.ACTIVE:
        _check_begin(work, plan, [item])
        work.store.change(item, status=status, begun_on=_day(work, version, item, on))
    elif status in {ItemStatus.COMPLETED, ItemStatus.STOPPED}:
        said = one_line("note", note, LONGEST_NOTE)
        work.store.change(item, status=status, stopped_on=_day(work, version, item, on), stop_reason=reason, stop_note=said)
    else:
        work.store.change(item, status=status)


def _check_begin(work: Work, plan: Plan, items: Sequence[PlanItem]) -> None:
    """What was signed cannot be ticked any more: an item that was not checked needs a new version once there is a reason to check it."""
    client = work.store.get(Client, plan.client_id)
    refuse_treatment(work, client)
    unchecked = [item for item in items if not item.contra_checked]
    if unchecked and cautions_of(work, client):
        message = _("Medication or the situation has changed since the plan was signed. Begin a new version and check this item there.")
        raise ItemError(unchecked[0], "contra_checked", message)


@use_case("plans.write")
def pause_item(work: Work, item_id: str) -> PlanSheet:
    """Pause an active item."""
    return _item_step(work, item_id, ItemStatus.PAUSED)


@use_case("plans.write")
def resume_item(work: Work, item_id: str, on: date | None = None) -> PlanSheet:
    """Go on with a paused item, or begin one that is planned: today, or on the day it really began."""
    return _item_step(work, item_id, ItemStatus.ACTIVE, on)


@use_case("plans.write")
def begin_phase(work: Work, phase_id: str, on: date | None = None) -> PlanSheet:
    """Begin every item of a phase that is planned."""
    plan, version = _active(work, phase_id)
    planned = [item for item in work.store.find(PlanItem, phase_id=phase_id) if item.status is ItemStatus.PLANNED]
    if not planned:
        raise Conflict(_("Everything in this phase has begun. Look at the plan again."))
    _check_begin(work, plan, planned)
    for item in planned:
        work.store.change(item, status=ItemStatus.ACTIVE, begun_on=_day(work, version, item, on))
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def complete_item(work: Work, item_id: str, on: date | None = None) -> PlanSheet:
    """An item is done, today or on the day it really was."""
    return _item_step(work, item_id, ItemStatus.COMPLETED, on)


@use_case("plans.write")
def stop_item(work: Work, item_id: str, reason: StopReason, on: date | None = None, note: str = "") -> PlanSheet:
    """Stop an item, and why; ``note`` says it in words. An item that is to run no more in this plan, begun or not."""
    return _item_step(work, item_id, ItemStatus.STOPPED, on, str(StopReason(reason)), note)


@use_case("plans.write")
def reopen_item(work: Work, item_id: str) -> PlanSheet:
    """Take back that an item was completed or stopped: a change of its own in the log."""
    item = work.store.get(PlanItem, item_id)
    version = work.store.get(PlanVersion, work.store.get(PlanPhase, item.phase_id).version_id)
    plan = own_plan(work, version.plan_id)
    back = ItemStatus.ACTIVE if item.begun_on or item.status is ItemStatus.COMPLETED else ItemStatus.PLANNED
    if version.status is not PlanStatus.ACTIVE or not may_step(ITEM_BACK, item.status, back):
        raise Conflict(_("There is nothing to take back."))
    work.store.change(item, status=back, stop_reason="", stop_note="", stopped_on=None)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def complete_plan(work: Work, plan_id: str) -> PlanSheet:
    """The plan is completed; planned contacts lapse."""
    return _end(work, plan_id, PlanStatus.COMPLETED, "")


@use_case("plans.write")
def stop_plan(work: Work, plan_id: str, reason: StopReason) -> PlanSheet:
    """The plan is stopped, and why; planned contacts lapse."""
    return _end(work, plan_id, PlanStatus.STOPPED, str(StopReason(reason)))


def _end(work: Work, plan_id: str, status: PlanStatus, reason: str) -> PlanSheet:
    """What runs ends with the plan; what never began does not count as done."""
    plan = own_plan(work, plan_id)
    active = work.store.find_one(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE)
    if active is None or not may_step(VERSION_STEPS, active.status, status):
        raise Conflict(_("Only an active plan can be completed or stopped. Throw the draft away instead."))
    if query.open_version(work.store, plan.id) is not None:
        raise Conflict(_("There is a new version that was not activated. Activate it or throw it away first."))
    to = ItemStatus.COMPLETED if status is PlanStatus.COMPLETED else ItemStatus.STOPPED
    for item in query.content_of(work.store, active.id).items:
        if may_step(ITEM_STEPS, item.status, to):
            work.store.change(item, status=to, stop_reason=reason, stopped_on=work.today())
    work.store.change(active, status=status)
    work.store.change(plan, status=status, ended_on=work.today(), stop_reason=reason)
    for follow_up in query.follow_ups_of(work.store, plan.id):
        if may_step(FOLLOW_UP_STEPS, follow_up.status, FollowUpStatus.LAPSED):
            work.store.change(follow_up, status=FollowUpStatus.LAPSED)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, active)
