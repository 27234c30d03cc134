"""Words by which the clinic groups its clients, as it chooses; never about health: everybody at the desk sees them."""

from __future__ import annotations

from nmx_desk.data import contacts as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.family import ClientTag
from nmx_desk.domain.names import clean_name
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting

LONGEST_TAG = 30
MOST_TAGS = 12


@use_case("clients.read", writes=False)
def list_tags(work: Work) -> tuple[str, ...]:
    """Every tag the clinic uses, in order of the alphabet. Nobody's data is shown."""
    return tuple(data.tags_in_use(work.store))


@use_case("clients.change")
def add_tag(work: Work, client_id: str, text: str) -> ClientTag:
    """Give a client a tag; one that is in use already keeps its spelling."""
    client = work.store.get(Client, client_id)
    tag = fitting("tag", clean_name(text), LONGEST_TAG)
    if not tag:
        raise UserError("tag", _("Type a word."))
    tag = next((known for known in data.tags_in_use(work.store) if known.casefold() == tag.casefold()), tag)
    there = data.tags_of(work.store, client.id)
    for one in there:
        if one.tag == tag:
            return one
    if len(there) >= MOST_TAGS:
        raise UserError("tag", _("A client has at most {n} tags.").format(n=MOST_TAGS))
    return work.store.add(ClientTag(client_id=client.id, tag=tag))


@use_case("clients.change")
def remove_tag(work: Work, client_id: str, tag: str) -> None:
    """Take a tag from a client."""
    for one in data.tags_of(work.store, client_id):
        if one.tag == tag:
            work.store.remove(one)
