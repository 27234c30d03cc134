"""The log page in a real window, against a real clinic."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, log
from nmx_desk.ui import log as log_pages
from nmx_desk.ui import reports as report_pages
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.marked import Marked
from nmx_desk.ui.log import page as page_module
from nmx_desk.vault.sqlcipher import connect

Key = Qt.Key


@pytest.fixture
def sanne(clinic):
    """A client, seen and changed."""
    desk = clinic.as_("receptie")
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678", call_instruction="Na vier uur"))
    desk.do(clients.create_client, Client(first_name="Jeroen", surname="Bakker", phone="0612345679"))
    clinic.as_("behandelaar").do(clients.open_client, client.id)
    return desk.do(clients.change_client, replace(client, call_instruction="Na vijf uur"))


@pytest.fixture
def at_log(window_of):
    """``at_log("manager")``: the window of a user, at the log."""

    def open_window(username):
        window = window_of(username, report_pages.PAGE, log_pages.PAGE)
        window.go("log")
        settle(window)
        return window

    return open_window


def settle(window):
    """Wait until nothing runs, the page's answers to its own reading included."""
    for _turn in range(3):
        QApplication.processEvents()
        window.runner.idle()


def sentences(page):
    return [row.sentence for row in page.table.records.rows]


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel)] + [m.accessibleName() for m in widget.findChildren(Marked)]


def test_the_log_is_read_as_sentences_and_opened_with_the_keyboard(qtbot, at_log, sanne):
    window = at_log("manager")
    page = window.page("log")
    assert "Behandelaar A. Demo saw the file of Sanne Meer." in sentences(page)
    assert unnamed(window) == []
    row = next(r for r in page.table.records.rows if r.code == "CHANGE" and r.client == "Sanne Meer")
    page.table.choose(row.seq)
    qtbot.keyClick(page.table, Key.Key_Return)
    settle(window)
    assert page.details.isVisible()
    shown = texts(page.details)
    assert {"Na vier uur", "Na vijf uur", "call instruction"} <= set(shown)
    marks = [(m._text, m._spans) for m in page.details.findChildren(Marked)]
    assert marks == [("Na vier uur", ((3, 7),)), ("Na vijf uur", ((3, 7),))]
    qtbot.keyClick(page.details, Key.Key_Escape)
    assert not page.details.isVisible()
    assert unnamed(window) == []


def test_a_client_is_found_and_filtered_by_typing(qtbot, at_log, sanne):
    window = at_log("manager")
    page = window.page("log")
    field = page.filters.client
    field.setFocus()
    qtbot.keyClicks(field, "sanne")
    settle(window)
    qtbot.keyClick(field, Key.Key_Return)
    settle(window)
    assert field.client_id == sanne.id
    assert {r.client_id for r in page.table.records.rows} == {sanne.id}
    assert page.access.isVisible()
    page.filters.empty()
    settle(window)
    assert field.text() == ""
    assert {r.client_id for r in page.table.records.rows} > {sanne.id}


def test_kind_user_and_days(at_log, clinic, sanne):
    window = at_log("manager")
    page = window.page("log")
    kinds = page.filters.kind
    kinds.set_value(("VIEW", "SEARCH", "BREAKGLASS"))
    kinds.edited.emit()
    settle(window)
    assert {r.code for r in page.table.records.rows} == {"VIEW"}
    page.filters.user.set_value(clinic.as_("behandelaar").user.id)
    page.filters.user.edited.emit()
    settle(window)
    assert sentences(page) == ["Behandelaar A. Demo saw the file of Sanne Meer."]
    page.filters.first.setText("1-1-2027")
    page.filters.first.editingFinished.emit()
    settle(window)
    assert sentences(page) == []
    assert page.nothing.isVisible()
    window.go("log", client_id=sanne.id)  # asked for from elsewhere: what was filtered before does not hide it
    settle(window)
    assert {r.client_id for r in page.table.records.rows} == {sanne.id}
    assert kinds.value() is None and page.filters.first.value() is None
    window.go("log")
    settle(window)
    assert page.filters.client.client_id == sanne.id  # from the rail it is as it was left


