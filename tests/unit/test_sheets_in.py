"""Spreadsheets and address cards as tables: what cells hold, which files are refused and how, and that none fills the memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from nmx_desk.domain.errors import UserError
from nmx_desk.exchange import vcards_read, web_forms_read, xlsx_read
from nmx_desk.exchange.web_forms import parse_file, read_export
from nmx_desk.reports.sheets import xlsx_bytes
from tests.sheets import book, number, packed, row, sheet, text, texts

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = row(text("Naam"), text("Telefoon"))


def cells(data: bytes) -> list[list[str]]:
    return xlsx_read.read_sheet(data).rows


def refused(data: bytes) -> str:
    with pytest.raises(UserError) as wrong:
        read_export(data)
    return wrong.value.message


# ---- cells


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", 612345678, "612345678"),
        ("0000000000", 612345678, "0612345678"),
        ("0#########", 612345678, "0612345678"),
        ('"0"#########', 612345678, "0612345678"),
        ("00 00 00 00 00", 612345678, "0612345678"),
        ("00-00000000;@", 612345678, "0612345678"),
        ('"+"00000000000', 31612345678, "+31612345678"),
        ("0.00", 12.5, "12.5"),
        ("0", "12.0", "12"),
        ("General", "6.12345678E8", "612345678"),
        ("General", "1.1000000000000001", "1.1"),
        ("General", "1E+300", "1E+300"),
        ("#,##0", 1234, "1234"),
        ("dd-mm-yyyy", 31697, "1986-10-12"),
        ("[$-413]d mmmm yyyy;@", 31697, "1986-10-12"),
        ("dd-mm-yyyy hh:mm", 46266.43125, "2026-09-01 10:21:00"),
        ("d/m/yy", 59, "1900-02-28"),
        ("d/m/yy", 61, "1900-03-01"),
        ("h:mm", 0.5, "12:00:00"),
        ("yyyy", 1e9, "1000000000"),
        ('"dag "0', 3, "3"),
        ("[Red]0", 3, "3"),
    ],
)
def test_numbers_as_their_cells_show_them(code, value, shown):
    assert cells(book({"a": sheet(row(number(value, 1)))}, formats=[code])) == [[shown]]


def test_days_counted_from_1904():
    assert cells(book({"a": sheet(row(number(30235, 1)))}, formats=["dd-mm-yyyy"], early=True)) == [["1986-10-12"]]


def test_kinds_of_cells():
    strings = "<si><t>Zoë</t></si><si><r><t>Jan </t></r><r><t>Kok</t></r><rPh><t>zzz</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>"
    line = row(
        '<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c t="s"><v>2</v></c>', '<c t="b"><v>1</v></c>', '<c t="e"><v>#N/A</v></c>',
        '<c t="str"><f>A1&amp;"x"</f><v>Zoëx</v></c>', "<c><f>1+1</f></c>", "<c><f>1+1</f><v>2</v></c>", '<c r="J1"><v>7</v></c>',
        '<c t="d"><v>1986-10-12</v></c>',
    )  # fmt: skip
    assert cells(book({"a": sheet(line)}, strings=strings)) == [
        ["Zoë", "Jan Kok", "a\rb_x0041_", "TRUE", "#N/A", "Zoëx", "", "2", "", "7", "1986-10-12"]
    ]


def test_a_formula_is_never_worked_out():
    data = book({"a": sheet(HEAD + row(text("Jan Kok"), '<c><f>HYPERLINK("http://example.org")</f></c>'))})
    assert read_export(data).rows == (("Jan Kok", ""),)


def test_the_first_sheet_with_rows_is_read_and_said():
    other = texts([["Naam"], ["Kim Bos"]])
    data = book({"Leeg": sheet(""), "Kop": sheet(HEAD), "Mensen": texts([["Naam", "Telefoon"], ["Jan Kok", "0612345678"]]), "Na": other})
    table = read_export(data)
    assert (table.encoding, table.rows) == ("xlsx", (("Jan Kok", "0612345678"),))
    assert table.notices == ("The file has several sheets; “Mensen” was read.",)
    assert read_export(book({"Een": sheet(HEAD)})).rows == ()


def test_blank_rows_and_cells_behind_the_header_do_not_count():
    many = "<row/>" * 5000 + row(text("Kim Bos"), *["<c/>"] * 2000) + row(text(""))
    table = read_export(book({"a": sheet(HEAD + row(text("Jan Kok")) + many)}))
    assert table.rows == (("Jan Kok", ""), ("Kim Bos", ""))
    assert all(not record.odd for record in parse_file(xlsx_bytes(["Naam", "Telefoon", "E-mail"], [["Jan Kok", "0612345678", ""]]),
                                                       today=date(2026, 10, 1)).records)  # fmt: skip


def test_a_sheet_reads_as_the_same_csv():
    columns = ["Naam", "Telefoon", "Geboortedatum", "Ontvangen op", "Vraag"]
    first = row(text("Zoë de Boer"), number(612345678, 1), number(31697, 2), number(46266.4166666667, 3), text("moe,\nen meer"))
    second = row(text("Kim"), text("06"), "<c/>", "<c/>", text("=1+1"))
    formats = ("0000000000", "dd-mm-yyyy", "d-m-yyyy h:mm")
    ours = parse_file(book({"a": sheet(row(*map(text, columns)) + first + second)}, formats=formats), today=date(2026, 10, 1))
    out = [";".join(columns), 'Zoë de Boer;0612345678;1986-10-12;2026-09-01 10:00:00;"moe,\nen meer"', "Kim;06;;;=1+1"]
    theirs = parse_file("\n".join(out).encode(), today=date(2026, 10, 1))
    assert ours.records == theirs.records
    assert ours.records[0].received == datetime.fromisoformat("2026-09-01 10:00")


def test_strict_names_and_odd_paths_are_understood():
    data = book({"a": texts([["Naam"], ["Jan Kok"]])})
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: source.read(name).replace(b"schemas.openxmlformats.org", b"purl.oclc.org") for name in source.namelist()}
    assert cells(packed({name.replace("/", "\\").upper(): part for name, part in parts.items()})) == [["Naam"], ["Jan Kok"]]


# ---- refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (OLE, "old Excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (packed({"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "(ods)"),
        (packed({"word/document.xml": "<a/>"}), "(zip)"),
        (packed({"xl/workbook.bin": b"\x01"}), "(xlsb)"),
        (book({"a": sheet(HEAD)})[:-200], "damaged"),
        (book({"a": sheet(HEAD)[:-20]}), "damaged"),
        (book({"a": sheet("")}), "empty"),
        (book({"a": sheet(row('<c t="s"><v>9</v></c>'))}), "damaged"),
        (book({"a": '<!DOCTYPE a [<!ENTITY b "bbbb">]>' + sheet(row(text("Naam")))}), "damaged"),
        (book({"a": sheet(row('<c r="ZZ1"><v>1</v></c>'))}), "columns"),
        (book({"a": sheet(row(text("x" * 140_000)))}), "too large"),
        (b"BEGIN:VCARD\nFN:Jan Kok\n", "not complete"),
        (b"BEGIN:VCARD\nFN:" + b"x" * 200_000 + b"\nEND:VCARD", "too large"),
    ],
)
def test_refused_with_what_to_do(data, sentence):
    assert sentence in refused(data)


def test_limits(monkeypatch):
    monkeypatch.setattr(xlsx_read, "MAX_CELLS", 5)
    assert "unpacks" in refused(book({"a": texts([["a", "b"]] * 4)}))
    monkeypatch.setattr(web_forms_read, "MAX_CELLS", 5)
    assert "more than 5 cells" in refused(b"a,b\n1,2\n1,2\n1,2\n")
    monkeypatch.setattr(vcards_read, "MAX_CARDS", 1)
    assert "more than 1 rows" in refused(b"BEGIN:VCARD\nFN:a\nEND:VCARD\n" * 2)
    monkeypatch.setattr(xlsx_read, "MAX_UNPACKED", 3000)
    assert "unpacks" in refused(book({"a": texts([["a" * 100]] * 100)}))


BOMBS = {
    "a million columns": lambda: book({"a": sheet(f"<row>{'<c><v>1</v></c>' * 1_000_000}</row>")}),
    "two million tags deep": lambda: book({"a": sheet(f"<row><c>{'<a>' * 2_000_000}")}),
    "a tag without end": lambda: book({"a": sheet(f'<row a="{"x" * 60_000_000}"/>')}),
    "ten million empty rows": lambda: book({"a": sheet("<row/>" * 10_000_000)}),
    "two hundred megabytes of rows": lambda: book({"a": sheet(row(text("x" * 50)) * 2_000_000)}),
    "many names": lambda: book({"a": sheet("".join(f"<a{n}/>" for n in range(3_000_000)))}),
    "four million texts": lambda: book({"a": sheet(HEAD)}, strings="<si><t>a</t></si>" * 4_000_000),
    "one text said over and over": lambda: book(
        {"a": sheet(row('<c t="s"><v>0</v></c>') * 500_000)}, strings=f"<si><t>{'x' * 30_000}</t></si>"
    ),
    "entities": lambda: book({"a": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>" + sheet(row("<c><v>&j;</v></c>"))}),
    "a csv of commas": lambda: b"Naam,Telefoon\n" + (b"a" + b"," * 400 + b"\n") * 60_000,
    "a csv of wide letters": lambda: b"Naam,Telefoon\n" + "😴".encode() * 6_000_000,
    "cards without an end": lambda: b"BEGIN:VCARD\n" + b"TEL:1\n" * 4_000_000,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_no_file_fills_the_memory(name, tmp_path):
    """Peak memory of a process of its own that reads the file."""
    path = tmp_path / "bom"
    path.write_bytes(BOMBS[name]())
    program = (
        "import sys; from pathlib import Path; from nmx_desk.domain.errors import UserError;"
        "from nmx_desk.exchange.web_forms import read_export; data = Path(sys.argv[1]).read_bytes()\n"
        "try: read_export(data); print('read')\n"
        "except UserError as error: print(error.message)\n"
        "print(next(line.split()[1] for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    said, peak = done.stdout.splitlines()
    assert said.endswith(".")
    assert int(peak) < 300_000  # kB


# ---- cards


def people(data: bytes):
    return parse_file(data, today=date(2026, 10, 1)).records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cards_in_any_encoding(encoding, end):
    card = end.join(["BEGIN:VCARD", "VERSION:3.0", "N:Müller;Zoë;;;", "TEL:0612345678", "END:VCARD", ""])
    (record,) = people(card.encode(encoding))
    assert (record.first_name, record.surname, record.phone) == ("Zoë", "Müller", "+31612345678")


@pytest.mark.parametrize("name", [b"x\0y", b"zlib", b"undefined", b"no-such", b"\xff", b""])
def test_a_charset_that_is_none_is_passed_over(name):
    (record,) = people(b"BEGIN:VCARD\nN;CHARSET=" + name + b":M\xc3\xbcller;Zo\xc3\xab;;;\nTEL:0612345678\nEND:VCARD\n")
    assert (record.first_name, record.surname) == ("Zoë", "Müller")


def test_cards_folded_quoted_grouped_and_nested():
    data = (
        b"begin:vcard\r\nversion:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;Zo=EB;van den;;\r\n"
        b"NOTE;ENCODING=QUOTED-PRINTABLE:een=0A=\r\ntwee\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:Ander\r\nTEL:0699999999\r\nEND:VCARD\r\n"
        b'item2.TEL;TYPE="cell,voice":06\r\n 12345678\r\nTEL;FAX:030 1234567\r\nEMAIL;TYPE=work:b@example.org\r\n'
        b"EMAIL;TYPE=home:a@example.org\r\nBDAY;VALUE=date:1986-10-12T00:00:00Z\r\nend:vcard\r\n"
    )
    (record,) = people(data)
    assert (record.first_name, record.prefix, record.surname) == ("Zoë", "van den", "Müller")
    assert (record.phone, record.phone2, record.email, record.birth_date) == ("+31612345678", "", "a@example.org", date(1986, 10, 12))
    assert record.raw["Opmerkingen"] == "een\ntwee"
    assert "Ander" in record.raw["vCard"]


def test_a_card_of_a_firm_and_a_birthday_without_a_year():
    cards = b"BEGIN:VCARD\nORG:Praktijk De Kade;Balie\nTEL:030 1234567\nEND:VCARD\nBEGIN:VCARD\nFN:Jan Kok\nBDAY:--1012\nEND:VCARD\n"
    firm, born = people(cards)
    assert firm.raw["Naam"] == "Praktijk De Kade Balie"
    assert (born.birth_date, born.unread) == (None, {"birth_date": "--1012"})
