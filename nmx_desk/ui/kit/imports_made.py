"""The imports that were made, by hand or by themselves, each of which can be taken back on any later day."""

from __future__ import annotations

from PySide6.QtCore import Signal

from nmx_desk.domain.intake_ways import IMPORT_WAY_NAMES, ImportTarget, ImportWay
from nmx_desk.domain.request_views import ImportMade
from nmx_desk.i18n import _
from nmx_desk.services import import_files
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table


def _came(made: ImportMade) -> str:
    """The file, or the way in that has none."""
    return made.batch.file_name if made.batch.way is ImportWay.FILE else f"{_(IMPORT_WAY_NAMES[made.batch.way])}: {made.batch.file_name}"


class ImportsMade(SidePanel):
    """``take_back`` carries the id of an import."""

    take_back = Signal(str)

    def __init__(self, frame: Frame, target: ImportTarget) -> None:
        super().__init__(_("Imports that were made"))
        self._frame, self._target = frame, target
        now = frame.now
        columns: list[Column[ImportMade]] = [
            Column(key="when", title=_("Made"), text=lambda m: dates.when(m.batch.created_at, now(), time_always=True), width=116,
                   sort_key=lambda m: m.batch.created_at, tooltip=lambda m: dates.full(m.batch.created_at)),
            Column(key="what", title=_("File"), text=_came, tooltip=_came, strong=True),
            Column(key="new", title=_("New"), text=lambda m: dates.number(m.batch.new), align="right", width=60,
                   sort_key=lambda m: m.batch.new),
        ]  # fmt: skip
        empty = EmptyState(_("Nothing was imported yet"), icon="upload")
        self.table = Table(
            columns, name=f"imports-{target}", label=self.title.text(), settings=frame.user_settings, empty=empty,
            key=lambda made: made.batch.id,
        )  # fmt: skip
        self.table.setMinimumHeight(320)
        self.about = Label("", role="muted", wrap=True)
        self.button = Button(_("Take this import back"), self._take_back, icon="undo-2")
        self.body.addWidget(muted(_("Taking one back removes what came in with it. It says first what somebody went on with.")))
        self.body.addWidget(self.table)
        self.body.addWidget(self.about)
        self.foot.addStretch(1)
        self.foot.addWidget(self.button)
        self.table.chosen.connect(self._chosen)
        self.hide()

    def open(self) -> None:
        """Read and show."""
        self.show()
        self.load()

    def reload(self) -> None:
        """Read again what is in sight."""
        if self.isVisible():
            self.load()

    def load(self) -> None:
        """Read."""
        self._frame.runner.latest(("imports", id(self)), import_files.list_imports, self._target, then=self._show, owner=self)

    def _show(self, found: list[ImportMade]) -> None:
        self.table.set_rows(found)
        self.table.choose_first()
        self._chosen(self.table.current())
        self.table.setFocus()

    def _chosen(self, made: ImportMade | None) -> None:
        self.button.setEnabled(made is not None and made.batch.undone_at is None)
        if made is None:
            self.about.setText("")
        elif made.batch.undone_at is not None:
            when = dates.when(made.batch.undone_at, self._frame.now())
            self.about.setText(_("Taken back {when}; what was in use stayed.").format(when=when))
        else:
            counts = {"rows": made.batch.rows, "new": made.batch.new, "double": made.batch.double, "who": made.by}
            self.about.setText(_("{who}: {rows} rows, {new} new, {double} double.").format(**counts))

    def _take_back(self) -> None:
        made = self.table.current()
        if made is not None:
            self.take_back.emit(made.batch.id)
