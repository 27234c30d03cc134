"""The confirmation of an appointment in sight, wherever an appointment was made."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import confirmations, outbox
from nmx_desk.services.confirmations import Confirmation
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper import show_paper


def confirm(frame: Frame, owner: QWidget, appointment_id: str) -> None:
    """Make the confirmation and show it, to print, to copy or to send by e-mail."""

    def send() -> None:
        said = _("The confirmation goes out by e-mail.")
        frame.runner.do(outbox.send_confirmation, appointment_id, then=lambda _mail: frame.toast(said), owner=owner)

    def show(made: Confirmation) -> None:
        mail = send if made.mailed and frame.desk.may("mail.send") else None
        show_paper(frame, owner, _("Confirmation of the appointment"), made.pdf, made.name, text=made.text, email=made.email, mail=mail)

    frame.runner.do(confirmations.confirm_appointment, appointment_id, then=show, owner=owner)
