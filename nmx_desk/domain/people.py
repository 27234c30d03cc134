"""The clinic, its people and what they may do (DOMAIN §4, AUDIT §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import N_, _

LONGEST_RBCZ = 20


class Role(StrEnum):
    """A hat a user wears; a user may wear several."""

    RECEPTIONIST = "receptionist"
    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"


ROLE_NAMES = {
    Role.RECEPTIONIST: N_("Receptionist"),
    Role.PRACTITIONER: N_("Practitioner"),
    Role.MANAGER: N_("Practice manager"),
    Role.ADMIN: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}


@dataclass(frozen=True, kw_only=True)
class Clinic(Record):
    """The clinic itself and its settings; one row. ``two_step_…``: managers see the log, administrators work only after two steps.

    ``backup_…``: minute of the day (13:00) and every how many hours from then on; a second folder that gets a copy.
    ``stamp_…``: the authority that stamps the log, and its certificates (PEM). ``desk_…``: ISO weekdays in figures on which the front desk
    answers, and from which minute of the day to which. ``illness_is_late``: the figures count illness on the day as a late cancellation.
    ``complaints_officer``, ``dispute_body``: whom a client with a formal complaint can turn to (Wkkgz).
    """

    name: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    language: str = "nl"
    zone: str = "Europe/Amsterdam"
    is_demo: bool = False
    lock_minutes: int = 5
    two_step_managers: bool = False
    two_step_admins: bool = False
    backup_minute: int = 780
    backup_hours: int = 24
    backup_second: str = ""
    stamp_url: str = ""
    stamp_certificates: str = ""
    desk_days: str = "12345"
    desk_opens: int = 510
    desk_closes: int = 1020
    illness_is_late: bool = False
    complaints_officer: str = ""
    dispute_body: str = ""


@dataclass(frozen=True, kw_only=True)
class User(Record):
    """Somebody who signs in. ``hue`` (0–359) is the colour of a practitioner in the agenda.

    ``two_step``: a code is asked after the password; its secret is made from the signing seed and ``two_step_version``, and stands nowhere.
    ``two_step_used``: the last code's half-minute, so that none is used twice. ``is_removed``: the file's key was changed to keep them out.
    """

    username: str = ""
    display_name: str = ""
    title: str = ""
    language: str = "nl"
    hue: int = 170
    is_active: bool = True
    big: str = ""
    agb: str = ""
    rbcz: str = ""
    is_removed: bool = False
    two_step: bool = False
    two_step_version: int = 0
    two_step_used: int = 0


def check_registrations(user: User) -> None:
    """Refuse registration numbers that cannot be, and the title of a physician without a BIG registration. Raises ``UserError``."""
    for field, value, digits in (("big", user.big, 11), ("agb", user.agb, 8)):
        if value and not (value.isascii() and value.isdigit() and len(value) == digits):
            raise UserError(field, _("This number has {n} digits. Compare it with the register.").format(n=digits))
    if not (user.rbcz.isascii() and (not user.rbcz or user.rbcz.isalnum()) and len(user.rbcz) <= LONGEST_RBCZ):
        raise UserError("rbcz", _("Use letters and digits only, {n} at most.").format(n=LONGEST_RBCZ))
    words = user.title.casefold().replace("-", " ").replace(".", " ").split()
    if any(word.endswith("arts") for word in words) and not user.big:
        raise UserError("title", _("The title “arts” is only for who has a BIG number. Enter the number or choose another title."))


@dataclass(frozen=True, kw_only=True)
class UserRole(Record):
    """One role of one user."""

    user_id: str = ""
    role: Role = Role.RECEPTIONIST


@dataclass(frozen=True, kw_only=True)
class Counter(Record):
    """Numbers that are handed out once and never again; ``name`` says which."""

    name: str = ""
    value: int = 0


@dataclass(frozen=True, kw_only=True)
class CodeItem(Record):
    """One item of a versioned code list (red flags, complaints, close reasons)."""

    list_code: str = ""
    list_version: int = 1
    valid_from: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    position: int = 0
    code: str = ""
    group: str = ""
    label_nl: str = ""
    label_en: str = ""
    action: str = ""

    def label(self, language: str) -> str:
        """The item in a language."""
        return self.label_en if language == "en" else self.label_nl
