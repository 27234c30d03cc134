"""Address cards (vCard 2.1, 3.0, 4.0) as a table: one row a card, columns named as people name them, the whole card in the last one.

Why not a library: vobject raises whatever its parts raise on a damaged card and gives up the whole file; nothing else is kept up.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.names import is_prefix_word
from nmx_desk.i18n import _

MAX_CARDS = 20_000
MAX_LINE = 131_072
MAX_LINES = 2_000  # of one card
CARD = "vCard"
"""The column with the card as it came."""
COLUMNS = (
    "Naam", "Voornaam", "Tussenvoegsel", "Achternaam", "Geslacht", "Geboortedatum", "Telefoon", "Telefoon (2)", "Telefoon (3)",
    "E-mailadres", "E-mailadres (2)", "Straat", "Postcode", "Woonplaats", "Land", "Opmerkingen", "UID", CARD,
)  # fmt: skip
_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_LINES = re.compile(rb"[^\r\n]+")
_PART = re.compile(r"((?:[^;\\]|\\.)*)(?:;|$)", re.DOTALL)


@dataclass
class _Property:
    """A line of a card: its name, its words (``TYPE=CELL`` and the bare ``CELL`` alike), its value."""

    name: str
    words: frozenset[str]
    value: str


@dataclass
class _Card:
    """The lines of one card."""

    lines: list[str] = field(default_factory=list)
    properties: list[_Property] = field(default_factory=list)

    def all(self, name: str) -> list[_Property]:
        """Properties of a name that hold anything."""
        return [one for one in self.properties if one.name == name and one.value.strip(" ;")]

    def first(self, name: str) -> str:
        """The first of them, as text."""
        found = self.all(name)
        return _plain(found[0].value) if found else ""


def are_cards(data: bytes) -> bool:
    """Whether a file begins as an address card does."""
    return bool(re.match(rb"\s*BEGIN:VCARD", data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe"), re.IGNORECASE))


def cards_table(data: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows of a file of cards; columns that no card fills are left out. Raises UserError."""
    rows = []
    for card in _cards(_utf8(data)):
        rows.append(_row(card))
        if len(rows) > MAX_CARDS:
            raise UserError("file", _("The file has more than {n} rows. Split it and import the parts.").format(n=MAX_CARDS))
    if not rows:
        raise UserError("file", _("The file is empty. Export the form's entries again and choose that file."))
    used = [place for place in range(len(COLUMNS)) if any(row[place] for row in rows)]
    return tuple(COLUMNS[place] for place in used), [tuple(row[place] for place in used) for row in rows]


# -- lines ---------------------------------------------------------------------------------------------------------------------------


