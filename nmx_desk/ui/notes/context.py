"""What one wants to see while writing: complaints with scores, how life is, the last note, the plan."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.notes import LastNote, NoteSheet
from nmx_desk.services.scores import ComplaintEntry
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.complaints import ComplaintRows, entry_data, entry_from
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.fold import Fold
from nmx_desk.ui.kit.following import FollowingCard
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Flowing, column, empty_layout, holder, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.score import ScoreInput, walk_scores
from nmx_desk.ui.notes.folds import AxesFold, HistoryFold, LifestyleFold
from nmx_desk.ui.theme.tokens import Space

OUTCOMES = ("calm", "energy", "resistance")


def outcome_names() -> dict[str, str]:
    """Names of the three standing outcome scores."""
    return {"calm": _("Calm"), "energy": _("Energy"), "resistance": _("Resistance")}


class NoteContext(QWidget):
    """The right half of a note. Scores can be entered while the note is one's draft; ``edited`` then."""

    edited = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        keep = frame.user_settings
        self.complaints = ComplaintRows()
        self.complaints.rows_changed.connect(self._walk)
        self.outcome: dict[str, ScoreInput] = {}
        grid = QGridLayout()
        grid.setVerticalSpacing(Space.S)
        for line, (code, name) in enumerate(outcome_names().items()):
            self.outcome[code] = ScoreInput(name, high_is_good=True)
            grid.addWidget(Label(name), 2 * line, 0)
            grid.addWidget(self.outcome[code], 2 * line + 1, 0)
        self._before = Label("", look="small", role="muted", wrap=True)
        self.lifestyle, self.axes, self.following = LifestyleFold(frame), AxesFold(frame), FollowingCard(frame)
        self.history = HistoryFold(frame)
        for edited in (self.complaints.edited, *(score.edited for score in self.outcome.values()), self.lifestyle.edited):
            edited.connect(self.edited)
        self.edited.connect(self._tell)
        hint = Label(_("Here 10 is good; empty is not measured."), look="small", role="muted", wrap=True)
        self._last, self._plan = Fold("notes.last", _("Last note"), settings=keep), Fold("notes.plan", _("Plan"), settings=keep)
        folds = (
            Fold("notes.complaints", _("Complaints"), self.complaints, settings=keep),
            Fold("notes.outcome", _("How life is"), hint, grid, self._before, settings=keep),
        )
        self.folds = (*folds, self.following, self.history, self.lifestyle, self.axes, self._last, self._plan)
        self.setLayout(column(*self.folds, STRETCH, space=Space.M))
        self.side = self._beside()

    def _beside(self) -> QWidget:
        """The folds, or in their place the panel in which an axis is judged: so there is room for it."""
        inside = column(self)
        inside.setContentsMargins(Space.S, 0, Space.S, Space.L)
        self._inside = Flowing(inside)
        area = scroll(self._inside, _("Context"))
        self.axes.panel.installEventFilter(self)
        both = column(area, self.axes.panel, space=0)
        self._area = area
        self.installEventFilter(self)
        return holder(both)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The panel came or went; what stands here needs another width."""
        if watched is self and event.type() == QEvent.Type.LayoutRequest:
            bar = self._area.verticalScrollBar().sizeHint().width()
            self._area.setMinimumWidth(self._inside.minimumSizeHint().width() + bar)
        if watched is self.axes.panel and event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._area.setVisible(self.axes.panel.isHidden())
        return super().eventFilter(watched, event)

    def show_sheet(self, sheet: NoteSheet) -> None:
        """Show what belongs to a note."""
        note = sheet.note
        before = {series.complaint.id: series.before(note.id) for series in sheet.scores.complaints}
        self.complaints.set_entries(_entries(sheet), before, read_only=sheet.read_only)
        now = sheet.scores.outcome_in(note.id)
        earlier = [outcome for outcome in sheet.scores.outcomes if outcome.source_id != note.id]
        for code, field in self.outcome.items():
            field.set_before(next((value for one in reversed(earlier) if (value := getattr(one, code)) is not None), None))
            field.set_value(getattr(now, code))
            field.setEnabled(not sheet.read_only)
        self._before.setText(_earlier(earlier[-1]) if earlier else "")
        self._before.setVisible(bool(earlier))
        self.lifestyle.show_sheet(sheet)
        self.axes.show_sheet(sheet)
        self.following.open(note.client_id, note.id, note.care_date, writing=not sheet.read_only)
        self.history.show_client(note.client_id)
        self._show_last(sheet.last)
        self._show_plan(sheet)
        self._tell()

    def _tell(self) -> None:
        """What closed folds come to."""
        scores = [entry.score for entry in self.entries()]
        n, m = sum(score is not None for score in scores), len(scores)
        self.folds[0].set_said(_("{n} of {m} scored").format(n=n, m=m) if m else "")
        self.folds[1].set_said(_said(self.outcome_score()) or self._before.text())

    def focus_scores(self) -> None:
        """The first score, so that digits can follow."""
        for fold in self.folds[:2]:
            fold.open_now()
        self.scores()[0].setFocus(Qt.FocusReason.TabFocusReason)

    def scores(self) -> list[ScoreInput]:
        """Complaints, then calm, energy and resistance."""
        return [*self.complaints.scores(), *self.outcome.values()]

    def _walk(self) -> None:
        walk_scores(self.scores())

    def entries(self) -> list[ComplaintEntry]:
        """Complaints and scores as they stand here."""
        return self.complaints.entries()

    def outcome_score(self) -> OutcomeScore:
        """Calm, energy and resistance as they stand here."""
        now = {code: field.value() for code, field in self.outcome.items()}
        return OutcomeScore(calm=now["calm"], energy=now["energy"], resistance=now["resistance"])

    def data(self) -> dict[str, Any]:
        """Everything entered as JSON, for the draft."""
        return {
            "complaints": [entry_data(entry) for entry in self.entries()],
            "outcome": {code: field.value() for code, field in self.outcome.items()},
            "lifestyle": self.lifestyle.form.values(),
        }

    def restore(self, data: dict[str, Any], sheet: NoteSheet) -> None:
        """Show what a draft holds."""
        before = {series.complaint.id: series.before(sheet.note.id) for series in sheet.scores.complaints}
        self.complaints.set_entries([entry_from(entry) for entry in data["complaints"]], before)
        for code, value in data["outcome"].items():
            self.outcome[code].set_value(value)
        self.lifestyle.restore(data.get("lifestyle", {}))

    def refresh(self, changes: Changes | None) -> None:
        """Somebody changed what stands here and is not being written."""
        self.axes.refresh(changes)
        self.following.refresh(changes)
        self.history.refresh(changes)

    def _show_last(self, last: LastNote | None) -> None:
        empty_layout(self._last.body)
        self._last.setVisible(last is not None)
        if last is None:
            return
        said = _("{day}, {author}").format(day=dates.full_day(last.note.care_date), author=last.author)
        self._last.set_said(said)
        self._last.body.addWidget(muted(said))
        titles = {kind.code: kind.title for kind in last.template}
        for section in last.sections:
            if section.text:
                self._last.body.addLayout(_text(titles.get(section.code, section.code), section.text))

    def _show_plan(self, sheet: NoteSheet) -> None:
        empty_layout(self._plan.body)
        self._plan.setVisible(bool(sheet.phases))
        self._plan.set_said(", ".join(phase.name for phase in sheet.phases))
        for phase in sheet.phases:
            weeks = ngettext("{n} week", "{n} weeks", phase.weeks).format(n=phase.weeks)
            self._plan.body.addLayout(_text(_("{name}, {weeks}").format(name=phase.name, weeks=weeks), phase.goal))


def _text(title: str, text: str) -> QLayout:
    return column(Label(title, look="strong", wrap=True), Label(text, wrap=True, selectable=True), space=2)


def _entries(sheet: NoteSheet) -> list[ComplaintEntry]:
    note = sheet.note
    return [
        ComplaintEntry(
            id=series.complaint.id,
            words=series.complaint.words,
            onset=series.complaint.onset,
            code=series.complaint.code,
            score=series.measured_in(note.id),
        )
        for series in sheet.scores.complaints
        if series.complaint.is_active
    ]


def _said(outcome: OutcomeScore) -> str:
    """Scores in words; what was not measured is left out."""
    names = outcome_names()
    values = {code: getattr(outcome, code) for code in OUTCOMES}
    return ", ".join(_("{name} {n}").format(name=names[code].lower(), n=value) for code, value in values.items() if value is not None)


def _earlier(outcome: OutcomeScore) -> str:
    """The last scores in words."""
    return _("On {day}: {scores}.").format(day=dates.short(outcome.measured_on), scores=_said(outcome))
