"""Forms built from a declared list of fields; errors stand beside their field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.ui.kit.clause import ClauseInput
from nmx_desk.ui.kit.hues import HueInput
from nmx_desk.ui.kit.inputs import (
    CheckInput,
    ChoiceInput,
    DateInput,
    IntInput,
    MoneyInput,
    MultilineInput,
    PasswordInput,
    TextInput,
    TimeInput,
)
from nmx_desk.ui.kit.labels import Label, restyle
from nmx_desk.ui.kit.layout import bring_into_sight
from nmx_desk.ui.kit.partial_date import PartialDateInput
from nmx_desk.ui.kit.several import SeveralInput
from nmx_desk.ui.theme.tokens import Space

Kind = Literal[
    "text", "multiline", "date", "time", "choice", "check", "phone", "email", "int", "money", "hue", "password", "partial", "several",
    "clause",
]  # fmt: skip
Input = TextInput | MultilineInput | ChoiceInput | CheckInput | SeveralInput


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input of a form.

    ``span`` counts columns (0: all); ``options`` are ``(value, label)`` of a choice, or of several, ``lines`` of them in a row; ``least``
    and ``most`` bound an int (money: cents).
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    max_length: int = 200
    help: str = ""
    placeholder: str = ""
    options: Sequence[tuple[Any, str]] = ()
    blank: str | None = None
    past: bool = False
    least: int = 0
    most: int = 999_999
    lines: int = 4
    span: int = 1


_PLAIN: dict[str, Callable[..., Input]] = {
    "time": TimeInput, "hue": HueInput, "password": PasswordInput, "partial": PartialDateInput, "clause": ClauseInput,
}  # fmt: skip
"""Inputs that need nothing but their name."""


def make_input(field: Field) -> Input:  # noqa: PLR0911 (one line per kind)
    """The input of a field, named for screen readers."""
    if field.kind in _PLAIN:
        return _PLAIN[field.kind](name=field.label)
    match field.kind:
        case "multiline":
            return MultilineInput(
                lines=field.lines, max_length=max(field.max_length, 1000), placeholder=field.placeholder, name=field.label
            )
        case "choice":
            blank = field.blank if field.blank is not None or field.required else "–"
            return ChoiceInput(field.options, blank=blank, name=field.label)
        case "several":
            return SeveralInput(field.options, in_row=field.lines, name=field.label)
        case "check":
            return CheckInput(field.label)
        case "date":
            return DateInput(past=field.past, name=field.label)
        case "int":
            return IntInput(least=field.least, most=field.most, name=field.label)
        case "money":
            return MoneyInput(least=field.least, most=field.most, name=field.label)
        case _:
            return TextInput(max_length=field.max_length, placeholder=field.placeholder, name=field.label)


class _Cell(QWidget):
    """Label, input, and under it help or error."""

    def __init__(self, field: Field, *, beside: bool) -> None:
        super().__init__()
        self.field = field
        self.input = make_input(field)
        self.note = Label(field.help, look="small", role="muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(Space.XS)
        if field.kind != "check":
            text = _("{label} (required)").format(label=field.label) if field.required else field.label
            box.addWidget(Label(text, look="small", role="muted", wrap=True))
        elif beside:
            box.addWidget(Label(" ", look="small"))  # level with the inputs beside it
        box.addWidget(self.input)
        box.addWidget(self.note)
        self.note.setVisible(bool(field.help))  # once it is inside: before, it would be a window of its own for a moment
        if field.kind != "multiline":
            box.addStretch(1)
        self.input.setAccessibleDescription(field.help)

    def set_error(self, message: str) -> None:
        """Show or clear the error."""
        self.input.setProperty("invalid", bool(message))
        restyle(self.input)
        self.note.setText(message or self.field.help)
        self.note.set_role("danger" if message else "muted")
        self.note.setVisible(bool(message or self.field.help))
        self.input.setAccessibleDescription(message or self.field.help)

    def own_problem(self) -> str:
        """What is wrong without asking the desk."""
        value = self.input.value()
        if self.field.required and value in (None, "") and not self.input.problem():
            return _("Fill this in.")
        return self.input.problem()


def enter_submits(form: Form) -> None:
    """Of a line that is added with Enter: also where the cursor stands in a list of choices."""
    for choice in form.findChildren(ChoiceInput):
        for key in ("Return", "Enter"):
            QShortcut(QKeySequence(key), choice, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(form.submitted)


class Form(QWidget):
    """Inputs in ``columns`` columns, labels above. ``edited`` at every change by the user, ``submitted`` at Enter in a one-line field."""

    edited = Signal()
    submitted = Signal()

    def __init__(self, fields: Sequence[Field], *, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: dict[str, _Cell] = {}
        self._clean: dict[str, Any] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.M)
        row = column = 0
        for field in fields:
            span = columns if field.span == 0 or field.kind == "multiline" else min(field.span, columns)
            if column + span > columns:
                row, column = row + 1, 0
            grid.addWidget(self._cell(field, beside=span < columns), row, column, 1, span)
            column += span
        for number in range(columns):
            grid.setColumnStretch(number, 1)
        self._clean = self.values()

    def sizeHint(self) -> QSize:
        """As high as its texts are at the width it has got: this is also its greatest height."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width()))) if self.width() < hint.width() else hint

    def minimumSizeHint(self) -> QSize:
        """No higher than its texts are at the width it has got."""
        hint = super().minimumSizeHint()
        return QSize(hint.width(), min(hint.height(), self.heightForWidth(max(self.width(), hint.width()))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _cell(self, field: Field, *, beside: bool) -> _Cell:
        cell = self._cells[field.name] = _Cell(field, beside=beside)
        cell.input.edited.connect(lambda: self._edited(cell))
        if isinstance(cell.input, TextInput):
            cell.input.returnPressed.connect(self.submitted)
            cell.input.editingFinished.connect(lambda: self._left(cell))
        return cell

    def input(self, name: str) -> Input:
        """The input widget of a field."""
        return self._cells[name].input

    def values(self) -> dict[str, Any]:
        """What the fields hold, by name; what cannot be understood is None."""
        return {name: cell.input.value() for name, cell in self._cells.items()}

    def checked(self) -> dict[str, Any] | None:
        """The values, or None after marking what is missing or wrong and going to the first such field."""
        self.clear_errors()
        wrong = [(cell, problem) for cell in self._cells.values() if cell.isEnabled() and (problem := cell.own_problem())]
        for cell, problem in wrong:
            cell.set_error(problem)
        if wrong:
            wrong[0][0].input.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_into_sight(wrong[0][0])
            return None
        return self.values()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values by name; fields not named stay. The form counts as clean afterwards."""
        for name, value in values.items():
            if name in self._cells:
                self._cells[name].input.set_value(value)
        self.clear_errors()
        self.mark_clean()

    def clear(self) -> None:
        """Empty every field."""
        self.set_values(dict.fromkeys(self._cells))

    @property
    def dirty(self) -> bool:
        """Whether the user changed anything since ``set_values`` or ``mark_clean``."""
        return self.values() != self._clean

    def mark_clean(self) -> None:
        """What stands here now is saved."""
        self._clean = self.values()

    def show_error(self, error: UserError) -> bool:
        """Put the error beside its field and go there; False if this form has no such field."""
        cell = self._cells.get(error.field)
        if cell is None:
            return False
        cell.set_error(error.message)
        cell.input.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_sight(cell)
        return True

    def error_of(self, name: str) -> str:
        """The error that stands beside a field."""
        cell = self._cells[name]
        return cell.note.text() if cell.input.property("invalid") else ""

    def clear_errors(self) -> None:
        """Take all errors away."""
        for cell in self._cells.values():
            cell.set_error("")

    def set_visible(self, name: str, on: bool) -> None:
        """Show or hide a field; a hidden one is not checked."""
        self._cells[name].setVisible(on)
        self._cells[name].setEnabled(on)

    def set_read_only(self, on: bool = True) -> None:
        """Show without letting anything be changed."""
        for cell in self._cells.values():
            cell.input.set_read_only(on)

    def first(self) -> Input:
        """The input of the first field that is there."""
        cells = list(self._cells.values())
        return next((cell for cell in cells if not cell.isHidden() and cell.isEnabled()), cells[0]).input

    def focus_first(self) -> None:
        """Put the cursor in the first field."""
        self.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self, cell: _Cell) -> None:
        if cell.input.property("invalid"):
            cell.set_error("")
        self.edited.emit()

    def _left(self, cell: _Cell) -> None:
        if problem := cell.input.problem():
            cell.set_error(problem)
