"""The form of a client's contact data, for a new client and for changing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.clients import (
    CLIENT_STATUS_NAMES,
    LONGEST,
    OPEN_STATUSES,
    PREFERRED_NAMES,
    Client,
    ClientStatus,
    NameUse,
    Sex,
    shown_phone,
)
from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row, scroll
from nmx_desk.ui.theme.tokens import Space

_COUNTRIES = ("BE", "DE", "FR", "GB", "ES", "PL", "TR", "MA", "SR")
PHONES = ("phone", "phone2")
ASKED_FIRST = ("first_name", "prefix", "surname", "birth_date", "phone", "email")
_FIRST = {
    "name_use": NameUse.OWN, "sex": Sex.UNKNOWN, "country": "NL", "language": "nl", "status": OPEN_STATUSES[0],
    "preferred_channel": "phone",
}  # fmt: skip  # of each choice


def _name_fields() -> list[Field]:
    uses = ((NameUse.PARTNER, _("Partner's name")), (NameUse.OWN_PARTNER, _("Own name – partner's name")),
            (NameUse.PARTNER_OWN, _("Partner's name – own name")))  # fmt: skip
    sexes = ((Sex.FEMALE, _("Female")), (Sex.MALE, _("Male")), (Sex.OTHER, "X"))
    return [
        Field(name="first_name", label=_("First name"), max_length=LONGEST["first_name"]),
        Field(name="prefix", label=_("Prefix"), max_length=30),
        Field(name="surname", label=_("Surname"), max_length=LONGEST["surname"]),
        Field(name="first_names", label=_("All first names"), max_length=120),
        Field(name="partner_prefix", label=_("Partner's prefix"), max_length=30),
        Field(name="partner_surname", label=_("Partner's surname"), max_length=LONGEST["partner_surname"]),
        Field(name="birth_date", label=_("Birth date"), kind="date", past=True),
        Field(name="sex", label=_("Sex"), kind="choice", options=sexes, blank=_("Unknown")),
        Field(name="name_use", label=_("Name in use"), kind="choice", options=uses, blank=_("Own name")),
        Field(name="initials", label=_("Initials"), max_length=LONGEST["initials"]),
    ]


def _reach_fields() -> list[Field]:
    countries = [(code, code) for code in _COUNTRIES]
    languages = [("en", _("English"))]
    return [
        Field(name="phone", label=_("Phone"), kind="phone", max_length=30),
        Field(name="phone2", label=_("Second phone"), kind="phone", max_length=30),
        Field(name="email", label=_("E-mail"), kind="email", max_length=120),
        Field(name="street", label=_("Street"), max_length=120),
        Field(name="house_no", label=_("House number"), max_length=LONGEST["house_no"]),
        Field(name="house_suffix", label=_("Addition"), max_length=LONGEST["house_suffix"]),
        Field(name="postcode", label=_("Postcode"), max_length=LONGEST["postcode"]),
        Field(name="city", label=_("Town"), max_length=120),
        Field(name="country", label=_("Country"), kind="choice", options=countries, blank="NL"),
        Field(name="language", label=_("Language"), kind="choice", options=languages, blank=_("Dutch")),
        Field(
            name="call_instruction", label=_("Call instruction"), max_length=LONGEST["call_instruction"], span=2,
            placeholder=_("Such as: only after five o'clock"),
        ),
        Field(name="no_voicemail", label=_("Leave no voicemail"), kind="check"),
        Field(name="preferred_channel", label=_("Rather reached"), kind="choice", blank=_(PREFERRED_NAMES["phone"]),
              options=[(way, _(name)) for way, name in PREFERRED_NAMES.items() if way != "phone"]),
    ]  # fmt: skip


def _other_fields(practitioners: Sequence[tuple[str, str]], statuses: Sequence[ClientStatus]) -> list[Field]:
    return [
        Field(name="practitioner_id", label=_("Practitioner"), kind="choice", options=practitioners),
        Field(name="status", label=_("Status"), kind="choice", options=[(s, _(CLIENT_STATUS_NAMES[s])) for s in statuses[1:]],
              blank=_(CLIENT_STATUS_NAMES[statuses[0]])),
        Field(name="deceased_on", label=_("Died on"), kind="date", past=True),
        Field(name="gp_name", label=_("General practitioner"), max_length=120),
        Field(name="gp_practice", label=_("GP's practice"), max_length=120),
        Field(name="gp_city", label=_("GP's town"), max_length=120),
        Field(name="emergency_contact", label=_("Emergency contact"), max_length=120, span=0),
    ]  # fmt: skip


class ContactForm(QWidget):
    """``saved`` carries the client as typed, ``cancelled`` that it need not be. Ctrl+S saves."""

    saved = Signal(object)
    cancelled = Signal()

    def __init__(
        self, client: Client, practitioners: Sequence[tuple[str, str]], *, new: bool = False, may_assign: bool = True, editable: bool = True
    ) -> None:
        super().__init__()
        self.client = client
        statuses = OPEN_STATUSES if client.status in OPEN_STATUSES else (*OPEN_STATUSES, client.status)
        people = [*practitioners]
        if client.practitioner_id and client.practitioner_id not in dict(people):
            people.append((client.practitioner_id, _("Former practitioner")))
        fields = [*_name_fields(), *_reach_fields(), *_other_fields(people, statuses)]
        if new:  # in the order in which somebody on the phone says them
            fields.sort(key=lambda field: ASKED_FIRST.index(field.name) if field.name in ASKED_FIRST else len(ASKED_FIRST))
        self.form = Form(fields, columns=3 if new else 2)
        values: dict[str, Any] = {name: getattr(client, name) for name in self.form.values()}
        self.form.set_values(values | {name: shown_phone(values[name]) for name in PHONES})
        self.form.input("practitioner_id").set_read_only(not may_assign)
        self.form.set_read_only(not editable)
        words = _("Make this client") if new else _("Save")
        self.save_button = Button(words, self.save, kind="primary", icon="save", tip=_("Save (Ctrl+S)"))
        self.cancel_button = Button(_("Cancel"), self.cancelled.emit, kind="quiet")
        content = column(self.form, STRETCH, space=Space.L)
        content.setContentsMargins(0, 0, Space.L, Space.S)
        foot = row(self.cancel_button, self.save_button, STRETCH)
        self.setLayout(column(scroll(holder(content), _("Contact data")), foot, space=Space.M))
        self.form.submitted.connect(self.save)
        QShortcut(QKeySequence("Ctrl+S"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut).activated.connect(self.save)
        self.form.edited.connect(self._tell)
        self._new = new
        self._tell()

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.form.dirty

    def save(self) -> None:
        """Say what was typed, if it can be understood."""
        if self.save_button.isEnabled() and (values := self.form.checked()) is not None:
            chosen = {name: first for name, first in _FIRST.items() if values[name] is None}
            self.saved.emit(replace(self.client, **values | chosen))

    def warned(self) -> None:
        """Possible doubles are shown: saving again makes the client all the same."""
        self.save_button.setText(_("Make a new client all the same"))

    def _tell(self) -> None:
        self.save_button.setEnabled(self._new or self.form.dirty)
        self.cancel_button.setVisible(self._new or self.form.dirty)

