"""Website forms in other guises: the people of the truths written down anew, messier, and read back.

Other headings, columns in another order, other encodings and delimiters, sheets instead of CSV, dates in another order, names turned round,
phones as people type them, columns that say nothing. Every field is held against the truth, doubles by precision and recall.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from nmx_desk.exchange.web_forms import ParsedFile, parse_file
from tests.exam.outcome import Outcome, with_progress
from tests.sheets import book, texts

FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
NAMES = ("gravity_forms", "elementor", "flamingo", "calendly", "excel_opgeslagen")
TODAY = date(2026, 10, 1)
LEAST_RIGHT, LEAST_DOUBLES = 0.995, 0.98
FIELDS = ("first_name", "prefix", "surname", "phone", "email", "birth_date", "received", "question")
Person = dict[str, Any]

HEADINGS = {
    "first_name": ["Voornaam", "Uw voornaam *", "First Name", "Vorname", "Prénom", "Naam (Voornaam)", "voornaam", "Roepnaam"],
    "prefix": ["Tussenvoegsel", "Voorvoegsel", "tussenv.", "Naam (Tussenvoegsel)", "Tussenvoegsels"],
    "surname": ["Achternaam", "Uw achternaam", "Last name", "Nachname", "Familienaam", "Naam (Achternaam)", "ACHTERNAAM"],
    "full_name": ["Naam", "Uw naam", "Volledige naam", "your-name", "Full name", "Voor- en achternaam", "Naam aanvrager"],
    "phone": ["Telefoon", "Telefoonnummer", "Uw telefoonnummer:", "Mobiel nr.", "tel-1", "Phone", "GSM", "Handy", "Mobiel telefoonnummer"],
    "email": ["E-mail", "E-mailadres", "Uw e-mail adres", "your-email", "Email Address", "E-Mail-Adresse", "Mailadres", "Courriel"],
    "birth_date": ["Geboortedatum", "Geb. datum", "Date of birth", "Uw geboortedatum (dd-mm-jjjj)", "Geboren op", "Geburtsdatum"],
    "received": ["Datum", "Ingezonden op", "Entry Date", "Created At", "Aangevraagd op", "Tijdstempel", "Submitted at", "Datum/tijd"],
    "question": ["Uw vraag", "Klachten", "Waar kunnen we u mee helpen?", "your-message", "Bericht", "Klacht(en)", "Hulpvraag", "Message"],
}
JUNK: dict[str, Callable[[Random], str]] = {
    "User IP": lambda random: f"192.0.2.{random.randrange(250)}",
    "Akkoord privacyverklaring": lambda _random: "Ja",
    "Form Name": lambda _random: "Gratis adviesgesprek",
    "Nieuwsbrief e-mail": lambda random: random.choice(("ja", "nee", "")),
    "Leeg": lambda _random: "",
    "Telefoon huisarts": lambda random: f"030-23{random.randrange(10**5):05}",
    "User Agent": lambda _random: "Mozilla/5.0 (X11; Linux x86_64)",
    "Bron": lambda random: random.choice(("google", "via via", "")),
}
DAYS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p")


@dataclass
class Score:
    """What was read right, over all files."""

    fields: int = 0
    right: int = 0
    rows: int = 0
    lost: int = 0
    found: int = 0
    true: int = 0
    both: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, parsed: ParsedFile, people: list[Person], written: set[str]) -> None:
        """Hold one file against its truth; fields that were not written are not asked for."""
        self.rows += len(people)
        self.lost += abs(len(people) - len(parsed.records))
        for record, person in zip(parsed.records, people, strict=False):
            for one in written:
                self.fields += 1
                if getattr(record, one) == person[one]:
                    self.right += 1
                elif len(self.wrong) < 500:
                    self.wrong.append(f"{name} row {record.row} {one}: {getattr(record, one)!r} for {person[one]!r}")
            self.found += record.double_of is not None
            self.true += person["dup_of"] is not None
            self.both += record.double_of is not None and record.double_of == person["dup_of"]


def run(count: int, seed: int) -> list[Outcome]:
    """So many files."""
    truths = {name: people_of(name) for name in NAMES}
    score = Score()
    crashes = []
    for number in with_progress("guises", range(count), count):
        random = Random(f"{seed}:{number}")
        name = random.choice(NAMES)
        try:
            data, written = disguised(random, truths[name])
            score.add(f"{name} {number}", parse_file(data, today=TODAY), truths[name], written)
        except Exception as error:  # noqa: BLE001 (a crash or a refusal is what is looked for)
            crashes.append(f"file {number}: {type(error).__name__} {error}"[:200])
    precision, recall = score.both / max(score.found, 1), score.both / max(score.true, 1)
    right = score.right / max(score.fields, 1)
    said = f"{right:.3%} of {score.fields:,} fields right, {score.lost} of {score.rows:,} rows lost"
    said = "; ".join([said, *crashes[:3], *score.wrong[:2]])
    doubles = f"precision {precision:.3f}, recall {recall:.3f}"
    ok = right >= LEAST_RIGHT and not score.lost and not crashes
    return [
        Outcome("web forms in another guise", count, count if ok else 0, 0 if ok else max(len(crashes), 1), said),
        Outcome("web forms: doubles", score.true, score.true, 0 if min(precision, recall) >= LEAST_DOUBLES else 1, doubles),
    ]


def people_of(name: str) -> list[Person]:
    """The people of a truth, with days and moments as such."""
    truth = json.loads((FILES / f"{name}.truth.json").read_text(encoding="utf-8"))
    days = {"birth_date": date.fromisoformat, "received": datetime.fromisoformat}
    return [person | {one: read(person[one]) for one, read in days.items()} for person in truth["people"]]


def disguised(random: Random, people: list[Person]) -> tuple[bytes, set[str]]:
    """A file of these people, and which fields it says."""
    columns = list(_columns(random))
    random.shuffle(columns)
    header = [heading for heading, _one, _cell in columns]
    rows = [[cell(person) for _heading, _one, cell in columns] for person in people]
    return _file(random, header, rows), {one for _heading, one, _cell in columns if one in FIELDS} | {"first_name", "prefix", "surname"}


def _columns(random: Random) -> Iterator[tuple[str, str, Callable[[Person], str]]]:
    """Heading, field and writer of each column."""

    def said(one: str) -> str:
        return random.choice(HEADINGS[one])

    if random.random() < 0.5:
        style = random.choice((_usual, _usual, _turned, str.upper, str.lower))
        yield said("full_name"), "full_name", lambda person: style(_name(person)) if style in {str.upper, str.lower} else style(person)
    elif random.random() < 0.5:
        yield said("first_name"), "first_name", lambda person: person["first_name"]
        yield said("prefix"), "prefix", lambda person: person["prefix"]
        yield said("surname"), "surname", lambda person: person["surname"]
    else:
        yield said("first_name"), "first_name", lambda person: person["first_name"]
        yield said("surname"), "surname", lambda person: f"{person['prefix']} {person['surname']}".strip()
    spelling = random.choice(PHONES)
    yield said("phone"), "phone", lambda person: spelling(person["phone"][3:])
    yield said("email"), "email", random.choice((lambda person: person["email"], lambda person: person["email"].upper()))
    day = random.choice(DAYS)
    clock = random.choice(CLOCKS)
    yield said("received"), "received", lambda person: f"{person['received']:{day} {clock}}"
    if random.random() < 0.6:
        yield said("birth_date"), "birth_date", lambda person: f"{person['birth_date']:{day}}"
    yield said("question"), "question", lambda person: person["question"]
    for heading in random.sample(sorted(JUNK), random.randrange(4)):
        yield heading, "", lambda _person, heading=heading: JUNK[heading](random)


PHONES: tuple[Callable[[str], str], ...] = (
    lambda digits: f"0{digits}",
    lambda digits: f"06-{digits[1:]}",
    lambda digits: f"+31 {digits[0]} {digits[1:]}",
    lambda digits: f"0031{digits}",
    lambda digits: f"tel. 06 - {digits[1:5]} {digits[5:]}",
    lambda digits: f"+31(0){digits}",
    lambda digits: f"06 {digits[1:3]} {digits[3:5]} {digits[5:7]} {digits[7:]} (na 17 uur)",
)


def _name(person: Person) -> str:
    return " ".join(filter(None, (person["first_name"], person["prefix"], person["surname"])))


def _usual(person: Person) -> str:
    return f" {_name(person)}  "


def _turned(person: Person) -> str:
    return f"{person['surname']}, {person['first_name']} {person['prefix']}".strip()


def _file(random: Random, header: list[str], rows: list[list[str]]) -> bytes:
    lines = [header, *rows]
    if random.random() < 0.2:
        lines.insert(0, ["Export aanvragen"])
    for _n in range(random.randrange(3)):
        lines.insert(random.randrange(1, len(lines) + 1), [""] * len(header))
    if random.random() < 0.25:
        return book({"Blad1": texts(lines)} | ({"Blad2": texts([])} if random.random() < 0.5 else {}))
    out = io.StringIO(newline="")
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(out, delimiter=random.choice(",;\t|"), quoting=quoting, lineterminator=random.choice(("\n", "\r\n"))).writerows(lines)
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
    for encoding in random.sample(encodings, len(encodings)):
        try:
            return out.getvalue().encode(encoding)
        except UnicodeEncodeError:
            continue
    raise ValueError
