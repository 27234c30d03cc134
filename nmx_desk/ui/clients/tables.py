"""The lists of a client's page: notes, appointments, requests, and who saw and changed what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, CHANNEL_NAMES, AppointmentStatus
from nmx_desk.domain.client_views import AppointmentRow
from nmx_desk.domain.notes import NOTE_KIND_NAMES, NOTE_STATUS_NAMES, NoteKind, NoteStatus
from nmx_desk.domain.requests import OPEN_STATES, REQUEST_STATUS_NAMES, SOURCE_NAMES, AdviceRequest
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.log import LogRow
from nmx_desk.services.notes import NoteRow, NotesOverview
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_S = AppointmentStatus
_APPOINTMENT_LOOKS = {
    _S.OPTION: (Hue.NEUTRAL, "circle-dashed"), _S.CONFIRMED: (Hue.INFO, "calendar-check"), _S.ARRIVED: (Hue.ACCENT, "log-in"),
    _S.IN_ROOM: (Hue.ACCENT, "door-open"), _S.COMPLETED: (Hue.OK, "circle-check"), _S.NO_SHOW: (Hue.DANGER, "circle-x"),
    _S.CANCELLED: (Hue.NEUTRAL, "calendar-x"), _S.MOVED: (Hue.NEUTRAL, "move-right"),
}  # fmt: skip
_NOTE_LOOKS = {
    NoteStatus.DRAFT: (Hue.WARN, "pencil"), NoteStatus.SIGNED: (Hue.OK, "signature"), NoteStatus.AMENDED: (Hue.INFO, "file-plus"),
    NoteStatus.VOID: (Hue.NEUTRAL, "ban"),
}  # fmt: skip


def appointment_badge(status: AppointmentStatus) -> Badge:
    """An appointment's state as icon, word and hue."""
    hue, icon = _APPOINTMENT_LOOKS[status]
    return Badge(_(APPOINTMENT_STATUS_NAMES[status]), hue, icon)


def _note_badge(status: NoteStatus) -> Badge:
    hue, icon = _NOTE_LOOKS[status]
    return Badge(_(NOTE_STATUS_NAMES[status]), hue, icon)


def _request_badge(request: AdviceRequest) -> Badge:
    is_open = request.status in OPEN_STATES
    return Badge(_(REQUEST_STATUS_NAMES[request.status]), Hue.INFO if is_open else Hue.NEUTRAL, "inbox" if is_open else "circle-check")


def appointments_table() -> Table[AppointmentRow]:
    """All appointments of a client."""
    columns: list[Column[AppointmentRow]] = [
        Column(
            key="when", title=_("When"), text=lambda item: dates.full(item.appointment.starts_at),
            sort_key=lambda item: item.appointment.starts_at, width=260,
        ),
        Column(key="kind", title=_("Type"), text=lambda item: item.kind, strong=True),
        Column(key="channel", title=_("How"), text=lambda item: _(CHANNEL_NAMES[item.appointment.channel]), width=140),
        Column(key="practitioner", title=_("Practitioner"), text=lambda item: item.practitioner, width=200),
        Column(
            key="status", title=_("State"), text=lambda item: appointment_badge(item.appointment.status).text,
            badge=lambda item: appointment_badge(item.appointment.status), width=160,
        ),
    ]  # fmt: skip
    empty = EmptyState(_("No appointments"), _("Choose “Book” above to plan one."), icon="calendar-days")
    return Table(columns, name="client_appointments", label=_("Appointments"), empty=empty)


def requests_table() -> Table[AdviceRequest]:
    """All requests of a client."""
    columns: list[Column[AdviceRequest]] = [
        Column(key="received", title=_("Received"), text=lambda item: dates.full(item.received_at), sort_key=lambda item: item.received_at,
               width=260),
        Column(key="question", title=_("What they ask"), text=lambda item: " ".join(item.question.split()), strong=True),
        Column(key="source", title=_("Source"), text=lambda item: _(SOURCE_NAMES[item.source]), width=120),
        Column(key="status", title=_("State"), text=lambda item: _request_badge(item).text, badge=_request_badge, width=160),
    ]  # fmt: skip
    empty = EmptyState(_("No requests"), _("Requests that are linked to this client appear here."), icon="inbox")
    return Table(columns, name="client_requests", label=_("Requests"), empty=empty)


def log_table() -> Table[LogRow]:
    """Who saw and changed what of a client, in sentences."""
    columns: list[Column[LogRow]] = [
        Column(key="when", title=_("When"), text=lambda item: dates.when(item.at, time_always=True), width=150,
               tooltip=lambda item: dates.full(item.at), sort_key=lambda item: item.at),
        Column(key="who", title=_("Who"), text=lambda item: item.who, width=160),
        Column(key="what", title=_("What"), text=lambda item: item.sentence, tooltip=lambda item: item.sentence),
        Column(
            key="glass", title=_("What for, reason"), text=lambda item: item.reason or item.why, width=200,
            tooltip=lambda item: item.reason,
            role=lambda item: "danger" if item.break_glass else "text",
        ),
    ]  # fmt: skip
    empty = EmptyState(_("Nothing in the log yet"), icon="scroll-text")
    return Table(columns, name="client_log", label=_("Who saw and changed this client"), empty=empty, key=lambda item: item.seq)


class NotesPart(QWidget):
    """A client's consult notes; ``opened`` carries a note's id, ``begun`` the kind of a new one."""

    opened = Signal(str)
    begun = Signal(str)

    def __init__(self, *, may_write: bool) -> None:
        super().__init__()
        columns: list[Column[NoteRow]] = [
            Column(key="day", title=_("Date"), text=lambda item: dates.full_day(item.note.care_date),
                   sort_key=lambda item: item.note.care_date, width=240),
            Column(key="kind", title=_("Consult"), text=lambda item: _(NOTE_KIND_NAMES[item.note.kind]), strong=True),
            Column(key="author", title=_("Author"), text=lambda item: item.author, width=220),
            Column(key="status", title=_("State"), text=lambda item: _note_badge(item.note.status).text,
                   badge=lambda item: _note_badge(item.note.status), width=180),
        ]  # fmt: skip
        self._empty = EmptyState(_("No notes yet"), _("Begin with the intake."), icon="file-text")
        self.table: Table[NoteRow] = Table(
            columns, name="client_notes", label=_("Consult notes"), empty=self._empty, key=lambda item: item.note.id
        )
        self.table.opened.connect(lambda item: self.opened.emit(item.note.id))
        self.count = muted("", wrap=False)
        titles = {NoteKind.INTAKE: _("New intake note"), NoteKind.FOLLOW_UP: _("New follow-up note")}
        buttons = [self._begin(kind, title) for kind, title in titles.items()] if may_write else []
        box = column(row(*buttons, self.count, STRETCH), self.table, STRETCH, space=Space.M)
        box.setStretch(1, 100)
        self.setLayout(box)

    def _begin(self, kind: NoteKind, title: str) -> Button:
        return Button(title, lambda: self.begun.emit(str(kind)), icon="file-plus")

    def show_notes(self, found: NotesOverview) -> None:
        """Show the list, or only how many there are."""
        hidden = found.count > 0 and not found.notes
        words = ngettext(
            "There is {n} note. Its content is for the practitioner.",
            "There are {n} notes. Their content is for the practitioner.",
            found.count,
        )
        self.count.setText(words.format(n=found.count) if hidden else "")
        self.count.setVisible(hidden)
        self.table.setVisible(not hidden)
        self.table.set_rows(found.notes)
