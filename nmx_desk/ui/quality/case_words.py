"""Deadlines and grades as words with an icon and a hue."""

from __future__ import annotations

from datetime import date

from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, GRADE_NAMES, DeviationStatus, Grade
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

SOON = 14
"""Days before a deadline from which it stands out."""
_S = DeviationStatus
_LOOKS = {
    _S.OPEN: (Hue.WARN, "circle-dot"),
    _S.CORRECTION: (Hue.INFO, "square-pen"),
    _S.CAUSE: (Hue.INFO, "search"),
    _S.ACTION: (Hue.INFO, "clipboard-list"),
    _S.DONE: (Hue.ACCENT, "clipboard-check"),
    _S.TESTED: (Hue.ACCENT, "eye"),
    _S.CLOSED: (Hue.OK, "circle-check"),
    _S.REOPENED: (Hue.DANGER, "repeat"),
}
_GRADES = {
    Grade.MAJOR: (Hue.DANGER, "octagon-alert"),
    Grade.MINOR: (Hue.WARN, "triangle-alert"),
    Grade.OBSERVATION: (Hue.INFO, "eye"),
    Grade.OPPORTUNITY: (Hue.ACCENT, "trending-up"),
    Grade.STRENGTH: (Hue.OK, "thumbs-up"),
}


def due_badge(due_on: date | None, today: date) -> Badge | None:
    """How long there is still, or how long it is late; None without a deadline."""
    if due_on is None:
        return None
    days = (due_on - today).days
    if days < 0:
        return Badge(ngettext("{n} day late", "{n} days late", -days).format(n=-days), Hue.DANGER, "circle-alert")
    if days == 0:
        return Badge(_("today"), Hue.WARN, "bell")
    return Badge(ngettext("{n} day left", "{n} days left", days).format(n=days), Hue.WARN if days <= SOON else Hue.NEUTRAL, "clock")


def status_badge(status: DeviationStatus) -> Badge:
    """Where a nonconformity stands."""
    return Badge(_(DEVIATION_STATUS_NAMES[status]), *_LOOKS[status])


def grade_badge(grade: Grade) -> Badge:
    """How heavy it weighs."""
    return Badge(_(GRADE_NAMES[grade]), *_GRADES[grade])
