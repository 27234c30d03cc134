"""The figures against plain SQL: over clinics of random rows, and in ``make exam`` over every month of the full demo clinic.

The rows are put in their tables as they are, past the rules: every state a table can hold is counted, also what people hardly do.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from nmx_desk.data import figures as data
from nmx_desk.domain.agenda import (
    MAIN,
    Absence,
    Appointment,
    AppointmentStatus,
    Closure,
    Location,
    RosterOverride,
    RosterRule,
)
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.consults import AdviceCall, CallOutcome, CallStatus, FlagResult, RedFlagCheck, Settled
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.kpi import Figure, Filters, Period, month_figures
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import Clinic, User
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.domain.referrals import Referral
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus, Source
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.services.desk import Work
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.clinic import Clock, TestClinic, make_clinic, once
from tests.exam import kpi_sql
from tests.exam.kpi_sql import AMSTERDAM
from tests.exam.outcome import Outcome, tally, with_progress
from tests.full_demo import MORNING, kept_demo

ALL = Filters()
BEGINS, DAYS = date(2026, 1, 20), 250
NOW = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
WORLD_MONTHS = tuple(kpi_sql.months(date(2026, 2, 1), date(2026, 9, 1)))


@dataclass
class World:
    """A small clinic's year of random rows."""

    work: Work
    rng: random.Random
    staff: list[str] = field(default_factory=list)
    place: str = ""

    def day(self, since: date = BEGINS, most: int = DAYS) -> date:
        return since + timedelta(days=self.rng.randrange(most))

    def moment(self, since: date = BEGINS, most: int = DAYS) -> datetime:
        """Some minute; every day has an hour in which something is more likely, so that equal moments come about."""
        at = datetime.combine(self.day(since, most), time(), AMSTERDAM) + timedelta(minutes=15 * self.rng.randrange(96))
        return at.astimezone(UTC)

    def after(self, at: datetime, hours: int) -> datetime:
        return at + timedelta(minutes=15 * self.rng.randrange(4 * hours))

    def perhaps(self, chance: float, thing: Any) -> Any:
        return thing if self.rng.random() < chance else None

    def put(self, record: Record, at: datetime | None = None) -> Any:
        """Store it, made at a moment."""
        made = self.work.store.add(record)
        if at is None:
            return made
        table = data.table_of(type(record))
        self.work.store.connection.execute(table.update().where(table.c.id == made.id).values(created_at=at))
        return replace(made, created_at=at)

    # -- what a clinic has ---------------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        store, rng = self.work.store, self.rng
        self.staff = [user.id for user in store.find(User) if user.username in {"behandelaar", "collega"}]
        clinic = store.find(Clinic)[0]
        store.change(clinic, illness_is_late=rng.random() < 0.5, desk_days=rng.choice(["12345", "1245", "123456"]), desk_opens=510)
        self.place = self.put(Location(name="Noord", address="Noorderlaan 1, Proefstad")).id
        self.hours()
        for number in range(14):
            self.person(number)
        for _number in range(5):
            day = self.day()
            extended, judged = self.perhaps(0.3, day + timedelta(days=30)), self.perhaps(0.7, day + timedelta(days=rng.randrange(90)))
            self.put(Grievance(number=self.work.new_id(), opened_on=day, extended_on=extended, judged_on=judged))
            due, tested = self.perhaps(0.8, self.day()), self.perhaps(0.5, self.day())
            self.put(Deviation(
                number=self.work.new_id(), found_on=day, due_on=due, done_on=self.perhaps(0.7, self.day()), tested_on=tested,
                effective=rng.choice([True, False, None]) if tested else None, reopened=rng.choice([0, 0, 1]),
            ))  # fmt: skip

    def hours(self) -> None:
        for who in self.staff:
            for weekday in range(7):
                start = 30 * self.rng.randrange(16, 24)
                until = self.perhaps(0.3, self.day())
                self.put(RosterRule(
                    practitioner_id=who, weekday=weekday, start_minute=start, end_minute=start + 240, valid_to=until,
                    location_id=self.perhaps(0.4, self.place),
                ))  # fmt: skip
            for _number in range(6):
                start = 30 * self.rng.randrange(16, 30)
                self.put(RosterOverride(
                    practitioner_id=who, day=self.day(), is_open=self.rng.random() < 0.5, start_minute=start, end_minute=start + 120,
                    location_id=self.perhaps(0.4, self.place),
                ))  # fmt: skip
            away = self.moment()
            self.put(Absence(practitioner_id=who, start_at=away, end_at=self.after(away, 60)))
        shut = self.day()
        self.put(Closure(date_from=shut, date_to=shut + timedelta(days=2)))

    def person(self, number: int) -> None:
        rng = self.rng
        client = self.put(Client(
            client_no=f"C-9{number:05}", first_name="Proef", surname=f"N{number}",
            practitioner_id=self.perhaps(0.8, rng.choice(self.staff)), deceased_on=self.perhaps(0.1, self.day()),
        ))  # fmt: skip
        for _time in range(rng.choice([1, 1, 2])):
            self.request(client)
        for _time in range(rng.randrange(5)):
            self.visit(client, rng.choice(["intake", "follow_up", "follow_up"]), None, self.moment())
        self.complaints(client)
        self.plan(client)
        for _time in range(rng.randrange(4)):
            whose = self.perhaps(0.7, client.id)
            self.put(SatisfactionAnswer(
                client_id=whose, answered_on=self.day(), recommend=self.perhaps(0.9, rng.randrange(11)),
                practitioner_id=self.perhaps(0.6, rng.choice(self.staff)),
            ))  # fmt: skip

    def request(self, client: Client) -> None:
        rng, at = self.rng, self.moment()
        states = [RequestStatus.NEW, RequestStatus.DONE, RequestStatus.DONE, RequestStatus.DUPLICATE, RequestStatus.INVALID]
        request = self.put(AdviceRequest(
            client_id=self.perhaps(0.9, client.id), received_at=at, source=rng.choice(list(Source)), status=rng.choice(states)
        ))  # fmt: skip
        for _time in range(rng.randrange(3)):
            self.put(CallAttempt(request_id=request.id, at=self.after(at, 200), result=rng.choice(list(AttemptResult))))
        if rng.random() < 0.3:
            return
        booked = self.visit(client, "advice_call", request.id, self.after(at, 400))
        held = self.after(at, 500)
        if rng.random() < 0.7:
            self.call(client, request, booked, held)
        if rng.random() < 0.5:
            own = self.perhaps(0.5, request.id)
            self.visit(client, "intake", own, self.after(held, 24 * 80), booked=self.after(held - timedelta(days=2), 24 * 40))

    def call(self, client: Client, request: AdviceRequest, booked: Appointment, held: datetime) -> None:
        rng = self.rng
        outcome = self.perhaps(0.9, rng.choice(list(CallOutcome)))
        call = self.put(AdviceCall(
            request_id=request.id, client_id=client.id, appointment_id=self.perhaps(0.8, booked.id), practitioner_id=rng.choice(self.staff),
            started_at=held, status=CallStatus.COMPLETED, outcome=outcome,
        ))  # fmt: skip
        if rng.random() < 0.9:
            self.check(client, call.id, held)
        if rng.random() < 0.3:
            self.put(Referral(client_id=client.id, call_id=self.perhaps(0.5, call.id), written_on=self.day()))

    def check(self, client: Client, call_id: str | None, at: datetime, note_id: str | None = None) -> None:
        rng = self.rng
        self.put(RedFlagCheck(
            client_id=client.id, call_id=call_id, note_id=note_id, result=rng.choice(list(FlagResult)), completed_at=self.perhaps(0.8, at),
            override_by=self.perhaps(0.2, self.staff[0]), alarm=rng.random() < 0.2, settled=rng.choice(list(Settled)),
        ), at)  # fmt: skip

    def visit(self, client: Client, code: str, request_id: str | None, at: datetime, booked: datetime | None = None) -> Appointment:
        rng = self.rng
        made = self._visit(client, code, request_id, at, booked)
        if made.status is AppointmentStatus.MOVED:
            self._visit(client, code, request_id, self.after(at, 600), self.after(booked or at, 24), moved_from=made.id)
        if code != "advice_call" and rng.random() < 0.7:
            day = at.astimezone(AMSTERDAM).date() + timedelta(days=rng.choice([0, 0, 0, 1]))
            note = self.put(ConsultNote(
                client_id=client.id, appointment_id=self.perhaps(0.7, made.id), care_date=day, status=rng.choice(list(NoteStatus)),
                author_id=made.practitioner_id, hash="x", signed_at=self.perhaps(0.8, self.after(made.ends_at, 40)),
            ))  # fmt: skip
            if rng.random() < 0.3:
                self.check(client, None, at, note.id)
        return made

    def _visit(
        self, client: Client, code: str, request_id: str | None, at: datetime, booked: datetime | None, moved_from: str | None = None
    ) -> Appointment:
        rng = self.rng
        status = rng.choice(list(AppointmentStatus))
        ill = status is AppointmentStatus.CANCELLED and rng.random() < 0.3
        made: Appointment = self.put(Appointment(
            client_id=client.id, request_id=request_id, type_code=code, practitioner_id=rng.choice(self.staff), starts_at=at,
            ends_at=at + timedelta(minutes=rng.choice([30, 45, 90])), wall_start=f"{at.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}", live=False,
            busy_from=0, busy_to=30, status=status,
            cancelled_at=at - timedelta(hours=rng.randrange(60)) if status is AppointmentStatus.CANCELLED else None,
            late=status is AppointmentStatus.CANCELLED and not ill and rng.random() < 0.5, illness=ill, by_choice=rng.random() < 0.2,
            moved_from=moved_from, uid=self.work.new_id(), location_id=self.perhaps(0.4, self.place),
        ), booked or at - timedelta(days=rng.randrange(20)))  # fmt: skip
        return made

    def complaints(self, client: Client) -> None:
        rng, first = self.rng, self.day(BEGINS - timedelta(days=200), 300)
        made: list[Complaint] = []
        for _number in range(rng.randrange(4)):
            merged = made[0].id if made and rng.random() < 0.3 else None
            made.append(self.put(Complaint(client_id=client.id, words="moe", rank=rng.choice([1, 1, 2, 3]), merged_into=merged)))
        for complaint in made:
            for _number in range(rng.randrange(5)):
                day = first + timedelta(days=rng.choice([0, 0, 10, 59, 60, 61, 100, 179, 180, 181, 200]))
                self.put(ComplaintScore(complaint_id=complaint.id, client_id=client.id, score=rng.randrange(11), measured_on=day))

    def plan(self, client: Client) -> None:
        rng = self.rng
        for number in range(rng.randrange(3)):
            state = rng.choice([PlanStatus.COMPLETED, PlanStatus.STOPPED] if number else list(PlanStatus))
            ended = self.day() if state in {PlanStatus.COMPLETED, PlanStatus.STOPPED} else None
            plan = self.put(Plan(client_id=client.id, status=state, practitioner_id=rng.choice(self.staff), ended_on=ended))
            self.versions(client, plan)
            for _time in range(rng.randrange(4)):
                due, status = self.day(), rng.choice(list(FollowUpStatus))
                held = due + timedelta(days=rng.randrange(-12, 13)) if status is FollowUpStatus.DONE else None
                booked = self._visit(client, "follow_up", None, self.moment(), None).id if rng.random() < 0.3 else None
                self.put(FollowUp(
                    plan_id=plan.id, client_id=client.id, practitioner_id=plan.practitioner_id, due_on=due, status=status, done_on=held,
                    window_days=rng.choice([7, 7, 3]), appointment_id=booked,
                ))  # fmt: skip
        if rng.random() < 0.4:
            self.check(client, None, self.moment())

    def versions(self, client: Client, plan: Plan) -> None:
        rng, who = self.rng, {"client_id": client.id}
        first, version = (self.put(PlanVersion(**who, plan_id=plan.id, number=number)) for number in (1, 2))
        old = self.put(PlanPhase(**who, version_id=first.id))
        phase = self.put(PlanPhase(**who, version_id=version.id))
        states = [ItemStatus.PAUSED] if rng.random() < 0.3 else list(ItemStatus)
        for _number in range(rng.randrange(4)):
            status = rng.choice(states)
            latest = plan.ended_on or NOW.date()
            begun = self.perhaps(0.7, max(BEGINS, latest - timedelta(days=rng.randrange(100))))
            why = rng.choice(list(StopReason)) if status is ItemStatus.STOPPED else ""
            item = PlanItem(**who, phase_id=phase.id, text="x", status=status, begun_on=begun, stop_reason=why)
            if rng.random() < 0.4:
                before = self.put(replace(item, phase_id=old.id, status=ItemStatus.ACTIVE, stop_reason=""))
                item = replace(item, origin=before.id)
            self.put(item)
        self.work.store.change(first, status=PlanStatus.REPLACED)
        self.work.store.change(version, status=plan.status)


