"""The door: rights, log of readings and denials, break-glass, changes, blocking, sign-in."""

import threading
import time
from dataclasses import replace

import pytest

from nmx_desk.audit import witness
from nmx_desk.data import log
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, DeskError, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.domain.rights import RIGHTS, Scope, scope
from nmx_desk.services import clients, people
from nmx_desk.services import log as log_services
from nmx_desk.services.desk import USE_CASES, Progress, use_case
from nmx_desk.vault.attempts import Attempts
from nmx_desk.vault.errors import TooSoon, WrongPassword
from tests.clinic import PASSWORD

SANNE = Client(first_name="Sanne", prefix="van der", surname="Meer", phone="06 00 12 34 56", email="Sanne@Example.org")


def entries(desk, **wanted):
    with desk.database.reading() as connection:
        return log.lines(desk._store(connection), log.LogFilter(**wanted))


def values_of(desk, seq):
    with desk.database.reading() as connection:
        return {v.field: (v.old, v.new) for v in log.values(desk._store(connection), seq)}


def test_a_change_is_logged_with_who_and_old_and_new(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    changed = desk.do(clients.change_client, Client(**made.__dict__ | {"city": "Zwolle"}))
    assert (made.client_no, changed.version, changed.phone, changed.email) == ("C-000001", 2, "+31600123456", "sanne@example.org")
    line = entries(desk, obj_id=made.id)[0]
    assert (line.code, line.actor, line.role, line.client, line.purpose) == (
        "CHANGE",
        desk.user.id,
        "receptionist",
        made.id,
        "change_client",
    )
    assert values_of(desk, line.seq)["city"] == ("", "Zwolle")
    assert clinic.verified().ok


def test_an_old_version_never_overwrites_a_newer_one(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    desk.do(clients.change_client, Client(**made.__dict__ | {"city": "Zwolle"}))
    with pytest.raises(Conflict):
        desk.do(clients.change_client, Client(**made.__dict__ | {"city": "Assen"}))


def test_opening_a_file_is_logged_once_per_opening(clinic):
    desk, other = clinic.as_("receptie"), clinic.as_("manager")
    made = desk.do(clients.create_client, SANNE)
    for _ in range(5):
        desk.do(clients.open_client, made.id)
    other.do(clients.open_client, made.id)
    desk.forget_seen()
    desk.do(clients.open_client, made.id)
    views = entries(desk, client=made.id, codes=("VIEW",))
    assert [v.actor for v in views] == [desk.user.id, other.user.id, desk.user.id]


def test_nothing_is_shown_when_the_log_cannot_be_written(clinic, monkeypatch):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, SANNE)
    monkeypatch.setattr(desk.recorder, "seal", lambda *_: (_ for _ in ()).throw(RuntimeError("no room")))
    with pytest.raises(RuntimeError):
        desk.do(clients.open_client, made.id)


def test_a_denial_is_logged(clinic):
    desk = clinic.as_("receptie")
    with pytest.raises(NotAllowed):
        desk.do(people.add_user, "x", "X", (Role.ADMIN,))
    line = entries(desk)[0]
    assert (line.code, line.outcome, line.obj_id, line.rule) == ("DENY", 4, "add_user", "users.propose")
    assert clinic.verified().ok


@use_case("notes.read", writes=False)
def read_someones_note(work, own):
    work.need("notes.read", own=own)
    work.seen("consult_note", "n1", "c1")
    return "content"


def test_break_glass_needs_a_reason_and_is_marked(clinic):
    desk = clinic.as_("behandelaar")
    assert desk.do(read_someones_note, own=True) == "content"
    desk.forget_seen()
    with pytest.raises(NotAllowed) as denied:
        desk.do(read_someones_note, own=False)
    assert denied.value.needs_reason
    assert desk.do(read_someones_note, own=False, reason="locum today") == "content"
    line = entries(desk)[0]
    assert (line.code, line.break_glass) == ("BREAKGLASS", True)
    assert values_of(desk, line.seq)["@reason"] == (None, "locum today")
    with pytest.raises(NotAllowed) as denied:
        clinic.as_("receptie").do(read_someones_note, own=True, reason="curious")
    assert not denied.value.needs_reason


def test_every_use_case_names_a_right_that_exists():
    assert USE_CASES
    assert {case.right for case in USE_CASES.values()} <= set(RIGHTS)


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_the_matrix_gives_no_more_than_it_says(right):
    for role in Role:
        assert scope([role], right) == RIGHTS[right].get(role)
    assert scope([], right) is None
    assert scope(list(Role), right) == max(RIGHTS[right].values())
    assert Scope.REASON < Scope.OWN < Scope.ALL


def test_changes_name_tables_and_clients(clinic):
    desk, seen = clinic.as_("receptie"), []
    desk.listen(seen.append)
    made = desk.do(clients.create_client, SANNE)
    assert seen[-1].tables == {"client", "counter"} and seen[-1].clients == {made.id}


def test_a_blocked_user_is_out_at_once(clinic):
    desk = clinic.as_("receptie")
    clinic.as_("beheerder").do(people.block_user, desk.user.id)
    with pytest.raises(NotAllowed, match="blocked"):
        desk.do(people.list_people)
    with pytest.raises(NotAllowed, match="locked"):
        desk.do(people.list_people)


def test_writes_from_many_threads_make_one_log(clinic):
    desk = clinic.as_("receptie")
    failures = []

    def write(n):
        try:
            for k in range(5):
                desk.do(clients.create_client, Client(surname=f"T{n}-{k}", phone="0600000001"))
        except DeskError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert clinic.verified().ok


def test_wrong_password_tells_nothing_and_costs_time(clinic):
    for username in ("receptie", "nobody"):
        with pytest.raises(WrongPassword) as error:
            clinic.front.sign_in(username, "not this one at all")
        assert username not in error.value.message
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", "nor this one")
    with pytest.raises(TooSoon):
        clinic.front.sign_in("receptie", PASSWORD)


def test_failed_sign_ins_are_in_the_log_afterwards(clinic):
    for _ in range(2):
        with pytest.raises(WrongPassword):
            clinic.front.sign_in("receptie", "not this one at all")
    desk = clinic.as_("receptie")
    found = [line for line in entries(desk, codes=("LOGIN",)) if line.obj_type == "login_failed"]
    assert [line.obj_id for line in found] == [desk.user.id] * 2


def test_a_new_user_chooses_a_password_with_the_one_time_code(clinic):
    code = clinic.as_("beheerder").do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    clinic.approve()
    with pytest.raises(UserError):
        clinic.front.sign_in("nieuw", code)
    desk = clinic.front.sign_in("nieuw", code, new_password="rode kat op het dak")
    assert desk.user.display_name == "N. Demo"
    desk.close()
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("nieuw", code)
    clinic.desks["nieuw"] = clinic.front.sign_in("nieuw", "rode kat op het dak")
    assert clinic.verified().ok


def test_a_long_task_can_be_stopped_and_leaves_nothing(clinic):
    desk = clinic.as_("receptie")
    progress = Progress()
    progress.cancel()

    @use_case("clients.change")
    def many(work):
        for n in range(5):
            clients.create_client(work, Client(surname=f"S{n}", phone="0600000001"))
            work.progress.report(n, 5)

    size = desk.log_size
    with pytest.raises(Exception, match="Nothing of it was kept"):
        desk.do(many, progress=progress)
    assert desk.log_size == size


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(clinic):
    desk = clinic.as_("receptie")
    driver = desk.database.driver
    desk.do(clients.create_client, SANNE)
    size = desk.log_size
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count = {pages}")

    def fill():
        for n in range(200):
            desk.do(clients.create_client, replace(SANNE, surname=f"Vol{n}", gp_name="x" * 60))

    with pytest.raises(EnvironmentProblem, match="disk is full"):
        fill()
    driver.execute("PRAGMA max_page_count = 1073741823")
    desk.do(clients.create_client, replace(SANNE, surname="Daarna"))
    assert desk.log_size > size
    assert clinic.verified().ok


def test_a_clock_set_back_keeps_the_order_and_is_flagged(clinic):
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, SANNE)
    clinic.clock.move(days=-3)
    desk.do(clients.create_client, replace(SANNE, surname="Vroeger"))
    with desk.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT ts, skew FROM audit_log ORDER BY seq").all()
    assert [ts for ts, _ in rows] == sorted(ts for ts, _ in rows)
    assert rows[-1][1] == 1
    assert rows[0][1] == 0
    assert clinic.verified().ok


