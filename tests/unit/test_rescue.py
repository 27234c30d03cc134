"""A database older than its witness: what the manager is told, accepting the loss, and the way back to ordinary work."""

import json
import shutil
import sys
from dataclasses import replace

import pytest

from nmx_desk import i18n
from nmx_desk.audit import witness
from nmx_desk.data.restores import counts_no_more, left_behind
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.services import clients, keys, log, people, rescue
from nmx_desk.services.opening import witness_path
from tests.clinic import TestClinic

forks = pytest.mark.skipif(sys.platform == "win32", reason="copies an open file")
REASON = "De schijf was stuk; de dag is opnieuw ingevoerd."


@pytest.fixture
def flipped(clinic, tmp_path):
    """A clinic as a crash left it, with one bit of its WAL flipped: work that was acknowledged is silently gone."""
    desk = clinic.as_("receptie")
    desk.database.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.database.driver.execute("PRAGMA wal_autocheckpoint = 0")
    kept = desk.do(clients.create_client, Client(surname="Bewaard", phone="0600001111"))
    clinic.clock.move(minutes=30)
    middle = (clinic.folder / "desk.db-wal").stat().st_size
    for number in range(3):
        desk.do(clients.create_client, Client(surname=f"Weg{number}", phone=f"060000222{number}"))
    folder = tmp_path / "crashed"
    shutil.copytree(clinic.folder, folder)
    head = witness.load(witness_path(desk.db_uuid))
    clinic.close()
    witness.save(witness_path(desk.db_uuid), head)  # closing signed nobody out, but be sure of what was seen
    with (folder / "desk.db-wal").open("rb+") as file:
        file.seek(middle + 200)
        byte = file.read(1)[0]
        file.seek(middle + 200)
        file.write(bytes([byte ^ 16]))
    crashed = TestClinic(folder, clinic.clock)
    yield crashed, kept, head
    crashed.close()


@forks
def test_a_damaged_wal_is_caught_and_accepting_leads_out(flipped):
    clinic, kept, head = flipped
    desk = clinic.as_("manager")
    assert "are missing from the log" in desk.rescue
    i18n.use("nl")
    assert "ontbreken" in desk.rescue  # whoever signs in reads it in their own language, not in that of the sign-in
    i18n.use("en")
    found = desk.do(rescue.read_doubt)
    assert found.missing == head.size - found.size > 0
    assert found.since < found.until and found.until.isoformat()[:19] == head.ts[:19]
    with pytest.raises(UserError, match="why"):
        rescue.accept_loss(desk, " ")
    assert desk.rescue and desk.do(log.verify_log).findings
    rescue.accept_loss(desk, REASON)
    assert desk.rescue == ""
    assert [row.id for row in desk.do(clients.list_clients).rows] == [kept.id]
    clinic.close()
    assert clinic.as_("receptie").rescue == ""
    assert clinic.as_("manager").do(log.verify_log).ok
    with clinic.as_("manager").database.reading():
        (left,) = left_behind(clinic.as_("manager").database.reading_driver)
    assert (left.kept, left.size, left.root) == (found.size, head.size, head.root)
    assert counts_no_more([left], head.size, left.ts - 1) and not counts_no_more([left], head.size, left.ts + 1)
    path = witness_path(clinic.as_("manager").db_uuid)
    assert witness.load(path.with_name(f"{path.stem}.abandoned.json")) == head


@forks
def test_only_the_manager_decides(flipped):
    clinic, _kept, head = flipped
    for username in ("receptie", "behandelaar", "beheerder"):
        desk = clinic.as_(username)
        for use in (lambda desk=desk: desk.do(rescue.read_doubt), lambda desk=desk: rescue.accept_loss(desk, REASON)):
            with pytest.raises(NotAllowed):
                use()
    assert witness.load(witness_path(clinic.as_("manager").db_uuid)) == head
    assert clinic.as_("manager").rescue


@forks
def test_killed_after_the_entry_the_next_sign_in_goes_on(flipped):
    clinic, _kept, head = flipped
    clinic.as_("manager").do(rescue.log_acceptance, reason=REASON)
    clinic.close()
    assert witness.load(witness_path(clinic.front.sign_in("receptie", "vier gele fietsen zwemmen").db_uuid)).size < head.size


def test_nothing_to_accept_where_nothing_is_missing(clinic):
    with pytest.raises(Conflict, match="Nothing is missing"):
        rescue.accept_loss(clinic.as_("manager"), REASON)
    assert clinic.as_("manager").do(rescue.read_doubt) is None


