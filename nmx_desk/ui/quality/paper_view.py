"""One controlled document: its text, file or list, the steps it can take, and beside it what is known of the version in sight."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.controlled import LONGEST_CONTENT, VersionStatus
from nmx_desk.i18n import _
from nmx_desk.services import paper_prints, papers
from nmx_desk.services.papers import PaperSheet
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import ChoiceInput, MultilineInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.pdf import Preview
from nmx_desk.ui.quality.list_editor import ListEditor
from nmx_desk.ui.quality.paper_about import PaperAbout
from nmx_desk.ui.quality.paper_acts import PaperActs, step_buttons
from nmx_desk.ui.quality.paper_words import standing, state, version_words
from nmx_desk.ui.quality.written import WrittenText
from nmx_desk.ui.theme.tokens import Space


class PaperView(QWidget):
    """``closed``: back to the list. ``change`` asks for the form with what the document is called."""

    closed = Signal()
    change = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.sheet: PaperSheet | None = None
        self.acts = PaperActs(frame, self, lambda: self._sheet, self._done)
        self.title, self.badge = Label("", look="large", elide=True), StateBadge()
        self.say = Label("", role="muted", wrap=True)
        self.about = PaperAbout(self.acts)
        self.tabs = Segments(_("Parts of the document"), [("text", _("Document")), ("about", _("About"))])
        self.version = ChoiceInput(name=_("Version"))
        self.text, self.proof = WrittenText(), WrittenText()
        self.file = Preview(_("Preview of the document"), _("Scroll through the document"))
        self.editor = MultilineInput(lines=8, max_length=LONGEST_CONTENT, name=_("Text of the document"))
        self.look = Segments(_("Show"), [("write", _("Write")), ("read", _("How it looks"))])
        self.empty = EmptyState(_("Nothing written yet"), _("The first version is a draft of its author."), icon="file-text")
        self.lists: dict[str, ListEditor] = {}
        self.body, self.desk = QStackedWidget(), QStackedWidget()
        self.writing = self._writing()
        for part in (self.empty, self.text, self.file, self.writing, self.about):
            self.body.addWidget(part)
        self.buttons = step_buttons(self.acts.steps())
        self._build()

    def _writing(self) -> QWidget:
        """Where a draft is written, and how it will look."""
        for part in (self.editor, self.proof):
            self.desk.addWidget(part)
        marks = muted(_("# heading, ## smaller, - item, 1. step, **strong**, | cell | cell |"))
        made = row(self.look, marks, space=Space.M)
        made.setStretch(1, 1)
        box = column(made, self.desk)
        box.setStretchFactor(self.desk, 1)
        return holder(box)

    def _build(self) -> None:
        back = IconButton("arrow-left", _("All documents"), self.close_view, role="text", shortcut="Esc")
        self.print_button = IconButton("printer", _("Print"), self.acts.print_it, role="text")
        head = row(back, self.title, self.badge, self.print_button, space=Space.M)
        head.setStretch(1, 1)
        self.tabs.picked.connect(lambda _value: self._show_body(self._sheet))
        choose = row(self.tabs, STRETCH, self.version, space=Space.M)
        foot = row(STRETCH, *self.buttons.values())
        box = column(head, choose, self.say, self.body, foot)
        box.setStretchFactor(self.body, 1)
        self.setLayout(box)
        for button in self.buttons.values():
            button.hide()  # until a document says which steps there are
        self.version.edited.connect(lambda: self._other_version(self.version.value()))
        self.editor.edited.connect(self._offer)
        self.look.picked.connect(self._look_at)
        self.about.copy_asked.connect(self.acts.taken_back)
        self.about.change.connect(lambda: self.change.emit(self._sheet))

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    @property
    def _sheet(self) -> PaperSheet:
        """The document in sight."""
        if self.sheet is None:
            raise RuntimeError("no document")
        return self.sheet

    @property
    def _version(self) -> str:
        """The version in sight."""
        shown = self._sheet.shown
        return shown.id if shown else ""

    def open_paper(self, key: str, number: int = 0) -> None:
        """Read a document, in the version that is asked for."""
        self.frame.runner.latest("paper", papers.open_paper, key, number, then=self.show_sheet, owner=self)

    def read_again(self) -> None:
        """Follow what others did."""
        if self.sheet is not None:
            before = self.sheet
            at = before.shown.number if before.shown and before.shown.number != before.row.number else 0
            then = partial(self._followed, before)
            self.frame.runner.latest("paper", papers.open_paper, before.document.id, at, then=then, owner=self)

    def _followed(self, before: PaperSheet, sheet: PaperSheet) -> None:
        """Show it, unless another version came into sight meanwhile."""
        if self.sheet is before:
            self.show_sheet(sheet)

    def show_sheet(self, sheet: PaperSheet) -> None:
        """Show a document; what is being typed in it stays."""
        if self.sheet is not None and not self.keep():
            return
        self.sheet = sheet
        self.title.setText(f"{sheet.row.code}  {sheet.row.title}")
        status = sheet.shown.status if sheet.shown else VersionStatus.DRAFT
        self.badge.set(state(status))
        self.say.setText(standing(sheet))
        self.say.setVisible(bool(self.say.text()))
        self.about.show_sheet(sheet)
        self.version.set_options([(one.number, version_words(one)) for one in sheet.versions])
        self.version.set_value(sheet.shown.number if sheet.shown else None)
        self.version.setVisible(len(sheet.versions) > 1)
        self.print_button.setVisible(sheet.shown is not None)
        self._show_body(sheet)
        self._offer()

    def _show_body(self, sheet: PaperSheet) -> None:
        one = sheet.shown
        if self.tabs.value() == "about":
            self.body.setCurrentWidget(self.about)
        elif sheet.list_code:
            editor = self._list_editor(sheet.list_code)
            editor.show_sheet(sheet)
            self.body.setCurrentWidget(editor)
        elif "edit" in sheet.may and not (one and one.file_name) and self._is_text():
            self.editor.set_value(sheet.lines)
            self._look_at(self.look.value())
        elif one is not None and one.file_name:
            self.frame.runner.latest("paper file", paper_prints.open_paper_file, one.id, then=self._show_file, owner=self)
        elif sheet.lines:
            self._show_text(sheet.lines)
        else:
            self.body.setCurrentWidget(self.empty)

    def _is_text(self) -> bool:
        return self._sheet.document.holds == "text"

    def _show_text(self, lines: str) -> None:
        self.text.show_text(lines, self._sheet.row.title)
        self.body.setCurrentWidget(self.text)

    def _show_file(self, found: tuple[str, bytes]) -> None:
        if self.tabs.value() == "text":
            self.file.show_pdf(found[1])
            self.body.setCurrentWidget(self.file)

    def _list_editor(self, code: str) -> ListEditor:
        if code not in self.lists:
            made = self.lists[code] = ListEditor(self.frame, code, self._list_touched)
            made.offered.connect(self._offered)
            self.body.addWidget(made)
        return self.lists[code]

    def _list_touched(self) -> None:
        """The list is as it was, or is not."""
        for one in (self.version, self.tabs):
            one.setEnabled(self.keep())

    def _look_at(self, what: Any) -> None:
        """Write, or see how it will look."""
        if what == "read":
            self.proof.show_text(self.editor.value(), self._sheet.row.title)
        self.desk.setCurrentWidget(self.proof if what == "read" else self.editor)
        self.body.setCurrentWidget(self.writing)

    def _offer(self) -> None:
        """The steps that this user can take now."""
        sheet = self._sheet
        may = set(sheet.may)
        draft = "edit" in may and self._is_text()
        may |= {"save", "file"} if draft else set()
        if sheet.list_code:
            may -= {"new", "rework"}
        for name, button in self.buttons.items():
            button.setVisible(name in may)
        self.buttons["save"].setEnabled(self.typed)
        self.buttons["offer"].setEnabled(bool(self.editor.value()) or not draft or bool(sheet.shown and sheet.shown.file_name))
        self._list_touched()

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    @property
    def writes(self) -> bool:
        """Whether a text is being written here."""
        return self.body.currentWidget() is self.writing

    @property
    def typed(self) -> bool:
        """Whether the text is another than what is stored."""
        return self.writes and self.editor.value() != self._sheet.lines.strip()

    def keep(self) -> bool:
        """Whether nothing typed would be lost."""
        if self.sheet is None:
            return True
        here = self.body.currentWidget()
        return here.keep() if isinstance(here, ListEditor) else not self.typed

    def _done(self, sheet: PaperSheet | None) -> None:
        """A step was taken: what was typed is in it. None: the document is not there any more."""
        self.sheet = None
        if sheet is None:
            self.closed.emit()
        else:
            self.show_sheet(sheet)

    def _offered(self, sheet: PaperSheet) -> None:
        self._done(sheet)
        self.frame.toast(self.acts.waits(sheet))

    def _other_version(self, number: int) -> None:
        if self.keep():
            self.open_paper(self._sheet.document.id, number)

    def close_view(self) -> None:
        """Back to the list, unless something typed is not saved."""
        if self.keep():
            self.sheet = None
            self.closed.emit()
        else:
            self.frame.toast(_("Save your changes first, or undo them."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_view()
            return
        super().keyPressEvent(event)
