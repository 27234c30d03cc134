"""Doubles: who is being typed may be here already, and who of the clients that are here may be one person (DOMAIN §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nmx_desk.domain.client_views import Double
from nmx_desk.domain.clients import Client, birth_date_ok, tidy_postcode
from nmx_desk.domain.matching import Person
from nmx_desk.domain.names import split_prefix
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.services import clients
from nmx_desk.services.desk import Work, use_case

MOST_SHOWN, MOST_TYPED = 10, 3
_COMPARED = (
    "first_name", "first_names", "initials", "surname", "partner_surname", "phone", "phone2", "email", "postcode", "house_no", "country",
)  # fmt: skip


@use_case("clients.read", writes=False)
def doubles_of_typed(work: Work, typed: Mapping[str, Any]) -> tuple[Double, ...]:
    """Clients who may be who is being typed, as soon as there is enough to tell: name and birth date, phone, e-mail, or an address.

    What cannot be understood yet does not count. Not logged at every key: the form says what stood still by ``doubles_looked_at``.
    """
    return clients.doubles_of(work, _typed_person(typed, work.today()), limit=MOST_TYPED)


def _typed_person(typed: Mapping[str, Any], today: date) -> Person:
    fields = {name: typed[name] for name in _COMPARED if isinstance(typed.get(name), str)}
    prefix, surname = split_prefix(fields.get("surname", ""))
    country = fields.pop("country", "NL") or "NL"
    phones = {field: normalise_phone(fields.get(field, ""), country).e164 for field in ("phone", "phone2")}
    born = typed.get("birth_date")
    return Client(**fields | phones | {
        "prefix": prefix, "surname": surname, "email": normalise_email(fields.get("email", "")).address,
        "birth_date": born if isinstance(born, date) and birth_date_ok(born, today) else None,
        "postcode": tidy_postcode(fields.get("postcode", ""), country) or "",
    }).person  # fmt: skip


@use_case("clients.read", writes=False)
def doubles_looked_at(work: Work, client_ids: Sequence[str]) -> None:
    """Log that these clients stood beside a form as possible doubles long enough to be read."""
    for client_id in client_ids[:MOST_SHOWN]:
        work.seen("possible_double", client_id, client_id)
