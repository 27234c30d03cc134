"""What a goal of a plan can be measured by: a complaint, a standing outcome, a figure of lifestyle (DOMAIN §4 Doel)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from nmx_desk.i18n import N_

COMPLAINT, OUTCOME, LIFESTYLE = "complaint", "outcome", "lifestyle"
OUTCOME_MEASURES: Final = {"calm": N_("Calm, 0–10"), "energy": N_("Energy, 0–10"), "resistance": N_("Resistance, 0–10")}
LIFESTYLE_MEASURES: Final = {
    "nutrition": N_("Food, 0–10"), "vegetables": N_("Vegetables, grams a day"), "alcohol": N_("Alcohol, glasses a week"),
    "caffeine": N_("Caffeine, cups a day"), "sleep_half_hours": N_("Sleep, hours a night"), "sleep_quality": N_("Quality of sleep, 0–10"),
    "exercise": N_("Exercise, minutes a week"), "stress": N_("Stress, 0–10"),
}  # fmt: skip
MORE_IS_BETTER: Final = frozenset({
    *(f"{OUTCOME}:{name}" for name in OUTCOME_MEASURES), *(f"{LIFESTYLE}:{name}" for name in ("nutrition", "vegetables", "sleep_quality")),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure of a client: ``code`` as in ``PlanGoal.measure``, its name in the reader's language, its last value as decimal text."""

    code: str
    name: str
    value: str = ""
    on: date | None = None
