"""The agenda at the door, in a real encrypted clinic."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.data.tables import TABLES
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, RosterRule, free_cancel_until
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Clinic
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.domain.slots import AFTERNOON
from nmx_desk.services import agenda, people, placing, roster
from nmx_desk.services.desk import use_case

S = AppointmentStatus
MONDAY = date(2026, 9, 14)


def at(hour, minute=0, day=MONDAY):
    """A wall time at the clinic in summer."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@use_case("session.use")
def put(work, record):
    return work.store.add(record)


@use_case("session.use", writes=False)
def fetch(work, kind, record_id):
    return work.store.get(kind, record_id)


@use_case("session.use")
def put_request(work, status):
    return work.store.add(AdviceRequest(first_name="Sanne", surname="Vis", phone="+31612345678", status=status, received_at=work.now()))


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def who(desk):
    """Ids of the two practitioners by user name."""
    return {user.username: user.id for user in desk.do(people.list_practitioners)}


@pytest.fixture
def sanne(desk):
    made = Client(client_no="C-000001", first_name="Sanne", surname="Vis", phone="+31612345678", call_instruction="Bel na vijf uur")
    return desk.do(put, made)


@pytest.fixture
def ten(desk, who):
    """An advice call at 10:15 with A."""
    return desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")


def refused(desk, *args, **kw):
    with pytest.raises(UserError) as caught:
        desk.do(*args, **kw)
    return caught.value


# -- free moments


def test_the_next_free_moments_keep_notice_and_order(clinic, desk, who):
    found = desk.do(agenda.next_free, "advice_call")
    assert [offer.starts_at for offer in found] == [at(10, 15), at(10, 15), at(10, 30)]  # it is just after nine, notice is an hour
    assert found[0].ends_at - found[0].starts_at == timedelta(minutes=15)
    only = desk.do(agenda.next_free, "advice_call", practitioner_id=who["collega"], part_of_day=AFTERNOON, weekdays={2}, count=2)
    assert [(offer.practitioner_id, offer.starts_at) for offer in only] == [
        (who["collega"], at(12, 0, date(2026, 9, 16))),
        (who["collega"], at(13, 0, date(2026, 9, 16))),  # at 12:15 the five minutes after it would reach past 12:30
    ]
    later = desk.do(agenda.next_free, "advice_call", after=at(9, 0, date(2026, 9, 18)), count=1)
    assert later[0].starts_at == at(9, 0, date(2026, 9, 18))
    assert clinic.verified().ok


def test_the_time_kept_free_around_an_appointment_lies_within_the_hours_too(desk, who):
    said = refused(desk, agenda.book, "advice_call", who["behandelaar"], at(12, 15), who="Sanne Vis")
    assert said.message.startswith("The time kept free around it lies outside the hours of Behandelaar A. Demo.")
    assert desk.do(agenda.book, "advice_call", who["behandelaar"], at(12, 0), who="Sanne Vis").ends_at == at(12, 15)


def test_the_list_and_the_next_moments_agree(desk, who):
    listed = desk.do(agenda.free_moments, "intake", MONDAY, MONDAY + timedelta(days=4))
    first = desk.do(agenda.next_free, "intake", count=10)
    assert {(o.starts_at, o.practitioner_id) for o in first} <= {(o.starts_at, o.practitioner_id) for o in listed}
    assert [o.starts_at for o in listed] == sorted(o.starts_at for o in listed)
    assert listed[0].starts_at == first[0].starts_at


def test_a_list_over_nonsense_is_refused(desk):
    assert refused(desk, agenda.free_moments, "advice_call", MONDAY, MONDAY - timedelta(days=1)).field == "date_to"
    assert refused(desk, agenda.free_moments, "massage", MONDAY, MONDAY).field == "type_code"
    assert refused(desk, agenda.next_free, "advice_call", practitioner_id="nobody").field == "practitioner_id"


# -- booking


def test_a_booking_says_what_it_is_and_takes_the_moment_from_the_list(clinic, desk, who, sanne):
    made = desk.do(agenda.book, "intake", who["behandelaar"], at(9, 15, date(2026, 9, 15)), client_id=sanne.id)
    assert (made.status, made.who, made.channel, made.wall_start) == (S.CONFIRMED, "Sanne Vis", "clinic", "2026-09-15T09:15")
    assert made.ends_at - made.starts_at == timedelta(minutes=75)
    assert (made.busy_from, made.busy_to) == (
        (made.starts_at - timedelta(minutes=5)).timestamp() // 60,
        (made.ends_at + timedelta(minutes=10)).timestamp() // 60,
    )
    left = desk.do(agenda.free_moments, "advice_call", date(2026, 9, 15), date(2026, 9, 15), who["behandelaar"])
    starts = {offer.starts_at for offer in left}
    assert at(9, 0, date(2026, 9, 15)) not in starts  # its five minutes after would touch the five before the intake
    assert at(10, 30, date(2026, 9, 15)) not in starts
    assert at(10, 45, date(2026, 9, 15)) in starts
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (at(8, 45), "has passed"),
        (at(9, 45), "too soon"),
        (at(10, 20), "does not start at 10:20"),
        (at(12, 30), "does not work"),
        (at(18, 0), "does not work"),
        (at(10, 0, date(2026, 9, 19)), "does not work"),
        (at(10, 0, date(2026, 11, 30)), "too far ahead"),
    ],
)
def test_a_moment_that_is_not_listed_is_refused_with_the_reason(desk, who, when, words):
    error = refused(desk, agenda.book, "advice_call", who["behandelaar"], when, who="Iemand")
    assert error.field == "starts_at"
    assert words in error.message


