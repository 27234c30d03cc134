"""What is printed of a client's file: the overview at one click, beside it the progress, the plan and the letter to the GP."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.clients import Client
from nmx_desk.i18n import _
from nmx_desk.services import reports
from nmx_desk.services.report_list import REPORTS
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.page import Command, Page
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.theme import icon


class FilePrints(QObject):
    """Two buttons and their entries in the palette."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.page, self.frame = page, page.frame
        self._client: Client | None = None
        self.button = IconButton("printer", _("Print the overview"), partial(self.show, "overview"), shortcut="Ctrl+P")
        self.more = IconButton("chevron-down", _("More to print"), self.open)
        self.about(None)

    def about(self, client: Client | None) -> None:
        """Whose file is open; None: nobody's."""
        self._client = client
        for button in (self.button, self.more):
            button.setEnabled(client is not None)

    def commands(self) -> list[Command]:
        """What the palette offers."""
        made = [
            Command(_("Print the overview"), partial(self.show, "overview"), "afdrukken overzicht print", "Ctrl+P", "printer"),
            Command(_("Print the progress"), partial(self.show, "progress"), "afdrukken voortgang curven print", "", "trending-up"),
            Command(_("Print the timeline"), partial(self.show, "lifeline"), "afdrukken tijdlijn levenslijn print", "", "history"),
        ]
        if self.frame.desk.may("plans.print"):
            made.append(Command(_("Print the plan"), partial(self.show, "plan"), "afdrukken plan print", "", "target"))
        if self.frame.desk.may("letters.write"):
            made.append(Command(_("Letter to the GP"), self.letter, "huisarts brief doctor", "", "mail"))
        return made

    def open(self) -> None:
        """Choose what to print; the arrows and Enter do."""
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = []
        for each in self.commands():
            actions.append(menu.addAction(icon(each.icon, "text"), each.title))
            actions[-1].triggered.connect(lambda _checked=False, run=each.run: run())
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
        menu.setActiveAction(actions[0])

    def show(self, name: str) -> None:
        """Look at it as it lies on paper, to print or keep it."""
        if self._client is not None:
            told = partial(self._show, self._client.client_no, name)
            self.frame.runner.do(reports.make_report, name, client_id=self._client.id, then=told, owner=self.page)

    def _show(self, number: str, name: str, data: bytes) -> None:
        title = _(REPORTS[name].title)
        show_paper(self.frame, self.page, title, data, f"{number} {title} {dates.today(self.frame.now()).isoformat()}")

    def letter(self) -> None:
        """Begin a letter with what is known."""
        if self._client is not None:
            self.frame.go("letters", client_id=self._client.id)
