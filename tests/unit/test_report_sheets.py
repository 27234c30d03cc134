"""A report as XLSX: what a spreadsheet reads in it, and where it says it comes from."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.dom.minidom import parseString

import pytest

from nmx_desk import i18n
from nmx_desk.exchange.xlsx_read import read_sheet
from nmx_desk.reports.sheets import About, Sheet, sheet_bytes, xlsx_bytes
from tests.unit.test_reports_prints import context

ABOUT = About(title="Cijfers", first=date(2026, 9, 1), last=date(2026, 9, 30))


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        return {name: book.read(name).decode() for name in book.namelist()}


def book(*sheets):
    return parts(sheet_bytes(context(), ABOUT, sheets, "xlsx"))


def cells(xml):
    return re.findall(r"<c[^>]*/>|<c.*?</c>", xml)


def test_every_part_is_well_formed_and_named_in_the_contents():
    made = book(Sheet(("a",), ((1,),), title="Eén & twee"), Sheet(("b",), (), title="Eén & twee"))
    for name, text in made.items():
        parseString(text)
        if "/sheet" in name:
            assert f'PartName="/{name}"' in made["[Content_Types].xml"]
            assert name.removeprefix("xl/") in made["xl/_rels/workbook.xml.rels"]
    assert 'name="Eén &amp; twee"' in made["xl/workbook.xml"] and 'name="Eén &amp; twee 2"' in made["xl/workbook.xml"]


def test_numbers_are_numbers_days_are_days_and_text_is_text():
    evening = datetime(2026, 9, 14, 18, tzinfo=UTC).replace(tzinfo=None)
    row = (3, 2.5, Decimal("1.25"), date(2026, 9, 14), evening, "=1+1", "0612345678", True, None)
    found = cells(book(Sheet(tuple("abcdefghi"), (row,)))["xl/worksheets/sheet1.xml"])[9:]
    assert found[:3] == ["<c><v>3</v></c>", "<c><v>2.5</v></c>", "<c><v>1.25</v></c>"]
    assert found[3] == '<c s="1"><v>46279</v></c>' and found[4] == '<c s="3"><v>46279.750000000</v></c>'
    assert found[5] == '<c t="inlineStr"><is><t>=1+1</t></is></c>' and "<f>" not in "".join(found)
    assert "0612345678" in found[6] and 't="inlineStr"' in found[6] and 't="inlineStr"' in found[7] and found[8] == "<c/>"
    again = read_sheet(xlsx_bytes(["dag"], [[date(2026, 9, 14)], ["=1+1"]])).rows
    assert [list(line) for line in again] == [["dag"], ["2026-09-14"], ["=1+1"]]


def test_the_header_stays_in_sight_and_is_bold():
    made = book(Sheet(("Naam",), (("Sanne",),)))["xl/worksheets/sheet1.xml"]
    assert 'ySplit="1"' in made and 'state="frozen"' in made
    assert '<c s="2" t="inlineStr"><is><t>Naam</t></is></c>' in made


@pytest.mark.parametrize("title", ["", "a" * 40, "x/y:z[1]*?", "'quoted'"])
def test_a_sheet_has_a_name_that_a_spreadsheet_takes(title):
    name = re.findall(r'<sheet name="([^"]*)"', book(Sheet(("a",), (), title=title))["xl/workbook.xml"])[0]
    assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'")


def test_the_last_sheet_says_where_it_comes_from():
    ctx = context()
    made = parts(sheet_bytes(ctx, ABOUT, (Sheet(("a",), (), definitions="7"),), "xlsx"))["xl/worksheets/sheet2.xml"]
    for part in ("eptember 2026", "46266", "46295", ctx.report_no, ctx.log_root, ctx.user_name, ctx.clinic_name, f"<v>{ctx.log_size}</v>"):
        assert part in made
    assert ">7<" in made


def test_csv_holds_the_first_table_with_moments_to_the_minute():
    i18n.use("nl")
    rows = ((datetime(2026, 9, 14, 9, 5, 30, tzinfo=UTC).replace(tzinfo=None), 1.5),)
    made = sheet_bytes(context(), ABOUT, (Sheet(("a", "b"), rows), Sheet(("c",), ())), "csv")
    assert made.decode("utf-8-sig") == "a;b\r\n2026-09-14 09:05;1,5\r\n"
