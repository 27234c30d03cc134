"""The clinical file of a client: who may read and write it. Its parts (complaints, history, labs, …) ask here and nowhere else."""

from __future__ import annotations

from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work
from nmx_desk.services.plan_sheets import touch_file
from nmx_desk.services.treating import treats


def read_file(work: Work, client_id: str, what: str) -> Client:
    """The client, when the user may read the file: one's own, others with a reason. The look at ``what`` is logged."""
    client = work.store.get(Client, client_id)
    work.need("notes.read", own=treats(work, client), client_id=client.id)
    work.seen(what, client.id, client.id)
    return client


def write_file(work: Work, client_id: str) -> Client:
    """The client, when the user may write in the file: one's own and nobody's, others with a reason. The retention clock starts again."""
    client = work.store.get(Client, client_id)
    work.need("notes.write", own=client.practitioner_id is None or treats(work, client), client_id=client.id)
    touch_file(work, client.id)
    return client


def same_client(record: Record, client_id: str) -> None:
    """Raise ``Conflict`` for a record of another client's file."""
    if getattr(record, "client_id", "") != client_id:
        raise Conflict(_("This belongs to another client. Go back and open the client again."))
