"""Moments held while one speaks, appointments that change places, what is registered afterwards, fees."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, FeeDecision, RosterRule
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.services import agenda, options, roster
from tests.agenda import MONDAY, at, fetch, refused

S = AppointmentStatus


def free(desk, person, day=MONDAY):
    return {offer.starts_at for offer in desk.do(agenda.free_moments, "advice_call", day, day, person)}


def test_a_held_moment_is_nobody_elses_until_it_is_booked(clinic, reception, people_here, vis):
    person, when = people_here["behandelaar"], at(10, 15)
    option = reception.do(options.hold, "advice_call", person, when)
    assert (option.status, option.expires_at - option.created_at < timedelta(minutes=6), option.who) == (S.OPTION, True, "Held by R. Demo")
    other = clinic.as_("manager")
    assert when not in free(other, person)
    assert "Held by R. Demo" in refused(other, agenda.book, "advice_call", person, when, who="Ander").message
    (shown,) = other.do(agenda.day_agenda, MONDAY).columns[0].items
    assert shown.appointment.status is S.OPTION
    made = reception.do(agenda.book, "advice_call", person, when, client_id=vis.id, option_id=option.id)
    assert (made.status, made.expires_at, made.who) == (S.CONFIRMED, None, "Sanne Vis")
    assert [item.appointment.id for item in other.do(agenda.day_agenda, MONDAY).columns[0].items] == [made.id]
    assert clinic.verified().ok


def test_what_was_held_is_booked_although_it_is_too_soon_meanwhile(clinic, reception, people_here):
    option = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(10, 15))
    clinic.clock.moment = at(9, 16)
    option = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(10, 30), instead_of=option.id)
    clinic.clock.moment = at(9, 20)
    reception.do(options.release, option.id)
    clinic.clock.moment = at(9, 14)
    option = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(10, 15))
    clinic.clock.moment = at(9, 18)
    assert "too soon" in refused(reception, agenda.book, "advice_call", people_here["collega"], at(10, 15), who="Iemand").message
    assert reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(10, 15), who="Iemand", option_id=option.id).live


def test_an_option_whose_time_is_over_is_free_and_makes_room_in_the_same_go(clinic, reception, people_here):
    person, when = people_here["behandelaar"], at(10, 30)
    option = reception.do(options.hold, "advice_call", person, when)
    clinic.clock.move(minutes=4)
    assert when not in free(reception, person)
    clinic.clock.move(minutes=2)
    assert when in free(reception, person)
    assert not reception.do(agenda.day_agenda, MONDAY).columns[0].items
    assert reception.do(fetch, Appointment, option.id).status is S.OPTION  # nobody needed its place yet
    made = reception.do(agenda.book, "advice_call", person, when, who="Ander")
    with pytest.raises(NotFound):
        reception.do(fetch, Appointment, option.id)
    assert reception.do(fetch, Appointment, made.id).live
    assert clinic.verified().ok


def test_a_cancelled_appointment_comes_back_although_an_option_stood_there_too_long(clinic, reception, people_here):
    made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(14), who="Iemand")
    reception.do(agenda.cancel, made.id, "client", "Verhinderd")
    reception.do(options.hold, "advice_call", people_here["behandelaar"], at(14))
    with pytest.raises(Conflict):
        reception.do(agenda.undo_status, made.id)
    clinic.clock.move(minutes=6)
    assert reception.do(agenda.undo_status, made.id).live
    assert clinic.verified().ok


def test_holding_another_moment_lets_the_first_go_and_letting_go_twice_is_no_matter(clinic, reception, people_here):
    first = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(10, 30))
    second = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(11), instead_of=first.id)
    assert at(10, 30) in free(reception, people_here["behandelaar"]) and at(11) not in free(reception, people_here["behandelaar"])
    reception.do(options.release, second.id)
    reception.do(options.release, second.id)
    assert at(11) in free(reception, people_here["behandelaar"])
    booked = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(11), who="Iemand")
    reception.do(options.release, booked.id)
    assert reception.do(fetch, Appointment, booked.id).live
    assert clinic.verified().ok


def test_an_option_expired_meanwhile_is_only_booked_when_it_is_still_listed(clinic, reception, people_here):
    option = reception.do(options.hold, "advice_call", people_here["behandelaar"], at(10, 15))
    clinic.clock.move(minutes=20)
    assert "too soon" in refused(
        reception, agenda.book, "advice_call", people_here["behandelaar"], at(10, 15), who="Iemand", option_id=option.id
    ).message


def test_two_appointments_change_places_at_once_and_back(clinic, reception, people_here):
    one = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(10, 30), who="Een")
    other = reception.do(agenda.book, "advice_call", people_here["collega"], at(14), who="Twee")
    first, second = reception.do(options.swap, one.id, other.id)
    assert (first.who, first.starts_at, first.practitioner_id) == ("Een", at(14), people_here["collega"])
    assert (second.who, second.starts_at, second.practitioner_id) == ("Twee", at(10, 30), people_here["behandelaar"])
    assert (first.uid, first.sequence, first.moved_from) == (one.uid, 1, one.id)
    back = reception.do(options.undo_swap, first.id, second.id)
    assert [item.starts_at for item in back] == [at(10, 30), at(14)]
    with pytest.raises(Conflict):  # they do not come from each other any more
        reception.do(options.undo_swap, back[0].id, reception.do(agenda.move, back[1].id, at(15), people_here["collega"]).id)
    assert clinic.verified().ok


def test_a_swap_that_does_not_fit_leaves_both_where_they_are(clinic, reception, people_here):
    day = date(2026, 9, 16)
    call = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(12, 0, day), who="Een")
    long = reception.do(agenda.book, "intake", people_here["collega"], at(14, 0, day), who="Twee")
    assert "does not work" in refused(reception, options.swap, call.id, long.id).message  # an intake would last into the lunch of A
    assert {reception.do(fetch, Appointment, each.id).live for each in (call, long)} == {True}
    refused(reception, options.swap, call.id, call.id)
    assert clinic.verified().ok


def test_what_is_registered_afterwards_says_so_and_a_move_does_not(clinic, reception, people_here):
    made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(8, 40), who="Iemand", afterwards=True)
    assert made.afterwards
    assert not reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(10, 30), who="Iemand").afterwards
    assert not reception.do(agenda.move, made.id, at(11), people_here["behandelaar"]).afterwards


def test_a_fee_is_decided_only_where_somebody_stayed_away_or_was_late(clinic, reception, people_here):
    made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(10, 30), who="Iemand")
    with pytest.raises(UserError):
        reception.do(agenda.decide_fee, made.id, FeeDecision.CHARGED)
    gone = reception.do(agenda.cancel, made.id, "client", "Griep", ill=True)
    assert (gone.late, gone.illness, gone.fee) == (False, True, FeeDecision.NONE)  # nothing decides by itself
    assert reception.do(agenda.decide_fee, made.id, FeeDecision.WAIVED).fee is FeeDecision.WAIVED
    back = reception.do(agenda.undo_status, made.id)
    assert (back.illness, back.fee) == (False, FeeDecision.NONE)
    soon = reception.do(agenda.book, "advice_call", people_here["behandelaar"], datetime(2026, 9, 16, 8, tzinfo=UTC), who="Later")
    reception.do(agenda.cancel, soon.id, "client", "Verhinderd")
    with pytest.raises(UserError):  # in time
        reception.do(agenda.decide_fee, soon.id, FeeDecision.CHARGED)
    assert date(2026, 9, 16) > MONDAY
    assert clinic.verified().ok


def test_half_past_two_comes_twice_in_autumn_and_both_are_two_moments_and_none_in_spring(clinic, reception, people_here):
    rules = [RosterRule(weekday=6, start_minute=60, end_minute=360)]
    clinic.as_("manager").do(roster.set_roster, people_here["collega"], rules)
    clinic.clock.moment = datetime(2026, 10, 20, 9, tzinfo=UTC)
    night, twice = date(2026, 10, 25), [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    listed = [one.starts_at for one in reception.do(agenda.free_moments, "advice_call", night, night, people_here["collega"])]
    assert set(twice) <= set(listed) and len(listed) == len(set(listed))
    made = [reception.do(agenda.book, "advice_call", people_here["collega"], when, who="Nacht") for when in twice]
    assert [one.wall_start for one in made] == ["2026-10-25T02:30", "2026-10-25T02:30"]
    assert made[1].busy_from - made[0].busy_from == 60
    moved = reception.do(agenda.move, made[0].id, datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "")
    assert moved.wall_start == "2026-10-25T03:30"
    clinic.clock.moment = datetime(2027, 3, 22, 9, tzinfo=UTC)
    spring = date(2027, 3, 28)
    walls = {one.starts_at for one in reception.do(agenda.free_moments, "advice_call", spring, spring, people_here["collega"])}
    assert datetime(2027, 3, 28, 0, 45, tzinfo=UTC) in walls and datetime(2027, 3, 28, 1, 0, tzinfo=UTC) in walls  # 01:45, then 03:00
    first = reception.do(agenda.book, "advice_call", people_here["collega"], datetime(2027, 3, 28, 1, 15, tzinfo=UTC), who="Lente")
    assert first.wall_start == "2027-03-28T03:15"
    assert clinic.verified().ok
