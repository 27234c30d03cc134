"""A client's complaints and how bad they are: entered with a call or a note, read as series (DOMAIN §2 Own scoring, §6 Scores).

0 is a value and blank is "not measured"; nothing is ever filled in for it. Changing a complaint's words keeps its series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nmx_desk.data import consults as query
from nmx_desk.domain import partial_dates
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import AxisAssessment, Complaint, ComplaintScore, OutcomeScore, root_of, score_ok
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.history import LifestyleMeasurement
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.plans import Adherence
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.treating import treats

MOST_WORDS = 200


@dataclass(frozen=True, kw_only=True)
class ComplaintEntry:
    """A line of a form: a complaint and its score now, None when not measured. ``id`` is empty for a new one, ``words`` to drop it."""

    id: str = ""
    words: str = ""
    onset: str = ""
    code: str = ""
    score: int | None = None


@dataclass(frozen=True, kw_only=True)
class ComplaintSeries:
    """A complaint with its scores, oldest first."""

    complaint: Complaint
    scores: tuple[ComplaintScore, ...] = ()

    def before(self, source_id: str) -> int | None:
        """The last score from elsewhere than this call or note."""
        return next((score.score for score in reversed(self.scores) if score.source_id != source_id), None)

    def measured_in(self, source_id: str) -> int | None:
        """The score from this call or note."""
        return next((score.score for score in self.scores if score.source_id == source_id), None)


@dataclass(frozen=True, kw_only=True)
class ScoreSheet:
    """All scores of a client; ``merged``: complaints that stand under another one now."""

    complaints: tuple[ComplaintSeries, ...] = ()
    outcomes: tuple[OutcomeScore, ...] = ()
    merged: tuple[Complaint, ...] = ()

    def outcome_in(self, source_id: str) -> OutcomeScore:
        """Calm, energy and resistance as measured in this call or note; blank when they were not."""
        return next((found for found in self.outcomes if found.source_id == source_id), OutcomeScore())


def sheet_of(work: Work, client_id: str) -> ScoreSheet:
    """A client's scores; the caller has checked the right and logs the view."""
    complaints, scores = query.complaints_of(work.store, client_id), query.scores_of(work.store, client_id)
    merged = {one.id: one.merged_into for one in complaints}
    return ScoreSheet(
        complaints=tuple(
            ComplaintSeries(complaint=one, scores=_with_merged(one.id, scores, merged)) for one in complaints if one.merged_into is None
        ),
        outcomes=tuple(query.outcomes_of(work.store, client_id)),
        merged=tuple(one for one in complaints if one.merged_into is not None),
    )


def _with_merged(complaint_id: str, scores: Sequence[ComplaintScore], merged: Mapping[str, str | None]) -> tuple[ComplaintScore, ...]:
    """Its scores and those of what was merged into it; of two measured together its own counts."""
    found: dict[tuple[object, ...], ComplaintScore] = {}
    for score in scores:
        if root_of(score.complaint_id, merged) == complaint_id:
            together = (score.source_id or score.id, score.measured_on)
            if together not in found or score.complaint_id == complaint_id:
                found[together] = score
    return tuple(found.values())


def put_complaints(work: Work, client_id: str, source_id: str, moment: str, entries: Sequence[ComplaintEntry]) -> None:
    """Write complaints and their scores of one call or note; what is not among ``entries`` stays as it is.

    A new line in the words of a complaint that stands in the file already goes on with that one.
    """
    rank, named = 0, {entry.id for entry in entries if entry.id}
    others = [one for one in query.complaints_of(work.store, client_id) if one.merged_into is None and one.id not in named]
    same = {_folded(one.words): one for one in others}
    for entry in entries:
        known = _known(work, client_id, entry.id) if entry.id else same.pop(_folded(entry.words), None)
        if not entry.words.strip():
            if known is not None:
                _take_away(work, known, source_id)
            elif entry.score is not None:
                raise UserError("complaints", _("A score needs a complaint. Write down which complaint it is."))
            continue
        rank += 1
        complaint = _put_complaint(work, client_id, entry, known, rank)
        _put_score(work, complaint, source_id, moment, entry.score)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _known(work: Work, client_id: str, complaint_id: str) -> Complaint:
    known = work.store.get(Complaint, complaint_id)
    if known.client_id != client_id:
        raise Conflict(_("This complaint belongs to another client. Go back and open the client again."))
    return known


