"""Calling somebody again whose request was handled: their advice call ended with “call back later”."""

from __future__ import annotations

from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.personal import PERSON_FIELDS
from nmx_desk.domain.requests import AdviceRequest, RequestStatus, Source
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case


@use_case("requests.change")
def ask_again(work: Work, request_id: str) -> AdviceRequest:
    """Somebody whose request was handled wants another advice call: a new request of the same person; the old one is called no more."""
    old = work.store.get(AdviceRequest, request_id)
    if old.status is not RequestStatus.DONE:
        raise Conflict(_("This request is not handled yet: book its call instead."))
    if old.next_action_at is not None:
        work.store.change(old, next_action_at=None)
    kept = {name: getattr(old, name) for name in (*PERSON_FIELDS, "client_id", "question", "preferred_times")}
    return work.store.add(AdviceRequest(**kept, source=Source.PHONE, received_at=work.now(), owner_id=work.user.id))
