"""Two windows of one person at one note: the second reads, takes over, and the first is told quietly and loses nothing."""

import pytest
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import Draft
from nmx_desk.services import note_seats
from nmx_desk.ui.notes import PAGE
from tests.clinic import PASSWORD, once


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals)))


def settle(*windows):
    for _step in range(4):
        for window in windows:
            window.runner.idle()
    return windows[0].current()


@pytest.fixture
def client(clinic):
    made = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233")
    return clinic.as_("behandelaar").do(once(lambda work: work.store.add(made)))


@pytest.fixture
def both(window_of, client, clinic):
    """The first writes, the second comes to the same note on another workstation."""
    clinic.desks["tweede"] = clinic.front.sign_in("behandelaar", PASSWORD)
    clinic.desks["tweede"].station = "PC-BALIE"
    first, second = window_of("behandelaar", PAGE), window_of("tweede", PAGE)
    first.go("notes", client_id=client.id, kind="intake")
    page = settle(first)
    QTest.keyClicks(text(page), "Moe sinds het voorjaar")
    page.autosave.now()
    settle(first)
    second.go("notes", note_id=page.sheet.note.id)
    settle(second)
    return first, second


def text(page, section="complaints"):
    return page.editor.sections[section].text


def test_the_second_window_reads_who_writes_where_and_since_when(both):
    first, second = both
    page = second.current()
    where = rows(first.runner.desk, Draft)[0].station
    assert page.banner.text == f"You are writing this note on {where}, since 09:00. Here it can only be read."
    assert not page.editor.isVisible() and not page.sign_button.isVisible()
    assert "Moe sinds het voorjaar" in "".join(label.text() for label in page.reader.findChildren(type(page.heading)))


def test_taking_over_goes_on_with_the_text_and_the_first_is_told_and_loses_nothing(both):
    first, second = both
    mine, other = first.current(), second.current()
    other.banner._act()
    settle(second)
    assert other.editor.isVisible() and text(other).toPlainText() == "Moe sinds het voorjaar"
    QTest.keyClicks(text(mine), "Nog iets: ")
    typed = text(mine).toPlainText()
    QTest.keyClicks(text(other), "Hier verder: ")
    mine.autosave.now()
    settle(first, second)
    assert mine.banner.text == "You are writing this note on PC-BALIE, since 09:00. Here it can only be read."
    assert not mine.editor.isVisible() and mine.editor.isEnabled()
    second.go("notes", client_id=other.sheet.client.id)
    settle(second)
    second.go("notes", note_id=rows(first.runner.desk, Draft)[0].ref_id)
    settle(second)
    assert other.banner.text == "What you typed in another window is kept beside this note."
    other.banner._act()
    settle(second)
    assert other.beside.isVisible() and other.beside.throw_button.isVisible()
    assert typed in [one.texts["complaints"] for one in other.beside._found.values()]
    other.beside.throw_button.click()
    settle(second)
    assert not other.beside.throw_button.isVisible()


def test_what_is_typed_while_one_is_being_told_is_kept_too(both):
    first, second = both
    mine = first.current()
    second.current().banner._act()
    settle(second)
    QTest.keyClicks(text(mine), "een ")
    mine.autosave.now()
    QTest.keyClicks(text(mine), "twee ")  # before the answer is there
    typed = text(mine).toPlainText()
    settle(first, second)
    assert typed in [note_seats.typed_sections(kept.content)["complaints"][0] for kept in rows(first.runner.desk, Draft)]
    assert not mine.editor.isVisible()


def test_leaving_frees_the_seat_and_the_waiting_window_writes(both):
    first, second = both
    page = first.current()
    first.go("notes", client_id=page.sheet.client.id)
    settle(first)
    second.current().seat.look()
    settle(second)
    assert second.current().editor.isVisible() and text(second.current()).toPlainText() == "Moe sinds het voorjaar"


def test_leaving_without_a_change_leaves_nothing_behind(window_of, client):
    window = window_of("behandelaar", PAGE)
    window.go("notes", client_id=client.id, kind="intake")
    settle(window)
    assert len(rows(window.runner.desk, Draft)) == 1
    window.go("notes", client_id=client.id)
    settle(window)
    assert rows(window.runner.desk, Draft) == []


def test_the_reading_window_follows_what_is_typed(both):
    first, second = both
    QTest.keyClicks(text(first.current()), "Nu ook: ")
    first.current().autosave.now()
    settle(first)
    second.current().seat._beat()
    settle(second)
    said = "".join(label.text() for label in second.current().reader.findChildren(type(second.current().heading)))
    assert "Nu ook: " in said


def test_a_quiet_window_says_that_it_is_there(both, clinic):
    first, _second = both
    before = rows(first.runner.desk, Draft)[0]
    clinic.clock.move(seconds=40)
    first.current().seat._beat()
    settle(first)
    [now] = rows(first.runner.desk, Draft)
    assert now.seen_at > before.seen_at and now.content == before.content
