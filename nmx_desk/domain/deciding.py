"""Who decides for a client, by age (WGBO; DOMAIN §2, §6 Minors): before 12 the parents with authority, to 16 both, then the client.

Everything is reckoned for a day of the clinic: the day of the appointment, or today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, tzinfo
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.clients import ADULT_CARE, Client
from nmx_desk.domain.consults import years_later
from nmx_desk.domain.family import Agreement, Authority, Consent, ConsentPurpose, Relation, Representative

OWN_VOICE: Final = 12
"""From this age a child decides together with the parents."""
PARENTAL: Final = frozenset({Relation.PARENT, Relation.GUARDIAN})
"""Whose say ends at 16; the others act for a client of any age."""
MOST_PARENTS: Final = 2
NOTICE: Final = relativedelta(months=1)
"""So long before the sixteenth birthday somebody asks for the client's own contact data and consent, and so long after it still."""


class Decides(StrEnum):
    """Who decides about the treatment."""

    PARENTS = "parents"
    TOGETHER = "together"
    CLIENT = "client"


def decides(born: date | None, day: date) -> Decides:
    """Who decides on a day. Without a birth date: the client, as for every adult."""
    if born is None or day >= years_later(born, ADULT_CARE):
        return Decides.CLIENT
    return Decides.TOGETHER if day >= years_later(born, OWN_VOICE) else Decides.PARENTS


def is_minor(born: date | None, day: date) -> bool:
    """Whether parents have a say on a day."""
    return decides(born, day) is not Decides.CLIENT


# -- representatives ---------------------------------------------------------------------------------------------------------------------


def acting(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """Who represents a client on a day: not those whose say has ended, and at 16 no parents any more."""
    minor = is_minor(born, day)
    return [one for one in people if (one.ends_on is None or day < one.ends_on) and (minor or one.relation not in PARENTAL)]


def authorised(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """Who may decide, or ask for the file, on behalf of a client on a day."""
    return [one for one in acting(born, people, day) if one.authority is Authority.YES]


def parents_of(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """The parents and guardians who have, or may have, a say on a day."""
    return [one for one in acting(born, people, day) if one.relation in PARENTAL and one.authority is not Authority.NO]


def authority_unknown(born: date | None, people: Sequence[Representative], day: date) -> bool:
    """Whether nobody knows who may decide for a minor: nobody with authority is written down, or of somebody it is not known."""
    if not is_minor(born, day):
        return False
    found = parents_of(born, people, day)
    return not found or any(one.authority is Authority.UNKNOWN for one in found)


def refusing(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """Parents of a minor who refuse the treatment; one whose authority is not known may have it."""
    return [one for one in parents_of(born, people, day) if one.agreement is Agreement.REFUSED]


def turns_sixteen(born: date | None, day: date) -> date | None:
    """The sixteenth birthday, from a month before it (15 years and 11 months) until a month after it; None on any other day."""
    if born is None:
        return None
    birthday = years_later(born, ADULT_CARE)
    return birthday if birthday - NOTICE <= day < birthday + NOTICE else None


def turning_born(day: date) -> tuple[date, date]:
    """First and last day on which somebody can be born whose sixteenth birthday is near: a little more than :func:`turns_sixteen` finds."""
    sixteen = relativedelta(years=ADULT_CARE, days=1)
    return day - NOTICE - sixteen, day + NOTICE - relativedelta(years=ADULT_CARE) + relativedelta(days=2)


# -- consents ----------------------------------------------------------------------------------------------------------------------------


def may_give(born: date | None, day: date, *, own: bool) -> bool:
    """Whether a consent of this day can be the client's own, or somebody's on their behalf."""
    return decides(born, day) is not Decides.PARENTS if own else True


def has_lapsed(consent: Consent, born: date | None, day: date, zone: tzinfo) -> bool:
    """Whether a parent gave it for a child who decides alone by now."""
    return bool(consent.given_by) and not is_minor(born, day) and is_minor(born, consent.given_at.astimezone(zone).date())


def standing(consents: Iterable[Consent], purpose: ConsentPurpose, born: date | None, day: date, zone: tzinfo) -> list[Consent]:
    """The consents for a purpose that count on a day: neither withdrawn nor lapsed."""
    found = [one for one in consents if one.purpose is purpose and one.withdrawn_at is None]
    return [one for one in found if not has_lapsed(one, born, day, zone)]


def lacks(consents: Collection[Consent], born: date | None, day: date) -> tuple[bool, bool]:
    """Whose word is still missing among standing consents: the client's own, and that of who decides for the client."""
    own = any(not one.given_by for one in consents)
    others = any(one.given_by for one in consents)
    match decides(born, day):
        case Decides.PARENTS:
            return False, not others
        case Decides.TOGETHER:
            return not own, not others
        case Decides.CLIENT:
            return not (own or others), False


def name_of(client: Client) -> str:
    """How a client is called in a sentence about who decides."""
    return client.first_name or client.name
