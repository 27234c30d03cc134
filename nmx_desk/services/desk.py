"""The one door: every use case of screen, command line and tests goes through :meth:`Desk.do`.

It checks the right, opens the unit of work, gives the log its context, runs the use case, seals, commits, and tells what changed.
"""

from __future__ import annotations

import inspect
import logging
import platform
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from nmx_desk import __version__
from nmx_desk.audit import witness
from nmx_desk.audit.entry import Context
from nmx_desk.audit.seal import Recorder, Sealed
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.storage import pack_id
from nmx_desk.audit.tlv import Value
from nmx_desk.data import indexing
from nmx_desk.data.database import Database
from nmx_desk.data.kept_calendar import KeptCalendar
from nmx_desk.data.schema import SCHEMA
from nmx_desk.data.store import Store
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Cancelled, NotAllowed, PasswordNeeded
from nmx_desk.domain.people import Clinic, Role, User, UserRole
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.domain.rights import Scope, right_name, ruling_role, scope, wants_code
from nmx_desk.i18n import _
from nmx_desk.services.citizen_number import refuse_citizen_number, refuse_typed, without_citizen_number
from nmx_desk.services.reach import refuse_far
from nmx_desk.vault.keyfile import STANDARD_KDF, Secrets

if TYPE_CHECKING:
    from nmx_desk.services.rescue import Doubt

P = ParamSpec("P")
T = TypeVar("T")
SEEN_FOR_SECONDS = 900
_program_log = logging.getLogger(__name__)


class Progress:
    """How far a long task is, and the wish to stop it. ``report`` raises ``Cancelled`` when :meth:`cancel` was called."""

    def __init__(self, shown: Callable[[int, int, str], None] | None = None) -> None:
        self._shown = shown
        self._cancelled = threading.Event()
        self._hang_up: Callable[[], None] | None = None

    def report(self, done: int, total: int, text: str = "") -> None:
        """Say that ``done`` of ``total`` steps are done."""
        if self.cancelled:
            raise Cancelled(_("Stopped. Nothing of it was kept."))
        self._show(done, total, text)

    def _show(self, done: int, total: int, text: str) -> None:
        if self._shown is not None:
            self._shown(done, total, text)

    @property
    def cancelled(self) -> bool:
        """Whether the task was asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the task to stop at its next report."""
        self._cancelled.set()
        if self._hang_up is not None:
            self._hang_up()

    def on_cancel(self, hang_up: Callable[[], None]) -> None:
        """What ends a wait for somebody else's answer, for the task that is about to wait."""
        self._hang_up = hang_up
        if self.cancelled:
            hang_up()


@dataclass(frozen=True)
class SignedIn:
    """Who is at the desk."""

    id: str
    username: str = ""
    display_name: str = ""
    language: str = "nl"
    roles: frozenset[Role] = frozenset()
    two_step: bool = False


@dataclass(frozen=True)
class Changes:
    """What a commit touched: names of tables and ids of clients."""

    tables: frozenset[str]
    clients: frozenset[str]


