"""A life on one line: where things lie on it, so that no name covers another; and re-dating that keeps how precise a date is.

Pure: lengths are pixels or points, whoever draws gives them a measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from nmx_desk.domain import partial_dates
from nmx_desk.domain.history import EventRole
from nmx_desk.i18n import N_

OLDEST = date(partial_dates.OLDEST_YEAR, 1, 1)
SHORTEST = 60
"""Days in sight at the nearest."""
DAY = timedelta(days=1)


class Lane(StrEnum):
    """A strip of the line of a life: one for each role of an event, and for what stands elsewhere in the file."""

    ANTECEDENT = "antecedent"
    TRIGGER = "trigger"
    MEDIATOR = "mediator"
    EVENT = "event"
    HISTORY = "history"
    COMPLAINT = "complaint"
    PLAN = "plan"


LANE_NAMES = {
    Lane.ANTECEDENT: N_("Antecedents"),
    Lane.TRIGGER: N_("Triggers"),
    Lane.MEDIATOR: N_("Mediators"),
    Lane.EVENT: N_("Events"),
    Lane.HISTORY: N_("Diagnoses and operations"),
    Lane.COMPLAINT: N_("Complaints"),
    Lane.PLAN: N_("Plan"),
}
ROLE_LANES = {role: Lane(role.value) for role in EventRole}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something on the line: ``first`` to ``last`` its beginning as precise as it is known, ``until`` the last day it goes on.

    ``open``: it goes on today. ``ending``: the first day on which it can have ended, where that is not known to the day.
    """

    key: str
    lane: Lane
    name: str
    first: date
    last: date
    until: date | None = None
    ending: date | None = None
    open: bool = False


# -- how precise -------------------------------------------------------------------------------------------------------------------------


def entry_of(key: str, lane: Lane, name: str, began: str, until: str, born: date | None) -> Entry | None:
    """Something with partial dates, on the line; None where nobody can say when it began."""
    found = partial_dates.span(began, born)
    if found is None:
        return None
    over = partial_dates.span(until, born)
    made = Entry(key=key, lane=lane, name=name, first=found[0], last=found[1])
    return made if over is None else replace(made, until=max(over[1], found[1]), ending=max(over[0], found[0]))


def middle(partial: str, born: date | None) -> date | None:
    """The middle of what a partial date can mean."""
    found = partial_dates.span(partial, born)
    return None if found is None else found[0] + (found[1] - found[0]) // 2


def as_precise(like: str, day: date, born: date | None) -> str:
    """The partial date, as precise as ``like``, that holds a day: its year, month, the day itself, or the age on it."""
    if partial_dates.age_in(like) is not None and born is not None:
        return f"a{max(day.year - born.year - (partial_dates.birthday(born, day.year - born.year) > day), 0)}"
    return {4: f"{day:%Y}", 7: f"{day:%Y-%m}"}.get(len(like), f"{day:%Y-%m-%d}")


def moved(began: str, ended: str, day: date, born: date | None, today: date) -> tuple[str, str]:
    """A beginning and an end, re-dated so that the beginning holds ``day``: as precise as they were, as long, in one life."""
    was = middle(began, born)
    if was is None:
        return began, ended
    day = min(max(day, born or OLDEST), today)
    until = middle(ended, born)
    if until is None:
        return as_precise(began, day, born), ended
    later = min(max(until + (day - was), day), today)
    return as_precise(began, day, born), as_precise(ended, later, born)


def stepped(began: str, ended: str, by: int, born: date | None, today: date) -> tuple[str, str]:
    """A beginning and an end, later by so many days, months, years or years of age, whichever it is known in."""
    found, was = partial_dates.span(began, born), middle(began, born)
    if found is None or was is None:
        return began, ended
    wide = (found[1] - found[0]).days + 1
    day = was
    for _step in range(abs(by)):
        day = day + timedelta(days=wide if by > 0 else -wide)
        if wide > 1:  # the middle again: months and years are not equally long
            day = middle(as_precise(began, min(max(day, born or OLDEST), today), born), born) or day
    return moved(began, ended, day, born, today)


