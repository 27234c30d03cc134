"""Contact data that leaves as a file: a client as vCard or FHIR Patient, the list as CSV or XLSX. Logged for everybody who is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from nmx_desk.data import clients as data
from nmx_desk.data import consults as care_data
from nmx_desk.data import contacts, merging
from nmx_desk.data.family import people_of
from nmx_desk.domain import deciding
from nmx_desk.domain.clients import CONTACT_FIELDS, Client, shown_phone
from nmx_desk.domain.contacts import CONTACT_LABEL_NAMES, ContactPoint, own_points
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.logvalues import CODED, WORDS
from nmx_desk.domain.logwords import field_name
from nmx_desk.domain.people import Role
from nmx_desk.i18n import _
from nmx_desk.services.clients import is_own
from nmx_desk.services.consents import agreeing
from nmx_desk.services.contact_points import points_of
from nmx_desk.services.desk import Work, use_case

RIGHT = "export.clients"
REPORTED = 500  # rows from one sign of progress to the next


@use_case(RIGHT, writes=False, aside=True)
def export_vcard(work: Work, client_id: str) -> bytes:
    """A client as vCard 3.0; another's client only with a reason. Of a merged client that of who stayed."""
    from nmx_desk.exchange.vcards import vcard

    client = _leaving(work, client_id, "vcard")
    return vcard(client, points_of(work, client))


@use_case(RIGHT, writes=False, aside=True)
def export_fhir(work: Work, client_id: str) -> bytes:
    """A client as FHIR R4 Patient in JSON; another's client only with a reason. Of a merged client that of who stayed."""
    from nmx_desk.exchange.fhir import patient

    client = _leaving(work, client_id, "fhir")
    people = deciding.acting(client.birth_date, people_of(work.store, client.id), work.today())
    made = patient(client, points_of(work, client), people, system=f"urn:uuid:{work.desk.db_uuid}", clinic=work.clinic.name)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _leaving(work: Work, client_id: str, form: str) -> Client:
    client = merging.current(work.store, client_id)
    work.need(RIGHT, own=is_own(work, client), client_id=client.id)
    work.seen("client", client.id, client.id, code="EXPORT", values={"format": form})
    return client


@use_case(RIGHT, writes=False, aside=True)
def export_client_list(work: Work, form: str = "csv") -> bytes:
    """The list of clients as CSV for a Dutch spreadsheet or as XLSX: a practitioner's own, a manager's with a reason everybody.

    Each client in it has an entry, so that it stands in the list of who saw the file.
    """
    everybody = Role.MANAGER in work.roles and bool(work.reason.strip())
    work.need(RIGHT, own=not everybody)
    found = data.in_use(work.store, None if everybody else work.user.id)
    work.seen("client_list", "all" if everybody else "own", None, code="EXPORT", values={"format": form, "rows": str(len(found))})
    for client in found:
        work.seen("client", client.id, client.id, code="EXPORT", values={"format": form})
    return _table(work, found, form)


def _table(work: Work, found: list[Client], form: str) -> bytes:
    from nmx_desk.reports.formats import csv_bytes
    from nmx_desk.reports.sheets import xlsx_bytes

    names = care_data.user_names(work.store, {client.practitioner_id for client in found if client.practitioner_id})
    fields = ("client_no", *CONTACT_FIELDS)
    headings = [name[:1].upper() + name[1:] for name in (field_name(field, "client") for field in fields)]
    headings += [_("All phone numbers and addresses"), _("Newsletter")]
    lists = contacts.points_of(work.store, [client.id for client in found])
    write = xlsx_bytes if form == "xlsx" else csv_bytes
    return write(headings, _lines(work, found, fields, lists, names))


def _lines(
    work: Work, found: list[Client], fields: Sequence[str], lists: Mapping[str, Sequence[ContactPoint]], names: Mapping[str, str]
) -> Iterator[list[object]]:
    agreed = agreeing(work, found, ConsentPurpose.NEWSLETTER)
    for done, client in enumerate(found):
        if done % REPORTED == 0:
            work.progress.report(done, len(found))
        reached = _reached(lists.get(client.id) or own_points(client))
        yield [*(_cell(client, field, names) for field in fields), reached, _("yes") if client.id in agreed else _("no")]


def _reached(points: Sequence[ContactPoint]) -> str:
    """Every number and address with its label: ``Mobile: 06 12 34 56 78; Work: a@example.org``."""
    return "; ".join(f"{_(CONTACT_LABEL_NAMES[point.label])}: {shown_phone(point.value)}" for point in points)


def _cell(client: Client, field: str, names: Mapping[str, str]) -> object:
    value = getattr(client, field)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, StrEnum):
        return _(WORDS[type(value)][value])
    if field in {"phone", "phone2"}:
        return shown_phone(value)
    if field == "practitioner_id":
        return names.get(value, "")
    return _(CODED[field][value]) if value in CODED.get(field, {}) else value
