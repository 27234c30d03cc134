"""Complaints and lifestyle in the client's file: by keyboard, counted, taken back."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.complaints import Complaint
from nmx_desk.services import complaints
from nmx_desk.ui import care
from nmx_desk.ui.kit.a11y import unnamed
from tests.ui.hands import settle

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def page(window_of, client, qtbot):
    window = window_of("behandelaar", care.PAGE)
    window.go("care", client_id=client.id)
    settle(window)
    return window.current()


def add(desk, client, *words):
    return [desk.do(complaints.add_complaint, client.id, Complaint(words=one)) for one in words]


class Keys(QObject):
    """Counts the keys that are pressed."""

    def __init__(self, application):
        super().__init__()
        self.count = 0
        application.installEventFilter(self)

    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.KeyPress and target.isWidgetType() and target.hasFocus() and not event.modifiers():
            self.count += 1
        return False


def test_eight_complaints_and_three_outcomes_are_eleven_keys(qapp, desk, client, page):
    add(desk, client, *(f"Klacht {n}" for n in range(8)))
    settle(page.window())
    page.part.begin_measuring()
    counted = Keys(qapp)
    for digit in "72093458602":
        QTest.keyClicks(qapp.focusWidget(), digit)
    qapp.removeEventFilter(counted)
    assert counted.count == 11
    QTest.keyClick(qapp.focusWidget(), Key.Key_Return, CTRL)
    settle(page.window())
    sheet = desk.do(complaints.open_complaints, client.id)
    assert [one.scores[0].score for one in sheet.active] == [7, 2, 0, 9, 3, 4, 5, 8]
    [outcome] = sheet.scores.outcomes
    assert (outcome.calm, outcome.energy, outcome.resistance) == (6, 0, 2)
    assert not page.part.measuring.isVisible() and page.part.table.records.rows[0].scores


def test_a_complaint_is_written_down_moved_and_resolved_without_a_mouse(qapp, desk, client, page):
    add(desk, client, "Buikpijn")
    settle(page.window())
    page.part.add()
    QTest.keyClicks(qapp.focusWidget(), "Moe na het eten")
    form = page.part.panel.form
    QTest.keyClicks(form.input("onset"), "5-2019")
    QTest.keyClick(form.input("axis_barrier"), Key.Key_Space)
    QTest.keyClick(form.input("onset"), Key.Key_Return)
    settle(page.window())
    table = page.part.table
    assert [one.complaint.words for one in table.records.rows] == ["Buikpijn", "Moe na het eten"]
    assert "since May 2019 · 7 years" in page.part._about(table.records.rows[1])
    table.setFocus()
    table.selectRow(1)
    QTest.keyClick(table, Key.Key_Up, ALT)
    settle(page.window())
    assert [one.complaint.words for one in table.records.rows] == ["Moe na het eten", "Buikpijn"]
    assert table.current().complaint.words == "Moe na het eten"
    page.part._resolve(table.current().complaint)
    settle(page.window())
    assert [one.complaint.is_active for one in table.records.rows] == [True, False]
    assert unnamed(page) == []


def test_what_was_typed_keeps_one_here(page, desk, client):
    page.part.add()
    page.part.panel.form.input("words").setFocus()
    QTest.keyClicks(page.part.panel.form.input("words"), "Moe")
    page.tabs.show_part("lifestyle")
    settle(page.window())
    assert page.tabs.current() == "complaints" and page.part.panel.isVisible()
    assert not page.leave()


def test_curves_tell_their_figures_in_words(page, desk, client):
    [one] = add(desk, client, "Moe")
    desk.do(complaints.measure, client.id, [complaints.Measured(complaint_id=one.id, score=0)])
    settle(page.window())
    view = page.part.curves.view
    assert view.isVisible() and view.accessibleDescription() == "Moe: 0 on 14-9-2026"
    assert len(view.places(view.curves[0])) == 1


def test_lifestyle_is_asked_and_stands_in_its_row(qapp, page, desk, client):
    page.tabs.show_part("lifestyle")
    settle(page.window())
    page.part.begin()
    form = page.part.panel.form
    form.set_values({"nutrition": 6, "sleep_half_hours": 13, "stress": 0, "pattern": "Slaat het ontbijt over"})
    page.part.panel.save()
    settle(page.window())
    [told] = desk.do(complaints.open_complaints, client.id).lifestyle
    assert (told.nutrition, told.sleep_half_hours, told.stress, told.alcohol) == (6, 13, 0, None)
    columns = {column.key: column for column in page.part.table.records.columns}
    row = page.part.table.records.rows[0]
    assert columns["sleep"].text(row) == "6.5 h" and columns["stress"].text(row) == "0" and columns["alcohol"].text(row) == "–"
    assert unnamed(page) == []
