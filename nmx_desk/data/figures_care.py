"""What the figures of care are counted from: red-flag checks, follow-up contacts, plans and their steps, main complaints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.dialect import one_of
from nmx_desk.data.figures_reach import Reach, place, plain
from nmx_desk.data.store import table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore, root_of
from nmx_desk.domain.consults import AdviceCall, CallOutcome, FlagResult, RedFlagCheck, Settled
from nmx_desk.domain.kpi_facts import ContactFact, CourseFact, FlagFact, ItemFact, PlanFact
from nmx_desk.domain.kpi_view import COURSE_ENDS
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.domain.referrals import Referral

_check, _call, _note, _client = (table_of(kind) for kind in (RedFlagCheck, AdviceCall, ConsultNote, Client))
_letter, _contact, _plan, _version = (table_of(kind) for kind in (Referral, FollowUp, Plan, PlanVersion))
_phase, _item, _complaint, _score = (table_of(kind) for kind in (PlanPhase, PlanItem, Complaint, ComplaintScore))
_visit = table_of(Appointment)

POSITIVE = (FlagResult.GP, FlagResult.EMERGENCY, FlagResult.DECIDE)
TO_THE_GP = (CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY)
WITH_A_DOCTOR = (Settled.REFERRED, Settled.DISCUSSED)


def flags(reach: Reach) -> tuple[FlagFact, ...]:
    """Checks with a Yes that no doctor had assessed, by the day of their call, else of the check; not those told by mistake."""
    c, call, letter, client = _check.c, _call.c, _letter.c, _client.c
    at = sa.func.coalesce(call.started_at, c.completed_at, c.created_at, type_=c.created_at.type)
    day = sa.func.substr(at, 1, 10)
    written = sa.exists().where(sa.or_(
        sa.and_(letter.call_id.is_not(None), letter.call_id == c.call_id),
        sa.and_(letter.call_id.is_(None), c.call_id.is_(None), letter.client_id == c.client_id, letter.written_on >= day),
    ))  # fmt: skip
    followed = sa.or_(call.outcome.in_(TO_THE_GP), c.override_by.is_not(None), c.settled.in_(WITH_A_DOCTOR), written)
    who = sa.func.coalesce(call.practitioner_id, _note.c.author_id, client.practitioner_id, "")
    rows = reach.store.connection.execute(
        sa.select(c.id, at, followed, who, c.client_id, place(_visit.c))
        .select_from(
            _check.outerjoin(_call, call.id == c.call_id).outerjoin(_note, _note.c.id == c.note_id).join(_client, client.id == c.client_id)
            .outerjoin(_visit, _visit.c.id == sa.func.coalesce(call.appointment_id, _note.c.appointment_id))
        )
        .where(sa.or_(c.result.in_(POSITIVE), c.alarm == sa.true()), c.settled != Settled.MISTAKEN, reach.within(at))
    )  # fmt: skip
    return tuple(
        FlagFact(
            id=id_, at=moment, followed=bool(done), practitioner_id=practitioner_id, source=reach.sources.get(client_id, ""),
            location_id=where,
        ) for id_, moment, done, practitioner_id, client_id, where in rows
    )  # fmt: skip


def contacts(reach: Reach) -> tuple[ContactFact, ...]:
    """Follow-up contacts that were due on these days."""
    c, p, client = _contact.c, _plan.c, _client.c
    asked = (
        sa.select(
            *plain(c.id, c.due_on, c.done_on, c.status, c.practitioner_id, c.client_id, p.id, p.ended_on, client.deceased_on),
            c.window_days, place(_visit.c),
        )
        .select_from(
            _contact.join(_plan, p.id == c.plan_id).join(_client, client.id == c.client_id)
            .outerjoin(_visit, _visit.c.id == c.appointment_id)
        )
        .where(c.due_on.between(reach.first, reach.last))
    )  # fmt: skip
    rows: list[Any] = list(reach.store.connection.execute(asked).all())
    paused = _paused(reach, {row[6] for row in rows if row[3] in {FollowUpStatus.PLANNED, FollowUpStatus.MISSED} and row[7] is None})
    made = []
    for id_, due_text, done_on, status, practitioner_id, client_id, plan_id, ended_on, died_on, window, where in rows:
        due_on = date.fromisoformat(due_text)
        held = date.fromisoformat(done_on) if status == FollowUpStatus.DONE and done_on else None
        until = (due_on + timedelta(days=window)).isoformat()
        ended = any(text is not None and text <= until for text in (ended_on, died_on))
        made.append(ContactFact(
            id=id_, due_on=due_on, window_days=window, done_on=held, practitioner_id=practitioner_id,
            source=reach.sources.get(client_id, ""), location_id=where,
            out=held is None and (status == FollowUpStatus.LAPSED or ended or plan_id in paused),
        ))  # fmt: skip
    return tuple(made)


def _paused(reach: Reach, plan_ids: Iterable[str]) -> set[str]:
    """Those of these plans in whose version in force something is paused and nothing goes on."""
    v, i = _version.c, _item.c
    asked = (
        sa.select(v.plan_id)
        .select_from(_version.join(_phase, _phase.c.version_id == v.id).join(_item, i.phase_id == _phase.c.id))
        .where(v.status == PlanStatus.ACTIVE, i.status.in_((ItemStatus.PLANNED, ItemStatus.ACTIVE, ItemStatus.PAUSED)))
        .group_by(v.plan_id)
        .having(sa.func.min(sa.case((i.status == ItemStatus.PAUSED, 1), else_=0)) == 1)
    )
    return set(reach.store.connection.execute(asked.where(one_of(v.plan_id, plan_ids))).scalars())


def plans(reach: Reach) -> tuple[PlanFact, ...]:
    """Plans that were completed or stopped on these days, while their client lived."""
    p, client = _plan.c, _client.c
    rows = reach.store.connection.execute(
        sa.select(p.id, p.ended_on, p.status, p.practitioner_id, p.client_id)
        .join(_client, client.id == p.client_id)
        .where(p.ended_on.between(reach.first, reach.last), p.status.in_((PlanStatus.COMPLETED, PlanStatus.STOPPED)))
        .where(sa.or_(client.deceased_on.is_(None), client.deceased_on > p.ended_on))
    )
    return tuple(
        PlanFact(
            id=id_, ended_on=ended_on, completed=status is PlanStatus.COMPLETED, practitioner_id=practitioner_id,
            source=reach.sources.get(client_id, ""),
        ) for id_, ended_on, status, practitioner_id, client_id in rows
    )  # fmt: skip


def items(reach: Reach) -> tuple[ItemFact, ...]:
    """Steps that were begun on these days: the copies in several versions of a plan are one, named by the newest."""
    i, v, p = _item.c, _version.c, _plan.c
    line = sa.case((i.origin != "", i.origin), else_=i.id)
    stopped = sa.case((sa.and_(i.status == ItemStatus.STOPPED, i.stop_reason == StopReason.SIDE_EFFECT), 1), else_=0)
    rows: Iterable[Any] = reach.store.connection.execute(
        sa.select(*plain(line, i.id, i.begun_on, p.practitioner_id, p.client_id), stopped)
        .select_from(
            _plan.join(_version, v.plan_id == p.id).join(_phase, _phase.c.version_id == v.id).join(_item, i.phase_id == _phase.c.id)
        )
        .where(sa.or_(p.ended_on.is_(None), p.ended_on >= reach.first), i.begun_on.between(reach.first, reach.last))
        .order_by(v.number)
    ).all()  # fmt: skip
    newest: dict[str, tuple[str, str, str]] = {}
    since: dict[str, str] = {}
    bad: set[str] = set()
    for line_id, id_, begun_on, practitioner_id, client_id, side_effect in rows:
        newest[line_id] = id_, practitioner_id, client_id
        since[line_id] = min(begun_on, since.get(line_id, begun_on))
        if side_effect:
            bad.add(line_id)
    return tuple(
        ItemFact(
            id=id_, begun_on=date.fromisoformat(since[line_id]), practitioner_id=practitioner_id, side_effect=line_id in bad,
            source=reach.sources.get(client_id, ""),
        ) for line_id, (id_, practitioner_id, client_id) in newest.items()
    )  # fmt: skip


def courses(reach: Reach) -> tuple[CourseFact, ...]:
    """The main complaint of the clients whose time to be measured again ended on these days: the first in rank of those not merged away."""
    run, c, client = reach.store.connection.execute, _complaint.c, _client.c
    began = _score.c.measured_on.between(reach.first - COURSE_ENDS, reach.last - COURSE_ENDS)
    who = set(run(sa.select(_score.c.client_id).where(began).distinct()).scalars())
    whose = dict(run(sa.select(client.id, client.practitioner_id).where(one_of(client.id, who))).all())
    above: dict[str, str | None] = {}
    main: dict[str, str] = {}
    for id_, client_id, merged_into in run(
        sa.select(c.id, c.client_id, c.merged_into).where(one_of(c.client_id, who)).order_by(c.rank, c.created_at, c.id)
    ):
        above[id_] = merged_into
        if merged_into is None:
            main.setdefault(client_id, id_)
    roots = {id_: root_of(id_, above) for id_ in above}
    wanted = set(main.values())
    scores = _scores(reach, [id_ for id_, root in roots.items() if root in wanted])
    made = (_course(reach, client_id, scores.get(client_id, []), whose[client_id] or "") for client_id in main)
    return tuple(course for course in made if course is not None)


def _scores(reach: Reach, complaint_ids: Iterable[str]) -> Mapping[str, list[tuple[date, int]]]:
    """By client, in order of time; of one day in the order in which they were written."""
    s = _score.c
    found: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    asked = sa.select(*plain(s.client_id, s.measured_on), s.score).where(one_of(s.complaint_id, complaint_ids))
    rows: Iterable[Any] = reach.store.connection.execute(asked.order_by(s.measured_on, s.created_at, s.id)).all()
    for client_id, day, score in rows:
        found[client_id].append((date.fromisoformat(day), score))
    return found


def _course(reach: Reach, client_id: str, scores: list[tuple[date, int]], practitioner_id: str) -> CourseFact | None:
    if not scores or not reach.first <= scores[0][0] + COURSE_ENDS <= reach.last:
        return None
    return CourseFact(
        id=client_id, baseline_on=scores[0][0], baseline=scores[0][1], later=tuple(scores[1:]), practitioner_id=practitioner_id,
        source=reach.sources.get(client_id, ""),
    )  # fmt: skip
