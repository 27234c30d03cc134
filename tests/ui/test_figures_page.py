"""The figures in a real window: one click from number to list, by mouse and keys, as pictures and tables; no names for the auditor."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.objectives import Objective, ObjectiveStatus
from nmx_desk.domain.people import Role
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus, Source
from nmx_desk.services import people
from nmx_desk.services.desk import use_case
from nmx_desk.ui import figures, quality, reports, requests
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.funnel import Funnel, Step
from nmx_desk.ui.kit.heat import HeatStrip
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.kit.trend import Mark, MonthBars, Sparkline, told
from tests.clinic import PASSWORD
from tests.ui.hands import settle


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@pytest.fixture
def month(clinic):
    """Six requests of this month of which four were reached, four of the same days of last month that were all reached."""
    now, desk = clinic.clock.moment, clinic.as_("receptie")

    def request(number, days, source=Source.WEBSITE):
        at = now - timedelta(days=days, hours=1)
        return AdviceRequest(first_name="Piet", surname=f"Proef{number}", received_at=at, status=RequestStatus.IN_PROGRESS, source=source)

    new = desk.do(add, *(request(n, n, Source.PHONE if n < 3 else Source.WEBSITE) for n in range(6)))
    old = desk.do(add, *(request(n, 31 + n) for n in range(10, 14)))
    for one in (*new[:4], *old):
        desk.do(add, CallAttempt(request_id=one.id, at=one.received_at + timedelta(hours=1), result=AttemptResult.SPOKEN))
    return new


@pytest.fixture
def auditor(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()


@pytest.fixture
def page_of(window_of):
    def opened(user="manager", settings=None, **where):
        window = window_of(user, figures.PAGE, requests.PAGE, reports.PAGE, quality.PAGE, settings=settings)
        window.go("figures", **where)
        settle(window)
        return window.current()

    return opened


def tile(page, key):
    return next(one for one in page.board.tiles() if one.key == key)


def click(page, widget, at=None):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())
    settle(page.window())


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.window().focusWidget(), key, modifier)
    settle(page.window())


def names(page):
    return sorted(row.who for row in page.panel.table.records.rows)


def test_a_tile_says_value_counts_course_and_how_it_moved(page_of, month):
    page = page_of()
    reached = tile(page, "K3")
    assert reached.accessibleName() == "Reached, 66.7 %, 4 of 6, Small number, gone down, worse, was 4 of 4"
    assert len(reached.line.marks) == 13 and reached.line.marks[-1].said == "66.7 % (4 of 6)"
    assert "September 2026: 66.7 % (4 of 6)" in reached.line.accessibleDescription()
    assert "divided by valid requests" in reached.accessibleDescription() and "version" in reached.accessibleDescription()
    assert tile(page, "K12").value.text() == "n/a"
    assert "held against 1 – 14 Aug 2026" in page.compared.text()
    assert unnamed(page) == []


def test_one_click_from_the_number_to_the_list_and_enter_to_the_request(page_of, month):
    page = page_of()
    click(page, tile(page, "K3"))
    assert names(page) == ["Piet Proef0", "Piet Proef1", "Piet Proef2", "Piet Proef3"]
    assert tile(page, "K3").property("chosen") == "true"
    page.panel.part._group.button(1).click()
    settle(page.window())
    assert names(page) == ["Piet Proef4", "Piet Proef5"]
    page.panel.part._group.button(2).click()
    settle(page.window())
    assert len(names(page)) == 6
    page.panel.table.setFocus()
    wanted = page.panel.table.current().id
    press(page, Qt.Key.Key_Return)
    assert page.window().current().name == "requests" and page.window().current().record()["obj_id"] == wanted


def test_by_keys_alone(page_of, month):
    page = page_of()
    assert page.window().focusWidget() is page.board.tiles()[0]
    press(page, Qt.Key.Key_Right)
    assert page.window().focusWidget() is page.board.tiles()[1]
    press(page, Qt.Key.Key_Down)
    below = page.window().focusWidget()
    assert below.mapTo(page, QPoint()).x() == page.board.tiles()[1].mapTo(page, QPoint()).x()
    press(page, Qt.Key.Key_Up)
    press(page, Qt.Key.Key_Left)
    press(page, Qt.Key.Key_Left)
    assert page.window().focusWidget() is page.board.tiles()[0]
    press(page, Qt.Key.Key_Return)
    assert page.window().focusWidget() is page.panel.table and len(names(page)) == 6
    press(page, Qt.Key.Key_Escape)
    assert page.beside.currentWidget() is page.late and page.window().focusWidget() is page.board.tiles()[0]
    press(page, Qt.Key.Key_Space)
    page.board.tiles()[3].setFocus()
    press(page, Qt.Key.Key_Escape)  # from a tile as well
    assert page.beside.currentWidget() is page.late


def test_a_step_of_the_funnel_and_an_hour_open_their_requests(page_of, month):
    page = page_of()
    assert [(bar.step.key, bar.step.count) for bar in page.board.funnel.bars][:2] == [("requests", 6), ("reached", 4)]
    click(page, page.board.funnel.bars[1])
    assert page.panel.title.text() == "Reached" and len(names(page)) == 4
    heat = page.board.heat
    assert sum(map(sum, heat.counts)) == 6 and heat.counts[0][8] == 1
    click(page, heat, heat.cell(0, 8).center().toPoint())
    assert page.panel.subtitle.text() == "Monday 8–9 h: 1" and names(page) == ["Piet Proef0"]
    page.panel.close_panel()
    assert page.window().focusWidget() is heat
    press(page, Qt.Key.Key_Down)
    assert "Tuesday 8–9 h" in heat.accessibleName()


def test_period_and_filters_are_kept_and_go_along_to_the_report(page_of, month, monkeypatch):
    settings = UserSettings()
    page = page_of(settings=settings)
    page.filters.source.set_value("phone")
    page.filters.source.edited.emit()
    page.filters.period._step(-1)
    settle(page.window())
    assert tile(page, "requests").value.text() == "0"
    page.filters.period._step(1)
    settle(page.window())
    assert tile(page, "requests").value.text() == "3"
    again = page_of(settings=settings)
    assert again.filters.source.value() == "phone" and tile(again, "requests").value.text() == "3"
    went = []
    monkeypatch.setattr(again.frame, "go", lambda name, **where: went.append((name, where)))
    again.print_it()
    ((name, where),) = went
    assert name == "reports" and where["report"] == "month" and where["source"] == "phone"
    assert (where["first"], where["last"]) == ("2026-09-01", "2026-09-30")
    monkeypatch.undo()
    again.filters.period._step(-1)
    settle(again.window())
    again.print_it()
    settle(again.window())
    printed = again.window().current()
    assert printed.asking.chosen().source == "phone"
    assert printed.name == "reports" and printed.table.current().name == "month"
    assert printed.period.days() == (date(2026, 8, 1), date(2026, 8, 31)) and printed.preview.pages > 0
    again.window().go("figures")
    settle(again.window())
    again.filters.clear.click()
    again.filters.period._step(1)
    settle(again.window())
    assert tile(again, "requests").value.text() == "6" and not again.filters.clear.isVisible()


def test_days_that_are_none_are_asked_again(page_of, month):
    page = page_of()
    page.filters.period.kind.set_value("free")
    page.filters.period.kind.edited.emit()
    page.filters.period.first.set_value(date(2026, 9, 20))
    page.filters.period.last.set_value(date(2026, 9, 1))
    page.filters.period.last.editingFinished.emit()
    settle(page.window())
    assert page.problem.isVisible()


def test_everything_is_there_as_a_table_too(page_of, month):
    page = page_of()
    press(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    board = page.board
    assert page.window().focusWidget() is board.figures and not any(one.isVisible() for one in board.tiles())
    assert {shown.key for shown in board.figures.records.rows} == {one.key for one in board.tiles()}
    assert [step.count for step in board.steps.records.rows][:2] == [6, 4]
    assert sum(sum(found) for _hour, found in board.hours.records.rows) == 6 and len(board.hours.records.rows) == 24
    assert unnamed(page) == []
    board.figures.choose("K3")
    press(page, Qt.Key.Key_Return)
    assert page.panel.months.isVisible() and page.panel.months.records.rows[0].said == "66.7 % (4 of 6)"
    assert len(page.panel.months.records.rows) == 13
    press(page, Qt.Key.Key_Escape)
    for table, row, column, key in ((board.figures, 1, 0, board.figures.records.rows[1].key), (board.steps, 1, 1, "stage:reached"),
                                    (board.hours, 8, 1, "heat:0:8")):  # fmt: skip
        page.area.ensureWidgetVisible(table)
        click(page, table.viewport(), table.visualRect(table.records.index(row, column)).center())
        assert page.panel.key == key
    press(page, Qt.Key.Key_Escape)
    board.figures.setFocus()
    press(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert tile(page, "K3").isVisible() and not board.figures.isVisible()


def test_the_auditor_gets_no_names_and_opens_no_client(clinic, page_of, month, auditor):
    clinic.as_("receptie").do(add, AdviceRequest(surname="Wacht", received_at=clinic.clock.moment - timedelta(days=5)))
    page = page_of("auditor", figure="K3")
    assert len(page.panel.table.records.rows) == 4 and {row.who for row in page.panel.table.records.rows} == {""}
    press(page, Qt.Key.Key_Return)
    assert page.window().current() is page and "no clients" in page.window().toaster.text
    assert {item.client for item in page.late.table.records.rows} == {""}


def test_an_objective_that_watches_a_figure_shows_its_target(clinic, page_of, month):
    clinic.as_("manager").do(add, Objective(number="D-1", title="Bereik", figure="K3", target="80", status=ObjectiveStatus.RUNNING))
    page = page_of()
    reached = tile(page, "K3")
    assert reached.target.badge.text == "missed: ≥ 80.0 %" and reached.line.target == 80
    assert "target missed: at least 80.0 %" in reached.accessibleName()
    wide = [one.width() for one in page.board.grids["requests"].tiles.values()]
    assert max(wide) - min(wide) <= 1, "what a badge says makes its column wider"
    assert not tile(page, "K7").target.isVisible()


def test_what_is_overdue_stands_beside_and_opens(clinic, page_of, month):
    clinic.as_("receptie").do(add, AdviceRequest(surname="Wacht", received_at=clinic.clock.moment - timedelta(days=5)))
    page = page_of()
    assert page.late.title.text() == "Overdue (1)"
    page.late.table.setFocus()
    page.late.table.choose_first()
    press(page, Qt.Key.Key_Return)
    assert page.window().current().name == "requests"


# -- the pictures ------------------------------------------------------------------------------------------------------------------------


def marks(*values, growing=0):
    count = len(values)
    return [Mark(f"maand {n}", f"m{n}", value, str(value), n >= count - growing) for n, value in enumerate(values)]


def test_a_course_breaks_where_there_is_no_value_and_says_so(qtbot):
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(120, 30)
    line.show_marks("Bereik", marks(10, None, 30, growing=1), target=20.0)
    first, gap, last = line.places()
    assert gap is None and first.y() > last.y() and line.grab().width() == 120
    assert line.accessibleDescription() == told("Bereik", line.marks)
    assert "maand 2: 30, not complete yet" in line.accessibleDescription()
    line.show_marks("Bereik", [])
    assert line.places() == [] and line.grab().width() == 120


def test_bars_stand_on_zero_also_below_it(qtbot):
    bars = MonthBars()
    qtbot.addWidget(bars)
    bars.resize(300, 160)
    bars.show_marks("NPS", marks(20, -10, None, 40, growing=1), target=30.0)
    up, down, none, top = bars.bars()
    assert none is None and abs(up.bottom() - down.top()) < 1.5 and top.top() < up.top()
    assert bars.grab().height() == 160


def test_a_funnel_of_nothing_divides_by_nothing(qtbot):
    funnel = Funnel("Trechter")
    qtbot.addWidget(funnel)
    funnel.show_steps([Step("requests", "Aanvragen", 0, 0), Step("reached", "Bereikt", 0, 0)])
    funnel.show()
    assert [bar.step.share for bar in funnel.bars] == ["n/a", "n/a"] and funnel.grab().height() > 0
    opened = []
    funnel.opened.connect(opened.append)
    QTest.keyClick(funnel.bars[1], Qt.Key.Key_Return)
    assert opened == ["reached"]


def test_the_week_says_its_fullest_hours(qtbot):
    heat = HeatStrip("Week")
    qtbot.addWidget(heat)
    heat.resize(400, 180)
    counts = [[0] * 24 for _day in range(7)]
    counts[6][23], counts[0][0] = 9, 4
    heat.show_counts(counts)
    assert heat.accessibleDescription().endswith("Most: Sunday 23–24 h: 9; Monday 0–1 h: 4")
    assert heat.hour_at(heat.cell(6, 23).center().toPoint()) == (6, 23) and heat.hour_at(QPoint(0, 0)) is None
    assert heat.grab().width() == 400
