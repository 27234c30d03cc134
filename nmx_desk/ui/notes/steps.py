"""What can be done with a note besides writing and signing it: print it, declare it void."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nmx_desk.domain.note_states import SIGNED_STATES
from nmx_desk.domain.notes import NoteStatus
from nmx_desk.i18n import _
from nmx_desk.services import frozen, note_steps
from nmx_desk.services.note_steps import Voided
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.page import Command
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.notes import addendum

if TYPE_CHECKING:
    from nmx_desk.ui.notes.page import NotesPage


class NoteSteps(QObject):
    """Two buttons, and their entries in the palette."""

    def __init__(self, page: NotesPage) -> None:
        super().__init__(page)
        self.page, self.frame = page, page.frame
        self.print_button = IconButton("printer", _("Print the note"), self.print, shortcut="Ctrl+P")
        self.void_button = Button(_("Declare void"), self.void, kind="quiet", icon="ban")

    def commands(self) -> list[Command]:
        """What the palette offers."""
        return [
            Command(_("Print the note"), self.print, "afdrukken print", "Ctrl+P", "printer"),
            Command(_("Declare this note void"), self.void, "ongeldig verkeerde cliënt void", icon="ban"),
        ]

    def offer(self, status: NoteStatus | None) -> None:
        """What may be done with a note in this state; None: with a list of notes."""
        self.print_button.setVisible(status is not None and status is not NoteStatus.DRAFT)
        self.void_button.setVisible(status in SIGNED_STATES and self.frame.desk.may("notes.write"))

    def print(self) -> None:
        """Look at the signed note as it lies on paper, to print or keep it."""
        sheet = self.page.sheet
        if sheet is not None and sheet.note.status is not NoteStatus.DRAFT:
            name = f"{sheet.client.client_no} {sheet.note.care_date.isoformat()}"
            self.frame.runner.do(frozen.print_note, sheet.note.id, then=partial(self._show, name), owner=self.page)

    def _show(self, name: str, data: bytes) -> None:
        show_paper(self.frame, self.page, _("Consult note"), data, name)

    def void(self) -> None:
        """Declare a signed note void, and begin it again in the right file if there is one."""
        sheet = self.page.sheet
        if sheet is None or self.void_button.isHidden():
            return
        told = addendum.ask_void(self.page.window(), self.frame.runner)
        if told is not None:
            self.frame.runner.do(note_steps.void_note, sheet.note.id, *told, then=self._voided, owner=self.page)

    def _voided(self, made: Voided) -> None:
        self.frame.toast(_("The note was declared void."))
        self.frame.go("notes", note_id=made.copy.id if made.copy else made.note.id)
