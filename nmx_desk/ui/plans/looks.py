"""How plans are worded: badges, icons of the pillars, an item's dose and rhythm, what changed."""

from __future__ import annotations

from datetime import date, datetime

from nmx_desk.domain.measures import COMPLAINT, LIFESTYLE, LIFESTYLE_MEASURES, OUTCOME, OUTCOME_MEASURES
from nmx_desk.domain.plan_changes import FieldChange
from nmx_desk.domain.plan_rhythm import PER_NAMES, SHORT_DAYS, rhythm_words
from nmx_desk.domain.plan_rules import Cautions
from nmx_desk.domain.plans import (
    AIM_NAMES,
    GOAL_RESULT_NAMES,
    ITEM_STATUS_NAMES,
    MOMENTS_OF_DAY,
    PILLAR_NAMES,
    PLAN_STATUS_NAMES,
    RESPONSIBLE_NAMES,
    STOP_REASON_NAMES,
    WITH_FOOD_NAMES,
    GoalResult,
    ItemStatus,
    PlanItem,
    PlanStatus,
    StopReason,
)
from nmx_desk.i18n import _, language, translator
from nmx_desk.services.scores import ScoreSheet
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


_GOAL = {
    GoalResult.OPEN: (Hue.NEUTRAL, "circle-dashed"), GoalResult.REACHED: (Hue.OK, "circle-check"),
    GoalResult.PARTLY: (Hue.INFO, "circle-dot"), GoalResult.NOT_REACHED: (Hue.WARN, "circle-x"),
    GoalResult.NOT_APPLICABLE: (Hue.NEUTRAL, "minus"),
}  # fmt: skip


def goal_badge(result: GoalResult) -> Badge:
    """What became of a goal."""
    return Badge(_(GOAL_RESULT_NAMES[result]), *_GOAL[result])


def plan_badge(status: PlanStatus) -> Badge:
    """State of a plan or version."""
    return Badge(_(PLAN_STATUS_NAMES[status]), *_PLAN[status])


def item_badge(item: PlanItem) -> Badge:
    """State of an item, with why it was stopped."""
    text = _(ITEM_STATUS_NAMES[item.status])
    if item.stop_reason in STOP_REASON_NAMES:
        text = _("{state}: {reason}").format(state=text, reason=_(STOP_REASON_NAMES[StopReason(item.stop_reason)]).lower())
    return Badge(text, *_ITEM[item.status])


def rhythm_of(item: PlanItem) -> str:
    """How much, how often, when."""
    return rhythm_words(item, translator(language()))


def figure(value: str) -> str:
    """Decimal text as the language in use writes it."""
    return value.replace(".", _("decimal sign: .")[-1])


def measure_of(code: str, scores: ScoreSheet) -> str:
    """What a goal's figure is called; a complaint in the client's own words."""
    kind, _colon, name = code.partition(":")
    if kind == COMPLAINT:
        return next((one.complaint.words for one in scores.complaints if one.complaint.id == name), "")
    words = {OUTCOME: OUTCOME_MEASURES, LIFESTYLE: LIFESTYLE_MEASURES}.get(kind, {}).get(name, "")
    return _(words) if words else ""


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
        "with_food": {str(key): name for key, name in WITH_FOOD_NAMES.items()},
        "per": dict(PER_NAMES),
    }
    listed: dict[str, dict[str, str]] = {
        "moments": MOMENTS_OF_DAY,
        "days": {str(number): name for number, name in enumerate(SHORT_DAYS, 1)},
    }
    if isinstance(value, date) and not isinstance(value, datetime):
        return dates.short(value)
    if change.field in listed and value:
        return " ".join(_(listed[change.field][code]).lower() for code in str(value).split())
    if change.field in {"baseline", "target", "dose"} and value:
        return figure(str(value))
    if value is None or (value == "" and change.field not in names):
        return "–"
    return _(names[change.field][str(value)]) if change.field in names else str(value)
