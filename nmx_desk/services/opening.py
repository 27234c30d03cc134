"""Making a clinic and signing in: what happens before there is a desk (AUDIT §7, §9)."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nmx_desk import __version__
from nmx_desk.audit import storage
from nmx_desk.audit.entry import Context
from nmx_desk.audit.seal import Recorder
from nmx_desk.audit.signer import UserSigner
from nmx_desk.data import migrate
from nmx_desk.data.database import Database
from nmx_desk.data.schema import SCHEMA
from nmx_desk.data.store import Store
from nmx_desk.domain.agenda import AppointmentType, Channel, RosterRule
from nmx_desk.domain.code_lists import CODE_LISTS
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.people import Clinic, Role, User, UserRole
from nmx_desk.i18n import _
from nmx_desk.services import destroyed, rescue
from nmx_desk.services.code_lists import default_items, defaults
from nmx_desk.services.desk import Desk, Progress
from nmx_desk.services.keeping import BROKEN, backup_files, make_backup
from nmx_desk.services.repairs import Repairs
from nmx_desk.vault import passwords
from nmx_desk.vault.attempts import RECOVERED, Attempts
from nmx_desk.vault.backup import automatic_file
from nmx_desk.vault.errors import FolderInUse, WrongPassword
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import STANDARD_KDF, KdfParameters, KeyFile, Secrets, new_key
from nmx_desk.vault.lock import FileLock
from nmx_desk.vault.sqlcipher import connect, opens, rekey
from nmx_desk.vault.state import state_dir


@dataclass(frozen=True, kw_only=True)
class ClinicSetup:
    """What the first-start wizard asks: the clinic and its first user, who gets every role (one-person practices exist)."""

    language: str = "nl"
    clinic_name: str = ""
    display_name: str = ""
    username: str = ""
    password: str = ""
    is_demo: bool = False
    roles: tuple[Role, ...] = (Role.RECEPTIONIST, Role.PRACTITIONER, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True)
class Surroundings:
    """What tests and the demo clinic decide instead of the computer.

    ``witness`` False keeps no witness file; ``asks_at_signing`` False signs without the password.
    """

    kdf: KdfParameters = STANDARD_KDF
    clock: Callable[[], datetime] | None = None
    new_id: Callable[[], str] | None = None
    witness: bool = True
    asks_at_signing: bool = True


def witness_path(db_uuid: str) -> Path:
    """File in which the workstation remembers a database's head."""
    return state_dir() / "witness" / f"{db_uuid}.json"


def check_setup(setup: ClinicSetup) -> None:
    """Refuse what cannot be a clinic. Raises ``UserError``."""
    for field, value, limit in (
        ("clinic_name", setup.clinic_name, 120),
        ("display_name", setup.display_name, 80),
        ("username", setup.username, 40),
    ):
        if not value.strip():
            raise UserError(field, _("Fill this in."))
        if len(value) > limit or not value.isprintable():
            raise UserError(field, _("Use at most {n} readable characters.").format(n=limit))
    passwords.check(setup.password, username=setup.username, clinic=setup.clinic_name, demo=setup.is_demo)


def create_clinic(folder: Path, setup: ClinicSetup, around: Surroundings | None = None) -> str:
    """Make a clinic in an empty folder; returns its recovery key, to be shown once. Nothing is left behind when it fails."""
    around = around or Surroundings()
    check_setup(setup)
    place = ClinicFolder(folder)
    db_uuid = str(uuid.uuid4())
    user_id = (around.new_id or (lambda: str(uuid.uuid4())))()
    secrets = Secrets(new_key(), os.urandom(32), user_id, setup.username.strip())
    with place.making():
        keys = KeyFile.create(place.keys, db_uuid, kdf=around.kdf)
        keys.add_user_slot(user_id, secrets.username, setup.password, secrets)
        recovery = keys.add_recovery(secrets)
        connect(place.database, secrets.db_key, create=True).close()
        database = Database(place.database, lambda: connect(place.database, secrets.db_key))
        try:
            _first_transaction(database, db_uuid, secrets, setup, around)
        finally:
            database.close()
        keys.save()
    return recovery


