"""Who may decide for a client (DOMAIN §4 Vertegenwoordiger, §6 Minors): written down, changed, ended, and what follows at each age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from nmx_desk.data import documents, merging
from nmx_desk.data.consults import user_names
from nmx_desk.data.family import people_of
from nmx_desk.domain import deciding
from nmx_desk.domain.agenda import ADVICE_CALL, INTAKE, Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactKind
from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.family import Agreement, Relation, Representative
from nmx_desk.domain.names import fold
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.services.clients import is_own
from nmx_desk.services.contact_points import points_of, tidy_email, tidy_phone
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line

LEAST_REASON = 10
LONGEST = {"first_name": 60, "prefix": 30, "surname": 80, "note": 300}
TYPED = (*LONGEST, "relation", "authority", "phone", "email", "agreement", "agreed_on", "document_id", "ends_on")
"""What the form changes."""


@dataclass(frozen=True, kw_only=True)
class FamilySheet:
    """Who may decide for a client: the rule of today and what stands in the way, in sentences, and everybody who was written down.

    ``decisions``: of the manager, to go on although a parent refuses.
    ``acting``: ids of those whose say counts today; ``documents`` can be named as proof by who may read them.
    """

    client: Client
    rule: str
    problems: tuple[str, ...]
    decisions: tuple[str, ...]
    people: tuple[Representative, ...]
    acting: frozenset[str]
    sixteen: str
    documents: tuple[DocumentRow, ...] = ()


@use_case("clients.read", writes=False)
def representatives_of(work: Work, client_id: str) -> FamilySheet:
    """Everybody who was written down for a client, and who decides today. The look is logged."""
    client = merging.current(work.store, client_id)
    work.seen("representative", client.id, client.id)
    return _sheet(work, client)


def _sheet(work: Work, client: Client) -> FamilySheet:
    people, day, born = people_of(work.store, client.id), work.today(), client.birth_date
    acting = frozenset(one.id for one in deciding.acting(born, people, day))
    may_read = work.reach("notes.read") is not None and is_own(work, client)
    return FamilySheet(
        client=client, rule=deciding.rule(client, people, day), acting=acting, sixteen=deciding.sixteen_words(born, day),
        problems=tuple(filter(None, (deciding.authority_words(client, people, day), deciding.refusal_words(client, people, day)))),
        decisions=tuple(_decisions(work, client, people)), people=tuple(sorted(people, key=lambda one: one.id not in acting)),
        documents=tuple(documents.rows(work.store, client.id)) if may_read else (),
    )  # fmt: skip


def _decisions(work: Work, client: Client, people: list[Representative]) -> Iterator[str]:
    set_aside = [one for one in deciding.refusing(client.birth_date, people, work.today()) if one.override_by is not None]
    names = user_names(work.store, {one.override_by for one in set_aside if one.override_by})
    for one in set_aside:
        text = _("{person} refuses; {manager} decided to go on: {reason}")
        yield text.format(person=one.name, manager=names.get(one.override_by or "", ""), reason=one.override_reason)


def mail_address(work: Work, client: Client) -> str:
    """Where mail about a client may go: no parent's address once the client is 16; for a child without one that of who has authority.

    None from which mail came back. Empty: nowhere.
    """
    people, points, day, born = people_of(work.store, client.id), points_of(work, client), work.today(), client.birth_date
    gone = deciding.of_parents(born, people, points, day)
    own = [point.value for point in points if point.kind is ContactKind.EMAIL and point not in gone and point.bounced_on is None]
    others = [one.email for one in deciding.authorised(born, people, day) if one.email] if deciding.is_minor(born, day) else []
    return next(iter([*own, *others]), "")


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("clients.change")
def add_representative(work: Work, client_id: str, person: Representative) -> Representative:
    """Write somebody down who may decide for a client."""
    client = work.store.get(Client, client_id)
    typed = {name: getattr(person, name) for name in TYPED}
    return work.store.add(_tidy(work, client, Representative(client_id=client.id, **typed), Representative()))


@use_case("clients.change")
def change_representative(work: Work, person: Representative) -> Representative:
    """Change what is known of a representative, at the version it was read; an end is a day, nobody is ever taken away."""
    stored = work.store.get(Representative, person.id)
    wanted = replace(stored, version=person.version, **{name: getattr(person, name) for name in TYPED})
    wanted = _tidy(work, work.store.get(Client, stored.client_id), wanted, stored)
    return stored if wanted == stored else work.store.change(wanted)


def _tidy(work: Work, client: Client, person: Representative, before: Representative) -> Representative:
    """The representative as it is stored. Raises ``UserError`` for what cannot be."""
    changed: dict[str, Any] = {name: one_line(name, getattr(person, name), longest) for name, longest in LONGEST.items()}
    if not changed["first_name"] and not changed["surname"]:
        raise UserError("surname", _("Fill in a name."))
    changed["phone"] = tidy_phone("phone", person.phone, client.country)
    changed["email"] = tidy_email(person.email)
    changed["agreed_on"] = _agreed_on(work, person, before)
    if (person.agreement, changed["agreed_on"]) != (before.agreement, before.agreed_on):
        changed |= {"override_by": None, "override_reason": ""}
    proof = person.document_id if person.document_id != before.document_id else None  # one that was destroyed since stays named
    if proof is not None and all(row.id != proof for row in documents.rows(work.store, client.id)):
        raise UserError("document_id", _("This document is not in the client's file. Choose another one."))
    tidied = replace(person, **changed)
    _check_parents(work, tidied)
    return tidied


def _agreed_on(work: Work, person: Representative, before: Representative) -> date | None:
    """The day on which somebody agreed or refused: today, unless another is given."""
    if person.agreement is Agreement.NOT_ASKED:
        return None
    day = person.agreed_on if person.agreed_on != before.agreed_on or person.agreement is before.agreement else None
    if day is not None and day > work.today():
        raise UserError("agreed_on", _("This day is still to come. Choose today or an earlier day."))
    return day or work.today()


@use_case("refusals.override")
def go_on_despite(work: Work, representative_id: str) -> Representative:
    """The manager's decision to go on although this parent refuses, until the parent says something else. Why is asked for and kept."""
    person = work.store.get(Representative, representative_id)
    client = work.store.get(Client, person.client_id)
    if person not in deciding.hindering(client.birth_date, [person], work.today()):
        raise Conflict(_("This refusal stands in nobody's way. Look at it again."))
    reason = " ".join(work.reason.split())
    if len(reason) < LEAST_REASON:
        raise UserError("reason", _("Write the reason in at least {n} characters.").format(n=LEAST_REASON))
    return work.store.change(person, override_by=work.user.id, override_reason=reason)


