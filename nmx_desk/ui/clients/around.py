"""Beside the contact form: how the client is reached, who lives with them, how the clinic groups them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget

from nmx_desk.domain.client_views import ClientSheet
from nmx_desk.domain.contact_views import Housemate, Neighbour
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.family import HOUSEHOLD_ROLE_NAMES, HouseholdMember
from nmx_desk.i18n import _
from nmx_desk.services import client_tags, households
from nmx_desk.ui import errors
from nmx_desk.ui.clients.points import PointsCard
from nmx_desk.ui.clients.words import age_text
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.inputs import ChoiceInput, TextInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class HouseholdCard(Card):
    """Who lives with the client; ``opened`` carries the id of the one to go to."""

    opened = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Lives with"))
        self._frame, self._client_id = frame, ""
        self._editable = frame.desk.may("clients.change")
        self._lines, self._suggested = column(space=Space.XS), column(space=Space.XS)
        self.picker = ClientPicker(frame.runner, name=_("Find who lives with this client"), placeholder=_("Find a client to link"))
        self.picker.picked.connect(self._picked)
        self.picker.setVisible(False)
        for layout in (self._lines, self._suggested):
            self.body.addLayout(layout)
        self.body.addWidget(self.picker)
        self.picker.setVisible(self._editable)

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show the households of a client; a child may be in two."""
        if sheet.client.id != self._client_id:
            empty_layout(self._suggested)  # who is linked by these would be linked to this client
        self._client_id = sheet.client.id
        empty_layout(self._lines)
        for home in sheet.households:
            self._lines.addLayout(self._own(home.member_id, home.role))
            for mate in home.others:
                self._lines.addLayout(self._line(mate))
        if not sheet.households:
            self._lines.addWidget(muted(_("Nobody is linked yet.")))

    def _own(self, member_id: str, role: str) -> QHBoxLayout:
        words = Label(_("This client is"), role="muted")
        leave = Button(_("Unlink"), partial(self._unlink, member_id), kind="quiet", name=_("Take this client out of the household"))
        leave.setVisible(self._editable)
        return row(words, self._role(member_id, role, _("What this client is in the household")), STRETCH, leave, space=Space.S)

    def _line(self, mate: Housemate) -> QHBoxLayout:
        name = Button(mate.name, partial(self.opened.emit, mate.client_id), kind="quiet", name=_("Open {name}").format(name=mate.name))
        role = self._role(mate.member_id, mate.role, _("What {name} is in the household").format(name=mate.name))
        gone = IconButton("x", _("Take {name} out of the household").format(name=mate.name), partial(self._unlink, mate.member_id))
        gone.setEnabled(self._editable)
        return row(name, Label(age_text(mate.age), role="muted"), STRETCH, role, gone, space=Space.S)

    def _role(self, member_id: str, role: str, name: str) -> ChoiceInput:
        made = ChoiceInput([(key, _(word)) for key, word in HOUSEHOLD_ROLE_NAMES.items()], name=name)
        made.set_value(role)
        made.set_read_only(not self._editable)
        made.edited.connect(lambda: self._frame.runner.do(households.set_household_role, member_id, made.value(), owner=self))
        return made

    def show_suggestions(self, found: Sequence[Neighbour]) -> None:
        """Who has the same address and phone."""
        empty_layout(self._suggested)
        for other in found:
            words = muted(_("{name} has the same address and phone.").format(name=other.name))
            link = Button(_("Link"), partial(self._picked, other.client_id), name=_("Link {name}").format(name=other.name))
            link.setVisible(self._editable)
            line = row(words, link, space=Space.S)
            line.setStretch(0, 1)
            self._suggested.addLayout(line)

    def _picked(self, client_id: str) -> None:
        if client_id:
            self.picker.set_client("", tell=False)
            self._frame.runner.do(households.link_household, self._client_id, client_id, then=self._linked, owner=self)

    def _linked(self, _household: str) -> None:
        self._frame.toast(_("Linked as one household."))

    def _unlink(self, member_id: str) -> None:
        def unlinked(gone: tuple[HouseholdMember, ...]) -> None:
            self._frame.toast(_("Not one household any more."), partial(self._frame.runner.do, households.put_back_household, gone))

        self._frame.runner.do(households.unlink_household, member_id, then=unlinked, owner=self)


