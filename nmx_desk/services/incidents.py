"""The register of incidents (VIM): reported by anybody, without a name if they wish, analysed to learn, measures, told to the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.incidents import (
    ANALYSE_WITHIN,
    CHANCE_NAMES,
    INCIDENT_STATUS_NAMES,
    Calamity,
    Danger,
    Harm,
    Incident,
    IncidentCause,
    IncidentKind,
    IncidentStatus,
    Timer,
    danger,
    may_step,
    stepped,
    stepped_back,
    timers,
)
from nmx_desk.domain.people import Role
from nmx_desk.domain.tasks import Task, TaskSide
from nmx_desk.i18n import _
from nmx_desk.services import case_client, cases
from nmx_desk.services.case_rules import (
    OLDEST,
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
from nmx_desk.services.typed import one_line

TOLD = ("story", "at_once")
LONGEST_PLACE = 80
_S = IncidentStatus


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """An incident in the list. ``timers``: terms of the law that began; ``owner``: a name."""

    incident: Incident
    owner: str
    danger: Danger
    timers: tuple[Timer, ...]
    late: bool

    @property
    def id(self) -> str:
        """Id of the incident."""
        return self.incident.id

    @property
    def running(self) -> tuple[Timer, ...]:
        """The terms that still run, the first over first."""
        return tuple(sorted((one for one in self.timers if one.runs), key=lambda one: one.until))


@dataclass(frozen=True, kw_only=True)
class IncidentSheet(CaseSheet):
    """An incident with its words. ``reporter``: a name, or empty."""

    row: IncidentRow
    reporter: str = ""

    @property
    def incident(self) -> Incident:
        """The incident."""
        return self.row.incident


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use", writes=False)
def list_incidents(work: Work) -> tuple[IncidentRow, ...]:
    """The register, what runs against a term of the law first; of who keeps no registers only what they reported or handle. No names."""
    work.seen("incident", "all", None)
    found = [one for one in work.store.find(Incident) if in_sight(work, one)]
    names, days = names_by_id(work.store), holidays(found)
    rows = [_row(work, one, names, days) for one in found]
    return tuple(sorted(rows, key=_order))


def _order(row: IncidentRow) -> tuple[bool, bool, int]:
    one = row.incident
    if one.closed_on is not None:
        return True, True, -one.reported_on.toordinal()
    return False, not row.running, (row.running[0].day if row.running else one.due_on or one.reported_on).toordinal()


def _row(work: Work, one: Incident, names: Mapping[str, str], days: set[date]) -> IncidentRow:
    whole = work.reach("grievances.manage") is not None or work.user.id in {one.owner_id, one.created_by}
    shown = one if whole else replace(one, client_id=None, client_no="", source="")
    started, now = timers(one, work.zone, days), work.now()
    late = one.closed_on is None and (
        any(timer.runs and timer.late(now) for timer in started)
        or (one.analysed_on is None and one.due_on is not None and one.due_on < work.today())
    )
    return IncidentRow(incident=shown, owner=names.get(one.owner_id or "", ""), danger=danger(one), timers=started, late=late)


def holidays(found: list[Incident]) -> set[date]:
    """The public holidays of the years in which terms in working days run. The clinic's own closures stop no term of the law."""
    years = {one.established_on.year for one in found if one.established_on is not None}
    if not years:
        return set()
    from holidays import country_holidays

    return set(country_holidays("NL", years={year + more for year in years for more in (0, 1)}))


@use_case("quality.use", writes=False)
def open_incident(work: Work, incident_id: str) -> IncidentSheet:
    """An incident with its words, measures and files. The auditor reads only what is written without names. Logged."""
    one, names = work.store.get(Incident, incident_id), names_by_id(work.store)
    case = opened(work, "incident", one)
    return IncidentSheet(**case, row=_row(work, one, names, holidays([one])), reporter=names.get(one.reporter_id or "", ""))


def running(work: Work) -> list[tuple[Incident, Timer]]:
    """Every term of the law that runs in an open incident; unlogged, for other use cases."""
    found = work.store.find(Incident, table_of(Incident).c.closed_on.is_(None))
    days = holidays(found)
    return [(one, timer) for one in found for timer in timers(one, work.zone, days) if timer.runs]


