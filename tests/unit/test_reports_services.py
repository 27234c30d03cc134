"""Reports at the door: who may have which, what is logged before they leave, and figures counted by hand and by a slow oracle."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from nmx_desk import i18n
from nmx_desk.data import figures as facts
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, Answer, CallOutcome, FlagResult, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Cancelled, NotAllowed, NotFound, UserError
from nmx_desk.domain.kpi import End
from nmx_desk.domain.people import Role
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus
from nmx_desk.domain.rights import scope
from nmx_desk.exchange.xlsx_read import read_sheet
from nmx_desk.services import access_list, agenda, calls, clients, log, report_list, report_papers, reports, requests, roster
from nmx_desk.services.desk import USE_CASES, Progress, use_case
from nmx_desk.services.log import LogFilter
from nmx_desk.services.report_base import Chosen
from nmx_desk.vault.sqlcipher import connect
from tests.clinic import MONDAY
from tests.day import whole_day

SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))
ZONE = ZoneInfo("Europe/Amsterdam")


def text_of(data):
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\u00a0", " ")
    finally:
        document.close()


def table_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def about_of(data):
    """The last sheet of a workbook: where it comes from."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(max(name for name in book.namelist() if "sheet" in name)).decode()


def newest(clinic):
    return clinic.as_("manager").do(log.list_log, LogFilter(codes=("PRINT", "EXPORT"), limit=1))[0]


def rows(desk, kind):
    made = use_case("session.use", writes=False)(lambda work: work.store.find(kind))
    USE_CASES.pop(made.function)
    return desk.do(made)


@pytest.fixture
def sanne(clinic):
    desk = clinic.as_("receptie")
    return desk.do(clients.create_client, Client(first_name="Sanne", prefix="van der", surname="Meer", phone="0612345678"))


# -- who may -----------------------------------------------------------------------------------------------------------------------------

MAY = {
    "receptie": {"daylist", "recalls", "plan"},
    "behandelaar": {"daylist", "recalls", "overview", "plan", "progress", "lifeline", "seen"},
    "manager": {"daylist", "recalls", "overview", "plan", "progress", "lifeline", "month", "funnel", "follow_up", "seen",
                "access", "changes", "certificate", "retention"},
    "beheerder": {"certificate", "retention"},
}
ROLES = {"receptie": Role.RECEPTIONIST, "behandelaar": Role.PRACTITIONER, "manager": Role.MANAGER, "beheerder": Role.ADMIN}
OF_REGISTERS = {report.name: report.right for report in report_list.QUALITY}  # whose cells stand in the matrix of each register


def may(username, name):
    return name in MAY[username] or (name in OF_REGISTERS and scope([ROLES[username]], OF_REGISTERS[name]) is not None)


@pytest.mark.parametrize("name", reports.REPORTS)
@pytest.mark.parametrize("username", MAY)
def test_every_cell_of_who_may(clinic, sanne, username, name):
    desk = clinic.as_(username)
    listed = {choice.name for choice in desk.do(reports.list_reports)} - set(report_list.PAPERS)
    assert (name in listed) == may(username, name)
    if not may(username, name):
        with pytest.raises(NotAllowed):
            desk.do(reports.make_report, name, client_id=sanne.id)
        assert clinic.as_("manager").do(log.list_log, LogFilter(codes=("DENY",), limit=1))[0].obj_id == "make_report"
    elif name == "plan":
        with pytest.raises(NotFound):
            desk.do(reports.make_report, name, client_id=sanne.id)
    else:
        assert desk.do(reports.make_report, name, client_id=sanne.id, reason="de cliënt vraagt het")[:5] == b"%PDF-"
        assert newest(clinic).obj_type == name
    assert clinic.verified().ok


def test_the_names_are_known_without_signing_in():
    names = [report["name"] for report in reports.report_names()]
    assert len(names) == len(set(names)) and set(names) == set().union(*MAY.values(), OF_REGISTERS, report_list.PAPERS)


