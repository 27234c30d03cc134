"""A locked note takes nothing: every use case of the register that can name one is tried on it, and nothing that hangs on it has changed.

The use cases are found by what they take, so that a new one is tried without a word: who adds one with an argument of another name says
here what to give it. What was signed is held against its fingerprint, when it is read and when the log is verified.
"""

import importlib
import inspect
import pkgutil
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nmx_desk.services
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.note_states import LOCKED_STATES
from nmx_desk.domain.notes import ConsultNote, NoteKind, NoteSection, NoteStatus
from nmx_desk.services import axes, clients, log, merging, note_steps, notes, proposals, scores
from nmx_desk.services.desk import USE_CASES
from nmx_desk.services.scores import ComplaintEntry
from nmx_desk.vault.keyfile import KeyFile
from nmx_desk.vault.sqlcipher import connect
from tests.clinic import MONDAY, PASSWORD, once

for _module in pkgutil.iter_modules(nmx_desk.services.__path__):
    importlib.import_module(f"nmx_desk.services.{_module.name}")

LINKS = ("note_id", "source_id", "copied_from", "carried_from")
MAY_ADD = {
    "add_addendum": {"addendum", "consult_note.status"},
    "void_note": {"consult_note.status", "consult_note.voided_at", "consult_note.voided_by", "consult_note.void_reason", "complaint_score",
                  "outcome_score", "lifestyle_measurement", "axis_assessment"},
    "print_note": {"frozen_print.printed_at"},
}  # fmt: skip
"""What is done to a locked note on purpose: added under it with a reason, declared void, printed for the first time."""
REASON = "Een lange en mooie reden"


def taking_notes():
    """The use cases that can name a note: by its id, as a record, or in a record that points at one."""
    records = {kind.__name__: kind for kind in TABLES if {"note_id", "source_id"} & {field.name for field in fields(kind)}}
    found = {}
    for case in USE_CASES.values():
        names = [*inspect.signature(case.function).parameters.items()][1:]
        points = {name for name, one in names if name in {"note_id", "source_id"} or "ConsultNote" in str(one.annotation)}
        points |= {name for name, one in names if any(word in str(one.annotation).replace("|", " ").split() for word in records)}
        if points:
            found[case.name] = case
    return found


CASES = taking_notes()


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    made = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(made)))


def locked(desk, client, status):
    """A note with everything that can hang on one, in a state in which it takes nothing."""
    sheet = desk.do(notes.open_note, client.id, NoteKind.FREE)
    desk.do(scores.save_scores, sheet.note.id, [ComplaintEntry(words="Moe", score=7)], OutcomeScore(calm=3))
    desk.do(axes.judge_axis, client.id, "barrier", 2, "self_report", "Lijkt mee te doen", sheet.note.id)
    note = desk.do(notes.sign_note, sheet.note.id, [NoteSection(code="text", text="Getekend")]).note
    if status is not NoteStatus.SIGNED:
        note = desk.do(notes.add_addendum, note.id, "Nog iets", "vergeten te noemen").note
    if status is NoteStatus.VOID:
        note = desk.do(note_steps.void_note, note.id, "van een ander").note
    assert note.status is status
    return note


def rows_of(desk, note_id):
    """Every row that is the note or hangs on it, by table and id."""
    with desk.database.reading() as connection:
        found = {}
        for table in TABLES.values():
            links = [name for name in LINKS if name in table.c] + (["id"] if table.name == "consult_note" else [])
            links += ["subject_id"] if table.name == "frozen_print" else []
            for link in links:
                for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}" WHERE {link} = ?', (note_id,)).mappings():
                    found[table.name, row["id"]] = {key: value for key, value in row.items() if key != "version"}
    return found


def differences(before, after):
    """Tables in which rows came or went, and fields that changed."""
    said = {table for table, _id in before.keys() ^ after.keys()}
    for key in before.keys() & after.keys():
        said |= {f"{key[0]}.{name}" for name, value in before[key].items() if after[key][name] != value}
    return said


