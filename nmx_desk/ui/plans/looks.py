"""How plans are worded: badges, icons of the pillars, an item's dose and rhythm, what changed."""

from __future__ import annotations

from datetime import date, datetime

from nmx_desk.domain.plan_changes import FieldChange
from nmx_desk.domain.plan_rules import Cautions
from nmx_desk.domain.plans import (
    AIM_NAMES,
    ITEM_STATUS_NAMES,
    PILLAR_NAMES,
    PLAN_STATUS_NAMES,
    RESPONSIBLE_NAMES,
    STOP_REASON_NAMES,
    ItemStatus,
    PlanItem,
    PlanStatus,
    StopReason,
)
from nmx_desk.i18n import _, language
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_PLAN = {
    PlanStatus.DRAFT: (Hue.NEUTRAL, "pencil"),
    PlanStatus.DISCUSSED: (Hue.INFO, "message-square"),
    PlanStatus.ACTIVE: (Hue.OK, "circle-check"),
    PlanStatus.COMPLETED: (Hue.NEUTRAL, "square-check-big"),
    PlanStatus.STOPPED: (Hue.WARN, "ban"),
    PlanStatus.REPLACED: (Hue.NEUTRAL, "history"),
}
_ITEM = {
    ItemStatus.PLANNED: (Hue.NEUTRAL, "circle-dashed"), ItemStatus.ACTIVE: (Hue.OK, "play"), ItemStatus.PAUSED: (Hue.WARN, "hourglass"),
    ItemStatus.COMPLETED: (Hue.NEUTRAL, "check"), ItemStatus.STOPPED: (Hue.DANGER, "ban"),
}  # fmt: skip


def plan_badge(status: PlanStatus) -> Badge:
    """State of a plan or version."""
    return Badge(_(PLAN_STATUS_NAMES[status]), *_PLAN[status])


def item_badge(item: PlanItem) -> Badge:
    """State of an item, with why it was stopped."""
    text = _(ITEM_STATUS_NAMES[item.status])
    if item.stop_reason in STOP_REASON_NAMES:
        text = _("{state}: {reason}").format(state=text, reason=_(STOP_REASON_NAMES[StopReason(item.stop_reason)]).lower())
    return Badge(text, *_ITEM[item.status])


def dose_of(item: PlanItem) -> str:
    """``1,5 mg``, as the language in use writes it."""
    return f"{item.dose.replace('.', ',') if language() == 'nl' else item.dose} {item.dose_unit}".strip()


def rhythm_of(item: PlanItem) -> str:
    """How much, how often, when."""
    return ", ".join(part for part in (dose_of(item), item.frequency, item.timing) if part)


def told(cautions: Cautions) -> str:
    """Why every item is checked first, as one sentence."""
    why = [_("medication: {text}").format(text=cautions.medication)] if cautions.medication else []
    why += [_("a minor")] if cautions.is_minor else []
    why += [_("a special situation in the red-flag check")] if cautions.special else []
    return _("Check every item first: {why}.").format(why="; ".join(why))


def shown(change: FieldChange, value: str | int | date | None) -> str:
    """One side of a change in words."""
    names: dict[str, dict[str, str]] = {
        "pillar": {str(key): name for key, name in PILLAR_NAMES.items()},
        "aim": {str(key): name for key, name in AIM_NAMES.items()},
        "responsible": {str(key): name for key, name in RESPONSIBLE_NAMES.items()},
    }
    if isinstance(value, date) and not isinstance(value, datetime):
        return dates.short(value)
    if value is None or value == "":
        return "–"
    return _(names[change.field][str(value)]) if change.field in names else str(value)