def _first_transaction(database: Database, db_uuid: str, secrets: Secrets, setup: ClinicSetup, around: Surroundings) -> None:
    """Schema, identity, first user, settings: one sealed transaction."""
    now = around.clock or (lambda: datetime.now(UTC))
    new_id = around.new_id or (lambda: str(uuid.uuid4()))
    driver = database.driver
    driver.execute("PRAGMA foreign_keys = OFF")
    recorder = Recorder(driver)
    signer = UserSigner(secrets.seed, secrets.epoch)
    with database.writing() as connection:
        migrate.upgrade(connection)
        driver.execute("INSERT INTO audit_meta VALUES (1, ?, ?)", (db_uuid, storage.FORMAT))
        recorder.begin(_context(secrets.user_id, new_id(), "create_clinic"))
        recorder.note("E", "MIGRATE", "schema", SCHEMA, None)
        driver.execute(
            "INSERT INTO audit_key VALUES (?,?,?,?,?)", (signer.key_id, secrets.user_id, signer.public_key, secrets.epoch, secrets.user_id)
        )
        store = Store(connection, new_id=new_id, now=now, user_id=secrets.user_id)
        store.add(Clinic(name=setup.clinic_name.strip(), language=setup.language, is_demo=setup.is_demo))
        add_person(
            store,
            User(id=secrets.user_id, username=secrets.username, display_name=setup.display_name.strip(), language=setup.language),
            setup.roles,
        )
        seed_defaults(store)
        if Role.PRACTITIONER in setup.roles:
            add_default_roster(store, secrets.user_id)
        recorder.seal(now(), signer)
        recorder.end()
    driver.execute("PRAGMA foreign_keys = ON")


def _context(actor: str, tx: str, purpose: str) -> Context:
    return Context(
        tx=tx,
        actor=actor,
        role="admin",
        session=tx,
        station="",
        app_version=__version__,
        schema_version=SCHEMA,
        purpose=purpose,
        rule="opening",
    )


def seed_defaults(store: Store) -> None:
    """Code lists and appointment types of a new clinic; every one a setting the clinic can change."""
    for name in CODE_LISTS:
        store.add_all(replace(item, valid_from=store.now()) for item in default_items(name))
    store.add_all(AppointmentType(**item | {"channel": Channel(item["channel"])}) for item in defaults()["appointment_types"])


def add_person(store: Store, user: User, roles: tuple[Role, ...]) -> User:
    """A user with roles."""
    made = store.add(user)
    store.add_all(UserRole(user_id=made.id, role=role) for role in roles)
    return made


def add_default_roster(store: Store, practitioner_id: str) -> None:
    """Office hours for a practitioner, to be adjusted in the settings."""
    roster = defaults()["roster"]
    store.add_all(
        RosterRule(practitioner_id=practitioner_id, weekday=day, start_minute=start, end_minute=end)
        for day in roster["weekdays"]
        for start, end in roster["hours"]
    )


