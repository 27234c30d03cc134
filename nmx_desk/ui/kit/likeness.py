"""Why somebody may be the same person, as every page shows it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.likeness import Likeness
from nmx_desk.i18n import _
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, holder
from nmx_desk.ui.theme import Hue

_LOOKS = {"strong": (Hue.WARN, "users-round"), "likely": (Hue.WARN, "circle-help"), "weak": (Hue.NEUTRAL, "circle-help")}


def likeness_look(likeness: Likeness) -> tuple[Hue, str]:
    """Hue and icon of how surely."""
    return _LOOKS[likeness.strength]


def likeness_badge(likeness: Likeness) -> StateBadge:
    """How surely."""
    return StateBadge(likeness.title, *likeness_look(likeness))


def likeness_lines(likeness: Likeness) -> QWidget:
    """What speaks for it, and below that what against."""
    lines = column(space=2)
    if likeness.reasons:
        lines.addWidget(Label(likeness.reasons[:1].upper() + likeness.reasons[1:], look="small", wrap=True))
    if likeness.doubts:
        lines.addWidget(Label(_("But: {doubts}").format(doubts=likeness.doubts), look="small", role="muted", wrap=True))
    return holder(lines)
