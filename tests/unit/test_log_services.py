"""The log for people, at the door: sentences, reach, values, verification. And its words: complete, in both languages."""

import inspect
import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from nmx_desk import i18n
from nmx_desk.audit import verify as verifier
from nmx_desk.audit import walk
from nmx_desk.audit.entry import CODES
from nmx_desk.audit.verify import Finding
from nmx_desk.data.tables import TABLES
from nmx_desk.domain import logfindings, logvalues, logwords
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Cancelled, NotAllowed, NotFound
from nmx_desk.domain.people import Role
from nmx_desk.services import clients, keeping, log, people
from nmx_desk.services.desk import Progress
from nmx_desk.services.log import LogFilter, Verification
from nmx_desk.vault.sqlcipher import connect
from tests.day import whole_day

# -- words -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", TABLES, ids=lambda record: TABLES[record].name)
def test_every_table_and_column_has_a_plain_word(record):
    table = TABLES[record]
    assert table.name in logwords.OBJECTS
    assert [column.name for column in table.columns if column.name not in logwords.FIELDS] == []


def test_a_sentence_names_what_matters():
    by = logwords.Deed(who="M. Demo", action="U", code="CHANGE", obj_type="proposal", client="Sanne Meer", fields=("status",))
    assert logwords.sentence(by) == "M. Demo changed a proposal about Sanne Meer (state)."
    assert logwords.sentence(replace(by, client="")) == "M. Demo changed a proposal (state)."
    moved = replace(by, obj_type="appointment", fields=("live", "status", "status_at", "status_before", "version", "@reason"))
    assert logwords.sentence(moved) == "M. Demo changed an appointment of Sanne Meer (state)."
    assert logwords.sentence(replace(moved, fields=("live",))).endswith(f"({logwords.field_name('live')}).")


def test_values_are_read_without_codes():
    zone = ZoneInfo("Europe/Amsterdam")
    assert logvalues.value_text(Client, "language", "nl", {}, zone) == "Dutch"
    assert logvalues.value_text(Client, "phone", "+31612345678", {}, zone) == "06 12 34 56 78"


@pytest.mark.parametrize("record", TABLES, ids=lambda record: TABLES[record].name)
def test_every_value_of_a_column_has_a_word(record):
    for name, kind in logvalues.field_types(record).items():
        for value in kind if isinstance(kind, type) and issubclass(kind, logvalues.StrEnum) else ():
            assert logvalues.WORDS[kind][value], f"{name}: {value}"


def test_every_code_has_a_word_and_every_finding_a_sentence():
    assert set(CODES) == set(logwords.CODE_NAMES)
    source = "".join(map(inspect.getsource, (verifier, walk, keeping, log)))
    kinds = set(re.findall(r'(?:find|Finding)\("(\w+)"', source))
    assert kinds == set(logfindings.FINDINGS)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_findings_are_sentences(language):
    i18n.use(language)
    for kind in (*logfindings.FINDINGS, "something_new"):
        for seq in (None, 12):
            text = logfindings.finding_sentence(kind, seq, "client", "0f3c-uuid-that-is-long", "surname")
            assert "{" not in text
            assert text.endswith(".")


def test_a_finding_says_what_is_wrong_and_not_something_like_it():
    said = logfindings.finding_sentence
    assert "destroys what the log held" in said("authority", 9, "client", "x")
    assert "gives or takes a role" in said("authority", 9, "user_role", "x")
    assert "signing key" in said("authority", 9, "audit_key", "x", "attested_by")
    assert "key period" in said("authority", 9, "epoch", "4")
    assert "the old value of “surname” in the contact data" in said("replay", 9, "client", "x", "surname")
    assert "a second time" in said("replay", 9, "client", "x")
    assert "about the contact data (abcdefgh)" in said("node", 9, "client", "abcdefgh-ijkl")
    assert "the tree of the log" in said("node", 9, "audit_node", "0/9")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_finding_comes_with_what_to_do(language):
    i18n.use(language)
    assert logfindings.advice([]) == []
    for kind in logfindings.FINDINGS:
        assert len(logfindings.advice([kind])) == 2, kind


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(clinic):
    """Two clients of two practitioners, seen and changed by three people."""
    desk = clinic.as_("receptie")
    own, other = clinic.as_("behandelaar").user.id, clinic.as_("collega").user.id
    made = []
    for name, practitioner in (("Meer", own), ("Bakker", other)):
        client = desk.do(clients.create_client, Client(first_name="Sanne", surname=name, phone="0612345678"))
        made.append(clinic.as_("manager").do(clients.change_client, replace(client, practitioner_id=practitioner)))
    clinic.clock.move(hours=1)
    made[0] = desk.do(clients.change_client, replace(made[0], city="Zwolle", call_instruction="Na vier uur"))
    clinic.as_("collega").do(clients.open_client, made[0].id)
    clinic.as_("behandelaar").do(clients.open_client, made[1].id)
    return made


