"""Panels of satisfaction: entering answers one after the other with digits, and looking at one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.satisfaction import ANSWER_WAY_NAMES, ASKED_AT_NAMES, AnswerWay, AskedAt, SatisfactionAnswer, typed_code
from nmx_desk.i18n import _
from nmx_desk.services import satisfaction
from nmx_desk.services.satisfaction import AnswerView, FormFound, SatisfactionSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import column, empty_layout, holder
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space

AFTER_SCAN = 120  # ms: a scanner types a code faster than this


class EnterPanel(EditPanel):
    """An answer with digits; when it is kept, the next one is asked for with the same moment, practitioner and way."""

    kept = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Enter an answer"))
        self.frame = frame
        self.found: FormFound | None = None
        moments = [(one, _(name)) for one, name in ASKED_AT_NAMES.items()]
        ways = [(one, _(name)) for one, name in ANSWER_WAY_NAMES.items() if one is not AnswerWay.IMPORT]
        self.code_form = Form([Field(name="code", label=_("Code of the form"), max_length=20, placeholder="ABCD-EFGH",
                                     help=_("Scan it or type it; without a form leave it open."))])  # fmt: skip
        self.about = Label("", look="small", role="muted", wrap=True)
        self.form = Form([
            Field(name="recommend", label=_("Would recommend, 0–10"), kind="int", most=10),
            Field(name="mark", label=_("Mark, 1–10"), kind="int", least=1, most=10),
            Field(name="text", label=_("In their own words"), kind="multiline", lines=4, max_length=satisfaction.LONGEST_TEXT, span=0),
            Field(name="answered_on", label=_("Answered on"), kind="date", required=True, past=True),
            Field(name="way", label=_("How it came in"), kind="choice", required=True, options=ways),
            Field(name="moment", label=_("Asked"), kind="choice", required=True, options=moments),
            Field(name="practitioner_id", label=_("About whom"), kind="choice"),
        ], columns=2)  # fmt: skip
        self.client = ClientPicker(frame.runner, name=_("Client"), placeholder=_("Nobody: without a name"))
        who = column(Label(_("Client, where it is known"), look="small", role="muted"), self.client, space=Space.XS)
        self.who = holder(who)
        self.save_button = Button(_("Keep, and the next"), self.save, kind="primary", icon="check", tip=_("Keep it (Enter or Ctrl+Enter)"))
        for part in (self.code_form, self.about, self.form, self.who):
            self.body.addWidget(part)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self._scan = QTimer(self, singleShot=True, interval=AFTER_SCAN)
        self._scan.timeout.connect(self._look)
        self.code_form.edited.connect(self._scan.start)
        self.code_form.submitted.connect(self._entered)
        self.form.submitted.connect(self.save)
        on_ctrl_enter(self, self.save)
        self.about.hide()
        self.hide()

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return not self.isHidden() and (self.form.dirty or self.code_form.dirty or bool(self.client.client_id))

    def know(self, sheet: SatisfactionSheet) -> None:
        """Whom an answer may be about."""
        whom = self.form.input("practitioner_id")
        if isinstance(whom, ChoiceInput):
            whom.set_options(sheet.practitioners)
        if self.form.values()["answered_on"] is None:
            self.form.set_values({"answered_on": sheet.today})

    def begin(self, *, client_id: str = "", client: str = "") -> None:
        """Enter one."""
        self._clear()
        self.client.set_client(client_id, client, tell=False)
        self.show()
        self.code_form.focus_first()

    def _clear(self) -> None:
        self.code_form.clear()
        self.form.set_values({"recommend": None, "mark": None, "text": ""})
        self.client.set_client("", tell=False)
        self._form_found(None)

    # -- the form it stands on -------------------------------------------------------------------------------------------------------

    def _code(self) -> str:
        return str(self.code_form.values()["code"] or "").strip()

    def _look(self) -> None:
        """Once a whole code stands there, ask what form it is."""
        if typed_code(self._code()) is not None:
            self._ask(lambda _found: None)
        elif self.found is not None:
            self._form_found(None)

    def _entered(self) -> None:
        """Enter after the code: go on with the scores when the form is known."""
        self._scan.stop()
        if self._code():
            self._ask(lambda _found: self.form.focus_first())
        else:
            self.form.focus_first()

    def _ask(self, then: Any) -> None:
        def found(answer: FormFound) -> None:
            self._form_found(answer)
            then(answer)

        self.frame.runner.latest("form", satisfaction.find_form, self._code(), then=found, owner=self.code_form)

    def _form_found(self, found: FormFound | None) -> None:
        self.found = found
        self.who.setVisible(found is None)
        self.about.setVisible(found is not None)
        if found is None:
            return
        form = found.invitation
        words = _("Handed out on {day}").format(day=dates.short(form.handed_on))
        self.about.setText(", ".join((words, found.client or _("without a name"))))
        self.form.input("moment").set_value(form.moment)
        if form.practitioner_id:
            self.form.input("practitioner_id").set_value(form.practitioner_id)

    # -- keeping ---------------------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep it, and ask for the next."""
        values = self.form.checked()
        if values is None:
            return
        told = replace(
            SatisfactionAnswer(), recommend=values["recommend"], mark=values["mark"], text=values["text"] or "",
            answered_on=values["answered_on"], way=AnswerWay(values["way"]), moment=AskedAt(values["moment"]),
            practitioner_id=values["practitioner_id"] or None, client_id=self.client.client_id or None,
        )  # fmt: skip
        self.frame.runner.do(satisfaction.add_answer, told, self._code(), then=self._saved, owner=self)

    def _saved(self, made: SatisfactionAnswer) -> None:
        self.begin()
        self.kept.emit(made)


