"""The plan as columns: a phase each, its items in it by pillar. Drag, or Ctrl+← and Ctrl+→."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plans import AIM_NAMES, PILLAR_NAMES, ItemStatus, PlanItem, PlanStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, Picture, muted, restyle, set_tip
from nmx_desk.ui.kit.layout import STRETCH, ClickCard, column, empty_layout, holder, row
from nmx_desk.ui.kit.pillars import PILLAR_ICONS
from nmx_desk.ui.plans.draft import Entry, PlanDraft
from nmx_desk.ui.plans.looks import item_badge, rhythm_of
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import CONTROL_HEIGHT, Space

MIME = "application/x-nmx-plan-item"
ICON = 14
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class ItemCard(ClickCard):
    """One item. Arrows walk, Ctrl+← and Ctrl+→ move it, Delete takes it away."""

    walked = Signal(int, int)
    moved = Signal(int)
    removed = Signal()

    def __init__(self, key: str, item: PlanItem, sheet: PlanSheet, *, writing: bool) -> None:
        self._icon = Picture()
        self._pillar = Label("", look="small", role="muted")
        self._text = Label("", wrap=True)
        self._rhythm = Label("", look="small", role="muted", wrap=True)
        self._when = Label("", look="small", role="muted")
        self._check = Label("", look="small", role="warn", wrap=True)
        self._badge = StateBadge()
        super().__init__("", name=item.text)
        self.key, self._writing, self._checking, self._today = key, writing, bool(sheet.cautions), sheet.today
        self._signed, self._in_force = sheet.version.status not in OPEN, sheet.version.status is PlanStatus.ACTIVE
        self._pressed: QPoint | None = None
        self._shown = item
        self.body.setSpacing(Space.XS)
        self.body.addLayout(row(self._icon, self._pillar, STRETCH, space=Space.XS))
        for widget in (self._text, self._rhythm, self._when, self._check):
            self.body.addWidget(widget)
        self._state = holder(row(self._badge, STRETCH))
        self.body.addWidget(self._state)
        box = self.layout()
        if box:
            box.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        if writing:
            set_tip(self, _("Enter opens it, Ctrl+← and Ctrl+→ move it to another phase, Delete takes it away."))
        theme().changed.connect(self._retint)
        self.show_item(item)

    def show_item(self, item: PlanItem) -> None:
        """Show it as it is now."""
        self._shown = item
        pillar = _(PILLAR_NAMES[item.pillar])
        self._pillar.setText(_("{pillar} · {aim}").format(pillar=pillar, aim=_(AIM_NAMES[item.aim]).lower()))
        self._text.setText(item.text or _("New item"))
        passed = item.evaluate_on is None or item.evaluate_on <= self._today
        open_still = self._in_force and passed and item.status in {ItemStatus.ACTIVE, ItemStatus.PAUSED}
        said = _("Evaluation waits since {day}") if open_still else _("Evaluate on {day}")
        when = said.format(day=dates.short(item.evaluate_on)) if item.evaluate_on else _("No evaluation date yet")
        self._when.setText(when)
        self._when.set_role("warn" if open_still or (passed and self._writing) else "muted")
        missing = self._checking and self._writing and not item.contra_checked
        self._check.setText(_("Contra-check still to be done") if missing else "")
        badge, rhythm = item_badge(item), rhythm_of(item)
        self._badge.set(badge)
        self._state.setVisible(item.status is not (ItemStatus.ACTIVE if self._signed else ItemStatus.PLANNED))
        self._check.setVisible(missing)
        self._rhythm.setText(rhythm)
        self._rhythm.setVisible(bool(rhythm))
        state = badge.text if item.status is not ItemStatus.PLANNED else ""
        parts = (pillar, self._text.text(), rhythm, when, state, self._check.text())
        self.setAccessibleName(", ".join(part for part in parts if part))
        self._retint()

    def choose(self, on: bool) -> None:
        """Mark as the one in the panel."""
        self.setProperty("chosen", "true" if on else "false")
        restyle(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, move, take away; Enter opens."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if step[0]:
                self.moved.emit(step[0])
        elif step and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.walked.emit(*step)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a drag may begin."""
        self._pressed = event.position().toPoint() if self._writing and event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if self._pressed is None or (event.position().toPoint() - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        self._pressed = None
        drag, data = QDrag(self), QMimeData()
        data.setData(MIME, self.key.encode())
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction)

    def _retint(self) -> None:
        self._icon.setPixmap(pixmap(PILLAR_ICONS[self._shown.pillar], "accent", ICON))


