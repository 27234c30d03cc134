"""The personal plan of one client: written, discussed, activated, changed, ended; and its contacts."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from nmx_desk.domain.agenda import Appointment, Channel
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.controlled import PLAN
from nmx_desk.domain.plan_rules import EVALUATE_WITHIN, phase_starts
from nmx_desk.domain.plans import (
    Aim,
    FollowUp,
    FollowUpStatus,
    GoalResult,
    ItemStatus,
    Pillar,
    Plan,
    PlanGoal,
    PlanItem,
    PlanPhase,
    PlanStatus,
    PlanVersion,
    StopReason,
    WithFood,
)
from nmx_desk.services import followups, paper_steps, papers, plan_templates, plans
from nmx_desk.services.demo import chronicle, figures, following, texts
from nmx_desk.services.demo.office import MANAGER, RECEPTION, ZONE, Journey, Office, Practitioner, wall
from nmx_desk.services.demo.persons import Person

TEMPLATES = {"three_phases": 85, "five_r": 15}
NEW_VERSION = 0.05
SIDE_EFFECT = 0.02
ITEM_DONE = 0.14
NEVER = datetime(2500, 1, 1, tzinfo=UTC)
UNBOOKED = 0.08
Named = Generator[datetime, None, str]
Dated = Generator[datetime, None, tuple[str, Appointment | None]]


class Planning:
    """What practitioners do with plans, and the reception with their contacts."""

    def __init__(self, office: Office, pace: figures.Pace) -> None:
        self._office, self._pace = office, pace

    # -- the plan ------------------------------------------------------------------------------------------------------------------------

    def written(self, person: Person, client_id: str, who: Practitioner) -> Named:
        """A plan from a template, made this client's own, discussed and activated; its id."""
        office, rng = self._office, person.rng
        yield office.now + timedelta(minutes=rng.uniform(3, 20))
        code = "three_phases" if person.script else figures.choose(rng, TEMPLATES)
        day = office.open_day(office.today, rng.choice((0, 1, 2, 3, 5)))
        agreed = max(office.now + timedelta(minutes=5), wall(day, rng.uniform(560, 1000)))
        if office.long_past and not person.script:
            yield agreed
            aims = partial(self._goals, person, client_id)
            return office.do(who.username, chronicle.activate, client_id, code, partial(_own_items, person), aims)
        sheet = office.do(who.username, plans.create_plan, client_id, code)
        yield office.now + timedelta(minutes=rng.uniform(4, 12))
        items = _own_items(person, sheet.phases, sheet.items, checked=bool(sheet.cautions), minor=sheet.cautions.is_minor)
        office.do(who.username, plans.save_version, sheet.version, sheet.phases, items, self._goals(person, client_id, sheet.phases))
        if person.script == "draft plan":
            yield NEVER
        yield agreed
        office.do(who.username, plans.discuss, sheet.plan.id)
        yield office.now + timedelta(minutes=rng.uniform(1, 5))
        office.do(who.username, plans.activate, sheet.plan.id)
        if person.script == "four versions":
            why = "Voor wie eerst rust nodig heeft."
            own = office.do(who.username, plan_templates.save_template, sheet.version.id, "Rustig begin", why)
            waits = office.do(MANAGER, papers.open_paper, f"{PLAN}{own.code}")
            office.do(MANAGER, paper_steps.approve_version, waits.versions[0].id)
        return sheet.plan.id

    def _goals(self, person: Person, client_id: str, phases: Sequence[PlanPhase]) -> list[PlanGoal]:
        """What this client wants to reach, from the last measurement on."""
        measured = sorted(self._office.find(OutcomeScore, client_id=client_id), key=lambda one: (one.measured_on, one.id))
        due = self._office.today + timedelta(weeks=sum(phase.weeks for phase in phases))
        found = []
        for said in texts.goals(person.rng, person.rng.choice((1, 2, 2))):
            name = said["measure"].rpartition(":")[2]
            start = getattr(measured[-1], name) if measured and name else None
            target = min(start + person.rng.choice((1, 2, 3)), 10) if start is not None else None
            found.append(PlanGoal(
                text=said["text"], measure=said["measure"] if target is not None else "", due_on=due,
                baseline="" if start is None else str(start), target="" if target is None else str(target),
            ))  # fmt: skip
        return found

    def _judged(self, person: Person, who: Practitioner, plan_id: str) -> None:
        """What became of the goals, when the plan is completed."""
        version = self._office.find(PlanVersion, plan_id=plan_id, status=PlanStatus.ACTIVE)[0]
        for goal in sorted(self._office.find(PlanGoal, version_id=version.id), key=lambda one: one.position):
            result = person.rng.choices((GoalResult.REACHED, GoalResult.PARTLY, GoalResult.NOT_REACHED), (45, 40, 15))[0]
            self._office.do(who.username, plans.judge_goal, goal.id, result)

    def is_active(self, plan_id: str) -> bool:
        """Whether the plan goes on."""
        return self._office.get(Plan, plan_id).status is PlanStatus.ACTIVE

    def adjusted(self, person: Person, who: Practitioner, plan_id: str, contact: int) -> Journey:
        """After a contact: items that are done or stopped, now and then a new version."""
        office, rng = self._office, person.rng
        chances = rng.random(), rng.random(), rng.random()
        if not self.is_active(plan_id):
            return
        self._begun(who, plan_id)
        if office.long_past and not person.script and chances[0] >= SIDE_EFFECT and chances[1] >= ITEM_DONE and chances[2] >= NEW_VERSION:
            return  # nothing changes, and nobody need know that the plan was looked at
        yield office.now + timedelta(minutes=rng.uniform(1, 6))
        if not self.is_active(plan_id):
            return
        office.look(who.username, plans.open_plan, plan_id=plan_id)
        version = office.find(PlanVersion, plan_id=plan_id, status=PlanStatus.ACTIVE)[0]
        phases = sorted(office.find(PlanPhase, version_id=version.id), key=lambda phase: phase.position)
        items = [item for phase in phases for item in sorted(office.find(PlanItem, phase_id=phase.id), key=lambda item: item.position)]
        active = [item for item in items if item.status is ItemStatus.ACTIVE]
        supplements = [item for item in active if item.pillar is Pillar.SUPPLEMENT]
        if supplements and (person.script == "side effect" or chances[0] < SIDE_EFFECT):
            following.report(office, who, supplements[0], stop=True)
            active.remove(supplements[0])
        first = [item for item in active if item.phase_id == phases[0].id]
        if first and chances[1] < ITEM_DONE:
            office.do(who.username, plans.complete_item, rng.choice(first).id)
        elif active and rng.random() < 0.06:
            reason = rng.choice((StopReason.NO_EFFECT, StopReason.NOT_FEASIBLE, StopReason.COSTS))
            office.do(who.username, plans.stop_item, rng.choice(active).id, reason)
        times = (2 if contact == 1 else 1) if person.script == "four versions" else int(chances[2] < NEW_VERSION)
        for _time in range(times if contact < 3 else 0):
            yield from self._changed(person, who, plan_id)

    def _begun(self, who: Practitioner, plan_id: str) -> None:
        """The phases whose first day has come begin, on that day."""
        office = self._office
        versions = office.find(PlanVersion, plan_id=plan_id)
        version = next(version for version in versions if version.status is PlanStatus.ACTIVE)
        phases = sorted(office.find(PlanPhase, version_id=version.id), key=lambda phase: phase.position)
        first = min(one.valid_from for one in versions if one.valid_from)
        for phase_id, starts in phase_starts(phases, first).items():
            if starts <= office.today and any(item.status is ItemStatus.PLANNED for item in office.find(PlanItem, phase_id=phase_id)):
                office.do(who.username, plans.begin_phase, phase_id, max(starts, version.valid_from or starts))

    def _changed(self, person: Person, who: Practitioner, plan_id: str) -> Journey:
        office, rng = self._office, person.rng
        yield office.now + timedelta(minutes=rng.uniform(2, 8))
        sheet = office.do(who.username, plans.new_version, plan_id, texts.some(rng, "version_reasons"))
        starts = phase_starts(sheet.phases, sheet.start)
        weeks = {phase.id: timedelta(weeks=phase.weeks) for phase in sheet.phases}
        items = [
            replace(item, contra_checked=bool(sheet.cautions), start_on=None,
                    evaluate_on=max(starts[item.phase_id], office.today) + min(weeks[item.phase_id], EVALUATE_WITHIN))
            for item in sheet.items
        ]  # fmt: skip
        last = sheet.phases[-1]
        items.append(PlanItem(id="added", phase_id=last.id, pillar=Pillar.STRESS, aim=Aim.REGULATION, text=texts.some(rng, "extra_items"),
                              evaluate_on=max(starts[last.id], office.today) + min(weeks[last.id], EVALUATE_WITHIN),
                              contra_checked=bool(sheet.cautions)))  # fmt: skip
        yield office.now + timedelta(minutes=rng.uniform(3, 8))
        office.do(who.username, plans.save_version, sheet.version, sheet.phases, items)
        yield office.now + timedelta(minutes=1)
        office.do(who.username, plans.discuss, plan_id)
        yield office.now + timedelta(minutes=1)
        office.do(who.username, plans.activate, plan_id)

    def ended(self, person: Person, who: Practitioner, plan_id: str, *, early: bool) -> None:
        """The plan is completed, or stopped by the client."""
        following.called_again(self._office, self._office.get(Plan, plan_id).client_id)
        reasons = (StopReason.WISH, StopReason.NOT_FEASIBLE, StopReason.COSTS, StopReason.NO_EFFECT)
        if early:
            self._office.do(who.username, plans.stop_plan, plan_id, person.rng.choice(reasons))
        else:
            self._judged(person, who, plan_id)
            self._office.do(who.username, plans.complete_plan, plan_id)

    # -- contacts ------------------------------------------------------------------------------------------------------------------------

    def dated(self, person: Person, who: Practitioner, plan_id: str) -> Dated:
        """The next contact, with its appointment; None when nobody booked it and it did not take place."""
        office, rng = self._office, person.rng
        yield office.now + timedelta(minutes=rng.uniform(1, 5))
        due = office.open_day(office.today + timedelta(days=figures.gap(rng, self._pace)))
        if person.script == "follow-up today" and office.today < office.last_day:
            due = office.open_day(office.last_day)
        channel = rng.choices((Channel.CLINIC, Channel.PHONE, Channel.VIDEO), (60, 25, 15))[0]
        forgotten = person.script == "overdue" or (not person.script and rng.random() < UNBOOKED)
        later = rng.random() < 0.3
        if office.long_past and not person.script and not forgotten:
            following.called_again(office, office.get(Plan, plan_id).client_id)
            return self._booked_long_ago(person, who, plan_id, due, channel)
        following.called_again(office, office.get(Plan, plan_id).client_id)
        made = self._next(who, plan_id, due, channel)
        if forgotten:
            yield wall(office.open_day(due + timedelta(days=rng.randint(9, 20))), rng.uniform(600, 900))
            office.do(RECEPTION, followups.miss_follow_up, made.id)
            return made.id, None
        if later:
            yield office.working(office.now, rng.uniform(60, 900))
        user = office.at_the_desk(who)
        offer = None if office.get(Client, made.client_id).has_died else self._moment(user, who, due, person)
        if offer is None:
            return made.id, None
        booked = office.do(user, followups.book_follow_up, made.id, offer)
        return made.id, office.get(Appointment, booked.appointment_id or "")

    def _next(self, who: Practitioner, plan_id: str, due: date, channel: Channel) -> FollowUp:
        """The next contact of the plan's cadence, which may move; or one by hand when none is left."""
        office = self._office
        ahead = [one for one in office.find(FollowUp, plan_id=plan_id, status=FollowUpStatus.PLANNED) if not one.appointment_id]
        found = min(ahead, key=lambda one: one.due_on, default=None)
        if found is None or due < office.today:
            return office.do(who.username, followups.plan_follow_up, plan_id, due, channel)
        return office.do(who.username, followups.move_follow_up, found.id, due, "In overleg met de cliënt")

    def _moment(self, user: str, who: Practitioner, due: date, person: Person) -> Offer | None:
        office = self._office
        who = office.substitute(who, due + timedelta(days=14), person.phone)
        early = office.random.randint(0, 3) if due > office.open_day(office.last_day) or office.long_past else 0
        return office.free(user, followups.TYPE, who, wall(due - timedelta(days=early), 8 * 60))

    def _booked_long_ago(
        self, person: Person, who: Practitioner, plan_id: str, due: date, channel: Channel
    ) -> tuple[str, Appointment | None]:
        office = self._office
        user = office.at_the_desk(who)
        offer = self._moment(user, who, due, person)
        if offer is None:
            return "", None
        made = office.do(user, chronicle.book_follow_up, plan_id, due, channel, offer)
        return made, office.get(Appointment, office.get(FollowUp, made).appointment_id or "")

    def missed(self, person: Person, follow_up_id: str) -> Journey:
        """The appointment did not take place: the contact was missed."""
        office = self._office
        found = office.get(FollowUp, follow_up_id)
        if found.status is not FollowUpStatus.PLANNED:
            return
        yield max(office.working(office.now, person.rng.uniform(5, 60)), wall(found.due_on, 9 * 60))
        office.do(RECEPTION, followups.miss_follow_up, follow_up_id)

    def held(self, person: Person, who: Practitioner, follow_up_id: str, appointment: Appointment) -> None:
        """The contact was held, and its appointment with it."""
        adherence, remark = self.remark(person)
        day = appointment.starts_at.astimezone(ZONE).date()
        self._office.do(who.username, followups.complete_follow_up, follow_up_id, day, adherence, remark)

    def remark(self, person: Person) -> tuple[int | None, str]:
        """How well somebody kept to the plan, in percent, and a remark."""
        rng = person.rng
        adherence = round(min(max(rng.gauss(72, 18), 0), 100) / 5) * 5 if rng.random() < 0.9 else None
        return adherence, texts.some(rng, "follow_up_notes")


