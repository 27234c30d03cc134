"""Competence (ISO 9001 7.2): what each role needs, and what each person can show for it, with the day it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.domain.people import Role
from nmx_desk.i18n import N_


class CompetenceKind(StrEnum):
    """What is shown."""

    DIPLOMA = "diploma"
    REGISTRATION = "registration"
    TRAINING = "training"
    POINTS = "points"
    PEERS = "peers"
    PRACTICE_AUDIT = "practice_audit"
    OTHER = "other"


COMPETENCE_KIND_NAMES = {
    CompetenceKind.DIPLOMA: N_("Diploma"),
    CompetenceKind.REGISTRATION: N_("Registration"),
    CompetenceKind.TRAINING: N_("Training"),
    CompetenceKind.POINTS: N_("Points for further training"),
    CompetenceKind.PEERS: N_("Peer supervision"),
    CompetenceKind.PRACTICE_AUDIT: N_("Practice audit"),
    CompetenceKind.OTHER: N_("Other"),
}


@dataclass(frozen=True, kw_only=True)
class CompetenceNeed(Record):
    """What a role asks for. ``points``: how many in a year, for points."""

    role: Role = Role.PRACTITIONER
    kind: CompetenceKind = CompetenceKind.DIPLOMA
    name: str = ""
    points: int | None = None
    note: str = ""
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Competence(Record):
    """What somebody can show. ``need_id``: what it answers; ``valid_to``: its last day; ``replaced_by``: the one that took its place."""

    user_id: str = ""
    need_id: str | None = None
    kind: CompetenceKind = CompetenceKind.DIPLOMA
    name: str = ""
    issuer: str = ""
    number: str = ""
    obtained_on: date = date(1970, 1, 1)
    valid_to: date | None = None
    points: int | None = None
    note: str = ""
    replaced_by: str | None = None
    ended_on: date | None = None


SOON: Final = timedelta(days=90)
"""So long before its last day a competence is to be renewed."""


class Standing(StrEnum):
    """How somebody stands against a need, from bad to good."""

    MISSING = "missing"
    EXPIRED = "expired"
    SHORT = "short"
    SOON = "soon"
    MET = "met"


STANDING_NAMES = {
    Standing.MISSING: N_("Not shown"),
    Standing.EXPIRED: N_("Expired"),
    Standing.SHORT: N_("Too few points"),
    Standing.SOON: N_("Expires soon"),
    Standing.MET: N_("Shown"),
}
GAPS: Final = frozenset({Standing.MISSING, Standing.EXPIRED, Standing.SHORT})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A person against a need. ``by``: what shows it best; ``points``: earned in the year up to the day, of a need for points."""

    standing: Standing
    by: Competence | None = None
    points: int | None = None


def holds(one: Competence, today: date) -> bool:
    """Whether it still counts for anything: not replaced by another, not ended."""
    return one.replaced_by is None and (one.ended_on is None or one.ended_on > today)


def standing_of(one: Competence, today: date) -> Standing:
    """How a competence itself stands; its last day is a valid one."""
    if one.valid_to is None:
        return Standing.MET
    if one.valid_to < today:
        return Standing.EXPIRED
    return Standing.SOON if one.valid_to <= today + SOON else Standing.MET


def points_in_year(mine: Iterable[Competence], need_id: str, last: date) -> int:
    """Points of a person for a need in the year up to and with a day; what was renewed since counts all the same."""
    first = last - relativedelta(years=1)
    return sum(one.points or 0 for one in mine if one.need_id == need_id and first < one.obtained_on <= last)


def judged(need: CompetenceNeed, mine: Iterable[Competence], today: date) -> Judged:
    """How somebody with these competences stands against a need.

    Points are counted over the year up to today. "Soon": what is left within 90 days is not enough any more.
    """
    own = [one for one in mine if one.need_id == need.id]
    if need.points is not None:
        have = points_in_year(own, need.id, today)
        newest = max(own, key=lambda one: one.obtained_on, default=None)
        if have < need.points:
            return Judged(standing=Standing.SHORT if have else Standing.MISSING, by=newest, points=have)
        left = sum(one.points or 0 for one in own if today + SOON - relativedelta(years=1) < one.obtained_on <= today)
        return Judged(standing=Standing.SOON if left < need.points else Standing.MET, by=newest, points=have)
    best = max(
        (one for one in own if holds(one, today) and one.obtained_on <= today),
        key=lambda one: (one.valid_to is None, one.valid_to or today, one.obtained_on), default=None,
    )  # fmt: skip
    return Judged(standing=standing_of(best, today) if best else Standing.MISSING, by=best)
