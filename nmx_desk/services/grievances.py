"""The register of formal complaints (Wkkgz), kept outside the medical file: registered, confirmed, investigated, judged in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.grievances import (
    BEFORE_JUDGEMENT,
    GRIEVANCE_STATUS_NAMES,
    Grievance,
    GrievanceStatus,
    GrievanceTopic,
    GrievanceWay,
    Judgement,
    is_late,
    last_day,
    may_extend,
    may_step,
    stepped,
    stepped_back,
)
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _
from nmx_desk.services import case_client, case_letters, cases
from nmx_desk.services.case_rules import (
    CaseSheet,
    came_in,
    first_owner,
    in_sight,
    its_client,
    need_handling,
    need_own_step,
    need_registering,
    only,
    opened,
    step_day,
)
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work, use_case

TOLD = ("complainant", "contact", "story", "wish", "at_once")
"""What is written down when it comes in."""
_S = GrievanceStatus


@dataclass(frozen=True, kw_only=True)
class GrievanceRow:
    """A complaint in the list. ``owner``: a name; ``days_left`` until the judgement must be there, below 0 when late; None once judged."""

    grievance: Grievance
    owner: str
    days_left: int | None

    @property
    def id(self) -> str:
        """Id of the complaint."""
        return self.grievance.id

    @property
    def late(self) -> bool:
        """Whether the judgement should have been there."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, kw_only=True)
class GrievanceSheet(CaseSheet):
    """A complaint with its words. ``registered_by``: a name."""

    row: GrievanceRow
    may_extend: bool = False
    registered_by: str = ""

    @property
    def grievance(self) -> Grievance:
        """The complaint."""
        return self.row.grievance


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use", writes=False)
def list_grievances(work: Work) -> tuple[GrievanceRow, ...]:
    """The register, open ones first by term; of who keeps no registers only what they registered or handle. No names of clients."""
    work.seen("grievance", "all", None)
    names, whole = names_by_id(work.store), work.reach("grievances.manage") is not None
    found = [one for one in work.store.find(Grievance) if in_sight(work, one)]
    rows = [_row(work, one, names, whole=whole or work.user.id in {one.owner_id, one.created_by}) for one in found]
    return tuple(sorted(rows, key=_order))


def _order(row: GrievanceRow) -> tuple[bool, int]:
    one = row.grievance
    closed = one.closed_on is not None
    return closed, -one.opened_on.toordinal() if closed else one.due_on.toordinal()


def _row(work: Work, one: Grievance, names: Mapping[str, str], *, whole: bool) -> GrievanceRow:
    waits = one.judged_on is None and one.closed_on is None
    shown = one if whole else replace(one, client_id=None, client_no="", source="")
    return GrievanceRow(
        grievance=shown, owner=names.get(one.owner_id or "", ""), days_left=(one.due_on - work.today()).days if waits else None
    )


@use_case("quality.use", writes=False)
def open_grievance(work: Work, grievance_id: str) -> GrievanceSheet:
    """A complaint with its words, actions and files. The auditor reads neither words nor whom it is about. Logged."""
    one, names = work.store.get(Grievance, grievance_id), names_by_id(work.store)
    case = opened(work, "grievance", one)
    return GrievanceSheet(
        **case, row=_row(work, one, names, whole=case["whole"]), registered_by=names.get(one.created_by, ""),
        may_extend=case["manages"] and may_extend(one, work.today()),
    )  # fmt: skip


def late_grievances(work: Work) -> list[Grievance]:
    """Those whose judgement should have been there; unlogged, for other use cases."""
    return [one for one in work.store.find(Grievance, table_of(Grievance).c.closed_on.is_(None)) if is_late(one, work.today())]


def has_open(work: Work, client_id: str) -> bool:
    """Whether a complaint of a client is open; only that there is one."""
    return bool(work.store.find(Grievance, table_of(Grievance).c.closed_on.is_(None), client_id=client_id, limit=1))


# -- registering -------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use")
def register_grievance(work: Work, told: Grievance, words: Mapping[str, str]) -> Grievance:
    """Write a complaint down as it came in: until it is closed nothing of the client is destroyed. Raises ``UserError`` by field."""
    need_registering(work)
    kept = only(words, *TOLD)
    cases.need_text(kept, "story")
    client_id, client_no = its_client(work, told.client_id)
    made = work.store.add(Grievance(
        client_id=client_id, client_no=client_no, opened_on=came_in(work, "opened_on", told.opened_on), topic=GrievanceTopic(told.topic),
        way=GrievanceWay(told.way), summary=cases.nameless(work, "summary", told.summary, client_id),
        owner_id=first_owner(work, told.owner_id), source=cases.checked_source(told.source),
        number=cases.next_no(work, "K", "grievance_no"),
    ))  # fmt: skip
    cases.keep_texts(work, subject_of("grievance", made.id), client_id, kept)
    return made


