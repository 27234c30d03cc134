"""What plans say beside the figures (C3): how far steps were kept to, why steps were stopped, side effects. Counts, nobody's words."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.dialect import one_of
from nmx_desk.data.figures_reach import Reach
from nmx_desk.data.store import table_of
from nmx_desk.domain.follow_up_figures import Kept, Told
from nmx_desk.domain.kpi_shapes import Filters
from nmx_desk.domain.plans import Adherence, ItemStatus, Plan, PlanItem, PlanPhase, PlanVersion, SideEffect

_plan, _version, _phase, _item = (table_of(kind) for kind in (Plan, PlanVersion, PlanPhase, PlanItem))
_kept, _effect = table_of(Adherence), table_of(SideEffect)


def told(reach: Reach, filters: Filters) -> Told:
    """Of the plans that the filters take, what was told, stopped or began on these days."""
    return Told(kept=_kept_to(reach, filters), stopped=_stopped(reach, filters), effects=_effects(reach, filters))


def _takes(reach: Reach, filters: Filters, practitioner_id: str, client_id: str) -> bool:
    return filters.takes(practitioner_id, reach.sources.get(client_id, "") if filters.source else "")


def _kept_to(reach: Reach, filters: Filters) -> tuple[Kept, ...]:
    rows = _run(reach, sa.select(_kept.c.item_line, _kept.c.percent, _plan.c.practitioner_id, _plan.c.client_id).select_from(
        _kept.join(_plan, _plan.c.id == _kept.c.plan_id)).where(_kept.c.told_on.between(reach.first, reach.last)))  # fmt: skip
    found: defaultdict[str, list[int]] = defaultdict(list)
    for line, percent, practitioner_id, client_id in rows:
        if _takes(reach, filters, practitioner_id, client_id):
            found[line].append(percent)
    by_pillar: defaultdict[str, list[int]] = defaultdict(list)
    for line, pillar in _pillars(reach, found).items():
        by_pillar[pillar] += found[line]
    return tuple(Kept(pillar, sum(told_) / len(told_), len(told_)) for pillar, told_ in sorted(by_pillar.items()))


def _pillars(reach: Reach, lines: defaultdict[str, list[int]]) -> dict[str, str]:
    """The pillar of each step, by its line: the id of its first item."""
    return {line: str(pillar) for line, pillar in _run(reach, sa.select(_item.c.id, _item.c.pillar).where(one_of(_item.c.id, lines)))}


def _stopped(reach: Reach, filters: Filters) -> dict[str, int]:
    """Steps stopped, by reason; the copies in later versions of a plan are the same step."""
    i = _item.c
    rows = _run(reach, sa.select(i.id, i.origin, i.stop_reason, _plan.c.practitioner_id, _plan.c.client_id).select_from(
        _item.join(_phase, _phase.c.id == i.phase_id).join(_version, _version.c.id == _phase.c.version_id)
        .join(_plan, _plan.c.id == _version.c.plan_id)
    ).where(i.status == ItemStatus.STOPPED, i.stopped_on.between(reach.first, reach.last)))  # fmt: skip
    lines = {origin or id_: reason for id_, origin, reason, who, client_id in rows if _takes(reach, filters, who, client_id)}
    return dict(Counter(str(reason) for reason in lines.values()))


def _effects(reach: Reach, filters: Filters) -> dict[str, int]:
    rows = _run(reach, sa.select(_effect.c.severity, _plan.c.practitioner_id, _plan.c.client_id).select_from(
        _effect.join(_plan, _plan.c.id == _effect.c.plan_id)).where(_effect.c.began_on.between(reach.first, reach.last)))  # fmt: skip
    return dict(Counter(str(severity) for severity, who, client_id in rows if _takes(reach, filters, who, client_id)))


def _run(reach: Reach, statement: sa.Select[Any]) -> Any:
    return reach.store.connection.execute(statement).all()