def _utf8(data: bytes) -> bytes:
    """The bytes without a mark, UTF-16 brought to UTF-8."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(name, "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)


def _cards(data: bytes) -> Iterator[_Card]:
    """Every card; one inside another (an agent) belongs to it."""
    card, depth = _Card(), 0
    for line in _unfolded(data):
        head = line[:20].strip().upper()
        if head.startswith(b"BEGIN:VCARD"):
            depth += 1
            card = card if depth > 1 else _Card()
        elif head.startswith(b"END:VCARD") and depth:
            depth -= 1
            if not depth:
                yield card
        elif len(card.lines) > MAX_LINES:
            raise UserError("file", _("A card of the file is too large. Shorten it, or export the file again."))
        elif depth:
            _add(card, line, outer=depth == 1)
    if depth:
        raise UserError("file", _("The last card of the file is not complete. Export it again."))


def _unfolded(data: bytes) -> Iterator[bytes]:
    """Lines with their continuations: those that begin with a space, and those after a ``=`` at the end of quoted text."""
    whole: list[bytes] = []
    size, quoted = 0, False
    for found in _LINES.finditer(data):
        line = found.group()
        if whole and (line[:1] in {b" ", b"\t"} or quoted):
            piece = line if quoted else line[1:]
        else:
            if whole:
                yield b"".join(whole)
            whole, size, piece = [], 0, line
        head = piece[:200].upper() if not whole else whole[0][:200].upper()
        quoted = b"QUOTED-PRINTABLE" in head.partition(b":")[0] and piece.endswith(b"=")
        whole.append(piece[:-1] if quoted else piece)
        size += len(piece)
        if size > MAX_LINE and not re.match(rb"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)\b", whole[0], re.IGNORECASE):
            raise UserError("file", _("A cell of the file is too large. Shorten it, or export the file again."))
    if whole:
        yield b"".join(whole)


def _add(card: _Card, line: bytes, *, outer: bool) -> None:
    """Read one line into its card; the pictures are left out."""
    head, sign, value = _at_colon(line)
    said_of_it = _text(head, "")
    name, *words = said_of_it.split(";")
    name = name.rpartition(".")[2].strip().upper()
    if not sign or name in _LEFT_OUT:
        return
    said = frozenset(word.strip(' "').upper() for part in words for word in part.partition("=")[2 if "=" in part else 0].split(","))
    charset = next((part.partition("=")[2].strip(' "') for part in words if part.strip().upper().startswith("CHARSET=")), "")
    raw = quopri.decodestring(value) if "QUOTED-PRINTABLE" in said else value
    text = _text(raw, charset)
    card.lines.append(f"{said_of_it}:{text}")
    if outer and not said & {"BASE64", "B"}:
        card.properties.append(_Property(name, said, text))


def _at_colon(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Head and value: the first colon that stands in no quotation marks divides them."""
    found = re.match(rb'((?:[^:"]|"[^"]*")*):', line[:MAX_LINE])
    return (found.group(1), b":", line[found.end() :]) if found else line.partition(b":")


def _text(raw: bytes, charset: str) -> str:
    """Bytes as text: by the name they give, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name) if name else raw.decode()
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


# -- one card ------------------------------------------------------------------------------------------------------------------------


def _row(card: _Card) -> tuple[str, ...]:
    """The cells of a card, in the order of ``COLUMNS``."""
    given, prefix, family = _names(card)
    phones = [_phone(one) for one in sorted(card.all("TEL"), key=_rank) if not one.words & {"FAX", "PAGER"}]
    mails = [_plain(one.value).removeprefix("mailto:") for one in sorted(card.all("EMAIL"), key=_rank)]
    home = sorted(card.all("ADR"), key=_rank)
    address = [*(_parts(home[0].value) if home else []), *[""] * 7]
    sex = (card.first("GENDER") or card.first("X-GENDER")).partition(";")[0]
    cells = (
        "" if given or family else card.first("FN") or card.first("ORG").replace(";", " "), given, prefix, family, sex, card.first("BDAY"),
        *[*phones, "", "", ""][:3], *[*mails, "", ""][:2], address[2], address[5], address[3], address[6], card.first("NOTE"),
        card.first("UID"), "\n".join(card.lines),
    )  # fmt: skip
    return tuple(cell.replace("\0", "") for cell in cells)


def _names(card: _Card) -> tuple[str, str, str]:
    """Given name, tussenvoegsel and surname; names in between that are no tussenvoegsel stay in the card."""
    found = card.all("N")
    family, given, between, *_rest = [*(_parts(found[0].value) if found else []), "", "", ""]
    is_prefix = bool(between.split()) and all(map(is_prefix_word, between.split()))
    return given, between if is_prefix else "", family


def _rank(one: _Property) -> int:
    """Preferred ones first, then mobile ones, then those at home; those at work last."""
    if one.words & {"PREF", "PREF=1", "1"}:
        return 0
    return 1 if "CELL" in one.words else 3 if "WORK" in one.words else 2


def _phone(one: _Property) -> str:
    return _plain(one.value).removeprefix("tel:").partition(";")[0]


def _parts(value: str) -> list[str]:
    """The parts of a value between its semicolons."""
    return [_plain(found.group(1)) for found in _PART.finditer(value)][:20]


def _plain(value: str) -> str:
    """Text without the marks of the format."""
    return re.sub(r"\\(.)", lambda found: "\n" if found.group(1) in "nN" else found.group(1), value, flags=re.DOTALL).strip()

