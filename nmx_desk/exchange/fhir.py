"""A client as FHIR R4 ``Patient``: contact data for another system. No citizen service number, nothing about care."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nmx_desk.domain.clients import Client, ClientStatus, NameUse, Sex
from nmx_desk.domain.contacts import CONTACT_LABEL_NAMES, ContactKind, ContactLabel, ContactPoint, is_mobile, own_points
from nmx_desk.domain.family import RELATION_NAMES, Relation, Representative
from nmx_desk.domain.names import clean_name
from nmx_desk.i18n import _

_HL7 = "http://hl7.org/fhir/StructureDefinition/"
_ORDER = {NameUse.OWN: "NL1", NameUse.PARTNER: "NL2", NameUse.PARTNER_OWN: "NL3", NameUse.OWN_PARTNER: "NL4"}
_GENDER = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.OTHER: "other", Sex.UNKNOWN: "unknown"}
_EMERGENCY = {"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C", "display": "Emergency Contact"}
_ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_ROLE_CODES = {Relation.PARENT: "PRN", Relation.GUARDIAN: "GUARD"}
_IN_USE = frozenset({ClientStatus.PROSPECT, ClientStatus.ACTIVE, ClientStatus.RESTING})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def patient(
    client: Client, points: Sequence[ContactPoint] = (), people: Sequence[Representative] = (), *, system: str, clinic: str
) -> dict[str, Any]:
    """The resource as JSON has it. ``system`` is the URI of the clinic's numbering, ``clinic`` its name. What is not known is left out.

    ``points``: how the client is reached, in order; without them what the client's own fields say. ``people``: who acts for the client.
    """
    return _known({
        "resourceType": "Patient",
        "id": client.id,
        "identifier": [_known({"use": "usual", "system": system, "value": client.client_no, "assigner": _shown(clinic)})],
        "active": client.status in _IN_USE,
        "name": _names(client),
        "telecom": [_telecom(point) for point in points or own_points(client)],
        "gender": _GENDER[client.sex],
        "birthDate": client.birth_date.isoformat() if client.birth_date else None,
        **_death(client),
        "address": _address(client),
        "contact": [*(_acting(one) for one in people), *_contact(client)],
        "communication": _communication(client),
        "generalPractitioner": _general_practitioner(client),
        "managingOrganization": _shown(clinic),
    })  # fmt: skip


def _known(parts: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, which FHIR does not allow; texts without what cannot be seen."""
    cleaned = {name: clean_name(value) if isinstance(value, str) else value for name, value in parts.items()}
    return {name: value for name, value in cleaned.items() if value not in (None, "", [], {})}


def _extension(url: str, kind: str, value: str) -> list[dict[str, Any]]:
    text = clean_name(value)
    return [{"url": url, kind: text}] if text else []


def _shown(text: str) -> dict[str, Any]:
    return _known({"display": text})


def _names(client: Client) -> list[dict[str, Any]]:
    """The name as people say it, and with the first names of the passport where they are known."""
    parts = [
        *_extension(f"{_HL7}humanname-own-prefix", "valueString", client.prefix),
        *_extension(f"{_HL7}humanname-own-name", "valueString", client.surname),
        *_extension(f"{_HL7}humanname-partner-prefix", "valueString", client.partner_prefix),
        *_extension(f"{_HL7}humanname-partner-name", "valueString", client.partner_surname),
    ]
    family = {
        "extension": [{"url": f"{_HL7}humanname-assembly-order", "valueCode": _ORDER[client.name_use]}],
        "family": client.family,
        "_family": _known({"extension": parts}),
        "prefix": list(filter(None, [clean_name(client.salutation)])),
    }
    given = list(filter(None, [clean_name(client.first_name)]))
    usual = _known({"use": "usual", "text": client.name, **family, "given": given})
    official = clean_name(client.first_names).split()
    return [usual, _known({"use": "official", **family, "given": official})] if official else [usual]


def _telecom(point: ContactPoint) -> dict[str, Any]:
    """A phone number or address; a label that FHIR has no code for stands in words beside it."""
    is_phone = point.kind is ContactKind.PHONE
    worded = point.label in {ContactLabel.PARENT, ContactLabel.PARTNER, ContactLabel.OTHER}
    label = _(CONTACT_LABEL_NAMES[point.label]) if worded else ""
    return _known({
        "system": "phone" if is_phone else "email",
        "value": point.value,
        "use": "work" if point.label is ContactLabel.WORK else "mobile" if is_phone and is_mobile(point) else None,
        "rank": point.position + 1 if is_phone else None,
        "extension": _extension(f"{_HL7}contactpoint-comment", "valueString", label),
    })  # fmt: skip


def _death(client: Client) -> dict[str, Any]:
    if client.deceased_on is not None:
        return {"deceasedDateTime": client.deceased_on.isoformat()}
    return {"deceasedBoolean": True} if client.status is ClientStatus.DECEASED else {}


def _address(client: Client) -> list[dict[str, Any]]:
    line = clean_name(f"{client.street} {client.house}")
    if not any((line, client.city, client.postcode)):
        return []
    parts = [
        *_extension(f"{_HL7}iso21090-ADXP-streetName", "valueString", client.street),
        *_extension(f"{_HL7}iso21090-ADXP-houseNumber", "valueString", client.house_no),
        *_extension(f"{_HL7}iso21090-ADXP-buildingNumberSuffix", "valueString", client.house_suffix),
    ]
    home = {"use": "home", "city": client.city, "postalCode": client.postcode, "country": client.country}
    return [_known({**home, "line": [line], "_line": [{"extension": parts}]} if line else home)]


def _acting(person: Representative) -> dict[str, Any]:
    """Somebody who acts for the client: a parent or guardian by code, whoever else in words."""
    coding = [{"system": _ROLES, "code": _ROLE_CODES[person.relation]}] if person.relation in _ROLE_CODES else []
    reached = [{"system": kind, "value": value} for kind, value in (("phone", person.phone), ("email", person.email)) if value]
    relationship = _known({"coding": coding, "text": _(RELATION_NAMES[person.relation])})
    return _known({"relationship": [relationship], "name": _known({"text": person.name}), "telecom": reached})


def _contact(client: Client) -> list[dict[str, Any]]:
    name = _known({"text": client.emergency_contact})
    return [{"relationship": [{"coding": [_EMERGENCY]}], "name": name}] if name else []


def _communication(client: Client) -> list[dict[str, Any]]:
    if not _LANGUAGE.fullmatch(client.language):
        return []
    return [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": client.language}]}, "preferred": True}]


def _general_practitioner(client: Client) -> list[dict[str, Any]]:
    shown = _shown(", ".join(filter(None, (client.gp_name, client.gp_practice, client.gp_city))))
    return [{"type": "Practitioner" if client.gp_name else "Organization", **shown}] if shown else []
