"""Merging two clients who are one person, and taking them apart again: proposed by one person, carried out when a second approves.

A merge moves every record to who stays, in one transaction; who goes keeps its number and its own data, and leads to who stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nmx_desk.data import merging as data
from nmx_desk.data.consults import user_names
from nmx_desk.data.tables import UNLOGGED
from nmx_desk.domain import merging as rules
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.logwords import bare_name, field_name
from nmx_desk.domain.merging import Choice, ClientMerge
from nmx_desk.domain.privacy import PrivacyKind, PrivacyRequest, PrivacyState
from nmx_desk.domain.proposals import Proposal
from nmx_desk.domain.walltime import day_label
from nmx_desk.i18n import _
from nmx_desk.services import contact_points
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.proposals import (
    ProposalRow,
    carried_out_on_approval,
    contents,
    open_rows,
    propose,
    take_approved,
)
from nmx_desk.services.representatives import parents_in_the_way
from nmx_desk.services.typed import one_line

UNCOUNTED = {"proposal", "client_merge", *UNLOGGED, *data.parts_of_others()}
"""What moves along without being one of the client's records: what colleagues proposed, and parts of what is counted."""
LONGEST_REASON = 500
KINDS = ("merge", "unmerge")
OWN = ("phone", "phone2", "email")


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """What a merge would do.

    ``moves``: how many records of each kind; ``doubts``: lines that contradict each other; ``problems``: what has to be done first;
    ``names``: of practitioners, by id.
    """

    kept: Client
    gone: Client
    lines: tuple[Choice, ...]
    moves: tuple[tuple[str, int], ...]
    doubts: tuple[str, ...]
    problems: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, kw_only=True)
class WaitingMerge:
    """A proposal to merge two clients or to take them apart; ``row`` says who proposed it and what the reader may do with it."""

    row: ProposalRow
    kept: Client
    gone: Client

    @property
    def apart(self) -> bool:
        """Whether the two are to be taken apart."""
        return self.row.proposal.kind == "unmerge"


@dataclass(frozen=True, kw_only=True)
class MergesOf:
    """What waits and what stands of one client."""

    waiting: tuple[WaitingMerge, ...] = ()
    merges: tuple[ClientMerge, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UndoPreview:
    """What undoing a merge would do: records that go back, fields that get their old value back; fields and records that stay."""

    merge: ClientMerge
    kept: Client
    gone: Client
    moves: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, Any, Any], ...]
    stays: tuple[str, ...]
    added: tuple[tuple[str, int], ...]
    problems: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    proposal: Proposal | None = None


# -- looking -----------------------------------------------------------------------------------------------------------------------------


@use_case("clients.read", writes=False)
def preview_merge(work: Work, kept_id: str, gone_id: str, chosen: Mapping[str, str] | None = None) -> MergePreview:
    """Two clients side by side, line by line, and how much would move. Both looks are logged."""
    return _preview(work, *_two(work, kept_id, gone_id), chosen)


def _preview(work: Work, kept: Client, gone: Client, chosen: Mapping[str, str] | None) -> MergePreview:
    for client in (kept, gone):
        work.seen("client", client.id, client.id)
    return MergePreview(
        kept=kept, gone=gone, lines=rules.choices(kept, gone, chosen), moves=_counts(data.rows_of(work.store, gone.id)),
        doubts=rules.differences(kept, gone), problems=tuple(_problems(work, kept, gone)),
        names=_names(work, kept, gone),
    )  # fmt: skip


def _names(work: Work, *about: Client) -> tuple[tuple[str, str], ...]:
    return tuple(user_names(work.store, {client.practitioner_id for client in about if client.practitioner_id}).items())


def _two(work: Work, kept_id: str, gone_id: str) -> tuple[Client, Client]:
    kept, gone = work.store.get(Client, kept_id), work.store.get(Client, gone_id)
    if kept.id == gone.id:
        raise UserError("gone_id", _("A client cannot be merged with itself. Choose the other one."))
    for client in (kept, gone):
        if client.status in {ClientStatus.MERGED, ClientStatus.DESTROYED}:
            sentence = _("{number} was merged with another client already. Open it again to see with whom.")
            raise Conflict(sentence.format(number=client.client_no))
    return kept, gone


