"""The clinic while its past is played: a clock that only goes forward, people at their desks, journeys that wait for their moment."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.tlv import Value
from nmx_desk.data import agenda as data
from nmx_desk.data import indexing
from nmx_desk.data.database import Database
from nmx_desk.data.store import Store
from nmx_desk.domain.agenda import AppointmentType, RosterRule
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import Cancelled, Conflict, NotAllowed, UserError
from nmx_desk.domain.intervals import from_minutes, to_minutes
from nmx_desk.domain.rosters import Roster, WeeklyRule
from nmx_desk.domain.slots import Calendar, SlotType, next_free
from nmx_desk.services import agenda, people
from nmx_desk.services.desk import Desk, Progress, UseCase, Work
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import KdfParameters, KeyFile, Secrets
from nmx_desk.vault.passwords import DEMO_PASSWORD
from nmx_desk.vault.sqlcipher import connect

T = TypeVar("T")
R = TypeVar("R", bound=Record)
Journey = Generator[datetime, None, None]
"""What happens to somebody: yields the moment at which it goes on."""

ZONE = ZoneInfo("Europe/Amsterdam")
RECEPTION = "receptie"
MANAGER = "manager"
ADMIN = "beheerder"
AUDITOR = "auditor"
LOOK_AHEAD = timedelta(days=28)
STEPS_IN_A_COMMIT = 120
OPENS, CLOSES = 8 * 60 + 30, 17 * 60  # the reception, minutes on the wall


class Clock:
    """The clinic's clock: never back, and a microsecond further at every look, so that no two things happen at once."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """The next moment."""
        self.moment += timedelta(microseconds=1)
        return self.moment

    def go_to(self, moment: datetime) -> None:
        """Forward to a moment; one that has passed is left where it is."""
        self.moment = max(self.moment, moment)


class Ids:
    """Record ids that the seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"ids {seed}")  # noqa: S311 (not a secret: the same seed makes the same clinic)

    def __call__(self) -> str:
        """The next id."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


@dataclass(frozen=True)
class Practitioner:
    """Somebody who sees clients. ``share``: how many of the new clients; ``leaves``: last day at the clinic."""

    username: str
    id: str
    share: int
    leaves: date | None = None

    def works_on(self, day: date) -> bool:
        """Whether they are still there."""
        return self.leaves is None or day <= self.leaves


class PlayedDesk(Desk):
    """The door for a story: the same checks, log, signature and seal for every step, but many steps to a commit.

    ``afterwards``: what the last step asked to be done once it is committed.
    """

    afterwards: tuple[Callable[[], None], ...] = ()

    def arrive(self) -> None:
        """Know the user, the roles and the clinic; nobody is there to give a password."""
        self.asks_at_signing = False
        self._refresh_user()

    def step(self, connection: Any, case: UseCase[Any, T], reason: str, *args: Any, **kwargs: Any) -> T:
        """Run and seal a use case inside the open transaction; one that is refused leaves nothing behind."""
        connection.exec_driver_sql("SAVEPOINT step")
        self.afterwards = ()
        context = self._context(case, reason)
        self.recorder.begin(context)

        def note(action: str, code: str, *what: Any, values: Mapping[str, Value] | None = None) -> None:
            broken = code == "VIEW" and work.break_glass
            self.recorder.note(action, "BREAKGLASS" if broken else code, *what, values=values)

        try:
            work = Work(self, self._store(connection), case, reason, Progress(), note)
            result = case(work, *args, **kwargs)
            context.rule, context.break_glass = work.rule, int(work.break_glass)
            self.recorder.seal(self.now(), self.signer)
            self.afterwards = tuple(work.afterwards)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK TO step")
            raise
        finally:
            self.recorder.end()
            connection.exec_driver_sql("RELEASE step")
        return result


