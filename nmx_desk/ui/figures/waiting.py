"""What is overdue in the whole clinic, in one list beside the figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from nmx_desk.i18n import _
from nmx_desk.services.overdue import Overdue, list_overdue
from nmx_desk.ui.kit import dates, overdue
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import subheading
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space


class OverduePanel(QFrame):
    """The longest overdue first; Enter goes to where it is done."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.setMinimumWidth(PANEL_WIDTH)
        self.setAccessibleName(_("Overdue"))
        self.title = subheading(_("Overdue"))
        empty = EmptyState(_("Nothing is overdue"), _("What should have been done by now stands here."), icon="circle-check")

        columns: list[Column[Overdue]] = [
            Column(key="what", title=_("What"), text=overdue.title, strong=True, detail=overdue.about, tooltip=overdue.about),
            Column(key="since", title=_("Since"), text=lambda item: overdue.badge(item, frame.now()).text, width=124,
                   badge=lambda item: overdue.badge(item, frame.now()), sort_key=lambda item: item.since,
                   tooltip=lambda item: dates.full_day(item.since)),
        ]  # fmt: skip
        self.table: Table[Overdue] = Table(columns, name="overdue", label=_("Overdue"), settings=frame.user_settings, empty=empty)
        self.table.opened.connect(self._open)
        box = column(self.title, self.table, space=Space.M)
        box.setContentsMargins(Space.L, 0, 0, 0)
        self.setLayout(box)

    def load(self) -> None:
        """Ask for what is overdue."""
        self.frame.runner.latest("overdue", list_overdue, then=self._listed, owner=self)

    def _listed(self, found: Sequence[Overdue]) -> None:
        self.table.set_rows(found)
        self.title.setText(_("{title} ({n})").format(title=_("Overdue"), n=dates.number(len(found))) if found else _("Overdue"))

    def _open(self, item: Overdue) -> None:
        """Where it is done; who may not go there is told so."""
        if self.frame.desk.may(overdue.MAY[item.kind]):
            overdue.open_it(item, self.frame.go)
        else:
            self.frame.toast(_("This is about a client. Your role sees figures and registers, no clients."))
