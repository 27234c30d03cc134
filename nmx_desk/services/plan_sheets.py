"""What the plans' use cases are made of: templates, the sheet that is shown, whose plan it is, the writing of a draft's content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from nmx_desk.data import consults
from nmx_desk.data import plans as query
from nmx_desk.data.plans import Contact
from nmx_desk.data.store import table_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.notes import RETENTION_YEARS, years_later
from nmx_desk.domain.people import Role
from nmx_desk.domain.plan_cadence import ContactChange, cadence_text
from nmx_desk.domain.plan_rules import (
    OF_AGE,
    OPEN,
    Cautions,
    Content,
    check_goal,
    check_item,
    check_phase,
    check_start,
    parse_dose,
    parse_figure,
)
from nmx_desk.domain.plans import (
    Aim,
    ItemStatus,
    Pillar,
    Plan,
    PlanGoal,
    PlanItem,
    PlanPhase,
    PlanStatus,
    PlanTemplate,
    PlanVersion,
    Responsible,
    WithFood,
)
from nmx_desk.i18n import N_, _, resources_dir, translator
from nmx_desk.reports.records import Outcome
from nmx_desk.services.desk import Work
from nmx_desk.services.history_sheet import medication_now
from nmx_desk.services.plan_contacts import contacts_ahead
from nmx_desk.services.plan_starts import plan_start
from nmx_desk.services.scores import ScoreSheet, sheet_of
from nmx_desk.services.treating import treats

TEMPLATE_FIELDS: Final = ("dose", "dose_unit", "times", "per", "moments", "days", "with_food")
"""Fields of an item that say the same in any language."""
OUTCOMES = {"calm": N_("Calm"), "energy": N_("Energy"), "resistance": N_("Resistance")}


@dataclass(frozen=True, kw_only=True)
class TemplatePhase:
    """A phase of a template with its items, in one language."""

    phase: PlanPhase
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, kw_only=True)
class TemplateView:
    """A template in one language; a plan is a copy of it, never linked to it. ``is_own``: the clinic's, in its version ``number``."""

    code: str
    name: str
    about: str
    phases: tuple[TemplatePhase, ...]
    goals: tuple[PlanGoal, ...] = ()
    cadence: str = ""
    number: int = 1
    is_own: bool = False
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanSheet:
    """A plan with the version in sight. ``scores`` when opened by who may read them; ``cautions``: why items need a contra-check.

    ``start``: the day its phases are counted from; ``own``: the user may change it without a reason. ``ahead``: what activating the
    version does with the contacts, before it is.
    """

    client: Client
    plan: Plan
    version: PlanVersion
    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]
    versions: tuple[PlanVersion, ...]
    contacts: tuple[Contact, ...]
    cautions: Cautions
    scores: ScoreSheet
    practitioner: str
    today: date
    start: date
    own: bool = True
    goals: tuple[PlanGoal, ...] = ()
    ahead: tuple[ContactChange, ...] = ()

    @property
    def content(self) -> Content:
        """Phases, items and goals."""
        return Content(phases=self.phases, items=self.items, goals=self.goals)

    @property
    def read_only(self) -> bool:
        """Whether its content cannot be changed (any more)."""
        return self.version.status is not PlanStatus.DRAFT

    @property
    def before(self) -> PlanVersion | None:
        """The version before the one in sight."""
        return next((version for version in self.versions if version.number < self.version.number), None)

    def items_of(self, phase_id: str) -> tuple[PlanItem, ...]:
        """Items of a phase, in order."""
        return tuple(item for item in self.items if item.phase_id == phase_id)


# -- templates -------------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def raw_templates() -> list[dict[str, Any]]:
    """The templates as they stand in the resources, both languages."""
    found: dict[str, Any] = json.loads((resources_dir() / "lists" / "plan_templates.json").read_text("utf-8"))
    return list(found["templates"])


def own_templates(work: Work) -> dict[str, PlanTemplate]:
    """The newest version of every template of the clinic's own, by code, the first made first."""
    table = table_of(PlanTemplate)
    return {one.code: one for one in work.store.find(PlanTemplate, order=[table.c.created_at, table.c.number])}


