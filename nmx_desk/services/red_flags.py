"""Alarm symptoms asked again while a plan runs (DOMAIN §2 Red flags, §6): a Yes stands at the plan and the file until somebody settles it.

Settling is an act with a reason, by a practitioner: referred, discussed with a doctor, answered by mistake. It stands in the log, and so
does taking it back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import consults as query
from nmx_desk.data import following as data
from nmx_desk.domain.code_lists import RED_FLAGS
from nmx_desk.domain.consults import Answer, FlagResult, RedFlagAnswer, RedFlagCheck, Settled
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.flags import flag_result, open_flags, worst
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _, language
from nmx_desk.services.care_file import write_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.tasks import end_tasks, put_task
from nmx_desk.services.typed import fitting

LEAST_REASON = 10
LONGEST_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A check with a Yes while a plan ran. ``flags``: the questions; empty for who may know only that there is one."""

    check: RedFlagCheck
    flags: tuple[str, ...]
    told_on: date

    @property
    def id(self) -> str:
        """Id of the check."""
        return self.check.id


@use_case("notes.write", writes=False)
def flag_questions(work: Work) -> tuple[CodeItem, ...]:
    """The clinic's questions about alarm symptoms as they are now."""
    return tuple(query.current_list(work.store, RED_FLAGS))


@use_case("notes.write")
def recheck_flags(work: Work, client_id: str, answers: Sequence[RedFlagAnswer]) -> RedFlagCheck:
    """What was answered when the questions were asked again. With a plan running, a Yes no doctor looked at yet raises an alarm."""
    client = write_file(work, client_id)
    questions = query.current_list(work.store, RED_FLAGS)
    actions = {one.code: one.action for one in questions}
    given = [_tidy(work, actions, one) for one in answers]
    if not given:
        raise UserError("flags", _("Answer at least one question."))
    result = worst(actions, given) if open_flags(given) else flag_result(actions, given)
    check = work.store.add(
        RedFlagCheck(
            client_id=client.id, list_version=questions[0].list_version, result=result,
            completed_at=None if result is FlagResult.INCOMPLETE else work.now(),
        )
    )  # fmt: skip
    kept = work.store.add_all(replace(one, check_id=check.id, client_id=client.id) for one in given)
    return raise_alarm(work, check, questions, kept)


def _tidy(work: Work, actions: Collection[str], told: RedFlagAnswer) -> RedFlagAnswer:
    if told.code not in actions:
        raise Conflict(_("The list of red-flag questions has changed. Ask them again."))
    assessed = told.answer is Answer.YES and told.assessed
    if assessed and told.assessed_on is not None and told.assessed_on > work.today():
        raise UserError("flags", _("The day on which a doctor looked at it cannot lie in the future."))
    note = fitting("flags", told.note.strip(), LONGEST_REASON)
    return RedFlagAnswer(
        code=told.code, answer=Answer(told.answer), assessed=assessed, assessed_on=told.assessed_on if assessed else None, note=note
    )


def raise_alarm(
    work: Work, check: RedFlagCheck, questions: Sequence[CodeItem], answers: Collection[RedFlagAnswer]
) -> RedFlagCheck:
    """Let an open Yes stand as an alarm when the client's plan runs, with a task of today for the plan's practitioner."""
    found = data.active_plan(work.store, check.client_id)
    flags = open_flags(answers)
    if found is None or not flags:
        return check
    plan, _version = found
    said = "; ".join(one.label(language()) for one in questions if one.code in flags)
    title = _("Alarm symptom told while the plan runs: {flags}").format(flags=said)
    put_task(work, Task(
        client_id=check.client_id, title=title[:200], due_on=work.today(), owner_id=plan.practitioner_id,
        source=f"red_flag_check:{check.id}",
    ))  # fmt: skip
    return work.store.change(check, alarm=True)


@use_case("plans.read", writes=False)
def open_alarms(work: Work, client_id: str) -> tuple[Alarm, ...]:
    """What was told while a plan ran and is not settled, the newest first. The look is logged when there is any."""
    return alarms(work, client_id)


def alarms(work: Work, client_id: str) -> tuple[Alarm, ...]:
    """As :func:`open_alarms`; the caller has checked the right."""
    found = []
    for check in data.alarms_of(work.store, client_id):
        work.seen("red_flag_check", check.id, client_id)
        found.append(Alarm(check=check, flags=_said(work, check), told_on=check.created_at.astimezone(work.zone).date()))
    return tuple(found)


def _said(work: Work, check: RedFlagCheck) -> tuple[str, ...]:
    """The questions answered with Yes: for practitioners, who act on them."""
    if work.reach("flags.override") is None:
        return ()
    flags = open_flags(data.answers_of(work.store, check.id))
    return tuple(one.label(language()) for one in query.list_version(work.store, RED_FLAGS, check.list_version) if one.code in flags)


@use_case("flags.override")
def settle_alarm(work: Work, check_id: str, settled: Settled, reason: str) -> RedFlagCheck:
    """How an alarm was settled, and why; its task is done. It stays in the file."""
    check = work.store.get(RedFlagCheck, check_id)
    if not check.alarm or check.settled is not Settled.OPEN:
        raise Conflict(_("This alarm was settled meanwhile. Look at the file again."))
    if Settled(settled) is Settled.OPEN:
        raise UserError("settled", _("Choose how it was settled."))
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("reason", _("Write the reason in at least {n} characters.").format(n=LEAST_REASON))
    write_file(work, check.client_id)
    end_tasks(work, f"red_flag_check:{check.id}")
    return work.store.change(
        check, settled=Settled(settled), settled_at=work.now(), settled_by=work.user.id,
        settle_reason=fitting("reason", reason.strip(), LONGEST_REASON),
    )  # fmt: skip


@use_case("flags.override")
def reopen_alarm(work: Work, check_id: str) -> RedFlagCheck:
    """Take back that an alarm was settled: it stands at the plan and the file again, with a task of today."""
    check = work.store.get(RedFlagCheck, check_id)
    if not check.alarm or check.settled is Settled.OPEN:
        raise Conflict(_("There is nothing to take back."))
    write_file(work, check.client_id)
    back = work.store.change(check, settled=Settled.OPEN, settled_at=None, settled_by=None, settle_reason="")
    questions = query.list_version(work.store, RED_FLAGS, check.list_version)
    return raise_alarm(work, back, questions, data.answers_of(work.store, check.id))
