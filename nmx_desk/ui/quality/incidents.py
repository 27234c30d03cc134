"""The register of incidents (VIM): what runs against a term of the law on top, each with its next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from PySide6.QtCore import QTimer

from nmx_desk.domain.incidents import HARM_NAMES, INCIDENT_KIND_NAMES, TIMER_NAMES, IncidentStatus
from nmx_desk.i18n import _
from nmx_desk.services import incidents
from nmx_desk.services.incidents import IncidentRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column
from nmx_desk.ui.quality.incident_form import IncidentForm
from nmx_desk.ui.quality.incident_panel import IncidentPanel
from nmx_desk.ui.quality.incident_words import danger_badge, state_badge, term_of, timer_words, urgent
from nmx_desk.ui.quality.register import CasePanel, RegisterPart, day_text
from nmx_desk.ui.theme import Hue

MINUTE = 60_000


class IncidentsPart(RegisterPart):
    """Incidents by term."""

    key: ClassVar[str] = "incidents"
    icon: ClassVar[str] = "triangle-alert"
    manual: ClassVar[str] = "quality-incidents"
    tables: ClassVar[frozenset[str]] = frozenset({"incident", "case_text", "case_file", "task", "client"})
    list_case: ClassVar[Any] = incidents.list_incidents
    open_case: ClassVar[Any] = incidents.open_incident
    spared: ClassVar[tuple[str, ...]] = ("owner", "reported", "danger", "state")
    new: IncidentForm

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.banner = Banner()
        self.above.addWidget(self.banner)
        self._clock = QTimer(self, interval=MINUTE)
        self._clock.timeout.connect(self._count_down)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Incidents (VIM)")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Complaints and incidents")

    def new_words(self) -> str:
        """The button."""
        return _("Report an incident")

    def empty_words(self) -> str:
        """Where there are none."""
        return _("What went wrong, or nearly did, is reported here to learn from, without blame; without a name if one wishes.")

    def columns(self) -> list[Column[IncidentRow]]:
        """The list."""

        def about(found: IncidentRow) -> str:
            one = found.incident
            return " · ".join(filter(None, (one.number, _(INCIDENT_KIND_NAMES[one.kind]), one.client_no)))

        def due(found: IncidentRow) -> date:
            return found.running[0].day if found.running else found.incident.due_on or found.incident.reported_on

        return [
            Column(key="what", title=_("What"), text=lambda found: found.incident.summary, strong=True, detail=about,
                   tooltip=lambda found: found.incident.summary),
            Column(key="reported", title=_("Reported"), text=lambda found: day_text(self.frame, found.incident.reported_on), width=110,
                   sort_key=lambda found: found.incident.reported_on, tooltip=lambda found: dates.full_day(found.incident.reported_on)),
            Column(key="danger", title=_("Danger"), text=lambda found: danger_badge(found).text, badge=danger_badge, width=150,
                   sort_key=lambda found: list(type(found.danger)).index(found.danger),
                   tooltip=lambda found: _("Harm: {harm}").format(harm=_(HARM_NAMES[found.incident.harm]).lower())),
            Column(key="term", title=_("Term"), text=lambda found: term_of(found, self.frame.now()).text, width=150, sort_key=due,
                   badge=lambda found: term_of(found, self.frame.now()), tooltip=self._terms),
            Column(key="state", title=_("State"), text=lambda found: state_badge(found.incident).text, width=150,
                   badge=lambda found: state_badge(found.incident)),
            Column(key="owner", title=_("For whom"), text=lambda found: found.owner or "–", width=150),
        ]  # fmt: skip

    def _terms(self, found: IncidentRow) -> str:
        return "\n".join(timer_words(timer, self.frame.now()) for timer in found.timers)

    def made_panel(self) -> CasePanel:
        """The panel of an incident."""
        return IncidentPanel(self, incidents.add_incident_action, incidents.add_incident_file, actions=_("Measures"))

    def made_form(self) -> EditPanel:
        """The form."""
        return IncidentForm(self.frame, self.registered)

    def day_of(self, found: IncidentRow) -> date:
        """The year it was reported in."""
        return found.incident.reported_on

    def is_open(self, found: IncidentRow) -> bool:
        """Not closed yet."""
        return found.incident.status is not IncidentStatus.CLOSED

    def searched(self, found: IncidentRow) -> str:
        """Where is searched."""
        one = found.incident
        return " ".join((one.number, one.summary, one.place, one.client_no, found.owner, _(INCIDENT_KIND_NAMES[one.kind])))

    def begin(self, client_id: str = "", client: str = "", source: str = "") -> None:
        """Report one."""
        if self.may_register and self.keep():
            self.panel.hide()
            self.new.begin(client_id, client, source)

    def save_new(self) -> None:
        """Keep the form."""
        self.new.save()

    # -- terms that run --------------------------------------------------------------------------------------------------------------

    def _listed(self, rows: Sequence[Any]) -> None:
        super()._listed(rows)
        self._warn()

    def _warn(self) -> None:
        """What runs against a term of the law, the first over on top of the list."""
        now = self.frame.now()
        waits = sorted(((timer, found) for found in self.rows if self.is_open(found) for timer in found.running),
                       key=lambda pair: pair[0].until)  # fmt: skip
        if not waits:
            self.banner.hide()
            return
        timer, found = waits[0]
        words = f"{found.incident.number}: {timer_words(timer, now)}."
        more = [f"{one.incident.number} ({_(TIMER_NAMES[each.kind]).lower()})" for each, one in waits[1:]]
        if more:
            words += " " + _("Also: {others}.").format(others=", ".join(more))
        self.banner.say(words, Hue.DANGER if urgent(timer, now) else Hue.WARN, closable=False, action_text=_("Show it"),
                        action=lambda: self._go(found.id))  # fmt: skip

    def _go(self, record_id: str) -> None:
        if self.keep():
            self.arrive(record_id=record_id)

    def tick(self, *, running: bool) -> None:
        """Count down while somebody looks."""
        if running:
            self._clock.start()
        else:
            self._clock.stop()

    def _count_down(self) -> None:
        self._warn()
        self.table.viewport().update()
