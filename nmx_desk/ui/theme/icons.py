"""Icons of one family (Lucide), tinted by the colours in use."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from nmx_desk.i18n import resources_dir

SIZES = (16, 18, 20, 24, 32, 48)
_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
_icons: dict[tuple[str, str, str], QIcon] = {}


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    """Text of one SVG. An unknown name is our bug and raises ``FileNotFoundError``."""
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def tinted(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Square pixmap of ``size`` logical pixels in ``#rrggbb``."""
    key = (name, colour, size, ratio)
    if key not in _pixmaps:
        svg = _source(name).replace("currentColor", colour).replace('stroke-width="2"', 'stroke-width="1.75"')
        side = round(size * ratio)
        image = QPixmap(side, side)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
        painter.end()
        image.setDevicePixelRatio(ratio)
        _pixmaps[key] = image
    return _pixmaps[key]


def pixmap(name: str, role: str = "muted", size: int = 16) -> QPixmap:
    """Icon as a pixmap in the colour called ``role``, sharp on the densest screen."""
    from nmx_desk.ui.theme.theme import theme

    app = QApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
    return tinted(name, theme().colours.named(role), size, ratio)


def icon(name: str, role: str = "muted") -> QIcon:
    """Icon in the colour called ``role`` of the colours in use; grey when disabled."""
    from nmx_desk.ui.theme.theme import theme

    colours = theme().colours
    key = (name, role, colours.name)
    if key not in _icons:
        made = QIcon()
        for size in SIZES:
            for ratio in (1.0, 2.0):
                made.addPixmap(tinted(name, colours.named(role), size, ratio))
                made.addPixmap(tinted(name, colours.disabled, size, ratio), QIcon.Mode.Disabled)
        _icons[key] = made
    return _icons[key]


def set_icon(button: QAbstractButton, name: str, role: str = "muted", size: int = 18, *, gap: int = 0) -> None:
    """Give a button an icon that follows the theme; ``gap`` keeps the word at a distance, which no style sheet can."""
    button.setProperty("iconName", name)
    button.setProperty("iconRole", role)
    button.setProperty("iconGap", gap)
    button.setIconSize(QSize(size + gap, size))
    button.setIcon(_spaced(name, role, size, gap) if gap else icon(name, role))


def _spaced(name: str, role: str, size: int, gap: int) -> QIcon:
    from nmx_desk.ui.theme.theme import theme

    made, colours = QIcon(), theme().colours
    for mode, colour in ((QIcon.Mode.Normal, colours.named(role)), (QIcon.Mode.Disabled, colours.disabled)):
        for ratio in (1, 2):
            image = QPixmap((size + gap) * ratio, size * ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            painter.drawPixmap(0, 0, tinted(name, colour, size * ratio))
            painter.end()
            image.setDevicePixelRatio(ratio)
            made.addPixmap(image, mode)
    return made


def retint() -> None:
    """Renew the icons set with ``set_icon`` after the colours changed."""
    for widget in QApplication.allWidgets():
        name = widget.property("iconName")
        if name and isinstance(widget, QAbstractButton):
            gap = int(widget.property("iconGap") or 0)
            set_icon(widget, str(name), str(widget.property("iconRole")), widget.iconSize().height(), gap=gap)
