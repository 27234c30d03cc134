"""What is asked about food, sleep, exercise and stress, wherever it is asked."""

from __future__ import annotations

from typing import Any

from nmx_desk.domain.history import LIFESTYLE_BOUNDS, SMOKING_NAMES, LifestyleMeasurement
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.form import Field

LONGEST_NIGHT = 32  # half hours that the list of nights offers


def lifestyle_fields() -> list[Field]:
    """What is asked, pillar by pillar; everything may stay empty."""

    def number(name: str, label: str, help_: str = "") -> Field:
        least, most = LIFESTYLE_BOUNDS[name]
        return Field(name=name, label=label, kind="int", least=least, most=most, help=help_)

    nights = [(half, hours(half)) for half in range(LONGEST_NIGHT + 1)]
    return [
        number("nutrition", _("Food, 0–10"), _("10 is good.")),
        number("vegetables", _("Vegetables"), _("Grams a day.")),
        Field(name="pattern", label=_("Eating pattern"), max_length=300, span=0),
        number("alcohol", _("Alcohol"), _("Glasses a week.")),
        number("caffeine", _("Caffeine"), _("Cups a day.")),
        Field(name="sleep_half_hours", label=_("Sleep"), kind="choice", options=nights, help=_("Hours a night.")),
        number("sleep_quality", _("Quality of sleep, 0–10"), _("10 is good.")),
        number("exercise", _("Exercise"), _("Minutes a week.")),
        number("stress", _("Stress, 0–10"), _("10 is worst.")),
        Field(name="smoking", label=_("Smoking"), kind="choice", options=[(one, _(name)) for one, name in SMOKING_NAMES.items()]),
    ]


def told_of(values: dict[str, Any]) -> LifestyleMeasurement:
    """A measurement from the fields' values."""
    return LifestyleMeasurement(**(values | {"pattern": values["pattern"] or ""}))


def hours(half: int) -> str:
    """Half hours as hours: 7, or 7,5."""
    return dates.number(half / 2, half % 2)
