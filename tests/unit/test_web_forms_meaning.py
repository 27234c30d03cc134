"""Which column holds what: by name, by content, by both; the five files with their columns shuffled and their headings changed."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date, datetime
from pathlib import Path

import pytest

from nmx_desk import i18n
from nmx_desk.exchange.web_forms import parse_file

TODAY = date(2026, 10, 1)
FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
NAMES = ("gravity_forms", "elementor", "flamingo", "calendly", "excel_opgeslagen")
FIELDS = ("first_name", "prefix", "surname", "phone", "email", "question")


@pytest.fixture(autouse=True)
def _english():
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


def read(text: str | bytes, **more):
    return parse_file(text if isinstance(text, bytes) else text.encode(), today=TODAY, **more)


def one(text: str):
    (record,) = read(text).records
    return record


def sheet(name):
    data = (FILES / f"{name}.csv").read_bytes()
    text = data.decode("cp1252" if name == "excel_opgeslagen" else "utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if name == "excel_opgeslagen" else ",")
    return header, rows


def written(header, rows, delimiter, encoding):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue().encode(encoding, "replace")


def wrong(name, parsed, encoding):
    """Fields that are not as the truth says."""
    truth = json.loads((FILES / f"{name}.truth.json").read_text(encoding="utf-8"))
    assert len(parsed.records) == truth["rows"]
    out = []
    for record, person in zip(parsed.records, truth["people"], strict=True):
        for field in FIELDS:
            expected = person[field].encode(encoding, "replace").decode(encoding)
            if getattr(record, field) != expected:
                out.append((record.row, field, getattr(record, field), expected))
        if truth.get("has_birth_date") and record.birth_date != date.fromisoformat(person["birth_date"]):
            out.append((record.row, "birth_date", record.birth_date, person["birth_date"]))
        if record.received != datetime.fromisoformat(person["received"]):
            out.append((record.row, "received", record.received, person["received"]))
    return out


OTHER_NAMES = {
    "german": {
        "Naam (Voornaam)": "Vorname", "Naam (Achternaam)": "Nachname", "Naam": "Name", "E-mail": "E-Mail-Adresse", "Telefoon": "Handy",
        "E-mailadres": "E-Mail", "Telefoonnummer": "Telefon", "Geboortedatum": "Geburtsdatum", "Uw vraag": "Nachricht",
        "Voornaam": "Vorname", "Achternaam": "Nachname", "your-name": "Name", "tel-1": "Telefon", "your-message": "Ihre Nachricht",
    },
    "dutch": {
        "Naam (Voornaam)": "Uw voornaam *", "Naam (Achternaam)": "Uw achternaam *", "Naam": "Uw naam", "E-mail": "Uw e-mail adres:",
        "Telefoon": "Mobiel nr.", "Geboortedatum": "Geb.datum", "Uw vraag": "Wat zijn uw klachten?", "Klachten": "Klacht(en)",
        "your-message": "Bericht", "Created At": "Ingezonden op", "Entry Date": "Datum/tijd",
    },
    "nothing": {"E-mail": "Veld 1", "Telefoon": "Veld 2", "Naam": "Veld 3", "Uw vraag": "Veld 4", "Created At": "Veld 5",
                "your-name": "text-123", "your-email": "text-124", "tel-1": "#3", "your-message": "text-7", "Date": "text-8",
                "E-mailadres": "Veld 6", "Telefoonnummer": "Veld 7", "Geboortedatum": "Veld 8", "Klachten": "Veld 9",
                "Aangevraagd op": "Veld 10", "Waar kunnen we u mee helpen?": "Veld 11", "Naam (Tussenvoegsel)": "Veld 12",
                "Tussenvoegsel": "Veld 13"},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("names", ["as they are", *OTHER_NAMES])
@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("cp1252", ";"), ("utf-8-sig", "|"), ("utf-8", ",")])
def test_the_five_files_in_another_guise(name, names, encoding, delimiter):
    header, rows = sheet(name)
    if name != "calendly":
        header = [OTHER_NAMES.get(names, {}).get(column, column) for column in header]
    order = list(range(len(header)))
    random.Random(f"{name}{names}{encoding}").shuffle(order)
    data = written([header[i] for i in order], [[row[i] for i in order] for row in rows], delimiter, encoding)
    assert wrong(name, read(data), encoding) == []
