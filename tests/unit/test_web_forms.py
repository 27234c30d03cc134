"""Website exports: the five files with their truth, generated people in all five layouts, and everything that is wrong with files."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nmx_desk.domain.errors import UserError
from nmx_desk.exchange import web_forms_read
from nmx_desk.exchange.web_forms import parse_file, read_columns

TODAY = date(2026, 10, 1)
FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
ALERT = (
    "(Security Alert: Suspicious content is detected. See "
    "https://contactform7.com/heads-up-about-spreadsheet-vulnerabilities for details.) "
)


def read(text: str | bytes, **more):
    return parse_file(text if isinstance(text, bytes) else text.encode(), today=TODAY, **more)


def one(text: str):
    (record,) = read(text).records
    return record


# ---- the five files


@pytest.mark.parametrize("name", ["gravity_forms", "elementor", "flamingo", "calendly", "excel_opgeslagen"])
def test_file_equals_its_truth(name):
    truth = json.loads((FILES / f"{name}.truth.json").read_text(encoding="utf-8"))
    parsed = read((FILES / f"{name}.csv").read_bytes())
    assert parsed.format == truth["format"]
    assert len(parsed.records) == truth["rows"]
    for record, person in zip(parsed.records, truth["people"], strict=True):
        for field in ("row", "first_name", "prefix", "surname", "phone", "email", "question"):
            assert getattr(record, field) == person[field]
        assert record.birth_date == (date.fromisoformat(person["birth_date"]) if truth.get("has_birth_date") else None)
        assert record.received == datetime.fromisoformat(person["received"])
        assert record.double_of == person["dup_of"]
        assert record.warnings == ()


# ---- generated people


@dataclass(frozen=True)
class Sent:
    first_name: str
    prefix: str
    surname: str
    digits: str
    email: str
    birth_date: date
    received: datetime
    question: str
    spelling: int

    @property
    def phone(self):
        return f"+316{self.digits}"

    @property
    def typed_phone(self):
        d = self.digits
        return [f"06{d}", f"+31 6 {d}", f"tel. 06 - {d[:4]} {d[4:]}", f"+31(0)6{d}", f"00316{d}", f"06 {d[:2]} {d[2:4]} {d[4:6]} {d[6:]}"][
            self.spelling % 6
        ]

    @property
    def typed_email(self):
        return self.email.upper() if self.spelling % 2 else self.email

    @property
    def typed_name(self):
        whole = " ".join(filter(None, (self.first_name, self.prefix, self.surname)))
        turned = f"{self.surname}, {self.first_name} {self.prefix}".strip()
        return [whole, turned, f"  {whole} ", whole.upper()][self.spelling % 4]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co")), max_size=40) | st.sampled_from(
    [
        '=HYPERLINK("http://example.org","klik")',
        "moe 😴😴 en\tgespannen",
        "a\nb;c,d|e",
        "“aan”",
        "{{7*7}} ${x} %s",
        "<img src=x> Jan <b",
        '""',
        "'",
    ]
)
PEOPLE = st.lists(
    st.builds(
        Sent,
        st.sampled_from(["Sanne", "Jan Willem", "Anne-Marie", "Renée", "Loïs", "Zoë", "IJsbrand", "Emre"]),
        st.sampled_from(["", "van", "van den", "van 't", "de", "'t", "op den", "El", "ter"]),
        st.sampled_from(["Jong", "Berg", "Veen", "Hart", "IJzerman", "Müller", "Çelik", "Nguyen", "Amrani"]),
        st.integers(0, 99_999_999).map("{:08}".format),
        st.integers(0, 99_999).map("naam{}@example.org".format),
        st.dates(date(1920, 1, 1), TODAY),
        st.datetimes(datetime.fromisoformat("2020-01-01 00:00"), datetime.fromisoformat("2026-09-30 00:00")).map(
            lambda t: t.replace(microsecond=0, second=0)
        ),
        CELL.map(str.strip),
        st.integers(0, 11),
    ),
    min_size=1,
    max_size=6,
    unique_by=(lambda p: p.digits, lambda p: p.email, lambda p: (p.birth_date, p.surname)),
)


def written(header, rows, delimiter=",", quoting=csv.QUOTE_MINIMAL, encoding="utf-8"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def gravity_forms(people):
    header = "Naam (Voornaam)|Naam (Tussenvoegsel)|Naam (Achternaam)|E-mailadres|Telefoonnummer|Geboortedatum|Waar kunnen we u mee helpen?|"
    header += "Entry Id|Entry Date|User IP|Payment Date|User Agent"
    rows = []
    for i, p in enumerate(people):
        rows.append([p.first_name, p.prefix, p.surname, p.typed_email, p.typed_phone, f"{p.birth_date:%d-%m-%Y}", p.question])
        rows[-1] += [i, p.received, "192.0.2.1", "", "Mozilla"]
    return written(header.split("|"), rows, quoting=csv.QUOTE_ALL)


def elementor(people):
    header = "Form Name (ID),Submission ID,Created At,User ID,User Agent,User IP,Referrer,Naam,E-mail,Telefoon,Uw vraag,Voorkeur"
    rows = [
        ["Advies (a1)", i, p.received, 0, "Mozilla", "192.0.2.1", "/", p.typed_name, p.typed_email, p.typed_phone, p.question, "ochtend"]
        for i, p in enumerate(people)
    ]
    return written(header.split(","), rows, encoding="utf-8-sig")


def flamingo(people):
    header = ["your-name", "your-email", "tel-1", "your-message", "Date"]
    cells = [[p.typed_name, p.typed_email, p.typed_phone, p.question, p.received.isoformat()] for p in people]
    rows = [[ALERT + cell if cell.startswith(("=", "+", "-", "@")) else cell for cell in row] for row in cells]
    return written(header, rows, quoting=csv.QUOTE_ALL)


def calendly(people):
    header = (
        "User Name,Invitee Name,Invitee First Name,Invitee Last Name,Invitee Email,Invitee accepted marketing emails,Text Reminder Number,"
    )
    header += "Event Type Name,Start Date & Time,Event Created Date & Time,Question 1,Response 1,Invitee UUID"
    rows = []
    for i, p in enumerate(people):
        last = f"{p.prefix} {p.surname}".strip()
        created = f"{p.received:%Y-%m-%d %I:%M %p}"
        rows.append(
            ["Praktijk", f"{p.first_name} {last}", p.first_name, last, p.typed_email, "No", p.phone, "Advies", "2027-01-01 01:00 PM"]
        )
        rows[-1] += [created, "Waarmee kunnen we helpen?", p.question, f"inv{i}"]
    return written(header.split(","), rows)


def generic(people):
    header = "Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;Telefoon;E-mailadres;Klachten;Voorkeursdag;Aangevraagd op"
    rows = []
    for p in people:
        born = f"{p.birth_date.day}-{p.birth_date.month}-{p.birth_date.year}"
        rows.append([p.first_name, p.prefix, p.surname, born, p.typed_phone, p.typed_email, p.question, "", f"{p.received:%d-%m-%Y %H:%M}"])
    return written(header.split(";"), rows, delimiter=";", encoding="cp1252")


def _also_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


LAYOUTS = [gravity_forms, elementor, flamingo, calendly, generic]


@pytest.mark.parametrize("layout", LAYOUTS)
@given(people=PEOPLE, repeats=st.lists(st.integers(0, 5), max_size=3))
def test_people_come_back_from_every_layout(layout, people, repeats):
    sent = people + [replace(people[i], spelling=i + 1, question="nog eens") for i in repeats if i < len(people)]
    if layout is generic:  # a spreadsheet writes what Windows-1252 has
        # … and words have letters with accents, not signs: those alone do not tell Windows-1252 from older encodings
        sent = [replace(p, question="".join(c for c in p.question if c < "\x7f" or c in "“”’€éëïöüáóíçÇ").strip()) for p in sent]
        assume(layout(sent).isascii() or not _also_utf8(layout(sent)))  # nobody could tell which it is
    parsed = read(layout(sent))
    assert parsed.format == layout.__name__
    assert len(parsed.records) == len(sent)
    for i, (record, p) in enumerate(zip(parsed.records, sent, strict=True)):
        assert (record.first_name, record.prefix, record.surname) == (p.first_name, p.prefix, p.surname)
        assert (record.phone, record.email, record.received) == (p.phone, p.email, p.received)
        assert record.question == p.question
        assert record.birth_date == (p.birth_date if layout in (gravity_forms, generic) else None)
        first = next(j for j, other in enumerate(sent) if other.email == p.email)
        assert record.double_of == (None if first == i else first + 1)
        assert set(record.warnings) <= {"The text is garbled: letters were damaged before the export."}
    if layout in (gravity_forms, elementor, calendly):
        assert len({record.external_key for record in parsed.records}) == len(sent)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(people=PEOPLE)
def test_two_people_who_share_a_phone_are_two(layout, people):
    assume(len({p.birth_date for p in people}) == len(people) > 1)
    sent = [replace(p, digits=people[0].digits, first_name=f"{p.first_name} {'ABCDEF'[i]}ne", question="") for i, p in enumerate(people)]
    assert [record.double_of for record in read(layout(sent)).records] == [None] * len(sent)


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.text('Naam,;"\n\r\t@0é', max_size=200).map(lambda t: b"Naam,Tel\n" + t.encode())
)
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    try:
        records, message = read(data).records, "."
    except UserError as error:
        records, message = (), error.message
    assert message.endswith(".")
    assert [record.row for record in records] == list(range(1, len(records) + 1))


# ---- single cells and columns

HEAD = "Naam,Telefoon,E-mail,Geboortedatum,Vraag\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_line_ends(encoding, delimiter, end):
    text = end.join([HEAD.strip(), "Zoë Müller,0612345678,zoe@example.org,1-2-1980,moe"]).replace(",", delimiter)
    parsed = read(text.encode(encoding))
    record = parsed.records[0]
    assert parsed.delimiter == delimiter
    assert (record.first_name, record.surname, record.phone, record.question) == ("Zoë", "Müller", "+31612345678", "moe")


def test_spreadsheet_marks_blank_lines_and_raw_cells():
    parsed = read("sep=;\r\nNaam;Telefoon;Iets\r\n;;\r\n\r\n  Jan Kok ;0612345678; x \r\n;;\r\n")
    assert parsed.delimiter == ";"
    assert [dict(record.raw) for record in parsed.records] == [{"Naam": "  Jan Kok ", "Telefoon": "0612345678", "Iets": " x "}]
    assert parsed.records[0].row == 1


def test_columns_the_user_chooses():
    text = "wie,waarop\n#,-\n"
    with pytest.raises(UserError, match="None of the columns"):
        read(text)
    assert read_columns(text.encode()) == ("wie", "waarop")
    text = "wie,waarop\nJan de Boer,0612345678\n"
    assert dict(read(text).mapping) == {"full_name": "wie", "phone": "waarop"}
    record = read(text, mapping={"full_name": "wie", "phone": "waarop"}).records[0]
    assert (record.surname, record.phone) == ("Boer", "+31612345678")
    with pytest.raises(UserError, match="“nope”"):
        read(text, mapping={"phone": "nope"})
    assert "phone" not in read("Naam,Telefoon\nJan Kok,06\n", mapping={"phone": ""}).mapping


def test_english_columns():
    header = "First Name,Last Name,E-mail Address,Phone,Date of Birth,Message,Submitted at"
    record = one(header + "\nJAN,VAN DIJK,J@EXAMPLE.ORG,0612345678,1980-02-01,x,2026-01-02")

    assert (record.first_name, record.prefix, record.surname) == ("Jan", "van", "Dijk")
    assert record.birth_date == date(1980, 2, 1)
    assert record.received == datetime.fromisoformat("2026-01-02 00:00")


def test_calendly_without_separate_names_asking_for_phone_and_birth_date():
    header = "Invitee Name,Invitee First Name,Invitee Last Name,Invitee Email,Text Reminder Number,Event Created Date & Time,"
    header += "Question 1,Response 1,Question 2,Response 2,Question 3,Response 3,Invitee UUID\n"
    record = one(header + "Jan van Dijk,,,j@example.org,,2026-01-02 12:05 AM,Telefoon,0612345678,Geboortedatum,1-2-1980,Uw vraag,moe,u1\n")
    assert (record.first_name, record.prefix, record.surname) == ("Jan", "van", "Dijk")
    assert (record.phone, record.birth_date, record.question) == ("+31612345678", date(1980, 2, 1), "moe")
    assert (record.received, record.external_key) == (datetime.fromisoformat("2026-01-02 00:05"), "calendly:u1")


def test_external_keys_are_those_of_the_builder_or_of_the_row():
    assert one("Entry Id,Entry Date,Naam,E-mail\n500,2026-01-01 10:00:00,Jan Kok,j@example.org\n").external_key == "gravity_forms:500"
    row = "Jan Kok,0612345678,,,moe"
    keys = [record.external_key for record in read(f"{HEAD}{row}\n{row}\n{row}!\n").records]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] == read((HEAD + row).replace(",", ";").encode("utf-16")).records[0].external_key


@pytest.mark.parametrize(
    ("row", "warnings"),
    [
        ("Jan Kok,0612345678,,,", []),
        ("Jan Kok,0612345678", ["fewer cells"]),
        ("Jan Kok,0612345678,,,,x,y", ["more cells"]),
        ("Jan Kok,0612345678,,31-02-1980,", ["does not exist"]),
        ("Jan Kok,0612345678,,1-1-2030,", ["in the future"]),
        ("Jan Kok,0612345678,,1-1-1880,", ["120 years"]),
        ("Jan Kok,6E8,jan@,,", ["phone number cannot", "e-mail address cannot", "to reach"]),
        (",0612345678,,,", ["name is missing"]),
        ("Sanne,0612345678,,,", ["surname is missing"]),
        ("=1+1 Kok,0612345678,,,", ["formula"]),
        ("<b>Jan</b> Kok,0612345678,,,", ["formula"]),
        ("J4n Kok,0612345678,,,", ["unusual"]),
        ("Jan MÃ¼ller,0612345678,,,", ["garbled"]),
        (f"Jan {'k' * 90},0612345678,,,", ["cut off after 80"]),
        (f"Jan Kok,0612345678,,,{'k' * 2001}", ["cut off after 2000"]),
    ],
)
def test_odd_rows_are_kept_and_say_why(row, warnings):
    record = one(HEAD + row)
    assert len(record.warnings) == len(warnings)
    assert all(part in warning for part, warning in zip(warnings, record.warnings, strict=True))
    assert record.odd == bool(warnings)
    assert ",".join(record.raw.values()) == row


def test_hostile_names_stay_text():
    assert one(HEAD + '"=HYPERLINK(""a"",""b"")",0612345678,,,').first_name == '=HYPERLINK("a","b")'
    assert one(HEAD + "Jan\x07 \u202eKok,0612345678,,,").surname == "Kok"


# ---- files that are refused


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"PK\x03\x04....", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", "not a CSV file"),
        (b"Naam,Tel\nJan\x00,06\n", "not a CSV file"),
        (HEAD.encode("utf-16")[:-1], "damaged"),
        (b"Jan de Vries,0612345678,jan@example.org\n", "no column names"),
        (b'Naam,Vraag\nJan Kok,ja\nJan Smit,"moe\nen meer\n', "line 3"),
        (",".join(f"kolom{i}" for i in range(1_000_000)).encode(), "columns"),
        ((HEAD + "x" * 200_000).encode(), "too large"),
        (b"a,b\n1,2\n", "None of the columns"),
    ],
)
def test_refused(data, sentence):
    with pytest.raises(UserError, match=sentence):
        read(data)


def test_limits(monkeypatch):
    monkeypatch.setattr(web_forms_read, "MAX_ROWS", 2)
    assert len(read(HEAD + "Jan Kok\n" * 2).records) == 2
    with pytest.raises(UserError, match="more than 2 rows"):
        read(HEAD + "Jan Kok\n" * 3)
    monkeypatch.setattr(web_forms_read, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="larger than"):
        read(HEAD)


@pytest.mark.parametrize("filling", [" ", "@", "x@.", "1", "(", "van ", "<", "a,", "06-"])
def test_giant_cells_do_not_hang(filling):
    start = time.perf_counter()
    cell = '"' + filling * (120_000 // len(filling)) + '"'
    read(f"{HEAD}Jan,{cell},{cell},{cell},{cell}\n{cell},,,,\n")
    with contextlib.suppress(UserError):
        read(cell + "x\n")
    assert time.perf_counter() - start < 5


def test_header_without_rows_is_an_empty_export():
    assert read(HEAD).records == ()


def test_damaged_letters_are_never_silent():
    few = read((HEAD + "Zoë Müller,0612345678,,,\n").encode() + b"Jan K\xf6k,0612345678,,,\n")
    assert few.encoding == "utf-8"
    assert few.notices
    assert [record.odd for record in few.records] == [False, True]
    old = read((HEAD + "Zoë Müller,0612345678,,,\n").encode("cp1252"))
    assert old.encoding == "cp1252"
    assert old.notices
    assert read((HEAD + "Zoë Müller,0612345678,,,\n").encode("cp437") + b"J\xd8n\xb0 K\xdbk,0612345678,,,\n").records[1].odd


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "iso8859-15", "utf-32"])
def test_old_encodings(encoding):
    quote = "'" if encoding in {"cp850", "iso8859-15"} else "’"
    text = f"{HEAD}Zoë Müller,0612345678,,,één\nRenée Çelik,0687654321,,,{quote}s nachts\n"
    parsed = read(text.encode(encoding))
    assert [record.surname for record in parsed.records] == ["Müller", "Çelik"]
    assert (parsed.records[0].question, bool(parsed.notices)) == ("één", encoding != "utf-32")


def test_lines_above_the_column_names():
    parsed = read("Export aanvragen; september\n\nNaam;Telefoon;Vraag\nJan Kok;0612345678;moe, en meer\n")
    assert [(record.row, record.surname, record.question) for record in parsed.records] == [(1, "Kok", "moe, en meer")]
    assert "above" in parsed.notices[0]


def test_progress_is_told_and_may_stop_the_work():
    seen = []
    read(HEAD + "Jan Kok,0612345678,,,\n" * 1200, progress=lambda done, rows: seen.append((done, rows)))
    assert seen == [(0, 1200), (500, 1200), (1000, 1200)]