def test_the_view_of_one_client_never_hides_that_of_another(clinic):
    desk = clinic.as_("receptie")

    @use_case("clients.read", writes=False)
    def look(work, client):
        work.seen("scores", "same-id", client)

    @use_case("clients.read", writes=False)
    def look_elsewhere(work, client):
        work.seen("scores", "same-id", client)

    for case, client in ((look, "c1"), (look, "c2"), (look, "c1"), (look_elsewhere, "c1")):
        desk.do(case, client)
    views = entries(desk, codes=("VIEW",))
    assert [(v.client, v.purpose) for v in reversed(views)] == [("c1", "look"), ("c2", "look"), ("c1", "look_elsewhere")]


def test_breaking_the_glass_is_logged_also_right_after_an_ordinary_view(clinic):
    desk = clinic.as_("behandelaar")
    for own in (True, False):
        desk.do(read_someones_note, own=own, reason="" if own else "locum today")
    assert [line.code for line in entries(desk)[:2]] == ["BREAKGLASS", "VIEW"]


def test_a_later_right_does_not_cover_up_the_broken_one(clinic):
    desk = clinic.as_("behandelaar")

    @use_case("clients.read", writes=False)
    def read_more(work):
        work.need("notes.read", own=False)
        work.seen("consult_note", "n9", "c9")
        work.need("clients.read")

    desk.do(read_more, reason="locum today")
    line = entries(desk)[0]
    assert (line.code, line.break_glass, line.rule) == ("BREAKGLASS", True, "notes.read:practitioner")


