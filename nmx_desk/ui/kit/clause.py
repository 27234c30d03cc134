"""A clause of the standard: chosen by number or by a word of its title, or typed as it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QListView

from nmx_desk.domain import iso
from nmx_desk.i18n import _
from nmx_desk.ui.kit.inputs import TextInput


class ClauseInput(TextInput):
    """Shows "7.2 Being able and qualified"; its value is "7.2". A deeper number (7.5.3) and any short text may stand here too."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__(max_length=120, placeholder=_("Number or a word of it"), name=name)
        self._numbers = {title: number for number, title in iso.choices()}
        completer = QCompleter(list(self._numbers), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        shown = QListView()
        shown.setAccessibleName(_("Clauses of the standard"))
        completer.setPopup(shown)
        self.setCompleter(completer)
        activated: Any = completer.activated  # an overloaded signal
        activated[str].connect(lambda _text: self.edited.emit())

    def value(self) -> str:
        """The number, or what was typed."""
        text = str(super().value())
        number = text.split(" ", maxsplit=1)[0]
        return self._numbers.get(text) or (number if iso.clause_title(number) == text else text)

    def set_value(self, value: Any) -> None:
        """Show a clause with its title."""
        super().set_value(iso.clause_title(str(value)) if value else "")

    def problem(self) -> str:
        """Too long for a clause."""
        return "" if len(self.value()) <= iso.LONGEST_CLAUSE else _("Choose a clause from the list, or type its number.")
