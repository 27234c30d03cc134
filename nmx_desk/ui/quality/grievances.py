"""The register of formal complaints (Wkkgz): terms in sight, each with its next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.cases import LONGEST_TEXT, TEXT_NAMES
from nmx_desk.domain.grievances import (
    BEFORE_JUDGEMENT,
    GRIEVANCE_STATUS_NAMES,
    GRIEVANCE_TOPIC_NAMES,
    GRIEVANCE_WAY_NAMES,
    JUDGEMENT_NAMES,
    Grievance,
    GrievanceStatus,
    Judgement,
    in_time,
)
from nmx_desk.i18n import _
from nmx_desk.services import case_letters, grievances
from nmx_desk.services.grievances import TOLD, GrievanceRow, GrievanceSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.kit.table import Column
from nmx_desk.ui.quality.case_parts import Step
from nmx_desk.ui.quality.grievance_form import GrievanceForm
from nmx_desk.ui.quality.register import CasePanel, RegisterPart, day_text, term_badge
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_S = GrievanceStatus
LOOKS = {
    _S.RECEIVED: (Hue.INFO, "inbox"), _S.CONFIRMED: (Hue.INFO, "mail"), _S.INVESTIGATING: (Hue.ACCENT, "search"),
    _S.JUDGED: (Hue.OK, "signature"), _S.DISPUTE: (Hue.WARN, "triangle-alert"), _S.CLOSED: (Hue.NEUTRAL, "circle-check"),
}  # fmt: skip


def state_badge(one: Grievance) -> Badge:
    """Where it stands."""
    return Badge(_(GRIEVANCE_STATUS_NAMES[one.state]), *LOOKS[one.state])


def term_of(found: GrievanceRow) -> Badge:
    """What is left of its term, or whether it was kept."""
    if found.days_left is not None:
        return term_badge(found.days_left)
    kept = in_time(found.grievance)
    if kept is None:
        return Badge(_("No judgement"), Hue.NEUTRAL, "minus")
    return Badge(_("In time"), Hue.OK, "circle-check") if kept else Badge(_("Too late"), Hue.DANGER, "circle-alert")


class GrievancePanel(CasePanel):
    """A complaint with its next step."""

    sheet: GrievanceSheet

    def fill(self, sheet: GrievanceSheet) -> None:
        """Term, whom it is about, states, what is next, words."""
        one = sheet.grievance
        self.set_title(one.number, one.summary)
        term, state = term_of(sheet.row), state_badge(one)
        badges = [StateBadge(badge.text, badge.hue, badge.icon) for badge in (state, term)]
        self.top.addLayout(row(*badges, STRETCH, space=Space.S))
        if sheet.client and one.client_id:
            link = Button(sheet.client, partial(self.frame.go, "clients", client_id=one.client_id), kind="link", icon="user-round",
                          name=_("Open {name}").format(name=sheet.client))  # fmt: skip
            self.top.addLayout(row(link, STRETCH))
        self.say(*self._facts(sheet))
        self.steps.show_steps(self._steps(one))
        if sheet.manages:
            self._next(one)
        elif sheet.handles and one.state is _S.INVESTIGATING:
            self._findings(judged=False)
        for code in ("complainant", "contact", *TOLD[2:], "whose", "extension", "findings", "judgement", "dispute"):
            written = sheet.manages and one.state is _S.INVESTIGATING and code in {"findings", "judgement"}
            if not written:
                self.tell(_(TEXT_NAMES[code]), sheet.words.get(code, ""))

    def _facts(self, sheet: GrievanceSheet) -> list[str]:
        one = sheet.grievance
        judged = _("Judgement: {what}").format(what=_(JUDGEMENT_NAMES[one.judgement]).lower()) if one.judgement else ""
        longer = _("made longer on {day}").format(day=dates.short(one.extended_on)) if one.extended_on else ""
        by = _("Judgement at the latest on {day}").format(day=dates.full_day(one.due_on))
        way = _(GRIEVANCE_WAY_NAMES[one.way]).lower() if one.way else ""
        return [
            ", ".join(filter(None, (by, longer))) if one.judged_on is None else "", judged,
            " · ".join(filter(None, (_(GRIEVANCE_TOPIC_NAMES[one.topic]), way))),
            _("Registered by {name}").format(name=sheet.registered_by) if sheet.registered_by else "",
            _("Handled by {name}").format(name=sheet.row.owner) if sheet.row.owner else _("Nobody handles it yet"),
            "" if sheet.whole else _("Whom it is about and what was told is not shown to you."),
        ]  # fmt: skip

    def _steps(self, one: Grievance) -> list[Step]:
        days: dict[GrievanceStatus, date | None] = {
            _S.RECEIVED: one.opened_on, _S.CONFIRMED: one.confirmed_on, _S.INVESTIGATING: one.investigated_on, _S.JUDGED: one.judged_on,
            _S.DISPUTE: one.dispute_on, _S.CLOSED: one.closed_on,
        }  # fmt: skip
        return [
            Step(
                title=_(GRIEVANCE_STATUS_NAMES[state]), detail=dates.short(day) if day else "", done=day is not None, now=state is one.state
            ) for state, day in days.items() if day is not None or state is not _S.DISPUTE
        ]  # fmt: skip

    # -- what is next ----------------------------------------------------------------------------------------------------------------

    def _next(self, one: Grievance) -> None:
        today = dates.today(self.frame.now())
        if one.state is _S.RECEIVED:
            on = Field(name="on", label=_("Confirmed in writing on"), kind="date", required=True)
            self.ask(_("Confirm the receipt"), [on], {"on": today})
            self.button(_("Receipt confirmed"), partial(self._step, _S.CONFIRMED), icon_name="mail", primary=True)
        elif one.state is _S.CONFIRMED:
            self.button(_("Begin the investigation"), partial(self._step, _S.INVESTIGATING), icon_name="search", primary=True)
        elif one.state is _S.INVESTIGATING:
            self._findings(judged=True)
        elif one.state is _S.JUDGED:
            self.button(_("To the dispute body"), partial(self._step, _S.DISPUTE), icon_name="triangle-alert")
            self.button(_("Close it"), partial(self._step, _S.CLOSED), icon_name="check", primary=True)
        elif one.state is _S.DISPUTE:
            lines = Field(name="dispute", label=_(TEXT_NAMES["dispute"]), kind="multiline", lines=5, required=True, max_length=LONGEST_TEXT)
            self.ask(_("The dispute body"), [lines], {"dispute": self.sheet.words.get("dispute", "")})
            self.button(_("Close it"), partial(self._step, _S.CLOSED), icon_name="check", primary=True)

    def _findings(self, *, judged: bool) -> None:
        fields = [Field(name="findings", label=_(TEXT_NAMES["findings"]), kind="multiline", lines=5, max_length=LONGEST_TEXT)]
        if judged:
            codes = [(code, _(JUDGEMENT_NAMES[code])) for code in (Judgement.FOUNDED, Judgement.PARTLY, Judgement.UNFOUNDED)]
            fields += [
                Field(name="judgement_code", label=_("Judgement"), kind="choice", options=codes),
                Field(name="judgement", label=_(TEXT_NAMES["judgement"]), kind="multiline", lines=5, max_length=LONGEST_TEXT),
            ]
        words = {code: self.sheet.words.get(code, "") for code in ("findings", "judgement")}
        self.ask(_("Investigation and judgement"), fields, words)
        self.button(_("Save"), self._save, icon_name="save", primary=not judged)
        if judged:
            self.button(_("Give the judgement"), partial(self._step, _S.JUDGED), icon_name="signature", primary=True)

    def _typed(self) -> dict[str, Any] | None:
        return self.form.checked() if self.form is not None else {}

    def _save(self) -> None:
        values = self._typed()
        if values is not None:
            words = {code: values[code] or "" for code in ("findings", "judgement") if code in values}
            self.do(grievances.write_findings, self.sheet.row.id, words, said=_("Saved."))

    def _step(self, to: GrievanceStatus) -> None:
        values = self._typed()
        if values is None:
            return
        words = {code: values[code] or "" for code in ("findings", "judgement", "dispute") if code in values}
        judgement = Judgement(values.get("judgement_code") or "")
        said = _("{number}: {state}.").format(number=self.sheet.grievance.number, state=_(GRIEVANCE_STATUS_NAMES[to]).lower())
        self.do(
            grievances.step_grievance, self.sheet.row.id, to, values.get("on"), judgement=judgement, words=words, said=said,
            undo=grievances.undo_grievance_step,
        )  # fmt: skip

    # -- what else -------------------------------------------------------------------------------------------------------------------

    def offers(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Change, extend, take back."""
        sheet, one = self.sheet, self.sheet.grievance
        made: list[tuple[str, str, Callable[[], object]]] = []
        mine = sheet.handles or (one.state is _S.RECEIVED and sheet.whole)
        if mine and one.state is not _S.CLOSED:
            made.append(("pencil", _("Change …"), self.change))
        if sheet.may_extend:
            made.append(("calendar-plus", _("Four weeks more …"), self.extend))
        if sheet.manages and one.state in BEFORE_JUDGEMENT:
            made.append(("undo-2", _("The client takes it back …"), self.withdraw))
        if sheet.handles:
            made += self._letters(one)
        if sheet.manages:
            made.append(("triangle-alert", _("Make it a nonconformity …"), partial(self.nonconformity, f"grievance:{one.id}")))
        if sheet.may_take_back:
            made.append(("history", _("Take back the last step"), self.take_back))
        return made

    def _letters(self, one: Grievance) -> list[tuple[str, str, Callable[[], object]]]:
        found: list[tuple[str, str, Callable[[], object]]] = [("printer", _("Letter: received"), partial(self.letter, "receipt"))]
        if one.extended_on is not None:
            found.append(("printer", _("Letter: it takes longer"), partial(self.letter, "longer")))
        if one.judged_on is not None and one.judgement is not Judgement.WITHDRAWN:
            found.append(("printer", _("Letter: the judgement"), partial(self.letter, "judged")))
        return found

    def letter(self, kind: str) -> None:
        """Show a letter, to print or to keep."""
        number = self.sheet.grievance.number
        self.frame.runner.do(
            case_letters.grievance_letter, self.sheet.row.id, kind, owner=self,
            then=lambda data: show_paper(self.frame, self, _("Letter about {number}").format(number=number), data, number),
        )  # fmt: skip

    def change(self) -> None:
        """Change what was written down."""
        if not self.dirty:
            self.hide()
            self.part.new.change(self.sheet)  # type: ignore[attr-defined]

    def extend(self) -> None:
        """Four weeks more, and why."""
        field = Field(name="reason", label=_(TEXT_NAMES["extension"]), kind="multiline", required=True, max_length=LONGEST_TEXT)
        text = _("Once, before the first six weeks are over. Tell the client so in writing, with the reason.")
        told = ask_values(self, _("Four weeks more for the judgement?"), text, [field], yes=_("Make it longer"))
        if told is not None:
            self.do(grievances.extend_grievance, self.sheet.row.id, told["reason"], said=_("The term is four weeks longer."))

    def withdraw(self) -> None:
        """The client takes it back."""
        field = Field(name="why", label=_("How and why it was taken back"), kind="multiline", required=True, max_length=LONGEST_TEXT)
        text = _("The complaint is closed without a judgement; it stays in the register.")
        told = ask_values(self, _("Does the client take it back?"), text, [field], yes=_("Taken back"))
        if told is not None:
            said = _("{number} is closed.").format(number=self.sheet.grievance.number)
            words = {"judgement": told["why"]}
            self.do(
                grievances.step_grievance, self.sheet.row.id, _S.CLOSED, words=words, said=said, undo=grievances.undo_grievance_step
            )  # fmt: skip

    def take_back(self) -> None:
        """The last step was a mistake."""
        self.do(grievances.undo_grievance_step, self.sheet.row.id, said=_("The last step is taken back."))


