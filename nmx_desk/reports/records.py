"""What the prints are made of: plain frozen records, filled by the services. No reportlab here, so that building them costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.domain.lifeline import Entry
from nmx_desk.domain.plans import GoalResult, PlanItem, PlanPhase, PlanVersion
from nmx_desk.domain.review_pack import Pack

Progress = Callable[[int, int], bool]
"""Called with (done, total); answering False stops the print with ``Cancelled``."""


@dataclass(frozen=True, kw_only=True)
class PrintContext:
    """What every page says about itself.

    ``log_size`` and ``log_root`` (hex): the last head sealed before this print, in the log of ``log_database``; ``zone``: the wall clock;
    ``filter_text``: what it was narrowed to; ``basis``: which day puts something in its period.
    """

    clinic_name: str
    clinic_address: str
    user_name: str
    generated_at: datetime
    language: str
    demo: bool
    log_size: int
    log_root: str
    report_no: str
    log_database: str = ""
    zone: str = "Europe/Amsterdam"
    filter_text: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Outcome:
    """A standing score, 0–10 with 10 best; None is "not measured"."""

    name: str
    first: int | None
    last: int | None


@dataclass(frozen=True, kw_only=True)
class GoalLine:
    """A goal of a plan. ``measure``: a figure that has a name in every language, as in ``PlanGoal``; else ``words``: a complaint."""

    text: str
    measure: str = ""
    words: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    result: GoalResult = GoalResult.OPEN


@dataclass(frozen=True, kw_only=True)
class PlanPrint:
    """A client's personal plan (B3): one version with its phases, items and goals; only active items are printed.

    ``as_of``: the day of which the states of the items are; ``copy``: printed before; ``draft``: not signed, all that may come is in it.
    """

    client_name: str
    client_no: str
    birth_date: date | None
    practitioner: str
    version: PlanVersion
    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]
    goals: tuple[GoalLine, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    contacts: tuple[date, ...] = ()
    as_of: date | None = None
    copy: bool = False
    draft: bool = False


@dataclass(frozen=True, kw_only=True)
class Titled:
    """A title and a text; ``note`` is said small below it."""

    title: str
    text: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NotePrint:
    """A signed consult note (B2) as it was when it was signed; what came later stands apart: ``addenda``, ``void_reason``, ``copy``."""

    client_name: str
    client_no: str
    birth_date: date | None
    kind: str
    care_date: date
    author: str
    begun_by: str
    attendees: str
    minutes: int | None
    signed_at: datetime
    late_reason: str
    hash: str
    sections: tuple[Titled, ...]
    scores: tuple[Titled, ...]
    axes: tuple[Titled, ...] = ()
    attachments: tuple[Titled, ...] = ()
    addenda: tuple[Titled, ...] = ()
    void_reason: str = ""
    copy: bool = False


@dataclass(frozen=True)
class Point:
    """A score 0–10 on a day; ``moment``: when it was measured, in words; ``extra``: what else was said of it."""

    day: date
    score: int
    moment: str = ""
    extra: str = ""


@dataclass(frozen=True)
class Curve:
    """Scores of one thing, oldest first. ``good``: 10 is good, else 10 is worst; ``about``: since when, how it goes."""

    name: str
    points: tuple[Point, ...] = ()
    good: bool = False
    about: str = ""
    axes: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanNow:
    """A plan in force: its version, the step of today, what is done in it (a pillar and its items each), side effects in words."""

    version: int
    since: date | None
    step: str
    goal: str
    items: tuple[Titled, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OverviewPrint:
    """A client on one page (B1). ``flags``: alarm symptoms answered with Yes when they were asked on ``flags_asked`` (None: never).

    ``alarm``: they were told while the plan runs, and nobody has settled them.

    ``safe``: lists that are never cut, as name and lines: what the client does not bear, what the client takes.
    """

    client_name: str
    client_no: str
    birth_date: date | None
    age: int | None
    practitioner: str
    safe: tuple[Titled, ...]
    flags: tuple[str, ...]
    flags_asked: date | None
    complaints: tuple[Curve, ...]
    outcomes: tuple[Curve, ...]
    history: tuple[Titled, ...] = ()
    axes: tuple[Titled, ...] = ()
    plan: PlanNow | None = None
    next_steps: tuple[str, ...] = ()
    alarm: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a plan, with its first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class ProgressPrint:
    """How it has gone (B4): scores along the steps of the plan. ``start``: the day the plan began; None: there is no plan.

    ``kept``: items with what was told of them and when; ``effects``: side effects in words.
    """

    client_name: str
    client_no: str
    birth_date: date | None
    practitioner: str
    start: date | None
    steps: tuple[Step, ...]
    complaints: tuple[Curve, ...]
    outcomes: tuple[Curve, ...]
    kept: tuple[Titled, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class LifeRow:
    """Something of a life in words: when, what, the part it plays or where it stands, to what it belongs, who told it."""

    when: str
    what: str
    part: str
    belongs: str
    source: str


@dataclass(frozen=True, kw_only=True)
class LifelinePrint:
    """The line of a client's life (B6): what has a place on it, and all of it in words, in order of time."""

    client_name: str
    client_no: str
    birth_date: date | None
    practitioner: str
    today: date
    entries: tuple[Entry, ...]
    rows: tuple[LifeRow, ...]


