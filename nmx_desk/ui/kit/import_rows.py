"""What an import shows: kinds of files, fields of a column, what becomes of a row, files from a dialog or a drop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.domain.request_views import ImportRecord
from nmx_desk.i18n import N_, _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.table import Column
from nmx_desk.ui.theme import Hue

FORMATS = {"gravity_forms": "Gravity Forms", "elementor": "Elementor", "flamingo": "Contact Form 7 (Flamingo)", "calendly": "Calendly"}
ENCODINGS = {"xlsx": "Excel", "vcard": "vCard"}
DELIMITERS = {
    ",": N_("separated by commas"), ";": N_("separated by semicolons"), "\t": N_("separated by tabs"), "|": N_("separated by bars"),
}  # fmt: skip
PERSON_FIELDS = {
    "full_name": N_("Whole name"), "first_name": N_("Name in daily life"), "given_name": N_("First names"), "initials": N_("Initials"),
    "prefix": N_("Tussenvoegsel"), "surname": N_("Surname"), "sex": N_("Sex"), "phone": N_("Phone"), "phone2": N_("Second phone"),
    "email": N_("E-mail"), "birth_date": N_("Date of birth"), "street": N_("Street"), "house_no": N_("House number"),
    "house_suffix": N_("Addition"), "postcode": N_("Postcode"), "city": N_("City"),
}  # fmt: skip
LARGEST = 50_000_000
ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".vcf"})


@dataclass(frozen=True)
class ImportKind:
    """An import: its use cases, what a column may be, its table, its sentences. ``go`` names the button for so many rows."""

    columns: Any
    preview: Any
    run: Any
    undo: Any
    fields: dict[str, str]
    table: Callable[[], list[Column[ImportRecord]]]
    title: str
    working: str
    go: Callable[[int], str]
    done: Callable[[int], str]
    stayed: Callable[[int], str]


def read_file(path: str) -> bytes:
    """The bytes of a file. Raises ``EnvironmentProblem`` or ``UserError`` with a sentence."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise UserError("file", _("This file is too large for an export of a form. Choose another one."))
        return Path(path).read_bytes()
    except OSError as problem:
        raise EnvironmentProblem(_("The file cannot be read. Check that it is there and may be opened, and try again.")) from problem


def chosen_file(parent: QWidget, title: str) -> str:
    """Ask for a file; empty when none was chosen."""
    patterns = _("Sheets, exports and address cards (*.csv *.txt *.tsv *.xlsx *.vcf);;All files (*)")
    return QFileDialog.getOpenFileName(parent, title, "", patterns)[0]


def dropped_file(event: QDropEvent) -> str:
    """The one local file of a drop that may be imported, or an empty text."""
    urls = event.mimeData().urls()
    path = urls[0].toLocalFile() if len(urls) == 1 else ""
    return path if path and Path(path).suffix.lower() in ENDINGS else ""


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
    known = [_("Existing client.")] if record.existing_client and record.mark != "skipped" else []
    return " ".join([*filter(None, [record.reason]), *known, *record.warnings])


def _as_it_came(field: str) -> Callable[[ImportRecord], str]:
    """Colour of a cell that shows what could not be read."""
    return lambda record: "warn" if field in record.unread else "text"


def born(record: ImportRecord) -> str:
    """The birth date, or what stood there."""
    return dates.short(record.birth_date) if record.birth_date else record.unread.get("birth_date", "")


def phone(record: ImportRecord) -> str:
    """The phone number, or what stood there."""
    return shown_phone(record.phone) or record.unread.get("phone", "")


def row_columns() -> list[Column[ImportRecord]]:
    """The columns before the remarks, of whichever import."""
    return [
        Column(key="row", title=_("Row"), text=lambda r: str(r.row), width=56, align="right", sort_key=lambda r: r.row),
        Column(key="mark", title=_("What"), text=lambda r: mark(r).text, width=152, badge=mark),
        Column(key="who", title=_("Who"), text=lambda r: r.name, width=160, strong=True, sort_key=lambda r: r.surname.casefold()),
        Column(key="phone", title=_("Phone"), text=phone, width=126, role=_as_it_came("phone")),
        Column(key="email", title=_("E-mail"), text=lambda r: r.email or r.unread.get("email", ""), width=140, role=_as_it_came("email")),
        Column(key="born", title=_("Born"), text=born, width=116, sort_key=lambda r: r.birth_date, role=_as_it_came("birth_date")),
    ]


def remarks_column() -> Column[ImportRecord]:
    """The last column: what there is to say about a row."""
    return Column(key="remarks", title=_("Remarks"), text=remarks, tooltip=remarks, role=lambda r: "warn" if r.odd else "text")
