"""Complaints of one client: in their order, with scores over time; written down, changed, measured."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import (
    AXIS_NAMES,
    COURSE_NAMES,
    SPHERE_NAMES,
    Axis,
    Complaint,
    Course,
    Sphere,
    axes_of,
    axes_text,
    responded,
)
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import complaints
from nmx_desk.services.complaints import ComplaintsSheet
from nmx_desk.services.scores import ComplaintSeries
from nmx_desk.ui.care.curves import CurvesCard
from nmx_desk.ui.care.measuring import MeasurePanel
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.score import direction
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space


class ComplaintPanel(EditPanel):
    """A new complaint, or one there is."""

    def __init__(self, part: ComplaintsPart) -> None:
        super().__init__(_("New complaint"))
        self._part = part
        self.complaint = Complaint()
        axes = [Field(name=f"axis_{axis}", label=_(AXIS_NAMES[axis]), kind="check", span=0) for axis in Axis]
        self.form = Form(
            [
                Field(name="words", label=_("In the client's own words"), required=True, span=0),
                Field(name="code", label=_("From the list"), kind="choice", blank=_("None of these"), span=0),
                Field(name="onset", label=_("Since"), max_length=40, placeholder=_("2019, 5-2019, 7 years"),
                      help=_("A year, a day, an age.")),
                Field(name="course", label=_("Course"), kind="choice", blank=_(COURSE_NAMES[Course.UNKNOWN]),
                      options=[(one, _(COURSE_NAMES[one])) for one in Course if one]),
                Field(name="sphere", label=_("Physical or mental"), kind="choice", blank=_(SPHERE_NAMES[Sphere.UNKNOWN]), span=0,
                      options=[(one, _(SPHERE_NAMES[one])) for one in Sphere if one]),
                *axes,
            ],
            columns=2,
        )  # fmt: skip
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.hide()

    def begin(self, complaint: Complaint, sheet: ComplaintsSheet) -> None:
        """Open for a complaint; one without an id is new."""
        self.complaint = complaint
        self.set_title(complaint.words or _("New complaint"))
        choice = self.form.input("code")
        if isinstance(choice, ChoiceInput):
            choice.set_options([(item.code, item.label(language())) for item in sheet.catalogue])
        chosen = axes_of(complaint.axes)
        self.form.set_values({
            "words": complaint.words, "code": complaint.code or None, "onset": partial_dates.typed(complaint.onset),
            "course": complaint.course or None, "sphere": complaint.sphere or None, **{f"axis_{axis}": axis in chosen for axis in Axis},
        })  # fmt: skip
        self.show()
        self.form.focus_first()

    def save(self) -> None:
        """Write down what was typed."""
        values = self.form.checked()
        if values is None:
            return
        axes = axes_text(axis for axis in Axis if values[f"axis_{axis}"])
        wanted = replace(
            self.complaint, words=values["words"], onset=values["onset"], course=values["course"] or Course.UNKNOWN,
            sphere=values["sphere"] or Sphere.UNKNOWN, code=values["code"] or "", axes=axes,
        )  # fmt: skip
        do = self._part.frame.runner.do
        if wanted.id:
            do(complaints.change_complaint, wanted, then=self._saved, owner=self.form)
        else:
            do(complaints.add_complaint, self._part.client_id, wanted, then=self._saved, owner=self.form)

    def _saved(self, made: Complaint) -> None:
        self.form.mark_clean()
        self.close_panel()
        self._part.frame.toast(_("“{words}” is saved.").format(words=made.words))


class ComplaintsPart(CarePart):
    """A table in order of weight, the curves of all below it, and a panel for one of them or for measuring."""

    key: ClassVar[str] = "complaints"
    tables: ClassVar[frozenset[str]] = frozenset({"complaint", "complaint_score", "outcome_score"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: ComplaintsSheet | None = None
        self.counts = muted("", wrap=False)
        self.add_button = Button(_("New complaint"), self.add, icon="plus")
        self.measure_button = Button(_("Measure now"), self.begin_measuring, kind="primary", icon="gauge", tip=_("Measure now (Ctrl+M)"))
        self.up = IconButton("arrow-up", _("More important"), partial(self.shift, -1), role="text", shortcut="Alt+↑")
        self.down = IconButton("arrow-down", _("Less important"), partial(self.shift, 1), role="text", shortcut="Alt+↓")
        self.more = IconButton("ellipsis", _("More"), self._menu, role="text")
        self.table = self._table()
        self.curves = CurvesCard()
        self.panel, self.measuring = ComplaintPanel(self), MeasurePanel(self)
        head = row(self.counts, STRETCH, self.up, self.down, self.more, self.add_button, self.measure_button, space=Space.S)
        left = column(head, self.table, self.curves, space=Space.M)
        left.setStretchFactor(self.table, 3)
        left.setStretchFactor(self.curves, 2)
        whole = row(self.panel, self.measuring, space=Space.M)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self._connect()
        if not frame.desk.may("notes.write"):
            for button in (self.up, self.down, self.more, self.add_button, self.measure_button):
                button.hide()

    def _connect(self) -> None:
        self.table.opened.connect(self._open)
        self.table.chosen.connect(lambda _found: self._offer())
        for panel in (self.panel, self.measuring):
            panel.closed.connect(self.table.setFocus)
        keys = (("Alt+Up", partial(self.shift, -1)), ("Alt+Down", partial(self.shift, 1)))
        for pressed, run in keys:
            QShortcut(QKeySequence(pressed), self.table, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(run)

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Complaints")

    def _table(self) -> Table[ComplaintSeries]:
        columns: list[Column[ComplaintSeries]] = [
            Column(key="rank", title=_("No."), text=lambda one: str(one.complaint.rank) if one.complaint.is_active else "–", align="right",
                   width=52, sort_key=lambda one: (not one.complaint.is_active, one.complaint.rank)),
            Column(key="words", title=_("Complaint"), text=lambda one: one.complaint.words, detail=self._about, strong=True,
                   tooltip=lambda one: one.complaint.words),
            Column(key="axes", title=_("Axes"), text=lambda one: ", ".join(_(AXIS_NAMES[axis]) for axis in axes_of(one.complaint.axes)),
                   tooltip=lambda one: ", ".join(_(AXIS_NAMES[axis]) for axis in axes_of(one.complaint.axes)), width=190),
            Column(key="first", title=_("First"), text=lambda one: str(one.scores[0].score) if one.scores else "–", align="right",
                   width=72),
            Column(key="now", title=_("Now"), text=self._now, badge=self._change, width=170),
        ]  # fmt: skip
        empty = EmptyState(_("No complaints written down yet"), _("They come from the advice call or the intake."), icon="heart-pulse")
        table = Table(columns, name="complaints", label=self.title(), settings=self.frame.user_settings, empty=empty,
                      key=lambda one: one.complaint.id)  # fmt: skip
        table.setSortingEnabled(False)
        return table

    def _about(self, one: ComplaintSeries) -> str:
        complaint, sheet = one.complaint, self.sheet
        parts = []
        if complaint.onset:
            parts.append(_("since {when}").format(when=partial_dates.shown(complaint.onset)))
            years = partial_dates.years_since(complaint.onset, sheet.today) if sheet else None
            if years:
                parts.append(ngettext("{n} year", "{n} years", years).format(n=years))
        if complaint.course is not Course.UNKNOWN:
            parts.append(_(COURSE_NAMES[complaint.course]).lower())
        if sheet and sheet.sphere(complaint) is not Sphere.UNKNOWN:
            parts.append(_(SPHERE_NAMES[sheet.sphere(complaint)]).lower())
        if not complaint.is_active:
            parts.insert(0, _("resolved"))
        elif complaint.rank == 1:
            parts.insert(0, _("main complaint"))
        return " · ".join(parts)

    def _now(self, one: ComplaintSeries) -> str:
        return _("{n} of 10").format(n=one.scores[-1].score) if one.scores else _("not measured")

    def _change(self, one: ComplaintSeries) -> Badge | None:
        if len(one.scores) < 2:
            return None
        first, last = one.scores[0].score, one.scores[-1].score
        sign, hue, _words = direction(last, one.scores[-2].score)
        told = _("{n} of 10, response").format(n=last) if responded(first, last) else self._now(one)
        return Badge(told, hue, sign or "move-right")

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.table.set_rows([])
        self.curves.show_scores(None)
        self.panel.hide()
        self.measuring.hide()

    def load(self) -> None:
        """Ask for complaints and scores."""
        self.frame.runner.latest(("care", self.key), complaints.open_complaints, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: ComplaintsSheet) -> None:
        self.sheet = sheet
        self.table.set_rows(sorted(sheet.scores.complaints, key=lambda one: (not one.complaint.is_active, one.complaint.rank)))
        spheres = [sheet.sphere(one.complaint) for one in sheet.active]
        physical, mental = spheres.count(Sphere.PHYSICAL), spheres.count(Sphere.MENTAL)
        self.counts.setText(_("{physical} physical, {mental} mental").format(physical=physical, mental=mental) if spheres else "")
        self.curves.show_scores(sheet.scores)
        self._offer()

    def _offer(self) -> None:
        found = self.table.current()
        active = found is not None and found.complaint.is_active
        n = len(self.sheet.active) if self.sheet else 0
        self.up.setEnabled(active and found is not None and found.complaint.rank > 1)
        self.down.setEnabled(active and found is not None and found.complaint.rank < n)
        self.more.setEnabled(found is not None)

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty or self.measuring.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        if not self.frame.desk.may("notes.write"):
            return []
        return [
            Command(_("Measure now"), self.begin_measuring, "meten scores score", "Ctrl+M", "gauge"),
            Command(_("New complaint"), self.add, "nieuwe gezondheidsklacht", "C", "plus"),
        ]

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Write down a new complaint."""
        self._begin(Complaint())

    def _open(self, found: ComplaintSeries) -> None:
        if self.frame.desk.may("notes.write"):
            self._begin(found.complaint)

    def _begin(self, complaint: Complaint) -> None:
        if self.sheet is not None and self.leave():
            self.measuring.hide()
            self.panel.begin(complaint, self.sheet)

    def begin_measuring(self) -> None:
        """Score all complaints and how life is, in one go."""
        if self.sheet is not None and self.leave():
            self.panel.hide()
            self.measuring.begin(self.sheet)

    def shift(self, by: int) -> None:
        """Move the chosen complaint up or down."""
        found, sheet = self.table.current(), self.sheet
        if found is None or sheet is None or not found.complaint.is_active:
            return
        ids = [one.complaint.id for one in sheet.active]
        at = ids.index(found.complaint.id)
        if 0 <= at + by < len(ids):
            before = list(ids)
            ids.insert(at + by, ids.pop(at))
            undo = partial(self.frame.runner.do, complaints.order_complaints, self.client_id, before, owner=self)
            said = partial(self._said, _("The order of the complaints has changed."), undo)
            self.frame.runner.do(complaints.order_complaints, self.client_id, ids, then=said, owner=self)

    def _said(self, text: str, undo: Any, _made: object) -> None:
        self.frame.toast(text, undo)

    def _menu(self) -> None:
        found = self.table.current()
        if found is None:
            return
        menu, complaint = QMenu(self), found.complaint
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if complaint.is_active:
            menu.addAction(icon("check", "text"), _("Resolved")).triggered.connect(partial(self._resolve, complaint))
            menu.addAction(icon("merge", "text"), _("The same as another one …")).triggered.connect(partial(self._merge, complaint))
            menu.addAction(icon("scissors", "text"), _("These are two …")).triggered.connect(partial(self._split, complaint))
        else:
            menu.addAction(icon("undo-2", "text"), _("There again")).triggered.connect(partial(self._reopen, complaint))
        for gone in self._merged_into(complaint):
            text = _("Not the same as “{words}”").format(words=gone.words).replace("&", "&&")
            menu.addAction(icon("undo-2", "text"), text).triggered.connect(partial(self._unmerge, gone))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _merged_into(self, complaint: Complaint) -> list[Complaint]:
        every = self.sheet.scores.merged if self.sheet else ()
        return [one for one in every if one.merged_into == complaint.id]

    def _resolve(self, complaint: Complaint, _checked: bool = False) -> None:
        undo = partial(self.frame.runner.do, complaints.reopen_complaint, complaint.id, owner=self)
        said = partial(self._said, _("“{words}” is resolved.").format(words=complaint.words), undo)
        self.frame.runner.do(complaints.resolve_complaint, complaint.id, then=said, owner=self)

    def _reopen(self, complaint: Complaint, _checked: bool = False) -> None:
        self.frame.runner.do(complaints.reopen_complaint, complaint.id, owner=self)

    def _unmerge(self, complaint: Complaint, _checked: bool = False) -> None:
        self.frame.runner.do(complaints.unmerge_complaint, complaint.id, owner=self)

    def _merge(self, complaint: Complaint, _checked: bool = False) -> None:
        every = [one.complaint for one in (self.sheet.active if self.sheet else ())]
        others = [(one.id, one.words) for one in every if one.id != complaint.id]
        field = Field(name="kept", label=_("The same as"), kind="choice", required=True, options=others)
        text = _("Its scores are shown with the other from now on; none is lost.")
        if told := ask_values(self.window(), _("The same as another one"), text, [field], yes=_("Put together")):
            undo = partial(self.frame.runner.do, complaints.unmerge_complaint, complaint.id, owner=self)
            said = partial(self._said, _("“{words}” stands with the other now.").format(words=complaint.words), undo)
            self.frame.runner.do(complaints.merge_complaints, told["kept"], complaint.id, then=said, owner=self)

    def _split(self, complaint: Complaint, _checked: bool = False) -> None:
        field = Field(name="words", label=_("The second complaint, in the client's own words"), required=True)
        text = _("The scores stay with the first; the second begins today.")
        if told := ask_values(self.window(), _("These are two complaints"), text, [field], yes=_("Split")):
            self.frame.runner.do(complaints.split_complaint, complaint.id, told["words"], owner=self)