def test_a_taken_moment_says_by_whom_and_when(desk, who, ten):
    message = refused(desk, agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Iemand").message
    assert message == "Behandelaar A. Demo has Sanne Vis from 10:15 to 10:30. Choose another moment."


def test_a_client_cannot_be_in_two_places(desk, who, sanne):
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), client_id=sanne.id)
    assert "already has an appointment" in refused(desk, agenda.book, "advice_call", who["collega"], at(10, 15), client_id=sanne.id).message


def test_nobody_is_no_booking(desk, who):
    assert refused(desk, agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="  ").field == "who"


def test_a_double_booking_needs_a_reason_and_is_marked(clinic, desk, who, ten):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 20), who="Iemand", double_booking_reason="Spoed")
    assert made.double_booked_reason == "Spoed"
    assert clinic.verified().ok


def test_the_past_can_be_registered_afterwards_only(clinic, desk, who):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(8, 40), who="Iemand", afterwards=True)
    assert desk.do(agenda.complete, made.id).status is S.COMPLETED
    assert "afterwards" in refused(desk, agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Iemand", afterwards=True).message
    assert "has Iemand" in refused(desk, agenda.book, "advice_call", who["behandelaar"], at(8, 45), who="Ander", afterwards=True).message


def test_the_database_is_the_judge(clinic, desk, who, ten, monkeypatch):
    monkeypatch.setattr(placing, "_check_overlap", lambda *args: None)
    monkeypatch.setattr(placing, "fits", lambda *args: True)
    with pytest.raises(Conflict):
        desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 20), who="Iemand")
    assert clinic.verified().ok


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_listed_moment_books_and_every_other_is_refused(data, desk, who):
    day = MONDAY + timedelta(days=data.draw(st.integers(0, 20)))
    kind = data.draw(st.sampled_from(["advice_call", "intake", "follow_up"]))
    person = data.draw(st.sampled_from(sorted(who.values())))
    start = at(8, 0, day) + timedelta(minutes=5 * data.draw(st.integers(0, 130)))
    listed = {o.starts_at for o in desk.do(agenda.free_moments, kind, day, day, person)}
    if start in listed:
        desk.do(agenda.book, kind, person, start, who="Iemand")
        assert start not in {o.starts_at for o in desk.do(agenda.free_moments, kind, day, day, person)}
    else:
        refused(desk, agenda.book, kind, person, start, who="Iemand")


def test_a_role_without_the_agenda_may_not_book(clinic, who):
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Iemand")
    assert clinic.verified().ok


# -- the day


def test_the_day_has_a_column_a_practitioner_and_nothing_clinical(clinic, desk, who, sanne):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), client_id=sanne.id)
    desk.do(agenda.cancel, desk.do(agenda.book, "advice_call", who["collega"], at(11), who="Weg").id, "clinic", "Ziek")
    day = desk.do(agenda.day_agenda, MONDAY)
    assert [column.name for column in day.columns] == ["Behandelaar A. Demo", "Behandelaar B. Demo"]
    assert day.columns[0].open == ((at(9), at(12, 30)), (at(13), at(17)))
    (item,) = day.columns[0].items
    assert (item.appointment.id, item.who, item.phone, item.call_instruction) == (made.id, "Sanne Vis", "06 12 34 56 78", "Bel na vijf uur")
    assert [found.appointment.live for found in day.columns[1].items] == [False]
    assert not desk.do(agenda.day_agenda, MONDAY + timedelta(days=1)).columns[0].items
    assert clinic.verified().ok


# -- steps


