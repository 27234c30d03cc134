"""The mailbox and the watched folder in a real window, and what is told when something comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog

from nmx_desk.domain.intake_ways import Mailbox
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.exchange.mails import read_mail
from nmx_desk.services import mailbox, requests
from nmx_desk.ui import requests as requests_pages
from nmx_desk.ui import settings as settings_pages
from nmx_desk.ui.frame.arrivals import Arrivals
from nmx_desk.ui.frame.notices import Noticed
from nmx_desk.ui.frame.window import NOTIFY, MainWindow
from nmx_desk.ui.kit import importing as importing_module
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.incoming import IncomingHere
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from tests.clinic import MONDAY
from tests.imap_server import HOST, PASSWORD, USER, ImapServer, Odd, certificates
from tests.unit.test_mailbox import box, form
from tests.unit.test_watched_folder import KNOWN, UNKNOWN


class Tray(QObject):
    """A desktop that remembers what it was told."""

    messageClicked = Signal()  # noqa: N815 (Qt's name)
    activated = Signal(int)

    def __init__(self):
        super().__init__()
        self.said = []

    def showMessage(self, title, text, *_how):
        self.said.append((title, text))

    def __getattr__(self, name):
        if name in {"setIcon", "show", "hide"}:
            return lambda *_what: None
        raise AttributeError(name)


class Scene:
    """A window with its arrivals."""

    def __init__(self, clinic, username, station, *, tray=True):
        self.runner = Runner(clinic.as_(username))
        self.settings, self.station = UserSettings(), station
        self.window = MainWindow(
            self.runner, [requests_pages.PAGE, settings_pages.PAGE], self.settings, now=clinic.clock, station=station
        )
        self.stopped = False
        self.noticed = Noticed(clinic.clock())
        self.arrivals = Arrivals(self.runner, station, self.settings, self.noticed, clinic.clock)
        self.tray = Tray() if tray else None
        self.arrivals.desktop._make = lambda: self.tray
        self.arrivals.use(self.window)
        self.window.resize(1280, 720)
        self.window.start()
        self.settle()

    @property
    def here(self):
        return IncomingHere(self.station, self.runner.desk.db_uuid)

    def settle(self):
        for _turn in range(4):
            QApplication.processEvents()
            self.runner.idle()

    def look(self):
        self.arrivals.notices.look()
        self.settle()


@pytest.fixture
def scene(qtbot, clinic):
    theme().start(QApplication.instance())
    made = []

    def begin(username="receptie", station=None, **more):
        scene = Scene(clinic, username, station or UserSettings(), **more)
        qtbot.addWidget(scene.window)
        made.append(scene)
        return scene

    yield begin
    for one in made:
        one.arrivals.end()
        if not one.stopped:
            one.runner.stop()


@pytest.fixture
def server(tmp_path, monkeypatch):
    trusted, own = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with ImapServer(own) as running:
        running.arrived = MONDAY
        yield running


def part_of(scene):
    scene.window.go("settings", part="incoming")
    scene.settle()
    return scene.window.page("settings").parts["incoming"]


def ask(clinic, who, n=1):
    wanted = NewRequest(first_name="Kim", surname="Geheim", phone=f"06001112{n:02}", question="moe")
    return clinic.as_(who).do(requests.new_request, wanted)


def test_a_mailbox_is_set_tried_and_read_from_the_settings(scene, server, clinic):
    at = scene("manager")
    part = part_of(at)
    assert not part.fetch_button.isEnabled()
    typed = {"host": HOST, "port": server.port, "username": USER, "password": PASSWORD, "every_minutes": 3}
    for name, text in typed.items():
        part.form.input(name).setText(str(text))
        part.form.input(name).edited.emit()
    server.put(form(1))
    part.try_button.click()
    at.settle()
    assert at.window.toaster._label.text() == "Connected: 1 message is in the folder."
    part.save_button.click()
    at.settle()
    assert clinic.as_("manager").do(mailbox.read_mailbox).mailbox.every_minutes == 3
    assert part.form.values()["password"] == ""
    part.fetch_button.click()
    at.settle()
    assert [row.request.surname for row in clinic.as_("receptie").do(requests.list_requests)] == ["Nummer1"]
    assert unnamed(part) == []


def test_what_is_wrong_stands_in_the_settings(scene, server, clinic):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server), "fout")
    at = scene("manager")
    part = part_of(at)
    part.fetch_button.click()
    at.settle()
    assert "refuses" in part.trouble.text()


def test_an_administrator_sets_it_and_does_not_read_it(scene, server, clinic):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server), PASSWORD)
    part = part_of(scene("beheerder"))
    assert part.fetch_button.isHidden() and not part.try_button.isHidden()


def test_a_workstation_reads_the_mailbox_only_where_that_is_switched_on(scene, server, clinic):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server, every_minutes=3), PASSWORD)
    server.put(form(1))
    at = scene()
    at.arrivals.mail.look()
    at.settle()
    assert clinic.as_("receptie").do(requests.list_requests) == []
    at.here.put(mail=True)
    at.arrivals.mail.look()
    at.settle()
    assert len(clinic.as_("receptie").do(requests.list_requests)) == 1
    server.put(form(2))
    for _minute in range(2):
        at.arrivals.mail.look()
        at.settle()
    assert len(clinic.as_("receptie").do(requests.list_requests)) == 1  # not yet time
    at.arrivals.mail.look()
    at.settle()
    assert len(clinic.as_("receptie").do(requests.list_requests)) == 2


def test_trouble_with_the_mailbox_is_said_once(scene, server, clinic):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server), "fout")
    at = scene()
    at.here.put(mail=True)
    said = []
    at.arrivals.mail.trouble.connect(said.append)
    for _look in range(2):
        at.arrivals.mail._wait = 0
        at.arrivals.mail.look()
        at.settle()
    assert len(said) == 1 and "was not read" in at.window.banner.text


def test_new_requests_are_told_on_the_desktop_without_a_name(scene, clinic):
    at = scene()
    ask(clinic, "manager")
    at.look()
    assert at.tray.said == [("NMX Desk", "1 new request came in.")]
    at.look()
    assert len(at.tray.said) == 1
    at.tray.messageClicked.emit()
    at.settle()
    assert at.window.current().name == "requests"
    assert at.window.current().states.value() == "new"


def test_without_a_tray_it_is_said_in_the_window(scene, clinic):
    at = scene(tray=False)
    at.window.show()
    ask(clinic, "manager")
    at.look()
    assert at.window.toaster.text == "1 new request came in."


def test_it_can_be_switched_off_and_the_number_on_the_rail_goes_up_all_the_same(scene, clinic):
    at = scene()
    at.window.notify_chosen.emit(False)
    assert at.settings.get(NOTIFY) is False
    ask(clinic, "manager")
    at.look()
    at.window.count()
    at.settle()
    assert at.tray.said == []
    assert "1 waiting" in at.window.rail._buttons["requests"].accessibleName()


def test_a_call_whose_time_has_come_is_said_once_and_counted(scene, clinic):
    made = ask(clinic, "receptie")
    clinic.as_("receptie").do(requests.log_attempt, made.id, AttemptResult.NO_ANSWER, recall_at=clinic.clock() + timedelta(hours=1))
    at = scene()
    at.window.show()
    at.look()
    assert at.window.toaster.text == ""
    clinic.clock.move(hours=2)
    at.look()
    assert at.window.toaster.text == "It is time to call: 1 request."
    assert "1 waiting" in at.window.rail._buttons["requests"].accessibleName()
    at.window.toaster.run_action()
    at.settle()
    assert at.window.current().states.value() == "recall"
    at.look()
    assert at.window.toaster.text == ""


def test_a_folder_is_chosen_in_the_settings_and_watched(scene, clinic, tmp_path, monkeypatch):
    folder = tmp_path / "exports"
    folder.mkdir()
    at = scene("manager")
    part = part_of(at)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_how: str(folder))
    part.choose_button.click()
    assert at.here.folder == str(folder) and part.folder.text() == str(folder)
    watch = at.arrivals.folder
    watch.look()
    at.settle()
    assert watch._watcher.directories() == [str(folder)]
    (folder / "export.csv").write_bytes(KNOWN)
    for _look in range(3):
        watch.look()
        at.settle()
    assert [row.request.name for row in clinic.as_("receptie").do(requests.list_requests)] == ["Kim Bos"]
    assert len(at.here.seen) == 1
    at.look()
    assert at.tray.said == [("NMX Desk", "1 new request came in.")]
    part.stop_button.click()
    watch.look()
    assert at.here.folder == "" and watch._watcher.directories() == []


def test_a_folder_whose_disk_comes_back_is_listened_to(scene, tmp_path):
    at, folder = scene(), tmp_path / "exports"
    at.here.put(folder=str(folder))
    watch, said = at.arrivals.folder, []
    watch.trouble.connect(said.append)
    watch.look()
    at.settle()
    assert watch._watcher.directories() == [] and "cannot be read" in said[0]
    folder.mkdir()
    watch.look()
    assert watch._watcher.directories() == []  # the window itself does not look
    at.settle()
    assert watch._watcher.directories() == [str(folder)]


def test_a_file_somebody_has_to_look_at_opens_in_the_preview(scene, clinic, tmp_path):
    at = scene()
    at.here.put(folder=str(tmp_path))
    (tmp_path / "raar.csv").write_bytes(UNKNOWN)
    for _look in range(3):
        at.arrivals.folder.look()
        at.settle()
    assert "raar.csv" in at.window.banner.text
    at.window.banner._act()
    at.settle()
    page = at.window.page("requests")
    assert page._stack.currentIndex() == 1 and page.importing.preview.rows == 2


def test_a_demo_clinic_does_not_take_the_files_of_the_real_one():
    station = UserSettings()
    IncomingHere(station, "one").put(folder="/x", mail=True)
    assert (IncomingHere(station, "two").folder, IncomingHere(station, "two").reads_mail) == ("", False)


def test_only_so_many_files_are_remembered(monkeypatch):
    monkeypatch.setattr("nmx_desk.ui.kit.incoming.REMEMBERED", 3)
    here = IncomingHere(UserSettings(), "one")
    here.remember([str(n) for n in range(5)])
    assert here.seen == ["2", "3", "4"]
    here.remember([])
    assert here.seen == ["2", "3", "4"]


def test_locking_does_not_wait_for_a_mail_server_that_says_nothing(scene, clinic, tmp_path, monkeypatch):
    trusted, own = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Odd(own, b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n", b"* OK wait\r\n") as server:
        clinic.as_("manager").do(mailbox.save_mailbox, box(server), PASSWORD)
        at = scene()
        at.here.put(mail=True)
        at.arrivals.mail.look()
        while len(server.heard) < 2:  # it has sent the password and waits
            QApplication.processEvents()
        at.runner.stop()
        at.stopped = True
        assert not [thread for thread in at.runner._threads if thread.is_alive()]


def test_what_came_in_by_itself_can_be_taken_back_on_a_later_day(scene, clinic, monkeypatch):
    kept = clinic.as_("manager").do(mailbox.save_mailbox, Mailbox(host="mail.example.org", username="x", name="Website"), "y").mailbox
    letters = [read_mail(form(n), clinic.clock()) for n in (1, 2)]
    clinic.as_("receptie").do(mailbox.keep_mails, kept.id, 1, 2, letters)
    clinic.clock.move(days=3)
    at = scene()
    at.window.show()
    at.window.go("requests")
    page = at.window.page("requests")
    next(command for command in page.commands() if command.title == "Imports that were made").run()
    at.settle()
    made = page.made.table.current()
    assert (made.batch.new, page.made.about.text()) == (2, "R. Demo: 2 rows, 2 new, 0 double.")
    assert unnamed(page.made) == []
    first = clinic.as_("receptie").do(requests.list_requests)[0]
    clinic.as_("receptie").do(requests.change_request, replace(first.request, preferred_times="ochtend"))
    asked = []
    monkeypatch.setattr(importing_module, "ask", lambda *said, **_how: asked.append(said[2]) or False)
    page.made.button.click()
    at.settle()
    assert asked and first.request.name in asked[0]
    assert [row.id for row in clinic.as_("receptie").do(requests.list_requests)] == [first.id]
    assert not page.made.button.isEnabled() and "Taken back" in page.made.about.text()
