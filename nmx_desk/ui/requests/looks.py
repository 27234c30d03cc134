"""How requests look: states, ages, and the columns of their list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from nmx_desk.domain.base import EPOCH
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.request_views import RequestRow
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES, REQUEST_STATUS_NAMES, SOURCE_NAMES, AdviceRequest, AttemptResult, RequestStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.agenda import died_words
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.table import Column
from nmx_desk.ui.theme import Hue

_S, _R = RequestStatus, AttemptResult
_STATES = {
    _S.NEW: (Hue.INFO, "inbox"),
    _S.IN_PROGRESS: (Hue.WARN, "phone-outgoing"),
    _S.BOOKED: (Hue.OK, "calendar-check"),
    _S.HELD: (Hue.OK, "phone-call"),
    _S.NO_SHOW: (Hue.DANGER, "phone-missed"),
    _S.CANCELLED: (Hue.WARN, "calendar-x"),
    _S.DONE: (Hue.NEUTRAL, "check"),
    _S.CLOSED: (Hue.NEUTRAL, "circle-x"),
    _S.UNREACHABLE: (Hue.NEUTRAL, "phone-off"),
    _S.DUPLICATE: (Hue.NEUTRAL, "copy"),
    _S.INVALID: (Hue.NEUTRAL, "ban"),
    _S.WITHDRAWN: (Hue.NEUTRAL, "undo-2"),
}
_RESULTS = {
    _R.SPOKEN: (Hue.OK, "phone-call"),
    _R.VOICEMAIL: (Hue.INFO, "voicemail"),
    _R.NO_ANSWER: (Hue.NEUTRAL, "phone-missed"),
    _R.BUSY: (Hue.NEUTRAL, "phone"),
    _R.WRONG_NUMBER: (Hue.DANGER, "phone-off"),
}
LATE = timedelta(days=1)
"""A new request that waits longer is marked."""


def state(status: RequestStatus) -> Badge:
    """A state as icon, word and hue."""
    hue, icon = _STATES[status]
    return Badge(_(REQUEST_STATUS_NAMES[status]), hue, icon)


def result(found: AttemptResult) -> Badge:
    """What came of an attempt, as icon, word and hue."""
    hue, icon = _RESULTS[found]
    return Badge(_(ATTEMPT_RESULT_NAMES[found]), hue, icon)


def who(request: AdviceRequest) -> str:
    """The name, or what there is instead of it."""
    return request.name or shown_phone(request.phone) or request.email or _("No name")


def span(length: timedelta) -> str:
    """``20 min``, ``3 hours``, ``2 days``."""
    return dates.age(EPOCH, EPOCH + length)


def is_late(row: RequestRow) -> bool:
    """Whether nobody has called for too long."""
    return row.request.status is _S.NEW and row.age >= LATE


def next_step(row: RequestRow, now: datetime) -> str:
    """What comes next: the recall or the call; nothing for who has died."""
    if row.has_died:
        return died_words()
    if row.booked_at is not None:
        return dates.when(row.booked_at, now, time_always=True)
    if row.request.next_action_at is not None:
        return _("Call {when}").format(when=dates.when(row.request.next_action_at, now, time_always=True))
    return ""


def tries(row: RequestRow) -> str:
    """``2 attempts``."""
    n = row.request.attempts
    return ngettext("{n} attempt", "{n} attempts", n).format(n=n) if n else ""


def speed(row: RequestRow) -> str:
    """How soon somebody called for the first time."""
    if row.speed is None:
        return ""
    minutes = row.speed // timedelta(minutes=1)
    hours = ngettext("{n} hour", "{n} hours", minutes // 60).format(n=minutes // 60)
    return _("first after {time} of desk hours").format(time=hours if minutes >= 60 else _("{n} min").format(n=minutes))


WIDE, NARROW = frozenset({"phone", "age", "tries", "next", "source"}), frozenset({"brief"})
"""Columns that are there only with room, or only without."""


def columns(now: Callable[[], datetime]) -> list[Column[RequestRow]]:
    """The columns of the list."""
    return [
        Column(
            key="state", title=_("State"), text=lambda row: _(REQUEST_STATUS_NAMES[row.request.status]), width=166,
            badge=lambda row: state(row.request.status), sort_key=lambda row: list(_S).index(row.request.status),
        ),
        Column(
            key="who", title=_("Who"), text=lambda row: who(row.request), strong=True, sort_key=lambda row: row.request.surname.casefold(),
            detail=lambda row: row.request.question,
        ),
        Column(key="phone", title=_("Phone"), text=lambda row: shown_phone(row.request.phone), width=132),
        Column(
            key="age", title=_("Waits"), text=lambda row: span(row.age), width=112, sort_key=lambda row: row.age,
            tooltip=lambda row: dates.full(row.request.received_at), icon=lambda row: "triangle-alert" if is_late(row) else "",
            role=lambda row: "warn" if is_late(row) else "text",
        ),
        Column(
            key="tries", title=_("Attempts"), text=tries, detail=speed, width=150, sort_key=lambda row: row.request.attempts,
        ),
        Column(
            key="brief", title=_("Waits"), text=lambda row: span(row.age), width=176, sort_key=lambda row: row.age,
            tooltip=lambda row: dates.full(row.request.received_at), detail=lambda row: next_step(row, now()),
            icon=lambda row: "bell" if row.recall_due else "triangle-alert" if is_late(row) else "clock",
            role=lambda row: "danger" if row.recall_due else "warn" if is_late(row) else "text",
        ),
        Column(
            key="next", title=_("Next"), text=lambda row: next_step(row, now()), width=186,
            icon=lambda row: "bell" if row.recall_due else "calendar-check" if row.booked_at else "clock" if next_step(row, now()) else "",
            role=lambda row: "danger" if row.recall_due else "text", detail=lambda row: row.practitioner,
            sort_key=lambda row: row.booked_at or row.request.next_action_at,
        ),
        Column(key="source", title=_("Source"), text=lambda row: _(SOURCE_NAMES[row.request.source]), width=100),
    ]  # fmt: skip
