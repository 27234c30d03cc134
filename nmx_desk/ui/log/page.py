"""The log page: who saw and changed what, as sentences; verification."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.i18n import _
from nmx_desk.services import log, reports
from nmx_desk.services.log import LogRow, Verification
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.log.details import Details
from nmx_desk.ui.log.filters import Filters
from nmx_desk.ui.log.keeping import Keeping
from nmx_desk.ui.log.rescue import RescuePart
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

STEP = 200  # entries of one reading
NEAR_END = 400  # pixels above the end at which older entries are fetched
ICONS = {
    "VIEW": "eye", "SEARCH": "search", "BREAKGLASS": "shield-alert", "DENY": "ban", "SIGN": "signature", "DELETE": "trash-2",
    "ERASE": "trash-2", "CREATE": "plus", "CHANGE": "pencil", "IMPORT": "download", "MERGE": "merge", "PRINT": "printer",
    "EXPORT": "upload", "LOGIN": "user-check", "LOGOUT": "log-out", "LOCK": "lock", "VERIFY": "shield-check", "BACKUP": "hard-drive",
    "RESTORE": "history", "KEY": "key-round", "ROLE": "users",
}  # fmt: skip


def look(entry: LogRow) -> str:
    """The icon of a kind of entry; its word stands under the sentence."""
    return "shield-alert" if entry.break_glass else ICONS.get(entry.code, "settings")


def beside(entry: LogRow) -> str:
    """What stands under the sentence: the kind, in which role, what for and why."""
    glass = _("emergency access") if entry.break_glass and entry.code != "BREAKGLASS" else ""
    return " · ".join(filter(None, (entry.kind, entry.role, entry.why, glass, entry.reason)))


class LogPage(Page):
    """``arrive(client_id=, user_id=, obj_id=, seq=)`` shows what is asked for."""

    name: ClassVar[str] = "log"
    icon: ClassVar[str] = "scroll-text"
    right: ClassVar[str | None] = "log.own"
    rail_order: ClassVar[int] = 80
    in_rescue: ClassVar[bool] = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._job: Job | None = None
        self._end = False
        self._loading = self._asking = self._stale = False  # the next page; the first one; whether it is an old one by now
        self.state = Label("", role="muted", elide=True)
        may = frame.desk.may
        self.verify = Button(_("Verify the log"), self.start_verify, kind="primary", icon="shield-check", tip="V")
        self.certificate = Button(_("Certificate"), lambda: frame.go("reports", report="certificate"), icon="badge-check")
        self.access = Button(_("Access log"), self._print_access, icon="printer", name=_("Access log of this client"))
        self.verify.setVisible(may("log.integrity"))
        self.certificate.setVisible(may("reports.integrity") and not frame.desk.read_only)
        self.access.hide()
        self.progress = ProgressStrip(self.stop_verify)
        self.progress.hide()
        self.banner = Banner()
        self.filters = Filters(frame.runner, clients=may("log.clients"), values=may("clients.read"))
        self.keeping = Keeping(frame, self.filters, self._name)
        self.nothing = EmptyState(_("Nothing here"), _("No entry fits this filter. Show all, or choose a longer period."), icon="search")
        self.table = self._table()
        self.rescue = RescuePart(frame) if frame.desk.read_only else None
        self.details = Details()
        self.details.setFixedWidth(round(PANEL_WIDTH * min(theme().text_scale, 1.25)))
        self.details.hide()
        self._build()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Log")

    def _table(self) -> Table[LogRow]:
        now = self.frame.now
        columns: list[Column[LogRow]] = [
            Column(key="seq", title=_("No."), text=lambda r: dates.number(r.seq), sort_key=lambda r: r.seq, align="right", width=78,
                   role=lambda _r: "muted"),
            Column(key="at", title=_("When"), text=lambda r: dates.when(r.at, now(), time_always=True), sort_key=lambda r: r.seq,
                   tooltip=lambda r: dates.full(r.at), width=160),
            Column(key="what", title=_("What"), text=lambda r: r.sentence, tooltip=lambda r: r.sentence, icon=look,
                   detail=beside,
                   role=lambda r: "warn" if r.break_glass else "text"),
        ]  # fmt: skip
        return Table(columns, name="log", label=_("Entries of the log"), settings=self.frame.user_settings, empty=self.nothing,
                     key=lambda r: r.seq)  # fmt: skip

    def _build(self) -> None:
        head = row(heading(self.title()), self.state, self.progress, self.certificate, self.verify, space=Space.M)
        head.setStretch(1, 1)
        self.filters.offer(self.access)
        self.filters.offer(self.keeping)
        left = column(head, self.banner, self.filters, self.table)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        left.setStretchFactor(self.table, 1)
        if self.rescue is not None:
            self.filters.hide()
            self.table.hide()
            left.addWidget(self.rescue, 1)
        whole = row(self.details, space=0)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self.filters.changed.connect(self._filtered)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._open)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.details.closed.connect(self._back)
        self.details.proof_asked.connect(self.keeping.save_proof)

    def manual(self) -> str:
        """A log in doubt has a page of its own."""
        return self.name if self.rescue is None else "log-doubt"

    # Visits -------------------------------------------------------------------------------------------------------------------------

    def arrive(self, *, client_id: str = "", user_id: str = "", obj_id: str = "", seq: int | None = None, **_more: Any) -> None:
        """Show the log, of one client, user or record if asked."""
        runner = self.frame.runner
        if self.rescue is not None:
            self.banner.say(self.frame.desk.rescue, Hue.DANGER, closable=False)
            self.rescue.load()
            return
        runner.do(log.log_users, then=lambda found: self._got_users(found, user_id), owner=self)
        if client_id or user_id or obj_id:
            self.filters.reset()  # what was filtered before would hide what is asked for now
        if client_id:
            self.filters.client.set_client(client_id, "…", tell=False)
            self._name(client_id)
        self.filters.show_record(obj_id)
        self.keeping.load()
        self._filtered()
        self._index()
        if seq is not None:
            self._details(seq)

    def refresh(self, changes: Changes | None) -> None:
        """Every commit adds entries."""
        del changes
        if self._asking:  # its own look is one, too: an answer that is on its way is shown before the next is asked for
            self._stale = True
        elif not self.frame.desk.read_only:
            self._load_first()

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        may = self.frame.desk.may
        made = [
            Command(_("Show the whole log"), self.filters.empty, "alles toon log", icon="scroll-text"),
            Command(_("Choose a period"), self.filters.first.setFocus, "periode dag", "P", "calendar-days"),
            Command(_("Keep this filter"), self.keeping.keep, "filter bewaren", icon="filter"),
        ]
        if may("clients.read"):
            made.append(Command(_("Search words in values"), self.filters.text.setFocus, "zoek woorden", "/", "search"))
        if may("log.integrity"):
            made.append(Command(_("Verify the log"), self.start_verify, "controleer logboek verify", "V", "shield-check"))
        if may("reports.integrity"):
            words = "integriteitsverklaring certificaat"
            made.append(Command(_("Integrity certificate"), self.certificate.click, words, icon="badge-check"))
        return made

    # The list -----------------------------------------------------------------------------------------------------------------------

    def _got_users(self, found: list[tuple[str, str]], wanted: str) -> None:
        self.filters.user.set_options(found)
        self.filters.user.setVisible(len(found) > 1)
        if wanted:
            self.filters.user.set_value(wanted)
            self._filtered()

    def _name(self, client_id: str) -> None:
        """Have the name of a client fetched for the filter."""
        if self.frame.desk.may("clients.read"):
            self.frame.runner.do(reports.client_label, client_id, then=lambda text: self._named(client_id, text), owner=self)

    def _index(self) -> None:
        """Let the words of new entries into their index, part after part, while nothing else is asked."""
        self.frame.runner.do(log.index_log, then=lambda more: self._index() if more else None, owner=self)

    def _named(self, client_id: str, label: str) -> None:
        if self.filters.client.client_id == client_id:
            self.filters.client.set_client(client_id, label, tell=False)

    def _filtered(self) -> None:
        self._end = False
        self.access.setVisible(bool(self.filters.client.client_id) and self.frame.desk.may("reports.log"))
        self.table.set_rows([])
        self.nothing.hide()
        self._load_first()

    def _load_first(self) -> None:
        wanted = replace(self.filters.wanted(), limit=STEP)
        self._asking, self._stale = True, False
        self.frame.runner.latest("log", log.list_log, wanted, then=self._got_first, failed=self._failed, owner=self)

    def _got_first(self, found: list[LogRow]) -> None:
        older = [r for r in self.table.records.rows if r.seq < found[-1].seq] if len(found) == STEP else []
        self._end = len(found) < STEP
        self._show(found + sorted(older, key=lambda r: -r.seq))
        self.frame.runner.latest("log-state", log.log_state, then=self._got_state, owner=self)
        self._asking = False
        if self._stale and not self.frame.desk.read_only:
            self._load_first()

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        rows = self.table.records.rows
        if self._end or self._loading or not rows or bar.maximum() - value > NEAR_END:
            return
        self._loading = True
        wanted = replace(self.filters.wanted(), limit=STEP, before=min(r.seq for r in rows))
        self.frame.runner.do(log.list_log, wanted, then=lambda found: self._got_more(wanted, found), failed=self._failed, owner=self)

    def _got_more(self, wanted: log.LogFilter, found: list[LogRow]) -> None:
        self._loading = False
        if replace(self.filters.wanted(), limit=STEP, before=wanted.before) != wanted:
            return  # the filter changed meanwhile
        self._end = len(found) < STEP
        known = {r.seq for r in self.table.records.rows}
        rows = [*self.table.records.rows, *(r for r in found if r.seq not in known)]
        self._show(sorted(rows, key=lambda r: -r.seq))

    def _show(self, rows: list[LogRow]) -> None:
        self.table.set_rows(rows)

    def _got_state(self, found: log.LogState) -> None:
        text = _("{n} entries").format(n=dates.number(found.size))
        if found.verified:
            text = _("{n} entries, {verified} of them verified on this computer").format(
                n=dates.number(found.size), verified=dates.number(found.verified)
            )
        self.state.setText(text)

    def _failed(self, error: DeskError) -> None:
        self._loading = self._asking = False
        errors.show(error, self)

    # One entry ----------------------------------------------------------------------------------------------------------------------

    def _choose(self, entry: LogRow | None) -> None:
        if entry is not None and self.details.isVisible():
            self._open(entry)

    def _open(self, entry: LogRow) -> None:
        self._details(entry.seq)

    def _details(self, seq: int) -> None:
        self.frame.runner.latest("log-entry", log.log_details, seq, then=self.details.show_entry, failed=self._failed, owner=self)

    def _back(self) -> None:
        self.table.setFocus()

    def _print_access(self) -> None:
        self.frame.go("reports", report="access", client_id=self.filters.client.client_id)

    # Verifying ----------------------------------------------------------------------------------------------------------------------

    def start_verify(self) -> None:
        """Recompute the whole log."""
        if self._job is not None or not self.frame.desk.may("log.integrity"):
            return
        self.verify.setEnabled(False)
        self.progress.set_title(_("Verifying the log"))
        self.progress.report(0, 0)
        self.progress.show()
        self._job = self.frame.runner.do(
            log.verify_log, then=self._verified, failed=self._verify_failed, progress=self.progress.report, owner=self
        )

    def stop_verify(self) -> None:
        """Stop a verification that runs."""
        if self._job is not None:
            self._job.cancel()

    def _verified(self, found: Verification) -> None:
        self._verify_ended()
        self.frame.log_checked(found.size, ok=found.ok)
        if found.ok:
            self.banner.say(" ".join([found.verdict(), *log.notices(found)]), Hue.OK)
        else:
            self.details.show_findings(found)
            again = _("Show the findings")
            self.banner.say(found.verdict(), Hue.DANGER, action_text=again, action=lambda: self.details.show_findings(found))

    def _verify_failed(self, error: DeskError) -> None:
        self._verify_ended()
        if isinstance(error, Cancelled):
            self.frame.toast(_("The verification was stopped."))
        else:
            errors.show(error, self)

    def _verify_ended(self) -> None:
        self._job = None
        self.verify.setEnabled(True)
        self.progress.hide()