def _check_parents(work: Work, person: Representative) -> None:
    """At most two parents at a time."""
    if person.relation is not Relation.PARENT or _has_ended(work, person):
        return
    others = [
        one for one in people_of(work.store, person.client_id)
        if one.relation is Relation.PARENT and one.id != person.id and not _has_ended(work, one)
    ]  # fmt: skip
    if len(others) >= deciding.MOST_PARENTS:
        raise UserError("relation", _("Two parents are written down already. End one of them first, or choose another relation."))


def _has_ended(work: Work, person: Representative) -> bool:
    return person.ends_on is not None and person.ends_on <= work.today()


def parents_in_the_way(work: Work, *clients: Client) -> list[str]:
    """Why clients cannot be one: nobody has more than two parents; who is written down with both counts once."""
    people = [one for client in clients for one in people_of(work.store, client.id)]
    if len({fold(one.name) for one in people if one.relation is Relation.PARENT and not _has_ended(work, one)}) <= deciding.MOST_PARENTS:
        return []
    return [_("Together they would have more than two parents. End who is no parent of this client first, under “People and consents”.")]


# -- what they stand in the way of -------------------------------------------------------------------------------------------------------


def refuse_appointment(work: Work, appointment: Appointment, starts_at: datetime) -> None:
    """Raise ``UserError`` when a minor cannot have this appointment at that moment: the age on the day itself counts."""
    day = starts_at.astimezone(work.zone).date()
    if text := why_not(work, _who_comes(work, appointment), appointment.type_code, day):
        raise UserError("who", text)


def _who_comes(work: Work, appointment: Appointment) -> Client:
    """The client of an appointment; while there is none, what the request says of the age."""
    if appointment.client_id is not None:
        return work.store.get(Client, appointment.client_id)
    request = work.store.find_one(AdviceRequest, id=appointment.request_id or "")
    return Client(first_name=appointment.who, birth_date=request.birth_date if request else None)


def why_not(work: Work, client: Client, type_code: str, day: date) -> str:
    """Why a minor cannot have an appointment of this type on a day, in a sentence; empty when nothing stands in the way.

    Whoever has authority must be known before an intake, and no parent who has it may refuse the treatment. An advice call is free.
    """
    if type_code == ADVICE_CALL or not deciding.is_minor(client.birth_date, day):
        return ""
    people = people_of(work.store, client.id)
    authority = deciding.authority_words(client, people, day) if type_code == INTAKE else ""
    return authority or deciding.refusal_words(client, people, day)


def refuse_treatment(work: Work, client: Client) -> None:
    """Raise ``UserError`` when a parent with authority refuses the treatment of a minor today."""
    if text := deciding.refusal_words(client, people_of(work.store, client.id), work.today()):
        raise UserError("", text)


@use_case("agenda.read", writes=False)
def what_hinders(work: Work, client_id: str, type_code: str, day: date | None = None) -> str:
    """What would stand in the way of an appointment of a client on a day (today), to say so before it is tried. The look is logged."""
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    return why_not(work, client, type_code, day or work.today())
