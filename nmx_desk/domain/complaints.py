"""Health complaints in the client's own words, how bad they are, and the three standing outcomes (DOMAIN §2 Own scoring, §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.domain.notes import NOTE_KIND_NAMES
from nmx_desk.i18n import N_

MOST_SCORE = 10
MOMENT_NAMES = {
    "advice": N_("Advice call"),
    "interim": N_("In between"),
    "evaluation": N_("Evaluation"),
    **{str(kind): name for kind, name in NOTE_KIND_NAMES.items()},
}
"""When a score was measured."""


class Axis(StrEnum):
    """One of the seven axes of the clinic's way of looking."""

    BARRIER = "barrier"
    MICROBIOTA = "microbiota"
    IMMUNE = "immune"
    GUT_BRAIN = "gut_brain"
    LIVER = "liver"
    METABOLISM = "metabolism"
    HORMONES = "hormones"


AXIS_NAMES = {
    Axis.BARRIER: N_("Gut barrier"),
    Axis.MICROBIOTA: N_("Gut microbiota"),
    Axis.IMMUNE: N_("Immune system"),
    Axis.GUT_BRAIN: N_("Gut–brain axis and stress"),
    Axis.LIVER: N_("Liver"),
    Axis.METABOLISM: N_("Metabolism"),
    Axis.HORMONES: N_("Hormones"),
}


class Course(StrEnum):
    """How a complaint has been going; unknown is not asked."""

    UNKNOWN = ""
    STABLE = "stable"
    WORSE = "worse"
    BETTER = "better"
    INTERMITTENT = "intermittent"


COURSE_NAMES = {
    Course.UNKNOWN: N_("Course not asked"),
    Course.STABLE: N_("Stable"),
    Course.WORSE: N_("Getting worse"),
    Course.BETTER: N_("Getting better"),
    Course.INTERMITTENT: N_("Comes and goes"),
}


class Sphere(StrEnum):
    """Whether a complaint is of the body or of the mind; unknown where nobody said."""

    UNKNOWN = ""
    PHYSICAL = "physical"
    MENTAL = "mental"


SPHERE_NAMES = {Sphere.UNKNOWN: N_("Not said"), Sphere.PHYSICAL: N_("Physical"), Sphere.MENTAL: N_("Mental")}


class Insight(StrEnum):
    """What is known about an axis, and whence."""

    UNKNOWN = "unknown"
    SELF_REPORT = "self_report"
    LAB = "lab"


INSIGHT_NAMES = {Insight.UNKNOWN: N_("Unknown"), Insight.SELF_REPORT: N_("As told by the client"), Insight.LAB: N_("From a lab")}
STATE_NAMES = {0: N_("Not suspected"), 1: N_("Mildly suspected"), 2: N_("Moderately suspected"), 3: N_("Strongly suspected")}


class ToldBy(StrEnum):
    """Whose figure it is."""

    CLIENT = "client"
    PRACTITIONER = "practitioner"


TOLD_BY_NAMES = {ToldBy.CLIENT: N_("Told by the client"), ToldBy.PRACTITIONER: N_("Estimated by the practitioner")}


@dataclass(frozen=True, kw_only=True)
class Complaint(Record):
    """A health complaint in the client's own words.

    ``onset`` is a date as precise as it is known (:mod:`nmx_desk.domain.partial_dates`); ``rank`` 1 is the main complaint; ``code`` stands
    in version ``list_version`` of the catalogue, both empty for own words alone; ``axes`` are codes with a space between. One that is the
    same as another was ``merged_into`` that, one that turned out to be two has the first as ``split_from``; scores stay where they are.
    """

    client_id: str = ""
    code: str = ""
    list_version: int = 0
    words: str = ""
    onset: str = ""
    course: Course = Course.UNKNOWN
    sphere: Sphere = Sphere.UNKNOWN
    axes: str = ""
    rank: int = 1
    is_active: bool = True
    resolved_on: date | None = None
    merged_into: str | None = None
    split_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComplaintScore(Record):
    """How bad a complaint was in the past 7 days, 0 (none) – 10 (worst). ``source_id``: the call, note or follow-up it comes from.

    ``days_per_week`` 0–7 with the complaint, ``hinder`` 0–10: both may be left out.
    """

    complaint_id: str = ""
    client_id: str = ""
    score: int = 0
    days_per_week: int | None = None
    hinder: int | None = None
    measured_on: date = date(1970, 1, 1)
    moment: str = "advice"
    told_by: ToldBy = ToldBy.CLIENT
    source_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeScore(Record):
    """Calm, energy, resistance 0–10, where 10 is good. None is not measured."""

    client_id: str = ""
    calm: int | None = None
    energy: int | None = None
    resistance: int | None = None
    measured_on: date = date(1970, 1, 1)
    moment: str = "intake"
    told_by: ToldBy = ToldBy.CLIENT
    source_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AxisAssessment(Record):
    """What the practitioner thinks of one axis on a day: ``state`` 0 (not) – 3 (strongly suspected), None when not judged.

    ``hypothesis`` is why, in own words; it is the practitioner's, never generated. The newest of an axis holds.
    """

    client_id: str = ""
    axis: Axis = Axis.BARRIER
    state: int | None = None
    insight: Insight = Insight.UNKNOWN
    hypothesis: str = ""
    assessed_on: date = date(1970, 1, 1)
    source_id: str | None = None


def score_ok(score: int | None) -> bool:
    """Whether a score can be: 0–10, or blank for not measured. 0 is a value."""
    return score is None or 0 <= score <= MOST_SCORE


def axes_of(codes: str) -> tuple[Axis, ...]:
    """The axes that a text of codes names, in their own order; a code that is none is left out."""
    named = set(codes.split())
    return tuple(axis for axis in Axis if axis in named)


def axes_text(axes: Iterable[Axis]) -> str:
    """Axes as they are kept: codes in their own order with a space between."""
    wanted = set(axes)
    return " ".join(axis for axis in Axis if axis in wanted)


RESPONSE_POINTS, RESPONSE_SHARE = 2, 0.3
"""The clinic's own threshold, borrowed from pain research; printed as such."""


def responded(baseline: int, later: int) -> bool:
    """Whether a complaint is clearly less than at its baseline: 2 points and 30 % lower, both."""
    drop = baseline - later
    return drop >= RESPONSE_POINTS and drop >= RESPONSE_SHARE * baseline


def root_of(complaint_id: str, merged: Mapping[str, str | None]) -> str:
    """The complaint that one stands under now: ``merged`` says per id which other it was merged into, if any."""
    seen = {complaint_id}
    while (above := merged.get(complaint_id)) is not None and above not in seen:
        seen.add(above)
        complaint_id = above
    return complaint_id
