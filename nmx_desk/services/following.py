"""How a plan goes: how far each item is kept to, side effects, stop rules (DOMAIN §4 Vervolgcontact, Planitem).

Adherence is a percentage an item was kept to, as the client tells it: 0 is a value, and what was not asked has no row. Nothing is reckoned
from it. A stop for a side effect writes the effect and the stop in one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import following as data
from nmx_desk.data import plans as plan_data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.plan_rules import line_of, phase_starts
from nmx_desk.domain.plans import Adherence, FollowUp, ItemStatus, Plan, PlanItem, PlanVersion, Severity, SideEffect, StopReason
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _
from nmx_desk.services.care_file import same_client
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import is_own, own_plan, touch_file
from nmx_desk.services.plan_starts import plan_start
from nmx_desk.services.plans import reopen_item, stop_item
from nmx_desk.services.tasks import drop_tasks, put_task
from nmx_desk.services.typed import fitting, one_line

LONGEST_WORDS = 300
LEAST_REASON = 3
RUNNING = frozenset({ItemStatus.ACTIVE})
_LIVING = frozenset({ItemStatus.ACTIVE, ItemStatus.PAUSED})


@dataclass(frozen=True, kw_only=True)
class Followed:
    """An item of the active version with what was told of it, oldest first, and its side effects, the newest first.

    ``began``: its first day, as written down or else as planned.
    """

    item: PlanItem
    began: date = date(1970, 1, 1)
    today: date = date(1970, 1, 1)
    told: tuple[Adherence, ...] = ()
    effects: tuple[SideEffect, ...] = ()

    @property
    def line(self) -> str:
        """What names it whatever version it stands in."""
        return line_of(self.item)

    @property
    def running(self) -> bool:
        """Whether it is asked after: active, and its first day has come."""
        return self.item.status in RUNNING and self.began <= self.today

    def on(self, day: date) -> int | None:
        """What was told on a day; None when it was not asked."""
        return next((one.percent for one in self.told if one.told_on == day), None)

    def before(self, day: date) -> int | None:
        """What was told the last time before a day."""
        return next((one.percent for one in reversed(self.told) if one.told_on < day), None)


@dataclass(frozen=True, kw_only=True)
class FollowingSheet:
    """The active plan of a client with what became of its items; ``plan`` is None when none is active.

    ``earlier``: side effects of items that stand no longer in the version; ``own``: the user may write without a reason.
    """

    client_id: str
    plan: Plan | None = None
    version: PlanVersion | None = None
    items: tuple[Followed, ...] = ()
    earlier: tuple[SideEffect, ...] = ()
    today: date = date(1970, 1, 1)
    own: bool = False

    @property
    def running(self) -> tuple[Followed, ...]:
        """The items that are asked after."""
        return tuple(one for one in self.items if one.running)


@use_case("plans.read", writes=False)
def open_following(work: Work, client_id: str) -> FollowingSheet:
    """How a client's active plan goes, item by item. The look is logged."""
    client = work.store.get(Client, client_id)
    sheet = following_sheet(work, client)
    if sheet.version is not None:
        work.seen("following", sheet.version.id, client.id)
    return sheet


def following_sheet(work: Work, client: Client) -> FollowingSheet:
    """As :func:`open_following`; the caller has checked the right and logs the view."""
    found = data.active_plan(work.store, client.id)
    if found is None:
        return FollowingSheet(client_id=client.id, today=work.today())
    plan, version = found
    told, effects = data.told_of(work.store, plan.id), data.effects_of(work.store, client.id, plan.id)
    content = plan_data.content_of(work.store, version.id)
    starts = phase_starts(content.phases, plan_start(work, plan))
    items = tuple(
        Followed(
            item=item, began=item.begun_on or item.start_on or starts[item.phase_id], today=work.today(),
            told=tuple(one for one in told if one.item_line == line_of(item)),
            effects=tuple(one for one in effects if one.item_line == line_of(item)),
        )
        for item in content.items
    )  # fmt: skip
    lines = {one.line for one in items}
    return FollowingSheet(
        client_id=client.id, plan=plan, version=version, items=items, today=work.today(), own=is_own(work, client, plan),
        earlier=tuple(one for one in effects if one.item_line not in lines),
    )  # fmt: skip


# -- adherence ---------------------------------------------------------------------------------------------------------------------------


