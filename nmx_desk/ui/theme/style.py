"""The style sheet, made from the tokens."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from string import Template

from nmx_desk.i18n import resources_dir
from nmx_desk.ui.theme import icons
from nmx_desk.ui.theme.tokens import CONTROL_HEIGHT, RADIUS, Colours, Space, Text


def sheet(colours: Colours, scale: float) -> str:
    """Style sheet of one set of colours at a text scale of 1.0–1.5."""
    control = round(CONTROL_HEIGHT * scale) - 2
    values: dict[str, object] = {
        **colours.as_dict(),
        **{f"t_{size.name.lower()}": round(size * scale) for size in Text},
        **{space.name.lower(): int(space) for space in Space},
        "m1": Space.M - 1, "radius": RADIUS, "radius2": RADIUS + 2,
        "control": control, "control_focus": control - 2, "tile": round(44 * scale), "palette": round(44 * scale),
        "arrow_up": _file("chevron-up", colours.muted), "arrow_down": _file("chevron-down", colours.muted),
        "arrow_left": _file("chevron-left", colours.accent), "arrow_right": _file("chevron-right", colours.accent),
        "arrow_left_off": _file("chevron-left", colours.disabled), "arrow_right_off": _file("chevron-right", colours.disabled),
        "scroller": round(28 * scale), "check": _file("check", colours.on_accent), "tick": _file("check", colours.accent),
        "label_roles": _roles(colours), "banners": _banners(colours),
    }  # fmt: skip
    template = (resources_dir() / "style" / "desk.qss").read_text(encoding="utf-8")
    return Template(template).substitute(values)


def _roles(colours: Colours) -> str:
    shown = ((name, value) for name, value in colours.as_dict().items() if not name.endswith("_soft"))
    return "\n".join(f'QLabel[role="{name}"] {{ color: {value}; }}' for name, value in shown)


def _banners(colours: Colours) -> str:
    hues = ("neutral", "accent", "info", "ok", "warn", "danger")
    return "\n".join(f'QFrame[look="banner"][hue="{hue}"] {{ background: {colours.named(f"{hue}_soft")}; }}' for hue in hues)


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Style sheets read images from files only; these few live as long as the program."""
    made = Path(tempfile.mkdtemp(prefix="nmx-desk-look-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _file(name: str, colour: str) -> str:
    path = _folder() / f"{name}-{colour.removeprefix('#')}.png"
    if not path.exists():
        icons.tinted(name, colour, 32).save(str(path))
    return path.as_posix()
