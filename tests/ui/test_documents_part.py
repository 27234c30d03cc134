"""The documents of a client in the window: added in every way, seen, noted, opened outside, taken away; hostile ones bounded."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton
from reportlab.pdfgen import canvas

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, documents
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.clients import documents as part_module
from nmx_desk.ui.kit import document_view, private_files
from nmx_desk.ui.kit.pictures import png_of
from nmx_desk.ui.kit.settings import UserSettings


@pytest.fixture
def patient(clinic):
    who = clinic.as_("behandelaar")
    return who.do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600222333", practitioner_id=who.user.id))


@pytest.fixture
def part_of(window_of, patient):
    def opened(username, settings=None):
        window = window_of(username, PAGE, settings=settings)
        window.go("clients", client_id=patient.id, part="documents")
        window.runner.idle()
        return window.page("clients").sheet.documents, window.runner

    return opened


def pdf(text="Uitslag", size=(595, 842)):
    out = BytesIO()
    paper = canvas.Canvas(out, pagesize=size)
    paper.drawString(50, 50, text)
    paper.save()
    return out.getvalue()


def picture(width=40, height=30):
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(0xFF336699)
    return made


def png_that_claims(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def names(part):
    return [row.name for row in part.table.records.rows]


def test_several_files_at_once_and_what_cannot_be_kept_is_named(part_of, tmp_path, monkeypatch, clinic):
    part, runner = part_of("behandelaar")
    monkeypatch.setattr(part_module, "MOST_BYTES", 1000)
    files = {"uitslag.txt": b"geen bijzonderheden", "brief.txt": b"dank", "groot.txt": b"x" * 1001, "virus.pdf": b"MZ\x90"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    part.add_files([tmp_path / name for name in ("uitslag.txt", "groot.txt", "virus.pdf", "brief.txt", "weg.txt")])
    runner.idle()
    assert sorted(names(part)) == ["brief.txt", "uitslag.txt"]
    told = part.trouble.text
    assert "groot.txt: this file is larger than" in told and "virus.pdf: Only PDF" in told and "weg.txt" in told
    assert (tmp_path / "uitslag.txt").exists()
    assert clinic.verified().ok


def test_dropped_and_pasted(part_of, tmp_path):
    part, runner = part_of("behandelaar")
    assert part.acceptDrops()
    (tmp_path / "brief.pdf").write_bytes(pdf())
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "brief.pdf")), QUrl("https://example.org/x.pdf")])
    part.add_mime(dropped)
    runner.idle()
    QGuiApplication.clipboard().setImage(picture())
    part.paste()
    runner.idle()
    assert len(names(part)) == 2 and any(name.startswith("picture 2026-09-14") and name.endswith(".png") for name in names(part))
    QGuiApplication.clipboard().setText("niets")
    part.paste()
    assert "no picture" in part.trouble.text


def test_seen_here(part_of, clinic, patient):
    do = clinic.as_("behandelaar").do
    made = [do(documents.add_document, patient.id, name, content) for name, content in (
        ("a.pdf", pdf()), ("b.png", png_of(picture())), ("c.txt", b"een uitslag in woorden"), ("d.pdf", b"%PDF-1.7 kapot"),
        ("e.png", png_that_claims(60_000, 60_000)), ("f.pdf", pdf(size=(10, 14_000))))]  # fmt: skip
    part, runner = part_of("behandelaar")
    seen = {}
    for row in made:
        part.table.choose(row.id)
        runner.idle()
        seen[row.name] = part.view.currentWidget()
    view = part.view
    assert seen["a.pdf"] is view.pdf and seen["c.txt"] is view.text and seen["b.png"] is view._pictures
    assert seen["d.pdf"] is seen["e.png"] is seen["f.pdf"] is view.words and "Open it outside" in view.words.title.text()
    assert "woorden" not in view.text.toPlainText()


def test_a_large_photo_is_unpacked_smaller():
    assert document_view.read_picture(png_of(picture(5000, 500)), b"png").width() == document_view.SHARPEST
    assert document_view.read_picture(png_that_claims(60_000, 60_000), b"png").isNull()
    assert document_view.read_picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"png").isNull()


def test_opened_outside_from_a_folder_that_is_wiped(part_of, clinic, patient, tmp_path, monkeypatch):
    row = clinic.as_("behandelaar").do(documents.add_document, patient.id, "uitslag.txt", b"geen bijzonderheden")
    private_files.keep_in(tmp_path / "open")
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    part, runner = part_of("behandelaar")
    part.table.choose(row.id)
    part.open_outside()
    runner.idle()
    assert len(opened) == 1 and opened[0].startswith(str(tmp_path / "open")) and opened[0].endswith("uitslag.txt")
    private_files.wipe()
    assert not list((tmp_path / "open").glob("*"))


def test_noted_and_taken_away_on_the_same_day_only(part_of, clinic, patient, monkeypatch):
    do = clinic.as_("behandelaar").do
    row = do(documents.add_document, patient.id, "uitslag.txt", b"geen bijzonderheden")
    part, runner = part_of("behandelaar")
    part.table.choose(row.id)
    runner.idle()
    part.note.setText("calpro")
    part.show_client(patient.id, own=True)
    runner.idle()
    assert part.note.text() == "calpro"  # read again while somebody types
    part.note.setText("calprotectine")
    part.note.editingFinished.emit()
    runner.idle()
    assert do(documents.list_documents, patient.id)[0].note == "calprotectine"
    clinic.clock.move(days=1)
    part.show_client(patient.id, own=True)
    runner.idle()
    assert not part.remove.isVisible() and part.void.isVisible()
    clinic.clock.move(days=-1)
    part.show_client(patient.id, own=True)
    runner.idle()
    assert part.remove.isVisible()
    monkeypatch.setattr(part_module, "ask", lambda *_args, **_kw: True)
    part.remove.click()
    runner.idle()
    assert names(part) == [] and do(documents.list_documents, patient.id) == []
    assert clinic.verified().ok


def test_declared_void_it_stays_readable(part_of, clinic, patient, monkeypatch):
    row = clinic.as_("behandelaar").do(documents.add_document, patient.id, "uitslag.txt", b"van een ander")
    clinic.clock.move(days=2)
    part, runner = part_of("behandelaar")
    part.table.choose(row.id)
    runner.idle()
    monkeypatch.setattr(part_module, "ask_reason", lambda *_args, **_kw: "van een andere cliënt")
    part.void.click()
    runner.idle()
    (shown,) = part.table.records.rows
    assert shown.void_reason == "van een andere cliënt" and not part.void.isVisible()
    assert part.view.text.toPlainText() == "van een ander"


def test_scans_are_offered_and_stay_unless_asked(part_of, tmp_path, clinic, patient):
    folder = tmp_path / "Scans"
    folder.mkdir()
    (folder / "scan1.pdf").write_bytes(pdf("een"))
    (folder / "programma.exe").write_bytes(b"MZ")
    settings = UserSettings(None)
    part, runner = part_of("behandelaar", settings)
    part.scans.use(folder)
    assert [b.text() for b in part.scans.findChildren(QAbstractButton) if b.text().startswith("Add ")] == ["Add scan1.pdf"]
    next(b for b in part.scans.findChildren(QAbstractButton) if b.text() == "Add scan1.pdf").click()
    runner.idle()
    assert names(part) == ["scan1.pdf"] and (folder / "scan1.pdf").exists()
    assert "No new scans" in part.scans.words.text()
    assert "scan1" not in str(settings.get("scans_taken"))
    (folder / "scan2.pdf").write_bytes(pdf("twee"))
    part.scans.remove.set_value(True)
    part.scans.look()
    next(b for b in part.scans.findChildren(QAbstractButton) if b.text() == "Add scan2.pdf").click()
    runner.idle()
    assert sorted(names(part)) == ["scan1.pdf", "scan2.pdf"] and not (folder / "scan2.pdf").exists()
    part.scans.use(tmp_path / "weg")
    assert "is not there" in part.scans.words.text()


def test_the_front_desk_has_no_such_tab_and_a_colleague_asks_with_a_reason(part_of, clinic, patient):
    assert part_of("receptie")[0] is None
    clinic.as_("behandelaar").do(documents.add_document, patient.id, "uitslag.txt", b"geen bijzonderheden")
    part, _runner = part_of("collega")
    assert part.locked.isVisible() and names(part) == []


def test_a_note_still_in_hand_is_kept_when_another_client_comes(part_of, clinic, patient):
    care = clinic.as_("behandelaar")
    other = care.do(clients.create_client, Client(surname="Bos", phone="0600222555", practitioner_id=care.user.id))
    row = care.do(documents.add_document, patient.id, "uitslag.txt", b"geen bijzonderheden")
    part, runner = part_of("behandelaar")
    part.table.choose(row.id)
    runner.idle()
    part.note.setText("calprotectine")
    part.show_client(other.id, own=True)
    runner.idle()
    assert care.do(documents.list_documents, patient.id)[0].note == "calprotectine"
