"""Snippets to choose from while one types, and one's own to make and change (Ctrl+J)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from nmx_desk.domain.names import fold
from nmx_desk.domain.note_templates import CURSOR, LONGEST_SHORT, LONGEST_SNIPPET, SIGN
from nmx_desk.i18n import _
from nmx_desk.services import snippets
from nmx_desk.services.snippets import SnippetLine
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.notes.writing import NoteText, SnippetBook
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import DIALOG_WIDTH, Space, Text

WIDTH, LINES = round(DIALOG_WIDTH * 1.4), 16


class OwnDialog(Dialog):
    """A snippet of one's own: abbreviation and text. Kept only when the clinic took it."""

    def __init__(self, parent: QWidget | None, runner: Runner, line: SnippetLine) -> None:
        super().__init__(parent, _("Own snippet"), _("The cursor goes to {mark}, if it is in the text.").format(mark=CURSOR))
        self._runner, self._line = runner, line
        self.form = Form([
            Field(name="short", label=_("Abbreviation"), required=True, max_length=LONGEST_SHORT + len(SIGN)),
            Field(name="text", label=_("Text"), kind="multiline", required=True, lines=6, max_length=LONGEST_SNIPPET),
        ])  # fmt: skip
        self.body.addWidget(self.form)
        self.add_buttons(_("Save"), _("Cancel"))
        self.form.set_values({"short": line.short, "text": line.text})
        self.form.focus_first()

    def accept(self) -> None:
        """Only when it could be kept; why not stands beside the field."""
        values = self.form.checked()
        if values is not None:
            self._runner.do(
                snippets.save_snippet, values["short"], values["text"], self._line.own_id, then=lambda _made: self._kept(), owner=self.form
            )

    def _kept(self) -> None:
        super().accept()


class SnippetsDialog(Dialog):
    """A list that follows what one types; Enter puts the chosen text in the note. ``picked`` is that text."""

    def __init__(self, parent: QWidget | None, runner: Runner, book: SnippetBook, chosen: str) -> None:
        super().__init__(parent, _("Snippets"), _("Or type ;abbreviation and Tab or Space in the note."))
        self._runner, self._book, self._chosen = runner, book, chosen
        self.picked = ""
        self.wanted = TextInput(max_length=60, placeholder=_("Abbreviation, or words of the text"), name=_("Find a snippet"))
        self.table = self._table()
        self.text = Label("", role="muted", wrap=True)
        self.text.setMinimumHeight(theme().text_px(Text.BODY) * 6)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.new_button = Button(_("New of my own …"), self.make, kind="quiet", icon="plus")
        self.change_button = Button(_("Change …"), self.change, kind="quiet", icon="pencil")
        self.remove_button = Button(_("Take away"), self.remove, kind="quiet", icon="trash-2")
        for part in (self.wanted, self.table, self.text):
            self.body.addWidget(part)
        self.body.addLayout(row(self.new_button, self.change_button, self.remove_button, STRETCH, space=Space.XS))
        self.put_button = self.add_buttons(_("Put it there"), _("Cancel"))
        self.setMinimumWidth(WIDTH)
        self.table.setMinimumHeight(theme().text_px(Text.BODY) * LINES)
        self.wanted.edited.connect(self._filter)
        self.wanted.returnPressed.connect(self.accept)
        self.wanted.installEventFilter(self)
        self.table.chosen.connect(lambda _line: self._offer())
        self.table.opened.connect(lambda _line: self.accept())
        self._filter()
        self.wanted.setFocus()

    @staticmethod
    def _table() -> Table[SnippetLine]:
        columns: list[Column[SnippetLine]] = [
            Column(key="short", title=_("Abbreviation"), text=lambda one: f"{SIGN}{one.short}", strong=True, width=132),
            Column(key="text", title=_("Text"), text=lambda one: " ".join(one.text.replace(CURSOR, "…").split())),
            Column(key="whose", title=_("Whose"), text=lambda one: _("own") if one.own_id else _("clinic"), width=84),
        ]
        empty = EmptyState(_("No snippet has these words"), _("Try another word, or make one of your own."), icon="zap")
        return Table(columns, name="snippets", label=_("Snippets"), empty=empty, key=lambda one: one.short)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the field walk through the list."""
        if watched is self.wanted and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            walking = event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
            if walking:
                QApplication.sendEvent(self.table, event)
                return True
        return super().eventFilter(watched, event)

    def _filter(self, chosen: str = "") -> None:
        words = fold(self.wanted.value().removeprefix(SIGN)).split()
        found = [line for line in self._book.lines.values() if all(word in fold(f"{line.short} {line.text}") for word in words)]
        first = "".join(words)
        found.sort(key=lambda line: (not line.short.startswith(first), line.short))
        self.table.set_rows(found)
        if not (chosen and self.table.choose(chosen)):
            self.table.choose_first()
        self._offer()

    def _offer(self) -> None:
        line = self.table.current()
        self.text.setText(line.text if line else "")
        self.put_button.setEnabled(line is not None)
        for button in (self.change_button, self.remove_button):
            button.setVisible(line is not None and bool(line.own_id))

    def accept(self) -> None:
        """With the chosen one."""
        line = self.table.current()
        if line is not None:
            self.picked = line.text
            super().accept()

    # -- one's own -------------------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """A new one of one's own, beginning with what was chosen in the note."""
        self._ask(SnippetLine(short="", text=self._chosen))

    def change(self) -> None:
        """Change the chosen one, if it is one's own."""
        line = self.table.current()
        if line is not None and line.own_id:
            self._ask(line)

    def _ask(self, line: SnippetLine) -> None:
        dialog = OwnDialog(self, self._runner, line)
        kept = dialog.exec() == Dialog.DialogCode.Accepted
        short = str(dialog.form.values()["short"]).removeprefix(SIGN).casefold()
        dialog.deleteLater()
        if kept:
            self.wanted.set_value("")
            self._read(short)
        self.wanted.setFocus()

    def remove(self) -> None:
        """Take one of one's own away; what it put in notes stays."""
        line = self.table.current()
        if line is not None and line.own_id:
            self._runner.do(snippets.drop_snippet, line.own_id, then=lambda _gone: self._read(), owner=self)

    def _read(self, chosen: str = "") -> None:
        def got(lines: tuple[SnippetLine, ...]) -> None:
            self._book.set_lines(lines)
            self._filter(chosen)

        self._runner.latest(("notes", "snippets"), snippets.list_snippets, then=got, owner=self)


def put_snippet(parent: QWidget, runner: Runner, book: SnippetBook, field: NoteText) -> None:
    """Let the user choose a snippet and put it in a field, in place of what is chosen there."""
    dialog = SnippetsDialog(parent, runner, book, field.chosen_text())
    picked = dialog.picked if dialog.exec() == Dialog.DialogCode.Accepted else ""
    dialog.deleteLater()
    field.setFocus()
    if picked:
        field.put(picked)
