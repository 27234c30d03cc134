"""Code lists: the items of the version in use, changed as a new version; earlier versions to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.code_lists import CODE_LISTS, RED_FLAGS, check_item
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.mail_texts import MAIL_TEXTS, is_subject
from nmx_desk.domain.note_templates import NOTE_SECTIONS, SIGN, SNIPPETS
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _, language
from nmx_desk.services import code_lists, mail_texts
from nmx_desk.services.code_lists import CodeList, ListVersion
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted, subheading
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row, scroll
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.settings.list_item import ItemCard
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

GROUP, ACTION = 2, 3  # columns that some lists have no use for


def version_text(listing: CodeList, version: ListVersion, now: datetime) -> str:
    """A version in words: its number, from when it holds or held, and until when."""
    since = dates.when(version.valid_from, now, time_always=True)
    after = [other for other in listing.versions if other.number > version.number]
    if version.number == listing.current:
        return _("Version {n}, in use since {when}").format(n=version.number, when=since)
    if version.valid_from > now or not after:
        return _("Version {n}, from {when} on").format(n=version.number, when=since)
    until = dates.when(after[-1].valid_from, now, time_always=True)
    return _("Version {n}, from {when} to {until}").format(n=version.number, when=since, until=until)


class ListsPart(QWidget):
    """One code list in one of its versions, and a card for the chosen item. Nothing holds before it is saved as a new version."""

    def __init__(self, frame: Frame, code: str) -> None:
        super().__init__()
        self._frame = frame
        self._lists: dict[str, CodeList] = {}
        self._code, self._earlier = code, 0  # the earlier version that is looked at; 0: the newest
        self._items: list[CodeItem] = []
        self._clean: list[CodeItem] = []
        self._added = 0
        self.version = ChoiceInput(name=_("Version"))
        self.hint = muted("")
        self.table = self._table()
        self.card = ItemCard(self._item_edited, code)
        self.reason = Form([Field(name="reason", label=_("Why the list changes"), required=True, max_length=500)])
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.save_button = Button(_("Save as a new version"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), self.undo, kind="quiet")
        self.add_button = Button(_("Add"), self.add, icon="plus")
        self.remove_button = Button(_("Remove"), self.remove, icon="trash-2")
        self.up = IconButton("arrow-up", _("Move up"), partial(self.shift, -1), role="text", shortcut="Alt+↑")
        self.down = IconButton("arrow-down", _("Move down"), partial(self.shift, 1), role="text", shortcut="Alt+↓")
        self._build()

    def _table(self) -> Table[CodeItem]:
        columns: list[Column[CodeItem]] = [
            Column(key="place", title=_("No."), text=lambda item: str(item.position), align="right", width=56),
            Column(key="label", title=_("Text"), text=lambda item: item.label(language()) or "…",
                   tooltip=lambda item: item.label(language()), strong=True),
            Column(key="group", title=_("Group"), text=self._group, width=112),
            Column(key="action", title=_(CODE_LISTS[self._code].action), text=self._action, width=140),
        ]  # fmt: skip
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
        side.setFixedWidth(round(PANEL_WIDTH * 0.85))
        body = row(space=Space.L)
        body.addLayout(left, 1)
        body.addWidget(side)
        foot = row(self.reason, column(STRETCH, row(self.back, self.save_button)), space=Space.L)
        foot.setStretch(0, 1)
        whole = column(row(subheading(_(CODE_LISTS[self._code].name)), STRETCH, self.version), self.hint, body, self.problem, foot)
        whole.setStretchFactor(body, 1)
        self.setLayout(whole)
        self.version.edited.connect(self._other_version)
        self.table.chosen.connect(self._chosen)
        self.reason.edited.connect(self._offer)
        self.reason.submitted.connect(self.save)
        follow_reading_order(self)
        self._offer()

    # Reading -------------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest(f"settings-lists-{self._code}", code_lists.list_code_lists, then=self._got_lists, owner=self)
        if not self.card.samples:
            self._frame.runner.latest("mail-samples", mail_texts.mail_samples, then=self.card.show_samples, owner=self)

    def keep(self) -> bool:
        """Whether nothing is being changed."""
        return not (self._changed or self.reason.dirty)

    @property
    def _changed(self) -> bool:
        return self._items != self._clean

    @property
    def _read_only(self) -> bool:
        return bool(self._earlier) or not self._frame.desk.may("settings.change")

    def _got_lists(self, found: list[CodeList]) -> None:
        self._lists = {each.code: each for each in found}
        self._read(self._earlier)

    def _read(self, earlier: int = 0) -> None:
        ask, number = self._frame.runner.latest, earlier or self._newest(self._code)
        ask(f"settings-{self._code}", code_lists.read_code_list, self._code, number, then=partial(self._show, earlier), owner=self)

    def _newest(self, code: str) -> int:
        found = self._lists.get(code)
        return found.versions[0].number if found and found.versions else 0

    def _show(self, earlier: int, items: list[CodeItem]) -> None:
        if not self.keep():  # somebody began to type meanwhile
            return
        kept = self.card.item.code if self.card.item else ""
        code, self._earlier = self._code, earlier
        self._clean = self._items = list(items)
        listing = self._lists[code]
        self.version.set_options([(each.number, version_text(listing, each, self._frame.now())) for each in listing.versions])
        self.version.set_value(earlier or self._newest(code))
        self.hint.setText(self._explained())
        self.table.setColumnHidden(GROUP, not (CODE_LISTS[code].groups or CODE_LISTS[code].names))
        self.table.setColumnHidden(ACTION, not (CODE_LISTS[code].actions or CODE_LISTS[code].typed))
        self.table.set_rows(self._items)
        self.table.choose(next((item.id for item in items if item.code == kept), items[0].id))
        self._show_item()

    def _explained(self) -> str:
        if self._earlier:
            return _("An earlier version, to look at: what was recorded under it goes on showing it.")
        if self._code == RED_FLAGS:
            return _("Asked in every advice call. A qualified clinician must agree with a new version; calls that have begun keep theirs.")
        if self._code == NOTE_SECTIONS:
            return _("The sections of each kind of note. A new version is for notes that begin from now on; others keep theirs.")
        if self._code == SNIPPETS:
            return _("In a note, ;abbreviation and Tab or Space puts the text there; the cursor goes to | if it has one.")
        return _("A new version holds at once. What was recorded under an earlier one goes on showing it.")

    def _other_version(self) -> None:
        number = self.version.value()
        if self._may_go():
            self._read(0 if number == self._newest(self._code) else number)

    def _may_go(self) -> bool:
        """Whether nothing would be lost; else back to what was in sight."""
        if not self.keep():
            self.version.set_value(self._earlier or self._newest(self._code))
            self._frame.toast(_("Save your changes first, or undo them."))
        return self.keep()

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
        self.load()

    def _forget(self) -> None:
        self._items = self._clean
        self.reason.clear()
        self._say("")

    def save(self) -> None:
        """Make the new version; what is missing is said beside its field first."""
        for item in self._items if self._changed else ():
            try:
                check_item(self._code, item)
            except UserError as found:
                self.table.choose(item.id)
                self.card.refuse(found)
                return
        values = self.reason.checked()
        if values is None or not self._changed:
            return
        items = [item if item.code else replace(item, id="") for item in self._items]
        self._frame.runner.do(
            code_lists.save_code_list, self._code, self._newest(self._code), items, reason=values["reason"], then=self._saved,
            failed=self._failed, owner=self,
        )  # fmt: skip

    def _saved(self, made: CodeList) -> None:
        self._forget()
        self.load()
        self._frame.toast(_("Version {n} of the list is in use from now on.").format(n=made.versions[0].number))

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
        self.reason.setEnabled(free)
        self.save_button.setEnabled(free and self._changed)
        self.back.setVisible(not self.keep())
