"""The words: one catalogue for windows, PDFs, command line and errors.

English stands in the code. ``_`` translates at the moment of the call, so module-level texts use ``N_`` and are translated where they
are shown.
"""

from __future__ import annotations

import gettext as _gettext
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

LANGUAGES = ("nl", "en")
_current: list[str] = ["nl"]


def resources_dir() -> Path:
    """Folder of the program's resources: beside the package in a checkout, inside it when installed."""
    inside = Path(str(files("nmx_desk"))) / "resources"
    return inside if inside.is_dir() else inside.parent.parent / "resources"


@lru_cache(maxsize=4)
def translator(language: str) -> _gettext.NullTranslations:
    """Catalogue of one language; English is the text itself."""
    path = resources_dir() / "translations" / f"{language}.mo"
    if language == "en" or not path.is_file():
        return _gettext.NullTranslations()
    with path.open("rb") as file:
        return _gettext.GNUTranslations(file)


def use(language: str) -> None:
    """Switch the language of everything translated from now on."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _current[0] = language


def language() -> str:
    """The language in use: ``nl`` or ``en``."""
    return _current[0]


def _(message: str) -> str:
    """Translate into the language in use."""
    return translator(_current[0]).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate with the plural form for ``n``; put the number in with ``.format(n=n)``."""
    return translator(_current[0]).ngettext(singular, plural, n)


def N_(message: str) -> str:  # noqa: N802  (the name every gettext tool knows)
    """Mark a text for translation; it is translated with ``_`` where it is shown."""
    return message
