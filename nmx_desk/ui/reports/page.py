"""The reports page: choose, set period and client, see it, print, save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from PySide6.QtWidgets import QStackedWidget

from nmx_desk.domain.errors import Cancelled, DeskError, UserError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import reports
from nmx_desk.services.reports import ReportChoice
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import DateInput
from nmx_desk.ui.kit.labels import Label, heading, section
from nmx_desk.ui.kit.layout import Card, column, holder, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.paper import print_paper
from nmx_desk.ui.kit.pdf import Preview
from nmx_desk.ui.kit.period import PeriodInput
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.saving import save_as
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

Use = Callable[[bytes], object]


class ReportsPage(Page):
    """``arrive(report=, client_id=)`` makes the report at once when nothing more is needed; ``printing=True`` asks for the printer."""

    name: ClassVar[str] = "reports"
    icon: ClassVar[str] = "chart-column"
    right: ClassVar[str | None] = "session.use"
    rail_order: ClassVar[int] = 60

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._job: Job | None = None
        self._made: tuple[object, bytes] | None = None  # what was asked, and the PDF
        self._wanted: dict[str, str] | None = None
        self._printing = False  # whether what is made on arriving goes to the printer
        self.table: Table[ReportChoice] = Table(
            [Column(key="title", title=_("Report"), text=lambda r: r.title, detail=lambda r: r.text, tooltip=lambda r: r.text,
                    sort_key=lambda r: r.number, strong=True)],
            name="reports", label=_("Reports"), key=lambda r: r.name,
        )  # fmt: skip
        self.table.horizontalHeader().hide()
        self.period = PeriodInput(dates.today(frame.now()))
        self.day = DateInput(name=_("Day"))
        self.day.set_value(dates.today(frame.now()))
        self.client = ClientPicker(frame.runner, name=_("Client"))
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.show_it = Button(_("Show the report"), self.make, kind="primary", icon="eye", tip="F5")
        self.print = Button(_("Print"), self.print_it, icon="printer", tip="Ctrl+P")
        self.save = Button(_("Save as PDF"), self.save_pdf, icon="download", tip="Ctrl+S")
        self.table_file = Button(_("Save as table (CSV)"), self.save_csv, icon="download")
        self.progress = ProgressStrip(self.stop)
        self.preview = Preview(_("Preview of the report"), _("Scroll through the report"))
        self.empty = EmptyState(_("Nothing to see yet"), icon="file-text")
        self.right_side = QStackedWidget()
        self._build()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Reports")

    def _build(self) -> None:
        self.progress.hide()
        self.problem.hide()
        self._period = holder(column(section(_("Period")), self.period, space=Space.XS))
        self._day = holder(column(section(_("Day")), self.day, space=Space.XS))
        self._client_title = section(_("Client"))
        self._client = holder(column(self._client_title, self.client, space=Space.XS))
        self.ask = Card("", self._period, self._day, self._client, self.problem, self.show_it, self.progress)
        left = column(heading(self.title()), self.table, self.ask)
        left.setStretchFactor(self.table, 1)
        left.setContentsMargins(Space.XL, Space.L, 0, Space.L)
        side = holder(left)
        side.setFixedWidth(PANEL_WIDTH - 40)
        self.right_side.addWidget(self.empty)
        self.right_side.addWidget(self.preview)
        self.pages = Label("", role="muted", elide=True)
        head = row(self.pages, self.table_file, self.save, self.print)
        head.setStretch(0, 1)
        seen = column(head, self.right_side)
        seen.setStretchFactor(self.right_side, 1)
        seen.setContentsMargins(Space.L, Space.L, Space.XL, Space.L)
        whole = row(side, space=0)
        whole.addLayout(seen, 1)
        self.setLayout(whole)
        self.table.chosen.connect(lambda _choice: self._turned())
        self.table.opened.connect(lambda _choice: self.make())
        self.period.changed.connect(self._changed)
        self.day.editingFinished.connect(self._changed)
        self.client.picked.connect(lambda _id: self._changed())
        self._turned()

    # Visits -------------------------------------------------------------------------------------------------------------------------

    def arrive(
        self, *, report: str = "", client_id: str = "", printing: bool = False, first: str = "", last: str = "", **_more: Any
    ) -> None:  # fmt: skip
        """Show the reports there are, and make one if asked, of the days from ``first`` to ``last`` (ISO)."""
        if first and last:
            self.period.set_days(date.fromisoformat(first), date.fromisoformat(last))
        self._wanted = {"report": report, "client_id": client_id} if report else None
        self._printing = printing
        self.frame.runner.do(reports.list_reports, then=self._got_reports, owner=self)

    def _got_reports(self, found: list[ReportChoice]) -> None:
        self.table.set_rows(found)
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            self.table.choose_first()
            return
        if not self.table.choose(wanted["report"]):
            self.frame.toast(_("This report is not available to you."))
            return
        if wanted["client_id"]:
            label = reports.client_label
            self.client.set_client(wanted["client_id"], "…", tell=False)
            self.frame.runner.do(label, wanted["client_id"], then=lambda text: self._named(wanted["client_id"], text), owner=self)
        self._turned()
        if self._printing:
            self._with_pdf(self._show_and_print)
        else:
            self.make()

    def _named(self, client_id: str, text: str) -> None:
        if self.client.client_id == client_id:
            self.client.set_client(client_id, text, tell=False)

    def leave(self) -> bool:
        """A report that was seen is let go of: nobody else sees it after the lock."""
        self.stop()
        return True

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        return [
            Command(_("Show the report"), self.make, "toon rapport", "F5", "eye"),
            Command(_("Print"), self.print_it, "afdrukken print", "Ctrl+P", "printer"),
            Command(_("Save as PDF"), self.save_pdf, "opslaan bewaren save", "Ctrl+S", "download"),
        ]

    def show_error(self, error: UserError) -> bool:
        """Beside what was asked."""
        self.problem.setText(error.message)
        self.problem.show()
        {"client_id": self.client, "date_to": self.period.kind}.get(error.field, self.show_it).setFocus()
        return True

    # What is asked ------------------------------------------------------------------------------------------------------------------

    def _turned(self) -> None:
        choice = self.table.current()
        needs = choice.needs if choice else frozenset()
        self._period.setVisible("period" in needs)
        self._day.setVisible("day" in needs)
        self._client.setVisible("client" in needs)
        optional = choice is not None and choice.client_optional
        self._client_title.setText(_("Client (empty: everybody)") if optional else _("Client"))
        self.show_it.setVisible(choice is not None and choice.preview)
        self.table_file.setVisible(choice is not None and "csv" in choice.formats)
        self._changed()

    def _changed(self) -> None:
        """What is shown must be what was asked."""
        self.problem.hide()
        choice = self.table.current()
        for button in (self.show_it, self.print, self.save, self.table_file):
            button.setEnabled(choice is not None and self._job is None)
        if self._made is None or self._made[0] != self._asked():
            self._made = None
            self.preview.clear()
            self.pages.setText("")
            if choice is None or choice.preview:
                self.empty.say(_("Nothing to see yet"), _("Choose a report and press “Show the report”."))
            else:
                self.empty.say(_("No preview"), _("The content of a plan is for the client and the practitioner. Print it, or save it."))
            self.right_side.setCurrentWidget(self.empty)

    def _asked(self) -> object:
        choice = self.table.current()
        return None if choice is None else (choice.name, tuple(sorted(self._parameters(choice).items(), key=str)))

    def _parameters(self, choice: ReportChoice) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if "period" in choice.needs:
            made["date_from"], made["date_to"] = self.period.days()
        if "day" in choice.needs:
            made["date_from"] = self.day.value()
        if "client" in choice.needs and self.client.client_id:
            made["client_id"] = self.client.client_id
        return made

    # Making -------------------------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make the report and show it."""
        choice = self.table.current()
        if choice is not None and choice.preview:
            self._with_pdf(self._show)

    def _with_pdf(self, use: Use) -> None:
        """Do something with the PDF of what is asked, making it if need be."""
        asked = self._asked()
        if self._made is not None and self._made[0] == asked:
            use(self._made[1])
            return

        def made(data: bytes) -> None:
            self._made = (asked, data)
            use(data)

        self._make("pdf", made)

    def _make(self, form: str, then: Use) -> None:
        choice = self.table.current()
        if choice is None or self._job is not None:
            return
        parameters = self._parameters(choice)
        if any(parameters.get(name) is None for name in ("date_from", "date_to") if name in parameters):
            self.show_error(UserError("date_to", _("Fill in days that exist, such as 7-12-2026.")))
            return
        self.progress.set_title(_("Making the report"))
        self.progress.report(0, 0)

        def done(data: bytes) -> None:
            self._ended()
            then(data)

        self._job = self.frame.runner.do(
            reports.make_report, choice.name, format=form, then=done, failed=self._failed, progress=self.progress.report, owner=self,
            **parameters,
        )  # fmt: skip
        self.progress.show()
        self._changed()

    def stop(self) -> None:
        """Stop making."""
        if self._job is not None:
            self._job.cancel()

    def _ended(self) -> None:
        self._job = None
        self.progress.hide()
        self._changed()

    def _failed(self, error: DeskError) -> None:
        self._ended()
        if not isinstance(error, Cancelled):
            if isinstance(error, UserError):
                self.show_error(error)
            else:
                errors.show(error, self)

    def _show(self, data: bytes) -> None:
        if not self.preview.show_pdf(data):
            raise ValueError("not a PDF")
        self.right_side.setCurrentWidget(self.preview)
        n = self.preview.pages
        self.pages.setText(ngettext("{n} page", "{n} pages", n).format(n=dates.number(n)))
        self.preview.view.setFocus()

    # Using --------------------------------------------------------------------------------------------------------------------------

    def print_it(self) -> None:
        """Print what is asked."""
        self._with_pdf(self._print)

    def _show_and_print(self, data: bytes) -> None:
        self._show(data)
        self._print(data)

    def _print(self, data: bytes) -> None:
        print_paper(self.frame, self, data)

    def save_pdf(self) -> None:
        """Save what is asked as PDF."""
        self._with_pdf(lambda data: self._save(data, "pdf"))

    def save_csv(self) -> None:
        """Save what is asked as a table for a spreadsheet."""
        self._make("csv", lambda data: self._save(data, "csv"))

    def _save(self, data: bytes, ending: str) -> None:
        choice = self.table.current()
        name = f"{choice.title if choice else 'nmx'} {dates.today(self.frame.now()).isoformat()}.{ending}"
        save_as(self, self.frame, _("Save the report"), name, data)
