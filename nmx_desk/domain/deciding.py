"""Who decides for a client, by age (WGBO; DOMAIN §2, §6 Minors): before 12 the parents with authority, to 16 both, then the client.

Everything is reckoned for a day of the clinic: the day of the appointment, or today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, tzinfo
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.clients import ADULT_CARE, Alert, Client, shown_phone
from nmx_desk.domain.clients import alerts as client_alerts
from nmx_desk.domain.contacts import ContactLabel, ContactPoint
from nmx_desk.domain.family import Agreement, Authority, Consent, ConsentPurpose, Relation, Representative
from nmx_desk.domain.notes import years_later
from nmx_desk.domain.walltime import day_label
from nmx_desk.i18n import _, ngettext

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
    return not found or bool(undecided(found))


def undecided(people: Iterable[Representative]) -> list[Representative]:
    """Those of whom it is not known whether they have authority."""
    return [one for one in people if one.authority is Authority.UNKNOWN]


def refusing(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """Parents of a minor who refuse the treatment; one whose authority is not known may have it."""
    return [one for one in parents_of(born, people, day) if one.agreement is Agreement.REFUSED]


def hindering(born: date | None, people: Iterable[Representative], day: date) -> list[Representative]:
    """Those who refuse and whom the manager has not set aside."""
    return [one for one in refusing(born, people, day) if one.override_by is None]


def of_parents(born: date | None, people: Iterable[Representative], points: Iterable[ContactPoint], day: date) -> list[ContactPoint]:
    """Numbers and addresses in a client's list that are a parent's, once the client is 16: no calls or letters go there any more."""
    if born is None or is_minor(born, day):
        return []
    theirs = {value for one in people if one.relation in PARENTAL for value in (one.phone, one.email)} - {""}
    return [point for point in points if point.label is ContactLabel.PARENT or point.value in theirs]


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


# -- in words ----------------------------------------------------------------------------------------------------------------------------


def name_of(client: Client) -> str:
    """How a client is called in a sentence about who decides."""
    return client.first_name or client.name


def rule(client: Client, people: Iterable[Representative], day: date) -> str:
    """Who decides today, in a sentence."""
    said = {
        Decides.PARENTS: _("{name} is {age}: the parents with authority decide."),
        Decides.TOGETHER: _("{name} is {age}: {name} and the parents with authority decide together."),
        Decides.CLIENT: _("{name} decides alone."),
    }[decides(client.birth_date, day)]
    sentence = said.format(name=name_of(client), age=client.age_on(day))
    if client.birth_date is None:
        return _("The birth date is not known: the rules for children do not apply.")
    others = [one.name for one in authorised(client.birth_date, people, day) if one.relation not in PARENTAL]
    return " ".join([sentence, *(_("{person} may act on behalf of {name}.").format(person=one, name=name_of(client)) for one in others)])


def sixteen_words(born: date | None, day: date) -> str:
    """What is to be done around a sixteenth birthday, in a sentence; empty when it is not near."""
    birthday = turns_sixteen(born, day)
    if birthday is None:
        return ""
    text = _("Becomes 16 on {day}: ask for their own contact details and consent.")
    if birthday <= day:
        text = _("Became 16 on {day}: ask for their own contact details and consent.")
    return text.format(day=day_label(birthday))


def contact_words(client: Client, people: Iterable[Representative], points: Iterable[ContactPoint], day: date) -> str:
    """That a client of 16 is still reached through a parent, in a sentence; empty when not."""
    values = [shown_phone(point.value) for point in of_parents(client.birth_date, people, points, day)]
    text = _("Of a parent, so no calls or letters to it any more: {values}.")
    return text.format(values=", ".join(values)) if values else ""


def authority_words(client: Client, people: Sequence[Representative], day: date) -> str:
    """Why there is no intake while the authority is unknown; empty when it is known, or not asked."""
    if not authority_unknown(client.birth_date, people, day):
        return ""
    found = undecided(parents_of(client.birth_date, people, day))
    text = ngettext(
        "It is unknown whether {people} has authority over {name} ({age}): no intake until that is written down.",
        "It is unknown whether {people} have authority over {name} ({age}): no intake until that is written down.",
        len(found),
    )
    if not found:
        text = _("Nobody with authority over {name} ({age}) is written down: no intake until that is done.")
    return text.format(people=_names(found), name=name_of(client), age=client.age_on(day))


def refusal_words(client: Client, people: Iterable[Representative], day: date) -> str:
    """Why there is no treatment; empty when no parent refuses, or the manager decided to go on."""
    found = hindering(client.birth_date, people, day)
    if not found:
        return ""
    text = ngettext(
        "{people} refuses the treatment of {name} ({age}): only the manager may decide to go on, with a reason.",
        "{people} refuse the treatment of {name} ({age}): only the manager may decide to go on, with a reason.",
        len(found),
    )
    return text.format(people=_names(found), name=name_of(client), age=client.age_on(day))


def asking_words(client: Client, people: Iterable[Representative], day: date) -> str:
    """Who may ask for the file, in a sentence."""
    found = authorised(client.birth_date, people, day)
    own = decides(client.birth_date, day) is not Decides.PARENTS
    if not found and not own:
        return _("Nobody with authority over {name} is written down: find out first who may ask for the file.").format(name=client.name)
    names = [client.name] * own + [one.name for one in found]
    return _("May ask for the file: {people}.").format(people=", ".join(names))


def _names(people: Iterable[Representative]) -> str:
    return _(" and ").join(one.name for one in people)


def alerts(client: Client, people: Sequence[Representative], day: date) -> tuple[Alert, ...]:
    """The alerts of a client with those about who decides, gravest first."""
    found = client_alerts(client, day)
    if Alert.MINOR not in found:
        return found
    more = {
        Alert.REFUSED: bool(refusing(client.birth_date, people, day)),
        Alert.NO_AUTHORITY: authority_unknown(client.birth_date, people, day),
    }
    return (*(alert for alert, is_so in more.items() if is_so), *found)