@dataclass(frozen=True, kw_only=True)
class SignerRow:
    """A signing key (hex): whose, of which key period, made known by whom, the heads it signed; ``ended``: it signs nothing any more."""

    name: str
    key: str
    epoch: int
    attested: str
    heads: int
    first: datetime | None
    last: datetime | None
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class AnchorRow:
    """Something that kept a head elsewhere, and whether the log holds it."""

    name: str
    size: int
    root: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class CertificatePrint:
    """The outcome of one check of the whole log (D3). Hashes and keys are hex; ``findings``: entry and sentence."""

    database_id: str
    size: int
    root: str
    first_at: datetime | None
    last_at: datetime | None
    verified_at: datetime
    verified_by: str
    values: int
    heads: int
    records: int
    signers: tuple[SignerRow, ...] = ()
    anchors: tuple[AnchorRow, ...] = ()
    findings: tuple[tuple[int | None, str], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """One entry of the log as a sentence. ``change``: each field with its old and new value."""

    seq: int
    at: datetime
    who: str
    role: str
    sentence: str
    change: str = ""
    why: str = ""
    reason: str = ""
    break_glass: bool = False


@dataclass(frozen=True, kw_only=True)
class AccessPrint:
    """Who saw and changed what (D1), of one client or of everybody (``subject`` empty); ``filter_text``: a selection (D2)."""

    subject: str
    first: date
    last: date
    rows: tuple[AccessRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class SeenRow:
    """What one person did with a client's file on one day, in words for the client."""

    day: date
    who: str
    role: str
    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SeenPrint:
    """Who saw a client's file, for the client (D1). Days None: from the beginning, until now."""

    client: str
    client_no: str
    rows: tuple[SeenRow, ...]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One appointment on the day list. No clinical text."""

    start: datetime
    end: datetime
    client: str
    client_no: str
    phone: str
    type_name: str
    practitioner: str
    room: str = ""
    status: str = ""
    call_instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class DayPrint:
    """The day list (A1)."""

    day: date
    rows: tuple[DayRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class WeekDay:
    """One day on the week sheet: working hours and appointments; ``closed``: why nobody works, if that was written down."""

    day: date
    open: tuple[tuple[datetime, datetime], ...] = ()
    rows: tuple[DayRow, ...] = ()
    closed: str = ""


@dataclass(frozen=True, kw_only=True)
class WeekPrint:
    """The week sheet of one practitioner (A4)."""

    practitioner: str
    days: tuple[WeekDay, ...]


@dataclass(frozen=True, kw_only=True)
class CallBackRow:
    """One open request that waits for a call."""

    received_at: datetime
    name: str
    phone: str
    attempts: int
    last_result: str = ""
    next_at: datetime | None = None
    owner: str = ""
    call_instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackPrint:
    """The call-back list (A2), in the order given."""

    rows: tuple[CallBackRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class ConfirmationPrint:
    """A letter that confirms one appointment (A3). ``price_cents`` None: not mentioned; 0: free of charge."""

    name: str
    address: tuple[str, ...]
    start: datetime
    end: datetime
    type_name: str
    practitioner: str
    place: str
    cancel_hours: int
    bring: tuple[str, ...] = ()
    price_cents: int | None = None
    clinic_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferralPrint:
    """A letter to a doctor (B5). ``body``: paragraphs, an empty line apart; ``copy``: it has gone out before."""

    to: tuple[str, ...]
    to_name: str
    written_on: date
    city: str
    client: str
    birth_date: date | None
    address: tuple[str, ...]
    reason: str
    body: str
    urgent: bool
    author: str
    title: str = ""
    clinic_phone: str = ""
    clinic_email: str = ""
    copy: bool = False


@dataclass(frozen=True, kw_only=True)
class DossierRecord:
    """One record: when and by whom it was entered, and its fields in words."""

    at: datetime
    by: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DossierPart:
    """The records of one kind."""

    title: str
    records: tuple[DossierRecord, ...]


@dataclass(frozen=True, kw_only=True)
class DossierPrint:
    """A copy of a client's file. ``destroyed``: days on which a part of it was."""

    subject: str
    client_no: str
    request_no: str
    parts: tuple[DossierPart, ...]
    destroyed: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RetentionRow:
    """What is due, or what became of a request: number, day, what, how it stands."""

    number: str
    day: date
    what: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RetentionPrint:
    """Retention and privacy requests (D4): what may be destroyed, requests of the period, destructions of the period. No names."""

    first: date
    last: date
    due: tuple[RetentionRow, ...]
    requests: tuple[RetentionRow, ...]
    destroyed: tuple[RetentionRow, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewPrint:
    """The pack of a management review (C10); who signed it when, with the SHA-256 (hex) of what was signed, is empty before."""

    pack: Pack
    signed_at: datetime | None = None
    signed_by: str = ""
    sha256: str = ""
