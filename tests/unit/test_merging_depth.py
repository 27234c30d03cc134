"""Merges over the years: whatever is merged and taken apart, records, log, access list, copy and destruction stay true for both numbers."""

import json
import os
import random
import shutil
import signal
import zipfile
from dataclasses import fields, replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.data import log as log_data
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import CONTACT_FIELDS, Client, ClientStatus, NameUse, Sex
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.merging import ClientMerge, Side, choices
from nmx_desk.domain.notes import Addendum, ConsultNote, NoteKind, note_hash
from nmx_desk.domain.plans import Plan, PlanStatus
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind, Tombstone
from nmx_desk.services import access_list, agenda, clients, destroyed, dossier, erasure, log, merging, notes, privacy, proposals, retention
from nmx_desk.services.desk import use_case
from tests.clinic import TestClinic
from tests.exam import erasures
from tests.registers.grievances import held as held_by
from tests.unit.test_merging import add, change, find, intact, merge, new, signed_note, stored, two, undo
from tests.unit.test_proposals import alone

__all__ = ["alone", "two"]
HOSTILE = "<b>x</b> & 'y' =cmd|' /C calc'!A0 \u202e\u0000".replace("\u0000", "")


@use_case("session.use", writes=False)
def everything(work):
    """Every record there is, without version."""
    return {
        (table.name, record.id): {field.name: getattr(record, field.name) for field in fields(record) if field.name != "version"}
        for kind, table in TABLES.items()
        if table.name not in {"proposal", "client_merge", "draft"}
        for record in work.store.find(kind)
    }


def all_records(clinic):
    return clinic.as_("receptie").do(everything)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PERSON = st.fixed_dictionaries({
    "first_name": TEXT, "surname": TEXT, "prefix": TEXT, "partner_surname": TEXT, "phone2": st.sampled_from(["", "+31612345678"]),
    "email": st.sampled_from(["", "a@example.org", "b@example.org"]), "city": TEXT, "street": TEXT, "call_instruction": TEXT,
    "birth_date": st.one_of(st.none(), st.dates(date(1930, 1, 1), date(2020, 1, 1))), "sex": st.sampled_from(Sex),
    "name_use": st.sampled_from(NameUse), "no_voicemail": st.booleans(),
    "status": st.sampled_from([ClientStatus.PROSPECT, ClientStatus.ACTIVE, ClientStatus.RESTING, ClientStatus.CLOSED]),
    "retention_until": st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2050, 1, 1))),
})  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PERSON, PERSON, st.dictionaries(st.sampled_from(["first_name", "address", "phone", "email", "status"]), st.sampled_from(Side)))
def test_merging_and_taking_apart_leaves_every_record_as_before(clinic, one, other, chosen):
    desk = clinic.as_("receptie")
    number = desk.do(numbered)
    kept, gone = (desk.do(add, Client(client_no=f"C-{number + n:06}", **who))[0] for n, who in enumerate((one, other)))
    clinic.as_("behandelaar").do(add, Complaint(client_id=gone.id, words=HOSTILE), Complaint(client_id=kept.id, words="moe"))
    before = all_records(clinic)
    made = merge(clinic, kept, gone, {key: str(side) for key, side in chosen.items()})
    between = stored(clinic, kept)
    for line in choices(kept, gone, {key: str(side) for key, side in chosen.items()}):
        assert tuple(getattr(between, name) for name in line.fields) == (line.kept if line.chosen is Side.KEPT else line.gone)
    intact(clinic)
    undo(clinic, made)
    assert all_records(clinic) == before
    intact(clinic)


@use_case("session.use")
def numbered(work):
    first = work.store.next_number("client_no")
    work.store.next_number("client_no")
    return first


