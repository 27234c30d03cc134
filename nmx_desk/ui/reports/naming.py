"""A report under a name: what it is called, as what and how often it is written, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.saved_reports import EVERY_NAMES, LONGEST_NAME, Asked, Every, SavedReport
from nmx_desk.i18n import _
from nmx_desk.services import saved_reports
from nmx_desk.services.reports import ReportChoice
from nmx_desk.services.saved_reports import NamedReport
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.saving import FOLDER

FORMAT_NAMES = {"pdf": "PDF", "xlsx": "Excel", "csv": "CSV"}


class NamingPanel(EditPanel):
    """``saved`` is called with what was kept."""

    def __init__(self, frame: Frame, saved: Callable[[SavedReport], object]) -> None:
        super().__init__(_("Report under a name"))
        self._frame, self._saved = frame, saved
        self._record, self._asked = SavedReport(), Asked()
        self.form = Form([
            Field(name="name", label=_("Name"), required=True, max_length=LONGEST_NAME),
            Field(name="every", label=_("When"), kind="choice", blank=_(EVERY_NAMES[Every.NEVER]),
                  options=[(every, _(text)) for every, text in EVERY_NAMES.items() if every]),
            Field(name="formats", label=_("Written as"), kind="several", options=tuple(FORMAT_NAMES.items())),
            Field(name="folder", label=_("Folder on this computer"), max_length=500,
                  help=_("Each file has its period in its name; none is ever written over.")),
        ])  # fmt: skip
        self.choose = Button(_("Choose the folder …"), self.choose_folder, icon="folder-open")
        self.about = Label("", look="small", role="muted", wrap=True)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(self.form)
        self.body.addLayout(row(self.choose, STRETCH))
        self.body.addWidget(self.about)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.form.edited.connect(self._turned)
        self.hide()

    def open(self, choice: ReportChoice, asked: Asked, named: NamedReport | None) -> None:
        """A new one of this report, or one that there is."""
        self._asked, self._schedulable = asked, choice.schedulable
        self._record = named.saved if named else SavedReport(report=choice.name, name=choice.title, formats="pdf")
        self.set_title(_("Report under a name"), choice.title)
        one = self._record
        folder = one.folder or str(self._frame.user_settings.get(FOLDER, Path.home()))
        self.form.set_values({"name": one.name, "formats": one.formats.replace(",", " "), "every": one.every or None, "folder": folder})
        formats = self.form.input("formats")
        for form, button in formats.buttons.items():  # type: ignore[union-attr]
            button.setVisible(form in choice.formats)
        self.form.set_visible("every", choice.schedulable)
        self._turned()
        self.show()
        self.form.focus_first()

    def _turned(self) -> None:
        """As what and where only when it is written by itself."""
        scheduled = self._schedulable and bool(self.form.values()["every"])
        self.form.set_visible("formats", scheduled)
        self.form.set_visible("folder", scheduled)
        self.choose.setVisible(scheduled)
        if scheduled:
            text = _("Written when its period is over, while somebody who may have it is signed in on this computer; the first at once.")
        elif self._schedulable:
            text = _("You find it at the top of the list, with this period and what it is narrowed to.")
        else:
            text = _("You find it at the top of the list. It does not write itself: personal data stand in it, or it has no period.")
        self.about.setText(text)

    def choose_folder(self) -> None:
        """Look for the folder."""
        name = QFileDialog.getExistingDirectory(self, _("Folder for this report"), str(self.form.values()["folder"] or ""))
        if name:
            self.form.input("folder").set_value(name)
            self.form.input("folder").edited.emit()

    def save(self) -> None:
        """Keep it."""
        values = self.form.checked()
        if values is None:
            return
        every = Every(values["every"] or "") if self._schedulable else Every.NEVER
        wanted = replace(
            self._record, name=values["name"], formats=values["formats"].replace(" ", ","), every=every, folder=values["folder"] or ""
        )
        self._frame.runner.do(saved_reports.save_named, wanted, self._asked, then=self._kept, owner=self.form)

    def _kept(self, saved: SavedReport) -> None:
        self.form.mark_clean()
        self.close_panel()
        self._saved(saved)
