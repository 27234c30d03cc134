"""Contact data to a file through the window: the list from its button, a client from the palette, a manager's with a reason."""

import json

import pytest
from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.clients import Client
from nmx_desk.services import client_export, clients
from nmx_desk.services.desk import Cancelled, Progress
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.clients.exports import ExportButton
from nmx_desk.ui.kit import saving


@pytest.fixture
def client(clinic):
    desk = clinic.as_("behandelaar")
    return desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456", practitioner_id=desk.user.id))


@pytest.fixture
def at_clients(window_of, client):
    """``at_clients(user)``: the window of a user, at the clients."""

    def make(user):
        window = window_of(user, PAGE)
        window.start()
        window.runner.idle()
        return window

    return make


def choose(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))


def press(window, form):
    menu = window.current().list.findChild(ExportButton).menu()
    next(action for action in menu.actions() if form in action.text()).trigger()
    window.runner.idle()


@pytest.mark.parametrize(("form", "begins"), [("csv", "\ufeff".encode()), ("xlsx", b"PK")])
def test_the_list_goes_to_a_file_that_only_its_owner_reads(at_clients, monkeypatch, tmp_path, form, begins):
    path = tmp_path / f"lijst.{form}"
    choose(monkeypatch, path)
    press(at_clients("behandelaar"), form.upper())
    assert path.read_bytes().startswith(begins)
    assert path.stat().st_mode & 0o077 == 0


def test_a_client_goes_to_a_file_from_the_palette(clinic, at_clients, client, monkeypatch, tmp_path):
    window = at_clients("behandelaar")
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


def test_a_file_that_cannot_be_written_says_so_and_leaves_what_was_there(at_clients, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(saving.errors, "show", lambda problem, *_args, **_kw: said.append(str(problem)))
    choose(monkeypatch, tmp_path / "er" / "niet" / "lijst.csv")
    press(at_clients("behandelaar"), "CSV")
    assert "lijst.csv" in said[0]


def test_no_file_no_export(clinic, at_clients, monkeypatch):
    choose(monkeypatch, "")
    press(at_clients("behandelaar"), "CSV")
    with clinic.as_("manager").database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE code = 'EXPORT'").scalar_one() == 0


def test_the_reception_has_no_such_button(at_clients):
    window = at_clients("receptie")
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
