"""Risks and opportunities (ISO 9001 6.1): weighed before and after what is done about them, looked at again by a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import parts_of, subject_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.iso import LONGEST_CLAUSE
from nmx_desk.domain.people import User
from nmx_desk.domain.risks import RISK_STATUS_NAMES, Risk, RiskKind, RiskStatus, Treatment, may_step
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.i18n import _
from nmx_desk.services import case_parts, cases
from nmx_desk.services.case_parts import CaseParts
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting, one_line

TABLE: Final = "risk"
AGAIN: Final = relativedelta(years=1)
"""After which a risk is looked at again, unless another day is chosen."""
FURTHEST: Final = timedelta(days=3 * 366)
_LINES: Final = {"title": 200, "area": 120, "clause": LONGEST_CLAUSE}
_TEXTS: Final = {"cause": 1000, "consequence": 1000, "measures": 2000}
_TOLD: Final = ("kind", "chance", "impact", "treatment", "rest_chance", "rest_impact", "review_on", *_LINES, *_TEXTS)


@dataclass(frozen=True, kw_only=True)
class RiskRow:
    """A risk or an opportunity in the register. ``waiting``: measures still open of ``measures``."""

    risk: Risk
    owner: str = ""
    late: bool = False
    measures: int = 0
    waiting: int = 0

    @property
    def id(self) -> str:
        """Id of the risk."""
        return self.risk.id


@dataclass(frozen=True, kw_only=True)
class RiskList:
    """The register, heaviest first, what is closed last."""

    rows: tuple[RiskRow, ...]
    people: tuple[tuple[str, str], ...]
    today: date


@dataclass(frozen=True, kw_only=True)
class RiskSheet:
    """One with its measures, which are tasks, and its files."""

    risk: Risk
    parts: CaseParts
    owner: str = ""


@use_case("registers.read", writes=False)
def list_risks(work: Work) -> RiskList:
    """The register. The look is logged."""
    work.seen("risk_list", work.today().isoformat(), None)
    return RiskList(rows=tuple(risk_rows(work)), people=case_parts.people(work), today=work.today())


def risk_rows(work: Work) -> list[RiskRow]:
    """The same for other use cases, unlogged."""
    names, today = names_by_id(work.store), work.today()
    tasks: dict[str, list[Task]] = {}
    for task in work.store.find(Task, table_of(Task).c.source.like(f"{TABLE}:%")):
        tasks.setdefault(parts_of(task.source)[1], []).append(task)
    rows = [
        RiskRow(
            risk=one, owner=names.get(one.owner_id or "", ""), measures=len(tasks.get(one.id, ())),
            late=one.status is not RiskStatus.CLOSED and one.review_on is not None and one.review_on < today,
            waiting=sum(task.status is TaskStatus.OPEN for task in tasks.get(one.id, ())),
        ) for one in work.store.find(Risk)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.risk.status is RiskStatus.CLOSED, -row.risk.weight, row.risk.number))


@use_case("registers.read", writes=False)
def open_risk(work: Work, risk_id: str) -> RiskSheet:
    """One of them. The look is logged."""
    one = work.store.get(Risk, risk_id)
    work.seen(TABLE, one.id, None)
    owner = work.store.find_one(User, id=one.owner_id) if one.owner_id else None
    return RiskSheet(
        risk=one, parts=case_parts.parts(work, subject_of(TABLE, one.id), one.source), owner=owner.display_name if owner else ""
    )


@use_case("quality.manage")
def add_risk(work: Work, told: Risk) -> Risk:
    """Write one down, weighed today."""
    today = work.today()
    blank = Risk(number=cases.next_no(work, "R", "risk_no"), assessed_on=today, source=cases.checked_source(told.source))
    owner = told.owner_id or work.user.id
    return work.store.add(_tidy(work, blank, replace(told, owner_id=owner, review_on=told.review_on or today + AGAIN)))


@use_case("quality.manage")
def change_risk(work: Work, told: Risk) -> Risk:
    """Change one that is not closed; another weight is weighed today."""
    kept = work.store.get(Risk, told.id)
    if kept.status is RiskStatus.CLOSED:
        raise Conflict(_("This is closed. Open it again before you change it."))
    wanted = _tidy(work, replace(kept, version=told.version), told)
    if (wanted.weight, wanted.rest_weight) != (kept.weight, kept.rest_weight):
        wanted = replace(wanted, assessed_on=work.today())
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def review_risk(work: Work, risk_id: str, chance: int, impact: int, review_on: date | None = None) -> Risk:
    """It was looked at again: weighed as it is now, and when that is done the next time."""
    kept = work.store.get(Risk, risk_id)
    if kept.status is RiskStatus.CLOSED:
        raise Conflict(_("This is closed. Open it again before you change it."))
    day = review_on or work.today() + AGAIN
    wanted = _tidy(work, kept, replace(kept, chance=chance, impact=impact, review_on=day))
    if day <= work.today():
        raise UserError("review_on", _("Choose a day that is still to come."))
    return work.store.change(replace(wanted, assessed_on=work.today()))


@use_case("quality.manage")
def step_risk(work: Work, risk_id: str, to: RiskStatus | str) -> Risk:
    """Under control, closed, or open again; each of them can be taken back by another step."""
    one, wanted = work.store.get(Risk, risk_id), RiskStatus(to)
    if not may_step(one.status, wanted):
        raise Conflict(
            _("This is at “{now}” and cannot become “{then}”. Look at it again.").format(
                now=_(RISK_STATUS_NAMES[one.status]), then=_(RISK_STATUS_NAMES[wanted])
            )
        )
    return work.store.change(one, status=wanted, closed_on=work.today() if wanted is RiskStatus.CLOSED else None)


def _tidy(work: Work, kept: Risk, told: Risk) -> Risk:
    values: dict[str, Any] = {name: getattr(told, name) for name in _TOLD}
    values |= {name: one_line(name, getattr(told, name), most) for name, most in _LINES.items()}
    values |= {name: fitting(name, getattr(told, name).strip(), most) for name, most in _TEXTS.items()}
    if not values["title"]:
        raise UserError("title", _("Write in a few words what may happen."))
    for name in ("chance", "impact"):
        if not 1 <= values[name] <= 5:
            raise UserError(name, _("Weigh it from 1 to 5."))
    rest = (values["rest_chance"], values["rest_impact"])
    if (rest[0] is None) != (rest[1] is None) or any(one is not None and not 1 <= one <= 5 for one in rest):
        raise UserError("rest_chance" if rest[0] is None else "rest_impact", _("Weigh both chance and impact that are left, from 1 to 5."))
    if told.review_on is not None and told.review_on != kept.review_on and not abs(told.review_on - work.today()) <= FURTHEST:
        raise UserError("review_on", _("Choose a day that comes after, at most three years ahead."))
    values |= {
        "kind": RiskKind(told.kind), "treatment": Treatment(told.treatment),
        "owner_id": cases.known_owner(work, told.owner_id) if told.owner_id != kept.owner_id else kept.owner_id,
    }  # fmt: skip
    return replace(kept, **values)


@use_case("quality.manage")
def add_risk_measure(work: Work, risk_id: str, title: str, owner_id: str | None, due_on: date) -> Task:
    """Something that is done about it, as a task."""
    one = work.store.get(Risk, risk_id)
    if one.status is RiskStatus.CLOSED:
        raise Conflict(_("This is closed. Open it again before you change it."))
    return cases.add_action(work, subject_of(TABLE, one.id), title, owner_id, due_on)


@use_case("quality.manage")
def add_risk_file(work: Work, risk_id: str, name: str, content: bytes) -> CaseFileRow:
    """A file that belongs to it."""
    one = work.store.get(Risk, risk_id)
    return cases.add_file(work, subject_of(TABLE, one.id), None, name, content)
