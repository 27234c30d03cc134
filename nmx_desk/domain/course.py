"""What ran when: the items of a client's plans as stretches of days over all versions, beside scores and contacts (DOMAIN §1 R20).

It says what came after what, never because of what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.plan_rules import Content, line_of, phase_starts
from nmx_desk.domain.plans import ItemStatus, Pillar, Plan, PlanItem, PlanVersion
from nmx_desk.i18n import N_

GONE = frozenset({ItemStatus.STOPPED, ItemStatus.COMPLETED})


class MarkKind(StrEnum):
    """What happened on one day."""

    VERSION = "version"
    ENDED = "ended"
    NOTE = "note"
    CALL = "call"
    CONTACT = "contact"


MARK_NAMES = {
    MarkKind.VERSION: N_("Plan activated"),
    MarkKind.ENDED: N_("Plan ended"),
    MarkKind.NOTE: N_("Consult"),
    MarkKind.CALL: N_("Advice call"),
    MarkKind.CONTACT: N_("Follow-up contact"),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something of one day: ``number`` of the version that was activated, ``moment`` the kind of note."""

    day: date
    kind: MarkKind
    number: int = 0
    moment: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """An item over all versions: from its first day until its last, None while it runs.

    ``began_planned``: its first day is the planned one, nobody wrote down when it began; ``ended_planned`` likewise. ``told``: how far
    it was kept to, as day and percentage, oldest first.
    """

    line: str
    text: str
    pillar: Pillar
    status: ItemStatus
    began: date
    ended: date | None = None
    began_planned: bool = False
    ended_planned: bool = False
    stop_reason: str = ""
    told: tuple[tuple[date, int], ...] = ()

    def ran_on(self, day: date) -> bool:
        """Whether it ran on a day, as far as is known."""
        return self.began <= day and (self.ended is None or day <= self.ended)


@dataclass(frozen=True, kw_only=True)
class Version:
    """An activated version with what it says: ``upto`` the day from which it did not hold any more, None while it does."""

    version: PlanVersion
    content: Content
    began: date
    upto: date | None = None


def held_versions(plans: Sequence[tuple[Plan, Sequence[tuple[PlanVersion, Content]]]], zone_days: Mapping[str, date]) -> list[Version]:
    """The activated versions of all plans, the first first. ``zone_days``: the clinic's day of each version's activation by its id."""
    found = []
    for plan, versions in plans:
        signed = sorted((one for one in versions if one[0].activated_at is not None), key=lambda one: (one[0].number, one[0].id))
        days = [zone_days[version.id] for version, _content in signed]
        for at, (version, content) in enumerate(signed):
            upto = days[at + 1] if at + 1 < len(signed) else plan.ended_on
            found.append(Version(version=version, content=content, began=version.valid_from or days[at], upto=upto))
    return sorted(found, key=lambda one: (one.began, one.version.number))


def bars_of(versions: Sequence[Version], today: date) -> list[Bar]:
    """One bar an item, whatever version it stands in; items that did not begin yet have none."""
    found: dict[str, Bar] = {}
    for held in versions:
        starts = phase_starts(held.content.phases, held.began)
        for item in held.content.items:
            bar = _bar(item, max(item.start_on or starts[item.phase_id], held.began), held, today)
            if bar is None:
                continue
            before = found.get(bar.line)
            if before is not None and before.began <= bar.began:
                bar = _joined(before, bar)
            found[bar.line] = bar
    return sorted(found.values(), key=lambda bar: (bar.began, bar.ended or date.max, bar.text))


def _bar(item: PlanItem, planned: date, held: Version, today: date) -> Bar | None:
    began = item.begun_on or planned
    over_before = held.upto is not None and planned >= held.upto
    if began > today or (item.begun_on is None and (item.status is ItemStatus.PLANNED or over_before)):
        return None
    ended, guessed = item.stopped_on, False
    if ended is None:
        last = min((day for day in (item.end_on, held.upto) if day is not None), default=None)
        over = item.status in GONE or held.upto is not None or (last is not None and last <= today)
        ended, guessed = (last or today, item.status in GONE) if over else (None, False)
    return Bar(
        line=line_of(item), text=item.text, pillar=item.pillar, status=item.status, began=began,
        ended=None if ended is None else max(ended, began), began_planned=item.begun_on is None, ended_planned=guessed,
        stop_reason=item.stop_reason,
    )  # fmt: skip


def _joined(first: Bar, later: Bar) -> Bar:
    """The same item in a later version: it goes on from where it began, with the words it has now."""
    return Bar(
        line=later.line, text=later.text, pillar=later.pillar, status=later.status, began=first.began, ended=later.ended,
        began_planned=first.began_planned, ended_planned=later.ended_planned, stop_reason=later.stop_reason,
    )  # fmt: skip
