"""The personal plan: from a template, edited as a draft, discussed, activated and then frozen; versions (DOMAIN §4 Plan, §6 Plan)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from nmx_desk.data import plans as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.plan_rules import ITEM_STEPS, OPEN, Difference, differences, evaluation_day, line_of, phase_starts, plan_hash
from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.i18n import _
from nmx_desk.reports.records import PlanPrint
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import (
    PlanSheet,
    PlanTemplate,
    check_content,
    check_ready,
    known_language,
    outcomes_in,
    own_client,
    own_plan,
    plan_sheet,
    put_items,
    put_phases,
    raw_templates,
    template_in,
    touch_file,
)
from nmx_desk.services.representatives import refuse_treatment

__all__ = ["PlanSheet", "PlanTemplate"]  # results others name by this module
LEAST_REASON = 5
_LIVING_ITEMS = frozenset({ItemStatus.PLANNED, ItemStatus.ACTIVE, ItemStatus.PAUSED})


# -- templates ---------------------------------------------------------------------------------------------------------------------------


@use_case("plans.read", writes=False)
def plan_templates(work: Work, language: str = "") -> tuple[PlanTemplate, ...]:
    """Templates a plan can begin with, the default first; ``language`` empty: the user's."""
    return tuple(template_in(raw, known_language(language or work.user.language)) for raw in raw_templates())


@use_case("plans.write")
def create_plan(work: Work, client_id: str, template_code: str, language: str = "") -> PlanSheet:
    """A draft plan copied from a template, in the client's language unless another is asked for; evaluation dates are proposed."""
    client = own_client(work, client_id)
    if any(plan.status in OPEN | {PlanStatus.ACTIVE} for plan in query.plans_of(work.store, client.id)):
        raise Conflict(_("This client already has a plan. Go on with it, or complete or stop it first."))
    raw = next((raw for raw in raw_templates() if raw["code"] == template_code), None)
    if raw is None:
        raise UserError("template_code", _("There is no such template. Choose one from the list."))
    template = template_in(raw, known_language(language or client.language))
    plan = work.store.add(Plan(client_id=client.id, practitioner_id=work.user.id))
    version = work.store.add(PlanVersion(plan_id=plan.id, client_id=client.id))
    phases = work.store.add_all(replace(part.phase, version_id=version.id, client_id=client.id) for part in template.phases)
    starts = phase_starts(phases, work.today())
    work.store.add_all(
        replace(item, phase_id=phase.id, client_id=client.id, evaluate_on=evaluation_day(phase, starts[phase.id]))
        for phase, part in zip(phases, template.phases, strict=True)
        for item in part.items
    )
    return plan_sheet(work, plan, version)


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("plans.read", writes=False)
def open_plan(work: Work, client_id: str = "", *, plan_id: str = "", version_id: str = "") -> PlanSheet | None:
    """A client's plan (the living one, else the last), a plan, or one version of it; None when the client has none. The view is logged."""
    if version_id:
        version = work.store.get(PlanVersion, version_id)
        plan = work.store.get(Plan, version.plan_id)
    else:
        found = [work.store.get(Plan, plan_id)] if plan_id else query.plans_of(work.store, client_id)
        if not found:
            return None
        plan = found[0]
        version = query.versions_of(work.store, plan.id)[0]
    work.seen("plan_version", version.id, plan.client_id)
    return plan_sheet(work, plan, version)


@use_case("plans.read", writes=False)
def compare_versions(work: Work, older_id: str, newer_id: str) -> tuple[Difference, ...]:
    """What changed from one version of a plan to another; both are logged as seen."""
    older, newer = work.store.get(PlanVersion, older_id), work.store.get(PlanVersion, newer_id)
    if older.plan_id != newer.plan_id:
        raise Conflict(_("These versions belong to different plans. Choose two of the same plan."))
    for version in (older, newer):
        work.seen("plan_version", version.id, version.client_id)
    return differences(query.content_of(work.store, older.id), query.content_of(work.store, newer.id))


@use_case("plans.print", writes=False)
def final_plan(work: Work, client_id: str, *, language: str = "", code: str = "PRINT") -> PlanPrint:
    """The client's activated plan for printing (``language`` empty: the client's); logged as printed, or as ``code`` says."""
    client = work.store.get(Client, client_id)
    done = (PlanStatus.ACTIVE, PlanStatus.COMPLETED)
    versions = [version for plan in query.plans_of(work.store, client.id) for version in query.versions_of(work.store, plan.id)]
    found = next((version for status in done for version in versions if version.status is status), None)
    if found is None:
        raise NotFound(_("This client has no active plan. The practitioner activates it first."))
    plan = work.store.get(Plan, found.plan_id)
    content = query.content_of(work.store, found.id)
    waiting = [item for item in query.follow_ups_of(work.store, plan.id) if item.status is FollowUpStatus.PLANNED]
    work.seen("plan_version", found.id, client.id, code=code)
    return PlanPrint(
        client_name=client.name,
        client_no=client.client_no,
        birth_date=client.birth_date,
        practitioner=work.store.get(User, plan.practitioner_id).display_name,
        version=found,
        phases=content.phases,
        items=content.items,
        outcomes=outcomes_in(work, client, language or client.language),
        next_contact=waiting[0].due_on if waiting else None,
    )


