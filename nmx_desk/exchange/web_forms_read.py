"""Bytes of a file to a table of cells: which kind of file, encoding, delimiter, header, and every reason to refuse it."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nmx_desk.domain.errors import UserError
from nmx_desk.exchange.vcards_read import are_cards, cards_table
from nmx_desk.exchange.xlsx_read import MAX_CELLS, MAX_COLUMNS, locked, read_sheet
from nmx_desk.i18n import _

MAX_BYTES = 25_000_000
MAX_ROWS = 20_000  # with MAX_CELLS: what an import takes of the memory, its log entries and all, stays under 500 MB
DELIMITERS = (",", ";", "\t", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OTHER_FILES = {
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3": "SQLite",
}
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_SMALL_ACCENTS = "áéíóúàèìòùâêîôûäëïöüçñãõåøßıİşğ"
_CAPITAL_ACCENTS = "ÁÉÍÓÚÀÈÖÜËÏÇÑÅØŠŽ"
_PREAMBLE = 10  # lines in which the header is looked for, when the first is none
_HEAD = 100_000  # characters in which the header is looked for
# Not a character of any text: shows where the file ended, so that a quote that never closes is seen.
_END = "\ue000the end\ue000"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# What data has and a header has not: an address, a phone number, a date.
_DATA = re.compile(r"^\s*([^\s@]+@[^\s@]+\.[^\s@]+|\+?(?:[\s().-]*\d){7,}[\s().-]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,12})\s*$")


@dataclass(frozen=True)
class Table:
    """Cells as they stand in the file. ``rows`` hold as many cells as their line had; ``encoding`` is ``xlsx`` or ``vcard`` for those.

    ``columns`` are made unique, one for every cell of the longest row; the first ``width`` of them stand in the header.
    """

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    width: int
    rows: tuple[tuple[str, ...], ...]
    notices: tuple[str, ...]


def read_table(data: bytes, known: Callable[[str], bool]) -> Table:
    """Read an export; ``known`` says whether a column name is recognised, which decides between delimiters.

    Raises UserError when it is no CSV with a header, is damaged, or is larger than the limits of this module.
    """
    if len(data) > MAX_BYTES:
        raise UserError("file", _("The file is larger than {n} MB. Split it and import the parts.").format(n=MAX_BYTES // 1_000_000))
    _refuse_others(data)
    if data.startswith(_ZIP):
        return _read_sheet(data, known)
    if are_cards(data):
        columns, cards = cards_table(data)
        return Table("vcard", "", columns, len(columns), tuple(cards), ())
    encoding, text, notices = _decode(data)
    delimiter, text = _delimiter(text, known)
    return _table(encoding, delimiter, _lines(text, delimiter), notices, known)


def _read_sheet(data: bytes, known: Callable[[str], bool]) -> Table:
    """A sheet of a spreadsheet: its rows are as long as its header, unless they hold more."""
    sheet = read_sheet(data)
    notices = [_("The file has several sheets; “{name}” was read.").format(name=sheet.name)] if sheet.sheets > 1 else []
    table = _table("xlsx", "", sheet.rows, notices, known)
    rows = tuple(row + ("",) * (table.width - len(row)) for row in table.rows)
    return replace(table, rows=rows)


def _table(encoding: str, delimiter: str, lines: Iterable[Sequence[str]], notices: list[str], known: Callable[[str], bool]) -> Table:
    """The header found and the rows counted."""
    lines = iter(lines)
    first = list(itertools.islice(lines, _PREAMBLE))
    if not first:
        raise UserError("file", _("The file is empty. Export the form's entries again and choose that file."))
    start = _header_at(first, known)
    header = first[start]
    if start:
        notices.append(_("The lines above the column names were left out."))
    if any(_DATA.match(cell[:100]) for cell in header):
        raise UserError("file", _("The first row has no column names. Export the form's entries with a header row and try again."))
    rows = []
    cells = 0
    for row in itertools.chain(first[start + 1 :], lines):
        rows.append(tuple(row))
        cells += len(row)
        if len(rows) > MAX_ROWS:
            raise UserError("file", _("The file has more than {n} rows. Split it and import the parts.").format(n=MAX_ROWS))
        if cells > MAX_CELLS:
            raise UserError("file", _("The file has more than {n} cells. Split it and import the parts.").format(n=MAX_CELLS))
    longest = max((len(row) for row in rows), default=0)
    return Table(encoding, delimiter, _columns(header, longest), len(header), tuple(rows), tuple(notices))


def _refuse_others(data: bytes) -> None:
    """Files that are no table, each with what to do about it."""
    if data.startswith(_OLD_OFFICE):
        if _LOCKED in data:
            raise locked()
        raise UserError("file", _("This is a file of an old Excel (.xls). Open it, save it as .xlsx or CSV and import that."))
    for start, kind in _OTHER_FILES.items():
        if data.startswith(start):
            raise UserError(
                "file", _("This is not a CSV but another kind of file ({kind}). Save or export it as CSV and try again.").format(kind=kind)
            )


def _header_at(lines: Sequence[Sequence[str]], known: Callable[[str], bool]) -> int:
    """The line with the column names: the first, unless it names none and a later one names two."""
    named = [sum(map(known, line)) for line in lines]
    return 0 if named[0] else next((i for i, n in enumerate(named) if n > 1), 0)


def _decode(data: bytes) -> tuple[str, str, list[str]]:
    """Encoding, text and what the user should know about it."""
    encoding, body = next(((name, data[len(bom) :]) for bom, name in _BOMS if data.startswith(bom)), ("", data))
    encoding = encoding or _guess_utf16(body)
    try:
        text = body.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding.startswith(("utf-16", "utf-32")):
            raise UserError("file", _("The file is damaged: its text cannot be read. Export it again.")) from None
        encoding, text, notices = _decode_damaged(body)
    else:
        notices = []
    if "\0" in text:
        raise UserError("file", _("This is not a CSV file: it holds other data than text. Export the form's entries as CSV and try again."))
    if not text.strip():
        raise UserError("file", _("The file is empty. Export the form's entries again and choose that file."))
    return encoding or "utf-8", text.lstrip("\ufeff"), notices


def _guess_utf16(body: bytes) -> str:
    """UTF-16 without its mark: every other byte of western text is zero."""
    sample = body[:4000]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(sample) > 3 and zeros.count(0) > 0.8 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return name
    return ""


def _decode_damaged(body: bytes) -> tuple[str, str, list[str]]:
    """Not UTF-8: Windows-1252, unless most of its accents are UTF-8 and only a few bytes are broken."""
    text = body.decode("utf-8", "replace")
    whole = sum(c > "\x7f" for c in text) - (broken := text.count("\ufffd"))
    if whole > broken:
        return "utf-8", text, [_("Some characters of the file are damaged. Check the names with accents.")]
    encoding = max(_OLD_ENCODINGS, key=lambda name: _likeness(body.decode(name, "replace")))  # the first of equals
    if _likeness(body.decode("cp1252", "replace")) >= 0:
        encoding = "cp1252"
    if encoding == "cp1252":
        notice = _("The file is not in UTF-8; it was read as Windows-1252. Check the names with accents.")
    else:
        notice = _("The file is not in UTF-8; it was read as the text of an old program ({encoding}). Check the names with accents.")
    return encoding, body.decode(encoding, "replace"), [notice.format(encoding=encoding)]


def _likeness(text: str) -> int:
    """How much the accents of a text look like those of names and sentences: é within a word, É only before one, no signs in it."""
    score = 0
    for found in re.finditer(r"[^\x00-\x7f]", text[:1_000_000]):
        sign, before, after = found.group(), text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        small = sign in _SMALL_ACCENTS
        capital = sign in _CAPITAL_ACCENTS and not before.islower()
        quote = sign == "’" or (sign in "“”‘€–…•" and not (before.isalpha() and after.isalpha()))
        score += 1 if small or capital or quote else -1
    return score


def _delimiter(text: str, known: Callable[[str], bool]) -> tuple[str, str]:
    """The delimiter that gives the most recognised columns, then the most columns; and the text without a spreadsheet's ``sep=`` line."""
    told = re.match(r'"?sep=([,;|\t])"?\r?\n', text, re.IGNORECASE)
    if told:
        return told.group(1), text[told.end() :]

    head = text[:_HEAD].lstrip()

    def score(delimiter: str) -> tuple[int, int]:
        try:
            lines = list(itertools.islice(csv.reader(_text_lines(head), delimiter=delimiter), _PREAMBLE))
        except csv.Error:
            lines = []
        return max(((sum(known(cell[:200]) for cell in line[:MAX_COLUMNS]), len(line)) for line in lines), default=(0, 0))

    return max(DELIMITERS, key=score), text


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows that hold anything, refusing a quote that never closes, too many columns and a giant cell."""
    reader = csv.reader(itertools.chain(_text_lines(text), [_END]), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            if row == [_END]:
                return
            if row and _END in row[-1]:
                message = _("A quotation mark at line {line} is never closed. Mend the file or export it again.")
                raise UserError("file", message.format(line=line))
            if len(row) > MAX_COLUMNS:
                raise UserError(
                    "file",
                    _("The file has more than {n} columns; this is not an export of a form. Choose another file.").format(n=MAX_COLUMNS),
                )
            if any(cell.strip() for cell in row):
                yield row
            line = reader.line_num + 1
    except csv.Error:
        message = _("The cell at line {line} is too large; perhaps a quotation mark is never closed. Mend the file or export it again.")
        raise UserError("file", message.format(line=line)) from None


def _text_lines(text: str) -> Iterator[str]:
    """The lines with their ends, whichever those are; the last one gets one. No second copy of the text is made."""
    for found in _LINE.finditer(text):
        line = found.group()
        yield line if line[-1] in "\r\n" else line + "\n"


def _columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """Column names: unique, and one for every cell of the longest row."""
    names: list[str] = []
    taken: set[str] = set()
    for i in range(max(len(header), width)):
        name = " ".join(header[i].split()) if i < len(header) else ""
        base = name or f"#{i + 1}"
        name, n = base, 1
        while name in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name)
        names.append(name)
    return tuple(names)
