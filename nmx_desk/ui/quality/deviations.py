"""Nonconformities (CAPA): the register, one of them with its steps, and what each step asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, TEST_AFTER, Deviation, DeviationStatus, deadline
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import deviation_steps as steps
from nmx_desk.services import deviations
from nmx_desk.services.deviation_steps import PlannedAction
from nmx_desk.services.deviations import DeviationList, DeviationRow, DeviationSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.case_list import CaseList, CasePanel
from nmx_desk.ui.quality.case_parts import NOBODY, CameFrom, CaseActions, CaseFiles, Steps
from nmx_desk.ui.quality.case_words import due_badge, grade_badge, status_badge
from nmx_desk.ui.quality.deviation_fields import (
    NEXT,
    WORDS,
    case_fields,
    cause_fields,
    changed,
    nameless,
    on_field,
    plan_fields,
    steps_of,
    test_fields,
    told,
)
from nmx_desk.ui.theme.tokens import Space

_S = DeviationStatus
OPEN, LATE, CLOSED = "open", "late", "closed"


class DeviationPart(CaseList):
    """The register of nonconformities."""

    key: ClassVar[str] = "deviations"
    icon: ClassVar[str] = "triangle-alert"
    manual: ClassVar[str] = "quality-deviations"
    keywords: ClassVar[str] = "nieuwe afwijking melden new nonconformity capa"
    rights: ClassVar[tuple[str, ...]] = ("registers.read", "grievances.create")
    tables: ClassVar[frozenset[str]] = frozenset({"deviation", "task", "case_text", "case_file"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.found: DeviationList | None = None
        self.sheet: DeviationSheet | None = None
        self.count = muted("", wrap=False)
        kinds = ((OPEN, _("Open")), (LATE, _("Overdue")), (CLOSED, _("Closed")))
        self.show_what = FoldingSegments(_("Show"), kinds)
        self.show_what.picked.connect(lambda _value: self._fill())
        self.new_button = Button(self.new_words(), self.begin, icon="plus", kind="primary", tip=_("New nonconformity (Ctrl+N)"))
        self.table, self.view = self._table(), CasePanel()
        head = row(self.show_what, self.count, STRETCH, self.new_button, space=Space.M)
        self.place(head, spare=("state", "actions", "grade"), away=(self.count, self.new_button), fold=self.show_what)
        self.new_button.setVisible(self.may_register())
        self._furnish()

    def _furnish(self) -> None:
        """What every case shows under its words."""
        self.badge, self.grade, self.due = StateBadge(), StateBadge(), StateBadge()
        self.steps, self.came_from = Steps(), CameFrom(self.frame)
        self.doing = CaseActions(self.frame, steps.add_deviation_action)
        self.files = CaseFiles(self.frame, deviations.add_deviation_file, self.paper)
        self.view.body.insertLayout(0, column(row(self.badge, self.due, STRETCH, space=Space.S), row(self.grade, STRETCH), space=Space.S))
        self.view.body.insertWidget(1, self.came_from)
        self.view.body.insertWidget(2, self.steps)
        self.view.body.addWidget(self.doing)
        self.view.body.addWidget(self.files)
        self.view.next_button.clicked.connect(self.go_on)
        self.view.other_button.clicked.connect(self.reopen)
        self.view.change_button.clicked.connect(self.change)
        self.view.undo_button.clicked.connect(self.undo)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Nonconformities")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Improvement")

    def _table(self) -> Table[DeviationRow]:
        def summary(found: DeviationRow) -> str:
            return f"{found.deviation.number}  {found.deviation.summary}"

        def due(found: DeviationRow) -> Any:
            return due_badge(found.due_on, self.found.today) if self.found else None

        def actions(found: DeviationRow) -> str:
            return f"{found.actions - found.waiting}/{found.actions}" if found.actions else "–"

        columns: list[Column[DeviationRow]] = [
            Column(key="summary", title=_("What"), text=summary, strong=True, tooltip=summary,
                   detail=lambda found: " · ".join(filter(None, (
                       _(DEVIATION_STATUS_NAMES[found.deviation.status]), found.deviation.clause, found.owner)))),
            Column(key="state", title=_("State"), text=lambda found: status_badge(found.deviation.status).text, width=170,
                   badge=lambda found: status_badge(found.deviation.status), sort_key=lambda found: list(_S).index(found.deviation.status)),
            Column(key="due", title=_("Due by"), width=154, text=lambda found: getattr(due(found), "text", "–"), badge=due,
                   sort_key=lambda found: (found.due_on is None, found.due_on),
                   tooltip=lambda found: dates.full_day(found.due_on) if found.due_on else ""),
            Column(key="grade", title=_("Grade"), text=lambda found: grade_badge(found.deviation.grade).text, width=180,
                   badge=lambda found: grade_badge(found.deviation.grade)),
            Column(key="actions", title=_("Actions"), text=actions, align="right", width=116, tooltip=lambda _found: _("Done of all")),
        ]  # fmt: skip
        empty = EmptyState(
            _("Nothing here"), _("Write down what is not as it should be with “New nonconformity”."), icon="triangle-alert"
        )
        return Table(columns, name="quality_deviations", label=self.title(), settings=self.frame.user_settings, empty=empty)

    # -- reading -----------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the register."""
        self.frame.runner.latest("quality deviations", deviations.list_deviations, then=self._listed, owner=self)

    def _listed(self, found: DeviationList) -> None:
        self.found = found
        wanted = next((one for one in found.rows if one.id == self._wanted), None)
        if wanted is not None:
            self.show_what.set_value(CLOSED if wanted.deviation.status is _S.CLOSED else OPEN)
        self._fill()
        self.listed()

    def _fill(self) -> None:
        rows = self.found.rows if self.found else ()
        kept = {
            OPEN: [one for one in rows if one.deviation.status is not _S.CLOSED], LATE: [one for one in rows if one.late],
            CLOSED: sorted((one for one in rows if one.deviation.status is _S.CLOSED), key=lambda one: one.deviation.number, reverse=True),
        }[self.show_what.value()]  # fmt: skip
        self.table.set_rows(kept)
        late = sum(one.late for one in kept)
        words = ngettext("{n} nonconformity", "{n} nonconformities", len(kept)).format(n=len(kept))
        self.count.setText(", ".join(filter(None, (words, ngettext("{n} late", "{n} late", late).format(n=late) if late else ""))))

    def read_case(self, record_id: str) -> None:
        """Ask for one."""
        self.frame.runner.latest("quality deviation", deviations.open_deviation, record_id, then=self._show, owner=self)

    def _show(self, sheet: DeviationSheet) -> None:
        self.sheet, one = sheet, sheet.deviation
        may = self.may_write()
        self.view.set_title(one.number, sheet.owner)
        self.badge.set(status_badge(one.status))
        self.grade.set(grade_badge(one.grade))
        due = due_badge(deadline(one), dates.today(self.frame.now()))
        self.due.setVisible(due is not None)
        if due is not None:
            self.due.set(due)
        self.steps.show_steps(steps_of(sheet))
        self.came_from.show_parts(sheet.parts)
        self.view.say((_("What"), one.summary), *told(sheet))
        self.doing.show_parts(one.id, sheet.parts, may_add=may and one.status not in {_S.DONE, _S.TESTED, _S.CLOSED})
        mine = self.frame.desk.user.id in {one.created_by, one.owner_id}
        self.files.show_parts(one.id, sheet.parts, may_add=may or mine)
        self._offer(sheet, may=may)
        self.shown(one.id)

    def _offer(self, sheet: DeviationSheet, *, may: bool) -> None:
        """What can be done with it now."""
        one, view = sheet.deviation, self.view
        view.change_button.setVisible(may and one.status is not _S.CLOSED)
        view.undo_button.setVisible(may and sheet.may_undo)
        tested = one.status is _S.TESTED
        view.next_button.setVisible(may and one.status is not _S.CLOSED)
        view.next_button.setText(_(NEXT[one.status]) if one.status in NEXT else _("Close") if one.effective else _("Reopen"))
        view.other_button.setVisible(may and tested and bool(one.effective))
        view.other_button.setText(_("Reopen"))

    # -- writing -----------------------------------------------------------------------------------------------------------------------

    def new_words(self) -> str:
        """What writing a new one is called."""
        return _("New nonconformity")

    def may_register(self) -> bool:
        """Whether the user may write one down: who keeps the register, and anybody at work."""
        return self.may_write() or self.frame.desk.may("grievances.create")

    def begin(self, source: str = "", **_more: Any) -> None:
        """Register one, filled in from what it came from."""
        if self.free():
            self.frame.runner.do(deviations.draft_deviation, source, then=self._draft, owner=self)

    def _draft(self, made: Deviation) -> None:
        people = self.found.people if self.found else ()
        values = self._values(made)
        self.ask_for(
            self.new_words(), case_fields(people, new=True), partial(self._register, made), values=values, columns=2,
            client=(made.client_id or "", made.client_no),
        )  # fmt: skip

    def _values(self, one: Deviation) -> dict[str, Any]:
        names = ("summary", "grade", "origin", "clause", "found_on", "due_on")
        return {name: getattr(one, name) for name in names} | {"owner_id": one.owner_id or NOBODY}

    def _register(self, draft: Deviation, values: dict[str, Any]) -> None:
        wanted = replace(draft, client_id=self.ask.who.client_id, **changed(draft, values))
        self.do(deviations.register_deviation, wanted, values.get("story") or "", then=self._registered)

    def _registered(self, made: Deviation) -> None:
        self.frame.toast(_("{number} is registered.").format(number=made.number))
        self._wanted = made.id
        self.load()

    def change(self) -> None:
        """Change what was registered, and mend the words."""
        if self.sheet is None:
            return
        one, words = self.sheet.deviation, self.sheet.words
        fields = [*case_fields(self.sheet.parts.people, new=False), *(
            nameless(code, 2, required=not code.startswith("why") and code != "story") for code in WORDS if code in words
        )]  # fmt: skip
        values = self._values(one) | dict(words)
        self.ask_for(
            _("Change"), fields, partial(self._change, one), subtitle=one.number, values=values, columns=2,
            client=(one.client_id or "", self.sheet.client or one.client_no, one.id),
        )  # fmt: skip

    def _change(self, one: Deviation, values: dict[str, Any]) -> None:
        words = {code: values[code] or "" for code in WORDS if code in values}
        wanted = replace(one, client_id=self.ask.who.client_id, **changed(one, values))
        self.do(deviations.change_deviation, wanted, words, self.ask.why or "")

    def go_on(self) -> None:
        """The next step: ask what it needs, or take it."""
        if self.sheet is None:
            return
        asks: dict[DeviationStatus, Callable[[DeviationSheet], None]] = {
            _S.OPEN: self._correct, _S.CORRECTION: self._explain, _S.REOPENED: self._explain, _S.CAUSE: self._plan,
            _S.ACTION: self._carry_out, _S.DONE: self._test,
        }  # fmt: skip
        one = self.sheet.deviation
        if one.status in asks:
            asks[one.status](self.sheet)
        elif one.effective:
            self._step(_S.CLOSED, steps.close_deviation)
        else:
            self.reopen()

    def _step(self, to: DeviationStatus, case: Any, *args: Any) -> None:
        """Take a step, with a way back."""
        if self.sheet is not None:
            one = self.sheet.deviation
            said = _("{number}: {state}.").format(number=one.number, state=_(DEVIATION_STATUS_NAMES[to]).lower())
            self.do(case, one.id, *args, said=said, undo=self.undoing(steps.undo_deviation_step, one.id))

    def _asking(self, sheet: DeviationSheet, head: str, fields: Any, run: Any, **values: Any) -> None:
        there = {code: sheet.words.get(code, "") for code in WORDS}
        intro = _("Write it without names: the auditor reads this.")
        given = there | {"on": dates.today(self.frame.now())} | values
        self.ask_for(head, fields, run, subtitle=sheet.deviation.number, values=given, intro=intro)

    def _correct(self, sheet: DeviationSheet) -> None:
        self._asking(sheet, _("What was done at once"), [nameless("correction"), on_field()], lambda told: self._step(
            _S.CORRECTION, steps.correct_deviation, told["correction"], told["on"]))  # fmt: skip

    def _explain(self, sheet: DeviationSheet) -> None:
        self._asking(sheet, _("Why it happened"), cause_fields(), lambda told: self._step(
            _S.CAUSE, steps.explain_deviation, {code: told[code] or "" for code in steps.CAUSE_WORDS}, told["on"]))  # fmt: skip

    def _plan(self, sheet: DeviationSheet) -> None:
        people, more = sheet.parts.people, bool(sheet.parts.open_actions)
        today = dates.today(self.frame.now())
        due = max(sheet.deviation.due_on or today, today + timedelta(weeks=1))
        me = self.frame.desk.user.id
        mine = me if me in dict(people) else NOBODY
        self._asking(sheet, _("What is done about it"), plan_fields(people, more=more), self._planned, due_on=due, owner_id=mine, title="")

    def _planned(self, told: dict[str, Any]) -> None:
        owner = None if told["owner_id"] == NOBODY else told["owner_id"]
        due = told["action_due"] or told["due_on"]
        actions = [PlannedAction(title=told["title"], due_on=due, owner_id=owner)] if told["title"] else []
        self._step(_S.ACTION, steps.plan_deviation, told["action"], told["due_on"], actions)

    def _carry_out(self, sheet: DeviationSheet) -> None:
        test_on = dates.today(self.frame.now()) + TEST_AFTER
        fields = [on_field(), Field(name="test_due_on", label=_("Effect to be tested by"), kind="date", required=True)]
        self._asking(sheet, _("All actions are carried out"), fields, lambda told: self._step(
            _S.DONE, steps.carry_out_deviation, told["on"], told["test_due_on"]), test_due_on=test_on)  # fmt: skip

    def _test(self, sheet: DeviationSheet) -> None:
        self._asking(sheet, _("Did it help?"), test_fields(), lambda told: self._step(
            _S.TESTED, steps.check_effect, told["test"], told["effective"] == "yes", told["on"]))  # fmt: skip

    def reopen(self) -> None:
        """It had no effect."""
        self._step(_S.REOPENED, steps.reopen_deviation)

    def undo(self) -> None:
        """Take one's own last step of today back."""
        if self.sheet is not None:
            self.do(steps.undo_deviation_step, self.sheet.deviation.id, said=_("The last step is taken back."))
