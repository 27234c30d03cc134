"""What makers of reports share: what was asked, what a print says of itself, who stands in it. Imports no maker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from nmx_desk.data import log as log_data
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.kpi_shapes import Filters
from nmx_desk.i18n import _, language
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services.desk import Work


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a list is narrowed to; empty means everybody and everything. Whether a report can be is said by its ``filters``."""

    practitioner_id: str = ""
    source: str = ""
    type_code: str = ""
    location_id: str = ""
    actor: str = ""

    @property
    def filters(self) -> Filters:
        """The same for figures."""
        return Filters(self.practitioner_id, self.source, self.type_code, self.location_id)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a report was asked for; its days are inclusive."""

    first: date
    last: date
    client: Client | None
    format: str
    spoken: str = ""
    chosen: Chosen = field(default_factory=Chosen)

    @property
    def as_table(self) -> bool:
        """Whether rows are wanted and no pages: then a maker answers with a ``Sheet``, or several."""
        return self.format != "pdf"


Made = bytes | Sheet | tuple[Sheet, ...]
Maker = Callable[[Work, PrintContext, Wanted], Made]


def print_context(work: Work, number: str) -> PrintContext:
    """What each page of a print says about itself, for the use case that makes it; ``number`` names the print."""
    head = log_data.newest_head(work.store)
    clinic = work.clinic
    town = f"{clinic.postcode} {clinic.city}".strip()
    address = " · ".join(filter(None, (clinic.address, town, shown_phone(clinic.phone), clinic.website)))
    size, root = (head[0], head[1]) if head else (0, "")
    return PrintContext(
        clinic_name=clinic.name, clinic_address=address, user_name=work.user.display_name, generated_at=work.now(), language=language(),
        demo=clinic.is_demo, log_size=size, log_root=root, log_database=work.desk.db_uuid, report_no=f"{number}-{size}",
        zone=clinic.zone,
    )  # fmt: skip


def print_progress(work: Work) -> Callable[[int, int], bool]:
    """A print's pages as progress of the task."""
    def go_on(done: int, total: int) -> bool:
        work.progress.report(done, total)
        return True

    return go_on


def client_of(wanted: Wanted) -> Client:
    """The client a report is about."""
    if wanted.client is None:
        raise UserError("client_id", _("Choose the client this report is about."))
    return wanted.client


def log_people(work: Work, name: str, wanted: Wanted, people: Iterable[tuple[str | None, str | None]]) -> None:
    """Everybody in a list (client, or else request) leaves with it: an entry each, so that it stands in the list of who saw the file."""
    everybody = {(name, client, client) if client else ("advice_request", request, None) for client, request in people}
    for kind, row, client in sorted(everybody, key=str):
        if row:
            work.seen(kind, row, client, code=code_of(wanted))


def code_of(wanted: Wanted) -> str:
    """The log's code for how a report leaves."""
    return "EXPORT" if wanted.as_table else "PRINT"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins on the clinic's clock."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """The clinic's clock to the minute, without zone: as a spreadsheet has it."""
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
