"""State and kind of a message as icon, word and hue."""

from __future__ import annotations

from nmx_desk.domain.mailing import MAIL_KIND_NAMES, MAIL_STATE_NAMES, MailKind, MailState
from nmx_desk.i18n import _
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_LOOKS = {
    MailState.WAITING: (Hue.NEUTRAL, "clock"),
    MailState.SENDING: (Hue.INFO, "send"),
    MailState.SENT: (Hue.OK, "check"),
    MailState.UNSURE: (Hue.WARN, "circle-help"),
    MailState.REFUSED: (Hue.DANGER, "circle-alert"),
    MailState.WITHDRAWN: (Hue.NEUTRAL, "ban"),
}
KIND_ICONS = {
    MailKind.CONFIRMATION: "calendar-check",
    MailKind.CHANGE: "calendar-clock",
    MailKind.CANCELLATION: "calendar-x",
    MailKind.REMINDER: "bell",
}


def state_badge(state: MailState) -> Badge:
    """Where a message stands."""
    return Badge(_(MAIL_STATE_NAMES[state]), *_LOOKS[state])


def kind_name(kind: MailKind) -> str:
    """What a message is about."""
    return _(MAIL_KIND_NAMES[kind])
