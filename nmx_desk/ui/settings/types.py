"""Appointment types: what can be booked, for how long, and for how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nmx_desk.domain.agenda import CHANNEL_NAMES, LONGEST_TYPE_NAME, TYPE_BOUNDS, AppointmentType, Channel
from nmx_desk.domain.codes import LONGEST_CODE
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import appointment_types
from nmx_desk.services.appointment_types import NEEDED, Retired
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel, ListPart
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.form import Field, Form, Kind
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH


def state(kind: AppointmentType) -> Badge:
    """Whether it is offered."""
    return Badge(_("In use"), Hue.OK, "circle-check") if kind.is_active else Badge(_("Retired"), Hue.NEUTRAL, "circle-x")


def price(kind: AppointmentType) -> str:
    """What it costs."""
    return "€\N{NO-BREAK SPACE}" + dates.number(kind.price_cents / 100, 2) if kind.price_cents else _("free")


def time_taken(kind: AppointmentType) -> str:
    """How long it takes, and what is kept free before and after it."""
    if not (kind.buffer_before or kind.buffer_after):
        return ""
    return _("{before} min before, {after} min after").format(before=kind.buffer_before, after=kind.buffer_after)


def _number(name: str, label: str, kind: Kind = "int", **more: Any) -> Field:
    least, most = TYPE_BOUNDS[name]
    return Field(name=name, label=label, kind=kind, least=least, most=most, **more)


class TypePanel(EditPanel):
    """A new type, or one there is. ``saved`` says what to do with what was typed."""

    def __init__(self, saved: Callable[[dict[str, Any]], object]) -> None:
        super().__init__(_("New appointment type"))
        self._saved = saved
        self.kind: AppointmentType | None = None
        self.setMaximumWidth(PANEL_WIDTH)
        self.form = Form(
            [
                Field(name="name_nl", label=_("Name in Dutch"), required=True, max_length=LONGEST_TYPE_NAME, span=0),
                Field(name="name_en", label=_("Name in English"), required=True, max_length=LONGEST_TYPE_NAME, span=0),
                _number("duration", _("Minutes")),
                _number("price_cents", _("Price in euros"), "money"),
                _number("buffer_before", _("Free before it")),
                _number("buffer_after", _("Free after it")),
                Field(name="needs_room", label=_("Needs a room"), kind="check", span=0),
                Field(name="channel", label=_("How"), kind="choice", required=True, options=_channels()),
                Field(name="hue", label=_("Colour"), kind="hue"),
                _number("step", _("A start every"), help=_("Minutes.")),
                _number("anchor", _("First start"), help=_("Past the hour.")),
                Field(name="from_opening", label=_("Count from the start of work"), kind="check", span=0,
                      help=_("Who begins at 9:10 then starts at 9:10, and again after each break; otherwise starts keep to the clock.")),
                _number("minimum_notice", _("Notice"), help=_("Minutes from now.")),
                _number("horizon_days", _("Days ahead"), help=_("Bookable so far.")),
                _number("cancel_window_hours", _("Free cancelling"), help=_("Hours before.")),
                Field(name="code", label=_("Code"), max_length=LONGEST_CODE, help=_("Never changes.")),
            ],
            columns=2,
        )  # fmt: skip
        self.confirm = Button(_("Add the type"), self.save, kind="primary")
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.confirm)
        self.form.submitted.connect(self.save)
        self.form.edited.connect(self._fit)
        self.hide()

    def show_kind(self, kind: AppointmentType | None) -> None:
        """One there is, or the usual values of a new one."""
        self.kind = kind
        shown = kind or AppointmentType()
        explained = _("What is booked keeps its own times.") if kind else _("It can be booked as soon as it is saved.")
        self.set_title(kind.name(language()) if kind else _("New appointment type"), explained)
        self.confirm.setText(_("Save") if kind else _("Add the type"))
        self.form.set_values({name: getattr(shown, name) for name in self.form.values()})
        self.form.input("code").setEnabled(kind is None)
        self._fit()
        self.show()
        self.form.focus_first()

    def _fit(self) -> None:
        """The first start past the hour means nothing where work's begin is what counts."""
        self.form.input("anchor").setEnabled(not self.form.values()["from_opening"])

    def save(self) -> None:
        """Hand over what was typed."""
        values = self.form.checked()
        if values is None:
            return
        if blank := next((name for name, value in values.items() if value is None), ""):
            self.form.show_error(UserError(blank, _("Fill this in.")))
        else:
            self._saved(values)


