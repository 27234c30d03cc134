"""The decisions of a management review; each becomes a task when the review is signed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal

from nmx_desk.domain.reviews import DECISION_KIND_NAMES, DecisionKind, ReviewDecision
from nmx_desk.i18n import _
from nmx_desk.services import reviews
from nmx_desk.services.reviews import ReviewSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel, ListPart
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space


class DecisionPanel(EditPanel):
    """What was decided, whose it is and by when."""

    kept = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Decision"))
        self.frame = frame
        self._review_id, self._decision = "", ReviewDecision()
        self.form = Form([
            Field(name="text", label=_("What was decided"), kind="multiline", lines=3, required=True, max_length=reviews.LONGEST_DECISION),
            Field(name="kind", label=_("Kind"), kind="choice", required=True,
                  options=[(str(kind), _(name)) for kind, name in DECISION_KIND_NAMES.items()]),
            Field(name="owner_id", label=_("Whose"), kind="choice", blank=_("Not known yet")),
            Field(name="due_on", label=_("Due by"), kind="date"),
        ])  # fmt: skip
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.hide()

    def begin(self, sheet: ReviewSheet, decision: ReviewDecision) -> None:
        """Write a new one, or change one."""
        self._review_id, self._decision = sheet.review.id, decision
        owner = self.form.input("owner_id")
        owner.set_options(sheet.people)  # type: ignore[union-attr]
        self.form.set_values({
            "text": decision.text, "kind": str(decision.kind), "owner_id": decision.owner_id, "due_on": decision.due_on,
        })  # fmt: skip
        self.show()
        self.form.focus_first()

    def save(self) -> None:
        """Keep it."""
        values = self.form.checked()
        if values is not None:
            told = replace(
                self._decision, text=values["text"], kind=DecisionKind(values["kind"]), owner_id=values["owner_id"], due_on=values["due_on"]
            )
            self.frame.runner.do(reviews.save_decision, self._review_id, told, then=lambda _made: self._saved(), owner=self.form)

    def _saved(self) -> None:
        self.form.mark_clean()
        self.close_panel()
        self.kept.emit()


class DecisionsView(ListPart):
    """The list of decisions with a panel beside. ``saved`` after a change."""

    saved = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.sheet: ReviewSheet | None = None
        self.new_button = Button(_("New decision"), self.begin, icon="plus")
        empty = EmptyState(_("No decisions yet"), _("Write down what was decided; signing makes a task of each."), icon="clipboard-check")
        self.table: Table[ReviewDecision] = Table(
            self._columns(), name="review_decisions", label=_("Decisions"), settings=frame.user_settings, empty=empty,
            key=lambda one: one.id,
        )  # fmt: skip
        self.table.on_delete(self.drop)
        self.panel: DecisionPanel = DecisionPanel(frame)
        self.panel.kept.connect(self.saved)
        about = muted(_("ISO 9001 9.3.3: improvement, changes of the quality system, resources. Each becomes a task."))
        head = row(about, self.new_button, space=Space.M)
        head.setStretch(0, 1)
        self.put_beside(head, self.table, offered=(self.new_button,))

    def _columns(self) -> list[Column[ReviewDecision]]:
        def whose(found: ReviewDecision) -> str:
            people = dict(self.sheet.people) if self.sheet else {}
            return people.get(found.owner_id or "", "–")

        return [
            Column(key="text", title=_("Decision"), text=lambda found: found.text, strong=True, tooltip=lambda found: found.text,
                   detail=lambda found: _(DECISION_KIND_NAMES[found.kind])),
            Column(key="owner", title=_("Whose"), text=whose, width=170),
            Column(key="due", title=_("Due by"), width=116, sort_key=lambda found: found.due_on,
                   text=lambda found: dates.short(found.due_on) if found.due_on else "–"),
        ]  # fmt: skip

    def show_sheet(self, sheet: ReviewSheet) -> None:
        """Show the decisions of a review."""
        self.sheet = sheet
        self.table.set_rows(sheet.decisions)
        self.offer()

    def offer(self) -> None:
        """A signed review takes none."""
        super().offer()
        self.new_button.setVisible(self._may and self.panel.isHidden())

    @property
    def _may(self) -> bool:
        return self.sheet is not None and self.sheet.is_open and self.frame.desk.may("quality.manage")

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.panel.dirty

    def begin(self) -> None:
        """Write a new one."""
        if self._may and self.sheet is not None and self.keep():
            self.panel.begin(self.sheet, ReviewDecision())
            self.offer()

    def edit(self) -> None:
        """Change the chosen one; of a signed review the task goes open."""
        found = self.table.current()
        if found is None or self.sheet is None or not self.keep():
            return
        if self._may:
            self.panel.begin(self.sheet, found)
            self.offer()
        elif found.task_id:
            self.frame.go("tasks", task_id=found.task_id)

    def drop(self) -> None:
        """Take the chosen one away."""
        found = self.table.current()
        if found is not None and self._may and self.sheet is not None:
            review_id, again = self.sheet.review.id, replace(found, id="", version=0, task_id=None)

            def back() -> None:
                self.frame.runner.do(reviews.save_decision, review_id, again, then=lambda _made: self.saved.emit(), owner=self)

            def gone(_nothing: object) -> None:
                self.frame.toast(_("The decision is taken away."), back)
                self.saved.emit()

            self.frame.runner.do(reviews.drop_decision, found.id, then=gone, owner=self)