def entry(desk, **wanted):
    return next(r for r in desk.do(log.list_log) if all(getattr(r, name) == value for name, value in wanted.items()))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_whole_day_reads_as_sentences(clinic, language):
    i18n.use(language)
    for _step in whole_day(clinic):
        pass
    rows = clinic.as_("manager").do(log.list_log, LogFilter(limit=100_000))
    assert len(rows) > 100
    unknown = {r.obj_type for r in rows if i18n._(logwords.OTHER) in r.sentence}
    assert unknown == set()
    for row in rows:
        assert "{" not in row.sentence
        assert row.sentence.endswith(".")
        assert row.kind != row.code
        assert row.who
    assert clinic.verified().ok


def test_sentences_name_who_what_and_whom(clinic, lived):
    manager = clinic.as_("manager")
    texts = [r.sentence for r in manager.do(log.list_log)]
    assert "Behandelaar B. Demo saw the file of Sanne Meer." in texts
    assert "R. Demo changed the contact data of Sanne Meer (city, call instruction)." in texts
    assert "R. Demo signed in." in texts
    i18n.use("nl")
    assert entry(manager, code="VIEW", client="Sanne Meer", who="Behandelaar B. Demo").sentence == (
        "Behandelaar B. Demo bekeek het dossier van Sanne Meer."
    )


def test_the_manager_sees_all_others_what_concerns_them(clinic, lived):
    everything = {r.seq for r in clinic.as_("manager").do(log.list_log, LogFilter(limit=10_000))}
    assert everything == set(range(max(everything) + 1))
    reception = clinic.as_("receptie")
    assert {r.who for r in reception.do(log.list_log)} == {"R. Demo"}
    practitioner = clinic.as_("behandelaar")
    seen = practitioner.do(log.list_log)
    assert {r.client_id for r in seen if r.who != "Behandelaar A. Demo"} == {lived[0].id}
    assert any(r.who == "Behandelaar B. Demo" for r in seen)
    assert any(r.client_id == lived[1].id for r in seen if r.who == "Behandelaar A. Demo")
    assert {r.who for r in clinic.as_("beheerder").do(log.list_log)} == {"B. Demo"}
    assert clinic.verified().ok


def test_an_administrator_sees_no_client_and_no_value(clinic, lived):
    manager, admin = clinic.as_("manager"), clinic.as_("beheerder")
    admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    row = entry(admin, obj_type="desk_user", code="KEY")
    found = admin.do(log.log_details, row.seq)
    assert found.hidden
    assert found.changes == ()
    assert not manager.do(log.log_details, row.seq).hidden
    assert not any(r.client for r in admin.do(log.list_log) if r.client_id)


def test_details_show_old_and_new_in_words(clinic, lived):
    desk = clinic.as_("receptie")
    desk.do(clients.change_client, replace(lived[0], call_instruction="Na vijf uur", no_voicemail=True))
    row = entry(desk, code="CHANGE", client="Sanne Meer")
    found = clinic.as_("manager").do(log.log_details, row.seq)
    changes = {c.field: c for c in found.changes}
    assert set(changes) == {"call_instruction", "no_voicemail"}
    text = changes["call_instruction"]
    assert (text.old, text.new) == ("Na vier uur", "Na vijf uur")
    assert [text.new[a:b] for a, b in text.came] == ["vijf"]
    assert (changes["no_voicemail"].old, changes["no_voicemail"].new) == ("no", "yes")
    assert found.row.role == "Receptionist"
    practitioner = entry(clinic.as_("manager"), obj_type="client", code="CHANGE", who="M. Demo")
    named = clinic.as_("manager").do(log.log_details, practitioner.seq).changes
    assert {c.new for c in named if c.field == "practitioner_id"} <= {"Behandelaar A. Demo", "Behandelaar B. Demo"}


