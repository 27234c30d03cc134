"""What helps while writing a note: snippets, attachments, nothing particular with one key, and writing without anything beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import snippets
from nmx_desk.services.notes import NoteSheet
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.page import Command
from nmx_desk.ui.notes.snippets import put_snippet
from nmx_desk.ui.notes.writing import NoteText
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space, Text

if TYPE_CHECKING:
    from nmx_desk.ui.notes.page import NotesPage

MEASURE = 52
"""Width of the text while one only writes, in heights of its letters: some ninety letters a line."""


class NoteTools(QObject):
    """Three small buttons, their keys, and the mode in which one only writes."""

    def __init__(self, page: NotesPage) -> None:
        super().__init__(page)
        self.page, self.frame, self.only_writing = page, page.frame, False
        self.snippet_button = IconButton("zap", _("Snippets"), self.snippets, shortcut="Ctrl+J")
        self.attach_button = IconButton("paperclip", _("Attach files"), self.attach, shortcut="Ctrl+Shift+A")
        self.focus_button = IconButton("panel-left-close", _("Only write"), self.turn, shortcut="F11")
        self.buttons = (self.snippet_button, self.attach_button, self.focus_button)
        for part in (page.editor, page.reader):
            part.attachments.trouble.connect(self._trouble)

    def commands(self) -> list[Command]:
        """What the palette offers while one writes."""
        return [
            Command(_("Put a snippet here"), self.snippets, "fragment standaardtekst snippet", "Ctrl+J", "zap"),
            Command(_("Attach files to the note"), self.attach, "bijlage bestand paperclip attachment", "Ctrl+Shift+A", "paperclip"),
            Command(_("Nothing particular in this section"), self.nothing, "niets bijzonders", "Ctrl+0", "check"),
            Command(_("Only write, or see what is beside again"), self.turn, "focus schrijven alleen", "F11", "square-pen"),
            Command(_("Judge the axes with this note"), self.judge, "assen beoordelen", "Ctrl+Shift+J", "circle-dot"),
        ]

    @property
    def writing(self) -> bool:
        """Whether a draft of one's own is in sight."""
        sheet = self.page.sheet
        return sheet is not None and not sheet.read_only and self.page.editor.isVisible()

    def offer(self, *, writing: bool) -> None:
        """What can be done with the note in sight."""
        for button in self.buttons:
            button.setVisible(writing)
        if not writing:
            self.turn(on=False)

    def show_sheet(self, sheet: NoteSheet) -> None:
        """A note is in sight: its attachments, and the snippets that can be typed."""
        self.page.editor.attachments.show_sheet(sheet)
        if not sheet.read_only:
            self._read_snippets()

    def leave(self) -> bool:
        """Stay while the judgement of an axis is typed and not saved."""
        if self.page.context.axes.panel.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def refresh(self, changes: Changes | None) -> None:
        """Snippets or what stands beside were changed."""
        self.page.context.refresh(changes)
        if self.writing and changes is not None and changes.tables & {"snippet", "code_item"}:
            self._read_snippets()

    def _read_snippets(self) -> None:
        book = self.page.editor.book
        self.frame.runner.latest(("notes", "snippets"), snippets.list_snippets, then=book.set_lines, owner=self.page)

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def snippets(self) -> None:
        """Choose a snippet for the field one writes in."""
        part = self.page.editor.here() if self.writing else None
        if part is not None:
            field: NoteText = part.text
            put_snippet(self.page.window(), self.frame.runner, self.page.editor.book, field)

    def attach(self) -> None:
        """Attach files."""
        if self.writing:
            self.page.editor.attachments.choose()

    def nothing(self) -> None:
        """Nothing particular in this section."""
        if self.writing:
            self.page.editor.nothing_here()

    def judge(self) -> None:
        """Go to the axes beside the note."""
        if self.writing:
            self.turn(on=False)
            self.page.context.axes.begin()

    def to_scores(self) -> None:
        """From writing to scoring, and back."""
        if not self.writing:
            return
        self.turn(on=False)
        page, focus = self.page, self.page.window().focusWidget()
        if focus is not None and page.context.isAncestorOf(focus):
            page.editor.focus_first()
        else:
            page.context.focus_scores()

    def enter(self) -> None:
        """Ctrl+Enter: keep the judgement one writes, or sign the note."""
        panel, focus = self.page.context.axes.panel, self.page.window().focusWidget()
        if panel.isVisible() and focus is not None and panel.isAncestorOf(focus):
            panel.save()
        else:
            self.page.sign()

    def _trouble(self, words: str) -> None:
        if words:
            self.page.banner.say(words, Hue.WARN)

    # -- only writing ----------------------------------------------------------------------------------------------------------------

    def turn(self, *, on: bool | None = None) -> None:
        """Hide what stands beside the text, or show it again; the cursor stays where it is."""
        wanted = (not self.only_writing) if on is None else on
        if wanted == self.only_writing or (wanted and not self.writing):
            return
        self.only_writing = wanted
        page = self.page
        focus = page.window().focusWidget()
        page.context.side.setVisible(not wanted)
        page.editor.form.setVisible(not wanted)
        self.focus_button.set_look(*self._look(), shortcut="F11")
        if focus is not None and not focus.isVisible():
            page.editor.focus_first()
        self.narrow()

    def _look(self) -> tuple[str, str]:
        if self.only_writing:
            return "panel-left-open", _("See what is beside again")
        return "panel-left-close", _("Only write")

    def follow(self) -> None:
        """A text got more room: the line one writes stays in sight."""
        focus = self.page.window().focusWidget()
        if isinstance(focus, NoteText):
            focus.follow()

    def narrow(self) -> None:
        """Lines of a length that reads well stand in the middle while one only writes."""
        holder: QWidget = self.page.left
        layout = holder.layout()
        if layout is None:
            return
        measure = MEASURE * theme().text_px(Text.BODY)
        side = max(0, (holder.width() - measure) // 2) if self.only_writing else 0
        layout.setContentsMargins(side, 0, max(side, Space.L), Space.L)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window got another width."""
        if event.type() == QEvent.Type.Resize and self.only_writing:
            self.narrow()
        return super().eventFilter(watched, event)
