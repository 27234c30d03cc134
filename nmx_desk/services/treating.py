"""Who treats a client: the practitioner of the file, and for a dated period the locum who stands in (DOMAIN §6)."""

from __future__ import annotations

from nmx_desk.data import agenda as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import Role
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work


def treats(work: Work, client: Client) -> bool:
    """Whether the user is the client's practitioner, or stands in today for who is."""
    if client.practitioner_id is None:
        return False
    return client.practitioner_id == work.user.id or data.stands_in(work.store, work.user.id, client.practitioner_id, work.today())


def refuse_void(work: Work, note: ConsultNote) -> None:
    """Raise ``NotAllowed`` for a void note, unless the reader wrote it or is the manager."""
    if note.status is NoteStatus.VOID and note.author_id != work.user.id and Role.MANAGER not in work.roles:
        raise NotAllowed(_("This note was declared void. Only its author and the manager still read it."), right="notes.read")
