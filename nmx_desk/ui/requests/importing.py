"""The preview of an import: what was recognised, which column is what, what becomes of every row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.errors import DeskError, EnvironmentProblem, UserError
from nmx_desk.domain.request_views import ImportPreview, ImportRecord, ImportResult, ImportUndone
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import imports
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import Card, column, empty_layout, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

FORMATS = {
    "gravity_forms": "Gravity Forms", "elementor": "Elementor", "flamingo": "Contact Form 7 (Flamingo)", "calendly": "Calendly",
    "generic": "CSV",
}  # fmt: skip
DELIMITERS = {
    ",": N_("separated by commas"), ";": N_("separated by semicolons"), "\t": N_("separated by tabs"), "|": N_("separated by bars"),
}  # fmt: skip
FIELDS = {
    "full_name": N_("Whole name"), "first_name": N_("First name"), "given_name": N_("Name in daily life"), "initials": N_("Initials"),
    "prefix": N_("Tussenvoegsel"), "surname": N_("Surname"), "sex": N_("Sex"), "phone": N_("Phone"), "phone2": N_("Second phone"),
    "email": N_("E-mail"), "birth_date": N_("Date of birth"), "street": N_("Street"), "house_no": N_("House number"),
    "house_suffix": N_("Addition"), "postcode": N_("Postcode"), "city": N_("City"), "received": N_("Received"),
    "question": N_("What they ask"), "remarks": N_("Remarks"), "preferred_times": N_("Wished times"),
}  # fmt: skip
LARGEST = 50_000_000
MOST_NAMED = 12


def read_file(path: str) -> bytes:
    """The bytes of a file. Raises ``EnvironmentProblem`` or ``UserError`` with a sentence."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise UserError("file", _("This file is too large for an export of a form. Choose another one."))
        return Path(path).read_bytes()
    except OSError as problem:
        raise EnvironmentProblem(_("The file cannot be read. Check that it is there and may be opened, and try again.")) from problem


def mark(record: ImportRecord) -> Badge:
    """What becomes of a row."""
    if record.mark == "double":
        return Badge(_("Double"), Hue.NEUTRAL, "copy")
    if record.mark == "skipped":
        return Badge(_("There already"), Hue.NEUTRAL, "check")
    if record.odd:
        return Badge(_("New, odd"), Hue.WARN, "triangle-alert")
    return Badge(_("New"), Hue.OK, "plus")


def remarks(record: ImportRecord) -> str:
    """Why it is double, odd or known."""
    known = [_("Existing client.")] if record.existing_client else []
    return " ".join([*filter(None, [record.reason]), *known, *record.warnings])


def _received(record: ImportRecord) -> str:
    return f"{dates.short(record.received.date())} {record.received:%H:%M}" if record.received else ""


def _columns() -> list[Column[ImportRecord]]:
    return [
        Column(key="row", title=_("Row"), text=lambda r: str(r.row), width=56, align="right", sort_key=lambda r: r.row),
        Column(key="mark", title=_("What"), text=lambda r: mark(r).text, width=112, badge=mark),
        Column(key="who", title=_("Who"), text=lambda r: r.name, width=170, strong=True, sort_key=lambda r: r.surname.casefold()),
        Column(key="phone", title=_("Phone"), text=lambda r: shown_phone(r.phone), width=126),
        Column(key="email", title=_("E-mail"), text=lambda r: r.email, width=160),
        Column(key="born", title=_("Born"), text=lambda r: dates.short(r.birth_date) if r.birth_date else "", width=116,
               sort_key=lambda r: r.birth_date),
        Column(key="received", title=_("Received"), text=_received, width=144, sort_key=lambda r: r.received),
        Column(key="remarks", title=_("Remarks"), text=remarks, tooltip=remarks, role=lambda r: "warn" if r.odd else "text"),
    ]  # fmt: skip


