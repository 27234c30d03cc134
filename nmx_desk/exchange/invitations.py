"""Appointments as iCalendar text: the invitation or cancellation that goes along with a mail, and an agenda that is handed out (AGENDA §4).

Every text says its time zones itself (VTIMEZONE), so that a calendar that does not know their names shows the right hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

PRODUCT = "-//NMX Desk//Agenda//EN"
REQUEST, CANCEL = "REQUEST", "CANCEL"
"""What an invitation asks of a calendar (RFC 5546)."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """An appointment for somebody else's calendar; only what may be read there.

    ``uid`` stays the same for as long as it is the same appointment, ``sequence`` counts its changes; ``stamp`` is when this was made.
    Names and addresses of organiser and attendee may be empty: then neither is named.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    zone: str
    title: str
    stamp: datetime
    text: str = ""
    place: str = ""
    organiser: str = ""
    organiser_address: str = ""
    attendee: str = ""
    attendee_address: str = ""
    cancelled: bool = False
    private: bool = True


def get_ready() -> None:
    """Import the library beside other work, so that nobody who books waits for it."""
    import icalendar  # noqa: F401


def invitation(event: CalendarEvent) -> str:
    """The text that goes along with a mail: METHOD:REQUEST, or METHOD:CANCEL of an event that is cancelled."""
    return calendar_text([event], method=CANCEL if event.cancelled else REQUEST)


def calendar_text(events: Sequence[CalendarEvent], *, method: str = "", name: str = "") -> str:
    """A whole calendar with these events and the time zones they are in; ``method`` only for what is sent to somebody."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    _add_zones(calendar, events)
    for event in events:
        calendar.add_component(component(event))
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def component(event: CalendarEvent) -> Event:
    """One event, in the wall time of its zone where that says which moment is meant, else in UTC."""
    from icalendar import Event

    made, zone = Event(), _UTC if _is_unclear(event) else ZoneInfo(event.zone)
    made.add("uid", event.uid)
    made.add("dtstamp", event.stamp.astimezone(UTC))
    made.add("dtstart", event.start.astimezone(zone))
    made.add("dtend", event.end.astimezone(zone))
    made.add("sequence", event.sequence)
    made.add("summary", event.title)
    for key, value in (("description", event.text), ("location", event.place)):
        if value:
            made.add(key, value)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    if event.private:
        made.add("class", "PRIVATE")
    _add_people(made, event)
    return made


def _is_unclear(event: CalendarEvent) -> bool:
    """Whether a wall time would not do: in the hour that comes twice only UTC says which is meant."""
    walls = [instant.astimezone(ZoneInfo(event.zone)) for instant in (event.start, event.end)]
    return any(wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset() for wall in walls)


def _add_people(made: Event, event: CalendarEvent) -> None:
    from icalendar import vCalAddress, vText

    if event.organiser_address:
        who = vCalAddress(f"mailto:{event.organiser_address}")
        who.params["CN"] = vText(_one_line(event.organiser or event.organiser_address))
        made.add("organizer", who, encode=False)
    if event.attendee_address:
        who = vCalAddress(f"mailto:{event.attendee_address}")
        who.params.update({
            "CN": vText(_one_line(event.attendee or event.attendee_address)), "ROLE": vText("REQ-PARTICIPANT"),
            "PARTSTAT": vText("ACCEPTED"), "RSVP": vText("FALSE"),
        })  # fmt: skip
        made.add("attendee", who, encode=False)


def _one_line(text: str) -> str:
    """A name as a parameter can hold it: no control characters, no double quotes."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable()).replace('"', "'")


# -- time zones --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Turn:
    """A change of the clock: the wall time before it at which it happens, and the offsets around it."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def summer(self) -> bool:
        """Whether the clock goes forward: so calendars take it, also where the law calls it the other way round (Morocco, Ireland)."""
        return self.after > self.before

    @property
    def rule(self) -> tuple[int, int, int]:
        """Month, which of its weekdays (−1: the last) and weekday."""
        last = (self.wall + timedelta(days=7)).month != self.wall.month
        return self.wall.month, -1 if last else (self.wall.day - 1) // 7 + 1, self.wall.weekday()


def _add_zones(calendar: Calendar, events: Iterable[CalendarEvent]) -> None:
    spans: dict[str, list[int]] = {}
    for event in events:
        spans.setdefault(event.zone, []).extend((event.start.year, event.end.year))
    for zone, years in sorted(spans.items()):
        if zone not in {"UTC", "Etc/UTC"}:
            calendar.add_component(time_zone(zone, min(years) - 1, max(years) + 1))


def time_zone(zone: str, first: int, last: int) -> Timezone:
    """A time zone as it is in these years: yearly rules where its changes follow one, else each change of its own."""
    from icalendar import Timezone

    made = Timezone()
    made.add("tzid", zone)
    turns = _turns(zone, first, last)
    if not turns:
        start = datetime(first, 1, 1, tzinfo=ZoneInfo(zone))
        offset = start.utcoffset() or timedelta()
        made.add_component(_observance(_Turn(start.replace(tzinfo=None), offset, offset, str(start.tzname()))))
    for _summer, group in groupby(sorted(turns, key=lambda turn: (turn.summer, turn.wall)), key=lambda turn: turn.summer):
        found = list(group)
        if _is_yearly(found, last - first + 1):
            made.add_component(_observance(found[0], found[0].rule))
        else:
            for turn in found:
                made.add_component(_observance(turn))
    return made


def _is_yearly(turns: Sequence[_Turn], years: int) -> bool:
    """Whether these changes are one a year, on the same weekday of the month, at the same hour and by the same offsets."""
    told = {(turn.rule, turn.wall.time(), turn.before, turn.after, turn.name) for turn in turns}
    return len(told) == 1 and len(turns) == years


def _observance(turn: _Turn, rule: tuple[int, int, int] | None = None) -> TimezoneDaylight | TimezoneStandard:
    from icalendar import TimezoneDaylight, TimezoneStandard

    made = TimezoneDaylight() if turn.summer else TimezoneStandard()
    made.add("dtstart", turn.wall)
    made.add("tzoffsetfrom", turn.before)
    made.add("tzoffsetto", turn.after)
    made.add("tzname", turn.name)
    if rule:
        month, which, weekday = rule
        made.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{which}{_DAYS[weekday]}"})
    return made


@lru_cache(maxsize=64)
def _turns(zone: str, first: int, last: int) -> tuple[_Turn, ...]:
    """Changes of the clock in these years, in order of time."""
    info, found = ZoneInfo(zone), []
    day = datetime(first, 1, 1, tzinfo=UTC)
    while day.year <= last:
        then = day + timedelta(days=1)
        if day.astimezone(info).utcoffset() != then.astimezone(info).utcoffset():
            found.append(_turn(info, day))
        day = then
    return tuple(found)


def _turn(info: ZoneInfo, day: datetime) -> _Turn:
    """The change within the UTC day that begins here."""
    before = day.astimezone(info).utcoffset() or timedelta()
    low, high = 0, 1440
    while high - low > 1:
        middle = (low + high) // 2
        same = (day + timedelta(minutes=middle)).astimezone(info).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    wall = (day + timedelta(minutes=high)).astimezone(info)
    after = wall.utcoffset() or timedelta()
    at = (day + timedelta(minutes=high) + before).replace(tzinfo=None)
    return _Turn(at, before, after, str(wall.tzname()))


def zone_words(instant: datetime, zone: str) -> str:
    """The zone of a time for people: its name and how far it is from UTC then, such as “Europe/Amsterdam, UTC+1”."""
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "−" if offset < timedelta() else "+"
    return f"{zone}, UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
