"""How new requests come in by themselves: the mailbox of the website's form mails, and a folder that this workstation watches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.intake_ways import Mailbox
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import imports, mailbox
from nmx_desk.services.mailbox import Fetched, MailboxView
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, offer_saving
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.incoming import IncomingHere
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space


class IncomingPart(QWidget):
    """Nothing is read until it is switched on here. ``WATCHED`` tables: mailbox."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._here = IncomingHere(frame.station, frame.desk.db_uuid)
        self._box = Mailbox(is_active=False)
        self.form = Form(_fields(), columns=2)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), self.undo, kind="quiet")
        self.try_button = Button(_("Try the connection"), self.try_it, icon="link")
        self.fetch_button = Button(_("Fetch now"), self.fetch, icon="download")
        self.state, self.trouble = Label("", role="muted", wrap=True), Label("", role="warn", wrap=True)
        self.reads = CheckInput(_("Read it at this workstation"))
        self.folder = Label("", look="strong", wrap=True)
        self.choose_button = Button(_("Choose the folder …"), self.choose, icon="folder-open")
        self.stop_button = Button(_("Watch no folder"), self.watch_none, kind="quiet")
        self.moves = CheckInput(_("Move imported files to “verwerkt” in it"))
        self._build()
        self._connect()
        self._show_folder()
        self._edited()

    def _build(self) -> None:
        mail = Card(
            _("Mailbox of the website"),
            muted(_("Mails that the website's form sends become requests. They are read over a secured connection (IMAP over TLS), once, "
                    "and never deleted. Other messages are left as they are.")),
            self.form, row(self.save_button, self.back, STRETCH), self.reads, row(self.try_button, self.fetch_button, STRETCH),
            self.state, self.trouble,
        )  # fmt: skip
        watched = Card(
            _("Watched folder of this workstation"),
            muted(_("Exports of forms (CSV, Excel, saved mails) that are put in this folder are imported by themselves, when it is "
                    "certain what their columns mean. The files are not changed.")),
            self.folder, row(self.choose_button, self.stop_button, STRETCH), self.moves,
        )  # fmt: skip
        cards = column(mail, watched, None, space=Space.L)
        for card in (mail, watched):
            card.setFixedWidth(FORM_WIDTH + 120)
        self.setLayout(column(scroll(holder(column(row(holder(cards), None), None)), _("Requests"))))

    def _connect(self) -> None:
        may, imports_them = self._frame.desk.may("settings.change"), self._frame.desk.may("requests.import")
        self.form.set_read_only(not may)
        for button in (self.save_button, self.try_button, self.choose_button):
            button.setVisible(may)
        self.fetch_button.setVisible(imports_them)
        self.reads.set_value(self._here.reads_mail)
        self.moves.set_value(self._here.moves)
        self.reads.toggled.connect(lambda on: self._here.put(mail=on))
        self.moves.toggled.connect(lambda on: self._here.put(move=on))
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.save)

    # The mailbox --------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-mailbox", mailbox.read_mailbox, then=self._show, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    def save(self) -> None:
        """Save what was typed."""
        wanted = self._wanted()
        if wanted is not None and self.form.dirty:
            self._frame.runner.do(mailbox.save_mailbox, *wanted, then=self._saved, owner=self.form)

    def undo(self) -> None:
        """Back to what is stored."""
        self.load()

    def try_it(self) -> None:
        """Go to the mailbox as it is typed here, without reading a message."""
        wanted = self._wanted()
        if wanted is not None:
            self._busy(on=True)
            title = _("Trying the mailbox")
            self._frame.runner.do(mailbox.try_mailbox, *wanted, then=self._tried, failed=self._failed, progress=title, owner=self)

    def fetch(self) -> None:
        """Read what is new in it."""
        self._busy(on=True)
        title = _("Reading the mailbox")
        self._frame.runner.do(mailbox.fetch_mail, then=self._fetched, failed=self._failed, progress=title, owner=self)

    def _wanted(self) -> tuple[Mailbox, str] | None:
        values = self.form.checked()
        if values is None:
            return None
        password = str(values.pop("password") or "")
        return replace(self._box, **values), password

    def _show(self, view: MailboxView) -> None:
        self._box = view.mailbox
        values: dict[str, Any] = {name: getattr(view.mailbox, name) for name in self.form.values() if name != "password"}
        if not view.mailbox.id:
            values["is_active"] = True
        self.form.set_values(values | {"password": ""})
        self._edited()
        self._tell()

    def _tell(self) -> None:
        box, now = self._box, self._frame.now()
        checked = _("Last read {when}.").format(when=dates.when(box.checked_at, now, time_always=True)) if box.checked_at else ""
        self.state.setText(checked if box.id else _("No mailbox is set."))
        self.trouble.setText(box.trouble)
        self.trouble.setVisible(bool(box.trouble))

    def _saved(self, view: MailboxView) -> None:
        self._show(view)
        self._frame.toast(_("The mailbox has been saved."))

    def _tried(self, count: int) -> None:
        self._busy(on=False)
        text = ngettext("Connected: {n} message is in the folder.", "Connected: {n} messages are in the folder.", count)
        self._frame.toast(text.format(n=dates.number(count)))

    def _fetched(self, found: Fetched | None) -> None:
        self._busy(on=False)
        self.load()
        if found is None:
            self._frame.toast(_("The mailbox is switched off."))
        elif found.new or found.double:
            text = ngettext("{n} new request came in.", "{n} new requests came in.", found.new).format(n=dates.number(found.new))
            import_id = found.import_id
            self._frame.toast(text, undo=lambda: self._frame.runner.do(imports.undo_import, import_id, owner=self))
        elif not found.trouble:
            self._frame.toast(_("Nothing new came in."))

    def _failed(self, error: DeskError) -> None:
        self._busy(on=False)
        errors.show(error, self.form)

    def _busy(self, *, on: bool) -> None:
        self.try_button.setEnabled(not on)
        self.fetch_button.setEnabled(not on and self._may_fetch())

    def _may_fetch(self) -> bool:
        return bool(self._box.id) and self._box.is_active and not self.form.dirty

    def _edited(self) -> None:
        offer_saving(self.save_button, self.back, self.form.first(), dirty=self.form.dirty)
        self.fetch_button.setEnabled(self._may_fetch())
        self.reads.setEnabled(bool(self._box.id))

    # The folder ---------------------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Look for the folder."""
        name = QFileDialog.getExistingDirectory(self, _("Folder with exports of forms"), self._here.folder)
        if name:
            self._here.put(folder=name)
            self._show_folder()
            self._frame.toast(_("From now on this folder is watched."))

    def watch_none(self) -> None:
        """Stop watching."""
        self._here.put(folder="")
        self._show_folder()

    def _show_folder(self) -> None:
        folder = self._here.folder
        self.folder.setText(folder or _("No folder is watched."))
        self.stop_button.setVisible(bool(folder) and self._frame.desk.may("settings.change"))
        self.moves.setEnabled(bool(folder))


def _fields() -> list[Field]:
    return [
        Field(name="is_active", label=_("Read this mailbox"), kind="check", span=0),
        Field(name="host", label=_("Mail server"), required=True, placeholder="mail.example.org"),
        Field(name="port", label=_("Port"), kind="int", required=True, least=1, most=65535),
        Field(name="username", label=_("User name"), required=True, span=0),
        Field(name="password", label=_("Password of the mailbox"), kind="password", span=0,
              help=_("Kept in the encrypted file and never shown. Empty: the one that is known.")),
        Field(name="folder", label=_("Folder to read"), required=True),
        Field(name="move_to", label=_("Move read forms to"), help=_("Empty: they stay where they are.")),
        Field(name="every_minutes", label=_("Minutes between two looks"), kind="int", required=True, least=1, most=1440),
    ]  # fmt: skip
