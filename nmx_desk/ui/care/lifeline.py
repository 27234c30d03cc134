"""The line of a life as one painted widget: walked with the arrows, zoomed, moved along, and re-dated by dragging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from nmx_desk.domain import partial_dates
from nmx_desk.domain.history import LifeEvent
from nmx_desk.domain.lifeline import LANE_NAMES, OLDEST, ROLE_LANES, Entry, Lane, Scale, entry_of, middle, moved, stepped
from nmx_desk.i18n import _
from nmx_desk.services.lifeline import LifelineSheet
from nmx_desk.ui.care.lifeline_paint import Laid, LifelinePaint, lane_width, lay
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

NEARER, NOTCH = 0.8, 120
_KEYS = Qt.Key
_ZOOM = {_KEYS.Key_Plus: NEARER, _KEYS.Key_Equal: NEARER, _KEYS.Key_Minus: 1 / NEARER}


@dataclass(frozen=True)
class Drag:
    """An event held with the mouse: where it was taken, and the dates it would have now."""

    event: LifeEvent
    from_x: float
    began: str
    ended: str


class LifelineView(QWidget):
    """Signals carry the key of an entry. ``redated``: an event and its new dates; ``wanted``: a lane and a year, where nothing lies."""

    chosen = Signal(str)
    opened = Signal(str)
    removing = Signal(str)
    redated = Signal(object, str, str)
    wanted = Signal(object, str)
    height_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sheet: LifelineSheet | None = None
        self.key, self.can_write = "", True
        self._entries: list[Entry] = []
        self._view: tuple[date, date] | None = None  # what is in sight; None: all of it
        self._laid: Laid | None = None
        self._press: tuple[QPointF, str] | None = None
        self._drag: Drag | None = None
        self._pan: date | None = None
        self._voices: dict[str, QWidget] = {}
        self.describe: Callable[[Entry], str] = lambda entry: entry.name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(_("Arrow keys go through the events, Enter opens, Ctrl and an arrow re-date, plus and minus zoom."))
        theme().changed.connect(self._lay)

    # -- what is shown ---------------------------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: LifelineSheet | None, entries: Sequence[Entry] = ()) -> None:
        """Show a life; the cursor and what is in sight stay."""
        self.sheet, self._entries = sheet, sorted(entries, key=lambda one: (one.first, one.last, one.key))
        self._drag = None
        if sheet is None:
            self._view, self.key = None, ""
        if self.key and self._entry(self.key) is None:
            self.key = ""
        self._lay()

    @property
    def whole(self) -> tuple[date, date]:
        """From birth, or the first thing known, until a little after today."""
        if self.sheet is None:
            return OLDEST, OLDEST + timedelta(days=365)
        today = self.sheet.today
        known = [one.first for one in self._entries] + ([self.sheet.born] if self.sheet.born else [])
        first = min([*known, today.replace(day=1) - timedelta(days=365)])
        return first, today + timedelta(days=max((today - first).days // 40, 10))

    @property
    def scale(self) -> Scale:
        """What is in sight, in pixels."""
        first, last = self._view or self.whole
        left = lane_width()
        return Scale(first, last, left, max(self.width() - left - Space.M, 10.0))

    @property
    def laid(self) -> Laid:
        """Where everything lies."""
        if self._laid is None:
            self._laid = lay(self._entries, self.scale)
        return self._laid

    def _lay(self) -> None:
        before = self.minimumHeight()
        self._laid = None
        height = round(self.laid.height + Space.S)
        if height != before:
            self.setMinimumHeight(height)
            self.height_changed.emit()
        self._place_voices()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lanes."""
        return QSize(700, round(self.laid.height + Space.S))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more names."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay()

    def _entry(self, key: str) -> Entry | None:
        return next((one for one in self._entries if one.key == key), None)

    def event_of(self, key: str) -> LifeEvent | None:
        """The event of a key; None for what stands elsewhere in the file."""
        return next((one for one in self.sheet.events if one.id == key), None) if self.sheet else None

    def _linked(self) -> frozenset[str]:
        """What the entry under the cursor belongs to, both ways."""
        if self.sheet is None or not self.key:
            return frozenset()
        back = {event for event, ids in self.sheet.links.items() if self.key in ids}
        return self.sheet.linked(self.key) | back

    def _place_voices(self) -> None:
        """A child without a face for each entry in sight, that a screen reader can go to."""
        wanted = {one.entry.key: (self.laid.rect(one), one.entry) for one in self.laid.places}
        for gone in self._voices.keys() - wanted.keys():
            self._voices.pop(gone).deleteLater()
        for key, (box, entry) in wanted.items():
            voice = self._voices.get(key)
            if voice is None:
                voice = self._voices[key] = QWidget(self)
                voice.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            voice.setGeometry(box.toRect())
            voice.setAccessibleName(_("{lane}: {words}").format(lane=_(LANE_NAMES[entry.lane]), words=self.describe(entry)))
            voice.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lanes, entries, the one being dragged, years on top of what is in sight."""
        del event
        with QPainter(self) as painter:
            if self.sheet is None:
                return
            paint = LifelinePaint(painter, self.laid, width=self.width(), born=self.sheet.born, today=self.sheet.today)
            paint.background()
            paint.entries(self.key, self._linked(), focused=self.hasFocus())
            if self._drag is not None and (ghost := self._ghost(self._drag)) is not None:
                paint.ghost(lay([ghost, *(one for one in self._entries if one.key != ghost.key)], self.scale), ghost.key,
                            partial_dates.shown(self._drag.began))  # fmt: skip
            paint.axis(max(self.visibleRegion().boundingRect().top(), 0))

    def _ghost(self, drag: Drag) -> Entry | None:
        lane = ROLE_LANES[drag.event.role]
        return entry_of(drag.event.id, lane, drag.event.name, drag.began, drag.ended, self.sheet.born if self.sheet else None)

    # -- the cursor ------------------------------------------------------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """Put the cursor on an entry and bring it into sight."""
        entry = self._entry(key)
        if entry is None:
            return
        self.key = key
        scale = self.scale
        if entry.first > scale.last or (entry.until or entry.last) < scale.first:
            self._see(scale.panned((entry.first - scale.day((scale.left + scale.right) / 2)).days, self.whole))
        self.update()
        self.chosen.emit(key)
        if voice := self._voices.get(key):
            QAccessible.updateAccessibility(QAccessibleEvent(voice, QAccessible.Event.Focus))

    def _walk(self, by: int) -> None:
        """Along time, through all lanes."""
        keys = [one.key for one in self._entries]
        if keys:
            at = keys.index(self.key) + by if self.key in keys else (0 if by > 0 else len(keys) - 1)
            self.choose(keys[min(max(at, 0), len(keys) - 1)])

    def _jump(self, at: int) -> None:
        """To the first of a life, or the last."""
        if self._entries:
            self.choose(self._entries[at].key)

    def _climb(self, by: int) -> None:
        """To the nearest in time of another lane."""
        here = self._entry(self.key)
        if here is None:
            self._walk(1)
            return
        lanes = [lane for lane in self.laid.rows if any(one.lane is lane for one in self._entries)]
        at = lanes.index(here.lane) + by
        if 0 <= at < len(lanes):
            near = min((one for one in self._entries if one.lane is lanes[at]), key=lambda one: abs((one.first - here.first).days))
            self.choose(near.key)

    # -- what is in sight ------------------------------------------------------------------------------------------------------------

    def _see(self, scale: Scale) -> None:
        self._view = None if (scale.first, scale.last) == self.whole else (scale.first, scale.last)
        self._lay()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Nearer (under 1) or further, around the cursor or the middle."""
        scale, here = self.scale, self._entry(self.key)
        middle_x = (scale.left + scale.right) / 2
        at = x if x is not None else min(max(scale.x(here.first), scale.left), scale.right) if here else middle_x
        self._see(scale.zoomed(factor, at, self.whole))

    def see_all(self) -> None:
        """All of the life."""
        self._view = None
        self._lay()

    def pan(self, share: float) -> None:
        """Along, by a share of what is in sight."""
        self._see(self.scale.panned(round(self.scale.days * share), self.whole))

    # -- keys ------------------------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, with Shift they move along, with Ctrl they re-date; Enter opens, Del removes, + − 0 zoom, Esc lets go."""
        key, held = event.key(), event.modifiers()
        if key == _KEYS.Key_Escape and self._drag is not None:
            self._let_go()
        elif key in {_KEYS.Key_Left, _KEYS.Key_Right}:
            self._sideways(1 if key == _KEYS.Key_Right else -1, held)
        elif key in {_KEYS.Key_Up, _KEYS.Key_Down}:
            self._climb(1 if key == _KEYS.Key_Down else -1)
        elif key in {_KEYS.Key_Home, _KEYS.Key_End}:
            self._jump(-1 if key == _KEYS.Key_End else 0)
        elif key in _ZOOM:
            self.zoom(_ZOOM[_KEYS(key)])
        elif key == _KEYS.Key_0:
            self.see_all()
        elif key in {_KEYS.Key_Return, _KEYS.Key_Enter} and self.key:
            self.opened.emit(self.key)
        elif key == _KEYS.Key_Delete and self.event_of(self.key) is not None:
            self.removing.emit(self.key)
        else:
            super().keyPressEvent(event)

    def _sideways(self, by: int, held: Qt.KeyboardModifier) -> None:
        found = self.event_of(self.key)
        if held & Qt.KeyboardModifier.ControlModifier:
            if found is not None and self.can_write and self.sheet is not None:
                self._redate(found, *stepped(found.began, found.ended, by, self.sheet.born, self.sheet.today))
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.pan(by * 0.2)
        else:
            self._walk(by)

    def _redate(self, found: LifeEvent, began: str, ended: str) -> None:
        if (began, ended) != (found.began, found.ended):
            self.redated.emit(found, began, ended)

    # -- mouse -----------------------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what lies there; it may be dragged. Where nothing lies the line itself is taken."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        found = self.laid.at(point)
        self._press = (point, found.entry.key if found else "")
        self._pan = None if found else self.scale.first
        if found is not None:
            self.choose(found.entry.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag an event to another day, or the line along."""
        point = event.position()
        if self._press is None:
            self.setCursor(Qt.CursorShape.PointingHandCursor if self.laid.at(point) else Qt.CursorShape.ArrowCursor)
            return
        start, key = self._press
        far = abs(point.x() - start.x()) >= QApplication.startDragDistance()
        if self._pan is not None:
            days = round((start.x() - point.x()) / self.scale.width * self.scale.days)
            self._see(self.scale.panned((self._pan - self.scale.first).days + days, self.whole))
        elif (self._drag is not None or far) and self.can_write:
            self._drag_to(key, start.x(), point.x())

    def _drag_to(self, key: str, start: float, x: float) -> None:
        found = self._drag.event if self._drag else self.event_of(key)
        if found is None or self.sheet is None or (was := middle(found.began, self.sheet.born)) is None:
            return
        by = self.scale.day(x) - self.scale.day(start)
        self._drag = Drag(found, start, *moved(found.began, found.ended, was + by, self.sheet.born, self.sheet.today))
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: it has its new dates."""
        drag = self._drag
        self._let_go()
        if event.button() == Qt.MouseButton.LeftButton and drag is not None:
            self._redate(drag.event, drag.began, drag.ended)

    def _let_go(self) -> None:
        self._press = self._drag = self._pan = None
        self.unsetCursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what lies there; where nothing does, something may be written down for that year."""
        point, scale = event.position(), self.scale
        found = self.laid.at(point)
        self._let_go()
        if found is not None:
            self.opened.emit(found.entry.key)
        elif point.x() >= scale.left and self.sheet is not None:
            day = min(scale.day(point.x()), self.sheet.today)
            near = scale.days < 3 * 365
            lane = self.laid.lane_at(point.y())
            self.wanted.emit(lane if lane in ROLE_LANES.values() else Lane.EVENT, f"{day:%Y-%m}" if near else f"{day:%Y}")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl: zoom where the mouse is; with Shift, or sideways: along. Else what is around scrolls."""
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turn.y():
            self.zoom(NEARER ** (turn.y() / NOTCH), event.position().x())
            event.accept()
        elif (sideways := turn.x() or (turn.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)) != 0:
            self.pan(-sideways / NOTCH * 0.1)
            event.accept()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """The whole of what lies under the mouse, in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.laid.at(QPointF(event.pos()))
            show_tip(event.globalPos(), self.describe(found.entry) if found else "", self)
            return True
        return super().event(event)