# -- writing a draft ---------------------------------------------------------------------------------------------------------------------


def _open_version(work: Work, plan: Plan) -> PlanVersion:
    found = query.open_version(work.store, plan.id)
    if found is None:
        raise Conflict(_("This plan has no draft. Begin a new version first."))
    return found


@use_case("plans.write")
def save_version(work: Work, version: PlanVersion, phases: Sequence[PlanPhase], items: Sequence[PlanItem]) -> PlanSheet:
    """Save a draft version as it is now: its phases and items in the order given; what is not given goes.

    A phase or item whose id is not in the version is new; items name their phase by the id given here.
    """
    stored = work.store.get(PlanVersion, version.id)
    plan = own_plan(work, stored.plan_id)
    if stored.status is not PlanStatus.DRAFT:
        raise Conflict(
            _("This version has been discussed or activated and cannot be changed. Change it again as a draft, or begin a new version.")
        )
    if stored.version != version.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    check_content(phases, items)
    before = query.content_of(work.store, stored.id)
    ids = put_phases(work, stored, before, phases)
    changed = put_items(work, before, items, ids)
    for phase in before.phases:
        if phase.id not in ids.values():
            work.store.remove(phase)
            changed = True
    after = query.content_of(work.store, stored.id)
    if changed or after.phases != before.phases or stored.reason != version.reason.strip():
        stored = work.store.change(stored, reason=version.reason.strip())  # who edits an older copy is told
    return plan_sheet(work, plan, stored)


@use_case("plans.write")
def discard_draft(work: Work, plan_id: str) -> PlanSheet | None:
    """Throw the draft version away; a plan that was never active goes with it. What is left of the plan, or None."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    work.store.remove(version)
    left = query.versions_of(work.store, plan.id)
    if left:
        return plan_sheet(work, plan, left[0])
    for follow_up in query.follow_ups_of(work.store, plan.id):
        work.store.remove(follow_up)
    work.store.remove(plan)
    return None


# -- discussing, activating --------------------------------------------------------------------------------------------------------------


@use_case("plans.write")
def discuss(work: Work, plan_id: str, agreed_on: date | None = None) -> PlanSheet:
    """The draft was discussed and agreed with the client: from now on it can be activated, and changed only as a draft again."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if version.status is not PlanStatus.DRAFT:
        raise Conflict(_("This version has been discussed already."))
    day = agreed_on or work.today()
    if day > work.today():
        raise UserError("agreed_on", _("The day it was discussed cannot lie in the future."))
    check_ready(work, plan, version)
    work.store.change(version, status=PlanStatus.DISCUSSED, agreed_on=day)
    if plan.status is PlanStatus.DRAFT:
        work.store.change(plan, status=PlanStatus.DISCUSSED)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def redraft(work: Work, plan_id: str) -> PlanSheet:
    """A discussed version becomes a draft again, to be changed and discussed once more."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if version.status is PlanStatus.DISCUSSED:
        work.store.change(version, status=PlanStatus.DRAFT, agreed_on=None)
    if plan.status is PlanStatus.DISCUSSED:
        work.store.change(plan, status=PlanStatus.DRAFT)
    return plan_sheet(work, plan, version)


@use_case("plans.write", code="SIGN")
def activate(work: Work, plan_id: str) -> PlanSheet:
    """Sign the discussed version: frozen with the SHA-256 of its content, its planned items active, the version before it replaced."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if version.status is not PlanStatus.DISCUSSED:
        raise Conflict(_("Discuss the plan with the client first; then activate it."))
    refuse_treatment(work, work.store.get(Client, plan.client_id))
    content = check_ready(work, plan, version)
    for former in work.store.find(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE):
        work.store.change(former, status=PlanStatus.REPLACED)
    signed = replace(version, valid_from=work.today(), activated_at=work.now(), activated_by=work.user.id)
    work.store.change(signed, status=PlanStatus.ACTIVE, hash=plan_hash(signed, content.phases, content.items))
    for item in content.items:
        if item.status is ItemStatus.PLANNED:
            work.store.change(item, status=ItemStatus.ACTIVE)
    if plan.status is not PlanStatus.ACTIVE:
        work.store.change(plan, status=PlanStatus.ACTIVE)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def new_version(work: Work, plan_id: str, reason: str) -> PlanSheet:
    """A draft copied from the active version, to be changed, discussed and activated; why is written down. What has ended is left out."""
    plan = own_plan(work, plan_id)
    if query.open_version(work.store, plan.id) is not None:
        raise Conflict(_("There is a new version already. Go on with that one."))
    active = work.store.find_one(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE)
    if active is None:
        raise Conflict(_("Only an active plan can have a new version. Make a new plan instead."))
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("reason", _("Write down why the plan changes."))
    number = query.versions_of(work.store, plan.id)[0].number + 1
    made = work.store.add(PlanVersion(plan_id=plan.id, client_id=plan.client_id, number=number, reason=reason.strip()))
    content = query.content_of(work.store, active.id)
    phases = work.store.add_all(replace(phase, id="", version_id=made.id, origin=line_of(phase)) for phase in content.phases)
    ids = {old.id: new.id for old, new in zip(content.phases, phases, strict=True)}
    work.store.add_all(
        replace(
            item,
            id="",
            phase_id=ids[item.phase_id],
            origin=line_of(item),
            status=ItemStatus.PAUSED if item.status is ItemStatus.PAUSED else ItemStatus.PLANNED,
        )
        for item in content.items
        if item.status in _LIVING_ITEMS
    )
    return plan_sheet(work, plan, made)


