"""Reports of one thing of a client: the confirmation of an appointment (A3), a signed note (B2), a letter to the GP (B5).

They are made by the use cases that the pages of those things call as well: their first print may leave a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nmx_desk.data import consults as care_data
from nmx_desk.data import merging
from nmx_desk.data import referrals as letter_data
from nmx_desk.data.store import table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.notes import NOTE_KIND_NAMES, NoteStatus
from nmx_desk.i18n import _, language, translator
from nmx_desk.reports.formats import day, moment
from nmx_desk.services import confirmations, frozen, referrals
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.report_list import PAPERS, Report
from nmx_desk.services.treating import treats


@dataclass(frozen=True)
class Paper:
    """Something of a client that can be printed: what it is of, and how it is named in a list."""

    id: str
    words: str


@use_case("clients.read", writes=False)
def list_papers(work: Work, name: str, client_id: str) -> tuple[Paper, ...]:
    """What there is to print of a client as this report, the newest first; no content. The look at the client is logged."""
    report, client = _report(work, name), merging.current(work.store, client_id)
    work.need(report.right, own=name == "confirmation" or treats(work, client), client_id=client.id)
    work.seen("client", client.id, client.id)
    return tuple(_LISTS[name](work, client))


@use_case("session.use")
def make_paper(work: Work, name: str, paper_id: str) -> bytes:
    """One of them as PDF, logged as printed. Raises ``UserError``, ``NotAllowed`` and what its own use case raises."""
    _report(work, name)
    if not paper_id:
        raise UserError("paper", _("Choose what is to be printed."))
    return _MAKERS[name](work, paper_id)


def _report(work: Work, name: str) -> Report:
    if name not in PAPERS:
        raise UserError("report", _("There is no report “{name}”. Choose one from the list.").format(name=name))
    report = PAPERS[name]
    work.need(report.right)
    return report


def _appointments(work: Work, client: Client) -> list[Paper]:
    table = table_of(Appointment)
    to_come = (table.c.client_id == client.id, table.c.starts_at >= work.now())
    found = work.store.find(Appointment, *to_come, order=[table.c.starts_at])
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)}
    live = (one for one in found if one.status in {AppointmentStatus.OPTION, AppointmentStatus.CONFIRMED})
    return [Paper(one.id, f"{moment(one.starts_at, work.clinic.zone)} {kinds.get(one.type_code, one.type_code)}") for one in live]


def _notes(work: Work, client: Client) -> list[Paper]:
    signed = [note for note in care_data.notes_of(work.store, client.id) if note.status is not NoteStatus.DRAFT and not note.void_reason]
    names = care_data.user_names(work.store, {note.author_id for note in signed})
    t = translator(language())
    return [
        Paper(note.id, f"{day(note.care_date, t)}: {_(NOTE_KIND_NAMES[note.kind])}, {names.get(note.author_id, '')}") for note in signed
    ]


def _letters(work: Work, client: Client) -> list[Paper]:
    t = translator(language())
    found = letter_data.letters_of(work.store, client.id)
    return [Paper(one.id, f"{day(one.written_on, t)}: {one.to_practice or one.to_name or _('GP')}") for one in found]


_LISTS: dict[str, Callable[[Work, Client], list[Paper]]] = {"confirmation": _appointments, "note": _notes, "letter": _letters}
_MAKERS: dict[str, Callable[[Work, str], bytes]] = {
    "confirmation": lambda work, paper_id: confirmations.confirm_appointment(work, paper_id).pdf,
    "note": frozen.print_note,
    "letter": referrals.print_letter,
}