class FrontDoor(Repairs):
    """The door of one clinic's folder, for people who are not signed in yet."""

    def __init__(self, folder: Path, around: Surroundings | None = None) -> None:
        self.folder = folder
        self.place = ClinicFolder(folder)
        self.around = around or Surroundings()

    def clinic_exists(self) -> bool:
        """Whether there is a clinic in the folder, or was: what is damaged or lost is not made anew over its backups."""
        with suppress(FolderInUse):  # it is at work: the sign-in says so
            self._finish_restore()
        return self.place.is_clinic() or bool(backup_files(self.place.backups))

    def restore(self, file: Path, username: str, password: str, permit: object, progress: Progress) -> tuple[int, str, str]:
        """Put back a backup here; see :func:`restoring.restore_here`. Returns entries, folder of the replaced files, what is unsure."""
        from nmx_desk.services import restoring  # it signs in through this door

        found = restoring.restore_here(self, file, username, password, permit if isinstance(permit, restoring.Permit) else None, progress)
        return found.size, found.kept, found.unsure

    def usernames(self) -> list[tuple[str, str]]:
        """Who can sign in, as ``(username, shown name)``."""
        return [(name, name) for name in KeyFile.load(self.place.keys).usernames()]

    @property
    def demo_password(self) -> str:
        """The password of everybody in a demo clinic; empty in a real one."""
        return passwords.DEMO_PASSWORD if self.place.demo_mark.exists() else ""

    def password_problems(self, text: str, username: str, clinic: str) -> list[str]:
        """What is wrong with a new password; empty when it will do."""
        try:
            passwords.check(text, username=username, clinic=clinic)
        except UserError as error:
            return [error.message]
        return []

    def needs_password(self, username: str) -> bool:
        """Whether this user has only a one-time code and must choose a password."""
        return KeyFile.load(self.place.keys).needs_password(username)

    def create(self, setup: ClinicSetup) -> str:
        """Make the clinic; returns the recovery key."""
        return create_clinic(self.folder, setup, self.around)

    def create_demo(self, folder: Path, progress: Progress) -> None:
        """Make the demo clinic beside ``folder``, which stays free for the real one, unless it is there; this door then leads to it."""
        from nmx_desk.services.demo import make_demo  # 100 ms that nobody else needs

        beside = folder.with_name(f"{folder.name}-demo")
        if not ClinicFolder(beside).is_clinic():
            make_demo(beside, size="full", seed=1, today=None, progress=progress)
        self.folder, self.place = beside, ClinicFolder(beside)

    def sign_in(self, username: str, password: str, *, new_password: str = "", one_time_code: str = "") -> Desk:
        """Open the clinic as a user.

        Raises ``WrongPassword``, ``TooSoon``, ``UserError`` (choose a ``password``, type a ``one_time_code``) and the vault's sentences.
        """
        self._finish_restore()
        self.place.check()
        keys = KeyFile.load(self.place.keys, kdf=self.around.kdf)
        secrets = self._secrets(keys, lambda: keys.open_slot(username, password), username)
        if keys.needs_password(username):
            passwords.check(new_password, username=username)
            keys.set_password(secrets, new_password)
            keys.save()
            password = new_password
        return self._open(self._settled(keys, secrets, password), keys.db_uuid, code=one_time_code)

    def recover(self, code: str, new_password: str) -> Desk:
        """Open the clinic with its recovery key and give its holder a new password. The use of the key is logged."""
        self._finish_restore()
        self.place.check()
        keys = KeyFile.load(self.place.keys, kdf=self.around.kdf)
        secrets = self._secrets(keys, lambda: keys.open_recovery(code))
        passwords.check(new_password, username=secrets.username)
        keys.set_password(secrets, new_password)
        desk = self._open(self._settled(keys, secrets, new_password), keys.db_uuid, recovered=True)
        try:
            keys.save()  # once the log says that the recovery key was used
        except BaseException:
            desk.close()
            raise
        return desk

    def _settled(self, keys: KeyFile, secrets: Secrets, password: str) -> Secrets:
        """Carry out a change of the file's key that was begun, alone, unless it is done; then this user needs the new key only."""
        if secrets.previous_key is None:
            return secrets
        with self.place.shared():
            done = opens(self.place.database, secrets.db_key)
        if not done:
            with self.place.exclusive():
                if not opens(self.place.database, secrets.db_key):
                    rekey(self.place.database, secrets.previous_key, secrets.db_key)
        settled = keys.end_rekey(secrets, password)
        with suppress(Conflict):  # somebody else settled meanwhile: ours is settled at the next sign-in
            keys.save()
        return settled

    def _secrets(self, keys: KeyFile, unlock: Callable[[], Secrets], username: str = "") -> Secrets:
        attempts = Attempts(self.place.attempts)
        now = datetime.now(UTC)
        attempts.check_delay(now)
        try:
            return unlock()
        except WrongPassword:
            attempts.record(now, keys.user_id_of(username) if username else None)
            raise

    def open_with(self, keys: KeyFile, secrets: Secrets, password: str) -> Desk:
        """Open the clinic with keys in hand: for restores, which asked for the password before."""
        return self._open(self._settled(keys, secrets, password), keys.db_uuid, asked=True)

    def _open(self, secrets: Secrets, db_uuid: str, *, recovered: bool = False, asked: bool = False, code: str = "") -> Desk:
        try:
            database, lock = self._up_to_date(secrets)
        except BROKEN as error:
            self._trouble = error.message
            raise
        try:
            desk = self._desk(database, secrets, db_uuid)
            self._log_sign_in(desk, recovered=recovered, asked=asked, code=code)
            destroyed.at_opening(desk)
        except BaseException:
            database.close()
            lock.release()
            raise
        desk.on_close(lock.release)
        self.mended()
        return desk

    def _database(self, secrets: Secrets) -> Database:
        path = self.place.database
        return Database(path, lambda: connect(path, secrets.db_key))

    def _up_to_date(self, secrets: Secrets) -> tuple[Database, FileLock]:
        """The database at this program's schema and the lock that says it is open; migrating is done alone. Raises FolderInUse."""
        while True:
            lock = self.place.shared()
            try:
                database = self._database(secrets)
                try:
                    if not migrate.pending(database.driver):
                        return database, lock
                except BaseException:
                    database.close()
                    raise
                database.close()
            except BaseException:
                lock.release()
                raise
            lock.release()
            with self.place.exclusive():
                self._migrate(secrets)

    def _migrate(self, secrets: Secrets) -> None:
        """Bring an older file to this schema: verified backup first, then one sealed transaction; a failure leaves it as it was."""
        database = self._database(secrets)
        now = self.around.clock or (lambda: datetime.now(UTC))
        driver = database.driver
        try:
            if not migrate.pending(driver):  # another program did it while we waited
                return
            found = migrate.revision(driver)
            make_backup(self.place, secrets, found, automatic_file(self.place.backups, datetime.now(UTC)))
            driver.execute("PRAGMA foreign_keys = OFF")
            with database.writing() as connection:
                recorder = Recorder(driver)
                recorder.begin(_context(secrets.user_id, str(uuid.uuid4()), "migrate"))
                columns = migrate.upgrade(connection)
                said = {"from": found, "columns": json.dumps(columns, sort_keys=True)}
                recorder.note("E", "MIGRATE", "schema", SCHEMA, None, values=said)
                recorder.seal(now(), UserSigner(secrets.seed, secrets.epoch))
                recorder.end()
        finally:
            database.close()

    def _desk(self, database: Database, secrets: Secrets, db_uuid: str) -> Desk:
        path = witness_path(db_uuid) if self.around.witness else None
        desk = Desk(database, UserSigner(secrets.seed, secrets.epoch), secrets.user_id, clock=self.around.clock, new_id=self.around.new_id,
                    witness_path=path)  # fmt: skip
        desk.folder, desk.secrets, desk.kdf = self.folder, secrets, self.around.kdf
        desk.asks_at_signing = self.around.asks_at_signing
        if desk.db_uuid != db_uuid:
            raise _unmatched()
        desk.new_here = path is not None and rescue.remembered(path) is None
        desk.doubt = rescue.doubt(database, path) if path else None
        return desk

    def _log_sign_in(self, desk: Desk, *, recovered: bool, asked: bool, code: str) -> None:
        from nmx_desk.services.account import step_at_sign_in
        from nmx_desk.services.log import log_state
        from nmx_desk.services.people import sign_in

        attempts = Attempts(self.place.attempts)
        failed = [(attempt.user_id, attempt.at.isoformat()) for attempt in attempts.pending()]
        try:
            step = 0 if recovered or asked else step_at_sign_in(desk, code)
            if desk.rescue:  # nothing is written to a doubtful log: all waits in the side file; but the window must know who this is
                if recovered:
                    attempts.record(datetime.now(UTC), RECOVERED + desk.user_id)
                desk.do(log_state)
                return
            desk.do(sign_in, failed, recovered=recovered, step=step)
        except (NotAllowed, UserError) as error:  # blocked or a wrong code, with the right password: somebody should know
            if code or isinstance(error, NotAllowed):
                attempts.record(datetime.now(UTC), desk.user_id)
            raise
        attempts.drain()


def _unmatched() -> EnvironmentProblem:
    return EnvironmentProblem(_("The key file and the database in this folder do not belong together. Put both back from the same backup."))
