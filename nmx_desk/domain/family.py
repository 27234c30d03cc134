"""People around a client (DOMAIN §4, §6 Minors): who may decide for them, who lives with them, and what they agreed to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


class Relation(StrEnum):
    """What a representative is to the client."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    CURATOR = "curator"
    MENTOR = "mentor"
    MANDATE = "mandate"


RELATION_NAMES = {
    Relation.PARENT: N_("Parent"),
    Relation.GUARDIAN: N_("Guardian"),
    Relation.CURATOR: N_("Curator"),
    Relation.MENTOR: N_("Mentor"),
    Relation.MANDATE: N_("Authorised in writing"),
}


class Authority(StrEnum):
    """Whether somebody has parental or legal authority."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


AUTHORITY_NAMES = {Authority.YES: N_("Yes"), Authority.NO: N_("No"), Authority.UNKNOWN: N_("Unknown")}


class Agreement(StrEnum):
    """What a representative says to the treatment."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    REFUSED = "refused"


AGREEMENT_NAMES = {Agreement.NOT_ASKED: N_("Not asked yet"), Agreement.GIVEN: N_("Agrees"), Agreement.REFUSED: N_("Refuses")}


@dataclass(frozen=True, kw_only=True)
class Representative(Record):
    """Somebody who may decide for a client. ``agreement`` and ``agreed_on``: to the treatment; ``ends_on``: no longer from that day.

    ``override_by``: the manager who decided to go on although this one refuses, until something else is said, and why.
    """

    client_id: str = ""
    first_name: str = ""
    prefix: str = ""
    surname: str = ""
    relation: Relation = Relation.PARENT
    authority: Authority = Authority.UNKNOWN
    phone: str = ""
    email: str = ""
    agreement: Agreement = Agreement.NOT_ASKED
    agreed_on: date | None = None
    document_id: str | None = None
    ends_on: date | None = None
    note: str = ""
    override_by: str | None = None
    override_reason: str = ""

    @property
    def name(self) -> str:
        """Full name as people say it."""
        return " ".join(filter(None, (self.first_name, self.prefix, self.surname)))


class HouseholdRole(StrEnum):
    """What somebody is in a household."""

    ADULT = "adult"
    CHILD = "child"
    OTHER = "other"


HOUSEHOLD_ROLE_NAMES = {HouseholdRole.ADULT: N_("Adult"), HouseholdRole.CHILD: N_("Child"), HouseholdRole.OTHER: N_("Other")}


@dataclass(frozen=True, kw_only=True)
class HouseholdMember(Record):
    """That a client belongs to a household. Who shares ``household`` (UUID text) belongs together; a child may be in two."""

    client_id: str = ""
    household: str = ""
    role: HouseholdRole = HouseholdRole.ADULT


class ConsentPurpose(StrEnum):
    """What a client may agree to; treatment and the file are not among it (DOMAIN §0.2)."""

    NEWSLETTER = "newsletter"
    DATA_TO_GP = "data_to_gp"
    ASK_DOCTOR = "ask_doctor"
    VIDEO_RECORDING = "video_recording"
    CASE_ANONYMOUS = "case_anonymous"
    MINOR_TREATMENT = "minor_treatment"


CONSENT_PURPOSE_NAMES = {
    ConsentPurpose.NEWSLETTER: N_("Newsletter"),
    ConsentPurpose.DATA_TO_GP: N_("Data to the GP"),
    ConsentPurpose.ASK_DOCTOR: N_("Asking a doctor for data"),
    ConsentPurpose.VIDEO_RECORDING: N_("Recording of a video call"),
    ConsentPurpose.CASE_ANONYMOUS: N_("Anonymous use as a case"),
    ConsentPurpose.MINOR_TREATMENT: N_("Treatment of a minor"),
}


@dataclass(frozen=True, kw_only=True)
class Consent(Record):
    """A consent for one purpose. ``text_version`` of the list of texts, 0: a form's own text; ``given_by`` empty: the client."""

    client_id: str = ""
    purpose: ConsentPurpose = ConsentPurpose.NEWSLETTER
    given_at: datetime = EPOCH
    given_by: str = ""
    text_version: int = 0
    evidence: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_how: str = ""


_NEWSLETTER = re.compile(r"nieuwsbrief|newsletter|mailing", re.IGNORECASE)
_YES = re.compile(r"(?:ja|yes|1|true|waar|on|aan|x|v|checked|aangevinkt|akkoord|ok|oké|y|j|ik|i|agreed?)\b", re.IGNORECASE)
_NO = re.compile(r"\b(?:geen|niet|nee|not?|don.?t)\b", re.IGNORECASE)


def newsletter_wish(raw_payload: str) -> str:
    """What somebody ticked in a form (JSON, name → value) to get the newsletter: "name: value"; empty when they did not."""
    try:
        found = json.loads(raw_payload)
    except ValueError:
        return ""
    for name, value in found.items() if isinstance(found, dict) else ():
        text = " ".join(str(value).split())
        if _NEWSLETTER.search(name) and _YES.match(text) and not _NO.search(text):
            return f"{' '.join(name.split())}: {text}"
    return ""


@dataclass(frozen=True, kw_only=True)
class ClientTag(Record):
    """A word that groups clients, as the clinic chooses; never about health."""

    client_id: str = ""
    tag: str = ""
