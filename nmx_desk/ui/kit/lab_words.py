"""Lab orders in words: their state as a badge, the day of their last step, what they cost."""

from __future__ import annotations

from datetime import date

from nmx_desk.domain.labs import LAB_STATUS_NAMES, MATERIAL_NAMES, LabOrder, LabStatus, is_late, reached
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_LOOKS = {
    LabStatus.ADVISED: (Hue.NEUTRAL, "message-square"),
    LabStatus.ORDERED: (Hue.INFO, "clipboard-list"),
    LabStatus.KIT_GIVEN: (Hue.INFO, "inbox"),
    LabStatus.SENT: (Hue.INFO, "send"),
    LabStatus.RECEIVED: (Hue.WARN, "download"),
    LabStatus.REVIEWED: (Hue.ACCENT, "eye"),
    LabStatus.DISCUSSED: (Hue.OK, "check"),
    LabStatus.LAPSED: (Hue.NEUTRAL, "ban"),
}
STEP_ICONS = {status: icon for status, (_hue, icon) in _LOOKS.items()}


def lab_badge(order: LabOrder, today: date) -> Badge:
    """Where an order stands, and whether its result is late."""
    name = _(LAB_STATUS_NAMES[order.status])
    if is_late(order, today):
        return Badge(_("{state}, late").format(state=name), Hue.DANGER, "circle-alert")
    return Badge(name, *_LOOKS[order.status])


def about(order: LabOrder) -> str:
    """``RP Labs · Stool``."""
    return " · ".join(filter(None, (order.lab, _(MATERIAL_NAMES[order.material]))))


def since(order: LabOrder) -> str:
    """The day of the last step."""
    steps = reached(order)
    return dates.short(steps[-1][1]) if steps else "–"


def course(order: LabOrder) -> str:
    """Every step with its day, for a tooltip and for who cannot see the badge."""
    told = [_("{state}: {day}").format(state=_(LAB_STATUS_NAMES[status]), day=dates.short(day)) for status, day in reached(order)]
    return "\n".join([*told, *([_("Lapsed: {why}").format(why=order.lapse_reason)] if order.lapse_reason else [])])


def costs(order: LabOrder) -> str:
    """What it costs and when that was told."""
    if order.cost_cents is None:
        return _("costs not told yet")
    amount = "€\N{NO-BREAK SPACE}" + dates.number(order.cost_cents / 100, 2)
    if order.cost_told_on is None:
        return _("{amount}, not told yet").format(amount=amount)
    return _("{amount}, told on {day}").format(amount=amount, day=dates.short(order.cost_told_on))
