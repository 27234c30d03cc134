"""From the cadence of a plan to dated contacts, and what a change of it does with those that are there (DOMAIN §1 R24, K12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.i18n import N_, _

MOST_WEEKS: Final = 52
MOST_CONTACTS: Final = 12
WINDOW: Final = 7


def parse_cadence(text: str) -> tuple[int, ...]:
    """The weeks of a cadence as typed (``4, 8 12``), in order. Raises ``UserError`` on ``cadence``."""
    words = [word for word in re.split(r"[\s,;+]+", text.strip()) if word]
    if not all(re.fullmatch(r"\d{1,3}", word) and 1 <= int(word) <= MOST_WEEKS for word in words):
        raise UserError("cadence", _("Write weeks from 1 to {n}, such as 4 8 12.").format(n=MOST_WEEKS))
    weeks = tuple(sorted({int(word) for word in words}))
    if len(weeks) > MOST_CONTACTS:
        raise UserError("cadence", _("At most {n} contacts are planned by a plan.").format(n=MOST_CONTACTS))
    return weeks


def cadence_text(weeks: Sequence[int]) -> str:
    """Weeks as they are stored."""
    return " ".join(map(str, weeks))


class ContactFate(StrEnum):
    """What an activation does with a contact."""

    ADDED = "added"
    MOVED = "moved"
    KEPT = "kept"
    BOOKED = "booked"
    LAPSED = "lapsed"


CONTACT_FATE_NAMES = {
    ContactFate.ADDED: N_("New contact"),
    ContactFate.MOVED: N_("Moved"),
    ContactFate.KEPT: N_("Stays"),
    ContactFate.BOOKED: N_("Booked, stays"),
    ContactFate.LAPSED: N_("Lapses"),
}


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A contact of the plan that is known, whatever its state; ``booked``: it has a live appointment."""

    follow_up: FollowUp
    booked: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactChange:
    """One contact: where it goes (``week``, ``due_on``) and, when it was there already, which one it is."""

    fate: ContactFate
    week: int | None
    due_on: date
    follow_up: FollowUp | None = None


def contact_changes(
    weeks: Sequence[int], start: date, today: date, known: Sequence[Planned], former: Sequence[int] = ()
) -> tuple[ContactChange, ...]:
    """What activating a plan with this cadence does, in order of day. ``start``: its first day; ``former``: the cadence it replaces.

    A booked contact stays. One that is not, stays with its week, moves to a new week, or lapses with its week. A week that was dealt
    with, whose contact somebody let lapse, or that has passed gets none; nor does one that has a contact of its own about that day.
    """
    planned = [one for one in known if one.follow_up.status is FollowUpStatus.PLANNED]
    dealt = {one.follow_up.week for one in known if one.follow_up.status in {FollowUpStatus.DONE, FollowUpStatus.MISSED}}
    dealt |= {one.follow_up.week for one in known if one.follow_up.status is FollowUpStatus.LAPSED and one.follow_up.week in former}
    ours = [one for one in planned if one.follow_up.week is not None]
    kept = [one for one in ours if one.booked or one.follow_up.week in weeks]
    loose = sorted((one.follow_up for one in ours if one not in kept), key=lambda one: one.due_on)
    by_hand = [one.follow_up.due_on for one in planned if one.follow_up.week is None]
    found = [
        ContactChange(
            fate=ContactFate.BOOKED if one.booked else ContactFate.KEPT, week=one.follow_up.week, due_on=one.follow_up.due_on,
            follow_up=one.follow_up,
        )
        for one in kept
    ]  # fmt: skip
    taken = {one.follow_up.week for one in kept} | dealt
    for week in weeks:
        due = start + timedelta(weeks=week)
        if week in taken or due <= today or any(abs((due - day).days) <= WINDOW for day in by_hand):
            continue
        moved = loose.pop(0) if loose else None
        fate = ContactFate.ADDED if moved is None else ContactFate.MOVED
        found.append(ContactChange(fate=fate, week=week, due_on=due, follow_up=moved))
    found += [ContactChange(fate=ContactFate.LAPSED, week=one.week, due_on=one.due_on, follow_up=one) for one in loose]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.week or 0)))
