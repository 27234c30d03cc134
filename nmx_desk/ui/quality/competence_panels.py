"""Panels of competences: what somebody can show with its evidence, and what a role asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import Signal

from nmx_desk.domain.competence import COMPETENCE_KIND_NAMES, Competence, CompetenceKind, CompetenceNeed
from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.i18n import _
from nmx_desk.services import competences
from nmx_desk.services.competences import CompetenceSheet, CompetenceView
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.quality.case_parts import CaseFiles
from nmx_desk.ui.quality.listed import RecordPanel


class CompetencePanel(RecordPanel):
    """What somebody can show; ``changed`` when it was ended, or that was taken back."""

    changed = Signal()

    def __init__(self, frame: Frame, paper: PaperView) -> None:
        kinds = [(one, _(name)) for one, name in COMPETENCE_KIND_NAMES.items()]
        super().__init__(frame, [
            Field(name="user_id", label=_("Who"), kind="choice", required=True, span=0),
            Field(name="need_id", label=_("For what is asked"), kind="choice", blank=_("Nothing that is asked"), span=0),
            Field(name="name", label=_("What it is"), required=True, max_length=competences.LONGEST_NAME, span=0),
            Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds),
            Field(name="points", label=_("Points"), kind="int", least=1, most=competences.MOST_POINTS),
            Field(name="obtained_on", label=_("Obtained on"), kind="date", required=True, past=True),
            Field(name="valid_to", label=_("Valid until"), kind="date", help=_("Open when it does not end.")),
            Field(name="issuer", label=_("Issued by"), max_length=160),
            Field(name="number", label=_("Number"), max_length=60),
            Field(name="note", label=_("Remark"), max_length=500, span=0),
        ], competences.save_competence)  # fmt: skip
        self.may = frame.desk.may("quality.manage")
        self.sheet: CompetenceSheet | None = None
        self.told = Label("", role="warn", wrap=True)
        self.files = CaseFiles(frame, competences.add_competence_file, paper)
        self.renew_button = Button(_("Renew …"), self.renew, icon="refresh-cw")
        self.end_button = Button(_("Ended"), self.end, icon="ban")
        self.body.insertWidget(0, self.told)
        self.body.addLayout(row(self.renew_button, self.end_button, STRETCH))
        self.body.addWidget(self.files)
        self.told.hide()
        self.form.set_read_only(not self.may)
        self.save_button.setVisible(self.may)
        self.form.input("need_id").edited.connect(self._asked)
        self.form.input("user_id").edited.connect(self._offer_needs)
        self.form.input("kind").edited.connect(self._shape)

    def know(self, sheet: CompetenceSheet) -> None:
        """Who works here and what is asked of them."""
        self.sheet = sheet
        who = self.form.input("user_id")
        if isinstance(who, ChoiceInput) and not self.dirty:
            who.set_options([(person.user_id, person.name) for person in sheet.people])
            self._offer_needs()

    def _offer_needs(self) -> None:
        """What the roles of the chosen person ask for."""
        need, who = self.form.input("need_id"), self.form.input("user_id").value()
        if isinstance(need, ChoiceInput) and self.sheet is not None:
            need.set_options([(row.id, row.need.name) for row in self.sheet.needs if who in row.cells])

    def _asked(self) -> None:
        """The need that was chosen says what kind it is, and mostly its name."""
        found = self._need()
        if found is not None:
            self.form.input("kind").set_value(found.kind)
            if not self.form.input("name").value():
                self.form.input("name").set_value(found.name)
        self._shape()

    def _need(self) -> CompetenceNeed | None:
        chosen = self.form.input("need_id").value()
        return next((row.need for row in self.sheet.needs if row.id == chosen), None) if self.sheet and chosen else None

    def _shape(self) -> None:
        self.form.set_visible("kind", self._need() is None)
        self.form.set_visible("points", self.form.input("kind").value() == CompetenceKind.POINTS)

    def open_new(self, fresh: Competence, title: str = "") -> None:
        """Write something down."""
        self.case = competences.save_competence
        self._open(fresh, title or _("New competence"), "")
        self.form.set_visible("user_id", True)
        self.form.set_visible("need_id", True)
        self._asked()

    def open_view(self, view: CompetenceView) -> None:
        """Something there is."""
        found = view.row.competence
        self.case = competences.save_competence
        self._open(found, found.name, view.row.person)
        self.files.show_parts(found.id, view.parts, may_add=self.may)
        words = _("This was renewed by another.") if found.replaced_by else ""
        words = _("Ended on {day}").format(day=dates.short(found.ended_on)) if found.ended_on else words
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.renew_button.setVisible(self.may and not found.replaced_by)
        self.end_button.setVisible(self.may and not found.replaced_by)
        self.end_button.setText(_("Not ended") if found.ended_on else _("Ended"))

    def _open(self, record: Competence, title: str, subtitle: str) -> None:
        for part in (self.told, self.files, self.renew_button, self.end_button):
            part.hide()
        self.form.input("user_id").set_value(record.user_id)
        self._offer_needs()
        self.begin(record, title, subtitle)
        self._shape()

    def renew(self) -> None:
        """It was obtained anew: the form asks for the new one."""
        old = self.record
        if self.form.dirty or not isinstance(old, Competence) or not old.id:
            return
        today = dates.today(self.frame.now())
        fresh = replace(old, id="", version=0, obtained_on=today, valid_to=None, number="", replaced_by=None, note="", ended_on=None)
        self._open(fresh, _("Renew “{name}”").format(name=old.name), "")
        self.case, self.before = competences.renew_competence, (old.id,)
        self.form.set_visible("user_id", False)
        self.form.set_visible("need_id", False)
        self.form.set_visible("kind", False)

    def end(self) -> None:
        """It does not count any more; or it does again."""
        old = self.record
        if isinstance(old, Competence):
            on = old.ended_on is None
            back = partial(self.frame.runner.do, competences.end_competence, old.id, on=not on, owner=self)
            said = _("“{name}” was ended.").format(name=old.name) if on else _("“{name}” counts again.").format(name=old.name)
            self.frame.runner.do(competences.end_competence, old.id, on=on, then=partial(self._ended, said, back), owner=self)

    def _ended(self, said: str, back: Callable[[], object], _made: Competence) -> None:
        self.frame.toast(said, back)
        self.form.mark_clean()
        self.close_panel()
        self.changed.emit()


class NeedPanel(RecordPanel):
    """What a role asks for."""

    def __init__(self, frame: Frame) -> None:
        roles = [(one, _(ROLE_NAMES[one])) for one in Role if one is not Role.AUDITOR]
        kinds = [(one, _(name)) for one, name in COMPETENCE_KIND_NAMES.items()]
        super().__init__(frame, [
            Field(name="role", label=_("Role"), kind="choice", required=True, options=roles),
            Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds),
            Field(name="name", label=_("What is asked"), required=True, max_length=competences.LONGEST_NAME, span=0),
            Field(name="points", label=_("Points a year"), kind="int", least=1, most=competences.MOST_POINTS),
            Field(name="note", label=_("Remark"), max_length=500, span=0),
        ], competences.save_need)  # fmt: skip
        self.form.input("kind").edited.connect(self._shape)

    def open_need(self, need: CompetenceNeed) -> None:
        """Open for a need; without id it is new."""
        self.begin(need, need.name or _("New need"))
        self._shape()

    def _shape(self) -> None:
        self.form.set_visible("points", self.form.input("kind").value() == CompetenceKind.POINTS)


def fresh_for(user_id: str, need: CompetenceNeed | None, today: date) -> Competence:
    """A competence to be filled in."""
    return Competence(
        user_id=user_id, need_id=need.id if need else None, kind=need.kind if need else CompetenceKind.DIPLOMA, obtained_on=today
    )
