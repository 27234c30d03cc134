"""Measuring in between two notes: each complaint and the three outcomes, digit after digit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from nmx_desk.domain.complaints import OutcomeScore, ToldBy
from nmx_desk.i18n import _
from nmx_desk.services import complaints
from nmx_desk.services.complaints import ComplaintsSheet, Measured
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, SidePanel, column, empty_layout, row
from nmx_desk.ui.kit.score import ScoreInput, walk_scores
from nmx_desk.ui.theme.tokens import Space

if TYPE_CHECKING:
    from nmx_desk.ui.care.complaints import ComplaintsPart


def outcome_names() -> dict[str, str]:
    """Names of the three standing outcome scores."""
    return {"calm": _("Calm"), "energy": _("Energy"), "resistance": _("Resistance")}


class MeasurePanel(SidePanel):
    """All scores under each other; a digit goes on to the next, Ctrl+Enter saves."""

    def __init__(self, part: ComplaintsPart) -> None:
        super().__init__(_("Measure now"))
        self._part = part
        self.scores: dict[str, ScoreInput] = {}
        self.outcome: dict[str, ScoreInput] = {}
        self.told_by = Segments(_("Whose figure it is"), ((ToldBy.CLIENT, _("Client")), (ToldBy.PRACTITIONER, _("Practitioner"))))
        self._lines = column(space=Space.M)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        hint = muted(_("0 is no trouble, 10 the worst imaginable, over the past 7 days; empty is not measured."))
        whose = column(muted(_("Whose figure it is")), row(self.told_by, STRETCH), space=2)
        self.body.addLayout(column(hint, self._lines, whose, space=Space.L))
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        on_ctrl_enter(self, self.save)
        self.hide()

    @property
    def dirty(self) -> bool:
        """Whether something was measured that is not saved."""
        return not self.isHidden() and any(one.value() is not None for one in (*self.scores.values(), *self.outcome.values()))

    def close_panel(self) -> None:
        """Forget what was not saved."""
        for one in (*self.scores.values(), *self.outcome.values()):
            one.set_value(None)
        super().close_panel()

    def begin(self, sheet: ComplaintsSheet) -> None:
        """Ask for every active complaint, then calm, energy and resistance."""
        empty_layout(self._lines)
        self.scores = {}
        for series in sheet.active:
            before = series.scores[-1].score if series.scores else None
            made = self.scores[series.complaint.id] = ScoreInput(series.complaint.words, before=before)
            self._lines.addLayout(column(Label(series.complaint.words, wrap=True), made, space=2))
        self._lines.addWidget(muted(_("Here 10 is good; empty is not measured.")))
        self.outcome = {}
        for code, name in outcome_names().items():
            before = next((value for one in reversed(sheet.scores.outcomes) if (value := getattr(one, code)) is not None), None)
            self.outcome[code] = ScoreInput(name, before=before, high_is_good=True)
            self._lines.addLayout(column(Label(name), self.outcome[code], space=2))
        every = [*self.scores.values(), *self.outcome.values()]
        walk_scores(every)
        self.show()
        every[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Write down what was measured."""
        part = self._part
        measured = [Measured(complaint_id=key, score=value) for key, one in self.scores.items() if (value := one.value()) is not None]
        now = {code: one.value() for code, one in self.outcome.items()}
        outcome = OutcomeScore(calm=now["calm"], energy=now["energy"], resistance=now["resistance"])
        told_by = ToldBy(self.told_by.value())
        part.frame.runner.do(complaints.measure, part.client_id, measured, outcome, told_by=told_by, then=self._saved, owner=self)

    def _saved(self, source: str) -> None:
        self.close_panel()
        part = self._part
        undo = partial(part.frame.runner.do, complaints.forget_measurement, part.client_id, source, owner=part)
        part.frame.toast(_("Measured."), undo)