def test_an_entry_out_of_reach_is_refused_as_one_that_is_not_there(clinic, lived):
    foreign = entry(clinic.as_("manager"), who="Behandelaar B. Demo", code="VIEW")
    for desk in (clinic.as_("receptie"), clinic.as_("beheerder")):
        with pytest.raises(NotAllowed) as nowhere:
            desk.do(log.log_details, 1_000_000)
        with pytest.raises(NotAllowed, match=str(nowhere.value)):
            desk.do(log.log_details, foreign.seq)
    assert clinic.as_("behandelaar").do(log.log_details, foreign.seq).row.seq == foreign.seq
    with pytest.raises(NotFound):
        clinic.as_("manager").do(log.log_details, 10**9)


def test_who_saw_a_client(clinic, lived):
    practitioner = clinic.as_("behandelaar")
    rows = practitioner.do(log.client_history, lived[0].id)
    assert {r.client_id for r in rows} == {lived[0].id}
    with pytest.raises(NotAllowed) as refused:
        practitioner.do(log.client_history, lived[1].id)
    assert refused.value.needs_reason
    assert practitioner.do(log.client_history, lived[1].id, reason="Waarneming voor de collega")
    glass = entry(clinic.as_("manager"), obj_type="client_log", client_id=lived[1].id)
    assert glass.break_glass
    assert glass.code == "BREAKGLASS"
    assert glass.reason == "Waarneming voor de collega"
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(log.client_history, lived[0].id)
    denied = entry(clinic.as_("manager"), code="DENY", client_id=lived[0].id)
    assert denied.sentence.startswith("R. Demo was refused at the file of ")
    assert denied.sentence.endswith(": looking at who saw one's clients.")
    without_a_reason = entry(clinic.as_("manager"), code="DENY", client_id=lived[1].id)
    assert without_a_reason.who == practitioner.user.display_name
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(log.client_history, "somebody who is no client")
    assert entry(clinic.as_("manager"), code="DENY").client_id is None
    assert clinic.verified().ok


def test_the_look_at_the_log_is_logged_itself(clinic, lived):
    manager = clinic.as_("manager")
    manager.do(log.list_log)
    assert entry(manager, obj_type="log").sentence == "M. Demo saw the log."
    manager.do(log.list_log, LogFilter(client=lived[0].id))
    assert entry(manager, obj_type="client_log").sentence == "M. Demo saw the access log of Sanne Meer."


def test_pages_follow_one_another_without_gap(clinic, lived):
    manager = clinic.as_("manager")
    manager.do(log.list_log)
    seqs, before = [], None
    while page := manager.do(log.list_log, LogFilter(limit=7, before=before)):
        seqs += [r.seq for r in page]
        before = seqs[-1]
    assert seqs == list(range(seqs[0], -1, -1))


def test_filters(clinic, lived):
    manager, reception = clinic.as_("manager"), clinic.as_("receptie")
    hour = clinic.clock.moment - timedelta(minutes=30)

    def found(**wanted):
        return manager.do(log.list_log, LogFilter(**wanted))

    assert {r.client_id for r in found(client=lived[1].id)} == {lived[1].id}
    assert {r.who for r in found(actor=reception.user.id)} == {"R. Demo"}
    assert {r.code for r in found(codes=("VIEW", "CHANGE"))} == {"VIEW", "CHANGE"}
    assert all(r.at >= hour for r in found(since=hour))
    assert all(r.at < hour for r in found(until=hour))
    assert len(found(since=hour, limit=9999)) + len(found(until=hour, limit=9999)) == manager.log_size
    assert found(break_glass=True) == []
    assert [name for _id, name in manager.do(log.log_users)] == sorted(
        ["B. Demo", "Behandelaar A. Demo", "Behandelaar B. Demo", "M. Demo", "R. Demo"], key=str.casefold
    )
    assert [name for _id, name in reception.do(log.log_users)] == ["R. Demo"]


