"""Complaints of one client with their scores over time."""

from __future__ import annotations

from typing import ClassVar

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import COURSE_NAMES, Course
from nmx_desk.i18n import _
from nmx_desk.services import scores
from nmx_desk.services.scores import ComplaintSeries, ScoreSheet
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit.curve import ScoreCurve
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class ComplaintsPart(CarePart):
    """A line per complaint, the main one first."""

    key: ClassVar[str] = "complaints"
    tables: ClassVar[frozenset[str]] = frozenset({"complaint", "complaint_score", "outcome_score"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._lines = column(space=Space.M)
        advice = _("They come from the advice call or the intake.")
        self.none = EmptyState(_("No complaints written down yet"), advice, icon="heart-pulse")
        self.setLayout(column(scroll(holder(column(self._lines, self.none, STRETCH)), self.title())))

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Complaints")

    def clear(self) -> None:
        """Show nothing."""
        empty_layout(self._lines)
        self.none.hide()

    def load(self) -> None:
        """Ask for complaints and scores."""
        self.frame.runner.latest(("care", self.key), scores.score_series, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: ScoreSheet) -> None:
        self.clear()
        self.none.setVisible(not sheet.complaints)
        if sheet.complaints:
            self._lines.addWidget(Card(_("Complaints, 0 is no trouble"), *(_line(series) for series in sheet.complaints)))


def _line(series: ComplaintSeries) -> Item:
    complaint = series.complaint
    since = _("since {when}").format(when=partial_dates.shown(complaint.onset)) if complaint.onset else ""
    course = _(COURSE_NAMES[complaint.course]) if complaint.course is not Course.UNKNOWN else ""
    about = " · ".join(filter(None, (_("main complaint") if complaint.rank == 1 else "", since, course)))
    words = column(Label(complaint.words, look="strong", wrap=True), Label(about, look="small", role="muted", wrap=True), space=2)
    line = row(words, ScoreCurve(complaint.words, [(score.measured_on, score.score) for score in series.scores]), space=Space.L)
    line.setStretch(0, 1)
    return line
