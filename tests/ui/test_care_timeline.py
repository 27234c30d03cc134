"""The line of a life in the client's file: written down in one line, walked, re-dated, changed and taken away, by mouse and by keyboard."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.history import EventRole, HistoryItem, LifeEvent
from nmx_desk.domain.lifeline import Lane, as_precise
from nmx_desk.domain.partial_dates import shown
from nmx_desk.services import complaints, history, lifeline
from nmx_desk.ui import care
from nmx_desk.ui.kit.a11y import unnamed
from tests.clinic import once
from tests.ui.hands import settle

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BORN = date(1980, 6, 1)


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id, birth_date=BORN
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


@pytest.fixture
def tired(desk, client):
    return desk.do(complaints.add_complaint, client.id, Complaint(words="Moe", onset="2019-05"))


@pytest.fixture
def page(window_of, client, tired):
    window = window_of("behandelaar", care.PAGE)
    window.go("care", client_id=client.id, part="timeline")
    settle(window)
    return window.current()


@pytest.fixture
def toasts(page):
    said = []
    page.part.frame.toast = lambda text, undo=None: said.append((text, undo))
    return said


def add(desk, client, page, *found, links=()):
    made = [desk.do(lifeline.add_event, client.id, one, links) for one in found]
    settle(page.window())
    return made


def events(desk, client):
    return desk.do(lifeline.open_lifeline, client.id).events


def press(qapp, *keys):
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(qapp.focusWidget(), key)
        else:
            QTest.keyClick(qapp.focusWidget(), *(key if isinstance(key, tuple) else (key,)))


def spot(view, key):
    return view.laid.bar(next(one for one in view.laid.places if one.entry.key == key)).center().toPoint()


def drag(page, key, days, *, drop=True):
    view = page.part.view
    start = spot(view, key)
    end = start + QPoint(round(view.scale.width * days / view.scale.days), 0)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(round((end.x() - start.x()) / 2), 0))
    QTest.mouseMove(view, end)
    if drop:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
        settle(page.window())
    return view.scale.day(end.x()) - view.scale.day(start.x())


def test_three_events_in_a_line_each_without_a_mouse(qapp, desk, client, page, toasts):
    press(qapp, (Key.Key_M, CTRL), "a7", Key.Key_Tab, "Val van de trap", Key.Key_Tab, Key.Key_Down, Key.Key_Return)
    settle(page.window())
    press(qapp, "5-2019", Key.Key_Tab, "Verhuizing", Key.Key_Return)
    settle(page.window())
    press(qapp, Key.Key_Tab, "Veel verkouden", Key.Key_Return)
    settle(page.window())
    assert sorted((one.began, one.name, one.role) for one in events(desk, client)) == [
        ("", "Veel verkouden", EventRole.EVENT), ("2019-05", "Verhuizing", EventRole.EVENT),
        ("a7", "Val van de trap", EventRole.ANTECEDENT),
    ]  # fmt: skip
    part = page.part
    assert not part.quick.form.dirty and part.about.text().startswith("1 event") and unnamed(page) == []
    assert [one.name for one in part.table.records.rows] == ["Val van de trap", "Verhuizing", "Veel verkouden"]
    toasts[-1][1]()
    settle(page.window())
    assert len(events(desk, client)) == 2


def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(qapp, desk, client, page):
    press(qapp, (Key.Key_M, CTRL), "ooit", Key.Key_Tab, "Val", Key.Key_Return)
    settle(page.window())
    form = page.part.quick.form
    assert form.error_of("began") and form.values()["name"] == "Val" and not events(desk, client) and not page.leave()


def test_the_arrows_go_through_a_life_and_say_what_is_there(qapp, desk, client, page, tired):
    add(desk, client, page, LifeEvent(name="Verhuizing", began="2019-03"))
    add(desk, client, page, LifeEvent(name="Val", began="a7", role=EventRole.TRIGGER, text="Twee weken in bed."), links=[tired.id])
    view = page.part.view
    view.setFocus()
    said = []
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Up, Key.Key_Up, Key.Key_Up, Key.Key_Home, Key.Key_End):
        press(qapp, key)
        said.append(view._voices[view.key].accessibleName())
    first, move, onset = said[:3]
    assert first == "Triggers: Val · 7 years old · trigger · belongs to Moe · Twee weken in bed."
    assert move == "Events: Verhuizing · March 2019 · event" and onset == "Complaints: Moe · since May 2019"
    assert said[3:] == [onset, move, first, first, first, onset]
    assert view._linked() == {one.id for one in events(desk, client) if one.name == "Val"}, "a complaint shows what belongs to it"
    assert all(voice.geometry().width() > 0 for voice in view._voices.values())


def test_dragging_gives_another_date_as_precise_as_it_was_and_is_undone(desk, client, page, toasts):
    (made,) = add(desk, client, page, LifeEvent(name="Verhuizing", began="1998-05", ended="2000"))
    by = drag(page, made.id, 1200)
    (moved,) = events(desk, client)
    assert moved.began == as_precise("1998-05", date(1998, 5, 16) + by, BORN) and moved.began != made.began
    assert len(moved.ended) == 4 and moved.ended > made.ended and shown(moved.began) in toasts[-1][0]
    toasts[-1][1]()
    settle(page.window())
    assert (events(desk, client)[0].began, events(desk, client)[0].ended) == (made.began, made.ended)


def test_the_ghost_says_the_new_date_and_escape_lets_go(qapp, desk, client, page):
    (made,) = add(desk, client, page, LifeEvent(name="Val", began="a7"))
    view = page.part.view
    view.setFocus()
    drag(page, made.id, 3700, drop=False)
    assert view._drag.began == "a17" and view._ghost(view._drag).first == date(1997, 6, 1)
    view.grab()  # it is painted
    QTest.keyClick(view, Key.Key_Escape)
    assert view._drag is None
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spot(view, made.id) + QPoint(200, 0))
    settle(page.window())
    assert events(desk, client) == (made,)


def test_a_press_alone_moves_nothing_and_complaints_stay_where_they_are(desk, client, page, tired):
    (made,) = add(desk, client, page, LifeEvent(name="Val", began="2001"))
    QTest.mouseClick(page.part.view, Qt.MouseButton.LeftButton, pos=spot(page.part.view, made.id))
    assert page.part.view.key == made.id and page.part.table.current() == made
    drag(page, tired.id, -2000)
    assert events(desk, client) == (made,) and page.part.sheet.complaints[0].onset == "2019-05"


def test_ctrl_and_the_arrows_re_date_by_what_it_is_known_in(qapp, desk, client, page):
    add(desk, client, page, LifeEvent(name="Val", began="2001"))
    page.part.view.setFocus()
    press(qapp, Key.Key_Home, (Key.Key_Right, CTRL))
    settle(page.window())
    assert [one.began for one in events(desk, client)] == ["2002"]
    press(qapp, (Key.Key_Left, CTRL))
    settle(page.window())
    assert [one.began for one in events(desk, client)] == ["2001"]


def test_enter_opens_all_there_is_to_say_with_what_it_belongs_to(qapp, desk, client, page, tired):
    add(desk, client, page, LifeEvent(name="Val", began="a7"))
    part = page.part
    part.view.setFocus()
    press(qapp, Key.Key_Home, Key.Key_Return)
    assert part.panel.isVisible() and part.panel.form.values()["began"] == "a7" and qapp.focusWidget() is part.panel.form.input("name")
    assert unnamed(page) == [] and not part.panel.dirty and part.quick.isHidden()
    part.panel.boxes[tired.id].click()
    assert part.panel.dirty and not page.leave(), "a tick is not lost"
    part.panel.form.input("source").setFocus()
    press(qapp, "moeder", (Key.Key_Return, CTRL))
    settle(page.window())
    (made,) = events(desk, client)
    assert (made.source, made.began) == ("moeder", "a7") and part.sheet.linked(made.id) == {tired.id}
    assert part.panel.isHidden() and qapp.focusWidget() is part.view and page.leave()
    assert part.quick.isVisible()


def test_delete_takes_away_with_a_way_back_drawn_and_in_the_table(qapp, desk, client, page, tired, toasts):
    (made,) = add(desk, client, page, LifeEvent(name="Val", began="a7"), links=[tired.id])
    part = page.part
    for turn in (part.view.setFocus, lambda: (part._show_as("table"), part.table.setFocus(), part.table.choose_first())):
        turn()
        part.view.choose(made.id)
        press(qapp, Key.Key_Delete)
        settle(page.window())
        assert events(desk, client) == ()
        toasts[-1][1]()
        settle(page.window())
        assert [one.id for one in events(desk, client)] == [made.id] and part.sheet.linked(made.id) == {tired.id}


def test_zoom_and_along_by_keys_and_wheel(qapp, desk, client, page):
    add(desk, client, page, LifeEvent(name="Val", began="2001"))
    view = page.part.view
    view.setFocus()
    whole = view.scale
    press(qapp, Key.Key_Plus, Key.Key_Plus)
    near = view.scale
    assert near.days < whole.days and near.width == whole.width
    press(qapp, (Key.Key_Left, SHIFT))
    assert view.scale.first < near.first and view.scale.days == near.days
    press(qapp, Key.Key_Minus, Key.Key_0)
    assert view.scale == whole
    x = view.scale.left + view.scale.width * 0.7
    under = view.scale.day(x)
    wheel(view, x, 240, CTRL)
    assert view.scale.days < whole.days and abs(view.scale.day(x) - under) <= timedelta(days=view.scale.days / view.scale.width + 1)
    first = view.scale.first
    wheel(view, x, 120, SHIFT)
    assert view.scale.first < first
    before = view.scale
    wheel(view, x, 120, Qt.KeyboardModifier.NoModifier)
    assert view.scale == before, "the page scrolls"
    page.part.view.see_all()
    assert view.scale == whole


def wheel(view, x, turn, held):
    at = QPointF(x, 60)
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase,
                        False)  # fmt: skip
    QApplication.sendEvent(view, event)


def test_the_cursor_comes_into_sight_also_when_near(qapp, desk, client, page):
    add(desk, client, page, LifeEvent(name="Oud", began="1985"), LifeEvent(name="Nieuw", began="2024"))
    view = page.part.view
    view.setFocus()
    press(qapp, Key.Key_End, *[Key.Key_Plus] * 12)
    assert "Oud" not in {one.entry.name for one in view.laid.places}
    press(qapp, Key.Key_Home)
    assert view.key in {one.entry.key for one in view.laid.places} and view._entry(view.key).name == "Oud"


def test_a_double_click_on_a_lane_begins_a_line_for_that_part_and_year(qapp, desk, client, page):
    view = page.part.view
    x, y = view.scale.x(date(1999, 7, 1)), view.laid.tops[Lane.TRIGGER] + 8
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    form = page.part.quick.form
    assert form.values()["began"] == "1999" and form.values()["role"] == EventRole.TRIGGER
    assert qapp.focusWidget() is form.input("name")


def test_what_stands_elsewhere_opens_there(desk, client, page, tired):
    (told,) = (desk.do(history.add_told, client.id, HistoryItem(name="Astma", began="a7")),)
    settle(page.window())
    window = page.window()
    page.part.view.opened.emit(told.id)
    settle(window)
    assert window.current().part.key == "history"
    window.go("care", client_id=client.id, part="timeline")
    settle(window)
    window.current().part.view.opened.emit(tired.id)
    settle(window)
    assert window.current().part.key == "complaints"


def test_the_table_sorts_by_when_it_was_as_a_life_goes(desk, client, page):
    add(desk, client, page, LifeEvent(name="B", began="2001-03"), LifeEvent(name="A", began="a7"), LifeEvent(name="Onbekend"),
        LifeEvent(name="C", began="2001-04-02", axes="gut"))  # fmt: skip
    part = page.part
    part._show_as("table")
    assert part.table.isVisible() and not part.picture.isVisible() and unnamed(page) == []
    assert [one.name for one in part.table.records.rows] == ["A", "B", "C", "Onbekend"]
    part.table.opened.emit(part.table.records.rows[1])
    assert part.panel.isVisible() and part.panel.event_.name == "B"


def test_who_only_reads_has_no_line_and_drags_nothing(qapp, desk, client, window_of):
    made = desk.do(lifeline.add_event, client.id, LifeEvent(name="Val", began="2001"))
    window = window_of("manager", care.PAGE)
    window.go("care", client_id=client.id, part="timeline")
    settle(window)
    page = window.current()
    part = page.part
    part.client_id = client.id
    part._show(replace(desk.do(lifeline.open_lifeline, client.id), today=date(2026, 1, 1)))
    assert part.quick.isHidden() and [one.icon for one in part.commands()] == ["list"]
    drag(page, made.id, 2000)
    part.view.setFocus()
    press(qapp, (Key.Key_Right, CTRL), Key.Key_Delete, Key.Key_Return)
    settle(window)
    assert events(desk, client) == (made,) and part.panel.isHidden()


def test_picture_and_table_stand_beside_each_other_until_a_panel_needs_the_room(desk, client, page):
    desk.do(lifeline.add_event, client.id, LifeEvent(name="Verhuisd", began="1998", role=EventRole.EVENT))
    settle(page.window())
    part = page.part
    assert part.picture.isVisible() and part.table.isVisible()
    part.table.choose_first()
    part.table.opened.emit(part.table.current())
    assert part.panel.isVisible() and part.picture.isVisible() and not part.table.isVisible()
    part.panel.close_panel()
    assert part.table.isVisible()
    part._show_as("drawn")
    assert part.picture.isVisible() and not part.table.isVisible()
