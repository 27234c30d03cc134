"""The questions of a form and what was answered, from the lines of a message: ``Naam: …``, a label above its answer, rows of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from nmx_desk.exchange.mail_lines import EMPTY, Line
from nmx_desk.exchange.web_forms_columns import column_key, guess_field

_LONGEST_LABEL = 100
_MOST = 200  # answers; more is no form
_INLINE = re.compile(r"^\W{0,3}([^:=\n]{1,80}?)\s*(?::(?!//)|\s=)\s*(.*)$", re.DOTALL)
_DASH = re.compile(r"^\W{0,3}([^:=\n]{1,40}?)\s+[-–—]\s+(.*)$", re.DOTALL)  # only behind a label that is known
_SENDER = frozenset({"van", "from", "von", "de", "afzender", "absender", "expediteur", "sender"})
_SUBJECT = frozenset({"onderwerp", "subject", "betreff", "objet", "sujet"})
_OTHER_NAMES = {
    "invitee": "full_name", "genodigde": "full_name", "aanvrager": "full_name", "inzender": "full_name", "deelnemer": "full_name",
    "bezoeker": "full_name", "gast": "full_name", "textremindernumber": "phone", "smsnummer": "phone",
}  # fmt: skip
_HEAD = frozenset({"aan", "to", "an", "a", "verzonden", "sent", "gesendet", "envoye", "cc", "bcc"})
# What a website says about itself; never an answer.
_TECHNICAL = re.compile(
    r"^(?:date|datum|time|tijd|heure|zeit|uhrzeit)$|url$|^pa?gin?a|^seite|useragent|browser|remoteip|^ip|poweredby|^form(?:ulier|ular)?(?:name|naam|id)?$"
    r"|^referr?er|^site|^website|inzending|submission|entry(?:id)?$|akkoord|toestemming|consent|einwilligung|privacy|nieuwsbrief|newsletter|voorwaarden"
)
_INTRO = re.compile(
    r"nieuwe?\b.{0,30}(?:aanvraag|bericht|inzending|aanmelding|vraag)|new\b.{0,30}(?:message|submission|entry|request|enquiry|inquiry)"
    r"|neue.{0,20}(?:anfrage|nachricht)|nouve.{0,20}(?:message|demande)|formulier|website|volgende gegevens|onderstaande|following|via ",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^-{2,}\W*$|^_{3,}$|^={3,}$|^[*~]{3,}$"
    r"|(?:e-?mail|bericht|message|mail|nachricht|formulier|form)\b.{0,80}(?:verzonden|verstuurd|sent|submitted|gesendet|versendet|envoy[ée])"
    r"|(?:verzonden|verstuurd|sent|gesendet|envoy[ée]) (?:vanaf|vanuit|via|from|von|[àa] partir|depuis)|powered by|mogelijk gemaakt door"
    r"|^(?:to view|view|bekijk|klik|click|ga naar)\b.{0,200}https?://\S+$|^https?://\S+$",
    re.IGNORECASE,
)
_MAP_LINK = re.compile(r"^(?:map it|kaart|bekijk op kaart|karte)$", re.IGNORECASE)
_RULE = re.compile(r"[-_=*~]{2,}")  # drawn under an answer
_LONG = frozenset({"question", "remarks"})
_NAMES = frozenset({"full_name", "first_name", "given_name", "surname", "sender"})
_REACH = frozenset({"phone", "phone2", "email", "sender"})


@lru_cache(maxsize=2000)
def field_of(label: str) -> str:
    """What a label asks for: a field of the exports, ``sender``, ``subject``, or nothing that is known."""
    key = column_key(label)
    if key in _SENDER:
        return "sender"
    if key in _SUBJECT:
        return "subject"
    if key in _OTHER_NAMES:
        return _OTHER_NAMES[key]
    return "" if is_technical(label) or _INTRO.search(label) else guess_field(label)


def is_technical(label: str) -> bool:
    """Whether it is about the website and not about the person."""
    return bool(_TECHNICAL.search(column_key(label)))


def answers(lines: Sequence[Line]) -> dict[str, str]:
    """Labels with what was answered, in their order; empty when this is no form that somebody filled in."""
    found = _Form(_without_footer(lines)).read()
    return found if is_form(found) else {}


def is_form(found: Mapping[str, str]) -> bool:
    """Whether these are answers of a person: a name and a way to reach it, or one of both and a question. Not the head of a mail."""
    fields = {field_of(label) for label, answer in found.items() if answer}
    if "sender" in fields and any(column_key(label) in _HEAD for label in found):
        return False
    named, reached = bool(fields & _NAMES), bool(fields & _REACH)
    return (named and reached) or ((named or reached) and bool(fields & _LONG) and len(found) > 2)


def _without_footer(lines: Sequence[Line]) -> list[Line]:
    kept = list(lines)
    while kept and (not kept[-1].cells or (len(kept[-1].cells) == 1 and _FOOTER.search(kept[-1].cells[0][:400]))):
        kept.pop()
    return kept


class _Form:
    """Reads line by line; ``_open`` is the label whose answer may go on."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = [part for line in lines for part in (line.parts if line.parts and _speaks(line) else (line,))]
        self._pairs: list[tuple[str, list[str]]] = []
        self._open = False
        self._begun = False

    def read(self) -> dict[str, str]:
        i = 0
        while i < len(self._lines) and len(self._pairs) <= _MOST:
            i += self._line(i)
        found: dict[str, str] = {}
        for label, parts in self._pairs if len(self._pairs) <= _MOST else []:
            while len(parts) > 1 and (not parts[-1].strip() or _RULE.fullmatch(parts[-1].strip())):
                parts.pop()
            answer = "\n".join(parts).strip()
            name, n = label, 1
            while name in found:
                n += 1
                name = f"{label} ({n})"
            if answer or field_of(label):
                found[name] = answer
        return found

    def _line(self, i: int) -> int:
        """Take one line; how many lines were taken."""
        line, after = self._lines[i], self._lines[i + 1] if i + 1 < len(self._lines) else EMPTY
        if not line.cells:
            self._go_on("")
            return 1
        if _is_header(line, after):
            for label, answer in zip(line.cells, after.cells, strict=True):
                self._take(label, answer, go_on=False)
            return 2
        if len(line.cells) > 1:
            self._cells(line, i)
        else:
            self._single(line, i)
        return 1

    def _cells(self, line: Line, i: int) -> None:
        cells = line.cells
        inline = None if line.table else _INLINE.match(cells[0])
        if not (line.table or line.strong) and (self._waits() or (inline and inline.group(2))):  # a tab within a text
            self._single(Line((" ".join(cells),)), i)
            return
        known = bool(field_of(_bare(cells[0])))
        if len(cells) == 2 and _may_be_label(cells[0]) and (known or (self._begun and (line.table or line.strong or not self._in_long()))):
            self._take(cells[0], cells[1], go_on=not line.table)
        elif len(cells) % 2 == 0 and any(field_of(_bare(cell)) for cell in cells[::2]) and all(map(_may_be_label, cells[::2])):
            for label, answer in zip(cells[::2], cells[1::2], strict=True):
                self._take(label, answer, go_on=False)
        else:
            self._go_on(" ".join(cells))

    def _single(self, line: Line, i: int) -> None:
        text = line.cells[0]
        inline = _INLINE.match(text) or _known_dash(text)
        waits = self._waits()
        if inline and self._is_label(inline.group(1), line) and not (waits and not field_of(_bare(inline.group(1)))):
            self._take(inline.group(1), inline.group(2), go_on=True)
        elif self._stands_alone(line, i) and not (waits and not self._is_known(text)):
            self._take(text, "", go_on=True)
        else:
            self._go_on(text)

    def _waits(self) -> bool:
        """Whether a label was read whose answer is still to come."""
        return self._open and bool(self._pairs) and not any(self._pairs[-1][1])

    def _is_label(self, text: str, line: Line) -> bool:
        """Whether what stands before a colon is a label: a known one, or, outside a long answer, anything that looks like one."""
        label = _bare(text)
        field = field_of(label)
        if field or is_technical(label):
            return not (self._in_long() and self._filled(field) and field not in _LONG)
        sure = line.strong or text.rstrip().endswith("?") or not self._in_long()
        return self._begun and _may_be_label(label) and len(label.split()) <= 8 and sure

    def _stands_alone(self, line: Line, i: int) -> bool:
        """Whether a whole line is a label: it stands out or begins a paragraph, and an answer may follow."""
        text = line.cells[0]
        if "\n" in text or not _may_be_label(text):
            return False
        known = self._is_known(text)
        if is_technical(_bare(text)) and len(text.split()) <= 3 and not self._waits():
            return True
        begins = line.strong or i == 0 or not self._lines[i - 1].cells or self._lines[i - 1].table or line.table
        if known:
            new = i > 0 and not self._lines[i - 1].cells and _bare(text) not in dict(self._pairs)
            return not (self._in_long() and self._filled(field_of(_bare(text))) and not line.strong and not new)
        return self._begun and ((line.strong and begins) or (begins and text.rstrip().endswith((":", "?")) and not self._in_long()))

    def _is_known(self, text: str) -> bool:
        label = _bare(text)
        return field_of(label) not in {"", "sender", "subject"} and len(label.split()) <= 6 and not label.endswith(".")

    def _take(self, label: str, answer: str, *, go_on: bool) -> None:
        label = _bare(label)
        self._begun = self._begun or bool(field_of(label))
        answer = answer.lstrip("> *").strip()
        self._pairs.append((label, [answer] if answer else []))
        self._open = go_on or not answer

    def _go_on(self, text: str) -> None:
        if self._open and self._pairs and (text or self._pairs[-1][1]):
            self._pairs[-1][1].append(text)

    def _in_long(self) -> bool:
        if not (self._open and self._pairs):
            return False
        label, parts = self._pairs[-1]
        return bool(any(parts)) and (field_of(label) in _LONG or (not field_of(label) and not is_technical(label) and len(parts) > 1))

    def _filled(self, field: str) -> bool:
        return any(field_of(label) == field and any(parts) for label, parts in self._pairs)


