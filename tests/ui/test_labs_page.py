"""Lab orders that wait, on a page of their own and on Today: what to review first, one click to the client's labs."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus
from nmx_desk.services import labs
from nmx_desk.ui import care, today
from nmx_desk.ui import labs as labs_ui
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.labs.page import AWAIT, LATE, REVIEW
from tests.clinic import once
from tests.ui.hands import settle

S = LabStatus


@pytest.fixture
def waiting(clinic):
    """A result to review, one that is late, one awaited, and one that was discussed."""
    desk = clinic.as_("behandelaar")
    found = {}
    for number, name in enumerate(("awaited", "late", "review", "done"), 1):
        anna = Client(client_no=f"C-00000{number}", first_name="Anna", surname=name.title(), practitioner_id=desk.user.id)
        client = desk.do(once(lambda work, anna=anna: work.store.add(anna)))
        day = desk.do(labs.open_labs, client.id).today
        expected = day + timedelta(days=3 if name == "late" else 30)
        asked = LabOrder(panel="Ontlasting", cost_cents=0, cost_told_on=day, expected_on=expected)
        order = desk.do(labs.add_lab_order, client.id, asked)
        desk.do(labs.step_lab_order, order.id, S.ORDERED)
        if name in {"review", "done"}:
            desk.do(labs.save_lab_results, order.id, read_lines("Zonuline 38 ng/ml <48")[0])
        if name == "done":
            desk.do(labs.step_lab_order, order.id, S.REVIEWED)
            desk.do(labs.step_lab_order, order.id, S.DISCUSSED)
        found[name] = client.id
    clinic.clock.move(days=5)
    return found


def shown(page):
    return [row.client.surname for row in page.table.records.rows]


def test_what_is_to_be_reviewed_stands_first_and_each_kind_is_one_click(window_of, waiting):
    window = window_of("behandelaar", labs_ui.PAGE, care.PAGE)
    window.go("labs")
    settle(window)
    page = window.current()
    assert shown(page) == ["Review", "Late", "Awaited"] and page.count.text() == "1 to review, 1 late" and unnamed(page) == []
    for kind, names in ((REVIEW, ["Review"]), (LATE, ["Late"]), (AWAIT, ["Late", "Awaited"])):
        page.show_what.set_value(kind)
        page._fill()
        assert shown(page) == names
    page.show_what.set_value(REVIEW)
    page._fill()
    page.table.choose_first()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    settle(window)
    there = window.current()
    assert there.name == "care" and there.client_id == waiting["review"] and there.part.key == "labs"
    assert there.part.table.current().order.status is S.RECEIVED


def test_today_lists_results_to_review_and_late_ones_and_the_rail_counts_them(window_of, clinic, waiting):
    assert clinic.as_("behandelaar").do(labs.count_lab_orders) == 2
    window = window_of("behandelaar", today.PAGE, labs_ui.PAGE, care.PAGE)
    window.go("today")
    settle(window)
    sheet = window.current().sheet
    assert [row.client.surname for row in sheet.mine.labs] == ["Review", "Late"]
    assert clinic.as_("collega").do(labs.count_lab_orders) == 0


def test_who_does_not_work_with_labs_has_no_such_page(window_of, waiting):
    window = window_of("receptie", today.PAGE, labs_ui.PAGE)
    window.go("today")
    window.go("labs")
    settle(window)
    assert window.current().name == "today"
