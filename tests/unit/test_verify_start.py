"""What is verified at every sign-in: what came since the last time, and that what was verified is still there."""

import pytest

from nmx_desk.audit import verify as verifier
from nmx_desk.audit import witness
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Cancelled
from nmx_desk.services import clients, log
from nmx_desk.services.desk import Progress
from nmx_desk.services.keeping import check_log, check_new
from nmx_desk.services.opening import witness_path
from nmx_desk.vault.sqlcipher import connect


@pytest.fixture
def verified(clinic):
    """A clinic that this workstation verified, and then some work."""
    desk = clinic.as_("receptie")
    made = [desk.do(clients.create_client, Client(surname=f"Eerder{n}", phone=f"060000111{n}")) for n in range(3)]
    assert clinic.as_("manager").do(log.verify_log).ok
    return made


def bare(clinic):
    desk = clinic.as_("receptie")
    raw = connect(clinic.folder / "desk.db", desk.secrets.db_key)
    raw.execute("PRAGMA foreign_keys = OFF")
    saved = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in saved:
        raw.execute(f'DROP TRIGGER "{name}"')
    return raw, saved


def findings(clinic, *statements):
    known = witness.load(witness_path(clinic.as_("receptie").db_uuid))
    raw, saved = bare(clinic)
    for sql, *values in statements:
        raw.execute(sql, values)
    for _, sql in saved:
        raw.execute(sql)
    found = check_new(raw, known).findings
    raw.close()
    return [(f.kind, f.table, f.field) for f in found]


def test_only_what_is_new_is_read(clinic, verified):
    desk = clinic.as_("receptie")
    known = witness.load(witness_path(desk.db_uuid))
    desk.do(clients.change_client, verified[0].__class__(**verified[0].__dict__ | {"city": "Zwolle"}))
    with desk.database.reading():
        result = check_new(desk.database.reading_driver, known)
        full = check_log(desk.database.reading_driver, known)
    assert result.ok and full.ok
    assert result.since == known.verified and result.root == full.root and result.size == full.size
    assert 0 < result.values < full.values / 10 and result.rows == 1


def test_the_check_at_the_start_moves_on(clinic, verified):
    desk = clinic.as_("receptie")
    before = witness.load(witness_path(desk.db_uuid)).verified
    desk.do(clients.create_client, Client(surname="Nieuw", phone="0600002222"))
    assert desk.do(log.check_start).ok
    after = witness.load(witness_path(desk.db_uuid))
    assert after.verified == desk.log_size > before
    assert after.verified_root == after.root


def test_without_a_verification_there_is_nothing_to_go_on_from(clinic):
    assert clinic.as_("receptie").do(log.check_start) is None


def test_a_row_changed_behind_the_log_that_was_just_written(clinic, verified):
    made = clinic.as_("receptie").do(clients.create_client, Client(surname="Nieuw", phone="0600002222"))
    assert findings(clinic, ("UPDATE client SET phone = '+31600009999' WHERE id = ?", made.id)) == [("row_changed", "client", "phone")]


def test_a_new_entry_altered_and_a_verified_node_gone(clinic, verified):
    clinic.as_("receptie").do(clients.create_client, Client(surname="Nieuw", phone="0600002222"))
    found = findings(clinic, ("UPDATE audit_entry SET outcome = 8 WHERE seq = (SELECT max(seq) FROM audit_entry)",))
    assert found == [("node", "client", "")]
    assert ("root", "audit_head", "root") in findings(clinic, ("UPDATE audit_node SET hash = zeroblob(32)",))


def test_a_trigger_that_is_gone_is_seen_at_once(clinic, verified):
    known = witness.load(witness_path(clinic.as_("receptie").db_uuid))
    raw, _ = bare(clinic)
    assert {f.kind for f in check_new(raw, known).findings} == {"trigger"}
    raw.close()


def test_it_stops_when_it_is_asked_to(clinic, verified, monkeypatch):
    monkeypatch.setattr(verifier, "STEP", 1)
    desk, progress = clinic.as_("receptie"), Progress()
    desk.do(clients.create_client, Client(surname="Nieuw", phone="0600002222"))
    before = witness.load(witness_path(desk.db_uuid)).verified
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.do(log.check_start, progress=progress)
    assert witness.load(witness_path(desk.db_uuid)).verified == before
