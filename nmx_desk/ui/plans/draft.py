"""A version of a plan while it is on the screen: what can be done to it before it is saved. No widgets here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plan_cadence import parse_cadence
from nmx_desk.domain.plan_rules import check_goal, check_item, check_phase, evaluation_day, phase_starts
from nmx_desk.domain.plans import Aim, Pillar, PlanGoal, PlanItem, PlanPhase, Responsible, WithFood
from nmx_desk.services.plans import PlanSheet

CADENCE = "cadence"
"""The key of the weeks at which contacts are planned."""


class Content(NamedTuple):
    """A version as it is to be saved."""

    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]
    goals: tuple[PlanGoal, ...]
    cadence: str



@dataclass
class Entry:
    """An item under a key that stays when it gets its id."""

    key: str
    item: PlanItem


@dataclass
class Aimed:
    """A goal under a key that stays when it gets its id."""

    key: str
    goal: PlanGoal


@dataclass
class Part:
    """A phase with its items."""

    key: str
    phase: PlanPhase
    entries: list[Entry] = field(default_factory=list)


class PlanDraft:
    """Phases, items, goals and cadence with the edits made to them; ``content`` is what ``save_version`` takes."""

    def __init__(self, sheet: PlanSheet) -> None:
        self.sheet = sheet
        self.parts = [
            Part(phase.id, phase, [Entry(item.id, item) for item in _by_pillar(sheet.items_of(phase.id))]) for phase in sheet.phases
        ]
        self.goals = [Aimed(goal.id, goal) for goal in sheet.goals]
        self.cadence = sheet.version.cadence
        self._clean = self.content()

    # -- looking ---------------------------------------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether anything changed since it was read or saved."""
        return self.content() != self._clean

    def entries(self) -> Iterator[Entry]:
        """All items, in order."""
        return (entry for part in self.parts for entry in part.entries)

    def find(self, key: str) -> tuple[Part, Entry] | None:
        """An item and the phase it stands in, by its key or id."""
        return next(((part, entry) for part in self.parts for entry in part.entries if key in {entry.key, entry.item.id}), None)

    def part(self, key: str) -> Part:
        """The phase of that key."""
        return next(part for part in self.parts if part.key == key)

    def starts(self) -> dict[str, date]:
        """First day of every phase by its key."""
        return phase_starts([replace(part.phase, id=part.key) for part in self.parts], self.sheet.start)

    def content(self) -> Content:
        """Phases and items as they are to be saved; what is new goes under its key."""
        phases = tuple(replace(part.phase, id=part.phase.id or part.key) for part in self.parts)
        items = tuple(
            replace(entry.item, id=entry.item.id or entry.key, phase_id=part.phase.id or part.key)
            for part in self.parts
            for entry in part.entries
        )
        goals = tuple(replace(aimed.goal, id=aimed.goal.id or aimed.key) for aimed in self.goals)
        return Content(phases, items, goals, self.cadence)

    def problem(self) -> tuple[str, UserError] | None:
        """The first thing that cannot be saved: the key of the item or phase, and why."""
        for part in self.parts:
            try:
                check_phase(part.phase)
            except UserError as error:
                return part.key, error
            for entry in part.entries:
                try:
                    check_item(entry.item)
                except UserError as error:
                    return entry.key, error
        return self._problem_beside()

    def _problem_beside(self) -> tuple[str, UserError] | None:
        for aimed in self.goals:
            try:
                check_goal(aimed.goal)
            except UserError as error:
                return aimed.key, error
        try:
            parse_cadence(self.cadence)
        except UserError as error:
            return CADENCE, error
        return None

    def savable(self) -> Content:
        """The content with what cannot be saved as it was last saved; what is new and cannot be saved is left out."""
        stored = {part.id: part for part in (*self._clean.phases, *self._clean.items, *self._clean.goals)}
        phases, items, goals, cadence = self.content()
        kept = [phase for phase in (_valid(check_phase, phase, stored) for phase in phases) if isinstance(phase, PlanPhase)]
        known = {phase.id for phase in kept}
        valid = (_valid(check_item, item, stored) for item in items)
        aims = (_valid(check_goal, goal, stored) for goal in goals)
        return Content(
            tuple(kept), tuple(item for item in valid if isinstance(item, PlanItem) and item.phase_id in known),
            tuple(goal for goal in aims if isinstance(goal, PlanGoal)), cadence if _is_cadence(cadence) else self._clean.cadence,
        )  # fmt: skip

    # -- changing --------------------------------------------------------------------------------------------------------------------

    def change_item(self, key: str, values: dict[str, Any]) -> None:
        """Put what a form says into an item."""
        if found := self.find(key):
            named = {name: _NAMED[name](value) if name in _NAMED else value for name, value in values.items()}
            found[1].item = replace(found[1].item, **named)

    def change_phase(self, key: str, values: dict[str, Any]) -> None:
        """Put what a form says into a phase; evaluation dates that followed from the phases follow again."""
        part = self.part(key)
        before = {entry.key: self.proposed(other) for other in self.parts for entry in other.entries}
        part.phase = replace(part.phase, **values)
        for other in self.parts:
            for entry in other.entries:
                if entry.item.evaluate_on == before[entry.key]:
                    entry.item = replace(entry.item, evaluate_on=self.proposed(other))

    def proposed(self, part: Part) -> date:
        """When an item of a phase is evaluated unless one says otherwise."""
        return evaluation_day(part.phase, max(self.starts()[part.key], self.sheet.today))

    def add_item(self, part_key: str, pillar: Pillar = Pillar.NUTRITION) -> str:
        """A new item at the end of a phase; its key."""
        part = self.part(part_key)
        entry = Entry(str(uuid4()), PlanItem(pillar=pillar, evaluate_on=self.proposed(part)))
        part.entries.append(entry)
        return entry.key

    def remove_item(self, key: str) -> Callable[[], None]:
        """Take an item away; what is returned puts it back."""
        found = self.find(key)
        if found is None:
            return lambda: None
        part, entry = found
        place = part.entries.index(entry)
        part.entries.remove(entry)
        return lambda: self._put_back(part, place, entry)

    def _put_back(self, part: Part, place: int, entry: Entry) -> None:
        gone = not any(entry.item.id == item.id for item in self._clean.items)
        part.entries.insert(place, replace(entry, item=replace(entry.item, id="", version=0)) if gone else entry)

    def move(self, key: str, by: int) -> bool:
        """Move an item to the phase ``by`` further; False when there is none."""
        found = self.find(key)
        if found is None:
            return False
        place = self.parts.index(found[0]) + by
        return 0 <= place < len(self.parts) and self.move_to(key, self.parts[place].key)

    def move_to(self, key: str, part_key: str) -> bool:
        """Move an item to a phase; a proposed evaluation date moves along."""
        found = self.find(key)
        target = self.part(part_key)
        if found is None or found[0] is target:
            return False
        part, entry = found
        part.entries.remove(entry)
        if entry.item.evaluate_on in {None, self.proposed(part)}:
            entry.item = replace(entry.item, evaluate_on=self.proposed(target))
        target.entries = [*target.entries, entry]
        self._order(target)
        return True

    def _order(self, part: Part) -> None:
        rank = list(Pillar)
        part.entries.sort(key=lambda entry: rank.index(entry.item.pillar))

    def order(self) -> None:
        """Items by pillar, as they are shown."""
        for part in self.parts:
            self._order(part)

    def add_phase(self, name: str) -> str:
        """A new phase at the end; its key."""
        self.parts.append(Part(str(uuid4()), PlanPhase(name=name)))
        return self.parts[-1].key

    def remove_phase(self, key: str) -> bool:
        """Take an empty phase away; False when it has items or is the last one."""
        part = self.part(key)
        if part.entries or len(self.parts) == 1:
            return False
        self.parts.remove(part)
        return True

    # -- goals -----------------------------------------------------------------------------------------------------------------------

    def aimed(self, key: str) -> Aimed | None:
        """A goal by its key or id."""
        return next((aimed for aimed in self.goals if key in {aimed.key, aimed.goal.id}), None)

    def add_goal(self) -> str:
        """A new goal at the end, to be reached when the plan ends; its key."""
        weeks = sum(part.phase.weeks for part in self.parts)
        self.goals.append(Aimed(str(uuid4()), PlanGoal(due_on=self.sheet.start + timedelta(weeks=weeks))))
        return self.goals[-1].key

    def change_goal(self, key: str, values: dict[str, Any]) -> None:
        """Put what a form says into a goal."""
        if found := self.aimed(key):
            found.goal = replace(found.goal, **values)

    def remove_goal(self, key: str) -> Callable[[], None]:
        """Take a goal away; what is returned puts it back."""
        found = self.aimed(key)
        if found is None:
            return lambda: None
        place = self.goals.index(found)
        self.goals.remove(found)

        def back() -> None:
            gone = not any(found.goal.id == goal.id for goal in self._clean.goals)
            self.goals.insert(place, replace(found, goal=replace(found.goal, id="", version=0)) if gone else found)

        return back

    # -- saved -----------------------------------------------------------------------------------------------------------------------

    def saved(self, sent: Content, sheet: PlanSheet) -> None:
        """``sent`` was stored and came back as ``sheet``: take over ids and versions; what was edited meanwhile stays."""
        phases = {given.id: stored for given, stored in zip(sent.phases, sheet.phases, strict=True)}
        given_items = [item for phase in sent.phases for item in sent.items if item.phase_id == phase.id]
        items = {given.id: stored for given, stored in zip(given_items, sheet.items, strict=True)}
        for part in self.parts:
            if known := phases.get(part.phase.id or part.key):
                part.phase = replace(known, name=part.phase.name, weeks=part.phase.weeks, goal=part.phase.goal)
            for entry in part.entries:
                if stored := items.get(entry.item.id or entry.key):
                    entry.item = _edited(stored, entry.item)
        goals = {given.id: kept for given, kept in zip(sent.goals, sheet.goals, strict=True)}
        for aimed in self.goals:
            if kept := goals.get(aimed.goal.id or aimed.key):
                aimed.goal = _edited(kept, aimed.goal)
        before, self.sheet = self.content(), sheet
        self._clean = before if sent_is(before, sent) else Content(sheet.phases, sheet.items, sheet.goals, sheet.version.cadence)


