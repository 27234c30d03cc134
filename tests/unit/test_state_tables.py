"""Every state machine, all pairs, from the tables themselves: through the door of a real encrypted clinic (DOMAIN §4).

A step that the table has works; one that it has not leaves everything as it was. A table that is tried nowhere is named.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import nmx_desk.domain
from nmx_desk.data.tables import TABLES
from nmx_desk.domain import agenda as agenda_states
from nmx_desk.domain import bookings, labs, mailing, note_states, privacy, requests
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.bookings import WaitingEntry, WaitingStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.labs import LabOrder, LabResult, LabStatus
from nmx_desk.domain.mailing import MailState, OutgoingMail
from nmx_desk.domain.notes import ConsultNote, NoteKind, NoteSection, NoteStatus
from nmx_desk.domain.privacy import Decision, PrivacyKind, PrivacyRequest, PrivacyState
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, RequestStatus
from nmx_desk.services import agenda, calls, clients, note_steps, notes, options, outbox, waiting
from nmx_desk.services import labs as lab_cases
from nmx_desk.services import privacy as privacy_cases
from nmx_desk.services import requests as request_cases
from tests.clinic import TestClinic, once

R, A, N, L, P, W, M = RequestStatus, AppointmentStatus, NoteStatus, LabStatus, PrivacyState, WaitingStatus, MailState
Pair = tuple[StrEnum, StrEnum]
ELSEWHERE = dict.fromkeys(("PLAN_STEPS", "VERSION_STEPS", "ITEM_STEPS", "FOLLOW_UP_STEPS"), "test_plan_states.py")
ELSEWHERE["REVIEW_STEPS"] = "test_reviews.py"
ELSEWHERE |= dict.fromkeys(("DEVIATION_STEPS", "AUDIT_STEPS", "RISK_STEPS"), "test_capa_states.py")
ELSEWHERE["OBJECTIVE_STEPS"] = "test_objectives.py"
ELSEWHERE |= {"GRIEVANCE_STEPS": "test_grievances.py", "INCIDENT_STEPS": "test_incidents.py", "CALAMITY_STEPS": "test_incidents.py"}
ELSEWHERE["PAPER_STEPS"] = "test_paper_states.py"
"""Tables whose pairs another file tries, which names them."""
NO_MACHINE = {
    "CallStatus": "open until its outcome is written, which is the step of the request",
    "ClientStatus": "where somebody stands, said by people; dying, merging and destroying have use cases and tests of their own",
    "ProposalStatus": "what the second person says, tried in test_proposals",
    "TaskStatus": "open, done, lapsed, and back: every step there is, tried in test_tasks",
    "TaskState": "derived from the day", "FollowUpState": "derived from the day", "MomentState": "of a moment that is looked at only",
}  # fmt: skip


@dataclass
class World:
    """The clinic, and who does things in it."""

    clinic: TestClinic
    numbers: Any = field(default_factory=lambda: count(1))
    other: str = ""

    def __post_init__(self) -> None:
        self.other = ask(self)

    def do(self, who: str, case: Any, *args: Any, **kw: Any) -> Any:
        return self.clinic.as_(who).do(case, *args, **kw)

    def find(self, kind: type, **equals: Any) -> list[Any]:
        return self.do("receptie", once(lambda work: work.store.find(kind, **equals)))

    def care(self, case: Any, *args: Any, **kw: Any) -> Any:
        return self.do("behandelaar", case, *args, **kw)

    def client(self) -> Client:
        who = Client(first_name="Kim", surname=f"Proef {next(self.numbers)}", phone=f"06{next(self.numbers):08}", practitioner_id=self.me)
        return self.do("receptie", clients.create_client, who)

    @property
    def me(self) -> str:
        return self.clinic.as_("behandelaar").user.id

    def offer(self, kind: str = "follow_up", skip: int = 0) -> Any:
        return self.do("receptie", agenda.next_free, kind, practitioner_id=self.me, count=skip + 1)[skip]

    def until(self, moment: Any) -> None:
        self.clinic.clock.moment = max(self.clinic.clock.moment, moment)

    def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables but the log's."""
        with self.clinic.as_("receptie").database.reading() as connection:
            return {
                name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()), key=repr)
                for name in (table.name for table in TABLES.values())
            }  # fmt: skip


class NothingToActOn(Exception):
    """In this state there is not even a record to point at: no call was booked, say."""


