"""How a client is reached, and every contact there was (DOMAIN §4): phones and e-mail addresses with their labels, the contact log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.domain.clients import Client
from nmx_desk.i18n import N_


class ContactKind(StrEnum):
    """What a contact point is."""

    PHONE = "phone"
    EMAIL = "email"


class ContactLabel(StrEnum):
    """Whose or where it is."""

    PRIVATE = "private"
    MOBILE = "mobile"
    WORK = "work"
    PARENT = "parent"
    PARTNER = "partner"
    OTHER = "other"


CONTACT_LABEL_NAMES = {
    ContactLabel.PRIVATE: N_("Home"),
    ContactLabel.MOBILE: N_("Mobile"),
    ContactLabel.WORK: N_("Work"),
    ContactLabel.PARENT: N_("Parent"),
    ContactLabel.PARTNER: N_("Partner"),
    ContactLabel.OTHER: N_("Other"),
}


@dataclass(frozen=True, kw_only=True)
class ContactPoint(Record):
    """A phone number (E.164) or e-mail address (small letters) of a client, in the order in which they are tried (``position`` from 0).

    The first two phones and the first address are the client's own ``phone``, ``phone2`` and ``email``. A client without any has
    only those. ``bounced_on``: the day on which mail to it came back.
    """

    client_id: str = ""
    kind: ContactKind = ContactKind.PHONE
    value: str = ""
    label: ContactLabel = ContactLabel.PRIVATE
    position: int = 0
    no_voicemail: bool = False
    bounced_on: date | None = None
    note: str = ""


OWN_FIELDS = {ContactKind.PHONE: ("phone", "phone2"), ContactKind.EMAIL: ("email",)}
"""The fields of a client that hold the first contact points of each kind."""
MOST_POINTS = 20
LONGEST_POINT_NOTE = 120
_MOBILE = ("+316", "06")


def label_for(kind: ContactKind, value: str) -> ContactLabel:
    """The label of a number or address nobody gave one, as it is stored or as it was typed."""
    mobile = kind is ContactKind.PHONE and value.replace(" ", "").startswith(_MOBILE)
    return ContactLabel.MOBILE if mobile else ContactLabel.PRIVATE


def is_mobile(point: ContactPoint) -> bool:
    """Whether it is a mobile number, by its label or by what it begins with."""
    return ContactLabel.MOBILE in {point.label, label_for(point.kind, point.value)}


def in_order(points: Iterable[ContactPoint]) -> tuple[ContactPoint, ...]:
    """Phones before addresses, each in the order in which they are tried; what stands there twice (after a merge) once."""
    found: dict[tuple[ContactKind, str], ContactPoint] = {}
    for point in sorted(points, key=lambda item: (item.kind is ContactKind.EMAIL, item.position, item.created_at, item.id)):
        found.setdefault((point.kind, point.value), point)
    return tuple(found.values())


def own_points(client: Client) -> tuple[ContactPoint, ...]:
    """What a client's own fields say, for a client who has no contact points yet."""
    return following((), None, client)


def own_values(points: Iterable[ContactPoint]) -> dict[str, str]:
    """A client's own fields, as the first of these contact points fill them."""
    by_kind: dict[ContactKind, list[str]] = {kind: [] for kind in OWN_FIELDS}
    for point in in_order(points):
        by_kind[point.kind].append(point.value)
    return {name: value for kind, names in OWN_FIELDS.items() for name, value in zip(names, [*by_kind[kind], "", ""], strict=False)}


def following(points: Sequence[ContactPoint], was: Client | None, now: Client) -> tuple[ContactPoint, ...]:
    """The contact points once the client's own fields are those of ``now``: they come first, in the order of the fields.

    A value that took the place of one of ``was`` keeps its label and note; without ``was`` nothing is taken away.
    """
    made: list[ContactPoint] = []
    for kind, names in OWN_FIELDS.items():
        there = [point for point in in_order(points) if point.kind is kind]
        wanted = list(dict.fromkeys(value for name in names if (value := getattr(now, name))))
        gone = {getattr(was, name) for name in names} - set(wanted) if was is not None else set()
        left = [point for point in there if point.value in gone]
        known = {point.value: point for point in there}
        first = [known.get(value) or _heir(left, kind, value, now.id) for value in wanted]
        rest = [point for point in there if point.value not in gone and point.value not in wanted]
        made += [replace(point, position=place) for place, point in enumerate([*first, *rest])]
    return tuple(made)


def says_no_more(points: Sequence[ContactPoint]) -> bool:
    """Whether a client's own fields say all of this: nothing labelled, noted or added."""
    own = {value for value in own_values(points).values() if value}
    plain = (point.label is label_for(point.kind, point.value) for point in points)
    return {point.value for point in points} == own and all(plain) and not any(
        point.no_voicemail or point.bounced_on or point.note for point in points
    )


def _heir(left: list[ContactPoint], kind: ContactKind, value: str, client_id: str) -> ContactPoint:
    """A contact point for a new value: the one whose value was typed over, else a new one."""
    if left:
        return replace(left.pop(0), value=value, bounced_on=None)
    return ContactPoint(client_id=client_id, kind=kind, value=value, label=label_for(kind, value))


class ContactWay(StrEnum):
    """How a contact went."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    DESK = "desk"
    MESSAGE = "message"


CONTACT_WAY_NAMES = {
    ContactWay.PHONE: N_("Phone"),
    ContactWay.EMAIL: N_("E-mail"),
    ContactWay.LETTER: N_("Letter"),
    ContactWay.DESK: N_("At the desk"),
    ContactWay.MESSAGE: N_("Text message"),
}


@dataclass(frozen=True, kw_only=True)
class ContactMoment(Record):
    """One contact with a client or somebody on their behalf. ``incoming``: they came to us; ``who``: with whom, empty for the client."""

    client_id: str = ""
    at: datetime = EPOCH
    way: ContactWay = ContactWay.PHONE
    incoming: bool = True
    who: str = ""
    text: str = ""
