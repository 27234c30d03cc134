"""The program's own messages hold ids, never values: through a whole day, and when things go wrong in every way there is."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from nmx_desk.data.tables import TABLES
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.errors import Conflict, NotAllowed, NotFound, UserError
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import clients, notes, requests, search
from nmx_desk.services.desk import use_case
from nmx_desk.ui import errors
from nmx_desk.vault.errors import WrongPassword
from tests.clinic import PASSWORD
from tests.day import whole_day

SECRET = "Zqxjwil"
WRITTEN = ("first_name", "surname", "phone", "email", "question", "content", "text", "words", "note", "street", "raw_payload", "goal")


@use_case("session.use")
def breaks_a_rule(work):
    complaint = work.store.add(Complaint(client_id=work.store.find(Client)[0].id, words=SECRET))
    work.store.add(ComplaintScore(client_id=complaint.client_id, complaint_id=complaint.id, score=11))


@use_case("session.use")
def breaks_sql(work):
    work.store.connection.execute(sa.text("SELECT nergens FROM client WHERE surname = :name"), {"name": SECRET})


@use_case("session.use")
def breaks_python(work):
    try:
        {}[SECRET]
    except KeyError as error:
        raise ValueError(f"no {SECRET}") from error


@use_case("session.use")
def keeps(work, client):
    work.store.change(client)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    return lambda: caplog.text


def written(clinic) -> set[str]:
    """What people wrote, as it stands in the clinic."""
    connection, found = clinic.as_("manager").database._reader, set()
    for table in TABLES.values():
        for column in (table.c[name] for name in WRITTEN if name in table.c):
            found |= {str(row[0]) for row in connection.execute(sa.select(column).distinct()) if row[0] and len(str(row[0])) >= 6}
    connection.rollback()
    return found


def in_the_clear(folder: Path, words: set[str]) -> list[str]:
    """Files below a folder that hold one of these words."""
    needles = [word.encode() for word in words]
    return [str(path) for path in folder.rglob("*") if path.is_file() for data in [path.read_bytes()] if any(n in data for n in needles)]


def test_a_whole_day_says_nothing_that_anybody_wrote(clinic, lines):
    dict(whole_day(clinic))
    words = written(clinic)
    assert len(words) > 50
    assert [word for word in words if word in lines()] == []
    assert in_the_clear(clinic.folder, words) == in_the_clear(Path(os.environ["NMX_STATE_DIR"]), words) == []


def test_refusals_say_nothing(clinic, lines):
    do = clinic.as_("receptie").do
    client = do(clients.create_client, Client(first_name="Anna", surname=SECRET, phone="0600222333"))
    refused = []
    for kind, case, *arguments in (
        (UserError, requests.new_request, NewRequest(first_name=SECRET, surname=SECRET, phone=SECRET, email=SECRET)),
        (NotFound, clients.open_client, SECRET),
        (NotAllowed, notes.read_note, client.id),
        (Conflict, clients.change_client, Client(id=client.id, version=7, first_name=SECRET, surname=SECRET, phone="0600222333")),
    ):
        with pytest.raises(kind) as caught:
            do(case, *arguments)
        refused.append(errors.report_text(caught.value))
    do(search.settled, SECRET, 0)
    assert SECRET not in lines() and not any(SECRET in text for text in refused)


@pytest.mark.parametrize("case", [breaks_a_rule, breaks_sql, breaks_python])
def test_our_own_faults_say_where_never_what(clinic, lines, case):
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, Client(first_name="Anna", surname=SECRET, phone="0600222333"))
    with pytest.raises((sa.exc.SQLAlchemyError, ValueError)) as caught:
        desk.do(case)
    report = errors.report_text(caught.value)
    assert "desk.py" in report and SECRET not in report and SECRET not in lines()
    if case is not breaks_python:
        assert SECRET not in str(caught.value) and "hide_parameters" in str(caught.value)


def test_a_witness_that_cannot_be_written_is_said_without_values(clinic, lines, monkeypatch):
    from nmx_desk.services import desk as door

    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device", f"/home/{SECRET}/witness")

    desk = clinic.as_("receptie")
    monkeypatch.setattr(door.witness, "advance", full)
    desk.do(clients.create_client, Client(first_name="Anna", surname=SECRET, phone="0600222333"))
    assert "No space left" in lines() and SECRET not in lines()


def test_a_wrong_password_is_not_said(clinic, lines):
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("manager", PASSWORD + SECRET)
    assert SECRET not in lines() and PASSWORD not in lines()
    assert in_the_clear(clinic.folder, {PASSWORD, SECRET}) == []


def test_a_broken_character_is_refused_with_a_sentence(clinic):
    do = clinic.as_("receptie").do
    client = do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600222333"))
    for text in ("\ud800", "Zwolle\udfff"):
        with pytest.raises(UserError, match="broken character"):
            do(keeps, replace(client, city=text))
    assert do(clients.open_client, client.id).client == client