Act = Callable[[World, str], Any]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A table, how to make a record, what is done to bring it into each state, and by which states it comes there.

    ``back``: reversals, which are no steps of the table. ``hindered``: steps that the table has and something else always stands in the
    way of, with what. ``harmless``: what may be done without a step, by the state in which it is and what is done.
    """

    table: Mapping[Any, frozenset[Any]]
    kind: type
    start: Callable[[World], str]
    acts: dict[Any, Act]
    ways: dict[Any, tuple[Any, ...]]
    begins: Any
    status: str = "status"
    back: frozenset[Pair] = frozenset()
    hindered: Mapping[Pair, str] = field(default_factory=dict)
    harmless: frozenset[Pair] = frozenset()

    def state(self, world: World, record: str) -> Any:
        (found,) = world.find(self.kind, id=record)
        return getattr(found, self.status)

    def made(self, world: World, state: Any) -> str:
        record = self.start(world)
        for step in self.ways[state]:
            record = self.does(world, record, step)
        assert self.state(world, record) is state
        return record

    def does(self, world: World, record: str, to: Any) -> str:
        """Do it; the id under which the record goes on, which is another one where a row takes the place of a row."""
        made = self.acts[to](world, record)
        return made if isinstance(made, str) else record

    def allows(self, now: Any, to: Any) -> bool:
        return to in self.table.get(now, frozenset()) and (now, to) not in self.hindered


# -- what is done to bring each into its states ------------------------------------------------------------------------------------------


def ask(world: World) -> str:
    who = NewRequest(surname=f"Vraag {next(world.numbers)}", phone=f"06{next(world.numbers):08}")
    return world.do("receptie", request_cases.new_request, who).id


def attempts(world: World, record: str) -> None:
    """Nobody answers three times, on two days: enough to be unreachable."""
    for hours in (1, 24, 1):
        world.do("receptie", request_cases.log_attempt, record, AttemptResult.NO_ANSWER)
        world.clinic.clock.move(hours=hours)


def booked_call(world: World, record: str) -> Appointment:
    found = world.find(Appointment, request_id=record)
    if not found:
        raise NothingToActOn
    return max(found, key=lambda one: one.created_at)


def hold_call(world: World, record: str) -> None:
    found = world.find(Appointment, request_id=record)
    if found:
        world.until(found[-1].starts_at)
    world.care(calls.open_call, record)


def miss_call(world: World, record: str) -> None:
    call = booked_call(world, record)
    world.until(call.starts_at + timedelta(minutes=11))
    world.do("receptie", agenda.mark_no_show, call.id)


def end_call(world: World, record: str) -> None:
    found = world.find(AdviceCall, request_id=record)
    if not found:
        raise NothingToActOn
    if world.find(AdviceRequest, id=record)[0].status is R.HELD:
        sheet = world.care(calls.open_call, record)
        world.care(calls.save_call, sheet.call, [RedFlagAnswer(code=one.code, answer=Answer.NO) for one in sheet.questions], [])
    world.care(calls.complete_call, found[0].id, CallOutcome.DECLINES)


def receptionist(case: Any, *args: Any) -> Act:
    return lambda world, record: world.do("receptie", case, record, *args)


REQUEST = Machine(
    table=requests.TRANSITIONS, kind=AdviceRequest, start=ask, begins=R.NEW,
    acts={
        R.IN_PROGRESS: attempts,
        R.BOOKED: lambda world, record: world.do("receptie", request_cases.book_call, record, world.offer("advice_call")),
        R.HELD: hold_call, R.NO_SHOW: miss_call, R.DONE: end_call,
        R.CANCELLED: lambda world, record: world.do("receptie", agenda.cancel, booked_call(world, record).id, "client", "geen tijd"),
        R.CLOSED: receptionist(request_cases.close_request, "geen nieuwe afspraak"),
        R.UNREACHABLE: receptionist(request_cases.mark_unreachable),
        R.DUPLICATE: lambda world, record: world.do("receptie", request_cases.mark_duplicate, record, world.other),
        R.INVALID: receptionist(request_cases.mark_invalid, "proef"), R.WITHDRAWN: receptionist(request_cases.withdraw_request),
    },
    ways={
        R.NEW: (), R.IN_PROGRESS: (R.IN_PROGRESS,), R.BOOKED: (R.IN_PROGRESS, R.BOOKED), R.HELD: (R.IN_PROGRESS, R.BOOKED, R.HELD),
        R.NO_SHOW: (R.IN_PROGRESS, R.BOOKED, R.NO_SHOW), R.CANCELLED: (R.IN_PROGRESS, R.BOOKED, R.CANCELLED),
        R.DONE: (R.IN_PROGRESS, R.BOOKED, R.HELD, R.DONE), R.CLOSED: (R.IN_PROGRESS, R.BOOKED, R.CANCELLED, R.CLOSED),
        R.UNREACHABLE: (R.IN_PROGRESS, R.UNREACHABLE), R.DUPLICATE: (R.DUPLICATE,), R.INVALID: (R.INVALID,), R.WITHDRAWN: (R.WITHDRAWN,),
    },
    hindered={
        (R.NEW, R.UNREACHABLE): "nobody tried to reach them",
        **{(now, out): "a call is planned or goes on; it is cancelled first"
           for now in (R.BOOKED, R.HELD) for out in (R.UNREACHABLE, R.DUPLICATE, R.INVALID, R.WITHDRAWN)},
    },
    harmless=frozenset({
        (R.BOOKED, R.IN_PROGRESS), (R.HELD, R.IN_PROGRESS),  # one may call whoever has a call, too
        (R.HELD, R.NO_SHOW), (R.HELD, R.CANCELLED),  # a step of the appointment; what was said in the call stays
        (R.DONE, R.HELD),  # a call that was ended is only looked at
    }),
)  # fmt: skip


def keep_place(world: World) -> str:
    return world.do("receptie", options.hold, "follow_up", world.me, world.offer().starts_at, client_id=world.client().id).id


def confirm(world: World, record: str) -> str:
    """Book what was held: the appointment takes the place of the option."""
    option = world.find(Appointment, id=record)[0]
    made = world.do("receptie", agenda.book, "follow_up", world.me, option.starts_at, client_id=option.client_id, option_id=record)
    return str(made.id)


def not_come(world: World, record: str) -> None:
    world.until(world.find(Appointment, id=record)[0].starts_at + timedelta(minutes=11))
    world.do("receptie", agenda.mark_no_show, record)


def on_its_day(case: Any) -> Act:
    def act(world: World, record: str) -> None:
        world.until(world.find(Appointment, id=record)[0].starts_at)
        world.do("receptie", case, record)

    return act


APPOINTMENT = Machine(
    table=agenda_states.APPOINTMENT_STEPS, kind=Appointment, start=keep_place, begins=A.OPTION,
    acts={
        A.CONFIRMED: confirm, A.ARRIVED: on_its_day(agenda.check_in), A.IN_ROOM: on_its_day(agenda.start),
        A.COMPLETED: on_its_day(agenda.complete), A.NO_SHOW: not_come, A.CANCELLED: receptionist(agenda.cancel, "client", "geen tijd"),
        A.MOVED: lambda world, record: world.do("receptie", agenda.move, record, world.offer(skip=3).starts_at, ""),
    },
    ways={
        A.OPTION: (), A.CONFIRMED: (A.CONFIRMED,), A.ARRIVED: (A.CONFIRMED, A.ARRIVED), A.IN_ROOM: (A.CONFIRMED, A.ARRIVED, A.IN_ROOM),
        A.COMPLETED: (A.CONFIRMED, A.ARRIVED, A.IN_ROOM, A.COMPLETED), A.NO_SHOW: (A.CONFIRMED, A.NO_SHOW),
        A.CANCELLED: (A.CONFIRMED, A.CANCELLED), A.MOVED: (A.CONFIRMED, A.MOVED),
    },
    harmless=frozenset({(A.CANCELLED, A.CONFIRMED), (A.MOVED, A.CONFIRMED)}),  # another appointment in the place that came free
)  # fmt: skip


def write(world: World, record: str) -> None:
    """As when it is still written."""
    sheet = world.care(notes.read_note, record)
    world.care(notes.save_note, sheet.note, [NoteSection(code="text", text="Anders")])


NOTE = Machine(
    table=note_states.NOTE_STEPS, kind=ConsultNote, begins=N.DRAFT,
    start=lambda world: world.care(notes.open_note, world.client().id, NoteKind.FREE).note.id,
    acts={
        N.DRAFT: write, N.SIGNED: lambda world, record: world.care(notes.sign_note, record, [NoteSection(code="text", text="Getekend")]),
        N.AMENDED: lambda world, record: world.care(notes.add_addendum, record, "Nog iets", "vergeten te noemen"),
        N.VOID: lambda world, record: world.care(note_steps.void_note, record, "verkeerde cliënt"),
    },
    ways={N.DRAFT: (), N.SIGNED: (N.SIGNED,), N.AMENDED: (N.SIGNED, N.AMENDED), N.VOID: (N.SIGNED, N.VOID)},
)  # fmt: skip


def advise_test(world: World) -> str:
    told = LabOrder(panel="Ontlasting", cost_cents=18_500, cost_told_on=world.clinic.clock().date())
    return world.care(lab_cases.add_lab_order, world.client().id, told).id


def result_in(world: World, record: str) -> None:
    world.care(lab_cases.save_lab_results, record, [LabResult(analyte="Zonuline", value="38", unit="ng/ml")])


def steps_to(to: LabStatus) -> Act:
    return lambda world, record: world.care(lab_cases.step_lab_order, record, to, None, "niet meer nodig")


_LAB = (L.ORDERED, L.KIT_GIVEN, L.SENT, L.RECEIVED, L.REVIEWED, L.DISCUSSED)
LAB = Machine(
    table=labs.LAB_STEPS, kind=LabOrder, start=advise_test, begins=L.ADVISED,
    acts={to: steps_to(to) for to in L} | {L.RECEIVED: result_in},
    ways={L.ADVISED: (), L.LAPSED: (L.LAPSED,)} | {to: _LAB[: place + 1] for place, to in enumerate(_LAB)},
)  # fmt: skip


def decide(world: World, record: str) -> None:
    world.care(privacy_cases.propose_decision, record, Decision.GRANTED)
    world.do("manager", privacy_cases.approve_decision, record)


PRIVACY = Machine(
    table=privacy.STEPS, kind=PrivacyRequest, status="state", begins=P.RECEIVED,
    start=lambda world: world.do("receptie", privacy_cases.register_request, PrivacyKind.CORRECTION, world.client().id).id,
    acts={
        P.IDENTIFIED: receptionist(privacy_cases.identify, "paspoort gezien"), P.DECIDED: decide,
        P.EXECUTED: lambda world, record: world.care(privacy_cases.carry_out_correction, record),
        P.CLOSED: receptionist(privacy_cases.close_privacy_request, "ingetrokken"),
    },
    ways={
        P.RECEIVED: (), P.IDENTIFIED: (P.IDENTIFIED,), P.DECIDED: (P.IDENTIFIED, P.DECIDED),
        P.EXECUTED: (P.IDENTIFIED, P.DECIDED, P.EXECUTED), P.CLOSED: (P.IDENTIFIED, P.DECIDED, P.EXECUTED, P.CLOSED),
    },
)  # fmt: skip


def from_the_list(case: Any) -> Act:
    return lambda world, record: world.do("receptie", case, record, world.me, world.offer().starts_at)


WAITING = Machine(
    table=bookings.WAITING_STEPS, kind=WaitingEntry, begins=W.WAITING,
    start=lambda world: world.do("receptie", waiting.add_waiting, WaitingEntry(client_id=world.client().id, type_code="follow_up")).id,
    acts={
        W.OFFERED: from_the_list(waiting.offer_waiting), W.BOOKED: from_the_list(waiting.book_waiting),
        W.WITHDRAWN: receptionist(waiting.withdraw_waiting), W.WAITING: receptionist(waiting.put_back_waiting),
    },
    ways={W.WAITING: (), W.OFFERED: (W.OFFERED,), W.BOOKED: (W.BOOKED,), W.WITHDRAWN: (W.WITHDRAWN,)},
    back=frozenset({(W.BOOKED, W.WAITING), (W.WITHDRAWN, W.WAITING)}),
)  # fmt: skip


def goes_on(to: MailState) -> Act:
    """Whoever hands messages over and whoever looks at the outbox go through this one function."""

    def change(work: Any, record: str) -> Any:
        return outbox.step(work, work.store.get(OutgoingMail, record), to)

    return lambda world, record: world.do("receptie", once(change), record)


MAIL = Machine(
    table=mailing.MAIL_STEPS, kind=OutgoingMail, status="state", begins=M.WAITING, acts={to: goes_on(to) for to in M},
    start=lambda world: world.do("receptie", once(lambda work: work.store.add(OutgoingMail(message_id=work.new_id())))).id,
    ways={
        M.WAITING: (), M.SENDING: (M.SENDING,), M.SENT: (M.SENDING, M.SENT), M.UNSURE: (M.SENDING, M.UNSURE), M.REFUSED: (M.REFUSED,),
        M.WITHDRAWN: (M.WITHDRAWN,),
    },
)  # fmt: skip
MACHINES = {
    "TRANSITIONS": REQUEST, "APPOINTMENT_STEPS": APPOINTMENT, "NOTE_STEPS": NOTE, "LAB_STEPS": LAB, "STEPS": PRIVACY,
    "WAITING_STEPS": WAITING, "MAIL_STEPS": MAIL,
}  # fmt: skip
DESIGN = {
    "Aanvraag": "TRANSITIONS", "Afspraak": "APPOINTMENT_STEPS", "Verslag": "NOTE_STEPS", "Plan": "PLAN_STEPS", "Planitem": "ITEM_STEPS",
    "Vervolgcontact": "FOLLOW_UP_STEPS", "Labaanvraag": "LAB_STEPS", "Privacyverzoek": "STEPS", "CAPA": "DEVIATION_STEPS",
    "Klachtmelding": "GRIEVANCE_STEPS",
}  # fmt: skip
"""DOMAIN §4: each state machine and its table."""


# -- the pairs ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "now"), [(name, now) for name, machine in MACHINES.items() for now in machine.ways])
def test_every_step_is_as_the_table_has_it(clinic, name, now):
    machine, world = MACHINES[name], World(clinic)
    for to in machine.acts:
        record = machine.made(world, now)
        if machine.allows(now, to) or (now, to) in machine.back:
            record = machine.does(world, record, to)
            assert machine.state(world, record) is to, f"{now} → {to}"
        elif now is not to:
            refused(machine, world, record, now, to)
    assert clinic.verified().ok


def refused(machine, world, record, now, to):
    """With a sentence, and nothing is another than before; what may be done without a step leaves the state."""
    before, said = world.everything(), ""
    try:
        machine.acts[to](world, record)
    except NothingToActOn:
        said = "."
    except DeskError as error:
        said = str(error)
    if (now, to) not in machine.harmless:
        assert said.endswith("."), f"{now} → {to} was not refused with a sentence"
        assert world.everything() == before, f"{now} → {to}"
    assert machine.state(world, record) is now, f"{now} → {to}"


# -- no table is left out ----------------------------------------------------------------------------------------------------------------


def domain_modules():
    return [importlib.import_module(f"nmx_desk.domain.{one.name}") for one in pkgutil.iter_modules(nmx_desk.domain.__path__)]


def is_table(value):
    """States of one kind, each with those it may become."""
    if not isinstance(value, dict) or not value:
        return False
    kinds = {type(key) for key in value}
    inside = [to for ends in value.values() if isinstance(ends, frozenset | set) for to in ends]
    whole = all(isinstance(ends, frozenset | set) for ends in value.values())
    return whole and len(kinds) == 1 and issubclass(next(iter(kinds)), StrEnum) and {type(to) for to in inside} == kinds


def tables():
    found = {}
    for module in domain_modules():
        found |= {name: value for name, value in vars(module).items() if is_table(value) and not name.startswith("_")}
    return found


def test_no_table_of_the_domain_is_tried_nowhere():
    """Found by what they are, so that a new one has to be tried here or named in another test of all pairs."""
    reversals = {name for name in tables() if name.endswith("_BACK")}  # tried with the table they take steps of back
    assert tables().keys() - reversals == MACHINES.keys() | ELSEWHERE.keys()
    for name, machine in MACHINES.items():
        assert machine.table is tables()[name]
    for name, file in ELSEWHERE.items():
        assert name in (Path(__file__).parent / file).read_text(encoding="utf-8"), f"{file} does not try {name}"


def test_the_table_of_notes_is_the_one_of_the_design():
    """Concept → Ondertekend → Aangevuld (n addenda); Ongeldig verklaard from both; signed never goes back, and never is nothing."""
    assert {N.DRAFT: {N.SIGNED}, N.SIGNED: {N.AMENDED, N.VOID}, N.AMENDED: {N.AMENDED, N.VOID}, N.VOID: set()} == note_states.NOTE_STEPS


def test_every_machine_of_the_design_has_a_table_and_every_state_is_tried():
    assert set(DESIGN.values()) <= MACHINES.keys() | ELSEWHERE.keys()
    for machine in MACHINES.values():
        states = set(type(machine.begins))
        assert set(machine.ways) == states and set(machine.acts) >= {to for ends in machine.table.values() for to in ends}
        assert set(machine.acts) >= states - {machine.begins}
        assert all(pair[1] in machine.table[pair[0]] for pair in machine.hindered), "only what the table has can be hindered"
    kinds = {type(state) for table in tables().values() for state in table}
    named = {
        kind.__name__ for module in domain_modules() for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__name__.endswith(("Status", "State")) and kind not in kinds
    }  # fmt: skip
    assert named == NO_MACHINE.keys()
