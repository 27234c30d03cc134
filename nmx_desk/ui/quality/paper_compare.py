"""Two versions of a controlled document beside each other, with the words marked that went and came."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import paper_readings
from nmx_desk.services.note_versions import SectionPair
from nmx_desk.services.papers import PaperSheet
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Flowing, column, empty_layout, row, scroll
from nmx_desk.ui.kit.marked import Marked
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.quality.paper_words import version_words
from nmx_desk.ui.theme.tokens import Space

SIZE = (760, 420)  # least width and height


class CompareDialog(Dialog):
    """The older version left, the newer right; at first the one in sight and the one before it."""

    def __init__(self, frame: Frame, parent: QWidget, sheet: PaperSheet) -> None:
        super().__init__(parent, _("Versions compared"), f"{sheet.row.code}  {sheet.row.title}")
        self._frame, self._key = frame, sheet.document.id
        options = [(one.number, version_words(one)) for one in sheet.versions]
        self.older, self.newer = (ChoiceInput(options, name=name) for name in (_("Older version"), _("Newer version")))
        shown = sheet.shown.number if sheet.shown else sheet.versions[0].number
        before = max((one.number for one in sheet.versions if one.number < shown), default=0)
        self.older.set_value(before or shown)
        self.newer.set_value(shown if before else sheet.versions[0].number)
        self._pairs = column(space=Space.M)
        choices = row(self.older, self.newer, space=Space.XL)
        choices.setStretch(0, 1)
        choices.setStretch(1, 1)
        self.body.addLayout(choices)
        area = scroll(Flowing(column(self._pairs, STRETCH)), _("Versions compared"))
        area.setMinimumSize(*SIZE)
        self.body.addWidget(area, 1)
        self.add_buttons(_("Close"))
        for choice in (self.older, self.newer):
            choice.edited.connect(self.read)
        self.read()

    def read(self) -> None:
        """Ask for the two."""
        case, pair = paper_readings.compare_versions, (self.older.value(), self.newer.value())
        self._frame.runner.latest("papers compared", case, self._key, *pair, then=self._show, owner=self)

    def _show(self, pairs: Sequence[SectionPair]) -> None:
        empty_layout(self._pairs)
        changed = [pair for pair in pairs if pair.old != pair.new]
        if not changed:
            self._pairs.addWidget(muted(_("Both say the same.")))
        for pair in changed:
            sides = row(
                column(Marked(pair.old, pair.gone, came=False), STRETCH), column(Marked(pair.new, pair.came, came=True), STRETCH),
                space=Space.XL,
            )  # fmt: skip
            sides.setStretch(0, 1)
            sides.setStretch(1, 1)
            self._pairs.addWidget(Card(pair.title, sides))
        same = len(pairs) - len(changed)
        if same and changed:
            self._pairs.addWidget(muted(_("What is the same in both is left out.")))


def compare(frame: Frame, parent: QWidget, sheet: PaperSheet) -> None:
    """Hold versions beside each other until the window is closed."""
    dialog = CompareDialog(frame, parent.window(), sheet)
    dialog.exec()
    dialog.deleteLater()