# -- verifying ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["manager", "beheerder"])
def test_an_intact_log(clinic, lived, username):
    desk = clinic.as_(username)
    steps = []
    found = desk.do(log.verify_log, progress=Progress(lambda done, total, _text: steps.append((done, total))))
    assert found.ok
    assert steps[-1][0] == steps[-1][1] == found.size
    assert set(found.as_json()) == {"ok", "size", "root", "findings", "notices"}
    assert re.fullmatch(r"[0-9a-f]{64}", found.root)
    assert found.sentences() == [f"{found.size} entries, intact."]
    assert entry(clinic.as_("manager"), code="VERIFY").sentence.endswith("verified the log.")
    state = desk.do(log.log_state)
    assert state.verified == found.size
    assert state.size > found.size
    assert clinic.verified().ok


@pytest.mark.parametrize("username", ["receptie", "behandelaar"])
def test_others_may_not_verify(clinic, username):
    with pytest.raises(NotAllowed):
        clinic.as_(username).do(log.verify_log)


def test_a_verification_can_be_stopped(clinic, monkeypatch):
    monkeypatch.setattr(verifier, "STEP", 5)
    progress = Progress()
    progress.cancel()
    desk = clinic.as_("manager")
    with pytest.raises(Cancelled):
        desk.do(log.verify_log, progress=progress)
    assert desk.do(log.verify_log).ok


def test_a_change_behind_the_log_is_named_in_plain_words(clinic, lived):
    desk = clinic.as_("manager")
    raw = connect(desk.database.path, desk.secrets.db_key)
    name, sql = raw.execute("SELECT name, sql FROM sqlite_master WHERE name = 'nmx_client_update'").fetchone()
    raw.execute(f'DROP TRIGGER "{name}"')
    others = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'client'").fetchall()
    for other, _sql in others:
        raw.execute(f'DROP TRIGGER "{other}"')
    raw.execute("UPDATE client SET city = 'Elders' WHERE id = ?", (lived[0].id,))
    for _other, again in [(name, sql), *others]:
        raw.execute(again)
    raw.close()
    found = desk.do(log.verify_log)
    assert not found.ok
    assert [(f["kind"], f["table"], f["row"], f["field"]) for f in found.as_json()["findings"]] == [
        ("row_changed", "client", lived[0].id, "city")
    ]
    verdict, finding, *advice = found.sentences()
    assert [line[:28] for line in advice] == ["Keep the database and all ba", "Records that differ from the"]
    assert verdict == f"Not intact: 1 finding in {found.size} entries."
    whose = f"In the contact data ({lived[0].client_no}, {lived[0].id[:8]})"
    assert finding.startswith(f"{whose} the field “city” differs from what was logged last")
    assert desk.do(log.log_state).verified == 0


def test_an_older_copy_put_back_can_be_verified_though_nothing_else_is_shown(clinic, lived):
    clinic.close()
    old = {path.name: path.read_bytes() for path in clinic.folder.iterdir() if path.is_file()}
    clinic.as_("receptie").do(clients.create_client, Client(first_name="Later", surname="Bakker", phone="0612345679"))
    clinic.close()
    for name, data in old.items():
        (clinic.folder / name).write_bytes(data)
    for path in clinic.folder.glob("*-wal"):
        path.unlink()
    desk = clinic.as_("manager")
    assert desk.read_only
    with pytest.raises(NotAllowed):
        desk.do(log.list_log)
    found = desk.do(log.verify_log)
    assert [f.kind for f in found.findings] == ["witness"]
    assert desk.do(log.log_state).size == found.size


def test_the_verdict_counts_in_the_language_in_use():
    many = Verification(size=12408, root="", findings=(), notices=(), heads=1, values=1, rows=1)
    assert many.verdict() == "12,408 entries, intact."
    i18n.use("nl")
    assert many.verdict() == "12.408 regels, intact."
    bad = replace(many, findings=(Finding("gap", 3), Finding("gap", 4)))
    assert bad.verdict() == "Niet intact: 2 bevindingen in 12.408 regels."