# -- the line ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """Days from ``first`` to ``last`` over ``width`` from ``left``."""

    first: date
    last: date
    left: float
    width: float

    @property
    def days(self) -> int:
        """How many, one at least."""
        return max((self.last - self.first).days, 1)

    def x(self, day: date) -> float:
        """Where a day begins."""
        return self.left + self.width * (day - self.first).days / self.days

    def day(self, x: float) -> date:
        """The day that lies there, also beyond both ends."""
        shift = round((x - self.left) / max(self.width, 1.0) * self.days)
        return date.fromordinal(min(max(self.first.toordinal() + shift, 1), date.max.toordinal()))

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    def zoomed(self, factor: float, x: float, whole: tuple[date, date]) -> Scale:
        """Nearer (factor under 1) or further, with what lies at ``x`` staying there; never more than the whole."""
        most = max((whole[1] - whole[0]).days, 1)
        days = min(max(round(self.days * factor), min(SHORTEST, most)), most)
        share = min(max((x - self.left) / max(self.width, 1.0), 0.0), 1.0)
        return self._within(self.day(x).toordinal() - round(days * share), days, whole)

    def panned(self, days: int, whole: tuple[date, date]) -> Scale:
        """As near as it is, with other days in sight."""
        return self._within(self.first.toordinal() + days, self.days, whole)

    def _within(self, first: int, days: int, whole: tuple[date, date]) -> Scale:
        start = max(min(first, whole[1].toordinal() - days), whole[0].toordinal())
        return replace(self, first=date.fromordinal(start), last=date.fromordinal(start + days))


def ticks(scale: Scale, least: float) -> list[date]:
    """First days of the years, or months where one is near enough, at least so far apart."""
    for months in (1, 3, 6, 12, 24, 60, 120, 240, 600):
        if scale.width * months * 30.4 / scale.days >= least:
            break
    found, at = [], scale.first.year * 12 if months < 12 else scale.first.year // (months // 12) * months
    while (day := date(at // 12, at % 12 + 1, 1)) <= scale.last:
        if day >= scale.first:
            found.append(day)
        at += months
    return found


# -- where things lie --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where an entry lies in its lane: its bar and its name in ``row``, from and to; ``inside``: the name stands on the bar."""

    entry: Entry
    row: int
    bar: tuple[float, float]
    label: tuple[float, float]
    inside: bool = False

    @property
    def box(self) -> tuple[float, float]:
        """What it takes of its row."""
        return min(self.bar[0], self.label[0]), max(self.bar[1], self.label[1])


def place(
    entries: Iterable[Entry], scale: Scale, measure: Callable[[str], float], *, sign: float, gap: float, most: float
) -> list[Place]:  # fmt: skip
    """Every entry in sight, lane by lane: names beside their bar or on it, none over another, in as few rows as that takes.

    ``sign``: least length of a bar; ``gap``: between bar and name, and between two in a row; ``most``: longest name, in length.
    """
    found = []
    for lane in Lane:
        mine = [_lie(one, scale, measure, sign, gap, most) for one in entries if one.lane is lane and _in_sight(one, scale)]
        ends: list[float] = []
        for one in sorted(mine, key=lambda one: (one.box[0], one.box[1], one.entry.key)):
            row = next((n for n, end in enumerate(ends) if end + gap <= one.box[0]), len(ends))
            ends[row:row + 1] = [one.box[1]]
            found.append(replace(one, row=row))
    return found


def _in_sight(one: Entry, scale: Scale) -> bool:
    return one.first <= scale.last and (one.until or one.last) >= scale.first


def _lie(one: Entry, scale: Scale, measure: Callable[[str], float], sign: float, gap: float, most: float) -> Place:
    start = max(scale.x(one.first), scale.left)
    end = min(scale.x((one.until or one.last) + DAY), scale.right)
    if end - start < sign:
        start = min(max((start + end - sign) / 2, scale.left), scale.right - sign)
        end = start + sign
    wide = min(measure(one.name), most)
    if one.until is not None and end - start >= wide + 2 * gap:
        sure = min(max(scale.x(one.last + DAY), start), end)  # where it has begun for certain, if there is room
        at = (sure if end - sure >= wide + 2 * gap else start) + gap
        return Place(one, 0, (start, end), (at, at + wide), inside=True)
    after, before = scale.right - end - gap, start - gap - scale.left
    if after >= wide or after >= before:
        return Place(one, 0, (start, end), (end + gap, end + gap + min(wide, max(after, 0.0))) if after > 0 else (end, end))
    wide = min(wide, before)
    return Place(one, 0, (start, end), (start - gap - wide, start - gap))


def rows_of(places: Sequence[Place]) -> dict[Lane, int]:
    """How many rows each lane takes; of lanes in which nothing is in sight there is none."""
    found: dict[Lane, int] = {}
    for one in places:
        found[one.entry.lane] = max(found.get(one.entry.lane, 0), one.row + 1)
    return {lane: found[lane] for lane in Lane if lane in found}
