"""Merging two clients and taking them apart at the door: everything moves, nothing is lost, four eyes, the log true for both numbers."""

from dataclasses import fields, replace
from datetime import date
from typing import get_type_hints

import pytest

from nmx_desk.data import merging as data
from nmx_desk.data.tables import TABLES, metadata
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.merging import ClientMerge
from nmx_desk.domain.notes import ConsultNote, NoteKind
from nmx_desk.domain.privacy import PrivacyKind
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import agenda, clients, merging, notes, privacy, proposals, requests, search
from nmx_desk.services.desk import use_case


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@use_case("session.use")
def change(work, record, **changes):
    return work.store.change(record, **changes)


@use_case("session.use", writes=False)
def find(work, kind, **equals):
    return work.store.find(kind, **equals)


@use_case("session.use", writes=False)
def rows_now(work, client_id):
    return data.rows_of(work.store, client_id)


@use_case("session.use")
def a_row_of_each(work, client_id):
    """A row in each table that names a client, with a parent in every reference that needs one."""
    last, made, kinds = {"desk_user": work.user.id, "client": client_id}, {}, {table.name: kind for kind, table in TABLES.items()}
    for table in metadata.sorted_tables:
        kind = kinds.get(table.name)
        if kind is None or "client_id" not in table.c:
            continue
        values = {"client_id": client_id}
        for item in fields(kind):
            keys = [key.column.table.name for key in table.c[item.name].foreign_keys]
            if keys and keys[0] != table.name:
                values[item.name] = last.get(keys[0])
            elif get_type_hints(kind)[item.name] is str and item.name not in {"id", "created_by", "client_id"}:
                values[item.name] = f"{table.name} {item.name}"
        values |= {"busy_from": 0, "busy_to": 30} if table.name == "appointment" else {}
        values |= {"changed": "{}", "moved": "{}", "kept_id": "", "gone_id": ""} if table.name == "client_merge" else {}
        last[table.name] = work.store.add(kind(**values)).id
        made[table.name] = [last[table.name]]
    return made


def new(desk, **facts):
    about = {"first_name": "Sanne", "surname": "Visser", "phone": "0612345678", "birth_date": date(1980, 5, 4)} | facts
    return desk.do(clients.create_client, Client(**about))


@pytest.fixture
def two(clinic):
    """The same woman twice; the second number has another phone and an e-mail address."""
    desk = clinic.as_("receptie")
    return new(desk), new(desk, phone="0687654321", email="sanne@example.org", city="Utrecht")


def stored(clinic, client):
    return clinic.as_("receptie").do(find, Client, id=client.id)[0]


def merge(clinic, kept, gone, chosen=None):
    proposal = clinic.as_("receptie").do(merging.propose_merge, kept.id, gone.id, chosen, "zelfde geboortedatum")
    clinic.as_("manager").do(proposals.approve_proposal, proposal.id)
    return clinic.as_("manager").do(find, ClientMerge, proposal_id=proposal.id)[0]


def undo(clinic, made):
    proposal = clinic.as_("receptie").do(merging.propose_undo, made.id, "toch twee mensen")
    clinic.as_("manager").do(proposals.approve_proposal, proposal.id)


def signed_note(clinic, client):
    desk = clinic.as_("behandelaar")
    sheet = desk.do(notes.open_note, client.id, NoteKind.INTAKE)
    return desk.do(notes.sign_note, sheet.note.id, [replace(item, text=f"tekst {item.code}") for item in sheet.sections]).note


def plant(clinic, client):
    return clinic.as_("behandelaar").do(a_row_of_each, client.id)


def rows_of(clinic, client):
    return clinic.as_("receptie").do(rows_now, client.id)


def intact(clinic):
    result = clinic.verified()
    assert result.ok, result.findings[:5]


def test_a_merge_moves_everything_and_fills_what_was_empty(clinic, two):
    kept, gone = two
    note = signed_note(clinic, gone)
    made = merge(clinic, kept, gone)
    now = stored(clinic, kept)
    assert (now.phone, now.phone2, now.client_no) == ("+31612345678", "+31687654321", "C-000001")
    assert (now.email, now.city) == ("sanne@example.org", "Utrecht")
    assert (stored(clinic, gone).status, stored(clinic, gone).merged_into) == (ClientStatus.MERGED, kept.id)
    [moved] = clinic.as_("receptie").do(find, ConsultNote, client_id=kept.id)
    assert moved.id == note.id and made.rows["consult_note"] == [note.id]
    assert now.retention_until == stored(clinic, gone).retention_until != None  # noqa: E711
    intact(clinic)


def test_taken_apart_both_are_as_before(clinic, two):
    kept, gone = two
    signed_note(clinic, gone)
    before = [stored(clinic, client) for client in two]
    undo(clinic, merge(clinic, kept, gone))
    after = [stored(clinic, client) for client in two]
    assert [replace(client, version=0) for client in after] == [replace(client, version=0) for client in before]
    assert [note.client_id for note in clinic.as_("receptie").do(find, ConsultNote)] == [gone.id]
    intact(clinic)


def test_every_table_that_names_a_client_moves(clinic, two):
    """Driven by the tables: a row in each of them, planted by what the tables themselves say."""
    kept, gone = two
    planted = plant(clinic, gone)
    named = {name for name, table in metadata.tables.items() if "client_id" in table.c}
    assert planted.keys() == named
    made = merge(clinic, kept, gone)
    assert rows_of(clinic, gone) == {}
    now = rows_of(clinic, kept)
    for table, ids in planted.items():
        more = 2 if table == "contact_point" else 0  # the client's own phone and address, written into the list first
        assert set(ids) <= set(now[table]) & set(made.rows[table]) and len(made.rows[table]) == len(ids) + more, table
    undo(clinic, made)
    back = rows_of(clinic, gone)
    assert all(set(ids) <= set(back[table]) for table, ids in planted.items())
    intact(clinic)


