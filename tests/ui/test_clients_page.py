"""The clients page and the palette's contacts in a real window, against a real desk."""

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QWidget

from nmx_desk.data import log
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.documents import Document
from nmx_desk.domain.referrals import Referral
from nmx_desk.services import clients
from nmx_desk.services.desk import use_case
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.frame.contacts import found_in_contacts
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.curve import ScoreCurve, told
from nmx_desk.ui.theme import theme

SANNE = Client(first_name="Sanne", prefix="van der", surname="Meer", phone="0600123456", birth_date=date(1980, 5, 1))
HOSTILE = "<img src=x onerror=1><b>Jan</b> & 'co'"


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@pytest.fixture
def at_clients(window_of):
    """``at_clients(user)`` opens a main window with the clients page."""

    def opened(username):
        window = window_of(username, PAGE, sources=lambda window: [found_in_contacts(window)])
        return window, window.page("clients"), window.runner

    return opened


@pytest.fixture
def sanne(clinic):
    desk, me = clinic.as_("receptie"), clinic.as_("behandelaar").user.id
    made = desk.do(clients.create_client, replace(SANNE, practitioner_id=me, call_instruction=HOSTILE))
    (complaint,) = desk.do(add, Complaint(client_id=made.id, words="Moe na het eten", onset="2019"))
    score = ComplaintScore(client_id=made.id, complaint_id=complaint.id)
    desk.do(add, *(replace(score, score=8 - n, measured_on=date(2026, 6, 1) + timedelta(30 * n)) for n in range(3)))
    return made


def typed(qtbot, widget, text):
    widget.setFocus()
    qtbot.keyClicks(widget, text)


def labels(widget):
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in widget.findChildren(QLabel) if label.text() and label.isVisibleTo(widget)]


def searches(desk):
    with desk.database.reading() as connection:
        return len(log.lines(desk._store(connection), log.LogFilter(codes=("SEARCH",))))


def test_the_list_finds_while_typing_and_opens_with_the_keyboard(qtbot, clinic, sanne, at_clients):
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, Client(first_name="Bea", surname="Anders", email="b@example.org"))
    window, page, runner = at_clients("receptie")
    window.go("clients")
    runner.idle()
    assert [row.client.surname for row in page.list.table.records.rows] == ["Anders", "Meer"]
    typed(qtbot, page.list.field, "06 00 12")
    qtbot.waitUntil(lambda: [row.client.surname for row in page.list.table.records.rows] == ["Meer"])
    assert searches(desk) == 0
    qtbot.keyClick(page.list.field, Qt.Key.Key_Down)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    runner.idle()
    assert page.sheet.client_id == sanne.id
    assert searches(desk) == 1
    assert unnamed(window) == []


def test_a_query_that_stands_still_is_logged_once(qtbot, clinic, sanne, at_clients):
    _, page, runner = at_clients("receptie")
    page.arrive()
    typed(qtbot, page.list.field, "meer")
    qtbot.waitUntil(lambda: searches(clinic.as_("receptie")) == 1, timeout=4000)
    page.list.load()
    runner.idle()
    qtbot.wait(1200)
    runner.idle()
    assert searches(clinic.as_("receptie")) == 1


def test_the_list_grows_when_one_scrolls(qtbot, clinic, at_clients):
    clinic.as_("receptie").do(add, *(Client(client_no=f"X-{n}", surname=f"Proef{n:03}", email="a@example.org") for n in range(150)))
    _, page, runner = at_clients("receptie")
    page.arrive()
    runner.idle()
    assert len(page.list.table.records.rows) == 100
    page.list.table.verticalScrollBar().setValue(page.list.table.verticalScrollBar().maximum())
    runner.idle()
    assert [row.client.surname for row in page.list.table.records.rows] == [f"Proef{n:03}" for n in range(150)]


def test_the_practitioner_sees_curves_and_hostile_text_stays_text(clinic, sanne, at_clients):
    window, page, runner = at_clients("behandelaar")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    (curve,) = [found for found in page.sheet.overview.findChildren(ScoreCurve) if found.isVisible()]
    assert curve.accessibleName() == "Moe na het eten: 8 on 1-6-2026, 7 on 1-7-2026, 6 on 31-7-2026"
    assert len(curve.places()) == 3
    texts = labels(page.sheet)
    assert f"When calling: {HOSTILE}" in texts
    assert {"Moe na het eten", "main complaint · since 2019", "6 of 10", "better, was 7"} <= set(texts)
    assert unnamed(window) == []