class GrievancesPart(RegisterPart):
    """Complaints by term."""

    key: ClassVar[str] = "grievances"
    icon: ClassVar[str] = "message-square"
    manual: ClassVar[str] = "quality-grievances"
    tables: ClassVar[frozenset[str]] = frozenset({"grievance", "case_text", "case_file", "task", "client"})
    list_case: ClassVar[Any] = grievances.list_grievances
    open_case: ClassVar[Any] = grievances.open_grievance
    new: GrievanceForm

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Formal complaints (Wkkgz)")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Complaints and incidents")

    def new_words(self) -> str:
        """The button."""
        return _("Register a formal complaint")

    def empty_words(self) -> str:
        """Where there are none."""
        return _("A formal complaint is judged within six weeks, and four more with a reason. It is kept outside the medical file.")

    def columns(self) -> list[Column[GrievanceRow]]:
        """The list."""

        def about(found: GrievanceRow) -> str:
            one = found.grievance
            return " · ".join(filter(None, (one.number, _(GRIEVANCE_TOPIC_NAMES[one.topic]), one.client_no)))

        def due(found: GrievanceRow) -> date:
            return found.grievance.due_on

        return [
            Column(key="what", title=_("What"), text=lambda found: found.grievance.summary or found.grievance.number, strong=True,
                   detail=about, tooltip=lambda found: found.grievance.summary),
            Column(key="received", title=_("Received"), text=lambda found: day_text(self.frame, found.grievance.opened_on), width=110,
                   sort_key=lambda found: found.grievance.opened_on, tooltip=lambda found: dates.full_day(found.grievance.opened_on)),
            Column(key="term", title=_("Term"), text=lambda found: term_of(found).text, badge=term_of, width=150, sort_key=due,
                   tooltip=lambda found: _("Judgement at the latest on {day}").format(day=dates.full_day(due(found)))),
            Column(key="state", title=_("State"), text=lambda found: state_badge(found.grievance).text, width=170,
                   badge=lambda found: state_badge(found.grievance)),
            Column(key="owner", title=_("For whom"), text=lambda found: found.owner or "–", width=160),
        ]  # fmt: skip

    def made_panel(self) -> CasePanel:
        """The panel of a complaint."""
        return GrievancePanel(self, grievances.add_grievance_action, grievances.add_grievance_file)

    def made_form(self) -> EditPanel:
        """The form."""
        return GrievanceForm(self.frame, self.registered)

    def day_of(self, found: GrievanceRow) -> date:
        """The year it was received in."""
        return found.grievance.opened_on

    def is_open(self, found: GrievanceRow) -> bool:
        """Not closed yet."""
        return found.grievance.state is not _S.CLOSED

    def searched(self, found: GrievanceRow) -> str:
        """Where is searched."""
        one = found.grievance
        return " ".join((one.number, one.summary, one.client_no, found.owner, _(GRIEVANCE_TOPIC_NAMES[one.topic])))

    def begin(self, client_id: str = "", client: str = "", source: str = "") -> None:
        """Register one."""
        if self.may_register and self.keep():
            self.panel.hide()
            self.new.begin(client_id, client, source)

    def save_new(self) -> None:
        """Keep the form."""
        self.new.save()
