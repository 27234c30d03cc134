"""What is still planned for a client who has died, taken off the agenda in one step that can be taken back."""

from __future__ import annotations

from nmx_desk.data import clients as data
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.desk import Work, use_case


@use_case("agenda.book")
def cancel_all_coming(work: Work, client_id: str) -> tuple[Appointment, ...]:
    """Cancel every appointment to come of a client who has died, for the clinic, so that none counts as late. Returns them."""
    client = work.store.get(Client, client_id)
    if not client.has_died:
        raise UserError("", _("This client has not died. Cancel appointments one by one in the agenda."))
    coming = data.coming_appointments(work.store, client.id, work.now())
    return tuple(agenda.cancel(work, item.id, "clinic", _("The client has died")) for item in coming)


@use_case("agenda.book")
def put_back_coming(work: Work, appointment_ids: tuple[str, ...]) -> None:
    """Undo of that, on the same day: all of them, or none when a moment was given to somebody else."""
    for appointment_id in appointment_ids:
        agenda.undo_status(work, appointment_id)
