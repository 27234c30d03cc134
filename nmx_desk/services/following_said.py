"""How a plan goes, in words for prints and letters: what items were kept to, side effects, alarm symptoms told meanwhile. Facts only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from gettext import NullTranslations

from nmx_desk.data import following as data
from nmx_desk.data import plans as plan_data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.plan_rules import line_of
from nmx_desk.domain.plans import SEVERITY_NAMES, PlanVersion, SideEffect
from nmx_desk.reports import formats
from nmx_desk.reports.records import Titled
from nmx_desk.services.desk import Work
from nmx_desk.services.flags_said import said_in
from nmx_desk.services.referral_words import FlagSaid

MOST_TOLD = 6


def kept_last(work: Work, plan_id: str) -> dict[str, int]:
    """How far each item was kept to when it was asked last, by its line."""
    return {one.item_line: one.percent for one in data.told_of(work.store, plan_id)}


def kept_over_time(work: Work, version: PlanVersion) -> Iterable[Titled]:
    """Each item of a version that was asked after: what was told, oldest first, and between which days."""
    found = data.told_of(work.store, version.plan_id)
    for item in plan_data.content_of(work.store, version.id).items:
        told = [one for one in found if one.item_line == line_of(item)][-MOST_TOLD:]
        if told:
            days = dict.fromkeys(formats.short_day(day) for day in (told[0].told_on, told[-1].told_on))
            yield Titled(title=item.text, text=" → ".join(f"{one.percent} %" for one in told), note=" – ".join(days))


def effects_said(work: Work, client: Client, plan_id: str, t: NullTranslations) -> tuple[str, ...]:
    """Side effects of a plan, and those of earlier plans that go on: the newest first."""
    found = [one for one in data.effects_of(work.store, client.id) if one.plan_id == plan_id or one.ended_on is None]
    names = _items(work, {one.plan_id for one in found})
    return tuple(_effect(one, names.get(one.item_line, ""), t) for one in found)


def _items(work: Work, plans: Collection[str]) -> dict[str, str]:
    """Texts of items by their lines, as they stood last."""
    versions = [one for plan_id in plans for one in reversed(plan_data.versions_of(work.store, plan_id))]
    return {line_of(item): item.text for one in versions for item in plan_data.content_of(work.store, one.id).items}


def _effect(one: SideEffect, item: str, t: NullTranslations) -> str:
    words = f"{one.words} ({t.gettext(SEVERITY_NAMES[one.severity]).lower()})"
    since = t.gettext("since {when}").format(when=formats.short_day(one.began_on))
    until = t.gettext("until {day}").format(day=formats.short_day(one.ended_on)) if one.ended_on else ""
    action = one.action.rstrip(". ")
    said = ", ".join(filter(None, (words, since, until, action[:1].lower() + action[1:])))
    return f"{item.rstrip('. ')}: {said}" if item else said


def alarm_said(work: Work, client: Client, language: str) -> tuple[list[FlagSaid], date] | None:
    """What was told while the plan runs and is not settled, with its day; None when nothing stands."""
    found = data.alarms_of(work.store, client.id)
    if not found:
        return None
    flags = {flag.question: flag for check in found for flag in said_in(work, check, language)}
    return list(flags.values()), found[0].created_at.astimezone(work.zone).date()
