"""Folds beside a note that hold more than scores: how the client lives, what it brings along, and the seven axes."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from nmx_desk.domain.complaints import AXIS_NAMES
from nmx_desk.domain.history import SMOKING_NAMES, LifestyleMeasurement
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import axes, history
from nmx_desk.services.axes import AxesSheet, AxisSheet
from nmx_desk.services.history_sheet import HistorySheet
from nmx_desk.services.notes import NoteSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.fold import Fold
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.history_summary import TABLES, WHOLE, history_items
from nmx_desk.ui.kit.judging import JudgePanel, state_badge
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, row
from nmx_desk.ui.kit.lifestyle import hours, lifestyle_fields, told_of
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


def lifestyle_words(one: LifestyleMeasurement) -> str:
    """What was told, in a line; what was not measured is left out."""
    told = [
        (_("food {n}"), one.nutrition), (_("vegetables {n} g"), one.vegetables), (_("alcohol {n}"), one.alcohol),
        (_("caffeine {n}"), one.caffeine), (_("sleep {n} h"), None if one.sleep_half_hours is None else hours(one.sleep_half_hours)),
        (_("quality of sleep {n}"), one.sleep_quality), (_("exercise {n} min"), one.exercise), (_("stress {n}"), one.stress),
    ]  # fmt: skip
    words = [said.format(n=value) for said, value in told if value is not None]
    smoking = [_(SMOKING_NAMES[one.smoking]).lower()] if one.smoking else []
    return ", ".join([*words, *smoking, *filter(None, [one.pattern])])


class LifestyleFold(Fold):
    """Asked with the note; what stays empty is not measured. ``edited`` at every change."""

    edited = Signal()

    def __init__(self, frame: Frame) -> None:
        self.form = Form(lifestyle_fields(), columns=2)
        self.before = Label("", look="small", role="muted", wrap=True)
        super().__init__("notes.lifestyle", _("Lifestyle"), self.before, self.form, settings=frame.user_settings, opened=False)
        self.form.edited.connect(self.edited)
        self.form.edited.connect(self._tell)

    def show_sheet(self, sheet: NoteSheet) -> None:
        """What was told with this note, and what was told before."""
        earlier = sheet.lifestyle_before
        words = lifestyle_words(earlier) if earlier else ""
        self.before.setText(_("On {day}: {words}.").format(day=dates.short(earlier.measured_on), words=words) if earlier else "")
        self.before.setVisible(bool(words))
        self.form.set_values({name: getattr(sheet.lifestyle, name) for name in self.form.values()})
        self.form.set_read_only(sheet.read_only)
        self._tell()

    def told(self) -> LifestyleMeasurement:
        """What stands here."""
        return told_of(self.form.values())

    def restore(self, values: dict[str, Any]) -> None:
        """Show what a draft holds."""
        self.form.set_values({name: value for name, value in values.items() if name in self.form.values()})
        self._tell()

    def _tell(self) -> None:
        n = sum(value not in {None, ""} for value in self.form.values().values())
        self.set_said(ngettext("{n} answer", "{n} answers", n).format(n=n) if n else self.before.text())


class HistoryFold(Fold):
    """What the client brings along, in short. Asked for when it is open: a look is logged."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._client_id, self._shown = frame, "", column(space=Space.S)
        super().__init__("notes.history", _("Medical history"), self._shown, settings=frame.user_settings, opened=False)
        self.turned.connect(lambda _on: self._ask())

    def show_client(self, client_id: str) -> None:
        """Show a client's."""
        if client_id != self._client_id:
            empty_layout(self._shown)
        self._client_id = client_id
        self._ask()

    def refresh(self, changes: Changes | None) -> None:
        """Something of it was written down."""
        if changes is None or changes.tables & TABLES:
            self._ask()

    def _ask(self) -> None:
        if self.is_open and self._client_id:
            self._frame.runner.latest(("notes", "history"), history.summary, self._client_id, then=self._show, owner=self)

    def _show(self, sheet: HistorySheet) -> None:
        empty_layout(self._shown)
        items = [] if sheet.closed else history_items(sheet, WHOLE)
        for item in items or [Label(_("Nothing of it may be read here."), look="small", role="muted", wrap=True)]:
            self._shown.addWidget(item)


class AxesFold(Fold):
    """The seven axes as they stand; one of them is judged in ``panel``, with this note. Asked for when it is open: a look is logged."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._lines = frame, column(space=0)
        super().__init__("notes.axes", _("Axes"), self._lines, settings=frame.user_settings, opened=False)
        self._note: NoteSheet | None = None
        self.sheet: AxesSheet | None = None
        self.buttons: dict[str, Button] = {}
        self.panel = JudgePanel(frame)
        self.panel.closed.connect(self._back)
        self._last = ""
        self.turned.connect(lambda _on: self._ask())

    def show_sheet(self, sheet: NoteSheet) -> None:
        """The axes of a note's client."""
        if self._note is None or self._note.client.id != sheet.client.id:
            self.sheet = None
            empty_layout(self._lines)
            self.panel.hide()
        self._note = sheet
        if sheet.read_only:
            self.panel.hide()
        self._ask()

    def refresh(self, changes: Changes | None) -> None:
        """An axis was judged, here or elsewhere."""
        if changes is None or "axis_assessment" in changes.tables:
            self._ask()

    def _ask(self) -> None:
        if self.is_open and self._note is not None:
            self._frame.runner.latest(("notes", "axes"), axes.open_axes, self._note.client.id, then=self._show, owner=self)

    def _show(self, sheet: AxesSheet) -> None:
        self.sheet = sheet
        empty_layout(self._lines)
        self.buttons = {}
        may_judge = self._note is not None and not self._note.read_only
        for one in sheet.axes:
            name, found = _(AXIS_NAMES[one.axis]), state_badge(one.now.state if one.now else None)
            if may_judge:
                self.buttons[one.axis] = Button(name, partial(self.judge, one), kind="link", name=_("Judge {axis}").format(axis=name))
            shown = self.buttons.get(one.axis) or Label(name)
            self._lines.addLayout(row(shown, STRETCH, StateBadge(found.text, found.hue, found.icon), space=Space.S))
        judged = sum(one.now is not None for one in sheet.axes)
        self.set_said(_("{n} of {m} judged").format(n=judged, m=len(sheet.axes)))

    def judge(self, axis: AxisSheet) -> None:
        """Open the panel for an axis; what is written there belongs to this note."""
        if self.sheet is not None and self._note is not None:
            self._last = axis.axis
            self.panel.begin(self._note.client.id, axis, self.sheet, self._note.note.id)

    def begin(self) -> None:
        """Open the fold, and go to its first axis that is not judged."""
        if not self.is_open:
            self.open_now()
        elif self.sheet is not None and self.buttons:
            first = next((one.axis for one in self.sheet.axes if one.now is None), self.sheet.axes[0].axis)
            self.buttons[first].setFocus()

    def _back(self) -> None:
        if self._last in self.buttons:
            self.buttons[self._last].setFocus()
