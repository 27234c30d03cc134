"""Cells of an XLSX as text, read as a stream: nothing is made of what a file says it holds, so that a small one cannot fill the memory.

Why not openpyxl: it builds a tree of every row before it shows it; a file of 16 kB takes it to 580 MB.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from xml.parsers import expat

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

MAX_UNPACKED = 150_000_000
MAX_PARTS = 5_000
MAX_CELLS = 600_000
MAX_TEXT = 25_000_000  # characters of all cells
MAX_CELL = 131_072  # characters of one cell
MAX_COLUMNS = 500
_MAX_SEEN_ROWS = 1_100_000  # a spreadsheet has 1,048,576
_MAX_DEPTH, _MAX_NAMES, _MAX_LAG = 60, 2_000, 8_000_000
_CHUNK = 1 << 16
_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LAST_DAY = 2_958_466  # the end of 9999
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """Rows that hold anything, each as long as its last filled cell; ``sheets`` is how many the file has."""

    name: str
    sheets: int
    rows: list[list[str]]


class _Format(NamedTuple):
    """How a number is shown: as a day, or with at least so many digits behind some fixed text."""

    day: bool = False
    digits: int = 0
    before: str = ""


def read_sheet(data: bytes) -> Sheet:
    """The first sheet with rows. Formulas are never worked out: what was stored of them is read. Raises UserError."""
    try:
        return _Book(data).first_with_rows()
    except (zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError, NotImplementedError, ValueError, OSError, OverflowError):
        raise UserError("file", _("The file is damaged: its cells cannot be read. Save or export it again.")) from None


class _Book:
    """The parts of a workbook, each read at most once and together never more than ``MAX_UNPACKED``."""

    def __init__(self, data: bytes) -> None:
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            raise _too_large()
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._parts = {_path(info.filename): info for info in self._zip.infolist()}
        self._left = MAX_UNPACKED
        self._refuse_others()

    def first_with_rows(self) -> Sheet:
        """The first sheet with a header and a row, else the first with anything."""
        home = self._target("", "_rels/.rels", "officedocument") or "xl/workbook.xml"
        book, folder = _Workbook(), home.rpartition("/")[0]
        self.read(home, book.start, book.end)
        links = _Links()
        self.read(f"{folder}/_rels/{home.rpartition('/')[2]}.rels", links.start, links.end)
        strings, styles = _Strings(), _Styles()
        for part, kind in ((strings, "sharedstrings"), (styles, "styles")):
            if target := links.of_kind(kind):
                self.read(_joined(folder, target), part.start, part.end, part.text)
        spare: Sheet | None = None
        for name, link in book.sheets:
            cells = _Cells(strings.found, styles.formats, early=book.early)
            self.read(_joined(folder, links.targets.get(link, "")), cells.start, cells.end, cells.text)
            if len(cells.rows) > 1:
                return Sheet(name, len(book.sheets), cells.rows)
            spare = spare or (Sheet(name, len(book.sheets), cells.rows) if cells.rows else None)
        return spare or Sheet("", len(book.sheets), [])

    def read(
        self, name: str, start: Callable[[str, Attributes], None], end: Callable[[str], None], text: Callable[[str], None] | None = None
    ) -> None:
        """Feed a part to its reader; a part that is not there holds nothing."""
        info = self._parts.get(_path(name))
        if info is None:
            return
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotImplementedError
        if info.file_size > self._left:
            raise _too_large()
        self._left -= info.file_size
        parser, fed = _parser(start, end, text), 0
        with self._zip.open(info) as part:
            while chunk := part.read(_CHUNK):
                fed += len(chunk)
                parser.Parse(chunk, False)
                if fed - parser.CurrentByteIndex > _MAX_LAG:  # one tag that never ends
                    raise _too_large()
        parser.Parse(b"", True)

    def _target(self, folder: str, rels: str, kind: str) -> str:
        links = _Links()
        self.read(rels, links.start, links.end)
        return _joined(folder, links.of_kind(kind))

    def _refuse_others(self) -> None:
        """What else is packed as a zip file, and files behind a password."""
        names = self._parts.keys()
        if any(info.flag_bits & 1 for info in self._parts.values()):
            raise locked()
        if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
            return
        kind = "ods" if "content.xml" in names else "xlsb" if "xl/workbook.bin" in names else "zip"
        message = _("This is no Excel or CSV file but another kind of file ({kind}). Save or export it as .xlsx or CSV and try again.")
        raise UserError("file", message.format(kind=kind))


def locked() -> UserError:
    """What to do about a file behind a password."""
    return UserError("file", _("The file is protected by a password. Open it, save it without a password and try again."))


def _too_large() -> UserError:
    return UserError(
        "file",
        _("The file unpacks to far more than an export of people. Copy the rows that are needed to a new file and import that."),
    )


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _joined(folder: str, target: str) -> str:
    """A part named from a folder; a slash in front means from the top."""
    if not target or target.startswith("/"):
        return target
    steps: list[str] = []
    for step in f"{folder}/{target}".split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def _parser(
    start: Callable[[str, Attributes], None], end: Callable[[str], None], text: Callable[[str], None] | None
) -> expat.XMLParserType:
    """A parser that hands over names without their namespace, and refuses whatever could make it grow without end."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0
    known: set[str] = set()

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        known.add(name)
        known.update(attributes)
        if depth > _MAX_DEPTH or len(known) > _MAX_NAMES:
            raise ValueError
        start(name.rpartition(" ")[2], attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    def declared(*_what: object) -> None:  # no spreadsheet declares a document type; entities come with one
        raise ValueError

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = started, ended, declared
    if text:
        parser.CharacterDataHandler = text
    return parser


def _ignore(_name: str) -> None:
    """The end of an element of which the beginning said all."""


class _Links:
    """Relations: id to part."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = target
            self._kinds.setdefault(attributes.get("Type", "").rpartition("/")[2].casefold(), target)

    end = staticmethod(_ignore)

    def of_kind(self, kind: str) -> str:
        """The first part of a kind, or an empty text."""
        return self._kinds.get(kind, "")


class _Workbook:
    """Names of sheets with their links, visible ones first; ``early``: days are counted from 1904."""

    def __init__(self) -> None:
        self.early = False
        self._shown: list[tuple[str, str]] = []
        self._hidden: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.early = attributes.get("date1904", "") in {"1", "true"}
        elif name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
            sheets = self._hidden if attributes.get("state", "visible") != "visible" else self._shown
            sheets.append((attributes.get("name", "")[:60], link))

    end = staticmethod(_ignore)

    @property
    def sheets(self) -> list[tuple[str, str]]:
        """Name and link of each sheet."""
        return [*self._shown, *self._hidden]


class _Texts:
    """Collects the text of an element, at most as much as a cell may hold."""

    def __init__(self) -> None:
        self._taking = False
        self._pieces: list[str] = []
        self._size = self._all = 0

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self._taking:
            self._size += len(piece)
            if self._size > MAX_CELL:
                raise UserError("file", _("A cell of the file is too large. Shorten it, or export the file again."))
            self._pieces.append(piece)

    def taken(self) -> str:
        """What was collected, counted."""
        text = "".join(self._pieces)
        self._pieces, self._size = [], 0
        self._all += len(text)
        if self._all > MAX_TEXT:
            raise _too_large()
        return text


class _Strings(_Texts):
    """The texts that cells share, without the reading aids of Japanese ones."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._aid = False

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "rPh":
            self._aid = True
        self._taking = name == "t" and not self._aid

    def end(self, name: str) -> None:
        self._taking = False
        if name == "rPh":
            self._aid = False
        elif name == "si":
            self.found.append(_decoded(self.taken()))
            if len(self.found) > 2 * MAX_CELLS:
                raise _too_large()


class _Styles(_Texts):
    """Formats of numbers by style."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: list[_Format] = []
        self._codes: dict[str, str] = {}
        self._made: dict[str, _Format] = {}
        self._cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "cellXfs":
            self._cells = True
        elif name == "numFmt" and len(self._codes) < _MAX_NAMES:
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "xf" and self._cells and len(self.formats) < 2 * _CHUNK:
            self.formats.append(self._format(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._cells = False

    def _format(self, number: str) -> _Format:
        if number not in self._made:
            code = self._codes.get(number)
            usual = _Format(day=number.isdecimal() and int(number[:9]) in _DAY_FORMATS)
            self._made[number] = _format_of(code) if code else usual
        return self._made[number]


def _format_of(code: str) -> _Format:
    """``dd-mm-yyyy`` is a day; ``0000000000`` and ``0#########`` keep the zero in front, ``"0"#########`` writes one."""
    code = code.partition(";")[0]
    bare = _LITERAL.sub("", code)
    if re.search(r"[dmyhs]", bare, re.IGNORECASE) and "general" not in bare.lower():
        return _Format(day=True)
    places = re.sub(r"[^0#?]", "", re.split(r"[.Ee/%]", bare)[0])
    head = re.split(r"[0#?]", re.sub(r'"[^"]*"|\\.', lambda found: " " * len(found.group()), code))[0]
    before = "".join(one or two or "" for one, two in _LITERAL.findall(code[: len(head)]))
    digits = len(places) - places.index("0") if "0" in places else 0
    return _Format(digits=digits, before="" if before.strip("+0123456789 ") else before)


class _Cells(_Texts):
    """The filled rows of a sheet."""

    def __init__(self, strings: list[str], formats: list[_Format], *, early: bool) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._strings, self._formats, self._early = strings, formats, early
        self._row: dict[int, str] = {}
        self._column, self._seen, self._filled = -1, 0, 0
        self._kind, self._format = "", _Format()
        self._aid = False

    def start(self, name: str, attributes: Attributes) -> None:
        self._taking = name == "v" or (name == "t" and not self._aid)
        if name == "c":
            place = _column_of(attributes.get("r", ""))
            self._column = self._column + 1 if place is None else place
            self._kind = attributes.get("t", "n")
            style = attributes.get("s", "")
            self._format = self._formats[int(style)] if style.isdecimal() and int(style[:9]) < len(self._formats) else _Format()
        elif name == "row":
            self._row, self._column = {}, -1
            self._seen += 1
            if self._seen > _MAX_SEEN_ROWS:
                raise _too_large()
        elif name == "rPh":
            self._aid = True

    def end(self, name: str) -> None:
        self._taking = False
        if name == "c":
            if text := self._value(self.taken()):
                self._fill(text)
        elif name == "rPh":
            self._aid = False
        elif name == "row" and self._row:
            self.rows.append([self._row.get(place, "") for place in range(max(self._row) + 1)])
            self._filled += len(self.rows[-1])
            if self._filled > MAX_CELLS:
                raise _too_large()

    def _fill(self, text: str) -> None:
        if self._column >= MAX_COLUMNS:
            message = _("The file has more than {n} columns; this is not an export of a form. Choose another file.")
            raise UserError("file", message.format(n=MAX_COLUMNS))
        self._row[self._column] = text

    def _value(self, text: str) -> str:
        if self._kind == "s" and text:
            shared = self._strings[int(text)] if text.strip().isdecimal() and int(text[:9]) < len(self._strings) else None
            if shared is None:
                raise ValueError
            self._all += len(shared)
            return shared
        if self._kind in {"inlineStr", "str"}:
            return _decoded(text)
        if self._kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        return _number(text.strip(), self._format, early=self._early) if self._kind == "n" else text


def _column_of(place: str) -> int | None:
    """``B7`` is column 1; None for a cell that does not say."""
    letters = re.match(r"[A-Z]{1,3}", place.upper())
    if not letters:
        return None
    column = 0
    for letter in letters.group():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _decoded(text: str) -> str:
    """Signs that XML cannot hold stand in it as ``_x000D_``."""
    return _CODED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _number(text: str, form: _Format, *, early: bool) -> str:
    """A number as its cell shows it: a day as ISO text, zeros in front where the format keeps them."""
    try:
        value = float(text)
    except ValueError:
        return text
    if form.day and 0 <= value < _LAST_DAY:
        return _moment(value, early=early)
    if not value.is_integer() or abs(value) >= 1e16:
        return text if abs(value) >= 1e16 else repr(value)
    return form.before + f"{value:.0f}".zfill(min(form.digits, 20))


def _moment(value: float, *, early: bool) -> str:
    """A day with its time, if it has one; a time alone below day 1."""
    seconds = round(value * 86_400)
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    if days == 0 and not early:
        return clock
    start = date(1904, 1, 1) if early else date(1899, 12, 30) if days >= 60 else date(1899, 12, 31)
    day = datetime.combine(start, datetime.min.time()) + timedelta(days=days)
    return f"{day:%Y-%m-%d} {clock}" if rest else f"{day:%Y-%m-%d}"
