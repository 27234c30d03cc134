"""The clients page: the list, one client, or the form of a new one."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.client_views import Double
from nmx_desk.domain.clients import Client
from nmx_desk.domain.people import User
from nmx_desk.i18n import _
from nmx_desk.services import clients, merging, people
from nmx_desk.ui.clients.contact import ContactForm
from nmx_desk.ui.clients.doubles_view import DoublesView
from nmx_desk.ui.clients.exports import save_list
from nmx_desk.ui.clients.header import STEP_KEYS
from nmx_desk.ui.clients.importing import clients_kind
from nmx_desk.ui.clients.listing import ClientListView
from nmx_desk.ui.clients.merge_view import MergeView
from nmx_desk.ui.clients.sheet import SheetView
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.double_watch import DoubleWatch
from nmx_desk.ui.kit.history_summary import TABLES
from nmx_desk.ui.kit.import_rows import chosen_file, dropped_file
from nmx_desk.ui.kit.importing import ImportView
from nmx_desk.ui.kit.labels import heading
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.theme.tokens import Space

WATCHED = frozenset(
    {
        "client", "appointment", "advice_request", "consult_note", "plan_version", "follow_up", "complaint_score", "red_flag_check",
        "proposal", "client_merge", "document", "representative", "consent", "contact_point", "contact_moment", "household_member",
        "client_tag", "referral", "call_attempt",
    } | TABLES
)  # fmt: skip


class ClientsPage(Page):
    """``arrive()`` shows the list, ``arrive(client_id=…, part=…)`` a client, ``arrive(new=True)`` an empty form."""

    name: ClassVar[str] = "clients"
    icon: ClassVar[str] = "users-round"
    right: ClassVar[str | None] = "clients.read"
    rail_order: ClassVar[int] = 40
    badge_use_case: ClassVar[Any] = merging.count_waiting_merges

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._form: ContactForm | None = None
        self._allowed = ""
        self.list = ClientListView(frame)
        self.list.opened.connect(lambda client_id: frame.go("clients", client_id=client_id, through=True))
        self.list.wanted_new.connect(lambda: frame.go("clients", new=True))
        self.list.wanted_import.connect(self.choose_file)
        self.list.new_button.setVisible(frame.desk.may("clients.change"))
        self.sheet = SheetView(frame)
        self.sheet.listed.connect(lambda: frame.go("clients"))
        self.sheet.stepped.connect(self._step)
        self._through = False
        for strip in (self.list.waiting, self.sheet.merges):
            strip.looked.connect(lambda item: frame.go("clients", client_id=item.kept.id, once={"waiting": item}))
            strip.undone.connect(lambda merge: frame.go("clients", client_id=merge.kept_id, once={"undo": merge}))
        self._new = column(space=Space.L, margin=Space.XL)
        self._new_part = holder(self._new)
        self.list.wanted_doubles.connect(lambda: frame.go("clients", doubles=True))
        self._stack = QStackedWidget()
        self.setAcceptDrops(True)
        for part in (self.list, self.sheet, self._new_part):
            self._stack.addWidget(part)
        self.setLayout(column(self._stack))
        self._build_new()

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Clients")

    # -- what is made when it is wanted ----------------------------------------------------------------------------------------------

    @cached_property
    def merge(self) -> MergeView:
        """Two clients beside each other."""
        made = MergeView(self.frame, self._back_from_merge)
        self._stack.addWidget(made)
        return made

    @cached_property
    def doubles(self) -> DoublesView:
        """Who may be one."""
        made = DoublesView(self.frame)
        made.counted.connect(self.list.tell_doubles)
        self._stack.addWidget(made)
        return made

    @cached_property
    def importing(self) -> ImportView:
        """What a file would bring."""
        made = ImportView(self.frame, clients_kind())
        made.closed.connect(self._show_list)
        made.imported.connect(lambda _result: self._show_list())
        made.undone.connect(self._show_list)
        self._stack.addWidget(made)
        return made

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Go to the list, a client, or a new one."""
        if where.keys() & {"merge", "waiting", "undo"}:
            self._stack.setCurrentWidget(self.merge)
            self._arrive_merge(where)
        elif where.get("client_id"):
            self._stack.setCurrentWidget(self.sheet)
            self._through = bool(where.get("through"))
            self._show_steps(where["client_id"])
            self.sheet.open(where["client_id"], where.get("part", ""))
        elif where.get("doubles"):
            self._stack.setCurrentWidget(self.doubles)
            self.doubles.arrive()
        elif where.get("new"):
            self._stack.setCurrentWidget(self._new_part)
            self.frame.runner.latest(("clients", "people"), people.list_practitioners, then=self._show_new, owner=self)
        else:
            self._show_list()

    def _show_list(self) -> None:
        self._stack.setCurrentWidget(self.list)
        self.list.load()
        self.list.load_waiting()
        self.list.count_doubles()
        self.list.load_tags()
        self.list.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.list.field.selectAll()

    def _show_steps(self, client_id: str) -> None:
        """Who stands before and after in the list one came from; nobody when one came from elsewhere."""
        before, after = self.list.beside(client_id) if self._through else ("", "")
        self.sheet.header.show_steps(before, after, shown=self._through)

    def _step(self, step: int) -> None:
        if self._through and self._stack.currentWidget() is self.sheet:
            part = self.sheet.tabs.current()
            self.list.step(self.sheet.client_id, step, lambda who: self.frame.go("clients", client_id=who, part=part, through=True))

    def _arrive_merge(self, where: dict[str, Any]) -> None:
        if "waiting" in where:
            self.merge.decide(where["waiting"])
        elif "undo" in where:
            self.merge.apart(where["undo"])
        else:
            self.merge.begin(where["client_id"], where.get("other", ""))

    def _back_from_merge(self, client_id: str) -> None:
        self._stack.setCurrentWidget(self.sheet)
        self.frame.go("clients", client_id=client_id)

    def refresh(self, changes: Changes | None) -> None:
        """Read again when something shown has changed."""
        if self._stack.currentWidget() is self.list and (changes is None or changes.tables & {"client", "proposal"}):
            self.list.load()
            self.list.load_waiting()
        elif self._stack.currentWidget() is self.sheet and self.sheet.client_id:
            mine = changes is None or self.sheet.client_id in changes.clients
            if mine and (changes is None or changes.tables & WATCHED):
                self.sheet.open(self.sheet.client_id)

    def leave(self) -> bool:
        """Contact data that was typed and neither saved nor thrown away keeps the user here, and so does a merge."""
        if isinstance(self._stack.currentWidget(), MergeView) and self.merge.dirty:
            self.frame.toast(_("The merge is not proposed yet. Propose it first, or choose “Cancel”."))
            return False
        if self._stack.currentWidget() is self.sheet and (unfinished := self.sheet.unfinished()):
            self.sheet.tabs.show_part(unfinished[0])
            self.frame.toast(unfinished[1])
            return False
        form = self._form if self._stack.currentWidget() is self._new_part else self.sheet.contact
        if form is not None and form.dirty:
            self.sheet.tabs.show_part("contact")
            form.setFocus()
            self.frame.toast(_("What was typed is not saved yet. Choose “{save}” or “Cancel” first.").format(save=form.save_button.text()))
            return False
        return True

    def record(self) -> dict[str, str]:
        """What is in sight."""
        shown = self._stack.currentWidget() is self.sheet and self.sheet.client_id
        return {"client_id": shown} if shown else {}

    def commands(self) -> list[Command]:
        """New client anywhere here; booking, note and plan when a client is in sight."""
        may = self.frame.desk.may
        found = [Command(_("Find a client"), lambda: self.frame.go("clients"), "zoek cliënt find", "Ctrl+F", "search")]
        if may("clients.change"):
            found.append(Command(_("New client"), lambda: self.frame.go("clients", new=True), "nieuwe cliënt new", "Ctrl+N", "user-plus"))
        if may("clients.import"):
            found.append(Command(_("Import clients"), self.choose_file, "importeer cliënten csv excel vcard import", "Ctrl+I", "upload"))
        if may("clients.merge_propose"):
            words = "dubbele cliënten samenvoegen duplicates merge"
            found.append(Command(_("Possible doubles"), lambda: self.frame.go("clients", doubles=True), words, "", "users-round"))
        in_sight = (("book", _("Book for this client"), "agenda.book", "Ctrl+B", "calendar-plus"),
                    ("note", _("New note of this client"), "notes.write", "Ctrl+Shift+N", "file-plus"),
                    ("plan", _("Plan of this client"), "plans.read", "Ctrl+Shift+P", "target"),
                    ("care_file", _("File of this client"), "notes.read", "Ctrl+D", "heart-pulse"),
                    ("privacy", _("Privacy request of this client"), "privacy.read", "Ctrl+Shift+Y", "file-check"),
                    ("merge", _("Merge this client with another one"), "clients.merge_propose", "Ctrl+Shift+M", "merge"),
                    ("grievances", _("Register a formal complaint of this client"), "quality.use", "", "message-square"),
                    ("incidents", _("Report an incident with this client"), "quality.use", "", "triangle-alert"),
                    ("satisfaction", _("Satisfaction form for this client"), "satisfaction.enter", "", "thumbs-up"),
                    ("imported", _("The row of the file that this client came from"), "clients.read", "", "file-text"),
                    ("vcf", _("Save this client for an address book (vCard)"), "export.clients", "", "download"),
                    ("json", _("Save this client for another care system (FHIR)"), "export.clients", "", "download"))  # fmt: skip
        found += [
            Command(title, partial(save_list, self, self.frame, form), "export exporteren opslaan", "", "download")
            for form, title in (("xlsx", _("Save the list of clients (Excel)")), ("csv", _("Save the list of clients (CSV)")))
            if may("export.clients")
        ]
        found += [Command(_("Previous client in the list"), partial(self._step, -1), "", STEP_KEYS["previous"], "chevron-up"),
                  Command(_("Next client in the list"), partial(self._step, 1), "", STEP_KEYS["next"], "chevron-down")]  # fmt: skip
        for what, title, right, keys, icon in in_sight:
            if may(right):
                found.append(Command(title, partial(self._ask, what), "", keys, icon))
        return found

    def _ask(self, what: str) -> None:
        if self._stack.currentWidget() is self.sheet:
            self.sheet.do_asked(what)

    # -- a file of clients -----------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Choose a file of clients and look at what is in it."""
        if self.leave() and (path := chosen_file(self, _("Import clients"))):
            self.import_file(path)

    def import_file(self, path: str) -> None:
        """Show what importing a file would do."""
        if self.importing.open_file(path):
            self._stack.setCurrentWidget(self.importing)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file of clients may be dropped on the list."""
        if self._stack.currentWidget() is self.list and dropped_file(event) and self.frame.desk.may("clients.import"):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what is in it."""
        if path := dropped_file(event):
            event.acceptProposedAction()
            self.import_file(path)

    # -- a new client ----------------------------------------------------------------------------------------------------------------

    def _build_new(self) -> None:
        back = IconButton("arrow-left", _("All clients"), lambda: self.frame.go("clients"))
        self._new.addLayout(row(back, heading(_("New client")), STRETCH))
        self._place: QWidget = QWidget()
        self._new.addWidget(self._place, 1)
        self.watch = DoubleWatch(self.frame.runner, self._new_part, action=_("Open"))
        self.watch.picked.connect(lambda double: self._open_double(double.client.id))
        self._new.addWidget(self.watch)

    def _show_new(self, practitioners: list[User]) -> None:
        if self._form is not None and self._form.dirty:
            return  # somebody came back to what was being typed
        form = ContactForm(Client(), [(user.id, user.display_name) for user in practitioners], new=True)
        form.saved.connect(self._check_doubles)
        form.cancelled.connect(self._cancel_new)
        self._new.replaceWidget(self._place, form)
        self._place.hide()
        self._place.deleteLater()
        self._place = self._form = form
        self._allowed = ""
        self.watch.clear()
        form.form.edited.connect(lambda: self.watch.tell(form.form.values()))
        form.form.focus_first()

    def _cancel_new(self) -> None:
        if self._form is not None:
            self._form.form.mark_clean()
        self.frame.go("clients")

    def _check_doubles(self, client: Client) -> None:
        who = f"{client.surname}|{client.birth_date}|{client.phone}|{client.email}"
        if who == self._allowed:
            self._create(client)
            return

        def checked(doubles: tuple[Double, ...]) -> None:
            if not doubles:
                self._create(client)
            elif self._form is not None:
                self._allowed = who
                self.watch.show_doubles(doubles)
                self._form.warned()

        self.frame.runner.do(clients.find_doubles, client, then=checked, owner=self._form)

    def _open_double(self, client_id: str) -> None:
        if self._form is not None:
            self._form.form.mark_clean()
        self.frame.go("clients", client_id=client_id)

    def _create(self, client: Client) -> None:
        self.frame.runner.do(clients.create_client, client, then=self._created, owner=self._form)

    def _created(self, client: Client) -> None:
        if self._form is not None:
            self._form.form.mark_clean()
        self.frame.toast(_("{name} is now client {number}.").format(name=client.name, number=client.client_no))
        self.frame.go("clients", client_id=client.id)
