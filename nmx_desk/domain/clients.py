"""Clients: who they are and how to reach them (DOMAIN §4 Cliënt). No citizen service number, ever."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.domain.matching import Person
from nmx_desk.i18n import N_


class ClientStatus(StrEnum):
    """Where a client stands with the clinic."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    RESTING = "resting"
    CLOSED = "closed"
    DECEASED = "deceased"
    DESTROYED = "destroyed"
    MERGED = "merged"


CLIENT_STATUS_NAMES = {
    ClientStatus.PROSPECT: N_("Prospect"),
    ClientStatus.ACTIVE: N_("Active"),
    ClientStatus.RESTING: N_("Resting"),
    ClientStatus.CLOSED: N_("Closed"),
    ClientStatus.DECEASED: N_("Deceased"),
    ClientStatus.DESTROYED: N_("Destroyed"),
    ClientStatus.MERGED: N_("Merged"),
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
    """A client. Phones are E.164, e-mail lower case, ``country`` ISO 3166-1 alpha-2. ``first_name`` is the name used in daily life.

    ``import_id`` and ``external_key``: the import it came from and the key of the sender there.
    ``merged_into``: the client who stayed when this one turned out to be the same person; nothing is written to this one any more.
    """

    client_no: str = ""
    first_name: str = ""
    first_names: str = ""
    initials: str = ""
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
    house_suffix: str = ""
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
    merged_into: str | None = None
    import_id: str | None = None
    external_key: str | None = None

    @property
    def family(self) -> str:
        """Surname with its prefix, by the use of surnames: "van der Meer", "de Boer-van der Meer"."""
        own = f"{self.prefix} {self.surname}".strip()
        partner = f"{self.partner_prefix} {self.partner_surname}".strip()
        return {
            NameUse.OWN: own,
            NameUse.PARTNER: partner or own,
            NameUse.PARTNER_OWN: "-".join(filter(None, (partner, own))),
            NameUse.OWN_PARTNER: "-".join(filter(None, (own, partner))),
        }[self.name_use]

    @property
    def name(self) -> str:
        """Full name as people say it: "Sanne van der Meer"."""
        return f"{self.first_name} {self.family}".strip()

    @property
    def person(self) -> Person:
        """What is compared with other people."""
        surnames = tuple(filter(None, (self.surname, self.partner_surname)))
        return Person(
            self.first_name or self.initials, surnames, tuple(filter(None, (self.phone, self.phone2))), tuple(filter(None, (self.email,))),
            self.birth_date, self.first_names, self.postcode, self.house_no,
        )  # fmt: skip

    @property
    def has_died(self) -> bool:
        """Whether it is known that the client has died: nobody is to be called or reminded."""
        return self.status is ClientStatus.DECEASED or self.deceased_on is not None

    @property
    def house(self) -> str:
        """House number with its addition: "12 a"."""
        return f"{self.house_no} {self.house_suffix}".strip()

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as it stands on an envelope, below the name; the country only when it is another one."""
        abroad = "" if self.country == "NL" else self.country
        return tuple(filter(None, (f"{self.street} {self.house}".strip(), f"{self.postcode} {self.city}".strip(), abroad)))

    def age_on(self, day: date) -> int | None:
        """Age in whole years on a day; None without a birth date."""
        if self.birth_date is None:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


NO_CONTACT = "none"
PREFERRED_NAMES = {
    "phone": N_("By phone"), "email": N_("By e-mail"), "message": N_("By text message"), "letter": N_("By letter"),
    NO_CONTACT: N_("Not at all: no messages"),
}  # fmt: skip
"""How a client would rather be reached: values of ``preferred_channel``."""


# -- what a client may look like, and what the front desk must know of one ---------------------------------------------------------------

OPEN_STATUSES = (ClientStatus.PROSPECT, ClientStatus.ACTIVE, ClientStatus.RESTING, ClientStatus.CLOSED)
"""Statuses that people choose; the others follow from a death or a destroyed file."""
CONTACT_FIELDS = (
    "first_name", "first_names", "initials", "prefix", "surname", "partner_prefix", "partner_surname", "name_use", "salutation",
    "birth_date", "sex", "phone", "phone2", "email", "street", "house_no", "house_suffix", "postcode", "city", "country", "language",
    "preferred_channel", "no_voicemail", "emergency_contact", "gp_name", "gp_practice", "gp_city", "call_instruction", "status",
    "practitioner_id", "deceased_on",
)  # fmt: skip
"""What the contact form changes; number, retention and clinical dates are not among it."""
LONGEST = {
    "first_name": 60, "initials": 20, "surname": 80, "partner_surname": 80, "call_instruction": 200, "house_no": 12, "house_suffix": 12,
    "postcode": 12,
}  # fmt: skip
LONGEST_OTHER = 120
OLDEST = 120  # years
ADULT_CARE = 16  # from this age a client decides alone (WGBO)
_DUTCH_POSTCODE = re.compile(r"([1-9]\d{3}) ?(?!SA|SD|SS)([A-Z]{2})")


class Alert(StrEnum):
    """What must be seen before anything else."""

    DECEASED = "deceased"
    REFUSED = "refused"
    NO_AUTHORITY = "no_authority"
    MINOR = "minor"
    NO_VOICEMAIL = "no_voicemail"


ALERT_NAMES = {
    Alert.DECEASED: N_("Deceased"),
    Alert.REFUSED: N_("A parent refuses"),
    Alert.NO_AUTHORITY: N_("Minor: authority unknown"),
    Alert.MINOR: N_("Under 16"),
    Alert.NO_VOICEMAIL: N_("No voicemail"),
}


def alerts(client: Client, today: date) -> tuple[Alert, ...]:
    """The alerts of a client on a day, gravest first; those about who decides are in ``domain.deciding``."""
    if client.has_died:
        return (Alert.DECEASED,)
    age = client.age_on(today)
    found = {Alert.MINOR: age is not None and age < ADULT_CARE, Alert.NO_VOICEMAIL: client.no_voicemail}
    return tuple(alert for alert, is_so in found.items() if is_so)


def birth_date_ok(birth_date: date | None, today: date) -> bool:
    """Whether somebody can have been born on that day: not in the future, at most 120 years old."""
    return birth_date is None or (birth_date <= today and today.year - birth_date.year <= OLDEST)


def tidy_postcode(text: str, country: str) -> str | None:
    """``1234ab`` → ``1234 AB`` in the Netherlands, elsewhere as typed; None when it is no Dutch postcode."""
    text = " ".join(text.split()).upper()
    if country != "NL" or not text:
        return text
    found = _DUTCH_POSTCODE.fullmatch(text)
    return f"{found[1]} {found[2]}" if found else None


SHORT_AREAS = frozenset({
    "10", "13", "15", "20", "23", "24", "26", "30", "33", "35", "36", "38", "40", "43", "45", "46", "50", "53", "55", "58", "70", "71",
    "72", "73", "74", "75", "76", "77", "78", "79", "82", "84", "85", "87", "88", "91", "97",
})  # fmt: skip
"""Dutch area codes of three digits, without the 0; every other has four."""


def shown_phone(e164: str) -> str:
    """A number as it is read aloud: ``06 12 34 56 78``, ``030 123 45 67``, ``+32 470 12 34 56``; from further away as it is."""
    if e164.startswith("+31") and len(e164) == 12:
        digits = "0" + e164[3:]
        area = 2 if digits.startswith("06") else 3 if digits[1:3] in SHORT_AREAS else 4
        before = digits[:area]
    elif e164.startswith("+32") and len(e164) in {11, 12}:
        digits = e164[3:]
        area = 3 if len(digits) == 9 else 1 if digits[0] in "2349" else 2
        before = f"+32 {digits[:area]}"
    else:
        return e164
    rest = digits[area:]
    three = len(rest) % 2 * 3
    return " ".join([before, *([rest[:3]] if three else []), *(rest[at : at + 2] for at in range(three, len(rest), 2))])