def test_another_history_can_be_accepted_too(clinic):
    desk = clinic.as_("manager")
    path = witness_path(desk.db_uuid)
    clinic.close()
    witness.save(path, replace(witness.load(path), root="00" * 32))
    desk = clinic.as_("manager")
    assert "not the one this computer saw" in desk.rescue and desk.do(rescue.read_doubt).missing is None
    rescue.accept_loss(desk, REASON)
    clinic.close()
    assert clinic.as_("receptie").do(people.list_people) and clinic.verified().ok


def test_somebody_who_may_not_cannot_leave_a_witness_behind(clinic):
    """An entry of this kind by a receptionist, made by a program that does not ask, sets no witness aside."""
    desk = clinic.as_("receptie")
    path = witness_path(desk.db_uuid)
    seen = witness.load(path)
    with desk.database.writing():
        context = desk._context(people.sign_out, "")
        desk.recorder.begin(context)
        desk.recorder.note("E", "RESTORE", "log", "x", None, values={"restored": "1 00", "abandoned": f"{seen.size + 99} {'ab' * 32}"})
        desk.recorder.seal(desk.now(), desk.signer)
        desk.recorder.end()
    clinic.close()
    witness.save(path, replace(seen, size=seen.size + 99, root="ab" * 32))
    assert clinic.as_("receptie").rescue
    assert path.exists()


@pytest.mark.parametrize("text", ['{"verified_root": "zz"}', '{"verified": 1000000}', '{"verified": 1e300}', '{"root": "abc"}', "[[", ""])
def test_a_witness_that_was_tampered_with_is_no_witness_and_the_log_says_there_was_none(clinic, text):
    desk = clinic.as_("manager")
    desk.do(log.verify_log)
    path = witness_path(desk.db_uuid)
    clinic.close()
    known = json.loads(path.read_text())
    path.write_text(json.dumps(known | json.loads(text)) if text.startswith("{") else text)
    desk = clinic.as_("manager")
    assert desk.do(log.check_start) is None
    assert [row.sentence for row in desk.do(log.list_log) if "without a witness" in row.sentence]
    assert any("could not notice an older copy" in line for line in desk.do(log.verify_log).sentences())
    clinic.close()
    assert not any("could not notice" in line for line in clinic.as_("manager").do(log.verify_log).sentences())


def test_the_witness_of_another_clinic_is_none(clinic):
    """Copied under this clinic's name it neither hides an older copy in silence nor keeps anybody out."""
    path = witness_path(clinic.as_("manager").db_uuid)
    clinic.close()
    seen = witness.load(path)
    witness.save(path, replace(seen, db_uuid="00000000-0000-4000-8000-000000000000", size=seen.size + 500))
    desk = clinic.as_("manager")
    assert desk.rescue == "" and [row.sentence for row in desk.do(log.list_log) if "without a witness" in row.sentence]
    assert witness.load(path).db_uuid == seen.db_uuid and clinic.verified().ok


@pytest.mark.parametrize("changed", [{"size": 10**30}, {"size": 0, "verified": 0}, {"root": ""}, {"ts": "2026", "size": 10**6}])
def test_a_tampered_witness_never_stops_the_way_out(clinic, changed):
    path = witness_path(clinic.as_("manager").db_uuid)
    clinic.close()
    witness.save(path, replace(witness.load(path), **changed))
    desk = clinic.as_("manager")
    assert desk.rescue and desk.do(rescue.read_doubt)
    assert desk.do(log.verify_log).sentences()
    rescue.accept_loss(desk, REASON)
    clinic.close()
    assert clinic.as_("receptie").rescue == "" and clinic.verified().ok


def test_the_recovery_key_used_in_doubt_is_logged_as_soon_as_the_log_goes_on(clinic):
    code = keys.fresh_recovery_code()
    clinic.as_("beheerder").do(keys.renew_recovery, code)
    path = witness_path(clinic.as_("manager").db_uuid)
    clinic.close()
    witness.save(path, replace(witness.load(path), size=10**6))
    desk = clinic.front.recover(code, "acht groene ladders vliegen")
    assert desk.rescue
    desk.close()
    rescue.accept_loss(clinic.as_("manager"), REASON)
    clinic.close()
    clinic.as_("receptie")
    said = [row.sentence for row in clinic.as_("manager").do(log.list_log) if "recovery key was used" in row.sentence]
    assert said == ["The recovery key was used for the account of B. Demo while the log was in doubt."]
    assert not [row for row in clinic.as_("manager").do(log.list_log) if row.obj_type == "login_failed"]
    clinic.close()
    assert len(clinic.as_("manager").do(log.list_log, log.LogFilter(codes=("KEY",), limit=1))) == 1 and clinic.verified().ok
