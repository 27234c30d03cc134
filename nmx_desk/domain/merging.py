"""Two clients who are one person: what a merge keeps of both, field by field, and what is kept of the merge so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.i18n import N_


class Side(StrEnum):
    """Whose value is kept: of the client who stays, or of the one who goes."""

    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class ClientMerge(Record):
    """A merge as it was carried out: all that is needed to undo it. ``kept_id`` is who stayed, ``gone_id`` who became part of them.

    ``client_id`` is in whose file this stands now: who stayed, or whom that one was merged into later.
    ``changed``: JSON, field of who stayed → [before, after]; ``moved``: JSON, table → ids of the records that moved; ``log_from`` and
    ``log_to``: the entries of the log between which both were one. What was signed keeps its fingerprint, which names the client it
    was signed for.
    """

    client_id: str = ""
    kept_id: str = ""
    gone_id: str = ""
    gone_no: str = ""
    gone_status: ClientStatus = ClientStatus.PROSPECT
    changed: str = "{}"
    moved: str = "{}"
    proposal_id: str = ""
    log_from: int = 0
    log_to: int | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None

    @property
    def values(self) -> dict[str, list[Any]]:
        """Field of who stayed → [before, after], as JSON has values."""
        found: dict[str, list[Any]] = json.loads(self.changed)
        return found

    @property
    def rows(self) -> dict[str, list[str]]:
        """Table → ids of what moved."""
        found: dict[str, list[str]] = json.loads(self.moved)
        return found


@dataclass(frozen=True, kw_only=True)
class NotDouble(Record):
    """That a client who looks like another one is somebody else. The two have a row each and share ``pair`` (UUID text)."""

    client_id: str = ""
    pair: str = ""
    reason: str = ""


GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "first_name": ("first_name",),
    "first_names": ("first_names", "initials"),
    "surname": ("prefix", "surname"),
    "partner_surname": ("partner_prefix", "partner_surname", "name_use"),
    "salutation": ("salutation",),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "phone": ("phone",),
    "phone2": ("phone2",),
    "email": ("email",),
    "address": ("street", "house_no", "house_suffix", "postcode", "city", "country"),
    "language": ("language",),
    "preferred_channel": ("preferred_channel",),
    "no_voicemail": ("no_voicemail",),
    "emergency_contact": ("emergency_contact",),
    "gp_name": ("gp_name", "gp_practice", "gp_city"),
    "call_instruction": ("call_instruction",),
    "status": ("status", "deceased_on"),
    "practitioner_id": ("practitioner_id",),
}
"""What is chosen together: half of one address and half of another is nobody's address."""
GROUP_NAMES: Final = {
    "first_name": N_("First name"), "first_names": N_("First names"), "surname": N_("Surname"), "partner_surname": N_("Partner's name"),
    "salutation": N_("Salutation"), "birth_date": N_("Birth date"), "sex": N_("Sex"), "phone": N_("Phone"),
    "phone2": N_("Second phone"), "email": N_("E-mail"), "address": N_("Address"), "language": N_("Language"),
    "preferred_channel": N_("Preferred channel"), "no_voicemail": N_("No voicemail"), "emergency_contact": N_("Emergency contact"),
    "gp_name": N_("GP"), "call_instruction": N_("Call instruction"), "status": N_("Status"), "practitioner_id": N_("Practitioner"),
}  # fmt: skip
_BESIDE = {"name_use", "country"}
"""Filled in for everybody: alone they do not make a group filled."""
_UNKNOWN = ("", None, False, "unknown")
_FURTHEST = (ClientStatus.DECEASED, ClientStatus.ACTIVE, ClientStatus.RESTING, ClientStatus.CLOSED, ClientStatus.PROSPECT)
LATEST = ("last_clinical_change", "retention_until")
"""The later one counts for the merged file: nobody chooses that."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of the preview: what each of the two says, and which is kept."""

    key: str
    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    chosen: Side

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are chosen together."""
        return GROUPS[self.key]

    @property
    def name(self) -> str:
        """What the line is called, to be translated."""
        return GROUP_NAMES[self.key]

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.gone

    @property
    def values(self) -> dict[str, Any]:
        """What is kept, by field."""
        return dict(zip(self.fields, self.kept if self.chosen is Side.KEPT else self.gone, strict=True))


def older_first(a: Client, b: Client) -> tuple[Client, Client]:
    """The two with the one who has been here longest in front: that one stays unless somebody says otherwise."""
    return (a, b) if (a.created_at, a.client_no) <= (b.created_at, b.client_no) else (b, a)


def choices(kept: Client, gone: Client, chosen: Mapping[str, str] | None = None) -> tuple[Choice, ...]:
    """The preview of a merge, line by line. What nobody chose: the one that is filled in, else the older client's."""
    chosen = chosen or {}
    made: dict[str, Choice] = {}
    for key in GROUPS:
        ours, theirs = (_says(client, key, made) for client in (kept, gone))
        side = Side(chosen[key]) if key in chosen else _default(key, kept, gone, (ours, theirs))
        made[key] = Choice(key=key, kept=ours, gone=theirs, chosen=side)
    return tuple(made.values())


