"""The tab "People and consents" of a client's page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import consents, representatives
from nmx_desk.ui.clients.consents import ConsentsCard
from nmx_desk.ui.clients.people import PeopleCard
from nmx_desk.ui.kit.layout import STRETCH, column, holder, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class FamilyPart(QWidget):
    """Who may decide for the client, and what was agreed to."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.people, self.consents = PeopleCard(frame), ConsentsCard(frame)
        inner = column(self.people, self.consents, STRETCH, space=Space.L)
        inner.setContentsMargins(0, 0, Space.L, Space.S)
        self.setLayout(column(scroll(holder(inner), _("People and consents"))))

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.people.dirty or self.consents.dirty

    def load(self, client_id: str) -> None:
        """Ask for both."""
        ask = self._frame.runner.latest
        ask(("clients", "people"), representatives.representatives_of, client_id, then=self.people.show_sheet, owner=self)
        ask(("clients", "consents"), consents.consents_of, client_id, then=self.consents.show_sheet, owner=self)
