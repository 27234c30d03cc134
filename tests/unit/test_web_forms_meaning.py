"""Which column holds what: by name, by content, by both; the five files with their columns shuffled and their headings changed."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import UserError
from nmx_desk.exchange import web_forms_columns
from nmx_desk.exchange.web_forms import parse_file

TODAY = date(2026, 10, 1)
FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
NAMES = ("gravity_forms", "elementor", "flamingo", "calendly", "excel_opgeslagen")
FIELDS = ("first_name", "prefix", "surname", "phone", "email", "question")


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


def test_the_work_grows_with_the_columns_and_not_with_their_square(monkeypatch):
    looked = []
    guess = web_forms_columns.guess_field
    monkeypatch.setattr(web_forms_columns, "guess_field", lambda *asked: looked.append(asked) or guess(*asked))
    columns = ["Naam", "Telefoon", *(f"Vraag nummer {n}" for n in range(300))]
    line = ["Kim Bos", "0612345678", *["moe"] * 300]
    assert one("\n".join([";".join(columns), ";".join(line)])).surname == "Bos"
    assert 0 < len(looked) <= 3 * len(columns)


ISSUE = (
    "Voornaam,Voorletters,Tussenvoegsel,Achternaam,Roepnaam,Geboortedatum,Geslacht,Straat,Huisnummer,Toevoeging,Postcode,Woonplaats,"
    "Telefoon,Mobiel,E-mailadres,Klacht(en),Opmerkingen,Voorkeursdag\n"
)


def test_headings_of_a_dutch_client_list():
    parsed = read(
        ISSUE + "Johannes,J.M.,van der,Berg,Jan,1-2-1980,M,Dorpsstraat,12a,,1234ab,UTRECHT,030-2345678,0612345678,j@example.org,"
        "moe,bel laat,ma\n"
        "Anna,A.,,Kok,,3-4-1990,vrouw,Kerkweg,7,bis,9999 ZZ,Ede,030-2345678,,a@example.org,,,\n"
    )
    jan, anna = parsed.records
    assert parsed.mapping["remarks"] == "Opmerkingen"
    assert (jan.first_name, jan.initials, jan.prefix, jan.surname, jan.sex) == ("Jan", "J.M.", "van der", "Berg", "m")
    assert (jan.street, jan.house_no, jan.house_suffix, jan.postcode, jan.city) == ("Dorpsstraat", "12", "a", "1234 AB", "Utrecht")
    assert (jan.phone, jan.phone2, jan.question, jan.preferred_times) == ("+31612345678", "+31302345678", "moe\nbel laat", "ma")
    assert (anna.first_name, anna.sex, anna.house_no, anna.house_suffix) == ("Anna", "f", "7", "bis")
    assert (anna.phone, anna.phone2, anna.question) == ("+31302345678", "", "")
    assert jan.warnings == anna.warnings == ()


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("Dorpsstraat 12a", ("Dorpsstraat", "12", "a")),
        ("Plein 1944 3-II", ("Plein 1944", "3", "II")),
        ("Van der Helststraat 7 hs", ("Van der Helststraat", "7", "hs")),
        ("Postbus", ("Postbus", "", "")),
    ],
)
def test_an_address_in_one_column(street, parts):
    record = one(f"Naam,Telefoon,Adres\nJan Kok,0612345678,{street}\n")
    assert (record.street, record.house_no, record.house_suffix) == parts


def test_a_name_that_its_content_contradicts_is_not_believed():
    parsed = read("Naam,E-mail,Telefoon\nJan Kok,0612345678,jan@example.org\nAn Smit,0687654321,an@example.org\n")
    assert parsed.mapping["email"] == "Telefoon"
    assert [record.phone for record in parsed.records] == ["+31612345678", "+31687654321"]
    assert len(parsed.notices) == 2
    kept = read("Naam,E-mail,Telefoon\nJan Kok,0612345678,jan@example.org\n")  # one row may be one mistake
    assert kept.mapping["email"] == "E-mail"


def test_birth_date_and_moment_of_the_request_are_told_apart():
    parsed = read("a,b,c,d\nJan Kok,0612345678,1-2-1980,1-9-2026 10:00\nAn Smit,0687654321,3-4-1955,2-9-2026 11:30\n")
    assert (parsed.mapping["birth_date"], parsed.mapping["received"]) == ("c", "d")
    turned = read("Naam,Telefoon,Datum,Geboortedatum\nJan Kok,0612345678,1-2-1980,1-9-2026 10:00\nAn,,3-4-1955,2-9-2026 11:30\n")
    assert (turned.mapping["birth_date"], turned.mapping["received"]) == ("Datum", "Geboortedatum")


def test_names_without_a_heading_stand_as_in_the_address():
    parsed = read(
        "a,b,c,d\nDijk,jan.dijk@example.org,van,Jan\nSzabó,linda.szab@example.org,,Linda\nNoordwijk,t.noordwijk@example.org,op den,Thomas\n"
        "Kok,wim.kok@example.org,,Wim\n"
    )
    assert [(record.first_name, record.prefix, record.surname) for record in parsed.records][::2] == [
        ("Jan", "van", "Dijk"),
        ("Thomas", "op den", "Noordwijk"),
    ]


def test_columns_about_others_and_about_consent_are_left_alone():
    header = "Naam,Telefoon huisarts,Akkoord marketing e-mail,User IP\n"
    parsed = read(header + "Jan Kok,0301234567,x@example.org,192.0.2.10\nAn Smit,0301234567,y@example.org,192.0.2.11\n")
    assert dict(parsed.mapping) == {"full_name": "Naam"}
    assert parsed.records[0].phone == parsed.records[0].email == ""


@pytest.mark.parametrize(
    ("cells", "days", "warned"),
    [
        (["02/03/1980", "12/25/1990"], [(1980, 2, 3), (1990, 12, 25)], [0, 0]),
        (["02/03/1980", "25/12/1990"], [(1980, 3, 2), (1990, 12, 25)], [0, 0]),
        (["02/03/1980", "04/05/1990"], [(1980, 3, 2), (1990, 5, 4)], [0, 0]),
        (["02/03/1980", "25/12/1990", "12/25/1990"], [(1980, 3, 2), (1990, 12, 25), (1990, 12, 25)], [1, 0, 1]),
    ],
)
def test_day_or_month_first_is_decided_per_column(cells, days, warned):
    parsed = read("Naam,Telefoon,Geboortedatum\n" + "".join(f"Jan Kok,061234567{i},{cell}\n" for i, cell in enumerate(cells)))
    assert [record.birth_date for record in parsed.records] == [date(*day) for day in days]
    assert [len(record.warnings) for record in parsed.records] == warned


def test_a_column_of_dates_that_does_not_tell_follows_the_other():
    parsed = read("Naam,Telefoon,Geboortedatum,Ontvangen op\nJan Kok,0612345678,02/03/1980,09/25/2026 3:15 PM\n")
    assert parsed.records[0].birth_date == date(1980, 2, 3)
    assert parsed.records[0].received == datetime.fromisoformat("2026-09-25 15:15")


def test_cliniko_and_easy_appointments():
    record = one(
        "ID,First name,Last name,Preferred first name,Date of birth,Sex,Address line 1,City,Postcode,Phone number,Email,Notes\n"
        '"=""123""",Johanna,de Vries,Jo,1980-02-01,Female,Dorpsstraat 1,Ede,1234 AB,"=""0612345678""",jo@example.org,moe\n'
    )
    assert (record.first_name, record.prefix, record.surname, record.sex) == ("Jo", "de", "Vries", "f")
    assert (record.phone, record.house_no, record.question, record.birth_date) == ("+31612345678", "1", "moe", date(1980, 2, 1))
    record = one(
        "Start,End,Service,Provider,First Name,Last Name,Email,Phone Number,Address,City,Zip Code,Notes\n"
        "2026-10-05 10:00,2026-10-05 10:15,Advies,Praktijk,Jan,Kok,jan@example.org,0612345678,Kade 3,Ede,1234AB,moe\n"
    )
    assert (record.first_name, record.surname, record.phone, record.postcode) == ("Jan", "Kok", "+31612345678", "1234 AB")
    assert record.received is None