def test_a_right_is_checked_before_anything_is_read(clinic):
    ran = []

    @use_case("users.propose", writes=False)
    def peek(work):
        ran.append(work)

    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(peek)
    assert not ran


def test_a_refusal_half_way_a_write_leaves_the_denial_only(clinic):
    desk = clinic.as_("receptie")

    @use_case("clients.change")
    def overreach(work):
        clients.create_client(work, SANNE)
        work.need("users.propose")

    size = desk.log_size
    with pytest.raises(NotAllowed):
        desk.do(overreach)
    line = entries(desk)[0]
    assert (desk.log_size, line.code, line.rule, line.obj_id) == (size + 1, "DENY", "users.propose", "overreach")
    with desk.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar_one() == 0
    assert clinic.verified().ok


@pytest.mark.parametrize("aside", [False, True])
def test_a_reading_use_case_cannot_write(clinic, aside):
    desk = clinic.as_("receptie")

    @use_case("session.use", writes=False, aside=aside)
    def write_anyway(work, sql):
        work.store.connection.exec_driver_sql(sql)

    for sql in ("UPDATE clinic SET name = 'x'", "DELETE FROM draft", "INSERT INTO audit_raw SELECT * FROM audit_raw", "CREATE TABLE x (y)"):
        with pytest.raises(Exception, match=r"readonly|cannot be written|no such function"):
            desk.do(write_anyway, sql)
    assert clinic.verified().ok


def doubtful(clinic):
    """The desk of a user at a file that is older than its witness."""
    desk = clinic.as_("manager")
    path = desk.witness_path
    clinic.close()
    seen = witness.load(path)
    witness.save(path, replace(seen, size=seen.size + 3))
    return path


def test_rescue_writes_nothing_and_the_witness_keeps_what_it_saw(clinic):
    """Each entry written would bring the doubtful log nearer to the length the witness remembers."""
    path = doubtful(clinic)
    before = witness.load(path)
    for username in ("receptie", "manager"):
        desk = clinic.as_(username)
        size = desk.log_size
        for case in USE_CASES.values():
            if case.rescue:
                continue
            with pytest.raises(NotAllowed, match="are missing"):
                desk.do(case)
        for _ in range(6):
            try:
                desk.do(log_services.verify_log)
            except NotAllowed:
                assert username == "receptie"
        with desk.database.reading() as connection:
            now = connection.exec_driver_sql("SELECT max(size) FROM audit_head").scalar_one()
        assert size in (0, now)
    assert witness.load(path) == before
    assert clinic.as_("manager").do(log_services.verify_log).findings


def test_failed_sign_ins_wait_while_the_log_is_in_doubt(clinic):
    doubtful(clinic)
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", "not this one at all")
    clinic.as_("manager")
    assert len(Attempts(clinic.front.place.attempts).pending()) == 1


@pytest.mark.expects_log
def test_a_witness_that_cannot_be_written_does_not_make_a_saved_change_a_failure(clinic, tmp_path):
    desk = clinic.as_("receptie")
    (tmp_path / "file").write_bytes(b"")
    desk.witness_path = tmp_path / "file" / "below" / "w.json"
    assert desk.do(clients.create_client, SANNE).client_no == "C-000001"
    assert desk.do(clients.open_client, entries(desk, codes=("CREATE",))[0].client or "")


def test_a_clock_put_back_keeps_the_order_and_is_flagged(clinic):
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, SANNE)
    clinic.clock.move(hours=-3)
    desk.do(clients.create_client, Client(surname="Terug", phone="0600001111"))
    clinic.clock.move(days=4000)
    desk.do(clients.create_client, Client(surname="Vooruit", phone="0600002222"))
    clinic.clock.move(days=-4000)
    desk.do(clients.create_client, Client(surname="Nu", phone="0600003333"))
    with desk.database.reading() as connection:
        made = "SELECT ts, skew FROM audit_log WHERE code = 'CREATE' AND obj_type = 'client' ORDER BY seq"
        rows = connection.exec_driver_sql(made).all()
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert [row[1] for row in rows][-4:] == [0, 1, 0, 1]
    assert clinic.verified().ok


def test_a_desk_closed_while_somebody_waits_is_a_locked_desk(clinic):
    desk = clinic.as_("receptie")
    outcome = []

    def late():
        try:
            desk.do(clients.create_client, SANNE)
        except NotAllowed as error:
            outcome.append(error.message)

    with desk.database.writing():
        thread = threading.Thread(target=late)
        thread.start()
        time.sleep(0.1)
        closing = threading.Thread(target=desk.close)
        closing.start()
        time.sleep(0.1)
    thread.join()
    closing.join()
    assert all("locked" in message for message in outcome)
    clinic.desks.clear()
    assert clinic.as_("manager").do(people.list_people) and clinic.verified().ok
