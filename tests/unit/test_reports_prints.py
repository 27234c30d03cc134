"""Every print, in both languages, with friendly and with hostile text."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pikepdf
import pypdfium2
import pytest
from reportlab.platypus import Spacer

from nmx_desk.domain.errors import Cancelled
from nmx_desk.domain.kpi import AppointmentFact, CallFact, End, Facts, Kind, OpeningHours, Period, RequestFact, month_figures
from nmx_desk.domain.plans import ItemStatus, Pillar, PlanItem, PlanPhase, PlanVersion, Responsible
from nmx_desk.reports import access, certificate, formats, month, paper, plan, reception, tables, week
from nmx_desk.reports.records import (
    AccessPrint,
    AccessRow,
    AnchorRow,
    CallBackPrint,
    CallBackRow,
    CertificatePrint,
    ConfirmationPrint,
    DayPrint,
    DayRow,
    Outcome,
    PlanPrint,
    PrintContext,
    SignerRow,
    WeekDay,
    WeekPrint,
)
from tests.prints import page_texts, qr_codes

ROOT = "3fa95c01b7d2e8846f1a09c3d5e7b2a4c6f8091b2d3e4f5a6b7c8d9e0f1a2b3c"
NOW = datetime(2026, 12, 3, 13, 30, tzinfo=UTC)


def context(language: str = "nl", *, clinic: str = "Praktijk Voorbeeld", user: str = "manager") -> PrintContext:
    return PrintContext(
        clinic_name=clinic,
        clinic_address="Voorbeeldlaan 1, 1234 AB Voorbeeldstad",
        user_name=user,
        generated_at=NOW,
        language=language,
        demo=True,
        log_size=12408,
        log_root=ROOT,
        report_no="R-2026-0042",
        log_database="0b0f2f6c-5c43-4e52-8b4c-b0f7a1b1c2d3",
    )


def figures():
    hours = OpeningHours({d: ((time(9), time(17)),) for d in range(5)})
    requests, calls, rows = [], [], []
    for i in range(90):
        at = datetime(2026, 11, 1, 20, tzinfo=UTC) + timedelta(hours=7.9 * i)
        key = f"r{i}"
        tried = at + timedelta(hours=15) if i % 12 else None
        requests.append(RequestFact(id=key, received_at=at, valid=i % 15 != 3, first_attempt_at=tried, spoken_at=tried if i % 6 else None))
        if i % 5 and tried:
            end = (End.COMPLETED, End.COMPLETED, End.COMPLETED, End.NO_SHOW, End.CANCELLED_LATE)[i % 7 % 5]
            start = at + timedelta(days=4)
            rows.append(
                AppointmentFact(
                    id=f"a{i}", kind=Kind.ADVICE_CALL, start=start, booked_at=tried, end=end, request_id=key, illness=i % 14 == 4
                )
            )
            if end is End.COMPLETED:
                calls.append(CallFact(request_id=key, held_at=start, red_flags_complete=i != 8, referred_to_gp=i % 11 == 2))
                if i % 2:
                    rows.append(
                        AppointmentFact(id=f"i{i}", kind=Kind.INTAKE, start=start + timedelta(days=9), booked_at=start, request_id=key)
                    )
    facts = Facts(requests=tuple(requests), calls=tuple(calls), appointments=tuple(rows), cut_off=NOW, hours=hours)
    return month_figures(facts, Period(date(2026, 11, 1), date(2026, 11, 30)))


def a_plan(text: str, name: str = "Zoë van ’t Hoff") -> PlanPrint:
    phases = (
        PlanPhase(id="p1", position=1, name="Triggers verminderen", weeks=4, goal="Minder prikkels voor de darm " + text),
        PlanPhase(id="p2", position=2, name="Darmbarrière ondersteunen", weeks=8, goal="Rustiger darmen"),
        PlanPhase(id="p3", position=3, name="Immuunsysteem reguleren", weeks=12, goal="Meer veerkracht"),
    )
    items = (
        PlanItem(
            phase_id="p1",
            text="Elke dag drie porties groente " + text,
            status=ItemStatus.ACTIVE,
            frequency="3 × per dag",
            evaluate_on=date(2027, 1, 4),
        ),
        PlanItem(
            phase_id="p1",
            pillar=Pillar.SUPPLEMENT,
            text="Vitamine D₃",
            dose="12.5",
            dose_unit="µg",
            frequency="1 × per dag",
            timing="bij het ontbijt",
            status=ItemStatus.ACTIVE,
            responsible=Responsible.CLIENT,
            evaluate_on=date(2027, 1, 4),
        ),
        PlanItem(
            phase_id="p1",
            pillar=Pillar.SLEEP,
            text="Voor half elf naar bed",
            status=ItemStatus.ACTIVE,
            frequency="5 dagen per week",
            evaluate_on=date(2027, 1, 4),
        ),
        PlanItem(
            phase_id="p1",
            pillar=Pillar.STRESS,
            text="Gesprek over werkdruk",
            status=ItemStatus.ACTIVE,
            responsible=Responsible.PRACTITIONER,
        ),
        PlanItem(phase_id="p1", text="GESTOPT-ONDERDEEL", status=ItemStatus.STOPPED),
        PlanItem(phase_id="p2", text="GEPLAND-ONDERDEEL", status=ItemStatus.PLANNED),
    )
    return PlanPrint(
        client_name=name,
        client_no="C-000123",
        birth_date=date(1985, 3, 14),
        practitioner="Behandelaar A. Demo",
        version=PlanVersion(number=2, valid_from=date(2026, 12, 7), agreed_on=date(2026, 12, 3)),
        phases=phases,
        items=items,
        outcomes=(Outcome("Rust", 3, 5), Outcome("Energie", 4, 4), Outcome("Weerstand", None, 0)),
        contacts=(date(2027, 1, 4),),
    )


def a_certificate(text: str = "", *, bad: bool = False) -> CertificatePrint:
    found = ((812, "Regel 812: de waarde van “adres” is veranderd. " + text), (None, "Een bewaking ontbreekt. " + text)) if bad else ()
    signers = [
        SignerRow(
            name=f"Behandelaar {n}. Demo " + text, key="9c2f" * 16, epoch=1, attested="B. Demo", heads=n, first=NOW, last=NOW, ended=n == 2
        )
        for n in range(7)
    ]
    signers.append(SignerRow(name="Nog niet begonnen", key="9c2f" * 16, epoch=2, attested="–", heads=0, first=None, last=None))
    anchors = [AnchorRow(name=f"praktijk-2026-11-{n:02}.nmxbackup" + text, size=400 * n, root=ROOT, holds=n != 3) for n in range(1, 9)]
    return CertificatePrint(
        database_id="0b0f2f6c-5c43-4e52-8b4c-b0f7a1b1c2d3",
        size=12408,
        root=ROOT,
        first_at=NOW - timedelta(days=200),
        last_at=NOW,
        verified_at=NOW,
        verified_by="manager",
        values=48211,
        heads=3107,
        records=9123,
        signers=tuple(signers),
        anchors=tuple(anchors) if bad else (),
        findings=found,
        notices=("Het ankerbestand van dit werkstation ontbreekt. " + text,) if bad else (),
    )


def an_access_log(text: str = "", n: int = 60, name: str = "Zoë van ’t Hoff (C-000123)") -> AccessPrint:
    rows = tuple(
        AccessRow(
            seq=20_000 + i,
            at=NOW + timedelta(minutes=7 * i),
            who="Behandelaar A. Demo",
            role="Behandelaar",
            sentence=f"bekeek het dossier van Zoë van ’t Hoff {text}",
            reason="Waarneming voor een collega" if i % 9 == 4 else "",
            break_glass=i % 9 == 4,
        )
        for i in range(n)
    )
    return AccessPrint(subject=name, first=date(2026, 12, 1), last=date(2026, 12, 3), rows=rows)


def a_day(text: str = "", name: str = "Anna de Vries") -> DayPrint:
    rows = tuple(
        DayRow(
            start=NOW.replace(hour=8) + timedelta(minutes=20 * i),
            end=NOW.replace(hour=8) + timedelta(minutes=20 * i + 15),
            client=name,
            client_no=f"C-0001{i:02}",
            phone="06-00 12 34 56",
            type_name=("Adviesgesprek", "Intakeconsult", "Vervolgconsult")[i % 3],
            practitioner="Behandelaar A. Demo",
            room="Kamer 2" if i % 2 else "",
            status="Bevestigd",
            call_instruction=("Niet op het werk bellen. " if i % 4 == 1 else "") + text,
        )
        for i in range(14)
    )
    return DayPrint(day=date(2026, 12, 3), rows=rows)


def some_calls(text: str = "", name: str = "Meryem Yılmaz") -> CallBackPrint:
    rows = tuple(
        CallBackRow(
            received_at=NOW - timedelta(hours=19 * i + 1),
            name=name,
            phone="06-00 98 76 54",
            attempts=i % 3,
            last_result="Voicemail ingesproken" if i % 3 else "",
            next_at=NOW + timedelta(hours=i) if i % 3 else None,
            owner="receptie",
            call_instruction="Geen voicemail inspreken. " + text if i % 5 == 2 else text,
        )
        for i in range(9)
    )
    return CallBackPrint(rows=rows)


def a_letter(text: str = "", name: str = "Anna de Vries") -> ConfirmationPrint:
    return ConfirmationPrint(
        name=name,
        address=("Voorbeeldlaan 12", "1234 AB Voorbeeldstad"),
        start=datetime(2026, 12, 14, 9, 0, tzinfo=UTC),
        end=datetime(2026, 12, 14, 10, 30, tzinfo=UTC),
        type_name="Intakeconsult " + text,
        practitioner="Behandelaar A. Demo",
        place="Voorbeeldlaan 1, Voorbeeldstad",
        cancel_hours=24,
        bring=("Lijst van medicijnen en supplementen", "Eerdere uitslagen"),
        price_cents=17000,
        clinic_phone="030-000 00 00",
    )


def a_week(text: str = "", name: str = "Zoë van ’t Hoff") -> WeekPrint:
    """Monday 30 November: hours in the morning, two at once and one late; a Tuesday on which the clinic is closed."""
    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
    (row, *_more) = a_day(text, name).rows
    at = [(0, 60), (30, 45), (60, 120), (600, 630)]
    rows = tuple(replace(row, start=monday + timedelta(minutes=a), end=monday + timedelta(minutes=b), room="Kamer 1") for a, b in at)
    days = [WeekDay(day=date(2026, 11, 30), open=((monday, monday + timedelta(hours=4)),), rows=rows)]
    days.append(WeekDay(day=date(2026, 12, 1), closed="Studiedag"))
    days += [WeekDay(day=date(2026, 12, n)) for n in range(2, 7)]
    return WeekPrint(practitioner=name, days=tuple(days))


PRINTS: dict[str, Callable[[PrintContext, str, str], bytes]] = {
    "month": lambda c, text, _name: month.month_report(c, figures(), filter_text=text or "bron: website"),
    "plan": lambda c, text, name: plan.plan_report(c, a_plan(text, name)),
    "certificate": lambda c, text, _name: certificate.certificate(c, a_certificate(text, bad=bool(text))),
    "access": lambda c, text, name: access.access_log(c, an_access_log(text, name=name)),
    "day": lambda c, text, name: reception.day_list(c, a_day(text, name)),
    "calls": lambda c, text, name: reception.call_back_list(c, some_calls(text, name)),
    "letter": lambda c, text, name: reception.appointment_confirmation(c, a_letter(text, name)),
    "week": lambda c, text, name: week.week_sheet(c, a_week(text, name)),
}
HOSTILE = {
    "half a tag": "Jan <b",
    "image": '<img src="file:///etc/hostname" width="10"/>',
    "image markup": "<para><img src='/etc/passwd'/></para>",
    "entity": "&amp; &#x41; &unknown; &",
    "template": "{{7*7}} {0} {n} %s %(x)s",
    "link": '<a href="file:///etc/passwd">x</a> <onDraw name="x"/>',
    "long word": "W" * 10_000,
    "right to left": "שלום \u202egnirts\u202c مرحبا",
    "emoji": "ok 👩‍⚕️🙂 done",
    "control": "a\x00b\x07c\x1bd\x7fe\ufffe\ud800f",
    "lines": "one\r\ntwo\u2028three\rfour\tfive",
    "combining": "e\u0301 Nguyễn Ĳ ŉ " + "a" + "\u0301" * 50,
}


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PRINTS)
def test_every_print_says_what_it_is(name, language):
    text = text_of(PRINTS[name](context(language), "", "Zoë van ’t Hoff"))
    assert "Praktijk Voorbeeld" in text
    assert "R-2026-0042" in text
    assert ROOT[:20] in text
    assert "ISO 9001:2015" in text
    assert "DEMO" in text
    assert ("gecontroleerd document" if language == "nl" else "controlled document") in text
    assert ("Pagina 1 van" if language == "nl" else "Page 1 of") in text


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", PRINTS)
def test_hostile_text_is_printed_as_text(name, kind):
    bad = HOSTILE[kind]
    clinic, user = "Praktijk " + bad[:60], "receptie " + bad[:60]
    data = PRINTS[name](context(clinic=clinic, user=user), bad, "Jansen " + bad)
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            assert not page.get_images()
            assert "/Annots" not in page
            assert b"/etc/" not in bytes(page.obj.get("/Metadata", b""))
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    text = squeezed(text_of(data))
    if kind in {"half a tag", "image", "entity", "template", "image markup", "link"}:
        assert squeezed(bad)[:20] in text or squeezed(bad)[:12] in text
    if kind == "emoji":
        assert "ok□□□done" in text


@pytest.mark.parametrize("name", PRINTS)
def test_fonts_are_embedded_and_language_is_set(name):
    with pikepdf.open(io.BytesIO(PRINTS[name](context("en"), "", "Jan"))) as document:
        assert document.Root.Lang == "en-GB"
        fonts = {str(o.BaseFont): o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"}
        assert any("SemiBold" in f for f in fonts)
        assert any("Inter-Regular" in f for f in fonts)
        assert all("/FontFile2" in f.FontDescriptor for f in fonts.values())


@pytest.mark.parametrize("name", PRINTS)
def test_the_same_input_gives_the_same_bytes(name):
    assert PRINTS[name](context(), "", "Jan") == PRINTS[name](context(), "", "Jan")


def test_only_active_items_are_printed():
    text = text_of(plan.plan_report(context(), a_plan("")))
    assert "12,5 µg" in text
    assert "Vitamine D₃" in text
    assert "huisarts of apotheker" in text
    assert "week 5 tot en met 12" in text
    assert "GESTOPT" not in text
    assert "GEPLAND" not in text
    assert "niet gemeten" in text


def test_a_week_is_landscape_and_shows_who_comes_beside_whom():
    data = week.week_sheet(context(), a_week())
    with pikepdf.open(io.BytesIO(data)) as document:
        left, low, right, high = (float(side) for side in document.pages[0].mediabox)
    assert right - left > high - low
    text = text_of(data)
    assert "week 49 van 2026" in text and "Studiedag" in text and "maandag 30 november" in text
    assert "zondag" not in text.lower()  # nobody works and nobody comes
    lanes = [(lane, lanes) for _row, lane, lanes in week.lanes_of(a_week().days[0].rows)]
    assert lanes == [(0, 2), (1, 2), (0, 1), (0, 1)]


def test_no_print_promises_a_cure():
    for print_ in PRINTS.values():
        for language in ("nl", "en"):
            text = text_of(print_(context(language), "", "Jan")).lower()
            assert not re.search(r"genez|genees|ontgift|diagnos|\bcure|detox|\bheal\b|patiënt", text)


def test_findings_are_named():
    text = text_of(certificate.certificate(context("en"), a_certificate(bad=True)))
    assert "Not intact: 2 findings" in text
    assert "Regel 812: de waarde van “adres” is veranderd." in text
    assert "Een bewaking ontbreekt." in text
    assert text.count("does not fit") == 1
    assert ROOT in squeezed(text)


def test_long_table_has_every_row_once_and_a_header_on_each_page():
    log = an_access_log(n=700)
    data = access.access_log(context(), log)
    text = text_of(data)
    numbers = re.findall(r"^(20\.\d{3})\b", text, re.MULTILINE)
    assert [int(x.replace(".", "")) for x in numbers] == [r.seq for r in log.rows]
    assert len(re.findall("Wanneer", text)) == pages(data)
    assert f"Pagina {pages(data)} van {pages(data)}" in text


def test_a_print_can_be_stopped():
    asked = []

    def progress(done: int, total: int) -> bool:
        asked.append((done, total))
        return len(asked) < 3

    with pytest.raises(Cancelled):
        access.access_log(context(), an_access_log(n=700), progress=progress)
    assert len(asked) == 3


def test_empty_prints_say_so():
    nothing = replace(an_access_log(), rows=(), subject="")
    assert "Niemand heeft" in text_of(access.access_log(context(), nothing))
    assert "geen afspraken" in text_of(reception.day_list(context(), replace(a_day(), rows=())))
    assert "Niemand wacht" in text_of(reception.call_back_list(context(), CallBackPrint(rows=())))
    hours = OpeningHours({})
    empty = month_figures(
        Facts(requests=(), calls=(), appointments=(), cut_off=NOW, hours=hours), Period(date(2026, 1, 1), date(2026, 12, 31))
    )
    assert "n.v.t." in text_of(month.month_report(context(), empty))


def test_records_do_not_import_reportlab():
    code = "import sys, nmx_desk.reports.records, nmx_desk.reports.formats; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_anchor_text_is_short_and_plain():
    text = paper.anchor_text(replace(context(), log_database="0b0f2f6c;\n<x>", log_root=ROOT + "00 <b"))
    assert text == f"NMX:0B0F2F6C:12408:{ROOT.upper()}"


@pytest.mark.parametrize("name", PRINTS)
def test_the_code_in_the_footer_of_every_page_can_be_read(name):
    codes = qr_codes(PRINTS[name](context(), "", "Zoë van ’t Hoff"))
    assert {code for page in codes for code in page} == {f"NMX:0B0F2F6C-5C43-4E52-8B4C-B0F7A1B1C2D3:12408:{ROOT.upper()}"}
    assert all(codes)


def test_wrapped_cells_keep_every_character():
    paper.fonts()
    text = "Een zin met een " + "heel" * 40 + " lang woord en nog iets"
    lines = tables.wrap(text, paper.REGULAR, 90).split("\n")
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(tables._width(line, paper.REGULAR) <= 90 for line in lines)


class TestCsv:
    def test_dutch_spreadsheet(self):
        data = formats.csv_bytes(["Naam", "Waarde"], [["Zoë; x", 1.5], ['zei "ja"\nnee', -3], [None, date(2026, 12, 3)]])
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.decode("utf-8-sig") == 'Naam;Waarde\r\n"Zoë; x";1,5\r\n"zei ""ja""\nnee";-3\r\n;2026-12-03\r\n'

    @pytest.mark.parametrize("bad", ["=1+1", "+31612345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\x00=1", "\n=1"])
    def test_formulas_stay_text(self, bad):
        line = formats.csv_bytes(["x"], [[bad]]).decode("utf-8-sig").split("\r\n", 1)[1]
        assert line.lstrip('"').startswith("'")

    @pytest.mark.parametrize(
        ("written", "kept"), [("+31612345678", "+31612345678"), (" 06-12345678", "06-12345678"), ("(038) 123 45 67", "(038) 123 45 67")]
    )
    def test_phone_numbers_stay_usable(self, written, kept):
        from nmx_desk.exchange.phones import normalise_phone

        cell = formats.csv_bytes(["x"], [[written]]).decode("utf-8-sig").split("\r\n")[1]
        assert cell.lstrip("' ") == kept
        assert normalise_phone(cell) == normalise_phone(written)

    def test_any_space_is_a_space_and_what_cannot_be_seen_goes(self):
        cell = formats.csv_bytes(["x"], [["Anna\u00a0de\u2009Vries\u200b\x07"]]).decode("utf-8-sig").split("\r\n")[1]
        assert cell == "Anna de Vries"


@pytest.mark.parametrize("above", range(0, 60, 3))
def test_a_table_says_its_titles_once_a_page_and_leaves_no_row_alone(above):
    """The room that is left under the last row but one is enough for the titles and a row, again and again."""
    rows = [[f"rij {n}", "een\ntwee\ndrie"] for n in range(16)]
    table = tables.Rows([tables.Column("Titel", 1), tables.Column("Waarde", 1)], rows)
    found = page_texts(paper.pdf(context(), paper.Head(title="Lijst"), [Spacer(0, above), table]))
    assert [page.count("Titel") for page in found] == [1] * len(found)
    assert min(page.count("rij ") for page in found) > 1 and sum(page.count("rij ") for page in found) == len(rows)
