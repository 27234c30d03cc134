"""Clients: finding, opening, creating and changing them (DOMAIN §4 Cliënt, AUDIT §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import clients as data
from nmx_desk.data import consults as care_data
from nmx_desk.data import contacts as contact_data
from nmx_desk.data import doubles, family, merging
from nmx_desk.domain import deciding
from nmx_desk.domain.agenda import Appointment, AppointmentType
from nmx_desk.domain.client_views import (
    AppointmentRow,
    CareOverview,
    ClientList,
    ClientRow,
    ClientSheet,
    ComplaintCurve,
    Double,
    FlagLine,
    FlagSummary,
    PlanSummary,
)
from nmx_desk.domain.clients import (
    CONTACT_FIELDS,
    LONGEST,
    LONGEST_OTHER,
    OPEN_STATUSES,
    Client,
    ClientStatus,
    birth_date_ok,
    tidy_postcode,
)
from nmx_desk.domain.code_lists import RED_FLAGS
from nmx_desk.domain.consults import Answer
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.matching import Person
from nmx_desk.domain.people import Role
from nmx_desk.domain.personal import PERSON_FIELDS
from nmx_desk.domain.plans import PlanPhase, PlanVersion
from nmx_desk.domain.privacy import Tombstone
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.rights import Scope
from nmx_desk.i18n import _, language
from nmx_desk.services import grievances
from nmx_desk.services.consents import carry_over
from nmx_desk.services.contact_points import follow_form, points_of, tidy_email, tidy_phone
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.households import households_of
from nmx_desk.services.treating import treats
from nmx_desk.services.typed import one_line

PAGE = 100
MOST_DOUBLES = 10
_NOT_TYPED = {"name_use", "birth_date", "sex", "phone", "phone2", "email", "no_voicemail", "status", "practitioner_id", "deceased_on"}
_TEXTS = tuple(name for name in CONTACT_FIELDS if name not in _NOT_TYPED)


# -- the list ----------------------------------------------------------------------------------------------------------------------------


@use_case("clients.read", writes=False)
def list_clients(work: Work, text: str = "", limit: int = PAGE, after: str = "", tag: str = "") -> ClientList:
    """Clients in Dutch order, a piece at a time (``after`` of the last piece asks for the next); with ``text`` the best found for it.

    ``tag``: only those who have it, in the same order.
    Nobody found: those whose names come close. A look at the list is logged; a search is logged by ``search.settled``, when the typing
    stands still.
    """
    if text.strip() and not tag:
        found, guessed = data.found(work.store, text, limit)
        return ClientList(_rows(work, found), guessed=guessed)
    work.seen("client_list", "tag" if tag else "all", None)
    page = data.page(work.store, after, limit + 1, tag=tag, text=text)
    return ClientList(_rows(work, page[:limit]), page[limit - 1].id if len(page) > limit else "")


def _rows(work: Work, clients: Iterable[Client]) -> tuple[ClientRow, ...]:
    found, today = list(clients), work.today()
    names = care_data.user_names(work.store, {client.practitioner_id for client in found if client.practitioner_id})
    people = family.people_by_client(work.store, {client.id for client in found if deciding.is_minor(client.birth_date, today)})
    return tuple(
        ClientRow(
            client, client.age_on(today), names.get(client.practitioner_id or "", ""),
            deciding.alerts(client, people.get(client.id, ()), today),
        ) for client in found
    )  # fmt: skip


# -- one client --------------------------------------------------------------------------------------------------------------------------


@use_case("clients.read", writes=False)
def open_client(work: Work, client_id: str) -> ClientSheet:
    """A client's first page, as far as the user's role may see it; of a merged client that of who stayed.

    The opening is logged, care content and plan apart.
    """
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    today, people = work.today(), [(user.id, user.display_name) for user in agenda_data.practitioners(work.store)]
    names = care_data.user_names(work.store, {client.practitioner_id} if client.practitioner_id else set())
    coming = data.next_appointment(work.store, client.id, work.now())
    reach = work.reach("notes.read")
    own = is_own(work, client)
    open_to_me = reach is Scope.ALL or (reach is Scope.OWN and own)
    deciders, points = family.people_of(work.store, client.id), points_of(work, client)
    notices = deciding.sixteen_words(client.birth_date, today), deciding.contact_words(client, deciders, points, today)
    return ClientSheet(
        client=client, age=client.age_on(today), alerts=deciding.alerts(client, deciders, today), sixteen=" ".join(filter(None, notices)),
        practitioner=names.get(client.practitioner_id or "", ""), practitioners=tuple(people),
        may_assign=_may_assign(work, client), notes=data.count_notes(work.store, client.id),
        no_shows=agenda_data.no_shows(work.store, client.id),
        next_appointment=_appointment_rows(work, [coming])[0] if coming else None,
        next_step=data.next_follow_up(work.store, client.id), open_requests=data.count_open_requests(work.store, client.id),
        care=_care(work, client) if open_to_me else None, care_with_reason=reach is not None and not open_to_me,
        plan=_plan(work, client) if work.reach("plans.read") else None,
        earlier_numbers=tuple(merge.gone_no for merge in merging.merges_into(work.store, client.id)[::-1]),
        still_planned=len(data.coming_appointments(work.store, client.id, work.now())) if client.has_died else 0,
        points=points, households=households_of(work, client),
        tags=tuple(one.tag for one in contact_data.tags_of(work.store, client.id)),
        complaint_open=_complaint_open(work, client),
        destroyed_on=max((stone.destroyed_on for stone in work.store.find(Tombstone, client_id=client.id)), default=None),
    )  # fmt: skip


@use_case("notes.read", writes=False)
def open_care(work: Work, client_id: str) -> CareOverview:
    """Complaints, scores and red flags of a client; of another's client only with a reason, which is logged."""
    client = merging.current(work.store, client_id)
    work.need("notes.read", own=is_own(work, client), client_id=client.id)
    return _care(work, client)