def test_from_check_in_to_done(clinic, desk, ten):
    clinic.clock.move(minutes=70)
    arrived = desk.do(agenda.check_in, ten.id)
    assert arrived.checked_in_at is not None
    assert desk.do(agenda.start, ten.id).status is S.IN_ROOM
    assert desk.do(agenda.complete, ten.id).status is S.COMPLETED
    with pytest.raises(Conflict):
        desk.do(agenda.check_in, ten.id)
    assert desk.do(agenda.undo_status, ten.id).status is S.IN_ROOM
    assert desk.do(agenda.undo_status, ten.id).status is S.ARRIVED
    back = desk.do(agenda.undo_status, ten.id)
    assert (back.status, back.checked_in_at) == (S.CONFIRMED, None)
    refused(desk, agenda.undo_status, ten.id)
    assert clinic.verified().ok


def test_tomorrows_appointment_cannot_be_checked_in_or_done(desk, who):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15, date(2026, 9, 15)), who="Iemand")
    for step in (agenda.check_in, agenda.start, agenda.complete):
        refused(desk, step, made.id)


def test_a_no_show_waits_ten_minutes_and_can_be_undone_the_same_day_only(clinic, desk, ten):
    clinic.clock.move(minutes=84)
    assert "10:25" in refused(desk, agenda.mark_no_show, ten.id).message
    clinic.clock.move(minutes=1)
    assert desk.do(agenda.mark_no_show, ten.id).status is S.NO_SHOW
    assert desk.do(agenda.undo_status, ten.id).status is S.CONFIRMED
    desk.do(agenda.mark_no_show, ten.id)
    clinic.clock.move(hours=24)
    refused(desk, agenda.undo_status, ten.id)
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("by", "ill", "days", "late"),
    [("client", False, 0, True), ("client", True, 0, False), ("clinic", False, 0, False), ("client", False, 2, False)],
)
def test_late_is_for_clients_within_the_window_and_not_for_the_ill(desk, who, by, ill, days, late):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15, MONDAY + timedelta(days=days)), who="Iemand")
    assert desk.do(agenda.would_be_late, made.id) is (days == 0)
    gone = desk.do(agenda.cancel, made.id, by, "Verhinderd", ill=ill)
    assert (gone.status, gone.live, gone.late, gone.cancelled_by) == (S.CANCELLED, False, late, by)


def test_a_cancel_needs_a_reason_frees_the_moment_and_comes_back_only_when_it_is_free(clinic, desk, who, ten):
    assert refused(desk, agenda.cancel, ten.id, "client", " ").field == "reason"
    desk.do(agenda.cancel, ten.id, "client", "Verhinderd")
    back = desk.do(agenda.undo_status, ten.id)
    assert (back.status, back.live, back.cancel_reason, back.late) == (S.CONFIRMED, True, "", False)
    desk.do(agenda.cancel, ten.id, "client", "Verhinderd")
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Ander")
    with pytest.raises(Conflict):
        desk.do(agenda.undo_status, ten.id)
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("start", "until"), [("2026-10-25T14:00", "2026-10-24T12:00+00:00"), ("2027-03-28T14:00", "2027-03-27T13:00+00:00")]
)
def test_the_cancel_window_is_in_hours_of_the_wall_clock(start, until):
    assert free_cancel_until(Appointment(wall_start=start), 24) == datetime.fromisoformat(until)


def test_a_move_keeps_the_uid_counts_up_and_can_be_taken_back(clinic, desk, who, ten):
    moved = desk.do(agenda.move, ten.id, at(14, 0), who["collega"])
    assert (moved.uid, moved.sequence, moved.moved_from, moved.status) == (ten.uid, 1, ten.id, S.CONFIRMED)
    old = desk.do(fetch, Appointment, ten.id)
    assert (old.status, old.live) == (S.MOVED, False)
    clinic.clock.move(minutes=30)  # too late to book 10:15 again, but not to take the move back
    back = desk.do(agenda.undo_status, moved.id)
    assert (back.uid, back.sequence, back.starts_at, back.practitioner_id) == (ten.uid, 2, ten.starts_at, ten.practitioner_id)
    assert refused(desk, agenda.move, back.id, back.starts_at, back.practitioner_id).field == "starts_at"
    day = desk.do(agenda.day_agenda, MONDAY)
    assert [len(column.items) for column in day.columns] == [1, 0]
    assert clinic.verified().ok


def test_the_request_follows_its_appointment(clinic, desk, who):
    request = desk.do(put_request, RequestStatus.BOOKED)
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), request_id=request.id)
    assert made.who == "Sanne Vis"
    status = lambda: desk.do(fetch, AdviceRequest, request.id).status  # noqa: E731
    desk.do(agenda.cancel, made.id, "client", "Verhinderd")
    assert status() is RequestStatus.CANCELLED
    desk.do(agenda.undo_status, made.id)
    assert status() is RequestStatus.BOOKED
    clinic.clock.move(minutes=90)
    desk.do(agenda.mark_no_show, made.id)
    assert status() is RequestStatus.NO_SHOW
    assert desk.do(agenda.day_agenda, MONDAY).columns[0].items[0].phone == "06 12 34 56 78"
    assert clinic.verified().ok


