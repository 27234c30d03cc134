"""From the intake to the end of a plan: consults, notes, scores, the plan and its contacts."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, Channel
from nmx_desk.domain.clients import Client, ClientStatus, Sex
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.services import agenda, clients, notes
from nmx_desk.services.demo import chronicle, families, figures, following, living, texts, writing
from nmx_desk.services.demo.chronicle import HeldConsult
from nmx_desk.services.demo.insight import Insights
from nmx_desk.services.demo.office import MANAGER, RECEPTION, ZONE, Journey, Office, Practitioner, wall
from nmx_desk.services.demo.persons import Person
from nmx_desk.services.demo.plan import Planning
from nmx_desk.services.scores import ComplaintEntry, save_scores

Came = Generator[datetime, None, Appointment | None]
Stays = Generator[datetime, None, Appointment]


@dataclass
class File:
    """A client in care: what the story needs to go on."""

    person: Person
    client_id: str
    who: Practitioner
    contact: int = 0
    outcome: dict[str, int] = field(default_factory=dict)


class Care:
    """What practitioners do with clients."""

    def __init__(self, office: Office, pace: figures.Pace) -> None:
        self._office, self._pace = office, pace
        self.planning = Planning(office, pace)
        self.insights = Insights(office)
        self._baselines: dict[tuple[int, str], int] = {}
        self._words: dict[tuple[int, str], tuple[str, str]] = {}
        self.files: list[File] = []
        self._known: set[str | None] = set()

    def knows(self, client_id: str | None) -> bool:
        """Whether somebody is (or was) a client: who asks again hears that there is a practitioner already."""
        return client_id in self._known

    # -- appointments --------------------------------------------------------------------------------------------------------------------

    def between(self, appointment: Appointment, rng: random.Random) -> datetime:
        """A moment at the reception before an appointment: the day before, or just in time."""
        before = self._office.working(appointment.starts_at - timedelta(hours=rng.uniform(3, 50)))
        return max(self._office.now, min(before, appointment.starts_at - timedelta(minutes=20)))

    def moved(self, appointment: Appointment, who: Practitioner, rng: random.Random, kind: str) -> Stays:
        """Now and then an appointment is moved; the one that stands."""
        if rng.random() >= figures.MOVED or appointment.starts_at - self._office.now < timedelta(hours=30):
            return appointment
        office = self._office
        yield self.between(appointment, rng)
        if not self._stands(appointment):
            return appointment
        offer = office.free(RECEPTION, kind, who, appointment.starts_at + timedelta(days=rng.uniform(0.5, 4)))
        if offer is None or not who.works_on(offer.starts_at.astimezone(ZONE).date()):
            return appointment
        return office.do(RECEPTION, agenda.move, appointment.id, offer.starts_at, who.id)

    def _attended(self, file: File, appointment: Appointment, held: float, no_show: float) -> Came:
        """The appointment as it took place, begun now; None when it did not."""
        office, rng, who = self._office, file.person.rng, file.who
        appointment = yield from self.moved(appointment, who, rng, appointment.type_code)
        fate = 0.0 if file.person.script else rng.random()
        if fate >= held:
            yield from self._fallen_through(file, appointment, cancelled=fate >= held + no_show)
            return None
        if appointment.starts_at < office.told_in_full_from and not file.person.script:
            yield appointment.ends_at - timedelta(minutes=rng.uniform(0, 4))
            return appointment if self._stands(appointment) else None
        yield appointment.starts_at - timedelta(minutes=rng.uniform(1, 8))
        if not self._stands(appointment):
            return None
        if appointment.channel is Channel.CLINIC:
            office.do(office.at_the_desk(who), agenda.check_in, appointment.id)
        yield appointment.starts_at + timedelta(minutes=rng.uniform(0, 2))
        office.look(who.username, clients.open_client, file.client_id)
        office.do(who.username, agenda.start, appointment.id)
        return appointment

    def _fallen_through(self, file: File, appointment: Appointment, *, cancelled: bool) -> Journey:
        office, rng = self._office, file.person.rng
        yield self.between(appointment, rng) if cancelled else appointment.starts_at + timedelta(minutes=rng.uniform(12, 25))
        if not self._stands(appointment):
            return
        if cancelled:
            reason = texts.some(rng, "cancel_reasons")
            office.do(RECEPTION, agenda.cancel, appointment.id, "client", reason, ill=reason == "Ziek")
        else:
            office.do(office.at_the_desk(file.who), agenda.mark_no_show, appointment.id)

    def _stands(self, appointment: Appointment) -> bool:
        """Whether nobody has cancelled it meanwhile."""
        return self._office.get(Appointment, appointment.id).status is AppointmentStatus.CONFIRMED

    # -- the intake ----------------------------------------------------------------------------------------------------------------------

    def intake(self, person: Person, client_id: str, appointment: Appointment, who: Practitioner) -> Journey:
        """Contact data, the intake, its note; then the plan and its contacts."""
        office, rng = self._office, person.rng
        self._known.add(client_id)
        moment = office.working(office.now, rng.uniform(20, 300))
        if moment < appointment.starts_at:
            yield moment
        self._contact_data(person, client_id)
        if not office.long_past or person.script:
            families.agree(office, person, client_id)
        file = File(person, client_id, who)
        came = yield from self._attended(file, appointment, figures.INTAKE_HELD, figures.INTAKE_NO_SHOW)
        if came is None:
            return
        self.files.append(file)
        yield from self._consult(file, came, NoteKind.INTAKE)
        living.told(office, file)
        self.insights.tested(file)
        if person.script != "unsigned":
            yield from self._planned(file)

    def _contact_data(self, person: Person, client_id: str) -> None:
        office, rng, known = self._office, person.rng, texts.names()
        city, code = rng.choice(known["places"])
        letters = "".join(rng.choices("ABCDEGHJKLMNPRTUVWXZ", k=2))
        belgian = person.phone.startswith("+32")
        client = office.get(Client, client_id)
        office.do(RECEPTION, clients.change_client, replace(
            client, sex=Sex.FEMALE if person.sex == "f" else Sex.MALE, salutation="mevrouw" if person.sex == "f" else "meneer",
            birth_date=client.birth_date or office.today - timedelta(days=rng.randint(9000, 22000)), street=rng.choice(known["streets"]),
            house_no=str(rng.randint(1, 180)), postcode="2018" if belgian else f"{code}{rng.randint(10, 99)} {letters}",
            city="Antwerpen" if belgian else city, country="BE" if belgian else "NL", gp_practice=rng.choice(known["practices"]),
            gp_city=city, no_voicemail=person.no_voicemail, call_instruction="Liever na vijven bellen" if person.no_voicemail else "",
        ))  # fmt: skip

    # -- a consult -----------------------------------------------------------------------------------------------------------------------

    def _consult(self, file: File, appointment: Appointment, kind: NoteKind, contact: str = "") -> Journey:
        """Opened, scored, written, signed: the same day as a rule."""
        office, rng, who = self._office, file.person.rng, file.who
        if office.now >= appointment.ends_at - timedelta(minutes=5):
            yield from self._told(file, appointment, kind, contact)
            return
        yield office.now + timedelta(minutes=rng.uniform(1, 4))
        sheet = office.do(who.username, notes.open_note, file.client_id, kind, appointment.id)
        yield appointment.starts_at + (appointment.ends_at - appointment.starts_at) * 0.6
        known = {series.complaint.code: series.complaint.id for series in sheet.scores.complaints}
        entries = [replace(entry, id=known.get(entry.code, "")) for entry in self._measured(file)]
        office.do(who.username, save_scores, sheet.note.id, entries, self._outcome(file))
        self.insights.judged(file, sheet.note.id)
        if contact:
            following.told(office, who, file.client_id, sheet.note.id)
        yield appointment.ends_at - timedelta(minutes=rng.uniform(0, 4))
        written, nothing = self._written(file, kind)
        sections = [replace(one, text=written[one.code], nothing_particular=one.code == nothing) for one in sheet.sections]
        note = replace(sheet.note, attendees=self._attendees(file), duration_minutes=_minutes(appointment))
        sheet = office.do(who.username, notes.save_note, note, sections, lifestyle=writing.lived(office, file))
        writing.attached(office, file, note.id)
        if contact and office.get(FollowUp, contact).status is FollowUpStatus.PLANNED:
            self.planning.held(file.person, who, contact, appointment)
        else:
            office.do(who.username, agenda.complete, appointment.id)
        if file.person.script != "unsigned":
            yield self._signs_at(file, appointment.ends_at)
            office.do(who.username, notes.sign_note, sheet.note.id, sheet.sections, texts.some(rng, "late_reasons"))
            yield from self._added(file, sheet.note.id)

    def _told(self, file: File, appointment: Appointment, kind: NoteKind, contact: str) -> Journey:
        """The same, long past: in short."""
        office, who = self._office, file.who
        entries, outcome = self._measured(file), self._outcome(file)
        written, nothing = self._written(file, kind)
        adherence, remark = self.planning.remark(file.person)
        yield self._signs_at(file, appointment.ends_at)
        held = HeldConsult(
            kind=kind, entries=entries, outcome=outcome, lived=writing.lived(office, file), written=written, nothing=nothing,
            minutes=_minutes(appointment), attendees=self._attendees(file), late_reason=texts.some(file.person.rng, "late_reasons"),
            ended=office.get(Appointment, appointment.id), contact=contact, adherence=adherence, remark=remark,
            kept=following.kept_to(office, file.client_id, office.get(FollowUp, contact).plan_id) if contact else {},
        )  # fmt: skip
        note_id = office.do(who.username, chronicle.sign_note, file.client_id, held)
        self.insights.judged(file, None)
        yield from self._added(file, note_id)

    def _added(self, file: File, note_id: str) -> Journey:
        """Now and then something is added to what was signed."""
        office, rng = self._office, file.person.rng
        if rng.random() < 0.03:
            yield office.working(office.now, rng.uniform(300, 1500))
            office.do(file.who.username, notes.add_addendum, note_id, *texts.addendum(rng))

    def _attendees(self, file: File) -> str:
        return file.person.rng.choice(("", "", "", "", "partner", "dochter")) if not file.person.script else ""

    def _signs_at(self, file: File, ended: datetime) -> datetime:
        office, rng = self._office, file.person.rng
        if file.person.script == "late" and file.contact == 0:
            return wall(ended.astimezone(ZONE).date() + timedelta(days=9), 8 * 60 + 50)
        if rng.random() < figures.NOTE_ON_TIME:
            return ended + timedelta(minutes=rng.uniform(4, 45) if rng.random() < 0.75 else rng.uniform(45, 150))
        day = office.open_day(ended.astimezone(ZONE).date(), rng.randint(1, 3))
        return max(wall(day, rng.uniform(500, 1020)), ended + timedelta(hours=24, minutes=rng.uniform(5, 60)))

    def entry(self, person: Person, code: str, contact: int = 0) -> ComplaintEntry:
        """A complaint as it is told and scored at a contact; the words, the onset and the first score stay the same."""
        rng, key = person.rng, (id(person), code)
        if key not in self._words:
            since = self._office.today - timedelta(days=round(figures.years_ago(rng) * 365))
            onset = f"{since.year}-{since.month:02}" if rng.random() < 0.35 else str(since.year)
            self._words[key] = texts.complaint(rng, code), onset
            self._baselines[key] = figures.baseline(rng)
        words, onset = self._words[key]
        return ComplaintEntry(words=words, onset=onset, code=code, score=person.course.at(rng, self._baselines[key], contact))

    def _measured(self, file: File) -> list[ComplaintEntry]:
        found = [self.entry(file.person, code, file.contact) for code in file.person.codes]
        if file.contact > 0 and file.person.rng.random() < 0.12:  # what was not asked stays blank
            return [found[0], *(replace(entry, score=None) for entry in found[1:])]
        return found

    def _outcome(self, file: File) -> OutcomeScore:
        rng, better = file.person.rng, -file.person.course.step * file.contact * 0.9
        if not file.outcome:
            file.outcome = {name: min(max(round(rng.gauss(4, 1.4)), 1), 8) for name in ("calm", "energy", "resistance")}
        values = {name: min(max(round(first + better + rng.gauss(0, 0.6)), 0), 10) for name, first in file.outcome.items()}
        return OutcomeScore(calm=values["calm"], energy=values["energy"], resistance=values["resistance"])

    def _written(self, file: File, kind: NoteKind) -> tuple[dict[str, str], str]:
        """Text by section, and the section in which there was nothing particular ("" for none)."""
        rng, step = file.person.rng, file.person.course.step
        apart = random.Random(f"measured {file.client_id} {step}")  # noqa: S311 (apart from the story's own dice)
        course = "course_same" if step == 0 or rng.random() < 0.2 else "course_worse" if step > 0 else "course_better"
        told = [self.entry(file.person, code).words.rstrip(".") + "." for code in file.person.codes[:4]]
        written = {
            "complaints": " ".join([*told, texts.some(rng, "onset")]), "history": texts.several(rng, "history", 2),
            "triggers": texts.several(rng, "triggers"), "lifestyle": texts.several(rng, "lifestyle", 2),
            "measured": texts.some(apart, "measured"),
            "assessment": texts.some(rng, "assessment"), "course": texts.some(rng, course),
            "agreed": texts.some(rng, "agreed_intake" if kind is NoteKind.INTAKE else "agreed_follow_up"),
        }  # fmt: skip
        if file.person.script == "ibd":
            written["history"] = texts.some(rng, "history_ibd")
        if file.person.script:
            return written, ""
        blank = "history" if rng.random() < 0.08 else "assessment" if rng.random() < 0.3 else ""
        written[blank] = ""
        return written, blank if blank == "history" else ""

    # -- the plan and its contacts -------------------------------------------------------------------------------------------------------

    def _planned(self, file: File) -> Journey:
        office, rng, planning = self._office, file.person.rng, self.planning
        count = int(figures.choose(rng, {str(n): weight for n, weight in figures.FOLLOW_UPS.items()}))
        if file.person.script:
            count = max(count, 4 if file.person.script == "four versions" else 2)
        if count == 0:
            return
        plan_id = yield from planning.written(file.person, file.client_id, file.who)
        early = not file.person.script and rng.random() < figures.STOPS_EARLY
        wanted = max(count - 2, 1) if early else count
        for _number in range(wanted + 2):
            self._hand_over(file)
            held = yield from self._contact(file, plan_id)
            if held:
                yield from planning.adjusted(file.person, file.who, plan_id, file.contact)
            if office.get(Client, file.client_id).has_died:
                return
            if file.contact >= wanted:
                break
        yield office.now + timedelta(minutes=rng.uniform(2, 10))
        self._hand_over(file)
        if not planning.is_active(plan_id):
            return
        planning.ended(file.person, file.who, plan_id, early=early)
        client = office.get(Client, file.client_id)
        if client.status is ClientStatus.ACTIVE:
            office.do(file.who.username, clients.change_client, replace(client, status=ClientStatus.RESTING))

    def _hand_over(self, file: File) -> None:
        file.who = self._office.substitute(file.who, self._office.today, file.person.phone)

    def _contact(self, file: File, plan_id: str) -> Generator[datetime, None, bool]:
        """Dated, booked, held or missed; whether it was held."""
        office, planning = self._office, self.planning
        follow_up, appointment = yield from planning.dated(file.person, file.who, plan_id)
        if appointment is None:
            return False
        file.who = next(who for who in office.practitioners if who.id == appointment.practitioner_id)
        client = office.get(Client, file.client_id)
        if client.practitioner_id != file.who.id:  # booked with who takes over
            office.do(MANAGER, clients.change_client, replace(client, practitioner_id=file.who.id))
        held = 1 - figures.NO_SHOW - figures.CANCELLED
        came = yield from self._attended(file, appointment, held, figures.NO_SHOW)
        if came is None:
            yield from planning.missed(file.person, follow_up)
            return False
        file.contact += 1
        yield from self._consult(file, came, NoteKind.FOLLOW_UP, follow_up)
        return True


def _minutes(appointment: Appointment) -> int:
    return round((appointment.ends_at - appointment.starts_at).total_seconds() / 60)
