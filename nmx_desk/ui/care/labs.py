"""Labs of one client: what was advised and ordered, how far each is, the results as the lab gave them, and the course of an analyte."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.lab_lines import shown_reference, shown_value
from nmx_desk.domain.labs import AWAITED, LAB_DOMAIN_NAMES, LAB_STATUS_NAMES, LAB_STEPS, LabOrder, LabResult, LabStatus, reached
from nmx_desk.i18n import _, language
from nmx_desk.services import documents, labs
from nmx_desk.services.labs import LabsSheet, OrderSheet
from nmx_desk.ui.care.lab_panels import OrderPanel, ResultsPanel
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.care.trend import TrendPanel
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.lab_words import STEP_ICONS, about, costs, course, lab_badge, since
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space

_S = LabStatus
_NEXT = {_S.ADVISED: _S.ORDERED, _S.RECEIVED: _S.REVIEWED, _S.REVIEWED: _S.DISCUSSED}
"""The step that the button at the top offers; while a result is awaited it offers to enter it."""


class LabsPart(CarePart):
    """Orders over the results of the chosen one; a panel for an order, for results, or for the course of an analyte."""

    key: ClassVar[str] = "labs"
    tables: ClassVar[frozenset[str]] = frozenset({"lab_order", "lab_result", "document"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: LabsSheet | None = None
        self.chosen_next = ""
        self.add_button = Button(_("New test"), self.add, icon="plus")
        self.change_button = IconButton("pencil", _("Change the test"), self.change, role="text")
        self.more = IconButton("ellipsis", _("Next steps"), self._menu, role="text")
        self.next_button = Button(_("Enter the result"), self.go_on, kind="primary", icon="arrow-right")
        self.table, self.results = self._orders(), self._values()
        self.title_line, self.about = Label("", look="strong"), muted("", wrap=False)
        self.papers = row(space=Space.S)
        self.panel, self.entering, self.trend = OrderPanel(self), ResultsPanel(self), TrendPanel(frame)
        head = row(STRETCH, self.change_button, self.more, self.add_button, self.next_button, space=Space.S)
        left = column(head, self.table, row(self.title_line, self.about, STRETCH, self.papers, space=Space.M), self.results, space=Space.M)
        left.setStretchFactor(self.table, 1)
        left.setStretchFactor(self.results, 1)
        tests = holder(left)
        self.paper = PaperView(frame, tests, documents.open_document, _("Back to the tests"))
        whole = row(tests, self.paper, self.panel, self.entering, self.trend, space=Space.M)
        for place in (0, 1):
            whole.setStretch(place, 1)
        self.setLayout(whole)
        self.table.chosen.connect(lambda _found: self._chosen())
        self.table.opened.connect(lambda _found: self.change())
        self.results.opened.connect(self._course)
        self.results.chosen.connect(lambda found: self._course(found) if found and self.trend.isVisible() else None)
        for panel in (self.panel, self.entering):
            panel.closed.connect(self._panel_closed)
        self.paper.closed.connect(lambda: self.results.setFocus() if self.entering.isHidden() else self.entering.form.focus_first())
        self.trend.closed.connect(self.results.setFocus)
        self.table.spare(("since", "expected"))
        self.results.spare(("domain",))
        self._may = frame.desk.may("labs.use") and frame.desk.may("notes.write")
        if not self._may:
            for button in (self.add_button, self.change_button, self.more, self.next_button):
                button.hide()

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Lab")

    def _orders(self) -> Table[OrderSheet]:
        columns: list[Column[OrderSheet]] = [
            Column(key="panel", title=_("Test"), text=lambda one: one.order.panel, strong=True, detail=lambda one: about(one.order),
                   tooltip=lambda one: one.order.note or one.order.panel),
            Column(key="state", title=_("State"), text=lambda one: self._badge(one).text, badge=self._badge, width=180,
                   tooltip=lambda one: course(one.order)),
            Column(key="since", title=_("Since"), text=lambda one: since(one.order), width=116,
                   sort_key=lambda one: [day for _status, day in reached(one.order)][-1:]),
            Column(key="expected", title=_("Expected"), width=116, sort_key=lambda one: one.order.expected_on,
                   text=lambda one: dates.short(one.order.expected_on) if one.order.expected_on else "–"),
            Column(key="results", title=_("Values"), text=lambda one: str(len(one.results)) if one.results else "–", align="right",
                   width=84, sort_key=lambda one: len(one.results)),
        ]  # fmt: skip
        empty = EmptyState(_("No lab tests yet"), _("Write down a test that was advised with “New test”."), icon="clipboard-list")
        return Table(columns, name="lab_orders", label=_("Lab tests"), settings=self.frame.user_settings, empty=empty)

    def _values(self) -> Table[LabResult]:
        comma = language() == "nl"
        columns: list[Column[LabResult]] = [
            Column(key="analyte", title=_("Analyte"), text=lambda one: one.analyte, strong=True),
            Column(key="value", title=_("Result"), text=lambda one: shown_value(one, comma=comma), align="right", width=130),
            Column(key="unit", title=_("Unit"), text=lambda one: one.unit, width=110),
            Column(key="reference", title=_("Reference"), text=lambda one: shown_reference(one, comma=comma), width=110),
            Column(key="flag", title=_("Flag"), text=lambda one: one.flag, width=80, tooltip=lambda _one: _("Flag of the lab")),
            Column(key="domain", title=_("About"), text=lambda one: _(LAB_DOMAIN_NAMES[one.domain]), width=150),
        ]  # fmt: skip
        empty = EmptyState(_("No values here"), _("Enter them from the lab's letter, or add the letter alone."), icon="file-text")
        table = Table(columns, name="lab_results", label=_("Values"), settings=self.frame.user_settings, empty=empty)
        table.setSortingEnabled(False)
        return table

    def _badge(self, one: OrderSheet) -> Any:
        return lab_badge(one.order, self.sheet.today if self.sheet else dates.today(self.frame.now()))

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.paper.close_paper()
        self.table.set_rows([])
        self._chosen()
        for panel in (self.panel, self.entering, self.trend):
            panel.hide()

    def load(self) -> None:
        """Ask for orders and results."""
        self.frame.runner.latest(("care", self.key), labs.open_labs, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: LabsSheet) -> None:
        self.sheet = sheet
        self.table.set_rows(sheet.orders)
        if self.chosen_next:
            self.table.choose(self.chosen_next)
            self.chosen_next = ""
        elif self.table.current() is None:
            urgent = next((one for one in sheet.orders if one.order.status is _S.RECEIVED), None)
            waiting = urgent or next((one for one in sheet.orders if one.order.status in AWAITED), None)
            if waiting is not None:
                self.table.choose(waiting.id)
            self.table.choose_first()
        self._chosen()

    def _chosen(self) -> None:
        found = self.table.current() if self.sheet else None
        order = found.order if found else None
        self.about.setText(costs(order) if order else "")
        self.title_line.setText(order.panel if order else "")
        self.results.set_rows(found.results if found else [])
        empty_layout(self.papers)
        for paper in found.documents if found else ():
            self.papers.addWidget(Button(paper.name, partial(self.paper.open_kept, paper.id, self), kind="quiet", icon="paperclip",
                                         tip=_("Open {name}").format(name=paper.name)))  # fmt: skip
        for button in (self.change_button, self.more):
            button.setEnabled(order is not None)
        self._offer(order)

    def _offer(self, order: LabOrder | None) -> None:
        """What the button at the top does next."""
        status = order.status if order else None
        if status in _NEXT:
            self.next_button.setText(_(LAB_STATUS_NAMES[_NEXT[status]]))
        else:
            self.next_button.setText(_("Enter the result"))
        self.next_button.setEnabled(status in _NEXT or status in AWAITED)

    def _course(self, found: LabResult) -> None:
        if self.sheet is not None and self.leave():
            self.panel.hide()
            self.entering.hide()
            self.trend.show_trend(found.analyte, self.sheet.trend(found.analyte))

    def _panel_closed(self) -> None:
        self.paper.close_paper()
        self.table.setFocus()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty or self.entering.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        if not self._may:
            return []
        return [
            Command(_("Enter the result"), self.enter, "uitslag invoeren lab", "Ctrl+M", "download"),
            Command(_("New test"), self.add, "nieuw labonderzoek aanvragen order", "T", "plus"),
        ]

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def _free(self) -> bool:
        if self.sheet is None or not self._may or not self.leave():
            return False
        for panel in (self.panel, self.entering, self.trend):
            panel.hide()
        self.paper.close_paper()
        return True

    def add(self) -> None:
        """Write down a test that is advised."""
        if self._free():
            self.panel.begin(LabOrder())

    def change(self) -> None:
        """Change the chosen order."""
        found = self.table.current()
        if found is not None and self._free():
            self.panel.begin(found.order)

    def saved_order(self, made: LabOrder) -> None:
        """An order was written down or changed."""
        self.chosen_next = made.id
        self.frame.toast(_("“{words}” is saved.").format(words=made.panel))

    def enter(self) -> None:
        """Enter the result of the chosen order, or change it while it is not reviewed."""
        found = self.table.current()
        if found is None:
            self.frame.toast(_("Write down first which test it is."))
        elif found.order.status not in AWAITED | {_S.RECEIVED}:
            self.frame.toast(_("Results can be entered while a test is awaited or not reviewed yet. Take the last step back first."))
        elif self._free() and self.sheet is not None:
            self.entering.begin(found, self.sheet)
            if found.documents:
                self.paper.open_kept(found.documents[0].id, self, focus=False)

    def go_on(self) -> None:
        """The next step of the chosen order, or its result."""
        found = self.table.current()
        if found is None:
            return
        if found.order.status in _NEXT:
            self.step(found.order, _NEXT[found.order.status])
        else:
            self.enter()

    def step(self, order: LabOrder, to: LabStatus, **more: Any) -> None:
        """Take a step, today unless ``on`` says otherwise; costs that were not told yet are asked first."""
        if to is _S.ORDERED and (order.cost_cents is None or order.cost_told_on is None):
            if self._free():
                self.panel.begin(order, at="cost_cents" if order.cost_cents is None else "cost_told_on")
                self.frame.toast(_("Tell the client first what it costs, and write down the amount and the day."))
            return
        undo = partial(self.frame.runner.do, labs.take_back_lab_step, order.id, owner=self)
        said = partial(self._said, _("{state}: {test}.").format(state=_(LAB_STATUS_NAMES[to]), test=order.panel), undo)
        self.frame.runner.do(labs.step_lab_order, order.id, to, then=said, owner=self, **more)

    def _said(self, text: str, undo: Any, _made: object) -> None:
        self.frame.toast(text, undo)

    def _menu(self) -> None:
        found = self.table.current()
        if found is None:
            return
        menu, order = QMenu(self), found.order
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        steps = [step for step in LabStatus if step in LAB_STEPS[order.status]]
        for step in steps:
            if step is not _S.LAPSED:
                act = menu.addAction(icon(STEP_ICONS[step], "text"), _(LAB_STATUS_NAMES[step]))
                act.triggered.connect(partial(self.step, order, step))
        if steps:
            menu.addAction(icon("calendar", "text"), _("On another day …")).triggered.connect(partial(self._on_day, order, steps))
        if order.status in AWAITED | {_S.RECEIVED}:
            menu.addAction(icon("square-pen", "text"), _("Enter or change the result …")).triggered.connect(self.enter)
        if _S.LAPSED in steps:
            menu.addAction(icon("ban", "text"), _("Not needed any more …")).triggered.connect(partial(self._lapse, order))
        if len(reached(order)) > 1 or order.status is _S.LAPSED:
            back = menu.addAction(icon("undo-2", "text"), _("Take the last step back"))
            back.triggered.connect(lambda: self.frame.runner.do(labs.take_back_lab_step, order.id, owner=self))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _on_day(self, order: LabOrder, steps: list[LabStatus]) -> None:
        options = [(step, _(LAB_STATUS_NAMES[step])) for step in steps if step is not _S.LAPSED]
        fields = [
            Field(name="to", label=_("Step"), kind="choice", required=True, options=options),
            Field(name="on", label=_("Day"), kind="date", required=True, past=True),
        ]
        found = ask_values(self, _("A step on another day"), order.panel, fields, yes=_("Save"))
        if found:
            self.step(order, LabStatus(found["to"]), on=found["on"])

    def _lapse(self, order: LabOrder) -> None:
        text = _("It stays in the file, with your reason.")
        reason = ask_reason(self, _("Is {test} not needed any more?").format(test=order.panel), text, yes=_("Not needed any more"))
        if reason:
            self.step(order, _S.LAPSED, reason=reason)