def compared(work: Work, first: date, last: date, filters: Filters = ALL) -> Iterator[str]:
    """Empty for every figure of a period that is what SQL says; else what differs."""
    clinic = work.store.find(Clinic)[0]  # as it is now; the desk knows it as it was at sign-in
    facts = data.facts(work.store, clinic, work.now(), first, last, filters)
    told = kpi_sql.answers(work.driver, first, last, work.now(), filters)
    for figure in month_figures(facts, Period(first, last), filters).figures:
        yield differs(figure, *told[figure.key], when=f"{first} {filters}")


def narrowings(work: Work) -> list[Filters]:
    """Each thing that figures can be narrowed to, alone, and two together."""
    def ids(query: str) -> list[str]:
        return [str(one) for (one,) in work.driver.execute(query)]

    who = ids("SELECT DISTINCT practitioner_id FROM appointment ORDER BY 1")
    ways = ids("SELECT DISTINCT source FROM advice_request ORDER BY 1")
    places = [MAIN, *ids("SELECT id FROM location ORDER BY 1")]
    alone = [
        *(Filters(practitioner_id=one) for one in who), *(Filters(source=one) for one in ways),
        *(Filters(type_code=one) for one in ids("SELECT code FROM appointment_type ORDER BY 1")),
        *(Filters(location_id=one) for one in places),
    ]  # fmt: skip
    return [*alone, Filters(practitioner_id=who[0], source=ways[0]), Filters(practitioner_id=who[-1], location_id=places[-1])]


