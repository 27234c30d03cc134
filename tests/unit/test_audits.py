"""The audit programme at the door: planned, held, findings with evidence, reported, closed; which clause was audited when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import iso
from nmx_desk.domain.audits import AuditFinding, AuditKind, AuditStatus, QualityAudit
from nmx_desk.domain.deviations import Deviation, Grade
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.services import audits, cases, deviations, people, quality
from tests.clinic import PASSWORD

TODAY = date(2026, 9, 14)


def planned(boss, **kw):
    told = {"title": "Documenten", "clauses": "7.5 8.5", "auditor": "B. Buiten", "planned_on": TODAY + timedelta(days=20)}
    return boss(audits.plan_audit, QualityAudit(**(told | kw)))


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def held(boss):
    return boss(audits.hold_audit, planned(boss).id)


def finding(audit, **kw):
    return AuditFinding(audit_id=audit.id, **{"grade": Grade.MINOR, "clause": "7.5", "text": "Oude versie", "evidence": "Kamer 2"} | kw)


def test_from_the_programme_to_the_closed_report(clinic, boss):
    audit = planned(boss)
    assert audit.number == "AU-00001" and audit.clauses == "7.5 8.5"
    assert [(one.part, one.due_on) for one in boss(quality.list_deadlines)] == [("audits", TODAY + timedelta(days=20))]
    clinic.clock.move(days=21)
    assert boss(audits.list_audits).rows[0].late
    assert boss(audits.hold_audit, audit.id, TODAY + timedelta(days=20)).held_on == TODAY + timedelta(days=20)
    first = boss(audits.save_finding, finding(audit))
    good = boss(audits.save_finding, finding(audit, grade=Grade.STRENGTH, text="Rustige balie", evidence="", clause="8.2"))
    assert (first.position, good.position) == (1, 2)
    assert boss(audits.report_audit, audit.id, "Op één punt na in orde.").conclusion == "Op één punt na in orde."
    with pytest.raises(Conflict, match="Register 1 finding as a nonconformity first"):
        boss(audits.close_audit, audit.id)
    made = boss(deviations.register_deviation, boss(deviations.draft_deviation, f"audit_finding:{first.id}"))
    assert boss(audits.close_audit, audit.id).status is AuditStatus.CLOSED
    sheet = boss(audits.open_audit, first.id)
    assert [one.deviation.number if one.deviation else "" for one in sheet.findings] == [made.number, ""] and sheet.waiting == 0
    assert clinic.verified().ok


def test_a_nonconformity_needs_its_evidence_and_a_report_ends_the_writing(boss, held):
    with pytest.raises(UserError) as refused:
        boss(audits.save_finding, finding(held, evidence=" "))
    assert refused.value.field == "evidence"
    one = boss(audits.save_finding, finding(held))
    changed = boss(audits.save_finding, replace(one, text="Oude versie op twee plekken"))
    boss(audits.report_audit, held.id, "Klaar")
    for case, given_ in ((audits.save_finding, replace(changed, text="Anders")), (audits.remove_finding, changed.id)):
        with pytest.raises(Conflict, match="between holding"):
            boss(case, given_)
    assert boss(audits.undo_audit_step, held.id).status is AuditStatus.HELD
    boss(audits.remove_finding, changed.id)
    assert boss(audits.open_audit, held.id).findings == ()


def test_a_finding_that_became_a_nonconformity_stays_one(boss, held):
    one = boss(audits.save_finding, finding(held))
    boss(deviations.register_deviation, boss(deviations.draft_deviation, f"audit_finding:{one.id}"))
    kept = boss(audits.open_audit, held.id).findings[0].finding
    for case, given_ in ((audits.save_finding, replace(kept, grade=Grade.OBSERVATION)), (audits.remove_finding, one.id)):
        with pytest.raises(Conflict, match="already"):
            boss(case, given_)
    with pytest.raises(Conflict, match="Findings were written down"):
        boss(audits.undo_audit_step, held.id)


def test_who_audits_own_work_is_named(clinic, boss):
    me = clinic.as_("manager").user.id
    mine = boss(deviations.register_deviation, Deviation(found_on=TODAY, summary="Te laat", clause="8.5.1", owner_id=me))
    audit = planned(boss, auditor_id=me, clauses="8.5 9.1")
    sheet = boss(audits.open_audit, audit.id)
    assert sheet.auditor == "M. Demo" and sheet.own_work == ("keeps the quality system (9.1)", mine.number)
    other = boss(audits.change_audit, replace(audit, auditor_id=clinic.as_("collega").user.id))
    assert boss(audits.open_audit, other.id).own_work == ()
    outside = planned(boss, kind=AuditKind.EXTERNAL, auditor="Keurmerkinstantie", clauses="4 5 6 7 8 9 10")
    assert boss(audits.open_audit, outside.id).own_work == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"title": " "}, "title"), ({"clauses": "geen"}, "clauses"), ({"auditor": ""}, "auditor"),
     ({"planned_on": date(1970, 1, 2)}, "planned_on")],
)  # fmt: skip
def test_what_an_audit_needs(boss, changed, field):
    with pytest.raises(UserError) as refused:
        planned(boss, **changed)
    assert refused.value.field == field


def test_which_clause_was_audited_when(boss, held):
    planned(boss, title="Volgend jaar", clauses="9", planned_on=date(2027, 3, 1))
    gone = planned(boss, clauses="10")
    boss(audits.cancel_audit, gone.id, "verzet")
    planned(boss, kind=AuditKind.SUPPLIER, title="Lab", clauses="8.4")
    found = boss(audits.list_audits)
    assert {clause: years for clause, years in found.held.items() if years} == {"7.5": (2026,), "8.5": (2026,)}
    assert {clause: years for clause, years in found.planned.items() if years} == dict.fromkeys(("9.1", "9.2", "9.3"), (2027,))


@given(st.lists(st.tuples(st.sampled_from(list(iso.CLAUSES)), st.integers(2020, 2027), st.booleans()), max_size=12))
def test_coverage_is_what_each_audit_says(told):
    made = [
        QualityAudit(clauses=clause, planned_on=date(year, 1, 1), held_on=date(year, 2, 1) if was else None) for clause, year, was in told
    ]
    held, planned_ = audits.covered_years(made)
    assert {(clause, year) for clause, years in held.items() for year in years} == {(c, y) for c, y, was in told if was}
    assert {(clause, year) for clause, years in planned_.items() for year in years} == {(c, y) for c, y, was in told if not was}


def test_the_auditor_reads_everything_and_changes_nothing(clinic, boss, held):
    boss(audits.save_finding, finding(held))
    file = boss(audits.add_audit_file, held.id, "plan.pdf", b"%PDF-1.4")
    clinic.as_("beheerder").do(people.add_user, "auditor", "X. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    reader = clinic.as_("auditor").do
    sheet = reader(audits.open_audit, held.id)
    assert [one.finding.text for one in sheet.findings] == ["Oude versie"] and [one.name for one in sheet.parts.files] == ["plan.pdf"]
    assert reader(cases.open_case_file, file.id).content == b"%PDF-1.4" and not sheet.may_undo
    with pytest.raises(NotAllowed):
        reader(audits.report_audit, held.id, "Klaar")
