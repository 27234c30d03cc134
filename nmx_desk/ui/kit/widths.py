"""How wide the columns of a table are: what shares the width stays readable, what can be spared goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHeaderView

from nmx_desk.ui.theme import theme

if TYPE_CHECKING:
    from nmx_desk.ui.kit.table import Table

LEAST_SHARE = 110
"""Width below which a column that shares what is left would not be read."""


class Widths:
    """The widths of a table's columns by number. ``wide``: with enough room; ``spare``: which go without it, the first one first."""

    def __init__(self, table: Table[Any]) -> None:
        self.table = table
        self.wide: dict[int, int] = {}
        self.spare: tuple[int, ...] = ()
        self.fitting = False
        self._gone: set[int] = set()

    def share(self) -> None:
        """Columns that share what is left. Where that shortens them the others give what their texts do not need, then some go.

        Where it is still too little to read, the columns that share keep a width and the table scrolls sideways.
        """
        if self.fitting:
            return
        table, head, room = self.table, self.table.horizontalHeader(), self.table.viewport().width()
        self.fitting = True
        for number in self._gone:  # what is hidden cannot say how wide it would be
            table.setColumnHidden(number, False)
        readable = round(LEAST_SHARE * theme().text_scale)
        there = [(number, column) for number, column in enumerate(table.records.columns) if not table.isColumnHidden(number)]
        least = {number: max(readable, head.sectionSizeHint(number)) for number, column in there if column.width == 0}
        wanted = {number: max(few, min(table.sizeHintForColumn(number), 2 * readable)) for number, few in least.items()}
        others = {number: self.wide[number] for number, column in there if column.width}
        if room < sum(others.values()) + sum(wanted.values()):
            needed = {number: max(head.sectionSizeHint(number), table.sizeHintForColumn(number)) for number in others}
            others = {number: min(width, needed[number]) for number, width in others.items()}
        self._let_go(room, others, wanted)
        least = {number: width for number, width in least.items() if number in wanted}
        if others and not least:  # those that share are gone: the first takes what is left, so that rows are as wide as the table
            others[min(others)] += max(0, room - sum(others.values()))
        tight = room < sum(others.values()) + sum(least.values())
        for number in least:
            head.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive if tight else QHeaderView.ResizeMode.Stretch)
        for number, width in (others | (least if tight else {})).items():
            if table.columnWidth(number) != width:
                table.setColumnWidth(number, width)
        self.fitting = False

    def _let_go(self, room: int, *widths: dict[int, int]) -> None:
        """Take away what can be spared until there is room, from the table and from these widths."""
        gone = set()
        for number in self.spare:
            if room >= sum(sum(some.values()) for some in widths):
                break
            if any(some.pop(number, None) for some in widths):  # else a page does without it anyhow
                gone.add(number)
        for number in gone:
            self.table.setColumnHidden(number, True)
        self._gone = gone
