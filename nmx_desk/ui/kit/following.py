"""What is asked and done about the running items of a plan, wherever they stand: in a note, at a contact, beside the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.plans import SEVERITY_NAMES, STOP_REASON_NAMES, Severity, SideEffect, StopReason
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import following
from nmx_desk.services.following import Followed, FollowingSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.adherence import FollowedRows
from nmx_desk.ui.kit.alarms import ask_flags
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.fold import Fold
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.page import Frame

TABLES = frozenset({"adherence", "side_effect", "plan_item", "plan_version", "plan"})
WAIT = 700  # ms after the last key until what was told is saved


class FollowingActs(QObject):
    """Side effects and stop rules of a client's running items: asked in a dialog, done, with a way back."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame, self._place = frame, parent
        self.client_id = ""

    def act(self, code: str, found: Followed, effect: SideEffect | None) -> None:
        """What a row's menu asked for."""
        if code == "effect":
            self.side_effect(found)
        elif code == "stop_rule":
            self.stop_rule(found)
        elif code == "ended" and effect is not None:
            self._do(following.change_side_effect, replace(effect, ended_on=dates.today(self._frame.now())),
                     then=partial(self._ended, effect))  # fmt: skip
        elif code == "take_back" and effect is not None:
            text = _("It goes from the file; the log keeps it. An item that was stopped for it goes on.")
            if ask(self._place, _("Take “{words}” back?").format(words=effect.words), text, yes=_("Take back")):
                self._do(following.take_back_side_effect, effect.id, then=lambda _done: self._say(_("The side effect was taken back.")))

    def side_effect(self, found: Followed) -> None:
        """Ask what the client noticed, and whether the item stops for it."""
        today = dates.today(self._frame.now())
        fields = [
            Field(name="words", label=_("What the client noticed"), required=True, max_length=following.LONGEST_WORDS),
            Field(name="severity", label=_("How bad"), kind="choice", required=True, blank="–",
                  options=[(one, _(name)) for one, name in SEVERITY_NAMES.items()]),
            Field(name="began_on", label=_("Since"), kind="date", required=True, past=True),
            Field(name="ended_on", label=_("Until"), kind="date", past=True, help=_("Empty while it goes on.")),
            Field(name="action", label=_("What was done"), max_length=following.LONGEST_WORDS),
            Field(name="stop", label=_("Stop this item for it"), kind="check"),
        ]  # fmt: skip
        told = ask_values(self._place, _("Side effect"), found.item.text, fields, yes=_("Save"), values={"began_on": today})
        if told is None:
            return
        stop = bool(told.pop("stop"))
        words = {"words": told["words"], "action": told["action"] or ""}
        made = SideEffect(item_line=found.line, **(told | words | {"severity": Severity(told["severity"])}))
        self._do(following.report_side_effect, self.client_id, made, stop=stop, then=partial(self._reported, found, stop))

    def _reported(self, found: Followed, stop: bool, made: SideEffect) -> None:
        said = _("“{item}” is stopped for a side effect.") if stop else _("The side effect of “{item}” is written down.")
        self._say(said.format(item=found.item.text), partial(self._do, following.take_back_side_effect, made.id))

    def stop_rule(self, found: Followed) -> None:
        """Ask what happened, and stop the item by its rule."""
        if not found.item.stop_when:
            self._say(_("No stop rule was agreed for this item."))
            return
        text = _("Agreed: {rule}").format(rule=found.item.stop_when)
        fields = [
            Field(name="reason", label=_("What happened"), required=True, max_length=following.LONGEST_WORDS),
            Field(name="why", label=_("Counts as"), kind="choice", required=True, blank="–",
                  options=[(one, _(name)) for one, name in STOP_REASON_NAMES.items()]),
        ]  # fmt: skip
        title = _("The stop rule of “{item}” was met").format(item=found.item.text)
        told = ask_values(self._place, title, text, fields, yes=_("Stop the item"))
        if told is not None:
            case, why = following.meet_stop_rule, StopReason(told["why"])
            self._do(case, found.item.id, why, told["reason"], then=partial(self._stopped, found))

    def _stopped(self, found: Followed, _item: object) -> None:
        said = _("“{item}” is stopped; its practitioner has a task of today.").format(item=found.item.text)
        self._say(said, partial(self._do, following.take_back_stop_rule, found.item.id))

    def _ended(self, effect: SideEffect, made: SideEffect) -> None:
        back = partial(self._do, following.change_side_effect, replace(made, ended_on=None))
        self._say(_("“{words}” is over since today.").format(words=effect.words), back)

    def _do(self, case: Any, *args: Any, then: Callable[[Any], object] | None = None, **kw: Any) -> None:
        self._frame.runner.do(case, *args, then=then, owner=self._place, **kw)

    def _say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        self._frame.toast(text, undo)