def _put_complaint(work: Work, client_id: str, entry: ComplaintEntry, known: Complaint | None, rank: int) -> Complaint:
    words = entry.words.strip()
    if len(words) > MOST_WORDS:
        raise UserError("complaints", _("Describe a complaint in at most {n} characters.").format(n=MOST_WORDS))
    onset = partial_dates.parse(entry.onset, work.today())
    if known is not None and not entry.id and not entry.onset.strip():
        onset = known.onset
    if onset is None:
        raise UserError("complaints", _("Write since when as a year, a month and year, a day or an age, such as 2019, 5-2019 or 7 years."))
    if not score_ok(entry.score):
        raise UserError("complaints", _("A score is a whole number from 0 to 10."))
    if known is None:
        return work.store.add(Complaint(client_id=client_id, words=words, onset=onset, code=entry.code, rank=rank))
    wanted = replace(known, words=words, onset=onset, code=entry.code or known.code, rank=rank, is_active=True)
    return known if wanted == known else work.store.change(wanted)


def _put_score(work: Work, complaint: Complaint, source_id: str, moment: str, value: int | None) -> None:
    kept = work.store.find_one(ComplaintScore, complaint_id=complaint.id, source_id=source_id)
    if kept is None and value is not None:
        made = ComplaintScore(complaint_id=complaint.id, client_id=complaint.client_id, score=value, moment=moment, source_id=source_id)
        work.store.add(replace(made, measured_on=work.today()))
    elif kept is not None and value is None:
        work.store.remove(kept)
    elif kept is not None and value is not None and kept.score != value:
        work.store.change(kept, score=value)


def _take_away(work: Work, complaint: Complaint, source_id: str) -> None:
    """A complaint that was only ever in this call or note goes; one with a history is closed."""
    kept = work.store.find(ComplaintScore, complaint_id=complaint.id)
    for score in kept:
        if score.source_id == source_id:
            work.store.remove(score)
    if any(score.source_id != source_id for score in kept):
        if complaint.is_active:
            work.store.change(complaint, is_active=False)
    else:
        work.store.remove(complaint)


def put_outcome(work: Work, client_id: str, source_id: str, moment: str, outcome: OutcomeScore) -> None:
    """Write calm, energy and resistance of one call or note; all blank is not measured, and no row."""
    values = (outcome.calm, outcome.energy, outcome.resistance)
    if not all(map(score_ok, values)):
        raise UserError("outcome", _("A score is a whole number from 0 to 10."))
    kept = work.store.find_one(OutcomeScore, client_id=client_id, source_id=source_id)
    blank = OutcomeScore(client_id=client_id, measured_on=work.today(), moment=moment, source_id=source_id)
    wanted = replace(kept or blank, calm=outcome.calm, energy=outcome.energy, resistance=outcome.resistance, told_by=outcome.told_by)
    measured = any(value is not None for value in values)
    if kept is None and measured:
        work.store.add(wanted)
    elif kept is not None and not measured:
        work.store.remove(kept)
    elif kept is not None and wanted != kept:
        work.store.change(wanted)


def forget_source(work: Work, client_id: str, source_id: str) -> None:
    """Take away everything measured and judged in a call or note that is itself taken away."""
    for score in work.store.find(ComplaintScore, client_id=client_id, source_id=source_id):
        work.store.remove(score)
    for outcome in work.store.find(OutcomeScore, client_id=client_id, source_id=source_id):
        work.store.remove(outcome)
    for told in work.store.find(LifestyleMeasurement, client_id=client_id, source_id=source_id):
        work.store.remove(told)
    for judged in work.store.find(AxisAssessment, client_id=client_id, source_id=source_id):
        work.store.remove(judged)
    for kept_to in work.store.find(Adherence, client_id=client_id, source_id=source_id):
        work.store.remove(kept_to)


@use_case("notes.write")
def save_scores(work: Work, note_id: str, entries: Sequence[ComplaintEntry], outcome: OutcomeScore | None = None) -> ScoreSheet:
    """Complaints and scores measured with a draft note, by its author."""
    note = work.store.get(ConsultNote, note_id)
    work.need("notes.write", own=note.author_id == work.user.id, client_id=note.client_id)
    if note.status is not NoteStatus.DRAFT:
        raise Conflict(_("This note has been signed. Enter new scores with the next contact."))
    put_complaints(work, note.client_id, note.id, str(note.kind), entries)
    if outcome is not None:
        put_outcome(work, note.client_id, note.id, str(note.kind), outcome)
    return sheet_of(work, note.client_id)


@use_case("notes.read", writes=False)
def score_series(work: Work, client_id: str) -> ScoreSheet:
    """A client's complaints and scores over time. Own clients; others with a reason."""
    client = work.store.get(Client, client_id)
    work.need("notes.read", own=treats(work, client), client_id=client_id)
    work.seen("scores", client.id, client.id)
    return sheet_of(work, client.id)
