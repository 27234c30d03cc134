"""Two clients side by side: one line a field, and for each the value that is kept."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from nmx_desk.domain.logwords import field_name
from nmx_desk.domain.merging import Choice, Side, choices
from nmx_desk.i18n import _
from nmx_desk.services.merging import MergePreview, UndoPreview
from nmx_desk.ui.clients.merge_words import EMPTY, side_words, value_words, who
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, muted, set_tip
from nmx_desk.ui.theme.tokens import Space


class ValueButton(Button):
    """A value that can be chosen; shortened to the room there is, whole in the tooltip and for a screen reader."""

    def __init__(self) -> None:
        super().__init__("")
        self._text = self._name = ""
        self.setCheckable(True)
        self.setProperty("look", "choice")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, text: str, name: str) -> None:
        """Show a value; ``name`` says which it is."""
        self._text, self._name = text, name
        set_tip(self, text)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - 2 * Space.L
        shown = QFontMetrics(self.font()).elidedText(self._text.replace("\n", " "), Qt.TextElideMode.ElideRight, max(room, 20))
        self.setText(shown)
        self.setAccessibleName(self._name)

    def changeEvent(self, event: QEvent) -> None:
        """A larger text is shortened sooner."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


def _grid(parent: QWidget) -> QGridLayout:
    """Three columns: the field, and twice a value."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.XS)
    for place, stretch in enumerate((2, 3, 3)):
        grid.setColumnStretch(place, stretch)
    return grid


class UndoneFields(QWidget):
    """The fields that get the value back that they had before a merge."""

    def __init__(self, found: UndoPreview) -> None:
        super().__init__()
        names = dict(found.names)
        grid = _grid(self)
        grid.addWidget(Label(_("{number} now").format(number=found.kept.client_no), look="strong"), 0, 1)
        grid.addWidget(Label(_("Becomes again"), look="strong"), 0, 2)
        for place, (name, now, before) in enumerate(found.fields, 1):
            label = field_name(name, "client")
            grid.addWidget(Label(label[:1].upper() + label[1:], wrap=True), place, 0)
            for side, value in enumerate((now, before), 1):
                grid.addWidget(Label(value_words(name, value, names) or EMPTY, elide=True), place, side)


class MergeLines(QWidget):
    """With ``fixed`` the choice is only shown."""

    def __init__(self, found: MergePreview, *, fixed: bool = False) -> None:
        super().__init__()
        self._found, self._names = found, dict(found.names)
        self._groups: dict[str, QButtonGroup] = {}
        grid = _grid(self)
        grid.addWidget(Label(_("Stays: {who}").format(who=who(found.kept)), look="strong", elide=True), 0, 1)
        grid.addWidget(Label(_("Goes: {who}").format(who=who(found.gone)), look="strong", elide=True), 0, 2)
        differing = [line for line in found.lines if line.differs]
        for place, line in enumerate(differing, 1):
            self._add(grid, place, line, doubtful=line.key in found.doubts, fixed=fixed)
        same = [line for line in found.lines if not line.differs]
        words = ", ".join(_(line.name).lower() for line in same if side_words(line, Side.KEPT, self._names) != EMPTY)
        if words:
            grid.addWidget(muted(_("The same in both: {fields}.").format(fields=words)), len(differing) + 1, 0, 1, 3)

    def _add(self, grid: QGridLayout, place: int, line: Choice, *, doubtful: bool, fixed: bool) -> None:
        grid.addWidget(Label(_(line.name), role="warn" if doubtful else "text", wrap=True), place, 0)
        group = self._groups[line.key] = QButtonGroup(self)
        for number, side in enumerate(Side):
            button = ValueButton()
            button.setChecked(side is line.chosen)
            button.setEnabled(not fixed or side is line.chosen)
            group.addButton(button, number)
            grid.addWidget(button, place, number + 1)
        self._say(line)
        group.idClicked.connect(lambda _id: self._picked(line.key))

    def _say(self, line: Choice) -> None:
        for number, side in enumerate(Side):
            text = side_words(line, side, self._names)
            whose = _("of who stays") if side is Side.KEPT else _("of who goes")
            button = self._groups[line.key].button(number)
            if isinstance(button, ValueButton):
                button.say(text, _("{field} {whose}: {value}").format(field=_(line.name), whose=whose, value=text))

    def _picked(self, key: str) -> None:
        """Another first phone leaves another one for the second."""
        if key == "phone" and "phone2" in self._groups:
            others = {name: side for name, side in self.chosen().items() if name != "phone2"}
            second = next(line for line in choices(self._found.kept, self._found.gone, others) if line.key == "phone2")
            self._groups["phone2"].button(list(Side).index(second.chosen)).setChecked(True)
            self._say(second)

    def chosen(self) -> Mapping[str, str]:
        """Of each line the side that is kept."""
        sides = list(Side)
        return {key: str(sides[group.checkedId()]) for key, group in self._groups.items()}