def arguments(case, note, client, texts):
    """Something for each argument, the note wherever a note or a record is asked."""
    given = {}
    for name, one in [*inspect.signature(case.function).parameters.items()][1:]:
        kind = next((kind for kind in TABLES if kind.__name__ in str(one.annotation).replace("|", " ").split()), None)
        if name in {"note_id", "source_id"}:
            given[name] = note.id
        elif kind is ConsultNote:
            given[name] = replace(note, status=NoteStatus.DRAFT, attendees=texts)
        elif kind is not None:
            given[name] = pointing(kind, note, client)
        elif name in VALUES:
            given[name] = VALUES[name](note, client, texts)
        elif one.default is inspect.Parameter.empty:
            word = str(one.annotation).split("[")[0].split(" ")[0]
            assert word in BY_KIND, f"{case.name} can name a note and takes {name}: say in VALUES what to give it"
            given[name] = BY_KIND[word]
    return given


def pointing(kind, note, client):
    """A record of this kind that points at the note and the client."""
    names = {field.name for field in fields(kind)}
    said = {"note_id": note.id, "source_id": note.id, "client_id": client.id}
    assert is_dataclass(kind) and issubclass(kind, Record)
    return kind(**{name: value for name, value in said.items() if name in names})


VALUES = {
    "client_id": lambda _note, client, _text: client.id,
    "right_client_id": lambda *_given: "",
    "author_id": lambda note, _client, _text: note.author_id,
    "sections": lambda _note, _client, text: [NoteSection(code="text", text=text)],
    "entries": lambda _note, _client, text: [ComplaintEntry(words=text or "x", score=3)],
    "complaints": lambda _note, _client, text: [ComplaintEntry(words=text or "x", score=3)],
    "outcome": lambda *_given: OutcomeScore(calm=9),
    "text": lambda _note, _client, text: text,
    "content": lambda *_given: b"%PDF-1.4",
    "name": lambda *_given: "uitslag.pdf",
    "reason": lambda *_given: REASON,
    "late_reason": lambda *_given: REASON,
    "base": lambda note, *_given: note.version,
    "unsaved": lambda *_given: True,
    "over": lambda *_given: True,
    "key": lambda note, *_given: note.id,
    "older_key": lambda note, *_given: note.id,
    "newer_key": lambda note, *_given: note.id,
    "axis": lambda *_given: "barrier",
    "state": lambda *_given: 3,
    "insight": lambda *_given: "lab",
    "hypothesis": lambda _note, _client, text: text,
    "request_id": lambda *_given: "x",
    "decision": lambda *_given: "granted",
    "measured": lambda *_given: [],
    "order_id": lambda *_given: "x",
    "results": lambda *_given: [],
    "spans": lambda *_given: [],
    "etag": lambda *_given: "",
    "sync_token": lambda *_given: "",
    "trouble": lambda *_given: "",
}  # fmt: skip
BY_KIND = {"str": "x", "int": 1, "bool": True, "bytes": b"x", "date": MONDAY.date(), "Sequence": (), "list": [], "Mapping": {}, "dict": {}}
TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C",)), max_size=40)


def test_the_use_cases_that_can_name_a_note_are_found():
    assert {"save_note", "sign_note", "add_addendum", "delete_draft_note", "void_note", "give_draft", "save_scores", "judge_axis",
            "keep_note", "take_seat", "print_note", "forget_measurement"} <= CASES.keys()  # fmt: skip


@pytest.mark.parametrize("status", sorted(LOCKED_STATES))
def test_a_locked_note_takes_nothing(clinic, desk, client, status):
    """By its author and by a colleague and the manager with a reason: what they may not is refused, and nothing of the note is another."""
    note = locked(desk, client, status)
    for name, case in sorted(CASES.items()):
        for number, user in enumerate(("behandelaar", "collega", "manager")):
            before = rows_of(desk, note.id)
            with suppress(DeskError):
                tried(clinic.as_(user), case, arguments(case, note, client, f"poging {number}"), REASON if number else "")
            changed = differences(before, rows_of(desk, note.id))
            allowed = MAY_ADD.get(name, set()) if status is not NoteStatus.VOID or name == "print_note" else set()
            assert changed <= allowed, f"{name} by {user}"
            assert note.hash == desk.do(once(lambda work, found=note: work.store.get(ConsultNote, found.id))).hash
            if {"consult_note.status", "addendum"} & changed:
                clinic.clock.move(days=1)  # the same day would show this one again
                note = locked(desk, client, status)
    assert clinic.verified().ok


