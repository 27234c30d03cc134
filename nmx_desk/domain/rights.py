"""Who may do what (AUDIT §6), as data. The door checks it; screens only ask it what to show."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from nmx_desk.domain.people import Clinic, Role
from nmx_desk.i18n import N_, _


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
    "clients.import": _CARE,
    "clients.merge_propose": {_R: Scope.ALL, _P: Scope.ALL},
    "clients.approve": {_M: Scope.ALL},
    "refusals.override": {_M: Scope.ALL},
    "privacy.read": dict.fromkeys((_R, _P, _M, _A), Scope.ALL),
    "privacy.start": {_R: Scope.ALL},
    "privacy.prepare": {_P: Scope.ALL},
    "privacy.approve": {_M: Scope.ALL},
    "erase.register": {_R: Scope.ALL},
    "erase.advise": {_P: Scope.ALL},
    "erase.approve": {_M: Scope.ALL},
    "erase.execute": {_A: Scope.ALL},
    "retention.propose": {_M: Scope.ALL, _A: Scope.ALL},
    "export.clients": {_P: Scope.OWN, _M: Scope.REASON},
    "grievances.create": {_R: Scope.ALL, _P: Scope.ALL},
    "grievances.manage": {_M: Scope.ALL},
    "registers.read": {_M: Scope.ALL, _U: Scope.ALL},
    "quality.use": _EVERYBODY,
    "quality.manage": {_M: Scope.ALL},
    "satisfaction.enter": _CARE,
    "documents.read": _EVERYBODY,
    "documents.write": {_P: Scope.ALL, _M: Scope.ALL, _A: Scope.ALL},
    "documents.approve": {_P: Scope.ALL, _M: Scope.ALL},
    "labs.use": {_P: Scope.ALL},
    "requests.read": _CARE,
    "requests.change": _CARE,
    "requests.import": _CARE,
    "requests.book": _CARE,
    "agenda.read": _CARE,
    "agenda.book": _CARE,
    "rooms.read": _EVERYBODY,
    "agenda.manage": {_M: Scope.ALL, _A: Scope.ALL},
    "mail.read": _CARE,
    "mail.send": _CARE,
    "calls.hold": {_P: Scope.ALL},
    "flags.override": {_P: Scope.ALL},
    "notes.count": _CARE,
    "notes.read": {_P: Scope.OWN, _M: Scope.REASON},
    "notes.write": {_P: Scope.OWN},
    "notes.watch": {_P: Scope.ALL, _M: Scope.ALL},
    "notes.assign": {_M: Scope.ALL},
    "letters.read": {_P: Scope.OWN, _M: Scope.REASON},
    "letters.write": {_P: Scope.OWN},
    "plans.read": {_P: Scope.ALL, _M: Scope.ALL},
    "plans.write": {_P: Scope.OWN},
    "plans.print": _CARE,
    "followups.read": _CARE,
    "followups.change": {_R: Scope.ALL, _P: Scope.ALL},
    "tasks.use": _CARE,
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
    "users.propose": {_A: Scope.ALL},
    "users.approve": {_M: Scope.ALL},
    "users.block": {_M: Scope.ALL, _A: Scope.ALL},
    "keys.manage": {_A: Scope.ALL},
    "backup.run": {_A: Scope.ALL},
    "restore.approve": {_M: Scope.ALL},
    "restore.run": {_A: Scope.ALL},
}

RIGHT_NAMES: dict[str, str] = {
    "session.use": N_("signing in and out"),
    "search.use": N_("searching in contact data"),
    "today.read": N_("looking at the page of today"),
    "clients.read": N_("reading clients' contact data"),
    "clients.change": N_("adding and changing clients' contact data"),
    "clients.import": N_("importing clients from a file"),
    "clients.merge_propose": N_("proposing to merge clients"),
    "clients.approve": N_("approving that clients are merged"),
    "refusals.override": N_("going on although a parent refuses"),
    "privacy.read": N_("reading the register of privacy requests"),
    "privacy.start": N_("registering a client's privacy request"),
    "privacy.prepare": N_("preparing a client's privacy request"),
    "privacy.approve": N_("deciding on a client's privacy request"),
    "erase.register": N_("registering a request for destruction"),
    "erase.advise": N_("advising on a request for destruction"),
    "erase.approve": N_("approving the destruction of a file"),
    "erase.execute": N_("carrying out the destruction of a file"),
    "retention.propose": N_("proposing to destroy what is due"),
    "export.clients": N_("exporting client data"),
    "grievances.create": N_("registering a grievance or a deviation"),
    "grievances.manage": N_("handling grievances and deviations"),
    "registers.read": N_("reading the quality registers"),
    "quality.use": N_("looking at the page of quality"),
    "quality.manage": N_("keeping the quality registers"),
    "satisfaction.enter": N_("entering what clients think of the clinic"),
    "documents.read": N_("reading the clinic's documents"),
    "documents.write": N_("writing the clinic's documents"),
    "documents.approve": N_("approving the clinic's documents"),
    "labs.use": N_("working with lab orders and results"),
    "requests.read": N_("reading requests"),
    "requests.change": N_("handling requests"),
    "requests.import": N_("importing requests"),
    "requests.book": N_("booking a call for a request"),
    "agenda.read": N_("reading the agenda"),
    "agenda.book": N_("booking, moving and cancelling appointments"),
    "rooms.read": N_("seeing which rooms there are"),
    "agenda.manage": N_("changing appointment types, working hours and closures"),
    "mail.read": N_("reading the messages that go out to clients"),
    "mail.send": N_("sending messages to clients"),
    "calls.hold": N_("holding advice calls"),
    "flags.override": N_("overriding a red flag"),
    "notes.count": N_("seeing how many consult notes there are"),
    "notes.read": N_("reading consult notes"),
    "notes.write": N_("writing consult notes"),
    "notes.watch": N_("seeing which consult notes want attention"),
    "notes.assign": N_("giving drafts of somebody who left to another practitioner"),
    "letters.read": N_("reading letters to doctors"),
    "letters.write": N_("writing letters to doctors"),
    "plans.read": N_("reading plans"),
    "plans.write": N_("writing and activating plans"),
    "plans.print": N_("printing the final plan"),
    "followups.read": N_("reading the follow-up contacts"),
    "followups.change": N_("handling follow-up contacts"),
    "tasks.use": N_("working with tasks"),
    "reports.desk": N_("printing the lists of the front desk"),
    "reports.care": N_("printing reports about care"),
    "reports.figures": N_("looking at the figures"),
    "reports.log": N_("printing who saw a file"),
    "reports.integrity": N_("printing the integrity certificate"),
    "log.own": N_("looking back at one's own actions"),
    "log.clients": N_("looking at who saw one's clients"),
    "log.all": N_("reading the whole log"),
    "log.integrity": N_("verifying the log"),
    "settings.read": N_("looking at the settings"),
    "settings.change": N_("changing the settings"),
    "users.read": N_("seeing who works here"),
    "users.propose": N_("adding users and proposing their roles"),
    "users.approve": N_("approving users and their roles"),
    "users.block": N_("blocking users"),
    "keys.manage": N_("managing keys and sign-in codes"),
    "backup.run": N_("making backups"),
    "restore.approve": N_("approving that a backup is put back"),
    "restore.run": N_("putting back a backup"),
}


class Purpose(StrEnum):
    """What something is done for, in a word: the "why" of the log when nobody had to write a reason."""

    CARE = "care"
    DESK = "desk"
    MANAGEMENT = "management"
    QUALITY = "quality"
    AUDIT = "audit"
    SYSTEM = "system"


PURPOSE_NAMES = {
    Purpose.CARE: N_("care"),
    Purpose.DESK: N_("front desk"),
    Purpose.MANAGEMENT: N_("management"),
    Purpose.QUALITY: N_("quality"),
    Purpose.AUDIT: N_("audit"),
    Purpose.SYSTEM: N_("system"),
}
_PURPOSES = {
    "calls": Purpose.CARE, "flags": Purpose.CARE, "notes": Purpose.CARE, "plans": Purpose.CARE, "followups": Purpose.CARE,
    "labs": Purpose.CARE, "letters": Purpose.CARE, "refusals": Purpose.CARE, "reports.care": Purpose.CARE,
    "clients": Purpose.DESK, "search": Purpose.DESK, "today": Purpose.DESK, "requests": Purpose.DESK, "agenda": Purpose.DESK,
    "mail": Purpose.DESK, "rooms": Purpose.DESK, "tasks": Purpose.DESK,
    "reports.desk": Purpose.DESK,
    "agenda.manage": Purpose.MANAGEMENT, "settings": Purpose.MANAGEMENT, "users": Purpose.MANAGEMENT, "export": Purpose.MANAGEMENT,
    "privacy": Purpose.MANAGEMENT, "erase": Purpose.MANAGEMENT, "retention": Purpose.MANAGEMENT, "reports.figures": Purpose.MANAGEMENT,
    "grievances": Purpose.QUALITY, "registers": Purpose.QUALITY, "documents": Purpose.QUALITY,
    "quality": Purpose.QUALITY, "satisfaction": Purpose.QUALITY,
    "log": Purpose.AUDIT, "reports.log": Purpose.AUDIT, "reports.integrity": Purpose.AUDIT,
    "session": Purpose.SYSTEM, "keys": Purpose.SYSTEM, "backup": Purpose.SYSTEM, "restore": Purpose.SYSTEM,
}  # fmt: skip

_WORK_OF = {Role.PRACTITIONER.value: Purpose.CARE, Role.MANAGER.value: Purpose.MANAGEMENT}
_LOG_VIEW = frozenset({"log.all", "log.clients", "reports.log"})
_ADMIN_WORK = frozenset({"users.propose", "keys.manage", "backup.run", "restore.run", "erase.execute"})


def scope(roles: Iterable[Role], right: str) -> Scope | None:
    """The furthest reach these roles give a right; None when they do not give it. An unknown right is our bug: ``KeyError``."""
    given = RIGHTS[right]
    return max((given[role] for role in roles if role in given), default=None)


def ruling_role(roles: Iterable[Role], right: str) -> Role | None:
    """The role that gives the right: the one the log names."""
    given = RIGHTS[right]
    return max((role for role in roles if role in given), key=lambda role: given[role], default=None)


def wants_code(clinic: Clinic, right: str, role: Role | None) -> bool:
    """Whether the clinic asks two-step sign-in of who uses this right in this role (AUDIT §7)."""
    if role is Role.MANAGER:
        return clinic.two_step_managers and right in _LOG_VIEW
    return role is Role.ADMIN and clinic.two_step_admins and right in _ADMIN_WORK


def right_name(right: str) -> str:
    """What a right allows, in words; of a rule of the log (``right:role``) as well."""
    name = right.partition(":")[0]
    return _(RIGHT_NAMES[name]) if name in RIGHT_NAMES else name


def purpose_of(right: str) -> Purpose:
    """What a right is used for; of a rule of the log (``right:role``) as well: others do at the desk what their own work needs."""
    name, _sign, role = right.partition(":")
    found = _PURPOSES.get(name) or _PURPOSES.get(name.partition(".")[0], Purpose.SYSTEM)
    return _WORK_OF.get(role, found) if found in {Purpose.DESK, Purpose.CARE} else found


def purpose_name(right: str) -> str:
    """The purpose in a word, translated."""
    return _(PURPOSE_NAMES[purpose_of(right)])
