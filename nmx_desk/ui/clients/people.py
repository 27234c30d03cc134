"""Who may decide for a client: the rule of today in a sentence, who was written down, and the form of one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.family import AGREEMENT_NAMES, AUTHORITY_NAMES, RELATION_NAMES, Agreement, Authority, Representative
from nmx_desk.i18n import _
from nmx_desk.services import representatives
from nmx_desk.services.representatives import LEAST_REASON, FamilySheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, bring_into_sight, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_AGREEMENT_LOOKS = {
    Agreement.NOT_ASKED: (Hue.NEUTRAL, "circle-dashed"),
    Agreement.GIVEN: (Hue.OK, "circle-check"),
    Agreement.REFUSED: (Hue.DANGER, "ban"),
}


def _fields() -> list[Field]:
    def options(names: dict[Any, str]) -> list[tuple[Any, str]]:
        return [(value, _(name)) for value, name in names.items()]

    return [
        Field(name="first_name", label=_("First name"), max_length=60),
        Field(name="prefix", label=_("Prefix"), max_length=30),
        Field(name="surname", label=_("Surname"), max_length=80),
        Field(name="relation", label=_("Relation"), kind="choice", required=True, options=options(RELATION_NAMES)),
        Field(name="authority", label=_("Has authority"), kind="choice", required=True, options=options(AUTHORITY_NAMES)),
        Field(name="ends_on", label=_("Until"), kind="date"),
        Field(name="agreement", label=_("Agrees to the treatment"), kind="choice", required=True, options=options(AGREEMENT_NAMES)),
        Field(name="agreed_on", label=_("Said on"), kind="date", past=True),
        Field(name="document_id", label=_("Document"), kind="choice"),
        Field(name="phone", label=_("Phone"), kind="phone", max_length=30),
        Field(name="email", label=_("E-mail"), kind="email", max_length=120, span=2),
        Field(name="note", label=_("Remark"), max_length=300, span=0),
    ]


class PersonForm(QWidget):
    """The form of a representative: a new one, or one to be changed."""

    closed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._client_id = ""
        self._person = Representative()
        self.form = Form(_fields(), columns=3)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+S)"))
        self.despite_button = Button(_("Go on despite this…"), self._despite, icon="shield-check")
        self.end_button = Button(_("Ends today"), self._end, icon="calendar-x")
        foot = row(Button(_("Cancel"), self.close_form, kind="quiet"), self.save_button, self.end_button, self.despite_button, STRETCH)
        self.setLayout(column(self.form, foot, space=Space.M))
        self.form.submitted.connect(self.save)
        for keys, run in (("Ctrl+S", self.save), ("Esc", self.close_form)):
            QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut).activated.connect(run)
        self.hide()

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return not self.isHidden() and self.form.dirty

    def begin(self, client_id: str, person: Representative, documents: tuple[DocumentRow, ...]) -> None:
        """Open the form for somebody; one without an id is new."""
        self._client_id, self._person = client_id, person
        choice = self.form.input("document_id")
        if isinstance(choice, ChoiceInput):
            known = {row.id: row.name for row in documents}
            if person.document_id:
                known.setdefault(person.document_id, _("A document of the file"))
            choice.set_options(list(known.items()))
        values = {name: getattr(person, name) for name in self.form.values()}
        self.form.set_values(values | {"phone": shown_phone(person.phone)})
        self.form.set_visible("document_id", bool(documents) or person.document_id is not None)
        may = self._frame.desk.may("refusals.override") and person.override_by is None
        self.despite_button.setVisible(may and person.agreement is Agreement.REFUSED)
        self.end_button.setVisible(bool(person.id) and person.ends_on is None)
        self.show()
        bring_into_sight(self.save_button)
        self.form.focus_first()

    def close_form(self) -> None:
        """Throw away what was typed."""
        self.form.mark_clean()
        self.hide()
        self.closed.emit()

    def save(self) -> None:
        """Write down what was typed."""
        values = self.form.checked()
        if values is None:
            return
        person = replace(self._person, **values)
        if person.id:
            self._frame.runner.do(representatives.change_representative, person, then=self._saved, owner=self)
        else:
            self._frame.runner.do(representatives.add_representative, self._client_id, person, then=self._saved, owner=self)

    def _end(self) -> None:
        self.form.input("ends_on").set_value(dates.today(self._frame.now()))
        self.save()

    def _despite(self) -> None:
        """The manager's decision, with its reason."""
        text = _("Treatment goes on although {name} refuses. The reason is kept in the file and in the log.")
        reason = ask_reason(self.window(), _("Go on despite a refusal"), text.format(name=self._person.name), least=LEAST_REASON)
        if reason:
            self._frame.runner.do(representatives.go_on_despite, self._person.id, reason=reason, then=self._saved, owner=self)

    def _saved(self, person: Representative) -> None:
        self.close_form()
        self._frame.toast(_("{name} saved.").format(name=person.name))

    def show_error(self, error: UserError) -> bool:
        """Beside its field."""
        return self.form.show_error(error)


