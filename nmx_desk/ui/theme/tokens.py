"""Tokens: every colour, size and radius of the program has its name here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum


class Hue(StrEnum):
    """What a colour says. A hue never stands alone: an icon and a word go with it."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    DANGER = "danger"


class Space(IntEnum):
    """Distances in logical pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24


class Text(IntEnum):
    """Text sizes in logical pixels at 100 % text."""

    SMALL = 12
    BODY = 13
    LARGE = 15
    TITLE = 20


RADIUS = 6
CONTROL_HEIGHT = 32  # at 100 % text; grows with it
ROW_HEIGHT = 40
RAIL_WIDE = 200
RAIL_NARROW = 60
PANEL_WIDTH = 400
FORM_WIDTH = 560
DIALOG_WIDTH = 440


@dataclass(frozen=True)
class Colours:
    """One set of colours, ``#rrggbb``. ``*_soft`` is a background on which the plain name is legible (≥ 4.5:1)."""

    name: str
    dark: bool
    window: str  # behind everything
    surface: str  # cards, tables, fields
    sunken: str  # rail, headers, hovered rows
    pressed: str
    border: str
    handle: str  # of a scroll bar: there, not in the way
    border_strong: str  # edges of fields: ≥ 3:1 where the field has no other sign
    text: str
    muted: str
    disabled: str  # exempt from 4.5:1 (WCAG 1.4.3, inactive components)
    accent: str  # accent text and icons on a surface
    accent_fill: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    focus: str
    info: str
    info_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    danger_fill: str
    danger_hover: str
    on_danger: str
    neutral: str
    neutral_soft: str
    scrim: str  # behind the palette and the lock

    def named(self, name: str) -> str:
        """Colour of that name."""
        return str(getattr(self, name))

    def as_dict(self) -> dict[str, str]:
        """All colours by name."""
        return {field.name: self.named(field.name) for field in fields(self) if field.name not in {"name", "dark"}}


LIGHT = Colours(
    name="light", dark=False,
    window="#f6f7f7", surface="#ffffff", sunken="#eff2f1", pressed="#e3e8e6", border="#e1e6e4", handle="#c6cecb", border_strong="#86918d",
    text="#17211e", muted="#55625d", disabled="#98a29e",
    accent="#0b6b5b", accent_fill="#0f7464", accent_hover="#0c6557", accent_pressed="#09564a", on_accent="#ffffff", accent_soft="#e0f1ed",
    focus="#12907c",
    info="#1f5f9e", info_soft="#e6f0fa", ok="#1d6b36", ok_soft="#e4f4e8", warn="#855000", warn_soft="#fdf1d9",
    danger="#ad2420", danger_soft="#fdebe9", danger_fill="#b92b26", danger_hover="#a1231f", on_danger="#ffffff",
    neutral="#4b5854", neutral_soft="#eceff0", scrim="#17211e",
)  # fmt: skip

DARK = Colours(
    name="dark", dark=True,
    window="#131817", surface="#1b2220", sunken="#222a28", pressed="#2c3633", border="#2e3835", handle="#47534f", border_strong="#75837e",
    text="#e9efed", muted="#a5b3ae", disabled="#6a7772",
    accent="#5fd0ba", accent_fill="#1b8271", accent_hover="#167566", accent_pressed="#12685a", on_accent="#ffffff", accent_soft="#1a3d37",
    focus="#45bfa8",
    info="#8cc0f2", info_soft="#1b3247", ok="#83d39a", ok_soft="#1b3a25", warn="#f0c06b", warn_soft="#3f3118",
    danger="#ff9d94", danger_soft="#472320", danger_fill="#c03a33", danger_hover="#ab312b", on_danger="#ffffff",
    neutral="#bdc8c4", neutral_soft="#2b3432", scrim="#000000",
)  # fmt: skip

HIGH_CONTRAST = Colours(
    name="contrast", dark=False,
    window="#ffffff", surface="#ffffff", sunken="#f0f0f0", pressed="#d8d8d8", border="#000000", handle="#000000", border_strong="#000000",
    text="#000000", muted="#1f1f1f", disabled="#595959",
    accent="#00463a", accent_fill="#00463a", accent_hover="#00332a", accent_pressed="#00241e", on_accent="#ffffff", accent_soft="#d3f0e9",
    focus="#0000d0",
    info="#00306b", info_soft="#e2eeff", ok="#00400f", ok_soft="#def7e3", warn="#4d2c00", warn_soft="#fff0cf",
    danger="#7a0000", danger_soft="#ffe5e3", danger_fill="#7a0000", danger_hover="#5c0000", on_danger="#ffffff",
    neutral="#1f1f1f", neutral_soft="#ececec", scrim="#000000",
)  # fmt: skip

HIGH_CONTRAST_DARK = Colours(
    name="contrast_dark", dark=True,
    window="#000000", surface="#000000", sunken="#161616", pressed="#303030", border="#ffffff", handle="#ffffff", border_strong="#ffffff",
    text="#ffffff", muted="#e6e6e6", disabled="#a6a6a6",
    accent="#7ff5dc", accent_fill="#7ff5dc", accent_hover="#b3fff0", accent_pressed="#d6fff7", on_accent="#000000", accent_soft="#003b31",
    focus="#ffff00",
    info="#a8d4ff", info_soft="#00264d", ok="#98f5b1", ok_soft="#003813", warn="#ffd98a", warn_soft="#402a00",
    danger="#ffb8b2", danger_soft="#4d0500", danger_fill="#ffb8b2", danger_hover="#ffd4d0", on_danger="#000000",
    neutral="#e6e6e6", neutral_soft="#262626", scrim="#000000",
)  # fmt: skip

# Saturation and lightness (0–255) of the colour of a hue, by (dark, strong).
OF_HUE = {(False, False): (120, 236), (False, True): (150, 84), (True, False): (62, 50), (True, True): (110, 168)}

ALL = (LIGHT, DARK, HIGH_CONTRAST, HIGH_CONTRAST_DARK)

# Pairs (text, background) that occur; the test measures each in every set.
TEXT_PAIRS = (
    *((text, back) for text in ("text", "muted", "accent") for back in ("window", "surface", "sunken")),
    ("text", "pressed"),
    ("text", "accent_soft"),
    ("accent", "accent_soft"),
    *((("on_accent", back)) for back in ("accent_fill", "accent_hover", "accent_pressed")),
    ("on_danger", "danger_fill"),
    ("on_danger", "danger_hover"),
    *((hue, f"{hue}_soft") for hue in ("info", "ok", "warn", "danger", "neutral")),
    *((hue, "surface") for hue in ("info", "ok", "warn", "danger", "neutral")),
    ("text", "warn_soft"),
    ("text", "danger_soft"),
    ("text", "info_soft"),
)
# Edges and focus rings: 3:1 (WCAG 1.4.11).
EDGE_PAIRS = (("border_strong", "surface"), ("focus", "surface"), ("focus", "window"), ("focus", "sunken"))


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance 0–1 of ``#rrggbb`` (WCAG 2.2)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast(first: str, second: str) -> float:
    """Contrast ratio 1–21 of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
