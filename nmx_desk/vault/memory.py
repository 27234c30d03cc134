"""What the system may write down of this process: no core file, which would hold the keys of whoever is signed in."""

from __future__ import annotations

import sys
from contextlib import suppress


def keep_no_core_file() -> None:
    """Have a crash leave no image of the memory behind. On Windows the system's own settings decide."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
