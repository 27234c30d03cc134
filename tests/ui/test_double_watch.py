"""Doubles said while one types: beside the form, without taking the focus, logged when the typing stands still."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, log, requests
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.kit import double_watch, messages
from nmx_desk.ui.requests import PAGE as REQUESTS

SANNE = Client(first_name="Sanne", prefix="van der", surname="Meer", birth_date=date(1980, 5, 1), phone="0600222333")


@pytest.fixture
def window(window_of, clinic, monkeypatch):
    monkeypatch.setattr(double_watch, "PAUSE", 1)
    monkeypatch.setattr(double_watch, "SETTLED", 60_000)
    clinic.as_("receptie").do(clients.create_client, SANNE)
    return window_of("receptie", PAGE, REQUESTS)


@pytest.fixture
def said(monkeypatch):
    heard = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(getattr(event, "message", str)()))
    monkeypatch.setattr(messages.QAccessible, "updateAccessibility", QAccessible.updateAccessibility)
    return heard


def typed(field, text):
    field.setFocus()
    QTest.keyClicks(field, text)


def logged(clinic):
    rows = clinic.as_("manager").do(log.list_log)
    return [row for row in rows if "possible double" in row.sentence]


def test_a_new_client_who_is_here_already(window, clinic, said):
    window.go("clients", new=True)
    runner, page = window.runner, window.page("clients")
    runner.idle()
    form, watch = page._form, page.watch
    typed(form.form.input("first_name"), "Sanne")
    typed(form.form.input("surname"), "Meer")
    watch.ask()
    runner.idle()
    assert not watch.isVisible()
    field = form.form.input("birth_date")
    typed(field, "01051980")
    watch.ask()
    runner.idle()
    assert watch.isVisible() and [one.client.name for one in watch.doubles] == ["Sanne van der Meer"]
    assert watch.doubles[0].likeness.strength == "strong" and field.hasFocus()
    assert any("Very likely the same person: same name and birth date" in words for words in said)
    (button,) = [b for b in watch.findChildren(QAbstractButton) if b.text() == "Open"]
    assert "Sanne van der Meer" in button.accessibleName() and "same name" in button.accessibleName()
    assert not logged(clinic)
    watch.looked()
    watch.looked()
    runner.idle()
    assert len(logged(clinic)) == 1
    QTest.keyClick(form.form.input("phone"), "D", Qt.KeyboardModifier.AltModifier)
    runner.idle()
    assert page.sheet.sheet.client.client_no == "C-000001"
    assert clinic.verified().ok


def test_a_phone_alone_is_weak_and_goes_away_when_it_is_taken_out(window):
    window.go("clients", new=True)
    runner, page = window.runner, window.page("clients")
    runner.idle()
    field = page._form.form.input("phone")
    typed(field, "06 00222333")
    page.watch.ask()
    runner.idle()
    assert page.watch.doubles[0].likeness.strength == "weak"
    field.clear()
    typed(field, "x")
    page.watch.ask()
    runner.idle()
    assert not page.watch.isVisible()


def test_a_caller_who_is_a_client_is_linked_to_the_file(window, clinic):
    window.go("requests")
    runner, page = window.runner, window.page("requests")
    runner.idle()
    page.form.begin()
    typed(page.form.fields.input("first_name"), "S.")
    typed(page.form.fields.input("phone"), "0600222333")
    page.form.watch.ask()
    runner.idle()
    (link,) = [b for b in page.form.watch.findChildren(QAbstractButton) if b.text() == "Link"]
    link.click()
    assert "Linked to Sanne van der Meer" in page.form._linked.text()
    page.form.fields.set_values({"source": "phone", "surname": "Meer", "question": "moe"})
    page.form.save()
    runner.idle()
    (row,) = clinic.as_("receptie").do(requests.list_requests)
    assert row.request.client_id and len(logged(clinic)) == 1


def test_an_answer_that_comes_after_the_form_was_emptied_is_not_shown(window):
    watch = window.page("clients").watch
    watch.tell({"phone": SANNE.phone})
    watch.ask()
    window.runner.idle()
    assert len(watch.doubles) == 1
    watch.ask()
    watch.clear()
    window.runner.idle()
    assert watch.doubles == () and watch.isHidden()
