"""The words: one catalogue for windows, PDFs, command line and errors.

English stands in the code. ``_`` translates at the moment of the call, so module-level texts use ``N_`` and are translated where they
are shown.
"""

from __future__ import annotations

import gettext as _gettext
import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

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


class Sentence(str):
    """A text in the language in use that knows its English and what fills it in: it can be kept, and be shown in another language later.

    Whatever is done with it but ``format`` gives an ordinary text.
    """

    __slots__ = ("said", "values")
    said: tuple[Any, ...]
    values: dict[str, object]

    def __new__(cls, text: str = "", said: tuple[Any, ...] = (), values: dict[str, object] | None = None) -> Self:
        """``said``: how ``S_`` was asked; without it this is a text that stays as it is."""
        made = super().__new__(cls, text)
        made.said, made.values = said, values or {}
        return made

    def format(self, *_nothing: object, **values: object) -> Sentence:
        """Fill in the named placeholders."""
        return Sentence(super().format(**values), self.said, values)


UNSAID = Sentence()


def S_(message: str, plural: str = "", n: int = 1) -> Sentence:  # noqa: N802  (beside N_)
    """Translate a sentence that may be kept in the file, such as what went wrong with a server; with the ``plural`` for ``n``."""
    return Sentence(ngettext(message, plural, n), (message, plural, n)) if plural else Sentence(_(message), (message,))


_KEPT = '{"said": ['


def kept(text: str) -> str:
    """How a text is kept: a ``Sentence`` as JSON, ``{"said": [English], "with": {name: value}}`` (or ``[singular, plural, n]``).

    A value is a sentence again, a text or a number. Any other text is kept as it is; one that looks like such JSON gets a blank before it,
    so that nobody's words are ever filled in.
    """
    if isinstance(text, Sentence) and text.said:
        return json.dumps(_as_said(text), ensure_ascii=False)
    return f" {text}" if text.startswith(_KEPT) else str(text)


def _as_said(value: object) -> Any:
    if isinstance(value, Sentence) and value.said:
        return {"said": value.said, "with": {name: _as_said(one) for name, one in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def shown(text: str) -> Sentence:
    """What was kept, in the language in use; what was kept before sentences were, and what cannot be read, as it stands."""
    if not text.startswith(_KEPT):
        return Sentence(text)
    try:
        return _from_said(json.loads(text))
    except (ValueError, TypeError, AttributeError, LookupError):
        return Sentence(text)


def _from_said(said: dict[str, Any]) -> Sentence:
    values = {name: _from_said(value) if isinstance(value, dict) else value for name, value in said["with"].items()}
    message, *plural = said["said"]
    if not isinstance(message, str):
        raise TypeError(message)
    sentence = S_(message, *plural)
    return sentence.format(**values) if values else sentence
