"""The preview of an import: what was recognised, which column is what, what becomes of every row; carrying it out and taking it back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import Cancelled, DeskError, UserError
from nmx_desk.domain.request_views import ImportPreview, ImportRecord, ImportResult, ImportUndone
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui import errors
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.import_rows import DELIMITERS, ENCODINGS, FORMATS, ImportKind, read_file, remarks
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import Card, column, empty_layout, row, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Table
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MOST_NAMED = 12
SPARE = ("email", "place", "received")
"""Columns that are left out first."""


class ImportView(QWidget):
    """``imported`` carries the ``ImportResult``; ``closed`` when it is left; ``undone`` when an import was taken back."""

    imported = Signal(object)
    closed = Signal()
    undone = Signal()

    def __init__(self, frame: Frame, kind: ImportKind) -> None:
        super().__init__()
        self.frame, self.kind = frame, kind
        self.preview: ImportPreview | None = None
        self._name, self._data = "", b""
        self._mapping: dict[str, str] = {}
        self._job: Job | None = None
        self._importing: Job | None = None  # of the file in sight
        self.title, self.about = heading(""), Label("", role="muted", elide=True)
        self.counts = row()
        self.problem = Banner()
        self.columns_button = Button(_("Columns"), self._show_columns, icon="sliders-horizontal")
        self.columns_button.setCheckable(True)
        self.mapping = Form([Field(name=name, label=_(label), kind="choice") for name, label in kind.fields.items()], columns=5)
        self.mapping.edited.connect(self._remap)
        self.map_card = scroll(Card(_("Which column is what?"), self.mapping), _("Which column is what?"))
        self.map_card.hide()
        self._empty = EmptyState("", icon="file-text")
        self.table: Table[ImportRecord] = Table(
            kind.table(), name="import", label=_("Rows of the file"), settings=frame.user_settings, empty=self._empty,
            key=lambda record: record.row,
        )  # fmt: skip
        self.table.spare([key for key in SPARE if key in {shown.key for shown in self.table.records.columns}])
        self.remark = Label("", role="muted", wrap=True)
        self.table.chosen.connect(self._say_remark)
        self.go = Button("", self.run, kind="primary", icon="download")
        cancel = Button(_("Cancel"), self.leave, tip="Esc")
        head = row(self.title, None, self.columns_button, cancel, self.go)
        info = row(self.about, self.counts, space=Space.L)
        info.setStretch(0, 1)
        box = column(head, info, self.problem, self.map_card, self.table, self.remark)
        box.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        box.setStretchFactor(self.map_card, 3)
        box.setStretchFactor(self.table, 2)
        self.setLayout(box)

    def open_file(self, path: str) -> bool:
        """Read a file and show what importing it would do; False when it cannot be read."""
        try:
            self._data = read_file(path)
        except DeskError as error:
            errors.show(error, self)
            return False
        self._name, self._mapping, self.preview, self._importing = Path(path).name, {}, None, None
        self.title.setText(self.kind.title)
        self.about.setText(self._name)
        self.problem.hide()
        empty_layout(self.counts)
        self.columns_button.setChecked(False)
        self.map_card.hide()
        self._ask()
        return True

    def run(self) -> None:
        """Import it."""
        if self.preview is None or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        self._importing = self.frame.runner.do(
            self.kind.run, self._name, self._data, self._mapping or None, then=lambda result: self._imported(job, result),
            failed=lambda error: self._not_imported(job, error), progress=self.kind.working, owner=self,
        )  # fmt: skip
        job = self._importing

    def leave(self) -> None:
        """Back to the list; the file is forgotten, an import that runs goes on."""
        self._stop()
        self._forget()
        self.closed.emit()

    def _forget(self) -> None:
        self._data, self.preview, self._importing = b"", None, None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    # Reading ------------------------------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def _ask(self) -> None:
        """Read the file anew beside other work; the answer to an older question is dropped."""
        self._stop()
        self._nothing(_("Reading the file"), "")
        self._job = self.frame.runner.do(
            self.kind.preview, self._name, self._data, self._mapping or None, then=lambda preview: self._read(job, preview),
            failed=lambda error: self._not_read(job, error), progress=_("Reading the file"), owner=self,
        )  # fmt: skip
        job = self._job

    def _read(self, job: Job, preview: ImportPreview) -> None:
        if job is self._job:
            self._job = None
            self._empty.say(_("No rows"), _("Choose the columns above, or another file."))
            self._show(preview)

    def _show(self, preview: ImportPreview) -> None:
        self.preview = preview
        delimiter = DELIMITERS.get(preview.delimiter, "")
        form = FORMATS.get(preview.format, "" if preview.encoding in ENCODINGS else "CSV")
        known = _("Recognised as {format}").format(format=form) if form else ""
        encoding = ENCODINGS.get(preview.encoding, preview.encoding.upper())
        self.about.setText(" · ".join(filter(None, [self._name, known, encoding, _(delimiter) if delimiter else ""])))
        if preview.notices:
            self.problem.say(" ".join(preview.notices), Hue.INFO)
        else:
            self.problem.hide()
        self._offer_columns(preview.columns, dict(preview.mapping))
        self._count(preview)
        for number, shown in enumerate(self.table.records.columns):
            if shown.key == "born":
                self.table.setColumnHidden(number, "birth_date" not in preview.mapping)
        self.table.set_rows(preview.records)
        self._ready(preview.rows - preview.count("skipped"))
        self.table.setFocus()
        self.table.choose_first()

    def _say_remark(self, record: ImportRecord | None) -> None:
        text = remarks(record) if record else ""
        self.remark.setText(_("Row {n}: {text}").format(n=record.row, text=text) if record and text else "")

    def _count(self, preview: ImportPreview) -> None:
        empty_layout(self.counts)
        new, double, odd, skipped = preview.count("new"), preview.count("double"), preview.odd, preview.count("skipped")
        self.counts.addWidget(StateBadge(_("{n} new").format(n=new), Hue.OK, "plus"))
        if double:
            self.counts.addWidget(StateBadge(ngettext("{n} double", "{n} doubles", double).format(n=double), Hue.NEUTRAL, "copy"))
        if odd:
            self.counts.addWidget(StateBadge(_("{n} odd").format(n=odd), Hue.WARN, "triangle-alert"))
        if skipped:
            self.counts.addWidget(StateBadge(_("{n} there already").format(n=skipped), Hue.NEUTRAL, "check"))

    def _ready(self, n: int) -> None:
        self.go.setText(self.kind.go(n))
        self.go.setEnabled(n > 0 and self._importing is None)

    def _nothing(self, title: str, text: str) -> None:
        self.preview = None
        self._empty.say(title, text)
        self.table.set_rows([])
        self._ready(0)

    def _not_read(self, job: Job, error: DeskError) -> None:
        if job is not self._job:
            return
        self._job = None
        self._nothing(_("No rows"), _("Choose the columns above, or another file."))
        if isinstance(error, Cancelled):
            return
        self.problem.say(error.message, Hue.WARN, closable=False)
        if isinstance(error, UserError) and error.field == "mapping" and not self._mapping:
            self.frame.runner.do(self.kind.columns, self._data, then=self._choose_columns, owner=self)

    # Columns ------------------------------------------------------------------------------------------------------------------------

    def _offer_columns(self, columns: tuple[str, ...], mapping: dict[str, str]) -> None:
        options = [("", _("(none)")), *((name, name) for name in columns)]
        for field in self.kind.fields:
            choice: Any = self.mapping.input(field)
            choice.set_options(options)
        self.mapping.set_values({field: mapping.get(field, "") for field in self.kind.fields})

    def _show_columns(self) -> None:
        self.map_card.setVisible(self.columns_button.isChecked())

    def _remap(self) -> None:
        before = dict(self.preview.mapping) if self.preview else {}
        chosen = {field: value or "" for field, value in self.mapping.values().items()}
        self._mapping |= {field: value for field, value in chosen.items() if value != before.get(field, "") or field in self._mapping}
        self._ask()

    def _choose_columns(self, columns: tuple[str, ...]) -> None:
        self._offer_columns(columns, {})
        self.columns_button.setChecked(True)
        self._show_columns()

    # Importing and taking back ------------------------------------------------------------------------------------------------------

    def _imported(self, job: Job, result: ImportResult) -> None:
        """Who went on with something else meanwhile is not taken away from it."""
        if job is self._importing:
            self._forget()
            self.imported.emit(result)
        self.frame.toast(self.kind.done(result.preview.count("new")), undo=partial(self.take_back, result.batch.id))

    def _not_imported(self, job: Job, error: DeskError) -> None:
        if job is not self._importing:
            errors.show(error, self)
            return
        self._importing = None
        self.go.setEnabled(True)
        self.problem.say(error.message or _("Stopped. Nothing of it was kept."), Hue.WARN)

    def take_back(self, import_id: str, *, edited_too: bool = False) -> None:
        """Take an import back; it asks about what somebody went on with."""
        self.frame.runner.do(
            self.kind.undo, import_id, edited_too=edited_too, then=partial(self._undone, import_id),
            progress=_("Taking the import back"), owner=self,
        )  # fmt: skip

    def _undone(self, import_id: str, done: ImportUndone) -> None:
        self.undone.emit()
        if done.removable and self._take_edited_too(done):
            self.take_back(import_id, edited_too=True)
        elif done.kept:
            self.frame.toast(self.kind.stayed(done.kept))
        else:
            self.frame.toast(_("The import was taken back."))

    def _take_edited_too(self, done: ImportUndone) -> bool:
        lines = [f"{one.name}: {', '.join(one.fields)}" if one.fields else one.name for one in done.removable[:MOST_NAMED]]
        if (more := len(done.removable) - MOST_NAMED) > 0:
            lines.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
        title = _("Somebody went on with part of this import. Take that back as well?")
        return ask(self, title, "\n".join(lines), yes=_("Take these back too"), no=_("Keep these"), danger=True)
