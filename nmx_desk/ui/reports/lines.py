"""A line of the list of reports."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.domain.saved_reports import EVERY_NAMES
from nmx_desk.i18n import _
from nmx_desk.services.reports import ReportChoice
from nmx_desk.services.saved_reports import NamedReport
from nmx_desk.ui.kit import dates


@dataclass(frozen=True)
class Line:
    """A line of the list: a report, or one under a name."""

    choice: ReportChoice
    named: NamedReport | None = None

    @staticmethod
    def key_of(report_id: str) -> str:
        """The name of a line of a named report."""
        return f"named:{report_id}"

    @property
    def name(self) -> str:
        """What it is chosen by."""
        return self.key_of(self.named.saved.id) if self.named else self.choice.name

    @property
    def title(self) -> str:
        """What it is called."""
        return self.named.saved.name if self.named else self.choice.title

    @property
    def trouble(self) -> str:
        """Why it was not written the last time."""
        return str(self.named.saved.trouble or "") if self.named else ""

    @property
    def text(self) -> str:
        """What it is; of a scheduled one when it is written next, or why it was not."""
        if self.named is None:
            return self.choice.text
        saved = self.named.saved
        if self.trouble:
            return _("Not written: {why}").format(why=self.trouble)
        when = _(EVERY_NAMES[saved.every]).lower() if saved.every else ""
        due = _("next {day}").format(day=dates.day(saved.next_on)) if saved.next_on else ""
        place = "" if self.named.here or not saved.every else _("on {computer}").format(computer=saved.station)
        return " · ".join(filter(None, (self.choice.title, when, due, place, self.named.owner)))
