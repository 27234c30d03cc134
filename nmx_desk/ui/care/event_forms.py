"""An event of a life: in one line, and in the panel with all there is to say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import AXIS_NAMES, Axis, axes_of, axes_text
from nmx_desk.domain.history import EVENT_ROLE_NAMES, EventRole, LifeEvent
from nmx_desk.i18n import _
from nmx_desk.services import lifeline
from nmx_desk.services.history import LONGEST_NAME, LONGEST_WORDS
from nmx_desk.services.lifeline import LifelineSheet
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form, enter_submits
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import Card, column, empty_layout, row
from nmx_desk.ui.theme.tokens import Space

if TYPE_CHECKING:
    from nmx_desk.ui.care.timeline import TimelinePart

ROLES = (EventRole.EVENT, EventRole.ANTECEDENT, EventRole.TRIGGER, EventRole.MEDIATOR)


def role_options() -> list[tuple[Any, str]]:
    """The parts an event may play."""
    return [(role, _(EVENT_ROLE_NAMES[role])) for role in ROLES]


def when_words(event: LifeEvent) -> str:
    """When it was, from and until."""
    return " – ".join(partial_dates.shown(day) for day in (event.began, event.ended) if day)


class EventPanel(EditPanel):
    """All there is to say of one event."""

    def __init__(self, part: TimelinePart) -> None:
        super().__init__(_("Event"))
        self._part = part
        self.event_ = LifeEvent()
        self._before: frozenset[str] = frozenset()
        self.boxes: dict[str, CheckInput] = {}
        self.form = Form(
            [
                Field(name="name", label=_("What happened"), required=True, span=0, max_length=LONGEST_NAME),
                Field(name="began", label=_("When"), kind="partial"),
                Field(name="ended", label=_("Until"), kind="partial"),
                Field(name="role", label=_("Part it plays"), kind="choice", required=True, options=role_options(), span=0),
                Field(name="text", label=_("What there is to say of it"), kind="multiline", lines=3, span=0,
                      max_length=lifeline.LONGEST_TEXT),
                Field(name="source", label=_("Who told it, or where it stands"), span=0, max_length=LONGEST_WORDS),
                *(Field(name=f"axis_{axis}", label=_(AXIS_NAMES[axis]), kind="check", span=0) for axis in Axis),
            ],
            columns=2,
        )  # fmt: skip
        self.belongs, self.complaints = section(_("Belongs to")), column(space=Space.XS)
        self.remove_button = Button(_("Remove"), self._remove, kind="quiet", icon="trash-2")
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.body.addWidget(self.form)
        self.body.addWidget(self.belongs)
        self.body.addLayout(self.complaints)
        self.foot.addWidget(self.remove_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        on_ctrl_enter(self, self.save)
        self.form.submitted.connect(self.save)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """What is open has the room: the line to add comes back when it is closed."""
        super().showEvent(event)
        self._part.offer_line()

    def hideEvent(self, event: QHideEvent) -> None:
        """Back to the line to add."""
        super().hideEvent(event)
        self._part.offer_line()

    @property
    def dirty(self) -> bool:
        """Whether something typed or ticked would be lost."""
        return not self.isHidden() and (self.form.dirty or self._ticked() != self._before)

    def _ticked(self) -> frozenset[str]:
        return frozenset(key for key, box in self.boxes.items() if box.isChecked())

    def begin(self, event: LifeEvent, sheet: LifelineSheet) -> None:
        """Open for an event."""
        self.event_, chosen = event, axes_of(event.axes)
        self.set_title(event.name, when_words(event))
        self.form.set_values({
            "name": event.name, "began": event.began, "ended": event.ended, "role": event.role, "text": event.text, "source": event.source,
            **{f"axis_{axis}": axis in chosen for axis in Axis},
        })  # fmt: skip
        empty_layout(self.complaints)
        self.boxes = {}
        for one in sheet.complaints:
            box = self.boxes[one.id] = CheckInput(one.words)
            box.setChecked(one.id in sheet.linked(event.id))
            self.complaints.addWidget(box)
        self._before = self._ticked()
        self.belongs.setVisible(bool(self.boxes))
        self.show()
        self.form.focus_first()

    def save(self) -> None:
        """Write down what was changed."""
        values = self.form.checked()
        if values is None:
            return
        axes = axes_text(axis for axis in Axis if values[f"axis_{axis}"])
        wanted = replace(
            self.event_, name=values["name"], began=values["began"] or "", ended=values["ended"] or "", role=values["role"], axes=axes,
            text=values["text"] or "", source=values["source"] or "",
        )  # fmt: skip
        self._part.frame.runner.do(lifeline.change_event, wanted, self._ticked(), then=self._saved, owner=self.form)

    def _saved(self, made: LifeEvent) -> None:
        self.form.mark_clean()
        self._before = self._ticked()
        self.close_panel()
        self._part.frame.toast(_("“{words}” is saved.").format(words=made.name))

    def _remove(self) -> None:
        self._part.take_away(self.event_)


class QuickEvent(Card):
    """Writes down an event in one line: when, what, its part, Enter."""

    def __init__(self, part: TimelinePart) -> None:
        super().__init__()
        self._part = part
        self.setAccessibleName(_("Add in one line"))
        self.form = Form(
            [
                Field(name="began", label=_("When"), kind="partial"),
                Field(name="name", label=_("What happened"), required=True, max_length=LONGEST_NAME, span=2),
                Field(name="role", label=_("Part it plays"), kind="choice", required=True, options=role_options()),
            ],
            columns=4,
        )  # fmt: skip
        self.add_button = Button(_("Add"), self.add, kind="primary", icon="plus", tip=_("Add (Enter)"))
        line = row(self.form, column(Label(" ", look="small"), self.add_button, None, space=Space.XS), space=Space.L)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.form.submitted.connect(self.add)
        enter_submits(self.form)

    def begin(self, began: str = "", role: EventRole = EventRole.EVENT) -> None:
        """Empty, with the cursor at what is not known yet."""
        self.form.set_values({"began": began, "name": "", "role": role})
        self.form.input("name" if began else "began").setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self) -> None:
        """Write down what was typed."""
        values = self.form.checked()
        if values is not None:
            event = LifeEvent(name=values["name"], began=values["began"] or "", role=values["role"])
            self._part.frame.runner.do(lifeline.add_event, self._part.client_id, event, then=self._added, owner=self.form)

    def _added(self, made: LifeEvent) -> None:
        part = self._part
        self.begin()
        part.wanted = made.id
        part.frame.toast(_("“{words}” is written down.").format(words=made.name), partial(part.take_away, made))
