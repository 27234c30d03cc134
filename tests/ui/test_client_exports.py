"""Contact data to a file through the window: the list from its button, a client from the palette, a manager's with a reason."""

import json

import pytest
from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.clients import Client
from nmx_desk.services import client_export, clients
from nmx_desk.services.desk import Cancelled, Progress
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.clients.exports import ExportButton
from nmx_desk.ui.frame.window import MainWindow
from nmx_desk.ui.kit import saving
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme


@pytest.fixture
def client(clinic):
    desk = clinic.as_("behandelaar")
    return desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456", practitioner_id=desk.user.id))


@pytest.fixture
def window_of(qtbot, qapp, clinic, client):
    theme().start(qapp)
    runners = []

    def make(user):
        runners.append(Runner(clinic.as_(user)))
        made = MainWindow(runners[-1], [PAGE], UserSettings(None), now=clinic.clock)
        qtbot.addWidget(made)
        made.show()
        made.start()
        runners[-1].idle()
        return made

    yield make
    for runner in runners:
        runner.stop()


def choose(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))


def press(window, form):
    menu = window.current().list.findChild(ExportButton).menu()
    next(action for action in menu.actions() if form in action.text()).trigger()
    window.runner.idle()


@pytest.mark.parametrize(("form", "begins"), [("csv", "\ufeff".encode()), ("xlsx", b"PK")])
def test_the_list_goes_to_a_file_that_only_its_owner_reads(window_of, monkeypatch, tmp_path, form, begins):
    path = tmp_path / f"lijst.{form}"
    choose(monkeypatch, path)
    press(window_of("behandelaar"), form.upper())
    assert path.read_bytes().startswith(begins)
    assert path.stat().st_mode & 0o077 == 0


def test_a_client_goes_to_a_file_from_the_palette(clinic, window_of, client, monkeypatch, tmp_path):
    window = window_of("behandelaar")
    window.go("clients", client_id=client.id)
    window.runner.idle()
    for ending, part in (("vcf", "vCard"), ("json", "FHIR")):
        choose(monkeypatch, tmp_path / client.client_no)
        next(command for command in window.current().commands() if part in command.title).run()
        window.runner.idle()
        assert (tmp_path / f"{client.client_no}.{ending}").is_file()
    assert json.loads((tmp_path / f"{client.client_no}.json").read_text())["resourceType"] == "Patient"
    with clinic.as_("manager").database.reading() as connection:
        exports = connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE code = 'EXPORT' AND client = ?", (client.id,))
        assert exports.scalar_one() == 2


def test_a_file_that_cannot_be_written_says_so_and_leaves_what_was_there(window_of, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(saving.errors, "show", lambda problem, *_args, **_kw: said.append(str(problem)))
    choose(monkeypatch, tmp_path / "er" / "niet" / "lijst.csv")
    press(window_of("behandelaar"), "CSV")
    assert "lijst.csv" in said[0]


def test_no_file_no_export(clinic, window_of, monkeypatch):
    choose(monkeypatch, "")
    press(window_of("behandelaar"), "CSV")
    with clinic.as_("manager").database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE code = 'EXPORT'").scalar_one() == 0


def test_the_reception_has_no_such_button(window_of):
    window = window_of("receptie")
    assert not window.current().list.findChild(ExportButton).isVisible()
    assert not any("vCard" in command.title for command in window.current().commands())


def test_a_stopped_export_leaves_nothing_in_the_log(clinic, client):
    stopped = Progress()
    stopped.cancel()
    desk = clinic.as_("behandelaar")
    before = desk.log_size
    with pytest.raises(Cancelled):
        desk.do(client_export.export_client_list, "csv", progress=stopped)
    assert desk.log_size == before
