"""Locations: where rooms, working hours and appointments are, what is free there, and that a clinic with one place sees nothing of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.domain.agenda import MAIN, Channel, RosterRule
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.kpi_shapes import Filters
from nmx_desk.domain.rosters import Roster, WeeklyRule, at_place
from nmx_desk.domain.slots import Calendar, SlotType, slots
from nmx_desk.services import agenda, agenda_pages, appointment_types, confirmations, figures, locations, reports, rooms, roster
from nmx_desk.services.report_base import Chosen
from tests.unit.test_roster_services import MONDAY, at

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def intake_in_a_room(boss):
    kind = next(kind for kind in boss.do(appointment_types.list_appointment_types) if kind.code == "intake")
    first = boss.do(rooms.add_room, "Kamer 1")
    boss.do(appointment_types.change_appointment_type, replace(kind, needs_room=True))
    return first


@pytest.fixture
def north(boss, people_here, intake_in_a_room):
    """A second place with a room, where one practitioner works on Tuesdays."""
    made = boss.do(locations.add_location, "Noord", "Noorderweg 3, 1234 AB Proefstad")
    boss.do(rooms.add_room, "Noordkamer", made.id)
    hours = boss.do(roster.practitioner_roster, people_here["behandelaar"])
    there = [replace(rule, location_id=made.id) if rule.weekday == 1 else rule for rule in hours]
    boss.do(roster.set_roster, people_here["behandelaar"], there)
    return made


def free(desk, user_id, day, kind="intake"):
    return [offer.starts_at for offer in desk.do(agenda.free_moments, kind, day, day, user_id)]


def refused(desk, *args, **kw):
    with pytest.raises(UserError) as caught:
        desk.do(*args, **kw)
    return caught.value


def words_of(pdf):
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def test_a_clinic_with_one_place_sees_nothing_of_places(clinic, desk, boss, people_here, intake_in_a_room):
    booked = desk.do(agenda.book, "intake", people_here["behandelaar"], at(9, 15), who="Anna")
    assert booked.location_id is None and booked.room_id == intake_in_a_room.id
    assert desk.do(locations.list_places) == () and desk.do(locations.list_locations) == []
    assert {column.where for column in desk.do(agenda.day_agenda, MONDAY).columns} == {""}
    assert {offer.location for offer in desk.do(agenda.free_moments, "intake", MONDAY, TUESDAY)} == {""}
    assert boss.do(figures.figure_filters).locations == ()
    assert not any("location" in report.filters for report in boss.do(reports.list_reports))
    assert "ocation" not in words_of(boss.do(reports.make_report, "month", date_from=MONDAY, date_to=TUESDAY))


def test_a_room_is_taken_where_its_practitioner_works(clinic, desk, boss, people_here, north):
    me, other = people_here["behandelaar"], people_here["collega"]
    first = desk.do(agenda.book, "intake", me, at(9, 15), who="Anna")
    there = desk.do(agenda.book, "intake", me, at(9, 15, TUESDAY), who="Bram")
    names = {room.id: room.name for room in desk.do(rooms.list_rooms)}
    assert (names[first.room_id], first.location_id) == ("Kamer 1", None)
    assert (names[there.room_id], there.location_id) == ("Noordkamer", north.id)
    assert at(9, 15) not in free(desk, other, MONDAY), "the room of the main location is taken"
    assert at(9, 15, TUESDAY) in free(desk, other, TUESDAY), "the room at the other location is not this one's"
    boss.do(rooms.close_room, next(room for room in desk.do(rooms.list_rooms) if room.name == "Noordkamer"))
    assert free(desk, me, TUESDAY) == [] and free(desk, me, MONDAY + timedelta(days=2))
    assert "No room is free" in refused(desk, agenda.book, "intake", me, at(13, 30, TUESDAY), who="Cor").message
    assert clinic.verified().ok


def test_what_is_offered_says_where(desk, people_here, north):
    me = people_here["behandelaar"]
    offers = desk.do(agenda.free_moments, "intake", MONDAY, TUESDAY, me)
    assert {(offer.starts_at.date(), offer.location) for offer in offers} == {(MONDAY, "Main location"), (TUESDAY, "Noord")}
    assert desk.do(agenda.next_free, "intake", practitioner_id=me)[0].with_whom == "Behandelaar A. Demo · Noord"


def test_a_call_is_where_who_calls_works(desk, people_here, north):
    me = people_here["behandelaar"]
    assert desk.do(agenda.book, "advice_call", me, at(16, 0, TUESDAY), who="Anna").location_id == north.id
    moved = desk.do(agenda.book, "advice_call", me, at(16), who="Bram")
    assert moved.location_id is None
    assert desk.do(agenda.move, moved.id, at(16, 30, TUESDAY), me).location_id == north.id


def test_the_confirmation_names_the_address_of_the_place(desk, people_here, north):
    made = [desk.do(agenda.book, "intake", people_here["behandelaar"], at(9, 15, day), who="Anna") for day in (MONDAY, TUESDAY)]
    here, there = (desk.do(confirmations.confirm_appointment, one.id) for one in made)
    assert "Noorderweg 3, 1234 AB Proefstad" in there.text and "Noorderweg 3" in words_of(there.pdf)
    assert "Noorderweg" not in here.text


def test_who_comes_where_stands_in_the_day_list(desk, people_here, north):
    for day in (MONDAY, TUESDAY):
        desk.do(agenda.book, "intake", people_here["behandelaar"], at(9, 15, day), who="Anna")
    (item,) = (one for one in desk.do(agenda.day_agenda, TUESDAY).columns[0].items if one.who == "Anna")
    assert item.room == "Noordkamer · Noord"
    me = people_here["behandelaar"]
    found = {column.practitioner_id: column.where for column in desk.do(agenda.day_agenda, TUESDAY).columns}
    assert found == {me: "Noord", people_here["collega"]: "Main location"}
    week = desk.do(agenda_pages.week_agenda, me, MONDAY).columns
    assert [column.where for column in week][:2] == ["Main location", "Noord"] and week[-1].where == ""
    whole, here, there = (
        words_of(desk.do(reports.make_report, "daylist", date_from=TUESDAY, chosen=Chosen(location_id=place)))
        for place in ("", MAIN, north.id)
    )
    assert "Noordkamer · Noord" in whole and "Noordkamer" in there and "Noordkamer" not in here


def test_hours_elsewhere_leave_what_is_booked_and_say_so(boss, desk, people_here, north):
    me = people_here["behandelaar"]
    booked = desk.do(agenda.book, "intake", me, at(9, 15), who="Anna")
    call = desk.do(agenda.book, "advice_call", me, at(16), who="Bram")
    assert call.channel is Channel.PHONE
    rules = [replace(rule, location_id=north.id) for rule in boss.do(roster.practitioner_roster, me)]
    changed = boss.do(roster.set_roster, me, rules)
    assert [item.appointment.id for item in changed.conflicts] == [booked.id], "who is called need not go anywhere"
    assert boss.do(roster.set_roster, me, rules).conflicts == ()


def test_another_place_on_one_date(boss, desk, people_here, north):
    me = people_here["behandelaar"]
    boss.do(roster.set_day, me, MONDAY, [(600, 900)], place=north.id)
    assert boss.do(roster.list_days, MONDAY, MONDAY)[0].location_id == north.id
    boss.do(roster.close_part, me, MONDAY, [(600, 660)])
    assert boss.do(roster.list_days, MONDAY, MONDAY)[0].location_id == north.id, "closing a part moves nobody"
    booked = desk.do(agenda.book, "intake", me, free(desk, me, MONDAY)[0], who="Anna")
    assert booked.location_id == north.id
    boss.do(roster.clear_day, me, MONDAY)
    assert desk.do(agenda.book, "intake", me, free(desk, me, MONDAY)[0], who="Bram").location_id is None


def test_a_place_in_use_is_not_taken_away_and_keeps_its_name(boss, desk, people_here, north):
    assert "Noordkamer" not in refused(boss, locations.close_location, north).message
    boss.do(rooms.close_room, next(room for room in boss.do(rooms.list_rooms) if room.location_id == north.id))
    assert "working hours" in refused(boss, locations.close_location, north).message
    rules = [replace(rule, location_id=None) for rule in boss.do(roster.practitioner_roster, people_here["behandelaar"])]
    boss.do(roster.set_roster, people_here["behandelaar"], rules)
    closed = boss.do(locations.close_location, north)
    assert not closed.is_active and desk.do(locations.list_places) == ()
    still = {MAIN: "Main location", north.id: "Noord"}
    assert dict(boss.do(figures.figure_filters).locations) == still, "what was there is still asked for"
    assert refused(boss, rooms.add_room, "Kamer 3", north.id).field == "location_id"
    assert boss.do(locations.open_location, closed).is_active
    for name, address, field in (("", "x", "name"), ("noord", "x", "name"), ("main location", "x", "name"), ("Zuid", " ", "address")):
        assert refused(boss, locations.add_location, name, address).field == field
    assert boss.do(locations.change_location, boss.do(locations.list_locations)[0], "Noord", "Noorderweg 5").address == "Noorderweg 5"


def test_a_room_somebody_is_to_come_to_stays_where_it_is(boss, desk, people_here, north):
    room = next(room for room in boss.do(rooms.list_rooms) if room.location_id == north.id)
    desk.do(agenda.book, "intake", people_here["behandelaar"], at(9, 15, TUESDAY), who="Anna")
    assert refused(boss, rooms.change_room, room, room.name, MAIN).field == "place"
    assert boss.do(rooms.change_room, room, "Kamer Noord").location_id == north.id
    other = boss.do(rooms.add_room, "Los")
    assert boss.do(rooms.change_room, other, "Los", north.id).location_id == north.id


def test_hours_at_a_place_out_of_use_can_still_be_saved(boss, people_here, north):
    """Hours of the past keep their place; new ones cannot be there."""
    me = people_here["behandelaar"]
    boss.do(rooms.close_room, next(room for room in boss.do(rooms.list_rooms) if room.location_id == north.id))
    past = RosterRule(weekday=2, start_minute=540, end_minute=600, valid_to=MONDAY - timedelta(days=30), location_id=north.id)
    boss.do(roster.set_roster, me, [past])
    boss.do(locations.close_location, north)
    kept = boss.do(roster.practitioner_roster, me)
    assert boss.do(roster.set_roster, me, [*kept, RosterRule(weekday=3, start_minute=540, end_minute=600)]).rules
    assert refused(boss, roster.set_roster, people_here["collega"], [RosterRule(weekday=3, end_minute=600, location_id=north.id)]).field


def test_figures_are_narrowed_to_a_place(clinic, boss, desk, people_here, north):
    me = people_here["behandelaar"]
    made = {day: desk.do(agenda.book, "intake", me, at(9, 15, day), who="Anna") for day in (MONDAY, TUESDAY)}
    clinic.clock.moment = at(18, 0, TUESDAY)
    for one in made.values():
        desk.do(agenda.mark_no_show, one.id)
    found = {place: boss.do(figures.dashboard, MONDAY, TUESDAY, Filters(location_id=place)) for place in ("", MAIN, north.id)}
    assert {place: shown.figure("K7").numerator for place, shown in found.items()} == {"": 2, MAIN: 1, north.id: 1}
    assert found[MAIN].figure("K7").counted == (made[MONDAY].id,) and found[north.id].figure("K7").counted == (made[TUESDAY].id,)
    occupied = {place: shown.figure("K18") for place, shown in found.items()}
    for side in ("numerator", "denominator"):
        assert getattr(occupied[""], side) == getattr(occupied[MAIN], side) + getattr(occupied[north.id], side) > 0
    assert found[north.id].figure("K16").value is None, "a formal complaint is nowhere"
    said = words_of(boss.do(reports.make_report, "month", date_from=MONDAY, date_to=TUESDAY, chosen=Chosen(location_id=north.id)))
    assert "Noord (requests by the place of their last appointment)" in said
    with pytest.raises(UserError):
        boss.do(reports.make_report, "month", date_from=MONDAY, date_to=TUESDAY, chosen=Chosen(location_id="nergens"))


# -- the engine, minute by minute

SPANS = st.tuples(st.integers(0, 47), st.integers(1, 20)).map(lambda one: (30 * one[0], min(30 * one[0] + 30 * one[1], 1440)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(SPANS, st.sampled_from("ab")), max_size=4),
    st.lists(st.tuples(st.sampled_from("abc"), st.lists(SPANS, max_size=3)), max_size=4),
    st.sampled_from([15, 30, 60, 90]), st.integers(0, 10),
)  # fmt: skip
def test_a_moment_is_free_where_one_room_is_at_the_place_of_the_hours(hours, taken, duration, buffer):
    day, utc = date(2026, 6, 10), "UTC"
    rules = [WeeklyRule("p", day.weekday(), lo, hi, zone=utc, place=place) for (lo, hi), place in hours]
    midnight = day.toordinal() * 1440 - date(1970, 1, 1).toordinal() * 1440
    busy = {f"{number}": [(midnight + lo, midnight + hi) for lo, hi in spans] for number, (_place, spans) in enumerate(taken)}
    edges = midnight - 1440, midnight + 2880
    barred = {}
    for number, (place, _spans) in enumerate(taken):
        there = Roster(utc, *at_place(place, rules, [])).around("p", day, day)
        gaps, last = [], edges[0]
        for lo, hi in there:
            gaps.append((last, lo))
            last = hi
        barred[f"{number}"] = [(lo, hi) for lo, hi in [*gaps, (last, edges[1])] if lo < hi]
    kind = SlotType(duration, buffer_after=buffer, needs_room=True)
    listed = slots("p", kind, day, day, Calendar(Roster(utc, rules), rooms=busy, barred={"p": barred}), datetime(2026, 1, 1, tzinfo=UTC))
    works = {place: {m for (lo, hi), where in hours if where == place for m in range(lo, hi)} for place in "abc"}
    expected = []
    for start in range(0, 1440, kind.step):
        minutes = set(range(start, start + duration + buffer))
        if minutes <= works["a"] | works["b"] and any(
            minutes <= works[place] and not any(lo < start + duration + buffer and start < hi for lo, hi in spans) for place, spans in taken
        ):
            expected.append(midnight + start)
    assert listed == expected
