"""How a merge is told about on the screen: values, counts, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from nmx_desk.domain.clients import PREFERRED_NAMES, Client, shown_phone
from nmx_desk.domain.logvalues import WORDS
from nmx_desk.domain.merging import Choice, Side
from nmx_desk.i18n import _
from nmx_desk.services.merging import WaitingMerge
from nmx_desk.ui.kit import dates

EMPTY = "–"
_TOGETHER = (("street", "house_no", "house_suffix"), ("postcode", "city"), ("prefix", "surname"), ("partner_prefix", "partner_surname"))


def who(client: Client) -> str:
    """``Sanne van der Meer, C-000012``."""
    return _("{name}, {number}").format(name=client.name, number=client.client_no)


def value_words(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A field of a client as it is read; empty for nothing."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return dates.short(dates.local(value).date())
        case date():
            return dates.short(value)
        case StrEnum():
            return _(WORDS[type(value)][value])
        case str() if value:
            return _text_words(name, value, names)
    return ""


def _text_words(name: str, value: str, names: Mapping[str, str]) -> str:
    if name in {"phone", "phone2"}:
        return shown_phone(value)
    if name == "preferred_channel" and value in PREFERRED_NAMES:
        return _(PREFERRED_NAMES[value])
    return names.get(value, value)


def side_words(line: Choice, side: Side, names: Mapping[str, str]) -> str:
    """What one of the two says on a line."""
    values = dict(zip(line.fields, line.kept if side is Side.KEPT else line.gone, strict=True))
    if line.key == "address" and not any(value for name, value in values.items() if name != "country"):
        return EMPTY
    if line.key == "partner_surname" and not values["partner_surname"]:
        return EMPTY
    said = {name: value_words(name, value, names) for name, value in values.items() if not (name == "country" and value == "NL")}
    parts = [" ".join(filter(None, (said.pop(name, "") for name in together))) for together in _TOGETHER]
    return ", ".join(filter(None, (*parts, *said.values()))) or EMPTY


def counted(counts: Iterable[tuple[str, int]]) -> str:
    """``3 × appointment, 2 × consult note``."""
    return ", ".join(f"{n} × {what}" for what, n in counts)


def waiting_words(item: WaitingMerge) -> str:
    """Who proposes what."""
    sentence = (
        _("{by} proposes to take {gone} out of {kept} again.") if item.apart else _("{by} proposes to merge {gone} into {kept}.")
    )
    return sentence.format(by=item.row.proposer, gone=who(item.gone), kept=who(item.kept))