def _counts(rows: Mapping[str, list[str]]) -> tuple[tuple[str, int], ...]:
    return tuple((bare_name(table), len(ids)) for table, ids in rows.items() if table not in UNCOUNTED)


def _problems(work: Work, kept: Client, gone: Client) -> list[str]:
    """What has to be settled before these two can be one, in sentences."""
    found = []
    if data.both_have_active_plans(work.store, kept.id, gone.id):
        found.append(_("Both have an active plan. Have the practitioner end one of them first."))
    for moment in data.overlaps(work.store, kept.id, gone.id, work.now()):
        at, sentence = moment.astimezone(work.zone), _("Both have an appointment on {day} at {time}. Cancel one of them first.")
        found.append(sentence.format(day=day_label(at.date()), time=f"{at:%H:%M}"))
    return found + parents_in_the_way(work, kept, gone) + _destructions(work, kept) + _destructions(work, gone)


def _destructions(work: Work, client: Client) -> list[str]:
    """While it is open what is to be destroyed, nothing comes to that file and nothing leaves it."""
    over = {PrivacyState.CLOSED, PrivacyState.EXECUTED}
    asked = work.store.find(PrivacyRequest, client_id=client.id, kind=PrivacyKind.DESTRUCTION)
    sentence = _("A request to destroy (part of) the file of {number} is open. Finish that first.").format(number=client.client_no)
    return [sentence] if any(item.state not in over for item in asked) else []


# -- merging -----------------------------------------------------------------------------------------------------------------------------


@use_case("clients.merge_propose")
def propose_merge(
    work: Work, kept_id: str, gone_id: str, chosen: Mapping[str, str] | None = None, reason: str = "",
    *, versions: tuple[int, int] | None = None,
) -> Proposal:  # fmt: skip
    """Propose that two clients are one person: ``kept_id`` stays, of each line the side in ``chosen`` (else the default) is kept.

    ``versions``: of the two as they were looked at. Raises ``Conflict`` when one was changed since, or something must be settled first.
    """
    kept, gone = _two(work, kept_id, gone_id)
    if versions is not None and versions != (kept.version, gone.version):
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    if unknown := set(chosen or {}) - rules.GROUPS.keys():
        raise UserError(min(unknown), _("Choose one of the lines that are shown."))
    if problems := _problems(work, kept, gone):
        raise Conflict(problems[0])
    text = _reason(reason)
    payload = {
        "kept": kept.id, "gone": gone.id, "versions": [kept.version, gone.version],
        "chosen": {line.key: str(line.chosen) for line in rules.choices(kept, gone, chosen)},
    }  # fmt: skip
    return propose(work, "merge", " ".join(sorted((kept.id, gone.id))), payload, text, client_id=kept.id)


def _reason(text: str) -> str:
    text = one_line("reason", text, LONGEST_REASON)
    if not text:
        raise UserError("reason", _("Write down how you know that this is one person."))
    return text


@carried_out_on_approval("merge")
def _merge_approved(work: Work, proposal: Proposal) -> None:
    said = contents(proposal)
    kept, gone = _two(work, said["kept"], said["gone"])
    if [kept.version, gone.version] != said["versions"]:
        raise Conflict(_changed_since())
    if problems := _problems(work, kept, gone):
        raise Conflict(problems[0])
    take_approved(work, proposal.id, "merge")
    work.code = "MERGE"
    _merge(work, kept, gone, said["chosen"], proposal.id)


def _changed_since() -> str:
    return _("One of the two clients was changed after this was proposed. Send it back, so that it is looked at again.")