def _says(client: Client, key: str, before: Mapping[str, Choice]) -> tuple[Any, ...]:
    """What a client says on a line. For a second phone the number that was not chosen as the first is offered: none is lost."""
    if key == "phone2":
        first = before["phone"].values["phone"]
        return (next((number for number in (client.phone2, client.phone) if number and number != first), ""),)
    return tuple(getattr(client, name) for name in GROUPS[key])


def _default(key: str, kept: Client, gone: Client, sides: tuple[tuple[Any, ...], tuple[Any, ...]]) -> Side:
    if key == "status":
        return Side.KEPT if _FURTHEST.index(kept.status) <= _FURTHEST.index(gone.status) else Side.GONE
    ours, theirs = (_filled(key, values) for values in sides)
    if ours != theirs:
        return Side.KEPT if ours else Side.GONE
    return Side.KEPT if older_first(kept, gone)[0] is kept else Side.GONE


def _filled(key: str, values: tuple[Any, ...]) -> bool:
    return any(value not in _UNKNOWN for name, value in zip(GROUPS[key], values, strict=True) if name not in _BESIDE)


def changes(kept: Client, gone: Client, lines: tuple[Choice, ...]) -> dict[str, Any]:
    """What the merge changes of the client who stays, by field."""
    wanted = {name: value for line in lines for name, value in line.values.items()}
    for name in LATEST:
        wanted[name] = max(filter(None, (getattr(kept, name), getattr(gone, name))), default=None)
    return {name: value for name, value in wanted.items() if value != getattr(kept, name)}


def differences(kept: Client, gone: Client) -> tuple[str, ...]:
    """Signs that these are two people after all, to be looked at: lines in which both are filled in and contradict each other."""
    found = []
    if None not in {kept.birth_date, gone.birth_date} and kept.birth_date != gone.birth_date:
        found.append("birth_date")
    first, other = (client.first_name.casefold().rstrip(".") for client in (kept, gone))
    if first and other and not (first.startswith(other) or other.startswith(first)):
        found.append("first_name")
    return tuple(found)


def back(now: Mapping[str, Any], recorded: Mapping[str, list[Any]]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What undoing a merge does to the fields, in values as JSON has them: which go back to what, and which were changed since and stay."""
    gone_back = {name: before for name, (before, after) in recorded.items() if now[name] == after}
    return gone_back, tuple(name for name in recorded if name not in gone_back)


def without(recorded: Mapping[str, list[Any]], earlier: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """What a later merge remembers once an earlier one is undone: where it found the earlier one's value, it found the one before that."""
    return {
        name: [earlier[name][0] if name in earlier and before == earlier[name][1] else before, after]
        for name, (before, after) in recorded.items()
    }


def plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
