"""The history in the client's file: written down in one line, told that there is nothing, changed and taken away, without a mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.history import Allergy, HistoryItem, HistoryTopic, Medicine, PriorTest, TestOutcome, TriedBefore
from nmx_desk.services import documents, history
from nmx_desk.services.history_sheet import HistorySheet
from nmx_desk.ui import care
from nmx_desk.ui.kit.a11y import unnamed
from tests.ui.hands import settle

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def page(window_of, client):
    window = window_of("behandelaar", care.PAGE)
    window.go("care", client_id=client.id, part="history")
    settle(window)
    return window.current()


@pytest.fixture
def toasts(page):
    said = []
    page.part.frame.toast = lambda text, undo=None: said.append((text, undo))
    return said


def told(desk, client):
    return desk.do(history.open_history, client.id).told


def press(qapp, *keys):
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(qapp.focusWidget(), key)
        else:
            QTest.keyClick(qapp.focusWidget(), *(key if isinstance(key, tuple) else (key,)))


def choose(page, topic):
    row = next(n for n, line in enumerate(page.part.table.records.rows) if line.topic is topic)
    page.part.table.selectRow(row)
    page.part.table.setFocus()
    return row


def row_texts(page, topic):
    columns = page.part.table.records.columns
    return [" | ".join(column.text(line) for column in columns) for line in page.part.table.records.rows if line.topic is topic]


def test_every_list_has_a_row_that_says_nobody_asked(page):
    rows = page.part.table.records.rows
    assert [line.topic for line in rows] == list(HistoryTopic) and {line.words for line in rows} == {"Not asked yet"}
    assert page.part.told_of.text().startswith("8 lists") and unnamed(page) == []


def test_two_medicines_are_written_down_in_a_line_each_without_a_mouse(qapp, desk, client, page, toasts):
    choose(page, HistoryTopic.MEDICATION)
    press(qapp, (Key.Key_M, CTRL), "Omeprazol", Key.Key_Tab, "20 mg", Key.Key_Tab, "1x daags", Key.Key_Tab, "5-2019", Key.Key_Return)
    settle(page.window())
    press(qapp, "Metformine", Key.Key_Tab, "1,5 g", Key.Key_Return)
    settle(page.window())
    first, second = told(desk, client)
    assert (first.name, first.dose, first.dose_unit, first.frequency, first.began) == ("Omeprazol", "20", "mg", "1x daags", "2019-05")
    assert (second.name, second.dose, second.dose_unit) == ("Metformine", "1.5", "g")
    assert not page.part.quick.dirty and page.part.table.current().told == second
    toasts[-1][1]()
    settle(page.window())
    assert told(desk, client) == (first,)


def test_a_dose_without_a_unit_is_told_beside_its_field_and_nothing_is_lost(qapp, desk, client, page):
    choose(page, HistoryTopic.SUPPLEMENTS)
    press(qapp, (Key.Key_M, CTRL), "Vitamine D", Key.Key_Tab, "25", Key.Key_Return)
    settle(page.window())
    form = page.part.quick.form
    assert form.error_of("dose") and qapp.focusWidget() is form.input("dose") and told(desk, client) == ()
    assert not page.leave(), "what was typed is not lost"
    press(qapp, " µg", Key.Key_Return)
    settle(page.window())
    assert [(one.dose, one.dose_unit) for one in told(desk, client)] == [("25", "µg")]


def test_enter_in_a_list_of_choices_adds_the_line_as_well(qapp, desk, client, page):
    choose(page, HistoryTopic.TRIED)
    press(qapp, (Key.Key_M, CTRL), "Glutenvrij", Key.Key_Tab, Key.Key_Down, Key.Key_Return)
    settle(page.window())
    assert [(one.name, one.effect) for one in told(desk, client)] == [("Glutenvrij", 2)]


def test_one_key_says_that_there_is_nothing_and_delete_takes_that_back(qapp, desk, client, page, toasts):
    choose(page, HistoryTopic.ALLERGIES)
    press(qapp, Key.Key_0)
    settle(page.window())
    [words] = row_texts(page, HistoryTopic.ALLERGIES)
    assert "Nothing, asked on" in words and HistoryTopic.ALLERGIES in desk.do(history.open_history, client.id).asked
    assert page.part.table.current().topic is HistoryTopic.ALLERGIES and page.part.told_of.text().startswith("7 lists")
    press(qapp, Key.Key_Delete)
    settle(page.window())
    assert "Not asked yet" in row_texts(page, HistoryTopic.ALLERGIES)[0]
    press(qapp, Key.Key_0)
    settle(page.window())
    toasts[-1][1]()
    settle(page.window())
    assert not desk.do(history.open_history, client.id).asked


def test_where_something_stands_one_cannot_say_nothing(qapp, desk, client, page):
    desk.do(history.add_told, client.id, Allergy(name="Noten"))
    settle(page.window())
    choose(page, HistoryTopic.ALLERGIES)
    press(qapp, Key.Key_0)
    settle(page.window())
    assert not page.part.nothing_button.isEnabled() and not desk.do(history.open_history, client.id).asked


def test_enter_changes_what_was_told_and_delete_removes_it_with_a_way_back(qapp, desk, client, page, toasts):
    desk.do(history.add_told, client.id, Medicine(name="Omeprazol", dose="1.5", dose_unit="ml", began="2019"))
    settle(page.window())
    choose(page, HistoryTopic.MEDICATION)
    press(qapp, Key.Key_Return)
    form = page.part.panel.form
    assert page.part.panel.isVisible() and form.values()["dose"] == "1.5 ml" and qapp.focusWidget() is form.input("name")
    assert not page.part.quick.isVisible(), "the line to add makes room"
    form.input("stopped").setFocus()
    press(qapp, "2024")
    assert not page.leave()
    press(qapp, (Key.Key_Return, CTRL))
    settle(page.window())
    [changed] = told(desk, client)
    assert (changed.stopped, changed.dose, changed.began) == ("2024", "1.5", "2019") and not page.part.panel.isVisible()
    assert page.part.quick.isVisible()
    choose(page, HistoryTopic.MEDICATION)
    page.part.table.selectRow(page.part.table.currentIndex().row() + 1)  # above it: nothing is taken now
    press(qapp, Key.Key_Delete)
    settle(page.window())
    assert told(desk, client) == ()
    toasts[-1][1]()
    settle(page.window())
    assert [one.id for one in told(desk, client)] == [changed.id]


def test_every_list_opens_a_form_that_keeps_what_it_shows(desk, client, page):
    paper = desk.do(documents.add_document, client.id, "uitslag.txt", b"normaal")
    made = [
        HistoryItem(name="Colitis", began="2016-03", treated_by="MDL", note="rustig"), Allergy(name="Noten", words="jeuk"),
        PriorTest(name="Bloed", outcome=TestOutcome.NORMAL, document_id=paper.id, place="ZGT"), TriedBefore(name="Glutenvrij", effect=-2),
        TriedBefore(name="Rust", effect=0),
    ]  # fmt: skip
    for one in made:
        desk.do(history.add_told, client.id, one)
    settle(page.window())
    for one in told(desk, client):
        page.part.panel.begin(one, page.part.sheet)
        assert page.part.panel.form.told(one) == one and not page.part.panel.dirty
        assert page.part.panel.paper.isVisible() == bool(getattr(one, "document_id", None)) and unnamed(page) == []


def test_what_the_call_told_is_shown_and_put_into_the_line(qapp, desk, client, page):
    page.part._show(HistorySheet(called={HistoryTopic.TESTS: "bloed, normaal"}, today=page.part.sheet.today))
    choose(page, HistoryTopic.TESTS)
    press(qapp, Key.Key_Return)
    assert page.part.quick.form.values()["name"] == "bloed, normaal"
    press(qapp, Key.Key_Return)
    settle(page.window())
    assert [one.name for one in told(desk, client)] == ["bloed, normaal"]


def test_who_only_reads_has_no_line_and_no_keys(qapp, desk, client, window_of):
    desk.do(history.tell_nothing, client.id, HistoryTopic.TRIED)
    window = window_of("manager", care.PAGE)
    window.go("care", client_id=client.id, part="history")
    settle(window)
    part = window.current().part
    part.client_id = client.id
    part._show(desk.do(history.open_history, client.id))
    assert part.quick.isHidden() and part.remove_button.isHidden() and part.commands() == []
    part.nothing()
    part.remove()
    settle(window)
    assert desk.do(history.open_history, client.id).asked