def every_way(work: Work, periods: Sequence[tuple[date, date]]) -> list[str]:
    """As ``compared``: of everybody in all periods, and narrowed in each way in one of them, another one each time."""
    said = [one for days in periods for one in compared(work, *days)]
    for number, filters in enumerate(narrowings(work)):
        said += compared(work, *periods[number % len(periods)], filters)
    return said


def differs(figure: Figure, numerator: float | None, denominator: float | None, value: float | None, *, when: str) -> str:
    """What is not the same, or nothing."""
    counts = (figure.numerator or 0, figure.denominator or 0) == (round(numerator or 0), round(denominator or 0))
    same = counts and (value is None or abs(value - (figure.value or 0)) < 0.001)
    said = (figure.numerator, figure.denominator, figure.value)
    return "" if same else f"{when} {figure.key}: {said} and not {(numerator, denominator, value)}"


def world(seed: int) -> Iterator[str]:
    """A clinic of random rows, compared month by month."""
    with tempfile.TemporaryDirectory() as name:
        make_clinic(Path(name) / "clinic")
        clinic = TestClinic(Path(name) / "clinic", Clock(NOW))

        def play(work: Work) -> list[str]:
            World(work, random.Random(seed)).make()
            return every_way(work, WORLD_MONTHS)

        yield from clinic.as_("manager").do(once(play, "reports.figures"))
        clinic.close()


def demo() -> Iterator[str]:
    """The full demo clinic: by month, quarter and year."""
    with tempfile.TemporaryDirectory() as name:
        clinic = TestClinic(kept_demo(Path(name)), Clock(MORNING))
        desk = clinic.front.sign_in("manager", DEMO_PASSWORD)

        def look(work: Work) -> list[str]:
            months = list(kpi_sql.months(date(2024, 9, 1), MORNING.date()))
            quarters = [(months[at][0], months[at + 2][1]) for at in range(1, len(months) - 2, 3)]
            years = [(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025, 2026)]
            return every_way(work, [*years, *quarters, *months])

        yield from desk.do(once(look, "reports.figures"))
        desk.close()


def run(count: int, seed: int) -> list[Outcome]:
    """``count`` random clinics; from 50 on also the full demo clinic, which takes minutes to make."""
    worlds = with_progress("figures", range(seed, seed + count), count)
    found = [tally("figures as SQL has them, random clinics", (said for one in worlds for said in world(one)))]
    if count >= 50:
        found.append(tally("figures as SQL has them, the full demo clinic", demo()))
    return found
