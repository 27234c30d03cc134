"""The log for people: who did what as sentences, old and new values, verification (AUDIT §4, §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.audit.verify import NO_WITNESS, Anchor, Finding, Result
from nmx_desk.data import log as data
from nmx_desk.data import logtext, merging
from nmx_desk.data.log import LogFilter, LogLine
from nmx_desk.data.note_seals import broken_notes
from nmx_desk.data.people import names_by_id
from nmx_desk.domain.changed_words import changed_words
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed, NotFound
from nmx_desk.domain.logfindings import advice, finding_sentence, notice_sentence
from nmx_desk.domain.logvalues import value_text
from nmx_desk.domain.logwords import TECHNICAL, Deed, code_name, field_name, sentence
from nmx_desk.domain.people import ROLE_NAMES, Role, User
from nmx_desk.domain.rights import Scope, purpose_name
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.keeping import check_log, check_new, check_pages, manifest_anchors
from nmx_desk.services.timestamps import token_anchors
from nmx_desk.vault.folder import ClinicFolder

MOST_BESIDE = 8
MOST_NAMED = 100
__all__ = ["LogFilter"]  # what is asked for, by this module's name


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One entry as a sentence. ``who`` and ``client`` are today's names; ``kind`` is the code in words, ``why`` what it was done for."""

    seq: int
    at: datetime
    who: str
    role: str
    sentence: str
    why: str
    code: str
    kind: str
    client_id: str | None
    client: str
    obj_type: str
    obj_id: str
    reason: str
    break_glass: bool
    outcome: int

    def as_json(self) -> dict[str, Any]:
        """The row as plain values; the time in UTC."""
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field, old and new as people read them; ``gone`` and ``came`` are the spans of the words that changed."""

    field: str
    name: str
    old: str
    new: str
    gone: tuple[tuple[int, int], ...] = ()
    came: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class LogDetails:
    """An entry with its values. ``hidden``: the reader may know that it happened, not what was written.

    ``erased``: names of fields whose values were destroyed; ``beside``: what was done in the same step, as sentences.
    """

    row: LogRow
    changes: tuple[FieldChange, ...]
    station: str
    purpose: str
    rule: str
    tx: str
    hidden: bool = False
    erased: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogState:
    """How long the log is, when it was last written, and how much of it this workstation found intact."""

    size: int
    at: datetime | None
    verified: int


@dataclass(frozen=True)
class LogCheck:
    """How a verification ended, for those who may not see the findings."""

    size: int
    ok: bool


@dataclass(frozen=True)
class Held:
    """Something that kept a head elsewhere (``root`` hex), and whether it is the beginning of this log."""

    name: str
    size: int
    root: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Outcome of a verification; ``root`` is hex. No findings means intact. ``held``: what the log was held against.

    ``numbers``: the client's number by the id of a record that was found.
    """

    size: int
    root: str
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]
    heads: int
    values: int
    rows: int
    held: tuple[Held, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """What ``log verify --json`` prints."""
        found = [asdict(finding) for finding in self.findings]
        return {"ok": self.ok, "size": self.size, "root": self.root, "findings": found, "notices": list(self.notices)}

    def sentences(self) -> list[str]:
        """The outcome in plain words: the verdict, each finding, what to do, each notice."""
        return [self.verdict(), *self.finding_sentences(), *self.advice(), *notices(self)]

    def verdict(self) -> str:
        """The verdict: “12,408 entries, intact.”, or how much was found."""
        size = f"{self.size:,}".replace(",", _("thousands sign: ,")[-1])
        if self.ok:
            return ngettext("{n} entry, intact.", "{n} entries, intact.", self.size).format(n=size)
        n = len(self.findings)
        return ngettext("Not intact: {n} finding in {size} entries.", "Not intact: {n} findings in {size} entries.", n).format(
            n=n, size=size
        )

    def finding_sentences(self) -> list[str]:
        """Each finding as a sentence."""
        return [finding_sentence(f.kind, f.seq, f.table, f.row, f.field, self.numbers.get(f.row, "")) for f in self.findings]

    def advice(self) -> list[str]:
        """What to do about what was found."""
        return advice(finding.kind for finding in self.findings)


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("log.own", writes=False)
def list_log(work: Work, wanted: LogFilter | None = None) -> list[LogRow]:
    """Entries the user may see, newest first: the manager all, a practitioner those about own clients, everybody the own actions.

    ``wanted.before`` pages on from an entry number. The look itself is logged.
    """
    wanted = wanted or LogFilter()
    found = rows(work, wanted, reach_of(work))
    client = client_asked(work, wanted)
    work.seen("client_log" if client else "log", client or "all", client)
    return found


def client_asked(work: Work, wanted: LogFilter) -> str | None:
    """The client a filter is about. What names no client the log knows was only typed: it stands in no entry."""
    known = wanted.client and (work.store.find_one(Client, id=wanted.client) or data.lines(
        work.store, LogFilter(client=wanted.client, limit=1), data.EVERYTHING))  # fmt: skip
    return wanted.client if known else None


@use_case("log.clients", writes=False)
def client_history(work: Work, client_id: str, *, before: int | None = None, limit: int = 200) -> list[LogRow]:
    """Who saw and changed what of a client, newest first. Of others than one's own clients: with a reason."""
    client = merging.current(work.store, client_id)
    work.need("log.clients", own=is_own(work, client), client_id=client.id)
    found = rows(work, LogFilter(client=client.id, before=before, limit=limit), data.EVERYTHING)
    work.seen("client_log", client.id, client.id)
    return found


@use_case("log.own", writes=False)
def log_details(work: Work, seq: int) -> LogDetails:
    """One entry with old and new values, for those who may know them. An entry out of reach is refused, whether it is there or not."""
    wanted = LogFilter(before=seq + 1, limit=1)
    found = data.lines(work.store, wanted, reach_of(work))
    if not found or found[0].seq != seq:
        out_of_reach = _("This entry of the log is not there, or not for you to see.")
        raise NotFound(out_of_reach) if work.reach("log.all") is Scope.ALL else NotAllowed(out_of_reach, right="log.all")
    line, row = found[0], rows_of(work, found)[0]
    shown = _may_know_values(work)
    work.seen("log_entry", str(seq), line.client)
    changes = _changes(work, line) if shown else ()
    gone = dict.fromkeys(field_name(name, line.obj_type) for name in data.erased(work.store, seq) if name not in TECHNICAL)
    beside = [other for other in data.beside(work.store, line, MOST_BESIDE) if data.lines(
        work.store, LogFilter(before=other.seq + 1, limit=1), reach_of(work))[:1] == [other]]  # fmt: skip
    return LogDetails(
        row=row, changes=changes, station=line.station, purpose=line.purpose, rule=line.rule, tx=line.tx, hidden=not shown,
        erased=tuple(gone) if shown else (), beside=tuple(item.sentence for item in rows_of(work, beside)),
    )  # fmt: skip


@use_case("log.own")
def index_log(work: Work) -> bool:
    """Take the next words of the log into its full-text index, when nobody waits for anything; whether more are waiting."""
    return logtext.grow(work.driver)


@use_case("log.own", writes=False)
def log_users(work: Work) -> list[tuple[str, str]]:
    """Whose entries the user may filter by: ``(id, name)``, by name."""
    everybody = work.reach("log.clients") is not None
    people = [user for user in work.store.find(User) if everybody or user.id == work.user.id]
    return [(user.id, user.display_name) for user in sorted(people, key=lambda user: user.display_name.casefold())]


@use_case("session.use", writes=False, rescue=True)
def log_state(work: Work) -> LogState:
    """Length and time of the log, for the bottom bar."""
    head = data.newest_head(work.store)
    path = work.desk.witness_path
    known = witness.load(path) if path is not None else None
    return LogState(head[0] if head else 0, head[2] if head else None, known.verified if known else 0)


def rows(work: Work, wanted: LogFilter, reach: data.LogReach) -> list[LogRow]:
    """Entries as sentences, without logging the look: for use cases that log it themselves."""
    return rows_of(work, data.lines(work.store, wanted, reach))


def rows_of(work: Work, lines: Sequence[LogLine]) -> list[LogRow]:
    """These entries as sentences."""
    people = _people(work)
    about = _clients(work, {line.client for line in lines if line.client})
    asked = data.request_names(work.store, {line.obj_id for line in lines if line.obj_type == "advice_request" and not line.client})
    changed = data.fields_of(work.store, [line.seq for line in lines if line.action == "U"])
    reasons = data.reasons(work.store, lines) if _may_know_values(work) else {}
    made = []
    for line in lines:
        client = about.get(line.client or "", "") or asked.get(line.obj_id, "")
        if not client and line.action in "CUD":
            client = people.get(line.obj_id, "")  # of a user account
        who = people.get(line.actor) or _("Somebody")
        deed = Deed(
            who=who, action=line.action, code=line.code, obj_type=line.obj_type, obj_id=line.obj_id, client=client,
            subject=people.get(line.obj_id, ""), rule=line.rule, fields=changed.get(line.seq, ()),
        )  # fmt: skip
        made.append(LogRow(
            seq=line.seq, at=line.at, who=who, role=_role(line.role), sentence=sentence(deed), why=purpose_name(line.rule),
            code=line.code, kind=code_name(line.code),
            client_id=line.client, client=client, obj_type=line.obj_type, obj_id=line.obj_id, break_glass=line.break_glass,
            reason=reasons.get(line.tx, ""), outcome=line.outcome,
        ))  # fmt: skip
    return made


def reach_of(work: Work) -> data.LogReach:
    """Whose entries the user may see."""
    if work.reach("log.all") is Scope.ALL:
        return data.EVERYTHING
    own_clients = work.reach("log.clients") is not None
    return data.LogReach(actor=work.user.id, practitioner=work.user.id if own_clients else "")


def _may_know_values(work: Work) -> bool:
    """Administrators and auditors see that something happened, never a client's content."""
    return work.reach("clients.read") is not None


def _people(work: Work) -> dict[str, str]:
    return names_by_id(work.store)


def _clients(work: Work, ids: Collection[str]) -> dict[str, str]:
    if not _may_know_values(work):
        return {}
    names = {client.id: client.name for client in data.client_names(work.store, ids).values()}
    return dict.fromkeys(ids, _("a client who is no longer there")) | names


def _role(role: str) -> str:
    return _(ROLE_NAMES[Role(role)]) if role in set(Role) else role


def _changes(work: Work, line: LogLine) -> tuple[FieldChange, ...]:
    names = _people(work)
    names |= {client_id: client.name for client_id, client in data.client_names(work.store, [line.client] if line.client else []).items()}
    record = data.record_of(line.obj_type)
    made = []
    for item in data.values(work.store, line.seq):
        if item.field in TECHNICAL or not (item.old or item.new):
            continue
        old, new = (value_text(record, item.field, text, names, work.zone) for text in (item.old, item.new))
        gone, came = changed_words(old, new)
        name = field_name(item.field, line.obj_type)
        made.append(FieldChange(field=item.field, name=name, old=old, new=new, gone=tuple(gone), came=tuple(came)))
    return tuple(made)


# -- verifying ---------------------------------------------------------------------------------------------------------------------------


@use_case("log.integrity", writes=False, rescue=True, aside=True)
def verify_log(work: Work) -> Verification:
    """Recompute the whole log and hold it against the live rows and this workstation's witness. Logged, unless the log is in doubt."""
    return verified(work)


@use_case("session.use", writes=False, aside=True)
def check_start(work: Work) -> LogCheck | None:
    """Verify what came since this workstation found the log intact last, at every sign-in; None when it never did. Findings are logged."""
    desk = work.desk
    known = witness.load(desk.witness_path) if desk.witness_path is not None else None
    result = check_new(work.driver, known, _anchors(work), work.progress.report) if known is not None else None
    if result is None:
        return None
    if result.ok:
        desk.remember_verified(result.size, result.root, result.last_ts)
    else:
        said = {"size": str(result.size), "since": str(result.since), "findings": str(len(result.findings))}
        work.note("VERIFY", "log", result.root.hex()[:20], values=said)
    return LogCheck(result.size, result.ok)


@use_case("session.use", writes=False, aside=True)
def check_daily(work: Work) -> LogCheck:
    """As ``verify_log``, at the first sign-in of the day, by whoever that is; the findings are for those who may see them."""
    found = verified(work)
    return LogCheck(found.size, found.ok)


def verified(work: Work) -> Verification:
    """As ``verify_log``, for use cases that need its outcome."""
    desk = work.desk
    known = witness.load(desk.witness_path) if desk.witness_path is not None else None
    stamps, doubts = token_anchors(work)
    anchors = [*_anchors(work), *stamps]
    result = check_log(work.driver, known, work.progress.report, anchors)
    result.notices += doubts
    if desk.new_here and NO_WITNESS not in result.notices:
        result.notices.append(NO_WITNESS)
    result.findings += check_pages(desk.database, work.driver)
    result.findings += [Finding("note_broken", None, "consult_note", note_id) for note_id in broken_notes(work.store)]
    if not desk.rescue:
        work.note("VERIFY", "log", result.root.hex()[:20], values={"size": str(result.size), "findings": str(len(result.findings))})
    if result.ok:
        desk.remember_verified(result.size, result.root, result.last_ts)
    findings = sorted(result.findings, key=_of_a_guard)
    return Verification(
        size=result.size, root=result.root.hex(), findings=tuple(findings), notices=tuple(result.notices), heads=result.heads,
        values=result.values, rows=result.rows, held=_held(result, known, anchors), numbers=_numbers(work, findings),
    )  # fmt: skip


def _of_a_guard(finding: Finding) -> bool:
    """What was done to entries and records is said first, the guards that were taken away for it after that."""
    return finding.kind == "trigger"


def _numbers(work: Work, findings: Iterable[Finding]) -> dict[str, str]:
    """Whose the found records are, by client number: what is wrong has to be looked up. Of a damaged database as far as can be read."""
    kinds = {"row_changed", "row_unlogged", "note_broken"}
    live = dict.fromkeys((finding.table, finding.row) for finding in findings if finding.kind in kinds)
    return data.client_numbers(work.store, list(live)[:MOST_NAMED])


def _held(result: Result, known: witness.Witness | None, anchors: Sequence[Anchor]) -> tuple[Held, ...]:
    kinds = {finding.kind for finding in result.findings}
    wrong = {(finding.row, finding.seq) for finding in result.findings if finding.kind == "anchor"}
    made = [Held(one.name, one.size, one.root, (one.name, min(one.size - 1, result.size)) not in wrong) for one in anchors]
    if known is not None:
        made.insert(0, Held(_("this computer, at its last commit"), known.size, known.root, "witness" not in kinds))
    return tuple(made)


def _anchors(work: Work) -> list[Anchor]:
    """What the backups kept of the log."""
    second = work.clinic.backup_second
    return manifest_anchors(work.driver, ClinicFolder(work.desk.folder).backups, *([Path(second)] if second else []))


def notices(found: Verification) -> list[str]:
    """The notices of a verification in plain words."""
    return [notice_sentence(notice) for notice in found.notices]
