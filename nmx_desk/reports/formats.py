"""Dates, times and numbers as the reader of a print writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from gettext import NullTranslations
from typing import Final
from zoneinfo import ZoneInfo

from nmx_desk.domain import partial_dates
from nmx_desk.i18n import N_

MONTHS: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
DAYS: Final = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


def day(value: date, t: NullTranslations) -> str:
    """7 December 2026."""
    return f"{value.day} {t.gettext(MONTHS[value.month - 1])} {value.year}"


def weekday(value: date, t: NullTranslations) -> str:
    """Monday 7 December 2026."""
    return f"{t.gettext(DAYS[value.weekday()])} {day(value, t)}"


def short_day(value: date) -> str:
    """07-12-2026, the same in both languages of the program."""
    return f"{value:%d-%m-%Y}"


def partial(kept: str, t: NullTranslations) -> str:
    """A date as precise as it is known (``domain.partial_dates``): 1998, May 1998, 14 May 1998, 7 years old; what is none as it is."""
    if not partial_dates.KEPT.fullmatch(kept):
        return kept
    if (age := partial_dates.age_in(kept)) is not None:
        return t.gettext("{n} years old").format(n=age)
    year, month, number = [*(int(part) for part in kept.split("-")), 0, 0][:3]
    if not month:
        return str(year)
    named = t.gettext(MONTHS[month - 1])
    return f"{number} {named} {year}" if number else f"{named} {year}"


def brief(text: str, most: int) -> str:
    """A text in one line of at most ``most`` characters, ending between words where it is cut."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    whole = line[: most - 1]
    return (whole.rsplit(" ", 1)[0] if " " in whole[most // 2 :] else whole).rstrip(" ·,;:") + "…"


def span(first: date, last: date, t: NullTranslations) -> str:
    """A period, shortened to what differs; a whole month by its name."""
    if first == last:
        return day(first, t)
    if first.replace(day=1) == last.replace(day=1):
        if first.day == 1 and (last + timedelta(days=1)).day == 1:
            return f"{t.gettext(MONTHS[first.month - 1])} {first.year}"
        return t.gettext("{first} to {last}").format(first=first.day, last=day(last, t))
    return t.gettext("{first} to {last}").format(first=day(first, t), last=day(last, t))


def local(value: datetime, zone: str) -> datetime:
    """The instant on the clinic's clock."""
    return value.astimezone(ZoneInfo(zone))


def clock(value: datetime, zone: str) -> str:
    """14:30 on the clinic's clock."""
    return f"{local(value, zone):%H:%M}"


def moment(value: datetime, zone: str) -> str:
    """07-12-2026 14:30 on the clinic's clock."""
    return f"{local(value, zone):%d-%m-%Y %H:%M}"


def whole(value: int, t: NullTranslations) -> str:
    """12,408 or 12.408."""
    return f"{value:,}".replace(",", t.gettext("thousands sign: ,")[-1])


def euro(cents: int, t: NullTranslations) -> str:
    """€ 170.00 or € 170,00."""
    return "€\u00a0" + f"{cents / 100:.2f}".replace(".", t.gettext("decimal sign: .")[-1])


_FORMULA: Final = frozenset("=+-@−")
"""Signs that a spreadsheet may take for a formula, the minus of typographers too; other forms of them are folded (NFKC) before the look."""


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (float, Decimal)):
        return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, (int, date)):  # a datetime is a date
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    text = "".join(map(_kept, str(value)))
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if text[:1] in {"\t", "\r", "\n"} or first[:1] in _FORMULA else text


def _kept(char: str) -> str:
    """The character, a space for any other kind of space, nothing for what cannot be seen."""
    if char in "\t\r\n" or char.isprintable():
        return char
    return " " if unicodedata.category(char) in {"Zs", "Zl", "Zp"} else ""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table for a Dutch spreadsheet: semicolons, decimal comma, UTF-8 with BOM, CRLF.

    Text a spreadsheet would run as a formula gets a leading apostrophe, phone numbers in +31 form too; numbers stay numbers.
    Control characters are dropped.
    """
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(c) for c in columns])
    writer.writerows([_cell(c) for c in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cancelling(hours: int, phone: str, t: NullTranslations) -> str:
    """Until when an appointment can be cancelled, and where; ``hours`` 0: there is no such rule."""
    if not hours:
        text = t.gettext("Please let us know as soon as possible.")
    else:
        text = t.ngettext(
            "Please let us know at least {n} hour before the start; after that it counts as cancelled late.",
            "Please let us know at least {n} hours before the start; after that it counts as cancelled late.",
            hours,
        ).format(n=hours)
    if phone:
        text += " " + t.gettext("Phone: {phone}.").format(phone=phone.replace(" ", "\u00a0"))
    return text
