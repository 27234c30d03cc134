"""Reports an incident, or changes what was reported and how it is weighed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nmx_desk.domain.cases import LONGEST_SUMMARY, LONGEST_TEXT, TEXT_NAMES
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.incidents import CALAMITY_NAMES, CHANCE_NAMES, HARM_NAMES, INCIDENT_KIND_NAMES, Calamity, Harm, Incident, IncidentKind
from nmx_desk.i18n import _
from nmx_desk.services import incidents
from nmx_desk.services.incidents import LONGEST_PLACE, TOLD, IncidentSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.quality.case_client import CaseClient


class IncidentForm(EditPanel):
    """``then(id, words)`` after it was kept."""

    def __init__(self, frame: Frame, then: Callable[[str, str], object]) -> None:
        super().__init__(_("Incident"))
        self.frame, self._then = frame, then
        self.incident = Incident()
        self.who = CaseClient(frame.runner)
        self.client = self.who.picker
        self.form = Form(self._fields(), columns=2)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("{step} (Ctrl+Enter)").format(step=_("Save")))
        self.body.addWidget(self.who)
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.form.edited.connect(self._leak_shown)
        self.hide()

    def _fields(self) -> list[Field]:
        def named(names: dict[Any, str]) -> list[tuple[Any, str]]:
            return [(value, _(name)) for value, name in names.items()]

        calamity = named({key: name for key, name in CALAMITY_NAMES.items() if key is not Calamity.ESTABLISHED})
        grave = _("Unintended, about the quality of care, with death or serious harm. In doubt it is looked into within six weeks.")
        return [
            Field(name="kind", label=_("Kind"), kind="choice", required=True, options=named(INCIDENT_KIND_NAMES), span=0),
            Field(name="summary", label=_("In a few words"), required=True, max_length=LONGEST_SUMMARY, span=0,
                  help=_("Without names: this line outlives the client's file, and the auditor reads it.")),
            Field(name="story", label=_(TEXT_NAMES["story"]), kind="multiline", required=True, lines=5, max_length=LONGEST_TEXT),
            Field(name="at_once", label=_(TEXT_NAMES["at_once"]), kind="multiline", lines=2, max_length=LONGEST_TEXT),
            Field(name="harm", label=_("Harm"), kind="choice", required=True, options=named(HARM_NAMES)),
            Field(name="chance", label=_("Chance that it happens again"), kind="choice", options=named(CHANCE_NAMES)),
            Field(name="occurred_on", label=_("Happened on"), kind="date", past=True),
            Field(name="place", label=_("Where"), max_length=LONGEST_PLACE),
            Field(name="calamity", label=_("Could it be a calamity?"), kind="choice", required=True, options=calamity, span=0,
                  help=grave),
            Field(name="leak", label=_("This is a data leak"), kind="check", span=0, help=_("Personal data was lost or seen by others.")),
            Field(name="leak_day", label=_("Found on"), kind="date", past=True),
            Field(name="leak_found_at", label=_("Found at"), kind="time"),
            Field(name="nameless", label=_("Report it without my name"), kind="check", span=0,
                  help=_("The register then names nobody. The log, which the manager reads, still knows who typed it.")),
            Field(name="owner_id", label=_("Who handles it"), kind="choice", blank=_("Nobody yet"), span=0),
        ]  # fmt: skip

    def begin(self, client_id: str, client: str, source: str) -> None:
        """Report a new one."""
        now = self.frame.now()
        self.incident = Incident(source=source, reported_on=dates.today(now))
        self.set_title(_("New incident"))
        self.who.begin(client_id, client)
        self.form.clear()
        self.form.set_values({
            "kind": IncidentKind.CARE, "harm": Harm.NONE, "calamity": Calamity.NO, "occurred_on": dates.today(now),
            "leak_day": dates.today(now), "leak_found_at": dates.local(now).time(),
        })  # fmt: skip
        self._shape(new=True, people=())
        self.show()
        if client_id:
            self.form.focus_first()
        else:
            self.client.setFocus()

    def change(self, sheet: IncidentSheet) -> None:
        """Change what was reported, or weigh it."""
        one = self.incident = sheet.incident
        self.set_title(_("Change {number}").format(number=one.number), sheet.client)
        self.who.begin(one.client_id or "", sheet.client, case_id=one.id)
        found = dates.local(one.leak_found_at or self.frame.now())
        self._people(sheet.parts.people)
        self.form.set_values({
            "kind": one.kind, "summary": one.summary, "harm": one.harm, "chance": one.chance, "occurred_on": one.occurred_on,
            "place": one.place, "leak": one.leak_found_at is not None, "leak_day": found.date(), "leak_found_at": found.time(),
            "owner_id": one.owner_id, "calamity": one.calamity, **{code: sheet.words.get(code, "") for code in TOLD},
        })  # fmt: skip
        self._shape(new=False, people=sheet.parts.people)
        self.show()
        self.form.focus_first()

    def _people(self, people: Sequence[tuple[str, str]]) -> None:
        owner = self.form.input("owner_id")
        if isinstance(owner, ChoiceInput):
            owner.set_options(list(people))

    def _shape(self, *, new: bool, people: Sequence[tuple[str, str]]) -> None:
        """What is asked once only, and who handles it: known once there is a case."""
        for name in ("calamity", "nameless"):
            self.form.set_visible(name, new)
        self.form.set_visible("owner_id", bool(people) and self.frame.desk.may("grievances.manage"))
        self._leak_shown()

    def _leak_shown(self) -> None:
        leak = bool(self.form.values()["leak"])
        for name in ("leak_day", "leak_found_at"):
            self.form.set_visible(name, leak)

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return not self.isHidden() and (self.form.dirty or self.who.dirty)

    def save(self) -> None:
        """Keep it."""
        values, why = self.form.checked(), self.who.said()
        if values is None or why is None:
            return
        try:
            found = self._found_at(values)
        except UserError as error:
            self.form.show_error(error)
            return
        wanted = replace(
            self.incident, client_id=self.who.client_id, kind=IncidentKind(values["kind"]),
            summary=values["summary"], harm=Harm(values["harm"]), chance=values["chance"], occurred_on=values["occurred_on"],
            place=values["place"] or "", leak_found_at=found,
        )  # fmt: skip
        words = {code: values[code] or "" for code in TOLD}
        if self.incident.id:
            wanted = replace(wanted, owner_id=values["owner_id"])
            self.frame.runner.do(incidents.change_incident, wanted, words, why, then=self._changed, owner=self.form)
            return
        wanted = replace(wanted, calamity=Calamity(values["calamity"]))
        nameless = bool(values["nameless"])
        self.frame.runner.do(incidents.report_incident, wanted, words, nameless=nameless, then=self._made, owner=self.form)

    def _found_at(self, values: dict[str, Any]) -> datetime | None:
        """When the leak was found, to the minute; one that was known keeps its seconds."""
        if not values["leak"]:
            return None
        if values["leak_day"] is None or values["leak_found_at"] is None:
            raise UserError("leak_day" if values["leak_day"] is None else "leak_found_at", _("Fill this in."))
        found = dates.to_utc(values["leak_day"], values["leak_found_at"])
        known = self.incident.leak_found_at
        return known if known is not None and known.replace(second=0, microsecond=0) == found else found

    def _made(self, made: Incident) -> None:
        self._then(made.id, _("{number} is registered.").format(number=made.number))

    def _changed(self, made: Incident) -> None:
        self._then(made.id, _("{number} is saved.").format(number=made.number))
