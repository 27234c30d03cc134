"""The advice call at the door: the forced red-flag check, complaints, outcomes, rights. And its rules as properties."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.consults import AdviceCall, Answer, CallOutcome, CallStatus, FlagResult, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.flags import allowed_outcomes, blank_questions, flag_result, worst
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import agenda, calls, drafts, scores
from nmx_desk.services.desk import USE_CASES, use_case
from nmx_desk.services.scores import ComplaintEntry

Y, N, U = Answer.YES, Answer.NO, Answer.UNKNOWN


def once(function, right="requests.change"):
    """A use case of this test only."""
    made = use_case(right)(function)
    USE_CASES.pop(made.function)
    return made


def put_request(desk, status=RequestStatus.BOOKED, **fields):
    values = {"first_name": "Sanne", "prefix": "van der", "surname": "Meer", "phone": "+31600112233"} | fields
    question = "Ik ben al jaren moe."
    return desk.do(once(lambda work: work.store.add(AdviceRequest(received_at=work.now(), status=status, question=question, **values))))


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals), "session.use"))


def answers_for(sheet, **other):
    """No to everything but what is named."""
    made = []
    for question in sheet.questions:
        given = other.get(question.code, N)
        if given is not None:
            made.append(given if isinstance(given, RedFlagAnswer) else RedFlagAnswer(code=question.code, answer=given))
    return made


@pytest.fixture
def behandelaar(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def sheet(clinic, behandelaar):
    """An open call with a booked appointment that has just begun."""
    request = put_request(behandelaar)
    offer = behandelaar.do(agenda.next_free, "advice_call", practitioner_id=behandelaar.user.id)[0]
    booked = behandelaar.do(agenda.book, "advice_call", offer.practitioner_id, offer.starts_at, request_id=request.id)
    clinic.clock.moment = booked.starts_at
    return behandelaar.do(calls.open_call, request.id, booked.id)


def save(desk, sheet, *, complaints=(), answers=None, **fields):
    return desk.do(calls.save_call, replace(sheet.call, **fields), answers_for(sheet) if answers is None else answers, complaints)


# -- opening -----------------------------------------------------------------------------------------------------------------------------


def test_opening_makes_the_call_the_check_and_the_prospect(clinic, behandelaar, sheet):
    assert sheet.call.status is CallStatus.OPEN
    assert sheet.call.question == "Ik ben al jaren moe."
    assert sheet.client.name == "Sanne van der Meer"
    assert sheet.client.client_no == "C-000001"
    assert sheet.client.status is ClientStatus.PROSPECT
    assert sheet.request.status is RequestStatus.HELD
    assert sheet.request.client_id == sheet.client.id
    assert sheet.check.result is FlagResult.INCOMPLETE
    assert len(sheet.questions) == 11
    assert sheet.answers == ()
    assert not sheet.read_only
    appointment = rows(behandelaar, Appointment)[0]
    assert appointment.client_id == sheet.client.id == sheet.check.client_id
    assert clinic.verified().ok


def test_opening_again_goes_on_with_the_same_call(clinic, behandelaar, sheet):
    again = behandelaar.do(calls.open_call, sheet.request.id)
    assert again.call.id == sheet.call.id
    assert len(rows(behandelaar, AdviceCall)) == len(rows(behandelaar, Client)) == 1


def test_a_colleague_sees_the_call_read_only_with_a_name_and_cannot_save(clinic, sheet):
    other = clinic.as_("collega").do(calls.open_call, sheet.request.id)
    assert other.read_only
    assert other.editor == "Behandelaar A. Demo"
    with pytest.raises(Conflict):
        clinic.as_("collega").do(calls.save_call, other.call, answers_for(other), [])


@pytest.mark.parametrize("status", [s for s in RequestStatus if s not in {RequestStatus.BOOKED, RequestStatus.HELD}])
def test_a_request_without_a_booked_call_is_refused(behandelaar, status):
    request = put_request(behandelaar, status)
    with pytest.raises(Conflict):
        behandelaar.do(calls.open_call, request.id)
    assert rows(behandelaar, Client) == []


def test_somebody_elses_appointment_is_refused(clinic, behandelaar, sheet):
    other = put_request(behandelaar, surname="Bakker")
    with pytest.raises(Conflict):
        behandelaar.do(calls.open_call, other.id, sheet.call.appointment_id)


@pytest.mark.parametrize("username", ["receptie", "manager", "beheerder"])
def test_only_practitioners_hold_calls(clinic, sheet, username):
    desk = clinic.as_(username)
    for case, args in (
        (calls.open_call, (sheet.request.id,)), (calls.save_call, (sheet.call, [], [])), (calls.override_flags, (sheet.check.id, "x" * 20)),
        (calls.complete_call, (sheet.call.id, CallOutcome.DECLINES)),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            desk.do(case, *args)
    assert clinic.verified().ok


def test_an_open_call_keeps_the_list_it_began_with(clinic, behandelaar, sheet):
    item = replace(sheet.questions[0], id="", list_version=2, valid_from=clinic.clock.moment)
    behandelaar.do(once(lambda work: work.store.add(item)))
    assert len(behandelaar.do(calls.open_call, sheet.request.id).questions) == 11
    fresh = put_request(behandelaar, surname="Bakker")
    assert [q.list_version for q in behandelaar.do(calls.open_call, fresh.id).questions] == [2]


# -- the check is forced -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", list(CallOutcome))
def test_no_outcome_while_a_question_is_blank(behandelaar, sheet, outcome):
    save(behandelaar, sheet, answers=answers_for(sheet, suicidal=None), file_agreed=True)
    with pytest.raises(UserError) as refused:
        behandelaar.do(calls.complete_call, sheet.call.id, outcome, next_date=date(2026, 10, 1), fit_reason="x")
    assert refused.value.field == "flags"
    assert "1 red-flag question" in refused.value.message


def test_unknown_is_an_answer(clinic, behandelaar, sheet):
    save(behandelaar, sheet, answers=[RedFlagAnswer(code=q.code, answer=U) for q in sheet.questions])
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INFORMATION_ONLY)
    assert done.check.result is FlagResult.CLEAR
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("code", "result", "outcome"),
    [
        ("weight_loss", "gp", "referred_gp"),
        ("acute", "emergency", "emergency"),
        ("suicidal", "emergency", "emergency"),
        ("special", "decide", "referred_gp"),
    ],
)
def test_an_open_yes_allows_only_its_referral(clinic, behandelaar, sheet, code, result, outcome):
    saved = save(behandelaar, sheet, answers=answers_for(sheet, **{code: Y}))
    assert saved.check.result == result
    refused = 0
    for other in CallOutcome:
        if other not in {outcome, CallOutcome.EMERGENCY}:
            with pytest.raises(UserError) as error:
                behandelaar.do(calls.complete_call, sheet.call.id, other, next_date=date(2026, 10, 1), fit_reason="x", file_agreed=True)
            assert error.value.field == "outcome"
            refused += 1
    assert refused >= 5
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome(outcome))
    assert done.request.outcome == outcome
    assert done.request.status is RequestStatus.DONE
    assert clinic.verified().ok


def test_a_yes_that_a_doctor_assessed_is_closed(behandelaar, sheet):
    seen = RedFlagAnswer(code="weight_loss", answer=Y, assessed=True, assessed_on=date(2026, 9, 1))
    assert save(behandelaar, sheet, answers=answers_for(sheet, weight_loss=seen)).check.result is FlagResult.CLEAR
    with pytest.raises(UserError):
        save(behandelaar, behandelaar.do(calls.open_call, sheet.request.id), answers=[replace(seen, assessed_on=date(2027, 1, 1))])


def test_an_override_needs_a_reason_and_lapses_with_a_further_yes(clinic, behandelaar, sheet):
    with pytest.raises(UserError):
        behandelaar.do(calls.override_flags, sheet.check.id, "Alles is nog leeg hier.")
    saved = save(behandelaar, sheet, answers=answers_for(sheet, weight_loss=Y))
    with pytest.raises(UserError):
        behandelaar.do(calls.override_flags, sheet.check.id, "  kort   ")
    check = behandelaar.do(calls.override_flags, sheet.check.id, "Afgevallen door een dieet, al besproken.")
    assert check.override_by == behandelaar.user.id
    same = save(behandelaar, saved, answers=answers_for(sheet, weight_loss=Y), expectation="Meer energie")
    assert same.check.override_by
    more = save(behandelaar, same, answers=answers_for(sheet, weight_loss=Y, blood_stool=Y))
    assert more.check.override_by is None
    assert more.check.override_reason == ""
    behandelaar.do(calls.override_flags, sheet.check.id, "Beide zijn met de huisarts besproken.")
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.DECLINES)
    assert done.check.result is FlagResult.GP
    with pytest.raises(Conflict):
        behandelaar.do(calls.override_flags, sheet.check.id, "Nog eens, achteraf.")
    assert clinic.verified().ok


def test_answers_can_be_taken_back_and_unknown_questions_are_refused(behandelaar, sheet):
    saved = save(behandelaar, sheet)
    assert len(saved.answers) == 11
    assert len(save(behandelaar, saved, answers=answers_for(sheet)[:4]).answers) == 4
    with pytest.raises(Conflict):
        save(behandelaar, saved, answers=[RedFlagAnswer(code="nonsense", answer=N)])


# -- complaints --------------------------------------------------------------------------------------------------------------------------


def test_zero_is_a_score_and_blank_is_not_measured(clinic, behandelaar, sheet):
    entries = [ComplaintEntry(words="Moe", onset="2019", score=0), ComplaintEntry(words="Slecht slapen", onset="5-2021")]
    saved = save(behandelaar, sheet, complaints=entries)
    assert [(c.words, c.onset, c.score) for c in saved.complaints] == [("Moe", "2019", 0), ("Slecht slapen", "2021-05", None)]
    moe, slapen = saved.complaints
    again = save(behandelaar, saved, complaints=[replace(moe, words="Uitgeput", score=None), replace(slapen, score=7)])
    assert [(c.words, c.score) for c in again.complaints] == [("Uitgeput", None), ("Slecht slapen", 7)]
    assert [c.id for c in again.complaints] == [c.id for c in saved.complaints]
    gone = save(behandelaar, again, complaints=[replace(again.complaints[1], words="")])
    assert [c.words for c in gone.complaints] == ["Uitgeput"]
    assert rows(behandelaar, ComplaintScore) == []
    assert clinic.verified().ok


@pytest.mark.parametrize("entry", [
    ComplaintEntry(words="x", score=11), ComplaintEntry(words="x", score=-1), ComplaintEntry(words="x", onset="gisteren"),
    ComplaintEntry(words="x", onset="2031"), ComplaintEntry(words="x" * 201), ComplaintEntry(score=3),
])  # fmt: skip
def test_complaints_that_cannot_be(behandelaar, sheet, entry):
    with pytest.raises(UserError):
        save(behandelaar, sheet, complaints=[entry])
    assert rows(behandelaar, Complaint) == []


def test_at_most_five_complaints(behandelaar, sheet):
    entries = [ComplaintEntry(words=f"Klacht {n}") for n in range(6)]
    with pytest.raises(UserError):
        save(behandelaar, sheet, complaints=entries)
    assert len(save(behandelaar, sheet, complaints=entries[:5]).complaints) == 5


def test_another_clients_complaint_is_refused(behandelaar, sheet):
    saved = save(behandelaar, sheet, complaints=[ComplaintEntry(words="Moe")])
    other = behandelaar.do(calls.open_call, put_request(behandelaar, surname="Bakker").id)
    with pytest.raises(Conflict):
        save(behandelaar, other, complaints=list(saved.complaints))


# -- outcomes ----------------------------------------------------------------------------------------------------------------------------


def test_intake_booked_books_and_completes_in_one_unit(clinic, behandelaar, sheet):
    save(behandelaar, sheet, complaints=[ComplaintEntry(words="Moe", score=7)])
    offer = behandelaar.do(agenda.next_free, "intake")[0]
    with pytest.raises(UserError) as refused:
        behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, intake=offer)
    assert refused.value.field == "file_agreed"
    with pytest.raises(UserError) as refused:
        behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, file_agreed=True)
    assert refused.value.field == "intake"
    taken = replace(offer, starts_at=offer.starts_at + timedelta(minutes=7))
    with pytest.raises(UserError):
        behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, file_agreed=True, intake=taken)
    assert rows(behandelaar, Appointment, type_code="intake") == []
    assert rows(behandelaar, AdviceCall)[0].status is CallStatus.OPEN
    size = behandelaar.log_size
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, intake=offer, file_agreed=True)
    assert done.call.status is CallStatus.COMPLETED
    assert done.call.ended_at is not None
    assert done.read_only
    assert done.client.status is ClientStatus.ACTIVE
    assert done.client.retention_until == date(2046, 9, 14)
    assert done.request.status is RequestStatus.DONE
    assert done.request.outcome == "intake_booked"
    assert done.request.retention_class == "advice"
    intake = rows(behandelaar, Appointment, type_code="intake")
    assert [(i.client_id, i.starts_at) for i in intake] == [(sheet.client.id, offer.starts_at)]
    assert rows(behandelaar, Appointment, type_code="advice_call")[0].status is AppointmentStatus.COMPLETED
    with behandelaar.database.reading() as connection:
        assert connection.exec_driver_sql(f"SELECT count(DISTINCT tx) FROM audit_log WHERE seq >= {size}").scalar() == 1
    assert clinic.verified().ok


def test_an_intake_that_was_booked_already_will_do(behandelaar, sheet):
    save(behandelaar, sheet, file_agreed=True)
    offer = behandelaar.do(agenda.next_free, "intake")[0]
    behandelaar.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sheet.client.id)
    assert behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED).call.outcome is CallOutcome.INTAKE_BOOKED


def test_call_later_needs_a_day_and_not_fitting_a_reason(behandelaar, sheet):
    save(behandelaar, sheet)
    for wrong in (None, date(2026, 9, 13)):
        with pytest.raises(UserError) as refused:
            behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.CALL_LATER, next_date=wrong)
        assert refused.value.field == "next_date"
    with pytest.raises(UserError) as refused:
        behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.NOT_FITTING)
    assert refused.value.field == "fit_reason"
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.CALL_LATER, next_date=date(2026, 10, 1))
    assert done.request.next_action_at.isoformat() == "2026-10-01T07:00:00+00:00"
    assert done.client.status is ClientStatus.PROSPECT
    assert done.client.last_clinical_change is None


# -- taking back -------------------------------------------------------------------------------------------------------------------------


def test_an_outcome_is_taken_back_the_same_day_and_the_call_goes_on(clinic, behandelaar, sheet):
    save(behandelaar, sheet)
    offer = behandelaar.do(agenda.next_free, "intake")[0]
    behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, intake=offer, file_agreed=True)
    again = behandelaar.do(calls.reopen_call, sheet.call.id)
    assert (again.call.status, again.call.outcome, again.call.ended_at, again.read_only) == (CallStatus.OPEN, None, None, False)
    assert (again.request.status, again.request.outcome, again.request.closed_at) == (RequestStatus.HELD, "", None)
    assert (again.check.completed_at, again.check.result, len(again.answers)) == (None, FlagResult.CLEAR, 11)
    assert again.client.status is ClientStatus.PROSPECT
    states = {item.type_code: item.status for item in rows(behandelaar, Appointment)}
    assert states == {"advice_call": AppointmentStatus.CONFIRMED, "intake": AppointmentStatus.CANCELLED}
    done = behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.DECLINES)
    assert done.request.status is RequestStatus.DONE
    assert rows(behandelaar, Appointment, type_code="advice_call")[0].status is AppointmentStatus.COMPLETED
    assert clinic.verified().ok


def test_an_intake_of_before_the_call_stays_when_its_outcome_is_taken_back(clinic, behandelaar, sheet):
    offer = behandelaar.do(agenda.next_free, "intake")[0]
    before = clinic.as_("receptie").do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sheet.client.id)
    save(behandelaar, sheet)
    behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, file_agreed=True)
    behandelaar.do(calls.reopen_call, sheet.call.id)
    assert rows(behandelaar, Appointment, id=before.id)[0].status is AppointmentStatus.CONFIRMED


def test_who_may_take_an_outcome_back_and_until_when(clinic, behandelaar, sheet):
    with pytest.raises(Conflict, match="nothing to take back"):
        behandelaar.do(calls.reopen_call, sheet.call.id)
    save(behandelaar, sheet)
    behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INFORMATION_ONLY)
    with pytest.raises(Conflict, match="colleague"):
        clinic.as_("collega").do(calls.reopen_call, sheet.call.id)
    for who in ("receptie", "manager"):
        with pytest.raises(NotAllowed):
            clinic.as_(who).do(calls.reopen_call, sheet.call.id)
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="same day"):
        behandelaar.do(calls.reopen_call, sheet.call.id)


def test_a_completed_call_stays_as_it_is(clinic, behandelaar, sheet):
    saved = save(behandelaar, sheet)
    behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.DECLINES)
    with pytest.raises(Conflict):
        save(behandelaar, saved, note="later")
    with pytest.raises(Conflict):
        behandelaar.do(calls.complete_call, sheet.call.id, CallOutcome.INFORMATION_ONLY)
    assert behandelaar.do(calls.open_call, sheet.request.id).read_only
    assert clinic.verified().ok


def test_an_old_version_cannot_be_saved_over_a_newer_one(behandelaar, sheet):
    save(behandelaar, sheet, note="nieuw")
    with pytest.raises(Conflict):
        save(behandelaar, sheet, note="oud")


def test_saving_cannot_move_the_call_to_another_client_or_end_it(behandelaar, sheet):
    saved = save(behandelaar, sheet, client_id="x", status=CallStatus.COMPLETED, outcome=CallOutcome.DECLINES)
    assert (saved.call.client_id, saved.call.status, saved.call.outcome) == (sheet.client.id, CallStatus.OPEN, None)


def test_drafts_are_not_logged_and_go_when_the_call_is_saved(clinic, behandelaar, sheet):
    size = behandelaar.log_size
    behandelaar.do(drafts.keep_draft, "call", sheet.call.id, sheet.client.id, '{"a": 1}')
    kept = behandelaar.do(drafts.keep_draft, "call", sheet.call.id, sheet.client.id, '{"a": 2}')
    assert behandelaar.log_size == size
    assert behandelaar.do(drafts.find_draft, "call", sheet.call.id) == kept
    assert clinic.as_("collega").do(drafts.find_draft, "call", sheet.call.id) is None
    save(behandelaar, sheet)
    assert behandelaar.do(drafts.find_draft, "call", sheet.call.id) is None
    with pytest.raises(UserError):
        behandelaar.do(drafts.keep_draft, "call", sheet.call.id, None, "x" * (drafts.MOST_CHARACTERS + 1))


def test_scores_of_a_call_stand_in_the_series(behandelaar, sheet):
    save(behandelaar, sheet, complaints=[ComplaintEntry(words="Moe", score=7)])
    with pytest.raises(NotAllowed) as refused:
        behandelaar.do(scores.score_series, sheet.client.id)
    assert refused.value.needs_reason  # a prospect is nobody's client yet
    series = behandelaar.do(scores.score_series, sheet.client.id, reason="Voorbereiding van de intake")
    assert [(s.complaint.words, [p.score for p in s.scores]) for s in series.complaints] == [("Moe", [7])]


# -- the rules as properties -------------------------------------------------------------------------------------------------------------

ACTIONS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["gp", "emergency", "decide"]), min_size=1)


@st.composite
def checks(draw):
    actions = draw(ACTIONS)
    given_to = draw(st.lists(st.sampled_from(sorted(actions)), unique=True))
    return actions, [RedFlagAnswer(code=code, answer=draw(st.sampled_from(Answer)), assessed=draw(st.booleans())) for code in given_to]


@given(checks(), st.booleans())
def test_incomplete_exactly_when_something_is_blank_and_then_nothing_is_allowed(check, overridden):
    actions, answers = check
    result = flag_result(actions, answers)
    assert (result is FlagResult.INCOMPLETE) == bool(set(actions) - {a.code for a in answers}) == bool(blank_questions(actions, answers))
    if result is FlagResult.INCOMPLETE:
        assert allowed_outcomes(result, overridden=overridden) == frozenset()


@given(checks())
def test_without_an_override_an_open_yes_leaves_only_referrals(check):
    actions, answers = check
    result = flag_result(actions, answers)
    open_yes = {actions[a.code] for a in answers if a.answer is Y and not a.assessed}
    allowed = allowed_outcomes(result, overridden=False)
    if open_yes:
        assert allowed <= {CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}
        assert CallOutcome.REFERRED_GP not in allowed or "emergency" not in open_yes
    elif result is not FlagResult.INCOMPLETE:
        assert allowed == frozenset(CallOutcome)


@given(checks(), st.sampled_from("abcdefgh"))
def test_one_more_yes_never_makes_it_milder(check, code):
    actions, answers = check
    order = [FlagResult.CLEAR, FlagResult.DECIDE, FlagResult.GP, FlagResult.EMERGENCY]
    more = [a for a in answers if a.code != code] + [RedFlagAnswer(code=code, answer=Y)]
    less = [a for a in answers if a.code != code]
    assert order.index(worst(actions, more)) >= order.index(worst(actions, less))


def test_every_result_and_override_has_its_outcomes():
    for result, overridden in product(FlagResult, (False, True)):
        allowed = allowed_outcomes(result, overridden=overridden)
        assert (allowed == frozenset(CallOutcome)) == (result is FlagResult.CLEAR or (overridden and result is not FlagResult.INCOMPLETE))


def test_the_lists_questions_all_have_a_known_action(clinic):
    for item in rows(clinic.as_("behandelaar"), CodeItem, list_code="red_flags"):
        assert item.action in {"gp", "emergency", "decide"}
    assert rows(clinic.as_("behandelaar"), RedFlagCheck) == []