def test_reception_sees_no_care_and_no_log(clinic, sanne, at_clients):
    window, page, runner = at_clients("receptie")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    parts = [page.sheet.tabs.tabText(n) for n in range(page.sheet.tabs.count())]
    assert parts == ["Overview", "Consults", "Appointments", "Requests", "Contact", "Contact log", "People and consents"]
    assert not page.sheet.overview.findChildren(ScoreCurve)
    assert not any("Moe" in text for text in labels(page.sheet))
    buttons = {button.text() for button in page.sheet.header.findChildren(QPushButton) if button.isVisible()}
    assert buttons == {"Merge", "Privacy", "Book"}


def test_two_buttons_of_the_head_have_words_where_there_is_room(qtbot, clinic, sanne, at_clients):
    window, page, runner = at_clients("receptie")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    header = page.sheet.header
    buttons = {b.accessibleName(): b for b in header.findChildren(QPushButton) if b.isVisible()}
    merge, privacy = buttons["Merge with another client"], buttons["Privacy request"]
    assert (merge.text(), privacy.text()) == ("Merge", "Privacy")
    header.name.setText("Een heel lange naam " * 5)
    header._fit()
    assert (merge.text(), privacy.text()) == ("", "") and "Merge with another client" in merge.toolTip()
    assert unnamed(window) == []
    header.name.setText("Kort")
    header._fit()
    assert merge.text() == "Merge"


def test_care_of_anothers_client_opens_with_a_reason(clinic, sanne, at_clients, monkeypatch):
    from nmx_desk.ui import errors

    monkeypatch.setattr(errors, "reason_for", lambda *_: "waarneming voor collega")
    window, page, runner = at_clients("collega")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    assert not page.sheet.overview.findChildren(ScoreCurve)
    page.sheet.do_asked("care")
    runner.idle()
    assert page.sheet.overview.findChildren(ScoreCurve)
    page.refresh(None)
    runner.idle()
    assert page.sheet.sheet.care is not None
    assert clinic.verified().ok


@pytest.mark.parametrize("part", ["letters", "documents"])
def test_papers_of_anothers_client_are_asked_for_only_when_the_user_says_so(clinic, sanne, at_clients, monkeypatch, part):
    from nmx_desk.ui import errors

    asked = []
    monkeypatch.setattr(errors, "reason_for", lambda *_: asked.append(1) or "waarneming voor collega")
    care = clinic.as_("behandelaar")
    care.do(add, Referral(client_id=sanne.id, to_name="Huisarts A"), Document(client_id=sanne.id, name="uitslag.txt"))
    other = clinic.as_("receptie").do(clients.create_client, replace(SANNE, surname="Bos", practitioner_id=care.user.id))
    window, page, runner = at_clients("collega")

    def go(client):
        window.go("clients", client_id=client.id, part=part)
        runner.idle()
        page.refresh(None)
        runner.idle()

    papers = getattr(page.sheet, part)
    page.sheet.tabs.show_part("overview")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    page.sheet.do_asked("care")  # that opens what stands there, not the papers
    runner.idle()
    assert len(asked) == 1
    go(sanne)
    assert len(asked) == 1 and papers.locked.isVisible() and not papers.table.isVisible()
    papers.locked.asked.emit()
    runner.idle()
    assert len(asked) == 2 and papers.table.isVisible() and len(papers.table.records.rows) == 1
    go(other)
    assert len(asked) == 2 and papers.locked.isVisible() and not papers.table.isVisible() and papers.table.records.rows == []


def test_every_part_loads(clinic, sanne, at_clients):
    window, page, runner = at_clients("behandelaar")
    window.go("clients", client_id=sanne.id)
    for part in ("notes", "appointments", "requests", "contact", "contacts", "log"):
        page.sheet.tabs.show_part(part)
        runner.idle()
        assert unnamed(window) == []
    assert page.sheet.log.records.rows


