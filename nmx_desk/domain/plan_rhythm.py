"""How often, when and on which days an item is done or taken, and the week that makes of it. Pure; no weekday is made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Final

from nmx_desk.domain.plans import MOMENTS_OF_DAY, WITH_FOOD_NAMES, Pillar, PlanItem, WithFood
from nmx_desk.i18n import N_

DAY, WEEK = "day", "week"
PER_NAMES: Final = {DAY: N_("a day"), WEEK: N_("a week")}
WEEKDAYS: Final = ("1", "2", "3", "4", "5", "6", "7")
SHORT_DAYS: Final = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
MOST_TIMES: Final = 24
NO_MOMENT: Final = ""


def moments_of(item: PlanItem) -> tuple[str, ...]:
    """Its moments, in the order of the day."""
    chosen = set(item.moments.split())
    return tuple(code for code in MOMENTS_OF_DAY if code in chosen)


def days_of(item: PlanItem) -> tuple[int, ...]:
    """The weekdays it was fixed on, 1 Monday … 7 Sunday; none when it was not."""
    return tuple(int(day) for day in WEEKDAYS if day in item.days.split())


def rhythm_problem(item: PlanItem) -> str | None:
    """The field of the rhythm that does not fit the others, or None."""
    times = item.times if item.times is not None else MOST_TIMES
    wrong = {
        "per": item.per not in PER_NAMES,
        "times": not 1 <= times <= MOST_TIMES,
        "moments": not set(item.moments.split()) <= set(MOMENTS_OF_DAY) or (item.per == DAY and times < len(moments_of(item))),
        "days": not set(item.days.split()) <= set(WEEKDAYS) or (item.per == WEEK and times < len(days_of(item))),
    }
    return next((field for field, bad in wrong.items() if bad), None)


def dose_words(item: PlanItem, t: NullTranslations) -> str:
    """``1,5 mg``, as a language writes it."""
    return " ".join(word for word in (item.dose.replace(".", t.gettext("decimal sign: .")[-1]), item.dose_unit) if word)


def food_words(item: PlanItem, t: NullTranslations) -> str:
    """With food or on an empty stomach, within a sentence; empty when it does not matter."""
    return "" if item.with_food is WithFood.ANY else t.gettext(WITH_FOOD_NAMES[item.with_food]).lower()


def rhythm_words(item: PlanItem, t: NullTranslations) -> str:
    """How much, how often, when, and what was said beside it."""
    often = ""
    if item.times is not None:
        many = t.gettext("{n} × a day") if item.per == DAY else t.gettext("{n} × a week")
        often = many.format(n=item.times)
    moments = [t.gettext(MOMENTS_OF_DAY[code]).lower() for code in moments_of(item)]
    days = [t.gettext(SHORT_DAYS[day - 1]).lower() for day in days_of(item)]
    parts = (dose_words(item, t), often, "/".join(moments), " ".join(days), food_words(item, t), item.frequency, item.timing)
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """An item at one moment: on ``days`` (1–7); ``free``: the client chooses the days. ``times`` at that moment; None: not said."""

    item: PlanItem
    days: frozenset[int]
    times: int | None = None
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class Slot:
    """What is taken at a moment of the day, in the order of the plan; ``moment`` empty: no moment was fixed."""

    moment: str
    intakes: tuple[Intake, ...]


def schedule(items: Iterable[PlanItem]) -> tuple[Slot, ...]:
    """The week of the supplements among some items: every one stands at each of its moments, or under "no moment"."""
    supplements = [item for item in items if item.pillar is Pillar.SUPPLEMENT]
    slots = (
        Slot(moment=moment, intakes=tuple(_intake(item, moment) for item in supplements if moment in (moments_of(item) or (NO_MOMENT,))))
        for moment in (*MOMENTS_OF_DAY, NO_MOMENT)
    )
    return tuple(slot for slot in slots if slot.intakes)


def _intake(item: PlanItem, moment: str) -> Intake:
    days, moments = days_of(item), moments_of(item)
    free = not days and (item.per == WEEK or (item.times is None and not moments))
    times = None
    if item.times is not None and item.per == DAY:
        each, more = divmod(item.times, len(moments) or 1)
        times = each + (bool(moments) and moments.index(moment) < more)
    return Intake(item=item, days=frozenset(days or (() if free else range(1, 8))), times=times, free=free)
