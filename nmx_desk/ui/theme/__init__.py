"""Look of the program: tokens, the style sheet made from them, icons. Nothing else names a colour or a size."""

from nmx_desk.ui.theme.icons import icon, pixmap, set_icon
from nmx_desk.ui.theme.theme import Theme, theme
from nmx_desk.ui.theme.tokens import Hue, Space, Text

__all__ = ["Hue", "Space", "Text", "Theme", "icon", "pixmap", "set_icon", "theme"]
