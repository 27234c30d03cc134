"""Practitioners' other calendars, which make them busy, and their agendas as they are published elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.calendars import CALENDAR_KIND_NAMES, BusySource, CalendarFeed, CalendarKind
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.people import User
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import calendars, publishing
from nmx_desk.services.calendars import CalendarsView, Looked
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel, ListPart
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

PUBLISHED = "published"
_SHORT = {CalendarKind.FILE: N_("File"), CalendarKind.URL: N_("Address (.ics)"), CalendarKind.CALDAV: N_("CalDAV")}


@dataclass(frozen=True)
class Item:
    """A calendar in the list, of either kind."""

    record: BusySource | CalendarFeed
    practitioner: str
    has_password: bool
    busy: int | None

    @property
    def id(self) -> str:
        """The calendar's."""
        return self.record.id

    @property
    def title(self) -> str:
        """Its name, or what it is."""
        return (self.record.name if isinstance(self.record, BusySource) else _("Published agenda")) or self.what

    @property
    def what(self) -> str:
        """Which kind it is."""
        return _(_SHORT[self.record.kind]) if isinstance(self.record, BusySource) else _("Published")


def items(view: CalendarsView) -> list[Item]:
    """All of them as a list."""
    sources = [Item(one.source, one.practitioner, one.has_password, one.busy) for one in view.sources]
    return sources + [Item(one.feed, one.practitioner, one.has_password, None) for one in view.feeds]


def state(item: Item) -> Badge:
    """How the last look at it ended."""
    if not item.record.is_active:
        return Badge(_("Off"), Hue.NEUTRAL, "circle-x")
    if item.record.trouble:
        return Badge(_("Trouble"), Hue.WARN, "triangle-alert")
    if item.record.checked_at is None:
        return Badge(_("Waits"), Hue.NEUTRAL, "clock")
    return Badge(_("In order"), Hue.OK, "circle-check")


class CalendarPanel(EditPanel):
    """A new calendar, or one there is. ``saved`` and ``tried`` say what to do with what was typed."""

    def __init__(self, saved: Callable[[], object], tried: Callable[[], object]) -> None:
        super().__init__(_("Another calendar"))
        self.item: Item | None = None
        self.setMaximumWidth(PANEL_WIDTH)
        self.explained = muted("")
        self.form = Form(_fields(), columns=2)
        self.choose_button = Button(_("Choose the file …"), self.choose, icon="folder-open")
        self.try_button = Button(_("Try it"), tried, icon="link")
        self.confirm = Button(_("Save"), saved, kind="primary")
        self.body.addWidget(self.explained)
        self.body.addWidget(self.form)
        self.body.addLayout(row(self.choose_button, STRETCH))
        self.foot.addWidget(self.try_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.confirm)
        self.form.edited.connect(self._fit)
        self.form.submitted.connect(saved)
        self.hide()

    def show_item(self, item: Item | None, people: list[User], what: str = CalendarKind.CALDAV) -> None:
        """One there is, or a new one of a kind."""
        self.item = item
        self.form.input("practitioner_id").set_options([(user.id, user.display_name) for user in people])  # type: ignore[union-attr]
        record = item.record if item else CalendarFeed() if what == PUBLISHED else BusySource(kind=CalendarKind(what))
        kind = record.kind if isinstance(record, BusySource) else PUBLISHED
        shown = {name: getattr(record, name, "") for name in self.form.values() if name not in {"what", "password"}}
        if not item:
            shown["practitioner_id"] = people[0].id if people else None
        self.form.set_values(shown | {"what": kind, "password": ""})
        self.set_title(item.title if item else _("Another calendar"))
        self._fit()
        self.show()
        self.form.focus_first()

    def choose(self) -> None:
        """Look for the calendar file."""
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose the calendar file."), "", _("Calendar files") + " (*.ics *.ical *.ifb)")
        if name:
            self.form.input("address").set_value(name)
            self._fit()

    def wanted(self) -> tuple[BusySource | CalendarFeed, str] | None:
        """What was typed, and the password; None with an error at its field."""
        values = self.form.checked()
        if values is None:
            return None
        what, password = values.pop("what"), str(values.pop("password") or "")
        known = self.item.record if self.item else None
        if what == PUBLISHED:
            values.pop("name")
            return replace(known if isinstance(known, CalendarFeed) else CalendarFeed(), **values), password
        return replace(known if isinstance(known, BusySource) else BusySource(), kind=CalendarKind(what), **values), password

    def _fit(self) -> None:
        """Only what the kind asks for."""
        what = self.form.values()["what"]
        is_file = what == CalendarKind.FILE
        self.explained.setText(_explained(str(what)))
        self.choose_button.setVisible(is_file)
        self.form.set_visible("name", what != PUBLISHED)
        for name in ("username", "password"):
            self.form.set_visible(name, not is_file)
        self.form.input("what").setEnabled(self.item is None or what != PUBLISHED)