# -- reporting ---------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use")
def report_incident(work: Work, told: Incident, words: Mapping[str, str], *, nameless: bool = False) -> Incident:
    """Report what went wrong or nearly did. ``nameless``: the register does not say who reported it; the log knows who typed it."""
    need_registering(work)
    kept = only(words, *TOLD)
    cases.need_text(kept, "story")
    client_id, client_no = its_client(work, told.client_id)
    today, calamity = work.today(), Calamity(told.calamity)
    new = Incident(
        client_id=client_id, client_no=client_no, reported_on=came_in(work, "reported_on", told.reported_on),
        reporter_id=None if nameless else work.user.id, due_on=told.reported_on + ANALYSE_WITHIN,
        owner_id=first_owner(work, told.owner_id), calamity=calamity, doubt_on=today if calamity is Calamity.DOUBT else None,
        established_on=today if calamity is Calamity.ESTABLISHED else None, source=cases.checked_source(told.source),
    )  # fmt: skip
    checked = _told(work, new, told)
    made = work.store.add(replace(checked, number=cases.next_no(work, "I", "incident_no")))
    cases.keep_texts(work, subject_of("incident", made.id), client_id, kept)
    return made


@use_case("quality.use")
def change_incident(work: Work, told: Incident, words: Mapping[str, str], client_why: str = "") -> Incident:
    """Put right what was reported, weigh it, or give it to somebody; whom it is about, too, with a reason."""
    one = _open(work, told.id)
    if one.status is not _S.REPORTED or one.created_by != work.user.id:
        need_handling(work, one)
    if one.version != told.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    kept = only(words, *TOLD)
    cases.need_text(kept, "story")
    owner = told.owner_id if told.owner_id == one.owner_id else cases.known_owner(work, told.owner_id)
    about = case_client.about(work, one, told.client_id, client_why)
    wanted = replace(_told(work, about, told), owner_id=owner, due_on=told.due_on or one.due_on)
    if one.leak_found_at is not None and wanted.leak_found_at is None:
        raise UserError("leak_found_at", _("That it is a data leak stays. Say that the authority need not be told instead."))
    cases.keep_texts(work, subject_of("incident", one.id), about.client_id, kept)
    return one if wanted == one else work.store.change(wanted)


def _told(work: Work, one: Incident, told: Incident) -> Incident:
    """The incident with what a form says of it, checked."""
    if told.occurred_on is not None and told.occurred_on > work.today():
        raise UserError("occurred_on", _("Choose a day that is not ahead."))
    if told.chance is not None and told.chance not in CHANCE_NAMES:
        raise UserError("chance", _("Choose from the list."))
    if told.leak_found_at is not None and not timedelta() <= work.now() - told.leak_found_at <= OLDEST:
        raise UserError("leak_found_at", _("Choose when it was found: not ahead, and at most two years back."))
    return replace(
        one, occurred_on=told.occurred_on, place=one_line("place", told.place, LONGEST_PLACE), kind=IncidentKind(told.kind),
        harm=Harm(told.harm), chance=told.chance, leak_found_at=told.leak_found_at,
        summary=cases.nameless(work, "summary", told.summary, one.client_id),
    )  # fmt: skip


def _open(work: Work, incident_id: str) -> Incident:
    one = work.store.get(Incident, incident_id)
    if one.status is _S.CLOSED:
        raise Conflict(_("This incident has been closed already."))
    return one


# -- handling ----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use")
def write_analysis(work: Work, incident_id: str, words: Mapping[str, str], cause: IncidentCause | None = None) -> Incident:
    """Keep an analysis that is being written, without names of clients: the auditor reads it."""
    one = _open(work, incident_id)
    need_handling(work, one)
    cases.keep_texts(work, subject_of("incident", one.id), one.client_id, only(words, "analysis", "similar"))
    wanted = replace(one, cause=one.cause if cause is None else IncidentCause(cause))
    return one if wanted == one else work.store.change(wanted)


