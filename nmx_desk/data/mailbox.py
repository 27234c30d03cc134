"""Queries of the mailbox: which messages were read, and its password, which is outside the log."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.intake_ways import MailboxSecret, MailMessage, MailOutcome

_message, _secret = table_of(MailMessage), table_of(MailboxSecret)


def known_keys(store: Store, mailbox_id: str, keys: Collection[str]) -> set[str]:
    """Which of these messages were read before."""
    c = _message.c
    found: set[str] = set()
    for part in in_parts(sorted(keys)):
        statement = sa.select(c.message_key).where(c.mailbox_id == mailbox_id, c.message_key.in_(part))
        found.update(store.connection.execute(statement).scalars())
    return found


def outcomes(store: Store, mailbox_id: str, id_prints: Collection[str]) -> dict[str, MailOutcome]:
    """What became of messages by the first half of their keys; a form goes before no form."""
    c = _message.c
    found: dict[str, MailOutcome] = {}
    for one in sorted(id_prints):
        near = c.message_key.between(one, f"{one};")
        for outcome in store.connection.execute(sa.select(c.outcome).where(c.mailbox_id == mailbox_id, near)).scalars():
            if found.get(one, MailOutcome.NO_FORM) is MailOutcome.NO_FORM:
                found[one] = outcome
    return found


def set_password(store: Store, mailbox_id: str, password: str) -> None:
    """Keep the password of a mailbox in place of the one before."""
    store.connection.execute(sa.delete(_secret).where(_secret.c.mailbox_id == mailbox_id))
    store.add(MailboxSecret(mailbox_id=mailbox_id, password=password))
