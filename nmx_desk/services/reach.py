"""Days that no calendar reaches: refused at the door, whatever use case they are given to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.walltime import EARLIEST, LATEST
from nmx_desk.i18n import _


def refuse_far(arguments: Mapping[str, Any]) -> None:
    """Raise ``UserError`` for a day or instant outside ``EARLIEST`` … ``LATEST``, alone or as a field of a record."""
    for name, value in arguments.items():
        if is_dataclass(value) and not isinstance(value, type):
            refuse_far({field.name: found for field in fields(value) if isinstance(found := getattr(value, field.name), date)})
        elif isinstance(value, date):
            day = value.date() if isinstance(value, datetime) else value
            if not EARLIEST <= day <= LATEST:
                raise UserError(name, _("Choose a day in the years {first} to {last}.").format(first=EARLIEST.year, last=LATEST.year))
