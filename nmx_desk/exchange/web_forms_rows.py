"""One row of a website's export to one request. Nothing is dropped: what cannot be read gives a warning and stays in the raw row."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.domain import names
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.exchange.web_forms_columns import ENTRY_ID, GENERIC, guess_field
from nmx_desk.exchange.web_forms_dates import parse_birth_date, parse_moment
from nmx_desk.i18n import _

LIMITS = {"first_name": 60, "prefix": 30, "surname": 80, "question": 2000, "preferred_times": 200}

# What Contact Form 7's Flamingo puts before a cell that a spreadsheet might run; recognised in any language by its address.
_ALERT = re.compile(
    r"^(?:\((?:Security Alert: Suspicious content is detected\.[^()]{0,300}"
    r"|[^()]{0,200}contactform7\.com/heads-up-about-spreadsheet-vulnerabilities[^()]{0,100})\)\s?)+"
)
# UTF-8 that was read as Windows-1252 somewhere on its way: MÃ¼ller, â€œaanâ€.
_GARBLED = re.compile("[ÂÃÄÅ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€|ðŸ")
_CODE = re.compile(r"^\s*[=+@-]|[<>{}]|&#|://")
_ODD_LETTER = re.compile(r"[^\w\s.,'’‘ʼ`´()/·-]|[\d_]")


@dataclass(frozen=True)
class ParsedRequest:
    """One row. ``row`` counts data rows from 1; ``double_of`` is the first row of the file with the same person.

    ``phone`` is E.164 and ``email`` in small letters, both empty when they could not be read; ``received`` is wall-clock time without
    a zone; ``raw`` holds every cell as it stood in the file. Equal rows have equal ``external_key``.
    """

    row: int
    first_name: str
    prefix: str
    surname: str
    phone: str
    email: str
    birth_date: date | None
    received: datetime | None
    question: str
    preferred_times: str
    raw: Mapping[str, str]
    external_key: str
    double_of: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def odd(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.warnings)


def parse_row(row: int, form: str, mapping: Mapping[str, str], raw: Mapping[str, str], today: date) -> ParsedRequest:
    """Read one raw row by its mapping of field to column."""
    cells = _fields(form, mapping, raw)
    warnings = [_("The text is garbled: letters were damaged before the export.")] if _is_garbled(raw) else []
    name = _name(cells, warnings)
    phone, email = normalise_phone(cells.get("phone", "")), normalise_email(cells.get("email", ""))
    born = parse_birth_date(cells.get("birth_date", ""), today)
    warnings += filter(None, (phone.warning, email.warning, born.warning))
    if not phone.e164 and not email.address:
        warnings.append(_("There is no phone number or e-mail address to reach this person."))
    received = parse_moment(cells.get("received", ""))
    if received is None and "received" in mapping:
        warnings.append(_("The moment of the request is missing or cannot be read."))
    return ParsedRequest(
        row=row,
        first_name=name.first_name,
        prefix=name.prefix,
        surname=name.surname,
        phone=phone.e164,
        email=email.address,
        birth_date=born.day,
        received=received,
        question=_clipped("question", _clean_text(cells.get("question", "")), warnings),
        preferred_times=_clipped("preferred_times", _clean_text(cells.get("preferred_times", "")), warnings),
        raw=raw,
        external_key=_external_key(form, cells.get(ENTRY_ID, ""), raw),
        warnings=tuple(warnings),
    )


def _fields(form: str, mapping: Mapping[str, str], raw: Mapping[str, str]) -> dict[str, str]:
    """Cells by field; Calendly's questions and answers count as columns of their own."""
    cells = {field: _ALERT.sub("", raw.get(column, "")) for field, column in mapping.items()}
    if form != "calendly":
        return cells
    unasked = []
    for n in range(1, 11):
        answer = _ALERT.sub("", raw.get(f"Response {n}", ""))
        field = guess_field(raw.get(f"Question {n}", ""))
        if answer.strip() and field and not cells.get(field, "").strip():
            cells[field] = answer
        elif answer.strip():
            unasked.append(answer)
    if not cells.get("question", "").strip():
        cells["question"] = "\n".join(unasked)
    return cells


def _name(cells: Mapping[str, str], warnings: list[str]) -> names.Name:
    """The three parts from separate fields, or from the whole name where those are empty; names are plain text whatever they hold."""
    first, prefix, surname = (cells.get(field, "") for field in ("first_name", "prefix", "surname"))
    whole = cells.get("full_name", "")
    if whole.strip() and not (names.clean_name(first) and names.clean_name(surname)):
        name = names.split_full_name(whole)
    else:
        own_prefix, head = names.split_prefix(surname)
        name = names.Name(names.restore_case(names.clean_name(first)), names.normalise_prefix(prefix) or own_prefix, head)
        if own_prefix and names.fold(own_prefix) != names.fold(name.prefix):  # a tussenvoegsel of the second name: de, "van Dijk"
            name = name._replace(surname=f"{own_prefix} {head}")
    if not any(name):
        warnings.append(_("The name is missing."))
    elif not name.surname:
        warnings.append(_("The surname is missing."))
    typed = (first, prefix, surname, whole)
    if any(map(_CODE.search, typed)):
        warnings.append(_("The name looks like a formula or program code; it was kept as plain text."))
    elif any(map(_ODD_LETTER.search, typed)):
        warnings.append(_("The name has characters that are unusual in a name."))
    return names.Name(*(_clipped(field, part, warnings) for field, part in zip(name._fields, name, strict=True)))


def _clean_text(text: str) -> str:
    """Free text without control characters, its line ends made one kind; everything else as it was typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text).strip()


def _clipped(field: str, text: str, warnings: list[str]) -> str:
    if len(text) <= LIMITS[field]:
        return text
    warnings.append(
        _("A text was too long and was cut off after {n} characters; the whole text stays with the request.").format(n=LIMITS[field])
    )
    return text[: LIMITS[field]].rstrip()


def _is_garbled(raw: Mapping[str, str]) -> bool:
    return any("\ufffd" in cell or _GARBLED.search(cell) for cell in raw.values() if not cell.isascii())


def _external_key(form: str, entry_id: str, raw: Mapping[str, str]) -> str:
    """The form builder's own number of the entry, else a digest of the row."""
    if form != GENERIC and entry_id.strip():
        return f"{form}:{entry_id.strip()[:100]}"
    text = json.dumps(sorted(raw.items()), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
