"""What can go wrong while the window is open: a blocked user, a file that is gone or full, an older file put back, other writers."""

import shutil

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from nmx_desk import app as program
from nmx_desk.data import logtext
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, log, people
from nmx_desk.ui.frame import watch
from nmx_desk.ui.theme import theme
from tests.clinic import PASSWORD
from tests.ui.hands import Hands


@pytest.fixture
def hands(qapp, qtbot, clinic, tmp_path, monkeypatch):
    """The program at a clinic, in English; the daily verification only when a test asks."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    running = program.App(clinic.front, program.pages(), tmp_path / "state", sources=program.palette_sources, now=clinic.clock)
    yield Hands(running)
    running.lock()
    if running.front is not None:
        running.front.background.wait()
        running.front.deleteLater()
    running.deleteLater()
    QApplication.processEvents()


def sign_in(hands, clinic, user):
    hands.app.use_language("en")
    hands.app.open_desk(clinic.front.sign_in(user, PASSWORD))
    hands.app.use_language("en")
    hands.app._change_language("en")
    hands.settle()
    return hands.app.window


def look(hands):
    """What the timer does every few seconds."""
    hands.app._watch.look()
    hands.settle()


def status(window):
    return window.bottom._log.accessibleName()


def test_after_a_verification_the_bottom_bar_keeps_saying_intact(hands, clinic):
    window = sign_in(hands, clinic, "manager")
    assert "intact" not in status(window)
    window.go("log")
    hands.settle()
    hands.click("Verify the log")
    hands.see("intact.")
    before = window.desk.log_size
    assert status(window).endswith("intact")
    clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone="0611111111"))
    look(hands)
    assert window.desk.log_size > before
    assert f"{window.desk.log_size} entries" in status(window)
    assert status(window).endswith("intact")
    hands.app._change_language("nl")
    hands.settle()
    assert status(hands.app.window).endswith("intact")


def test_what_is_written_goes_into_the_index_of_the_log_by_itself(hands, clinic, monkeypatch):
    monkeypatch.setattr(watch, "INDEX_EVERY", 20)
    monkeypatch.setattr(logtext.grow, "__defaults__", (100,))  # small parts: one asks for the next
    last = "SELECT max(id) FROM audit_value"
    desk = clinic.as_("receptie")
    assert logtext.upto(desk.database.driver) < desk.database.driver.execute(last).fetchone()[0]
    sign_in(hands, clinic, "manager")
    hands.wait_for(lambda: logtext.upto(desk.database.driver) == desk.database.driver.execute(last).fetchone()[0], "the index")
    desk.do(clients.create_client, Client(surname="Later", phone="0611111111"))
    hands.wait_for(lambda: logtext.upto(desk.database.driver) == desk.database.driver.execute(last).fetchone()[0], "the new words")


def test_the_first_sign_in_of_the_day_verifies_beside_the_work(hands, clinic):
    window = sign_in(hands, clinic, "receptie")
    hands.app._watch.verify_daily()
    hands.settle()
    assert status(window).endswith("intact")
    assert [r.code for r in clinic.as_("manager").do(log.list_log) if (r.code, r.obj_type) == ("VERIFY", "log")] == ["VERIFY"]
    hands.app._watch.verify_daily()
    hands.settle()
    assert [r.code for r in clinic.as_("manager").do(log.list_log) if (r.code, r.obj_type) == ("VERIFY", "log")] == ["VERIFY"], "once a day"


def test_a_finding_of_the_day_is_said_to_everybody(hands, clinic):
    window = sign_in(hands, clinic, "receptie")
    driver = clinic.as_("manager").database.driver
    driver.set_authorizer(None)
    triggers = driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'clinic'").fetchall()
    for (name,) in triggers:
        driver.execute(f'DROP TRIGGER "{name}"')
    driver.execute("UPDATE clinic SET city = 'Elders'")
    hands.app._watch.verify_daily()
    hands.settle()
    assert "does not add up" in status(window)
    assert "not intact" in window.banner.text
    look(hands)
    assert "does not add up" in status(window)


def test_what_another_program_wrote_is_shown(hands, clinic):
    window = sign_in(hands, clinic, "receptie")
    window.go("clients")
    hands.settle()
    look(hands)
    clinic.as_("manager").do(clients.create_client, Client(first_name="Nieuw", surname="Erbij", phone="0611111111"))
    look(hands)
    assert any("Erbij" in str(r) for r in window.current().list.table.records.rows)


def test_a_user_who_is_blocked_is_out_at_once(hands, clinic):
    window = sign_in(hands, clinic, "receptie")
    desk = clinic.as_("beheerder")
    person = next(p for p in desk.do(people.list_people) if p.user.username == "receptie")
    desk.do(people.block_user, person.user.id)
    assert hands.app.window is window
    look(hands)
    hands.wait_for(lambda: hands.app.window is None, "the sign-in")
    assert "blocked" in hands.app.front.banner.text
    assert clinic.verified().ok


def test_a_file_that_is_gone_is_said_and_come_back_is_noticed(hands, clinic):
    window = sign_in(hands, clinic, "receptie")
    path = clinic.front.place.database
    away = path.with_name("away")
    path.rename(away)
    look(hands)
    assert "no longer where it was" in window.banner.text
    away.rename(path)
    hands.click("Try again")
    assert window.banner.text == ""
    other = path.with_name("copy")
    shutil.copy(path, other)
    other.replace(path)
    look(hands)
    assert "replaced by another one" in window.banner.text


def test_on_a_full_disk_what_was_typed_stays_and_is_saved_when_there_is_room(hands, clinic):
    client = clinic.as_("behandelaar").do(clients.create_client, Client(surname="Vol", phone="0611111111"))
    window = sign_in(hands, clinic, "behandelaar")
    window.go("notes", client_id=client.id, kind="intake")
    hands.settle()
    driver = window.desk.database.driver
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count = {pages}")
    field = hands.all(QPlainTextEdit)[0]
    field.setPlainText("Slaapt slecht. " * 4000)
    hands.see("The disk is full; nothing was saved.")
    assert field.toPlainText().startswith("Slaapt slecht")
    driver.execute("PRAGMA max_page_count = 1000000")
    hands.click("Try again")
    hands.wait_for(lambda: driver.execute("SELECT count(*) FROM draft").fetchone()[0] == 1, "the draft")
    assert clinic.verified().ok


def test_an_older_file_put_back_shows_findings_and_no_client(hands, clinic):
    desk = clinic.as_("receptie")
    path = clinic.front.place.database
    clinic.close()
    shutil.copy(path, path.with_name("older"))
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, Client(surname="Verdwenen", phone="0611111111"))
    clinic.close()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.with_name("older").replace(path)
    window = sign_in(hands, clinic, "manager")
    assert window.desk.read_only
    assert "does not add up" in status(window)
    assert window._order == ["log"], "no page with clients"
    assert hands.reads("No clients are shown")
    hands.see("entries that this computer saw are missing")
    hands.click("Verify the log")
    hands.see("Not intact")
    hands.see("Keep the database and all backups as they are")
    assert "does not add up" in status(window)
