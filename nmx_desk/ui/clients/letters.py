"""The letters of a client, and beginning one."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.referrals import SENT_HOW_NAMES, SentHow
from nmx_desk.i18n import _
from nmx_desk.services import referrals
from nmx_desk.services.referrals import LetterSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.locked import Locked
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


def _state(sheet: LetterSheet) -> Badge:
    letter = sheet.letter
    if letter.feedback:
        return Badge(_("Answered"), Hue.OK, "circle-check")
    waits = letter.sent_how is SentHow.NOT_YET
    return Badge(_(SENT_HOW_NAMES[letter.sent_how]), Hue.WARN if waits else Hue.INFO, "pencil" if waits else "mail")


def _to(sheet: LetterSheet) -> str:
    return ", ".join(filter(None, (sheet.letter.to_name, sheet.letter.to_practice, sheet.letter.to_city))) or "–"


class LettersPart(QWidget):
    """The newest first; Enter opens."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame, self._client_id = frame, ""
        columns: list[Column[LetterSheet]] = [
            Column(key="day", title=_("Date"), text=lambda one: dates.short(one.letter.written_on), width=120,
                   sort_key=lambda one: one.letter.written_on),
            Column(key="to", title=_("To"), text=_to, detail=lambda one: one.letter.reason, strong=True),
            Column(key="state", title=_("State"), text=lambda one: _state(one).text, badge=_state, width=180),
            Column(key="author", title=_("By"), text=lambda one: one.author, width=180),
        ]  # fmt: skip
        empty = EmptyState(_("No letters yet"), _("A letter begins with what is known; you go on from there."), icon="mail")
        self.table: Table[LetterSheet] = Table(columns, name="letters", label=_("Letters"), empty=empty, key=lambda one: one.letter.id)
        self.table.opened.connect(lambda one: frame.go("letters", letter_id=one.letter.id))
        self.new_button = Button(_("New letter"), lambda: frame.go("letters", client_id=self._client_id), icon="mail")
        if not frame.desk.may("letters.write"):
            self.new_button.hide()  # shown before it has a parent it would be a window of its own for a moment
        self.locked = Locked(
            _("These are the letters about another practitioner's client. Looking needs a written reason, which is logged.")
        )
        self.locked.asked.connect(self._ask)
        whole = column(row(STRETCH, self.new_button), self.locked, self.table, STRETCH, space=Space.M)
        whole.setStretch(2, 100)
        self.setLayout(whole)

    def show_client(self, client_id: str, *, own: bool) -> None:
        """Somebody came to this tab. Of another's client nothing is asked until the user says so."""
        if client_id != self._client_id:
            self._client_id = client_id
            self.table.set_rows([])
            self.locked.setVisible(not own)
            self.table.setVisible(own)
        if own:
            self._ask()

    def _ask(self) -> None:
        show = partial(self._show, self._client_id)
        self._frame.runner.latest(("clients", "letters"), referrals.letters_of, self._client_id, then=show, owner=self)

    def _show(self, client_id: str, found: tuple[LetterSheet, ...]) -> None:
        if client_id == self._client_id:
            self.table.set_rows(found)
            self.table.show()
