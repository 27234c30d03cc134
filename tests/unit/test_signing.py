"""A signature asks for the password: each one anew, and a wrong one counts as a failed sign-in."""

from datetime import timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import PasswordNeeded, UserError
from nmx_desk.domain.notes import NoteKind, NoteSection, NoteStatus
from nmx_desk.services import notes, signing
from nmx_desk.services.desk import SIGN, USE_CASES
from tests.clinic import PASSWORD, TestClinic, once

FREE = [NoteSection(code="text", text="Gebeld over de uitslag.")]


@pytest.fixture
def asking(clinic):
    """The same clinic at a desk that asks."""
    made = TestClinic(clinic.folder, clinic.clock, asks_at_signing=True)
    yield made
    made.close()


@pytest.fixture
def desk(asking):
    return asking.as_("behandelaar")


@pytest.fixture
def note(desk):
    anna = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    client = desk.do(once(lambda work: work.store.add(anna)))
    return desk.do(notes.open_note, client.id, NoteKind.FREE).note


def test_nothing_is_signed_without_the_password(desk, note):
    before = desk.log_size
    with pytest.raises(PasswordNeeded):
        desk.do(notes.sign_note, note.id, FREE)
    assert desk.log_size == before
    desk.do(signing.confirm_signer, PASSWORD)
    assert desk.do(notes.sign_note, note.id, FREE).note.status is NoteStatus.SIGNED


def test_one_password_is_one_signature(desk, note):
    desk.do(signing.confirm_signer, PASSWORD)
    desk.do(notes.sign_note, note.id, FREE)
    with pytest.raises(PasswordNeeded):
        desk.do(notes.add_addendum, note.id, "Nog iets", "vergeten te noemen")
    desk.do(signing.confirm_signer, PASSWORD)
    assert desk.do(notes.add_addendum, note.id, "Nog iets", "vergeten te noemen").note.status is NoteStatus.AMENDED


def test_what_is_refused_does_not_spend_it_and_time_does(desk, note, asking):
    desk.do(signing.confirm_signer, PASSWORD)
    with pytest.raises(UserError):
        desk.do(notes.sign_note, note.id, [NoteSection(code="text", text=" ")])
    assert desk.do(notes.sign_note, note.id, FREE).note.status is NoteStatus.SIGNED
    desk.do(signing.confirm_signer, PASSWORD)
    asking.clock.move(minutes=6)
    with pytest.raises(PasswordNeeded):
        desk.do(notes.add_addendum, note.id, "Nog iets", "vergeten te noemen")


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=1)])
def test_a_clock_set_back_does_not_make_it_last(desk, note, asking, back):
    desk.do(signing.confirm_signer, PASSWORD)
    asking.clock.moment -= back
    with pytest.raises(PasswordNeeded):
        desk.do(notes.sign_note, note.id, FREE)


def test_a_wrong_password_signs_nothing_and_counts_as_a_failed_sign_in(desk, note, asking):
    with pytest.raises(UserError) as refused:
        desk.do(signing.confirm_signer, "niet het goede")
    assert refused.value.field == "password"
    with pytest.raises(PasswordNeeded):
        desk.do(notes.sign_note, note.id, FREE)


def test_that_of_a_colleague_is_no_signature_of_mine(desk, note, asking):
    colleague = asking.as_("collega")
    colleague.do(signing.confirm_signer, PASSWORD)
    with pytest.raises(PasswordNeeded):
        desk.do(notes.sign_note, note.id, FREE)


def test_every_signature_asks():
    assert {case.name for case in USE_CASES.values() if case.code == SIGN} >= {"sign_note", "add_addendum", "activate"}
