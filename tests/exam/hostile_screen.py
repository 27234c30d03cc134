"""Hostile strings on the screen: in everything the kit makes labels of, drawn for real."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, heading, muted, section, set_tip
from nmx_desk.ui.kit.messages import Banner, Toast
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue, theme
from tests.exam.outcome import with_progress
from tests.exam.watching import Bait, listening

WIDTH, HEIGHT = 300, 40
LONGEST = 600
"""Characters of a text that are drawn: more only takes time."""


class Tip(QTextDocument):
    """A tooltip as Qt makes one; counts what it asks for."""

    asked = 0

    def loadResource(self, _kind: int, _name: QUrl) -> Any:
        self.asked += 1


class Screen:
    """One widget of each kind that shows people's words."""

    def __init__(self) -> None:
        self.labels = [Label(""), Label("", elide=True), Label("", wrap=True, selectable=True), heading(""), section(""), muted("")]
        self.badge, self.button, self.icon, self.empty, self.banner = (
            StateBadge(),
            Button("", None),
            IconButton("x", "x"),
            EmptyState(""),
            Banner(),
        )
        self.table: Table[str] = Table(
            [Column(key="t", title="Tekst", text=lambda text: text, tooltip=lambda text: text, detail=lambda text: text)],
            name="t",
            label="t",
        )
        self.window = QWidget()
        parts = [*self.labels, self.badge, self.button, self.icon, self.empty, self.banner, self.table]
        for place, part in enumerate(parts):
            part.setParent(self.window)
            part.setGeometry(0, place * HEIGHT, WIDTH, HEIGHT)
        self.toast = Toast(self.window)
        self.window.resize(WIDTH, len(parts) * HEIGHT)

    def say(self, text: str) -> None:
        for label in self.labels:
            label.setText(text)
            set_tip(label, text)
        self.badge.set(Badge(text))
        self.button.setText(text)
        set_tip(self.icon, text)
        self.empty.say(text, text)
        self.banner.say(text, Hue.WARN)
        self.toast.say(text)
        self.table.records.set_rows([text])

    def wrong(self, text: str) -> str:
        """Draw it all and look."""
        self.window.grab()
        dialog = Dialog(self.window, text, text)
        dialog.grab(QRect(0, 0, WIDTH, HEIGHT))
        rich = [label for label in _labels(self.window, dialog) if label.textFormat() != Qt.TextFormat.PlainText and label.text()]
        dialog.deleteLater()
        tip = Tip()
        for shown in (self.labels[0].toolTip(), self.table.records.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)):
            tip.setHtml(shown)
            if tip.asked:
                return "a tooltip is read as markup"
        if squeezed(tip.toPlainText()) != squeezed(text):
            return "a tooltip does not show the text itself"
        return "a label may read markup" if rich or squeezed(self.labels[0].text()) != squeezed(text) else ""


def _labels(*roots: QWidget) -> list[QLabel]:
    return [label for root in roots for label in root.findChildren(QLabel)]


def squeezed(text: str) -> str:
    """Letters of ASCII that can be seen."""
    return "".join(char for char in text if "!" <= char <= "~")


def shown(texts: Sequence[str], bait: Bait) -> Iterator[str]:
    """Each text in every kind of label, drawn; nothing may be opened."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    theme().start(app)  # type: ignore[arg-type]
    screen = Screen()
    screen.say("warm")
    screen.wrong("warm")
    if heard := _hears(bait):
        yield heard
    for text in with_progress("screen", texts, len(texts)):
        yield _one(screen, text[:LONGEST], bait)
    screen.window.deleteLater()
    app.processEvents()


def _hears(bait: Bait) -> str:
    """Without our helpers Qt does open it: else the silence would prove nothing."""
    rich, tip = QLabel(f'<img src="{bait.path}">'), Tip()
    rich.resize(50, 50)
    rich.grab()
    tip.setHtml(f'<img src="{bait.path}">')
    tip.size()
    rich.deleteLater()
    opened = bait.opened()
    return "" if tip.asked and (opened or not bait.tells) else f"the watch does not hear Qt: {opened} opened, {tip.asked} asked for"


def _one(screen: Screen, text: str, bait: Bait) -> str:
    try:
        with listening() as opened:
            screen.say(text)
            said = screen.wrong(text)
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"{type(error).__name__} {error} with {text[:60]!r}"
    opened += ["the bait was opened"] * bool(bait.opened())
    return f"{said or opened[0]}: {text[:60]!r}" if said or opened else ""
