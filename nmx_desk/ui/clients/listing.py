"""The list of clients: instant search above, the telephone book below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.client_views import ClientList, ClientRow
from nmx_desk.i18n import _
from nmx_desk.services import client_tags, clients, doubles, merging, search
from nmx_desk.ui.clients.exports import ExportButton
from nmx_desk.ui.clients.merge_strip import MergeStrip
from nmx_desk.ui.clients.words import alert_badge, born_text, phones, sorted_name
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

SETTLED = 1000  # ms after which a query counts as asked, and is logged
NEAR_END = 40  # rows before the end at which the next piece is asked for


class ClientListView(QWidget):
    """``opened`` carries a client's id; ``wanted_new`` asks for the form of a new client, ``wanted_import`` for a file of clients.

    ``wanted_doubles`` asks for those who may be one person.
    """

    opened = Signal(str)
    wanted_new = Signal()
    wanted_import = Signal()
    wanted_doubles = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._after, self._text, self._told = "", "", ""
        self._loading, self._counting = False, True
        self.field = SearchField(_("Name, phone number, birth date, e-mail, postcode or client number"), name=_("Search clients"))
        self.field.searched.connect(self.load)
        self.field.down.connect(self._into_list)
        self.tags = ChoiceInput(blank=_("All tags"), name=_("Only clients with this tag"))
        self.tags.edited.connect(self.load)
        self.close_note = Label(_("Nothing exact; these come close"), role="muted")
        self._empty = EmptyState("", icon="users-round", action=_("New client"), run=self.wanted_new.emit)
        self.table: Table[ClientRow] = Table(
            self._columns(), name="clients", label=_("Clients"), settings=frame.user_settings, empty=self._empty
        )
        self.table.setSortingEnabled(False)  # the book has its own order; a piece of it sorted otherwise would mislead
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.table.opened.connect(self._open)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.new_button = Button(_("New client"), self.wanted_new.emit, kind="primary", icon="user-plus", tip=_("New client (Ctrl+N)"))
        self.import_button = Button(_("Import…"), self.wanted_import.emit, icon="upload", tip=_("Import clients (Ctrl+I)"))
        self._settled = QTimer(self, singleShot=True, interval=SETTLED)
        self._settled.timeout.connect(self._tell)
        self.doubles_button = Button(_("Possible doubles"), self.wanted_doubles.emit, kind="quiet", icon="users-round")
        head = row(heading(_("Clients")), STRETCH, self.doubles_button, ExportButton(frame), self.import_button, self.new_button)
        self.waiting = MergeStrip(frame)
        search_line = row(self.field, self.tags, space=Space.S)
        search_line.setStretch(0, 1)
        self.setLayout(column(head, self.waiting, search_line, self.close_note, self.table, space=Space.L, margin=Space.XL))
        self.tags.hide()  # once they are inside: before, they would be windows of their own for a moment
        self.import_button.setVisible(frame.desk.may("clients.import"))
        self.doubles_button.setVisible(frame.desk.may("clients.merge_propose"))
        self.close_note.hide()

    def _columns(self) -> list[Column[ClientRow]]:
        return [
            Column(key="name", title=_("Name"), text=lambda item: sorted_name(item.client), detail=_number, strong=True),
            Column(key="born", title=_("Birth date"), text=lambda item: born_text(item.client, item.age), width=172),
            Column(key="phone", title=_("Phone"), text=lambda item: phones(item.client), width=140),
            Column(key="email", title=_("E-mail"), text=lambda item: item.client.email),
            Column(key="practitioner", title=_("Practitioner"), text=lambda item: item.practitioner, width=176),
            Column(
                key="alerts", title=_("Note well"), text=lambda item: ", ".join(alert_badge(alert).text for alert in item.alerts),
                badge=lambda item: alert_badge(item.alerts[0]) if item.alerts else None, width=164,
            ),
        ]  # fmt: skip

    def count_doubles(self) -> None:
        """Say beside the button how many pairs there are: once, in a clinic that is not large."""
        if self._counting and self._frame.desk.may("clients.merge_propose"):
            self._counting = False
            self._frame.runner.do(doubles.count_doubles, then=lambda n: self.tell_doubles(n or 0), owner=self)

    def tell_doubles(self, count: int) -> None:
        """How many pairs were found when it was last looked."""
        self.doubles_button.setText(_("Possible doubles ({n})").format(n=count) if count else _("Possible doubles"))

    @property
    def _tag(self) -> str:
        return self.tags.value() or ""

    def load_tags(self) -> None:
        """The clinic's tags, to choose by."""
        self._frame.runner.latest(("clients", "tags_in_use"), client_tags.list_tags, then=self._show_tags, owner=self)

    def _show_tags(self, tags: Sequence[str]) -> None:
        chosen = self._tag
        self.tags.set_options([(tag, tag) for tag in tags])
        self.tags.setVisible(bool(tags))
        if self._tag != chosen:
            self.load()  # nobody has it any more

    def load_waiting(self) -> None:
        """Merges that wait for a second person."""
        self._frame.runner.latest(("clients", "waiting"), merging.waiting_merges, then=self.waiting.show_waiting, owner=self)

    def load(self, text: str | None = None) -> None:
        """Ask for the list anew; with a text for what it finds."""
        if text is not None:
            self._text = text
        self._settled.stop()
        self._loading = True
        ask = self._frame.runner.latest
        ask(("clients", "list"), clients.list_clients, self._text, tag=self._tag, then=self._show, owner=self)

    def _show(self, found: ClientList) -> None:
        self._loading = False
        self._after = found.after
        self.table.set_rows(found.rows)
        self.close_note.setVisible(found.guessed)
        if self._text:
            self._empty.say(_("Nobody found"), _("Try the beginning of the name, a birth date or a phone number."))
            self._settled.start()
            self.table.choose_first()
        else:
            self._empty.say(_("No clients yet"), _("They come from requests, or make the first one here."))

    def beside(self, client_id: str) -> tuple[str, str]:
        """Names of who stands before and after a client; empty where there is nobody."""
        rows = self.table.records.rows
        place = self._place(client_id)
        if place is None:
            return "", ""
        after = rows[place + 1].client.name if place + 1 < len(rows) else _("further on") if self._after else ""
        return rows[place - 1].client.name if place else "", after

    def step(self, client_id: str, step: int, then: Callable[[str], object]) -> None:
        """Say who stands before or after a client; the next piece of the list is asked for at its end."""
        rows, place = self.table.records.rows, self._place(client_id)
        if place is None or place + step < 0:
            return
        if place + step < len(rows):
            then(rows[place + step].id)
        elif self._after:
            self._more(lambda: self.step(client_id, step, then))

    def _place(self, client_id: str) -> int | None:
        return next((place for place, item in enumerate(self.table.records.rows) if item.id == client_id), None)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        near = bar.maximum() - value < NEAR_END * self.table.verticalHeader().defaultSectionSize()
        if near and self._after and not self._loading:
            self._more()

    def _more(self, then: Callable[[], object] | None = None) -> None:
        """Ask for the next piece."""

        def shown(found: ClientList) -> None:
            self._loading = False
            self._after = found.after
            self.table.add_rows(found.rows)
            if then is not None:
                then()

        self._loading = True
        more = clients.list_clients
        self._frame.runner.latest(("clients", "list"), more, self._text, after=self._after, tag=self._tag, then=shown, owner=self)

    def _into_list(self) -> None:
        if self.table.records.rows:
            self.table.choose_first()
            self.table.setFocus()

    def _open(self, item: ClientRow) -> None:
        if self._text and self._settled.isActive():
            self._tell()
        self.opened.emit(item.id)

    def _tell(self) -> None:
        """The query stood still, or a hit was opened: one entry in the log."""
        self._settled.stop()
        if self._text and self._text != self._told:
            self._told = self._text
            self._frame.runner.do(search.settled, self._text, len(self.table.records.rows), owner=self)


def _number(item: ClientRow) -> str:
    return item.client.client_no
