"""Competence (ISO 9001 7.2): what each role needs, and what each person can show for it, with the day it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
