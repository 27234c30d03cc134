"""Reports under a name, and those that write themselves: through the door, into real folders."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.domain import saved_reports as rules
from nmx_desk.domain.errors import NotAllowed, NotFound, UserError
from nmx_desk.domain.saved_reports import MONTHS, Asked, Every, SavedReport
from nmx_desk.services import log, reports, saved_reports
from nmx_desk.services.log import LogFilter

DAYS = st.dates(date(1950, 1, 1), date(2900, 1, 1))


# -- days --------------------------------------------------------------------------------------------------------------------------------


@given(today=DAYS, kind=st.sampled_from([*MONTHS, "day"]), back=st.integers(0, 60))
def test_chosen_days_mean_the_same_when_they_are_read_again(today, kind, back):
    first, last = Asked(kind=kind, back=back).days(today)
    asked = rules.read(rules.kept(rules.asked_for(kind, first, last, today)))
    assert asked == Asked(kind=kind, back=back) and asked.days(today) == (first, last)


@given(today=DAYS, every=st.sampled_from([every for every in Every if every]))
def test_the_last_whole_one_is_over_and_the_next_time_is_when_this_one_is(today, every):
    first, last = rules.last_whole(every, today)
    assert first <= last < today
    again = rules.next_time(every, today)
    assert today < again and rules.last_whole(every, again)[0] == last + timedelta(days=1)
    assert rules.last_whole(every, again)[1] == again - timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "today", "first", "last", "named", "again"),
    [
        (Every.WEEK, (2027, 1, 4), (2026, 12, 28), (2027, 1, 3), "2026-W53", (2027, 1, 11)),
        (Every.WEEK, (2026, 11, 29), (2026, 11, 16), (2026, 11, 22), "2026-W47", (2026, 11, 30)),
        (Every.MONTH, (2028, 3, 1), (2028, 2, 1), (2028, 2, 29), "2028-02", (2028, 4, 1)),
        (Every.QUARTER, (2026, 2, 10), (2025, 10, 1), (2025, 12, 31), "2025-Q4", (2026, 4, 1)),
        (Every.YEAR, (2026, 12, 31), (2025, 1, 1), (2025, 12, 31), "2025", (2027, 1, 1)),
    ],
)
def test_periods_by_hand(every, today, first, last, named, again):
    assert rules.last_whole(every, date(*today)) == (date(*first), date(*last))
    assert rules.named(every, date(*first)) == named
    assert rules.next_time(every, date(*today)) == date(*again)


@pytest.mark.parametrize("text", ["[]", "{", '{"client_id": "x"}', '{"first": "gisteren"}'])
def test_what_is_no_parameter_is_not_read(text):
    with pytest.raises(ValueError):  # noqa: PT011 (JSON's own error is one as well)
        rules.read(text)


# -- at the door -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def boss(clinic):
    clinic.clock.moment = datetime(2026, 10, 5, 8, tzinfo=UTC)
    return clinic.as_("manager")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "rapporten"
    made.mkdir()
    return made


def monthly(there, **more):
    known = {"name": "Maandcijfers", "report": "month", "formats": "csv,pdf", "every": Every.MONTH, "folder": str(there)}
    return SavedReport(**known | more)


def names(desk):
    return [one.saved.name for one in desk.do(saved_reports.list_named)]


def test_a_named_report_is_ones_own_and_means_its_period_again(clinic, boss):
    asked = rules.asked_for("month", date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 5))
    saved = boss.do(saved_reports.save_named, SavedReport(name=" Vorige maand ", report="month", formats="pdf"), asked)
    assert (saved.name, saved.formats, saved.every, saved.next_on) == ("Vorige maand", "pdf", Every.NEVER, None)
    (found,) = boss.do(saved_reports.list_named)
    assert found.asked.days(date(2026, 11, 20)) == (date(2026, 10, 1), date(2026, 10, 31)) and not found.owner
    assert names(clinic.as_("beheerder")) == []
    assert clinic.verified().ok


def test_a_scheduled_one_is_written_at_once_and_then_when_the_month_is_over(clinic, boss, folder):
    saved = boss.do(saved_reports.save_named, monthly(folder), Asked(kind="month"))
    (done,) = saved_reports.write_due(boss)
    assert done.files == ("Maandcijfers 2026-09.pdf", "Maandcijfers 2026-09.csv") and not done.trouble
    assert (folder / done.files[0]).read_bytes()[:5] == b"%PDF-" and (folder / done.files[1]).read_bytes()[:3] == b"\xef\xbb\xbf"
    codes = [(row.code, row.obj_type) for row in boss.do(log.list_log, LogFilter(codes=("PRINT", "EXPORT")))]
    assert codes == [("EXPORT", "month"), ("PRINT", "month")]
    assert saved_reports.write_due(boss) == ()
    clinic.clock.moment = datetime(2027, 2, 3, 8, tzinfo=UTC)  # three months went by: one report, about the last of them
    boss = clinic.as_("manager")
    assert [one.files for one in saved_reports.write_due(boss)] == [("Maandcijfers 2027-01.pdf", "Maandcijfers 2027-01.csv")]
    (found,) = boss.do(saved_reports.list_named)
    assert found.saved.id == saved.id and found.saved.next_on == date(2027, 3, 1) and found.saved.last_on == date(2027, 2, 3)
    assert clinic.verified().ok


def test_it_never_writes_over_another_file(boss, folder):
    (folder / "Maandcijfers 2026-09.pdf").write_bytes(b"van iemand anders")
    boss.do(saved_reports.save_named, monthly(folder, formats="pdf"), Asked(kind="month"))
    assert saved_reports.write_due(boss)[0].files == ("Maandcijfers 2026-09 (2).pdf",)
    assert (folder / "Maandcijfers 2026-09.pdf").read_bytes() == b"van iemand anders"


def test_a_name_cannot_leave_the_folder(boss, folder):
    boss.do(saved_reports.save_named, monthly(folder, name="../../x:y", formats="pdf"), Asked(kind="month"))
    saved_reports.write_due(boss)
    assert [path.parent for path in folder.parent.rglob("*.pdf")] == [folder]


def test_a_folder_that_is_gone_is_kept_as_trouble_in_words_and_tried_again(clinic, boss, folder):
    boss.do(saved_reports.save_named, monthly(folder / "weg"), Asked(kind="month"))
    (done,) = saved_reports.write_due(boss)
    assert not done.files and "cannot be written" in done.trouble
    i18n.use("nl")
    (found,) = boss.do(saved_reports.list_named)
    assert "kan niet worden beschreven" in str(found.saved.trouble)
    size = boss.log_size
    saved_reports.write_due(boss)
    assert boss.log_size == size  # the same again is no news
    (folder / "weg").mkdir()
    assert saved_reports.write_due(boss)[0].files
    (found,) = boss.do(saved_reports.list_named)
    assert found.saved.trouble is None
    assert clinic.verified().ok


def test_the_auditor_signs_in_and_what_the_auditor_may_have_is_written_too(clinic, boss, folder):
    boss.do(saved_reports.save_named, monthly(folder), Asked(kind="month"))
    reception = clinic.as_("receptie")
    assert names(reception) == [] and saved_reports.write_due(reception) == ()
    other = replace(boss.do(saved_reports.list_named)[0].saved, formats="pdf")
    with pytest.raises((NotAllowed, NotFound)):
        reception.do(saved_reports.save_named, other, Asked(kind="month"))
    with pytest.raises(NotFound):
        reception.do(saved_reports.drop_named, other.id)


def test_another_workstation_does_not_write_it(clinic, boss, folder):
    boss.do(saved_reports.save_named, monthly(folder), Asked(kind="month"))
    boss.station = "elders"
    assert saved_reports.write_due(boss) == ()
    assert not boss.do(saved_reports.list_named)[0].here


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "  "}, "name"), ({"name": "x" * 61}, "name"), ({"formats": "docx"}, "formats"), ({"folder": ""}, "folder"),
        ({"folder": "rapporten"}, "folder"), ({"report": "daylist"}, "every"), ({"report": "access"}, "every"),
        ({"report": "note"}, "report"), ({"report": "certificate", "formats": "pdf"}, "every"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_beside_its_field(boss, folder, more, field):
    with pytest.raises(UserError) as refused:
        boss.do(saved_reports.save_named, monthly(folder, **more), Asked(kind="month"))
    assert refused.value.field == field


def test_not_among_the_clinics_own_files(boss):
    with pytest.raises(UserError) as refused:
        boss.do(saved_reports.save_named, monthly(boss.folder / "backups"), Asked(kind="month"))
    assert refused.value.field == "folder"


def test_dropping_taking_back_and_using_the_name_again(boss, folder):
    saved = boss.do(saved_reports.save_named, monthly(folder), Asked(kind="month"))
    with pytest.raises(UserError):
        boss.do(saved_reports.save_named, monthly(folder, name="MAANDCIJFERS"), Asked(kind="month"))
    boss.do(saved_reports.drop_named, saved.id)
    assert names(boss) == [] and saved_reports.write_due(boss) == ()
    boss.do(saved_reports.take_back_named, saved.id)
    assert names(boss) == ["Maandcijfers"]
    boss.do(saved_reports.drop_named, saved.id)
    boss.do(saved_reports.save_named, SavedReport(name="Maandcijfers", report="retention", formats="csv"), Asked(kind="year"))
    (found,) = boss.do(saved_reports.list_named)
    assert (found.saved.report, found.saved.every, json.loads(found.saved.parameters)) == ("retention", Every.NEVER, {"kind": "year"})


def test_every_report_without_personal_data_about_a_period_can_be_scheduled(boss, folder):
    for report in reports.REPORTS.values():
        if not report.personal and "period" in report.needs and report.name != "review":
            boss.do(saved_reports.save_named, monthly(folder, name=report.name, report=report.name, formats="pdf"), Asked(kind="month"))
    done = saved_reports.write_due(boss)
    assert done and not [one.trouble for one in done if one.trouble]
