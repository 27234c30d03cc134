"""All figures at once: groups of tiles, the funnel, the week; or the same as tables."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain import kpi_words
from nmx_desk.domain.dashboard import GROUP_NAMES
from nmx_desk.domain.kpi import GROUPS
from nmx_desk.domain.kpi_shapes import Dashboard
from nmx_desk.i18n import _, language, translator
from nmx_desk.ui.figures.tables import figures_table, fit, funnel_table, heat_table, hours_of
from nmx_desk.ui.figures.tiles import FigureTile, TileGrid
from nmx_desk.ui.figures.words import Shown
from nmx_desk.ui.kit.across import Across
from nmx_desk.ui.kit.funnel import Funnel, Step
from nmx_desk.ui.kit.heat import HeatStrip
from nmx_desk.ui.kit.labels import section
from nmx_desk.ui.kit.layout import STRETCH, Card, bring_into_sight, column, holder
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.kit.table import RECORD, Index
from nmx_desk.ui.theme.tokens import Space

PICTURE = 336  # width of a picture at 100 % text
STAGE, HEAT = "stage:", "heat:"
"""What the keys of a step of the funnel and of an hour of the week begin with."""


class FigureBoard(QWidget):
    """``opened`` carries the key of a figure."""

    opened = Signal(str)

    def __init__(self, settings: UserSettings) -> None:
        super().__init__()
        self.as_table = False
        self.chosen = ""
        self.grids = {key: TileGrid(_(name)) for key, name in GROUP_NAMES.items()}
        self.funnel, self.heat = Funnel(_("From request to intake")), HeatStrip(_("Requests by day and hour"))
        self.figures, self.steps, self.hours = figures_table(settings), funnel_table(settings), heat_table(settings)
        self._way = Card(_("From request to intake"), self.funnel, self.steps, STRETCH)
        self._week = Card(_("Requests by day and hour"), self.heat, self.hours, STRETCH)
        self._build()

    def _build(self) -> None:
        self._groups: dict[str, QWidget] = {}
        for key, name in GROUP_NAMES.items():
            self._groups[key] = holder(column(section(_(name)), self.grids[key], space=Space.S))
            self.grids[key].opened.connect(self.opened)
            self.grids[key].walked.connect(self._walk)
        pictures = Across(PICTURE, most=2)
        pictures.set_items([self._way, self._week])
        first, *rest = self._groups.values()
        box = column(self.figures, first, pictures, *rest, STRETCH, space=Space.L)
        box.setContentsMargins(0, 0, Space.S, 0)
        self.setLayout(box)
        self.funnel.opened.connect(lambda key: self.opened.emit(STAGE + key))
        self.heat.opened.connect(lambda day, hour: self.opened.emit(f"{HEAT}{day}:{hour}"))
        self.figures.opened.connect(lambda shown: self.opened.emit(shown.key))
        self.figures.clicked.connect(lambda index: self.opened.emit(index.data(RECORD).key))
        self.steps.clicked.connect(lambda index: self.opened.emit(STAGE + index.data(RECORD).key))
        self.hours.clicked.connect(self._hour_clicked)
        self.steps.opened.connect(lambda step: self.opened.emit(STAGE + step.key))

    def _hour_clicked(self, index: Index) -> None:
        """A cell of the table of hours; its first column names the hour."""
        if index.column() > 0:
            self.opened.emit(f"{HEAT}{index.column() - 1}:{index.data(RECORD)[0]}")

    def show_board(self, board: Dashboard, shown: Mapping[str, Shown]) -> None:
        """Show everything."""
        order = [key for keys in GROUPS.values() for key in keys if key in shown]
        for group, keys in GROUPS.items():
            there = [key for key in keys if key in shown]
            self.grids[group].show_figures(there, shown)
        self.figures.set_rows([shown[key] for key in order])
        fit(self.figures)
        t, whole = translator(language()), board.funnel[0].count if board.funnel else 0
        steps = [Step(stage.key, kpi_words.stage(stage.key, t), stage.count, whole) for stage in board.funnel]
        self.funnel.show_steps(steps)
        self.steps.set_rows(steps)
        fit(self.steps)
        self.heat.show_counts(board.heat)
        self.hours.set_rows(hours_of(board.heat))
        fit(self.hours)
        self._show_groups()

    def number(self, key: str) -> tuple[str, str, int, int] | None:
        """Of a step or an hour: its name, what is said of it, how many and of how many; None when it is neither."""
        for step in self.funnel.steps:
            if key == STAGE + step.key:
                about = _("{n} of {whole} requests, {share}").format(n=step.count, whole=step.whole, share=step.share)
                return step.name, about, step.count, step.whole
        if key.startswith(HEAT) and self.heat.counts:
            day, hour = (int(part) for part in key.removeprefix(HEAT).split(":"))
            count = self.heat.counts[day][hour]
            return _("Requests by day and hour"), self.heat.said(day, hour), count, count
        return None

    def show_as(self, *, table: bool) -> None:
        """Pictures, or tables that say the same; who was here stays here."""
        focus = self.window().focusWidget()
        here = focus is not None and self.isAncestorOf(focus)
        self.as_table = table
        self.figures.setVisible(table)
        for picture, same in ((self.funnel, self.steps), (self.heat, self.hours)):
            picture.setVisible(not table)
            same.setVisible(table)
        self._show_groups()
        if here:
            self.to_first()

    def _show_groups(self) -> None:
        for key, group in self._groups.items():
            group.setVisible(not self.as_table and bool(self.grids[key].tiles))

    # -- walking ---------------------------------------------------------------------------------------------------------------------

    def tiles(self) -> list[FigureTile]:
        """All tiles, in reading order."""
        return [tile for grid in self.grids.values() for tile in grid.tiles.values()]

    def choose(self, key: str) -> None:
        """Mark the tile whose figure stands beside."""
        self.chosen = key
        for tile in self.tiles():
            tile.choose(on=tile.key == key)

    def to_first(self) -> None:
        """To the first tile, or to the table."""
        if self.as_table:
            self.figures.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.tiles():
            self._to(self.tiles()[0])

    def focus_chosen(self) -> None:
        """Back to the tile that is marked."""
        if self.as_table:
            self.figures.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        for tile in self.tiles():
            if tile.key == self.chosen:
                self._to(tile)
        for bar in self.funnel.bars:
            if self.chosen == STAGE + bar.step.key:
                bar.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.chosen.startswith(HEAT):
            self.heat.setFocus(Qt.FocusReason.OtherFocusReason)

    def _walk(self, tile: FigureTile, across: int, down: int) -> None:
        """The next tile in reading order, or the nearest in the row above or below."""
        tiles = self.tiles()
        if across:
            place = tiles.index(tile) + across
            if 0 <= place < len(tiles):
                self._to(tiles[place])
            return
        here = tile.mapTo(self, tile.rect().center())
        places = [(one, one.mapTo(self, one.rect().center())) for one in tiles if one is not tile]
        beyond = [(one, at) for one, at in places if (at.y() - here.y()) * down > tile.height() // 2]
        if beyond:
            self._to(min(beyond, key=lambda pair: (abs(pair[1].y() - here.y()) // tile.height(), abs(pair[1].x() - here.x())))[0])

    def _to(self, tile: FigureTile) -> None:
        tile.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_sight(tile)
