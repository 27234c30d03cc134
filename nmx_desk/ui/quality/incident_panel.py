"""An incident beside the list: terms of the law, states, analysis and cause, whether the client was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from nmx_desk.domain.cases import LONGEST_TEXT, TEXT_NAMES
from nmx_desk.domain.incidents import (
    CALAMITY_NAMES,
    CHANCE_NAMES,
    HARM_NAMES,
    INCIDENT_CAUSE_NAMES,
    INCIDENT_KIND_NAMES,
    INCIDENT_STATUS_NAMES,
    Calamity,
    Harm,
    Incident,
    IncidentCause,
    IncidentStatus,
    TimerKind,
)
from nmx_desk.i18n import _
from nmx_desk.services import incident_terms, incidents
from nmx_desk.services.incident_terms import LONGEST_REF
from nmx_desk.services.incidents import IncidentSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import Label, Picture
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.quality.case_parts import Step
from nmx_desk.ui.quality.incident_words import danger_badge, state_badge, timer_words
from nmx_desk.ui.quality.register import CasePanel
from nmx_desk.ui.theme import pixmap
from nmx_desk.ui.theme.tokens import Space

_S = IncidentStatus
TELL_WITHIN = timedelta(days=7)


class IncidentPanel(CasePanel):
    """An incident with its next step."""

    sheet: IncidentSheet

    def fill(self, sheet: IncidentSheet) -> None:
        """Terms, facts, states, what is next, words."""
        one = sheet.incident
        self.set_title(one.number, one.summary)
        badges = [StateBadge(badge.text, badge.hue, badge.icon) for badge in (state_badge(one), danger_badge(sheet.row))]
        self.top.addLayout(row(*badges, STRETCH, space=Space.S))
        self._terms(sheet)
        if sheet.client and one.client_id:
            link = Button(sheet.client, partial(self.frame.go, "clients", client_id=one.client_id), kind="link", icon="user-round",
                          name=_("Open {name}").format(name=sheet.client))  # fmt: skip
            self.top.addLayout(row(link, STRETCH))
        self.say(*self._facts(sheet))
        self.steps.show_steps(self._steps(one))
        writes = sheet.handles and one.status is _S.ANALYSING
        if sheet.manages:
            self._next(one)
        elif writes:
            self._analysis(steps=False)
        for code in ("story", "at_once", "whose", "analysis", "similar", "calamity", "leak", "told"):
            if not (writes and code in {"analysis", "similar"}):
                self.tell(_(TEXT_NAMES[code]), sheet.words.get(code, ""))

    def _terms(self, sheet: IncidentSheet) -> None:
        now = self.frame.now()
        for timer in sheet.row.timers:
            late = timer.late(now)
            role = "danger" if late else "ok" if not timer.runs else "warn"
            sign = Picture()
            sign.setPixmap(pixmap("circle-alert" if late else "timer" if timer.runs else "circle-check", role, 16))
            line = row(sign, Label(timer_words(timer, now), role=role, wrap=True), space=Space.S)
            line.setStretch(1, 1)
            self.top.addLayout(line)

    def _facts(self, sheet: IncidentSheet) -> list[str]:
        one = sheet.incident
        happened = _("Happened on {day}").format(day=dates.short(one.occurred_on)) if one.occurred_on else ""
        chance = _(CHANCE_NAMES[one.chance]) if one.chance else ""
        told = _("The client was told on {day}").format(day=dates.full_day(one.told_on)) if one.told_on else ""
        if one.client_id and not one.told_on and one.harm is not Harm.NONE and not sheet.words.get("told"):
            told = _("What a client notices is told to the client and noted in the file: that is still to be done.")
        return [
            " · ".join(filter(None, (_(INCIDENT_KIND_NAMES[one.kind]), happened, one.place))),
            " · ".join(filter(None, (_("Harm: {harm}").format(harm=_(HARM_NAMES[one.harm]).lower()),
                                    _("chance: {chance}").format(chance=chance) if chance else ""))),
            _("Cause: {cause}").format(cause=_(INCIDENT_CAUSE_NAMES[one.cause])) if one.cause else "",
            _("Calamity: {state}").format(state=_(CALAMITY_NAMES[one.calamity]).lower()) if one.doubt_on or one.established_on else "",
            told, _("Reported by {name}").format(name=sheet.reporter) if sheet.reporter else _("Reported without a name"),
            _("Handled by {name}").format(name=sheet.row.owner) if sheet.row.owner else _("Nobody handles it yet"),
            "" if sheet.whole else _("Whom it is about and what was told is not shown to you."),
        ]  # fmt: skip

    def _steps(self, one: Incident) -> list[Step]:
        order = list(IncidentStatus)
        at = order.index(one.status)
        days = {_S.REPORTED: one.reported_on, _S.MEASURES: one.analysed_on, _S.CLOSED: one.closed_on}
        found = []
        for place, state in enumerate(order):
            day = days.get(state)
            done = place < at or state is one.status
            found.append(Step(
                title=_(INCIDENT_STATUS_NAMES[state]), detail=dates.short(day) if day and done else "", done=done, now=state is one.status,
            ))  # fmt: skip
        return found

    # -- what is next ----------------------------------------------------------------------------------------------------------------

    def _next(self, one: Incident) -> None:
        if one.status is _S.REPORTED:
            self.button(_("Begin the analysis"), partial(self._step, _S.ANALYSING), icon_name="search", primary=True)
        elif one.status is _S.ANALYSING:
            self._analysis(steps=True)
        elif one.status is _S.MEASURES:
            self.button(_("Close it"), partial(self._step, _S.CLOSED), icon_name="check", primary=True)

    def _analysis(self, *, steps: bool) -> None:
        causes = [(code, _(name)) for code, name in INCIDENT_CAUSE_NAMES.items() if code]
        values = {code: self.sheet.words.get(code, "") for code in ("analysis", "similar")} | {"cause": self.sheet.incident.cause or None}
        self.ask(_("Analysis, without names of clients"), [
            Field(name="analysis", label=_(TEXT_NAMES["analysis"]), kind="multiline", lines=6, max_length=LONGEST_TEXT),
            Field(name="similar", label=_(TEXT_NAMES["similar"]), kind="multiline", lines=2, max_length=LONGEST_TEXT),
            Field(name="cause", label=_("Cause"), kind="choice", options=causes, blank=_("Not yet known")),
        ], values)  # fmt: skip
        self.button(_("Save"), self._save, icon_name="save", primary=not steps)
        if steps:
            self.button(_("To measures"), partial(self._step, _S.MEASURES), icon_name="clipboard-list", primary=True)

    def _typed(self) -> dict[str, Any] | None:
        return self.form.checked() if self.form is not None else {}

    def _words(self, values: dict[str, Any]) -> dict[str, str]:
        return {code: values[code] or "" for code in ("analysis", "similar") if code in values}

    def _save(self) -> None:
        values = self._typed()
        if values is not None:
            cause = IncidentCause(values.get("cause") or "")
            self.do(incidents.write_analysis, self.sheet.row.id, self._words(values), cause, said=_("Saved."))

    def _step(self, to: IncidentStatus) -> None:
        values = self._typed()
        if values is None:
            return
        said = _("{number}: {state}.").format(number=self.sheet.incident.number, state=_(INCIDENT_STATUS_NAMES[to]).lower())
        cause = IncidentCause(values.get("cause") or "")
        self.do(incidents.step_incident, self.sheet.row.id, to, cause=cause, words=self._words(values), said=said,
                undo=incidents.undo_incident_step)  # fmt: skip

    # -- what else -------------------------------------------------------------------------------------------------------------------

    def offers(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Change, tell the client, settle what the law asks, take back."""
        sheet, one = self.sheet, self.sheet.incident
        made: list[tuple[str, str, Callable[[], object]]] = []
        is_open = one.status is not _S.CLOSED
        if is_open and (sheet.handles or (one.status is _S.REPORTED and sheet.whole)):
            made.append(("pencil", _("Change or weigh it …"), self.change))
        if is_open and one.client_id and sheet.whole:
            made.append(("message-square", _("The client was told …"), self.told))
            if sheet.handles:
                made.append(("send", _("Ask the practitioner to tell the client …"), self.ask_to_tell))
        if is_open and sheet.manages:
            made += self._law(sheet)
            if one.status is _S.ANALYSING:
                made.append(("check", _("Close it without measures"), partial(self._step, _S.CLOSED)))
        if sheet.manages:
            made.append(("triangle-alert", _("Make it a nonconformity …"), partial(self.nonconformity, f"incident:{one.id}")))
        if sheet.may_take_back:
            made.append(("history", _("Take back the last step"), self.take_back))
        return made

    def _law(self, sheet: IncidentSheet) -> list[tuple[str, str, Callable[[], object]]]:
        one = sheet.incident
        made: list[tuple[str, str, Callable[[], object]]] = []
        if one.calamity is Calamity.NO:
            made.append(("circle-help", _("Could it be a calamity? …"), partial(self.settle, Calamity.DOUBT)))
        if one.calamity is Calamity.DOUBT:
            made.append(("circle-x", _("No calamity after all …"), partial(self.settle, Calamity.NO)))
        if one.calamity is not Calamity.ESTABLISHED:
            made.append(("octagon-alert", _("It is a calamity …"), partial(self.settle, Calamity.ESTABLISHED)))
        running = {timer.kind for timer in sheet.row.running}
        if TimerKind.CALAMITY in running:
            made.append(("send", _("Reported to the inspectorate …"), self.report_calamity))
        if TimerKind.LEAK in running:
            made.append(("send", _("Data leak reported …"), self.report_leak))
            made.append(("ban", _("The data leak need not be reported …"), self.no_leak))
        return made

    def change(self) -> None:
        """Change what was reported."""
        if not self.dirty:
            self.hide()
            self.part.new.change(self.sheet)  # type: ignore[attr-defined]

    def told(self) -> None:
        """The client was told, or why not."""
        values = {"told_on": self.sheet.incident.told_on or dates.today(self.frame.now()), "text": self.sheet.words.get("told", "")}
        text = _("Without a day: why the client is not told. Note it in the file too.")
        told = ask_values(self, _("What was the client told?"), text, [
            Field(name="told_on", label=_("Told on"), kind="date", past=True),
            Field(name="text", label=_(TEXT_NAMES["told"]), kind="multiline", required=True, max_length=LONGEST_TEXT),
        ], yes=_("Save"), values=values)  # fmt: skip
        if told is not None:
            self.do(incidents.tell_client, self.sheet.row.id, told["told_on"], told["text"], said=_("Saved."))

    def ask_to_tell(self) -> None:
        """A task for the client's practitioner."""
        day = dates.today(self.frame.now()) + TELL_WITHIN
        self.do(incidents.ask_to_tell, self.sheet.row.id, day, said=_("The task is there, due by {day}.").format(day=dates.full_day(day)))

    def settle(self, to: Calamity) -> None:
        """Whether it is a calamity."""
        titles = {
            Calamity.DOUBT: _("Could it be a calamity?"), Calamity.NO: _("Is it no calamity?"),
            Calamity.ESTABLISHED: _("Is it a calamity?"),
        }  # fmt: skip
        texts = {
            Calamity.DOUBT: _("It is looked into within six weeks."), Calamity.NO: _("The doubt is over then."),
            Calamity.ESTABLISHED: _("The inspectorate must be told within three working days."),
        }  # fmt: skip
        told = ask_values(self, titles[to], texts[to], [
            Field(name="why", label=_("Why? Without names of clients"), kind="multiline", required=True, max_length=LONGEST_TEXT),
        ], yes=_("Save"))  # fmt: skip
        if told is not None:
            self.do(incident_terms.settle_calamity, self.sheet.row.id, to, told["why"], said=_("Saved."))

    def report_calamity(self) -> None:
        """The inspectorate was told."""
        told = ask_values(self, _("Reported to the inspectorate"), _("The day of the report and the number that came back."), [
            Field(name="authority_on", label=_("Reported on"), kind="date", required=True, past=True),
            Field(name="authority_ref", label=_("Their number"), max_length=LONGEST_REF),
        ], yes=_("Save"), values={"authority_on": dates.today(self.frame.now())})  # fmt: skip
        if told is not None:
            ref = told["authority_ref"] or ""
            self.do(incident_terms.report_calamity, self.sheet.row.id, told["authority_on"], ref, said=_("Saved."))

    def report_leak(self) -> None:
        """The authority for personal data was told."""
        now = dates.local(self.frame.now())
        told = ask_values(self, _("Data leak reported"), _("When the authority (AP) was told, and the number that came back."), [
            Field(name="day", label=_("Reported on"), kind="date", required=True, past=True),
            Field(name="at", label=_("At"), kind="time", required=True),
            Field(name="leak_ref", label=_("Their number"), max_length=LONGEST_REF),
        ], yes=_("Save"), values={"day": now.date(), "at": now.time()})  # fmt: skip
        if told is not None:
            at = min(dates.to_utc(told["day"], told["at"]), self.frame.now())
            self.do(incident_terms.settle_leak, self.sheet.row.id, at, told["leak_ref"] or "", "", said=_("Saved."))

    def no_leak(self) -> None:
        """It need not be reported, and why."""
        told = ask_values(self, _("Need the data leak not be reported?"), _("It stays in the register, with your reason."), [
            Field(name="why", label=_("Why? Without names of clients"), kind="multiline", required=True, max_length=LONGEST_TEXT),
        ], yes=_("Need not be reported"))  # fmt: skip
        if told is not None:
            self.do(incident_terms.settle_leak, self.sheet.row.id, None, "", told["why"], said=_("Saved."))

    def take_back(self) -> None:
        """The last step was a mistake."""
        self.do(incidents.undo_incident_step, self.sheet.row.id, said=_("The last step is taken back."))
