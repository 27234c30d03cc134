"""What happened with a client, in order of time: a card of the overview."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.contact_views import Event, EventKind, Events
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, Picture, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, column, empty_layout, holder, row
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import Space

ICONS = {
    EventKind.REQUEST: "inbox", EventKind.CALL: "phone", EventKind.APPOINTMENT: "calendar-days", EventKind.NOTE: "file-text",
    EventKind.PLAN: "target", EventKind.LETTER: "mail", EventKind.DOCUMENT: "file-check", EventKind.CONTACT: "message-square",
}  # fmt: skip
OPENED = frozenset({EventKind.REQUEST, EventKind.APPOINTMENT, EventKind.NOTE, EventKind.PLAN})
"""Kinds that have a page of their own to go to."""
FIRST = 12  # lines that are shown at once; more on asking


class TimelineCard(Card):
    """``opened`` carries an event to go to; ``wanted`` asks for what is before a moment."""

    opened = Signal(object)
    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Course of events"))
        self._lines = column(space=Space.S)
        self._nothing = muted(_("Nothing has happened yet."))
        self._more = Button(_("Show earlier"), self._ask, kind="quiet", icon="chevron-down")
        self._waiting: list[Event] = []
        self._before: tuple[object, str] | None = None
        self.body.addLayout(self._lines)
        self.body.addWidget(self._nothing)
        self.body.addLayout(row(self._more, STRETCH))
        self._more.hide()

    def begin(self) -> None:
        """Nothing is known yet."""
        empty_layout(self._lines)
        self._waiting, self._before = [], None
        for widget in (self._nothing, self._more):
            widget.setVisible(False)

    def show_events(self, found: Events) -> None:
        """Show the first piece."""
        self.begin()
        self.add_events(found)
        self._nothing.setVisible(not found.rows)

    def add_events(self, found: Events) -> None:
        """Show a further piece, at first some of it."""
        self._waiting += found.rows
        self._before = found.before
        self._next()

    def _next(self) -> None:
        for event in self._waiting[:FIRST]:
            self._lines.addWidget(_line(event, self.opened.emit))
        del self._waiting[:FIRST]
        self._more.setVisible(bool(self._waiting) or self._before is not None)

    def _ask(self) -> None:
        if self._waiting:
            self._next()
        elif self._before is not None:
            self.wanted.emit(self._before)


def _line(event: Event, opened: Callable[[Event], object]) -> QWidget:
    picture = Picture()
    picture.setPixmap(pixmap(ICONS[event.kind], "muted", round(16 * theme().text_scale)))
    when = Label(dates.when(event.at, day_only=event.day_only), look="small", role="muted")
    when.setFixedWidth(round(108 * theme().text_scale))
    if event.kind in OPENED:
        name = _("Open: {what}, {day}").format(what=event.title, day=dates.full(event.at, day_only=event.day_only))
        title: Item = row(Button(event.title, partial(opened, event), kind="link", name=name), STRETCH)
    else:
        title = Label(event.title, look="strong", elide=True)
    about = " · ".join(filter(None, (event.detail, event.by)))
    words = column(title, *([Label(about, look="small", role="muted", elide=True)] if about else []), space=2)
    line = row(picture, when, words, space=Space.S)
    line.setStretch(2, 1)
    return holder(line)