@use_case("quality.use")
def change_grievance(work: Work, told: Grievance, words: Mapping[str, str], client_why: str = "") -> Grievance:
    """Put right what was written down when it came in, or give it to somebody; whom it is about, too, with a reason."""
    one = _open(work, told.id)
    if one.status is not _S.RECEIVED or one.created_by != work.user.id:
        need_handling(work, one)
    if one.version != told.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    kept = only(words, *TOLD)
    cases.need_text(kept, "story")
    owner = told.owner_id if told.owner_id == one.owner_id else cases.known_owner(work, told.owner_id)
    about = case_client.about(work, one, told.client_id, client_why)
    wanted = replace(
        about, topic=GrievanceTopic(told.topic), way=GrievanceWay(told.way), owner_id=owner,
        opened_on=one.opened_on if told.opened_on == one.opened_on else came_in(work, "opened_on", told.opened_on),
        summary=cases.nameless(work, "summary", told.summary, about.client_id),
    )  # fmt: skip
    if wanted.opened_on > min(day for day in (one.confirmed_on, one.extended_on, work.today()) if day is not None):
        raise UserError("opened_on", _("Something was done with it before this day already."))
    cases.keep_texts(work, subject_of("grievance", one.id), about.client_id, kept)
    return one if wanted == one else work.store.change(wanted)


def _open(work: Work, grievance_id: str) -> Grievance:
    one = work.store.get(Grievance, grievance_id)
    if one.state is _S.CLOSED:
        raise Conflict(_("This complaint has been closed already."))
    return one


# -- handling ----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use")
def write_findings(work: Work, grievance_id: str, words: Mapping[str, str]) -> None:
    """Keep what was found so far, and a judgement that is being written."""
    one = _open(work, grievance_id)
    need_handling(work, one)
    cases.keep_texts(work, subject_of("grievance", one.id), one.client_id, only(words, "findings", "judgement", "dispute"))


@use_case("grievances.manage")
def step_grievance(
    work: Work, grievance_id: str, to: GrievanceStatus, on: date | None = None, *, judgement: Judgement = Judgement.NONE,
    words: Mapping[str, str] | None = None,
) -> Grievance:  # fmt: skip
    """A step of a complaint, on a day that is not ahead. Closed before it is judged: the client took it back, and why.

    Raises ``Conflict`` for a step that the state machine has not, ``UserError`` for what is missing.
    """
    one = work.store.get(Grievance, grievance_id)
    to = GrievanceStatus(to)
    if not may_step(one.state, to):
        words_ = _("This complaint is “{now}”; from there it does not become “{then}”.")
        raise Conflict(words_.format(now=_(GRIEVANCE_STATUS_NAMES[one.state]), then=_(GRIEVANCE_STATUS_NAMES[to])))
    day, told = step_day(work, on, last_day(one)), only(words or {}, "findings", "judgement", "dispute")
    wanted = stepped(one, to, day)
    if to is _S.JUDGED:
        wanted = replace(wanted, judgement=_judged(judgement))
        cases.need_text(told, "judgement")
    elif to is _S.CLOSED and one.state in BEFORE_JUDGEMENT:
        wanted = replace(wanted, judgement=Judgement.WITHDRAWN, judged_on=day)
        cases.need_text(told, "judgement")
    elif to is _S.CLOSED and one.state is _S.DISPUTE:
        cases.need_text(told, "dispute")
    cases.keep_texts(work, subject_of("grievance", one.id), one.client_id, told)
    done = work.store.change(wanted, stepped_at=work.now(), stepped_by=work.user.id)
    case_letters.keep_told(work, done)
    return done


def _judged(judgement: Judgement) -> Judgement:
    found = Judgement(judgement)
    if found in {Judgement.NONE, Judgement.WITHDRAWN}:
        raise UserError("judgement_code", _("Choose the judgement."))
    return found


@use_case("grievances.manage")
def extend_grievance(work: Work, grievance_id: str, reason: str) -> Grievance:
    """Four weeks more, once, with a reason, before the first term is over; the client is told so in writing."""
    one = work.store.get(Grievance, grievance_id)
    if not may_extend(one, work.today()):
        raise Conflict(_("The term is made longer once, before it is over and the judgement given."))
    cases.need_text({"extension": reason}, "extension")
    cases.keep_texts(work, subject_of("grievance", one.id), one.client_id, {"extension": reason})
    return work.store.change(one, extended_on=work.today())


@use_case("grievances.manage")
def undo_grievance_step(work: Work, grievance_id: str) -> Grievance:
    """Take back the last step: one's own, on the same day. What was written stays."""
    one = work.store.get(Grievance, grievance_id)
    need_own_step(work, one)
    case_letters.drop_told(work, one)
    return work.store.change(stepped_back(one), stepped_at=None, stepped_by=None)


@use_case("quality.use")
def add_grievance_action(work: Work, grievance_id: str, title: str, owner_id: str | None, due_on: date) -> Task:
    """A task that follows from a complaint."""
    one = work.store.get(Grievance, grievance_id)
    need_handling(work, one)
    return cases.add_action(work, subject_of("grievance", one.id), title, owner_id, due_on)


@use_case("quality.use")
def add_grievance_file(work: Work, grievance_id: str, name: str, content: bytes, note: str = "") -> CaseFileRow:
    """A letter or another file of a complaint, outside the client's medical file."""
    one = work.store.get(Grievance, grievance_id)
    if one.created_by != work.user.id:
        need_handling(work, one)
    return cases.add_file(work, subject_of("grievance", one.id), one.client_id, name, content, note)
