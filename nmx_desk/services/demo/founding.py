"""The demo clinic before its first request: its folder, its people, their hours, the days it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nmx_desk.domain.agenda import RosterRule
from nmx_desk.domain.people import Role, User
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.services import people, proposals, roster
from nmx_desk.services.demo import writing
from nmx_desk.services.demo.office import ADMIN, AUDITOR, MANAGER, RECEPTION, Journey, Office, Practitioner, wall
from nmx_desk.services.opening import ClinicSetup, Surroundings, create_clinic
from nmx_desk.vault.passwords import DEMO_PASSWORD

NAME = "Demokliniek"
STAFF = (
    (RECEPTION, "Receptie R. Demo", Role.RECEPTIONIST, ""),
    (MANAGER, "Manager M. Demo", Role.MANAGER, ""),
)
MORNING, AFTERNOON, EVENING = (540, 750), (780, 1020), (1080, 1200)
DAY = (MORNING, AFTERNOON)
PRACTITIONERS: tuple[tuple[str, str, int, int, dict[int, tuple[tuple[int, int], ...]]], ...] = (
    ("behandelaar", "Behandelaar A. Demo", 4, 165, {0: DAY, 1: DAY, 2: DAY, 3: DAY, 4: DAY}),
    ("behandelaar2", "Behandelaar B. Demo", 3, 265, {0: DAY, 1: DAY, 3: DAY, 4: (MORNING,)}),
    ("behandelaar3", "Behandelaar C. Demo", 3, 25, {1: DAY, 2: DAY, 3: (*DAY, EVENING), 4: DAY}),
    ("behandelaar4", "Behandelaar D. Demo", 2, 320, {0: DAY, 2: DAY}),
)


def found(office: Office, opened: datetime, leaves: date | None) -> None:
    """Make the clinic, everybody's account and hours. The fourth practitioner is there only when there is a day to leave."""
    setup = ClinicSetup(
        clinic_name=NAME, display_name="Beheerder S. Demo", username=ADMIN, password=DEMO_PASSWORD, is_demo=True, roles=(Role.ADMIN,)
    )
    create_clinic(office.folder.path, setup, Surroundings(kdf=office.kdf, clock=office.clock, new_id=office.ids, witness=False))
    for username, name, share, hue, _hours in PRACTITIONERS:
        if username == "behandelaar4" and leaves is None:
            continue
        office.do(ADMIN, people.add_user, username, name, (Role.PRACTITIONER,), password=DEMO_PASSWORD, title="Therapeut", hue=hue)
        left = leaves if username == "behandelaar4" else None
        office.practitioners.append(Practitioner(username, office.desk(username).user_id, share, left))
    for username, name, role, title in STAFF:
        office.do(ADMIN, people.add_user, username, name, (role,), password=DEMO_PASSWORD, title=title)
    office.clock.go_to(opened + timedelta(minutes=20))
    clinic = office.do(MANAGER, people.read_clinic)
    office.do(MANAGER, people.change_clinic, replace(
        clinic, address="Voorbeeldlaan 1", postcode="3500 AA", city="Utrecht", phone="+31600000000", email="info@example.org",
        website="www.example.org",
    ))  # fmt: skip
    for who, (_username, _name, _share, _hue, hours) in zip(office.practitioners, PRACTITIONERS, strict=False):
        rules = [RosterRule(weekday=day, start_minute=a, end_minute=b) for day, spans in hours.items() for a, b in spans]
        office.do(MANAGER, roster.set_roster, who.id, rules)
    writing.own_snippets(office, office.practitioners[0])
    for year in (office.today.year, office.today.year + 1):
        close_holidays(office, year)


def auditor(office: Office) -> None:
    """Who comes once a year to audit: an account asked for by the administrator, approved by the manager, last of all."""
    office.do(ADMIN, people.add_user, AUDITOR, "Auditor U. Demo", (Role.AUDITOR,), password=DEMO_PASSWORD)
    for waiting in office.find(Proposal, status=ProposalStatus.OPEN, subject=office.find(User, username=AUDITOR)[0].id):
        office.do(MANAGER, proposals.approve_proposal, waiting.id)
    office.commit()


def close_holidays(office: Office, year: int) -> None:
    """Close the clinic on the public holidays of a year, as the program suggests, and between Christmas and New Year."""
    import holidays  # heavy

    words: dict[date, str] = dict(holidays.country_holidays("NL", years=year, language="nl"))
    for day in office.do(MANAGER, roster.suggested_closures, year):
        if day.usual and day.day >= office.today:
            office.do(MANAGER, roster.add_closure, day.day, day.day, words.get(day.day, day.name))  # the clinic's words, not the window's
            office.closed.add(day.day)
    office.forget_hours()
    first, last = date(year, 12, 27), date(year, 12, 31)
    if first >= office.today:
        office.do(MANAGER, roster.add_closure, first, last, "Kerstvakantie")
        office.closed |= {first + timedelta(days=n) for n in range(5)}


def years(office: Office) -> Journey:
    """Every November the manager closes the holidays of the year after next."""
    year = office.today.year + 2
    while True:
        yield wall(office.open_day(date(year - 2, 11, 20)), 15 * 60)
        close_holidays(office, year)
        year += 1


def holidays_of(office: Office, who: Practitioner) -> Journey:
    """A practitioner is away for some days every few months, known well ahead."""
    rng = office.random
    while True:
        yield office.working(office.now + timedelta(days=rng.randint(70, 120)), rng.uniform(0, 400))
        first = office.today + timedelta(days=rng.randint(125, 150))
        first -= timedelta(days=first.weekday())
        days = rng.choice((2, 5, 5, 12))
        looked_at = first - timedelta(days=10) < office.last_day < first + timedelta(days=days + 25)  # the day people see is a busy one
        if who.works_on(first + timedelta(days=days)) and not looked_at:
            reason = "Nascholing" if days == 2 else "Vakantie"
            office.do(MANAGER, roster.add_absence, who.id, wall(first, 0), wall(first + timedelta(days=days), 0), reason)
