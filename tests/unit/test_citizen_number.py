"""A citizen service number is noticed wherever somebody types it: refused with the field's name, and nothing of the work is kept."""

from dataclasses import replace
from datetime import date

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.notes import Draft, NoteKind
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult
from nmx_desk.services import agenda, calls, clients, drafts, followups, imports, notes, plans, requests, roster, search
from nmx_desk.services.citizen_number import HIDDEN, holds_citizen_number, refuse_typed, without_citizen_number
from nmx_desk.services.desk import use_case
from nmx_desk.services.scores import ComplaintEntry
from tests.day import whole_day

NUMBER = "123456782"  # nine digits that pass the eleven test


@use_case("session.use", writes=False)
def everything(work, kind):
    return work.store.find(kind)


@pytest.fixture
def lived(clinic):
    return dict(whole_day(clinic))


def open_call(clinic, care):
    asked = care.do(requests.new_request, NewRequest(first_name="Rood", surname="Teken", phone="0600333444", question="moe"))
    offer = care.do(agenda.next_free, "advice_call", practitioner_id=care.user.id)[0]
    care.do(requests.book_call, asked.id, offer)
    clinic.clock.moment = offer.starts_at
    return care.do(calls.open_call, asked.id).call


def places(clinic, lived):
    """Who types where: user, the field that is named, use case and what it is called with."""
    care = clinic.as_("behandelaar")
    client_id, note = lived["note_signed"].client_id, lived["note_signed"]
    sheet = care.do(plans.open_plan, client_id)
    draft = care.do(notes.open_note, client_id, NoteKind.FOLLOW_UP)
    typed = [replace(one, text=f"zei {NUMBER}") for one in draft.sections]
    new = care.do(plans.new_version, sheet.plan.id, "evaluatie")
    items = [replace(one, text=f"{one.text} {NUMBER}") for one in new.items]
    waiting = clinic.as_("receptie").do(requests.list_requests)
    free = care.do(agenda.next_free, "follow_up", practitioner_id=care.user.id)[0]
    asked, booked = waiting[0].request, care.do(agenda.book, "follow_up", care.user.id, free.starts_at, client_id=client_id)
    call = open_call(clinic, care)
    return [
        ("behandelaar", draft.sections[0].code, (notes.save_note, draft.note, typed)),
        ("behandelaar", "attendees", (notes.save_note, replace(draft.note, attendees=f"Partner {NUMBER}"), [])),
        ("behandelaar", "words", (notes.save_note, draft.note, [])),
        ("behandelaar", "text", (notes.add_addendum, note.id, f"nagekomen: 1234.56.782 en {NUMBER}", "was vergeten")),
        ("behandelaar", "reason", (notes.add_addendum, note.id, "nagekomen", f"vergeten {NUMBER}")),
        ("behandelaar", "text", (plans.save_version, new.version, new.phases, items)),
        ("behandelaar", "note", (followups.complete_follow_up, lived["follow_up"].id, None, 80, f"zie 123 456 782, {NUMBER}")),
        ("behandelaar", "fit_reason", (calls.save_call, replace(call, fit_reason=NUMBER), [], [])),
        ("receptie", "note", (requests.log_attempt, asked.id, AttemptResult.NO_ANSWER, f"BSN {NUMBER}")),
        ("receptie", "reason", (requests.withdraw_request, asked.id, f"dubbel met {NUMBER}")),
        ("receptie", "question", (requests.change_request, replace(asked, question=f"moe, bsn {NUMBER}"))),
        ("receptie", "reason", (agenda.cancel, booked.id, "client", f"ziek, {NUMBER}")),
        ("receptie", "surname", (clients.create_client, Client(surname=f"Bos {NUMBER}", phone="0600112233"))),
        ("manager", "reason", (roster.add_closure, date(2027, 1, 1), date(2027, 1, 1), f"dicht {NUMBER}")),
    ]


def test_typed_anywhere_it_is_refused_and_nothing_is_kept(clinic, lived):
    wanted = places(clinic, lived)
    words = {"complaints": [ComplaintEntry(words=f"moe {NUMBER}", onset="2019", score=4)]}
    before = clinic.as_("manager").log_size
    for user, field, (case, *arguments) in wanted:
        with pytest.raises(UserError, match=r"BSN") as refused:
            clinic.as_(user).do(case, *arguments, **(words if field == "words" else {}))
        assert refused.value.field == field, case.name
    desk = clinic.as_("behandelaar")
    assert not any(NUMBER in one.words for one in desk.do(everything, Complaint))
    assert desk.log_size == before
    assert clinic.verified().ok


def test_a_reason_and_search_words_too(clinic, lived):
    with pytest.raises(UserError) as refused:
        clinic.as_("collega").do(notes.read_note, lived["note_signed"].id, reason=f"voor {NUMBER}")
    assert refused.value.field == "reason"
    clinic.as_("receptie").do(search.settled, f"meer {NUMBER}", 0)
    with clinic.as_("manager").database.reading() as connection:
        values = [str(value) for (value,) in connection.exec_driver_sql("SELECT new FROM audit_value")]
    assert not any(NUMBER in value for value in values)
    assert f"meer {HIDDEN}" in values


def test_what_is_still_being_typed_is_kept_and_what_a_file_says_is_not_lost(clinic):
    desk = clinic.as_("behandelaar")
    desk.do(drafts.keep_draft, notes.DRAFT_KIND, "x", None, f'{{"text": "zei {NUMBER}"}}')
    assert desk.do(everything, Draft)[0].content == f'{{"text": "zei {NUMBER}"}}'
    file = f"Naam;E-mail;Telefoon;Uw vraag\nKim Bos;kim@example.org;0600112233;moe, bsn {NUMBER}\n".encode()
    clinic.as_("receptie").do(imports.import_requests, f"export-{NUMBER}.csv", file)
    assert len(desk.do(everything, AdviceRequest)) == 1


OTHERS = ("a12345678-2345-6782-9123-456782345678", "ab" * 32, "123456781", "1234567820", "+31612345678", "12345678")


@pytest.mark.parametrize("text", OTHERS)
def test_ids_fingerprints_and_other_numbers_are_no_such_number(text):
    refuse_typed({"text": [text], "more": {"x": (text,)}})


def test_every_depth_is_looked_at():
    for deep in (NUMBER, [NUMBER], {"x": [NUMBER]}, (Complaint(words=NUMBER),), {NUMBER}):
        with pytest.raises(UserError):
            refuse_typed({"text": deep})


@pytest.mark.parametrize("text", [NUMBER, f"a {NUMBER} b", "123 456 782", "1234.56.782", f"{NUMBER} en 123.456.782"])
def test_hiding_leaves_none(text):
    hidden = without_citizen_number(text)
    assert holds_citizen_number(text)
    assert not holds_citizen_number(hidden)
    assert HIDDEN in hidden


def test_nobody_types_a_fingerprint_alone_or_among_words():
    root = f"a{NUMBER}b" + "0f" * 26 + "ab"
    refuse_typed({"anchor": root, "abandoned": f"86 {root}", "heads": [f"NMX:x:86:{root}"]})
    for typed in (f"{root} {NUMBER}", f"zie {NUMBER} bij {root}", NUMBER + "-" * 30):
        with pytest.raises(UserError):
            refuse_typed({"note": typed})
