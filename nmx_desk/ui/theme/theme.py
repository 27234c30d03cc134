"""The theme in use: follows the system, or light or dark by choice; live."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from nmx_desk.i18n import resources_dir
from nmx_desk.ui.theme import icons, tokens
from nmx_desk.ui.theme.style import sheet

FAMILY = "Inter"
MODES = ("system", "light", "dark")
TABULAR = QFont.Tag.fromString("tnum")


def tabular(font: QFont) -> QFont:
    """The font with figures of one width."""
    made = QFont(font)
    made.setFeature(TABULAR, 1)
    return made


class Theme(QObject):
    """Colours and text size of the whole program."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = "system"
        self.text_scale = 1.0
        self.colours = tokens.LIGHT
        self._started = False

    def start(self, app: QApplication) -> None:
        """Load the fonts and begin to follow the system. Once."""
        if self._started:
            return
        self._started = True
        for file in sorted((resources_dir() / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._hints = app.styleHints()  # its accessibility object dies with the wrapper
        self._hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.use(self.mode)

    def use(self, mode: str, text_scale: float | None = None) -> None:
        """Switch to ``system``, ``light`` or ``dark``; ``text_scale`` 1.0–1.5."""
        self.mode = mode if mode in MODES else "system"
        if text_scale is not None:
            self.text_scale = text_scale
        self._apply()

    def text_px(self, size: tokens.Text) -> int:
        """Text size in pixels at the text scale in use."""
        return round(size * self.text_scale)

    def font(self, size: tokens.Text = tokens.Text.BODY, *, strong: bool = False, text: str = "0") -> QFont:
        """Font for painted things. Figures are of one width, except among words: there the hyphen would be as wide as a figure."""
        made = QFont(FAMILY) if any(map(str.isalpha, text)) else tabular(QFont(FAMILY))
        made.setPixelSize(self.text_px(size))
        made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return made

    def colour(self, name: str) -> QColor:
        """Colour by its token's name, for painted things."""
        return QColor(self.colours.named(name))

    def of_hue(self, hue: int, *, strong: bool = False) -> QColor:
        """Colour of a practitioner or a type: a soft background under ``text``, or ``strong`` for edges and marks (≥ 3:1 on surface)."""
        if self.colours in (tokens.HIGH_CONTRAST, tokens.HIGH_CONTRAST_DARK):
            return self.colour("text" if strong else "sunken")
        share, light = tokens.OF_HUE[self.colours.dark, strong]
        return QColor.fromHsl(hue % 360, share, light)

    def _system_changed(self) -> None:
        self._apply()

    def _choose(self, app: QApplication) -> tokens.Colours:
        hints = app.styleHints()
        dark = self.mode == "dark" or (self.mode == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
        high = hints.accessibility().contrastPreference() == _HIGH
        if high:
            return tokens.HIGH_CONTRAST_DARK if dark else tokens.HIGH_CONTRAST
        return tokens.DARK if dark else tokens.LIGHT

    def _apply(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        self.colours = self._choose(app)
        app.setFont(self.font(text="words"))
        app.setPalette(palette(self.colours))
        app.setStyleSheet(sheet(self.colours, self.text_scale))
        icons.retint()
        self.changed.emit()


_HIGH = Qt.ContrastPreference.HighContrast


def palette(colours: tokens.Colours) -> QPalette:
    """Qt palette of the colours, for whatever the style sheet does not reach."""
    role = QPalette.ColorRole
    pairs = {
        role.Window: "window", role.WindowText: "text", role.Base: "surface", role.AlternateBase: "sunken",
        role.ToolTipBase: "surface", role.ToolTipText: "text", role.PlaceholderText: "muted", role.Text: "text",
        role.Button: "surface", role.ButtonText: "text", role.BrightText: "danger", role.Link: "accent", role.LinkVisited: "accent",
        role.Highlight: "accent_fill", role.HighlightedText: "on_accent", role.Accent: "accent_fill",
        role.Light: "surface", role.Midlight: "border", role.Mid: "border", role.Dark: "border_strong", role.Shadow: "scrim",
    }  # fmt: skip
    made = QPalette()
    for key, name in pairs.items():
        made.setColor(key, QColor(colours.named(name)))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(colours.disabled))
    return made


_theme: list[Theme] = []


def theme() -> Theme:
    """The one theme."""
    if not _theme:
        _theme.append(Theme())
    return _theme[0]
