"""The red-flag check: every question gets Yes, No or Unknown, with one key each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from nmx_desk.domain.consults import ANSWER_NAMES, Answer, FlagResult, RedFlagAnswer
from nmx_desk.domain.flags import blank_questions, open_flags, worst
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _, language
from nmx_desk.ui.kit.inputs import CheckInput, DateInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space

MIND = "mind"  # the group of the questions about danger to oneself
DATE_WIDTH = 130


def answer_keys() -> dict[str, Answer]:
    """The key of each answer: the first letter of its word (J, N, O in Dutch; Y, N, U in English)."""
    return {_(name)[0].upper(): answer for answer, name in ANSWER_NAMES.items()}


class FlagRow(QFrame):
    """One question. ``answered`` after an answer by key, so that the next question can be asked."""

    edited = Signal()
    answered = Signal()
    moved = Signal(int)

    def __init__(self, question: CodeItem, number: int) -> None:
        super().__init__()
        self.question = question
        self._answer: Answer | None = None
        self._text = _("{n}. {title}").format(n=number, title=question.label(language()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("look", "flag")
        self._label = Label(self._text, wrap=True)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons = {answer: self._button(answer, place) for place, answer in enumerate(ANSWER_NAMES)}
        self.assessed = CheckInput(_("Already assessed by a doctor"))
        self.assessed_on = DateInput(past=True, name=_("Assessed on"))
        self.assessed_on.setFixedWidth(round(DATE_WIDTH * theme().text_scale))
        self._more = holder(row(self.assessed, self.assessed_on, STRETCH))
        top = row(self._label, row(*self._buttons.values(), space=0), space=Space.M)
        top.setStretch(0, 1)
        box = column(top, self._more, space=Space.XS)
        box.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        self.setLayout(box)
        for part in (self.assessed, self.assessed_on):
            part.edited.connect(self._changed)
        self._tell()

    def _button(self, answer: Answer, place: int) -> QToolButton:
        word = _(ANSWER_NAMES[answer])
        button = QToolButton()
        button.setText(word)
        button.setAccessibleName(_("{question}: {answer}").format(question=self._text, answer=word))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("kind", "segment")
        button.setProperty("place", ("first", "", "last")[place])
        button.clicked.connect(lambda: self._clicked(answer))
        self._group.addButton(button)
        return button

    def value(self) -> RedFlagAnswer | None:
        """The answer given; None while it is blank."""
        if self._answer is None:
            return None
        return RedFlagAnswer(
            code=self.question.code, answer=self._answer, assessed=self._answer is Answer.YES and self.assessed.value(),
            assessed_on=self.assessed_on.value() if self._answer is Answer.YES else None,
        )  # fmt: skip

    def set_value(self, given: RedFlagAnswer | None) -> None:
        """Show an answer without telling."""
        self._answer = given.answer if given else None
        self.assessed.set_value(bool(given and given.assessed))
        self.assessed_on.set_value(given.assessed_on if given else None)
        self._tell()

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        for part in (*self._buttons.values(), self.assessed, self.assessed_on):
            part.setEnabled(not on)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if on else Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter answers; arrows go to the question above or below; Delete makes it blank."""
        answer = answer_keys().get(event.text().upper())
        if answer is not None:
            self._choose(answer)
            self.answered.emit()
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._choose(None)
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        super().focusInEvent(event)
        self._tint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer here."""
        super().focusOutEvent(event)
        self._tint()

    def _tint(self) -> None:
        role = "accent" if self.hasFocus() else "danger" if self._is_open() else "text"
        self._label.set_role(role)

    def _is_open(self) -> bool:
        given = self.value()
        return given is not None and bool(open_flags([given]))

    def _clicked(self, answer: Answer) -> None:
        """On to the next, unless a Yes asks more here."""
        self._choose(answer)
        if answer is not Answer.YES:
            self.answered.emit()

    def _choose(self, answer: Answer | None) -> None:
        self._answer = answer
        self._changed()

    def _changed(self) -> None:
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        for answer, button in self._buttons.items():
            button.setChecked(answer is self._answer)
        said = _(ANSWER_NAMES[self._answer]) if self._answer else _("not answered")
        self.setAccessibleName(_("{question}: {answer}").format(question=self._text, answer=said))
        self._more.setVisible(self._answer is Answer.YES)
        self.assessed_on.setVisible(self.assessed.value())
        self._tint()


class FlagCheck(QWidget):
    """All questions with the progress and what the answers ask for.

    ``in_call``: a call is going on, whose outcome the answers decide.
    ``edited`` at every change, ``reached`` with the row the keys now go to, ``finished`` when the last was answered,
    ``override_asked`` from the banner. The page places ``banner`` outside what scrolls: what it says stays in sight at every question.
    """

    edited = Signal()
    reached = Signal(object)
    finished = Signal()
    override_asked = Signal()

    def __init__(self, *, in_call: bool = True) -> None:
        super().__init__()
        self._in_call = in_call
        self.rows: list[FlagRow] = []
        self.overridden = ""
        self._read_only = False
        self.progress = Label("", look="strong")
        keys = "/".join(answer_keys())
        self.hint = Label(_("Keys: {keys}").format(keys=keys), look="small", role="muted")
        self.banner = Banner()
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.XS)
        self.setLayout(column(row(self.progress, STRETCH, self.hint), self._box, space=Space.S))

    def set_questions(
        self, questions: Sequence[CodeItem], answers: Sequence[RedFlagAnswer], *, read_only: bool, overridden: str = ""
    ) -> None:
        """Show the questions with what was answered; ``overridden`` is the reason of a practitioner's override."""
        empty_layout(self._box)
        self._read_only, self.overridden = read_only, overridden
        self.rows = [FlagRow(question, number) for number, question in enumerate(questions, 1)]
        for line in self.rows:
            line.set_read_only(read_only)
            line.edited.connect(self._edited)
            line.answered.connect(self._next)
            line.moved.connect(self._move)
            self._box.addWidget(line)
        self.set_answers(answers)

    def set_answers(self, answers: Sequence[RedFlagAnswer]) -> None:
        """Show answers without telling."""
        given = {answer.code: answer for answer in answers}
        for line in self.rows:
            line.set_value(given.get(line.question.code))
        self._tell()

    def answers(self) -> list[RedFlagAnswer]:
        """What was answered."""
        return [given for line in self.rows if (given := line.value()) is not None]

    @property
    def weights(self) -> dict[str, str]:
        """What a Yes to each question asks for."""
        return {line.question.code: line.question.action for line in self.rows}

    def blank(self) -> list[str]:
        """Codes of the questions without an answer."""
        return blank_questions(self.weights, self.answers())

    def worst(self) -> FlagResult:
        """The gravest thing an open Yes asks for by now."""
        return worst(self.weights, self.answers())

    def set_overridden(self, reason: str) -> None:
        """A practitioner's written override, or that it lapsed."""
        self.overridden = reason
        self._tell()

    def focus_blank(self) -> None:
        """Go to the first question without an answer."""
        blank = set(self.blank())
        for line in self.rows:
            if line.question.code in blank:
                self._go_to(line)
                return

    def _go_to(self, line: FlagRow) -> None:
        line.setFocus(Qt.FocusReason.TabFocusReason)
        self.reached.emit(line)

    def _edited(self) -> None:
        self._tell()
        self.edited.emit()

    def _next(self) -> None:
        """After an answer: on to the next blank question."""
        if self.blank():
            self.focus_blank()
        else:
            self.finished.emit()

    def _move(self, by: int) -> None:
        at = next((place for place, line in enumerate(self.rows) if line.hasFocus()), None)
        if at is not None and 0 <= at + by < len(self.rows):
            self._go_to(self.rows[at + by])

    def _tell(self) -> None:
        total = len(self.rows)
        self.progress.setText(_("{n} of {total} answered").format(n=total - len(self.blank()), total=total))
        self.progress.set_role("text" if self.blank() else "ok")
        result = self.worst()
        if result is FlagResult.CLEAR:
            if self.blank():
                self.banner.hide()
            else:
                self.banner.say(_("No red flag is open."), Hue.OK, closable=False)
            return
        if self.overridden:
            self.banner.say(_("A practitioner decided otherwise: {reason}").format(reason=self.overridden), Hue.WARN, closable=False)
            return
        text, hue = self._advice(result)
        action = None if self._read_only or self.blank() or not self._in_call else self.override_asked.emit
        self.banner.say(text, hue, action_text=_("Decide otherwise …"), action=action, closable=False)

    def _advice(self, result: FlagResult) -> tuple[str, Hue]:
        if not self._in_call and result is not FlagResult.EMERGENCY:
            return _("This stands at the plan and the file until it is settled: referred, or discussed with a doctor."), Hue.WARN
        if result is FlagResult.EMERGENCY:
            if MIND in {line.question.group for line in self.rows if line.question.code in open_flags(self.answers())}:
                return _("Emergency. Stay on the line. In danger now: 112. To talk: 113 or 0800-0113, day and night."), Hue.DANGER
            return _("Emergency. Stop the call and have the client call 112 or the out-of-hours GP now."), Hue.DANGER
        if result is FlagResult.GP:
            return _("GP first. End the call with “Referred to GP”."), Hue.WARN
        return _("You decide. Refer to the GP, or write down why it can go on; the GP is informed."), Hue.WARN


def answer_data(answer: RedFlagAnswer) -> dict[str, Any]:
    """An answer as JSON, for a draft."""
    on = answer.assessed_on.isoformat() if answer.assessed_on else None
    return {"code": answer.code, "answer": str(answer.answer), "assessed": answer.assessed, "assessed_on": on}


def answer_from(data: dict[str, Any]) -> RedFlagAnswer:
    """An answer from a draft."""
    on = data["assessed_on"]
    return RedFlagAnswer(
        code=str(data["code"]),
        answer=Answer(data["answer"]),
        assessed=bool(data["assessed"]),
        assessed_on=date.fromisoformat(on) if on else None,
    )