# -- making ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(("name", "form"), [(r.name, form) for r in reports.REPORTS.values() for form in r.formats if r.name != "plan"])
def test_every_report_in_every_format_is_logged_and_anchored(clinic, sanne, name, form, language):
    i18n.use(language)
    desk = clinic.as_("manager")
    before = desk.log_size
    made = desk.do(reports.make_report, name, date_from=SEPTEMBER[0], date_to=SEPTEMBER[1], client_no=sanne.client_no, format=form,
                   reason="Voor de directiebeoordeling")  # fmt: skip
    entry = newest(clinic)
    assert entry.code == ("PRINT" if form == "pdf" else "EXPORT")
    assert entry.client_id == (sanne.id if name in {"access", "changes", "seen", "overview", "progress", "lifeline"} else None)
    assert entry.seq >= before
    if form == "pdf":
        text = text_of(made)
        assert "Proefpraktijk" in text and "Content-Type" not in text
        assert re.search(rf"{reports.REPORTS[name].number}-{before}\b", text)
        assert re.search(rf"\b{before} (entries|regels)", text)
    else:
        rows_ = table_of(made) if form == "csv" else read_sheet(made).rows
        assert rows_[0] and all(len(row) <= len(rows_[0]) for row in rows_)
        if form == "xlsx":
            assert f"{reports.REPORTS[name].number}-{before}" in about_of(made)
    assert clinic.verified().ok


