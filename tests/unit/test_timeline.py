"""What happened with a client in one list: in order, in pieces that leave nothing out, and no more than a role may see."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.contact_views import EventKind
from nmx_desk.domain.contacts import ContactMoment
from nmx_desk.domain.notes import ConsultNote, NoteKind, NoteStatus
from nmx_desk.domain.plans import Plan, PlanStatus, PlanVersion
from nmx_desk.domain.referrals import Referral
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult, CallAttempt
from nmx_desk.services import agenda, clients, contact_log, documents, requests, timeline
from tests.clinic import MONDAY
from tests.unit.test_merging import add, merge

K = EventKind


@pytest.fixture
def sanne(clinic):
    """A client with something of every kind, at moments that are told apart."""
    desk, care = clinic.as_("receptie"), clinic.as_("behandelaar")
    made = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678", practitioner_id=care.user.id))
    asked = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0612345678", question="al  jaren\nmoe"))
    desk.do(requests.link_client, asked.id, made.id)
    clinic.clock.move(minutes=1)
    desk.do(requests.log_attempt, asked.id, AttemptResult.NO_ANSWER, "later weer")
    clinic.clock.move(minutes=1)
    desk.do(contact_log.add_contact_moment, made.id, ContactMoment(text="Vraagt naar het adres"))
    clinic.clock.move(minutes=1)
    care.do(documents.add_document, made.id, "uitslag.txt", b"niets bijzonders")
    note = ConsultNote(
        client_id=made.id, author_id=care.user.id, kind=NoteKind.FOLLOW_UP, care_date=date(2026, 9, 10), status=NoteStatus.SIGNED
    )  # fmt: skip
    plan = care.do(add, Plan(client_id=made.id, practitioner_id=care.user.id))[0]
    active = PlanVersion(
        plan_id=plan.id, client_id=made.id, status=PlanStatus.ACTIVE, activated_at=MONDAY - timedelta(days=3), activated_by=care.user.id,
        reason="begin",
    )  # fmt: skip
    care.do(add, note, active, Referral(client_id=made.id, to_name="Huisarts A", written_on=date(2026, 9, 9), body="geheim"))
    offer = desk.do(agenda.next_free, "intake")[0]
    desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=made.id)
    return made


def kinds(clinic, user, client):
    return [event.kind for event in clinic.as_(user).do(timeline.timeline, client.id).rows]


def test_everything_in_order_the_newest_first(clinic, sanne):
    found = clinic.as_("behandelaar").do(timeline.timeline, sanne.id)
    assert [event.kind for event in found.rows] == [
        K.APPOINTMENT, K.DOCUMENT, K.CONTACT, K.CALL, K.REQUEST, K.PLAN, K.NOTE, K.LETTER]  # fmt: skip
    assert found.before is None
    told = {event.kind: event for event in found.rows}
    assert (told[K.REQUEST].detail, told[K.CALL].title) == ("al jaren moe", "Call: No answer")
    assert told[K.CONTACT].title == "Phone from the client"
    assert (told[K.LETTER].day_only, told[K.CONTACT].day_only) == (True, False)
    assert (told[K.NOTE].title, told[K.NOTE].by) == ("Note: Follow-up consult", "Behandelaar A. Demo")
    assert "geheim" not in str(found)


def test_a_role_sees_what_it_may_and_nothing_more(clinic, sanne):
    closed = {K.NOTE, K.DOCUMENT, K.LETTER}
    assert set(K) - set(kinds(clinic, "receptie", sanne)) == closed | {K.PLAN}
    assert set(K) - set(kinds(clinic, "manager", sanne)) == closed
    assert set(K) - set(kinds(clinic, "collega", sanne)) == closed
    assert set(kinds(clinic, "behandelaar", sanne)) == set(K)


def test_pieces_leave_nothing_out_and_repeat_nothing(clinic, sanne):
    desk = clinic.as_("receptie")
    moments = [ContactMoment(client_id=sanne.id, at=MONDAY - timedelta(hours=n // 3), text=str(n)) for n in range(30)]
    desk.do(add, *moments)  # three at the same moment
    care = clinic.as_("behandelaar")
    day = ConsultNote(client_id=sanne.id, author_id=care.user.id, status=NoteStatus.SIGNED)
    care.do(add, *(replace(day, care_date=date(2026, 9, 14) - timedelta(days=n // 3)) for n in range(12)))  # some written the same day
    whole = [event.ref_id for event in care.do(timeline.timeline, sanne.id, None, 200).rows]
    assert len(whole) == len(set(whole)) == 30 + 12 + 8
    for size in (1, 4, 7):
        assert in_pieces(care, sanne, size) == whole, size


def in_pieces(desk, client, size):
    """Everything, asked for a piece at a time."""
    found, before = [], None
    while True:
        piece = desk.do(timeline.timeline, client.id, before, size)
        found += [event.ref_id for event in piece.rows]
        before = piece.before
        if before is None:
            return found


def test_of_many_documents_or_attempts_and_nothing_else_none_is_left_out(clinic):
    """The last one of a piece is read again for the next, and must not stand for one of those that follow."""
    care, desk = clinic.as_("behandelaar"), clinic.as_("receptie")
    archive = desk.do(clients.create_client, Client(surname="Vol", phone="0612345678", practitioner_id=care.user.id))
    for n in range(5):
        care.do(documents.add_document, archive.id, f"uitslag {n}.txt", b"niets bijzonders %d" % n)
    caller = desk.do(clients.create_client, Client(surname="Beller", phone="0687654321"))
    asked = desk.do(requests.new_request, NewRequest(surname="Beller", phone="0687654321", received_at=MONDAY))
    desk.do(requests.link_client, asked.id, caller.id)
    moments = (1, 2, 2, 2, 3)
    desk.do(add, *(CallAttempt(request_id=asked.id, at=MONDAY + timedelta(days=n)) for n in moments))
    for client, many in ((archive, 5), (caller, 6)):
        whole = [event.ref_id for event in care.do(timeline.timeline, client.id, None, 200).rows]
        assert len(whole) == many
        for size in (1, 2, 3):
            assert in_pieces(care, client, size) == whole, (client.surname, size)


def test_after_a_merge_it_is_one_life(clinic, sanne):
    desk = clinic.as_("receptie")
    other = desk.do(clients.create_client, Client(surname="Meer", phone="0687654321"))
    desk.do(contact_log.add_contact_moment, other.id, ContactMoment(text="onder het andere nummer"))
    merge(clinic, sanne, other)
    assert kinds(clinic, "receptie", other).count(K.CONTACT) == kinds(clinic, "receptie", sanne).count(K.CONTACT) == 2
