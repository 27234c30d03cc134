"""The confirmation of an appointment (A3), as a letter and as text for an e-mail, in the client's language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType, Channel
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.code_lists import BRING, brought_to
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _, translator
from nmx_desk.reports.records import ConfirmationPrint
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.reports import print_context
from nmx_desk.services.representatives import mail_address


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A confirmation as PDF and as plain text; ``name`` is what a file of it is called, ``email`` where it would go."""

    pdf: bytes
    text: str
    name: str
    email: str = ""


@use_case("reports.desk", writes=False)
def confirm_appointment(work: Work, appointment_id: str) -> Confirmation:
    """Make the confirmation of an appointment that is to come; logged as printed. Raises ``UserError`` when it is not on any more."""
    from nmx_desk.reports.reception import appointment_confirmation, confirmation_text

    made = work.store.get(Appointment, appointment_id)
    if made.status not in {AppointmentStatus.OPTION, AppointmentStatus.CONFIRMED} or made.starts_at < work.now():
        raise UserError("", _("This appointment is not to come any more: there is nothing to confirm."))
    client = work.store.find_one(Client, id=made.client_id) if made.client_id else None
    request = work.store.find_one(AdviceRequest, id=made.request_id) if made.request_id else None
    language_of = known_language(client.language if client else work.clinic.language)
    letter = letter_of(work, made, client, request, language_of)
    work.seen("confirmation", made.id, made.client_id, code="PRINT")
    if client is None and request is not None:
        work.seen("advice_request", request.id, None, code="PRINT")
    ctx = replace(print_context(work, "A3"), language=language_of)
    return Confirmation(
        pdf=appointment_confirmation(ctx, letter), text=confirmation_text(ctx, letter), name=f"{letter.name} {made.wall_start[:10]}",
        email=mail_address(work, client) if client else request.email if request else "",
    )  # fmt: skip


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
        place=_place(work, made.channel, who.phone if who else "", language_of), cancel_hours=kind.cancel_window_hours,
        bring=tuple(things), price_cents=kind.price_cents, clinic_phone=shown_phone(work.clinic.phone),
    )  # fmt: skip


def _place(work: Work, channel: Channel, phone: str, language_of: str) -> str:
    t, clinic = translator(language_of), work.clinic
    if channel is Channel.PHONE:
        known = t.gettext("By phone: we call you on {phone}").format(phone=shown_phone(phone))
        return known if phone else t.gettext("By phone: we call you")
    if channel is Channel.VIDEO:
        return t.gettext("By video: we send you the link")
    return ", ".join(filter(None, (clinic.name, clinic.address, f"{clinic.postcode} {clinic.city}".strip())))
