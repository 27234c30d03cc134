"""When backups are made, and where their copy goes."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.backups import INTERVALS
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import backups
from nmx_desk.services.backups import BackupState
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, row
from nmx_desk.ui.kit.page import Frame


def interval(hours: int) -> str:
    """How often, in words."""
    return _("Once a day") if hours == 24 else ngettext("Every hour", "Every {n} hours", hours).format(n=hours)


class SchedulePanel(SidePanel):
    """Three settings of the clinic."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Schedule of the backups"))
        self._frame = frame
        self.form = Form([
            Field(name="backup_minute", label=_("Time of day"), kind="time", required=True),
            Field(name="backup_hours", label=_("How often"), kind="choice", required=True,
                  options=[(hours, interval(hours)) for hours in INTERVALS]),
            Field(name="backup_second", label=_("Second folder"), max_length=500,
                  help=_("Best on another disk. Leave empty for none.")),
        ])  # fmt: skip
        self.folder = Button(_("Choose the folder …"), self.choose, icon="folder-open")
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        text = _("The backup is made while somebody is signed in; one that was missed is made at the next sign-in.")
        for item in (muted(text), self.form):
            self.body.addWidget(item)
        self.body.addLayout(row(self.folder, STRETCH))
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.hide()

    def open(self, state: BackupState) -> None:
        """Show what is set."""
        at = dates.time_of(state.minute)
        self.form.set_values({"backup_minute": at, "backup_hours": state.hours, "backup_second": state.second})
        self.show()
        self.form.focus_first()

    def choose(self) -> None:
        """Look for the second folder."""
        name = QFileDialog.getExistingDirectory(self, _("Second folder"), str(self.form.values()["backup_second"] or ""))
        if name:
            self.form.input("backup_second").setText(name)  # type: ignore[union-attr]
            self.form.input("backup_second").edited.emit()

    def save(self) -> None:
        """Save it."""
        values = self.form.checked()
        if values is not None:
            at = values["backup_minute"]
            self._frame.runner.do(
                backups.change_schedule, dates.minute_of(at), values["backup_hours"], values["backup_second"],
                then=lambda _clinic: self._saved(), owner=self.form,
            )  # fmt: skip

    def _saved(self) -> None:
        self.form.clear()
        self.close_panel()
        self._frame.toast(_("The schedule of the backups has been saved."))
