"""Doubles: who is being typed may be here already, and who of the clients that are here may be one person (DOMAIN §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nmx_desk.data import clients as client_data
from nmx_desk.data import doubles as data
from nmx_desk.domain.client_views import Double, DoubleList, DoublePair
from nmx_desk.domain.clients import Client, birth_date_ok, tidy_postcode
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.matching import ORDER, Person
from nmx_desk.domain.merging import NotDouble, older_first
from nmx_desk.domain.names import split_prefix
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.i18n import _
from nmx_desk.services import clients
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.merging import LONGEST_REASON
from nmx_desk.services.proposals import contents
from nmx_desk.services.typed import one_line

MOST_SHOWN, MOST_TYPED, MOST_PAIRS = 10, 3, 300
MOST_COUNTED = 5_000  # clients: less than a second's work
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


# -- among the clients that are here -----------------------------------------------------------------------------------------------------


@use_case("clients.merge_propose", writes=False, aside=True)
def list_doubles(work: Work, *, weak: bool = False) -> DoubleList:
    """Clients who may be one person, of all that are here; those that were said to be two, or wait to be merged, left out.

    ``weak``: also those who share a phone or e-mail only. The look is logged.
    """
    found = _found(work)
    wanted = [pair for pair in found if weak or pair[2].strength != "weak"]
    wanted.sort(key=lambda pair: (ORDER[pair[2].strength], len(pair[2].other), -len(pair[2].same), pair[:2]))
    shown = wanted[:MOST_PAIRS]
    people = {client.id: client for client in client_data.by_ids(work.store, list({who for pair in shown for who in pair[:2]}))}
    pairs = tuple(DoublePair(*older_first(people[one], people[other]), why) for one, other, why in shown)
    work.seen("double_list", "all", None)
    return DoubleList(pairs, len(wanted) - len(shown), sum(pair[2].strength == "weak" for pair in found))


@use_case("clients.merge_propose", writes=False, aside=True)
def count_doubles(work: Work) -> int | None:
    """How many pairs the list has; None where there are so many clients that only who wants the list should wait for it."""
    if data.count_clients(work.store) > MOST_COUNTED:
        return None
    return sum(pair[2].strength != "weak" for pair in _found(work))


def _found(work: Work) -> list[data.Pair]:
    settled = data.kept_apart(work.store) | _proposed(work)
    return [pair for pair in data.pairs(work.store, work.progress.report) if frozenset(pair[:2]) not in settled]


def _proposed(work: Work) -> set[frozenset[str]]:
    waiting = work.store.find(Proposal, kind="merge", status=ProposalStatus.OPEN)
    return {frozenset((said["kept"], said["gone"])) for said in map(contents, waiting)}


@use_case("clients.merge_propose")
def keep_apart(work: Work, one_id: str, other_id: str, reason: str) -> str:
    """Remember that two clients who look alike are two people, so that they are not proposed again. Returns the name of the pair."""
    one, other = work.store.get(Client, one_id), work.store.get(Client, other_id)
    if one.id == other.id:
        raise UserError("other_id", _("A client cannot be kept apart from itself. Choose the other one."))
    text = one_line("reason", reason, LONGEST_REASON)
    if not text:
        raise UserError("reason", _("Write down how you know that these are two people."))
    pair = work.new_id()
    work.store.add_all([NotDouble(client_id=client.id, pair=pair, reason=text) for client in (one, other)])
    return pair


@use_case("clients.merge_propose")
def forget_apart(work: Work, pair: str) -> None:
    """Take back that two clients are two people: they may be proposed again."""
    for row in work.store.find(NotDouble, pair=pair):
        work.store.remove(row)
