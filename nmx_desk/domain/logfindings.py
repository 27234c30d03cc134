"""What a verification found, as sentences a manager understands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nmx_desk.domain.logwords import field_name, object_name
from nmx_desk.i18n import N_, _

FINDINGS: Final = {
    "anchor": N_("{anchor} knows another or a longer log of this clinic (at entry {seq}): entries were rewritten, or are gone."),
    "authority": N_("Entry {seq} destroys what the log held, and was written by somebody who may not do that."),
    "blanked": N_("Entry {seq}, about {what} ({row}): values were blanked without a destruction that allows it."),
    "destroyed": N_("Entry {seq} says that {what} ({row}) was destroyed, and it is there: the log may have lost what it held of it."),
    "entry": N_("Entry {seq} holds what no entry can hold: it was changed or made behind the program's back."),
    "gap": N_("Entry {seq} is missing or has another number: entries were removed, added or renumbered."),
    "head": N_("Up to entry {seq} a signed head of the log is missing or is not one that the program makes."),
    "index": N_("An index of {what} does not lead to every row (entry {seq}): filters and searches could leave something out."),
    "key": N_("Entry {seq} is signed with a key this clinic does not know."),
    "meta": N_("The database has lost its identity."),
    "node": N_("Entry {seq}, about {what} ({row}): what stands there is not what was sealed; it was changed or put there afterwards."),
    "note_broken": N_("The signed consult note {row} is not what was signed: it was changed behind the program's back."),
    "orphan": N_("Entry {seq}: values are left of an entry that is gone."),
    "page": N_("Page {row} of the clinic's file is damaged. Check the disk, and restore the last good backup."),
    "replay": N_("Entry {seq} adds {what} ({row}) a second time, or changes it though it was never added."),
    "root": N_("Up to entry {seq} the signed root does not follow from the entries: at least one of them was changed."),
    "row_changed": N_("In {what} ({row}) the field “{field}” differs from what was logged last: it was changed behind the log's back."),
    "row_missing": N_("The log knows {what} ({row}), but it is gone: it was removed behind the log's back."),
    "row_unlogged": N_("There is {what} ({row}) that the log does not know: it was added behind the log's back."),
    "signature": N_("Up to entry {seq} the signature is not genuine."),
    "signer": N_("Up to entry {seq} somebody else signed than the user who acted."),
    "time": N_("Entry {seq} is earlier than the entry before it, or was signed at another time."),
    "trigger": N_("A guard of the database is missing or altered ({row}): changes could go unlogged."),
    "truncated": N_("The log ends before entry {seq}: later entries were signed, but are gone."),
    "unreadable": N_("The table of {what} is missing or cannot be read."),
    "unsealed": N_("There are changes that never came into the log."),
    "unsigned": N_("The last entries, up to {seq}, are not signed."),
    "value": N_("Entry {seq}: the value of “{field}” in {what} ({row}) was changed after it was logged."),
    "value_missing": N_("Entry {seq}: logged values of {what} ({row}) are missing."),
    "witness": N_("This computer saw a newer or another log than the one in this file: an older copy was put back, or entries are gone."),
    "word": N_("The log holds a word that no entry uses ({row}): it was added behind the program's back."),
}
CLOSER: Final = {
    ("authority", "audit_key"): N_("Entry {seq} makes a signing key known or ends one ({row}), and not by somebody who may do that."),
    ("authority", "epoch"): N_("Entry {seq} begins a key period ({row}) that does not follow, or that nobody who may do so began."),
    ("authority", "user_role"): N_("Entry {seq} gives or takes a role ({row}), and was written by somebody who may not do that."),
    ("node", "audit_node"): N_("Entry {seq}: the tree of the log does not follow from the entries."),
    ("replay", "field"): N_("Entry {seq}: the old value of “{field}” in {what} ({row}) is not the one that was logged last."),
}
"""Where a kind of finding says different things: by its table, or where it names a field."""
_LIVE = frozenset({"row_changed", "row_missing", "row_unlogged", "note_broken"})
_OLDER = frozenset({"witness", "anchor", "truncated"})
_DISK = frozenset({"page", "unreadable", "meta", "index"})
UNKNOWN: Final = N_("Entry {seq}: something is not as it should be ({kind}).")
NOTICES: Final = {
    "no witness file on this workstation": N_(
        "This computer has not seen this clinic's log before, so it could not notice an older copy. From now on it can."
    ),
    "time stamps in doubt": N_("Not every time stamp of the log could be checked with the authority's certificates in the settings."),
}


def finding_sentence(kind: str, seq: int | None, table: str = "", row: str = "", field: str = "", number: str = "") -> str:
    """One finding in plain words; ids shortened to their first eight characters, before them the client's number if it is known."""
    which = (row or table)[: 40 if kind == "trigger" else 8] or "–"
    pattern = CLOSER.get((kind, "field" if field else table)) or CLOSER.get((kind, table)) or FINDINGS.get(kind, UNKNOWN)
    return _(pattern).format(
        seq="–" if seq is None else seq, kind=kind, anchor=row or "–",
        what=object_name(table), row=f"{number}, {which}" if number else which,
        field=field_name(field) if field else "–",
    )  # fmt: skip


def advice(kinds: Iterable[str]) -> list[str]:
    """What to do about findings of these kinds, the first thing first."""
    found = set(kinds)
    said = [_("Keep the database and all backups as they are, and tell the manager and the auditor.")] if found else []
    if found & _LIVE:
        said.append(
            _("Records that differ from the log: find out what is true, and set it right on the screen, so that the log says who did.")
        )
    if found & _OLDER:
        said.append(_("Entries that are gone: look for the newer file and put it back, or restore the newest backup."))
    if found & _DISK:
        said.append(_("Damaged parts: check the disk, and restore the last good backup."))
    if found - _LIVE - _OLDER - _DISK:
        said.append(
            _("A log that was altered: export it, and restore the last backup whose log is intact; what came after it is in the export.")
        )
    return said


def notice_sentence(notice: str) -> str:
    """A notice in plain words."""
    return _(NOTICES[notice]) if notice in NOTICES else notice
