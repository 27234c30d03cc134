"""The few places where the database engines differ, each behind one function: triggers, full text, the overlap guard, the search queue.

SQLite today; PostgreSQL gets its own branch in each of these functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit.capture import CapturedTable, triggers

SEARCHED = {"client": "client", "advice_request": "request"}


def only_where(condition: str) -> dict[str, Any]:
    """Options of a partial index. Naming another engine here would load its whole dialect at every start."""
    return {"sqlite_where": sa.text(condition)}


def one_of(column: sa.ColumnElement[Any], ids: Iterable[str]) -> sa.ColumnElement[bool]:
    """Condition: the column is one of these ids, however many there are: one value and one statement, no list made anew each time."""
    listed = sa.func.json_each(sa.bindparam(None, json.dumps(sorted(ids)), sa.Text())).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def overlap_guard() -> dict[str, str]:
    """Triggers that refuse a double booking: of a practitioner, a client, a room (AGENDA §2)."""
    overlaps = (
        "SELECT 1 FROM appointment a WHERE a.live = 1 AND a.id <> NEW.id AND a.busy_from < {to} AND a.busy_to > {from_}"
        " AND a.busy_from > {from_} - 1440 AND a.{who} = NEW.{who}"
    )
    practitioner = overlaps.format(to="NEW.busy_to", from_="NEW.busy_from", who="practitioner_id")
    client = overlaps.format(to="NEW.busy_to", from_="NEW.busy_from", who="client_id")
    room = overlaps.format(to="NEW.busy_to", from_="NEW.busy_from", who="room_id")
    checked = "NEW.live = 1 AND NEW.double_booked_reason = ''"
    body = (
        f" BEGIN SELECT RAISE(ABORT, 'overlap practitioner') WHERE EXISTS ({practitioner});"
        f" SELECT RAISE(ABORT, 'overlap client') WHERE NEW.client_id IS NOT NULL AND EXISTS ({client});"
        f" SELECT RAISE(ABORT, 'overlap room') WHERE NEW.room_id IS NOT NULL AND EXISTS ({room}); END"
    )
    watched = ("practitioner_id", "room_id", "busy_from", "busy_to", "live", "double_booked_reason")  # a merge brings together what is over
    differs = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in watched)
    linked = f"NEW.client_id IS NOT OLD.client_id AND NOT {_along_a_merge()}"
    return {
        "guard_appointment_insert": f'CREATE TRIGGER "guard_appointment_insert" BEFORE INSERT ON "appointment" WHEN {checked}{body}',
        "guard_appointment_update": (
            f'CREATE TRIGGER "guard_appointment_update" BEFORE UPDATE ON "appointment" WHEN {checked} AND ({differs} OR {linked}){body}'
        ),
    }


def _along_a_merge() -> str:
    """Condition: a row goes from a merged client to the one who stayed, or back."""
    merged = "EXISTS (SELECT 1 FROM client c WHERE c.id = {0}.client_id AND c.merged_into = {1}.client_id)"
    return f"({merged.format('OLD', 'NEW')} OR {merged.format('NEW', 'OLD')})"


def queue_triggers() -> dict[str, str]:
    """Triggers that note which rows the search index has still to read, whatever way they were written."""
    made = {}
    read = [(table, kind, "id") for table, kind in SEARCHED.items()] + [("contact_point", "client", "client_id")]
    for table, kind, ref in read:
        for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            name = f"queue_{table}_{event}"
            made[name] = (
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" BEGIN'  # noqa: S608 (names of our own tables)
                f" INSERT INTO search_queue (kind, ref_id) VALUES ('{kind}', {row}.{ref}); END"
            )
    return made


def note_queue_triggers() -> dict[str, str]:
    """Triggers that note which signed notes the index has still to read: signed, added to, another client's or practitioner's, gone."""
    watched = {
        "note_insert": ('INSERT ON "consult_note"', "NEW.status <> 'draft'", "VALUES (NEW.id)"),
        "note_update": ('UPDATE OF status, client_id ON "consult_note"', "NEW.status <> 'draft'", "VALUES (NEW.id)"),
        "note_delete": ('DELETE ON "consult_note"', "OLD.status <> 'draft'", "VALUES (OLD.id)"),
        "note_added_to": ('INSERT ON "addendum"', "1", "VALUES (NEW.note_id)"),
        "note_taken_from": ('DELETE ON "addendum"', "1", "VALUES (OLD.note_id)"),
        "note_practitioner": (
            'UPDATE OF practitioner_id ON "client"', "NEW.practitioner_id IS NOT OLD.practitioner_id",
            "SELECT id FROM consult_note WHERE client_id = NEW.id AND status <> 'draft' ORDER BY created_at",
        ),
    }  # fmt: skip
    return {
        f"queue_{name}": f'CREATE TRIGGER "queue_{name}" AFTER {event} WHEN {when} BEGIN INSERT INTO note_queue (note_id) {which}; END'
        for name, (event, when, which) in watched.items()
    }


FULL_TEXT = (
    "CREATE VIRTUAL TABLE search_fts USING fts5(terms, content='search_doc', content_rowid='id', detail='none', columnsize=0,"
    " prefix='1 2 3 4 5 6 7 8', tokenize='unicode61 remove_diacritics 0')"
)

NOTE_TEXT = (
    "CREATE VIRTUAL TABLE note_fts USING fts5(terms, content='note_doc', content_rowid='id', detail='none', columnsize=0,"
    " prefix='1 2 3 4 5 6 7 8', tokenize='unicode61 remove_diacritics 0')"
)


LOG_TEXT = (
    "CREATE VIRTUAL TABLE log_text USING fts5(old, new, content='audit_value', content_rowid='id', detail='none', columnsize=0,"
    " tokenize='unicode61 remove_diacritics 2')"
)


_SECTION = ("note_id", "code", "position", "text", "nothing_particular", "created_at", "created_by")


def immutable_guards() -> dict[str, str]:
    """Triggers behind rules that no screen may get round: what was signed stays, raw payloads stay."""
    signed = "OLD.status IN ('signed', 'amended', 'void')"
    note = "SELECT status FROM consult_note n WHERE n.id = "
    section = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SECTION)
    return {
        "guard_note_update": (
            f'CREATE TRIGGER "guard_note_update" BEFORE UPDATE ON "consult_note" WHEN {signed} AND (NEW.hash <> OLD.hash'
            " OR NEW.signed_at IS NOT OLD.signed_at OR NEW.author_id <> OLD.author_id OR NEW.care_date <> OLD.care_date"
            " OR NEW.status = 'draft') BEGIN SELECT RAISE(ABORT, 'signed'); END"
        ),
        "guard_section_update": (
            f'CREATE TRIGGER "guard_section_update" BEFORE UPDATE ON "note_section" WHEN ({note}OLD.note_id) <> \'draft\' AND ({section})'
            " BEGIN SELECT RAISE(ABORT, 'signed'); END"
        ),
        "guard_section_insert": (
            f'CREATE TRIGGER "guard_section_insert" BEFORE INSERT ON "note_section" WHEN ({note}NEW.note_id) <> \'draft\''
            " BEGIN SELECT RAISE(ABORT, 'signed'); END"
        ),
        "guard_document_insert": (
            f'CREATE TRIGGER "guard_document_insert" BEFORE INSERT ON "document" WHEN ({note}NEW.note_id) <> \'draft\''
            " BEGIN SELECT RAISE(ABORT, 'signed'); END"
        ),
        "guard_document_update": (
            'CREATE TRIGGER "guard_document_update" BEFORE UPDATE OF note_id ON "document" WHEN NEW.note_id IS NOT OLD.note_id'
            f" AND (({note}OLD.note_id) <> 'draft' OR ({note}NEW.note_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'signed'); END"
        ),
        "guard_payload_update": (
            'CREATE TRIGGER "guard_payload_update" BEFORE UPDATE ON "advice_request" WHEN NEW.raw_payload <> OLD.raw_payload'
            " BEGIN SELECT RAISE(ABORT, 'a raw payload never changes'); END"
        ),
    }


RELINKED = frozenset({"advice_request", "appointment", "grievance", "incident", "deviation", "case_text", "case_file"})
"""Whose client somebody says, and may correct; every other row stays with the client it was made for."""


def _merge_guards(tables: Iterable[CapturedTable]) -> dict[str, str]:
    """Triggers for merged clients: nothing is written to one, and no row goes from one client to another but along a merge."""
    merged = "EXISTS (SELECT 1 FROM client c WHERE c.id = NEW.client_id AND c.merged_into IS NOT NULL{})"
    refuse = "SELECT RAISE(ABORT, 'client is merged')"
    made = {
        "guard_client_merged": (
            'CREATE TRIGGER "guard_client_merged" BEFORE UPDATE ON "client" WHEN OLD.merged_into IS NOT NULL'
            f" AND NEW.merged_into IS NOT NULL BEGIN {refuse}; END"
        )
    }
    for table in tables:
        if table.client != "client_id":
            continue
        insert, update = f"guard_{table.name}_merged_insert", f"guard_{table.name}_merged_update"
        made[insert] = f'CREATE TRIGGER "{insert}" BEFORE INSERT ON "{table.name}" WHEN {merged.format("")} BEGIN {refuse}; END'
        kept = f" SELECT RAISE(ABORT, 'another client') WHERE OLD.client_id IS NOT NULL AND NOT {_along_a_merge()};"
        kept = "" if table.name in RELINKED else kept
        made[update] = (
            f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table.name}" WHEN NEW.client_id IS NOT OLD.client_id'
            f" BEGIN {refuse} WHERE {merged.format(' AND c.merged_into IS NOT OLD.client_id')};{kept} END"
        )
    return made


def _plan_guards() -> dict[str, str]:
    """Triggers that keep an activated version of a plan as it was; what happens to its items may go on."""
    frozen = "IN ('active', 'completed', 'stopped', 'replaced')"
    what = ("plan_id", "number", "reason", "valid_from", "agreed_on", "agreed_with", "activated_at", "activated_by", "cadence", "hash")
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in what)
    refuse = " BEGIN SELECT RAISE(ABORT, 'activated'); END"
    there = "(SELECT v.status FROM plan_version v WHERE v.id = NEW.id)"
    made = {
        "guard_plan_version_update": (
            f'CREATE TRIGGER "guard_plan_version_update" BEFORE UPDATE ON "plan_version" WHEN OLD.status {frozen}'
            f" AND ({changed} OR NEW.status NOT {frozen}){refuse}"
        ),
        "guard_plan_version_insert": (
            f'CREATE TRIGGER "guard_plan_version_insert" BEFORE INSERT ON "plan_version" WHEN {there} {frozen}{refuse}'
        ),
    }
    version_of = {
        "plan_phase": "(SELECT v.status FROM plan_version v WHERE v.id = {row}.version_id)",
        "plan_item": "(SELECT v.status FROM plan_version v JOIN plan_phase p ON p.version_id = v.id WHERE p.id = {row}.phase_id)",
        "plan_goal": "(SELECT v.status FROM plan_version v WHERE v.id = {row}.version_id)",
    }
    content = {
        "plan_phase": ("version_id", "position", "name", "weeks", "goal", "origin"),
        "plan_item": (
            "phase_id", "position", "pillar", "aim", "text", "dose", "dose_unit", "frequency", "times", "per", "moments", "days",
            "with_food", "timing", "stop_when", "responsible", "start_on", "end_on", "evaluate_on", "contra_checked", "source", "origin",
        ),
        "plan_goal": ("version_id", "position", "text", "measure", "baseline", "target", "due_on", "origin"),
    }  # fmt: skip
    for table, status in version_of.items():
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in content[table])
        either = f"({status.format(row='OLD')} <> 'draft' OR {status.format(row='NEW')} <> 'draft')"
        whens = {
            "insert": f"{status.format(row='NEW')} <> 'draft'",
            "update": f"({changed}) AND {either}",
            "delete": f"{status.format(row='OLD')} <> 'draft'",  # a whole version can go: then it is gone before its parts are
        }
        for event, when in whens.items():
            name = f"guard_{table}_{event}"
            made[name] = f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{table}" WHEN {when}' + refuse
    return made


def all_triggers(tables: Iterable[CapturedTable]) -> dict[str, str]:
    """Every trigger of the database by name."""
    tables = tuple(tables)
    queues = queue_triggers() | note_queue_triggers()
    return triggers(tables) | overlap_guard() | queues | immutable_guards() | _plan_guards() | _merge_guards(tables)


def install_triggers(connection: Any, tables: Iterable[CapturedTable]) -> None:
    """Make the database's triggers what they should be; ``connection`` is the driver's."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for sql in all_triggers(tables).values():
        connection.execute(sql)