def _bare(text: str) -> str:
    """A label without what surrounds it."""
    text = re.sub(r"\((?:verplicht|required|pflichtfeld|obligatoire|optioneel|optional)\)", "", text, flags=re.IGNORECASE)
    return re.sub(r"^\d{1,2}[.)]\s+", "", " ".join(text.split()).strip(" *•·:=>-–#")).strip()


def _known_dash(text: str) -> re.Match[str] | None:
    found = _DASH.match(text)
    return found if found and field_of(_bare(found.group(1))) and len(found.group(1).split()) <= 3 else None


def _may_be_label(text: str) -> bool:
    return 1 < len(_bare(text)) <= _LONGEST_LABEL and "@" not in text and "://" not in text and not re.fullmatch(r"[\d\W]+", text)


def _is_header(line: Line, after: Line) -> bool:
    """Whether a row of a table holds the labels of the row below it."""
    if not line.table or len(line.cells) < 2 or len(line.cells) != len(after.cells):
        return False
    return (line.strong or len(line.cells) > 2) and _all_labels(line.cells) and not _all_labels(after.cells)


def _all_labels(cells: Sequence[str]) -> bool:
    return all(_may_be_label(cell) and (field_of(_bare(cell)) or is_technical(_bare(cell))) for cell in cells)


