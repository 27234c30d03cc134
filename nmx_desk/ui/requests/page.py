"""The requests page: the list by age, filters, the panel of one request, new requests, imports."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.request_views import ImportResult, RequestRow, RequestSheet
from nmx_desk.domain.requests import OPEN_STATES, SOURCE_NAMES, AdviceRequest, RequestStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import noticing, requests
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.import_rows import chosen_file, dropped_file
from nmx_desk.ui.kit.importing import ImportView
from nmx_desk.ui.kit.imports_made import ImportsMade
from nmx_desk.ui.kit.inputs import CheckInput, ChoiceInput
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import column, holder, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.table import Table
from nmx_desk.ui.requests import looks
from nmx_desk.ui.requests.importing import requests_kind
from nmx_desk.ui.requests.newform import RequestForm
from nmx_desk.ui.requests.panel import WIDTH, RequestPanel
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

_S = RequestStatus
WATCHED = frozenset({"advice_request", "call_attempt", "appointment", "import_batch", "client", "advice_call"})
RECALL = "recall"  # whom to call again before the day is over, as the page Today lists them
STATES = {
    "open": OPEN_STATES,
    "new": frozenset({_S.NEW}),
    RECALL: OPEN_STATES,
    "booked": frozenset({_S.BOOKED, _S.HELD}),
    "closed": frozenset(_S) - OPEN_STATES,
    "all": frozenset[RequestStatus](),
}
AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "three": timedelta(days=3), "week": timedelta(days=7)}
FILTERS = "requests.filters"
ROOMY = 1160  # width from which every column fits
SEARCH_WIDE, SEARCH_NARROW = 280, 120


class RequestsPage(Page):
    """``arrive(request_id=, state=)`` opens one request, or the list with a filter; ``choose=True`` asks for a file to import."""

    name: ClassVar[str] = "requests"
    icon: ClassVar[str] = "inbox"
    right: ClassVar[str | None] = "requests.read"
    rail_order: ClassVar[int] = 20
    badge_use_case: ClassVar[Any] = noticing.count_waiting

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._rows: list[RequestRow] = []
        self._wanted = ""
        self._loaded = False
        self.search = SearchField(_("Name, phone, birth date or words"), name=_("Search in the requests"), pause=300)
        self.search.setMinimumWidth(SEARCH_WIDE)
        self.count = Label("", role="muted")
        self.states = FoldingSegments(_("State"), self._state_options())
        self.source = ChoiceInput([(source, _(name)) for source, name in SOURCE_NAMES.items()], blank=_("Every source"), name=_("Source"))
        self.age = ChoiceInput(
            [("hour", _("Over an hour")), ("day", _("Over a day")), ("three", _("Over 3 days")), ("week", _("Over a week"))],
            blank=_("Any waiting time"), name=_("Waiting time"),
        )  # fmt: skip
        self.mine = CheckInput(_("Mine"))
        self.empty = EmptyState(_("No requests"), icon="inbox", action=_("Import…"), run=self.choose_file)
        self.table: Table[RequestRow] = Table(
            looks.columns(frame.now), name="requests", label=_("Requests"), settings=frame.user_settings, empty=self.empty
        )
        self.panel, self.form = RequestPanel(frame), RequestForm(frame, WIDTH)
        self.importing = ImportView(frame, requests_kind())
        self.made = ImportsMade(frame, ImportTarget.REQUESTS)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._restore()
        self._fit()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Requests")

    @staticmethod
    def _state_options() -> list[tuple[str, str]]:
        return [
            ("open", _("Open")), ("new", _("New")), ("recall", _("Call again")), ("booked", _("Booked")), ("closed", _("Closed")),
            ("all", _("All")),
        ]  # fmt: skip

    def _build(self) -> None:
        self.import_button = Button(_("Import…"), self.choose_file, icon="upload", tip="I")
        self.new_button = Button(_("New request"), self.new, icon="plus", tip="N")
        head = row(heading(self.title()), self.count, None, self.search, self.import_button, self.new_button)
        printing = partial(self.frame.go, "reports", report="recalls", once={"printing": True})
        self.print_button = IconButton("printer", _("Print the call-back list"), printing)
        self.print_button.hide()
        filters = row(self.states, self.print_button, None, self.source, self.age, self.mine, space=Space.S)
        left = column(head, filters, self.table)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        left.setStretchFactor(self.table, 1)
        self._only(None)
        whole = row(self.panel, self.form, self.made, space=0)
        whole.insertLayout(0, left, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(holder(whole))
        self._stack.addWidget(self.importing)
        self.setLayout(column(self._stack, space=0))
        self.import_button.setVisible(self.frame.desk.may("requests.import"))
        self.new_button.setVisible(self.frame.desk.may("requests.change"))

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._load())
        self.search.down.connect(self._into_list)
        self.states.picked.connect(self._filtered)
        self.mine.edited.connect(self._filtered)
        self.source.edited.connect(self._filtered)
        self.age.edited.connect(self._filtered)
        self.table.opened.connect(lambda found: self.open_request(found.id, focus=True))
        self.table.clicked.connect(lambda _index: self._open_current())
        self.table.chosen.connect(self._chosen)
        self.panel.closed.connect(self._closed)
        self.panel.edit.connect(self._mend)
        self.panel.done.connect(self._into_list)
        self.panel.missed.connect(self._next)
        for digit in range(1, 10):
            pressed = QShortcut(QKeySequence(str(digit)), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            pressed.activated.connect(partial(self.panel.press, digit))
        self.form.closed.connect(self._closed)
        self.form.saved.connect(self._saved)
        self.importing.closed.connect(self._left_import)
        self.importing.imported.connect(self._imported)
        self.importing.undone.connect(self._taken_back)
        self.made.take_back.connect(self.importing.take_back)
        self.made.closed.connect(self._closed)

    # Visits -------------------------------------------------------------------------------------------------------------------------

    def arrive(self, *, request_id: str = "", state: str = "", choose: bool = False, file: str = "", **_more: Any) -> None:
        """Show the list, and one request if it is named."""
        if state in STATES:
            self.states.set_value(state)
        self._load()
        if request_id:
            self._stack.setCurrentIndex(0)
            self.open_request(request_id)
        if self._stack.currentIndex() == 0:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if file:
            self.import_file(file)
        if choose:
            QTimer.singleShot(0, self, self.choose_file)

    def refresh(self, changes: Changes | None) -> None:
        """Read again what changed."""
        if changes is None or changes.tables & WATCHED:
            self._load()
            if self.panel.isVisible() and self.panel.request:
                self.open_request(self._wanted or self.panel.request.id)

    def leave(self) -> bool:
        """A request that is being typed is not lost without a word."""
        if not self.form.dirty:
            return True
        return ask(
            self, _("Leave without saving?"), _("What was typed about this request is not saved yet."),
            yes=_("Leave"), no=_("Go on typing"), danger=True,
        )  # fmt: skip

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        return [
            Command(_("New request"), self.new, "nieuwe aanvraag new request", "N", "plus"),
            Command(_("Import requests"), self.choose_file, "importeer csv excel import", "I", "upload"),
            Command(_("Imports that were made"), self.show_imports, "importeer terugdraaien undo imports", icon="history"),
            Command(_("Book the advice call"), self._book, "boek adviesgesprek book call", "B", "calendar-plus"),
            Command(_("Log a call attempt"), self._log, "belpoging log attempt", "L", "phone-outgoing"),
            Command(_("Open the call"), self.panel.open_call, "open adviesgesprek call", "O", "phone-call"),
            Command(_("Search in the requests"), self._find, "zoek filter find", "Ctrl+F", "search"),
        ]

    # The list -----------------------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        owner, state = self.frame.desk.user.id if self.mine.value() else None, self.states.value()
        tomorrow = dates.to_utc(dates.today(self.frame.now()) + timedelta(days=1), time())
        self.frame.runner.latest(
            ("requests", id(self)), requests.list_requests, STATES[state], self.source.value(), owner, self.search.text().strip(),
            recall_by=tomorrow if state == RECALL else None, then=self._show, owner=self,
        )  # fmt: skip

    def _show(self, rows: list[RequestRow]) -> None:
        least = AGES.get(self.age.value())
        if least is not None:
            rows = [found for found in rows if found.age >= least]
        self._rows = rows
        self.print_button.setVisible(self.states.value() == RECALL and bool(rows) and self.frame.desk.may("reports.desk"))
        self._say_empty()
        self.table.set_rows(rows)
        self.count.setText(ngettext("{n} request", "{n} requests", len(rows)).format(n=len(rows)))
        if self._wanted:
            self.table.choose(self._wanted)
        else:
            self.table.choose_first()

    def _say_empty(self) -> None:
        narrowed = self.search.text().strip() or self.source.value() or self.age.value() or self.mine.value()
        if narrowed:
            self.empty.say(_("Nothing found"), _("Look for less, or take a filter away."))
        elif self.states.value() == RECALL:
            self.empty.say(_("Nobody to call again today"), _("A request appears here on the day it is to be called again."))
        else:
            self.empty.say(_("No requests here"), _("Import the export of the website's form, or drop the file on this page."))
        if self.empty.button:
            self.empty.button.setVisible(not narrowed and self.states.value() != RECALL)

    def _filtered(self) -> None:
        kept = {"state": self.states.value(), "source": self.source.value(), "age": self.age.value(), "mine": self.mine.value()}
        self.frame.user_settings.put(FILTERS, kept)
        self._load()

    def _restore(self) -> None:
        saved = self.frame.user_settings.get(FILTERS, {})
        if isinstance(saved, dict):
            self.states.set_value(saved.get("state", "open"))
            self.source.set_value(saved.get("source"))
            self.age.set_value(saved.get("age"))
            self.mine.set_value(saved.get("mine", False))

    def _next(self) -> None:
        """Nobody was reached: in the list of whom to call again the next one is called."""
        rows, current = self.table.records.rows, self.table.current()
        if self.states.value() == RECALL and current in rows[:-1]:
            self.table.choose(rows[rows.index(current) + 1].id)
        self._into_list()

    def _into_list(self) -> None:
        self.table.choose_first()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # One request --------------------------------------------------------------------------------------------------------------------

    def open_request(self, request_id: str, *, focus: bool = False) -> None:
        """Show a request in the panel; ``focus``: ready to log an attempt."""
        self._wanted = request_id
        self.frame.runner.latest(
            ("request", id(self)), requests.open_request, request_id, then=lambda sheet: self._show_sheet(sheet, focus=focus), owner=self
        )

    def _show_sheet(self, sheet: RequestSheet, *, focus: bool) -> None:
        if self._wanted != sheet.request.id:
            return
        self._only(self.panel)
        self.panel.show_sheet(sheet, focus=focus)
        self._fit()
        current = self.table.current()
        if current is None or current.id != sheet.request.id:
            self.table.choose(sheet.request.id)

    def _open_current(self) -> None:
        found = self.table.current()
        if found is not None:
            self.open_request(found.id)

    def _chosen(self, found: RequestRow | None) -> None:
        """While the panel is open it follows the list."""
        if found is not None and self.panel.isVisible() and found.id != self._wanted:
            self.open_request(found.id)

    def _closed(self) -> None:
        self._wanted = ""
        self._fit()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _only(self, shown: QWidget | None) -> None:
        """One panel at a time."""
        for panel in (self.panel, self.form, self.made):
            panel.setVisible(panel is shown and panel.isVisible())

    def _fit(self) -> None:
        """Fewer columns beside a panel."""
        narrow = not (self.panel.isHidden() and self.form.isHidden() and self.made.isHidden())
        hidden = looks.WIDE if narrow else looks.NARROW if self.width() >= ROOMY else looks.NARROW | {"source"}
        for number, shown in enumerate(self.table.records.columns):
            self.table.setColumnHidden(number, shown.key in hidden)
        for choice in (self.source, self.age):
            choice.setVisible(not narrow or choice.value() is not None)
        self.mine.setVisible(not narrow or self.mine.value())
        self.count.setVisible(not narrow)
        tight = narrow and theme().text_scale > 1  # the file can be dropped, and I chooses it
        self.import_button.setVisible(not tight and self.frame.desk.may("requests.import"))
        self.search.setMinimumWidth(SEARCH_NARROW if narrow else SEARCH_WIDE)
        self.states.fold(folded=tight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Only the columns that fit."""
        super().resizeEvent(event)
        self._fit()

    def _log(self) -> None:
        if self.panel.isVisible():
            self.panel.log()
        elif found := self.table.current():
            self.open_request(found.id, focus=True)

    def _book(self) -> None:
        if self.panel.isVisible():
            self.panel.book()
        elif found := self.table.current():
            self._wanted = found.id
            self.frame.runner.do(requests.open_request, found.id, then=self._show_and_book, owner=self)

    def _show_and_book(self, sheet: RequestSheet) -> None:
        self._show_sheet(sheet, focus=False)
        self.panel.book()

    # New ----------------------------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Write down a request by phone."""
        self._stack.setCurrentIndex(0)
        self._only(self.form)
        self.form.begin()
        self._fit()

    def _mend(self, request: AdviceRequest) -> None:
        self._only(self.form)
        self.form.mend(request)
        self._fit()

    def _saved(self, request: AdviceRequest) -> None:
        self.frame.toast(_("{who}: saved.").format(who=looks.who(request)))
        self.open_request(request.id, focus=True)

    # Import -------------------------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Choose an export and look at what is in it."""
        if path := chosen_file(self, _("Import requests")):
            self.import_file(path)

    def show_imports(self) -> None:
        """The imports that were made, for taking one back."""
        self._stack.setCurrentIndex(0)
        self._only(self.made)
        self.made.open()
        self._fit()

    def import_file(self, path: str) -> None:
        """Show what importing a file would do."""
        if self.importing.open_file(path):
            self._stack.setCurrentIndex(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """An export may be dropped here."""
        if dropped_file(event) and self.frame.desk.may("requests.import"):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what is in it."""
        if path := dropped_file(event):
            event.acceptProposedAction()
            self.import_file(path)

    def _left_import(self) -> None:
        self._stack.setCurrentIndex(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _imported(self, _result: ImportResult) -> None:
        self._left_import()
        self.states.set_value("open")
        self._load()

    def _taken_back(self) -> None:
        self.panel.hide()
        self.made.reload()
        self._closed()
