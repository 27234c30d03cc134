"""The password before a signature: a note, an addendum, a plan (AUDIT §7, DOMAIN §3 "+ PIN")."""

from __future__ import annotations

from datetime import UTC, datetime

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.people import key_file
from nmx_desk.vault.attempts import Attempts
from nmx_desk.vault.errors import WrongPassword
from nmx_desk.vault.folder import ClinicFolder


@use_case("session.use", writes=False)
def confirm_signer(work: Work, password: str) -> None:
    """It is who signed in: the next signature at this desk may follow within minutes.

    Raises ``UserError`` on ``password``, and ``TooSoon`` as a sign-in would: a wrong one counts as a failed attempt.
    """
    attempts = Attempts(ClinicFolder(work.desk.folder).attempts)
    attempts.check_delay(datetime.now(UTC))
    try:
        key_file(work).open_slot(work.user.username, password)
    except WrongPassword:
        attempts.record(datetime.now(UTC), work.user.id)
        raise UserError("password", _("This is not your password. Nothing was signed.")) from None
    work.desk.confirm()
