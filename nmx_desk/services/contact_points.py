"""The phone numbers and e-mail addresses of a client (DOMAIN §4): labelled, in the order in which they are tried.

A client's own ``phone``, ``phone2`` and ``email`` are the first of them, in the same unit of work whichever of the two was changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nmx_desk.data import contacts as data
from nmx_desk.data import merging
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import (
    LONGEST_POINT_NOTE,
    MOST_POINTS,
    ContactKind,
    ContactLabel,
    ContactPoint,
    following,
    in_order,
    own_points,
    own_values,
    says_no_more,
)
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line


@use_case("clients.read", writes=False)
def contact_points(work: Work, client_id: str) -> tuple[ContactPoint, ...]:
    """How a client is reached, phones first; of one without a list what the contact form says. The look is logged."""
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    return points_of(work, client)


def points_of(work: Work, client: Client) -> tuple[ContactPoint, ...]:
    """How a client is reached, for who says himself what is seen."""
    return in_order(data.stored_points(work.store, client.id)) or own_points(client)


@use_case("clients.change")
def save_contact_points(
    work: Work, client_id: str, points: Sequence[ContactPoint], before: Sequence[ContactPoint] | None = None
) -> tuple[ContactPoint, ...]:
    """Keep a client's list as given, in that order; the client's own fields follow. ``before``: the list as it was read.

    Raises ``UserError`` for what cannot be, ``Conflict`` when the list was changed since.
    """
    client = work.store.get(Client, client_id)
    stored = data.stored_points(work.store, client.id)
    if before is not None and tuple(before) != (in_order(stored) or own_points(client)):
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    known = {(point.id, point.kind): point for point in stored}
    wanted = [_tidy(client, point, known.get((point.id, point.kind), ContactPoint(client_id=client.id))) for point in points]
    _check(wanted)
    places = dict.fromkeys(ContactKind, 0)
    for number, point in enumerate(wanted):
        wanted[number] = replace(point, position=places[point.kind])
        places[point.kind] += 1
    written = data.write(work.store, stored, wanted)
    _keep_own(work, client, written)
    return in_order(written)


def _tidy(client: Client, point: ContactPoint, stored: ContactPoint) -> ContactPoint:
    """The point as it is to be stored, over what is stored of it."""
    is_phone = point.kind is ContactKind.PHONE
    value = tidy_phone("value", point.value, client.country) if is_phone else tidy_email(point.value, "value")
    if not value:
        raise UserError("value", _("Fill in a phone number or an e-mail address."))
    note = one_line("note", point.note, LONGEST_POINT_NOTE)
    return replace(
        stored, kind=point.kind, value=value, note=note, label=ContactLabel(point.label),
        no_voicemail=point.no_voicemail and is_phone, bounced_on=None if is_phone else point.bounced_on,
    )  # fmt: skip


def _check(points: Sequence[ContactPoint]) -> None:
    if not points:
        raise UserError("value", _("Fill in a phone number or an e-mail address."))
    if len(points) > MOST_POINTS:
        raise UserError("value", _("Keep at most {n} phone numbers and e-mail addresses.").format(n=MOST_POINTS))
    if len({(point.kind, point.value) for point in points}) < len(points):
        raise UserError("value", _("This one is in the list already."))


# -- validating --------------------------------------------------------------------------------------------------------------------------


def tidy_phone(field: str, text: str, country: str) -> str:
    """A number as it is stored (E.164), empty for an empty one. Raises ``UserError``."""
    if not text.strip():
        return ""
    found = normalise_phone(text, country)
    if not found.e164:
        raise UserError(field, _("This is not a phone number. Check the digits, or leave it empty."))
    return found.e164


def tidy_email(text: str, field: str = "email") -> str:
    """An address as it is stored (small letters), empty for an empty one. Raises ``UserError``."""
    if not text.strip():
        return ""
    found = normalise_email(text)
    if found.warning:
        raise UserError(field, _("This is not an e-mail address. Check it, or leave it empty."))
    return found.address


# -- the list and the client's own fields say the same -----------------------------------------------------------------------------------


def _keep_own(work: Work, client: Client, points: Sequence[ContactPoint]) -> Client:
    own = own_values(points)
    return client if list(filter(None, own_of(client))) == list(filter(None, own.values())) else work.store.change(client, **own)


def follow_form(work: Work, was: Client, now: Client) -> Client:
    """What is to be stored of a client whose own fields were changed: the list, where there is one, goes along."""
    stored = data.stored_points(work.store, now.id)
    if not stored or own_of(was) == own_of(now):
        return now
    changes: dict[str, Any] = {**own_values(data.write(work.store, stored, following(stored, was, now)))}
    return replace(now, **changes)


def own_of(client: Client) -> tuple[str, str, str]:
    """A client's own phone numbers and address."""
    return client.phone, client.phone2, client.email


def settle(work: Work, client: Client) -> Client:
    """Make list and own fields of a client agree, the fields first, nothing taken away: after records came from another."""
    stored = data.stored_points(work.store, client.id)
    if not stored:
        return client
    wanted = following(stored, None, client)
    places, shown = {(point.kind, point.value): point.position for point in wanted}, {point.id for point in wanted}
    doubled = [replace(point, position=places[point.kind, point.value]) for point in stored if point.id not in shown]
    data.write(work.store, stored, [*wanted, *doubled])  # what is there twice may have to go back
    return _keep_own(work, client, wanted)


def part(work: Work, client: Client, *, others: Collection[str] = (), since: datetime | None = None) -> Client:
    """``settle`` for one of two who were taken apart: a list that says no more than the fields goes, as before the merge that made it.

    ``others``: values of the one who left, which came into the list ``since``.
    """
    stored = data.stored_points(work.store, client.id)
    left = [
        point for point in stored
        if since and point.created_at >= since and point.value in others and point.value not in own_of(client)
    ]  # fmt: skip
    kept = following([point for point in stored if point not in left], None, client)
    data.write(work.store, stored, () if says_no_more(kept) else kept)
    return _keep_own(work, client, kept)


def write_out(work: Work, *people: Client) -> None:
    """Give each of these a list with the own fields in it, where together they have more than the fields of one can hold."""
    lists = {client.id: data.stored_points(work.store, client.id) for client in people}
    if any(lists.values()) or not _fits([point for client in people for point in own_points(client)]):
        for client in people:
            data.write(work.store, lists[client.id], following(lists[client.id], None, client))


def _fits(points: Sequence[ContactPoint]) -> bool:
    return {point.value for point in points} <= set(own_values(points).values())
