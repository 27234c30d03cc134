"""Documents in a client's file: added, listed, opened (AUDIT §8). Who may is who may read and write the client's consult notes."""

from __future__ import annotations

from hashlib import sha256

from nmx_desk.data import documents as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import MOST_BYTES, Document, DocumentRow, kind_of, safe_name
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.i18n import _
from nmx_desk.services.citizen_number import refuse_citizen_number
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case


@use_case("notes.write")
def add_document(work: Work, client_id: str, name: str, content: bytes) -> DocumentRow:
    """Keep a file in a client's file. Raises ``UserError`` for an empty one, one that is too large and one of another kind."""
    client = work.store.get(Client, client_id)
    work.need("notes.write", own=is_own(work, client), client_id=client.id)
    if not content:
        raise UserError("content", _("This file is empty. Choose another one."))
    if len(content) > MOST_BYTES:
        raise UserError("content", _("This file is larger than {n} MB. Make it smaller, or keep a part of it.").format(n=MOST_BYTES >> 20))
    kind = kind_of(content)
    if kind is None:
        raise UserError(
            "content", _("Only PDF, PNG, JPEG and plain text are kept, whatever a file is called. Save it as PDF and add that.")
        )
    name = safe_name(name, kind)
    refuse_citizen_number("name", name)
    made = work.store.add(
        Document(client_id=client.id, name=name, kind=kind, size=len(content), sha256=sha256(content).hexdigest(), content=content)
    )
    return DocumentRow(
        id=made.id, name=made.name, kind=made.kind, size=made.size, added_at=made.created_at, added_by=work.user.display_name
    )


@use_case("notes.read", writes=False)
def list_documents(work: Work, client_id: str) -> list[DocumentRow]:
    """A client's documents, the newest first, without their content. The look is logged."""
    client = work.store.get(Client, client_id)
    work.need("notes.read", own=is_own(work, client), client_id=client.id)
    work.seen("document_list", client.id, client.id)
    return data.rows(work.store, client.id)


@use_case("notes.read", writes=False)
def open_document(work: Work, document_id: str) -> Document:
    """A document with its content, which must still have its fingerprint. The opening is logged."""
    document = work.store.get(Document, document_id)
    work.need("notes.read", own=is_own(work, work.store.get(Client, document.client_id)), client_id=document.client_id)
    work.seen("document", document.id, document.client_id)
    if sha256(document.content).hexdigest() != document.sha256:
        raise EnvironmentProblem(_("This document is not what was kept: its content was changed. Ask the administrator to verify the log."))
    return document