def test_the_filled_one_is_kept_else_the_older_clients():
    older, newer = Client(id="a", client_no="C-1", city="Utrecht"), Client(id="b", client_no="C-2", email="x@example.org", city="Zeist")
    for kept, gone in ((older, newer), (newer, older)):
        lines = {line.key: line for line in choices(kept, gone)}
        assert lines["address"].values["city"] == "Utrecht"
        assert lines["email"].values["email"] == "x@example.org"
    lines = {line.key: line for line in choices(older, newer, {"address": "gone"})}
    assert lines["address"].values["city"] == "Zeist"
    first = {"": "1", "phone": "2"}
    for key, number in first.items():
        pair = replace(older, phone="1"), replace(newer, phone="2")
        found = {name: value for line in choices(*pair, {key: "gone"} if key else {}) for name, value in line.values.items()}
        assert {found["phone"], found["phone2"]} == {"1", "2"} and found["phone"] == number
    dead = replace(newer, status=ClientStatus.DECEASED, deceased_on=date(2026, 1, 1))
    found = {name: value for line in choices(older, dead) for name, value in line.values.items()}
    assert (found["status"], found["deceased_on"]) == (ClientStatus.DECEASED, date(2026, 1, 1))
    assert {name for line in choices(older, newer) for name in line.fields} == set(CONTACT_FIELDS)


def test_what_was_added_and_changed_since_is_told_and_goes_where_it_belongs(clinic, two):
    kept, gone = two
    note = signed_note(clinic, gone)
    made = merge(clinic, kept, gone)
    care = clinic.as_("behandelaar")
    [moved] = care.do(find, ConsultNote, id=note.id)
    sections = care.do(notes.read_note, note.id).sections
    assert note_hash(replace(moved, client_id=gone.id), sections) == moved.hash  # it was signed for the old number
    care.do(notes.add_addendum, note.id, "later gehoord", "aanvulling")
    [loose] = care.do(add, Complaint(client_id=kept.id, words="nieuw"))
    clinic.as_("receptie").do(clients.change_client, replace(stored(clinic, kept), email="ander@example.org"))
    preview = clinic.as_("receptie").do(merging.preview_undo, made.id)
    assert dict(preview.added) == {"health complaint": 1} and len(preview.stays) == 2
    assert dict(preview.moves)["consult note"] == 1 and dict(preview.moves)["addendum to the consult note"] == 1
    undo(clinic, made)
    assert care.do(find, Addendum)[0].client_id == gone.id
    assert care.do(find, Complaint, id=loose.id)[0].client_id == kept.id
    assert (stored(clinic, kept).email, stored(clinic, kept).city) == ("ander@example.org", "")
    assert stored(clinic, gone).last_clinical_change == stored(clinic, kept).last_clinical_change  # counted for both while they were one
    intact(clinic)


def test_two_plans_and_two_places_at_once_are_settled_first(clinic, two):
    kept, gone = two
    care, desk = clinic.as_("behandelaar"), clinic.as_("receptie")
    plans = [care.do(add, Plan(client_id=client.id, practitioner_id=care.user.id, status=PlanStatus.ACTIVE))[0] for client in two]
    with pytest.raises(Conflict):
        merge(clinic, kept, gone)
    care.do(change, plans[1], status=PlanStatus.STOPPED)
    offers = desk.do(agenda.next_free, "intake")
    first = desk.do(agenda.book, "intake", offers[0].practitioner_id, offers[0].starts_at, client_id=kept.id)
    colleague = next(user for user in ("behandelaar", "collega") if clinic.as_(user).user.id != first.practitioner_id)
    other = desk.do(agenda.book, "intake", clinic.as_(colleague).user.id, first.starts_at, client_id=gone.id)
    assert desk.do(merging.preview_merge, kept.id, gone.id).problems
    with pytest.raises(Conflict):
        merge(clinic, kept, gone)
    clinic.clock.moment = first.ends_at + timedelta(hours=1)  # what is over is over: both rows come together
    made = merge(clinic, kept, gone)
    assert {item.id for item in desk.do(find, Appointment, client_id=kept.id)} == {first.id, other.id}
    undo(clinic, made)
    intact(clinic)


