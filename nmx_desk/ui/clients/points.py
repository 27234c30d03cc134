"""The phone numbers and e-mail addresses of a client: a list that is edited in place, saved as one goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.client_views import ClientSheet
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.contacts import CONTACT_LABEL_NAMES, LONGEST_POINT_NOTE, ContactKind, ContactPoint, label_for
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.i18n import _
from nmx_desk.services import contact_points
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.inputs import CheckInput, ChoiceInput, TextInput
from nmx_desk.ui.kit.labels import Label, restyle
from nmx_desk.ui.kit.layout import Card, column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class PointRow(QWidget):
    """One number or address. ``edited``: something was changed and left; ``moved`` up (-1) or down (1); ``removed``."""

    edited = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, point: ContactPoint, frame: Frame) -> None:
        super().__init__()
        self.point, self._frame = point, frame
        is_phone = point.kind is ContactKind.PHONE
        called = shown_phone(point.value)
        options = [(label, _(name)) for label, name in CONTACT_LABEL_NAMES.items()]
        self.label = ChoiceInput(options, name=_("Label of {value}").format(value=called))
        self.value = TextInput(max_length=120, name=_("Phone number") if is_phone else _("E-mail address"))
        self.note = TextInput(max_length=LONGEST_POINT_NOTE, placeholder=_("Remark"), name=_("Remark about {value}").format(value=called))
        self.check = CheckInput(_("No voicemail") if is_phone else _("Mail came back"))
        self.error = Label("", look="small", role="danger", wrap=True)
        self.up = IconButton("arrow-up", _("Move {value} up").format(value=called), partial(self.moved.emit, -1))
        self.down = IconButton("arrow-down", _("Move {value} down").format(value=called), partial(self.moved.emit, 1))
        self.gone = IconButton("x", _("Take away {value}").format(value=called), self.removed.emit)
        first = row(self.label, self.value, self.up, self.down, self.gone, space=Space.XS)
        first.setStretch(1, 1)
        second = row(self.note, self.check, space=Space.S)
        second.setStretch(0, 1)
        self.setLayout(column(first, second, self.error, space=Space.XS))
        self.error.hide()
        self._show()
        for changed in (self.label.edited, self.check.edited, self.value.editingFinished, self.note.editingFinished):
            changed.connect(self._left)

    def _show(self) -> None:
        point = self.point
        self.label.set_value(point.label)
        self.value.set_value(shown_phone(point.value))
        self.note.set_value(point.note)
        self.check.set_value(point.no_voicemail or point.bounced_on is not None)
        if point.bounced_on is not None:
            self.check.setText(_("Mail came back {day}").format(day=dates.day(point.bounced_on)))

    def typed(self) -> ContactPoint:
        """The point as it stands here."""
        text = self.value.value()
        value = self.point.value if text == shown_phone(self.point.value) else text
        checked, is_phone = self.check.value(), self.point.kind is ContactKind.PHONE
        bounced = None if is_phone or not checked else self.point.bounced_on or dates.local(self._frame.now()).date()
        return replace(
            self.point, label=self.label.value(), value=value, note=" ".join(self.note.value().split()), no_voicemail=is_phone and checked,
            bounced_on=bounced,
        )  # fmt: skip

    def fail(self, message: str, field: str = "value") -> None:
        """Say what is wrong beside it; empty takes it away."""
        self.error.setText(message)
        self.error.setVisible(bool(message))
        for name in ("value", "note"):
            getattr(self, name).setProperty("invalid", bool(message) and name == field)
            restyle(getattr(self, name))

    def _left(self) -> None:
        if self.typed() != self.point:
            self.edited.emit()


class PointsCard(Card):
    """Every row is saved when it is left. What is taken away can be put back."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Phone numbers and addresses"))
        self._frame, self._client_id = frame, ""
        self._points: tuple[ContactPoint, ...] = ()
        self._saving = self._again = False
        self.rows: list[PointRow] = []
        self._lines = column(space=Space.M)
        self.new = TextInput(max_length=120, placeholder=_("Another phone number or e-mail address"), name=_("New phone number or address"))
        self.new.returnPressed.connect(self.add)
        self.new_error = Label("", look="small", role="danger", wrap=True)
        add = Button(_("Add"), self.add, icon="plus", name=_("Add this number or address"))
        self._adding = row(self.new, add, space=Space.XS)
        self.body.addLayout(self._lines)
        self.body.addLayout(self._adding)
        self.body.addWidget(self.new_error)
        self.new_error.hide()
        self._editable = frame.desk.may("clients.change")
        for widget in (self.new, add):
            widget.setVisible(self._editable)

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show a client's list; what is being typed in a row stays."""
        same = sheet.client.id == self._client_id
        if same and (self._saving or sheet.points == self._points or any(item.typed() != item.point for item in self.rows)):
            return
        if not same:
            self._finish()
            self.new.clear()
        self._client_id = sheet.client.id
        self._show(sheet.points)

    def _finish(self) -> None:
        """Another client comes: what stands half typed in a row is saved of the one before, and no answer is waited for."""
        typed = [line.typed() for line in self.rows]
        if typed != [line.point for line in self.rows]:
            before = None if self._saving else self._points  # what is being saved is in it
            self._frame.runner.do(contact_points.save_contact_points, self._client_id, typed, before, owner=self)
        self._saving = self._again = False

    def _show(self, points: Sequence[ContactPoint], focus: tuple[int, str] | None = None) -> None:
        self._points = tuple(points)
        for line in self.rows:
            line.blockSignals(True)  # a field that loses the focus by going says so, when other rows are here already
        empty_layout(self._lines)
        self.rows = []
        for place, point in enumerate(points):
            line = PointRow(point, self._frame)
            line.edited.connect(partial(self._edited, line))
            line.moved.connect(partial(self._move, line))
            line.removed.connect(partial(self._remove, line))
            line.up.setEnabled(self._editable and place > 0 and points[place - 1].kind is point.kind)
            line.down.setEnabled(self._editable and place + 1 < len(points) and points[place + 1].kind is point.kind)
            line.gone.setEnabled(self._editable and len(points) > 1)
            for widget in (line.label, line.value, line.note, line.check):
                widget.set_read_only(not self._editable)
            self._lines.addWidget(line)
            self.rows.append(line)
        if focus is not None and focus[0] < len(self.rows):
            wanted = getattr(self.rows[focus[0]], focus[1])
            (wanted if wanted.isEnabled() else self.rows[focus[0]].value).setFocus(Qt.FocusReason.OtherFocusReason)

    # -- changing --------------------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add what was typed: an address when it has an @, else a number."""
        text = self.new.value()
        if text:
            kind = ContactKind.EMAIL if "@" in text else ContactKind.PHONE
            made = ContactPoint(client_id=self._client_id, kind=kind, value=text, label=label_for(kind, text))
            self._save([*(line.typed() for line in self.rows), made], None)

    def _edited(self, line: PointRow) -> None:
        self._save([item.typed() for item in self.rows], line)

    def _move(self, line: PointRow, step: int) -> None:
        points = [item.typed() for item in self.rows]
        place = self.rows.index(line)
        points[place], points[place + step] = points[place + step], points[place]
        self._save(points, line, focus=(place + step, "up" if step < 0 else "down"))

    def _remove(self, line: PointRow) -> None:
        before, client_id = self._points, self._client_id

        def put_back() -> None:
            self._frame.runner.do(contact_points.save_contact_points, client_id, before, owner=self)

        words = _("{value} was taken away.").format(value=shown_phone(line.point.value))
        place = min(self.rows.index(line), len(self.rows) - 2)
        done = partial(self._frame.toast, words, put_back)
        self._save([item.typed() for item in self.rows if item is not line], line, focus=(place, "gone"), done=done)

    def _save(
        self, points: list[ContactPoint], line: PointRow | None, *, focus: tuple[int, str] | None = None,
        done: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        if self._saving:
            self._again = True  # what was typed meanwhile is saved when the answer is here
            return
        self._saving, self._again = True, False
        client_id = self._client_id

        def saved(kept: tuple[ContactPoint, ...]) -> None:
            if done is not None:
                done()
            if client_id == self._client_id:
                self._saved(points, focus, kept)

        def refused(error: DeskError) -> None:
            if client_id == self._client_id:
                self._refused(line, error)
            else:
                errors.show(error, self)

        self._frame.runner.do(contact_points.save_contact_points, client_id, points, self._points, then=saved, failed=refused, owner=self)

    def _saved(self, sent: list[ContactPoint], focus: tuple[int, str] | None, kept: tuple[ContactPoint, ...]) -> None:
        self._saving = False
        self.new_error.hide()
        if len(sent) > len(self.rows):
            self.new.clear()
        if [item.typed() for item in self.rows] == sent or focus is not None or len(kept) != len(self.rows):
            self._show(kept, focus or self._focused())
            return
        self._points = kept  # somebody typed on: the rows stay, with what is stored now under them
        for line, point in zip(self.rows, kept, strict=True):
            line.point = point
        if self._again:
            self._edited(self.rows[0])

    def _focused(self) -> tuple[int, str] | None:
        """Where the cursor is, to be put there again."""
        names = ("label", "value", "note", "check", "up", "down", "gone")
        places = ((place, name) for place, line in enumerate(self.rows) for name in names if getattr(line, name).hasFocus())
        return next(places, None)

    def _refused(self, line: PointRow | None, error: DeskError) -> None:
        self._saving = False
        if not isinstance(error, UserError):
            errors.show(error, self)
        elif line is not None:
            line.fail(error.message, error.field)
        else:
            self.new_error.setText(error.message)
            self.new_error.show()
