"""Competences: the matrix of people and needs, what each person can show, what each role asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.competence import GAPS, STANDING_NAMES, Competence, CompetenceNeed, Judged, Standing
from nmx_desk.domain.people import ROLE_NAMES
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import competences
from nmx_desk.services.competences import CompetenceRow, CompetenceSheet, NeedRow, Person
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.competence_panels import CompetencePanel, NeedPanel, fresh_for
from nmx_desk.ui.quality.listed import ListedPart
from nmx_desk.ui.theme import Hue

MATRIX, LINES, NEEDS = "matrix", "lines", "needs"
ALL, WAITING, OVER = "all", "waiting", "over"
_LOOKS = {
    Standing.MET: (Hue.OK, "circle-check"), Standing.SOON: (Hue.WARN, "clock"), Standing.SHORT: (Hue.WARN, "circle-dashed"),
    Standing.EXPIRED: (Hue.DANGER, "circle-alert"), Standing.MISSING: (Hue.DANGER, "circle-x"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """A person against a need, or a competence that answers none."""

    person: Person
    need: CompetenceNeed | None = None
    judged: Judged | None = None
    row: CompetenceRow | None = None

    @property
    def id(self) -> str:
        """The competence when there is one: what one goes to."""
        return self.row.id if self.row else f"{self.person.user_id} {self.need.id if self.need else ''}"

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return self.judged.standing if self.judged else self.row.standing if self.row else Standing.MISSING


def lines_of(sheet: CompetenceSheet) -> list[Line]:
    """Everybody against everything asked of them, then what else they can show."""
    rows = {row.id: row for row in sheet.rows}
    found = []
    for person in sheet.people:
        judged = [(row.need, row.cells[person.user_id]) for row in sheet.needs if person.user_id in row.cells]
        mine = [Line(person=person, need=need, judged=cell, row=rows.get(cell.by.id) if cell.by else None) for need, cell in judged]
        shown = {line.row.id for line in mine if line.row}
        rest = [row for row in sheet.rows if row.competence.user_id == person.user_id and row.id not in shown and not row.over]
        found += [*mine, *(Line(person=person, row=row) for row in rest)]
    return found


def over_of(sheet: CompetenceSheet) -> list[Line]:
    """What was renewed or ended."""
    people = {person.user_id: person for person in sheet.people}
    return [Line(person=people[row.competence.user_id], row=row) for row in sheet.rows if row.over]


def line_badge(line: Line) -> Badge:
    """How it stands, in words."""
    if line.row is not None and line.row.over:
        return Badge(_("Renewed") if line.row.competence.replaced_by else _("Ended"), Hue.NEUTRAL, "history")
    return Badge(_(STANDING_NAMES[line.standing]), *_LOOKS[line.standing])


def cell_badge(cell: Judged | None) -> Badge | None:
    """How it stands, as short as a cell is wide."""
    if cell is None:
        return None
    return Badge(cell_words(cell), *_LOOKS[cell.standing])


def cell_words(cell: Judged | None) -> str:
    """Points, or the month it ends, or that it is shown."""
    if cell is None:
        return "–"
    if cell.points is not None:
        return str(cell.points)
    if cell.by is not None and cell.by.valid_to is not None:
        return f"{cell.by.valid_to:%m-%Y}"
    return _("missing") if cell.standing is Standing.MISSING else _("yes")


class CompetencePart(ListedPart):
    """The manager and the auditor see everybody, anybody else their own."""

    key: ClassVar[str] = "competence"
    icon: ClassVar[str] = "user-check"
    manual: ClassVar[str] = "quality-competence"
    rights: ClassVar[tuple[str, ...]] = ("quality.use",)
    tables: ClassVar[frozenset[str]] = frozenset({"competence", "competence_need", "case_file", "desk_user", "user_role"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: CompetenceSheet | None = None
        self._may, self._whole = frame.desk.may("quality.manage"), frame.desk.may("registers.read")
        self.count = muted("", wrap=False)
        self.show_what = Segments(_("Show"), ((MATRIX, _("Matrix")), (LINES, _("People")), (NEEDS, _("What is asked"))))
        self.show_what.picked.connect(lambda _value: self._turn())
        self.which = ChoiceInput(name=_("Which"))
        self.which.edited.connect(self._fill)
        self.new_button = Button(_("New competence"), self.begin, kind="primary", icon="plus", tip=_("New competence (Ctrl+N)"))
        self.need_button = Button(_("New need"), self.begin_need, icon="plus")
        self.retire_button = Button(_("Not asked any more"), self.retire, icon="ban")
        self.table: Table[Line] = self._lines_table()
        self.needs = self._needs_table()
        self.matrix: Table[Person] = self._matrix_table(())
        self.views = QStackedWidget()
        for view in (self.matrix, self.table, self.needs):
            self.views.addWidget(view)
        self.paper = PaperView(frame, self.views, competences.open_evidence, _("Back to the list"))
        self.panel, self.asking = CompetencePanel(frame, self.paper), NeedPanel(frame)
        self.panel.kept.connect(self._kept)
        self.panel.changed.connect(self.load)
        self.asking.kept.connect(self._kept_need)
        self.panel.closed.connect(self.paper.close_paper)
        acts = (self.retire_button, self.need_button, self.new_button)
        head = row(self.show_what, self.which, STRETCH, *acts)
        away = (self.show_what, self.which, *acts)
        self.lay_out((self.panel, self.asking), head, self.count, self.views, self.paper, spare=("by", "to", "state"), away=away)
        self.table.chosen.connect(lambda _row: self._offer())
        self.needs.chosen.connect(lambda _row: self._offer())
        self.needs.opened.connect(lambda _row: self.edit_need())
        self.show_what.setVisible(self._whole)
        if not self._whole:
            self.show_what.set_value(LINES)
        self._turn()

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Competences")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Goals and means")

    # -- tables ----------------------------------------------------------------------------------------------------------------------

    def _lines_table(self) -> Table[Line]:
        def what(line: Line) -> str:
            return line.need.name if line.need else line.row.competence.name if line.row else ""

        def by(line: Line) -> str:
            return line.row.competence.name if line.row and line.need else ""

        def to(line: Line) -> str:
            one = line.row.competence if line.row else None
            if line.judged is not None and line.judged.points is not None and line.need is not None:
                return _("{n} of {all} points").format(n=line.judged.points, all=line.need.points)
            return dates.short(one.valid_to) if one and one.valid_to else _("no end") if one else "–"

        empty = EmptyState(_("Nothing here"), _("What a role asks for and what people can show stands here."), icon="user-check")
        return Table([
            Column(key="person", title=_("Who"), text=lambda line: line.person.name, strong=True, width=172),
            Column(key="what", title=_("Competence"), text=what, tooltip=what),
            Column(key="state", title=_("State"), text=lambda line: line_badge(line).text, badge=line_badge, width=150,
                   sort_key=lambda line: list(Standing).index(line.standing)),
            Column(key="to", title=_("Valid until"), text=to, width=130,
                   sort_key=lambda line: line.row.competence.valid_to if line.row else None),
            Column(key="by", title=_("Shown by"), text=by, width=180, tooltip=by),
        ], name="competences", label=_("Competences"), settings=self.frame.user_settings, empty=empty)  # fmt: skip

    def _needs_table(self) -> Table[NeedRow]:
        def short(found: NeedRow) -> str:
            gaps = sum(cell.standing in GAPS for cell in found.cells.values())
            return _("{n} of {all}").format(n=len(found.cells) - gaps, all=len(found.cells))

        empty = EmptyState(_("Nothing is asked yet"), _("Say with “New need” what each role must be able to show."), icon="user-check")
        return Table([
            Column(key="role", title=_("Role"), text=lambda f: _(ROLE_NAMES[f.need.role]), width=170),
            Column(key="name", title=_("What is asked"), text=lambda f: f.need.name, strong=True, detail=lambda f: f.need.note),
            Column(key="points", title=_("Points a year"), text=lambda f: str(f.need.points or "–"), align="right", width=120),
            Column(key="met", title=_("Shown by"), text=short, width=120),
        ], name="competence_needs", label=_("What is asked"), settings=self.frame.user_settings, empty=empty)  # fmt: skip

    def _matrix_table(self, needs: Sequence[NeedRow]) -> Table[Person]:
        def of(need: NeedRow, person: Person) -> Judged | None:
            return need.cells.get(person.user_id)

        def column(need: NeedRow) -> Column[Person]:
            return Column(
                key=need.id, title=need.need.name, width=min(max(124, 46 + 7 * len(need.need.name)), 230),
                text=lambda person: cell_words(of(need, person)),
                badge=lambda person: cell_badge(of(need, person)), role=lambda _person: "muted",
                tooltip=lambda person: _said(need, of(need, person)),
            )  # fmt: skip

        who = Column[Person](key="who", title=_("Who"), text=lambda person: person.name, strong=True, width=190)
        made = Table([who, *map(column, needs)], name="competence_matrix", label=_("Matrix"), key=lambda person: person.user_id)
        made.opened.connect(self._to_person)
        return made

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def list_in_sight(self) -> QWidget | None:
        """The table in sight."""
        return self.views.currentWidget()

    def load(self) -> None:
        """Ask for everybody, or for one's own."""
        self.frame.runner.latest("competences", competences.open_competences, then=self._show, owner=self)

    def _show(self, sheet: CompetenceSheet) -> None:
        self.sheet = sheet
        self.panel.know(sheet)
        old, self.matrix = self.matrix, self._matrix_table(sheet.needs)
        self.views.insertWidget(0, self.matrix)
        self.views.removeWidget(old)
        old.deleteLater()
        follow_reading_order(self)
        self.matrix.set_rows(sheet.people)
        kinds = [(ALL, _("Everything")), (WAITING, _("Missing and ending")), (OVER, _("What is over"))]
        self.which.set_options([*kinds, *((person.user_id, person.name) for person in sheet.people if sheet.whole)])
        self.needs.set_rows(sheet.needs)
        if self._asked:
            self.show_what.set_value(LINES)
        self._turn()

    def _turn(self) -> None:
        shown = self.show_what.value()
        tables: dict[str, Table[Any]] = {MATRIX: self.matrix, LINES: self.table, NEEDS: self.needs}
        self.views.setCurrentWidget(tables[shown])
        self.which.setVisible(shown == LINES and self.panel.isHidden() and self.asking.isHidden())
        self._fill()

    def _fill(self) -> None:
        sheet = self.sheet
        if sheet is None:
            self._offer()
            return
        which = self.which.value()
        lines = over_of(sheet) if which == OVER else lines_of(sheet)
        if which == WAITING:
            lines = [line for line in lines if line.standing is not Standing.MET]
        elif which not in {ALL, OVER}:
            lines = [line for line in lines if line.person.user_id == which]
        self.listed(lines)
        gaps, ending = sheet.gaps(), _ending(sheet)
        words = (ngettext("{n} gap", "{n} gaps", gaps).format(n=gaps) if gaps else _("No gaps"),
                 ngettext("{n} ends within 90 days", "{n} end within 90 days", ending).format(n=ending) if ending else "")  # fmt: skip
        self.count.setText(", ".join(filter(None, words)))
        self._offer()

    def _offer(self) -> None:
        needs = self.show_what.value() == NEEDS
        free = self.panel.isHidden() and self.asking.isHidden()
        self.new_button.setVisible(self._may and free and not needs)
        self.need_button.setVisible(self._may and free and needs)
        self.retire_button.setVisible(self._may and free and needs)
        self.retire_button.setEnabled(self.needs.current() is not None)

    def _panel_closed(self) -> None:
        self._offer()
        if (view := self.views.currentWidget()) is not None:
            view.setFocus()

    def _to_person(self, person: Person) -> None:
        self.show_what.set_value(LINES)
        self.which.set_value(person.user_id)
        self._turn()
        self.table.setFocus()

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Write a competence down, of whom and for what is chosen."""
        if not self._may or self.sheet is None or not self.only(self.panel):
            return
        line, person = self.table.current(), self.matrix.current()
        chosen = line.person if line and self.show_what.value() == LINES else person or next(iter(self.sheet.people), None)
        if chosen is not None:
            self.panel.open_new(fresh_for(chosen.user_id, None, self.sheet.today))

    def edit(self) -> None:
        """Open what shows it; where nothing does, write that down."""
        line = self.table.current()
        if line is None or self.sheet is None or not self.only(self.panel):
            return
        if line.row is not None:
            self.frame.runner.latest("competence", competences.open_competence, line.row.id, then=self.panel.open_view, owner=self)
        elif self._may:
            self.panel.open_new(fresh_for(line.person.user_id, line.need, self.sheet.today))

    def begin_need(self) -> None:
        """Say what a role asks for."""
        if self._may and self.only(self.asking):
            self.asking.open_need(CompetenceNeed())

    def edit_need(self) -> None:
        """Change what is asked."""
        found = self.needs.current()
        if found is not None and self._may and self.only(self.asking):
            self.asking.open_need(found.need)

    def retire(self) -> None:
        """The chosen need is not asked for any more."""
        found = self.needs.current()
        if found is not None:
            back = partial(self.frame.runner.do, competences.retire_need, found.id, on=True, owner=self)
            said = partial(self.frame.toast, _("“{name}” is not asked any more.").format(name=found.need.name), back)
            self.frame.runner.do(competences.retire_need, found.id, then=lambda _made: said(), owner=self)

    def _kept(self, made: Competence) -> None:
        back = partial(self.frame.runner.do, competences.take_back_competence, made.id, owner=self) if made.version == 1 else None
        self.frame.toast(_("“{name}” has been saved.").format(name=made.name), back)
        self.load()

    def _kept_need(self, made: CompetenceNeed) -> None:
        self.frame.toast(_("“{name}” has been saved.").format(name=made.name))
        self.load()

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        if not self._may:
            return []
        return [
            Command(_("New competence"), self.begin, shortcut="Ctrl+N", icon="plus"),
            Command(_("New need"), self.begin_need, icon="plus"),
        ]


def _ending(sheet: CompetenceSheet) -> int:
    return sum(row.standing is Standing.SOON and not row.over for row in sheet.rows)


def _said(need: NeedRow, cell: Judged | None) -> str:
    words: Iterable[str] = (need.need.name, _(STANDING_NAMES[cell.standing]) if cell else _("not asked of this role"))
    return ": ".join(words)