@use_case("plans.write")
def save_adherence(
    work: Work, client_id: str, values: Mapping[str, int | None], told_on: date | None = None, *, follow_up_id: str = "",
    note_id: str = "",
) -> FollowingSheet:  # fmt: skip
    """How far items were kept to, by their lines, as told on a day (today); None takes what was told that day away again.

    ``follow_up_id`` or ``note_id``: the contact or the user's draft note in which it was told.
    """
    plan, version = _active(work, client_id)
    own_plan(work, plan.id)
    if note_id:
        _own_draft(work, note_id, client_id)
    if follow_up_id:
        same_client(work.store.get(FollowUp, follow_up_id), client_id)
    put_adherence(work, plan, version, values, told_on or work.today(), follow_up_id or note_id or None)
    return following_sheet(work, work.store.get(Client, client_id))


def put_adherence(
    work: Work, plan: Plan, version: PlanVersion, values: Mapping[str, int | None], day: date, source_id: str | None
) -> None:
    """Write what was told on a day; the caller has checked the right."""
    if not plan_start(work, plan) <= day <= work.today():
        raise UserError("told_on", _("Choose a day between the start of the plan and today."))
    known = {line_of(item) for item in plan_data.content_of(work.store, version.id).items}
    kept = {one.item_line: one for one in data.told_of(work.store, plan.id) if one.told_on == day}
    changed = False
    for line, percent in values.items():
        if line not in known:
            raise Conflict(_("The plan has changed meanwhile. Look at it again."))
        if percent is not None and not 0 <= percent <= 100:
            raise UserError("adherence", _("Adherence is a percentage from 0 to 100."))
        changed |= _put(work, kept.get(line), Adherence(
            client_id=plan.client_id, plan_id=plan.id, item_line=line, percent=percent or 0, told_on=day, source_id=source_id,
        ), blank=percent is None)  # fmt: skip
    if changed:
        touch_file(work, plan.client_id)


def forget_adherence(work: Work, contact: FollowUp) -> None:
    """Take away what was told at a contact that was not held after all."""
    for one in work.store.find(Adherence, plan_id=contact.plan_id, source_id=contact.id):
        work.store.remove(one)


def _put(work: Work, kept: Adherence | None, told: Adherence, *, blank: bool) -> bool:
    if kept is None:
        return bool(not blank and work.store.add(told))
    if blank:
        work.store.remove(kept)
        return True
    return kept.percent != told.percent and bool(work.store.change(kept, percent=told.percent, source_id=told.source_id or kept.source_id))


def _active(work: Work, client_id: str) -> tuple[Plan, PlanVersion]:
    found = data.active_plan(work.store, client_id)
    if found is None:
        raise Conflict(_("This client has no active plan."))
    return found


def _own_draft(work: Work, note_id: str, client_id: str) -> None:
    note = work.store.get(ConsultNote, note_id)
    same_client(note, client_id)
    if note.status is not NoteStatus.DRAFT or note.author_id != work.user.id:
        raise Conflict(_("This note has been signed. Enter it with the next contact."))


# -- side effects ------------------------------------------------------------------------------------------------------------------------


def _item(work: Work, version: PlanVersion, line: str) -> PlanItem:
    found = next((one for one in plan_data.content_of(work.store, version.id).items if line_of(one) == line), None)
    if found is None:
        raise Conflict(_("The plan has changed meanwhile. Look at it again."))
    return found


@use_case("plans.write")
def report_side_effect(work: Work, client_id: str, effect: SideEffect, *, stop: bool = False) -> SideEffect:
    """Something unwanted that the client ascribes to an item of the active plan; ``stop`` stops the item for it in the same go."""
    plan, version = _active(work, client_id)
    own_plan(work, plan.id)
    item = _item(work, version, effect.item_line)
    told = _checked(work, replace(effect, client_id=client_id, plan_id=plan.id, reported_on=effect.reported_on or work.today()))
    if stop:
        if item.status not in _LIVING:
            raise Conflict(_("This item does not run any more. Look at the plan again."))
        stop_item(work, item.id, StopReason.SIDE_EFFECT)
        _say_why(work, item.id, told.words)
        told = replace(told, action=told.action or _("Stopped"))
    made = work.store.add(told)
    touch_file(work, client_id)
    return made


def _say_why(work: Work, item_id: str, words: str) -> None:
    """When and why in words an item was stopped just now, unless that was written already."""
    item = work.store.get(PlanItem, item_id)
    wanted = replace(item, stopped_on=item.stopped_on or work.today(), stop_note=item.stop_note or words)
    if wanted != item:
        work.store.change(wanted)