def _complaint_open(work: Work, client: Client) -> bool:
    """For the reception and the manager: that a formal complaint is open, nothing of it. A practitioner treats without knowing."""
    return bool(work.roles & {Role.RECEPTIONIST, Role.MANAGER}) and grievances.has_open(work, client.id)


def is_own(work: Work, client: Client) -> bool:
    """Whether the user treats this client; without a fixed practitioner, who has or had an appointment or call with them does."""
    if client.practitioner_id is not None:
        return treats(work, client)
    return data.treated_by(work.store, client.id, work.user.id)


def _care(work: Work, client: Client) -> CareOverview:
    work.seen("scores", client.id, client.id)
    scores = care_data.scores_of(work.store, client.id)
    curves = tuple(
        ComplaintCurve(complaint, tuple(score for score in scores if score.complaint_id == complaint.id))
        for complaint in care_data.complaints_of(work.store, client.id)
        if complaint.is_active
    )
    return CareOverview(curves, tuple(care_data.outcomes_of(work.store, client.id)), _flags(work, client))


def _flags(work: Work, client: Client) -> FlagSummary | None:
    last = data.last_check(work.store, client.id)
    if last is None:
        return None
    check, answers = last
    work.seen("red_flag_check", check.id, client.id)
    labels = {item.code: item.label(language()) for item in care_data.list_version(work.store, RED_FLAGS, check.list_version)}
    yes = tuple(FlagLine(labels.get(item.code, item.code), item.assessed) for item in answers if item.answer is Answer.YES)
    asked_on = (check.completed_at or check.created_at).astimezone(work.zone).date()
    return FlagSummary(check.result, asked_on, yes, check.override_reason)


def _plan(work: Work, client: Client) -> PlanSummary | None:
    version = data.active_version(work.store, client.id)
    if version is None:
        return None
    work.seen("plan", version.plan_id, client.id)
    phases = tuple(data.phases_of(work.store, version.id))
    return PlanSummary(version.plan_id, version, phases, _current(work, version, phases), data.next_evaluation(work.store, version.id))


def _current(work: Work, version: PlanVersion, phases: tuple[PlanPhase, ...]) -> int | None:
    """Index of the phase of today, counting weeks from the day the version is valid from."""
    end = version.valid_from or (version.activated_at or version.created_at).astimezone(work.zone).date()
    if work.today() < end:
        return None
    for place, phase in enumerate(phases):
        end += timedelta(weeks=phase.weeks)
        if work.today() < end:
            return place
    return None


@use_case("agenda.read", writes=False)
def client_appointments(work: Work, client_id: str) -> tuple[AppointmentRow, ...]:
    """A client's appointments, newest first."""
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    return _appointment_rows(work, data.appointments_of(work.store, client.id))


def _appointment_rows(work: Work, appointments: list[Appointment]) -> tuple[AppointmentRow, ...]:
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)}
    names = care_data.user_names(work.store, {item.practitioner_id for item in appointments})
    return tuple(
        AppointmentRow(item, kinds.get(item.type_code, item.type_code), names.get(item.practitioner_id, "")) for item in appointments
    )


@use_case("requests.read", writes=False)
def client_requests(work: Work, client_id: str) -> tuple[AdviceRequest, ...]:
    """A client's requests, newest first."""
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    return tuple(data.requests_of(work.store, client.id))


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def tidy(work: Work, client: Client) -> Client:
    """The client as it is stored: trimmed, phone numbers E.164, e-mail lower case. Raises ``UserError`` for what cannot be."""
    changed: dict[str, Any] = {name: one_line(name, getattr(client, name), LONGEST.get(name, LONGEST_OTHER)) for name in _TEXTS}
    if not changed["first_name"] and not changed["surname"]:
        raise UserError("surname", _("Fill in a name."))
    if not birth_date_ok(client.birth_date, work.today()):
        raise UserError("birth_date", _("This birth date cannot be right. Check day, month and year."))
    country = changed["country"] = changed["country"].upper() or "NL"
    changed["postcode"] = _postcode(changed["postcode"], country)
    changed |= {field: tidy_phone(field, getattr(client, field), country) for field in ("phone", "phone2")}
    changed["email"] = tidy_email(client.email)
    if not changed["phone"] and not changed["email"]:
        raise UserError("phone", _("Fill in a phone number or an e-mail address."))
    return replace(client, **changed, **_end(work, client))