def _speaks(line: Line) -> bool:
    """Whether one cell of several lines holds labels of its own: a layout round the form, not an answer."""
    known = 0
    for part in line.parts:
        if len(part.cells) == 2:
            known += bool(field_of(_bare(part.cells[0])))
        elif part.cells:
            inline = _INLINE.match(part.cells[0])
            known += bool(field_of(_bare(inline.group(1) if inline else part.cells[0])))
    return known > 1


def columns_of(found: Mapping[str, str]) -> dict[str, str]:
    """The answers as columns for reading: sender and address taken apart, the website's own lines left out."""
    columns: dict[str, str] = {}
    told = {field_of(label) for label, answer in found.items() if answer}
    for label, answer in found.items():
        field = field_of(label)
        if field == "sender":
            named = re.match(r'^\s*"?(.*?)"?\s*<\s*(\S+@\S+?)\s*>\s*$', answer, re.DOTALL)
            name, address = named.groups() if named else ("", answer) if "@" in answer else (answer, "")
            columns |= _missing(told, full_name=("Naam", name), email=("E-mail", address))
        elif field == "street" and "\n" in answer:
            columns |= _address(told, label, answer)
        elif field == "subject":
            columns |= _missing(told, question=("Vraag", answer))
        elif answer and not is_technical(label):
            name = {"full_name": "Naam", "phone": "Telefoon"}[field] if column_key(label) in _OTHER_NAMES else label
            columns[name] = re.sub(r"<(?:tel|mailto|https?):[^<>\s]{0,300}>", "", answer).strip() or answer
    return columns


def _missing(told: set[str], **wanted: tuple[str, str]) -> dict[str, str]:
    if "full_name" in wanted and told & {"full_name", "first_name", "surname"}:
        wanted.pop("full_name")
    return {label: answer for field, (label, answer) in wanted.items() if answer.strip() and field not in told}


def _address(told: set[str], label: str, answer: str) -> dict[str, str]:
    """An address of several lines: street, then postcode and town."""
    first, *rest = [line.strip(" ,") for line in answer.splitlines() if line.strip() and not _MAP_LINK.match(line.strip())]
    columns = {label: first}
    for line in rest:
        dutch = re.match(r"^([1-9]\d{3}\s?[A-Za-z]{2}|\d{4,5})[\s,]+([^\d\n]{2,80})$", line)
        if dutch:
            return columns | _missing(told, postcode=("Postcode", dutch.group(1)), city=("Woonplaats", dutch.group(2)))
    return columns