def test_merges_of_merges_and_undone_in_any_order(clinic):
    desk = clinic.as_("receptie")
    a, b, c = (new(desk, first_name=name, phone=f"061111111{n}") for n, name in enumerate(("An", "Ans", "Anna"), 1))
    desk.do(clients.change_client, replace(a, city="A"))
    a = stored(clinic, a)
    before = {client.id: stored(clinic, client) for client in (a, b, c)}
    first = merge(clinic, c, a)  # C takes the city of A
    second = merge(clinic, stored(clinic, c), b, {"address": "gone"})  # and then the empty one of B
    assert desk.do(clients.open_client, a.id).earlier_numbers == (a.client_no, b.client_no)
    undo(clinic, first)
    undo(clinic, second)
    assert {client.id: replace(stored(clinic, client), version=0) for client in (a, b, c)} == {
        key: replace(client, version=0) for key, client in before.items()
    }
    inner = merge(clinic, stored(clinic, b), stored(clinic, a))
    outer = merge(clinic, stored(clinic, c), stored(clinic, b))
    assert desk.do(clients.open_client, a.id).client.id == c.id
    with pytest.raises(Conflict):
        desk.do(merging.propose_undo, inner.id, "toch niet")
    undo(clinic, outer)
    undo(clinic, inner)
    assert [stored(clinic, client).merged_into for client in (a, b, c)] == [None] * 3
    intact(clinic)


def seen_by(clinic, client):
    with clinic.as_("manager").database.reading() as connection:
        store = clinic.as_("manager")._store(connection)
        return {line.seq for line in log_data.lines(store, log_data.LogFilter(client=client.id, limit=10_000))}


def test_the_log_is_true_for_both_numbers(clinic, two):
    kept, gone = two
    desk, boss = clinic.as_("receptie"), clinic.as_("manager")
    before = {client.id: seen_by(clinic, client) for client in two}
    assert before[kept.id] and before[gone.id] and not before[kept.id] & before[gone.id]
    made = merge(clinic, kept, gone)
    together = seen_by(clinic, kept)
    assert before[kept.id] | before[gone.id] < together
    desk.forget_seen()
    desk.do(clients.open_client, gone.id)  # shows who stayed, with what came from who went
    window = seen_by(clinic, kept) - together
    assert window
    assert [row.seq for row in boss.do(log.client_history, gone.id, reason="vraag")][-1] in before[kept.id] | before[gone.id]
    undo(clinic, made)
    desk.forget_seen()
    desk.do(clients.open_client, kept.id)
    apart = {client.id: seen_by(clinic, client) for client in two}
    assert window <= apart[gone.id] and window <= apart[kept.id]  # whoever looked then saw both
    assert before[gone.id] <= apart[gone.id] and not before[gone.id] & apart[kept.id]
    assert max(apart[kept.id]) not in apart[gone.id] and not before[kept.id] & apart[gone.id]
    lines = boss.do(access_list.who_saw, gone.id, reason="vraag")
    said = {text for line in lines for text in line.what}
    assert not any("(2×)" in text and ("Opened" in text or "Maakte" in text) for text in said)  # a proposal opens no file
    assert said & {"Put two files of yours together", "Voegde twee dossiers van u samen"}
    assert said & {"Took two files apart that had been put together", "Haalde twee samengevoegde dossiers weer uit elkaar"}


def test_each_deed_of_a_chain_is_told_once(clinic):
    """A merge that moves the record of an earlier one along is no undoing of it."""
    a, b, c = (new(clinic.as_("receptie"), first_name=name, phone=f"061111111{n}") for n, name in enumerate(("An", "Ans", "Anna"), 1))
    inner = merge(clinic, b, a)
    outer = merge(clinic, c, stored(clinic, b))
    assert told(clinic, c) == ["Voegde twee dossiers van u samen (2×)"]
    undo(clinic, outer)
    undo(clinic, inner)
    once = ["Voegde twee dossiers van u samen", "Haalde twee samengevoegde dossiers weer uit elkaar"]
    assert told(clinic, c) == once
    assert sorted(told(clinic, b)) == sorted(f"{text} (2×)" for text in once)