def _postcode(text: str, country: str) -> str:
    postcode = tidy_postcode(text, country)
    if postcode is None:
        raise UserError("postcode", _("This is not a Dutch postcode. Write it as 1234 AB, or choose another country."))
    return postcode


def _end(work: Work, client: Client) -> dict[str, Any]:
    """Status and day of death say the same."""
    died = client.deceased_on
    if died is not None and (died > work.today() or (client.birth_date is not None and died < client.birth_date)):
        raise UserError("deceased_on", _("This day cannot be right. Check day, month and year."))
    if died is not None:
        return {"status": ClientStatus.DECEASED}
    return {"status": ClientStatus.ACTIVE if client.status is ClientStatus.DECEASED else client.status}


@use_case("clients.change")
def create_client(work: Work, client: Client) -> Client:
    """A new client with the next client number (C-000001, never used again)."""
    made = tidy(work, Client(**{name: getattr(client, name) for name in CONTACT_FIELDS}))
    _check_practitioner(work, made)
    return work.store.add(replace(made, client_no=f"C-{work.store.next_number('client_no'):06}"))


@use_case("clients.change")
def change_client(work: Work, client: Client) -> Client:
    """Change a client's contact data at the version it was read; nothing else of the client is touched."""
    stored = work.store.get(Client, client.id)
    wanted = tidy(work, replace(stored, version=client.version, **{name: getattr(client, name) for name in CONTACT_FIELDS}))
    if wanted.status != stored.status and wanted.status not in {*OPEN_STATUSES, ClientStatus.DECEASED}:
        raise UserError("status", _("Choose one of the statuses from the list."))
    if wanted.practitioner_id != stored.practitioner_id:
        if not _may_assign(work, stored):
            raise NotAllowed(_("This client has another practitioner. Ask the reception or the manager to change that."))
        _check_practitioner(work, wanted)
    wanted = follow_form(work, stored, wanted)
    return stored if wanted == stored else work.store.change(wanted)


def _may_assign(work: Work, client: Client) -> bool:
    """Whether the user may say who treats a client: who opens a file that way must not be the one to decide it."""
    return bool(work.roles & {Role.RECEPTIONIST, Role.MANAGER}) or client.practitioner_id == work.user.id


def _check_practitioner(work: Work, client: Client) -> None:
    if client.practitioner_id and not agenda_data.practitioners(work.store, client.practitioner_id):
        raise UserError("practitioner_id", _("This user is not a practitioner any more. Choose another one."))


@use_case("clients.read", writes=False)
def find_doubles(work: Work, client: Client) -> tuple[Double, ...]:
    """Clients who may be the same person as this one, the sure ones first: to be looked at before a new client is made."""
    made = tidy(work, client)
    found = doubles_of(work, made.person, but={made.id, *doubles.others_than(work.store, made.id)})
    for double in found:
        work.seen("client", double.client.id, double.client.id)
    return found


def doubles_of(work: Work, person: Person, *, but: Collection[str] = (), limit: int = MOST_DOUBLES) -> tuple[Double, ...]:
    """Clients who may be this person, the sure ones first; ``but`` these; the look is not yet logged."""
    alike = [(who, why) for who, why in doubles.alike(work.store, person).items() if who not in but][:limit]
    clients = {client.id: client for client in data.by_ids(work.store, [who for who, _why in alike])}
    return tuple(Double(clients[who], why) for who, why in alike if who in clients)


def client_from_request(work: Work, request: AdviceRequest) -> Client:
    """The client behind a request: the one it is linked to, or a new prospect made from what the request says."""
    if request.client_id is not None:
        return work.store.get(Client, request.client_id)
    client = work.store.add(
        Client(
            client_no=f"C-{work.store.next_number('client_no'):06}",
            **{field: getattr(request, field) for field in PERSON_FIELDS},
            status=ClientStatus.PROSPECT,
        )
    )
    work.store.change(request, client_id=client.id)
    carry_over(work, request, client)
    return client


@use_case("clients.read", writes=False)
def client_id_of(work: Work, client_no: str) -> str:
    """The id behind a client number (C-000001). Raises ``UserError``."""
    found = work.store.find_one(Client, client_no=client_no.strip().upper())
    if found is None:
        raise UserError("client", _("There is no client with this number. Check it."))
    return found.id