def _checked(work: Work, effect: SideEffect) -> SideEffect:
    words = one_line("words", effect.words, LONGEST_WORDS)
    if not words:
        raise UserError("words", _("Write down what the client noticed."))
    if effect.began_on > work.today():
        raise UserError("began_on", _("This day lies in the future."))
    if effect.ended_on is not None and not effect.began_on <= effect.ended_on <= work.today():
        raise UserError("ended_on", _("It ended after it began, and not later than today."))
    if effect.reported_on is not None and not effect.began_on <= effect.reported_on <= work.today():
        raise UserError("reported_on", _("It was told after it began, and not later than today."))
    return replace(effect, words=words, severity=Severity(effect.severity), action=one_line("action", effect.action, LONGEST_WORDS))


@use_case("plans.write")
def change_side_effect(work: Work, effect: SideEffect) -> SideEffect:
    """Change what was told: its words, how bad, since when, until when, what was done."""
    kept = work.store.get(SideEffect, effect.id)
    own_plan(work, kept.plan_id)
    if kept.version != effect.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    names = ("words", "severity", "began_on", "ended_on", "action", "reported_on")
    wanted = _checked(work, replace(kept, **{name: getattr(effect, name) for name in names}))
    if wanted == kept:
        return kept
    touch_file(work, kept.client_id)
    return work.store.change(wanted)


@use_case("plans.write")
def take_back_side_effect(work: Work, effect_id: str) -> None:
    """Take back that a side effect was told; the item that was stopped for it just so goes on."""
    kept = work.store.get(SideEffect, effect_id)
    own_plan(work, kept.plan_id)
    found = data.active_plan(work.store, kept.client_id)
    if found is not None and found[0].id == kept.plan_id:
        lines = {line_of(one): one for one in plan_data.content_of(work.store, found[1].id).items}
        item = lines.get(kept.item_line)
        if item is not None and _stopped_for(item, kept):
            _go_on(work, item)
    work.store.remove(kept)
    touch_file(work, kept.client_id)


def _stopped_for(item: PlanItem, effect: SideEffect) -> bool:
    return (item.status, item.stop_reason, item.stop_note) == (ItemStatus.STOPPED, StopReason.SIDE_EFFECT, effect.words)


def _go_on(work: Work, item: PlanItem) -> None:
    reopen_item(work, item.id)
    back = work.store.get(PlanItem, item.id)
    if back.stopped_on is not None or back.stop_note:
        work.store.change(back, stopped_on=None, stop_note="")


# -- stop rules --------------------------------------------------------------------------------------------------------------------------


@use_case("plans.write")
def meet_stop_rule(work: Work, item_id: str, why: StopReason, reason: str) -> PlanItem:
    """What was agreed as the reason to stop an item has come about: the item stops, and its practitioner has a task of today."""
    item = work.store.get(PlanItem, item_id)
    plan, version = _active(work, item.client_id)
    own_plan(work, plan.id)
    if _item(work, version, line_of(item)).id != item.id or item.status not in _LIVING:
        raise Conflict(_("This item does not run any more. Look at the plan again."))
    if not item.stop_when.strip():
        raise Conflict(_("No stop rule was agreed for this item."))
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("reason", _("Write down what happened."))
    words = fitting("reason", " ".join(reason.split()), LONGEST_WORDS)
    stop_item(work, item.id, StopReason(why))
    _say_why(work, item.id, words)
    title = _("Stop rule met: {item}").format(item=item.text)
    said = _("Agreed: {rule}\nWhat happened: {words}").format(rule=item.stop_when, words=words)
    put_task(work, Task(
        client_id=item.client_id, title=title[:200], note=said, due_on=work.today(), owner_id=plan.practitioner_id,
        source=f"plan_item:{item.id}",
    ))  # fmt: skip
    return work.store.get(PlanItem, item.id)


@use_case("plans.write")
def take_back_stop_rule(work: Work, item_id: str) -> PlanItem:
    """Take back that a stop rule was met: the item goes on, and the task that came of it goes."""
    item = work.store.get(PlanItem, item_id)
    plan, _version = _active(work, item.client_id)
    own_plan(work, plan.id)
    _go_on(work, item)
    drop_tasks(work, f"plan_item:{item.id}", item.client_id)
    return work.store.get(PlanItem, item.id)