def told(clinic, client):
    """What the client reads of merges."""
    lines = clinic.as_("manager").do(access_list.who_saw, client.id, reason="vraag")
    return [text for line in lines for text in line.what if "twee" in text]


def test_the_practitioner_sees_the_log_of_both(clinic, two):
    kept, gone = two
    desk, me = clinic.as_("receptie"), clinic.as_("behandelaar")
    kept = desk.do(clients.change_client, replace(kept, practitioner_id=me.user.id))
    merge(clinic, kept, gone)
    both = seen_by(clinic, gone)
    assert both <= seen_by(clinic, kept)
    assert both <= {row.seq for row in me.do(log.list_log, log_data.LogFilter(client=kept.id, limit=500))}


def test_a_destruction_and_a_copy_cover_both(clinic, two):
    kept, _gone = two
    planted = clinic.as_("behandelaar").do(erasures.plant, random.Random(3), 77)
    merge(clinic, kept, planted.client)
    asked = approved_copy(clinic, kept)
    made = zipfile.ZipFile(BytesIO(clinic.as_("manager").do(dossier.copy_of_file, asked, reason="namens").content))
    told = json.loads(made.read("records.json"))
    assert {client["id"] for client in told["records"]["client"]} == {kept.id, planted.client.id}
    assert told["records"]["consult_note"] and "client_merge" not in told["records"]
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, kept))
    assert erasures.left(clinic, planted.needles) == {}
    assert {stone.client_no for stone in clinic.as_("beheerder").do(find, Tombstone)} == {kept.client_no, planted.client.client_no}
    intact(clinic)


def approved_copy(clinic, client):
    desk, care, boss = clinic.as_("receptie"), clinic.as_("behandelaar"), clinic.as_("manager")
    asked = desk.do(privacy.register_request, PrivacyKind.COPY, client.id)
    desk.do(privacy.identify, asked.id, "paspoort gezien")
    care.do(privacy.propose_decision, asked.id, Decision.GRANTED, reason="namens een collega")
    boss.do(privacy.approve_decision, asked.id)
    return asked.id


def test_apart_again_each_is_destroyed_alone_and_leaves_the_other_whole(clinic, two):
    kept, other = two
    planted = clinic.as_("behandelaar").do(erasures.plant, random.Random(4), 78)
    undo(clinic, merge(clinic, kept, planted.client))
    before = stored(clinic, kept)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, planted.client))
    assert erasures.left(clinic, planted.needles) == {}
    assert stored(clinic, kept) == before
    intact(clinic)
    second = clinic.as_("behandelaar").do(erasures.plant, random.Random(5), 79)
    [complaint] = clinic.as_("behandelaar").do(add, Complaint(client_id=other.id, words="moe"))
    made = merge(clinic, second.client, stored(clinic, other))
    clinic.as_("behandelaar").do(change, clinic.as_("behandelaar").do(find, Complaint, id=complaint.id)[0], words="minder moe")
    undo(clinic, made)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, second.client))
    assert erasures.left(clinic, second.needles) == {} and stored(clinic, other).email == other.email
    assert clinic.as_("behandelaar").do(find, Complaint, id=complaint.id)[0].words == "minder moe"
    rows = clinic.as_("manager").do(log.list_log, log_data.LogFilter(obj_id=complaint.id, codes=("CHANGE",)))
    details = [clinic.as_("manager").do(log.log_details, row.seq) for row in rows]  # its history is the other one's, and stays whole
    assert any("minder moe" in str(detail) for detail in details)
    intact(clinic)


