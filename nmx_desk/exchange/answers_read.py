"""Answers about satisfaction in a file of another program: which column is what, and each row as numbers, a day and words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.satisfaction import AskedAt
from nmx_desk.exchange.web_forms import header_of
from nmx_desk.exchange.web_forms_cells import bare, unwrapped
from nmx_desk.exchange.web_forms_columns import FIELDS_OF, column_key
from nmx_desk.exchange.web_forms_dates import date_order, likely_order, parse_moment
from nmx_desk.exchange.web_forms_private import without_citizen_numbers
from nmx_desk.exchange.web_forms_read import Table, read_table
from nmx_desk.i18n import _

FIELDS = FIELDS_OF[ImportTarget.ANSWERS]
LONGEST_TEXT = 4000
_NAMES: Mapping[str, str] = MappingProxyType({
    "answered_on": "datum date dag day ingevuldop ingezonden ingezondenop submittedat createdat timestamp tijdstempel entrydate received",
    "recommend": "nps aanbeveling aanbevelen aanbevelingsscore recommend recommendation wouldrecommend likelihood score",
    "mark": "cijfer rapportcijfer mark rating grade waardering beoordeling tevredenheid satisfaction",
    "text": "toelichting opmerking opmerkingen reactie antwoord tekst text comment comments remark remarks feedback verbeterpunten",
    "code": "code formuliercode uitnodigingscode invitationcode formcode",
    "moment": "moment fase gevraagd asked when",
    "practitioner": "behandelaar therapeut practitioner therapist overwie",
    "answer_key": "id nummer nr antwoordid responseid entryid submissionid respondentid uuid",
})  # fmt: skip
_PARTS = (
    ("recommend", r"aanbevel|aanraden|recommend|\bnps"), ("mark", "cijfer|rating|mark"), ("text", "toelicht|opmerk|comment|beter|goedgaat"),
    ("answered_on", "datum|date|ingevuld|submitted"),
)  # fmt: skip
_NUMBER = re.compile(r"^\s*(\d{1,2})(?:[.,]0+)?(?:\s*/\s*10)?(?!\d|[.,]\d)")
_MOMENTS = (
    (AskedAt.CALL, "advies|call|bel"), (AskedAt.INTAKE, "intake|kennismak"), (AskedAt.END, "eind|afsluit|end|final"),
    (AskedAt.DURING, "tijdens|loop|during|vervolg"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ParsedAnswer:
    """One row. ``external_key``: the sender's number of it, else a digest of the row; ``practitioner`` and ``code`` as they stand there."""

    row: int
    external_key: str
    answered_on: date | None = None
    recommend: int | None = None
    mark: int | None = None
    text: str = ""
    code: str = ""
    moment: AskedAt | None = None
    practitioner: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return self.recommend is None and self.mark is None and not self.text


def read_answers(data: bytes) -> Table:
    """The cells of a file, without citizen service numbers. Raises ``UserError`` when it cannot be read."""
    return without_citizen_numbers(read_table(data, lambda column: bool(guess(column))))


def guess(column: str) -> str:
    """The field a column name means, or an empty text."""
    name = column_key(column)
    for field, names in _NAMES.items():
        if name in names.split():
            return field
    return next((field for field, part in _PARTS if re.search(part, name)), "")


def map_columns(columns: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Field to column; ``wanted`` goes before, an empty column there leaves a field out. Raises ``UserError`` when there is no answer."""
    for field, column in wanted.items():
        if field not in FIELDS or (column and column not in columns):
            raise UserError("mapping", _("The column “{column}” is not in the file. Choose one of its columns.").format(column=column))
    found = {field: column for field, column in wanted.items() if column}
    for column in columns:
        field = guess(column)
        if field and field not in found and field not in wanted and column not in found.values():
            found[field] = column
    if not found.keys() & {"recommend", "mark", "text"}:
        raise UserError("mapping", _("None of the columns was recognised as a score, a mark or words. Choose the columns and try again."))
    return found


def parse_answers(table: Table, mapping: Mapping[str, str], today: date) -> list[ParsedAnswer]:
    """Every row; what cannot be read gives its row a warning."""
    sender, order = header_of(table.columns)[:16], _order(table, mapping, today)
    found = []
    for number, cells in enumerate(table.rows, 1):
        raw = dict(zip(table.columns, (unwrapped(cell) for cell in cells), strict=False))
        found.append(_parse(number, {field: raw.get(column, "").strip() for field, column in mapping.items()}, sender, order, today))
        if "answer_key" not in mapping or not bare(raw.get(mapping["answer_key"], "")):
            text = json.dumps(sorted(raw.items()), ensure_ascii=True)
            found[-1] = replace(found[-1], external_key=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")
    return found


def _parse(row: int, cells: Mapping[str, str], sender: str, order: str, today: date) -> ParsedAnswer:
    warnings: list[str] = []
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", cells.get("text", "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > LONGEST_TEXT:
        warnings.append(_("The words were too long and were cut off after {n} characters.").format(n=LONGEST_TEXT))
    moment = cells.get("moment", "").casefold()
    return ParsedAnswer(
        row=row, external_key=f"{sender}:{bare(cells.get('answer_key', ''))[:100]}",
        answered_on=_day(cells.get("answered_on", ""), order, today, warnings), recommend=_number(cells, "recommend", 0, warnings),
        mark=_number(cells, "mark", 1, warnings), text=text[:LONGEST_TEXT].rstrip(), code=cells.get("code", "")[:40],
        moment=next((at for at, part in _MOMENTS if moment and re.search(part, moment)), None),
        practitioner=cells.get("practitioner", "")[:120], warnings=tuple(warnings),
    )  # fmt: skip


def _number(cells: Mapping[str, str], field: str, least: int, warnings: list[str]) -> int | None:
    text = cells.get(field, "")
    if not text:
        return None
    found = _NUMBER.match(text)
    if found is None or not least <= int(found[1]) <= 10:
        warnings.append(_("“{text}” is no number from {least} to 10; it was left open.").format(text=text[:20], least=least))
        return None
    return int(found[1])


def _day(text: str, order: str, today: date, warnings: list[str]) -> date | None:
    if not text:
        return None
    moment = parse_moment(text, order or "day")
    if moment is None or not date(2000, 1, 1) <= moment.date() <= today:
        warnings.append(_("“{text}” is no day up to today; today is written down.").format(text=text[:20]))
        return None
    return moment.date()


def _order(table: Table, mapping: Mapping[str, str], today: date) -> str:
    if "answered_on" not in mapping:
        return "day"
    place = table.columns.index(mapping["answered_on"])
    cells = [unwrapped(row[place]) for row in table.rows if place < len(row)]
    return date_order(cells) or likely_order(cells, today) or "day"