def template_in(raw: dict[str, Any], language: str) -> TemplateView:
    """A template in one language."""
    phases = [
        TemplatePhase(
            phase=PlanPhase(position=place, name=phase["name"][language], weeks=phase["weeks"], goal=phase["goal"][language]),
            items=tuple(_template_item(item, number, language) for number, item in enumerate(phase["items"], 1)),
        )
        for place, phase in enumerate(raw["phases"], 1)
    ]
    goals = [
        PlanGoal(position=place, text=goal["text"][language], target=goal["target"], measure=goal["measure"])
        for place, goal in enumerate(raw.get("goals", []), 1)
    ]
    return TemplateView(
        code=raw["code"], name=raw["name"][language], about=raw["about"][language], phases=tuple(phases), goals=tuple(goals),
        cadence=cadence_text(raw.get("cadence", [])),
    )  # fmt: skip


def _template_item(raw: dict[str, Any], place: int, language: str) -> PlanItem:
    return PlanItem(
        position=place,
        pillar=Pillar(raw["pillar"]),
        aim=Aim(raw["aim"]),
        text=raw["text"][language],
        frequency=raw["frequency"][language],
        timing=raw["timing"][language],
        stop_when=raw.get("stop_when", {}).get(language, ""),
        responsible=Responsible(raw.get("responsible", Responsible.CLIENT)),
        with_food=WithFood(raw.get("with_food", "")),
        **{name: raw[name] for name in TEMPLATE_FIELDS if name in raw and name != "with_food"},
    )


def known_language(asked: str) -> str:
    """A language that templates have."""
    return "en" if asked == "en" else "nl"


# -- the sheet -------------------------------------------------------------------------------------------------------------------------


def plan_sheet(work: Work, plan: Plan, version: PlanVersion) -> PlanSheet:
    """The sheet of a plan and a version as they are stored now; the caller has checked the right and logs the view."""
    plan, version = work.store.get(Plan, plan.id), work.store.get(PlanVersion, version.id)
    client = work.store.get(Client, plan.client_id)
    content = query.content_of(work.store, version.id)
    return PlanSheet(
        client=client,
        plan=plan,
        version=version,
        phases=content.phases,
        items=content.items,
        versions=tuple(query.versions_of(work.store, plan.id)),
        contacts=tuple(query.contacts_of_plan(work.store, plan.id)),
        goals=content.goals,
        cautions=cautions_of(work, client),
        scores=_scores(work, client),
        ahead=contacts_ahead(work, plan, version) if version.status in OPEN else (),
        practitioner=consults.user_names(work.store, {plan.practitioner_id}).get(plan.practitioner_id, ""),
        today=work.today(),
        start=plan_start(work, plan),
        own=is_own(work, client, plan),
    )


def _scores(work: Work, client: Client) -> ScoreSheet:
    """Scores belong to the notes: only of one's own clients, and only where the look at them is logged once."""
    if work.case.writes or work.reach("notes.read") is None or not treats(work, client):
        return ScoreSheet()
    work.seen("scores", client.id, client.id)
    return sheet_of(work, client.id)


def cautions_of(work: Work, client: Client) -> Cautions:
    """Why every item of a client's plan needs a contra-check today."""
    age = client.age_on(work.today())
    return Cautions(
        medication=medication_now(work, client),
        is_minor=age is not None and age < OF_AGE,
        special=query.special_situation(work.store, client.id),
    )


def outcomes_in(work: Work, client: Client, language: str) -> tuple[Outcome, ...]:
    """Calm, energy and resistance, first and last, with their names in a language."""
    measured = consults.outcomes_of(work.store, client.id)
    found = []
    for field, name in OUTCOMES.items():
        values = [value for score in measured if (value := getattr(score, field)) is not None]
        if values:
            found.append(Outcome(translator(language).gettext(name), values[0], values[-1] if len(values) > 1 else None))
    return tuple(found)


# -- whose plan it is ------------------------------------------------------------------------------------------------------------------


def own_client(work: Work, client_id: str, plan: Plan | None = None) -> Client:
    """The client, when it is one's own or nobody's, or the plan is; others with a reason."""
    client = work.store.get(Client, client_id)
    work.need("plans.write", own=is_own(work, client, plan), client_id=client_id)
    return client


def is_own(work: Work, client: Client, plan: Plan | None) -> bool:
    """Whether a client is the user's or nobody's, or the plan is the user's."""
    return client.practitioner_id is None or treats(work, client) or (plan is not None and plan.practitioner_id == work.user.id)


def own_plan(work: Work, plan_id: str) -> Plan:
    """The plan, when its client or the plan is one's own; others with a reason."""
    plan = work.store.get(Plan, plan_id)
    own_client(work, plan.client_id, plan)
    return plan


