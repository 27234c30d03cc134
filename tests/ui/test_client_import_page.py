"""Clients from a file, in a real window: chosen or dropped, looked at, imported, taken back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from nmx_desk.services import clients
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.kit import importing
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.labels import Label

FILES = Path(__file__).resolve().parent.parent / "data" / "client_files"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(window_of):
    made = window_of("receptie", PAGE)
    made.start()
    made.runner.idle()
    return made


@pytest.fixture
def page(window):
    return window.page("clients")


def undo(window) -> None:
    window.toaster.run_action()
    window.runner.idle()


def test_clients_in_two_clicks_and_back(qtbot, window, page, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(FILES / "clienten.xlsx"), ""))
    qtbot.mouseClick(page.list.import_button, LEFT)
    window.runner.idle()
    view = page.importing
    assert view.isVisible()
    assert view.about.text() == "clienten.xlsx · Excel"
    rows = view.table.records.rows
    born = next(shown for shown in view.table.records.columns if shown.key == "born")
    assert [born.text(row) for row in rows][2] == "31-02-1980"
    assert [born.role(row) for row in rows] == ["text", "text", "warn"]
    assert unnamed(window) == []
    qtbot.mouseClick(view.go, LEFT)
    window.runner.idle()
    assert [row.client.surname for row in page.list.table.records.rows] == ["Bos", "Meer", "Vries"]
    assert "3" in window.toaster.text
    undo(window)
    assert page.list.table.records.rows == []


def test_the_shortcut_asks_for_a_file_of_clients(qtbot, window, page, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda _parent, title, *_more: asked.append(title) or ("", ""))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.list.field.setFocus()
    qtbot.keyClick(page.list.field, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["Import clients"]
    assert page.list.isVisible()


def test_cards_are_dropped_on_the_list_only(qtbot, window, page, clinic):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(FILES / "contacten.vcf"))])
    here = (Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(10, 10), *here)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPointF(10, 10), *here))
    window.runner.idle()
    assert page.importing.about.text() == "contacten.vcf · vCard"
    again = QDragEnterEvent(QPoint(10, 10), *here)
    again.ignore()
    page.dragEnterEvent(again)
    assert not again.isAccepted()
    qtbot.keyClick(page.importing, Qt.Key.Key_Escape)
    assert page.list.isVisible()
    assert clinic.as_("receptie").do(clients.list_clients).rows == ()


def test_the_row_a_client_came_from(window, page, monkeypatch):
    page.import_file(str(FILES / "clienten.xlsx"))
    window.runner.idle()
    page.importing.run()
    window.runner.idle()
    odd = next(row.client for row in page.list.table.records.rows if row.client.surname == "Vries")
    window.go("clients", client_id=odd.id)
    window.runner.idle()
    seen = []
    monkeypatch.setattr(Dialog, "exec", lambda dialog: seen.extend(label.text() for label in dialog.findChildren(Label)))
    next(command for command in page.commands() if "row of the file" in command.title).run()
    window.runner.idle()
    assert {"As it stood in the file", "Geboortedatum", "31-02-1980", "geen"} <= set(seen)


def test_taking_clients_back_says_what_was_edited(window, page, monkeypatch, clinic):
    page.import_file(str(FILES / "clienten.xlsx"))
    window.runner.idle()
    page.importing.run()
    window.runner.idle()
    edited = page.list.table.records.rows[0].client
    clinic.as_("receptie").do(clients.change_client, replace(edited, city="Zwolle"))
    asked = []
    monkeypatch.setattr(importing, "ask", lambda _page, title, text, **_more: asked.append(text) and False)
    undo(window)
    assert asked == ["Kim Bos: city"]
    assert [row.client.id for row in page.list.table.records.rows] == [edited.id]


def test_a_new_question_drops_the_older_answer(window, page):
    page.import_file(str(FILES / "contacten.vcf"))
    page.import_file(str(FILES / "clienten.xlsx"))
    window.runner.idle()
    assert page.importing.preview.file_name == "clienten.xlsx"
    assert page.importing.table.records.rows[0].name == "Sanne van der Meer"
    page.import_file(str(FILES / "contacten.vcf"))
    page.importing.leave()
    window.runner.idle()
    assert page.importing.preview is None


@pytest.mark.parametrize("other", ["", "contacten.vcf"])
def test_who_goes_on_while_an_import_runs_is_left_alone(window, page, clinic, other):
    page.import_file(str(FILES / "clienten.xlsx"))
    window.runner.idle()
    page.importing.run()
    page.importing.leave()
    if other:
        page.import_file(str(FILES / other))
    else:
        window.go("clients", doubles=True)
    window.runner.idle()
    assert "3" in window.toaster.text
    assert len(clinic.as_("receptie").do(clients.list_clients).rows) == 3
    assert not page.list.isVisible()
    assert page.importing.isVisible() == bool(other)
    if other:
        assert page.importing.preview.file_name == other and page.importing.go.isEnabled()


@pytest.mark.slow
def test_ten_thousand_rows_never_hold_the_window(window, page, tmp_path, qtbot):
    """While the file is read the window answers; the rows are shown in a moment."""
    path = tmp_path / "veel.csv"
    lines = "".join(f"Naam{n} Achter{n % 3011};06{n:08};{n % 28 + 1}-{n % 12 + 1}-{1940 + n % 70}\n" for n in range(1, 10_001))
    path.write_text(f"Naam;Telefoon;Geboortedatum\n{lines}", encoding="utf-8")
    page.import_file(str(path))
    view = page.importing
    ticks = 0
    while window.runner.busy:
        qtbot.wait(10)
        ticks += 1
    assert ticks > 20
    assert view.preview.count("new") == len(view.table.records.rows) == 10_000


def test_the_reading_is_stopped_in_the_bottom_bar(window, page, tmp_path):
    path = tmp_path / "veel.csv"
    path.write_text("Naam;Telefoon\n" + "".join(f"Naam{n} Achter;06{n:08}\n" for n in range(1, 3000)), encoding="utf-8")
    page.import_file(str(path))
    page.importing._job.cancel()
    window.runner.idle()
    assert page.importing.preview is None
    assert not page.importing.go.isEnabled()
    page.import_file(str(FILES / "clienten.xlsx"))
    window.runner.idle()
    assert page.importing.preview.rows == 3
