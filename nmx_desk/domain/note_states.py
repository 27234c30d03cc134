"""The state machine *Verslag* as a table (DOMAIN §4): what may become of a note, and what is said when it may not."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.notes import NoteStatus
from nmx_desk.i18n import N_, _

_S = NoteStatus
NOTE_STEPS: Final[dict[NoteStatus, frozenset[NoteStatus]]] = {
    _S.DRAFT: frozenset({_S.SIGNED}),
    _S.SIGNED: frozenset({_S.AMENDED, _S.VOID}),
    _S.AMENDED: frozenset({_S.AMENDED, _S.VOID}),
    _S.VOID: frozenset(),
}
"""Where a note may go. Only a draft is still written, and deleted by its author; nothing leads back to it."""
SIGNED_STATES: Final = frozenset({_S.SIGNED, _S.AMENDED})
LOCKED_STATES: Final = frozenset(_S) - {_S.DRAFT}
"""Where nothing of a note changes any more."""
_REFUSED: Final = {
    _S.SIGNED: N_("This has been signed and cannot be changed any more. Add an addendum instead."),
    _S.AMENDED: N_("Only a signed note can have an addendum. Change the draft itself."),
    _S.VOID: N_("Only a signed note is declared void. Delete the draft instead."),
}
_VOID: Final = N_("This note was declared void. It stays as it is; begin a new one.")

LONG_UNSIGNED: Final = timedelta(days=7)
"""After so long the manager looks after it (DOMAIN §6)."""


class NoteWatch(StrEnum):
    """Why a note wants attention: an own draft, one that waits over a week, one whose author left, signed with a reason why late, void."""

    UNSIGNED = "unsigned"
    OVERDUE = "overdue"
    LEFT = "left"
    LATE = "late"
    VOID = "void"


def may_become(now: NoteStatus, then: NoteStatus) -> bool:
    """Whether the state machine has this step."""
    return then in NOTE_STEPS[now]


def check_step(now: NoteStatus, then: NoteStatus) -> None:
    """Raise ``Conflict`` with what to do instead where the state machine has no such step."""
    if not may_become(now, then):
        raise Conflict(_(_VOID if now is _S.VOID else _REFUSED[then]))


def check_draft(now: NoteStatus) -> None:
    """Raise ``Conflict`` unless it is still being written: the one state in which a note takes anything."""
    if now is not _S.DRAFT:
        raise Conflict(_(_VOID if now is _S.VOID else _REFUSED[_S.SIGNED]))
