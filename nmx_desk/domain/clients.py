"""Clients: who they are and how to reach them (DOMAIN §4 Cliënt). No citizen service number, ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class ClientStatus(StrEnum):
    """Where a client stands with the clinic."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    RESTING = "resting"
    CLOSED = "closed"
    DECEASED = "deceased"
    DESTROYED = "destroyed"


CLIENT_STATUS_NAMES = {
    ClientStatus.PROSPECT: N_("Prospect"),
    ClientStatus.ACTIVE: N_("Active"),
    ClientStatus.RESTING: N_("Resting"),
    ClientStatus.CLOSED: N_("Closed"),
    ClientStatus.DECEASED: N_("Deceased"),
    ClientStatus.DESTROYED: N_("Destroyed"),
}


class Sex(StrEnum):
    """Sex for clinical use."""

    FEMALE = "f"
    MALE = "m"
    OTHER = "x"
    UNKNOWN = "unknown"


class NameUse(StrEnum):
    """Which surname comes first."""

    OWN = "own"
    PARTNER = "partner"
    PARTNER_OWN = "partner_own"
    OWN_PARTNER = "own_partner"


@dataclass(frozen=True, kw_only=True)
class Client(Record):
    """A client. Phones are E.164, e-mail lower case, ``country`` ISO 3166-1 alpha-2. ``first_name`` is the name used in daily life."""

    client_no: str = ""
    first_name: str = ""
    first_names: str = ""
    prefix: str = ""
    surname: str = ""
    partner_prefix: str = ""
    partner_surname: str = ""
    name_use: NameUse = NameUse.OWN
    salutation: str = ""
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    phone2: str = ""
    email: str = ""
    street: str = ""
    house_no: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    language: str = "nl"
    preferred_channel: str = "phone"
    no_voicemail: bool = False
    emergency_contact: str = ""
    gp_name: str = ""
    gp_practice: str = ""
    gp_city: str = ""
    call_instruction: str = ""
    status: ClientStatus = ClientStatus.PROSPECT
    practitioner_id: str | None = None
    deceased_on: date | None = None
    last_clinical_change: datetime | None = None
    retention_until: date | None = None

    @property
    def name(self) -> str:
        """Full name as people say it: "Sanne van der Meer"."""
        own = f"{self.prefix} {self.surname}".strip()
        partner = f"{self.partner_prefix} {self.partner_surname}".strip()
        family = {
            NameUse.OWN: own,
            NameUse.PARTNER: partner or own,
            NameUse.PARTNER_OWN: "-".join(filter(None, (partner, own))),
            NameUse.OWN_PARTNER: "-".join(filter(None, (own, partner))),
        }[self.name_use]
        return f"{self.first_name} {family}".strip()

    def age_on(self, day: date) -> int | None:
        """Age in whole years on a day; None without a birth date."""
        if self.birth_date is None:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))
