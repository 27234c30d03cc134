"""A client's complaints: written down, put in order, resolved, merged and split, and measured without a note (DOMAIN §4, §6 Scores).

No step takes a score away: what was measured stays with its complaint, and a complaint that was merged lends its scores to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import consults as query
from nmx_desk.data.lifestyle import lifestyle_of
from nmx_desk.domain import partial_dates
from nmx_desk.domain.code_lists import COMPLAINTS
from nmx_desk.domain.complaints import Complaint, ComplaintScore, OutcomeScore, Sphere, ToldBy, axes_of, axes_text, score_ok
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.history import LifestyleMeasurement
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, same_client, write_file
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.lifestyle import put_lifestyle
from nmx_desk.services.scores import MOST_WORDS, ComplaintSeries, ScoreSheet, forget_source, put_outcome, sheet_of
from nmx_desk.services.typed import one_line

BETWEEN = "interim"


@dataclass(frozen=True, kw_only=True)
class ComplaintsSheet:
    """What the part about complaints shows: scores, lifestyle, and the catalogue to choose from (``today``: the clinic's)."""

    scores: ScoreSheet
    lifestyle: tuple[LifestyleMeasurement, ...]
    catalogue: tuple[CodeItem, ...]
    today: date

    @property
    def active(self) -> tuple[ComplaintSeries, ...]:
        """Those that are not resolved, the main one first."""
        return tuple(series for series in self.scores.complaints if series.complaint.is_active)

    def sphere(self, complaint: Complaint) -> Sphere:
        """Physical or mental, as said, else as the catalogue has it."""
        if complaint.sphere is not Sphere.UNKNOWN:
            return complaint.sphere
        group = next((item.group for item in self.catalogue if item.code == complaint.code), "")
        return Sphere(group) if group in set(Sphere) else Sphere.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A complaint measured: score 0–10; days a week 0–7 and hinder 0–10 may be left out."""

    complaint_id: str
    score: int
    days_per_week: int | None = None
    hinder: int | None = None


@use_case("notes.read", writes=False)
def open_complaints(work: Work, client_id: str) -> ComplaintsSheet:
    """A client's complaints with all scores. Own clients; others with a reason. The look is logged."""
    client = read_file(work, client_id, "scores")
    return ComplaintsSheet(
        scores=sheet_of(work, client.id), lifestyle=tuple(lifestyle_of(work.store, client.id)),
        catalogue=tuple(items_of(work, COMPLAINTS)), today=work.today(),
    )  # fmt: skip


def _own(work: Work, complaint_id: str) -> Complaint:
    complaint = work.store.get(Complaint, complaint_id)
    write_file(work, complaint.client_id)
    if complaint.merged_into is not None:
        raise Conflict(_("This complaint was merged with another one. Change that one."))
    return complaint


def _tidy(work: Work, complaint: Complaint) -> Complaint:
    words = one_line("words", complaint.words, MOST_WORDS)
    if not words:
        raise UserError("words", _("Write down the complaint, in the client's own words."))
    onset = partial_dates.parse(complaint.onset, work.today())
    if onset is None:
        raise UserError("onset", _("Write since when as a year, a month and year, a day or an age, such as 2019, 5-2019 or 7 years."))
    catalogue = {item.code: item for item in items_of(work, COMPLAINTS)}
    if complaint.code and complaint.code not in catalogue:
        before = work.store.find_one(Complaint, id=complaint.id) if complaint.id else None
        if before is None or before.code != complaint.code:
            raise UserError("code", _("Choose a complaint from the list, or leave it open."))
    version = catalogue[complaint.code].list_version if complaint.code in catalogue else complaint.list_version if complaint.code else 0
    return replace(complaint, words=words, onset=onset, list_version=version, axes=axes_text(axes_of(complaint.axes)))


@use_case("notes.write")
def add_complaint(work: Work, client_id: str, complaint: Complaint) -> Complaint:
    """Write down a complaint, behind those there are."""
    client = write_file(work, client_id)
    last = max((one.rank for one in query.complaints_of(work.store, client.id) if one.is_active), default=0)
    made = _tidy(work, replace(complaint, id="", version=0, client_id=client.id, rank=last + 1, is_active=True, merged_into=None))
    return work.store.add(made)


@use_case("notes.write")
def change_complaint(work: Work, complaint: Complaint) -> Complaint:
    """Other words, onset, course, sphere, axes or code; its scores stay with it."""
    stored = _own(work, complaint.id)
    wanted = replace(
        stored, version=complaint.version, words=complaint.words, onset=complaint.onset, course=complaint.course, sphere=complaint.sphere,
        axes=complaint.axes, code=complaint.code,
    )  # fmt: skip
    wanted = _tidy(work, wanted)
    return stored if wanted == stored else work.store.change(wanted)


@use_case("notes.write")
def order_complaints(work: Work, client_id: str, ids: Sequence[str]) -> tuple[Complaint, ...]:
    """Put the active complaints in this order; the first is the main complaint. Raises ``Conflict`` when they are not these any more."""
    client = write_file(work, client_id)
    active = {one.id: one for one in query.complaints_of(work.store, client.id) if one.is_active}
    if len(ids) != len(set(ids)) or set(ids) != set(active):
        raise Conflict(_("The complaints have changed meanwhile. Look at them again."))
    for rank, complaint_id in enumerate(ids, 1):
        if active[complaint_id].rank != rank:
            work.store.change(active[complaint_id], rank=rank)
    return tuple(one for one in query.complaints_of(work.store, client.id) if one.is_active)


@use_case("notes.write")
def resolve_complaint(work: Work, complaint_id: str) -> Complaint:
    """It is over, since today."""
    complaint = _own(work, complaint_id)
    if not complaint.is_active:
        raise Conflict(_("This complaint is resolved already."))
    return work.store.change(complaint, is_active=False, resolved_on=work.today())


@use_case("notes.write")
def reopen_complaint(work: Work, complaint_id: str) -> Complaint:
    """It is there again, behind the others; or it never was over: the undo of resolving."""
    complaint = _own(work, complaint_id)
    if complaint.is_active:
        raise Conflict(_("This complaint is not resolved."))
    last = max((one.rank for one in query.complaints_of(work.store, complaint.client_id) if one.is_active), default=0)
    return work.store.change(complaint, is_active=True, resolved_on=None, rank=last + 1)


@use_case("notes.write")
def merge_complaints(work: Work, kept_id: str, gone_id: str) -> Complaint:
    """Two complaints are one: the second stands under the first from now on, its scores are shown with it."""
    kept, gone = _own(work, kept_id), _own(work, gone_id)
    same_client(gone, kept.client_id)
    if kept.id == gone.id:
        raise UserError("gone", _("Choose another complaint to merge this one with."))
    return work.store.change(gone, merged_into=kept.id, is_active=False)


@use_case("notes.write")
def unmerge_complaint(work: Work, complaint_id: str) -> Complaint:
    """A merged complaint stands by itself again, with its own scores."""
    complaint = work.store.get(Complaint, complaint_id)
    write_file(work, complaint.client_id)
    if complaint.merged_into is None:
        raise Conflict(_("There is nothing to take back."))
    return work.store.change(complaint, merged_into=None, is_active=complaint.resolved_on is None)


@use_case("notes.write")
def split_complaint(work: Work, complaint_id: str, words: str) -> Complaint:
    """One complaint turns out to be two: a new one beside it, which says what it came from. The scores stay with the first."""
    first = _own(work, complaint_id)
    made = replace(first, words=words, code="", split_from=first.id, resolved_on=None)
    return add_complaint(work, first.client_id, made)


@use_case("notes.write")
def measure(
    work: Work, client_id: str, measured: Sequence[Measured], outcome: OutcomeScore | None = None,
    lifestyle: LifestyleMeasurement | None = None, told_by: ToldBy = ToldBy.CLIENT,
) -> str:  # fmt: skip
    """Measure today, in between two notes. The id of this measurement, by which it can be forgotten again."""
    client, source = write_file(work, client_id), work.new_id()
    known = {one.id: one for one in query.complaints_of(work.store, client.id)}
    for one in measured:
        if one.complaint_id not in known:
            raise Conflict(_("The complaints have changed meanwhile. Look at them again."))
        _check(one)
        work.store.add(ComplaintScore(
            complaint_id=one.complaint_id, client_id=client.id, score=one.score, days_per_week=one.days_per_week, hinder=one.hinder,
            measured_on=work.today(), moment=BETWEEN, told_by=told_by, source_id=source,
        ))  # fmt: skip
    if outcome is not None:
        put_outcome(work, client.id, source, BETWEEN, replace(outcome, told_by=told_by))
    asked = lifestyle is not None and put_lifestyle(work, client.id, source, BETWEEN, lifestyle)
    if not (measured or asked or (outcome and any(value is not None for value in (outcome.calm, outcome.energy, outcome.resistance)))):
        raise UserError("", _("Nothing was measured yet. Give at least one score."))
    return source


def _check(one: Measured) -> None:
    bounds: Mapping[str, tuple[int | None, int]] = {"days_per_week": (one.days_per_week, 7), "hinder": (one.hinder, 10)}
    if one.score is None or not score_ok(one.score):
        raise UserError("score", _("A score is a whole number from 0 to 10."))
    for field, (value, most) in bounds.items():
        if value is not None and not 0 <= value <= most:
            raise UserError(field, _("Write a whole number from 0 to {n}.").format(n=most))


@use_case("notes.write")
def forget_measurement(work: Work, client_id: str, source_id: str) -> None:
    """Take back what was measured in between: a change of its own in the log. What belongs to a note or a call stays."""
    client = write_file(work, client_id)
    found: list[ComplaintScore | OutcomeScore | LifestyleMeasurement] = [
        *work.store.find(ComplaintScore, client_id=client.id, source_id=source_id),
        *work.store.find(OutcomeScore, client_id=client.id, source_id=source_id),
        *work.store.find(LifestyleMeasurement, client_id=client.id, source_id=source_id),
    ]
    if not found or any(one.moment != BETWEEN for one in found):
        raise Conflict(_("There is nothing to take back."))
    forget_source(work, client.id, source_id)
