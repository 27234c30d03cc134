"""What the requests show: lists, a request with all that is known about it, and imports, as frozen results of their use cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.likeness import Likeness
from nmx_desk.domain.personal import PERSON_FIELDS, PersonalMore
from nmx_desk.domain.requests import AdviceRequest, CallAttempt, ImportBatch, Source


@dataclass(frozen=True)
class RequestRow:
    """A request in a list. ``age`` since it was received; ``booked_at`` and ``practitioner`` of its booked call.

    ``speed``: from received to the first attempt in hours of the front desk, None when nobody has tried; ``has_died``: its client.
    """

    request: AdviceRequest
    age: timedelta
    recall_due: bool
    owner: str = ""
    booked_at: datetime | None = None
    practitioner: str = ""
    speed: timedelta | None = None
    has_died: bool = False

    @property
    def id(self) -> str:
        """Id of the request."""
        return self.request.id


@dataclass(frozen=True)
class AttemptRow:
    """A call attempt and who made it."""

    attempt: CallAttempt
    by: str


@dataclass(frozen=True)
class PossibleDouble:
    """Somebody who may be the same person, and why. ``record`` is another request or a client."""

    record: AdviceRequest | Client
    likeness: Likeness

    @property
    def is_client(self) -> bool:
        """Whether it is a client."""
        return isinstance(self.record, Client)


@dataclass(frozen=True)
class RequestSheet:
    """A request with all a caller needs. ``doubles``: strong ones first; ``earlier``: other requests and appointments of this client."""

    row: RequestRow
    attempts: tuple[AttemptRow, ...]
    doubles: tuple[PossibleDouble, ...]
    client: Client | None = None
    earlier_requests: tuple[AdviceRequest, ...] = ()
    earlier_appointments: tuple[Appointment, ...] = ()
    appointment: Appointment | None = None
    original: AdviceRequest | None = None
    may_be_unreachable: bool = False

    @property
    def request(self) -> AdviceRequest:
        """The request itself."""
        return self.row.request


@dataclass(frozen=True)
class RequestCounts:
    """How many requests are new, have a recall due, are open."""

    new: int
    due: int
    open: int


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What is asked of somebody who calls or stands at the desk. ``received_at`` None: now; ``client_id``: who it is, as the desk said."""

    source: Source = Source.PHONE
    first_name: str = ""
    prefix: str = ""
    surname: str = ""
    phone: str = ""
    email: str = ""
    birth_date: date | None = None
    question: str = ""
    preferred_times: str = ""
    received_at: datetime | None = None
    client_id: str | None = None


ImportMark = Literal["new", "double", "skipped"]


@dataclass(frozen=True, kw_only=True)
class ImportRecord(PersonalMore):
    """One row of a file and what becomes of it. ``received`` is wall-clock time; ``reason`` says why it is double or skipped.

    ``unread``: how fields that could not be read stood in the file; ``existing_client``: the client who is this person already.
    ``recommend`` and ``given`` (a mark): of an answer about satisfaction.
    """

    row: int
    received: datetime | None
    question: str
    preferred_times: str
    double_of: int | None
    existing_client: str | None
    warnings: tuple[str, ...]
    unread: Mapping[str, str]
    mark: ImportMark = "new"
    reason: str = ""
    recommend: int | None = None
    given: int | None = None

    @property
    def odd(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.warnings)

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        names = ("row", *PERSON_FIELDS, "question", "preferred_times", "double_of", "existing_client")
        return {name: getattr(self, name) for name in names} | {
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "received": self.received.isoformat() if self.received else None,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """A file as it would be imported. ``mapping`` is field to column; ``notices`` are sentences about the file as a whole.

    ``rows`` = ``new`` + ``double`` + ``skipped``; ``odd`` rows may be any of these.
    """

    file_name: str
    format: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    records: tuple[ImportRecord, ...]
    notices: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return len(self.records)

    def count(self, mark: ImportMark) -> int:
        """How many rows have a mark."""
        return sum(record.mark == mark for record in self.records)

    @property
    def odd(self) -> int:
        """How many rows have warnings."""
        return sum(record.odd for record in self.records)

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "format": self.format, "rows": self.rows, "new": self.count("new"), "double": self.count("double"), "odd": self.odd,
            "records": [record.as_json() for record in self.records],
        }  # fmt: skip


@dataclass(frozen=True)
class ImportMade:
    """An import in the list of those that were made, and who made it, or at whose desk it came in."""

    batch: ImportBatch
    by: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did; ``batch`` has the id for taking it back."""

    batch: ImportBatch
    preview: ImportPreview


@dataclass(frozen=True)
class EditedRecord:
    """A request or client of an import that somebody went on with. ``fields``: what changed since, as the log names it.

    ``in_use``: an appointment, a call, a note or the double of another import hangs on it, so that it stays.
    """

    id: str
    name: str
    fields: tuple[str, ...]
    in_use: bool


@dataclass(frozen=True)
class ImportUndone:
    """How many requests or clients taking back an import removed, and those that stayed because somebody went on with them."""

    removed: int
    edited: tuple[EditedRecord, ...] = ()

    @property
    def kept(self) -> int:
        """How many stayed."""
        return len(self.edited)

    @property
    def removable(self) -> tuple[EditedRecord, ...]:
        """Those that can be taken back all the same."""
        return tuple(one for one in self.edited if not one.in_use)


@dataclass(frozen=True)
class ImportedRow:
    """The row of a file that a client was made from or belongs to: its contact data as it came, by column."""

    file_name: str
    imported_at: datetime
    row: int
    cells: Mapping[str, str]