def touch_file(work: Work, client_id: str) -> None:
    """The file has changed: the retention clock starts again, a prospect becomes a client of who acts."""
    client = work.store.get(Client, client_id)
    treats = Role.PRACTITIONER in work.roles
    work.store.change(
        client,
        last_clinical_change=work.now(),
        retention_until=years_later(work.today(), RETENTION_YEARS),
        practitioner_id=client.practitioner_id or (work.user.id if treats else None),
        status=ClientStatus.ACTIVE if treats and client.status is ClientStatus.PROSPECT else client.status,
    )


# -- writing ---------------------------------------------------------------------------------------------------------------------------


def check_content(phases: Sequence[PlanPhase], items: Sequence[PlanItem], goals: Sequence[PlanGoal] = ()) -> None:
    """Raise ``UserError`` unless these phases, items and goals may stand in a draft."""
    if not phases:
        raise UserError("", _("A plan has at least one phase."))
    for phase in phases:
        check_phase(phase)
    known = {phase.id for phase in phases}
    for item in items:
        if item.phase_id not in known:
            raise UserError("", _("“{item}” stands in no phase. Put it in one.").format(item=item.text))
        check_item(item)
    for goal in goals:
        check_goal(goal)


def put_goals(work: Work, version: PlanVersion, before: Content, goals: Sequence[PlanGoal]) -> bool:
    """Write the goals in the order given; whether anything changed. What became of a goal is not changed here."""
    kept, changed = {goal.id: goal for goal in before.goals}, False
    for place, goal in enumerate(goals, 1):
        old = kept.pop(goal.id, None)
        same = old or PlanGoal(version_id=version.id, client_id=version.client_id)
        wanted = replace(
            same, position=place, text=goal.text.strip(), measure=goal.measure, baseline=parse_figure(goal.baseline) or "",
            target=parse_figure(goal.target) or "", due_on=goal.due_on,
        )  # fmt: skip
        if wanted != old:
            changed = True
            work.store.change(wanted) if old else work.store.add(wanted)
    for gone in kept.values():
        work.store.remove(gone)
    return changed or bool(kept)


def put_phases(work: Work, version: PlanVersion, before: Content, phases: Sequence[PlanPhase]) -> dict[str, str]:
    """Write the phases; ids as given → ids as stored."""
    kept, ids = {phase.id: phase for phase in before.phases}, {}
    for place, phase in enumerate(phases, 1):
        old = kept.get(phase.id)
        same = old or PlanPhase(version_id=version.id, client_id=version.client_id)
        wanted = replace(same, position=place, name=phase.name.strip(), goal=phase.goal.strip(), weeks=phase.weeks)
        if old is None:
            wanted = work.store.add(wanted)
        elif wanted != old:
            work.store.change(wanted)
        ids[phase.id] = wanted.id
    return ids


def put_items(work: Work, before: Content, items: Sequence[PlanItem], ids: dict[str, str]) -> bool:
    """Write the items; whether anything changed. What became of an item is not changed here."""
    kept, changed, places = {item.id: item for item in before.items}, False, dict.fromkeys(ids.values(), 0)
    client_id = before.phases[0].client_id
    for item in items:
        phase_id = ids[item.phase_id]
        places[phase_id] += 1
        old = kept.pop(item.id, None)
        same = old or PlanItem(client_id=client_id)
        wanted = replace(
            item, id=same.id, version=same.version, created_at=same.created_at, created_by=same.created_by, client_id=client_id,
            phase_id=phase_id, position=places[phase_id], text=item.text.strip(), dose=parse_dose(item.dose) or "",
            frequency=item.frequency.strip(), timing=item.timing.strip(), stop_when=item.stop_when.strip(), source=item.source.strip(),
            status=same.status, begun_on=same.begun_on, stopped_on=same.stopped_on, stop_reason=same.stop_reason,
            stop_note=same.stop_note, origin=same.origin,
        )  # fmt: skip
        if wanted != old:
            changed = True
            work.store.change(wanted) if old else work.store.add(wanted)
    for gone in kept.values():
        work.store.remove(gone)
    return changed or bool(kept)


def check_ready(work: Work, plan: Plan, version: PlanVersion) -> Content:
    """Raise ``UserError`` unless the version may be discussed and activated today."""
    content = query.content_of(work.store, version.id)
    starting = [item for item in content.items if item.status is ItemStatus.PLANNED]
    check_start(content, starting, plan_start(work, plan), work.today(), cautions_of(work, work.store.get(Client, plan.client_id)))
    return content
