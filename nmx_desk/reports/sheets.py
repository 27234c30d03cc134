"""Tables as XLSX and CSV: numbers as numbers, days as days. Text stays text, whatever it looks like; nothing in it is a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from nmx_desk.domain.names import clean_name
from nmx_desk.i18n import _, translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import PrintContext

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELS: Final = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf numFmtId="14" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_DAY, _BOLD, _MOMENT = 1, 2, 3
"""Numbers of the cell styles above."""
_DAY_ZERO: Final = date(1899, 12, 30)
_FIRST_DAY: Final = date(1900, 3, 1)  # before this a spreadsheet counts a day that never was
_CODED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_WIDEST: Final = 60


@dataclass(frozen=True)
class Sheet:
    """A table that leaves as a file. ``rows``: texts, numbers, days, moments of the clinic's clock without zone, None.

    ``title``: the sheet's name where there are several; ``definitions``: the version of the formulas behind it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    title: str = ""
    definitions: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a workbook says of itself besides the print's context: the report's name and its days, unless it has none."""

    title: str
    first: date
    last: date
    dated: bool = True


def sheet_bytes(ctx: PrintContext, about: About, sheets: Sequence[Sheet], form: str) -> bytes:
    """A report's tables as ``form``: CSV holds the first of them, XLSX all, with a last sheet that says where they come from."""
    if form == "csv":
        return formats.csv_bytes(sheets[0].columns, sheets[0].rows)
    return _workbook([*((sheet.title or about.title, sheet.columns, sheet.rows) for sheet in sheets), _about(ctx, about, sheets)])


def xlsx_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet."""
    return _workbook([("1", columns, rows)])


def _about(ctx: PrintContext, about: About, sheets: Sequence[Sheet]) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
    t = translator(ctx.language)
    period = formats.span(about.first, about.last, t) if about.dated else ""
    made = formats.local(ctx.generated_at, ctx.zone).replace(tzinfo=None, second=0, microsecond=0)
    pairs: list[tuple[str, object]] = [
        (_("Report"), about.title),
        (_("Report number"), ctx.report_no),
        (_("Clinic"), f"{ctx.clinic_name} (DEMO)" if ctx.demo else ctx.clinic_name),
        (_("Period"), f"{period} ({ctx.basis})" if period and ctx.basis else period),
        (_("First day"), about.first if about.dated else None),
        (_("Last day"), about.last if about.dated else None),
        (_("Filter"), ctx.filter_text),
        (_("Definitions"), ", ".join(dict.fromkeys(sheet.definitions for sheet in sheets if sheet.definitions))),
        (_("Data up to"), made),
        (_("Made by"), ctx.user_name),
        (_("Entries in the log"), ctx.log_size),
        (_("Root of the log"), ctx.log_root),
        (_("Database"), ctx.log_database),
    ]
    return _("About"), (_("About"), _("Value")), [pair for pair in pairs if pair[1] not in {None, ""}]


# -- the file ----------------------------------------------------------------------------------------------------------------------------


def _workbook(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> bytes:
    names, count = _names([title for title, _columns, _rows in sheets]), range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in count)
        + "</Types>",
        "_rels/.rels": _RELS,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(count, names, strict=True))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in count)
        + f'<Relationship Id="rId{len(sheets) + 1}" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, _HEAD + text)
        for n, (_title, columns, rows) in zip(count, sheets, strict=True):
            book.writestr(f"xl/worksheets/sheet{n}.xml", _HEAD + _sheet(columns, rows))
    return out.getvalue()


def _names(titles: Sequence[str]) -> list[str]:
    """Names a spreadsheet takes: at most 31 characters, without its own signs, each once."""
    made: list[str] = []
    for n, title in enumerate(titles, 1):
        name = _NO_NAME.sub(" ", clean_name(title))[:31].strip() or str(n)
        made.append(f"{name[:27]} {n}" if name.casefold() in {one.casefold() for one in made} else name)
    return made


def _sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """One sheet: the first row stays in sight, columns as wide as what stands in them."""
    widths, lines = [len(title) for title in columns], [f"<row>{''.join(_cell(title, _BOLD) for title in columns)}</row>"]
    for row in rows:
        widths = [max(width, min(len(str(value)), _WIDEST)) for width, value in zip(widths, row, strict=True)]
        lines.append(f"<row>{''.join(map(_cell, row))}</row>")
    wide = "".join(f'<col min="{n}" max="{n}" width="{width + 3}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"{f'<cols>{wide}</cols>' if wide else ''}<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _cell(value: object, style: int = 0) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, date) and _day(value) >= _FIRST_DAY:
        days: float = (_day(value) - _DAY_ZERO).days
        if isinstance(value, datetime):
            return f'<c s="{_MOMENT}"><v>{days + _seconds(value.time()) / 86400:.9f}</v></c>'
        return f'<c s="{_DAY}"><v>{days}</v></c>'
    text = _CODED.sub("_x005F_", clean_name(str(value)))
    return f'<c{f" s={quoteattr(str(style))}" if style else ""} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _seconds(value: time) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second
