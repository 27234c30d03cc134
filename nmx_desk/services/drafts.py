"""What somebody is typing: kept every two seconds, found again after a crash (AUDIT §3, §9).

Drafts are not clinic records, so the log has no entry for them; what becomes of a draft is one logged change when it is left or signed.
"""

from __future__ import annotations

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.notes import Draft
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case

MOST_CHARACTERS = 1_000_000


@use_case("session.use", typed=False)
def keep_draft(work: Work, kind: str, ref_id: str, client_id: str | None, content: str) -> Draft:
    """Keep what the user is typing (JSON text) about one record, over what was kept before."""
    if len(content) > MOST_CHARACTERS:
        raise UserError("", _("This text is too long to keep. Divide it over several notes."))
    kept = work.store.find_one(Draft, owner_id=work.user.id, kind=kind, ref_id=ref_id)
    if kept is None:
        return work.store.add(
            Draft(owner_id=work.user.id, kind=kind, ref_id=ref_id, client_id=client_id, content=content, saved_at=work.now())
        )
    return work.store.change(kept, content=content, saved_at=work.now())


@use_case("session.use", writes=False)
def find_draft(work: Work, kind: str, ref_id: str) -> Draft | None:
    """What the user was typing about a record and neither left nor signed; only one's own."""
    return work.store.find_one(Draft, owner_id=work.user.id, kind=kind, ref_id=ref_id)


@use_case("session.use")
def drop_draft(work: Work, kind: str, ref_id: str) -> None:
    """Forget what the user was typing about a record."""
    kept = work.store.find_one(Draft, owner_id=work.user.id, kind=kind, ref_id=ref_id)
    if kept is not None:
        work.store.remove(kept)
