"""Scores, what ran of the plan, activations and contacts of a client on one line of time (DOMAIN §1 R20, EXPERIENCE §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import consults, following
from nmx_desk.data import course as query
from nmx_desk.domain.course import Bar, Mark, MarkKind, bars_of, held_versions
from nmx_desk.domain.note_states import SIGNED_STATES
from nmx_desk.services.care_file import read_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.scores import ScoreSheet, sheet_of


@dataclass(frozen=True, kw_only=True)
class CourseSheet:
    """Scores as series, items as bars, what happened as marks, each oldest first. ``today``: the clinic's."""

    scores: ScoreSheet
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    today: date


@use_case("notes.read", writes=False)
def open_course(work: Work, client_id: str) -> CourseSheet:
    """What was measured and what ran when. Own clients; others with a reason. The look is logged, at scores and at every version."""
    client = read_file(work, client_id, "scores")
    plans = query.plans_with_versions(work.store, client.id) if work.reach("plans.read") else []
    days = {
        version.id: version.activated_at.astimezone(work.zone).date()
        for _plan, versions in plans
        for version, _content in versions
        if version.activated_at is not None
    }
    held = held_versions(plans, days)
    for one in held:
        work.seen("plan_version", one.version.id, client.id)
    marks = [Mark(day=days[one.version.id], kind=MarkKind.VERSION, number=one.version.number) for one in held]
    marks += [Mark(day=plan.ended_on, kind=MarkKind.ENDED) for plan, _versions in plans if plan.ended_on is not None]
    marks += _contacts(work, client.id)
    return CourseSheet(
        scores=sheet_of(work, client.id), bars=tuple(_told(work, client.id, bars_of(held, work.today()))), today=work.today(),
        marks=tuple(sorted(marks, key=lambda one: (one.day, one.kind))),
    )  # fmt: skip


def _told(work: Work, client_id: str, bars: list[Bar]) -> Iterator[Bar]:
    """Bars with how far each item was kept to."""
    found = following.told_by_client(work.store, client_id) if bars else []
    for bar in bars:
        yield replace(bar, told=tuple((one.told_on, one.percent) for one in found if one.item_line == bar.line))


def _contacts(work: Work, client_id: str) -> Iterator[Mark]:
    """Consults, calls and contacts; a contact that was held on the day of its consult is that consult."""
    notes = [note for note in consults.notes_of(work.store, client_id) if note.status in SIGNED_STATES]
    for note in notes:
        yield Mark(day=note.care_date, kind=MarkKind.NOTE, moment=str(note.kind))
    for call in query.calls_of(work.store, client_id):
        yield Mark(day=call.started_at.astimezone(work.zone).date(), kind=MarkKind.CALL)
    for contact in query.held_contacts(work.store, client_id):
        if contact.done_on is not None and contact.done_on not in {note.care_date for note in notes}:
            yield Mark(day=contact.done_on, kind=MarkKind.CONTACT)