class PhaseColumn(QFrame):
    """A phase: name, weeks, goal, items."""

    opened = Signal(str)
    phase_opened = Signal(str)
    added = Signal(str)
    dropped = Signal(str, str)
    phase_added = Signal()
    begun = Signal(str)

    WIDTH = 192  # at least; the room there is, is shared

    def __init__(self, number: int, draft: PlanDraft, first: int, *, writing: bool, stepping: bool) -> None:
        super().__init__()
        part, last_one = draft.parts[number - 1], number == len(draft.parts)
        self.key = part.key
        self.setMinimumWidth(round(self.WIDTH * theme().text_scale))
        self.setAcceptDrops(writing)
        last = first + part.phase.weeks - 1
        span = ngettext("{n} week", "{n} weeks", part.phase.weeks).format(n=part.phase.weeks)
        when = _("{span} · week {first} to {last}").format(span=span, first=first, last=last) if last > first else span
        sheet = draft.sheet
        week = (sheet.today - sheet.start).days // 7 + 1
        runs = sheet.version.status is PlanStatus.ACTIVE and first <= week <= last
        if runs:
            when = _("{when} · now in week {n}").format(when=when, n=week)
        name = _("Phase {n}: {name}").format(n=number, name=part.phase.name)
        self.setAccessibleName(f"{name}, {when}" if runs else name)
        title = Label(name, look="large", wrap=True)
        change = [IconButton("pencil", _("Change phase {n}").format(n=number), self._open_phase)] if writing else []
        if writing and last_one:
            change.append(IconButton("plus", _("Add phase"), self.phase_added.emit))
        if stepping and any(entry.item.status is ItemStatus.PLANNED for entry in part.entries):
            change.append(IconButton("play", _("Begin phase {n}").format(n=number), lambda: self.begun.emit(self.key)))
        head = row(title, *change, space=0)
        head.setStretch(0, 1)
        titled = holder(head)
        titled.setMinimumHeight(round(CONTROL_HEIGHT * theme().text_scale) if writing or stepping else 0)  # with a button or without
        self.cards = [ItemCard(entry.key, entry.item, draft.sheet, writing=writing) for entry in part.entries]
        for card in self.cards:
            card.clicked.connect(partial(self.opened.emit, card.key))
        weeks = Label(when, look="small", role="accent" if runs else "muted", wrap=True)
        parts: list[QWidget] = [titled, weeks, muted(part.phase.goal), *self.cards]
        if writing:
            add = Button(_("Add item"), lambda: self.added.emit(self.key), kind="quiet", icon="plus")
            add.setAccessibleName(_("Add item to phase {n}").format(n=number))
            parts.append(holder(row(add, STRETCH)))
        self.setLayout(column(*parts, STRETCH, space=Space.S))

    def _open_phase(self) -> None:
        self.phase_opened.emit(self.key)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Only items of a plan."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put it here."""
        self.dropped.emit(bytes(event.mimeData().data(MIME).data()).decode(), self.key)
        event.acceptProposedAction()


class Board(QScrollArea):
    """All phases side by side. Signals carry keys of items or phases."""

    opened = Signal(str)
    phase_opened = Signal(str)
    added = Signal(str)
    phase_added = Signal()
    moved = Signal(str, int)
    dropped = Signal(str, str)
    removed = Signal(str)
    begun = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Phases of the plan"))
        self.setCornerWidget(QWidget())
        self._row = row(space=Space.L)
        inner = column(self._row, STRETCH)
        inner.setContentsMargins(0, 0, Space.S, Space.S)
        self.setWidget(holder(inner))
        self.columns: list[PhaseColumn] = []

    def show_draft(self, draft: PlanDraft, *, writing: bool, stepping: bool = False) -> None:
        """Build the columns anew; the card that had the focus keeps it. ``stepping``: a phase can be begun."""
        focused, bar = next((card.key for card in self.cards() if card.hasFocus()), ""), self.verticalScrollBar()
        place = bar.value()
        empty_layout(self._row)
        self.columns, week = [], 1
        for number, part in enumerate(draft.parts, 1):
            made = PhaseColumn(number, draft, week, writing=writing, stepping=stepping)
            week += part.phase.weeks
            self._connect(made)
            self.columns.append(made)
            self._row.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
        if found := self.card(focused):
            found.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, lambda: bar.setValue(place))  # once the new columns have their height

    def begin(self) -> None:
        """The focus on the first item, from the top."""
        if cards := self.cards():
            cards[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.verticalScrollBar().setValue(0)

    def cards(self) -> list[ItemCard]:
        """All items, in order."""
        return [card for column_ in self.columns for card in column_.cards]

    def card(self, key: str) -> ItemCard | None:
        """The card of an item."""
        return next((card for card in self.cards() if card.key == key), None)

    def focus(self, key: str) -> None:
        """Put the focus on an item and bring it into sight."""
        if found := self.card(key):
            found.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(found)

    def choose(self, key: str) -> None:
        """Mark the item that is in the panel; empty marks none."""
        for card in self.cards():
            card.choose(card.key == key)

    def show_entry(self, entry: Entry) -> None:
        """Show an item as it is now."""
        if found := self.card(entry.key):
            found.show_item(entry.item)

    def _connect(self, made: PhaseColumn) -> None:
        made.opened.connect(self.opened)
        made.phase_opened.connect(self.phase_opened)
        made.added.connect(self.added)
        made.dropped.connect(self.dropped)
        made.phase_added.connect(self.phase_added)
        made.begun.connect(self.begun)
        for card in made.cards:
            card.moved.connect(partial(self.moved.emit, card.key))
            card.removed.connect(partial(self.removed.emit, card.key))
            card.walked.connect(partial(self._walk, card.key))

    def _walk(self, key: str, right: int, down: int) -> None:
        place = next(number for number, made in enumerate(self.columns) if any(card.key == key for card in made.cards))
        line = [card.key for card in self.columns[place].cards].index(key)
        if right:
            steps = range(place + right, len(self.columns) if right > 0 else -1, right)
            target = next((self.columns[number] for number in steps if self.columns[number].cards), None)
            if target:
                self.focus(target.cards[min(line, len(target.cards) - 1)].key)
        elif 0 <= line + down < len(self.columns[place].cards):
            self.focus(self.columns[place].cards[line + down].key)
