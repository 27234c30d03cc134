"""What a client brings along: diagnoses, operations, family, medication, allergies, earlier tests, what was tried (DOMAIN §1 R3, R13, §4).

Days are as precise as they are known (:mod:`nmx_desk.domain.partial_dates`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.domain.plans import Pillar, Severity
from nmx_desk.i18n import N_


class HistoryKind(StrEnum):
    """What stands in the history."""

    DIAGNOSIS = "diagnosis"
    OPERATION = "operation"
    FAMILY = "family"


HISTORY_KIND_NAMES = {
    HistoryKind.DIAGNOSIS: N_("Diagnosis"),
    HistoryKind.OPERATION: N_("Operation"),
    HistoryKind.FAMILY: N_("In the family"),
}


@dataclass(frozen=True, kw_only=True)
class HistoryItem(Record):
    """A diagnosis, an operation, or what a relative has or had (``relation``, ``relative_age`` when it began with them).

    ``treated_by``: where it is under treatment now, the specialism or the doctor; the plan never replaces that.
    """

    client_id: str = ""
    kind: HistoryKind = HistoryKind.DIAGNOSIS
    name: str = ""
    began: str = ""
    ended: str = ""
    relation: str = ""
    relative_age: int | None = None
    treated_by: str = ""
    note: str = ""
    position: int = 1


class Taken(StrEnum):
    """What somebody takes."""

    MEDICATION = "medication"
    SUPPLEMENT = "supplement"


TAKEN_NAMES = {Taken.MEDICATION: N_("Medication"), Taken.SUPPLEMENT: N_("Supplement")}


@dataclass(frozen=True, kw_only=True)
class Medicine(Record):
    """A medicine or supplement that a client takes or took. ``dose`` is decimal text with a unit from ``plans.DOSE_UNITS``.

    ``stopped`` empty: still taken. ``item_line``: the plan item it came from, if any.
    """

    client_id: str = ""
    taken: Taken = Taken.MEDICATION
    name: str = ""
    dose: str = ""
    dose_unit: str = ""
    frequency: str = ""
    began: str = ""
    stopped: str = ""
    stop_note: str = ""
    prescriber: str = ""
    item_line: str = ""
    note: str = ""
    position: int = 1


class Reaction(StrEnum):
    """Whether it is an allergy or an intolerance."""

    ALLERGY = "allergy"
    INTOLERANCE = "intolerance"


REACTION_NAMES = {Reaction.ALLERGY: N_("Allergy"), Reaction.INTOLERANCE: N_("Intolerance")}


@dataclass(frozen=True, kw_only=True)
class Allergy(Record):
    """What a client does not bear, and what happens. ``ended``: since when it is no longer so."""

    client_id: str = ""
    reaction: Reaction = Reaction.ALLERGY
    name: str = ""
    words: str = ""
    severity: Severity | None = None
    began: str = ""
    ended: str = ""
    position: int = 1


class TestOutcome(StrEnum):
    """What an earlier test said, as far as the client knows."""

    __test__ = False  # no class of tests

    UNKNOWN = "unknown"
    NORMAL = "normal"
    ABNORMAL = "abnormal"


TEST_OUTCOME_NAMES = {TestOutcome.UNKNOWN: N_("Unknown"), TestOutcome.NORMAL: N_("Normal"), TestOutcome.ABNORMAL: N_("Abnormal")}


@dataclass(frozen=True, kw_only=True)
class PriorTest(Record):
    """An earlier test: what, where, when, what came out; ``document_id`` when it is in the file."""

    client_id: str = ""
    name: str = ""
    place: str = ""
    began: str = ""
    outcome: TestOutcome = TestOutcome.UNKNOWN
    note: str = ""
    document_id: str | None = None
    position: int = 1


EFFECT_NAMES = {-2: N_("Much worse"), -1: N_("Worse"), 0: N_("No effect"), 1: N_("Better"), 2: N_("Much better")}


@dataclass(frozen=True, kw_only=True)
class TriedBefore(Record):
    """What a client tried already. ``effect`` −2 (much worse) … +2 (much better), None when unknown; ``stop_note``: why it was stopped."""

    client_id: str = ""
    name: str = ""
    pillar: Pillar = Pillar.OTHER
    began: str = ""
    ended: str = ""
    effect: int | None = None
    stop_note: str = ""
    position: int = 1


class HistoryTopic(StrEnum):
    """A list of the history. Each is asked about, also where there is nothing to tell."""

    DIAGNOSES = "diagnoses"
    OPERATIONS = "operations"
    FAMILY = "family"
    MEDICATION = "medication"
    SUPPLEMENTS = "supplements"
    ALLERGIES = "allergies"
    TESTS = "tests"
    TRIED = "tried"


HISTORY_TOPIC_NAMES = {
    HistoryTopic.DIAGNOSES: N_("Diagnoses"),
    HistoryTopic.OPERATIONS: N_("Operations"),
    HistoryTopic.FAMILY: N_("Family"),
    HistoryTopic.MEDICATION: N_("Medication"),
    HistoryTopic.SUPPLEMENTS: N_("Supplements"),
    HistoryTopic.ALLERGIES: N_("Allergies and intolerances"),
    HistoryTopic.TESTS: N_("Earlier tests"),
    HistoryTopic.TRIED: N_("Tried before"),
}


@dataclass(frozen=True, kw_only=True)
class HistoryAsked(Record):
    """That a list was asked about on a day, and there was nothing to tell (now). What was told later stands above it."""

    client_id: str = ""
    topic: HistoryTopic = HistoryTopic.DIAGNOSES
    asked_on: date = date(1970, 1, 1)


class EventRole(StrEnum):
    """What part an event of a life plays."""

    EVENT = "event"
    ANTECEDENT = "antecedent"
    TRIGGER = "trigger"
    MEDIATOR = "mediator"


EVENT_ROLE_NAMES = {
    EventRole.EVENT: N_("Event"),
    EventRole.ANTECEDENT: N_("Antecedent"),
    EventRole.TRIGGER: N_("Trigger"),
    EventRole.MEDIATOR: N_("Mediator"),
}


@dataclass(frozen=True, kw_only=True)
class LifeEvent(Record):
    """Something that happened in a client's life. ``axes``: codes with a space between; ``source``: who told it, or where it stands."""

    client_id: str = ""
    began: str = ""
    ended: str = ""
    name: str = ""
    text: str = ""
    role: EventRole = EventRole.EVENT
    axes: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class EventComplaint(Record):
    """That an event and a complaint belong together."""

    event_id: str = ""
    complaint_id: str = ""
    client_id: str = ""