class FollowingCard(Fold):
    """How the plan goes, in the context of a draft note: chosen with one key an item, saved by itself. Not there without running items.

    Whoever places it calls ``open`` at every note, ``refresh`` with what others change, and ``flush`` before leaving.
    """

    shown = Signal()

    def __init__(self, frame: Frame) -> None:
        self.saved = Label("", look="small", role="muted")
        self.flags = Button(_("Ask red flags"), self._ask_flags, kind="quiet", icon="shield-alert")
        super().__init__("following", _("How the plan goes"), settings=frame.user_settings)
        self.frame, self.rows = frame, FollowedRows()
        self.acts = FollowingActs(frame, self)
        self.rows.acted.connect(self.acts.act)
        self.rows.edited.connect(self._edited)
        self.body.addWidget(self.rows)
        self.body.addLayout(row(self.flags, STRETCH, self.saved))
        self._note_id, self._day, self._writing = "", date(1970, 1, 1), False
        self._timer = QTimer(self, interval=WAIT, singleShot=True)
        self._timer.timeout.connect(self.flush)
        self.hide()

    def _ask_flags(self) -> None:
        ask_flags(self.frame, self, self.acts.client_id)

    def open(self, client_id: str, note_id: str, day: date, *, writing: bool) -> None:
        """Show what belongs to a note of a day; ``writing``: it is one's own draft."""
        self.flush()
        if (client_id, note_id) != (self.acts.client_id, self._note_id):
            self.hide()
        self.acts.client_id, self._note_id, self._day, self._writing = client_id, note_id, day, writing
        if client_id and self.frame.desk.may("plans.read"):
            self._load()

    def close_file(self) -> None:
        """Show nothing of anybody."""
        self.flush()
        self.acts.client_id = self._note_id = ""
        self.hide()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what was done about the items."""
        if self.acts.client_id and not self.isHidden() and (changes is None or changes.tables & TABLES):
            self._load()

    def _load(self) -> None:
        self.frame.runner.latest(("following", id(self)), following.open_following, self.acts.client_id, then=self._show, owner=self)

    def _show(self, sheet: FollowingSheet) -> None:
        if sheet.client_id != self.acts.client_id:
            return
        writing = self._writing and sheet.own and self.frame.desk.may("plans.write")
        focus = next((key for key, field in self.rows.inputs.items() if field.hasFocus()), "")
        self.rows.show_sheet(sheet, self._day, writing=writing, keep=True)
        self.flags.setVisible(writing)
        n = len(self.rows.inputs)
        self.set_said(ngettext("{n} item", "{n} items", n).format(n=n))
        self.setVisible(bool(n))
        if focus in self.rows.inputs:
            self.rows.inputs[focus].setFocus()
        self.shown.emit()

    def _edited(self) -> None:
        self.saved.setText("")
        self._timer.start()

    def flush(self) -> None:
        """Save what was chosen and is not saved yet."""
        self._timer.stop()
        changed = self.rows.changed()
        if changed and self.acts.client_id and self._note_id and self._writing:
            self.frame.runner.do(
                following.save_adherence, self.acts.client_id, changed, self._day, note_id=self._note_id,
                then=lambda _sheet: self.saved.setText(_("Saved")), owner=self,
            )  # fmt: skip