def _merge(work: Work, kept: Client, gone: Client, chosen: Mapping[str, str], proposal_id: str) -> ClientMerge:
    """One transaction: who goes points at who stays, every record moves, the chosen values are written, and how to undo it is kept."""
    store, wanted = work.store, rules.changes(kept, gone, rules.choices(kept, gone, chosen))
    contact_points.write_out(work, kept, gone)
    store.change(gone, status=ClientStatus.MERGED, merged_into=kept.id)
    rows = data.rows_of(store, gone.id)
    data.move(store, rows, kept.id)
    after = contact_points.settle(work, store.change(kept, **wanted))
    differ = [name for name in (*wanted, *OWN) if getattr(kept, name) != getattr(after, name)]
    changed = {name: [rules.plain(getattr(kept, name)), rules.plain(getattr(after, name))] for name in differ}
    return store.add(ClientMerge(
        client_id=kept.id, kept_id=kept.id, gone_id=gone.id, gone_no=gone.client_no, gone_status=gone.status, changed=_json(changed),
        moved=_json(rows), proposal_id=proposal_id, log_from=_log_size(work),
    ))  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _log_size(work: Work) -> int:
    return int(work.driver.execute("SELECT coalesce(max(size), 0) FROM audit_head").fetchone()[0])


# -- taking apart ------------------------------------------------------------------------------------------------------------------------


@use_case("clients.read", writes=False)
def preview_undo(work: Work, merge_id: str) -> UndoPreview:
    """What taking two clients apart would do, and what would stay as it is."""
    merge = work.store.get(ClientMerge, merge_id)
    kept, gone = work.store.get(Client, merge.kept_id), work.store.get(Client, merge.gone_id)
    for client in (kept, gone):
        work.seen("client", client.id, client.id)
    rows = _returning(work, merge)
    back, stays = rules.back(_now(kept, merge), merge.values)
    added = data.added(work.store, kept.id, merge.created_at, rows)
    return UndoPreview(
        merge=merge, kept=kept, gone=gone, moves=_counts(rows),
        fields=tuple((name, getattr(kept, name), data.typed(work.store, name, before)) for name, before in back.items()),
        stays=tuple(field_name(name, "client") for name in stays),
        added=tuple((bare_name(table), count) for table, count in added.items() if table not in UNCOUNTED),
        problems=tuple(_in_the_way(work, merge)), names=_names(work, kept, gone),
    )  # fmt: skip


def _now(kept: Client, merge: ClientMerge) -> dict[str, Any]:
    return {name: rules.plain(getattr(kept, name)) for name in merge.values}


def _returning(work: Work, merge: ClientMerge) -> dict[str, list[str]]:
    """What moved and is still there, with what was added to it since."""
    there = data.still_there(work.store, merge.rows, merge.kept_id)
    return data.with_what_hangs_on(work.store, there, merge.kept_id, merge.created_at)


def _in_the_way(work: Work, merge: ClientMerge) -> list[str]:
    if merge.undone_at is not None:
        return [_("These two were taken apart already.")]
    found = []
    kept = work.store.get(Client, merge.kept_id)
    if kept.merged_into is not None:
        other = work.store.get(Client, kept.merged_into)
        sentence = _("{number} was merged into {other} later. Take those two apart first.")
        found.append(sentence.format(number=kept.client_no, other=other.client_no))
    return found + _destructions(work, kept)


@use_case("clients.merge_propose")
def propose_undo(work: Work, merge_id: str, reason: str = "") -> Proposal:
    """Propose to take two merged clients apart again, at any later time."""
    merge = work.store.get(ClientMerge, merge_id)
    if problems := _in_the_way(work, merge):
        raise Conflict(problems[0])
    kept = work.store.get(Client, merge.kept_id)
    text = _undo_reason(reason)
    payload = {"merge": merge.id, "kept": kept.id, "gone": merge.gone_id, "versions": [kept.version, merge.version]}
    return propose(work, "unmerge", merge.id, payload, text, client_id=kept.id)


def _undo_reason(text: str) -> str:
    if not text.strip():
        raise UserError("reason", _("Write down how you know that these are two people."))
    return _reason(text)


@carried_out_on_approval("unmerge")
def _undo_approved(work: Work, proposal: Proposal) -> None:
    said = contents(proposal)
    merge = work.store.get(ClientMerge, said["merge"])
    kept = work.store.get(Client, merge.kept_id)
    if problems := _in_the_way(work, merge):
        raise Conflict(problems[0])
    if [kept.version, merge.version] != said["versions"]:
        raise Conflict(_changed_since())
    take_approved(work, proposal.id, "unmerge")
    work.code = "MERGE"
    take_apart(work, merge)


