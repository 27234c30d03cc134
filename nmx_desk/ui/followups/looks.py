"""State of a contact as icon, word and hue."""

from __future__ import annotations

from nmx_desk.domain.plan_rules import FOLLOW_UP_STATE_NAMES, FollowUpState
from nmx_desk.i18n import _
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_LOOKS = {
    FollowUpState.OVERDUE: (Hue.DANGER, "circle-alert"),
    FollowUpState.DUE: (Hue.WARN, "bell"),
    FollowUpState.COMING: (Hue.NEUTRAL, "calendar-clock"),
}


def state_badge(state: FollowUpState) -> Badge:
    """Overdue, due or coming."""
    return Badge(_(FOLLOW_UP_STATE_NAMES[state]), *_LOOKS[state])