class PeopleCard(Card):
    """Everybody who may decide for the client, today or once; Enter opens one."""

    def __init__(self, frame: Frame) -> None:
        self.add_button = Button(_("Add somebody"), self._add, icon="user-plus")
        super().__init__(_("Who may decide"), actions=(self.add_button,))
        self.sheet: FamilySheet | None = None
        self._may = frame.desk.may("clients.change")
        self.rule = Label("", look="strong", wrap=True)
        self._problems = column(space=Space.XS)
        self._problem_part = holder(self._problems)
        self.nobody = muted(_("Nobody is written down yet: a parent, a guardian, a curator, a mentor, or somebody with a written mandate."))
        self.table = self._table()
        self.form = PersonForm(frame)
        for part in (self.rule, self._problem_part, self.nobody, self.table, self.form):
            self.body.addWidget(part)
        self.add_button.setVisible(self._may)
        self.table.opened.connect(self._open)
        self.form.closed.connect(self._back)

    def _table(self) -> Table[Representative]:
        columns: list[Column[Representative]] = [
            Column(key="name", title=_("Name"), text=lambda one: one.name, detail=lambda one: _(RELATION_NAMES[one.relation]), strong=True,
                   role=self._role, tooltip=lambda one: one.note),
            Column(key="authority", title=_("Has authority"), text=lambda one: _(AUTHORITY_NAMES[one.authority]), width=120,
                   role=lambda one: "warn" if one.authority is Authority.UNKNOWN else self._role(one)),
            Column(key="agreement", title=_("Treatment"), text=self._said, badge=self._badge, width=190),
            Column(key="reach", title=_("Reach"), text=lambda one: shown_phone(one.phone) or one.email,
                   detail=lambda one: one.email if one.phone else "", width=220, role=self._role),
            Column(key="until", title=_("Until"), text=self._until, width=90, role=self._role),
        ]  # fmt: skip
        return Table(columns, name="representatives", label=_("People who may decide"))

    def _role(self, one: Representative) -> str:
        return "text" if self.sheet is None or one.id in self.sheet.acting else "muted"

    def _said(self, one: Representative) -> str:
        day = dates.short(one.agreed_on) if one.agreed_on else ""
        return " ".join(filter(None, (_(AGREEMENT_NAMES[one.agreement]), day)))

    def _badge(self, one: Representative) -> Badge:
        return Badge(self._said(one), *_AGREEMENT_LOOKS[one.agreement])

    def _until(self, one: Representative) -> str:
        if one.ends_on is not None:
            return dates.short(one.ends_on)
        acts = self.sheet is None or one.id in self.sheet.acting
        return "" if acts else _("until 16")

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.form.dirty

    def show_sheet(self, sheet: FamilySheet) -> None:
        """Show who decides."""
        if self.sheet is not None and self.sheet.client.id != sheet.client.id:
            self.form.form.mark_clean()
            self.form.hide()
        self.sheet = sheet
        self.rule.setText(" ".join(filter(None, (sheet.rule, sheet.sixteen))))
        empty_layout(self._problems)
        self._problem_part.setVisible(bool(sheet.problems or sheet.decisions))
        for text, hue in [*((text, Hue.WARN) for text in sheet.problems), *((text, Hue.INFO) for text in sheet.decisions)]:
            banner = Banner()
            self._problems.addWidget(banner)
            banner.say(text, hue, closable=False)
        self.nobody.setVisible(not sheet.people)
        self.table.setVisible(bool(sheet.people))
        self.table.set_rows(sheet.people)
        height = self.table.horizontalHeader().sizeHint().height() + len(sheet.people) * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(height + Space.S)

    def _back(self) -> None:
        """The focus where one goes on."""
        (self.table if self.table.current() else self.add_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        self._open(Representative())

    def _open(self, person: Representative) -> None:
        if self.sheet is not None and self._may and not self.form.dirty:
            self.form.begin(self.sheet.client.id, person, self.sheet.documents)
