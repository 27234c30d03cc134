"""Labs in the client's file: a value with its document in four clicks, steps with their undo, the course of an analyte."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus
from nmx_desk.services import labs
from nmx_desk.ui import care
from nmx_desk.ui.care.trend import stretches
from nmx_desk.ui.kit.a11y import unnamed
from tests.ui.hands import settle

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
S = LabStatus


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def page(window_of, client):
    window = window_of("behandelaar", care.PAGE)
    window.go("care", client_id=client.id, part="labs")
    settle(window)
    return window.current()


def order(desk, client, *steps, panel="Ontlasting", lines="Zonuline 38 ng/ml <48"):
    today = desk.do(labs.open_labs, client.id).today
    made = desk.do(labs.add_lab_order, client.id, LabOrder(panel=panel, cost_cents=18900, cost_told_on=today))
    for step in steps:
        if step is S.RECEIVED:
            desk.do(labs.save_lab_results, made.id, read_lines(lines)[0])
        else:
            desk.do(labs.step_lab_order, made.id, step)
    return made


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_value_and_its_pdf_are_in_with_three_clicks(qapp, desk, client, page, tmp_path, monkeypatch):
    order(desk, client, S.ORDERED, S.SENT)
    settle(page.window())
    paper = tmp_path / "uitslag.pdf"
    paper.write_bytes(b"%PDF-1.4 uitslag")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(paper), ""))
    click(page.part.next_button)
    qapp.clipboard().setText("Zonuline 38,5 ng/ml <48 H\nParasieten: niet aangetoond")
    QTest.keyClick(qapp.focusWidget(), Key.Key_V, CTRL)
    click(page.part.entering.choose_button)
    click(page.part.entering.save_button)
    settle(page.window())
    [sheet] = desk.do(labs.open_labs, client.id).orders
    assert sheet.order.status is S.RECEIVED and [one.value or one.text for one in sheet.results] == ["38.5", "niet aangetoond"]
    assert [one.name for one in sheet.documents] == ["uitslag.pdf"]
    assert [one.analyte for one in page.part.results.records.rows] == ["Zonuline", "Parasieten"]
    assert page.part.papers.count() == 1 and unnamed(page) == []


def test_a_line_that_is_not_clear_is_told_and_nothing_is_kept(qapp, desk, client, page):
    order(desk, client, S.ORDERED)
    settle(page.window())
    page.part.enter()
    QTest.keyClicks(qapp.focusWidget(), "TSH 1.250 mU/l")
    QTest.keyClick(qapp.focusWidget(), Key.Key_Return, CTRL)
    settle(page.window())
    entering = page.part.entering
    assert entering.isVisible() and "1250" in entering.trouble.text() and not page.leave()
    assert not desk.do(labs.open_labs, client.id).orders[0].results
    entering.form.input("lines").set_value("TSH 1,250 mU/l")
    entering.save()
    settle(page.window())
    assert desk.do(labs.open_labs, client.id).orders[0].results[0].value == "1.250" and not entering.isVisible()


def test_the_button_takes_the_next_step_and_the_toast_takes_it_back(desk, client, page):
    order(desk, client, S.ORDERED, S.RECEIVED)
    settle(page.window())
    toasts = []
    page.part.frame.toast = lambda text, undo=None: toasts.append((text, undo))
    page.part.next_button.click()
    settle(page.window())
    assert desk.do(labs.open_labs, client.id).orders[0].order.status is S.REVIEWED
    toasts[-1][1]()
    settle(page.window())
    assert desk.do(labs.open_labs, client.id).orders[0].order.status is S.RECEIVED


def test_costs_are_asked_before_a_test_is_ordered(qapp, desk, client, page):
    page.part.add()
    QTest.keyClicks(qapp.focusWidget(), "Bloed vitamines")
    page.part.panel.form.input("material").set_value("blood")
    page.part.panel.save()
    settle(page.window())
    page.part.next_button.click()
    settle(page.window())
    panel = page.part.panel
    assert panel.isVisible() and qapp.focusWidget() is panel.form.input("cost_cents")
    QTest.keyClicks(qapp.focusWidget(), "95,50")
    panel.form.input("cost_told_on").set_value(desk.do(labs.open_labs, client.id).today)
    panel.save()
    settle(page.window())
    page.part.next_button.click()
    settle(page.window())
    found = desk.do(labs.open_labs, client.id).orders[0].order
    assert (found.status, found.cost_cents) == (S.ORDERED, 9550)


def test_the_course_of_an_analyte_breaks_where_its_unit_changes(desk, client, clinic, page):
    for lines in ("Zonuline 61 ng/ml <48", "Zonuline <40 ng/ml <48", "Zonuline 0,9 µmol/l"):
        order(desk, client, S.ORDERED, S.RECEIVED, lines=lines)
        clinic.clock.move(days=50)
    page.refresh(None)
    settle(page.window())
    page.part.results.setFocus()
    page.part.results.choose_first()
    QTest.keyClick(page.part.results, Key.Key_Return)
    settle(page.window())
    trend = page.part.trend
    assert trend.isVisible() and trend.table.records.rowCount() == 3
    assert [(run.unit, [one.value for one in run.results]) for run in trend.view.runs] == [("ng/ml", ["61", "40"]), ("µmol/l", ["0.9"])]
    told = trend.view.accessibleDescription()
    assert "61 ng/ml on" in told and "< 40 ng/ml on" in told and "reference <48" in told
    [first, second] = trend.view.areas()
    assert first.right() < second.left(), "each unit has a scale of its own"
    assert trend.view.places(trend.view.runs[0], first)[1].x() <= first.right()


def test_words_have_no_place_in_a_drawing():
    assert stretches(read_lines("Parasieten: niet aangetoond")[0]) == []


def test_the_letter_is_read_beside_the_lines_and_gone_with_the_panel(qapp, desk, client, page, tmp_path):
    order(desk, client, S.ORDERED)
    settle(page.window())
    part, window = page.part, page.window()
    (tmp_path / "uitslag.txt").write_text("Zonuline 38,5 ng/ml")
    part.enter()
    part.entering.take_file(tmp_path / "uitslag.txt")
    assert part.paper.isVisible() and not part.table.isVisible() and part.entering.isVisible()
    assert part.paper.view.text.toPlainText() == "Zonuline 38,5 ng/ml" and qapp.focusWidget() is part.entering.form.input("lines")
    QTest.keyClicks(qapp.focusWidget(), "Zonuline 38,5 ng/ml")
    QTest.keyClick(qapp.focusWidget(), Key.Key_Return, CTRL)
    settle(window)
    assert not part.paper.isVisible() and part.table.isVisible() and part.papers.count() == 1
    click(part.papers.itemAt(0).widget())
    settle(window)
    assert part.paper.isVisible() and qapp.focusWidget() is part.paper.view.text and unnamed(page) == []
    QTest.keyClick(qapp.focusWidget(), Key.Key_Escape)
    assert not part.paper.isVisible() and part.table.isVisible() and part.paper.view.text.toPlainText() == ""
    part.enter()
    settle(window)
    assert part.paper.isVisible() and part.entering.isVisible(), "what is there already is beside the lines again"
    assert desk.do(labs.open_labs, client.id).orders[0].documents[0].name == "uitslag.txt"