def _own_items(
    person: Person, phases: Sequence[PlanPhase], proposed: Sequence[PlanItem], *, checked: bool = True, minor: bool = False
) -> list[PlanItem]:
    """The template's items without one, with a supplement or an arrangement of this client."""
    rng = person.rng
    items = [replace(item, contra_checked=checked) for item in proposed]
    if len(items) > 6:
        items.pop(rng.randrange(len(items)))
    days = {item.phase_id: item.evaluate_on for item in proposed}
    phase = phases[min(1, len(phases) - 1)]
    if person.script == "side effect" or (rng.random() < 0.5 and not minor):
        items += _supplements(person, phases[0], days[phases[0].id], checked=checked)
    if rng.random() < 0.25:
        text = texts.some(rng, "extra_items")
        items.append(PlanItem(id=f"extra {len(items)}", phase_id=phase.id, pillar=Pillar.OTHER, aim=Aim.REGULATION, text=text,
                              evaluate_on=days[phase.id], contra_checked=checked))  # fmt: skip
    return items


def _supplements(person: Person, phase: PlanPhase, evaluate: date | None, *, checked: bool) -> list[PlanItem]:
    """One to three of them, with their moments."""
    return [
        replace(
            PlanItem(**found), id=f"supplement {n}", phase_id=phase.id, pillar=Pillar.SUPPLEMENT, aim=Aim.RECOVERY, evaluate_on=evaluate,
            with_food=WithFood(found.get("with_food", "")), contra_checked=checked,
            stop_when=texts.some(following.dice(found["text"], person.phone), "stop_when"),
        )
        for n, found in enumerate(texts.supplements(person.rng, person.rng.choice((1, 1, 2, 3))))
    ]  # fmt: skip
