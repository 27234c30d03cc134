"""Edge cases of the figures that hang on how rows are read, counted by hand; and that few are never shown as a percentage alone."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest

from nmx_desk.domain import kpi_words
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.kpi import Figure, Unit
from nmx_desk.domain.notes import Addendum, ConsultNote, NoteStatus
from nmx_desk.domain.plans import FollowUp, ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.i18n import translator
from nmx_desk.services import figures, reports
from tests.clinic import once

DAYS = date(2026, 8, 1), date(2026, 8, 31)
AUGUST = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def put(clinic):
    """Stores rows as they are, past the rules."""
    def stored(*records):
        return clinic.as_("manager").do(once(lambda work: [work.store.add(record) for record in records], "reports.figures"))

    return stored


@pytest.fixture
def who(clinic):
    return clinic.as_("behandelaar").user.id


@pytest.fixture
def anna(put, who):
    return put(Client(client_no="C-900001", first_name="Anna", surname="Proef", practitioner_id=who))[0]


def counts(boss, key):
    found = boss.do(figures.dashboard, *DAYS).figure(key)
    return found.numerator, found.denominator


def visit(client, who, number, status, at=AUGUST):
    return Appointment(
        client_id=client.id, type_code="follow_up", practitioner_id=who, starts_at=at, ends_at=at + timedelta(minutes=30), busy_from=number,
        busy_to=number + 30, live=False, wall_start=f"{at:%Y-%m-%dT%H:%M}", status=status, uid=f"u{number}",
    )  # fmt: skip


def test_k9_an_addendum_does_not_reset_and_a_late_signature_stays_late(boss, put, who, anna):
    made = put(*(visit(anna, who, n, AppointmentStatus.COMPLETED) for n in range(2)))
    ends = made[0].ends_at
    signed = (ends + timedelta(hours=24), ends + timedelta(hours=24, minutes=1))
    note, _late = put(*(
        ConsultNote(client_id=anna.id, appointment_id=one.id, author_id=who, care_date=AUGUST.date(), status=NoteStatus.SIGNED, hash="x",
                    signed_at=at) for one, at in zip(made, signed, strict=True)
    ))  # fmt: skip
    assert counts(boss, "K9") == (1, 2)
    put(Addendum(client_id=anna.id, note_id=note.id, author_id=who, text="later", reason="vergeten", signed_at=ends + timedelta(days=9)))
    boss.do(once(lambda work: work.store.change(work.store.get(ConsultNote, note.id), status=NoteStatus.AMENDED), "reports.figures"))
    assert counts(boss, "K9") == (1, 2)


@pytest.mark.parametrize(("extended", "days", "hit"), [(False, 42, 1), (False, 43, 0), (True, 43, 1), (True, 70, 1), (True, 71, 0)])
def test_k16_six_weeks_and_ten_when_extended(boss, put, extended, days, hit):
    due = date(2026, 8, 20)
    opened = due - timedelta(days=70 if extended else 42)
    put(Grievance(
        number="K-1", opened_on=opened, extended_on=opened + timedelta(days=30) if extended else None,
        judged_on=opened + timedelta(days=days),
    ))  # fmt: skip
    assert counts(boss, "K16") == (hit, 1)


@pytest.mark.parametrize(
    ("plan", "died", "items", "expected"),
    [
        ({}, None, (ItemStatus.ACTIVE,), (0, 1)),
        ({}, None, (ItemStatus.PAUSED,), (0, 0)),
        ({}, None, (ItemStatus.PAUSED, ItemStatus.ACTIVE), (0, 1)),
        ({"status": PlanStatus.STOPPED, "ended_on": date(2026, 8, 15)}, None, (ItemStatus.ACTIVE,), (0, 0)),
        ({"status": PlanStatus.STOPPED, "ended_on": date(2026, 8, 18)}, None, (ItemStatus.ACTIVE,), (0, 1)),
        ({}, date(2026, 8, 17), (ItemStatus.ACTIVE,), (0, 0)),
        ({}, date(2026, 8, 18), (ItemStatus.ACTIVE,), (0, 1)),
    ],
)
def test_k12_paused_stopped_and_deceased_plans_are_out(boss, put, who, plan, died, items, expected):
    """Due on the 10th, so that its days end on the 17th: what had ended by then is out, what ended later was missed before."""
    (client,) = put(Client(client_no="C-900002", first_name="Bram", surname="Proef", practitioner_id=who, deceased_on=died))
    (made,) = put(replace(Plan(client_id=client.id, practitioner_id=who, status=PlanStatus.ACTIVE), **plan))
    (version,) = put(PlanVersion(client_id=client.id, plan_id=made.id, number=1))
    (phase,) = put(PlanPhase(client_id=client.id, version_id=version.id))
    put(*(PlanItem(client_id=client.id, phase_id=phase.id, text="x", status=status) for status in items))
    boss.do(once(lambda work: work.store.change(work.store.get(PlanVersion, version.id), status=PlanStatus.ACTIVE), "reports.figures"))
    put(FollowUp(plan_id=made.id, client_id=client.id, practitioner_id=who, due_on=date(2026, 8, 10)))
    assert counts(boss, "K12") == expected


def test_k19_a_step_in_two_versions_is_one_and_when_it_stopped_does_not_matter(boss, put, who, anna):
    (plan,) = put(Plan(client_id=anna.id, practitioner_id=who, status=PlanStatus.ACTIVE))
    one, two = put(*(PlanVersion(client_id=anna.id, plan_id=plan.id, number=number) for number in (1, 2)))
    old, new = put(*(PlanPhase(client_id=anna.id, version_id=version.id) for version in (one, two)))
    begun = {"client_id": anna.id, "text": "x", "begun_on": date(2026, 8, 5)}
    (first,) = put(PlanItem(**begun, phase_id=old.id, status=ItemStatus.ACTIVE))
    stopped = {"status": ItemStatus.STOPPED, "stop_reason": StopReason.SIDE_EFFECT, "stopped_on": date(2026, 9, 9)}
    put(PlanItem(**begun, phase_id=new.id, origin=first.id, **stopped), PlanItem(**begun, phase_id=new.id, status=ItemStatus.ACTIVE))
    assert counts(boss, "K19") == (1, 2)


def test_k14_a_complaint_merged_into_the_main_one_goes_on_with_its_scores(boss, put, anna):
    (main,) = put(Complaint(client_id=anna.id, words="moe", rank=1))
    (other,) = put(Complaint(client_id=anna.id, words="vermoeid", rank=2, merged_into=main.id))
    began = date(2026, 8, 20) - timedelta(days=180)

    def score(complaint, days, n):
        return ComplaintScore(complaint_id=complaint.id, client_id=anna.id, score=n, measured_on=began + timedelta(days=days))

    put(score(main, 0, 8), score(other, 90, 3))
    assert counts(boss, "K14") == (1, 1)


def test_k7_of_who_died_nothing_is_counted(boss, put, who, anna):
    (gone,) = put(Client(client_no="C-900003", first_name="Cor", surname="Proef", deceased_on=date(2026, 9, 1)))
    put(visit(anna, who, 1, AppointmentStatus.NO_SHOW), visit(gone, who, 2, AppointmentStatus.NO_SHOW),
        visit(anna, who, 3, AppointmentStatus.CANCELLED))  # fmt: skip
    assert counts(boss, "K7") == (1, 1)


# -- few


def text_of(pdf):
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure("K7", 1, 9, 100 / 9, Unit.PERCENT), "1 of 9"), (Figure("K7", 1, 10, 10.0, Unit.PERCENT), "10.0 %"),
        (Figure("K7", 0, 0, None, Unit.PERCENT), "n/a"), (Figure("K15", 3, 29, 10.3, Unit.POINTS), "+10 (n=29)"),
        (Figure("K15", 3, 30, 10.0, Unit.POINTS), "+10"), (Figure("K1_median", None, 4, 5.0, Unit.HOURS), "5.0 h"),
    ],
)
def test_where_nothing_stands_beside_it_few_are_counts(figure, said):
    assert kpi_words.lone_text(figure, translator("en")) == said


def test_few_are_counts_in_the_course_and_before(boss, put, who, anna):
    july = AUGUST - timedelta(days=20)
    put(visit(anna, who, 1, AppointmentStatus.NO_SHOW), visit(anna, who, 2, AppointmentStatus.COMPLETED),
        visit(anna, who, 3, AppointmentStatus.NO_SHOW, july), visit(anna, who, 4, AppointmentStatus.COMPLETED, july),
        visit(anna, who, 5, AppointmentStatus.COMPLETED, july))  # fmt: skip
    said = text_of(boss.do(reports.make_report, "month", date_from=DAYS[0], date_to=DAYS[1]))
    assert "50.0 % 1 of 3 1 of 2" in said, "value, before, counts"
    assert "1/3 1/2" in said
    sheet = boss.do(reports.make_report, "month", date_from=DAYS[0], date_to=DAYS[1], format="csv").decode("utf-8-sig")
    (line,) = (line for line in sheet.splitlines() if line.startswith("K7;"))
    assert line.split(";")[4:6] == ["1", "2"] and line.split(";")[-2:] == ["1", "3"]
