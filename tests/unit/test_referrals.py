"""Letters to the GP at the door: what they begin with, who may, consent, what stays once they have gone out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.referrals import Referral, SentHow
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import agenda, calls, clients, consents, drafts, log, merging, proposals, referrals, requests
from tests.prints import page_texts

FORBIDDEN = ("genees", "genezen", "diagnose", "ontgift", "patiënt")


@pytest.fixture(autouse=True)
def _log_holds(clinic):
    yield
    assert clinic.verified().ok


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def call(clinic, desk):
    """An advice call that ended with a referral: blood in the stool, not assessed; weight loss, assessed in May."""
    reception = clinic.as_("receptie")
    words = "Altijd moe <b>en</b> pijn"
    asked = NewRequest(first_name="Kim", surname="de Bos", phone="0600112233", birth_date=date(1980, 2, 3), question=words)
    request = reception.do(requests.new_request, asked)
    reception.do(requests.book_call, request.id, reception.do(agenda.next_free, "advice_call", practitioner_id=desk.user.id)[0])
    sheet = desk.do(calls.open_call, request.id)
    said = {"blood_stool": {}, "weight_loss": {"assessed": True, "assessed_on": date(2026, 5, 4)}}
    answers = [RedFlagAnswer(code=item.code, answer=Answer.NO) for item in sheet.questions]
    answers = [replace(one, answer=Answer.YES, **said[one.code]) if one.code in said else one for one in answers]
    sheet = desk.do(calls.save_call, sheet.call, answers, [])
    client = sheet.client
    reception.do(clients.change_client, replace(client, gp_name="H. Arts", gp_practice="De Hoek", gp_city="Zwolle", street="Voorbeeldlaan",
                                                house_no="1", postcode="8011 AB", city="Zwolle"))  # fmt: skip
    return desk.do(calls.complete_call, sheet.call.id, CallOutcome.REFERRED_GP).call


@pytest.fixture
def letter(desk, call):
    return desk.do(referrals.save_letter, desk.do(referrals.begin_letter, call_id=call.id).letter)


def agree(clinic, client_id):
    sheet = clinic.as_("receptie").do(consents.consents_of, client_id)
    version = next(row.text_version for row in sheet.rows if row.purpose is ConsentPurpose.DATA_TO_GP)
    clinic.as_("receptie").do(consents.give_consent, client_id, ConsentPurpose.DATA_TO_GP, version)


def test_it_begins_with_what_is_known_and_stores_nothing(desk, call):
    before = desk.log_size
    sheet = desk.do(referrals.begin_letter, call_id=call.id)
    letter = sheet.letter
    assert (letter.id, letter.to_name, letter.to_practice, letter.to_city) == ("", "H. Arts", "De Hoek", "Zwolle")
    assert (letter.client_id, letter.call_id, letter.written_on) == (call.client_id, call.id, date(2026, 9, 14))
    assert letter.reason == "Beoordeling van alarmsymptomen"
    for part in ("14-09-2026", "Proefpraktijk", "Altijd moe <b>en</b> pijn", "bloed", "nog niet door een arts beoordeeld", "op 04-05-2026"):
        assert part in letter.body, part
    assert "Diarree" not in letter.body  # answered with No
    assert not any(word in letter.body.casefold() for word in FORBIDDEN)
    assert not letter.urgent and not sheet.may_send
    assert desk.do(referrals.letters_of, call.client_id) == ()
    assert desk.log_size > before  # the look at the call


def test_who_goes_on_finds_the_letter_that_was_begun(desk, call, letter):
    assert desk.do(referrals.begin_letter, call_id=call.id).letter == letter
    assert desk.do(referrals.begin_letter, call.client_id).letter == letter
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    assert desk.do(referrals.begin_letter, call.client_id).letter.id == ""


def test_without_a_client_there_is_no_letter(clinic, desk):
    request = clinic.as_("receptie").do(requests.new_request, NewRequest(surname="Bos", phone="0600445566"))
    with pytest.raises(UserError, match="Open the advice call of this request first"):
        desk.do(referrals.begin_letter, request_id=request.id)
    client = clinic.as_("receptie").do(clients.create_client, Client(surname="Smit", phone="0600998877", practitioner_id=desk.user.id))
    letter = desk.do(referrals.begin_letter, client.id).letter
    assert letter.call_id is None and letter.reason == "Informatie voor de huisarts"


def test_it_is_saved_over_its_version_and_belongs_to_the_file(desk, call, letter):
    changed = desk.do(referrals.save_letter, replace(letter, body="Graag beoordelen.", urgent=True))
    assert (changed.body, changed.urgent, changed.version) == ("Graag beoordelen.", True, 2)
    with pytest.raises(Conflict):
        desk.do(referrals.save_letter, replace(letter, body="Anders."))
    assert desk.do(referrals.save_letter, changed) == changed  # nothing new
    client = desk.do(clients.open_client, call.client_id).client
    assert client.last_clinical_change is not None and client.retention_until == date(2046, 9, 14)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("body", " "), ("body", "x" * 8001), ("reason", "x" * 201), ("to_name", "BSN 123456782"), ("body", "bsn 111222333")],
)
def test_what_cannot_be_is_said(desk, letter, field, wrong):
    with pytest.raises(UserError) as problem:
        desk.do(referrals.save_letter, replace(letter, **{field: wrong}))
    assert problem.value.field == field


@pytest.mark.parametrize("how", [SentHow.POST, SentHow.SECURE_MAIL])
def test_the_gp_gets_it_only_with_the_clients_consent(clinic, desk, letter, how):
    with pytest.raises(UserError, match="has not agreed"):
        desk.do(referrals.send_letter, letter.id, how)
    agree(clinic, letter.client_id)
    assert desk.do(referrals.open_letter, letter.id).may_send
    sent = desk.do(referrals.send_letter, letter.id, how)
    assert (sent.sent_how, sent.sent_on) == (how, date(2026, 9, 14))


def test_the_client_may_always_take_it_along(desk, letter):
    assert desk.do(referrals.send_letter, letter.id, SentHow.CLIENT).sent_how is SentHow.CLIENT


def test_to_nobody_it_does_not_go(clinic, desk, letter):
    agree(clinic, letter.client_id)
    letter = desk.do(referrals.save_letter, replace(letter, to_name="", to_practice=""))
    with pytest.raises(UserError) as problem:
        desk.do(referrals.send_letter, letter.id, SentHow.POST)
    assert problem.value.field == "to_name"


@pytest.mark.parametrize("days", [-1, 1])
def test_it_went_out_between_writing_and_today(desk, letter, days):
    with pytest.raises(UserError) as problem:
        desk.do(referrals.send_letter, letter.id, SentHow.CLIENT, date(2026, 9, 14) + timedelta(days=days))
    assert problem.value.field == "sent_on"
    with pytest.raises(UserError):
        desk.do(referrals.send_letter, letter.id, SentHow.NOT_YET)


def test_once_out_its_text_stays_and_sending_is_taken_back_the_same_day_only(clinic, desk, letter):
    sent = desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    for refused in (
        lambda: desk.do(referrals.save_letter, replace(sent, body="Anders.")),
        lambda: desk.do(referrals.drop_letter, letter.id),
        lambda: desk.do(referrals.send_letter, letter.id, SentHow.CLIENT),
    ):
        with pytest.raises(Conflict):
            refused()
    assert desk.do(referrals.undo_sending, letter.id).sent_how is SentHow.NOT_YET
    with pytest.raises(UserError):
        desk.do(referrals.undo_sending, letter.id)
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="same day"):
        desk.do(referrals.undo_sending, letter.id)


def test_the_answer_comes_after_it_went_out(clinic, desk, letter):
    with pytest.raises(UserError):
        desk.do(referrals.record_feedback, letter.id, "Gezien.")
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    clinic.clock.move(days=9)
    for text, on in (("", None), ("Gezien.", date(2026, 9, 13)), ("Gezien.", date(2026, 9, 24))):
        with pytest.raises(UserError):
            desk.do(referrals.record_feedback, letter.id, text, on)
    answered = desk.do(referrals.record_feedback, letter.id, "Gezien, vervolgonderzoek loopt.", date(2026, 9, 20))
    assert (answered.feedback, answered.feedback_on) == ("Gezien, vervolgonderzoek loopt.", date(2026, 9, 20))
    with pytest.raises(UserError):
        desk.do(referrals.undo_sending, letter.id)


def test_one_that_was_not_sent_is_thrown_away_and_stays_in_the_log(clinic, desk, letter):
    desk.do(referrals.drop_letter, letter.id)
    assert desk.do(referrals.letters_of, letter.client_id) == ()
    found = clinic.as_("manager").do(log.list_log, log.LogFilter(obj_id=letter.id))
    assert {row.code for row in found} >= {"CREATE", "DELETE"}


def test_on_paper_it_is_dutch_in_every_language_and_markup_is_text(clinic, desk, letter):
    made = desk.do(referrals.print_letter, letter.id)
    (text,) = page_texts(made)
    flat = " ".join(text.split())
    for part in ("Brief aan de huisarts", "H. Arts", "De Hoek", "Kim de Bos", "3 februari 1980", "Voorbeeldlaan 1, 8011 AB Zwolle",
                 "Beoordeling van alarmsymptomen", "<b>en</b>", "Behandelaar A. Demo", "Proefpraktijk"):  # fmt: skip
        assert part in flat, part
    assert "Spoed" not in flat and "kopie" not in flat
    desk.do(referrals.save_letter, replace(letter, urgent=True))
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    (text,) = page_texts(desk.do(referrals.print_letter, letter.id))
    assert "Spoed" in text and "kopie" in text
    printed = clinic.as_("manager").do(log.list_log, log.LogFilter(obj_id=letter.id, codes=("PRINT",)))
    assert len(printed) == 2 and {row.client_id for row in printed} == {letter.client_id}


def test_a_long_letter_goes_on_on_the_next_page(desk, letter):
    long = "\n\n".join(["Een zin die steeds terugkomt. " * 20] * 12)
    desk.do(referrals.save_letter, replace(letter, body=long))
    assert len(page_texts(desk.do(referrals.print_letter, letter.id))) > 1


def test_others_do_not_see_it(clinic, desk, call, letter):
    client = desk.do(clients.open_client, call.client_id).client
    clinic.as_("receptie").do(clients.change_client, replace(client, practitioner_id=desk.user.id))
    for case, *args in ((referrals.letters_of, call.client_id), (referrals.open_letter, letter.id), (referrals.print_letter, letter.id)):
        for who in ("receptie", "beheerder"):
            with pytest.raises(NotAllowed):
                clinic.as_(who).do(case, *args)
        assert clinic.as_("manager").do(case, *args, reason="klacht van de cliënt")
    for case, *args in (
        (referrals.begin_letter, call.client_id), (referrals.save_letter, letter), (referrals.send_letter, letter.id, SentHow.CLIENT),
        (referrals.record_feedback, letter.id, "x"), (referrals.drop_letter, letter.id), (referrals.undo_sending, letter.id),
    ):  # fmt: skip
        for who in ("receptie", "manager"):
            with pytest.raises(NotAllowed):
                clinic.as_(who).do(case, *args, reason="nieuwsgierig")


def test_a_call_of_somebody_else_is_refused(clinic, desk, call):
    other = clinic.as_("receptie").do(clients.create_client, Client(surname="Smit", phone="0600998877", practitioner_id=desk.user.id))
    with pytest.raises(Conflict):
        desk.do(referrals.save_letter, Referral(client_id=other.id, call_id=call.id, body="x"))


def test_a_merge_takes_the_letters_along(clinic, desk, letter):
    reception = clinic.as_("receptie")
    other = reception.do(clients.create_client, Client(surname="Bos", phone="0600112233", practitioner_id=desk.user.id))
    asked = reception.do(merging.propose_merge, other.id, letter.client_id, None, "dezelfde")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    (moved,) = desk.do(referrals.letters_of, letter.client_id)
    assert moved.letter.id == letter.id
    assert moved.letter.client_id == moved.client.id


@pytest.mark.parametrize("of_call", [True, False])
def test_one_begun_before_a_merge_goes_to_who_stayed(clinic, desk, call, of_call):
    reception = clinic.as_("receptie")
    begun = desk.do(referrals.begin_letter, call_id=call.id).letter
    begun = begun if of_call else replace(begun, call_id=None)
    desk.do(drafts.keep_draft, referrals.DRAFT_KIND, begun.client_id, begun.client_id, "{}")
    other = reception.do(clients.create_client, Client(surname="Bos", phone="0600112233", practitioner_id=desk.user.id))
    asked = reception.do(merging.propose_merge, other.id, begun.client_id, None, "dezelfde")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    made = desk.do(referrals.save_letter, begun)
    assert [sheet.letter for sheet in desk.do(referrals.letters_of, other.id)] == [made]
    assert made.client_id == other.id
    assert desk.do(drafts.find_draft, referrals.DRAFT_KIND, begun.client_id) is None
