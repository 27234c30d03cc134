"""Calendar files made up by chance, and when they say somebody is busy by another library than ours."""

from __future__ import annotations

import warnings
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from nmx_desk.domain.intervals import merge

HOME = "Europe/Amsterdam"
LOCAL = ZoneInfo(HOME)
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")


def instant(text, zone=LOCAL):
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


FIRST, LAST = instant("2000-01-01"), instant("2031-01-01")


def events(*bodies):
    """Text of a calendar with these events (without their BEGIN and END), or components as they are."""
    parts = [body if body.startswith("BEGIN") else f"BEGIN:VEVENT\n{body}\nEND:VEVENT" for body in (body.strip() for body in bodies)]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).replace("\n", "\r\n").encode()


def some_event(rng, n):
    zone = rng.choice(("Europe/Amsterdam", "America/New_York", "Asia/Tokyo", "UTC", ""))
    start = datetime.fromisoformat("2018-01-01T06:00") + timedelta(days=rng.randrange(4000), minutes=15 * rng.randrange(56))
    head = f"DTSTART;TZID={zone}:" if zone not in {"", "UTC"} else "DTSTART:"
    lines = [f"UID:{n}", f"{head}{start:%Y%m%dT%H%M%S}{'Z' * (zone == 'UTC')}", f"DURATION:PT{rng.randrange(15, 240)}M"]
    if rng.random() < 0.3:
        lines[1:] = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{start + timedelta(days=rng.randint(1, 4)):%Y%m%d}"]
    if rng.random() < 0.5:
        lines.append(f"RRULE:FREQ={rng.choice(FREQUENCIES[:4])};INTERVAL={rng.randint(1, 3)};COUNT={rng.randint(1, 60)}")
    if rng.random() < 0.2:
        lines.append(rng.choice(("TRANSP:TRANSPARENT", "STATUS:CANCELLED", "STATUS:TENTATIVE", "TRANSP:OPAQUE")))
    return "\n".join(lines)


def by_another_library(text):
    def seconds(when):
        moment = when if isinstance(when, datetime) else datetime.combine(when, time())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).timestamp())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        all_of_them = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2017, 1, 1), (2040, 1, 1))
    busy = [one for one in all_of_them if one.get("TRANSP") != "TRANSPARENT" and one.get("STATUS") != "CANCELLED"]
    found = [(seconds(one.start), seconds(one.end)) for one in busy]
    return merge((max(begin, FIRST), min(end, LAST)) for begin, end in found)
