"""The personal plan: from a template, edited as a draft, discussed, activated and then frozen; versions (DOMAIN §4 Plan, §6 Plan)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from nmx_desk.data import plans as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.domain.plan_cadence import cadence_text, parse_cadence
from nmx_desk.domain.plan_changes import Difference, differences
from nmx_desk.domain.plan_rules import OPEN, evaluation_day, line_of, phase_starts, plan_hash
from nmx_desk.domain.plan_states import PLAN_BACK, VERSION_STEPS, may_step
from nmx_desk.domain.plans import GoalResult, ItemStatus, Plan, PlanGoal, PlanItem, PlanPhase, PlanStatus, PlanVersion
from nmx_desk.i18n import _
from nmx_desk.reports.records import PlanPrint
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_contacts import carry_out, contacts_ahead
from nmx_desk.services.plan_prints import freeze_plan, frozen_plan
from nmx_desk.services.plan_sheets import (
    PlanSheet,
    TemplateView,
    check_content,
    check_ready,
    known_language,
    own_client,
    own_plan,
    plan_sheet,
    put_goals,
    put_items,
    put_phases,
    template_in,
    touch_file,
)
from nmx_desk.services.plan_starts import plan_start
from nmx_desk.services.plan_steps import (
    begin_phase,
    complete_item,
    complete_plan,
    pause_item,
    reopen_item,
    resume_item,
    stop_item,
    stop_plan,
)
from nmx_desk.services.plan_templates import plan_templates, raw_of
from nmx_desk.services.representatives import refuse_treatment
from nmx_desk.services.typed import one_line

__all__ = [
    "PlanSheet", "TemplateView", "begin_phase", "complete_item", "complete_plan", "pause_item", "plan_templates", "reopen_item",
    "resume_item", "stop_item", "stop_plan",
]  # fmt: skip # results and steps that others name by this module
LEAST_REASON = 5
LONGEST_WITH = 120
_LIVING_ITEMS = frozenset({ItemStatus.PLANNED, ItemStatus.ACTIVE, ItemStatus.PAUSED})


# -- beginning ---------------------------------------------------------------------------------------------------------------------------


@use_case("plans.write")
def create_plan(work: Work, client_id: str, template_code: str, language: str = "") -> PlanSheet:
    """A draft plan copied from a template, in the client's language unless another is asked for; evaluation dates are proposed."""
    client = own_client(work, client_id)
    if any(plan.status in OPEN | {PlanStatus.ACTIVE} for plan in query.plans_of(work.store, client.id)):
        raise Conflict(_("This client already has a plan. Go on with it, or complete or stop it first."))
    raw = raw_of(work, template_code)
    if raw is None:
        raise UserError("template_code", _("There is no such template. Choose one from the list."))
    template = template_in(raw, known_language(language or client.language))
    plan = work.store.add(Plan(client_id=client.id, practitioner_id=work.user.id))
    version = work.store.add(PlanVersion(plan_id=plan.id, client_id=client.id, cadence=template.cadence))
    phases = work.store.add_all(replace(part.phase, version_id=version.id, client_id=client.id) for part in template.phases)
    starts = phase_starts(phases, work.today())
    work.store.add_all(
        replace(item, phase_id=phase.id, client_id=client.id, evaluate_on=evaluation_day(phase, starts[phase.id]))
        for phase, part in zip(phases, template.phases, strict=True)
        for item in part.items
    )
    work.store.add_all(replace(goal, version_id=version.id, client_id=client.id) for goal in template.goals)
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
    work.seen("plan_version", found.id, client.id, code=code)
    return frozen_plan(work, client, found, language or client.language)


# -- writing a draft ---------------------------------------------------------------------------------------------------------------------


def _open_version(work: Work, plan: Plan) -> PlanVersion:
    found = query.open_version(work.store, plan.id)
    if found is None:
        raise Conflict(_("This plan has no draft. Begin a new version first."))
    return found