class ImportView(QWidget):
    """``imported`` carries the ``ImportResult``; ``closed`` when it is left."""

    imported = Signal(object)
    closed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.preview: ImportPreview | None = None
        self._name, self._data = "", b""
        self._mapping: dict[str, str] = {}
        self.title, self.about = heading(""), Label("", role="muted", elide=True)
        self.counts = row()
        self.problem = Banner()
        self.columns_button = Button(_("Columns"), self._show_columns, icon="sliders-horizontal")
        self.columns_button.setCheckable(True)
        self.mapping = Form([Field(name=name, label=_(label), kind="choice") for name, label in FIELDS.items()], columns=5)
        self.mapping.edited.connect(self._remap)
        self.map_card = Card(_("Which column is what?"), self.mapping)
        self.map_card.hide()
        empty = EmptyState(_("No rows"), _("Choose the columns above, or another file."), icon="file-text")
        self.table: Table[ImportRecord] = Table(
            _columns(), name="import", label=_("Rows of the file"), settings=frame.user_settings, empty=empty, key=lambda record: record.row
        )
        self.go = Button("", self.run, kind="primary", icon="download")
        cancel = Button(_("Cancel"), self.leave, tip="Esc")
        head = row(self.title, None, self.columns_button, cancel, self.go)
        info = row(self.about, self.counts, space=Space.L)
        info.setStretch(0, 1)
        box = column(head, info, self.problem, self.map_card, self.table)
        box.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        box.setStretchFactor(self.table, 1)
        self.setLayout(box)

    def open_file(self, path: str) -> bool:
        """Read a file and show what importing it would do; False when it cannot be read."""
        try:
            self._data = read_file(path)
        except DeskError as error:
            errors.show(error, self)
            return False
        self._name, self._mapping, self.preview = Path(path).name, {}, None
        self.title.setText(_("Import"))
        self.about.setText(self._name)
        self.problem.hide()
        empty_layout(self.counts)
        self.columns_button.setChecked(False)
        self.map_card.hide()
        self.table.set_rows([])
        self._ready(0)
        self._ask()
        return True

    def run(self) -> None:
        """Import it."""
        if self.preview is None or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        self.frame.runner.do(
            imports.import_requests, self._name, self._data, self._mapping or None,
            then=self._imported, failed=self._not_imported, progress=_("Importing requests"), owner=self,
        )  # fmt: skip

    def leave(self) -> None:
        """Back to the list; the file is forgotten."""
        self._data, self.preview = b"", None
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def _ask(self) -> None:
        self.frame.runner.latest(
            ("import", id(self)), imports.preview_import, self._name, self._data, self._mapping or None,
            then=self._show, failed=self._not_read, owner=self,
        )  # fmt: skip

    def _show(self, preview: ImportPreview) -> None:
        self.preview = preview
        delimiter = DELIMITERS.get(preview.delimiter, "")
        known = _("Recognised as {format}").format(format=FORMATS.get(preview.format, preview.format))
        about = [self._name, known, preview.encoding.upper(), _(delimiter) if delimiter else ""]
        self.about.setText(" · ".join(filter(None, about)))
        if preview.notices:
            self.problem.say(" ".join(preview.notices), Hue.INFO)
        else:
            self.problem.hide()
        self._offer_columns(preview.columns, dict(preview.mapping))
        self._count(preview)
        born = next(number for number, shown in enumerate(self.table.records.columns) if shown.key == "born")
        self.table.setColumnHidden(born, "birth_date" not in preview.mapping)
        self.table.set_rows(preview.records)
        self._ready(preview.rows - preview.count("skipped"))
        self.table.setFocus()
        self.table.choose_first()

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
        self.go.setText(ngettext("Import {n} request", "Import {n} requests", n).format(n=n))
        self.go.setEnabled(n > 0)

    def _offer_columns(self, columns: tuple[str, ...], mapping: dict[str, str]) -> None:
        options = [("", _("(none)")), *((name, name) for name in columns)]
        for field in FIELDS:
            choice: Any = self.mapping.input(field)
            choice.set_options(options)
        self.mapping.set_values({field: mapping.get(field, "") for field in FIELDS})

    def _show_columns(self) -> None:
        self.map_card.setVisible(self.columns_button.isChecked())

    def _remap(self) -> None:
        before = dict(self.preview.mapping) if self.preview else {}
        chosen = {field: value or "" for field, value in self.mapping.values().items()}
        self._mapping |= {field: value for field, value in chosen.items() if value != before.get(field, "") or field in self._mapping}
        self._ask()

    def _not_read(self, error: DeskError) -> None:
        self.preview = None
        self.table.set_rows([])
        self._ready(0)
        self.problem.say(error.message, Hue.WARN, closable=False)
        if isinstance(error, UserError) and error.field == "mapping" and not self._mapping:
            self.frame.runner.do(imports.read_import_columns, self._data, then=self._choose_columns, owner=self)

    def _choose_columns(self, columns: tuple[str, ...]) -> None:
        self._offer_columns(columns, {})
        self.columns_button.setChecked(True)
        self._show_columns()

    def _imported(self, result: ImportResult) -> None:
        self._data, self.preview = b"", None
        self.imported.emit(result)

    def _not_imported(self, error: DeskError) -> None:
        self.go.setEnabled(True)
        self.problem.say(error.message, Hue.WARN)


def take_edited_too(parent: QWidget, done: ImportUndone) -> bool:
    """Whether what somebody went on with is taken back too: asked, with what it is."""
    lines = [f"{one.name}: {', '.join(one.fields)}" if one.fields else one.name for one in done.removable[:MOST_NAMED]]
    if (more := len(done.removable) - MOST_NAMED) > 0:
        lines.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    title = _("Somebody went on with part of this import. Take that back as well?")
    return ask(parent, title, "\n".join(lines), yes=_("Take these back too"), no=_("Keep these"), danger=True)
