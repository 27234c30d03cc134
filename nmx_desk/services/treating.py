"""Who treats a client: the practitioner of the file, and for a dated period the locum who stands in (DOMAIN §6)."""

from __future__ import annotations

from nmx_desk.data import agenda as data
from nmx_desk.domain.clients import Client
from nmx_desk.services.desk import Work


def treats(work: Work, client: Client) -> bool:
    """Whether the user is the client's practitioner, or stands in today for who is."""
    if client.practitioner_id is None:
        return False
    return client.practitioner_id == work.user.id or data.stands_in(work.store, work.user.id, client.practitioner_id, work.today())