@use_case("plans.write")
def save_version(
    work: Work, version: PlanVersion, phases: Sequence[PlanPhase], items: Sequence[PlanItem], goals: Sequence[PlanGoal] | None = None
) -> PlanSheet:
    """Save a draft version as it is now: its phases, items and goals in the order given; what is not given goes. No ``goals``: they stay.

    A phase, item or goal whose id is not in the version is new; items name their phase by the id given here. Of ``version`` its reason
    and its cadence are saved.
    """
    stored = work.store.get(PlanVersion, version.id)
    plan = own_plan(work, stored.plan_id)
    if stored.status is not PlanStatus.DRAFT:
        raise Conflict(
            _("This version has been discussed or activated and cannot be changed. Change it again as a draft, or begin a new version.")
        )
    if stored.version != version.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    cadence = cadence_text(parse_cadence(version.cadence))
    check_content(phases, items, goals or ())
    before = query.content_of(work.store, stored.id)
    ids = put_phases(work, stored, before, phases)
    changed = put_items(work, before, items, ids)
    for phase in before.phases:
        if phase.id not in ids.values():
            work.store.remove(phase)
            changed = True
    changed |= goals is not None and put_goals(work, stored, before, goals)
    after, said = query.content_of(work.store, stored.id), (version.reason.strip(), cadence)
    if changed or after.phases != before.phases or (stored.reason, stored.cadence) != said:
        stored = work.store.change(stored, reason=said[0], cadence=said[1])  # who edits an older copy is told
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
def discuss(work: Work, plan_id: str, agreed_on: date | None = None, agreed_with: str = "") -> PlanSheet:
    """The draft was discussed and agreed with the client, or who is named: now it can be activated, and changed only as a draft again."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if not may_step(VERSION_STEPS, version.status, PlanStatus.DISCUSSED):
        raise Conflict(_("This version has been discussed already."))
    check_ready(work, plan, version)
    _put_agreed(work, version, agreed_on, agreed_with)
    if plan.status is PlanStatus.DRAFT:
        work.store.change(plan, status=PlanStatus.DISCUSSED)
    return plan_sheet(work, plan, version)


def _put_agreed(work: Work, version: PlanVersion, on: date | None, who: str) -> None:
    day = on or work.today()
    if day > work.today():
        raise UserError("agreed_on", _("The day it was discussed cannot lie in the future."))
    said = one_line("agreed_with", who, LONGEST_WITH)
    work.store.change(version, status=PlanStatus.DISCUSSED, agreed_on=day, agreed_with=said)


@use_case("plans.write")
def agree(work: Work, plan_id: str, agreed_on: date, agreed_with: str = "") -> PlanSheet:
    """When and with whom the discussed version was agreed, before it is activated."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if version.status is not PlanStatus.DISCUSSED:
        raise Conflict(_("Discuss the plan with the client first; then activate it."))
    _put_agreed(work, version, agreed_on, agreed_with)
    return plan_sheet(work, plan, version)


@use_case("plans.write")
def redraft(work: Work, plan_id: str) -> PlanSheet:
    """A discussed version becomes a draft again, to be changed and discussed once more."""
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if not may_step(PLAN_BACK, version.status, PlanStatus.DRAFT):
        raise Conflict(_("This version is a draft already. Go on with it."))
    work.store.change(version, status=PlanStatus.DRAFT, agreed_on=None, agreed_with="")
    if may_step(PLAN_BACK, plan.status, PlanStatus.DRAFT):
        work.store.change(plan, status=PlanStatus.DRAFT)
    return plan_sheet(work, plan, version)


@use_case("plans.write", code="SIGN")
def activate(work: Work, plan_id: str) -> PlanSheet:
    """Sign the discussed version: frozen with the SHA-256 of its content and as it is printed, the version before it replaced.

    What starts today begins; what starts later is planned until it is begun. The contacts of its cadence are dated.
    """
    plan = own_plan(work, plan_id)
    version = _open_version(work, plan)
    if not may_step(VERSION_STEPS, version.status, PlanStatus.ACTIVE):
        raise Conflict(_("Discuss the plan with the client first; then activate it."))
    client = work.store.get(Client, plan.client_id)
    refuse_treatment(work, client)
    content = check_ready(work, plan, version)
    ahead = contacts_ahead(work, plan, version)
    for former in work.store.find(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE):
        work.store.change(former, status=PlanStatus.REPLACED)
    signed = replace(version, valid_from=work.today(), activated_at=work.now(), activated_by=work.user.id)
    content_hash = plan_hash(signed, content.phases, content.items, content.goals)
    signed = work.store.change(signed, status=PlanStatus.ACTIVE, hash=content_hash)
    starts = phase_starts(content.phases, plan_start(work, plan))
    for item in content.items:
        if item.status is ItemStatus.PLANNED and (item.begun_on or (item.start_on or starts[item.phase_id]) <= work.today()):
            work.store.change(item, status=ItemStatus.ACTIVE, begun_on=item.begun_on or work.today())
    if plan.status is not PlanStatus.ACTIVE:
        work.store.change(plan, status=PlanStatus.ACTIVE)
    carry_out(work, plan, ahead)
    freeze_plan(work, client, signed)
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
    begun = PlanVersion(plan_id=plan.id, client_id=plan.client_id, number=number, reason=reason.strip(), cadence=active.cadence)
    made = work.store.add(begun)
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
    work.store.add_all(
        replace(goal, id="", version_id=made.id, origin=line_of(goal)) for goal in content.goals if goal.result is GoalResult.OPEN
    )
    return plan_sheet(work, plan, made)


@use_case("plans.write")
def judge_goal(work: Work, goal_id: str, result: GoalResult, judged_on: date | None = None) -> PlanSheet:
    """What became of a goal of a version that was activated, at an evaluation; ``GoalResult.OPEN`` takes it back."""
    goal = work.store.get(PlanGoal, goal_id)
    version = work.store.get(PlanVersion, goal.version_id)
    plan = own_plan(work, version.plan_id)
    if version.activated_at is None or version.status is PlanStatus.REPLACED:
        raise Conflict(_("A goal is judged in the plan that was activated. Open that version."))
    day = judged_on or work.today()
    if day > work.today():
        raise UserError("judged_on", _("This day lies in the future. Choose the day it really was."))
    result = GoalResult(result)
    work.store.change(goal, result=result, judged_on=None if result is GoalResult.OPEN else day)
    touch_file(work, plan.client_id)
    return plan_sheet(work, plan, version)
