"""Appointment types at the door: who may, what is refused with which sentence, and that what is booked stays as it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.data.log import LogFilter, lines
from nmx_desk.domain.agenda import Appointment, AppointmentType, Channel
from nmx_desk.domain.errors import Conflict, NotAllowed, NotFound, UserError
from nmx_desk.domain.rosters import Roster, WeeklyRule
from nmx_desk.domain.scenarios import read_scenario
from nmx_desk.domain.slots import Calendar, slots
from nmx_desk.services import agenda, appointment_types, people, roster
from nmx_desk.services.appointment_types import NEEDED

NEW = AppointmentType(name_nl="Massage", name_en="Massage", code="massage", duration=40, buffer_after=10, price_cents=6000)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


def types(desk):
    return {kind.code: kind for kind in desk.do(appointment_types.list_appointment_types)}


def stored(desk, appointment_id):
    with desk.database.reading() as connection:
        return desk._store(connection).get(Appointment, appointment_id)


def book(clinic, code, number=0):
    desk = clinic.as_("receptie")
    offer = desk.do(agenda.next_free, code, count=number + 1)[number]
    return desk.do(agenda.book, code, offer.practitioner_id, offer.starts_at, who="Bezoek")


@pytest.mark.parametrize("username", ["manager", "beheerder"])
def test_who_manages_the_agenda_adds_a_type_that_can_be_booked(clinic, username):
    made = clinic.as_(username).do(appointment_types.add_appointment_type, NEW)
    assert book(clinic, "massage").type_code == made.code == "massage"
    assert clinic.verified().ok


@pytest.mark.parametrize("username", ["receptie", "behandelaar"])
def test_nobody_else_may(clinic, boss, username):
    desk, kind = clinic.as_(username), types(boss)["intake"]
    for case, args in (
        (appointment_types.list_appointment_types, ()), (appointment_types.add_appointment_type, (NEW,)),
        (appointment_types.change_appointment_type, (kind,)), (appointment_types.retire_appointment_type, (kind,)),
        (appointment_types.revive_appointment_type, (kind,)),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            desk.do(case, *args)


def test_each_change_is_a_setting_in_the_log(boss):
    def last():
        with boss.database.reading() as connection:
            line = lines(boss._store(connection), LogFilter(limit=1))[0]
        return line.code, line.action, line.obj_type, line.obj_id

    made = boss.do(appointment_types.add_appointment_type, NEW)
    assert last() == ("CONFIG", "C", "appointment_type", made.id)
    made = boss.do(appointment_types.change_appointment_type, replace(made, duration=50))
    assert last() == ("CONFIG", "U", "appointment_type", made.id)
    retired = boss.do(appointment_types.retire_appointment_type, made).kind
    assert last() == ("CONFIG", "U", "appointment_type", made.id)
    boss.do(appointment_types.revive_appointment_type, retired)
    assert last() == ("CONFIG", "U", "appointment_type", made.id)


def test_saving_without_a_change_writes_nothing(boss):
    before, kind = boss.log_size, types(boss)["intake"]
    assert boss.do(appointment_types.change_appointment_type, replace(kind, name_nl=f" {kind.name_nl} ")) == kind
    assert boss.log_size == before


REFUSED = [
    ("name_nl", " ", "both languages"), ("name_en", "", "both languages"), ("name_nl", "x" * 81, "80 characters"),
    ("duration", 0, "from 1 to 720"), ("duration", 721, "from 1 to 720"), ("step", 0, "from 1 to 240"),
    ("buffer_before", -1, "from 0 to 240"), ("buffer_after", -1, "from 0 to 240"), ("buffer_after", 241, "from 0 to 240"),
    ("anchor", -1, "from 0 to 239"), ("anchor", 15, "fewer minutes"), ("minimum_notice", -1, "from 0 to 43200"),
    ("minimum_notice", 43_201, "from 0 to 43200"), ("horizon_days", 0, "from 1 to 400"), ("horizon_days", 401, "from 1 to 400"),
    ("price_cents", -1, "from 0 to 10000 euros"), ("price_cents", 1_000_001, "from 0 to 10000 euros"),
    ("cancel_window_hours", -1, "from 0 to 336"), ("hue", 360, "from 0 to 359"),
    ("code", "Intake 2", "small letters"), ("code", "2e", "small letters"), ("code", "a" * 41, "small letters"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "words"), REFUSED)
def test_what_cannot_be_is_refused_beside_its_field(boss, field, value, words):
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.add_appointment_type, replace(NEW, **{field: value}))
    assert refused.value.field == field
    assert words in refused.value.message
    if field != "code":
        kind = types(boss)["intake"]
        with pytest.raises(UserError) as refused:
            boss.do(appointment_types.change_appointment_type, replace(kind, step=15, **{field: value}) if field != "step" else
                    replace(kind, step=value))  # fmt: skip
        assert refused.value.field == field
    assert "massage" not in types(boss)


def test_a_notice_longer_than_the_days_ahead_is_refused(boss):
    made = boss.do(appointment_types.add_appointment_type, replace(NEW, horizon_days=1, minimum_notice=2 * 1440 - 1))
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.change_appointment_type, replace(made, minimum_notice=2 * 1440))
    assert refused.value.field == "minimum_notice"


def test_the_longest_type_can_be_booked(clinic, boss):
    """The database refuses an appointment that occupies more than a day."""
    longest = replace(NEW, duration=720, buffer_before=240, buffer_after=240, step=240)
    boss.do(appointment_types.add_appointment_type, longest)
    who, at = clinic.as_("behandelaar").user.id, clinic.clock.moment.replace(microsecond=0) + timedelta(days=1)
    made = clinic.as_("receptie").do(agenda.book, "massage", who, at, who="Bezoek", double_booking_reason="proef")
    assert made.busy_to - made.busy_from == 1200


def test_a_code_is_unique_and_stays(boss):
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.add_appointment_type, replace(NEW, code="intake"))
    assert refused.value.field == "code" and "Another type" in refused.value.message
    kind = types(boss)["intake"]
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.change_appointment_type, replace(kind, code="first_visit"))
    assert refused.value.field == "code" and "stays" in refused.value.message
    assert types(boss)["intake"] == kind


def test_without_a_code_it_gets_one_that_nobody_has(boss):
    made = [
        boss.do(appointment_types.add_appointment_type, replace(NEW, code="", name_nl=f"Naam {n}", name_en=name))
        for n, name in enumerate(("Intake!", "90 minutes", "Évaluation – long"))
    ]
    assert [kind.code for kind in made] == ["intake_2", "item_90_minutes", "evaluation_long"]


@pytest.mark.parametrize(("field", "name"), [("name_nl", "intakeconsult"), ("name_en", "INTAKE  consult")])
def test_two_types_cannot_have_one_name(boss, field, name):
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.add_appointment_type, replace(NEW, **{field: name}))
    assert refused.value.field == field
    made = boss.do(appointment_types.add_appointment_type, NEW)
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.change_appointment_type, replace(made, **{field: name}))
    assert refused.value.field == field


def test_who_was_slower_is_told(clinic, boss):
    seen = types(clinic.as_("beheerder"))["intake"]
    boss.do(appointment_types.change_appointment_type, replace(types(boss)["intake"], price_cents=18_000))
    made = boss.do(appointment_types.add_appointment_type, NEW)
    boss.do(appointment_types.change_appointment_type, replace(made, duration=50))
    for case, kind in (
        (appointment_types.change_appointment_type, replace(seen, duration=90)), (appointment_types.retire_appointment_type, made),
        (appointment_types.revive_appointment_type, made),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            clinic.as_("beheerder").do(case, kind)
    assert (types(boss)["intake"].duration, types(boss)["intake"].price_cents) == (75, 18_000)
    with pytest.raises(NotFound):
        boss.do(appointment_types.change_appointment_type, replace(seen, id="nergens"))


def test_a_changed_type_leaves_what_is_booked_as_it_is(clinic, boss):
    first = book(clinic, "intake")
    kind = types(boss)["intake"]
    boss.do(appointment_types.change_appointment_type, replace(kind, duration=30, buffer_before=0, buffer_after=0, channel=Channel.VIDEO))
    assert stored(boss, first.id) == first
    assert first.ends_at - first.starts_at == timedelta(minutes=75)
    day = clinic.as_("receptie").do(agenda.day_agenda, first.starts_at.date())
    assert [item.appointment for column in day.columns for item in column.items] == [first]
    second = book(clinic, "intake")
    assert second.ends_at - second.starts_at == timedelta(minutes=30) and second.channel is Channel.VIDEO
    taken = clinic.as_("receptie").do(agenda.free_moments, "intake", *[first.starts_at.date()] * 2, first.practitioner_id)
    assert not [offer for offer in taken if first.busy_from * 60 <= offer.starts_at.timestamp() < first.busy_to * 60]
    assert clinic.verified().ok


def test_a_retired_type_is_not_offered_and_what_is_booked_stays(clinic, boss):
    kind = boss.do(appointment_types.add_appointment_type, NEW)
    made = book(clinic, "massage")
    retired = boss.do(appointment_types.retire_appointment_type, kind)
    assert (retired.kind.is_active, retired.coming) == (False, 1)
    desk = clinic.as_("receptie")
    assert "massage" not in {found.code for found in desk.do(agenda.appointment_types)}
    assert "massage" in types(boss)
    with pytest.raises(UserError):
        desk.do(agenda.book, "massage", made.practitioner_id, made.starts_at + timedelta(days=1), who="Bezoek")
    assert stored(boss, made.id) == made
    later = desk.do(agenda.next_free, "intake", count=30)[-1]
    assert desk.do(agenda.move, made.id, later.starts_at, later.practitioner_id).type_code == "massage"
    changed = boss.do(appointment_types.change_appointment_type, replace(retired.kind, duration=45, is_active=True))
    assert not changed.is_active  # a change does not bring it back
    boss.do(appointment_types.revive_appointment_type, changed)
    assert book(clinic, "massage", 3).ends_at
    assert clinic.verified().ok


def test_only_what_is_to_come_is_counted(clinic, boss):
    kind = boss.do(appointment_types.add_appointment_type, NEW)
    gone, cancelled = book(clinic, "massage"), book(clinic, "massage", 9)
    clinic.as_("receptie").do(agenda.cancel, cancelled.id, "client", "geen tijd")
    clinic.clock.moment = gone.starts_at + timedelta(minutes=1)
    assert cancelled.starts_at > clinic.clock.moment
    book(clinic, "massage")
    assert boss.do(appointment_types.retire_appointment_type, kind).coming == 1


@pytest.mark.parametrize("code", sorted(NEEDED))
def test_what_the_program_books_with_stays_in_use(boss, code):
    with pytest.raises(UserError) as refused:
        boss.do(appointment_types.retire_appointment_type, types(boss)[code])
    assert "keep it in use" in refused.value.message
    assert types(boss)[code].is_active


def test_the_list_has_those_in_use_first(boss):
    made = boss.do(appointment_types.add_appointment_type, replace(NEW, duration=5))
    assert list(types(boss)) == ["massage", "advice_call", "follow_up", "intake"]
    boss.do(appointment_types.retire_appointment_type, made)
    assert list(types(boss)) == ["advice_call", "follow_up", "intake", "massage"]


@given(st.integers(8 * 60, 11 * 60), st.integers(1, 240), st.integers(5, 90))
def test_starts_counted_from_each_opening_are_those_of_a_scenario(opens, step, duration):
    kind = replace(NEW, duration=duration, step=step, buffer_after=0, minimum_notice=0, from_opening=True)
    spans = [f"{minute // 60:02}:{minute % 60:02}" for minute in (opens, 12 * 60 + 30, 13 * 60 + 7, 17 * 60)]
    told = {
        "zone": "Europe/Amsterdam", "now": "2026-09-13T00:00:00Z", "from": "2026-09-14", "to": "2026-09-14", "closures": [],
        "type": {"duration": duration, "before": 0, "after": 0, "step": step, "anchor": "open", "notice_minutes": 0},
        "practitioners": [{
            "id": "a", "rules": [{"weekday": 1, "start": a, "end": b, "from": None, "to": None} for a, b in (spans[:2], spans[2:])],
            "overrides": [], "absences": [], "bookings": [],
        }],
    }  # fmt: skip
    calendar = Calendar(Roster("Europe/Amsterdam", [WeeklyRule("a", 0, opens, 12 * 60 + 30), WeeklyRule("a", 0, 13 * 60 + 7, 17 * 60)]))
    found = slots("a", kind.slot, date(2026, 9, 14), date(2026, 9, 14), calendar, datetime(2026, 9, 13, tzinfo=UTC))
    assert found == [free.start for free in read_scenario(told).free()]


def test_a_type_may_begin_when_the_practitioner_does(clinic, boss):
    who = next(user.id for user in boss.do(people.list_practitioners) if user.username == "behandelaar")
    boss.do(roster.set_day, who, date(2026, 9, 21), [(9 * 60 + 10, 12 * 60)])
    made = boss.do(appointment_types.add_appointment_type, replace(NEW, step=30, minimum_notice=0))

    def starts():
        found = clinic.as_("receptie").do(agenda.free_moments, "massage", date(2026, 9, 21), date(2026, 9, 21), who)
        return [f"{offer.starts_at.astimezone(ZoneInfo('Europe/Amsterdam')):%H:%M}" for offer in found]

    assert starts() == ["09:30", "10:00", "10:30", "11:00"]
    boss.do(appointment_types.change_appointment_type, replace(made, from_opening=True))
    assert starts() == ["09:10", "09:40", "10:10", "10:40", "11:10"]