class Smoking(StrEnum):
    """Whether somebody smokes."""

    NEVER = "never"
    FORMER = "former"
    CURRENT = "current"


SMOKING_NAMES = {Smoking.NEVER: N_("Never smoked"), Smoking.FORMER: N_("Used to smoke"), Smoking.CURRENT: N_("Smokes")}


@dataclass(frozen=True, kw_only=True)
class LifestyleMeasurement(Record):
    """Food, sleep, exercise and stress as they are at a moment. None is not measured.

    ``nutrition``, ``sleep_quality`` 0–10 (10 good), ``stress`` 0–10 (10 worst); ``vegetables`` grams a day, ``alcohol`` glasses a week,
    ``caffeine`` cups a day, ``sleep_half_hours`` 0–48 a night, ``exercise`` minutes a week 0–5000.
    """

    client_id: str = ""
    measured_on: date = date(1970, 1, 1)
    moment: str = "intake"
    source_id: str | None = None
    nutrition: int | None = None
    pattern: str = ""
    vegetables: int | None = None
    alcohol: int | None = None
    caffeine: int | None = None
    sleep_half_hours: int | None = None
    sleep_quality: int | None = None
    exercise: int | None = None
    stress: int | None = None
    smoking: Smoking | None = None


LIFESTYLE_BOUNDS = {
    "nutrition": (0, 10), "vegetables": (0, 2000), "alcohol": (0, 200), "caffeine": (0, 50), "sleep_half_hours": (0, 48),
    "sleep_quality": (0, 10), "exercise": (0, 5000), "stress": (0, 10),
}  # fmt: skip
"""Least and most of each figure."""
