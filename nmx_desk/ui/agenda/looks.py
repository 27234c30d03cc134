"""How the state of an appointment looks, and what is said of it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, CHANNEL_NAMES, AppointmentStatus, AppointmentType
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services.agenda import DayAgenda, DayItem
from nmx_desk.ui.agenda.sheet import Away, Sheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_S = AppointmentStatus
MANY_NO_SHOWS = 2
_LOOKS = {
    _S.OPTION: (Hue.WARN, "hourglass"),
    _S.CONFIRMED: (Hue.ACCENT, "calendar-check"),
    _S.ARRIVED: (Hue.OK, "user-check"),
    _S.IN_ROOM: (Hue.INFO, "door-open"),
    _S.COMPLETED: (Hue.NEUTRAL, "check"),
    _S.NO_SHOW: (Hue.DANGER, "circle-x"),
    _S.CANCELLED: (Hue.NEUTRAL, "calendar-x"),
    _S.MOVED: (Hue.NEUTRAL, "move-right"),
}


def no_show_words(n: int) -> str:
    """What is said before booking for somebody who did not show up more than once; it never refuses."""
    text = ngettext("Did not show up {n} time before.", "Did not show up {n} times before.", n).format(n=n)
    return text if n >= MANY_NO_SHOWS else ""


def state(status: AppointmentStatus) -> Badge:
    """A status as word, hue and icon."""
    hue, icon = _LOOKS[status]
    return Badge(_(APPOINTMENT_STATUS_NAMES[status]), Hue.NEUTRAL if hue is Hue.ACCENT else hue, icon)


def edge(status: AppointmentStatus) -> str | None:
    """Colour token of a block's edge; None: the colour of its type."""
    hue, _icon = _LOOKS[status]
    return None if hue is Hue.ACCENT else str(hue)


def type_name(types: dict[str, AppointmentType], code: str) -> str:
    """Name of a type in the language in use."""
    return types[code].name(language()) if code in types else code


def times(item: DayItem) -> str:
    """``10:15 – 10:30``."""
    return f"{dates.clock(item.appointment.starts_at)} – {dates.clock(item.appointment.ends_at)}"


def short_day(day: date) -> str:
    """``Mon 14 Sep``."""
    return dates.locale().toString(QDate(day.year, day.month, day.day), "ddd d MMM")


def week_days(day: date) -> str:
    """``23 – 29 Nov 2026``: the ISO week of a day."""
    monday, sunday = _week(day)
    first = "d" if monday.month() == sunday.month() else "d MMM" if monday.year() == sunday.year() else "d MMM yyyy"
    return f"{dates.locale().toString(monday, first)} – {dates.locale().toString(sunday, 'd MMM yyyy')}"


def short_week(day: date) -> str:
    """``23 – 29 Nov``: the same without its year."""
    monday, sunday = _week(day)
    first = "d" if monday.month() == sunday.month() else "d MMM"
    return f"{dates.locale().toString(monday, first)} – {dates.locale().toString(sunday, 'd MMM')}"


def _week(day: date) -> tuple[QDate, QDate]:
    monday = QDate(day.year, day.month, day.day).addDays(-day.weekday())
    return monday, monday.addDays(6)


def month_name(day: date) -> str:
    """``November 2026``."""
    return dates.locale().toString(QDate(day.year, day.month, day.day), "MMMM yyyy")


def away_words(away: Away) -> str:
    """That somebody is not there, or busy by another calendar, of which only the time is known."""
    if away.elsewhere:
        return _("Busy elsewhere")
    return _("Absent: {reason}").format(reason=away.reason) if away.reason else _("Absent")


def closed_words(found: DayAgenda) -> str:
    """That the clinic is closed in what is in sight, and why; "" when it is open."""
    reasons = ", ".join(closure.reason for closure in found.closures if closure.reason)
    if not found.closures:
        return ""
    if found.is_week:
        said = _("The clinic is closed in this week: {reason}") if reasons else _("The clinic is closed in this week.")
    else:
        said = _("The clinic is closed on this day: {reason}") if reasons else _("The clinic is closed on this day.")
    return said.format(reason=reasons)


def sentence_case(text: str) -> str:
    """Begins with a capital; the rest stays."""
    return text[:1].upper() + text[1:]


def whose(sheet: Sheet, column: int) -> str:
    """Whose column it is, and in a week of which day."""
    shown = sheet.columns[column]
    return f"{dates.full_day(shown.day)}, {shown.name}" if sheet.agenda.is_week else shown.name


def sentence(item: DayItem, types: dict[str, AppointmentType], practitioner: str) -> str:
    """All there is to say of an appointment in one line, for screen readers."""
    made = item.appointment
    parts = [times(item), item.who, type_name(types, made.type_code), practitioner, _(APPOINTMENT_STATUS_NAMES[made.status])]
    return ", ".join([*parts, item.call_instruction] if item.call_instruction else parts)


def hover(item: DayItem, types: dict[str, AppointmentType]) -> str:
    """The card that appears under the mouse."""
    made = item.appointment
    kind, channel = type_name(types, made.type_code), _(CHANNEL_NAMES[made.channel])
    lines = [item.who, f"{times(item)} · {kind}", f"{state(made.status).text} · {channel}"]
    return "\n".join([*lines, *filter(None, (item.phone, item.call_instruction))])