def test_destroyed_after_a_merge_and_put_back_from_before_it(clinic, two):
    """The backup still has two clients: both are destroyed again; and of two taken apart later only the one."""
    kept, gone = two
    planted = clinic.as_("behandelaar").do(erasures.plant, random.Random(6), 80)
    apart = copied(clinic)
    made = merge(clinic, kept, planted.client)
    merged = copied(clinic)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, kept))
    assert erasures.left(put_back(clinic, apart), planted.needles) == {}
    assert clinic.as_("receptie").do(find, Client) == [stored(clinic, gone)]
    intact(clinic)
    put_back(clinic, merged, orders=False)
    undo(clinic, made)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, planted.client))
    put_back(clinic, merged, last_only=True)
    assert erasures.left(clinic, planted.needles) == {}
    assert [client.id for client in clinic.as_("receptie").do(find, Client, merged_into=None) or []] == []
    assert stored(clinic, kept).status is not ClientStatus.MERGED
    intact(clinic)


def copied(clinic):
    assert clinic.as_("beheerder").database.truncate_wal()
    return (clinic.folder / "desk.db").read_bytes()


def put_back(clinic, content, *, orders=True, last_only=False):
    """An older file in place, accepted, and the destructions since applied again."""
    known = destroyed.known(clinic.as_("beheerder").db_uuid).orders
    clinic.close()
    for name in ("desk.db-wal", "desk.db-shm"):
        (clinic.folder / name).unlink(missing_ok=True)
    (clinic.folder / "desk.db").write_bytes(content)
    shutil.rmtree(os.environ["NMX_STATE_DIR"], ignore_errors=True)  # accepted as restored
    if orders:
        for step in (parted, again):
            clinic.as_("beheerder").do(step, known[-1:] if last_only else known)
    return clinic


@use_case("restore.run")
def parted(work, orders):
    erasure.part(work, orders)


@use_case("restore.run")
def again(work, orders):
    return erasure.reapply(work, orders)


def test_holds_retention_and_open_requests_count_for_both(clinic, two):
    kept, gone = two
    desk = clinic.as_("receptie")
    long_ago = date(2000, 1, 1)
    desk.do(change, gone, retention_until=long_ago)
    desk.do(change, kept, retention_until=long_ago - timedelta(days=9))
    held_by(desk, gone.id)
    made = merge(clinic, stored(clinic, kept), stored(clinic, gone))
    assert stored(clinic, kept).retention_until == long_ago
    [due] = clinic.as_("manager").do(retention.list_due).files
    assert (due.client_id, due.held) == (kept.id, True)
    undo(clinic, made)
    due = {file.client_id: file.held for file in clinic.as_("manager").do(retention.list_due).files}
    assert due == {kept.id: False, gone.id: True}
    asked = desk.do(privacy.register_request, PrivacyKind.DESTRUCTION, gone.id)
    with pytest.raises(Conflict):
        merge(clinic, stored(clinic, kept), stored(clinic, gone))
    desk.do(privacy.close_privacy_request, asked.id, "ingetrokken")
    merge(clinic, stored(clinic, kept), stored(clinic, gone))
    intact(clinic)


def test_a_proposal_needs_a_reason_two_clients_and_lines_that_there_are(clinic, two):
    kept, gone = two
    desk = clinic.as_("receptie")
    for wrong in ((kept.id, kept.id, None, "x"), (kept.id, gone.id, None, " "), (kept.id, gone.id, {"client_no": "gone"}, "x")):
        with pytest.raises(UserError):
            desk.do(merging.propose_merge, *wrong)
    with pytest.raises(Conflict):
        desk.do(merging.propose_merge, kept.id, gone.id, None, "x", versions=(kept.version, gone.version + 1))
    desk.do(merging.propose_merge, kept.id, gone.id, None, HOSTILE)
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(merging.propose_merge, gone.id, kept.id, None, "andersom")
    clinic.approve()
    with pytest.raises(Conflict):
        desk.do(merging.propose_merge, kept.id, gone.id, None, "nog eens")