def test_contact_data_is_changed_and_errors_stand_beside_their_field(qtbot, clinic, sanne, at_clients):
    window, page, runner = at_clients("receptie")
    window.go("clients", client_id=sanne.id, part="contact")
    runner.idle()
    form = page.sheet.contact.form
    assert not page.sheet.contact.save_button.isEnabled()
    form.input("postcode").setFocus()
    qtbot.keyClicks(form.input("postcode"), "99")
    assert page.leave() is False
    page.sheet.contact.save()
    runner.idle()
    assert "postcode" in form.error_of("postcode")
    form.input("postcode").clear()
    qtbot.keyClicks(form.input("postcode"), "8011ab")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(form.input("postcode"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    runner.idle()
    assert clinic.as_("receptie").do(clients.open_client, sanne.id).client.postcode == "8011 AB"
    assert page.leave() is True
    assert page.sheet.contact.form.values()["postcode"] == "8011 AB"


def test_a_new_client_and_a_possible_double(qtbot, clinic, sanne, at_clients):
    window, page, runner = at_clients("receptie")
    window.go("clients", new=True)
    runner.idle()
    form = page._form
    for name, text in (("first_name", "Sanne"), ("surname", "Meer"), ("birth_date", "010580"), ("email", "s@example.org")):
        typed(qtbot, form.form.input(name), text)
    assert form.form.values()["birth_date"] == date(1980, 5, 1)
    form.save()
    runner.idle()
    assert {"Same name and birth date", "But: no phone or e-mail in common"} <= set(labels(page.watch))
    assert "Very likely the same person" in [badge.badge.text for badge in page.watch.findChildren(StateBadge)]
    assert form.save_button.text() == "Make a new client all the same"
    form.save()
    runner.idle()
    assert page.sheet.sheet.client.client_no == "C-000002"
    assert clinic.verified().ok


def test_a_change_by_somebody_else_shows(clinic, sanne, at_clients):
    window, page, runner = at_clients("behandelaar")
    window.go("clients", client_id=sanne.id)
    runner.idle()
    stored = page.sheet.sheet.client
    runner.do(clients.change_client, replace(stored, first_name="Susan"))
    runner.idle()
    runner.idle()
    assert page.sheet.header.name.text() == "Susan van der Meer"


def test_the_palette_finds_clients_and_logs_the_opened_hit(qtbot, clinic, sanne, at_clients):
    window, page, runner = at_clients("receptie")
    window.palette_box.open("sanne m")

    def found():
        return [result.title for result in window.palette_box.results() if result.group == "Clients"]

    qtbot.waitUntil(lambda: found() == ["Sanne van der Meer"])
    assert searches(clinic.as_("receptie")) == 0
    qtbot.wait(100)  # the palette asks again after its pause
    qtbot.waitUntil(lambda: found() == ["Sanne van der Meer"])
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    runner.idle()
    assert page.sheet.client_id == sanne.id
    assert searches(clinic.as_("receptie")) == 1


def test_the_curve_is_painted(qtbot, qapp):
    theme().start(qapp)
    curve = ScoreCurve("Moe", [(date(2026, 1, 1), 10), (date(2026, 2, 1), 0)])
    qtbot.addWidget(curve)
    curve.resize(curve.sizeHint())
    first, last = curve.places()
    assert (first.y() < last.y(), first.x() < last.x()) == (True, True)
    image = curve.grab().toImage()
    assert image.pixelColor(last.toPoint()) == QColor(theme().colours.accent)
    assert told("Moe", []) == "Moe: not measured"
    assert ScoreCurve("Leeg", []).places() == []


def test_nothing_is_a_window_of_its_own_for_a_moment(at_clients, sanne, qapp):
    """A label shown before it lies anywhere flashes on the screen and takes the focus."""

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    window, _page, runner = at_clients("behandelaar")
    shown, watch = [], Watch()
    qapp.installEventFilter(watch)
    window.go("clients", client_id=sanne.id)
    runner.idle()
    qapp.removeEventFilter(watch)
    assert shown == []


@pytest.mark.parametrize("user", ["receptie", "behandelaar"])
def test_no_part_of_the_page_opens_as_a_window(qapp, sanne, at_clients, user):
    class Windows(QObject):
        shown: ClassVar[list[str]] = []

        def eventFilter(self, target, event):
            if event.type() == QEvent.Type.Show and target.isWidgetType() and target.isWindow():
                self.shown.append(f"{type(target).__name__} {target.accessibleName()}")
            return False

    window, _page, runner = at_clients(user)
    watch = Windows()
    qapp.installEventFilter(watch)
    for where in ({}, {"new": True}, {"doubles": True}, {"client_id": sanne.id}, {"client_id": sanne.id, "part": "documents"}):
        window.go("clients", **where)
        runner.idle()
    qapp.removeEventFilter(watch)
    assert [name for name in watch.shown if "MainWindow" not in name] == []
