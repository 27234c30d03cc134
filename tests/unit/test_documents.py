"""Documents in a client's file: told by their content, in the database, in the log by fingerprint, opened from a folder that is wiped."""

from __future__ import annotations

import os
import stat
from hashlib import sha256

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import MOST_BYTES, DocumentKind, kind_of, safe_name
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.services import clients, documents, log
from nmx_desk.services.desk import use_case
from nmx_desk.ui.kit import private_files

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
KEPT = [(PDF, DocumentKind.PDF), (PNG, DocumentKind.PNG), (JPEG, DocumentKind.JPEG), ("uitslag: geen é\n".encode(), DocumentKind.TEXT)]
REFUSED = [
    b"MZ\x90\x00\x03",
    b"PK\x03\x04",
    b"\x7fELF\x02",
    b"GIF89a\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b" \n ",
    b"\xff\xfe\x00d",
    b"a\x00b",
    b"a\x1b[2J",
]


@pytest.fixture
def patient(clinic):
    who = clinic.as_("behandelaar")
    return who.do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600222333", practitioner_id=who.user.id))


@pytest.mark.parametrize(("content", "kind"), KEPT)
def test_what_is_kept_is_told_by_its_content(clinic, patient, content, kind):
    do = clinic.as_("behandelaar").do
    made = do(documents.add_document, patient.id, "rekening.exe", content)
    assert made.kind is kind and made.size == len(content) and not made.name.endswith(".exe")
    assert do(documents.open_document, made.id).content == content
    assert do(documents.list_documents, patient.id) == [made]


@pytest.mark.parametrize("content", REFUSED)
def test_anything_else_is_refused_whatever_it_is_called(clinic, patient, content):
    assert kind_of(content) is None
    with pytest.raises(UserError) as refused:
        clinic.as_("behandelaar").do(documents.add_document, patient.id, "brief.pdf", content)
    assert refused.value.field == "content"


def test_empty_and_too_large_ones_are_refused(clinic, patient):
    do = clinic.as_("behandelaar").do
    with pytest.raises(UserError):
        do(documents.add_document, patient.id, "leeg.txt", b"")
    with pytest.raises(UserError, match="20 MB"):
        do(documents.add_document, patient.id, "groot.pdf", b"%PDF-" + bytes(MOST_BYTES - 4))
    assert do(documents.add_document, patient.id, "net niet.pdf", b"%PDF-" + bytes(MOST_BYTES - 5)).size == MOST_BYTES


def test_the_log_holds_the_fingerprint_never_the_content(clinic, patient):
    do = clinic.as_("behandelaar").do
    content = b"een geheim dat nergens anders staat"
    made = do(documents.add_document, patient.id, "brief.txt", content)
    do(documents.list_documents, patient.id)
    do(documents.open_document, made.id)
    boss = clinic.as_("manager").do
    rows = [row for row in boss(log.list_log) if "document" in row.sentence]
    assert {"CREATE", "VIEW"} <= {row.code for row in rows} and len(rows) == 3
    added = next(row for row in rows if row.code == "CREATE")
    logged = {change.field: change.new for change in boss(log.log_details, added.seq).changes}
    assert logged["sha256"] == logged["content"] == sha256(content).hexdigest()
    assert not any("geheim" in str(value) for value in logged.values())
    assert clinic.verified().ok


def test_only_who_treats_the_client_and_others_with_a_reason(clinic, patient):
    made = clinic.as_("behandelaar").do(documents.add_document, patient.id, "brief.txt", b"tekst")
    for name in ("receptie", "beheerder"):
        for case, argument in ((documents.list_documents, patient.id), (documents.open_document, made.id)):
            with pytest.raises(NotAllowed):
                clinic.as_(name).do(case, argument)
        with pytest.raises(NotAllowed):
            clinic.as_(name).do(documents.add_document, patient.id, "brief.txt", b"tekst")
    for name in ("collega", "manager"):
        with pytest.raises(NotAllowed) as refused:
            clinic.as_(name).do(documents.open_document, made.id)
        assert refused.value.needs_reason
        assert clinic.as_(name).do(documents.open_document, made.id, reason="waarneming").content == b"tekst"


