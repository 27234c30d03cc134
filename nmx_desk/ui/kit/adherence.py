"""How far an item of the plan was kept to, told in five steps with one key each, and all items of a plan below each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from nmx_desk.domain.plans import SEVERITY_NAMES, Adherence, SideEffect
from nmx_desk.i18n import _
from nmx_desk.services.following import Followed, FollowingSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.labels import Label, set_tip
from nmx_desk.ui.kit.layout import STRETCH, bring_into_sight, column, empty_layout, holder, line, row
from nmx_desk.ui.theme import icon, theme
from nmx_desk.ui.theme.tokens import Space, Text

STEPS = (0, 25, 50, 75, 100)
GAP = 2
EDGE = 3  # room for the ring
HIGH = 26
PADDING = 8


def step_words() -> dict[int, str]:
    """What each step means."""
    return {0: _("not at all"), 25: _("now and then"), 50: _("half of the time"), 75: _("mostly"), 100: _("always")}


class AdherenceInput(QWidget):
    """Five boxes. Keys 0 to 4 set one and go on to the next item; ←→ change, ↑↓ walk, Delete makes it "not asked" (None).

    A value between the steps, told elsewhere, is kept and said beside the boxes. ``edited`` at every change.
    """

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._value: int | None = None
        self._on = True
        self.above: AdherenceInput | None = None
        self.below: AdherenceInput | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()

    def value(self) -> int | None:
        """0–100; None was not asked."""
        return self._value

    def set_value(self, value: int | None) -> None:
        """Show a value without telling."""
        self._value = value
        self._tell()

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        self._on = not on
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if on else Qt.FocusPolicy.StrongFocus)
        self.update()

    def _box(self) -> int:
        return QFontMetrics(theme().font(Text.SMALL, strong=True)).horizontalAdvance("100") + 2 * PADDING

    def sizeHint(self) -> QSize:
        """The boxes, and what is said beside them."""
        beside = QFontMetrics(theme().font(Text.SMALL)).horizontalAdvance(max(step_words().values(), key=len))
        return QSize((self._box() + GAP) * len(STEPS) + 2 * EDGE + Space.S + beside, HIGH + 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        """The boxes must fit."""
        return QSize((self._box() + GAP) * len(STEPS) + 2 * EDGE, HIGH + 2 * EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Boxes, the chosen one filled, and what it means."""
        del event
        painter, box = QPainter(self), self._box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Text.SMALL, strong=True))
        for at, step in enumerate(STEPS):
            area, chosen = QRectF(EDGE + at * (box + GAP), EDGE, box, HIGH), step == self._value
            painter.setPen(QPen(theme().colour("focus" if self.hasFocus() else "border"), 1.5 if self.hasFocus() else 1))
            painter.setBrush(theme().colour("accent_fill" if chosen else "surface"))
            painter.drawRoundedRect(area, 4, 4)
            painter.setPen(theme().colour("on_accent" if chosen else "muted"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(step))
        left = EDGE + len(STEPS) * (box + GAP) + Space.S
        painter.setFont(theme().font(Text.SMALL))
        painter.setPen(theme().colour("muted"))
        room = self.rect().adjusted(left, 0, 0, 0)
        words = self._words()
        if painter.fontMetrics().horizontalAdvance(words) <= room.width():
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _words(self) -> str:
        if self._value is None:
            return _("not asked")
        return step_words().get(self._value, _("{n} %").format(n=self._value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, arrows, Delete."""
        key, text = event.key(), event.text()
        at = STEPS.index(self._value) if self._value in STEPS else None
        if not self._on:
            super().keyPressEvent(event)
        elif len(text) == 1 and text in "01234":
            self._choose(STEPS[int(text)])
            self._go(self.below)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._choose(None)
        elif key == Qt.Key.Key_Left:
            self._choose(STEPS[max(0, (at if at is not None else 1) - 1)])
        elif key == Qt.Key.Key_Right:
            self._choose(STEPS[min(len(STEPS) - 1, (at if at is not None else -1) + 1)])
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._go(self.above if key == Qt.Key.Key_Up else self.below)
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _go(to: AdherenceInput | None) -> None:
        if to is not None:
            to.setFocus(Qt.FocusReason.TabFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the box; a second one on the same makes it "not asked"."""
        at = int((event.position().x() - EDGE) // (self._box() + GAP))
        if self._on and 0 <= at < len(STEPS):
            self._choose(None if STEPS[at] == self._value else STEPS[at])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring, and come into sight."""
        super().focusInEvent(event)
        bring_into_sight(self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _choose(self, value: int | None) -> None:
        self._value = value
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        told = f"{self._value} %, " if self._value is not None else ""
        self.setAccessibleName(f"{self._name}: {told}{self._words()}")
        self.update()


def values_line(told: Sequence[Adherence], most: int = 6) -> str:
    """What was told of an item at the last contacts, oldest first; 0 is a value."""
    return " · ".join(str(one.percent) for one in told[-most:])


def effect_words(effect: SideEffect) -> str:
    """A side effect in one line: what, how bad, since when, until when, what was done."""
    since = _("since {day}").format(day=dates.short(effect.began_on))
    until = _("until {day}").format(day=dates.short(effect.ended_on)) if effect.ended_on else ""
    return ", ".join(filter(None, (f"{effect.words} ({_(SEVERITY_NAMES[effect.severity]).lower()})", since, until, effect.action)))


class FollowedRows(QWidget):
    """The running items below each other. ``acted`` carries what a row's menu asks for, the item and the side effect it is about.

    Codes: ``effect``, ``stop_rule``, ``ended``, ``take_back``.
    """

    edited = Signal()
    acted = Signal(str, object, object)

    def __init__(self) -> None:
        super().__init__()
        self.inputs: dict[str, AdherenceInput] = {}
        self._stored: dict[str, int | None] = {}
        self._writing = False
        self._hint = Label("", look="small", role="muted", wrap=True)
        self._box = column(space=Space.S)
        self.setLayout(column(self._hint, self._box, space=Space.S))

    def show_sheet(self, sheet: FollowingSheet, day: object, *, writing: bool, keep: bool = False) -> None:
        """Show the running items with what was told on a day; ``keep``: what was chosen here and is not saved stays."""
        typed = self.changed() if keep else {}
        empty_layout(self._box)
        self.inputs, self._writing = {}, writing
        for found in sheet.running:
            self._stored[found.line] = next((one.percent for one in found.told if one.told_on == day), None)
            if not writing and self._stored[found.line] is None and not found.effects:
                continue  # nothing to read
            if self.inputs:
                self._box.addWidget(line())
            self._box.addWidget(self._row(found))
            self.inputs[found.line].set_value(typed.get(found.line, self._stored[found.line]))
        for above, below in pairwise(self.inputs.values()):
            above.below, below.above = below, above
        self._hint.setText(_("Keys 0–4: not at all, now and then, half, mostly, always. Empty is not asked.") if writing else "")
        self._hint.setVisible(writing and bool(self.inputs))

    def _row(self, found: Followed) -> QWidget:
        item = found.item
        field = self.inputs[found.line] = AdherenceInput(item.text)
        field.set_read_only(not self._writing)
        field.edited.connect(self.edited)
        told = values_line(found.told)
        before = Label(_("Told before: {values} %").format(values=told) if told else "", look="small", role="muted")
        if not told:  # a widget without a parent that is shown would be a window of its own
            before.hide()
        set_tip(before, "\n".join(f"{dates.short(one.told_on)}: {one.percent} %" for one in found.told))
        more = IconButton("ellipsis", _("More about “{item}”").format(item=item.text), role="text")
        more.clicked.connect(partial(self._menu, found, more))
        if not self._writing:
            more.hide()
        head = row(Label(item.text, wrap=True), more, space=Space.S)
        head.setStretch(0, 1)
        parts = [head]
        if item.stop_when:
            parts.append(row(Label(_("Stop when: {rule}").format(rule=item.stop_when), look="small", role="warn", wrap=True)))
        parts += [row(Label(effect_words(one), look="small", role="muted", wrap=True)) for one in found.effects]
        parts.append(row(field, STRETCH))
        if not self._writing and self._stored.get(found.line) is None:
            field.hide()
        parts.append(row(before, STRETCH))
        return holder(column(*parts, space=Space.XS))

    def _menu(self, found: Followed, button: QWidget) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def offer(picture: str, text: str, code: str, effect: SideEffect | None = None) -> None:
            menu.addAction(icon(picture, "text"), text).triggered.connect(lambda: self.acted.emit(code, found, effect))

        offer("triangle-alert", _("Side effect …"), "effect")
        if found.item.stop_when:
            offer("octagon-alert", _("The stop rule was met …"), "stop_rule")
        for effect in found.effects:
            if effect.ended_on is None:
                offer("check", _("“{words}” is over").format(words=effect.words), "ended", effect)
            offer("undo-2", _("Take “{words}” back").format(words=effect.words), "take_back", effect)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def values(self) -> dict[str, int | None]:
        """What stands here, by the items' lines."""
        return {key: field.value() for key, field in self.inputs.items()}

    def changed(self) -> dict[str, int | None]:
        """What was chosen here and is not stored."""
        return {key: value for key, value in self.values().items() if value != self._stored.get(key)}

    def focus_first(self) -> None:
        """The first item that was not asked yet."""
        found = [field for field in self.inputs.values() if field.value() is None] or list(self.inputs.values())
        if found:
            found[0].setFocus(Qt.FocusReason.TabFocusReason)
