"""The line of a client's life: what happened, as precisely as it is known, with what belongs to it (DOMAIN §1 R7, R19, §2 IFM frame).

The part an event plays is the practitioner's own judgement. Nothing here says that one thing came of another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import axes as axes_data
from nmx_desk.data import consults
from nmx_desk.data import lifeline as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, axes_of, axes_text, root_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.history import EventComplaint, EventRole, HistoryItem, LifeEvent
from nmx_desk.domain.history_rules import in_order
from nmx_desk.domain.lifeline import ROLE_LANES, Entry, Lane, entry_of
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, same_client, write_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.history import LONGEST_NAME, LONGEST_WORDS, tidy_day
from nmx_desk.services.typed import fitting, one_line

LONGEST_TEXT = 2000


@dataclass(frozen=True, kw_only=True)
class PlanSpan:
    """A plan from the day it came into force until it ended; None while it runs."""

    plan_id: str
    began: date
    ended: date | None = None


@dataclass(frozen=True, kw_only=True)
class LifelineSheet:
    """All that lies on the line. ``links``: event's id → ids of the complaints it belongs to, of those shown here."""

    events: tuple[LifeEvent, ...] = ()
    links: Mapping[str, frozenset[str]]
    complaints: tuple[Complaint, ...] = ()
    items: tuple[HistoryItem, ...] = ()
    plans: tuple[PlanSpan, ...] = ()
    born: date | None = None
    today: date = date(1970, 1, 1)

    def linked(self, event_id: str) -> frozenset[str]:
        """The complaints that an event belongs to."""
        return self.links.get(event_id, frozenset())

    def entries(self, plan_name: str) -> list[Entry]:
        """What has a place on the line: what happened, diagnoses and operations, complaints, plans (called ``plan_name``)."""
        found = [entry_of(one.id, ROLE_LANES[one.role], one.name, one.began, one.ended, self.born) for one in self.events]
        found += [entry_of(one.id, Lane.HISTORY, one.name, one.began, one.ended, self.born) for one in self.items]
        for one in self.complaints:
            made = entry_of(one.id, Lane.COMPLAINT, one.words, one.onset, "", self.born)
            until = one.resolved_on or self.today
            found.append(made and replace(made, until=max(until, made.last), ending=None, open=one.resolved_on is None))
        found += [
            Entry(key=one.plan_id, lane=Lane.PLAN, name=plan_name, first=one.began, last=one.began,
                  until=max(one.ended or self.today, one.began), open=one.ended is None)
            for one in self.plans
        ]  # fmt: skip
        return [one for one in found if one is not None]


def sheet_of(work: Work, client: Client) -> LifelineSheet:
    """The line as it is stored now. Whoever asks has checked the right and logs the look."""
    every = consults.complaints_of(work.store, client.id)
    merged = {one.id: one.merged_into for one in every}
    links: dict[str, set[str]] = {}
    for link in query.links_of(work.store, client.id):
        links.setdefault(link.event_id, set()).add(root_of(link.complaint_id, merged))
    plans = query.started_plans(work.store, client.id) if work.reach("plans.read") else []
    return LifelineSheet(
        events=tuple(axes_data.events_of(work.store, client.id)), links={key: frozenset(ids) for key, ids in links.items()},
        complaints=tuple(one for one in every if one.merged_into is None), items=tuple(query.dated_items(work.store, client.id)),
        plans=tuple(
            PlanSpan(plan_id=plan.id, began=version.valid_from or plan.created_at.astimezone(work.zone).date(), ended=plan.ended_on)
            for plan, version in plans
        ),
        born=client.birth_date, today=work.today(),
    )  # fmt: skip


@use_case("notes.read", writes=False)
def open_lifeline(work: Work, client_id: str) -> LifelineSheet:
    """The line of a client's life. Own clients; others with a reason. The look is logged."""
    return sheet_of(work, read_file(work, client_id, "lifeline"))


@use_case("notes.write")
def add_event(work: Work, client_id: str, event: LifeEvent, complaint_ids: Collection[str] = ()) -> LifeEvent:
    """Write down what happened."""
    client = write_file(work, client_id)
    made = work.store.add(_tidy(work, client, replace(event, id="", version=0, client_id=client.id)))
    _link(work, made, complaint_ids)
    return made


@use_case("notes.write")
def change_event(work: Work, event: LifeEvent, complaint_ids: Collection[str] | None = None) -> LifeEvent:
    """Other words, another day, another part; ``complaint_ids``: what it belongs to from now on, None leaves that as it is."""
    stored = work.store.get(LifeEvent, event.id)
    client = write_file(work, stored.client_id)
    kept = replace(event, client_id=client.id, created_at=stored.created_at, created_by=stored.created_by)
    wanted = _tidy(work, client, kept)
    if complaint_ids is not None:
        _link(work, stored, complaint_ids)
    return stored if wanted == stored else work.store.change(wanted)


@use_case("notes.write")
def remove_event(work: Work, event: LifeEvent) -> tuple[LifeEvent, frozenset[str]]:
    """Take away what was written down by mistake; what it was, and which complaints it belonged to, to put it back."""
    stored = work.store.get(LifeEvent, event.id)
    write_file(work, stored.client_id)
    links = work.store.find(EventComplaint, event_id=stored.id)
    for link in links:
        work.store.remove(link)
    work.store.remove(replace(stored, version=event.version))
    return stored, frozenset(link.complaint_id for link in links)


@use_case("notes.write")
def put_back_event(work: Work, event: LifeEvent, complaint_ids: Collection[str] = ()) -> LifeEvent:
    """The undo of taking away: as it was, with what it belonged to."""
    client = write_file(work, event.client_id)
    if work.store.find_one(LifeEvent, id=event.id) is not None:
        raise Conflict(_("There is nothing to take back."))
    back = work.store.add(_tidy(work, client, event))
    _link(work, back, complaint_ids)
    return back


def _link(work: Work, event: LifeEvent, complaint_ids: Collection[str]) -> None:
    """From now on the event belongs to these complaints; a link to one that was merged since stays with what it was merged into."""
    every = consults.complaints_of(work.store, event.client_id)
    merged, wanted = {one.id: one.merged_into for one in every}, set(complaint_ids)
    if not wanted <= set(merged):
        raise Conflict(_("The complaints have changed meanwhile. Look at them again."))
    wanted = {root_of(one, merged) for one in wanted}
    there = set()
    for link in work.store.find(EventComplaint, event_id=event.id):
        root = root_of(link.complaint_id, merged)
        if root in wanted:
            there.add(root)
        else:
            work.store.remove(link)
    for complaint_id in sorted(wanted - there):
        work.store.add(EventComplaint(event_id=event.id, complaint_id=complaint_id, client_id=event.client_id))


def _tidy(work: Work, client: Client, event: LifeEvent) -> LifeEvent:
    """As it is kept. Raises ``UserError`` for what cannot be."""
    same_client(event, client.id)
    name = one_line("name", event.name, LONGEST_NAME)
    if not name:
        raise UserError("name", _("Write down what happened."))
    began, ended = (tidy_day(work, field, getattr(event, field)) for field in ("began", "ended"))
    if ended and not began:
        raise UserError("began", _("Write down when it began as well."))
    if not in_order(began, ended, client.birth_date):
        raise UserError("ended", _("This ends before it begins. Look at both dates."))
    return replace(
        event, name=name, began=began, ended=ended, text=fitting("text", event.text.strip(), LONGEST_TEXT), role=EventRole(event.role),
        axes=axes_text(axes_of(event.axes)), source=one_line("source", event.source, LONGEST_WORDS),
    )  # fmt: skip
