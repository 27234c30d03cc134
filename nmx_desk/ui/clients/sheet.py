"""The page of one client: header and tabs. What the role may not see is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.client_views import AppointmentRow, CareOverview, ClientSheet
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contact_views import Event, EventKind
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import client_imports, clients, contact_log, deceased, log, merging, notes, timeline
from nmx_desk.ui.clients.around import AroundPart
from nmx_desk.ui.clients.contact import ContactForm
from nmx_desk.ui.clients.contact_log import ContactLogPart
from nmx_desk.ui.clients.documents import DocumentsPart
from nmx_desk.ui.clients.exports import save_client
from nmx_desk.ui.clients.family import FamilyPart
from nmx_desk.ui.clients.header import ClientHeader
from nmx_desk.ui.clients.imported import show_imported
from nmx_desk.ui.clients.letters import LettersPart
from nmx_desk.ui.clients.merge_strip import MergeStrip
from nmx_desk.ui.clients.overview import OverviewPart
from nmx_desk.ui.clients.tables import NotesPart, appointments_table, log_table, requests_table
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.alarms import AlarmBanner
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Tabs, column, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space

_REGISTERS = frozenset({"grievances", "incidents", "satisfaction"})


class SheetView(QWidget):
    """``listed`` asks for the list, ``stepped`` for the client before (-1) or after (1) in it; else everything goes through the frame."""

    listed = Signal()
    stepped = Signal(int)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.sheet: ClientSheet | None = None
        self.contact: ContactForm | None = None
        may = frame.desk.may
        self.header = ClientHeader(may_note=may("notes.write"), may_plan=may("plans.read"), may_book=may("agenda.book"),
                                   may_ask=may("privacy.read"), may_merge=may("clients.merge_propose"), may_read=may("notes.read"),
                                   more=_less_often(frame))  # fmt: skip
        self.header.asked.connect(self.do_asked)
        self.header.stepped.connect(self.stepped)
        self.header.cleared.connect(self._cancel_all)
        self.header.opened.connect(lambda client_id: frame.go("clients", client_id=client_id))
        self.tabs = Tabs(_("Parts of the file"))
        self.overview = OverviewPart(frame)
        self.overview.asked.connect(self.do_asked)
        self.notes = NotesPart(may_write=may("notes.write"))
        self.notes.opened.connect(lambda note_id: frame.go("notes", note_id=note_id))
        self.notes.begun.connect(lambda kind: frame.go("notes", client_id=self.client_id, kind=kind))
        self.appointments, self.requests = appointments_table(), requests_table()
        self.log = log_table() if may("log.clients") else None
        self.appointments.opened.connect(self._open_appointment)
        self.requests.opened.connect(lambda request: frame.go("requests", request_id=request.id))
        self._contact = QStackedWidget(self)  # stands in its tab once that is looked at
        self._contact.hide()
        self.overview.timeline.opened.connect(self._open_event)
        self.overview.timeline.wanted.connect(self._earlier)
        self.tabs.add("overview", _("Overview"), self.overview)
        self.tabs.add("notes", _("Consults"), self.notes)
        self.tabs.add("appointments", _("Appointments"), self._appointments_part(may_ask=may("satisfaction.enter")))
        self.tabs.add("requests", _("Requests"), self.requests)
        if may("notes.read"):
            self.tabs.add_later("documents", _("Documents"), partial(getattr, self, "documents"))
        if may("letters.read"):
            self.tabs.add_later("letters", _("Letters"), partial(getattr, self, "letters"))
        self.tabs.add_later("contact", _("Contact"), self._contact_part)
        self.tabs.add_later("contacts", _("Contact log"), lambda: self.contacts)
        self.tabs.add_later("family", _("People and consents"), lambda: self.family)
        if self.log is not None:
            self.tabs.add("log", _("Log"), self._log_part(self.log))
        self.tabs.arrived.connect(self.load_part)
        self.merges = MergeStrip(frame)
        self.alarm = AlarmBanner(frame)
        body = column(self.header, self.alarm, self.merges, self.tabs, space=Space.S, margin=Space.XL)
        body.setStretch(3, 1)
        self.setLayout(body)

    # -- parts that are made when somebody looks at them -----------------------------------------------------------------------------

    @cached_property
    def around(self) -> AroundPart:
        """Beside the contact data: numbers, household, tags."""
        return AroundPart(self._frame)

    @cached_property
    def contacts(self) -> ContactLogPart:
        """The contact log."""
        return ContactLogPart(self._frame)

    @cached_property
    def documents(self) -> DocumentsPart | None:
        """The documents, for who may see them."""
        return DocumentsPart(self._frame) if self._frame.desk.may("notes.read") else None

    @cached_property
    def letters(self) -> LettersPart | None:
        """The letters, for who may see them."""
        return LettersPart(self._frame) if self._frame.desk.may("letters.read") else None

    @cached_property
    def family(self) -> FamilyPart:
        """People and consents."""
        return FamilyPart(self._frame)

    def _contact_part(self) -> QWidget:
        self._contact.show()
        return self._beside(self._contact, self.around)

    def _made(self, part: str) -> bool:
        return part in self.__dict__

    def _beside(self, form: QWidget, around: QWidget) -> QWidget:
        both = row(form, around, space=Space.M)
        both.setStretch(0, 5)
        both.setStretch(1, 4)
        return holder(both)

    def _appointments_part(self, *, may_ask: bool) -> QWidget:
        form = Button(_("Satisfaction form …"), partial(self.do_asked, "satisfaction"), icon="thumbs-up",
                      tip=_("Ask what this client thinks, after the chosen appointment"))  # fmt: skip
        body = column(row(STRETCH, form), self.appointments, space=Space.M)
        body.setStretch(1, 1)
        part = holder(body)
        form.setVisible(may_ask)  # in its place by now: shown before that it would be a window
        return part

    def _log_part(self, table: QWidget) -> QWidget:
        more = Button(_("Open in the log"), lambda: self._frame.go("log", client_id=self.client_id), icon="scroll-text")
        words = muted(_("Who saw and changed this file, newest first. Looking here is logged too."), wrap=False)
        return holder(column(row(words, STRETCH, more), table, space=Space.M))

    @property
    def client_id(self) -> str:
        """The client in sight."""
        return self.sheet.client.id if self.sheet is not None else ""

    @property
    def dirty(self) -> bool:
        """Whether contact data was typed that is not saved."""
        return self.contact is not None and self.contact.dirty

    def unfinished(self) -> tuple[str, str] | None:
        """The tab in which something was typed that is not kept yet, and what to do about it; the contact form speaks for itself."""
        wait = _("What was typed is not saved yet. Choose “{save}” or “Cancel” first.")
        if self._made("family") and self.family.dirty:
            return "family", wait.format(save=_("Save"))
        if self._made("contacts") and self.contacts.dirty:
            return "contacts", wait.format(save=self.contacts.save_button.text())
        if self._made("around") and (text := self.around.unfinished):
            return "contact", _("“{text}” is not added yet. Press Enter in its field, or empty it.").format(text=text)
        return None

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def open(self, client_id: str, part: str = "") -> None:
        """Show a client; a new one begins at the overview."""
        if client_id != self.client_id:
            self.sheet = None
            self._drop_contact()
            self.overview.timeline.begin()
            self.tabs.show_part(part or "overview")
        elif part:
            self.tabs.show_part(part)
        self._frame.runner.latest(("clients", "sheet"), clients.open_client, client_id, then=self.show_sheet, owner=self)

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show what the desk answered."""
        if self.sheet is not None and self.sheet.client.id == sheet.client.id and self.sheet.care and sheet.care_with_reason:
            sheet = replace(sheet, care=self.sheet.care)  # opened with a reason a moment ago
        self.sheet = sheet
        self.header.show_sheet(sheet)
        self.overview.show_sheet(sheet)
        self.alarm.open(sheet.client.id)
        if not self.dirty:
            self._drop_contact()  # made anew when its tab is in sight: nine times out of ten it is not looked at
        self.load_part(self.tabs.current())
        self._frame.runner.latest(("clients", "merges"), merging.merges_of, self.client_id, then=self.merges.show_merges, owner=self)

    def _drop_contact(self) -> None:
        if self.contact is not None:
            self._contact.removeWidget(self.contact)
            self.contact.hide()
            self.contact.deleteLater()
            self.contact = None

    def _show_contact(self, sheet: ClientSheet) -> None:
        self._drop_contact()
        editable = self._frame.desk.may("clients.change")
        self.contact = ContactForm(sheet.client, sheet.practitioners, may_assign=sheet.may_assign, editable=editable)
        self.contact.saved.connect(self._save)
        self.contact.cancelled.connect(lambda: self._show_contact(sheet))
        self.contact.form.edited.connect(self._typing)
        self._typing()
        self._contact.addWidget(self.contact)
        self._contact.setCurrentWidget(self.contact)

    def _typing(self) -> None:
        """The list of numbers waits for the form: both say what the client's own numbers are."""
        self.around.points.setEnabled(not self.dirty)

    def load_part(self, part: str) -> None:
        """Ask for the content of a tab when it comes into sight."""
        if not self.client_id:
            return
        if part == "family":
            self.family.load(self.client_id)
        if part == "contact" and self.sheet is not None:
            if self.contact is None:
                self._show_contact(self.sheet)
            self.around.show_sheet(self.sheet)
            self.around.load(self.client_id)
        client_id = self.client_id
        loads: dict[str, tuple[Any, Callable[[Any], object]]] = {
            "notes": (notes.notes_of, self.notes.show_notes),
            "appointments": (clients.client_appointments, self.appointments.set_rows),
            "requests": (clients.client_requests, self.requests.set_rows),
            "overview": (timeline.timeline, self.overview.timeline.show_events),
            "contacts": (contact_log.contact_log, lambda lines: self.contacts.show_lines(client_id, lines)),
        }
        if self.log is not None:
            loads["log"] = (log.client_history, self.log.set_rows)
        with_reason = self.documents if part == "documents" else self.letters if part == "letters" else None
        if with_reason is not None and self.sheet is not None:
            with_reason.show_client(self.client_id, own=not self.sheet.care_with_reason)
        if part in loads:
            use_case, show = loads[part]
            self._frame.runner.latest(("clients", part), use_case, self.client_id, then=show, owner=self)

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def _read_more(self, what: str) -> None:
        """What is read only when somebody asks for it."""
        imported = (client_imports.imported_rows, partial(show_imported, self))
        case, then = imported if what == "imported" else (clients.open_care, self._show_care)
        self._frame.runner.do(case, self.client_id, then=then, owner=self)

    def do_asked(self, what: str) -> None:
        """Do what a button of the header or a card asks."""
        frame, client_id = self._frame, self.client_id
        match what:
            case "list":
                self.listed.emit()
            case "book":
                first = self.sheet is None or self.sheet.notes == 0
                frame.go("agenda", once={"client_id": client_id, "type_code": "intake" if first else "follow_up"})
            case "note":
                first = self.sheet is None or self.sheet.notes == 0
                frame.go("notes", client_id=client_id, kind="intake" if first else "follow_up")
            case "care_file" | "plan":
                frame.go("plans" if what == "plan" else "care", client_id=client_id)
            case "privacy":
                frame.go("privacy", once={"client_id": client_id, "client": self.sheet.client.name if self.sheet else ""})
            case "merge":
                frame.go("clients", client_id=client_id, once={"merge": True})
            case "vcf" | "json":
                if self.sheet is not None:
                    save_client(self, frame, client_id, self.sheet.client.client_no, what)
            case "imported" | "care":
                self._read_more(what)
            case _:
                self._begin_case(what) if what in _REGISTERS else self.tabs.show_part(what)

    def _begin_case(self, part: str) -> None:
        """Begin something about this client in a register: a formal complaint, an incident, a form after the chosen appointment."""
        told: dict[str, Any] = {"client_id": self.client_id, "client": self.sheet.client.name if self.sheet else "", "new": True}
        if part == "satisfaction":
            told["new"] = "form"
            found = self.appointments.current() if self.tabs.current() == "appointments" else None
            if found is not None:
                told |= {"type_code": found.appointment.type_code, "practitioner_id": found.appointment.practitioner_id}
        self._frame.go("quality", part=part, once=told)

    def _open_event(self, event: Event) -> None:
        match event.kind:
            case EventKind.REQUEST:
                self._frame.go("requests", request_id=event.ref_id)
            case EventKind.APPOINTMENT:
                self._frame.go("agenda", day=dates.local(event.at).date().isoformat(), appointment_id=event.ref_id)
            case EventKind.NOTE:
                self._frame.go("notes", note_id=event.ref_id)
            case EventKind.PLAN:
                self._frame.go("plans", client_id=self.client_id)

    def _earlier(self, before: tuple[datetime, str]) -> None:
        show = self.overview.timeline.add_events
        self._frame.runner.latest(("clients", "earlier"), timeline.timeline, self.client_id, before, then=show, owner=self)

    def _cancel_all(self) -> None:
        self._frame.runner.do(deceased.cancel_all_coming, self.client_id, then=self._cancelled, owner=self)

    def _cancelled(self, gone: tuple[Appointment, ...]) -> None:
        words = ngettext("{n} appointment cancelled.", "{n} appointments cancelled.", len(gone)).format(n=len(gone))
        ids = tuple(item.id for item in gone)
        self._frame.toast(words, partial(self._frame.runner.do, deceased.put_back_coming, ids))

    def _show_care(self, care: CareOverview) -> None:
        if self.sheet is not None:
            self.show_sheet(replace(self.sheet, care=care))

    def _open_appointment(self, item: AppointmentRow) -> None:
        found: Appointment = item.appointment
        self._frame.go("agenda", day=found.wall_start[:10] or found.starts_at.date().isoformat(), appointment_id=found.id)

    def _save(self, client: Client) -> None:
        self._frame.runner.do(clients.change_client, client, then=self._saved, owner=self.contact)

    def _saved(self, client: Client) -> None:
        self._drop_contact()
        self._frame.toast(_("Contact data of {name} saved.").format(name=client.name))
        self.open(client.id)

    def show_error(self, error: UserError) -> bool:
        """Beside its field in the contact form."""
        return self.contact is not None and self.contact.form.show_error(error)


def _less_often(frame: Frame) -> list[tuple[str, str, str]]:
    """What is asked for less often of a client: key, icon, words."""
    may = frame.desk.may
    registers = may("grievances.create") or may("grievances.manage")
    asked = (("satisfaction", "thumbs-up", _("Satisfaction form …"), may("satisfaction.enter")),
             ("grievances", "message-square", _("Formal complaint (Wkkgz) …"), registers),
             ("incidents", "triangle-alert", _("Report an incident …"), registers))  # fmt: skip
    return [(what, sign, words) for what, sign, words, allowed in asked if allowed]