def sent_is(content: Content, sent: Content) -> bool:
    """Whether what stands here is what was sent, but for what storing adds."""
    return _all_words(content) == _all_words(sent)


_ADDED = {
    "id", "version", "created_at", "created_by", "phase_id", "version_id", "client_id", "position", "status", "stop_reason", "stop_note",
    "begun_on", "stopped_on", "origin", "result", "judged_on",
}  # fmt: skip
_NAMED: dict[str, Callable[[Any], Any]] = {"pillar": Pillar, "aim": Aim, "responsible": Responsible, "with_food": WithFood}
"""A list of a form gives back plain words."""
Kept = TypeVar("Kept", PlanItem, PlanGoal)
Words = tuple[Any, ...]
Valid = PlanPhase | PlanItem | PlanGoal


def _all_words(content: Content) -> tuple[list[Words], list[Words], list[Words], str]:
    phases, items, goals, cadence = content
    return [_words(phase) for phase in phases], [_words(item) for item in items], [_words(goal) for goal in goals], cadence


def _words(part: PlanPhase | PlanItem | PlanGoal) -> Words:
    return tuple(getattr(part, name) for name in part.__dataclass_fields__ if name not in _ADDED)


def _edited(stored: Kept, edited: Kept) -> Kept:
    return replace(stored, **{name: getattr(edited, name) for name in stored.__dataclass_fields__ if name not in _ADDED})


def _is_cadence(text: str) -> bool:
    try:
        parse_cadence(text)
    except UserError:
        return False
    return True


def _valid(check: Callable[[Any], None], part: Valid, stored: dict[str, Any]) -> Valid | None:
    try:
        check(part)
    except UserError:
        known = stored.get(part.id)
        return replace(known, phase_id=part.phase_id) if isinstance(known, PlanItem) and isinstance(part, PlanItem) else known
    return part


def _by_pillar(items: tuple[PlanItem, ...]) -> list[PlanItem]:
    rank = list(Pillar)
    return sorted(items, key=lambda item: (rank.index(item.pillar), item.position))


def weeks_ahead(today: date, weeks: int) -> date:
    """The same weekday some weeks on."""
    return today + timedelta(weeks=weeks)
