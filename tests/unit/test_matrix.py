"""Every cell of AUDIT §6 at the door, with the use case that people have for it: allowed, with a reason only, or denied and logged.

The expectations are read from the page, not from ``domain/rights.py``: R receptionist, P practitioner, M manager, A admin, U auditor.
``+`` allowed, ``r`` only with a written reason, ``-`` denied.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nmx_desk.data import log
from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, Complaint, Insight
from nmx_desk.domain.consults import Answer, RedFlagAnswer
from nmx_desk.domain.contacts import ContactMoment, ContactPoint
from nmx_desk.domain.errors import DeskError, NotAllowed
from nmx_desk.domain.family import Agreement, Representative
from nmx_desk.domain.history import HistoryTopic, LifeEvent, Medicine
from nmx_desk.domain.labs import LabOrder
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.people import Role
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind
from nmx_desk.domain.referrals import Referral
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.domain.tasks import Task
from nmx_desk.services import (
    agenda,
    agenda_prints,
    appointment_types,
    axes,
    backups,
    calls,
    client_export,
    client_imports,
    client_tags,
    clients,
    complaints,
    confirmations,
    contact_log,
    contact_points,
    course,
    dossier,
    erasure,
    following,
    frozen,
    history,
    households,
    imports,
    keys,
    labs,
    lifeline,
    merging,
    note_steps,
    note_versions,
    note_watch,
    notes,
    people,
    plan_measures,
    plan_papers,
    plan_templates,
    plans,
    privacy,
    proposals,
    red_flags,
    referrals,
    reports,
    representatives,
    requests,
    restoring,
    roster,
    search,
    task_bookings,
    tasks,
    timeline,
)
from nmx_desk.services import log as log_services
from tests import registers
from tests.clinic import PASSWORD

WHO = {"R": "receptie", "P": "behandelaar", "M": "manager", "A": "beheerder", "U": "auditor"}
DAY = date(2026, 9, 14)


@dataclass
class Scene:
    """Makes what a cell needs, new for each."""

    clinic: object
    number: itertools.count

    def do(self, user: str, case, *args, **kwargs):
        return self.clinic.as_(WHO.get(user, user)).do(case, *args, **kwargs)

    def client(self, *, of: str = "behandelaar") -> Client:
        number = next(self.number)
        owner = self.clinic.as_(of).user.id
        made = Client(surname=f"Proef{number}", phone=f"06{number:08}", practitioner_id=owner)
        return self.do("R", clients.create_client, made)

    def merge(self):
        return self.do("R", merging.propose_merge, self.client().id, self.client().id, None, "dubbel")

    def merged(self) -> str:
        asked = self.merge()
        self.do("M", proposals.approve_proposal, asked.id)
        return self.do("R", merging.merges_of, asked.client_id).merges[0].id

    def request(self):
        number = next(self.number)
        return self.do("R", requests.new_request, NewRequest(first_name="Kim", surname=f"Vraag{number}", phone=f"06{number:08}"))

    def note(self, *, of: str = "behandelaar", signed: bool = False):
        client = self.client(of=of)
        sheet = self.do(of, notes.open_note, client.id, NoteKind.FOLLOW_UP)
        if signed:
            filled = [replace(section, text="tekst") for section in sheet.sections]
            sheet = self.do(of, notes.save_note, sheet.note, filled)
            sheet = self.do(of, notes.sign_note, sheet.note.id, sheet.sections)
        return sheet.note

    def letter(self, *, of: str = "behandelaar"):
        return self.do(of, referrals.save_letter, Referral(client_id=self.client(of=of).id, body="Graag beoordelen."))

    def plan(self, *, active: bool = True):
        client = self.client()
        plan = self.do("P", plans.create_plan, client.id, self.do("P", plans.plan_templates)[0].code, "nl").plan
        self.do("P", plans.discuss, plan.id)
        return self.do("P", plans.activate, plan.id).plan if active else plan

    def version(self):
        return self.do("P", plans.open_plan, plan_id=self.plan().id).version.id

    def draft_version(self):
        return self.do("P", plans.open_plan, plan_id=self.plan(active=False).id).version.id

    def offer(self, kind: str = "intake"):
        return self.do("R", agenda.next_free, kind)[0]

    def booking(self):
        offer = self.offer()
        return self.do("R", agenda.book, "intake", offer.practitioner_id, offer.starts_at, who="Bezoek")

    def asked(self, kind: PrivacyKind, *, upto: str = "identified"):
        client = self.client()
        made = self.do("R", privacy.register_request, kind, client.id)
        self.do("R", privacy.identify, made.id, "paspoort")
        scope = {"scope": ErasureScope.FILE} if kind is PrivacyKind.DESTRUCTION else {}
        if upto in {"proposed", "approved"}:
            self.do("P", privacy.propose_decision, made.id, Decision.GRANTED, **scope)
        if upto == "approved":
            self.do("M", privacy.approve_decision, made.id)
        return made

    def user(self) -> str:
        name = f"gebruiker{next(self.number)}"
        self.do("A", people.add_user, name, "T. Demo", (Role.RECEPTIONIST,), password=PASSWORD)
        self.clinic.approve()
        return next(p.user.id for p in self.do("M", people.list_people) if p.user.username == name)

    def proposed_user(self) -> str:
        name = f"gebruiker{next(self.number)}"
        self.do("A", people.add_user, name, name, (Role.RECEPTIONIST,), password=PASSWORD)
        return next(row.proposal.id for row in self.do("M", proposals.list_proposals) if name in row.proposal.payload)

    def proposed_restore(self) -> str:
        file = self.clinic.folder.parent / f"b{next(self.number)}.nmxbackup"
        self.do("A", backups.back_up, file)
        return self.do("A", restoring.propose_restore, file, "proef").id

    def refusal(self) -> str:
        number = next(self.number)
        child = self.do("R", clients.create_client, Client(surname=f"Kind{number}", phone=f"06{number:08}", birth_date=DAY))
        return self.do("R", representatives.add_representative, child.id, Representative(surname="Ouder", agreement=Agreement.REFUSED)).id

    def flagged(self):
        request = self.request()
        me = self.clinic.as_("behandelaar").user.id
        offer = self.do("R", agenda.next_free, "advice_call", practitioner_id=me)[0]
        self.do("R", requests.book_call, request.id, offer)
        sheet = self.do("P", calls.open_call, request.id)
        answers = [RedFlagAnswer(code=q.code, answer=Answer.YES if q.action == "gp" else Answer.NO) for q in sheet.questions]
        return self.do("P", calls.save_call, sheet.call, answers, []).check


Prepare = Callable[[Scene], tuple]
CELLS: list[tuple[str, str, Prepare]] = [
    # client contact data
    ("create a client", "R+ P+ M+ A- U-", lambda s: (clients.create_client, Client(surname="Nieuw", phone=f"06{next(s.number):08}"))),
    ("open a client", "R+ P+ M+ A- U-", lambda s: (clients.open_client, s.client().id)),
    ("list clients", "R+ P+ M+ A- U-", lambda s: (clients.list_clients, "proef")),
    ("import clients", "R+ P+ M+ A- U-", lambda s: (
        client_imports.import_clients, "x.csv", f"Naam;Telefoon\nTest Persoon;06{next(s.number):08}\n".encode())),
    ("search", "R+ P+ M+ A- U-", lambda s: (search.find, "proef")),
    ("change a client", "R+ P+ M+ A- U-", lambda s: (clients.change_client, replace(s.client(), city="Zwolle"))),
    # requests, bookings
    ("write down a request", "R+ P+ M+ A- U-", lambda s: (
        requests.new_request, NewRequest(first_name="Kim", surname="Bos", phone=f"06{next(s.number):08}"))),
    ("call for a request", "R+ P+ M+ A- U-", lambda s: (requests.log_attempt, s.request().id, AttemptResult.NO_ANSWER)),
    ("import requests", "R+ P+ M+ A- U-", lambda s: (
        imports.import_requests, "x.csv",
        f"Voornaam;Achternaam;Telefoon;E-mailadres;Klachten\nTest;Persoon;06{next(s.number):08};t@example.org;moe\n".encode())),
    ("book a call", "R+ P+ M+ A- U-", lambda s: (requests.book_call, s.request().id, s.offer("advice_call"))),
    ("book a visit", "R+ P+ M+ A- U-", lambda s: (
        agenda.book, "intake", (offer := s.offer()).practitioner_id, offer.starts_at, {"who": "Bezoek"})),
    ("confirm a visit", "R+ P+ M+ A- U-", lambda s: (confirmations.confirm_appointment, s.booking().id)),
    ("cancel a visit", "R+ P+ M+ A- U-", lambda s: (agenda.cancel, s.booking().id, "client", "geen tijd")),
    # consult notes
    ("see that there are n", "R+ P+ M+ A- U-", lambda s: (notes.notes_of, s.note().client_id)),
    ("search in notes", "R- P+ Mr A- U-", lambda s: (search.find_notes, "proef")),
    ("read a note of one's own", "R- P+ Mr A- U-", lambda s: (notes.read_note, s.note().id)),
    ("read a note of a colleague's client", "R- Pr Mr A- U-", lambda s: (notes.read_note, s.note(of="collega").id)),
    ("write a note", "R- P+ M- A- U-", lambda s: (notes.open_note, s.client().id, NoteKind.FOLLOW_UP)),
    ("write about a colleague's client", "R- Pr M- A- U-", lambda s: (notes.open_note, s.client(of="collega").id, NoteKind.FOLLOW_UP)),
    ("print a note", "R- P+ Mr A- U-", lambda s: (frozen.print_note, s.note(signed=True).id)),
    ("print an overview", "R- P+ Mr A- U-", lambda s: (reports.make_report, "overview", {"client_id": s.client().id})),
    ("print a colleague's overview", "R- Pr Mr A- U-", lambda s: (
        reports.make_report, "overview", {"client_id": s.client(of="collega").id})),
    ("print the progress", "R- P+ Mr A- U-", lambda s: (reports.make_report, "progress", {"client_id": s.client().id})),
    ("declare a note void", "R- P+ M- A- U-", lambda s: (note_steps.void_note, s.note(signed=True).id, "verkeerde cliënt")),
    ("see notes that want attention", "R- P+ M+ A- U-", lambda s: (note_watch.watch_notes,)),
    ("hold versions of a note beside each other", "R- P+ Mr A- U-", lambda s: (note_versions.note_versions, s.note(signed=True).id)),
    ("read a client's complaints", "R- P+ Mr A- U-", lambda s: (complaints.open_complaints, s.client().id)),
    ("read a client's axes", "R- P+ Mr A- U-", lambda s: (axes.open_axes, s.client().id)),
    ("read scores and plan over time", "R- P+ Mr A- U-", lambda s: (course.open_course, s.client().id)),
    ("judge an axis", "R- P+ M- A- U-",
     lambda s: (axes.judge_axis, s.client().id, Axis.LIVER, 1, Insight.SELF_REPORT)),
    ("print the timeline", "R- P+ Mr A- U-", lambda s: (reports.make_report, "lifeline", {"client_id": s.client().id})),
    ("read a client's history", "R- P+ Mr A- U-", lambda s: (history.open_history, s.client().id)),
    ("add to a client's history", "R- P+ M- A- U-", lambda s: (history.add_told, s.client().id, Medicine(name="Omeprazol"))),
    ("read a client's timeline", "R- P+ Mr A- U-", lambda s: (lifeline.open_lifeline, s.client().id)),
    ("write down what happened in a life", "R- P+ M- A- U-", lambda s: (lifeline.add_event, s.client().id, LifeEvent(name="Val"))),
    ("say that there is nothing to tell", "R- P+ M- A- U-", lambda s: (history.tell_nothing, s.client().id, HistoryTopic.TRIED)),
    ("read a client's lab results", "R- P+ Mr A- U-", lambda s: (labs.open_labs, s.client().id)),
    ("order a test", "R- P+ M- A- U-", lambda s: (labs.add_lab_order, s.client().id, LabOrder(panel="Ontlasting"))),
    ("list lab orders", "R- P+ M- A- U-", lambda s: (labs.list_lab_orders,)),
    ("list tasks", "R+ P+ M+ A- U-", lambda s: (tasks.list_tasks,)),
    ("read a client's tasks", "R- P+ Mr A- U-", lambda s: (tasks.client_tasks, s.client().id)),
    ("book what a task asks for", "R+ P+ M+ A- U-", lambda s: (
        task_bookings.book_task, s.do("R", tasks.add_task, Task(title="Bellen", client_id=s.client().id, due_on=DAY)).id,
        s.offer("follow_up"),
    )),
    ("write a task", "R+ P+ M+ A- U-", lambda s: (tasks.add_task, Task(title="Bellen", due_on=DAY))),
    ("see how a plan goes", "R- P+ M+ A- U-", lambda s: (following.open_following, s.client().id)),
    ("see alarms of a plan", "R- P+ M+ A- U-", lambda s: (red_flags.open_alarms, s.client().id)),
    ("ask red flags again", "R- P+ M- A- U-", lambda s: (
        red_flags.recheck_flags, s.client().id, [RedFlagAnswer(code=s.do("P", red_flags.flag_questions)[0].code, answer=Answer.NO)],
    )),
    ("write down a complaint", "R- P+ M- A- U-", lambda s: (complaints.add_complaint, s.client().id, Complaint(words="Moe"))),
    ("amend a note", "R- P+ M- A- U-", lambda s: (notes.add_addendum, s.note(signed=True).id, "nagekomen", "vergeten")),
    ("amend a colleague's note", "R- Pr M- A- U-", lambda s: (
        notes.add_addendum, s.note(of="collega", signed=True).id, "nagekomen", "vergeten")),
    # plans
    ("print the final plan", "R+ P+ M+ A- U-", lambda s: (plans.final_plan, s.plan().client_id)),
    ("read a plan", "R- P+ M+ A- U-", lambda s: (plans.open_plan, s.plan().client_id)),
    ("write a plan", "R- P+ M- A- U-", lambda s: (plans.create_plan, s.client().id, s.do("P", plans.plan_templates)[0].code, "nl")),
    ("keep a plan as a template", "R- P+ M- A- U-", lambda s: (plan_templates.save_template, s.version(), f"Eigen {next(s.number)}")),
    ("print a draft of a plan", "R- P+ M+ A- U-", lambda s: (plan_papers.draft_paper, s.draft_version())),
    ("look for a goal's figures", "R- P+ Mr A- U-", lambda s: (plan_measures.goal_measures, s.client().id)),
    ("activate a plan", "R- P+ M- A- U-", lambda s: (plans.activate, s.plan(active=False).id)),
    # merge, access request, erasure
    ("how a client is reached", "R+ P+ M+ A- U-", lambda s: (contact_points.contact_points, s.client().id)),
    ("change how a client is reached", "R+ P+ M+ A- U-", lambda s: (
        contact_points.save_contact_points, s.client().id, [ContactPoint(value="0600000001")])),
    ("read the contact log", "R+ P+ M+ A- U-", lambda s: (contact_log.contact_log, s.client().id)),
    ("write down a contact", "R+ P+ M+ A- U-", lambda s: (contact_log.add_contact_moment, s.client().id, ContactMoment(text="belt terug"))),
    ("link a household", "R+ P+ M+ A- U-", lambda s: (households.link_household, s.client().id, s.client().id)),
    ("tag a client", "R+ P+ M+ A- U-", lambda s: (client_tags.add_tag, s.client().id, "nieuwsbrief")),
    ("what happened with a client", "R+ P+ M+ A- U-", lambda s: (timeline.timeline, s.client().id)),
    ("look at a merge", "R+ P+ M+ A- U-", lambda s: (merging.preview_merge, s.client().id, s.client().id)),
    ("propose a merge", "R+ P+ M- A- U-", lambda s: (merging.propose_merge, s.client().id, s.client().id, None, "dubbel")),
    ("approve a merge", "R- P- M+ A- U-", lambda s: (proposals.approve_proposal, s.merge().id)),
    ("look at a merge that was made", "R+ P+ M+ A- U-", lambda s: (merging.preview_undo, s.merged())),
    ("propose to undo a merge", "R+ P+ M- A- U-", lambda s: (merging.propose_undo, s.merged(), "toch niet")),
    ("approve to undo a merge", "R- P- M+ A- U-", lambda s: (
        proposals.approve_proposal, s.do("R", merging.propose_undo, s.merged(), "toch niet").id)),
    ("start an access request", "R+ P+ M+ A- U-", lambda s: (privacy.register_request, PrivacyKind.ACCESS, s.client().id)),
    ("prepare an access request", "R- P+ M- A- U-", lambda s: (
        privacy.propose_decision, s.asked(PrivacyKind.ACCESS).id, Decision.GRANTED)),
    ("approve an access request", "R- P- M+ A- U-", lambda s: (privacy.approve_decision, s.asked(PrivacyKind.ACCESS, upto="proposed").id)),
    ("register a destruction", "R+ P+ M+ A- U-", lambda s: (privacy.register_request, PrivacyKind.DESTRUCTION, s.client().id)),
    ("advise on a destruction", "R- P+ M- A- U-", lambda s: (privacy.advise, s.asked(PrivacyKind.DESTRUCTION).id, "kan")),
    ("approve a destruction", "R- P- M+ A- U-", lambda s: (privacy.approve_decision, s.asked(PrivacyKind.DESTRUCTION, upto="proposed").id)),
    ("execute a destruction", "R- P- M- A+ U-", lambda s: (
        erasure.execute_destruction, s.asked(PrivacyKind.DESTRUCTION, upto="approved").id)),
    # export
    ("export the day list", "R+ P+ M+ A- U-", lambda _s: (reports.make_report, "daylist", {"date_from": DAY, "date_to": DAY})),
    ("print a week of the agenda", "R+ P+ M+ A- U-", lambda s: (agenda_prints.week_sheet, s.clinic.as_("behandelaar").user.id, DAY)),
    ("export a client's file", "R- P+ Mr A- U-", lambda s: (dossier.copy_of_file, s.asked(PrivacyKind.COPY, upto="approved").id)),
    ("export a client as vCard", "R- P+ Mr A- U-", lambda s: (client_export.export_vcard, s.client().id)),
    ("export a colleague's client as vCard", "R- Pr Mr A- U-", lambda s: (client_export.export_vcard, s.client(of="collega").id)),
    ("export a colleague's client as FHIR Patient", "R- Pr Mr A- U-", lambda s: (client_export.export_fhir, s.client(of="collega").id)),
    ("export the list of clients", "R- P+ Mr A- U-", lambda _s: (client_export.export_client_list,)),
    # the log
    ("look at one's own actions", "R+ P+ M+ A+ U+", lambda _s: (log_services.list_log,)),
    ("who saw my client", "R- P+ M+ A- U-", lambda s: (log_services.client_history, s.client().id)),
    ("who saw a colleague's client", "R- Pr M+ A- U-", lambda s: (log_services.client_history, s.client(of="collega").id)),
    ("verify the log", "R- P- M+ A+ U+", lambda _s: (log_services.verify_log,)),
    ("the access log on paper", "R- P- M+ A- U-", lambda _s: (reports.make_report, "access", {"date_from": DAY, "date_to": DAY})),
    ("the integrity certificate", "R- P- M+ A+ U+", lambda _s: (reports.make_report, "certificate")),
    # users, roles, keys
    ("add a user", "R- P- M- A+ U-", lambda s: (people.add_user, f"nieuw{next(s.number)}", "N. Demo", (Role.RECEPTIONIST,))),
    ("propose roles", "R- P- M- A+ U-", lambda s: (people.propose_roles, s.user(), (Role.RECEPTIONIST, Role.AUDITOR))),
    ("propose one's own roles", "R- P- M- A- U-", lambda _s: (people.propose_roles, "me", (Role.MANAGER, Role.ADMIN))),
    ("approve a user", "R- P- M+ A- U-", lambda s: (proposals.approve_proposal, s.proposed_user())),
    ("block a user", "R- P- M+ A+ U-", lambda s: (people.block_user, s.user())),
    ("give a new sign-in code", "R- P- M- A+ U-", lambda s: (keys.reset_user, s.user())),
    ("renew the recovery key", "R- P- M- A+ U-", lambda _s: (keys.renew_recovery, keys.fresh_recovery_code())),
    # backup, restore
    ("make a backup", "R- P- M- A+ U-", lambda s: (backups.back_up, s.clinic.folder.parent / f"a{next(s.number)}.nmxbackup")),
    ("approve a restore", "R- P- M+ A- U-", lambda s: (proposals.approve_proposal, s.proposed_restore())),
    # and the sentences below the table
    ("override a red flag", "R- P+ M- A- U-", lambda s: (calls.override_flags, s.flagged().id, "door de huisarts beoordeeld en akkoord")),
    ("go on despite a parent", "R- P- M+ A- U-", lambda s: (
        representatives.go_on_despite, s.refusal(), {"reason": "toestemming van de rechter"})),
    ("change settings", "R- P- M+ A+ U-", lambda s: (people.change_clinic, s.do("M", people.read_clinic))),
    ("close a day", "R- P- M+ A+ U-", lambda s: (
        roster.add_closure, DAY + timedelta(days=60 + next(s.number) % 300), DAY + timedelta(days=400), "dicht")),
    ("add an appointment type", "R- P- M+ A+ U-", lambda s: (
        appointment_types.add_appointment_type, AppointmentType(name_nl=(name := f"Type {next(s.number)}"), name_en=name))),
    # letters
    ("read a letter to the GP", "R- P+ Mr A- U-", lambda s: (referrals.open_letter, s.letter().id)),
    ("read a letter about a colleague's client", "R- Pr Mr A- U-", lambda s: (referrals.open_letter, s.letter(of="collega").id)),
    ("write a letter to the GP", "R- P+ M- A- U-", lambda s: (referrals.begin_letter, s.client().id)),
    ("write about a colleague's client to the GP", "R- Pr M- A- U-", lambda s: (referrals.begin_letter, s.client(of="collega").id)),
    ("the figures", "R- P- M+ A- U+", lambda _s: (reports.figures, DAY, DAY)),
]  # fmt: skip


def tried(scene: Scene, who: str, call: tuple, reason: str = "") -> str:
    """What the door answers: "+", "r" (write down why) or "-"; a refusal must stand in the log as one."""
    case, *args = call
    named = args.pop() if args and isinstance(args[-1], dict) else {}
    desk = scene.clinic.as_(WHO[who])
    args = [desk.user.id if item == "me" else item for item in args]
    try:
        desk.do(case, *args, **{"reason": reason} | named)
    except NotAllowed as denied:
        with desk.database.reading() as connection:
            line = log.lines(desk._store(connection), log.LogFilter(actor=desk.user.id, limit=1))[0]
        assert (line.code, line.obj_id, line.outcome) == ("DENY", case.name, 4), f"{case.name} by {who}: the refusal is not in the log"
        return "r" if denied.needs_reason else "-"
    except DeskError as error:
        return f"{type(error).__name__}: {error.message}"
    return "+"


def broke_glass(scene: Scene, who: str, before: int) -> bool:
    """Whether everything this user did since is marked as done outside the right, and the reason stands with it."""
    desk = scene.clinic.as_(WHO[who])
    with desk.database.reading() as connection:
        store = desk._store(connection)
        lines = [line for line in log.lines(store, log.LogFilter(actor=desk.user.id, limit=1000)) if line.seq >= before]
        said = {value.new for line in lines for value in log.values(store, line.seq) if value.field == "@reason"}
    return bool(lines) and all(line.break_glass for line in lines) and said == {"waarneming"}


def test_every_cell_of_the_matrix(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    scene, wrong, seen = Scene(clinic, itertools.count(10_000_000)), [], 0
    for name, expected, prepare in (*CELLS, *registers.CELLS):
        assert [cell[0] for cell in expected.split()] == list(WHO), name
        for who, wanted in expected.split():
            call = prepare(scene)
            found = tried(scene, who, call)
            seen += 1
            if found != wanted:
                wrong.append(f"{name}: {who} gets {found}, the page says {wanted}")
            elif wanted == "r":
                before, answer = clinic.as_(WHO[who]).log_size, tried(scene, who, call, "waarneming")
                if answer != "+" or not broke_glass(scene, who, before):
                    wrong.append(f"{name}: {who} with a reason gets {answer}, or it is not marked in the log")
    assert not wrong, "\n".join(wrong)
    assert seen == len((*CELLS, *registers.CELLS)) * len(WHO)
    result = clinic.verified()
    assert result.ok, result.findings[:5]