def _explained(kind: str) -> str:
    if kind == PUBLISHED:
        return _("The agenda is kept there as it is here, with the clients' initials only.")
    return _("Only when the practitioner is busy is read and kept, never what it is about.")


def _fields() -> list[Field]:
    kinds = [(kind.value, _(name)) for kind, name in CALENDAR_KIND_NAMES.items()] + [(PUBLISHED, _("Publish the agenda (CalDAV)"))]
    return [
        Field(name="practitioner_id", label=_("Whose"), kind="choice", required=True, span=0),
        Field(name="what", label=_("What it is"), kind="choice", required=True, options=kinds, span=0),
        Field(name="name", label=_("Name"), max_length=80, span=0, placeholder=_("What it is called here.")),
        Field(name="address", label=_("Address or file"), required=True, max_length=1000, placeholder="https://", span=0),
        Field(name="username", label=_("User name"), help=_("Empty: nobody signs in.")),
        Field(name="password", label=_("Password"), kind="password", help=_("Empty: the one that is known.")),
        Field(name="every_minutes", label=_("Minutes between two looks"), kind="int", required=True, least=5, most=1440, span=0),
        Field(name="is_active", label=_("Use it"), kind="check", span=0),
    ]  # fmt: skip


class CalendarsPart(ListPart):
    """Nothing is asked of anybody until a calendar is set here."""

    panel: CalendarPanel

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._people: list[User] = []
        self.table: Table[Item] = Table(
            [
                Column(key="who", title=_("Practitioner"), text=lambda item: item.practitioner, detail=lambda item: item.what),
                Column(key="calendar", title=_("Calendar"), text=lambda item: item.title, detail=lambda item: item.record.address,
                       tooltip=lambda item: item.record.address, strong=True),
                Column(key="busy", title=_("Busy times"), text=lambda item: "" if item.busy is None else dates.number(item.busy),
                       sort_key=lambda item: item.busy or 0, align="right", width=116),
                Column(key="looked", title=_("Last look"), text=self._looked, sort_key=_checked, width=150),
                Column(key="state", title=_("State"), text=lambda item: state(item).text, badge=state, width=150),
            ],
            name="calendars", label=_("Calendars"), settings=frame.user_settings,
        )  # fmt: skip
        self.add_button = Button(_("Another calendar …"), lambda: self.open_panel(CalendarKind.CALDAV), kind="primary", icon="plus")
        self.publish_button = Button(_("Publish an agenda …"), lambda: self.open_panel(PUBLISHED), icon="upload")
        self.edit_button = Button(_("Change …"), self.edit, icon="pencil")
        self.remove_button = Button(_("Remove"), self.remove, icon="trash-2")
        self.look_button = Button(_("Look now"), self.look, icon="refresh-cw")
        self.trouble = Label("", role="warn", wrap=True)
        self.panel = CalendarPanel(self.save, self.try_it)
        about = muted(_("Practitioners' calendars elsewhere make them busy here; their agenda can be shown there, with initials only."))
        offered = (self.add_button, self.publish_button, self.edit_button, self.remove_button)
        head = row(about, self.look_button, space=Space.L)
        head.setStretch(0, 1)
        tools = row(None, self.remove_button, self.edit_button, self.publish_button, self.add_button)
        self.put_beside(head, tools, self.table, self.trouble, offered=offered)
        self.table.chosen.connect(self._chosen)
        self.table.on_delete(self.remove_button.click)
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-calendars", calendars.read_calendars, then=self._show, owner=self)

    def open_panel(self, what: str) -> None:
        """A new calendar of a kind."""
        self.panel.show_item(None, self._people, what)
        self.offer()

    def edit(self) -> None:
        """The chosen calendar."""
        item = self.table.current()
        if item is not None:
            self.panel.show_item(item, self._people)
            self.offer()

    def save(self) -> None:
        """Save what was typed, and look at it."""
        wanted = self.panel.wanted()
        if wanted is None:
            return
        record, password = wanted
        runner, form = self._frame.runner, self.panel.form
        if isinstance(record, BusySource):
            runner.do(calendars.save_source, record, password, then=lambda _made: self._saved(), owner=form)
        else:
            runner.do(publishing.save_feed, record, password, then=lambda _made: self._saved(), owner=form)

    def try_it(self) -> None:
        """Go there as it is typed here; nothing is kept."""
        wanted = self.panel.wanted()
        if wanted is None:
            return
        record, password = wanted
        self.panel.try_button.setEnabled(False)
        more: dict[str, Any] = {"failed": self._failed, "progress": _("Looking at the calendars"), "owner": self.panel}
        if isinstance(record, BusySource):
            self._frame.runner.do(calendars.try_source, record, password, then=self._tried_source, **more)
        else:
            self._frame.runner.do(publishing.try_feed, record, password, then=self._tried_feed, **more)

    def remove(self) -> None:
        """Forget the chosen calendar, after asking."""
        item = self.table.current()
        if item is None:
            return
        is_source = isinstance(item.record, BusySource)
        text = _("The busy times by it go too.") if is_source else _("What stands on the server stays there; throw it away there.")
        if ask(self, _("Remove “{name}” of {who}?").format(name=item.title, who=item.practitioner), text, yes=_("Remove")):
            case = calendars.remove_source if is_source else publishing.remove_feed
            self._frame.runner.do(case, item.record.id, then=lambda _none: self.load(), owner=self)

    def look(self) -> None:
        """Look at all of them now, and publish what has to be published."""
        self.look_button.setEnabled(False)
        title = _("Looking at the calendars")
        self._frame.runner.do(calendars.look_at_calendars, then=self._looked_at, failed=self._failed, progress=title, owner=self)

    def _looked_at(self, found: Looked) -> None:
        def published(sent: Looked) -> None:
            self.look_button.setEnabled(True)
            self.load()
            if not (found.trouble or sent.trouble):
                self._frame.toast(_("All calendars are up to date."))

        title = _("Publishing the agenda")
        self._frame.runner.do(publishing.publish_agendas, then=published, failed=self._failed, progress=title, owner=self)

    def _tried_source(self, count: int) -> None:
        self.panel.try_button.setEnabled(True)
        text = ngettext("It can be read: {n} busy time.", "It can be read: {n} busy times.", count)
        self._frame.toast(text.format(n=dates.number(count)))

    def _tried_feed(self, count: int) -> None:
        self.panel.try_button.setEnabled(True)
        text = ngettext("It can be reached: {n} entry is there.", "It can be reached: {n} entries are there.", count)
        self._frame.toast(text.format(n=dates.number(count)))

    def _saved(self) -> None:
        self.panel.form.clear()
        self.panel.close_panel()
        self.load()
        self.look()

    def _failed(self, error: DeskError) -> None:
        self.look_button.setEnabled(True)
        self.panel.try_button.setEnabled(True)
        self.load()
        errors.show(error, self.panel.form if self.panel.isVisible() else self)

    def _show(self, view: CalendarsView) -> None:
        self._people = list(view.practitioners)
        found = items(view)
        self.table.set_rows(found)
        self.look_button.setEnabled(bool(found))
        self._chosen(self.table.current())

    def _chosen(self, item: Item | None) -> None:
        for button in (self.edit_button, self.remove_button):
            button.setEnabled(item is not None)
        self.trouble.setText(item.record.trouble if item else "")
        self.trouble.setVisible(bool(item and item.record.trouble))

    def _looked(self, item: Item) -> str:
        checked = item.record.checked_at
        return dates.when(checked, self._frame.now(), time_always=True) if checked else ""


def _checked(item: Item) -> float:
    checked: datetime | None = item.record.checked_at
    return checked.timestamp() if checked else 0.0
