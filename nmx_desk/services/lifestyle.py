"""Food, sleep, exercise and stress as measured with a note or in between (DOMAIN §1 R5). Blank is not measured."""

from __future__ import annotations

from dataclasses import fields, replace

from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.history import LIFESTYLE_BOUNDS, LifestyleMeasurement
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work
from nmx_desk.services.typed import one_line

LONGEST_PATTERN = 300
_ASKED = tuple(
    field.name for field in fields(LifestyleMeasurement)
    if field.name not in {*(one.name for one in fields(Record)), "client_id", "measured_on", "moment", "source_id"}
)  # fmt: skip


def put_lifestyle(work: Work, client_id: str, source_id: str, moment: str, told: LifestyleMeasurement) -> bool:
    """Write what was told with a note or in between; all blank is not measured, and no row. Whether anything was measured."""
    for name, (least, most) in LIFESTYLE_BOUNDS.items():
        value = getattr(told, name)
        if value is not None and not least <= value <= most:
            raise UserError(name, _("Write a whole number from {least} to {most}.").format(least=least, most=most))
    values = {name: getattr(told, name) for name in _ASKED} | {"pattern": one_line("pattern", told.pattern, LONGEST_PATTERN)}
    kept = work.store.find_one(LifestyleMeasurement, client_id=client_id, source_id=source_id)
    blank = LifestyleMeasurement(client_id=client_id, measured_on=work.today(), moment=moment, source_id=source_id)
    wanted = replace(kept or blank, **values)
    measured = any(value not in {None, ""} for value in values.values())
    if kept is None and measured:
        work.store.add(wanted)
    elif kept is not None and not measured:
        work.store.remove(kept)
    elif kept is not None and wanted != kept:
        work.store.change(wanted)
    return measured
