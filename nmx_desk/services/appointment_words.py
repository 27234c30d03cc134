"""What is said of an appointment to who comes, on paper and by mail: when, with whom, where, what to bring."""

from __future__ import annotations

from nmx_desk.domain.agenda import Appointment, AppointmentType, Channel, Location
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.code_lists import BRING, brought_to
from nmx_desk.domain.people import User
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import translator
from nmx_desk.reports.records import ConfirmationPrint
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.desk import Work


def letter_of(
    work: Work, made: Appointment, client: Client | None, request: AdviceRequest | None, language_of: str
) -> ConfirmationPrint:
    """What is said of an appointment to who comes, in a language."""
    kind = work.store.find_one(AppointmentType, code=made.type_code) or AppointmentType(code=made.type_code)
    who = client or request
    things = [item.label(language_of) for item in items_of(work, BRING) if brought_to(item, kind)]
    return ConfirmationPrint(
        name=who.name if who else made.who, address=client.address_lines if client else (), start=made.starts_at, end=made.ends_at,
        type_name=kind.name(language_of), practitioner=work.store.get(User, made.practitioner_id).display_name,
        place=_place(work, made, who.phone if who else "", language_of), cancel_hours=kind.cancel_window_hours,
        bring=tuple(things), price_cents=kind.price_cents, clinic_phone=shown_phone(work.clinic.phone),
    )  # fmt: skip


def _place(work: Work, made: Appointment, phone: str, language_of: str) -> str:
    t, clinic = translator(language_of), work.clinic
    if made.channel is Channel.PHONE:
        known = t.gettext("By phone: we call you on {phone}").format(phone=shown_phone(phone))
        return known if phone else t.gettext("By phone: we call you")
    if made.channel is Channel.VIDEO:
        return t.gettext("By video: we send you the link")
    if made.location_id:
        location = work.store.get(Location, made.location_id)
        return f"{clinic.name}, {location.name}, {location.address}"
    return ", ".join(filter(None, (clinic.name, clinic.address, f"{clinic.postcode} {clinic.city}".strip())))
