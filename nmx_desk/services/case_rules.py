"""What the registers of complaints and incidents share: who registers, who handles, days of steps, what may be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.i18n import _
from nmx_desk.services import case_parts, cases
from nmx_desk.services.case_parts import CaseParts
from nmx_desk.services.desk import Work

OLDEST = timedelta(days=730)
"""How long ago something may have come in that is registered now."""


@dataclass(frozen=True, kw_only=True)
class CaseSheet:
    """A case as far as its reader may read it: ``client`` by name, ``words`` all of them when ``whole``; then what the reader may do."""

    parts: CaseParts
    client: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    handles: bool = False
    manages: bool = False
    may_take_back: bool = False


def opened(work: Work, table: str, found: Any) -> dict[str, Any]:
    """The fields of the ``CaseSheet`` of a case, logged as read. The auditor reads neither its words nor whom it is about.

    Raises ``NotAllowed`` unless the user sees the case.
    """
    need_sight(work, found)
    subject = subject_of(table, found.id)
    whole = cases.may_read(work, subject, found.client_id)
    work.seen(table, found.id, found.client_id)
    client = work.store.find_one(Client, id=found.client_id) if whole and found.client_id else None
    manages = work.reach("grievances.manage") is not None
    return {
        "parts": case_parts.parts(work, subject, found.source, whole=whole), "client": client.name if client is not None else "",
        "words": cases.texts(work, subject, whole=whole), "whole": whole, "handles": handles(work, found), "manages": manages,
        "may_take_back": manages and may_take_back(work, found),
    }  # fmt: skip


def need_registering(work: Work) -> None:
    """Raise ``NotAllowed`` unless the user may register complaints and incidents."""
    if work.reach("grievances.manage") is None:
        work.need("grievances.create")


def handles(work: Work, found: Any) -> bool:
    """Whether the user works on a case: the manager, or who it was given to."""
    return work.reach("grievances.manage") is not None or found.owner_id == work.user.id


def need_handling(work: Work, found: Any) -> None:
    """Raise ``NotAllowed`` unless the user works on the case."""
    if not handles(work, found):
        work.need("grievances.manage")


def first_owner(work: Work, owner_id: str | None) -> str | None:
    """Who handles a new case: who was named, else the manager who registers it; what others register waits for the manager."""
    mine = work.user.id if work.reach("grievances.manage") is not None else None
    return cases.known_owner(work, owner_id) or mine


def in_sight(work: Work, found: Any) -> bool:
    """Whether the user sees the case at all: who keeps or audits the registers, who registered it, who handles it."""
    return work.reach("registers.read") is not None or work.user.id in {found.owner_id, found.created_by}


def need_sight(work: Work, found: Any) -> None:
    """Raise ``NotAllowed`` unless the user sees the case."""
    if not in_sight(work, found):
        raise NotAllowed(_("Only the manager, who registered this and who handles it may look at it."), right="registers.read")


def its_client(work: Work, client_id: str | None) -> tuple[str | None, str]:
    """Id and number of the client a new case is about, or nobody."""
    client = work.store.get(Client, client_id) if client_id else None
    return (client.id, client.client_no) if client is not None else (None, "")


def came_in(work: Work, field: str, day: date) -> date:
    """The day something came in. Raises ``UserError`` for one that lies ahead or years back."""
    if not work.today() - OLDEST <= day <= work.today():
        raise UserError(field, _("Choose a day that is not ahead and at most two years back."))
    return day


def step_day(work: Work, day: date | None, last: date) -> date:
    """The day of a step: today unless said otherwise, not before the last one."""
    found = day or work.today()
    if not last <= found <= work.today():
        raise UserError("on", _("Choose a day that is not ahead and not before the last step ({day}).").format(day=f"{last:%d-%m-%Y}"))
    return found


def need_own_step(work: Work, found: Any) -> None:
    """Raise ``Conflict`` unless the last step was the user's own and of today."""
    at = found.stepped_at
    if at is None or found.stepped_by != work.user.id or at.astimezone(work.zone).date() != work.today():
        raise Conflict(_("Only who took the last step takes it back, on the same day."))


def may_take_back(work: Work, found: Any) -> bool:
    """Whether :func:`need_own_step` would let the user."""
    at = found.stepped_at
    return at is not None and found.stepped_by == work.user.id and at.astimezone(work.zone).date() == work.today()


def only(words: Mapping[str, str], *codes: str) -> dict[str, str]:
    """The words that belong here; any other is our bug."""
    if extra := words.keys() - set(codes):
        raise UserError(min(extra), _("This text does not belong here."))
    return {code: text for code, text in words.items() if text is not None}
