"""The reports page: choose, set period and client, see it, print, save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.errors import Cancelled, DeskError, UserError
from nmx_desk.domain.saved_reports import Asked, SavedReport
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import report_papers, reports, saved_reports
from nmx_desk.services.reports import ReportChoice
from nmx_desk.services.saved_reports import NamedReport
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import Card, column, holder, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.paper import print_paper
from nmx_desk.ui.kit.pdf import Preview
from nmx_desk.ui.kit.period import PeriodInput
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.saving import save_as
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.reports.asked import AskedInput
from nmx_desk.ui.reports.lines import Line
from nmx_desk.ui.reports.naming import NamingPanel
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
        self._choices: list[ReportChoice] = []
        self._line = ""
        self.table: Table[Line] = Table(
            [Column(key="title", title=_("Report"), text=lambda r: r.title, detail=lambda r: r.text, tooltip=lambda r: r.text,
                    role=lambda r: "danger" if r.trouble else "text", strong=True)],
            name="reports", label=_("Reports"), key=lambda r: r.name,
        )  # fmt: skip
        self.table.horizontalHeader().hide()
        self.asking = AskedInput(frame)
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.show_it = Button(_("Show the report"), self.make, kind="primary", icon="eye", tip="F5")
        self.name_it = Button(_("Save under a name …"), self.open_naming, kind="quiet", icon="save", tip="Ctrl+N")
        self.drop = Button(_("Remove"), self.drop_named, kind="quiet", icon="trash-2")
        self.print = Button(_("Print"), self.print_it, icon="printer", tip="Ctrl+P")
        self.save = Button(_("Save as PDF"), self.save_pdf, icon="download", tip="Ctrl+S")
        self.sheet = Button(_("Excel"), self.save_xlsx, icon="download", name=_("Save as a table for Excel"))
        self.table_file = Button(_("CSV"), self.save_csv, icon="download", name=_("Save as a table (CSV)"))
        self.progress = ProgressStrip(self.stop)
        self.preview = Preview(_("Preview of the report"), _("Scroll through the report"))
        self.empty = EmptyState(_("Nothing to see yet"), icon="file-text")
        self.naming = NamingPanel(frame, self._kept)
        self.right_side = QStackedWidget()
        self._build()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Reports")

    def _build(self) -> None:
        self.progress.hide()
        self.problem.hide()
        named = row(self.name_it, None, self.drop, space=Space.XS)
        self.ask = Card("", self.asking, self.problem, self.show_it, self.progress, named)
        left = column(heading(self.title()), self.table, self.ask)
        left.setStretchFactor(self.table, 1)
        left.setContentsMargins(Space.XL, Space.L, 0, Space.L)
        side = holder(left)
        side.setFixedWidth(PANEL_WIDTH - 40)
        for part in (self.empty, self.preview, self.naming):
            self.right_side.addWidget(part)
        self.pages = Label("", role="muted", elide=True)
        head = row(self.pages, self.table_file, self.sheet, self.save, self.print)
        head.setStretch(0, 1)
        seen = column(head, self.right_side)
        seen.setStretchFactor(self.right_side, 1)
        seen.setContentsMargins(Space.L, Space.L, Space.XL, Space.L)
        whole = row(side, space=0)
        whole.addLayout(seen, 1)
        self.setLayout(whole)
        self.table.chosen.connect(lambda _choice: self._turned())
        self.table.opened.connect(lambda _choice: self.make())
        self.asking.changed.connect(self._changed)
        self.naming.closed.connect(self._named_or_not)
        self._turned()

    @property
    def period(self) -> PeriodInput:
        """Where the days are chosen."""
        return self.asking.period

    @property
    def client(self) -> ClientPicker:
        """Where the client is chosen."""
        return self.asking.client

    # Visits -------------------------------------------------------------------------------------------------------------------------

    def arrive(
        self, *, report: str = "", client_id: str = "", printing: bool = False, first: str = "", last: str = "", **more: Any
    ) -> None:  # fmt: skip
        """Show the reports there are, and make one if asked: of the days ``first`` to ``last`` (ISO), with the filters that come along."""
        if first and last:
            self.period.set_days(date.fromisoformat(first), date.fromisoformat(last))
        self._wanted = {"report": report, "client_id": client_id} if report else None
        self._printing = printing
        self.asking.ask_filters(more if first else None)
        self.frame.runner.do(reports.list_reports, then=self._got_reports, owner=self)

    def _got_reports(self, found: list[ReportChoice]) -> None:
        self._choices = found
        self.frame.runner.do(saved_reports.list_named, then=self._got_named, owner=self)

    def _got_named(self, found: tuple[NamedReport, ...]) -> None:
        by_name = {choice.name: choice for choice in self._choices}
        named = [Line(by_name[one.saved.report], one) for one in found if one.saved.report in by_name]
        self.table.set_rows([*named, *(Line(choice) for choice in self._choices)])
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            if self.table.current() is None:
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
            Command(_("Save as a table for Excel"), self.save_xlsx, "opslaan bewaren xlsx spreadsheet", "", "download"),
            Command(_("Save as a table (CSV)"), self.save_csv, "opslaan bewaren spreadsheet", "", "download"),
            Command(_("Save under a name …"), self.open_naming, "bewaren naam plannen schedule", "Ctrl+N", "save"),
        ]

    def show_error(self, error: UserError) -> bool:
        """Beside what was asked."""
        self.problem.setText(error.message)
        self.problem.show()
        fields: dict[str, QWidget] = {"client_id": self.client, "paper": self.asking.paper, "date_to": self.period.kind}
        fields.get(error.field, self.show_it).setFocus()
        return True

    # What is asked ------------------------------------------------------------------------------------------------------------------

    def _choice(self) -> ReportChoice | None:
        line = self.table.current()
        return line.choice if line else None

    def _turned(self) -> None:
        line = self.table.current()
        choice = line.choice if line else None
        self.naming.hide()
        self.show_it.set_kind("primary")
        self.asking.use(choice)
        if line is not None and line.name != self._line:  # not at every reading anew: something else may be asked by now
            if line.named is not None:
                self.asking.set_asked(line.named.asked)
            elif self._line.startswith(Line.key_of("")):
                self.asking.set_asked(Asked())  # what a named report was narrowed to is its own
            self._line = line.name
        self.show_it.setVisible(choice is not None and choice.preview)
        for button, form in ((self.table_file, "csv"), (self.sheet, "xlsx")):
            button.setVisible(choice is not None and form in choice.formats)
        self.name_it.setVisible(choice is not None and "paper" not in choice.needs)
        self.name_it.setText(_("Change …") if line is not None and line.named else _("Save under a name …"))
        self.drop.setVisible(line is not None and line.named is not None)
        self._changed()

    def _changed(self) -> None:
        """What is shown must be what was asked."""
        self.problem.hide()
        choice = self._choice()
        for button in (self.show_it, self.print, self.save, self.sheet, self.table_file):
            button.setEnabled(choice is not None and self._job is None)
        if self._made is None or self._made[0] != self._asked():
            self._made = None
            self.preview.clear()
            self.pages.setText("")
            if choice is None or choice.preview:
                self.empty.say(_("Nothing to see yet"), _("Choose a report and press “Show the report”."))
            else:
                self.empty.say(_("No preview"), _("The content of a plan is for the client and the practitioner. Print it, or save it."))
            if not self.naming.isVisibleTo(self.right_side):
                self.right_side.setCurrentWidget(self.empty)
        elif not self.naming.isVisibleTo(self.right_side):
            self.right_side.setCurrentWidget(self.preview)

    def _asked(self) -> object:
        choice = self._choice()
        return None if choice is None else (choice.name, tuple(sorted(self.asking.parameters().items(), key=str)))

    # Under a name -------------------------------------------------------------------------------------------------------------------

    def open_naming(self) -> None:
        """Keep what is asked under a name, or change what is kept."""
        line = self.table.current()
        if line is None or "paper" in line.choice.needs:
            return
        asked = self.asking.asked()
        if asked is None:
            self.show_error(UserError("date_to", _("Fill in days that exist, such as 7-12-2026.")))
            return
        self.right_side.setCurrentWidget(self.naming)
        self.show_it.set_kind("secondary")  # saving is what comes next
        self.naming.open(line.choice, asked, line.named)

    def _named_or_not(self) -> None:
        self.show_it.set_kind("primary")
        self._changed()

    def _kept(self, saved: SavedReport) -> None:
        self.frame.toast(_("“{name}” stands at the top of the list.").format(name=saved.name))
        self._read_named(Line.key_of(saved.id))

    def _read_named(self, choose: str = "") -> None:
        def got(found: tuple[NamedReport, ...]) -> None:
            self._got_named(found)
            if choose:
                self.table.choose(choose)
            self._turned()

        self.frame.runner.do(saved_reports.list_named, then=got, owner=self)

    def drop_named(self) -> None:
        """Forget a named report."""
        line = self.table.current()
        if line is not None and line.named is not None:
            self.frame.runner.do(saved_reports.drop_named, line.named.saved.id, then=self._dropped, owner=self)

    def _dropped(self, saved: SavedReport) -> None:
        back = saved_reports.take_back_named
        self.frame.toast(
            _("“{name}” has been removed; the files it wrote stay.").format(name=saved.name),
            undo=lambda: self.frame.runner.do(back, saved.id, then=self._kept, owner=self),
        )
        self._read_named()

    def refresh(self, changes: Changes | None) -> None:
        """A scheduled report was written, or a colleague changed one."""
        if changes is not None and "saved_report" in changes.tables and not self.naming.isVisibleTo(self.right_side):
            self.frame.runner.do(saved_reports.list_named, then=self._got_named, owner=self)

    # Making -------------------------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make the report and show it."""
        choice = self._choice()
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
        choice = self._choice()
        if choice is None or self._job is not None:
            return
        parameters = self.asking.parameters()
        if any(parameters.get(name) is None for name in ("date_from", "date_to") if name in parameters):
            self.show_error(UserError("date_to", _("Fill in days that exist, such as 7-12-2026.")))
            return
        self.progress.set_title(_("Making the report"))
        self.progress.report(0, 0)

        def done(data: bytes) -> None:
            self._ended()
            then(data)

        do, owner = self.frame.runner.do, self
        more: dict[str, Any] = {"then": done, "failed": self._failed, "progress": self.progress.report, "owner": owner}
        if "paper" in choice.needs:
            self._job = do(report_papers.make_paper, choice.name, **parameters, **more)
        else:
            self._job = do(reports.make_report, choice.name, format=form, **parameters, **more)
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

    def save_xlsx(self) -> None:
        """Save what is asked as a workbook."""
        self._save_table("xlsx")

    def _save_table(self, form: str) -> None:
        choice = self._choice()
        if choice is not None and form in choice.formats:
            self._make(form, lambda data: self._save(data, form))

    def save_csv(self) -> None:
        """Save what is asked as a table for a spreadsheet."""
        self._save_table("csv")

    def _save(self, data: bytes, ending: str) -> None:
        line = self.table.current()
        name = f"{line.title if line else 'nmx'} {dates.today(self.frame.now()).isoformat()}.{ending}"
        save_as(self, self.frame, _("Save the report"), name, data)
