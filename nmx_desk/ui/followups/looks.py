"""State of a contact as icon, word and hue."""

from __future__ import annotations

from datetime import datetime

from nmx_desk.domain.plan_rules import FOLLOW_UP_STATE_NAMES, FollowUpState
from nmx_desk.i18n import _
from nmx_desk.services.followups import FollowUpRow
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_LOOKS = {
    FollowUpState.OVERDUE: (Hue.DANGER, "circle-alert"),
    FollowUpState.DUE: (Hue.WARN, "bell"),
    FollowUpState.COMING: (Hue.NEUTRAL, "calendar-clock"),
}


def state_badge(found: FollowUpRow, now: datetime) -> Badge:
    """Overdue, due or coming; booked when its appointment is still to come, to be completed when that has been."""
    if found.booked_at is None or found.state is FollowUpState.COMING:
        return Badge(_(FOLLOW_UP_STATE_NAMES[found.state]), *_LOOKS[found.state])
    if not found.waits(now):
        return Badge(_("Booked"), Hue.OK, "calendar-check")
    hue, picture = _LOOKS[found.state]
    return Badge(_("To complete"), hue, picture)
