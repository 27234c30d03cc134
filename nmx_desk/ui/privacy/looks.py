"""How a request stands, as icon, word and hue."""

from __future__ import annotations

from datetime import date

from nmx_desk.domain.privacy import PRIVACY_STATE_NAMES, Decision, PrivacyState
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.privacy import PrivacyRow
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_S = PrivacyState
_LOOKS = {
    _S.RECEIVED: (Hue.WARN, "inbox"),
    _S.IDENTIFIED: (Hue.INFO, "user-check"),
    _S.DECIDED: (Hue.INFO, "badge-check"),
    _S.EXECUTED: (Hue.OK, "check"),
    _S.CLOSED: (Hue.NEUTRAL, "circle-check"),
}


def state_badge(row: PrivacyRow) -> Badge:
    """Where the request stands; a decision that waits for a colleague says so."""
    if row.waiting and row.request.state is _S.IDENTIFIED:
        return Badge(_("Waits for approval"), Hue.WARN, "hourglass")
    if row.request.state is _S.DECIDED and row.request.decision is Decision.REFUSED:
        return Badge(_("Refused"), Hue.NEUTRAL, "circle-x")
    return Badge(_(PRIVACY_STATE_NAMES[row.request.state]), *_LOOKS[row.request.state])


def left_text(row: PrivacyRow, today: date) -> str:
    """How much time is left, in words."""
    if not row.request.is_open:
        return ""
    days = (row.request.due_on - today).days
    if days < 0:
        return ngettext("{n} day late", "{n} days late", -days).format(n=-days)
    if days == 0:
        return _("Answer today")
    return ngettext("{n} day left", "{n} days left", days).format(n=days)