@use_case("grievances.manage")
def step_incident(
    work: Work, incident_id: str, to: IncidentStatus, on: date | None = None, *, cause: IncidentCause = IncidentCause.NONE,
    words: Mapping[str, str] | None = None,
) -> Incident:  # fmt: skip
    """A step of an incident. An analysis has its words and a cause; closed is what waits for nobody any more.

    Raises ``Conflict`` for a step that the state machine has not or that something stands in the way of, ``UserError`` for what is missing.
    """
    one = work.store.get(Incident, incident_id)
    to = IncidentStatus(to)
    if not may_step(one.status, to):
        sentence = _("This incident is “{now}”; from there it does not become “{then}”.")
        raise Conflict(sentence.format(now=_(INCIDENT_STATUS_NAMES[one.status]), then=_(INCIDENT_STATUS_NAMES[to])))
    told, day = only(words or {}, "analysis", "similar"), step_day(work, on, one.analysed_on or one.reported_on)
    wanted = stepped(one, to, day)
    if one.status is _S.ANALYSING:
        wanted = replace(wanted, cause=IncidentCause(cause or one.cause))
        cases.need_text(cases.texts(work, subject_of("incident", one.id), whole=True) | told, "analysis")
        if wanted.cause is IncidentCause.NONE:
            raise UserError("cause", _("Choose the cause that the analysis found."))
    if to is _S.CLOSED:
        _need_settled(work, one)
    cases.keep_texts(work, subject_of("incident", one.id), one.client_id, told)
    return work.store.change(wanted, stepped_at=work.now(), stepped_by=work.user.id)


def _need_settled(work: Work, one: Incident) -> None:
    """Raise ``Conflict`` while something of an incident still waits."""
    if any(timer.runs for timer in timers(one, work.zone, ())):
        raise Conflict(_("A term of the law still runs: settle the calamity or the data leak first."))
    subject = subject_of("incident", one.id)
    if any(task.done_at is None for task in cases.actions(work, subject)):
        raise Conflict(_("A measure is still open. It is done first, or not needed any more with a reason."))
    if one.client_id and one.harm is not Harm.NONE and one.told_on is None and not cases.texts(work, subject, whole=True).get("told"):
        raise Conflict(_("A client notices this: write down when the client was told, or why not."))


@use_case("grievances.manage")
def undo_incident_step(work: Work, incident_id: str) -> Incident:
    """Take back the last step: one's own, on the same day. What was written stays."""
    one = work.store.get(Incident, incident_id)
    need_own_step(work, one)
    return work.store.change(stepped_back(one), stepped_at=None, stepped_by=None)


@use_case("quality.use")
def tell_client(work: Work, incident_id: str, told_on: date | None, text: str) -> Incident:
    """Write down when the client was told and what, or (no day) why not. It belongs in the client's file too."""
    one = _open(work, incident_id)
    if one.created_by != work.user.id:
        need_handling(work, one)
    cases.need_text({"told": text}, "told")
    if told_on is not None and not (one.occurred_on or one.reported_on) - timedelta(days=1) <= told_on <= work.today():
        raise UserError("told_on", _("Choose a day that is not ahead and not before it happened."))
    cases.keep_texts(work, subject_of("incident", one.id), one.client_id, {"told": text})
    return one if told_on == one.told_on else work.store.change(one, told_on=told_on)


@use_case("quality.use")
def add_incident_action(work: Work, incident_id: str, title: str, owner_id: str | None, due_on: date) -> Task:
    """A measure that follows from an incident."""
    one = _open(work, incident_id)
    need_handling(work, one)
    return cases.add_action(work, subject_of("incident", one.id), title, owner_id, due_on)


@use_case("quality.use")
def ask_to_tell(work: Work, incident_id: str, due_on: date) -> Task:
    """Have the client's practitioner tell the client and note it in the file: a task that names the incident and the client."""
    one = _open(work, incident_id)
    need_handling(work, one)
    client = work.store.get(Client, one.client_id) if one.client_id else None
    if client is None:
        raise Conflict(_("This incident is about no client."))
    if due_on < work.today():
        raise UserError("due_on", _("Choose a day from today up to three years ahead."))
    title = _("Tell the client about incident {number} and note it in the file").format(number=one.number)
    return work.store.add(Task(
        client_id=client.id, side=TaskSide.CLINIC, title=title, due_on=due_on, owner_id=client.practitioner_id,
        role=None if client.practitioner_id else Role.PRACTITIONER, care=False, source=subject_of("incident", one.id),
    ))  # fmt: skip


@use_case("quality.use")
def add_incident_file(work: Work, incident_id: str, name: str, content: bytes, note: str = "") -> CaseFileRow:
    """A picture or another file of an incident, outside the client's medical file."""
    one = work.store.get(Incident, incident_id)
    if one.created_by != work.user.id:
        need_handling(work, one)
    return cases.add_file(work, subject_of("incident", one.id), one.client_id, name, content, note)