def _channels() -> list[tuple[Channel, str]]:
    return [(channel, _(CHANNEL_NAMES[channel])) for channel in Channel]


class TypesPart(ListPart):
    """A list, and a panel for one type."""

    panel: TypePanel

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.table: Table[AppointmentType] = Table(
            [
                Column(key="name", title=_("Name"), text=lambda k: k.name(language()), detail=time_taken, strong=True),
                Column(key="duration", title=_("Minutes"), text=lambda k: dates.number(k.duration), sort_key=lambda k: k.duration,
                       align="right", width=88),
                Column(key="channel", title=_("How"), text=lambda k: _(CHANNEL_NAMES[k.channel]), width=116),
                Column(key="price", title=_("Price"), text=price, sort_key=lambda k: k.price_cents, align="right", width=100),
                Column(key="state", title=_("State"), text=lambda k: state(k).text, badge=state, width=116),
            ],
            name="appointment_types", label=_("Appointment types"), settings=frame.user_settings,
        )  # fmt: skip
        self.add_button = Button(_("New type"), self.open_panel, kind="primary", icon="plus")
        self.edit_button = Button(_("Change …"), self.edit, icon="pencil")
        self.retire_button = Button(_("Retire"), self.retire, icon="ban")
        self.panel = TypePanel(self._save)
        buttons = row(None, self.retire_button, self.edit_button, self.add_button)
        self.put_beside(buttons, self.table, offered=(self.add_button, self.edit_button, self.retire_button))
        self.table.chosen.connect(self._chosen)
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-types", appointment_types.list_appointment_types, then=self._show, owner=self)

    def open_panel(self) -> None:
        """A new type."""
        self.panel.show_kind(None)
        self.offer()

    def edit(self) -> None:
        """The chosen type."""
        kind = self.table.current()
        if kind is not None:
            self.panel.show_kind(kind)
            self.offer()

    def _show(self, found: list[AppointmentType]) -> None:
        self.table.set_rows(found)
        self._chosen(self.table.current())

    def _save(self, values: dict[str, Any]) -> None:
        kind = self.panel.kind
        case = appointment_types.change_appointment_type if kind else appointment_types.add_appointment_type
        self._frame.runner.do(case, replace(kind or AppointmentType(), **values), then=self._saved, owner=self.panel.form)

    def _saved(self, kind: AppointmentType) -> None:
        self.panel.form.clear()
        self.panel.close_panel()
        self.load()
        self._frame.toast(_("“{name}” has been saved.").format(name=kind.name(language())))

    def retire(self) -> None:
        """Offer the chosen type no more, after asking; or again."""
        kind = self.table.current()
        if kind is None:
            return
        name = kind.name(language())
        if not kind.is_active:
            self._revive(kind)
        elif ask(self, _("Retire “{name}”?").format(name=name), _("It can no longer be booked. What is booked stays as it is."),
                 yes=_("Retire")):  # fmt: skip
            self._frame.runner.do(appointment_types.retire_appointment_type, kind, then=self._retired, owner=self)

    def _retired(self, made: Retired) -> None:
        self.load()
        name = made.kind.name(language())
        text = _("“{name}” is retired.")
        if made.coming:
            text = ngettext(
                "“{name}” is retired; {n} appointment to come stays booked.",
                "“{name}” is retired; {n} appointments to come stay booked.",
                made.coming,
            )
        self._frame.toast(text.format(name=name, n=made.coming), lambda: self._revive(made.kind))

    def _revive(self, kind: AppointmentType) -> None:
        text = _("“{name}” can be booked again.").format(name=kind.name(language()))

        def revived(_kind: AppointmentType) -> None:
            self.load()
            self._frame.toast(text)

        self._frame.runner.do(appointment_types.revive_appointment_type, kind, then=revived, owner=self)

    def _chosen(self, kind: AppointmentType | None) -> None:
        self.edit_button.setEnabled(kind is not None)
        self.retire_button.setText(_("Retire") if kind is None or kind.is_active else _("Offer again"))
        self.retire_button.setEnabled(kind is not None and kind.code not in NEEDED)
