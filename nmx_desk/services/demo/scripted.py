"""The cases everybody should have seen once, by name (DOMAIN §7): those for which there are records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind
from nmx_desk.domain.requests import Source
from nmx_desk.services import agenda, clients, erasure, merging, note_steps, notes, people, privacy, proposals
from nmx_desk.services.demo import families
from nmx_desk.services.demo.care import Care
from nmx_desk.services.demo.figures import Course, Pace
from nmx_desk.services.demo.funnel import Funnel
from nmx_desk.services.demo.office import ADMIN, MANAGER, RECEPTION, ZONE, Journey, Office, Practitioner, wall
from nmx_desk.services.demo.persons import Crowd, Person

BETTER = Course(-0.7)
TODAY = {"calls today": 5, "intake today": 2, "follow-up today": 4}
ASKED = {
    PrivacyKind.COPY: "Graag een afschrift voor de huisarts.",
    PrivacyKind.DESTRUCTION: "Wil dat de verslagen worden vernietigd.",
    PrivacyKind.CORRECTION: "De datum van de eerste klachten klopt niet.",
    PrivacyKind.ACCESS: "Wil weten wat er is vastgelegd.",
}
LATELY = ("missed lately", "cancelled lately")
ENOUGH = 25  # days before the end, so that the story can be told


def cast(crowd: Crowd, today: date) -> list[Person]:
    """The people of the scripted cases, in the order in which they ask."""
    anna = crowd.person(today, sex="f", age=41, surname="Vries")
    born = date(today.year - 41, 3, 14)
    anna = replace(anna, first_name="Anna", prefix="de", surname="Vries", born=born, email="anna.devries@example.org")
    other = crowd.person(today, sex="f", age=41, surname="Vries")
    other = replace(other, first_name="Anna", prefix="de", surname="Vries", born=born, email="a.de.vries84@example.org")
    sem = crowd.person(today, sex="m", age=11, surname="Bakker")
    twin = replace(crowd.person(today, sex="f", age=11, surname="Bakker"), born=sem.born, phone=sem.phone, email=sem.email)
    twins = [replace(sem, first_name="Sem", script="twin"), replace(twin, first_name="Saar", script="twin")]
    names = ("late", "referred", "side effect", "four versions", "ibd", "overridden", "misses", "no e-mail", "belgian", "no voicemail",
             "deceased", "overdue", "draft plan", "unsigned", "missed lately", "cancelled lately",
             "asks twice")  # fmt: skip
    found = {name: replace(crowd.person(today, age=33 + 2 * place), script=name) for place, name in enumerate(names)}
    found |= {f"{name} {n}": replace(crowd.person(today), script=name) for name, many in TODAY.items() for n in range(many)}
    found["no e-mail"].email = ""
    found["belgian"].phone = "+32400000123"
    found["no voicemail"].no_voicemail = True
    found["deceased"] = replace(found["deceased"], born=date(today.year - 79, 5, 2))
    people = [*found.values(), replace(anna, script="anna"), replace(other, script="anna"), *twins, *_children(crowd, today)]
    for person in people:
        person.course = BETTER if person.script != "ibd" else Course(0.0)
        person.born = person.born or date(today.year - 44, 6, 7)
    return people


def _children(crowd: Crowd, today: date) -> list[Person]:
    """A boy who becomes 16 while his plan goes on, and a girl of divorced parents."""
    daan, lotte = crowd.person(today, sex="m", age=15, surname="Visser"), crowd.person(today, sex="f", age=9, surname="Smit")
    born = today + timedelta(days=12) - relativedelta(years=16)
    return [
        replace(daan, first_name="Daan", born=born, script="turns 16"),
        replace(lotte, first_name="Lotte", born=lotte.born or date(today.year - 9, 4, 5), script=families.DIVORCED),
    ]


def play(office: Office, crowd: Crowd, funnel: Funnel, care: Care, first: date, end: datetime, pace: Pace) -> None:
    """Set the scripted people off, spread over the first part of the story."""
    last = end.astimezone(ZONE).date()
    people = cast(crowd, last)
    before = {"draft plan": ENOUGH - 5, "unsigned": 9 + pace.intake_lead[1], "turns 16": ENOUGH + 5, "overdue": ENOUGH + round(pace.gap)}
    before |= {"missed lately": 5, "cancelled lately": 5, "calls today": 3, "intake today": 6, "follow-up today": 20}
    stretch = max((last - first).days - ENOUGH - 3 * round(pace.gap), 5)
    for place, person in enumerate(people):
        day = first + timedelta(days=1 + stretch * place // len(people))
        if person.script in before:
            day = office.open_day(last - timedelta(days=before[person.script]))
        source = Source.PHONE if person.script in {"no e-mail", "deceased", *LATELY, *TODAY} else Source.WEBSITE
        office.start(funnel.ask(person, source), wall(max(day, first), 10 * 60 + place * 7))
        if person.script == "asks twice":
            office.start(funnel.ask(person, source), wall(max(day, first) + timedelta(days=1), 22 * 60))
    office.start(dies(office, care), end - timedelta(days=max(8, round(pace.gap))))
    office.start(ask_for_data(office, care), wall(office.open_day((end - timedelta(days=7)).astimezone(ZONE).date()), 10 * 60 + 20))
    office.start(is_destroyed(office), wall(office.open_day((end - timedelta(days=7)).astimezone(ZONE).date()), 11 * 60))
    office.start(wrong_file(office, care), wall(office.open_day((end - timedelta(days=8)).astimezone(ZONE).date()), 12 * 60 + 40))
    office.start(stands_in(office, care), wall(office.open_day((end - timedelta(days=6)).astimezone(ZONE).date()), 11 * 60))


def dies(office: Office, care: Care) -> Journey:
    """The relatives of a client call: what is planned is cancelled, nobody is reminded any more."""
    while True:
        yield office.working(office.now, 45)
        file = next((file for file in care.files if file.person.script == "deceased" and file.contact), None)
        if file is not None:
            break
        yield office.now + timedelta(days=1)
    client = office.get(Client, file.client_id)
    for appointment in office.find(Appointment, client_id=client.id, status=AppointmentStatus.CONFIRMED):
        office.do(RECEPTION, agenda.cancel, appointment.id, "clinic", "Cliënt is overleden")
    died = office.today - timedelta(days=3)
    office.do(RECEPTION, clients.change_client, replace(client, status=ClientStatus.DECEASED, deceased_on=died))


def ask_for_data(office: Office, care: Care) -> Journey:
    """Clients ask for their data: a copy that was granted, a correction, a destruction that waits for the manager.

    And two turn out to be there twice.
    """
    yield office.now
    files = [file for file in care.files if file.contact and file.person.script not in {"deceased", "twin"}][-5:]
    kinds = (PrivacyKind.COPY, PrivacyKind.DESTRUCTION, PrivacyKind.CORRECTION, PrivacyKind.ACCESS)
    for kind, file in zip(kinds, files, strict=False):
        made = office.do(RECEPTION, privacy.register_request, kind, file.client_id, ASKED[kind])
        if kind is not PrivacyKind.ACCESS:
            office.do(RECEPTION, privacy.identify, made.id, "Paspoort gezien aan de balie")
        if kind in {PrivacyKind.COPY, PrivacyKind.DESTRUCTION}:
            scope = ErasureScope.CARE if kind is PrivacyKind.DESTRUCTION else None
            client = office.get(Client, file.client_id)
            who = next((who.username for who in office.practitioners if who.id == client.practitioner_id), file.who.username)
            office.do(who, privacy.propose_decision, made.id, Decision.GRANTED, scope=scope)
        if kind is PrivacyKind.COPY:
            office.do(MANAGER, privacy.approve_decision, made.id)
    if len(files) == 5:
        told = {"deceased", "twin", "anna", "no voicemail", "belgian"}  # who they are is their story
        plain = [file.client_id for file in care.files if file.contact and file.person.script not in told and file not in files]
        _doubles(office, plain[-2:])


def _doubles(office: Office, ids: list[str]) -> None:
    """Somebody was written down a second time, by phone: one merge was approved, another waits for the manager."""
    for place, client_id in enumerate(ids):
        known = office.get(Client, client_id)
        called = Client(
            first_name=known.first_name, prefix=known.prefix, surname=known.surname, birth_date=known.birth_date, phone=known.phone,
            call_instruction="Belt na vijven",
        )  # fmt: skip
        double = office.do(RECEPTION, clients.create_client, called)
        asked = office.do(RECEPTION, merging.propose_merge, known.id, double.id, None, "Zelfde naam, geboortedatum en telefoon")
        if place == 0:
            office.do(MANAGER, proposals.approve_proposal, asked.id)


def is_destroyed(office: Office) -> Journey:
    """Somebody who called once wants to be forgotten: asked at the desk, advised, approved and carried out by four people."""
    yield office.now
    caller = Client(first_name="Joris", surname="Vergeten", phone="+31600000999", email="joris.vergeten@example.org")
    client = office.do(RECEPTION, clients.create_client, caller)
    asked = office.do(RECEPTION, privacy.register_request, PrivacyKind.DESTRUCTION, client.id, "Wil niet langer bekend zijn.")
    office.do(RECEPTION, privacy.identify, asked.id, "Teruggebeld op het bekende nummer")
    who, advice = office.practitioners[0].username, "Geen medische gegevens, geen bezwaar"
    office.do(who, privacy.propose_decision, asked.id, Decision.GRANTED, scope=ErasureScope.FILE, advice=advice)
    yield office.now + timedelta(minutes=50)
    office.do(MANAGER, privacy.approve_decision, asked.id)
    yield office.now + timedelta(minutes=25)
    office.do(ADMIN, erasure.execute_destruction, asked.id)
    office.do(RECEPTION, privacy.close_privacy_request, asked.id)


def stands_in(office: Office, care: Care) -> Journey:
    """Somebody reads a colleague's client's note, with a reason: break-glass."""
    yield office.now
    signed = next((file for file in care.files if file.contact and file.who.username == "behandelaar"), None)
    if signed is not None:
        overview = office.do("behandelaar2", notes.notes_of, signed.client_id)
        reason = "Waarneming: cliënt belde met een vraag over het laatste consult."
        if overview.notes:
            office.do("behandelaar2", notes.read_note, overview.notes[0].note.id, reason=reason)


def wrong_file(office: Office, care: Care) -> Journey:
    """A note of a call stood in the wrong file: declared void, struck through, and begun again and signed where it belongs."""
    yield office.now
    told = {"deceased", "twin", "anna", "turns 16", families.DIVORCED}  # who they are is their story
    mine = [file for file in care.files if file.person.script not in told and file.who.username == "behandelaar"]
    if len(mine) < 2:
        return
    wrong, right = mine[-1], mine[-2]
    sheet = office.do("behandelaar", notes.open_note, wrong.client_id, NoteKind.FREE)
    said = [replace(one, text="Belde kort: slaapt beter, vraagt of het schema zo blijft. Besproken: ja, tot het volgende consult.")
            for one in sheet.sections]  # fmt: skip
    office.do("behandelaar", notes.sign_note, sheet.note.id, said)
    yield office.now + timedelta(minutes=9)
    reason = "Stond in het verkeerde dossier: het gesprek was met een andere cliënt."
    made = office.do("behandelaar", note_steps.void_note, sheet.note.id, reason, right.client_id)
    if made.copy is not None:
        office.do("behandelaar", notes.sign_note, made.copy.id, said)


def leaves(office: Office, care: Care, who: Practitioner) -> Journey:
    """A practitioner leaves with a note unsigned: the manager hands the clients over, the administrator blocks the account."""
    if who.leaves is None:
        return
    yield wall(who.leaves, 15 * 60 + 20)
    mine = [file for file in care.files if file.who is who]
    if mine:
        office.do(who.username, notes.open_note, mine[-1].client_id, NoteKind.FOLLOW_UP)
    yield wall(who.leaves, 16 * 60)
    for client in office.find(Client, practitioner_id=who.id):
        after = office.substitute(who, who.leaves + timedelta(days=1), client.phone)
        office.do(MANAGER, clients.change_client, replace(client, practitioner_id=after.id))
    yield wall(who.leaves, 17 * 60 + 5)
    office.do(ADMIN, people.block_user, who.id)
