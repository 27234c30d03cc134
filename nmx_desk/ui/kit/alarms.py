"""Alarm symptoms while a plan runs: asking the questions again, and the banner that stands until somebody settles it with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.domain.consults import SETTLED_NAMES, RedFlagAnswer, RedFlagCheck, Settled
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import red_flags
from nmx_desk.services.red_flags import Alarm
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.flags import FlagCheck
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.layout import bring_into_sight, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue, theme

TABLES = frozenset({"red_flag_check", "red_flag_answer"})
HIGH, WIDE = 380, 640


class FlagsDialog(Dialog):
    """The questions below each other, a key for each answer; Save takes what was answered."""

    def __init__(self, parent: QWidget | None, questions: Sequence[CodeItem]) -> None:
        super().__init__(parent, _("Ask red flags again"), _("A Yes that no doctor looked at yet stands at the plan until it is settled."))
        self.check = FlagCheck(in_call=False)
        self.check.set_questions(questions, (), read_only=False)
        area = scroll(self.check, _("Red-flag questions"))
        area.setMinimumHeight(HIGH)
        self.setMinimumWidth(round(WIDE * min(theme().text_scale, 1.3)))
        self.body.addWidget(self.check.banner)
        self.body.addWidget(area)
        self.save = self.add_buttons(_("Save"), _("Cancel"))
        self.save.setEnabled(False)
        self.check.edited.connect(lambda: self.save.setEnabled(bool(self.check.answers())))
        self.check.reached.connect(bring_into_sight)
        self.check.finished.connect(self.save.setFocus)
        QTimer.singleShot(0, self, lambda: self.check.rows[0].setFocus() if self.check.rows else None)


def ask_flags(frame: Frame, parent: QWidget, client_id: str) -> None:
    """Ask the clinic's questions, keep the answers, and say what came of it."""

    def asked(questions: Sequence[CodeItem]) -> None:
        dialog = FlagsDialog(parent, questions)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        answers: list[RedFlagAnswer] = dialog.check.answers()
        dialog.deleteLater()
        if accepted and answers:
            frame.runner.do(red_flags.recheck_flags, client_id, answers, then=partial(_kept, frame), owner=parent)

    frame.runner.latest(("flag questions", id(parent)), red_flags.flag_questions, then=asked, owner=parent)


def _kept(frame: Frame, check: RedFlagCheck) -> None:
    if check.alarm:
        frame.toast(_("The alarm stands at the plan and the file; its practitioner has a task of today."))
    else:
        frame.toast(_("The answers are in the file."))


class AlarmBanner(Banner):
    """Stands at a client's plan and file while an alarm is not settled; it cannot be closed."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.client_id = ""
        self.found: tuple[Alarm, ...] = ()

    def open(self, client_id: str) -> None:
        """Show what stands at a client's plan; nothing for who may not read plans."""
        if client_id != self.client_id:
            self.client_id, self.found = client_id, ()
            self.hide()
        if client_id and self.frame.desk.may("plans.read"):
            self.frame.runner.latest(("alarms", id(self)), red_flags.open_alarms, client_id, then=self._show, owner=self)

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if self.client_id and (changes is None or changes.tables & TABLES):
            self.open(self.client_id)

    def _show(self, found: tuple[Alarm, ...]) -> None:
        self.found = tuple(found)
        if not found:
            self.hide()
            return
        first = found[0]
        said = _("Alarm symptom told on {day}").format(day=dates.short(first.told_on))
        words = ": ".join(filter(None, (said, "; ".join(first.flags))))
        if len(found) > 1:
            words += " " + ngettext("And {n} more.", "And {n} more.", len(found) - 1).format(n=len(found) - 1)
        may = self.frame.desk.may("flags.override")
        action: Callable[[], object] | None = self.settle if may else None
        self.say(words, Hue.DANGER, action_text=_("Settle …") if may else "", action=action, closable=False)

    def settle(self) -> None:
        """Ask how the newest one was settled, and why."""
        if not self.found:
            return
        alarm = self.found[0]
        fields = [
            Field(name="settled", label=_("How it was settled"), kind="choice", required=True,
                  options=[(one, _(SETTLED_NAMES[one])) for one in Settled if one is not Settled.OPEN]),
            Field(name="reason", label=_("Reason"), kind="multiline", lines=3, required=True,
                  help=_("At least {n} characters; it stays in the file and in the log.").format(n=red_flags.LEAST_REASON)),
        ]  # fmt: skip
        told = ask_values(self, _("Settle the alarm"), "\n".join(alarm.flags), fields, yes=_("Settle"))
        if told is not None:
            self.frame.runner.do(
                red_flags.settle_alarm, alarm.id, Settled(told["settled"]), told["reason"], then=self._settled, owner=self,
            )  # fmt: skip

    def _settled(self, check: RedFlagCheck) -> None:
        back: Callable[[], Any] = partial(self.frame.runner.do, red_flags.reopen_alarm, check.id, owner=self)
        self.frame.toast(_("The alarm is settled."), back)
