"""The lists of the day: requests, visits, notes, follow-ups, what is overdue. Each row opens, some have their one click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, AppointmentStatus
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.reception import Place, late_by, mean_wait, place_of, waited
from nmx_desk.domain.request_views import RequestRow
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.followups import FollowUpRow
from nmx_desk.services.labs import LabRow
from nmx_desk.services.overdue import Overdue
from nmx_desk.services.paper_readings import PapersWaiting
from nmx_desk.services.tasks import TaskRow
from nmx_desk.services.today import DraftNote, Turning, Visit
from nmx_desk.ui.kit import dates, overdue
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.lab_words import lab_badge
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import Card, Item, column, row
from nmx_desk.ui.kit.task_words import whose
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MOST = 8
LONG_WAIT = timedelta(minutes=15)
Go = Callable[..., object]
_S = AppointmentStatus
_LOOKS = {
    _S.OPTION: (Hue.NEUTRAL, "circle-dashed"), _S.ARRIVED: (Hue.ACCENT, "log-in"), _S.IN_ROOM: (Hue.ACCENT, "door-open"),
    _S.COMPLETED: (Hue.OK, "circle-check"), _S.NO_SHOW: (Hue.DANGER, "circle-x"),
}  # fmt: skip


class Line(QFrame):
    """One row: bold words, muted words under them, things at the right. Click or Enter opens it."""

    def __init__(self, title: str, about: str, run: Callable[[], object], *right: Item, lead: str = "") -> None:
        super().__init__()
        self._run = run
        self.setProperty("look", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(", ".join(filter(None, (lead, title, about))))
        words = column(Label(title, look="strong", elide=True), space=2)
        if about:
            words.addWidget(Label(about, look="small", role="muted", elide=True))
        parts: list[Item] = [words, *right]
        if lead:
            time = Label(lead, look="strong", role="accent")
            time.setMinimumWidth(44)
            parts.insert(0, time)
        box = row(*parts, space=Space.M)
        box.setStretch(1 if lead else 0, 1)
        box.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        self.setLayout(box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; ↑ and ↓ go to the neighbours."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._run()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._run()


def card(
    title: str, lines: Sequence[QWidget], empty: str, *actions: Button, count: int | None = None, more: Callable[[], object] | None = None
) -> Card:
    """A card of lines, or the sentence that says what to do instead; ``more`` leads to the whole list, ``actions`` stand before it."""
    number = len(lines) if count is None else count
    heading = _("{title} ({n})").format(title=title, n=number) if number else title
    if more:
        actions = (*actions, Button(_("All"), more, kind="quiet", name=_("All: {title}").format(title=title)))
    made = Card(heading, *(lines or [muted(empty)]), actions=actions)
    made.body.setSpacing(Space.XS)
    return made


def request_line(item: RequestRow, go: Go, *, recall: bool, now: datetime) -> Line:
    """A request with its age, or the time one promised to call."""
    request = item.request
    hue = Hue.DANGER if item.age.days >= 2 else Hue.WARN if item.age.days >= 1 else Hue.INFO
    badge = StateBadge(dates.age(request.received_at, now), hue, "clock")
    if recall and request.next_action_at is not None:
        late = request.next_action_at <= now
        badge = StateBadge(dates.when(request.next_action_at, now, time_always=True), Hue.WARN if late else Hue.INFO, "phone-outgoing")
    about = " · ".join(filter(None, (shown_phone(request.phone), " ".join(request.question.split()))))
    return Line(request.name or _("(no name)"), about, lambda: go("requests", request_id=request.id), badge)


def visit_line(visit: Visit, go: Go, now: datetime, buttons: Sequence[Button], *, mine: bool) -> Line:
    """An appointment of today: time, who, why or with whom, and what one does with it."""
    appointment = visit.appointment
    about = [visit.kind, visit.reason if mine else visit.practitioner]
    if not mine:
        about += [visit.room, shown_phone(visit.phone), visit.call_instruction]
    parts: list[Item] = []
    parts += visit_badges(visit, now)
    text = " · ".join(filter(None, about))
    return Line(visit.who, text, lambda: open_visit(visit, go, mine=mine), *parts, *buttons, lead=dates.clock(appointment.starts_at))


def visit_badges(visit: Visit, now: datetime) -> list[StateBadge]:
    """How late somebody is or came, and where they are: how long they wait, in which room, or that it was not closed."""
    appointment, badges = visit.appointment, []
    late, status = late_by(appointment, now), appointment.status
    if late and status in {_S.CONFIRMED, _S.ARRIVED, _S.IN_ROOM}:
        badges.append(StateBadge(_("{n} min late").format(n=minutes(late)), Hue.WARN, "timer"))
    wait = waited(appointment, now)
    if status is _S.ARRIVED and wait is not None:
        text = _("Waits {n} min").format(n=minutes(wait))
        badges.append(StateBadge(text, Hue.WARN if wait >= LONG_WAIT else Hue.ACCENT, "hourglass"))
    elif status in _LOOKS:
        hue, icon = _LOOKS[status]
        text = visit.room if status is _S.IN_ROOM else ""
        badges.append(StateBadge(text or _(APPOINTMENT_STATUS_NAMES[status]), hue, icon))
    elif appointment.ends_at < now:
        badges.append(StateBadge(_("Not closed"), Hue.WARN, "clock"))
    return badges


def minutes(time: timedelta) -> int:
    """Whole minutes."""
    return int(time.total_seconds()) // 60


def visits_by_place(visits: Sequence[Visit]) -> dict[Place, list[Visit]]:
    """The visits of the day by where people are, who needs attention first."""
    return {place: found for place in Place if (found := [one for one in visits if place_of(one.appointment) is place])}


def reception_words(visits: Sequence[Visit], now: datetime) -> str:
    """The waiting room in one sentence: how many wait, the longest, and the average of today."""
    waiting = [time for one in visits if one.appointment.status is _S.ARRIVED and (time := waited(one.appointment, now)) is not None]
    mean = mean_wait((one.appointment for one in visits), now)
    parts = []
    if waiting:
        text = ngettext("{n} waits, for {most} min", "{n} wait, the longest {most} min", len(waiting))
        parts.append(text.format(n=len(waiting), most=minutes(max(waiting))))
    if mean is not None:
        parts.append(_("waited {n} min on average today").format(n=minutes(mean)))
    return " · ".join(parts)


def open_visit(visit: Visit, go: Go, *, mine: bool) -> None:
    """The practitioner goes to the call or the client, the reception to the agenda."""
    appointment = visit.appointment
    if mine and appointment.type_code == "advice_call" and appointment.request_id:
        go("calls", request_id=appointment.request_id, appointment_id=appointment.id)
    elif mine and appointment.client_id:
        go("clients", client_id=appointment.client_id)
    else:
        go("agenda", day=appointment.wall_start[:10], appointment_id=appointment.id)


def notes_line(drafts: Sequence[DraftNote], go: Go) -> Line:
    """Unsigned notes in one line: how many, and the oldest. It opens the only one, or the list."""
    oldest, badge = drafts[0], StateBadge(_("Unsigned"), Hue.WARN, "pencil")
    day = dates.full_day(oldest.note.care_date)
    if len(drafts) == 1:
        return Line(oldest.client, day, lambda: go("notes", note_id=oldest.note.id), badge)
    title = ngettext("{n} note", "{n} notes", len(drafts)).format(n=len(drafts))
    about = _("the oldest: {client}, {day}").format(client=oldest.client, day=day)
    return Line(title, about, lambda: go("notewatch", show="unsigned"), badge)


def papers_line(waits: PapersWaiting, go: Go) -> Line:
    """Controlled documents that wait for the user in one line; it opens the only one, or the list of them."""
    read = ngettext("{n} document to read", "{n} documents to read", waits.to_read).format(n=waits.to_read) if waits.to_read else ""
    decide = ngettext("{n} version waits for your approval", "{n} versions wait for your approval", waits.to_decide)
    title, about = (read, "") if not waits.to_decide else (decide.format(n=waits.to_decide), read)
    where = {"record_id": waits.first} if waits.to_read + waits.to_decide == 1 else {"show": "mine"}
    badge = StateBadge(_("To approve"), Hue.WARN, "signature") if waits.to_decide else StateBadge(_("To read"), Hue.WARN, "eye")
    return Line(title, about or _("Read and understood is one click."), partial(go, "quality", part="documents", **where), badge)


def follow_up_line(item: FollowUpRow, go: Go, now: datetime) -> Line:
    """A follow-up contact that is due."""
    late = item.follow_up.due_on < dates.today(now)
    badge = StateBadge(dates.day(item.follow_up.due_on, now), Hue.WARN if late else Hue.INFO, "calendar-clock")
    booked = _("booked {when}").format(when=dates.when(item.booked_at, now, time_always=True)) if item.booked_at else _("not booked yet")
    return Line(item.client.name, booked, lambda: go("clients", client_id=item.client.id), badge)


def lab_line(item: LabRow, go: Go, now: datetime) -> Line:
    """A result to review, or one that is late."""
    badge = lab_badge(item.order, dates.today(now))
    right = StateBadge(badge.text, badge.hue, badge.icon)
    return Line(item.client.name, item.order.panel, lambda: go("care", client_id=item.client.id, part="labs"), right)


def task_line(item: TaskRow, go: Go, now: datetime, done: Button) -> Line:
    """A task that is due or late, with its one click."""
    late = item.task.due_on < dates.today(now)
    badge = StateBadge(dates.day(item.task.due_on, now), Hue.DANGER if late else Hue.WARN, "circle-alert" if late else "bell")
    about = " · ".join(filter(None, (item.client, "" if item.task.owner_id else whose(item), " ".join(item.task.note.split()))))
    return Line(item.task.title, about, lambda: go("tasks", task_id=item.id), badge, done)


def turning_line(item: Turning, go: Go) -> Line:
    """A client who becomes 16, and what to ask."""
    return Line(item.name, item.words, lambda: go("clients", client_id=item.client_id, part="family"))


def overdue_line(item: Overdue, go: Go, now: datetime) -> Line:
    """What should have been done, by whom, for how long."""
    badge = overdue.badge(item, now)
    right = StateBadge(badge.text, badge.hue, badge.icon)
    return Line(overdue.title(item), overdue.about(item), partial(overdue.open_it, item, go), right)


def tile_words(key: str) -> str:
    """What a tile counts."""
    return {
        "requests": _("Requests"), "reached": _("Reached"), "booked": _("Call booked"), "held": _("Call held"), "no_show": _("No-shows"),
    }[key]  # fmt: skip
