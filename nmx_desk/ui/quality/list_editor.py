"""A code list as a controlled document: its items changed here, and put up for approval. What is in use stays until somebody approves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.code_lists import CODE_LISTS, RED_FLAGS, check_item
from nmx_desk.domain.controlled import VersionStatus
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.mail_texts import MAIL_TEXTS, is_subject
from nmx_desk.domain.note_templates import NOTE_SECTIONS, SIGN, SNIPPETS
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _, language
from nmx_desk.services import mail_texts, paper_steps
from nmx_desk.services.papers import PaperSheet
from nmx_desk.ui import errors
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row, scroll
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.list_item import ItemCard
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

EDITABLE = frozenset({"new", "edit", "rework"})


class ListEditor(QWidget):
    """The items of one version, and a card for the chosen one. ``offered`` carries the document after a change was put up for approval."""

    offered = Signal(object)

    def __init__(self, frame: Frame, code: str, changed: Callable[[], object]) -> None:
        super().__init__()
        self._frame, self._told = frame, changed
        self._code, self._key, self._base, self._read_only = code, "", 0, True
        self._items: list[CodeItem] = []
        self._clean: list[CodeItem] = []
        self._added = 0
        self.hint = muted("")
        self.table = self._table()
        self.card = ItemCard(self._item_edited, code)
        self.reason = Form([Field(name="reason", label=_("Why the list changes"), required=True, max_length=300)])
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.save_button = Button(_("Offer for approval"), self.save, kind="primary", icon="send")
        self.back = Button(_("Undo the changes"), self.undo, kind="quiet")
        self.add_button = Button(_("Add"), self.add, icon="plus")
        self.remove_button = Button(_("Remove"), self.remove, icon="trash-2")
        self.up = IconButton("arrow-up", _("Move up"), partial(self.shift, -1), role="text", shortcut="Alt+↑")
        self.down = IconButton("arrow-down", _("Move down"), partial(self.shift, 1), role="text", shortcut="Alt+↓")
        self._build()

    def _table(self) -> Table[CodeItem]:
        kind = CODE_LISTS[self._code]
        columns: list[Column[CodeItem]] = [
            Column(key="place", title=_("No."), text=lambda item: str(item.position), align="right", width=56),
            Column(key="label", title=_("Text"), text=lambda item: item.label(language()) or "…",
                   tooltip=lambda item: item.label(language()), strong=True),
        ]  # fmt: skip
        if kind.groups or kind.names:
            columns.append(Column(key="group", title=_("Group"), text=self._group, width=112))
        if kind.actions or kind.typed:
            columns.append(Column(key="action", title=_(kind.action), text=self._action, width=140))
        table = Table(columns, name="code_items", label=_("Items of the list"))
        table.setSortingEnabled(False)  # their order is what is edited
        return table

    def _word(self, code: str) -> str:
        kind = CODE_LISTS[self._code]
        word = kind.groups.get(code) or kind.actions.get(code) or kind.names.get(code)
        return _(word) if word else ""

    def _action(self, item: CodeItem) -> str:
        return f"{SIGN}{item.action.removeprefix(SIGN)}" if CODE_LISTS[self._code].typed and item.action else self._word(item.action)

    def _group(self, item: CodeItem) -> str:
        if item.list_code == MAIL_TEXTS:
            word = _("{what}: subject") if is_subject(item.code) else _("{what}: text")
            return word.format(what=self._word(item.code))
        return self._word(item.group or item.code)

    def _build(self) -> None:
        self.problem.hide()
        for keys, run in (("Alt+Up", partial(self.shift, -1)), ("Alt+Down", partial(self.shift, 1)), ("Del", self.remove)):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(run)
        left = column(row(self.up, self.down, STRETCH, self.remove_button, self.add_button), self.table)
        left.setStretchFactor(self.table, 1)
        side = scroll(holder(column(self.card, STRETCH)), _("Item"))
        side.setFixedWidth(round(PANEL_WIDTH * 0.8))
        body = row(space=Space.L)
        body.addLayout(left, 1)
        body.addWidget(side)
        self.foot = holder(row(self.reason, column(STRETCH, row(self.back, self.save_button)), space=Space.L))
        whole = column(self.hint, body, self.problem, self.foot)
        whole.setStretchFactor(body, 1)
        self.setLayout(whole)
        self.table.chosen.connect(self._chosen)
        self.reason.edited.connect(self._offer)
        self.reason.submitted.connect(self.save)
        follow_reading_order(self)
        self._offer()

    # Reading -------------------------------------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: PaperSheet) -> None:
        """Show the items of the version in sight; what is being changed stays."""
        if not self.keep():
            return
        if CODE_LISTS[self._code].letters and not self.card.samples:
            self._frame.runner.latest("mail-samples", mail_texts.mail_samples, then=self.card.show_samples, owner=self)
        kept = self.card.item.code if self.card.item else ""
        self._key, self._base = sheet.document.id, sheet.base
        self._read_only = not sheet.may & EDITABLE or (sheet.shown is not None and sheet.shown.status is VersionStatus.OBSOLETE)
        self._clean = self._items = list(sheet.items)
        self.hint.setText(self._explained(sheet))
        self.table.set_rows(self._items)
        self.table.choose(next((item.id for item in self._items if item.code == kept), self._items[0].id if self._items else ""))
        if self._may_offer_as_is(sheet):
            self.reason.set_values({"reason": sheet.shown.reason if sheet.shown else ""})
        self._show_item()

    @staticmethod
    def _may_offer_as_is(sheet: PaperSheet) -> bool:
        return bool(sheet.may & {"edit", "rework"})

    def keep(self) -> bool:
        """Whether nothing is being changed."""
        return not (self._changed or self.reason.dirty)

    @property
    def _changed(self) -> bool:
        return self._items != self._clean

    def _explained(self, sheet: PaperSheet) -> str:
        if sheet.shown is not None and sheet.shown.status is VersionStatus.OBSOLETE:
            return _("An earlier version, to look at: what was recorded under it goes on showing it.")
        if self._code == RED_FLAGS:
            return _("Asked in every advice call. A practitioner must approve a new version; calls that have begun keep theirs.")
        if self._code == NOTE_SECTIONS:
            return _("The sections of each kind of note. A new version is for notes that begin from then on; others keep theirs.")
        if self._code == SNIPPETS:
            return _("In a note, ;abbreviation and Tab or Space puts the text there; the cursor goes to | if it has one.")
        return _("A change holds once another person approves it. What was recorded under an earlier version goes on showing it.")

    # Changing ------------------------------------------------------------------------------------------------------------------------

    def _chosen(self, item: CodeItem | None) -> None:
        shown = self.card.item
        if item is None or shown is None or item.id != shown.id:
            self._show_item()

    def _show_item(self) -> None:
        """The chosen item on its card, and what may be done with it."""
        self.card.show_item(self._code, self.table.current(), read_only=self._read_only)
        self._offer()

    def _item_edited(self, item: CodeItem) -> None:
        self._put([item if each.id == item.id else each for each in self._items])

    def _put(self, items: Sequence[CodeItem], chosen: str = "") -> None:
        """The items as they are now, numbered anew."""
        self._items = [replace(item, position=place) for place, item in enumerate(items, 1)]
        self.table.set_rows(self._items)
        if chosen:
            self.table.choose(chosen)
        self._say("")
        self._offer()

    def _place(self) -> int:
        """Where the chosen item stands; -1 when none is."""
        item = self.table.current()
        return self._items.index(item) if item in self._items else -1

    def add(self) -> None:
        """A new item after the chosen one, in its group."""
        at = self._place()
        self._added += 1
        made = CodeItem(id=f"new-{self._added}", list_code=self._code, group=self._items[at].group if at >= 0 else "")
        self._put([*self._items[: at + 1], made, *self._items[at + 1 :]], made.id)
        self.card.form.focus_first()

    def remove(self) -> None:
        """Take the chosen item out of the new version."""
        at = self._place()
        if at < 0 or self._read_only or CODE_LISTS[self._code].fixed:
            return
        left = self._items[:at] + self._items[at + 1 :]
        self._put(left, left[min(at, len(left) - 1)].id if left else "")
        self._show_item()

    def shift(self, by: int) -> None:
        """The chosen item one place up or down."""
        at = self._place()
        if at < 0 or self._read_only or not 0 <= at + by < len(self._items):
            return
        items = list(self._items)
        items[at], items[at + by] = items[at + by], items[at]
        self._put(items, items[at + by].id)

    def undo(self) -> None:
        """Back to what is stored."""
        self._forget()
        self.table.set_rows(self._items)
        self._show_item()

    def _forget(self) -> None:
        self._items = self._clean
        self.reason.clear()
        self._say("")

    def save(self) -> None:
        """Put it up for approval; what is missing is said beside its field first."""
        for item in self._items if self._changed else ():
            try:
                check_item(self._code, item)
            except UserError as found:
                self.table.choose(item.id)
                self.card.refuse(found)
                return
        values = self.reason.checked()
        if values is None or not self.save_button.isEnabled():
            return
        items = [item if item.code else replace(item, id="") for item in self._items]
        self._frame.runner.do(
            paper_steps.offer_items, self._key, self._base, items, reason=values["reason"], then=self._saved, failed=self._failed,
            owner=self,
        )  # fmt: skip

    def _saved(self, sheet: PaperSheet) -> None:
        self._forget()
        self.offered.emit(sheet)

    def _failed(self, error: DeskError) -> None:
        if isinstance(error, UserError) and error.field == "items":
            self._say(error.message)
        elif not (isinstance(error, UserError) and self.reason.show_error(error)):
            errors.show(error, self)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _offer(self) -> None:
        """What may be done now."""
        at, free, fixed = self._place(), not self._read_only, CODE_LISTS[self._code].fixed
        self.add_button.setVisible(not fixed)
        self.remove_button.setVisible(not fixed)
        self.add_button.setEnabled(free)
        self.remove_button.setEnabled(free and at >= 0)
        self.up.setEnabled(free and at > 0)
        self.down.setEnabled(free and 0 <= at < len(self._items) - 1)
        self.foot.setVisible(free)
        self.save_button.setEnabled(free and self._changed)
        self.back.setVisible(not self.keep())
        self._told()
