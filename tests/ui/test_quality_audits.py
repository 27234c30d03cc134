"""Audits and risks in real windows: planned, held, findings made into nonconformities; the picture of risks by mouse and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.audits import AuditFinding, AuditStatus, QualityAudit
from nmx_desk.domain.deviations import Grade
from nmx_desk.domain.risks import Risk, RiskKind, RiskStatus
from nmx_desk.services import audits, deviations, risks, tasks
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.quality.risks import weight_badge
from nmx_desk.ui.theme import Hue
from tests.clinic import once
from tests.ui.hands import settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


def fill(part, **values):
    for name, value in values.items():
        part.ask.form.input(name).set_value(value)
    part.ask.save_button.click()


def test_an_audit_is_planned_held_reported_and_closed(at_quality, clinic, boss):
    window, part = at_quality("audits")
    QTest.keyClick(part, Key.Key_N, CTRL)
    fill(part, title="Documenten en registraties", clauses="7.5 8.5", auditor="B. Buiten")
    part.ask.save()  # twice is once
    settle(window)
    [row] = part.table.records.rows
    assert row.audit.clauses == "7.5 8.5" and part.view.isVisible() and unnamed(part) == []
    part.go_on()
    fill(part)
    settle(window)
    part.findings.begin()
    fill(part, grade=Grade.MAJOR, clause="7.5", text="Oude versie in de kast")
    settle(window)
    assert part.ask.form.error_of("evidence"), "a nonconformity needs what was seen"
    fill(part, evidence="Kamer 2, drie exemplaren")
    settle(window)
    part.go_on()
    fill(part, conclusion="Op één punt na in orde.")
    settle(window)
    part.go_on()
    settle(window)
    assert boss(once(lambda work: work.store.get(QualityAudit, row.id))).status is AuditStatus.REPORTED, "one finding waits"
    assert clinic.verified().ok


def test_a_finding_becomes_a_nonconformity_in_one_step_and_leads_there(at_quality, boss):
    day = boss(tasks.list_tasks).today
    audit = boss(audits.plan_audit, QualityAudit(title="Jaarlijks", clauses="7.5", auditor="B. Buiten", planned_on=day))
    boss(audits.hold_audit, audit.id)
    told = AuditFinding(audit_id=audit.id, grade=Grade.MINOR, clause="7.5", text="Oude versie", evidence="Kamer 2")
    found = boss(audits.save_finding, told)
    window, part = at_quality("audits", record_id=found.id)
    assert part.view.title.text() == audit.number, "by the id of its finding"
    window.go("quality", part="deviations", once={"new": True, "source": f"audit_finding:{found.id}"})
    settle(window)
    made = window.current().part
    assert made.ask.form.values()["summary"] == "Oude versie" and made.ask.form.values()["clause"] == "7.5"
    made.ask.save()
    settle(window)
    assert made.came_from.link.text() == f"Finding of audit {audit.number}"
    made.came_from.link.click()
    settle(window)
    assert window.current().part is part and part.sheet.findings[0].deviation.number == "A-00001"


def test_which_clause_was_audited_when_is_one_click(at_quality, boss):
    day = boss(tasks.list_tasks).today
    audit = boss(audits.plan_audit, QualityAudit(title="Jaarlijks", clauses="7 8.5", auditor="B. Buiten", planned_on=day))
    boss(audits.hold_audit, audit.id)
    window, part = at_quality("audits")
    part.show_what.set_value("coverage")
    part.show_what.picked.emit("coverage")
    settle(window)
    assert part.coverage.isVisible() and not part.table.isVisible() and len(part.coverage.records.rows) == 28
    assert part.count.text() == "22 clauses not audited within the cycle"
    row = next(one for one in part.coverage.records.rows if one.id == "7.4")
    columns = {column.key: column for column in part.coverage.records.columns}
    assert columns["year0"].text(row) == "audited" and columns["year1"].text(row) == "–" and not row.overdue


def test_the_picture_of_risks_keeps_a_cell_by_mouse_and_by_keys(at_quality, boss):
    for title, chance, impact in (("Datalek", 3, 5), ("Printer stuk", 2, 1), ("Uitval", 3, 5)):
        boss(risks.add_risk, Risk(title=title, chance=chance, impact=impact))
    window, part = at_quality("risks")
    assert [row.risk.title for row in part.table.records.rows] == ["Datalek", "Uitval", "Printer stuk"] and part.count.text() == "3 of 3"
    QTest.mouseClick(part.matrix, Qt.MouseButton.LeftButton, pos=part.matrix.box((3, 5)).center())
    assert len(part.table.records.rows) == 2 and part.count.text() == "2 of 3"
    assert part.matrix.accessibleDescription() == "Chance 3, impact 5: 2 risks, high weight; these are shown"
    part.matrix.setFocus()
    for key in (Key.Key_Down, *(Key.Key_Left,) * 4, Key.Key_Return):
        QTest.keyClick(part.matrix, key)
    assert [row.risk.title for row in part.table.records.rows] == ["Printer stuk"]
    QTest.keyClick(part.matrix, Key.Key_Escape)
    assert len(part.table.records.rows) == 3 and unnamed(part) == []
    settle(window)


def test_an_opportunity_is_no_danger(at_quality, boss):
    for kind in RiskKind:
        boss(risks.add_risk, Risk(title=f"Een {kind}", kind=kind, chance=4, impact=4))
    _window, part = at_quality("risks")
    assert part.matrix.counts == {(4, 4): 1} and part.count.text() == "2 of 2"
    assert [weight_badge(kind, 16).hue for kind in (RiskKind.RISK, RiskKind.OPPORTUNITY)] == [Hue.DANGER, Hue.OK]


def test_a_risk_is_written_weighed_again_and_put_under_control_with_a_way_back(at_quality, boss):
    window, part = at_quality("risks")
    QTest.keyClick(part, Key.Key_N, CTRL)
    fill(part, title="Uitval van de telefoon", chance=4, impact=4, rest_chance=2, rest_impact=4, clause="7.1")
    settle(window)
    assert part.view.isVisible() and part.sheet.risk.weight == 16 and part.sheet.risk.clause == "7.1"
    part.look_again()
    fill(part, chance=3)
    settle(window)
    assert part.sheet.risk.weight == 12
    part.view.next_button.click()
    settle(window)
    assert part.sheet.risk.status is RiskStatus.CONTROLLED
    assert window.toaster.run_action()
    settle(window)
    assert part.sheet.risk.status is RiskStatus.OPEN and boss(deviations.list_deviations).rows == ()


def test_a_risk_that_came_true_becomes_a_nonconformity_that_leads_back(at_quality, boss):
    risk = boss(risks.add_risk, Risk(title="Telefoon valt uit", chance=3, impact=3, clause="7.1"))
    chance = boss(risks.add_risk, Risk(title="Groepsbijeenkomst", kind=RiskKind.OPPORTUNITY, chance=3, impact=3))
    window, part = at_quality("risks", record_id=chance.id)
    assert not part.happened.isVisible(), "an opportunity does not go wrong"
    window.go("quality", part="risks", record_id=risk.id)
    settle(window)
    part.happened.click()
    settle(window)
    made = window.current().part
    values = made.ask.form.values()
    assert made.key == "deviations" and (values["summary"], values["clause"]) == ("Telefoon valt uit", "7.1")
    made.ask.save()
    settle(window)
    assert made.came_from.link.text() == f"Risk {risk.number}"
    made.came_from.link.click()
    settle(window)
    assert window.current().part is part and part.sheet.risk.id == risk.id