class Office:
    """Runs journeys in order of time; every step goes through the door of the user who takes it."""

    def __init__(self, folder: ClinicFolder, kdf: KdfParameters, clock: Clock, ids: Ids, seed: int) -> None:
        self.folder, self.kdf, self.clock, self.ids = folder, kdf, clock, ids
        self.random = random.Random(f"demo {seed}")  # noqa: S311 (as above)
        self.practitioners: list[Practitioner] = []
        self.closed: set[date] = set()
        self.dropped: list[str] = []
        self.told_in_full_from = clock.moment
        self.last_day = clock.moment.astimezone(ZONE).date()
        self._desks: dict[str, PlayedDesk] = {}
        self._transaction: ExitStack | None = None
        self._open: Any = None
        self._signed_in: dict[str, date] = {}
        self._queue: list[tuple[datetime, int, Journey]] = []
        self._started = 0
        self._steps = 0
        self._types: dict[str, SlotType] = {}
        self._rosters: dict[str, Roster] = {}
        self._database: Database | None = None

    # -- people at their desks -----------------------------------------------------------------------------------------------------------

    def desk(self, username: str) -> PlayedDesk:
        """Somebody's desk; all are at one connection, in one transaction that is committed now and then."""
        if username not in self._desks:
            self.commit()
            secrets = KeyFile.load(self.folder.keys, kdf=self.kdf).open_slot(username, DEMO_PASSWORD)
            desk = PlayedDesk(
                self._shared(secrets), UserSigner(secrets.seed, secrets.epoch), secrets.user_id, clock=self.clock, new_id=self.ids,
                station="Demo",
            )  # fmt: skip
            desk.folder, desk.secrets, desk.kdf = self.folder.path, secrets, self.kdf
            desk.arrive()
            self._desks[username] = desk
            for other in self._desks.values():  # the connection's triggers answer to the recorder that was made last
                other.recorder = desk.recorder
        return self._desks[username]

    def _shared(self, secrets: Secrets) -> Database:
        if self._database is None:
            key, path = secrets.db_key, self.folder.database
            self._database = Database(path, lambda: connect(path, key))
            # An unfinished demo is thrown away: nothing is lost by not waiting for the disk at each of its commits.
            self._database.driver.execute("PRAGMA synchronous = OFF")
            self._database.driver.execute("PRAGMA cache_size = -262144")  # KiB: the file is small now and will not be
        return self._database

    def do(self, username: str, case: UseCase[Any, T], *args: Any, reason: str = "", **kwargs: Any) -> T:
        """Somebody does something now, signed in since the first thing they did today."""
        desk, today = self.desk(username), self.today
        if self._signed_in.get(username) != today:
            self._signed_in[username] = today
            desk.session = self.ids()
            desk.step(self._connection(), people.sign_in, "", [])
        self._steps += 1
        result = desk.step(self._connection(), case, reason, *args, **kwargs)
        if desk.afterwards:
            self.commit()
            for callback in desk.afterwards:
                callback()
        return result

    def _connection(self) -> Any:
        """The connection, in a transaction."""
        if self._transaction is None:
            if self._database is None:
                raise RuntimeError("nobody has come in yet")
            self._transaction = ExitStack()
            self._open = self._transaction.enter_context(self._database.writing())
        return self._open

    def commit(self) -> None:
        """Keep what was done since the last time."""
        self._steps = 0
        if self._transaction is not None and self._database is not None:
            indexing.drain(self._database.driver)
            transaction, self._transaction = self._transaction, None
            transaction.close()

    @property
    def long_past(self) -> bool:
        """Whether what happens now may be told in short (``chronicle``)."""
        return self.now < self.told_in_full_from

    def look(self, username: str, case: UseCase[Any, Any], *args: Any, **kwargs: Any) -> None:
        """Somebody looks at something. Only of the last weeks: each look is an entry, and years of them make nothing clearer."""
        if not self.long_past:
            self.do(username, case, *args, **kwargs)

    def at_the_desk(self, who: Practitioner) -> str:
        """Who receives people now: the reception, or the practitioner when it is closed."""
        minute = (self.now - wall(self.today, 0)).total_seconds() / 60
        return RECEPTION if OPENS <= minute < CLOSES and self.is_open(self.today) else who.username

    def find(self, kind: type[R], **equals: Any) -> list[R]:
        """Records as they are, for the story teller only: nobody at the clinic has seen them."""
        return Store(self._connection(), new_id=self.ids, now=self.clock, user_id="").find(kind, **equals)

    def get(self, kind: type[R], record_id: str) -> R:
        """One record as it is."""
        return self.find(kind, id=record_id)[0]

    def close(self) -> None:
        """Everybody goes home; what was not committed is lost."""
        for desk in self._desks.values():
            desk.secrets = None
        if self._transaction is not None:
            transaction, self._transaction = self._transaction, None
            with suppress(Cancelled):
                transaction.__exit__(Cancelled, Cancelled(""), None)
        if self._database is not None:
            self._database.close()

    # -- time ----------------------------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The moment, without making it later."""
        return self.clock.moment

    @property
    def today(self) -> date:
        """Today on the clinic's wall."""
        return self.now.astimezone(ZONE).date()

    def is_open(self, day: date) -> bool:
        """Whether the clinic works on a day."""
        return day.weekday() < 5 and day not in self.closed

    def open_day(self, day: date, ahead: int = 0) -> date:
        """The day when it is open, else the next one that is; then so many open days further."""
        while not self.is_open(day):
            day += timedelta(days=1)
        for _step in range(ahead):
            day = self.open_day(day + timedelta(days=1))
        return day

    def working(self, moment: datetime, minutes: float = 0) -> datetime:
        """So many minutes of the reception's working time after a moment."""
        day = moment.astimezone(ZONE).date()
        at = max((moment - wall(day, 0)).total_seconds() / 60, OPENS) if self.is_open(day) else float(CLOSES)
        while at + minutes >= CLOSES:
            minutes -= max(CLOSES - at, 0)
            day, at = self.open_day(day + timedelta(days=1)), float(OPENS)
        return wall(day, 0) + timedelta(minutes=at + minutes)

    # -- journeys ------------------------------------------------------------------------------------------------------------------------

    def start(self, journey: Journey, moment: datetime | None = None) -> None:
        """Begin a journey now or at a moment."""
        self._started += 1
        heapq.heappush(self._queue, (moment or self.now, self._started, journey))

    def run(self, end: datetime, progress: Progress, text: str) -> None:
        """Play everything up to a moment. What is still under way then stays as it stands."""
        first, told = self.now, self.today
        days = max((end - first).days, 1)
        while self._queue and self._queue[0][0] <= end:
            moment, number, journey = heapq.heappop(self._queue)
            self.clock.go_to(moment)
            if self.today != told:
                told = self.today
                if self._steps >= STEPS_IN_A_COMMIT:
                    self.commit()
                progress.report(min((self.now - first).days, days), days, text)
            try:
                then = next(journey, None)
            except (Conflict, UserError, NotAllowed) as refused:  # plans that cross: this story ends here, as it might in life
                self.dropped.append(f"{self.now:%Y-%m-%d %H:%M} {refused.message}")
                continue
            if then is not None:
                heapq.heappush(self._queue, (max(then, self.now), number, journey))
        for _moment, _number, journey in self._queue:
            journey.close()
        self._queue.clear()
        self.commit()
        self.clock.go_to(end)

    # -- the agenda ----------------------------------------------------------------------------------------------------------------------

    def choose(self, day: date) -> Practitioner:
        """Who gets a new client that comes on a day; who is about to leave takes nobody new."""
        staying = [who for who in self.practitioners if who.works_on(day + timedelta(days=60))]
        return self.random.choices(staying, [who.share for who in staying])[0]

    def substitute(self, who: Practitioner, day: date, phone: str) -> Practitioner:
        """The practitioner, or who takes over from one who has left; the client's phone number says which colleague."""
        if who.works_on(day):
            return who
        there = [other for other in self.practitioners if other.works_on(day)]
        return there[int(phone[-2:]) % len(there)]

    def free(self, username: str, type_code: str, who: Practitioner, after: datetime) -> Offer | None:
        """The first free moment of a practitioner from a moment on that suits the client, as it is offered to a user."""
        day = after.astimezone(ZONE).date()
        after = max(after, self.now, wall(day, self.random.choice((540, 540, 600, 660, 780, 840, 900))))
        if self.long_past:
            return self._free_long_ago(type_code, who, after)
        found = self.do(username, agenda.next_free, type_code, count=1, practitioner_id=who.id, after=after)
        return found[0] if found else None

    def forget_hours(self) -> None:
        """The closures have changed."""
        self._rosters.clear()

    def on_the_last_day(self) -> datetime:
        """A moment on the day that people will look at; the next open one when that is no working day."""
        return wall(self.open_day(self.last_day), self.random.randrange(540, 960, 30))

    def _free_long_ago(self, type_code: str, who: Practitioner, after: datetime) -> Offer | None:
        """The same answer with fewer questions: hours and types are remembered."""
        store = Store(self._connection(), new_id=self.ids, now=self.clock, user_id="")
        if type_code not in self._types:
            self._types |= {kind.code: kind.slot for kind in store.find(AppointmentType)}
        if who.id not in self._rosters:
            rules = [WeeklyRule(r.practitioner_id, r.weekday, r.start_minute, r.end_minute, r.valid_from, r.valid_to, zone=str(ZONE))
                     for r in store.find(RosterRule, practitioner_id=who.id)]  # fmt: skip
            self._rosters[who.id] = Roster(str(ZONE), rules, closures=[(day, day) for day in sorted(self.closed)])
        slot, lo, hi = self._types[type_code], to_minutes(after), to_minutes(after + LOOK_AHEAD)
        away = [(to_minutes(a.start_at), to_minutes(a.end_at)) for a in data.absences(store, after, after + LOOK_AHEAD, who.id)]
        rooms = data.rooms_taken(store, lo, hi) if slot.needs_room else {}
        calendar = Calendar(self._rosters[who.id], absences={who.id: away}, busy=data.busy(store, [who.id], lo, hi), rooms=rooms)
        notice = max(slot.minimum_notice_minutes, lo - to_minutes(self.now, up=True))
        found = next_free([who.id], replace(slot, minimum_notice_minutes=notice), calendar, self.now, 1, None, None)
        starts = from_minutes(found[0][0]) if found else after + LOOK_AHEAD
        if starts >= after + LOOK_AHEAD - timedelta(days=1):
            return None
        return Offer(starts, starts + timedelta(minutes=slot.duration), who.id, who.username, type_code)


def wall(day: date, minutes: float) -> datetime:
    """The instant at which the clinic's clock shows a time; one that is skipped or shown twice does not occur in office hours."""
    return (datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes)).astimezone(UTC)
