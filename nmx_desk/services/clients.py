"""Clients: finding, opening, creating and changing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case

_NAMES = ("first_name", "first_names", "prefix", "surname", "partner_prefix", "partner_surname")


def tidy(work: Work, client: Client) -> Client:
    """The client as it is stored: trimmed, phone numbers E.164, e-mail lower case. Raises ``UserError`` for what cannot be."""
    if not client.first_name.strip() and not client.surname.strip():
        raise UserError("surname", _("Fill in a name."))
    if client.birth_date is not None and (client.birth_date > work.today() or work.today().year - client.birth_date.year > 120):
        raise UserError("birth_date", _("This birth date cannot be right. Check day, month and year."))
    changed: dict[str, Any] = {name: " ".join(getattr(client, name).split()) for name in _NAMES}
    for field in ("phone", "phone2"):
        text = getattr(client, field).strip()
        found = normalise_phone(text, client.country or "NL") if text else None
        if found is not None and not found.e164:
            raise UserError(field, _("This is not a phone number. Check the digits, or leave it empty."))
        changed[field] = found.e164 if found is not None else ""
    if client.email.strip():
        email = normalise_email(client.email)
        if email.warning:
            raise UserError("email", _("This is not an e-mail address. Check it, or leave it empty."))
        changed["email"] = email.address
    made = replace(client, **changed)
    if not made.phone and not made.email:
        raise UserError("phone", _("Fill in a phone number or an e-mail address."))
    return made


@use_case("clients.change")
def create_client(work: Work, client: Client) -> Client:
    """A new client with the next client number (C-000001, never used again)."""
    return work.store.add(replace(tidy(work, client), client_no=f"C-{work.store.next_number('client_no'):06}"))


@use_case("clients.change")
def change_client(work: Work, client: Client) -> Client:
    """Change a client's contact data at the version it was read."""
    return work.store.change(tidy(work, client))


@use_case("clients.read", writes=False)
def open_client(work: Work, client_id: str) -> Client:
    """A client's contact data; the opening is logged."""
    client = work.store.get(Client, client_id)
    work.seen("client", client.id, client.id)
    return client


def client_from_request(work: Work, request: AdviceRequest) -> Client:
    """The client behind a request: the one it is linked to, or a new prospect made from what the request says."""
    if request.client_id is not None:
        return work.store.get(Client, request.client_id)
    client = work.store.add(
        Client(
            client_no=f"C-{work.store.next_number('client_no'):06}",
            first_name=request.first_name,
            prefix=request.prefix,
            surname=request.surname,
            phone=request.phone,
            email=request.email,
            birth_date=request.birth_date,
            status=ClientStatus.PROSPECT,
        )
    )
    work.store.change(request, client_id=client.id)
    return client