# -- what becomes of items and plans -----------------------------------------------------------------------------------------------------


def _item_step(work: Work, item_id: str, status: ItemStatus, reason: str = "") -> PlanSheet:
    item = work.store.get(PlanItem, item_id)
    version = work.store.get(PlanVersion, work.store.get(PlanPhase, item.phase_id).version_id)
    plan = own_plan(work, version.plan_id)
    if version.status is not PlanStatus.ACTIVE:
        raise Conflict(_("This is not the active version of the plan. Open the active one."))
    if status not in ITEM_STEPS.get(item.status, frozenset()):
        raise Conflict(_("This item has changed meanwhile. Look at the plan again."))
    work.store.change(item, status=status, stop_reason=reason)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def pause_item(work: Work, item_id: str) -> PlanSheet:
    """Pause an active item."""
    return _item_step(work, item_id, ItemStatus.PAUSED)


@use_case("plans.write")
def resume_item(work: Work, item_id: str) -> PlanSheet:
    """Go on with a paused item, or begin one that is planned."""
    return _item_step(work, item_id, ItemStatus.ACTIVE)


@use_case("plans.write")
def complete_item(work: Work, item_id: str) -> PlanSheet:
    """An item is done."""
    return _item_step(work, item_id, ItemStatus.COMPLETED)


@use_case("plans.write")
def stop_item(work: Work, item_id: str, reason: StopReason) -> PlanSheet:
    """Stop an item, and why."""
    return _item_step(work, item_id, ItemStatus.STOPPED, str(StopReason(reason)))


@use_case("plans.write")
def reopen_item(work: Work, item_id: str) -> PlanSheet:
    """Take back that an item was completed or stopped: a change of its own in the log."""
    item = work.store.get(PlanItem, item_id)
    version = work.store.get(PlanVersion, work.store.get(PlanPhase, item.phase_id).version_id)
    plan = own_plan(work, version.plan_id)
    if version.status is not PlanStatus.ACTIVE or item.status not in {ItemStatus.COMPLETED, ItemStatus.STOPPED}:
        raise Conflict(_("There is nothing to take back."))
    work.store.change(item, status=ItemStatus.ACTIVE, stop_reason="")
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
    plan = own_plan(work, plan_id)
    active = work.store.find_one(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE)
    if active is None:
        raise Conflict(_("Only an active plan can be completed or stopped. Throw the draft away instead."))
    if query.open_version(work.store, plan.id) is not None:
        raise Conflict(_("There is a new version that was not activated. Activate it or throw it away first."))
    item_status = ItemStatus.COMPLETED if status is PlanStatus.COMPLETED else ItemStatus.STOPPED
    for item in query.content_of(work.store, active.id).items:
        if item.status in _LIVING_ITEMS:
            work.store.change(item, status=item_status, stop_reason=reason)
    work.store.change(active, status=status)
    work.store.change(plan, status=status, ended_on=work.today(), stop_reason=reason)
    for follow_up in query.follow_ups_of(work.store, plan.id):
        if follow_up.status is FollowUpStatus.PLANNED:
            work.store.change(follow_up, status=FollowUpStatus.LAPSED)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, active)
