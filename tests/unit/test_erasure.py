"""Destruction at the door: no byte is left, the log stays provable; parts, bare requests, holds, four eyes, and again after a restore."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from nmx_desk.audit import erase, storage
from nmx_desk.audit.erase import ranges
from nmx_desk.data.store import table_of
from nmx_desk.data.tables import OUTLIVES, TABLES, captured_tables, client_tables
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import ComplaintScore
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.notes import ConsultNote, NoteSection
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.privacy import Decision, ErasureScope, Ground, PrivacyKind, PrivacyRequest, PrivacyState, Tombstone
from nmx_desk.domain.requests import AdviceRequest, CallAttempt, RequestStatus
from nmx_desk.services import backups, clients, destroyed, erasure, log, people, privacy, restoring, retention, search
from nmx_desk.services.desk import use_case
from nmx_desk.services.opening import FrontDoor
from nmx_desk.vault import erasures as lists
from tests.clinic import PASSWORD
from tests.exam import erasures, pages
from tests.registers.grievances import ended
from tests.registers.grievances import held as held_by


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@use_case("session.use")
def change(work, record, **changes):
    return work.store.change(record, **changes)


@use_case("session.use", writes=False)
def find(work, kind, **equals):
    return work.store.find(kind, **equals)


@use_case("restore.run")
def again(work, orders):
    return erasure.reapply(work, orders)


@pytest.fixture
def planted(clinic):
    """A client with a word of its own in every text of every table."""
    made = clinic.as_("behandelaar").do(erasures.plant, random.Random(7), 1)
    erasures.seen_and_searched(clinic.as_("receptie"), made)
    return made


def destroy(clinic, client, scope=ErasureScope.FILE, note_id=""):
    return clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, client, scope, note_id))


def erase_entries(clinic):
    desk = clinic.as_("beheerder")
    with desk.database.reading():
        return [stored for stored in storage.entries(desk.database.reading_driver) if stored.entry.code == "ERASE"]


def intact(clinic):
    result = clinic.verified()
    assert result.ok, result.findings[:5]


def test_no_byte_is_left(clinic, tmp_path):
    assert list(erasures.cases(clinic, tmp_path, 5, random.Random(1))) == [""] * 5


def test_every_table_about_a_client_is_destroyed_or_named_as_outliving():
    about = {table.name for table in captured_tables() if table.client}
    assert client_tables().keys() | OUTLIVES.keys() == about
    assert not client_tables().keys() & OUTLIVES.keys()
    holds_client = {table.name for table in TABLES.values() if "client_id" in table.c}
    assert holds_client - about == {"draft"}


def test_what_is_left_says_no_name_and_proves_itself(clinic, planted):
    done = destroy(clinic, planted.client)
    desk = clinic.as_("beheerder")
    for kind, table in TABLES.items():
        if table.name in client_tables():
            assert desk.do(find, kind) == [], table.name
    (stone,) = desk.do(privacy.list_tombstones)
    assert (stone.client_no, stone.request_no, stone.scope) == (planted.client.client_no, done.request.number, ErasureScope.FILE)
    assert stone.row_count == done.rows > 20
    assert len({stone.proposed_by, stone.approved_by, stone.executed_by}) == 3
    assert done.request.state is PrivacyState.EXECUTED
    intact(clinic)
    assert clinic.as_("receptie").do(privacy.close_privacy_request, done.request.id).state is PrivacyState.CLOSED
    assert clinic.as_("receptie").do(search.find, planted.client.surname).clients == ()


def test_the_last_entry_carries_who_why_and_what(clinic, planted):
    done = destroy(clinic, planted.client)
    (stored,) = erase_entries(clinic)
    values = {value.field: value.new for value in stored.values}
    assert (stored.entry.action, stored.entry.obj_type, stored.entry.obj_id) == ("E", "client", planted.client.id)
    assert (values["request"], values["ground"], values["scope"]) == (done.request.number, "request", "file")
    assert [values[name] for name in ("requester", "approver", "executor")] == [
        clinic.as_(name).user.id for name in ("behandelaar", "manager", "beheerder")
    ]
    assert len(json.loads(values["rows"])) == done.rows
    desk = clinic.as_("beheerder")
    with desk.database.reading():
        seqs = [item.entry.seq for item in storage.entries(desk.database.reading_driver) if item.entry.tx == stored.entry.tx]
    assert stored.entry.seq == seqs[-1]


def test_other_clients_keep_everything(clinic, planted):
    other = clinic.as_("behandelaar").do(erasures.plant, random.Random(8), 2)
    erasures.seen_and_searched(clinic.as_("receptie"), other)
    before = erasures.left(clinic, other.needles)
    destroy(clinic, planted.client)
    assert erasures.left(clinic, other.needles).keys() == before.keys()
    intact(clinic)


def test_blanking_more_than_the_list_says_is_found(clinic, planted):
    destroy(clinic, planted.client)
    desk = clinic.as_("behandelaar")
    other = desk.do(erasures.plant, random.Random(9), 2).client
    (kept,) = desk.do(add, ConsultNote(client_id=other.id, author_id=desk.user.id, attendees="twee"))

    @use_case("session.use")
    def blank(work):
        with_row = [s.entry.seq for s in storage.entries(work.driver) if s.entry.obj_id == kept.id]
        work.erase_values(with_row[0])
        work.note("VIEW", "client", "x")

    desk.do(blank)
    assert {finding.kind for finding in clinic.verified().findings} == {"blanked"}


def forged(clinic, client, other, *, rows=(), entries=()):
    """An ERASE entry about a client by the administrator alone, made by a program that asks nobody, and what it blanks of another one."""
    desk = clinic.as_("beheerder")
    with desk.database.reading():
        of_other = sorted(erase.entries_of_client(desk.database.reading_driver, other.id, ()))
    with desk.database.writing():
        desk.recorder.begin(desk._context(people.sign_out, ""))
        for seq in of_other:
            desk.recorder.erase(seq)
        said = {"request": "AVG-1", "rows": json.dumps(rows), "entries": json.dumps(of_other if entries else [])}
        desk.recorder.note("E", "ERASE", "client", client.id, client.id, values=said)
        desk.recorder.seal(desk.now(), desk.signer)
        desk.recorder.end()
    return {(f.kind, f.table, f.row) for f in desk.do(log.verify_log).findings}, of_other


@pytest.fixture
def two(clinic):
    """Two clients, of whom only contact data is known."""
    numbers = {"Eerste": "0612345670", "Tweede": "0687654321"}
    return [clinic.as_("receptie").do(clients.create_client, Client(surname=name, phone=phone)) for name, phone in numbers.items()]


def test_a_destruction_blanks_nothing_of_somebody_else(clinic, two):
    """Not by naming rows that are still there, nor by listing entries about another client."""
    one, other = two
    found, of_other = forged(clinic, one, other, rows=[("client", other.id)])
    assert of_other and found == {("destroyed", "client", other.id)}


def test_a_destruction_lists_no_entries_about_somebody_else(clinic, two):
    one, other = two
    found, of_other = forged(clinic, one, other, entries=True)
    assert of_other and found == {("blanked", "client", other.id)}


def test_one_note_with_what_hangs_on_it(clinic, planted):
    desk = clinic.as_("behandelaar")
    (note_id,) = planted.notes
    measured = desk.do(find, ComplaintScore)[0]
    desk.do(change, measured, source_id=note_id)
    gone = desk.do(find, ConsultNote)[0].attendees, desk.do(find, NoteSection)[0].text
    destroy(clinic, planted.client, ErasureScope.NOTE, note_id)
    assert (desk.do(find, ConsultNote), desk.do(find, NoteSection), desk.do(find, ComplaintScore)) == ([], [], [])
    assert desk.do(find, Client)[0].surname == planted.client.surname
    assert erasures.left(clinic, [word[4:].encode() for word in gone]) == {}
    assert clinic.as_("manager").do(privacy.list_tombstones)[0].scope is ErasureScope.NOTE
    intact(clinic)


def test_the_medical_file_goes_and_appointments_stay(clinic, planted):
    desk = clinic.as_("behandelaar")
    client = desk.do(find, Client)[0]
    desk.do(change, client, last_clinical_change=clinic.clock.moment, retention_until=clinic.clock.moment.date())
    destroy(clinic, planted.client, ErasureScope.CARE)
    left = {table.name for kind, table in TABLES.items() if table.name in client_tables() and desk.do(find, kind)}
    booked = {"appointment", "appointment_series", "waiting_entry"}
    quality = {"case_text", "case_file", "invitation", "satisfaction_answer"}
    assert left == {"client", "contact_point", "representative", "consent", "client_merge", *booked, *quality}
    client = desk.do(find, Client)[0]
    assert (client.surname, client.last_clinical_change, client.retention_until) == (planted.client.surname, None, None)
    assert desk.do(find, Appointment)[0].request_id is None
    assert clinic.as_("receptie").do(clients.open_client, client.id).destroyed_on == clinic.clock.moment.date()
    intact(clinic)
    destroy(clinic, planted.client)  # and later the rest
    assert erasures.left(clinic, planted.needles) == {}
    intact(clinic)


def test_bare_requests_go_together_after_their_year(clinic, planted):
    long_ago = clinic.clock.moment - timedelta(days=400)
    bare = AdviceRequest(
        surname="Zandbergen", email="zz@example.org", received_at=long_ago, status=RequestStatus.WITHDRAWN, closed_at=long_ago
    )
    two = clinic.as_("receptie").do(add, bare, replace(bare, surname="Kloosterboer", email="kk@example.org"))
    clinic.as_("receptie").do(add, CallAttempt(request_id=two[0].id, note="Zandbergen belt terug", at=long_ago))
    clinic.as_("receptie").do(search.settled, "zandbergen", 1)
    made = clinic.as_("manager").do(retention.propose_due_requests)
    clinic.as_("collega").do(add, UserRole(user_id=clinic.as_("collega").user.id, role=Role.MANAGER))
    clinic.as_("collega").do(privacy.approve_decision, made.id)
    done = clinic.as_("beheerder").do(erasure.execute_destruction, made.id)
    assert done.rows == 3
    assert erasures.left(clinic, [b"andbergen", b"loosterboer"]) == {}
    assert len(clinic.as_("manager").do(find, Client)) == 1
    (stone,) = clinic.as_("manager").do(privacy.list_tombstones)
    assert (stone.client_no, stone.ground) == ("", Ground.RETENTION)
    intact(clinic)


def test_other_peoples_texts_are_reported_and_left(clinic, planted):
    name = f"{planted.client.first_name} {planted.client.prefix} {planted.client.surname}"
    other = Client(client_no="C-900001", first_name="Bo", surname="Anders", phone="0600112233", emergency_contact=name)
    (other,) = clinic.as_("receptie").do(add, other)
    done = destroy(clinic, planted.client)
    assert [row for _what, row in done.named_in] == [other.id]
    assert clinic.as_("receptie").do(find, Client)[0].emergency_contact == name
    intact(clinic)


# -- who and when


def test_four_eyes_and_the_right_hands(clinic, planted):
    request_id = erasures.approved(clinic, planted.client)
    for username in ("receptie", "behandelaar", "manager"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(erasure.execute_destruction, request_id)
    boss = clinic.as_("manager")
    boss.do(add, UserRole(user_id=boss.user.id, role=Role.ADMIN))
    with pytest.raises(NotAllowed):  # the one who approved does not execute
        boss.do(erasure.execute_destruction, request_id)
    assert clinic.as_("beheerder").do(erasure.execute_destruction, request_id).rows
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(erasure.execute_destruction, request_id)


def test_who_is_alone_approves_the_next_day_and_executes(clinic, planted):
    """One person with every role: the night replaces the colleague, and the log says so."""
    boss = clinic.as_("manager")
    boss.do(add, *(UserRole(user_id=boss.user.id, role=role) for role in (Role.RECEPTIONIST, Role.PRACTITIONER, Role.ADMIN)))
    for user in boss.do(find, User):
        if user.id != boss.user.id:
            boss.do(change, user, is_active=False)
    asked = boss.do(privacy.register_request, PrivacyKind.DESTRUCTION, planted.client.id)
    boss.do(privacy.identify, asked.id, "paspoort gezien")
    boss.do(privacy.propose_decision, asked.id, Decision.GRANTED, scope=ErasureScope.FILE, reason="eigen praktijk")
    with pytest.raises(UserError):
        boss.do(privacy.approve_decision, asked.id)
    clinic.clock.move(days=1)
    boss.do(privacy.approve_decision, asked.id)
    assert boss.do(erasure.execute_destruction, asked.id).rows
    (stone,) = boss.do(privacy.list_tombstones)
    assert {stone.proposed_by, stone.approved_by, stone.executed_by} == {boss.user.id}


def test_not_before_it_is_approved(clinic, planted):
    asked = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.DESTRUCTION, planted.client.id)
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(erasure.execute_destruction, asked.id)
    clinic.as_("receptie").do(privacy.identify, asked.id, "paspoort")
    clinic.as_("behandelaar").do(privacy.propose_decision, asked.id, Decision.GRANTED, scope=ErasureScope.FILE)
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(erasure.execute_destruction, asked.id)
    assert clinic.as_("beheerder").do(find, Client)


def test_a_complaint_that_came_after_the_decision_stops_it(clinic, planted):
    request_id = erasures.approved(clinic, planted.client)
    held = held_by(clinic.as_("receptie"), planted.client.id)
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(erasure.execute_destruction, request_id)
    ended(clinic.as_("manager"), held.id)
    assert clinic.as_("beheerder").do(erasure.execute_destruction, request_id).rows


def test_a_preview_counts_and_names_nobody(clinic, planted):
    request_id = erasures.approved(clinic, planted.client)
    preview = clinic.as_("beheerder").do(erasure.preview_destruction, request_id)
    assert dict(preview.counts)["consult note"] == 1
    assert preview.total == clinic.as_("beheerder").do(erasure.execute_destruction, request_id).rows


# -- after a restore


def test_destroyed_again_after_a_restore(clinic, planted):
    desk = clinic.as_("beheerder")
    assert desk.database.truncate_wal()
    older = (clinic.folder / "desk.db").read_bytes()
    done = destroy(clinic, planted.client)
    orders = lists.read(desk.db_uuid)
    assert [(order["request"], order["client_no"]) for order in orders] == [(done.request.number, planted.client.client_no)]
    assert not any(word in json.dumps(orders) for word in planted.words)
    clinic.close()
    for name in ("desk.db-wal", "desk.db-shm"):
        (clinic.folder / name).unlink(missing_ok=True)
    (clinic.folder / "desk.db").write_bytes(older)
    desk = clinic.as_("beheerder")
    assert erasures.left(clinic, planted.needles)
    desk.doubt = None  # accepted as restored
    assert desk.do(erasure.reapply_erasures) == 1
    assert erasures.left(clinic, planted.needles) == {}
    assert desk.do(erasure.reapply_erasures) == 0
    assert desk.do(find, PrivacyRequest) == [] and len(desk.do(find, Tombstone)) == 1
    assert [stored.entry.actor for stored in erase_entries(clinic)] == [desk.user.id]
    intact(clinic)


def test_a_backup_made_before_is_restored_without_what_was_destroyed(clinic, planted, tmp_path):
    file = tmp_path / "eerder.nmxbackup"
    clinic.as_("beheerder").do(backups.back_up, file)
    destroy(clinic, planted.client)
    stone = clinic.as_("beheerder").do(privacy.list_tombstones)[0]
    key = erasures.key_of(clinic.as_("beheerder"))
    clinic.close()
    with pytest.raises(NotAllowed):  # who may not destroy cannot put back what was destroyed
        restoring.restore(file, tmp_path / "fout", "receptie", PASSWORD)
    restoring.restore(file, tmp_path / "terug", "beheerder", PASSWORD)
    assert pages.count(tmp_path / "terug" / "desk.db", key, planted.needles) == {}
    back = FrontDoor(tmp_path / "terug", replace(clinic.around, witness=False)).sign_in("beheerder", PASSWORD)
    found = back.do(privacy.list_tombstones)[0]
    assert (found.request_no, found.client_no) == (stone.request_no, stone.client_no)
    assert back.do(log.verify_log).ok
    back.close()


# -- the list of what was destroyed


def restored(clinic, file, folder):
    """Put back into an empty folder; which bytes of the client are there again, and what was said to be unsure."""
    key = erasures.key_of(clinic.as_("beheerder"))
    clinic.close()
    found = restoring.restore(file, folder, "beheerder", PASSWORD)
    return lambda needles: pages.count(folder / "desk.db", key, needles), found.unsure


@pytest.fixture
def backed_up(clinic, planted, tmp_path):
    file = tmp_path / "eerder.nmxbackup"
    clinic.as_("beheerder").do(backups.back_up, file)
    return file


def test_a_kill_right_after_the_commit_loses_no_order(clinic, planted, backed_up, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "_leave_no_trace", lambda work, order: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            destroy(clinic, planted.client)
    left, unsure = restored(clinic, backed_up, tmp_path / "terug")
    assert (left(planted.needles), unsure) == ({}, "")


def test_a_list_that_lost_a_line_is_made_again_at_the_next_opening(clinic, planted, backed_up, tmp_path):
    destroy(clinic, planted.client)
    path = lists.path_of(clinic.as_("beheerder").db_uuid)
    whole = destroyed.known(clinic.as_("beheerder").db_uuid)
    clinic.close()
    for garbage in (None, b"[]", b"{", b"[" * 100_000, b'[{"client_id": 3}]', b"\xff\xfe", b'["x"]'):
        path.unlink() if garbage is None else path.write_bytes(garbage)
        desk = clinic.as_("receptie")
        assert destroyed.known(desk.db_uuid) == whole
        clinic.close()
    left, unsure = restored(clinic, backed_up, tmp_path / "terug")
    assert (left(planted.needles), unsure) == ({}, "")


def test_in_the_clinics_place_the_file_that_is_there_completes_the_list(clinic, planted, backed_up):
    destroy(clinic, planted.client)
    asked = clinic.as_("beheerder").do(restoring.propose_restore, backed_up, "De invoer van vanmiddag klopt niet.")
    clinic.approve()
    permit = clinic.as_("beheerder").do(restoring.permit_of, asked.id)
    lists.path_of(clinic.as_("beheerder").db_uuid).unlink()
    clinic.close()
    assert restoring.restore_here(clinic.front, backed_up, "beheerder", PASSWORD, permit).unsure == ""
    assert erasures.left(clinic, planted.needles) == {}
    intact(clinic)


@pytest.mark.parametrize("scope", [ErasureScope.NOTE, ErasureScope.CARE, ErasureScope.FILE])
def test_every_scope_is_made_again_from_the_database(clinic, planted, scope):
    destroy(clinic, planted.client, scope, planted.notes[0] if scope is ErasureScope.NOTE else "")
    desk = clinic.as_("beheerder")
    (order,) = destroyed.known(desk.db_uuid).orders
    with desk.database.reading():
        assert destroyed.in_database(desk.database.reading_driver) == [order]
    assert not order.pending and (order.subject == planted.notes[0]) == (scope is ErasureScope.NOTE)


def test_without_a_list_the_person_who_restores_is_told(clinic, planted, backed_up, tmp_path):
    destroy(clinic, planted.client)
    path = lists.path_of(clinic.as_("beheerder").db_uuid)
    path.write_bytes(b"not a list")
    left, unsure = restored(clinic, backed_up, tmp_path / "terug")
    assert left(planted.needles) and "destroyed after" in unsure
    back = FrontDoor(tmp_path / "terug", replace(clinic.around, witness=False)).sign_in("beheerder", PASSWORD)
    with back.database.reading():
        said = next(item.values for item in storage.entries(back.database.reading_driver) if item.entry.code == "RESTORE")
    assert {value.field: value.new for value in said}["unsure"] == unsure
    back.close()


def test_what_cannot_be_written_down_is_not_destroyed(clinic, planted, monkeypatch):
    request_id = erasures.approved(clinic, planted.client)
    known = destroyed.known(clinic.as_("beheerder").db_uuid)

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(lists, "write", full)
        with pytest.raises(EnvironmentProblem, match="Nothing was destroyed"):
            clinic.as_("beheerder").do(erasure.execute_destruction, request_id)
    assert clinic.as_("manager").do(find, Client) and not clinic.as_("manager").do(find, Tombstone)
    assert destroyed.known(clinic.as_("beheerder").db_uuid) == known


def test_what_was_announced_and_not_carried_out_is_struck_off(clinic, planted, monkeypatch):
    request_id = erasures.approved(clinic, planted.client)
    with monkeypatch.context() as patched:
        patched.setattr(type(clinic.as_("beheerder").recorder), "seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            clinic.as_("beheerder").do(erasure.execute_destruction, request_id)
    db_uuid = clinic.as_("beheerder").db_uuid
    assert [order.pending for order in destroyed.known(db_uuid).orders] == [True]
    clinic.close()
    assert clinic.as_("beheerder").do(find, Client)
    assert destroyed.known(db_uuid) == destroyed.Known((), whole=True)


def test_ranges():
    assert ranges([5, 1, 2, 3, 9]) == [[1, 3], 5, 9]
    assert table_of(Tombstone).name in OUTLIVES
