"""The confirmation of an appointment (A3), as a letter and as text for an e-mail, in the client's language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.services import outbox
from nmx_desk.services.appointment_words import letter_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.report_base import print_context
from nmx_desk.services.representatives import mail_address


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A confirmation as PDF and as plain text; ``name`` is what a file of it is called, ``email`` where it would go.

    ``mailed``: the clinic sends mail, and it can go there.
    """

    pdf: bytes
    text: str
    name: str
    email: str = ""
    mailed: bool = False


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
        email=mail_address(work, client) if client else request.email if request else "", mailed=outbox.can_mail(work, made),
    )  # fmt: skip