class UseCase(Generic[P, T]):
    """A function of ``services`` with the right it needs. Use cases call each other as plain functions."""

    def __init__(
        self, function: Callable[Concatenate[Work, P], T], right: str, *, writes: bool, code: str, rescue: bool, aside: bool,
        typed: bool = True,
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.right = right
        self.writes = writes
        self.code = code
        self.rescue = rescue
        self.aside = aside
        self.typed = typed
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__

    def __call__(self, work: Work, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it inside a unit of work that is already open."""
        return self.function(work, *args, **kwargs)

    def arguments(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """What it is called with, by name."""
        names = list(inspect.signature(self.function).parameters)[1:]
        return dict(zip(names, args, strict=False)) | dict(kwargs)


class Errand(Generic[P, T]):
    """A function that goes through the door more than once and waits for others in between, never inside a transaction."""

    lane = "out"

    def __init__(self, function: Callable[Concatenate[Desk, P], T]) -> None:
        self.function = function
        self.__name__, self.__doc__, self.__module__ = function.__name__, function.__doc__, function.__module__

    def __call__(self, desk: Desk, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it for who is signed in at this desk."""
        return self.function(desk, *args, **kwargs)


SIGN = "SIGN"
SIGN_SOON = timedelta(minutes=5)
USE_CASES: dict[Callable[..., Any], UseCase[Any, Any]] = {}


def use_case(
    right: str, *, writes: bool = True, code: str = "", rescue: bool = False, aside: bool = False, typed: bool = True
) -> Callable[[Callable[Concatenate[Work, P], T]], UseCase[P, T]]:
    """Declare a use case.

    ``code``: the log's code for its row changes, if not CREATE, CHANGE, DELETE (``SIGN`` asks for the password); ``rescue``: also on a
    doubtful log; ``aside``: a long reading, on a connection of its own; not ``typed``: what comes in is a file's, a mail's or not kept yet,
    and looks after citizen service numbers itself.
    """

    def declare(function: Callable[Concatenate[Work, P], T]) -> UseCase[P, T]:
        made = UseCase(function, right, writes=writes, code=code, rescue=rescue, aside=aside, typed=typed)
        USE_CASES[function] = made
        return made

    return declare


class Work:
    """One unit of work. ``store`` reads and writes records; ``seen`` and ``note`` go into the log.

    ``reason_code`` says why in a word, ``code`` is the log's for what this work changes (empty: the use case's).
    """

    def __init__(
        self, desk: Desk, store: Store, case: UseCase[Any, Any], reason: str, progress: Progress, note: Callable[..., None]
    ) -> None:
        self.desk = desk
        self.store = store
        self.user = desk.user
        self.roles = desk.roles
        self.clinic = desk.clinic
        self.reason = reason
        self.progress = progress
        self.case = case
        self.rule = ""
        self.break_glass = False
        self.reason_code = self.code = ""
        self.new_epoch = 0
        self.afterwards: list[Callable[[], None]] = []
        self._note = note
        self.need(case.right)

    @property
    def driver(self) -> Any:
        """The driver's connection of this unit of work, for verifying."""
        return self.store.connection.connection.driver_connection

    def now(self) -> datetime:
        """The moment, UTC."""
        return self.desk.now()

    def today(self) -> date:
        """Today on the clinic's wall."""
        return self.now().astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.clinic.zone)

    def new_id(self) -> str:
        """A new record id."""
        return self.desk.new_id()

    def reach(self, right: str) -> Scope | None:
        """How far the user's roles reach for a right; not at all while the clinic wants two-step sign-in for it first."""
        return self.desk.reach(right)

    def need(self, right: str, *, own: bool = True, client_id: str = "") -> None:
        """Raise ``NotAllowed`` unless the user may. ``own``: the record is one of the user's own (notes, clients); ``client_id``: whose."""
        reach = self.reach(right)
        role = ruling_role(self.roles, right)
        if not self.break_glass:  # the rule that was broken is the one to name
            self.rule = f"{right}:{role}" if role else right
        if reach is None:
            raise NotAllowed(self._refusal(right), right=right, client_id=client_id)
        if reach is Scope.ALL or (reach is Scope.OWN and own):
            return
        if not self.reason.strip():
            raise NotAllowed(
                _("This is outside your own clients. Write down why you need it; the reason is logged."),
                right=right, needs_reason=True, client_id=client_id,
            )  # fmt: skip
        self.break_glass = True

    def _refusal(self, right: str) -> str:
        if scope(self.roles, right) is None:
            return _("Your role does not allow this: {right}. Ask a colleague who may.").format(right=right_name(right))
        return _("The clinic asks two-step sign-in for this: {right}. Turn it on in the user menu, at the top right.").format(
            right=right_name(right)
        )

    def seen(
        self, obj_type: str, obj_id: str, client: str | None, *, code: str = "VIEW", values: Mapping[str, Value] | None = None
    ) -> None:
        """Say that content is about to be shown (VIEW, SEARCH, PRINT, EXPORT). A view is logged once per opening, not once per repaint."""
        kept = {name: without_citizen_number(value) if isinstance(value, str) else value for name, value in (values or {}).items()}
        self._note("R", code, obj_type, obj_id, client, values=kept)

    def erase_values(self, seq: int, fields: Collection[str] | None = None) -> int:
        """Blank the logged values of an earlier entry, all or those of ``fields``: for a destruction, whose ERASE entry names them."""
        return self.desk.recorder.erase(seq, fields)

    def blank_captured(self, rows: Collection[tuple[str, str]]) -> None:
        """What this unit of work changes of these rows (table, id) is committed to in the log and then stored blank."""
        self.desk.recorder.blank_captured(rows)

    def after(self, callback: Callable[[], None]) -> None:
        """Have something done once this unit of work is committed, before its answer leaves the door."""
        self.afterwards.append(callback)

    def epoch(self) -> int:
        """The key period the log is in."""
        found = self.driver.execute("SELECT epoch FROM audit_head ORDER BY size DESC LIMIT 1").fetchone()
        return int(found[0]) if found else 1

    def begin_epoch(self, epoch: int) -> None:
        """From this transaction on heads are of a new key period."""
        self.new_epoch = epoch
        self.note("KEY", "epoch", str(epoch))

    def note(self, code: str, obj_type: str, obj_id: str, client: str | None = None, *, values: Mapping[str, Value] | None = None) -> None:
        """Say that something was done that is not a row change."""
        self._note("E", code, obj_type, obj_id, client, values=values)


@dataclass
class _Noted:
    action: str
    code: str
    obj_type: str
    obj_id: str
    client: str | None
    values: Mapping[str, Value] | None


def _opening(case: UseCase[Any, Any], work: Work, item: _Noted) -> tuple[str, ...]:
    """What makes two looks one opening: the same thing of the same client, through the same page, by the same permission."""
    return (item.obj_type, item.obj_id, item.client or "", case.name, work.rule, "broken" if work.break_glass else "")


class Desk:
    """A signed-in user at an open database. Thread-safe: one write at a time, one read at a time, beside each other."""

    def __init__(self, database: Database, signer: UserSigner, user_id: str, *, clock: Callable[[], datetime] | None = None,
                 new_id: Callable[[], str] | None = None, witness_path: Path | None = None, station: str = "") -> None:  # fmt: skip
        self.database = database
        self.signer = signer
        self.user_id = user_id
        self.now = clock or (lambda: datetime.now(UTC))
        self.new_id = new_id or (lambda: str(uuid.uuid4()))
        self.witness_path = witness_path
        self.session = str(uuid.uuid4())
        self.station = station or platform.node()[:60]
        self.doubt: Doubt | None = None
        self.new_here = False  # this workstation had no witness when it opened: it could not have noticed an older copy
        self.recorder = Recorder(database.driver)
        self.user = SignedIn(user_id)
        self.clinic = Clinic()
        self.log_size = 0
        self.calendar = KeptCalendar()
        self._listeners: list[Callable[[Changes], None]] = []
        self._seen: dict[tuple[str, ...], float] = {}
        self._version = self._write_version = -1  # data versions of the reading and the writing connection the user was read at
        self._anchoring = threading.Lock()
        self._closed = False
        self._at_close: list[Callable[[], None]] = []
        self.folder = Path()
        self.secrets: Secrets | None = None
        self.kdf = STANDARD_KDF
        self.asks_at_signing = True
        self._confirmed: datetime | None = None  # when the password was given for the next signature
        database.keep_schema()

    # -- what screens ask ------------------------------------------------------------------------------------------------------------

    @property
    def clinic_name(self) -> str:
        """Name of the clinic."""
        return self.clinic.name

    @property
    def is_demo(self) -> bool:
        """Whether this is a demo clinic."""
        return self.clinic.is_demo

    @property
    def rescue(self) -> str:
        """What is wrong with the log, in the language of the moment; empty when nothing is."""
        return self.doubt.sentence() if self.doubt else ""

    @property
    def read_only(self) -> bool:
        """Whether the log is doubtful, so that only findings may be shown."""
        return self.doubt is not None

    @property
    def ended(self) -> bool:
        """Whether nothing can be done here any more: closed, or the user was blocked."""
        return self._closed

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the signed-in user."""
        return self.user.roles

    def may(self, right: str) -> bool:
        """Whether the user's roles give the right at all (perhaps only for own clients, or with a reason)."""
        return self.reach(right) is not None

    def reach(self, right: str) -> Scope | None:
        """How far the user's roles reach for a right."""
        return None if self.lacks_code(right) else scope(self.roles, right)

    def lacks_code(self, right: str) -> bool:
        """Whether only two-step sign-in is missing for a right: the screen says how to turn it on."""
        return not self.user.two_step and wants_code(self.clinic, right, ruling_role(self.roles, right))

    def listen(self, callback: Callable[[Changes], None]) -> None:
        """Be told after every commit, on the thread that wrote."""
        self._listeners.append(callback)

    # -- the door --------------------------------------------------------------------------------------------------------------------

    def do(self, case: UseCase[Any, T], *args: Any, reason: str = "", progress: Progress | None = None, **kwargs: Any) -> T:
        """Run a use case as the signed-in user. ``reason``: why, where a right asks for one. Raises what it raises, or ``NotAllowed``."""
        if self._closed:
            raise NotAllowed(_("The desk is locked. Sign in again."))
        if self.rescue and not case.rescue:
            raise NotAllowed(self.rescue)
        refuse_citizen_number("reason", reason)
        refuse_far(case.arguments(args, kwargs))
        run = self._write if case.writes else self._read
        if case.code == SIGN:
            self._need_password()
        try:
            result = run(case, args, kwargs, reason, progress or Progress())
        except NotAllowed as denied:
            if not (self._closed or self.rescue):  # a doubtful log is not written to
                self._log_denial(case, denied, denied.client_id or str(case.arguments(args, kwargs).get("client_id") or ""))
            raise
        if case.code == SIGN:
            self._confirmed = None
        return result

    def confirm(self) -> None:
        """The password was given: one signature may follow, soon."""
        self._confirmed = self.now()

    def _need_password(self) -> None:
        """A signature is somebody's own: the password is given for each, so that nobody signs at a desk that was left open."""
        if self.asks_at_signing and (self._confirmed is None or not timedelta() <= self.now() - self._confirmed <= SIGN_SOON):
            raise PasswordNeeded(_("Sign with your password. What is signed is locked for good; something can still be added to it."))

    def _write(self, case: UseCase[Any, T], args: tuple[Any, ...], kwargs: dict[str, Any], reason: str, progress: Progress) -> T:
        with self.database.writing() as connection:
            self._recheck_user(connection)
            context = self._context(case, reason)
            self.recorder.begin(context)
            try:

                def note(action: str, code: str, *what: Any, values: Mapping[str, Value] | None = None) -> None:
                    self.recorder.note(action, code, *what, values=values)

                work = Work(self, self._store(connection), case, reason, progress, note)
                result = case(work, *args, **kwargs)
                if case.typed:  # after it, for it may name the field better
                    refuse_typed(case.arguments(args, kwargs))
                context.rule, context.break_glass = work.rule, int(work.break_glass)
                context.reason_code, context.code = work.reason_code or context.reason_code, work.code or context.code
                context.epoch = work.new_epoch
                indexing.drain(self.database.driver)
                sealed = self.recorder.seal(self.now(), self.signer)
            finally:
                self.recorder.end()
        for callback in work.afterwards:
            callback()
        self._committed(sealed)
        return result

    def _read(self, case: UseCase[Any, T], args: tuple[Any, ...], kwargs: dict[str, Any], reason: str, progress: Progress) -> T:
        self._refresh_user()
        noted: list[_Noted] = []

        def note(action: str, code: str, obj_type: str, obj_id: str, client: str | None, values: Mapping[str, Value] | None = None) -> None:
            noted.append(_Noted(action, code, obj_type, obj_id, client, values))

        with self.database.aside() if case.aside else self.database.reading() as connection:
            work = Work(self, self._store(connection), case, reason, progress, note)
            result = case(work, *args, **kwargs)
        fresh = [item for item in noted if not self._still_open(case, work, item)]
        if fresh:
            self._log_reading(case, work, fresh)
        return result

    def _log_reading(self, case: UseCase[Any, Any], work: Work, noted: list[_Noted]) -> None:
        """Readings stand in the log before their answer leaves the door; when that fails, nothing is shown."""
        if self.rescue:
            raise NotAllowed(self.rescue)
        with self.database.writing() as connection:
            self._recheck_user(connection)
            context = self._context(case, work.reason)
            context.rule, context.break_glass = work.rule, int(work.break_glass)
            self.recorder.begin(context)
            try:
                for item in noted:
                    code = "BREAKGLASS" if work.break_glass and item.code == "VIEW" else item.code
                    self.recorder.note(item.action, code, item.obj_type, item.obj_id, item.client, values=item.values)
                sealed = self.recorder.seal(self.now(), self.signer)
            finally:
                self.recorder.end()
        for item in noted:
            self._seen[_opening(case, work, item)] = time.monotonic()
        self._committed(sealed)

    def _still_open(self, case: UseCase[Any, Any], work: Work, item: _Noted) -> bool:
        """Whether this view was logged a moment ago: the same opening, repainted."""
        if item.code != "VIEW":
            return False
        at = self._seen.get(_opening(case, work, item))
        return at is not None and time.monotonic() - at < SEEN_FOR_SECONDS

    def _log_denial(self, case: UseCase[Any, Any], denied: NotAllowed, client_id: str) -> None:
        """A refusal stands in the log, with the client it was about where that is known."""
        with self.database.writing() as connection:
            client = self._store(connection).find_one(Client, id=client_id)
            context = self._context(case, "")
            context.rule = denied.right or case.right
            self.recorder.begin(context)
            try:
                self.recorder.note("E", "DENY", "use_case", case.name, client.id if client else None, outcome=4)
                sealed = self.recorder.seal(self.now(), self.signer)
            finally:
                self.recorder.end()
        self._committed(sealed)

    # -- behind the door -------------------------------------------------------------------------------------------------------------

    def _store(self, connection: Any) -> Store:
        return Store(connection, new_id=self.new_id, now=self.now, user_id=self.user_id)

    def _context(self, case: UseCase[Any, Any], reason: str) -> Context:
        role = ruling_role(self.roles, case.right) or ""
        return Context(
            tx=self.new_id(), actor=self.user_id, role=str(role), session=self.session, station=self.station, app_version=__version__,
            schema_version=SCHEMA, purpose=case.name, rule=case.right, code=case.code,
            reason_code="given" if reason.strip() else "", values={"reason": reason.strip()} if reason.strip() else {},
        )  # fmt: skip

    def _committed(self, sealed: Sealed | None) -> None:
        if sealed is None:
            return
        self.log_size = sealed.head.size
        if sealed.tables & {"desk_user", "user_role", "clinic"}:
            self._version = self._write_version = -1
        self._anchor(sealed.head.size, sealed.head.root, sealed.head.ts)
        for listener in tuple(self._listeners):
            listener(Changes(sealed.tables, sealed.clients))

    def _anchor(self, size: int, root: bytes, ts: str, *, verified: int | None = None) -> None:
        """Tell the witness. It is saved already: a workstation that cannot write its own file must not call that a failure."""
        if self.witness_path is None or self.rescue:
            return
        try:
            with self._anchoring:
                witness.advance(self.witness_path, self.db_uuid, size, root, ts, verified=verified)
        except OSError as error:
            _program_log.warning("the witness could not be written: %s", error.strerror)

    @property
    def db_uuid(self) -> str:
        """Identity of the database."""
        if not hasattr(self, "_db_uuid"):
            with self.database.reading() as connection:
                self._db_uuid = str(connection.exec_driver_sql("SELECT db_uuid FROM audit_meta").scalar_one())
        return self._db_uuid

    def _refresh_user(self) -> None:
        """Read the user, the roles and the clinic again when something was committed: a blocked user is out at once."""
        version = self.database.data_version()
        if version != self._version:
            with self.database.reading() as connection:
                self._read_user(connection)
            self._version = version

    def _recheck_user(self, connection: Any) -> None:
        """The same inside a write, once the lock is held: nobody can take the right away any more before this is committed."""
        version = self.database.driver.execute("PRAGMA data_version").fetchone()[0]
        if version != self._write_version:
            self._read_user(connection)
            self._write_version = version

    def _read_user(self, connection: Any) -> None:
        store = self._store(connection)
        user = store.find_one(User, id=self.user_id)
        if user is None or not user.is_active:
            self._closed = True
            raise NotAllowed(self._why_closed(store, user))
        if self._key_has_ended(connection):
            self._closed = True
            raise NotAllowed(_("You have been given a new sign-in code. Sign in again with it."))
        roles = frozenset(item.role for item in store.find(UserRole, user_id=self.user_id))
        self.user = SignedIn(user.id, user.username, user.display_name, user.language, roles, user.two_step)
        clinics = store.find(Clinic, limit=1)
        self.clinic = clinics[0] if clinics else Clinic()
        self.log_size = connection.exec_driver_sql("SELECT coalesce(max(size), 0) FROM audit_head").scalar_one()

    def _why_closed(self, store: Store, user: User | None) -> str:
        if user is not None and store.find_one(Proposal, kind="user", subject=user.id, status=ProposalStatus.OPEN) is not None:
            return _("This account waits for the approval of the practice manager. Try again when it has been given.")
        return _("This account has been blocked. Ask the administrator.")

    def _key_has_ended(self, connection: Any) -> bool:
        """Whether somebody ended this user's key meanwhile: nothing more is signed with it."""
        ended = "SELECT 1 FROM audit_entry WHERE obj_id = ? AND action = 'E' AND obj_type = (SELECT id FROM audit_word WHERE text = ?)"
        return connection.exec_driver_sql(ended, (pack_id(self.signer.key_id), "audit_key")).first() is not None

    def remember_verified(self, size: int, root: bytes, ts: str) -> None:
        """Have this workstation's witness keep how far the log was found intact."""
        self._anchor(size, root, ts, verified=size)

    def forget_seen(self) -> None:
        """Everything shown is closed: the next look at anything is a new opening."""
        self._seen.clear()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Have something done when the desk closes."""
        self._at_close.append(callback)

    def close(self) -> None:
        """Drop the key and close the connections."""
        self._closed = True
        if self.secrets is None and not self._at_close:
            return
        self.secrets = None
        self._listeners.clear()
        self.database.close()
        del self.signer
        for callback in self._at_close:
            callback()
        self._at_close.clear()
