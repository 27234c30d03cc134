"""Quality objectives (ISO 9001 6.2): set, started, measured by a figure or by hand, concluded, and carried on next year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from nmx_desk.data import log as log_data
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain import kpi_words
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.kpi_shapes import Dashboard, Unit
from nmx_desk.domain.objectives import (
    CONCLUDED,
    Direction,
    Measured,
    Objective,
    ObjectiveReading,
    ObjectiveStatus,
    Outlook,
    decimal_of,
    is_reached,
    may_step,
    may_step_back,
)
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _, language, translator
from nmx_desk.services import cases, figures
from nmx_desk.services.case_parts import CaseParts, parts, people
from nmx_desk.services.cases import CaseFileRow, known_owner, next_no
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting, one_line

TABLE = "objective"
LETTERS, COUNTER = "D", "objective_no"
LONGEST_TITLE, LONGEST_TEXT = 160, 2000
LONGEST_SPAN = timedelta(days=5 * 366)
UNITS = {Unit.PERCENT: "%", Unit.COUNT: "", Unit.HOURS: "h", Unit.DAYS: "d", Unit.POINTS: ""}


@dataclass(frozen=True, kw_only=True)
class ObjectiveRow:
    """An objective with what was measured, the oldest first. ``value``: of the whole period so far, else the last reading.

    ``counts``: of how many, where its figure rests on few.
    """

    objective: Objective
    owner: str = ""
    points: tuple[Measured, ...] = ()
    value: float | None = None
    outlook: Outlook = Outlook.UNKNOWN
    figure: str = ""
    counts: str = ""

    @property
    def id(self) -> str:
        """Id of the objective."""
        return self.objective.id

    def is_late(self, today: date) -> bool:
        """Whether it should have been concluded."""
        return self.objective.status is ObjectiveStatus.RUNNING and self.objective.last_on < today


@dataclass(frozen=True, kw_only=True)
class ObjectivesSheet:
    """All objectives, the newest period first. ``figures``: (key, name, unit) of what can measure one."""

    rows: tuple[ObjectiveRow, ...]
    owners: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    today: date


@dataclass(frozen=True, kw_only=True)
class ObjectiveView:
    """One objective with its readings, the newest first, and what belongs to it."""

    row: ObjectiveRow
    readings: tuple[ObjectiveReading, ...]
    parts: CaseParts
    undo_to: ObjectiveStatus | None = None


@dataclass
class _Gauge:
    """Asks for the figures of each period once."""

    work: Work
    known: dict[tuple[date, date], Dashboard] = field(default_factory=dict)

    def of(self, first: date, last: date) -> Dashboard:
        """The figures of a period with their months."""
        if (first, last) not in self.known:
            self.known[first, last] = figures.dashboard(self.work, first, last)
        return self.known[first, last]


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("registers.read", writes=False, aside=True)
def list_objectives(work: Work) -> ObjectivesSheet:
    """The register with how each stands."""
    work.seen("objective_list", work.today().isoformat(), None)
    return ObjectivesSheet(
        rows=objective_rows(work), owners=people(work), figures=figures_to_choose(), today=work.today()
    )  # fmt: skip


def objective_rows(work: Work) -> tuple[ObjectiveRow, ...]:
    """The same for other use cases, unlogged."""
    names, gauge = names_by_id(work.store), _Gauge(work)
    readings: dict[str, list[ObjectiveReading]] = {}
    columns = table_of(ObjectiveReading).c
    for reading in work.store.find(ObjectiveReading, order=[columns.read_on, columns.created_at, columns.id]):
        readings.setdefault(reading.objective_id, []).append(reading)
    found = sorted(work.store.find(Objective), key=lambda one: (one.status in CONCLUDED, -one.last_on.toordinal(), one.number))
    return tuple(_row(one, names, readings.get(one.id, []), gauge) for one in found)


def _row(one: Objective, names: Mapping[str, str], readings: list[ObjectiveReading], gauge: _Gauge) -> ObjectiveRow:
    points = tuple(Measured(reading.read_on, float(decimal_of(reading.value) or 0)) for reading in readings)
    value, counts = points[-1].value if points else None, ""
    if one.figure:
        points, value, counts = _measured(one, gauge)
    outlook = Outlook.UNKNOWN
    if value is not None and decimal_of(one.target) is not None:
        outlook = Outlook.THERE if is_reached(one, value) else Outlook.NOT_YET
    name = kpi_words.name(one.figure, translator(language())) if one.figure in kpi_words.NAMES else one.figure
    return ObjectiveRow(
        objective=one, owner=names.get(one.owner_id or "", ""), points=points, value=value, outlook=outlook, figure=name,
        counts=counts,
    )


def _measured(one: Objective, gauge: _Gauge) -> tuple[tuple[Measured, ...], float | None, str]:
    """The months of an objective by its figure, the figure over its whole period so far, and of how many when these are few."""
    last = min(one.last_on, one.closed_on or one.last_on, gauge.work.today())
    if last < one.first_on or one.figure not in kpi_words.NAMES:
        return (), None, ""
    found = gauge.of(one.first_on, last)
    months = [point for point in found.trend.get(one.figure, ()) if point.value is not None and point.first >= one.first_on.replace(day=1)]
    figure = next(figure for figure in found.figures if figure.key == one.figure)
    counts = kpi_words.counts_text(figure, translator(language())) if figure.small or figure.indicative else ""
    return tuple(Measured(point.first, point.value) for point in months if point.value is not None), figure.value, counts


def figures_to_choose() -> tuple[tuple[str, str, str], ...]:
    """(key, name, unit) of every figure."""
    t = translator(language())
    return tuple((key, kpi_words.name(key, t), "") for key in kpi_words.NAMES)


@use_case("registers.read", writes=False, aside=True)
def open_objective(work: Work, objective_id: str) -> ObjectiveView:
    """One objective with everything that belongs to it."""
    one = work.store.get(Objective, objective_id)
    work.seen(TABLE, one.id, None)
    columns = table_of(ObjectiveReading).c
    readings = work.store.find(ObjectiveReading, order=[columns.read_on, columns.created_at, columns.id], objective_id=one.id)
    names = names_by_id(work.store)
    return ObjectiveView(
        row=_row(one, names, readings, _Gauge(work)), readings=tuple(reversed(readings)),
        parts=parts(work, subject_of(TABLE, one.id), one.source), undo_to=_undo_to(work, one),
    )  # fmt: skip


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def save_objective(work: Work, told: Objective) -> Objective:
    """Set an objective (without id), or change one that is not concluded. Its steps are other use cases."""
    kept = work.store.get(Objective, told.id) if told.id else Objective()
    if told.id and kept.version != told.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    if kept.status in CONCLUDED:
        raise Conflict(_("This objective is concluded. Make next year's one of it."))
    wanted = _checked(work, kept, told)
    if not wanted.id:
        return work.store.add(replace(wanted, number=next_no(work, LETTERS, COUNTER)))
    return kept if wanted == kept else work.store.change(wanted)


def _checked(work: Work, kept: Objective, told: Objective) -> Objective:
    title = one_line("title", told.title, LONGEST_TITLE)
    if not title:
        raise UserError("title", _("Write down what is to be reached."))
    if decimal_of(told.target) is None:
        raise UserError("target", _("Type a number, such as 90 or 7,5."))
    if told.figure and told.figure not in kpi_words.NAMES:
        raise UserError("figure", _("Choose a figure from the list, or none."))
    if not timedelta() <= told.last_on - told.first_on <= LONGEST_SPAN:
        raise UserError("last_on", _("Choose a last day after the first, at most five years later."))
    return replace(
        kept, title=title, why=fitting("why", told.why.strip(), LONGEST_TEXT), figure=told.figure, direction=Direction(told.direction),
        target=told.target.strip(), unit=one_line("unit", told.unit, 20), first_on=told.first_on, last_on=told.last_on,
        owner_id=known_owner(work, told.owner_id), actions=fitting("actions", told.actions.strip(), LONGEST_TEXT),
        resources=fitting("resources", told.resources.strip(), LONGEST_TEXT),
        judged_how=fitting("judged_how", told.judged_how.strip(), LONGEST_TEXT), source=kept.source or cases.checked_source(told.source),
    )  # fmt: skip


@use_case("quality.manage")
def step_objective(work: Work, objective_id: str, to: ObjectiveStatus, result: str = "", conclusion: str = "") -> Objective:
    """Start it, or conclude it: reached, missed, dropped. A conclusion is written down; a result too, unless it is dropped.

    Raises ``UserError`` at what is missing, ``Conflict`` for a step the state machine does not have.
    """
    kept = work.store.get(Objective, objective_id)
    if not may_step(kept.status, to):
        raise Conflict(_("This objective cannot take that step from where it is."))
    if to is ObjectiveStatus.RUNNING:
        if kept.owner_id is None:
            raise UserError("owner_id", _("Say who looks after it, then start it."))
        return work.store.change(kept, status=to)
    reached, said = one_line("result", result, 200), fitting("conclusion", conclusion.strip(), LONGEST_TEXT)
    if to is not ObjectiveStatus.DROPPED and not reached:
        raise UserError("result", _("Write down what was reached."))
    if not said:
        raise UserError("conclusion", _("Write down what you conclude from it."))
    return work.store.change(kept, status=to, result=reached, conclusion=said, closed_on=work.today())


@use_case("quality.manage")
def take_back_objective_step(work: Work, objective_id: str) -> Objective:
    """The last step is taken back, by who took it, on the same day; the log keeps both."""
    kept = work.store.get(Objective, objective_id)
    before = _undo_to(work, kept)
    if before is None:
        raise Conflict(_("Only who took this step can take it back, on the same day."))
    return work.store.change(kept, status=before, result="", conclusion="", closed_on=None)


def _undo_to(work: Work, one: Objective) -> ObjectiveStatus | None:
    """The status before the last step of today by this user; the log knows it."""
    if one.status is ObjectiveStatus.DRAFT:
        return None
    for line in log_data.lines(work.store, log_data.LogFilter(obj_id=one.id, codes=("CHANGE",))):  # the newest first
        old = next((value.old for value in log_data.values(work.store, line.seq) if value.field == "status"), None)
        if old:
            mine = line.actor == work.user.id and line.at.astimezone(work.zone).date() == work.today()
            return ObjectiveStatus(old) if mine and may_step_back(one.status, ObjectiveStatus(old)) else None
    return None


@use_case("quality.manage")
def add_reading(work: Work, objective_id: str, told: ObjectiveReading) -> ObjectiveReading:
    """A value read by hand."""
    kept = work.store.get(Objective, objective_id)
    if kept.status in CONCLUDED:
        raise Conflict(_("This objective is concluded."))
    if kept.figure:
        raise UserError("value", _("This objective is measured by a figure; nothing is read by hand."))
    if decimal_of(told.value) is None:
        raise UserError("value", _("Type a number, such as 90 or 7,5."))
    if told.read_on > work.today():
        raise UserError("read_on", _("This day is still to come. Choose today or a day before."))
    return work.store.add(
        ObjectiveReading(objective_id=kept.id, read_on=told.read_on, value=told.value.strip(), note=one_line("note", told.note, 500))
    )


@use_case("quality.manage")
def take_back_reading(work: Work, reading_id: str) -> None:
    """Take a value back, on the day on which it was written down and by who wrote it; the log keeps it."""
    one = work.store.get(ObjectiveReading, reading_id)
    if one.created_by != work.user.id or one.created_at.astimezone(work.zone).date() != work.today():
        raise Conflict(_("Only who wrote this value down can take it back, on the same day."))
    work.store.remove(one)


@use_case("quality.manage")
def copy_objective(work: Work, objective_id: str) -> Objective:
    """Next year's: a draft of the same, a year later."""
    kept = work.store.get(Objective, objective_id)
    a_year = relativedelta(years=1)
    return work.store.add(replace(
        kept, id="", version=0, number=next_no(work, LETTERS, COUNTER), first_on=kept.first_on + a_year, last_on=kept.last_on + a_year,
        status=ObjectiveStatus.DRAFT, result="", conclusion="", closed_on=None, source=subject_of(TABLE, kept.id),
    ))  # fmt: skip


@use_case("quality.manage")
def add_objective_action(work: Work, objective_id: str, title: str, owner_id: str | None, day: date) -> Task:
    """Something to do to reach it."""
    work.store.get(Objective, objective_id)
    return cases.add_action(work, subject_of(TABLE, objective_id), title, owner_id, day)


@use_case("quality.manage")
def add_objective_file(work: Work, objective_id: str, name: str, content: bytes, note: str = "") -> CaseFileRow:
    """Keep a file with an objective."""
    work.store.get(Objective, objective_id)
    return cases.add_file(work, subject_of(TABLE, objective_id), None, name, content, note)