@use_case("session.use")
def swap(work, document):
    work.store.change(document, content=b"iets anders")


def test_a_changed_content_is_not_shown(clinic, patient):
    do = clinic.as_("behandelaar").do
    made = do(documents.add_document, patient.id, "brief.txt", b"tekst")
    do(swap, do(documents.open_document, made.id))
    with pytest.raises(EnvironmentProblem):
        do(documents.open_document, made.id)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.pdf"),
        ("uitslag.PDF", "uitslag.pdf"),
        ("fdp\u202egnp.exe", "fdpgnp.pdf"),
        ("", "document.pdf"),
        ("..", "document.pdf"),
        ("CON.txt", "document CON.pdf"),
        ("a\nb\0c|<d>.pdf", "abcd.pdf"),
        ("\udcff.pdf", "document.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_a_plain_file_name_with_the_ending_of_its_kind(name, safe):
    assert safe_name(name, DocumentKind.PDF) == safe


# -- the folder they are opened from -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(private_files, "_folder", [])
    left = tmp_path / "open" / "x"
    left.mkdir(parents=True)
    (left / "brief.txt").write_bytes(b"left by a program that was killed")
    private_files.keep_in(tmp_path / "open")
    return tmp_path / "open"


def test_a_start_wipes_what_a_killed_program_left(folder):
    assert not folder.exists()


def test_only_the_owner_may_read_and_the_wipe_leaves_nothing(folder):
    path = private_files.put("brief.pdf", PDF)
    again = private_files.put("brief.pdf", JPEG)
    assert path != again and path.read_bytes() == PDF
    if os.name == "posix":
        assert [stat.S_IMODE(p.stat().st_mode) for p in (folder, path.parent, path)] == [0o700, 0o700, 0o600]
    private_files.wipe()
    assert not folder.exists()


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\\b", "/etc/passwd", "a\0b"])
def test_a_name_with_a_folder_in_it_is_refused(folder, name):
    with pytest.raises(ValueError, match="plain file name"):
        private_files.put(name, b"x")
    assert not folder.exists()


def test_taken_away_by_who_added_it_on_the_same_day_only(clinic, patient):
    do = clinic.as_("behandelaar").do
    first, second = (do(documents.add_document, patient.id, f"{n}.txt", f"tekst {n}".encode()) for n in (1, 2))
    assert first.removable and first.void_reason == ""
    do(documents.remove_document, first.id)
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(documents.remove_document, second.id)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(documents.remove_document, second.id, reason="waarneming voor een collega")
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="Declare it void"):
        do(documents.remove_document, second.id)
    assert [row.removable for row in do(documents.list_documents, patient.id)] == [False]
    with pytest.raises(UserError):
        do(documents.void_document, second.id, " ")
    do(documents.void_document, second.id, "van een andere cliënt")
    with pytest.raises(Conflict):
        do(documents.void_document, second.id, "nog eens")
    assert do(documents.list_documents, patient.id)[0].void_reason == "van een andere cliënt"
    assert do(documents.open_document, second.id).content == b"tekst 2"
    assert clinic.verified().ok


def test_a_note_with_a_document_holds_no_citizen_service_number(clinic, patient):
    do = clinic.as_("behandelaar").do
    made = do(documents.add_document, patient.id, "brief.txt", b"dank", "van de huisarts")
    assert made.note == "van de huisarts"
    with pytest.raises(UserError):
        do(documents.note_document, made.id, "BSN 111222333")
    with pytest.raises(UserError):
        do(documents.note_document, made.id, "x" * 301)
    do(documents.note_document, made.id, "  van   het lab ")
    assert do(documents.list_documents, patient.id)[0].note == "van het lab"