class AnswerPanel(EditPanel):
    """One answer: whose it is, its scores, its words."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Answer"))
        self.frame = frame
        self.lines = column(space=Space.XS)
        self.words = Label("", wrap=True, selectable=True)
        self.words_title = section(_("In their own words"))
        self.client_button = Button("", self._to_client, kind="link", icon="user-round")
        self.back_button = Button(_("Take back"), self._take_back, icon="undo-2")
        self.deviation_button = Button(_("Nonconformity …"), self._to_deviation, icon="triangle-alert", tip=_("Make a nonconformity of it"))
        self.view: AnswerView | None = None
        self.body.addWidget(self.client_button)
        self.body.addLayout(self.lines)
        self.body.addWidget(self.words_title)
        self.body.addWidget(self.words)
        self.foot.addWidget(self.deviation_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.back_button)
        self.hide()

    @property
    def dirty(self) -> bool:
        """Nothing is typed here."""
        return False

    def open_view(self, view: AnswerView) -> None:
        """Show it."""
        self.view, one = view, view.answer
        self.set_title(_("Answer of {day}").format(day=dates.short(one.answered_on)), view.client or _("without a name"))
        self.client_button.setText(view.client)
        self.client_button.setVisible(bool(view.client) and self.frame.desk.may("clients.read"))
        empty_layout(self.lines)
        for name, value in (
            (_("Would recommend"), _("{n} of 10").format(n=one.recommend) if one.recommend is not None else _("left open")),
            (_("Mark"), _("{n} of 10").format(n=one.mark) if one.mark is not None else _("left open")),
            (_("Asked"), _(ASKED_AT_NAMES[one.moment])), (_("About whom"), view.practitioner or "–"),
            (_("How it came in"), _(ANSWER_WAY_NAMES[one.way])), (_("Entered by"), view.entered_by or "–"),
        ):  # fmt: skip
            self.lines.addWidget(Label(f"{name}: {value}", wrap=True))
        self.words.setText(one.text)
        self.words.setVisible(bool(one.text))
        self.words_title.setVisible(bool(one.text))
        self.back_button.setVisible(view.undoable)
        self.deviation_button.setVisible(self.frame.desk.may("quality.manage"))
        self.show()

    def _to_client(self) -> None:
        if self.view is not None and self.view.answer.client_id:
            self.frame.go("clients", client_id=self.view.answer.client_id)

    def _to_deviation(self) -> None:
        if self.view is not None:
            source = subject_of("satisfaction_answer", self.view.answer.id)
            self.frame.go("quality", part="deviations", once={"new": True, "source": source})

    def _take_back(self) -> None:
        if self.view is not None:
            then = partial(self._taken_back, self.view.answer.id)
            self.frame.runner.do(satisfaction.take_back_answer, self.view.answer.id, then=then, owner=self)

    def _taken_back(self, _answer_id: str, _none: object) -> None:
        self.frame.toast(_("The answer is taken back."))
        self.close_panel()
