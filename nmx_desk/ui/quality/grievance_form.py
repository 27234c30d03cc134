"""Registers a formal complaint as it came in, or changes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from nmx_desk.domain.cases import LONGEST_SUMMARY, LONGEST_TEXT, TEXT_NAMES
from nmx_desk.domain.grievances import GRIEVANCE_TOPIC_NAMES, GRIEVANCE_WAY_NAMES, Grievance, GrievanceTopic, GrievanceWay
from nmx_desk.i18n import _
from nmx_desk.services import grievances
from nmx_desk.services.grievances import TOLD, GrievanceSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.quality.case_client import CaseClient

WITHOUT_NAMES = 120


class GrievanceForm(EditPanel):
    """``then(id, words)`` after it was kept."""

    def __init__(self, frame: Frame, then: Callable[[str, str], object]) -> None:
        super().__init__(_("Formal complaint (Wkkgz)"))
        self.frame, self._then = frame, then
        self.grievance = Grievance()
        self.who = CaseClient(frame.runner)
        self.client = self.who.picker
        self.form = Form(self._fields(), columns=2)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("{step} (Ctrl+Enter)").format(step=_("Save")))
        self.body.addWidget(self.who)
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.form.set_visible("owner_id", frame.desk.may("grievances.manage"))
        self.hide()

    def _fields(self) -> list[Field]:
        topics = [(topic, _(name)) for topic, name in GRIEVANCE_TOPIC_NAMES.items()]
        ways = [(way, _(name)) for way, name in GRIEVANCE_WAY_NAMES.items() if way]
        return [
            Field(name="opened_on", label=_("Received on"), kind="date", required=True, past=True),
            Field(name="topic", label=_("About"), kind="choice", required=True, options=topics),
            Field(name="summary", label=_("In a few words"), required=True, max_length=LONGEST_SUMMARY, span=0,
                  help=_("Without names: this line outlives the client's file, and the auditor reads it.")),
            Field(name="story", label=_(TEXT_NAMES["story"]), kind="multiline", required=True, lines=5, max_length=LONGEST_TEXT),
            Field(name="wish", label=_(TEXT_NAMES["wish"]), kind="multiline", lines=2, max_length=LONGEST_TEXT),
            Field(name="at_once", label=_(TEXT_NAMES["at_once"]), kind="multiline", lines=2, max_length=LONGEST_TEXT),
            Field(name="way", label=_("How it came in"), kind="choice", options=ways, span=0),
            Field(name="complainant", label=_(TEXT_NAMES["complainant"]), placeholder=_("If it is somebody else than the client"), span=0),
            Field(name="contact", label=_(TEXT_NAMES["contact"]), span=0),
            Field(name="owner_id", label=_("Who handles it"), kind="choice", blank=_("Nobody yet"), span=0),
        ]  # fmt: skip

    def begin(self, client_id: str, client: str, source: str) -> None:
        """Register a new one."""
        self.grievance = Grievance(source=source)
        self.set_title(_("New formal complaint"))
        self.who.begin(client_id, client)
        self._people(())
        self.form.clear()
        self.form.set_values({"opened_on": dates.today(self.frame.now()), "topic": GrievanceTopic.TREATMENT})
        self.show()
        if client_id:
            self.form.input("topic").setFocus()
        else:
            self.client.setFocus()

    def change(self, sheet: GrievanceSheet) -> None:
        """Change what was written down of one."""
        one = self.grievance = sheet.grievance
        self.set_title(_("Change {number}").format(number=one.number), sheet.client)
        self.who.begin(one.client_id or "", sheet.client, case_id=one.id)
        self._people(sheet.parts.people)
        self.form.set_values({
            "opened_on": one.opened_on, "topic": one.topic, "way": one.way or None, "summary": one.summary, "owner_id": one.owner_id,
            **{code: sheet.words.get(code, "") for code in TOLD},
        })  # fmt: skip
        self.show()
        self.form.focus_first()

    def _people(self, people: Sequence[tuple[str, str]]) -> None:
        """Who can handle it: known once there is a case; a new one is given to nobody yet."""
        owner = self.form.input("owner_id")
        if isinstance(owner, ChoiceInput):
            owner.set_options(list(people))
        self.form.set_visible("owner_id", bool(people) and self.frame.desk.may("grievances.manage"))

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return not self.isHidden() and (self.form.dirty or self.who.dirty)

    def save(self) -> None:
        """Keep it."""
        values, why = self.form.checked(), self.who.said()
        if values is None or why is None:
            return
        wanted = replace(
            self.grievance, client_id=self.who.client_id, opened_on=values["opened_on"],
            topic=GrievanceTopic(values["topic"]), way=GrievanceWay(values["way"] or ""), summary=values["summary"],
            owner_id=values["owner_id"] if self.grievance.id else None,
        )  # fmt: skip
        words = {code: values[code] or "" for code in TOLD}
        new = not self.grievance.id
        then = partial(self._kept, new=new)
        if new:
            self.frame.runner.do(grievances.register_grievance, wanted, words, then=then, owner=self.form)
        else:
            self.frame.runner.do(grievances.change_grievance, wanted, words, why, then=then, owner=self.form)

    def _kept(self, made: Any, *, new: bool) -> None:
        said = _("{number} is registered.") if new else _("{number} is saved.")
        self._then(made.id, said.format(number=made.number))
