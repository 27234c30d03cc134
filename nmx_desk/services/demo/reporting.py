"""The manager's named report. Nothing in the demo clinic writes itself: its folders would be somebody's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from nmx_desk.domain.saved_reports import Asked, SavedReport
from nmx_desk.services import saved_reports
from nmx_desk.services.demo.office import MANAGER, Journey, Office, wall


def play(office: Office, end: datetime) -> None:
    """One that the manager looks at every month, kept some days ago."""
    moment = wall(office.open_day(office.last_day - timedelta(days=9)), 13 * 60)
    if moment < end:
        office.start(_named(office), moment)


def _named(office: Office) -> Journey:
    yield office.now
    saved = SavedReport(name="Vorige maand, voor het teamoverleg", report="month", formats="pdf")
    office.do(MANAGER, saved_reports.save_named, saved, Asked(kind="month", back=1))
