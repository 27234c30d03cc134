"""Who may do what (AUDIT §6), as data. The door checks it; screens only ask it what to show."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from nmx_desk.domain.people import Role


class Scope(IntEnum):
    """How far a right reaches: the higher the further."""

    REASON = 1
    """Only with a written reason (break-glass)."""
    OWN = 2
    """One's own clients or records; others with a written reason."""
    ALL = 3


_R, _P, _M, _A, _U = Role.RECEPTIONIST, Role.PRACTITIONER, Role.MANAGER, Role.ADMIN, Role.AUDITOR
_EVERYBODY = dict.fromkeys((_R, _P, _M, _A, _U), Scope.ALL)
_CARE = dict.fromkeys((_R, _P, _M), Scope.ALL)

RIGHTS: dict[str, dict[Role, Scope]] = {
    "session.use": _EVERYBODY,
    "search.use": _CARE,
    "today.read": _CARE,
    "clients.read": _CARE,
    "clients.change": _CARE,
    "clients.merge_propose": {_R: Scope.ALL, _P: Scope.ALL},
    "clients.approve": {_M: Scope.ALL},
    "privacy.start": {_R: Scope.ALL},
    "privacy.prepare": {_P: Scope.ALL},
    "privacy.approve": {_M: Scope.ALL},
    "erase.register": {_R: Scope.ALL},
    "erase.advise": {_P: Scope.ALL},
    "erase.approve": {_M: Scope.ALL},
    "erase.execute": {_A: Scope.ALL},
    "export.clients": {_P: Scope.OWN, _M: Scope.REASON},
    "grievances.create": {_R: Scope.ALL, _P: Scope.ALL},
    "grievances.manage": {_M: Scope.ALL},
    "registers.read": {_M: Scope.ALL, _U: Scope.ALL},
    "documents.read": _EVERYBODY,
    "labs.use": {_P: Scope.ALL},
    "requests.read": _CARE,
    "requests.change": _CARE,
    "requests.import": _CARE,
    "requests.book": _CARE,
    "agenda.read": _CARE,
    "agenda.book": _CARE,
    "agenda.manage": {_M: Scope.ALL, _A: Scope.ALL},
    "calls.hold": {_P: Scope.ALL},
    "flags.override": {_P: Scope.ALL},
    "notes.count": _CARE,
    "notes.read": {_P: Scope.OWN, _M: Scope.REASON},
    "notes.write": {_P: Scope.OWN},
    "plans.read": {_P: Scope.ALL, _M: Scope.ALL},
    "plans.write": {_P: Scope.OWN},
    "plans.print": _CARE,
    "followups.read": _CARE,
    "followups.change": {_R: Scope.ALL, _P: Scope.ALL},
    "reports.desk": _CARE,
    "reports.care": {_P: Scope.ALL, _M: Scope.ALL},
    "reports.figures": {_M: Scope.ALL, _U: Scope.ALL},
    "reports.log": {_M: Scope.ALL},
    "reports.integrity": {_M: Scope.ALL, _A: Scope.ALL, _U: Scope.ALL},
    "log.own": _EVERYBODY,
    "log.clients": {_P: Scope.OWN, _M: Scope.ALL},
    "log.all": {_M: Scope.ALL},
    "log.integrity": {_M: Scope.ALL, _A: Scope.ALL, _U: Scope.ALL},
    "settings.read": {_M: Scope.ALL, _A: Scope.ALL},
    "settings.change": {_M: Scope.ALL, _A: Scope.ALL},
    "users.read": _EVERYBODY,
    "users.manage": {_A: Scope.ALL},
    "users.propose": {_A: Scope.ALL},
    "users.approve": {_M: Scope.ALL},
    "users.block": {_M: Scope.ALL, _A: Scope.ALL},
    "backup.run": {_A: Scope.ALL},
    "restore.approve": {_M: Scope.ALL},
    "restore.run": {_A: Scope.ALL},
}


def scope(roles: Iterable[Role], right: str) -> Scope | None:
    """The furthest reach these roles give a right; None when they do not give it. An unknown right is our bug: ``KeyError``."""
    given = RIGHTS[right]
    return max((given[role] for role in roles if role in given), default=None)


def ruling_role(roles: Iterable[Role], right: str) -> Role | None:
    """The role that gives the right: the one the log names."""
    given = RIGHTS[right]
    return max((role for role in roles if role in given), key=lambda role: given[role], default=None)
