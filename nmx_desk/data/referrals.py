"""Queries of the letters to a client's GP."""

from __future__ import annotations

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.consults import AdviceCall, RedFlagAnswer
from nmx_desk.domain.referrals import Referral

_letter, _call = table_of(Referral), table_of(AdviceCall)


def letters_of(store: Store, client_id: str) -> list[Referral]:
    """A client's letters, the newest first."""
    return store.find(Referral, client_id=client_id, order=[_letter.c.written_on.desc(), _letter.c.created_at.desc()])


def last_call(store: Store, client_id: str) -> AdviceCall | None:
    """A client's newest advice call."""
    found = store.find(AdviceCall, client_id=client_id, order=[_call.c.started_at.desc()], limit=1)
    return found[0] if found else None


def answers_of(store: Store, check_id: str) -> list[RedFlagAnswer]:
    """What was answered in a red-flag check."""
    return store.find(RedFlagAnswer, check_id=check_id)