class TagsCard(Card):
    """The client's tags; a new one is typed, with those in use offered."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Tags"))
        self._frame, self._client_id = frame, ""
        self._editable = frame.desk.may("clients.change")
        self._tags = column(space=Space.XS)
        self.new = TextInput(max_length=client_tags.LONGEST_TAG, placeholder=_("Another tag"), name=_("New tag"))
        self._known = QStringListModel(self)
        offered = QCompleter(self._known, self)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        self.new.setCompleter(offered)
        self.new.returnPressed.connect(self.add)
        add = Button(_("Add"), self.add, icon="plus", name=_("Add this tag"))
        self.error = Label("", look="small", role="danger", wrap=True)
        for item in (self._tags, row(self.new, add, space=Space.XS)):
            self.body.addLayout(item)
        self.body.addWidget(self.error)
        self.body.addWidget(muted(_("Everybody at the desk sees tags: nothing about health.")))
        self.error.hide()
        for widget in (self.new, add):
            widget.setVisible(self._editable)

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show a client's tags."""
        self._client_id = sheet.client.id
        empty_layout(self._tags)
        for tag in sheet.tags:
            gone = IconButton("x", _("Take the tag {tag} away").format(tag=tag), partial(self._remove, tag))
            gone.setEnabled(self._editable)
            self._tags.addLayout(row(Label(tag, look="strong"), gone, STRETCH, space=Space.XS))

    def show_known(self, tags: Sequence[str]) -> None:
        """The clinic's tags, to choose from."""
        self._known.setStringList(list(tags))

    def add(self) -> None:
        """Give the client what was typed."""
        if self.new.value():
            ask = self._frame.runner.do
            ask(client_tags.add_tag, self._client_id, self.new.value(), then=self._added, failed=self._refused, owner=self)

    def _added(self, _made: object) -> None:
        self.error.hide()
        self.new.clear()

    def _refused(self, error: DeskError) -> None:
        if isinstance(error, UserError):
            self.error.setText(error.message)
            self.error.show()
        else:
            errors.show(error, self)

    def _remove(self, tag: str) -> None:
        client_id, runner = self._client_id, self._frame.runner

        def removed(_nothing: object) -> None:
            self._frame.toast(_("The tag {tag} was taken away.").format(tag=tag), partial(runner.do, client_tags.add_tag, client_id, tag))

        runner.do(client_tags.remove_tag, client_id, tag, then=removed, owner=self)


class AroundPart(QWidget):
    """The three beneath each other."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.points, self.household, self.tags = PointsCard(frame), HouseholdCard(frame), TagsCard(frame)
        self.household.opened.connect(lambda client_id: frame.go("clients", client_id=client_id))
        inner = column(self.points, self.household, self.tags, STRETCH, space=Space.L)
        inner.setContentsMargins(0, 0, Space.L, Space.S)
        self.setLayout(column(scroll(holder(inner), _("How to reach and who lives there"))))

    @property
    def unfinished(self) -> str:
        """A number, an address or a tag that was typed and not added yet."""
        return str(self.points.new.value() or self.tags.new.value())

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show what the sheet says."""
        for card in (self.points, self.household, self.tags):
            card.show_sheet(sheet)

    def load(self, client_id: str) -> None:
        """Ask for what is offered: people at the same address, tags in use."""
        ask = self._frame.runner.latest
        ask(("clients", "neighbours"), households.household_suggestions, client_id, then=self.household.show_suggestions, owner=self)
        ask(("clients", "tags"), client_tags.list_tags, then=self.tags.show_known, owner=self)
