"""Filters kept under a name, and what is filtered as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QDialog, QMenu, QToolButton, QWidget

from nmx_desk.domain.logfilters import SavedFilter
from nmx_desk.i18n import _
from nmx_desk.services import logbook, proofs
from nmx_desk.ui.kit.dialogs import Dialog, ask_reason, tell
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.saving import ask_file, write_file
from nmx_desk.ui.log.filters import Filters
from nmx_desk.ui.theme import set_icon
from nmx_desk.ui.theme.tokens import Space

FORMATS = ("csv", "pdf", "json")


def _ask_name(parent: QWidget) -> str:
    dialog = Dialog(parent, _("Keep this filter"), _("Only you see it. Under a name that is there already it replaces that one."))
    name = _("Name of the filter")
    field = TextInput(max_length=logbook.LONGEST_NAME, placeholder=name, name=name)
    dialog.body.addWidget(field)
    button = dialog.add_buttons(_("Keep"), _("Cancel"))
    button.setEnabled(False)
    field.edited.connect(lambda: button.setEnabled(bool(field.value())))
    field.returnPressed.connect(button.click)
    field.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    typed = str(field.value()) if accepted else ""
    dialog.deleteLater()
    return typed


class Keeping(QToolButton):
    """A menu: the kept filters, keeping this one, and saving what is filtered as a file."""

    def __init__(self, frame: Frame, filters: Filters, name_client: Callable[[str], object]) -> None:
        super().__init__()
        self._frame, self._filters, self._name_client = frame, filters, name_client
        self._kept: list[SavedFilter] = []
        self.setText(_("Filters and files"))
        self.setToolButtonStyle(self.toolButtonStyle().ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(_("Filters and files"))
        self.setProperty("kind", "user")
        set_icon(self, "filter", "accent", 18, gap=Space.S)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def load(self) -> None:
        """Read the kept filters."""
        self._frame.runner.latest("log-filters", logbook.list_filters, then=self._got, owner=self)

    def _got(self, found: list[SavedFilter]) -> None:
        self._kept = found

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        for kept in self._kept:
            menu.addAction(kept.name.replace("&", "&&")).triggered.connect(partial(self.use, kept))
        if self._kept:
            menu.addSeparator()
            forget = menu.addMenu(_("Forget a filter"))
            for kept in self._kept:
                forget.addAction(kept.name.replace("&", "&&")).triggered.connect(partial(self._drop, kept))
        menu.addAction(_("Keep this filter …")).triggered.connect(self.keep)
        menu.addSeparator()
        if self._frame.desk.may("log.integrity"):
            menu.addAction(_("Check a printed root …")).triggered.connect(self.check_root)
            menu.addSeparator()
        for form in FORMATS:
            title = _("Save what is shown as {format} …").format(format=form.upper())
            menu.addAction(title).triggered.connect(partial(self.export, form))

    def use(self, kept: SavedFilter, *_checked: object) -> None:
        """Show by a kept filter."""
        self._filters.use(kept.content, self._name_client)

    def keep(self, *_checked: object) -> None:
        """Keep the present filter."""
        name = _ask_name(self)
        if name:
            self._frame.runner.do(logbook.save_filter, name, self._filters.content(), then=lambda _kept: self._said(_("Kept.")), owner=self)

    def _drop(self, kept: SavedFilter, *_checked: object) -> None:
        self._frame.runner.do(logbook.drop_filter, kept.id, then=lambda _none: self._said(_("Forgotten.")), owner=self)

    def _said(self, text: str) -> None:
        self._frame.toast(text)
        self.load()

    def check_root(self, *_checked: object) -> None:
        """Whether a print's log is the beginning of this one."""
        dialog = Dialog(self, _("Check a printed root"), _("Type the two of them as they stand at the foot of the print."))
        form = Form([
            Field(name="size", label=_("Number of entries"), kind="int", required=True, least=1, most=2_000_000_000),
            Field(name="root", label=_("Root of the log"), required=True, max_length=64, help=_("At least 16 characters.")),
        ])  # fmt: skip
        dialog.body.addWidget(form)
        check = dialog.add_buttons(_("Check"), _("Cancel"))
        check.clicked.disconnect()
        check.clicked.connect(lambda: dialog.accept() if form.checked() else None)
        form.submitted.connect(check.click)
        form.focus_first()
        accepted, values = dialog.exec() == QDialog.DialogCode.Accepted, form.values()
        dialog.deleteLater()
        if accepted:
            self._frame.runner.do(
                proofs.check_anchor, values["size"], values["root"], owner=self,
                then=lambda found: tell(self, _("Check a printed root"), found.sentence()),
            )  # fmt: skip

    def save_proof(self, seq: int) -> None:
        """The proof that an entry is in the log, for the checker that stands alone."""
        if path := ask_file(self, self._frame, _("Save the proof of this entry"), f"nmx-{seq}.json"):
            self._frame.runner.do(proofs.entry_proof, seq, then=partial(write_file, self, self._frame, path), owner=self)

    def export(self, form: str, *_checked: object) -> None:
        """Save what is filtered as a file, with a reason."""
        path = ask_file(self, self._frame, _("Save the log as a file"), f"nmx-log.{form}")
        if path is None:
            return
        text = _("A file with what the log says of people leaves the program. Write down why; the reason is logged.")
        reason = ask_reason(self, _("Save the log as a file"), text)
        if reason:
            wanted, said = self._filters.wanted(), self._filters.words()
            self._frame.runner.do(
                logbook.export_filtered, wanted, form, said, reason=reason, then=partial(write_file, self, self._frame, path),
                progress=_("Saving the log as a file"), owner=self,
            )  # fmt: skip
