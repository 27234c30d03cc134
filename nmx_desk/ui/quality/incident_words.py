"""How an incident is shown: state, danger, terms of the law as they run."""

from __future__ import annotations

from datetime import datetime

from nmx_desk.domain.incidents import DANGER_NAMES, INCIDENT_STATUS_NAMES, TIMER_NAMES, Danger, Incident, IncidentStatus, Timer, TimerKind
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.incidents import IncidentRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.quality.register import term_badge
from nmx_desk.ui.theme import Hue

HOUR = 3600
URGENT_HOURS, URGENT_DAYS = 24, 2
_LOOKS = {
    IncidentStatus.REPORTED: (Hue.INFO, "inbox"), IncidentStatus.ANALYSING: (Hue.ACCENT, "search"),
    IncidentStatus.MEASURES: (Hue.WARN, "clipboard-list"), IncidentStatus.CLOSED: (Hue.NEUTRAL, "circle-check"),
}  # fmt: skip
_DANGERS = {
    Danger.UNKNOWN: (Hue.NEUTRAL, "circle-help"), Danger.LOW: (Hue.OK, "circle-check"), Danger.MODERATE: (Hue.INFO, "info"),
    Danger.HIGH: (Hue.WARN, "triangle-alert"), Danger.EXTREME: (Hue.DANGER, "octagon-alert"),
}  # fmt: skip


def state_badge(one: Incident) -> Badge:
    """Where it stands."""
    return Badge(_(INCIDENT_STATUS_NAMES[one.status]), *_LOOKS[one.status])


def danger_badge(found: IncidentRow) -> Badge:
    """Harm and chance together, as a word."""
    return Badge(_(DANGER_NAMES[found.danger]), *_DANGERS[found.danger])


def left(timer: Timer, now: datetime) -> str:
    """What is left of a term: hours of a leak, days of the others; or how long it is over."""
    seconds = (timer.until - now).total_seconds()
    if timer.kind is TimerKind.LEAK:
        hours = int(abs(seconds) // HOUR)
        if seconds < 0:
            return ngettext("{n} hour over", "{n} hours over", hours).format(n=hours)
        return ngettext("{n} hour left", "{n} hours left", hours).format(n=hours)
    return term_badge((timer.day - dates.today(now)).days).text


def urgent(timer: Timer, now: datetime) -> bool:
    """Whether a term is over or nearly so."""
    seconds = (timer.until - now).total_seconds()
    return seconds < (URGENT_HOURS * HOUR if timer.kind is TimerKind.LEAK else URGENT_DAYS * 24 * HOUR)


def timer_words(timer: Timer, now: datetime) -> str:
    """A term in a sentence."""
    name = _(TIMER_NAMES[timer.kind])
    if timer.met_on is not None:
        return _("{what}: done on {day}").format(what=name, day=dates.short(timer.met_on))
    until = dates.full(timer.until) if timer.kind is TimerKind.LEAK else dates.full_day(timer.day)
    return _("{what}: {left}, at the latest {until}").format(what=name, left=left(timer, now), until=until)


def term_of(found: IncidentRow, now: datetime) -> Badge:
    """The term that is over first: of the law, else of the analysis."""
    one = found.incident
    if found.running:
        timer = found.running[0]
        over = timer.late(now)
        hue = Hue.DANGER if over else Hue.WARN if urgent(timer, now) else Hue.INFO
        return Badge(left(timer, now), hue, "circle-alert" if over else "timer")
    if one.closed_on is not None or one.analysed_on is not None or one.due_on is None:
        return Badge(_("No term"), Hue.NEUTRAL, "minus")
    return term_badge((one.due_on - dates.today(now)).days)