def take_apart(work: Work, merge: ClientMerge) -> None:
    """Undo a merge: what moved goes back with what was added to it, fields not changed since get their old value back."""
    store = work.store
    kept, gone = store.get(Client, merge.kept_id), store.get(Client, merge.gone_id)
    rows = _returning(work, merge)
    fields, changed_since = rules.back(_now(kept, merge), merge.values)
    data.move(store, rows, gone.id)
    theirs = [*contact_points.own_of(gone), *(point.value for point in contact_points.points_of(work, gone))]
    kept_again = store.change(kept, **{name: data.typed(store, name, value) for name, value in fields.items()})
    contact_points.part(work, kept_again, others=theirs, since=merge.created_at)
    clock = {name: _latest(kept, gone, name) for name in rules.LATEST if name in changed_since}
    contact_points.part(work, store.change(gone, status=merge.gone_status, merged_into=None, **clock))
    for later in data.merges_into(store, merge.kept_id):
        remembered = rules.without(later.values, merge.values)
        if later.log_from > merge.log_from and remembered != later.values:
            store.change(later, changed=_json(remembered))
    store.change(store.get(ClientMerge, merge.id), undone_at=work.now(), undone_by=work.user.id, log_to=_log_size(work))
    for client in (kept, gone):
        work.note("MERGE", "unmerge", merge.id, client.id)


def _latest(kept: Client, gone: Client, name: str) -> Any:
    return max(filter(None, (getattr(kept, name), getattr(gone, name))), default=None)


# -- what waits, and what stands ---------------------------------------------------------------------------------------------------------


@use_case("clients.read", writes=False)
def waiting_merges(work: Work) -> tuple[WaitingMerge, ...]:
    """Merges, and undone ones, that wait for a second person: those the user may decide on or proposed, the oldest first."""
    return _seen(work, list(_waiting(work)))


def _waiting(work: Work) -> Iterator[WaitingMerge]:
    for row in open_rows(work, KINDS):
        said = contents(row.proposal)
        kept, gone = (work.store.find_one(Client, id=said.get(name, "")) for name in ("kept", "gone"))
        if kept is not None and gone is not None:
            yield WaitingMerge(row=row, kept=kept, gone=gone)


def _seen(work: Work, shown: list[WaitingMerge]) -> tuple[WaitingMerge, ...]:
    for item in shown:
        for client in (item.kept, item.gone):
            work.seen("proposal", item.row.proposal.id, client.id)
    return tuple(shown)


@use_case("clients.read", writes=False)
def count_waiting_merges(work: Work) -> int:
    """How many merges wait for this user: the number beside the page. Nobody's data is shown."""
    return sum(item.row.may_decide for item in _waiting(work))


@use_case("clients.read", writes=False)
def merges_of(work: Work, client_id: str) -> MergesOf:
    """What a client's page says of merges: those that wait, and those into this client that stand, the last first."""
    client = data.current(work.store, client_id)
    waiting = _seen(work, [item for item in _waiting(work) if client.id in {item.kept.id, item.gone.id}])
    merges = tuple(data.merges_into(work.store, client.id))
    if merges:
        work.seen("client_merge", client.id, client.id)
    return MergesOf(waiting=waiting, merges=merges)


@use_case("clients.read", writes=False)
def preview_proposal(work: Work, proposal_id: str) -> MergePreview | UndoPreview:
    """What a waiting proposal would do now, as who proposed it saw it."""
    proposal = work.store.get(Proposal, proposal_id)
    said = contents(proposal)
    if proposal.kind == "unmerge":
        undo = preview_undo(work, said["merge"])
        changed = [undo.kept.version, undo.merge.version] != said["versions"]
        return replace(undo, proposal=proposal, problems=(*([_changed_since()] if changed else []), *undo.problems))
    kept, gone = _two(work, said["kept"], said["gone"])
    found = replace(_preview(work, kept, gone, said["chosen"]), proposal=proposal)
    changed = [kept.version, gone.version] != said["versions"]
    return replace(found, problems=(*([_changed_since()] if changed else []), *found.problems))
