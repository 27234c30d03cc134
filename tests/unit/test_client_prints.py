"""A client on one page and the progress along the plan: what stands there, what is never cut, who may, the own threshold."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, AxisAssessment, Complaint, ComplaintScore, Course, Insight, OutcomeScore, responded
from nmx_desk.domain.history import Allergy, HistoryItem, HistoryKind, HistoryTopic, Medicine, Taken
from nmx_desk.domain.plans import Severity
from nmx_desk.domain.tasks import Task
from nmx_desk.reports import overview, progress
from nmx_desk.reports.records import Curve, OverviewPrint, Point, ProgressPrint, Step, Titled
from nmx_desk.services import client_prints, history, log, reports
from tests.clinic import once
from tests.day import whole_day
from tests.prints import page_texts
from tests.unit.test_reports_prints import context

DAY = date(2026, 3, 2)


@pytest.fixture
def desk(clinic):
    yield clinic.as_("behandelaar")
    assert clinic.verified().ok


@pytest.fixture
def anna(desk):
    """A client with something in every part of the file."""

    def put(work):
        add = work.store.add
        client = add(Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", language="nl",
                            birth_date=date(1980, 2, 3), practitioner_id=work.user.id))  # fmt: skip
        mine = {"client_id": client.id}
        tired = add(Complaint(**mine, words="Moe", onset="2019-05", course=Course.BETTER, axes="barrier", rank=1))
        add(Complaint(**mine, words="Over", rank=2, is_active=False))
        for days, score in ((0, 8), (60, 0)):
            add(ComplaintScore(**mine, complaint_id=tired.id, score=score, days_per_week=5, measured_on=DAY + timedelta(days=days)))
        add(OutcomeScore(**mine, energy=0, measured_on=DAY))
        add(Allergy(**mine, name="Penicilline", words="huiduitslag", severity=Severity.SEVERE))
        add(Allergy(**mine, name="Vroeger", ended="2020"))
        add(Medicine(**mine, name="Levothyroxine", dose="0.5", dose_unit="mg", frequency="1 × per dag", began="2018"))
        add(Medicine(**mine, taken=Taken.SUPPLEMENT, name="Zink"))
        add(Medicine(**mine, name="Gestopt", stopped="2021"))
        add(HistoryItem(**mine, kind=HistoryKind.FAMILY, name="diabetes", relation="Moeder", relative_age=50))
        add(HistoryItem(**mine, name="Psoriasis", began="1998", treated_by="dermatoloog"))
        add(AxisAssessment(**mine, axis=Axis.BARRIER, state=1, assessed_on=DAY))
        add(AxisAssessment(**mine, axis=Axis.BARRIER, state=3, insight=Insight.LAB, hypothesis="Na de reis", assessed_on=DAY))
        add(Task(**mine, title="Dagboek meenemen", due_on=DAY + timedelta(days=300)))
        return client

    return desk.do(once(put))


def text(desk, name, client, **how):
    return " ".join(" ".join(page_texts(desk.do(reports.make_report, name, client_id=client.id, **how))).split())


def test_an_overview_holds_every_part_of_the_file(desk, anna):
    shown = text(desk, "overview", anna)
    for words in (
        "Anna de Vries", "C-000001", "Penicilline (allergy, severe): huiduitslag", "Levothyroxine 0.5 mg, 1 × per dag, since 2018",
        "Zink (supplement)", "Moe", "since May 2019 · getting better · Gut barrier", "8 → 0", "Energy", "Moeder: diabetes, at 50 years old",
        "Diagnosis: Psoriasis, 1998, under treatment: dermatoloog", "strongly suspected (from a lab)", "Na de reis", "No plan in force.",
        "Dagboek meenemen (the clinic)", "Not asked yet.",
    ):  # fmt: skip
        assert words in shown, words
    assert not any(gone in shown for gone in ("Over 10", "Vroeger", "Gestopt", "mildly")), "what is over is not there"


def test_that_there_is_nothing_stands_on_it_where_that_was_the_answer(desk):
    made = Client(client_no="C-000009", surname="Smit", practitioner_id=desk.user.id)
    client = desk.do(once(lambda work: work.store.add(made)))
    assert text(desk, "overview", client).count("Nothing was written down.") == 4, "complaints and medical history too"
    for topic in (HistoryTopic.ALLERGIES, HistoryTopic.MEDICATION):
        desk.do(history.tell_nothing, client.id, topic)
    shown = text(desk, "overview", client)
    assert shown.count("Nothing, asked on") == 1 and shown.count("Nothing was written down.") == 3, "supplements were not asked about"
    desk.do(history.tell_nothing, client.id, HistoryTopic.SUPPLEMENTS)
    assert text(desk, "overview", client).count("Nothing, asked on") == 2


def test_alarm_symptoms_the_plan_and_what_comes_next_after_a_day_of_work(clinic):
    made = dict(whole_day(clinic))
    desk = clinic.as_("behandelaar")
    client = desk.do(once(lambda work: work.store.get(Client, made["plan"].client_id)))
    shown = text(desk, "overview", client)
    parts = ("None was answered with yes.", "Plan, version 1 since", "Step 1 of 3:", "contact, still to be booked", "opgeblazen gevoel")
    for words in parts:
        assert words in shown, words
    shown = text(desk, "progress", client)
    for words in ("Stap 3", "7 op", "0 op", "Eigen drempel van de praktijk"):
        assert words in shown, words


def test_the_progress_is_in_the_clients_language_with_zero_as_a_figure(desk, anna):
    shown = text(desk, "progress", anna)
    assert "Voortgang van Anna de Vries" in shown and "8 op 02-03-2026" in shown and "0 op 01-05-2026" in shown
    assert "↓ 8, duidelijk minder" in shown and "5 dagen per week" in shown and "geen lopend plan" in shown
    desk.do(once(lambda work: work.store.change(work.store.get(Client, anna.id), language="en")))
    assert "Progress of Anna de Vries" in text(desk, "progress", anna)


def test_a_merged_complaint_lends_its_scores_and_is_no_line_of_its_own(desk, anna):
    def merge(work):
        kept = work.store.find_one(Complaint, client_id=anna.id, words="Moe")
        other = work.store.add(Complaint(client_id=anna.id, words="Uitgeput", merged_into=kept.id, is_active=False))
        work.store.add(ComplaintScore(complaint_id=other.id, client_id=anna.id, score=4, measured_on=DAY + timedelta(days=30)))

    desk.do(once(merge))
    shown = desk.do(once(lambda work: client_prints.progress_of(work, work.store.get(Client, anna.id), "nl")))
    (curve,) = shown.complaints
    assert [point.score for point in curve.points] == [8, 4, 0]


def test_it_is_logged_and_stands_in_the_clients_own_list(desk, anna, clinic):
    for name in ("overview", "progress"):
        text(desk, name, anna)
    entries = clinic.as_("manager").do(log.list_log, log.LogFilter(codes=("PRINT",)))
    assert [(row.obj_type, row.client_id) for row in entries] == [("progress", anna.id), ("overview", anna.id)]
    assert "Drukte een deel van uw dossier af" in text(desk, "seen", anna)


# -- the sheet ---------------------------------------------------------------------------------------------------------------------------


def a_curve(name, *scores, good=False):
    return Curve(name, tuple(Point(DAY + timedelta(days=28 * n), score, "Vervolgconsult") for n, score in enumerate(scores)), good=good)


def much(safe=4):
    """An overview with more than a page can hold; ``safe``: lines that are never cut."""
    lines = "\n".join(f"MIDDEL-{n} 12,5 mg, driemaal daags bij het eten" for n in range(safe))
    words = "waarover heel veel te zeggen valt " * 20
    return OverviewPrint(
        client_name="Zoë van ’t Hoff", client_no="C-000123", birth_date=date(1985, 3, 14), age=41, practitioner="B. Demo",
        safe=(Titled(title="Allergieën", text=lines), Titled(title="Medicatie", text=lines)), flags=tuple(f"VLAG-{n}" for n in range(3)),
        flags_asked=DAY, complaints=tuple(replace(a_curve(f"Klacht {n} {words}", 7, 5, 0), about=words) for n in range(20)),
        outcomes=(a_curve("Rust", 3, 6, good=True),) * 3, history=tuple(Titled(title=f"Diagnose {n}", text=words) for n in range(30)),
        axes=tuple(Titled(title=str(n), text=words, note=words) for n in range(7)), next_steps=(words,) * 9,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_however_much_there_is_it_is_one_page_that_says_what_was_left_out(language):
    (page,) = page_texts(overview.overview_report(context(language), much()))
    assert {"nl": "en nog", "en": "and 1"}[language] in page or "more" in page
    assert all(f"VLAG-{n}" in page for n in range(3)) and page.count("MIDDEL-") == 8


def test_what_is_unsafe_to_leave_out_is_printed_whole_though_it_takes_more_pages():
    pages = page_texts(overview.overview_report(context("nl"), much(safe=60)))
    assert len(pages) > 1
    assert sum(page.count("MIDDEL-") for page in pages) == 120 and all(f"VLAG-{n}" in pages[0] for n in range(3))


@given(st.lists(st.integers(0, 10), max_size=8), st.lists(st.integers(-40, 200), max_size=6))
def test_any_scores_can_be_drawn(scores, weeks):
    steps, start = [], DAY
    for length in weeks:
        steps.append(Step(f"stap {length}", start, start + timedelta(days=length)))
        start += timedelta(days=length)
    shown = ProgressPrint(client_name="A", client_no="C", birth_date=None, practitioner="", start=DAY if steps else None,
                          steps=tuple(steps), complaints=(a_curve("Moe", *scores),), outcomes=())  # fmt: skip
    pages = page_texts(progress.progress_report(context("nl"), shown))
    assert ("Er is nog niets gemeten." in pages[0]) == (not scores)


@given(st.integers(0, 10), st.integers(0, 10))
def test_the_own_threshold_judges_what_began_at_three_or_more(first, last):
    said = progress._change(a_curve("Moe", first, last), None, progress.translator("en"))[-1]
    assert ("clearly less" in said) == (first >= 3 and responded(first, last))
    assert ("not judged" in said) == (first < 3)
    assert progress._change(a_curve("Rust", first, last, good=True), None, progress.translator("en"))[-1].count(",") == 0


def test_the_start_is_the_last_score_until_the_plan_began():
    points = a_curve("Moe", 8, 6, 3).points
    assert progress.baseline(points, None) is points[0]
    assert progress.baseline(points, DAY + timedelta(days=30)) is points[1]
    assert progress.baseline(points, DAY - timedelta(days=1)) is points[0]


def test_more_than_six_complaints_get_more_charts_and_tables_and_nothing_is_a_picture():
    shown = ProgressPrint(client_name="A", client_no="C", birth_date=None, practitioner="", start=None, steps=(),
                          complaints=tuple(a_curve(f"KLACHT-{n}", 7, 3) for n in range(11)), outcomes=())  # fmt: skip
    data = progress.progress_report(context("nl"), shown)
    whole = "\n".join(page_texts(data))
    assert all(whole.count(f"KLACHT-{n}\n") + whole.count(f"KLACHT-{n} ") + whole.count(f"KLACHT-{n}\r") >= 3 for n in range(11))
    with pikepdf.open(io.BytesIO(data)) as document:
        kinds = {str(form.get("/Subtype")) for page in document.pages for form in page.Resources.get("/XObject", {}).values()}
    assert kinds == {"/Form"}, json.dumps(sorted(kinds))


def test_many_lists_that_are_never_cut_stand_under_one_another():
    lists = tuple(Titled(title=f"LIJST-{n}", text="een regel") for n in range(50))
    whole = "\n".join(page_texts(overview.overview_report(context("nl"), replace(much(), safe=lists))))
    assert all(f"LIJST-{n}" in whole for n in range(50))