@pytest.mark.parametrize(
    "alert",
    [
        "(Beveiligingswaarschuwing: Verdachte inhoud gedetecteerd. Zie https://contactform7.com/nl/rekenbladen voor details.) ",
        "(Alerte de sécurité : contenu suspect détecté. Voir la page d'aide pour en savoir plus.) ",
        "(セキュリティ警告: 疑わしいコンテンツが検出されました。 https://contactform7.com/heads-up-about-spreadsheet-vulnerabilities) ",
    ],
)
def test_the_alert_of_flamingo_in_any_language(alert):
    parsed = read(f"your-name,tel-1,your-message\nJan Kok,{alert}+31612345678,{alert}=1+1\n")
    assert (parsed.records[0].phone, parsed.records[0].question) == ("+31612345678", "=1+1")


def test_given_name_beside_a_column_called_name():
    record = one("Voornaam,Naam,GSM\nJan,Van den Broeck,0470123456\n")
    assert (record.first_name, record.prefix, record.surname) == ("Jan", "van den", "Broeck")
    record = one("Prénom;Nom;Courriel;Date de naissance;Gewenste datum\nRenée;de Vries;r@example.org;1/2/1980;5-10-2026\n")
    assert (record.first_name, record.surname, record.birth_date) == ("Renée", "Vries", date(1980, 2, 1))
    assert (record.preferred_times, record.received) == ("5-10-2026", None)


@st.composite
def mutated(draw):
    data = bytearray((FILES / f"{draw(st.sampled_from(NAMES))}.csv").read_bytes()[: draw(st.integers(0, 3000))])
    for place, piece, cut in draw(st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=6), st.integers(0, 40)), max_size=8)):
        data[place : place + cut] = piece
    return bytes(data)


@given(mutated() | st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_whatever_the_bytes_only_a_sentence_is_raised(data):
    with contextlib.suppress(UserError):
        parsed = read(data)
        assert [record.row for record in parsed.records] == list(range(1, len(parsed.records) + 1))
        assert all(column in parsed.columns for column in parsed.mapping.values())