def test_older_entries_come_while_scrolling(at_log, monkeypatch, clinic, sanne):
    monkeypatch.setattr(page_module, "STEP", 20)
    window = at_log("manager")
    page = window.page("log")
    seen = len(page.table.records.rows)
    assert seen < clinic.as_("manager").log_size
    for _turn in range(20):
        bar = page.table.verticalScrollBar()
        bar.setValue(bar.maximum())
        settle(window)
    seqs = [r.seq for r in page.table.records.rows]
    assert seqs == list(range(seqs[0], -1, -1))


def test_new_entries_appear_and_old_ones_stay(at_log, clinic, sanne):
    window = at_log("manager")
    page = window.page("log")
    before = [r.seq for r in page.table.records.rows]
    clinic.as_("manager").do(clients.open_client, sanne.id)
    settle(window)
    after = [r.seq for r in page.table.records.rows]
    assert "M. Demo saw the file of Sanne Meer." in sentences(page)
    assert set(before) <= set(after)


def test_an_intact_log_is_said_to_be_so(at_log, sanne):
    window = at_log("manager")
    page = window.page("log")
    page.verify.click()
    assert page.progress.isVisible()
    settle(window)
    assert not page.progress.isVisible()
    assert "intact" in page.banner.text
    assert "verified on this computer" in page.state.text()
    assert page.verify.isEnabled()


def test_findings_are_sentences(at_log, clinic, sanne):
    desk = clinic.as_("manager")
    raw = connect(desk.database.path, desk.secrets.db_key)
    saved = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'client'").fetchall()
    for name, _sql in saved:
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("UPDATE client SET city = 'Elders' WHERE id = ?", (sanne.id,))
    for _name, sql in saved:
        raw.execute(sql)
    raw.close()
    window = at_log("manager")
    page = window.page("log")
    page.start_verify()
    settle(window)
    assert "Not intact: 1 finding" in page.banner.text
    assert any("the field “city” differs" in text for text in texts(page.details))
    assert page.details.isVisible()


def test_a_verification_is_stopped_with_a_click(at_log, monkeypatch, sanne):
    window = at_log("manager")
    page = window.page("log")
    page.start_verify()
    page.stop_verify()
    settle(window)
    assert page.banner.text == ""
    assert page.verify.isEnabled()
    assert window.toaster.text == "The verification was stopped."


def test_reception_sees_own_actions_and_no_buttons_of_others(at_log, sanne):
    window = at_log("receptie")
    page = window.page("log")
    assert {r.who for r in page.table.records.rows} == {"R. Demo"}
    assert not page.verify.isVisible()
    assert not page.certificate.isVisible()
    assert not page.filters.client.isVisible()
    assert not page.filters.user.isVisible()


def test_certificate_and_access_list_open_in_reports(at_log, sanne):
    window = at_log("manager")
    page = window.page("log")
    window.go("log", client_id=sanne.id)
    settle(window)
    assert page.filters.client.text() == f"Sanne Meer ({sanne.client_no})"
    page.access.click()
    settle(window)
    reports = window.current()
    assert reports.name == "reports"
    assert reports.table.current().name == "access"
    assert reports.client.client_id == sanne.id
    assert reports.preview.pages == 1
    window.go("log")
    page.certificate.click()
    settle(window)
    assert reports.table.current().name == "certificate"
    assert reports.preview.pages >= 1


def test_in_doubt_only_the_verification_works(at_log, clinic, sanne):
    clinic.close()
    old = {path.name: path.read_bytes() for path in clinic.folder.iterdir() if path.is_file()}
    clinic.as_("receptie").do(clients.open_client, sanne.id)
    clinic.close()
    for name, data in old.items():
        (clinic.folder / name).write_bytes(data)
    for path in clinic.folder.glob("*-wal"):
        path.unlink()
    window = at_log("manager")
    page = window.page("log")
    assert "missing from the log" in page.banner.text
    assert page.table.records.rows == []
    page.start_verify()
    settle(window)
    assert any("an older copy was put back" in text for text in texts(page.details))
    assert clinic.as_("manager").do(log.log_state).size > 0
