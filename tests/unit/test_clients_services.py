"""Clients at the door: the list, the sheet as each role sees it, contact data and its rules, doubles."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from nmx_desk.data import log
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Alert, Client, ClientStatus, alerts, tidy_postcode
from nmx_desk.domain.complaints import Complaint, ComplaintScore, OutcomeScore
from nmx_desk.domain.consults import Answer, FlagResult, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Conflict, NotAllowed, NotFound, UserError
from nmx_desk.domain.names import sort_key
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.plans import FollowUp, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import clients
from nmx_desk.services.citizen_number import holds_citizen_number
from nmx_desk.services.desk import use_case

SANNE = Client(first_name="Sanne", prefix="van der", surname="Meer", phone="06 00 12 34 56", birth_date=date(1980, 5, 1))
BSN = "111222333"


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@use_case("session.use")
def change(work, record, **changes):
    return work.store.change(record, **changes)


def views(desk, client_id, code="VIEW"):
    with desk.database.reading() as connection:
        return {line.obj_type for line in log.lines(desk._store(connection), log.LogFilter(client=client_id, codes=(code,)))}


@pytest.fixture
def sanne(clinic):
    """A client of ``behandelaar`` with something of everything."""
    desk, me = clinic.as_("receptie"), clinic.as_("behandelaar").user.id
    made = desk.do(clients.create_client, replace(SANNE, practitioner_id=me))
    who, now = {"client_id": made.id}, clinic.clock.moment
    complaint, check, plan = desk.do(
        add, Complaint(words="Moe na het eten", rank=1, **who), RedFlagCheck(result=FlagResult.GP, **who),
        Plan(status=PlanStatus.ACTIVE, practitioner_id=me, **who),
    )  # fmt: skip
    (version,) = desk.do(add, PlanVersion(plan_id=plan.id, valid_from=date(2026, 8, 31), **who))
    phases = desk.do(add, *(PlanPhase(version_id=version.id, position=n, name=f"Fase {n}", weeks=2, **who) for n in (1, 2, 3)))
    desk.do(
        add,
        *(ComplaintScore(complaint_id=complaint.id, score=8 - n, measured_on=date(2026, 6 + n, 1), **who) for n in range(3)),
        OutcomeScore(calm=4, measured_on=date(2026, 8, 1), **who),
        RedFlagAnswer(check_id=check.id, code="blood_in_stool", answer=Answer.YES, **who),
        PlanItem(phase_id=phases[0].id, text="x", evaluate_on=date(2026, 10, 1), **who),
        FollowUp(plan_id=plan.id, practitioner_id=me, due_on=date(2026, 9, 20), **who),
        ConsultNote(author_id=me, care_date=date(2026, 9, 1), **who),
        AdviceRequest(question="Kan het aan mijn darmen liggen?", received_at=now, **who),
        Appointment(
            type_code="follow_up", practitioner_id=me, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, minutes=30),
            busy_from=1, busy_to=2, who="Sanne", **who,
        ),
    )  # fmt: skip
    desk.do(change, version, status=PlanStatus.ACTIVE)
    return made


# -- the list


def test_the_list_is_in_dutch_order_and_comes_in_pieces(clinic):
    desk = clinic.as_("receptie")
    people = [("IJsbrand", "", "IJzerman"), ("Y", "", "Yland"), ("Zoë", "van", "Zanten"), ("Bea", "de", "Boer"), ("Al", "", "Boer"),
              ("Émile", "", "Éclair"), ("Cas", "'t", "Hart"), ("Dirk", "van den", "Berg"), ("Xena", "", "Xanten")]  # fmt: skip
    for first, prefix, surname in people:
        desk.do(clients.create_client, Client(first_name=first, prefix=prefix, surname=surname, email="a@example.org"))
    expected = sorted(people, key=lambda name: sort_key(name[2], name[1], name[0]))
    seen, after = [], ""
    while True:
        piece = desk.do(clients.list_clients, limit=4, after=after)
        seen += [(row.client.first_name, row.client.prefix, row.client.surname) for row in piece.rows]
        if not (after := piece.after):
            break
    assert seen == expected
    assert [name[2] for name in seen] == ["Berg", "Boer", "Boer", "Éclair", "Hart", "Xanten", "Yland", "IJzerman", "Zanten"]


def test_a_list_row_tells_age_practitioner_and_alerts(clinic, sanne):
    (row,) = clinic.as_("receptie").do(clients.list_clients, "meer").rows
    assert (row.age, row.practitioner, row.alerts, row.id) == (46, "Behandelaar A. Demo", (), sanne.id)


# -- the sheet


def test_reception_sees_contact_appointments_and_how_many_notes_but_no_care(clinic, sanne):
    desk = clinic.as_("receptie")
    sheet = desk.do(clients.open_client, sanne.id)
    assert (sheet.care, sheet.care_with_reason, sheet.plan, sheet.notes) == (None, False, None, 1)
    assert sheet.next_appointment.practitioner == "Behandelaar A. Demo"
    assert (sheet.next_step.due_on, sheet.open_requests, sheet.practitioner) == (date(2026, 9, 20), 1, "Behandelaar A. Demo")
    assert views(desk, sanne.id) == {"client"}
    with pytest.raises(NotAllowed) as denied:
        desk.do(clients.open_care, sanne.id, reason="omdat het kan")
    assert not denied.value.needs_reason
    assert clinic.verified().ok


def test_the_practitioner_sees_the_whole_page(clinic, sanne):
    desk = clinic.as_("behandelaar")
    sheet = desk.do(clients.open_client, sanne.id)
    (curve,) = sheet.care.complaints
    assert ([score.score for score in curve.scores], curve.complaint.words) == ([8, 7, 6], "Moe na het eten")
    assert [(flag.assessed, sheet.care.flags.result) for flag in sheet.care.flags.yes] == [(False, FlagResult.GP)]
    assert ([phase.name for phase in sheet.plan.phases], sheet.plan.current) == (["Fase 1", "Fase 2", "Fase 3"], 1)
    assert sheet.plan.evaluate_on == date(2026, 10, 1)
    assert views(desk, sanne.id) == {"client", "scores", "red_flag_check", "plan"}
    assert clinic.verified().ok


def test_a_colleague_needs_a_reason_for_care(clinic, sanne):
    desk = clinic.as_("collega")
    sheet = desk.do(clients.open_client, sanne.id)
    assert (sheet.care, sheet.care_with_reason) == (None, True)
    assert sheet.plan is not None
    with pytest.raises(NotAllowed) as denied:
        desk.do(clients.open_care, sanne.id)
    assert denied.value.needs_reason
    care = desk.do(clients.open_care, sanne.id, reason="waarneming voor collega")
    assert len(care.complaints) == 1
    assert views(desk, sanne.id, "BREAKGLASS") == {"scores", "red_flag_check"}
    assert clinic.verified().ok


def test_the_manager_reads_the_plan_and_care_with_a_reason(clinic, sanne):
    sheet = clinic.as_("manager").do(clients.open_client, sanne.id)
    assert (sheet.care, sheet.care_with_reason, sheet.plan.version.number) == (None, True, 1)


def test_whoever_has_the_appointment_treats_a_client_without_practitioner(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    assert clinic.as_("behandelaar").do(clients.open_client, made.id).care is None
    now, me = clinic.clock.moment, clinic.as_("behandelaar").user.id
    desk.do(add, Appointment(client_id=made.id, type_code="intake", practitioner_id=me, starts_at=now, ends_at=now, busy_from=1, busy_to=2))
    assert clinic.as_("behandelaar").do(clients.open_client, made.id).care is not None
    assert clinic.as_("collega").do(clients.open_client, made.id).care is None


def test_admin_sees_no_client(clinic, sanne):
    for case, args in ((clients.open_client, (sanne.id,)), (clients.list_clients, ()), (clients.create_client, (SANNE,))):
        with pytest.raises(NotAllowed):
            clinic.as_("beheerder").do(case, *args)


def test_appointments_and_requests(clinic, sanne):
    desk = clinic.as_("receptie")
    assert [(row.kind, row.practitioner) for row in desk.do(clients.client_appointments, sanne.id)] == [
        ("Follow-up consult", "Behandelaar A. Demo")
    ]
    assert [request.question for request in desk.do(clients.client_requests, sanne.id)] == ["Kan het aan mijn darmen liggen?"]
    with pytest.raises(NotFound):
        desk.do(clients.open_client, "nobody")


# -- alerts


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()), ({"no_voicemail": True}, (Alert.NO_VOICEMAIL,)), ({"birth_date": date(2010, 9, 15)}, (Alert.MINOR,)),
        ({"birth_date": date(2010, 9, 14)}, ()), ({"birth_date": None}, ()),
        ({"deceased_on": date(2026, 1, 1), "no_voicemail": True}, (Alert.DECEASED,)),
        ({"birth_date": date(2015, 1, 1), "no_voicemail": True}, (Alert.MINOR, Alert.NO_VOICEMAIL)),
    ],
)  # fmt: skip
def test_alerts(changes, expected):
    assert alerts(replace(SANNE, **changes), date(2026, 9, 14)) == expected


# -- contact data


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("surname", "x" * 81), ("first_name", "x" * 61), ("call_instruction", "x" * 201), ("birth_date", date(2026, 9, 15)),
        ("birth_date", date(1900, 1, 1)), ("phone", "12"), ("phone2", "abc"), ("email", "geen adres"), ("postcode", "0123 AB"),
        ("postcode", "1234 SS"), ("postcode", "12345"), ("deceased_on", date(2026, 9, 15)), ("deceased_on", date(1970, 1, 1)),
        ("call_instruction", f"bsn {BSN}"), ("emergency_contact", "111.222.333"), ("gp_name", "1112 22 333"), ("street", BSN),
        ("practitioner_id", "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(clinic, field, value):
    with pytest.raises(UserError) as wrong:
        clinic.as_("receptie").do(clients.create_client, replace(SANNE, **{field: value}))
    assert wrong.value.field == field


def test_a_name_and_a_way_to_reach_somebody_are_needed(clinic):
    desk = clinic.as_("receptie")
    with pytest.raises(UserError, match="name"):
        desk.do(clients.create_client, replace(SANNE, first_name=" ", surname=""))
    with pytest.raises(UserError, match="phone number or an e-mail"):
        desk.do(clients.create_client, replace(SANNE, phone=""))
    assert desk.do(clients.create_client, replace(SANNE, phone="", email="A@Example.org")).email == "a@example.org"


def test_contact_data_is_stored_tidily(clinic):
    made = clinic.as_("receptie").do(
        clients.create_client, replace(SANNE, first_name="  Sanne  Maria ", postcode="1234ab", country="nl", phone2="+32 470 12 34 56")
    )
    assert (made.first_name, made.postcode, made.country, made.phone, made.phone2) == (
        "Sanne Maria", "1234 AB", "NL", "+31600123456", "+32470123456"
    )  # fmt: skip
    assert (made.client_no, made.status, made.version) == ("C-000001", ClientStatus.PROSPECT, 1)


def test_a_form_cannot_change_what_is_not_contact_data(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, replace(SANNE, client_no="C-999999", retention_until=date(2020, 1, 1)))
    changed = desk.do(clients.change_client, replace(made, client_no="C-000777", retention_until=date(2020, 1, 1), city="Zwolle"))
    assert (changed.client_no, changed.retention_until, changed.city) == ("C-000001", None, "Zwolle")
    with pytest.raises(UserError, match="status"):
        desk.do(clients.change_client, replace(changed, status=ClientStatus.DESTROYED))


def test_death_and_its_correction(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    died = desk.do(clients.change_client, replace(made, deceased_on=date(2026, 9, 1)))
    assert died.status is ClientStatus.DECEASED
    assert desk.do(clients.change_client, replace(died, deceased_on=None)).status is ClientStatus.ACTIVE


def test_two_people_changing_one_client(clinic):
    made = clinic.as_("receptie").do(clients.create_client, SANNE)
    clinic.as_("receptie").do(clients.change_client, replace(made, city="Zwolle"))
    with pytest.raises(Conflict):
        clinic.as_("manager").do(clients.change_client, replace(made, city="Assen"))
    assert clinic.verified().ok


def test_saving_without_a_change_writes_nothing(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    size = desk.log_size
    assert desk.do(clients.change_client, replace(made, phone="06-00123456")).version == 1
    assert desk.log_size == size


def test_no_practitioner_takes_a_client_over(clinic, sanne):
    thief = clinic.as_("collega")
    with pytest.raises(NotAllowed):
        thief.do(clients.change_client, replace(sanne, practitioner_id=thief.user.id))
    owner = clinic.as_("behandelaar")
    handed = owner.do(clients.change_client, replace(sanne, practitioner_id=thief.user.id))
    assert handed.practitioner_id == thief.user.id
    back = clinic.as_("receptie").do(clients.change_client, replace(handed, practitioner_id=owner.user.id))
    assert clinic.as_("collega").do(clients.open_client, back.id).may_assign is False
    assert clinic.verified().ok


def test_doubles_are_shown_before_a_client_is_made(clinic, sanne):
    desk = clinic.as_("receptie")
    again = desk.do(clients.find_doubles, Client(first_name="Sanne", surname="Meer", email="a@example.org", birth_date=date(1980, 5, 1)))
    assert [(double.client.id, double.likeness.strength) for double in again] == [(sanne.id, "strong")]
    family = desk.do(clients.find_doubles, Client(first_name="Piet", surname="Meer", phone="0600123456", birth_date=date(2012, 1, 1)))
    assert [(double.client.id, double.likeness.strength) for double in family] == [(sanne.id, "weak")]
    assert desk.do(clients.find_doubles, sanne) == ()
    assert desk.do(clients.find_doubles, Client(surname="Anders", email="b@example.org")) == ()


# -- citizen numbers


@pytest.mark.parametrize("text", [BSN, f"bsn: {BSN}.", "111 222 333", "111.222.333", "1112-22-333", f"({BSN})", f"a{BSN}b"])
def test_citizen_numbers_are_seen(text):
    assert holds_citizen_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "0612345678", "+31612345678", "06 12 34 56 78", "12-10-1946", f"1{BSN}", f"{BSN}9", "111222334", "123"],
)
def test_other_numbers_are_left_alone(text):
    assert not holds_citizen_number(text)


@given(st.integers(0, 999_999_999))
def test_nine_digits_are_judged_by_the_eleven_test(number):
    digits = f"{number:09}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    assert holds_citizen_number(f"nr {digits} x") == (total % 11 == 0 and bsn.is_valid(digits))


@given(st.integers(1000, 9999), st.sampled_from(["", " "]), st.text("ABCDEFGHJKLMNPRSTUVWXZ", min_size=2, max_size=2))
def test_dutch_postcodes(digits, space, letters):
    expected = None if letters in {"SA", "SD", "SS"} else f"{digits} {letters}"
    assert tidy_postcode(f"{digits}{space}{letters.lower()}", "NL") == expected
