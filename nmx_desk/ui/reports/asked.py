"""What a report is asked for: days, client, which of the client's papers, and what it is narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.saved_reports import Asked, asked_for
from nmx_desk.i18n import _
from nmx_desk.services import report_papers, reports
from nmx_desk.services.report_base import Chosen
from nmx_desk.services.report_papers import Paper
from nmx_desk.services.reports import FIELDS, ReportChoice, ReportFilters
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.fold import Fold
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput
from nmx_desk.ui.kit.labels import section
from nmx_desk.ui.kit.layout import column, holder
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.period import PeriodInput
from nmx_desk.ui.theme.tokens import Space


class AskedInput(QWidget):
    """Shows what the chosen report needs. ``changed`` when something else is asked for."""

    changed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._choice: ReportChoice | None = None
        self._wanted: Mapping[str, str] | None = None
        today = dates.today(frame.now())
        self.period, self.day = PeriodInput(today), DateInput(name=_("Day"))
        self.day.set_value(today)
        self.client = ClientPicker(frame.runner, name=_("Client"))
        self.paper = ChoiceInput(name=_("Which of them"))
        self.filters = {
            "practitioner": ChoiceInput(blank=_("All practitioners"), name=_("Practitioner")),
            "source": ChoiceInput(blank=_("All sources"), name=_("Source")),
            "type": ChoiceInput(blank=_("All appointment types"), name=_("Appointment type")),
            "location": ChoiceInput(blank=_("All locations"), name=_("Location")),
            "user": ChoiceInput(blank=_("All users"), name=_("Who did it")),
        }
        self._period = holder(column(section(_("Period")), self.period, space=Space.XS))
        self._day = holder(column(section(_("Day")), self.day, space=Space.XS))
        self._client_title = section(_("Client"))
        self._client = holder(column(self._client_title, self.client, space=Space.XS))
        self._paper = holder(column(section(_("Which of them")), self.paper, space=Space.XS))
        self.narrow = Fold("report_filters", _("Narrow down"), *self.filters.values(), settings=frame.user_settings, opened=False)
        self.narrow.setProperty("look", "")  # it stands in a card already
        self.setLayout(column(self._period, self._day, self._client, self._paper, self.narrow, space=Space.S))
        self.period.changed.connect(self.changed)
        self.day.editingFinished.connect(self.changed)
        self.client.picked.connect(self._picked)
        self.paper.edited.connect(self.changed)
        for field in self.filters.values():
            field.edited.connect(self._narrowed)

    def ask_filters(self, wanted: Mapping[str, str] | None = None) -> None:
        """Find out what there is to choose from; ``wanted``: what to choose then, by the names of ``Chosen``."""
        self._wanted = wanted
        self._frame.runner.do(reports.report_filters, then=self._got_filters, owner=self)

    def _got_filters(self, found: ReportFilters) -> None:
        for name, field in self.filters.items():
            field.set_options(getattr(found, name))
            if self._wanted is not None:
                field.set_value(self._wanted.get(FIELDS[name]) or None)
        self._wanted = None
        self._said()

    def use(self, choice: ReportChoice | None) -> None:
        """Show what this report needs."""
        before, self._choice = self._choice, choice
        needs = choice.needs if choice else frozenset()
        self._period.setVisible("period" in needs)
        self._day.setVisible("day" in needs)
        self._client.setVisible("client" in needs)
        self._paper.setVisible("paper" in needs)
        optional = choice is not None and choice.client_optional
        self._client_title.setText(_("Client (empty: everybody)") if optional else _("Client"))
        wanted = choice.filters if choice else ()
        for name, field in self.filters.items():
            field.setVisible(name in wanted)
        self.narrow.setVisible(bool(wanted))
        self._said()
        if choice is not None and "paper" in needs and before is not choice:
            self._ask_papers()

    # Papers -------------------------------------------------------------------------------------------------------------------------

    def _picked(self, _client_id: str) -> None:
        self._ask_papers()
        self.changed.emit()

    def _ask_papers(self) -> None:
        self.paper.set_options(())
        choice, client_id = self._choice, self.client.client_id
        if choice is not None and "paper" in choice.needs and client_id:
            got: Callable[[tuple[Paper, ...]], None] = self._got_papers
            self._frame.runner.do(report_papers.list_papers, choice.name, client_id, then=got, owner=self)

    def _got_papers(self, found: tuple[Paper, ...]) -> None:
        self.paper.set_options([(paper.id, paper.words) for paper in found] or [("", _("There is nothing to print."))])
        self.changed.emit()

    # Filters ------------------------------------------------------------------------------------------------------------------------

    def _narrowed(self) -> None:
        self._said()
        self.changed.emit()

    def _said(self) -> None:
        shown = [field.currentText() for name, field in self._used() if field.value()]
        self.narrow.set_said(", ".join(shown))

    def _used(self) -> list[tuple[str, ChoiceInput]]:
        wanted = self._choice.filters if self._choice else ()
        return [(name, field) for name, field in self.filters.items() if name in wanted]

    def chosen(self) -> Chosen:
        """What it is narrowed to."""
        return Chosen(**{FIELDS[name]: str(field.value() or "") for name, field in self._used()})

    # The whole ----------------------------------------------------------------------------------------------------------------------

    def parameters(self) -> dict[str, Any]:
        """For ``make_report``; of a paper which one."""
        choice = self._choice
        if choice is None:
            return {}
        if "paper" in choice.needs:
            return {"paper_id": str(self.paper.value() or "")}
        made: dict[str, Any] = {"chosen": self.chosen()}
        if "period" in choice.needs:
            made["date_from"], made["date_to"] = self.period.days()
        if "day" in choice.needs:
            made["date_from"] = self.day.value()
        if "client" in choice.needs and self.client.client_id:
            made["client_id"] = self.client.client_id
        return made

    def asked(self) -> Asked | None:
        """The same to be kept under a name: days as they lie before today, never a client. None where a day cannot be understood."""
        given, chosen = self.parameters(), self.chosen()
        first, last = given.get("date_from"), given.get("date_to", given.get("date_from"))
        made = Asked()
        if "date_from" in given:
            if not isinstance(first, date) or not isinstance(last, date):
                return None
            kind = "day" if "date_to" not in given else str(self.period.kind.value())
            made = asked_for(kind, first, last, dates.today(self._frame.now()))
        return Asked(
            kind=made.kind, back=made.back, first=made.first, last=made.last, practitioner_id=chosen.practitioner_id, source=chosen.source,
            type_code=chosen.type_code, location_id=chosen.location_id, actor=chosen.actor,
        )  # fmt: skip

    def set_asked(self, asked: Asked) -> None:
        """Mean what was kept, as seen today."""
        first, last = asked.days(dates.today(self._frame.now()))
        if asked.kind == "day":
            self.day.set_value(first)
        elif asked.kind:
            self.period.set_days(first, last)
        for name, field in self.filters.items():
            field.set_value(getattr(asked, FIELDS[name]) or None)
        self._said()
