"""One row of a file to what it says of a person. Nothing is dropped: what cannot be read gives a warning and stays in the raw row."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nmx_desk.domain import names
from nmx_desk.domain.clients import LONGEST, LONGEST_OTHER, Sex
from nmx_desk.domain.personal import PersonalMore
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.exchange.web_forms_cells import address_of, city_of, country_of, postcode_of, sex_of, unwrapped
from nmx_desk.exchange.web_forms_columns import ENTRY_ID, GENERIC, guess_field
from nmx_desk.exchange.web_forms_dates import is_doubtful, parse_birth_date, parse_moment
from nmx_desk.i18n import _

LIMITS = {"first_name": 60, "prefix": 30, "surname": 80, "question": 2000, "preferred_times": 200, "street": 120, "city": 80}

# UTF-8 that was read as Windows-1252 somewhere on its way: MÃ¼ller, â€œaanâ€.
_GARBLED = re.compile("[ÂÃÄÅ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€|ðŸ")
_CODE = re.compile(r"^\s*[=+@-]|[<>{}]|&#|://")
_ODD_LETTER = re.compile(r"[^\w\s.,'’‘ʼ`´()/·-]|[\d_]")


@dataclass(frozen=True, kw_only=True)
class ParsedRequest(PersonalMore):
    """One row. ``row`` counts data rows from 1; ``double_of`` is the first row of the file with the same person.

    ``phone2`` is another number than ``phone``; ``received`` is wall-clock time without a zone; ``raw`` holds every cell as it stood
    in the file, ``unread`` those of fields that could not be read. Equal rows have equal ``external_key``.
    """

    row: int
    received: datetime | None
    question: str
    preferred_times: str
    raw: Mapping[str, str]
    external_key: str
    unread: Mapping[str, str]
    double_of: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def odd(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.warnings)


def parse_row(
    row: int, form: str, mapping: Mapping[str, str], raw: Mapping[str, str], today: date, orders: Mapping[str, str] | None = None
) -> ParsedRequest:
    """Read one raw row by its mapping of field to column; ``orders`` says of a date's field whether its day or its month stands first."""
    cells, orders = _fields(form, mapping, raw), orders or {}
    warnings = [_("The text is garbled: letters were damaged before the export.")] if _is_garbled(raw) else []
    name = _name(cells, warnings)
    country = country_of(cells.get("country", ""))
    phone, phone2 = _phones(cells, country or "NL", warnings)
    email = normalise_email(cells.get("email", ""))
    born = parse_birth_date(cells.get("birth_date", ""), today, orders.get("birth_date", ""))
    warnings += filter(None, (email.warning, born.warning))
    if not phone and not email.address:
        warnings.append(_("There is no phone number or e-mail address to reach this person."))
    question = "\n".join(filter(None, (_clean_text(cells.get(field, "")) for field in ("question", "remarks"))))
    read = {"phone": phone, "phone2": phone2 or phone, "email": email.address, "birth_date": born.day}
    return ParsedRequest(
        row=row,
        **name._asdict(),
        phone=phone,
        email=email.address,
        birth_date=born.day,
        received=_received(cells.get("received"), orders.get("received", ""), warnings),
        question=_clipped("question", question, warnings),
        preferred_times=_clipped("preferred_times", _clean_text(cells.get("preferred_times", "")), warnings),
        raw=raw,
        external_key=_external_key(form, cells.get(ENTRY_ID, ""), raw),
        unread={field: text.strip()[:80] for field in read if not read[field] and (text := cells.get(field, "")).strip()},
        initials=names.clean_name(cells.get("initials", ""))[:20],
        sex=Sex(sex_of(cells.get("sex", ""))),
        phone2=phone2,
        country=country,
        **_address(cells, warnings),
        **_of_clients(cells, name),
        warnings=tuple(warnings),
    )


def _address(cells: Mapping[str, str], warnings: list[str]) -> dict[str, Any]:
    street, house_no, house_suffix = address_of(*(cells.get(field, "") for field in ("street", "house_no", "house_suffix")))
    return {
        "street": _clipped("street", street, warnings),
        "house_no": house_no[:10],
        "house_suffix": house_suffix[:20],
        "postcode": postcode_of(cells.get("postcode", ""))[:12],
        "city": _clipped("city", city_of(cells.get("city", "")), warnings),
    }


def _of_clients(cells: Mapping[str, str], name: names.Name) -> dict[str, Any]:
    """What only files of clients say: official given names beside the one of daily life, the partner's name, the GP."""
    given = names.restore_case(names.clean_name(cells.get("given_name", "")))
    own_prefix, partner = names.split_prefix(cells.get("partner_surname", ""))
    texts = {
        "first_names": "" if names.fold(given) == names.fold(name.first_name) else given,
        "partner_prefix": names.normalise_prefix(cells.get("partner_prefix", "")) or own_prefix,
        "partner_surname": partner,
        "gp_name": names.clean_name(cells.get("gp_name", "")),
        "gp_practice": names.clean_name(cells.get("gp_practice", "")),
    }
    return {field: text[: LONGEST.get(field, LONGEST_OTHER)] for field, text in texts.items()}


def _phones(cells: Mapping[str, str], country: str, warnings: list[str]) -> tuple[str, str]:
    """The number to call and another one; the second moves up when the first is missing."""
    first, second = (normalise_phone(cells.get(field, ""), country) for field in ("phone", "phone2"))
    warnings += filter(None, (first.warning, second.warning))
    phones = [*dict.fromkeys(filter(None, (first.e164, second.e164))), "", ""]
    return phones[0], phones[1]


def _received(text: str | None, order: str, warnings: list[str]) -> datetime | None:
    if text is None:
        return None
    received = parse_moment(text, order)
    if received is None:
        warnings.append(_("The moment of the request is missing or cannot be read."))
    elif is_doubtful(text, order):
        warnings.append(_("The file mixes two ways of writing dates; check the moment of the request."))
    return received


def _fields(form: str, mapping: Mapping[str, str], raw: Mapping[str, str]) -> dict[str, str]:
    """Cells by field; Calendly's questions and answers count as columns of their own."""
    cells = {field: unwrapped(raw.get(column, "")) for field, column in mapping.items()}
    if form != "calendly":
        return cells
    unasked = []
    for n in range(1, 11):
        answer = unwrapped(raw.get(f"Response {n}", ""))
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
    first = first if first.strip() else cells.get("given_name", "")
    if first.strip() and whole.strip() and not surname.strip() and names.fold(first) not in names.fold(whole):
        whole, surname = "", whole  # Voornaam and Naam: the second is the surname
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