def test_a_managers_list_of_people_leaves_only_with_a_reason(clinic, sanne):
    manager, reception = clinic.as_("manager"), clinic.as_("receptie")
    for name in ("daylist", "recalls", "access"):
        with pytest.raises(NotAllowed) as refused:
            manager.do(reports.make_report, name, format="csv")
        assert refused.value.needs_reason
    assert manager.do(reports.make_report, "month", format="csv")
    assert reception.do(reports.make_report, "daylist", format="csv")
    manager.do(reports.make_report, "recalls", format="csv", reason="Overdracht aan de nachtdienst")
    entry = newest(clinic)
    assert entry.reason == "Overdracht aan de nachtdienst"
    assert not entry.break_glass


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("nothing", {}, "report"),
        ("month", {"format": "docx"}, "format"),
        ("certificate", {"format": "csv"}, "format"),
        ("month", {"date_from": date(2026, 9, 2), "date_to": date(2026, 9, 1)}, "date_to"),
        ("month", {"date_from": date(1900, 1, 1), "date_to": date(2026, 9, 1)}, "date_to"),
        ("plan", {}, "client_id"),
        ("plan", {"client_no": "C-999999"}, "client_id"),
        ("access", {"client_no": "C-999999"}, "client_id"),
        ("access", {"client_id": "nobody"}, "client_id"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(clinic, name, asked, field):
    with pytest.raises(UserError) as error:
        clinic.as_("manager").do(reports.make_report, name, **asked)
    assert error.value.field == field


def test_a_report_can_be_stopped(clinic):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        clinic.as_("manager").do(reports.make_report, "month", progress=progress)
    assert clinic.as_("manager").do(log.list_log, LogFilter(codes=("PRINT",))) == []


def test_the_access_log_tells_who_saw_a_client(clinic, sanne):
    clinic.as_("behandelaar").do(clients.open_client, sanne.id)
    clinic.as_("receptie").do(clients.create_client, Client(first_name="Jeroen", surname="Bakker", phone="0612345679"))
    manager, (first, last) = clinic.as_("manager"), SEPTEMBER
    made = manager.do(reports.make_report, "access", date_from=first, date_to=last, client_no=sanne.client_no)
    text = " ".join(text_of(made).split())
    assert "Access log of Sanne van der Meer (C-000001)" in text
    assert "Behandelaar A. Demo saw the file of Sanne van der Meer" in text
    assert "Bakker" not in text
    other = manager.do(reports.make_report, "access", date_from=date(2026, 8, 1), date_to=date(2026, 8, 31), client_id=sanne.id)
    assert "Nobody saw or changed anything" in text_of(other)


def test_the_change_log_says_from_what_to_what_and_asks_a_manager_why(clinic, sanne):
    desk, manager = clinic.as_("receptie"), clinic.as_("manager")
    desk.do(clients.change_client, replace(sanne, phone="0687654321"))
    desk.do(clients.open_client, sanne.id)
    days = {"date_from": SEPTEMBER[0], "date_to": SEPTEMBER[1], "client_no": sanne.client_no}
    with pytest.raises(NotAllowed) as refused:
        manager.do(reports.make_report, "changes", **days)
    assert refused.value.needs_reason
    table = table_of(manager.do(reports.make_report, "changes", **days, format="csv", reason="klacht over het telefoonnummer"))
    assert len(table) == 3 and "Sanne" in table[1][5]  # made, changed; the look is no change
    assert "06 12 34 56 78 → 06 87 65 43 21" in table[2][5] or "+31612345678 → +31687654321" in table[2][5]
    text = " ".join(text_of(manager.do(reports.make_report, "changes", **days, reason="klacht")).split())
    assert "Change log of Sanne van der Meer (C-000001)" in text and "2 changes" in text
    mine = manager.do(reports.make_report, "changes", **days, reason="klacht", chosen=Chosen(actor=manager.user.id))
    assert "Nothing was changed" in text_of(mine) and "Filter: M. Demo" in text_of(mine)


def test_what_a_report_cannot_be_narrowed_to_is_refused(clinic):
    manager = clinic.as_("manager")
    for chosen in (Chosen(source="website"), Chosen(practitioner_id="niemand")):
        with pytest.raises(UserError):
            manager.do(reports.make_report, "daylist", chosen=chosen)


def test_papers_of_one_client_are_offered_and_made(clinic):
    for _step in whole_day(clinic):
        pass
    care = clinic.as_("behandelaar")
    client = next(c for c in rows(care, Client) if c.practitioner_id)
    (note, *_others) = care.do(report_papers.list_papers, "note", client.id)
    assert "Intake" in note.words
    assert care.do(report_papers.make_paper, "note", note.id)[:5] == b"%PDF-"
    assert newest(clinic).obj_type == "consult_note"
    for paper in care.do(report_papers.list_papers, "confirmation", client.id):
        assert care.do(report_papers.make_paper, "confirmation", paper.id)[:5] == b"%PDF-"
    with pytest.raises(UserError):
        care.do(report_papers.make_paper, "note", "")
    with pytest.raises(UserError):
        care.do(report_papers.make_paper, "plan", note.id)


def test_names_that_are_formulas_or_markup_stay_text(clinic):
    desk = clinic.as_("receptie")
    desk.do(requests.new_request, NewRequest(first_name="=cmd|' /C calc'!A1", surname="<img src=/etc/passwd>", phone="0612345678"))
    pdf = desk.do(reports.make_report, "recalls")
    assert "<imgsrc=/etc/passwd>" in "".join(text_of(pdf).split()).casefold()
    cells = [cell for row in table_of(desk.do(reports.make_report, "recalls", format="csv")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]


def test_the_day_list_holds_the_day(clinic, sanne):
    desk = clinic.as_("receptie")
    who = [clinic.as_(name).user.id for name in ("behandelaar", "collega")]
    first, second = (desk.do(agenda.next_free, "intake", practitioner_id=user_id)[0] for user_id in who)
    desk.do(agenda.book, "intake", first.practitioner_id, first.starts_at, client_id=sanne.id)
    gone = desk.do(agenda.book, "intake", second.practitioner_id, second.starts_at, who="Iemand Anders")
    day = first.starts_at.astimezone(ZONE).date()
    assert second.starts_at.astimezone(ZONE).date() == day
    table = table_of(desk.do(reports.make_report, "daylist", date_from=day, format="csv"))
    assert {(row[2], row[6]) for row in table[1:]} == {
        ("Sanne van der Meer", "Behandelaar A. Demo"),
        ("Iemand Anders", "Behandelaar B. Demo"),
    }
    mine = table_of(clinic.as_("behandelaar").do(reports.make_report, "daylist", date_from=day, format="csv"))
    assert [row[2] for row in mine[1:]] == ["Sanne van der Meer"]
    desk.do(agenda.cancel, gone.id, "client", "verhinderd")
    text = text_of(desk.do(reports.make_report, "daylist", date_from=day))
    assert "Sanne van der Meer" in text
    assert "Iemand Anders" not in text


def test_who_stands_in_a_list_is_named_in_the_log(clinic, sanne):
    """The list of who saw a file is not whole without the papers the client stood on; the client does not stand alone in them."""
    desk, manager = clinic.as_("receptie"), clinic.as_("manager")
    offer = desk.do(agenda.next_free, "intake", practitioner_id=clinic.as_("behandelaar").user.id)[0]
    desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sanne.id)
    asked = desk.do(requests.new_request, NewRequest(first_name="Jeroen", surname="Bakker", phone="0612345679"))
    desk.do(reports.make_report, "daylist", date_from=offer.starts_at.astimezone(ZONE).date())
    desk.do(reports.make_report, "recalls", format="csv")
    told = {(row.code, row.obj_type, row.obj_id, row.client_id) for row in manager.do(log.list_log, LogFilter(actor=desk.user.id))}
    assert ("PRINT", "daylist", sanne.id, sanne.id) in told
    assert ("EXPORT", "advice_request", asked.id, None) in told
    assert "lijst met uw afspraak" in str(manager.do(access_list.who_saw, sanne.id))


def test_the_call_back_list_puts_promises_first(clinic):
    desk = clinic.as_("receptie")
    made = [
        desk.do(requests.new_request, NewRequest(first_name="Sanne", surname=name, phone=f"061234567{n}"))
        for n, name in enumerate(("Eerst", "Tweede", "Klaar"))
    ]
    desk.do(requests.log_attempt, made[1].id, AttemptResult.VOICEMAIL, "", clinic.clock.moment + timedelta(hours=3))
    desk.do(requests.withdraw_request, made[2].id)
    table = table_of(desk.do(reports.make_report, "recalls", format="csv"))
    assert [(row[1], row[3], row[4]) for row in table[1:]] == [("Sanne Tweede", "1", "Voicemail left"), ("Sanne Eerst", "0", "")]


def test_the_plan_in_force_is_printed_by_reception_unseen_and_the_second_time_as_copy(clinic):
    for _step in whole_day(clinic):
        pass
    desk = clinic.as_("receptie")
    assert {c.name: c.preview for c in desk.do(reports.list_reports)}["plan"] is False
    assert {c.name: c.preview for c in clinic.as_("behandelaar").do(reports.list_reports)}["plan"] is True
    client = next(c for c in rows(desk, Client) if c.practitioner_id)
    first, second = (" ".join(text_of(desk.do(reports.make_report, "plan", client_no=client.client_no)).split()) for _n in range(2))
    assert client.name in first
    assert "(kopie)" not in first
    assert "(kopie)" in second
    entry = newest(clinic)
    assert (entry.obj_type, entry.code, entry.client_id) == ("plan_version", "PRINT", client.id)
    assert clinic.verified().ok


def test_the_certificate_says_what_a_verification_finds(clinic, sanne):
    desk = clinic.as_("manager")
    found = desk.do(log.verify_log)
    text = text_of(desk.do(reports.make_report, "certificate"))
    assert "Intact: every entry" in " ".join(text.split())
    assert desk.db_uuid in text
    assert found.root[:16] not in text  # it verifies anew: the log has grown by the first verification
    raw = connect(desk.database.path, desk.secrets.db_key)
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'client'").fetchall()
    for name, _sql in triggers:
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("UPDATE client SET city = 'Elders'")
    for _name, sql in triggers[1:]:
        raw.execute(sql)
    raw.close()
    text = " ".join(text_of(desk.do(reports.make_report, "certificate")).split())
    assert "Not intact: 2 findings" in text
    assert "the field “city” differs from what was logged last" in text
    assert "A guard of the database is missing or altered" in text
    assert text.index("the field “city” differs") < text.index("A guard of the database"), "what was done comes before how"
    assert f"({sanne.client_no}, {sanne.id[:8]})" in text


# -- figures -----------------------------------------------------------------------------------------------------------------------------


class Practice:
    """Lives a small month through the use cases."""

    def __init__(self, clinic):
        self.clinic = clinic
        self.desk, self.who = clinic.as_("receptie"), clinic.as_("behandelaar")
        self.n = 0

    def at(self, day, hour, minute=0):
        self.clinic.clock.moment = datetime.combine(date(2026, 9, day), time(hour, minute), ZONE).astimezone(UTC)

    def request(self):
        self.n += 1
        return self.desk.do(requests.new_request, NewRequest(first_name="Sanne", surname=f"Proef{self.n}", phone=f"06123456{self.n:02}"))

    def book(self, request, day, hour):
        start = datetime.combine(date(2026, 9, day), time(hour), ZONE).astimezone(UTC)
        return self.desk.do(requests.book_call, request.id, (self.who.user.id, start))

    def call(self, request, outcome, **more):
        sheet = self.who.do(calls.open_call, request.id)
        flags = {"flag": more.pop("flag")} if "flag" in more else {}
        answers = [RedFlagAnswer(code=q.code, answer=Answer.NO) for q in sheet.questions]
        if flags:
            answers[0] = replace(answers[0], answer=Answer.YES)
        sheet = self.who.do(calls.save_call, replace(sheet.call, information_given=True, file_agreed=True), answers, [])
        if outcome is CallOutcome.INTAKE_BOOKED:
            later = datetime(2026, 9, 24, 6, tzinfo=UTC)
            more["intake"] = self.who.do(agenda.next_free, "intake", practitioner_id=self.who.user.id, after=later)[0]
        return self.who.do(calls.complete_call, sheet.call.id, outcome, **more)


@pytest.fixture
def month(clinic):
    """Seven requests of September 2026. The desk answers from 8:30 to 17:00, Monday to Friday.

    1 Mon 14 9:00 in, called at once, spoken; booked Tue 10:00, held, intake booked (and held Thu 24)
    2 Mon 14 9:30 in, called Mon 11:30 (no answer), Tue 15 9:30 spoken; booked Wed 10:00; no-show
    3 Mon 14 16:30 in, called Tue 10:30 spoken; booked Wed 11:00; cancelled late by the client
    4 Tue 15 9:00 in, called 10:00 spoken; booked Wed 14:00, moved to Thu 10:00, held: information only
    5 Tue 15 11:00 in, invalid
    6 Wed 16 9:00 in, never called
    7 Wed 16 9:00 in, called Wed 10:00: wrong number
    """
    p = Practice(clinic)
    p.at(14, 9)
    one = p.request()
    p.desk.do(requests.log_attempt, one.id, AttemptResult.SPOKEN)
    p.book(one, 15, 10)
    p.at(14, 9, 30)
    two = p.request()
    p.at(14, 11, 30)
    p.desk.do(requests.log_attempt, two.id, AttemptResult.NO_ANSWER)
    p.at(14, 16, 30)
    three = p.request()
    p.at(15, 9)
    four = p.request()
    p.at(15, 9, 30)
    p.desk.do(requests.log_attempt, two.id, AttemptResult.SPOKEN)
    second = p.book(two, 16, 10)
    p.at(15, 10)
    p.desk.do(requests.log_attempt, four.id, AttemptResult.SPOKEN)
    fourth = p.book(four, 16, 14)
    p.call(one, CallOutcome.INTAKE_BOOKED)
    p.at(15, 10, 30)
    p.desk.do(requests.log_attempt, three.id, AttemptResult.SPOKEN)
    third = p.book(three, 16, 11)
    p.at(15, 11)
    p.desk.do(requests.mark_invalid, p.request().id, "testaanvraag")
    p.at(16, 8)
    p.desk.do(agenda.cancel, third.id, "client", "toch niet")
    p.at(16, 9)
    p.request()
    seven = p.request()
    p.at(16, 10)
    p.desk.do(requests.log_attempt, seven.id, AttemptResult.WRONG_NUMBER)
    p.at(16, 10, 30)
    p.desk.do(agenda.mark_no_show, second.id)
    p.desk.do(agenda.move, fourth.id, datetime(2026, 9, 17, 8, tzinfo=UTC), p.who.user.id)
    p.at(17, 10)
    p.call(four, CallOutcome.INFORMATION_ONLY)
    intake = next(a for a in rows(p.desk, Appointment) if a.type_code == "intake")
    clinic.clock.moment = intake.ends_at
    p.desk.do(agenda.complete, intake.id)
    p.at(30, 17)
    return clinic


def test_a_month_counted_by_hand(month):
    found = month.as_("manager").do(reports.figures, *SEPTEMBER)

    def parts(key):
        figure = found.figure(key)
        return figure.numerator, figure.denominator

    assert found.figure("requests").value == 6
    assert [(n.code, n.n) for n in found.figure("requests").note] == [("left_out", 1)]
    assert parts("K3") == (4, 6)
    assert parts("booked") == (4, 6)
    assert found.figure("held").value == 2
    assert parts("K4") == (2, 4)  # two held, one no-show, one late cancellation
    assert parts("K5") == (1, 2)
    assert parts("K6") == (1, 6)
    assert parts("K7") == (1, 5)  # the intake counts too
    assert parts("K8") == (1, 5)
    assert parts("K10") == (2, 2)
    # 0 h; 9:30–11:30 = 2 h; Mon 16:30–17:00 and Tue 8:30–10:30 = 2½ h; 1 h; 1 h
    assert found.figure("K1_median").value == pytest.approx(1.0, abs=1e-6)
    assert found.figure("K1_p90").value == pytest.approx(2.5, abs=1e-6)
    assert found.figure("K2").value == 1.5  # one day and two days
    assert dict(found.funnel) == {"requests": 6, "reached": 4, "booked": 4, "held": 2, "intake": 1}
    assert sum(week.requests for week in found.weeks) == 6
    assert month.verified().ok


def test_the_printed_and_the_saved_figures_are_the_counted_ones(month):
    desk, days = month.as_("manager"), {"date_from": SEPTEMBER[0], "date_to": SEPTEMBER[1]}
    text = " ".join(text_of(desk.do(reports.make_report, "month", **days)).split())
    for part in ("September 2026", "4 of 6", "66.7 %", "1 of 5", "20.0 %", "1.5 days"):
        assert part in text
    table = {row[0]: row for row in table_of(desk.do(reports.make_report, "month", format="csv", **days))}
    assert table["K3"][2:6] == ["66,6667", "percent", "4", "6"]
    assert table["K7"][2] == "20"


def oracle(desk, first, last):
    """The same figures the slow way, record by record, from the definitions of the quality manual."""
    valid = [
        r for r in rows(desk, AdviceRequest)
        if first <= r.received_at.astimezone(ZONE).date() <= last and r.status not in {RequestStatus.INVALID, RequestStatus.DUPLICATE}
    ]  # fmt: skip
    attempts, held, all_booked = rows(desk, CallAttempt), rows(desk, AdviceCall), rows(desk, Appointment)
    ends = [a for a in all_booked if a.status is not AppointmentStatus.MOVED and first <= a.starts_at.astimezone(ZONE).date() <= last]
    completed = sum(a.status is AppointmentStatus.COMPLETED for a in ends)
    missed = sum(a.status is AppointmentStatus.NO_SHOW for a in ends)
    late = sum(a.status is AppointmentStatus.CANCELLED and a.late for a in ends)
    spoken = {a.request_id for a in attempts if a.result is AttemptResult.SPOKEN} | {c.request_id for c in held}
    complete = {c.call_id for c in rows(desk, RedFlagCheck) if c.result is not FlagResult.INCOMPLETE}
    intakes = {a.request_id for a in all_booked if a.type_code == "intake"}
    by_request = {r.id: r for r in valid}
    days = [
        (c.started_at.astimezone(ZONE).date() - by_request[c.request_id].received_at.astimezone(ZONE).date()).days
        for c in held if c.request_id in by_request
    ]  # fmt: skip
    return {
        "requests": (len(valid), None, len(valid)),
        "K3": (sum(r.id in spoken for r in valid), len(valid)),
        "booked": (sum(any(a.request_id == r.id and a.type_code == "advice_call" for a in all_booked) for r in valid), len(valid)),
        "K5": (sum(c.request_id in intakes for c in held), len(held)),
        "K7": (missed, completed + missed + late),
        "K8": (late, completed + missed + late),
        "K10": (sum(c.id in complete for c in held), len(held)),
        "K2": (None, len(days), median(days) if days else None),
    }


@pytest.mark.parametrize("life", ["month", "whole_day"])
def test_a_slow_oracle_agrees(life, request, clinic):
    if life == "month":
        request.getfixturevalue("month")
        first, last = SEPTEMBER
    else:
        for _step in whole_day(clinic):
            pass
        first, last = date(2026, 1, 1), date(2026, 12, 31)
    desk = clinic.as_("manager")
    found = desk.do(reports.figures, first, last)
    for key, (numerator, denominator, *value) in oracle(desk, first, last).items():
        figure = found.figure(key)
        assert (figure.numerator, figure.denominator) == (numerator, denominator), key
        if value:
            assert figure.value == value[0], key


def test_opening_hours_are_those_of_the_desk_without_closures(clinic):
    manager = clinic.as_("manager")
    manager.do(roster.add_closure, date(2026, 9, 15), date(2026, 9, 16), "studiedagen")
    found = {}
    case = use_case("session.use", writes=False)(lambda work: facts.opening_hours(work.store, work.clinic, *SEPTEMBER))
    USE_CASES.pop(case.function)
    found = manager.do(case)
    assert set(found.week) == set(range(5))
    assert found.closed == {date(2026, 9, 15), date(2026, 9, 16)}
    monday, friday = MONDAY, MONDAY + timedelta(days=4)
    assert found.between(monday, friday) == timedelta(hours=17)  # Monday and Thursday


def test_ends_of_appointments():
    assert facts._end(AppointmentStatus.CANCELLED, late=True) is End.CANCELLED_LATE
    assert facts._end(AppointmentStatus.CANCELLED, late=False) is End.CANCELLED
    assert facts._end(AppointmentStatus.CONFIRMED, late=False) is End.OPEN
