"""Panels of the suppliers: one with its scores, and a new score."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.suppliers import (
    POINTS,
    SUPPLIER_KIND_NAMES,
    VERDICT_NAMES,
    Supplier,
    SupplierReview,
    mean_score,
    next_after,
)
from nmx_desk.i18n import _
from nmx_desk.services import suppliers
from nmx_desk.services.suppliers import SupplierRow, SuppliersSheet, SupplierView
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import Card, column, empty_layout
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.quality.case_parts import CaseActions, CaseFiles
from nmx_desk.ui.quality.listed import RecordPanel
from nmx_desk.ui.quality.trend import TrendLine
from nmx_desk.ui.theme.tokens import Space

MOST_SHOWN = 6


class SupplierPanel(RecordPanel):
    """A supplier: what is known of it, and how it was scored over the years."""

    score_wanted = Signal()

    def __init__(self, frame: Frame, paper: PaperView) -> None:
        kinds = [(one, _(name)) for one, name in SUPPLIER_KIND_NAMES.items()]
        super().__init__(frame, [
            Field(name="name", label=_("Name"), required=True, max_length=suppliers.LONGEST_NAME, span=0),
            Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds),
            Field(name="owner_id", label=_("Looked after by"), kind="choice"),
            Field(name="provides", label=_("What it provides"), span=0),
            Field(name="is_critical", label=_("Care or data depend on it"), kind="check", span=0),
            Field(name="has_data", label=_("It handles personal data for us"), kind="check", span=0),
            Field(name="agreement_on", label=_("Agreement of"), kind="date", help=_("The agreement on personal data.")),
            Field(name="agreement_to", label=_("Until"), kind="date", help=_("Open when it has no end.")),
            Field(name="contact", label=_("Whom to contact"), span=0),
            Field(name="email", label=_("E-mail"), kind="email"),
            Field(name="phone", label=_("Phone"), kind="phone", max_length=60),
            Field(name="since", label=_("Since"), kind="date", past=True),
            Field(name="review_months", label=_("Scored every … months"), kind="int", required=True, least=1, most=suppliers.MOST_MONTHS),
            Field(name="note", label=_("Remark"), kind="multiline", lines=3, max_length=suppliers.LONGEST_TEXT, span=0),
        ], suppliers.save_supplier)  # fmt: skip
        self._may = frame.desk.may("quality.manage")
        self.score_button = Button(_("Score …"), self.score_wanted.emit, icon="star")
        self.deviation_button = Button(_("Nonconformity …"), self._to_deviation, icon="triangle-alert", tip=_("Make a nonconformity of it"))
        self.trend = TrendLine(_("Mean score"), low=1, high=5)
        self.lines = column(space=Space.XS)
        self.scores = Card(_("Scores"), self.trend, self.lines, actions=(self.score_button,))
        self.ended = Label("", role="warn", wrap=True)
        self.body.insertWidget(0, self.ended)
        self.todo = CaseActions(frame, suppliers.add_supplier_action)
        self.files = CaseFiles(frame, suppliers.add_supplier_file, paper)
        self.foot.insertWidget(0, self.deviation_button)
        self.deviation_button.hide()
        self.body.addWidget(self.scores)
        self.body.addWidget(self.todo)
        self.body.addWidget(self.files)
        self.scores.hide()
        self.ended.hide()
        self.form.input("has_data").edited.connect(self._data)
        self.form.set_read_only(not self._may)
        self.save_button.setVisible(self._may)

    def know(self, sheet: SuppliersSheet) -> None:
        """Who may look after a supplier."""
        owner = self.form.input("owner_id")
        if isinstance(owner, ChoiceInput):
            owner.set_options(sheet.owners)

    def open_new(self, supplier: Supplier) -> None:
        """A new one."""
        self._scored(None)
        self.deviation_button.hide()
        self.todo.hide()
        self.files.hide()
        self.ended.hide()
        self.begin(supplier, _("New supplier"))
        self._data()

    def open_view(self, view: SupplierView) -> None:
        """One there is."""
        found = view.row.supplier
        self._scored(view.row)
        self.deviation_button.setVisible(self._may)
        self.todo.show_parts(found.id, view.parts, may_add=self._may)
        self.todo.show()
        self.files.show_parts(found.id, view.parts, may_add=self._may)
        words = _("Ended on {day}: {reason}").format(day=dates.short(found.ended_on), reason=found.end_reason) if found.ended_on else ""
        self.ended.setText(words)
        self.ended.setVisible(bool(words))
        self.begin(found, found.name, _(SUPPLIER_KIND_NAMES[found.kind]))
        self._data()

    def _to_deviation(self) -> None:
        self.frame.go("quality", part="deviations", once={"new": True, "source": subject_of(suppliers.TABLE, self.record.id)})

    def _data(self) -> None:
        has = bool(self.form.input("has_data").value())
        self.form.set_visible("agreement_on", has)
        self.form.set_visible("agreement_to", has)

    def _scored(self, found: SupplierRow | None) -> None:
        """Its scores as a line and in words, the newest first."""
        empty_layout(self.lines)
        self.scores.setVisible(found is not None)
        if found is None:
            return
        means = [(one.reviewed_on, mean) for one in found.reviews if (mean := mean_score(one)) is not None]
        self.trend.setVisible(len(means) > 1)
        self.trend.show_points(means)
        self.score_button.setVisible(self._may and found.supplier.ended_on is None)
        if not found.reviews:
            self.lines.addWidget(muted(_("Not scored yet.")))
        for one in reversed(found.reviews[-MOST_SHOWN:]):
            for line in _score_lines(one):
                self.lines.addWidget(line)


def _score_lines(one: SupplierReview) -> list[Label]:
    mean = mean_score(one)
    given = ", ".join(
        f"{_(name).lower()} {value}" for key, name in POINTS.items() if (value := getattr(one, key)) is not None
    )  # fmt: skip
    said = dates.number(mean, 1) if mean is not None else "–"
    head = f"{dates.short(one.reviewed_on)} · {said} · {_(VERDICT_NAMES[one.verdict])}"
    lines = [Label(head, look="strong", wrap=True), Label(given, look="small", role="muted", wrap=True)]
    return [*lines, Label(one.text, wrap=True)] if one.text else lines


class ScorePanel(RecordPanel):
    """A score of a supplier, with digits: 1 is bad, 5 is good."""

    def __init__(self, frame: Frame) -> None:
        steps = [(1, _("1 bad")), (2, _("2 poor")), (3, _("3 sufficient")), (4, _("4 good")), (5, _("5 excellent"))]
        verdicts = [(one, _(name)) for one, name in VERDICT_NAMES.items()]
        points = [Field(name=key, label=_(name), kind="choice", options=steps, blank=_("Does not apply")) for key, name in POINTS.items()]
        super().__init__(frame, [
            *points,
            Field(name="reviewed_on", label=_("Scored on"), kind="date", required=True, past=True),
            Field(name="verdict", label=_("What follows"), kind="choice", required=True, options=verdicts, span=0),
            Field(name="text", label=_("Why, and what is asked"), kind="multiline", lines=4, max_length=suppliers.LONGEST_TEXT, span=0),
            Field(name="next_on", label=_("Scored again on"), kind="date"),
        ], suppliers.score_supplier)  # fmt: skip

    def open_for(self, found: SupplierRow, today: date) -> None:
        """Score it as of today; what was said the last time stands below the title."""
        last, before = found.newest, ""
        if last is not None and found.mean is not None:
            before = _("Last time {mean}, on {day}").format(mean=dates.number(found.mean, 1), day=dates.short(last.reviewed_on))
        fresh = replace(SupplierReview(), reviewed_on=today, next_on=next_after(today, found.supplier.review_months))
        self.begin(fresh, _("Score “{name}”").format(name=found.supplier.name), before, before=(found.id,))
