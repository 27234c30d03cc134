"""Days that no calendar reaches: refused at the door, whatever use case they are given to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.walltime import EARLIEST, LATEST
from nmx_desk.i18n import _


def refuse_far(arguments: Mapping[str, Any]) -> None:
    """Raise ``UserError`` for a day or instant outside ``EARLIEST`` … ``LATEST``: alone, in a record or in a row of values.

    Rows of records are not looked into: what a file says is refused row by row where it is read.
    """
    for name, value in arguments.items():
        for field, day in _days(name, value):
            if not EARLIEST <= day <= LATEST:
                raise UserError(field, _("Choose a day in the years {first} to {last}.").format(first=EARLIEST.year, last=LATEST.year))


def _days(name: str, value: Any) -> Iterator[tuple[str, date]]:
    """The days in a value, with the name of the field that each is in."""
    if isinstance(value, date):
        yield name, value.date() if isinstance(value, datetime) else value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _days(field.name, getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for one in value:
            if isinstance(one, date | list | tuple):
                yield from _days(name, one)
