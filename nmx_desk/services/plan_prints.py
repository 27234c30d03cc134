"""A plan as it is printed: its words as they were signed, the states of its items, the scores and the contacts as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from nmx_desk.data import plans as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.measures import COMPLAINT
from nmx_desk.domain.notes import FrozenKind, FrozenPrint
from nmx_desk.domain.people import User
from nmx_desk.domain.plan_rules import Content
from nmx_desk.domain.plans import FollowUpStatus, Plan, PlanGoal, PlanVersion
from nmx_desk.i18n import translator
from nmx_desk.reports.records import GoalLine, PlanPrint
from nmx_desk.services.desk import Work
from nmx_desk.services.frozen import content_of, keep
from nmx_desk.services.plan_measures import measure_name
from nmx_desk.services.plan_sheets import known_language, outcomes_in

T = TypeVar("T")


def freeze_plan(work: Work, client: Client, version: PlanVersion) -> FrozenPrint:
    """Keep what a version says, in the unit of work that activates it."""
    signed = _signed(work, client, version, query.content_of(work.store, version.id))
    return keep(work, FrozenKind.PLAN, version.id, client.id, signed, spoken=known_language(client.language))


def frozen_plan(work: Work, client: Client, version: PlanVersion, language: str) -> PlanPrint:
    """A version for printing, with what changes after it was signed as it is today."""
    content = query.content_of(work.store, version.id)
    kept = work.store.find_one(FrozenPrint, kind=FrozenKind.PLAN, subject_id=version.id)
    signed = built(PlanPrint, content_of(kept)) if kept else _signed(work, client, version, content)
    now = {item.id: item for item in content.items}
    waiting = sorted(
        one.booked_at.astimezone(work.zone).date() if one.booked_at else one.follow_up.due_on
        for one in query.contacts_of_plan(work.store, version.plan_id)
        if one.follow_up.status is FollowUpStatus.PLANNED
    )
    return replace(
        signed,
        items=tuple(replace(item, status=now[item.id].status) for item in signed.items if item.id in now),
        goals=_with_results(signed.goals, content.goals),
        outcomes=outcomes_in(work, client, language),
        contacts=tuple(day for day in waiting if day >= work.today()) or tuple(waiting[:1]),
        as_of=work.today(),
    )


def draft_plan(work: Work, client: Client, version: PlanVersion, language: str) -> PlanPrint:
    """A version that is not signed, as it stands now, to talk about."""
    shown = _signed(work, client, version, query.content_of(work.store, version.id))
    return replace(shown, outcomes=outcomes_in(work, client, language), as_of=work.today(), draft=True)


def _signed(work: Work, client: Client, version: PlanVersion, content: Content) -> PlanPrint:
    plan = work.store.get(Plan, version.plan_id)
    t = translator(known_language(client.language))
    return PlanPrint(
        client_name=client.name, client_no=client.client_no, birth_date=client.birth_date,
        practitioner=work.store.get(User, plan.practitioner_id).display_name, version=version, phases=content.phases,
        items=content.items,
        goals=tuple(
            GoalLine(
                text=goal.text, measure="" if goal.measure.startswith(COMPLAINT) else goal.measure,
                words=measure_name(work, goal.measure, t), baseline=goal.baseline, target=goal.target, due_on=goal.due_on,
            )
            for goal in content.goals
        ),
    )  # fmt: skip


def _with_results(signed: Sequence[GoalLine], now: Sequence[PlanGoal]) -> tuple[GoalLine, ...]:
    """Goals in their order with what became of them."""
    return tuple(replace(goal, result=one.result) for goal, one in zip(signed, now, strict=True))


def built(kind: type[T], found: Any) -> T:
    """A record from its JSON, by the types of its fields; a field that it did not have yet keeps its default."""
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], value) for name, value in found.items() if name in known})


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is UnionType:
        return None if value is None else _value(next(one for one in get_args(hint) if one is not type(None)), value)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(inner, one) for one in value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if is_dataclass(hint):
        return built(hint, value)  # type: ignore[arg-type]
    if hint in {date, datetime}:
        return hint.fromisoformat(value)
    return value
