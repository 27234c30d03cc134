"""Merges that wait for a second person, and those that were made: on a client's page, and above the list of clients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from nmx_desk.domain.merging import ClientMerge
from nmx_desk.i18n import _
from nmx_desk.services.merging import MergesOf, WaitingMerge
from nmx_desk.ui.clients.merge_words import waiting_words
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class MergeStrip(QFrame):
    """A line for each; hidden when there are none. ``looked`` carries what waits, ``undone`` the merge that is to be undone."""

    looked = Signal(object)
    undone = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._lines = column(space=Space.XS)
        self.setLayout(self._lines)
        self.hide()

    def show_waiting(self, waiting: Sequence[WaitingMerge]) -> None:
        """Only what waits."""
        self.show_merges(MergesOf(waiting=tuple(waiting)))

    def show_merges(self, found: MergesOf) -> None:
        """What waits and what stands."""
        empty_layout(self._lines)
        for item in found.waiting:
            self._lines.addWidget(self._waiting(item))
        for merge in found.merges:
            self._lines.addWidget(self._merge(merge))
        self.setVisible(bool(found.waiting or found.merges))

    def _waiting(self, item: WaitingMerge) -> QWidget:
        words = waiting_words(item)
        text = _("Look and decide") if item.row.may_decide else _("Look")
        look = Button(text, partial(self.looked.emit, item), icon="merge", name=_("{action}: {what}").format(action=text, what=words))
        return self._line(words, look)

    def _merge(self, merge: ClientMerge) -> QWidget:
        day = dates.full_day(dates.local(merge.created_at).date())
        words = _("{number} was merged into this client on {day}.").format(number=merge.gone_no, day=day)
        if not self._frame.desk.may("clients.merge_propose"):
            return self._line(words)
        name = _("Take {number} apart again").format(number=merge.gone_no)
        return self._line(words, Button(_("Take apart …"), partial(self.undone.emit, merge), kind="quiet", icon="undo-2", name=name))

    def _line(self, words: str, *buttons: QWidget) -> QWidget:
        line = row(Label(words, wrap=True), *buttons, space=Space.M)
        line.setStretch(0, 1)
        return holder(line)