def test_no_row_goes_to_another_client_but_along_a_merge(clinic, two):
    kept, gone = two
    other = new(clinic.as_("receptie"), first_name="Iemand", phone="0611111111")
    [complaint] = clinic.as_("behandelaar").do(add, Complaint(client_id=gone.id, words="moe"))
    for target in (kept, other):
        with pytest.raises(Exception, match="another client"):
            clinic.as_("behandelaar").do(change, complaint, client_id=target.id)
    merge(clinic, kept, gone)
    [complaint] = clinic.as_("behandelaar").do(find, Complaint, client_id=kept.id)
    with pytest.raises(Exception, match="another client"):
        clinic.as_("behandelaar").do(change, complaint, client_id=other.id)


def test_nothing_is_written_to_a_merged_client(clinic, two):
    kept, gone = two
    kept = clinic.as_("receptie").do(clients.change_client, replace(kept, email="nu@example.org"))
    merge(clinic, kept, gone)
    assert stored(clinic, kept).email == "nu@example.org"  # and what the other number said still leads to who stayed
    with pytest.raises(Conflict, match=r"merged|samengevoegd"):
        clinic.as_("behandelaar").do(add, Complaint(client_id=gone.id, words="moe"))
    with pytest.raises(Conflict):
        clinic.as_("receptie").do(clients.change_client, replace(stored(clinic, gone), city="Elders"))
    with pytest.raises(Conflict):
        clinic.as_("receptie").do(privacy.register_request, PrivacyKind.ACCESS, gone.id)
    asked = clinic.as_("receptie").do(requests.new_request, NewRequest(first_name="Sanne", surname="Visser", email="sanne@example.org"))
    assert asked.client_id == kept.id
    other = clinic.as_("receptie").do(requests.new_request, NewRequest(first_name="Iemand", surname="Anders", email="ander@example.org"))
    with pytest.raises(Conflict):
        clinic.as_("receptie").do(requests.link_client, other.id, gone.id)
    slot = clinic.as_("receptie").do(agenda.next_free, "intake")[0]
    with pytest.raises(Conflict):
        clinic.as_("receptie").do(agenda.book, "intake", slot.practitioner_id, slot.starts_at, client_id=gone.id)
    assert clinic.as_("receptie").do(agenda.book, "intake", slot.practitioner_id, slot.starts_at, client_id=kept.id).client_id == kept.id


def test_the_old_number_leads_to_who_stayed_and_is_no_double(clinic, two):
    kept, gone = two
    desk = clinic.as_("receptie")
    merge(clinic, kept, gone)
    for query in (gone.client_no, gone.client_no.rpartition("-")[2], "c 2"):
        [hit] = desk.do(search.find, query).clients
        assert hit.ref_id == kept.id and gone.client_no in hit.subtitle
    assert [hit.ref_id for hit in desk.do(search.find, "0687654321").clients] == [kept.id]  # no number is lost
    assert desk.do(clients.find_doubles, replace(stored(clinic, kept), id="")) != ()
    assert [double.client.id for double in desk.do(clients.find_doubles, stored(clinic, kept))] == []
    assert [row.id for row in desk.do(clients.list_clients).rows] == [kept.id]
    sheet = desk.do(clients.open_client, gone.id)
    assert (sheet.client.id, sheet.earlier_numbers) == (kept.id, (gone.client_no,))
    undo(clinic, desk.do(merging.merges_of, kept.id).merges[0])
    assert [hit.ref_id for hit in desk.do(search.find, gone.client_no).clients] == [gone.id]
    assert gone.client_no not in desk.do(search.find, kept.client_no).clients[0].subtitle


def test_four_eyes_and_who_may(clinic, two):
    kept, gone = two
    for name in ("manager", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(name).do(merging.propose_merge, kept.id, gone.id, None, "zelfde")
    for name in ("receptie", "behandelaar"):
        proposal = clinic.as_(name).do(merging.propose_merge, kept.id, gone.id, None, "zelfde")
        for other in ("receptie", "behandelaar", "beheerder"):
            with pytest.raises(NotAllowed):
                clinic.as_(other).do(proposals.approve_proposal, proposal.id)
        clinic.as_("manager").do(proposals.refuse_proposal, proposal.id, "nog niet")
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(merging.preview_merge, kept.id, gone.id)
    made = merge(clinic, kept, gone)
    for name in ("manager", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(name).do(merging.propose_undo, made.id, "toch niet")
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(merging.preview_undo, made.id)


def test_a_change_after_the_proposal_is_refused(clinic, two):
    kept, gone = two
    for changed in two:
        proposal = clinic.as_("receptie").do(merging.propose_merge, kept.id, gone.id, None, "zelfde")
        clinic.as_("receptie").do(clients.change_client, replace(stored(clinic, changed), city="Elders"))
        with pytest.raises(Conflict):
            clinic.as_("manager").do(proposals.approve_proposal, proposal.id)
        assert clinic.as_("manager").do(find, Client, merged_into=kept.id) == []
        clinic.as_("manager").do(proposals.refuse_proposal, proposal.id, "veranderd")
    made = merge(clinic, kept, gone)
    proposal = clinic.as_("receptie").do(merging.propose_undo, made.id, "toch niet")
    clinic.as_("receptie").do(clients.change_client, replace(stored(clinic, kept), city="Weer elders"))
    with pytest.raises(Conflict):
        clinic.as_("manager").do(proposals.approve_proposal, proposal.id)
    intact(clinic)