def tried(desk, case, given, why=""):
    """At the door; ``why`` is what the door asks, an argument of that name goes by its place."""
    bound = inspect.signature(case.function).bind_partial(None, **given)
    return desk.do(case, *bound.args[1:], **bound.kwargs, reason=why)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=6), text=TEXTS)
def test_whatever_is_tried_in_any_order_the_signed_text_stays(clinic, names, text):
    desk = clinic.as_("behandelaar")
    number = f"C-{desk.log_size:06}"
    made = Client(client_no=number, first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    client = desk.do(once(lambda work: work.store.add(made)))
    note = locked(desk, client, NoteStatus.SIGNED)
    for name in names:
        with suppress(DeskError):
            tried(desk, CASES[name], arguments(CASES[name], note, client, text))
    sheet = desk.do(notes.read_note, note.id)
    assert (sheet.sections[0].text, sheet.note.hash, sheet.broken) == ("Getekend", note.hash, False)
    assert {one.addendum.text for one in sheet.addenda} <= {text.strip()}


# -- changed behind the program's back ---------------------------------------------------------------------------------------------------


def behind_the_back(clinic, statement, *values):
    """Another program with the key: the guards taken away for the moment, one statement, and everything as it was."""
    key = KeyFile.load(clinic.folder / "desk.keys").open_slot("manager", PASSWORD).db_key
    raw = connect(clinic.folder / "desk.db", key)
    about = "type = 'trigger' AND tbl_name IN ('consult_note', 'note_section')"
    guards = raw.execute(f"SELECT name, sql FROM sqlite_master WHERE {about}").fetchall()
    for name, _sql in guards:
        raw.execute(f'DROP TRIGGER "{name}"')
    assert raw.execute(statement, values).rowcount == 1
    for _name, sql in guards:
        raw.execute(sql)
    raw.commit()
    raw.close()


TAMPERED = {
    "the text": "UPDATE note_section SET text = 'Iets anders' WHERE note_id = ? AND text <> ''",
    "the tick": "UPDATE note_section SET nothing_particular = 1 WHERE note_id = ?",
    "the day": "UPDATE consult_note SET care_date = '2020-01-01' WHERE id = ?",
    "the author": "UPDATE consult_note SET author_id = (SELECT id FROM desk_user WHERE username = 'collega') WHERE id = ?",
    "who was there": "UPDATE consult_note SET attendees = 'Partner' WHERE id = ?",
    "the moment": "UPDATE consult_note SET signed_at = '2026-09-14T06:00:00.000000Z' WHERE id = ?",
    "the fingerprint": "UPDATE consult_note SET hash = 'x' WHERE id = ?",
    "a section": "DELETE FROM note_section WHERE note_id = ?",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_note_that_was_changed_in_the_file_is_told_when_it_is_read_and_when_the_log_is_verified(clinic, desk, client, what):
    note = locked(desk, client, NoteStatus.SIGNED)
    assert not desk.do(notes.read_note, note.id).broken
    assert clinic.as_("manager").do(log.verify_log).ok
    clinic.close()
    behind_the_back(clinic, TAMPERED[what], note.id)
    assert clinic.as_("behandelaar").do(notes.read_note, note.id, reason=REASON).broken
    found = clinic.as_("manager").do(log.verify_log)
    assert ("note_broken", note.id) in {(one.kind, one.row) for one in found.findings}
    assert any("is not what was signed" in sentence and client.client_no in sentence for sentence in found.finding_sentences())


def test_a_merge_of_two_clients_leaves_what_was_signed_as_it_was(clinic, desk):
    """The fingerprint names the number it was signed for."""
    two = [Client(first_name=name, surname="de Vries", phone="+31600112233") for name in ("An", "Ans")]
    kept, gone = (desk.do(clients.create_client, one) for one in two)
    note = locked(desk, gone, NoteStatus.SIGNED)
    proposal = clinic.as_("receptie").do(merging.propose_merge, kept.id, gone.id, None, "zelfde geboortedatum")
    clinic.as_("manager").do(proposals.approve_proposal, proposal.id)
    sheet = desk.do(notes.read_note, note.id)
    assert (sheet.note.client_id, sheet.broken) == (kept.id, False)
    assert clinic.as_("manager").do(log.verify_log).ok
