"""How follow-up goes (C3): contacts held and missed by month and by practitioner, how plans ended, what was stopped and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nmx_desk.domain import kpi_care as care
from nmx_desk.domain.cohorts import months_of
from nmx_desk.domain.kpi_facts import ContactFact, Facts
from nmx_desk.domain.kpi_shapes import DEFINITION_VERSION, Figure, Filters, Period
from nmx_desk.domain.kpi_view import Sheet, View

LATE_STEPS = (7, 30)
"""How many days over the days around a contact: up to 7, up to 30, more."""


@dataclass(frozen=True)
class Contacts:
    """Contacts that were due: held within the days around it, held outside them, overdue, still within them, and left out.

    ``first``: the first day of their month; ``practitioner_id``: whose they are.
    """

    in_window: int
    outside: int
    overdue: int
    waiting: int
    out: int
    first: date | None = None
    practitioner_id: str = ""

    @property
    def due(self) -> int:
        """All that count, those still within their days among them."""
        return self.in_window + self.outside + self.overdue + self.waiting


@dataclass(frozen=True)
class Kept:
    """How far steps of a kind were kept to, as clients told: mean of 0–100, and how often it was told."""

    pillar: str
    percent: float
    told: int


@dataclass(frozen=True)
class Told:
    """What plans say beside their figures: kept to by pillar, steps stopped by reason, side effects by severity."""

    kept: tuple[Kept, ...] = ()
    stopped: Mapping[str, int] = field(default_factory=dict)
    effects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FollowUpFigures:
    """All of it for a period. ``late``: overdue contacts by how long over, as in ``LATE_STEPS`` and beyond."""

    period: Period
    cut_off: datetime
    figures: tuple[Figure, ...]
    whole: Contacts
    months: tuple[Contacts, ...]
    practitioners: tuple[Contacts, ...]
    late: tuple[int, ...]
    told: Told
    definition_version: str = DEFINITION_VERSION


def follow_up(facts: Facts, period: Period, told: Told, filters: Filters | None = None) -> FollowUpFigures:
    """What was due in the period; figures K12, K13, K14 and K19."""
    sheet = Sheet(facts, filters or Filters())
    view, today = View(sheet, period), sheet.today
    due = sheet.contacts.within(period)
    who = sorted({contact.practitioner_id for contact in due})
    return FollowUpFigures(
        period, facts.cut_off,
        figures=(care.contacts_held(view), care.plans_completed(view), care.main_complaint(view), care.side_effects(view)),
        whole=_counted(due, today),
        months=tuple(_counted(sheet.contacts.within(month), today, first=month.first) for month in months_of(period)),
        practitioners=tuple(_counted((c for c in due if c.practitioner_id == one), today, practitioner_id=one) for one in who),
        late=_late(due, today), told=told,
    )  # fmt: skip


def _counted(contacts: Iterable[ContactFact], today: date, first: date | None = None, practitioner_id: str = "") -> Contacts:
    found = Counter(_state(contact, today) for contact in contacts)
    return Contacts(
        found["in_window"], found["outside"], found["overdue"], found["waiting"], found["out"], first=first, practitioner_id=practitioner_id
    )


def _state(contact: ContactFact, today: date) -> str:
    if contact.out:
        return "out"
    if contact.done_on is not None:
        return "in_window" if abs((contact.done_on - contact.due_on).days) <= contact.window_days else "outside"
    return "overdue" if over(contact, today) > 0 else "waiting"


def over(contact: ContactFact, today: date) -> int:
    """Days since the last of the days around it; 0 or less while it is not over."""
    return (today - contact.due_on - timedelta(days=contact.window_days)).days


def _late(contacts: Sequence[ContactFact], today: date) -> tuple[int, ...]:
    days = [over(contact, today) for contact in contacts if _state(contact, today) == "overdue"]
    steps = [0, *LATE_STEPS]
    upper = [*LATE_STEPS, None]
    return tuple(sum(low < day and (high is None or day <= high) for day in days) for low, high in zip(steps, upper, strict=True))