def test_killed_in_the_middle_it_is_before_or_after(clinic, two, tmp_path):
    """The process dies at a dozen statements of the merge in turn, from the first to the commit: never something in between."""
    kept, gone = two
    signed_note(clinic, gone)
    asked = clinic.as_("receptie").do(merging.propose_merge, kept.id, gone.id, None, "zelfde").id
    clinic.close()
    statements = int((one_kill(clinic, tmp_path / "whole", asked, 10**6) / "count").read_text())
    ends = [state(clinic, tmp_path / "whole", kept, gone)]
    for number in range(1, statements + 1, max(1, statements // 12)):
        folder = one_kill(clinic, tmp_path / f"k{number}", asked, number)
        assert not (folder / "count").exists()
        ends.append(state(clinic, folder, kept, gone))
        shutil.rmtree(folder)
    assert statements > 100 and ends[0] == 1 and set(ends[1:]) == {0}


def one_kill(clinic, folder, asked, number):
    """A copy of the clinic in which a child approves the merge and dies at that statement; it writes how many there were if it lives."""
    shutil.copytree(clinic.folder, folder)
    shutil.rmtree(os.environ["NMX_STATE_DIR"], ignore_errors=True)  # its witness has seen other copies
    child = os.fork()
    if child == 0:
        try:
            (folder / "count").write_text(str(die_at(TestClinic(folder, clinic.clock), asked, number)))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    shutil.rmtree(os.environ["NMX_STATE_DIR"], ignore_errors=True)
    return folder


def state(clinic, folder, kept, gone):
    """How many merges there are, after looking that all of it or nothing of it is there."""
    there = TestClinic(folder, clinic.clock)
    desk = there.as_("receptie")
    merges = len(desk.do(find, ClientMerge))
    whole = (desk.do(find, Client, id=gone.id)[0].merged_into, desk.do(find, ConsultNote)[0].client_id)
    assert whole == ((kept.id, kept.id) if merges else (None, gone.id))
    assert there.verified().ok
    there.close()
    return merges


def die_at(clinic, asked, number):
    desk = clinic.as_("manager")
    count = 0

    def traced(_statement):
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    desk.database.driver.set_trace_callback(traced)
    desk.do(proposals.approve_proposal, asked)
    desk.database.driver.set_trace_callback(None)
    return count


def test_a_note_being_written_moves_and_can_be_signed(clinic, two):
    kept, gone = two
    care = clinic.as_("behandelaar")
    sheet = care.do(notes.open_note, gone.id, NoteKind.INTAKE)
    merge(clinic, kept, gone)
    moved = care.do(notes.read_note, sheet.note.id)
    assert moved.note.client_id == kept.id
    filled = [replace(section, text="tekst") for section in moved.sections]
    assert care.do(notes.sign_note, sheet.note.id, filled).note.hash
    intact(clinic)


def test_scopes_of_a_destruction_after_a_merge(clinic, two):
    kept, gone = two
    signed_note(clinic, gone)
    merge(clinic, kept, gone)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, kept, ErasureScope.CARE))
    assert clinic.as_("receptie").do(find, ConsultNote) == []
    made = clinic.as_("receptie").do(merging.merges_of, kept.id).merges[0]
    undo(clinic, made)
    assert stored(clinic, gone).merged_into is None
    intact(clinic)


def test_who_is_alone_merges_in_two_dated_steps(alone):
    desk = alone.as_("solo")
    kept, gone = (desk.do(clients.create_client, Client(first_name="Jo", phone=f"061234567{n}")) for n in (1, 2))
    asked = desk.do(merging.propose_merge, kept.id, gone.id, None, "zelfde")
    assert desk.do(merging.waiting_merges)[0].row.may_decide and desk.do(merging.count_waiting_merges) == 1
    done = desk.do(proposals.approve_proposal, asked.id)
    assert done.alone and desk.do(clients.open_client, gone.id).client.id == kept.id
