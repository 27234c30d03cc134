"""The demo clinic in numbers (DOMAIN §7): how many ask, when, how it goes on, how complaints develop. All of them are proposals."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from nmx_desk.domain.requests import Source
from nmx_desk.services.demo.office import wall

MONTHS: Final = {1: 1.35, 7: 0.75, 8: 0.75, 9: 1.2, 12: 0.85}
WEEKDAYS: Final = (1.35, 1.1, 1.05, 1.0, 0.85, 0.75, 0.9)
HOURS: Final = (*[0.3] * 1, *[0.1] * 5, 0.3, 0.7, 1, 1.3, 1.3, 1.1, 1.2, 1, 1, 1, 1, 1.2, 1.2, 1.6, 2.8, 3, 2.6, 1.2)
SOURCES: Final = {Source.WEBSITE: 78, Source.PHONE: 14, Source.EMAIL: 5, Source.DESK: 2, Source.REFERRAL: 1}

DUPLICATE, INVALID = 0.04, 0.03
REACHED = 0.895
BOOKED_OF_REACHED = 0.8955
CALL_NO_SHOW, CALL_CANCELLED = 0.065, 0.05
TAKEN_UP_AGAIN = 0.25
MOVED = 0.05
FIRST_ATTEMPT_HOURS, FIRST_ATTEMPT_SPREAD = 4.2, 1.4  # working hours, lognormal: median 5 with the wait for the import, P90 26
OUTCOMES: Final = {"intake_booked": 58, "referred_gp": 6, "call_later": 14, "not_fitting": 5, "declines": 6, "information_only": 8}
RED_FLAG = 0.08
FLAG_OPEN = 0.55  # not yet seen by a doctor
INTAKE_HELD, INTAKE_NO_SHOW = 0.945, 0.025
NOTE_ON_TIME = 0.92
NO_SHOW, CANCELLED = 0.05, 0.04
STOPS_EARLY = 0.15
FOLLOW_UPS: Final = {0: 2, 1: 4, 2: 9, 3: 15, 4: 21, 5: 21, 6: 17, 7: 11}  # planned; 3.4 held is what the 24 months leave of it
BASELINE, BASELINE_SPREAD = 6.6, 1.6
STEP = 0.7
UNCHANGED, WORSE = 0.22, 0.08
PRIOR_TESTS, PRIOR_NORMAL = 0.72, 0.80

COMPLAINTS: Final = {
    "fatigue": 78, "stress_sensitive": 52, "sleep": 49, "brain_fog": 46, "body_on": 42, "hormonal": 37, "mood": 34, "skin": 33,
    "headache": 31, "infections": 24, "energy_regulation": 21, "slow_recovery": 18,
}  # fmt: skip
MENTAL: Final = frozenset({"stress_sensitive", "sleep", "brain_fog", "body_on", "mood"})
NO_MENTAL = 0.22
GUT: Final = {("bloating", "changing_stool"): 23, ("bloating",): 41, ("changing_stool",): 24, (): 12}


@dataclass(frozen=True)
class Pace:
    """How fast the stories go, in days: the small clinic has weeks for what takes the full one months.

    ``recent``: so many days are told step by step, with who looked at what; those before in short. ``rush``: how many times as many ask
    in the last four days, so that the small one has work waiting.
    """

    months: int
    days: int
    requests: int
    intake_lead: tuple[int, int]
    gap: float
    gap_spread: float
    gap_bounds: tuple[int, int]
    recent: int
    rush: int = 1


PACES: Final = {
    "small": Pace(0, 45, 48, (1, 4), 9.0, 0.2, (6, 14), recent=60, rush=3),
    "full": Pace(24, 0, 2160, (4, 18), 40.0, 0.22, (28, 60), recent=21),
}


def choose(rng: random.Random, weights: dict[str, int]) -> str:
    """One of the keys, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def arrivals(rng: random.Random, first: date, last: date, pace: Pace) -> list[datetime]:
    """When the requests come in, in order: more in January and September, on Mondays and in the evening."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    late = last - timedelta(days=4)
    weights = [MONTHS.get(day.month, 1.0) * WEEKDAYS[day.weekday()] * (pace.rush if day >= late else 1) for day in days]
    chosen = rng.choices(days, weights, k=pace.requests)
    return sorted(wall(day, rng.choices(range(24), HOURS)[0] * 60 + rng.uniform(0, 60)) for day in chosen)


def complaints(rng: random.Random, sex: str) -> list[str]:
    """Codes of 2 to 9 complaints, the worst first."""
    while True:
        gut = rng.choices(list(GUT), list(GUT.values()))[0]
        mental = rng.random() >= NO_MENTAL
        found = list(gut)
        for code, percent in COMPLAINTS.items():
            share = percent / 100
            if code == "hormonal":
                share = 0.46 if sex == "f" else 0.15
            if code in MENTAL:
                share = share / (1 - NO_MENTAL) if mental else 0
            if rng.random() < share:
                found.append(code)
        if 2 <= len(found) <= 9:
            rng.shuffle(found)
            return found


def years_ago(rng: random.Random) -> float:
    """How long complaints have lasted: lognormal, median 3.5 years."""
    return min(rng.lognormvariate(math.log(3.5), 0.8), 30)


def gap(rng: random.Random, pace: Pace) -> int:
    """Days until the next contact."""
    low, high = pace.gap_bounds
    return round(min(max(rng.lognormvariate(math.log(pace.gap), pace.gap_spread), low), high))


@dataclass(frozen=True)
class Course:
    """How somebody's complaints develop: points a contact (negative is better)."""

    step: float

    @classmethod
    def of(cls, rng: random.Random) -> Course:
        """22 % stay as they are, 8 % get worse, the others get better: 0.7 points a contact over all of them."""
        chance = rng.random()
        return cls(0.0 if chance < UNCHANGED else 0.5 if chance < UNCHANGED + WORSE else -STEP)

    def at(self, rng: random.Random, baseline: int, contact: int) -> int:
        """The score at a contact; 0 is the intake."""
        noise = rng.gauss(0, 0.6 if contact else 0.4)
        return min(max(round(baseline + self.step * contact * (1.4 if self.step < 0 else 1) + noise), 0), 10)


def baseline(rng: random.Random) -> int:
    """First score of a complaint."""
    return min(max(round(rng.gauss(BASELINE, BASELINE_SPREAD)), 1), 10)
