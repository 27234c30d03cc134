"""The seven axes of a client: what the practitioner thinks of each and why, and what belongs to it (DOMAIN §1 R6–R8, R15, R20).

A judgement is a row of its own and the newest of an axis holds. State and hypothesis are the practitioner's; nothing is derived or advised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.data import axes as query
from nmx_desk.data import consults
from nmx_desk.data import labs as lab_data
from nmx_desk.domain.complaints import STATE_NAMES, Axis, AxisAssessment, Complaint, Insight, axes_of
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.history import LifeEvent
from nmx_desk.domain.labs import DOMAIN_AXES, LabResult
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, same_client, write_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting

LONGEST_HYPOTHESIS = 4000


@dataclass(frozen=True, kw_only=True)
class AxisSheet:
    """One axis: what was thought of it, the newest first, and the complaints, events and results that belong to it."""

    axis: Axis
    judged: tuple[AxisAssessment, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    events: tuple[LifeEvent, ...] = ()
    results: tuple[LabResult, ...] = ()

    @property
    def now(self) -> AxisAssessment | None:
        """The judgement that holds; None when it was never judged."""
        return self.judged[0] if self.judged else None


@dataclass(frozen=True, kw_only=True)
class AxesSheet:
    """The seven axes in their order; ``drafts``: the reader's own unsigned notes, with which a judgement may be entered."""

    axes: tuple[AxisSheet, ...]
    drafts: tuple[ConsultNote, ...]
    authors: dict[str, str]
    removable: frozenset[str]
    today: date


@use_case("notes.read", writes=False)
def open_axes(work: Work, client_id: str) -> AxesSheet:
    """A client's seven axes with all that was thought of them. Own clients; others with a reason. The look is logged."""
    client = read_file(work, client_id, "axis_assessment")
    judged, events = query.judgements_of(work.store, client.id), query.events_of(work.store, client.id)
    complaints = [one for one in consults.complaints_of(work.store, client.id) if one.merged_into is None]
    return AxesSheet(
        axes=tuple(
            AxisSheet(
                axis=axis, judged=tuple(one for one in judged if one.axis is axis),
                complaints=tuple(one for one in complaints if axis in axes_of(one.axes)),
                events=tuple(one for one in events if axis in axes_of(one.axes)),
                results=tuple(one for one in _newest(work, client.id) if DOMAIN_AXES.get(one.domain) is axis),
            )
            for axis in Axis
        ),
        drafts=tuple(query.drafts_of(work.store, client.id, work.user.id)),
        authors=consults.user_names(work.store, {one.created_by for one in judged}),
        removable=frozenset(one.id for one in judged if _removable(work, one)),
        today=work.today(),
    )  # fmt: skip


def _newest(work: Work, client_id: str) -> list[LabResult]:
    """The last result of each analyte."""
    found: dict[str, LabResult] = {}
    for one in sorted(lab_data.results_of(work.store, client_id), key=lambda one: (one.measured_on or date.min, one.position)):
        found[one.analyte.casefold()] = one
    return list(found.values())


@use_case("notes.write")
def judge_axis(
    work: Work, client_id: str, axis: Axis | str, state: int | None, insight: Insight | str, hypothesis: str = "",
    note_id: str | None = None,
) -> AxisAssessment:  # fmt: skip
    """Write down what is thought of an axis today, by itself or with an unsigned note of one's own. The same again is no new row."""
    client, of = write_file(work, client_id), Axis(axis)
    if state is not None and state not in STATE_NAMES:
        raise UserError("state", _("Choose how strongly it is suspected, or leave it open."))
    if note_id is not None:
        note = work.store.get(ConsultNote, note_id)
        same_client(note, client.id)
        if note.author_id != work.user.id or note.status is not NoteStatus.DRAFT:
            raise Conflict(_("This note is not an unsigned note of yours any more. Enter the judgement by itself."))
    text = fitting("hypothesis", hypothesis.strip(), LONGEST_HYPOTHESIS)
    wanted = AxisAssessment(
        client_id=client.id, axis=of, state=state, insight=Insight(insight), hypothesis=text, assessed_on=work.today(), source_id=note_id
    )
    before = next((one for one in query.judgements_of(work.store, client.id) if one.axis is of), None)
    if before is None and (state, wanted.insight, text) == (None, Insight.UNKNOWN, ""):
        raise UserError("state", _("Nothing was judged yet. Choose a state, or write down the hypothesis."))
    if before is not None and (before.state, before.insight, before.hypothesis) == (state, wanted.insight, text):
        return before
    return work.store.add(wanted)


@use_case("notes.write")
def forget_judgement(work: Work, judgement_id: str) -> None:
    """Take back a judgement of today of one's own, as long as its note is not signed; the log keeps it."""
    judged = work.store.get(AxisAssessment, judgement_id)
    write_file(work, judged.client_id)
    if not _removable(work, judged):
        raise NotAllowed(_("A judgement is taken back on its own day, by who wrote it, before its note is signed. Write a new one."))
    work.store.remove(judged)


def _removable(work: Work, judged: AxisAssessment) -> bool:
    if judged.created_by != work.user.id or judged.assessed_on != work.today():
        return False
    note = work.store.find_one(ConsultNote, id=judged.source_id) if judged.source_id else None
    return note is None or note.status is NoteStatus.DRAFT
