"""Importing answers: what a column may be, the rows as they are shown, and the sentences."""

from __future__ import annotations

from nmx_desk.domain.request_views import ImportRecord
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import answer_imports
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.import_rows import ImportKind, mark, remarks_column
from nmx_desk.ui.kit.table import Column

FIELDS = {
    "recommend": N_("Would recommend, 0–10"), "mark": N_("Mark, 1–10"), "text": N_("In their own words"), "answered_on": N_("Answered on"),
    "code": N_("Code of the form"), "moment": N_("Asked"), "practitioner": N_("About whom"), "answer_key": N_("Number at the sender"),
}  # fmt: skip


def _day(record: ImportRecord) -> str:
    return dates.short(record.received.date()) if record.received else "–"


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _columns() -> list[Column[ImportRecord]]:
    return [
        Column(key="row", title=_("Row"), text=lambda r: str(r.row), width=56, align="right", sort_key=lambda r: r.row),
        Column(key="mark", title=_("What"), text=lambda r: mark(r).text, width=152, badge=mark),
        Column(key="day", title=_("Day"), text=_day, width=124, sort_key=lambda r: r.received),
        Column(key="recommend", title=_("Recommends"), text=lambda r: _number(r.recommend), align="right", width=110),
        Column(key="given", title=_("Mark"), text=lambda r: _number(r.given), align="right", width=72),
        Column(key="words", title=_("In their own words"), text=lambda r: r.question, tooltip=lambda r: r.question),
        remarks_column(),
    ]  # fmt: skip


def answers_kind() -> ImportKind:
    """The import of answers."""
    return ImportKind(
        columns=answer_imports.read_answer_columns, preview=answer_imports.preview_answers, run=answer_imports.import_answers,
        undo=answer_imports.undo_answer_import, fields=FIELDS, table=_columns, title=_("Import answers"), working=_("Importing answers"),
        go=lambda n: ngettext("Import {n} answer", "Import {n} answers", n).format(n=n),
        done=lambda n: ngettext("{n} new answer imported.", "{n} new answers imported.", n).format(n=n),
        stayed=lambda n: ngettext("{n} answer stayed.", "{n} answers stayed.", n).format(n=n),
    )  # fmt: skip