def test_two_no_shows_are_counted(clinic, desk, who, sanne):
    for hour in (10, 11):
        made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(hour, 15), client_id=sanne.id)
        clinic.clock.moment = at(hour, 30)
        desk.do(agenda.mark_no_show, made.id)
        clinic.clock.moment = at(9)
    assert desk.do(agenda.count_no_shows, sanne.id) == 2


# -- roster


def test_hours_can_be_changed_and_what_stays_is_not_touched(clinic, who):
    manager = clinic.as_("manager")
    before = manager.do(roster.practitioner_roster, who["collega"])
    after = manager.do(roster.set_roster, who["collega"], [*before[:-1], RosterRule(weekday=5, start_minute=600, end_minute=720)]).rules
    assert [rule.id for rule in after[:-1]] == [rule.id for rule in before[:-1]]
    assert after[-1].weekday == 5
    found = manager.do(agenda.free_moments, "advice_call", date(2026, 9, 19), date(2026, 9, 19))
    assert {offer.practitioner_id for offer in found} == {who["collega"]}
    assert found[0].starts_at == at(10, 0, date(2026, 9, 19))
    assert clinic.verified().ok


@pytest.mark.parametrize("rules", [[(0, 600, 600)], [(7, 540, 600)], [(0, 540, 720), (0, 700, 800)]])
def test_impossible_hours_are_refused(clinic, who, rules):
    made = [RosterRule(weekday=day, start_minute=start, end_minute=end) for day, start, end in rules]
    assert refused(clinic.as_("manager"), roster.set_roster, who["collega"], made).field == "rules"


def test_a_receptionist_does_not_make_rosters(clinic, desk, who):
    with pytest.raises(NotAllowed):
        desk.do(roster.set_roster, who["collega"], [])


def test_a_closure_and_an_absence_say_who_is_booked_and_delete_nobody(clinic, desk, who, ten):
    manager = clinic.as_("manager")
    closed = manager.do(roster.add_closure, MONDAY, MONDAY, "Studiedag")
    assert [item.who for item in closed.conflicts] == ["Sanne Vis"]
    assert "Studiedag" in refused(desk, agenda.book, "advice_call", who["collega"], at(14), who="Iemand").message
    manager.do(roster.remove_closure, closed.record.id)
    away = manager.do(roster.add_absence, who["behandelaar"], at(10), at(12), "Tandarts")
    assert [item.appointment.id for item in away.conflicts] == [ten.id]
    assert "is away" in refused(desk, agenda.book, "advice_call", who["behandelaar"], at(11), who="Iemand").message
    assert desk.do(agenda.day_agenda, MONDAY).columns[0].absences[0].reason == "Tandarts"
    manager.do(roster.remove_absence, away.record.id)
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(11), who="Iemand")
    assert refused(manager, roster.add_closure, MONDAY, date(2026, 9, 1), "").field == "date_to"
    assert refused(manager, roster.add_absence, who["collega"], at(11), at(11)).field == "end_at"
    assert clinic.verified().ok


def test_public_holidays_are_suggested_until_they_are_closures(clinic):
    manager = clinic.as_("manager")
    found = {holiday.day: holiday for holiday in manager.do(roster.suggested_closures, 2027)}
    assert found[date(2027, 4, 27)].usual
    assert not found[date(2027, 5, 5)].usual
    assert not found[date(2027, 3, 26)].usual
    manager.do(roster.add_closure, date(2027, 12, 25), date(2027, 12, 26), "Kerst")
    assert date(2027, 12, 25) not in {holiday.day for holiday in manager.do(roster.suggested_closures, 2027)}


# -- speed


def fill(work, who):
    table = TABLES[Appointment]
    rows = []
    for n, person in enumerate(who):
        for day in range(120):
            for hour in range(7, 15):
                starts = datetime(2026, 9, 14, hour, 15 * (n % 2), tzinfo=UTC) + timedelta(days=day)
                busy = int(starts.timestamp()) // 60
                made = Appointment(
                    id=work.new_id(), version=1, who="Iemand", type_code="follow_up", practitioner_id=person, uid=work.new_id(),
                    starts_at=starts, ends_at=starts + timedelta(minutes=45), busy_from=busy, busy_to=busy + 50,
                )  # fmt: skip
                rows.append({column.name: getattr(made, column.name) for column in table.columns})
    work.store.connection.execute(sa.insert(table), rows)


@use_case("agenda.book")
def fill_agenda(work, who):
    fill(work, who)


def test_the_next_free_moment_is_found_in_a_full_agenda(desk, who):
    desk.do(fill_agenda, list(who.values()))
    assert desk.clinic == desk.do(fetch, Clinic, desk.clinic.id)
    assert desk.do(agenda.next_free, "intake")
