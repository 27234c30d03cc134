"""The watched folder: what is certain is imported by itself, once; the rest waits for somebody; no file is changed."""

from __future__ import annotations

import pytest

from nmx_desk.domain.errors import EnvironmentProblem, NotAllowed
from nmx_desk.domain.intake_ways import ImportWay
from nmx_desk.domain.requests import AdviceRequest, ImportBatch
from nmx_desk.services import imports, watched_folder
from tests.day import FORMS
from tests.unit.test_mailbox import form, stored

KNOWN = b"Naam;Telefoon;E-mailadres;Klachten\nKim Bos;0600111222;kim@example.org;moe\n"
UNKNOWN = b"Kolom A;Kolom B;Kolom C\nKim Bos;0600111222;kim@example.org\nJan Smit;0600111333;jan@example.org\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    return made


def visit(clinic, folder, seen=(), *, move=False, who="receptie"):
    """Two looks, as of a file that is whole."""
    desk = clinic.as_(who)
    first = watched_folder.visit_folder(desk, str(folder), seen, {}, move=move)
    assert first.files == ()
    return watched_folder.visit_folder(desk, str(folder), seen, first.sizes, move=move)


def test_a_file_that_is_certain_is_imported_once_and_stays_as_it_is(clinic, folder):
    (folder / "export.csv").write_bytes(KNOWN)
    (found,) = visit(clinic, folder).files
    assert (found.result.preview.count("new"), found.why) == (1, "")
    assert [one.way for one in stored(clinic, ImportBatch)] == [ImportWay.FOLDER]
    assert (folder / "export.csv").read_bytes() == KNOWN
    assert visit(clinic, folder, {found.digest}).files == ()
    (folder / "again.csv").write_bytes(KNOWN)  # the same content under another name
    assert visit(clinic, folder, {found.digest}).files == ()
    assert len(stored(clinic, AdviceRequest)) == 1
    assert clinic.as_("receptie").do(imports.undo_import, found.result.batch.id).removed == 1


@pytest.mark.parametrize("name", ["gravity_forms", "elementor", "flamingo", "calendly"])
def test_exports_of_known_form_builders_are_certain(clinic, folder, name):
    (folder / f"{name}.csv").write_bytes((FORMS / f"{name}.csv").read_bytes())
    (found,) = visit(clinic, folder).files
    assert found.result is not None, found.why


def test_a_saved_mail_is_read_as_the_mailbox_would(clinic, folder):
    (folder / "aanvraag.eml").write_bytes(form(1))
    (folder / "brief.eml").write_bytes(form(2, body="Tot morgen."))
    found = {file.name: file for file in visit(clinic, folder).files}
    assert found["aanvraag.eml"].result.preview.count("new") == 1
    assert "no form" in found["brief.eml"].why
    assert [one.surname for one in stored(clinic, AdviceRequest)] == ["Nummer1"]


def test_unknown_columns_wait_for_somebody_and_are_known_from_then_on(clinic, folder):
    (folder / "raar.csv").write_bytes(UNKNOWN)
    (found,) = visit(clinic, folder).files
    assert found.result is None and "not certain" in found.why
    assert stored(clinic, AdviceRequest) == []
    mapping = {"full_name": "Kolom A", "phone": "Kolom B", "email": "Kolom C"}
    clinic.as_("receptie").do(imports.import_requests, "raar.csv", UNKNOWN, mapping)
    (folder / "morgen.csv").write_bytes(UNKNOWN.replace(b"Kim Bos", b"Sam Vos").replace(b"kim@", b"sam@").replace(b"1222", b"1444"))
    found = {file.name: file for file in visit(clinic, folder).files}
    assert found["morgen.csv"].result.preview.count("new") == 1


def test_what_is_still_being_written_waits(clinic, folder):
    desk = clinic.as_("receptie")
    file = folder / "export.csv"
    file.write_bytes(KNOWN[:30])
    first = watched_folder.visit_folder(desk, str(folder), (), {})
    file.write_bytes(KNOWN)
    second = watched_folder.visit_folder(desk, str(folder), (), first.sizes)
    assert second.files == ()
    third = watched_folder.visit_folder(desk, str(folder), (), second.sizes)
    assert third.files[0].result.preview.count("new") == 1


def test_files_are_moved_only_when_asked_and_never_over_another(clinic, folder):
    done = folder / watched_folder.DONE
    done.mkdir()
    (done / "export.csv").write_bytes(b"van gisteren")
    (folder / "export.csv").write_bytes(KNOWN)
    (folder / "raar.csv").write_bytes(UNKNOWN)
    found = {file.result is not None: file for file in visit(clinic, folder, move=True).files}
    assert sorted(file.name for file in folder.iterdir()) == ["raar.csv", "verwerkt"]
    assert (done / "export.csv").read_bytes() == b"van gisteren"
    assert (done / found[True].name).read_bytes() == KNOWN


def test_other_files_and_odd_ones_break_nothing(clinic, folder):
    (folder / "foto.jpg").write_bytes(b"\xff\xd8")
    (folder / "leeg.csv").write_bytes(b"")
    (folder / ".half.csv").write_bytes(KNOWN)
    (folder / "~$export.xlsx").write_bytes(b"x")
    (folder / "map.csv").mkdir()
    (folder / "stuk.csv").write_bytes(b"\x00\xff" * 500)
    (folder / "stuk.xlsx").write_bytes(b"PK\x03\x04 nothing")
    found = visit(clinic, folder).files
    assert {file.name for file in found} == {"stuk.csv", "stuk.xlsx"}
    assert all(file.why and file.result is None for file in found)
    assert stored(clinic, ImportBatch) == []


def test_a_folder_that_is_gone_is_said(clinic, folder):
    folder.rmdir()
    assert "cannot be read" in watched_folder.visit_folder(clinic.as_("receptie"), str(folder), (), {}).trouble


def test_trouble_on_the_way_keeps_what_was_imported_before_it(clinic, folder, monkeypatch):
    (folder / "a.csv").write_bytes(KNOWN)
    (folder / "b.csv").write_bytes(KNOWN.replace(b"Kim", b"Sam").replace(b"kim", b"sam").replace(b"1222", b"1444"))
    keep = imports.keep

    def full(work, name, *more):
        if name == "b.csv":
            raise EnvironmentProblem("The disk is full.")
        return keep(work, name, *more)

    with monkeypatch.context() as broken:
        broken.setattr(imports, "keep", full)
        found = visit(clinic, folder)
    assert ([file.name for file in found.files], found.trouble) == (["a.csv"], "The disk is full.")
    again = visit(clinic, folder, {file.digest for file in found.files})
    assert ([file.name for file in again.files], again.trouble) == (["b.csv"], "")
    assert [batch.new for batch in stored(clinic, ImportBatch)] == [1, 1]


def test_who_may_not_import_watches_nothing(clinic, folder):
    (folder / "export.csv").write_bytes(KNOWN)
    desk = clinic.as_("beheerder")
    first = watched_folder.visit_folder(desk, str(folder), (), {})
    with pytest.raises(NotAllowed):
        desk.do(watched_folder.import_found_file, "export.csv", KNOWN, clinic.clock())
    found = watched_folder.visit_folder(desk, str(folder), (), first.sizes)
    assert [file.result for file in found.files] == [None]
