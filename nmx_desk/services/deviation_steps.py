"""The steps of a nonconformity: corrected, its cause found, action planned and carried out, tested for effect, closed or reopened.

Each step writes the words that it asks for. Who carried the actions out does not test their effect where somebody else may; in a clinic of
one the log says that it was done alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.deviations import (
    DEVIATION_STATUS_NAMES,
    TEST_AFTER,
    Deviation,
    DeviationStatus,
    explained,
    may_step,
    stepped_back,
    stepped_on,
)
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import cases
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.deviations import TABLE, check_term, may_undo

_S = DeviationStatus
WHYS: Final = tuple(f"why{n}" for n in range(1, 6))
CAUSE_WORDS: Final = (*WHYS, "cause", "similar")


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    """What is to be done against a cause, by whom (None: whoever is there), by when; without names of clients."""

    title: str
    due_on: date
    owner_id: str | None = None


def _next(work: Work, deviation_id: str, to: DeviationStatus, day: date | None = None) -> tuple[Deviation, date]:
    """The case and the day of its step. Raises ``Conflict`` for a step that is not next, ``UserError`` for a day that cannot be."""
    one, day = work.store.get(Deviation, deviation_id), day or work.today()
    if not may_step(one.status, to):
        raise Conflict(
            _("This nonconformity is at “{now}” and cannot become “{then}”. Look at it again.").format(
                now=_(DEVIATION_STATUS_NAMES[one.status]), then=_(DEVIATION_STATUS_NAMES[to])
            )
        )
    if day > work.today():
        raise UserError("on", _("This day is still to come. Choose today or a day before."))
    if day < (stepped_on(one) or day):
        raise UserError("on", _("This lies before the step that came before it. Choose another day."))
    return one, day


def _keep(work: Work, one: Deviation, words: Mapping[str, str]) -> None:
    cases.keep_texts(work, subject_of(TABLE, one.id), one.client_id, words)


@use_case("quality.manage")
def correct_deviation(work: Work, deviation_id: str, correction: str, on: date | None = None) -> Deviation:
    """What was done at once to put it right (10.2.1 a)."""
    one, day = _next(work, deviation_id, _S.CORRECTION, on)
    cases.need_text({"correction": correction}, "correction")
    _keep(work, one, {"correction": correction})
    return work.store.change(one, status=_S.CORRECTION, corrected_on=day)


@use_case("quality.manage")
def explain_deviation(work: Work, deviation_id: str, words: Mapping[str, str], on: date | None = None) -> Deviation:
    """Why it happened: up to five times why, the cause that follows, and whether it happens elsewhere (10.2.1 b)."""
    one, day = _next(work, deviation_id, _S.CAUSE, on)
    told = {code: words.get(code, "") for code in CAUSE_WORDS}
    for code in ("why1", "cause", "similar"):
        cases.need_text(told, code)
    _keep(work, one, told)
    return work.store.change(explained(one, day))


@use_case("quality.manage")
def plan_deviation(work: Work, deviation_id: str, action: str, due_on: date, actions: Sequence[PlannedAction]) -> Deviation:
    """What is done so that it does not come back, as tasks for whoever does them, all of it by a day."""
    one, day = _next(work, deviation_id, _S.ACTION)
    cases.need_text({"action": action}, "action")
    check_term(work, "due_on", day, due_on)
    if not actions and not _waiting(work, one):
        raise UserError("actions", _("Write down at least one thing that is to be done."))
    for planned in actions:
        if planned.due_on > due_on:
            raise UserError("due_on", _("An action is due after this day. Choose a later one, or do that earlier."))
        cases.add_action(work, subject_of(TABLE, one.id), planned.title, planned.owner_id, planned.due_on)
    _keep(work, one, {"action": action})
    return work.store.change(one, status=_S.ACTION, planned_on=day, due_on=due_on)


@use_case("quality.manage")
def add_deviation_action(work: Work, deviation_id: str, title: str, owner_id: str | None, due_on: date) -> Task:
    """One action more, until all were carried out."""
    one = work.store.get(Deviation, deviation_id)
    if one.status in {_S.DONE, _S.TESTED, _S.CLOSED}:
        raise Conflict(_("The actions were carried out. Take that back first, or reopen it when it had no effect."))
    return cases.add_action(work, subject_of(TABLE, one.id), title, owner_id, due_on)


def _waiting(work: Work, one: Deviation) -> list[Task]:
    return [task for task in cases.actions(work, subject_of(TABLE, one.id)) if task.status is TaskStatus.OPEN]


@use_case("quality.manage")
def carry_out_deviation(work: Work, deviation_id: str, on: date | None = None, test_due_on: date | None = None) -> Deviation:
    """All actions are done, or lapsed with a reason; when their effect is to be tested (three months later)."""
    one, day = _next(work, deviation_id, _S.DONE, on)
    if waiting := len(_waiting(work, one)):
        text = ngettext(
            "{n} action still waits. Do it first, or say why it is not needed.",
            "{n} actions still wait. Do them first, or say why they are not needed.", waiting,
        )  # fmt: skip
        raise Conflict(text.format(n=waiting))
    test_on = test_due_on or day + TEST_AFTER
    check_term(work, "test_due_on", day, test_on)
    return work.store.change(one, status=_S.DONE, done_on=day, done_by=work.user.id, test_due_on=test_on)


@use_case("quality.manage")
def check_effect(work: Work, deviation_id: str, test: str, effective: bool, on: date | None = None) -> Deviation:  # noqa: FBT001
    """Whether it helped, how that was tested and what was seen; by somebody else than who carried it out, where there is somebody."""
    one, day = _next(work, deviation_id, _S.TESTED, on)
    cases.need_text({"test": test}, "test")
    if work.user.id in doers(work, one):
        others = testers(work, one)
        if others:
            raise Conflict(_("You carried this out; let somebody else test the effect: {names}.").format(names=", ".join(others)))
        work.reason_code = "alone"
    _keep(work, one, {"test": test})
    return work.store.change(one, status=_S.TESTED, tested_on=day, tested_by=work.user.id, effective=bool(effective))


def doers(work: Work, one: Deviation) -> set[str]:
    """Who carried the actions out: who did the tasks, else who said that it was done."""
    done = {task.done_by for task in cases.actions(work, subject_of(TABLE, one.id)) if task.status is TaskStatus.DONE and task.done_by}
    return done or {one.done_by or ""}


def testers(work: Work, one: Deviation) -> list[str]:
    """Names of who may test its effect and did not carry it out."""
    mine = doers(work, one)
    managers = {row.user_id for row in work.store.find(UserRole, role=Role.MANAGER)} - mine
    return sorted(user.display_name for user in work.store.find(User, is_active=True) if user.id in managers)


@use_case("quality.manage")
def close_deviation(work: Work, deviation_id: str) -> Deviation:
    """It had effect: done with it."""
    one, day = _next(work, deviation_id, _S.CLOSED)
    if not one.effective:
        raise Conflict(_("It had no effect. Reopen it and look for the cause again."))
    return work.store.change(one, status=_S.CLOSED, closed_on=day)


@use_case("quality.manage")
def reopen_deviation(work: Work, deviation_id: str) -> Deviation:
    """It had no effect, whatever the test said: back to its cause. It counts as not effective (K17)."""
    one, _day = _next(work, deviation_id, _S.REOPENED)
    return work.store.change(one, status=_S.REOPENED, effective=False, reopened=one.reopened + 1)


@use_case("quality.manage")
def undo_deviation_step(work: Work, deviation_id: str) -> Deviation:
    """Take one's own step of today back; the log keeps both. The words stay, to be mended."""
    one = work.store.get(Deviation, deviation_id)
    before = stepped_back(one)
    if before is None:
        raise Conflict(_("There is nothing to take back."))
    if not may_undo(work, one):
        raise Conflict(_("Only who took this step can take it back, on the same day."))
    if one.status is _S.ACTION:
        for task in _waiting(work, one):
            if task.version == 1 and task.created_by == work.user.id:
                work.store.remove(task)
    return work.store.change(replace(before))
