"""Privacy: the register of requests with their deadlines, each with its next step; what is due, held, destroyed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.privacy import PRIVACY_KIND_NAMES, Decision, ErasureScope, PrivacyKind
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import dossier, erasure, notes, privacy, proposals, retention
from nmx_desk.services.dossier import Copy
from nmx_desk.services.erasure import Destroyed, Preview
from nmx_desk.services.privacy import PrivacyRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask, ask_reason, tell
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Tabs, column, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.saving import save_as
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.privacy.lists import DuePart, DueRow, HoldsPart, tombstones_table
from nmx_desk.ui.privacy.looks import left_text, state_badge
from nmx_desk.ui.privacy.newform import NewPanel
from nmx_desk.ui.privacy.panel import RequestPanel
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"privacy_request", "proposal", "tombstone", "grievance", "client"})


class PrivacyPage(Page):
    """``arrive(request_id=…)`` chooses a request; ``once`` may carry ``client_id`` and ``client`` for a new one."""

    name: ClassVar[str] = "privacy"
    icon: ClassVar[str] = "shield-check"
    right: ClassVar[str | None] = "privacy.read"
    rail_order: ClassVar[int] = 70
    badge_use_case: ClassVar[Any] = privacy.count_privacy_due

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._asked: str | None = None
        self.count = muted("", wrap=False)
        self.may_register = any(frame.desk.may(right) for right in privacy.TAKES_PART) and frame.desk.may("search.use")
        self.new_button = Button(_("New privacy request"), self.begin, icon="plus", tip=_("New privacy request (Ctrl+N)"))
        self.closed = self._requests("privacy_closed", _("Closed requests"))
        self.open = self._requests("privacy_open", _("Open requests"))
        self.due, self.holds, self.gone = DuePart(frame), HoldsPart(frame), tombstones_table(frame)
        self.tabs = Tabs(_("Parts of the register"))
        for key, title, part in (
            ("open", _("Open"), self.open), ("closed", _("Closed"), self.closed), ("due", _("Due for destruction"), self.due),
            ("holds", _("Formal complaints"), self.holds), ("gone", _("Destroyed"), self.gone),
        ):  # fmt: skip
            self.tabs.add(key, title, part)
        self.panel, self.new = RequestPanel(frame), NewPanel(frame)
        self._connect()
        left = column(row(heading(self.title()), self.count, STRETCH, self.new_button, space=Space.M), self.tabs, space=Space.M)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        body = row(left, self.panel, self.new, space=0)
        body.setStretch(0, 1)
        self.setLayout(body)
        self.new_button.setVisible(self.may_register)  # not before it lies here: alone it would be a window

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Privacy")

    def _requests(self, name: str, label: str) -> Table[PrivacyRow]:
        table: Table[PrivacyRow] = Table([
            Column(key="number", title=_("Number"), text=lambda r: r.request.number, width=80),
            Column(key="client", title=_("Client"), text=lambda r: r.client or r.request.client_no or "–", strong=True,
                   detail=lambda r: _(PRIVACY_KIND_NAMES[r.request.kind])),
            Column(key="due", title=_("Answer by"), text=lambda r: dates.day(r.request.due_on, self.frame.now()), width=115,
                   sort_key=lambda r: r.request.due_on, detail=lambda r: left_text(r, dates.today(self.frame.now())),
                   tooltip=lambda r: dates.full_day(r.request.due_on), role=lambda r: "danger" if r.overdue else "text"),
            Column(key="state", title=_("State"), text=lambda r: state_badge(r).text, badge=state_badge, width=190),
        ], name=name, label=label, settings=self.frame.user_settings, key=lambda r: r.request.id, empty=EmptyState(
            _("No requests"), _("A client may ask to see, copy, correct or destroy the file; it is answered within a month."), icon="leaf",
        ))  # fmt: skip
        table.chosen.connect(self._chosen)
        table.opened.connect(lambda _row: self.panel.focus_step())
        return table

    def _connect(self) -> None:
        self.tabs.arrived.connect(lambda _key: self._read())
        self.panel.asked.connect(self.do)
        self.panel.closed.connect(self._closed)
        self.new.closed.connect(self._closed)
        self.new.sent.connect(self._register)
        self.due.proposed.connect(self._propose_due)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, request_id: str = "", client_id: str = "", client: str = "", **_more: Any) -> None:
        """Read what is in sight; begin a new request for a client if asked."""
        self._asked = request_id
        if request_id:
            self.tabs.show_part("open")
        self._read()
        if client_id and self.may_register:
            self.begin(client_id, client)

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if changes is None or changes.tables & OURS:
            self._read()

    def leave(self) -> bool:
        """What was typed for a new request keeps the user here."""
        if self.new.dirty:
            self.frame.toast(_("The new request is not registered yet. Choose “Register” or “Cancel” first."))
            return False
        return True

    def _read(self) -> None:
        reads: dict[str, tuple[Any, Callable[[Any], object], dict[str, Any]]] = {
            "open": (privacy.list_privacy_requests, self._listed, {}),
            "closed": (privacy.list_privacy_requests, self._listed_closed, {"closed": True}),
            "due": (retention.list_due, self.due.show_due, {}),
            "holds": (retention.list_holds, self.holds.show_holds, {}),
            "gone": (privacy.list_tombstones, self.gone.set_rows, {}),
        }
        part = self.tabs.current()
        if part not in {"open", "closed"}:
            self.panel.hide()
        use_case, show, more = reads[part]
        self.frame.runner.latest("privacy", use_case, then=show, owner=self, **more)

    def _listed(self, rows: Sequence[PrivacyRow]) -> None:
        late = sum(found.overdue for found in rows)
        self.count.setText(_("{n} open, {late}").format(n=len(rows), late=ngettext("{n} late", "{n} late", late).format(n=late)))
        self._show(self.open, rows)

    def _listed_closed(self, rows: Sequence[PrivacyRow]) -> None:
        self._show(self.closed, [found for found in rows if not found.request.is_open])

    def _show(self, table: Table[PrivacyRow], rows: Sequence[PrivacyRow]) -> None:
        table.set_rows(rows)
        asked, self._asked = self._asked, None
        if asked:
            table.choose(asked)
        elif asked is not None and self.new.isHidden():
            table.choose_first()
            table.setFocus()
        self._chosen(table.current())

    def _chosen(self, found: PrivacyRow | None) -> None:
        if found is None or not self.new.isHidden():
            self.panel.hide()
        else:
            self.panel.show_row(found)

    def _closed(self) -> None:
        table = self.closed if self.tabs.current() == "closed" else self.open
        table.clearSelection()
        table.setFocus()

    # -- a new one -------------------------------------------------------------------------------------------------------------------

    def begin(self, client_id: str = "", client: str = "") -> None:
        """Open the panel for a new request."""
        if self.may_register:
            self.panel.hide()
            self.new.begin(client_id, client)

    def _register(self, values: dict[str, Any]) -> None:
        def done(made: Any) -> None:
            self.new.form.mark_clean()
            self.new.hide()
            self._asked = made.id
            self.tabs.show_part("open")
            self._read()
            self.frame.toast(_("{number} is registered.").format(number=made.number))

        case = privacy.register_request
        given = (PrivacyKind(values["kind"]), values["client_id"], values["asked"] or "", values["received_on"])
        self.frame.runner.do(case, *given, then=done, owner=self)

    def _propose_due(self, found: DueRow) -> None:
        said = _("Proposed. Nothing happens before it is approved.")
        if found.id:
            self._run(retention.propose_due_file, said, found.id)
        else:
            together = retention.propose_due_cases if found.scope is ErasureScope.CASES else retention.propose_due_requests
            self._run(together, said)

    # -- steps -----------------------------------------------------------------------------------------------------------------------

    def do(self, what: str, values: dict[str, Any]) -> None:
        """What a button of the panel asks for."""
        found = self.panel.row
        if found is None:
            return
        request_id = found.request.id
        steps: dict[str, Callable[[], object]] = {
            "notes": partial(self._ask_notes, found),
            "identify": lambda: self._run(privacy.identify, _("The identity is checked."), request_id, values["identity_how"]),
            "advise": lambda: self._run(privacy.advise, _("The advice is saved."), request_id, values["advice"] or ""),
            "decide": lambda: self._decide(request_id, values),
            "approve": lambda: self._run(privacy.approve_decision, _("Approved."), request_id),
            "refuse": lambda: self._refuse(request_id),
            "withdraw": lambda: self._withdraw(found),
            "correct": lambda: self._correct(request_id, values),
            "state": lambda: self._run(privacy.add_statement, _("The statement stands beside the file."), request_id, values["text"] or ""),
            "copy": lambda: self.frame.runner.do(dossier.copy_of_file, request_id, then=self._save, owner=self),
            "destroy": lambda: self.frame.runner.do(
                erasure.preview_destruction, request_id, then=lambda seen: self._destroy(found, seen), owner=self
            ),
            "close": lambda: self._run(privacy.close_privacy_request, _("The request is closed."), request_id),
            "close_early": lambda: self._close_early(request_id),
        }
        steps[what]()

    def _run(self, case: Any, said: str, *args: Any, **kw: Any) -> None:
        self.frame.runner.do(case, *args, then=lambda _done: self.frame.toast(said), owner=self, **kw)

    def _ask_notes(self, found: PrivacyRow) -> None:
        def got(overview: Any) -> None:
            self.panel.set_notes([(r.note.id, f"{dates.short(r.note.care_date)}  {r.author}") for r in overview.notes])

        if found.request.client_id and self.frame.desk.may("notes.read"):
            self.frame.runner.latest("privacy-notes", notes.notes_of, found.request.client_id, then=got, owner=self)

    def _decide(self, request_id: str, values: dict[str, Any]) -> None:
        decision, more = Decision(values["decision"]), dict[str, Any]()
        if "scope" in values and decision is not Decision.REFUSED:
            more = {"scope": ErasureScope(values["scope"]), "note_id": values["note_id"] or ""}
        said = _("Proposed. Nothing happens before it is approved.")
        reason, advice = values["decision_reason"] or "", values.get("advice") or ""
        self._run(privacy.propose_decision, said, request_id, decision, reason, advice=advice, **more)

    def _refuse(self, request_id: str) -> None:
        text = _("Say what should be looked at again; leave the name out.")
        if why := ask_reason(self, _("Send the proposal back"), text, yes=_("Send back")):
            self.frame.runner.do(privacy.refuse_decision, request_id, why, then=lambda _d: self.frame.toast(_("Sent back.")), owner=self)

    def _withdraw(self, found: PrivacyRow) -> None:
        if found.proposal is not None:
            self._run(proposals.withdraw_proposal, _("The proposal is withdrawn."), found.proposal.id)

    def _correct(self, request_id: str, values: dict[str, Any]) -> None:
        said = _("The correction is done.")
        if not values["text"]:
            self._run(privacy.carry_out_correction, said, request_id)
            return

        def stated(_made: object) -> None:
            self._run(privacy.carry_out_correction, said, request_id)

        self.frame.runner.do(privacy.add_statement, request_id, values["text"], then=stated, owner=self)

    def _close_early(self, request_id: str) -> None:
        text = _("Such as: withdrawn by the client. Leave the name out.")
        if why := ask_reason(self, _("Close without carrying out"), text, yes=_("Close the request")):
            self._run(privacy.close_privacy_request, _("The request is closed."), request_id, why)

    # -- a copy, a destruction -------------------------------------------------------------------------------------------------------

    def _save(self, copy: Copy) -> None:
        save_as(self, self.frame, _("Save the copy of the file"), copy.file_name, copy.content)

    def _destroy(self, found: PrivacyRow, seen: Preview) -> None:
        counts = ", ".join(f"{dates.number(count)} × {name}" for name, count in seen.counts)
        text = _("This cannot be undone. Backups made before lose it too when they are restored.")
        n = ngettext("{n} record is destroyed:", "{n} records are destroyed:", seen.total).format(n=dates.number(seen.total))
        title = _("Destroy for {number}?").format(number=found.request.number)
        if ask(self, title, f"{text}\n\n{n} {counts}.", yes=_("Destroy"), danger=True):
            self.frame.runner.do(erasure.execute_destruction, found.request.id, then=self._destroyed, progress=_("Destroying"), owner=self)

    def _destroyed(self, done: Destroyed) -> None:
        n = ngettext("{n} record was destroyed.", "{n} records were destroyed.", done.rows).format(n=dates.number(done.rows))
        self.frame.toast(n)
        if done.named_in:
            places = "\n".join(f"{what}  {row}" for what, row in done.named_in)
            text = _("These belong to others and were left. Look at each of them and take the name out by hand:")
            tell(self, _("The client is named in other records"), f"{text}\n{places}")

    def show_error(self, error: UserError) -> bool:
        """Beside its field."""
        if error.field == "client_id" and self.new.isVisible():
            self.new.problem.setText(error.message)
            self.new.problem.show()
            return True
        return super().show_error(error)

    def _next(self) -> None:
        if self.new.isVisible():
            self.new.send()
        else:
            self.panel.press()

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [
            Command(_("New privacy request"), self.begin, "nieuw privacyverzoek avg inzage new", "Ctrl+N", "plus"),
            Command(_("Do the next step"), self._next, "volgende stap next", "Ctrl+Return", "check"),
        ]
