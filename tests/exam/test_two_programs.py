"""Two programs at one clinic's folder, each with its own connections: one unforked log, nothing lost, nobody shut out."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.people import Role, UserRole
from nmx_desk.services import backups, clients, people
from nmx_desk.services.desk import use_case
from tests.clinic import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
ADDED = 25
WRITER = """
import json, sys
from pathlib import Path
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.services import clients
from tests.clinic import TestClinic

folder, username, name, record, count = sys.argv[1:]
desk = TestClinic(Path(folder)).as_(username)
print("ready", flush=True)
sys.stdin.readline()
waits, moves, conflicts = [], 0, 0
import time
for n in range(int(count)):
    start = time.monotonic()
    desk.do(clients.create_client, Client(surname=f"{name}{n}", phone=f"06000{n:05}"))
    waits.append(time.monotonic() - start)
    now = desk.do(clients.open_client, record).client
    try:
        desk.do(clients.change_client, Client(**now.__dict__ | {"street": now.street + "x"}))
        moves += 1
    except Conflict:
        conflicts += 1
print(json.dumps({"longest": max(waits), "moves": moves, "conflicts": conflicts}))
desk.close()
"""


def writer(clinic, username, name, record):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(clinic.folder), username, name, record, str(ADDED)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_three_programs_write_at_once_while_a_backup_runs(clinic, tmp_path):
    desk, admin = clinic.as_("receptie"), clinic.as_("beheerder")
    shared = desk.do(clients.create_client, Client(surname="Samen", phone="0600001111"))
    others = [writer(clinic, username, name, shared.id) for username, name in (("behandelaar", "A"), ("manager", "B"))]
    assert [one.stdout.readline() for one in others] == ["ready\n"] * 2
    for one in others:
        one.stdin.write("\n")
        one.stdin.flush()
    made = [admin.do(backups.back_up, tmp_path / f"{n}.nmxbackup") for n in range(2)]
    for n in range(ADDED):
        desk.do(clients.create_client, Client(surname=f"C{n}", phone=f"06000{n:05}"))
    told = [json.loads(one.communicate(timeout=120)[0]) for one in others]
    assert [one.returncode for one in others] == [0, 0]
    assert max(one["longest"] for one in told) < 10
    with desk.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar_one() == 3 * ADDED + 1
        assert connection.exec_driver_sql("SELECT count(DISTINCT client_no) FROM client").scalar_one() == 3 * ADDED + 1
        street = connection.exec_driver_sql("SELECT street FROM client WHERE id = ?", (shared.id,)).scalar_one()
        roots = dict(connection.exec_driver_sql("SELECT size, lower(hex(root)) FROM audit_head").all())
    assert len(street) == sum(one["moves"] for one in told)  # every change that was not refused is there
    assert all(roots[one.size] == one.root for one in made)
    assert clinic.verified().ok


def test_a_lost_update_is_refused_between_programs(clinic):
    one, two = clinic.as_("receptie"), clinic.as_("manager")
    made = one.do(clients.create_client, Client(surname="Samen", phone="0600001111"))
    two.do(clients.change_client, Client(**made.__dict__ | {"city": "Assen"}))
    with pytest.raises(Conflict):
        one.do(clients.change_client, Client(**made.__dict__ | {"city": "Zwolle"}))


def test_a_user_blocked_while_waiting_for_the_lock_writes_nothing(clinic):
    """Rights are looked at again once the write lock is held: no moment in between."""
    desk, admin = clinic.as_("receptie"), clinic.as_("beheerder")
    desk.do(people.list_people)
    inside, outcome = threading.Event(), []

    @use_case("users.propose", code="ROLE")
    def block_slowly(work):
        inside.set()
        time.sleep(0.5)
        people.block_user(work, desk.user_id)

    def late():
        inside.wait()
        try:
            desk.do(clients.create_client, Client(surname="Te laat", phone="0600001111"))
        except NotAllowed as error:
            outcome.append(error.message)

    thread = threading.Thread(target=late)
    thread.start()
    admin.do(block_slowly)
    thread.join()
    assert len(outcome) == 1 and "blocked" in outcome[0]
    with admin.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar_one() == 0


def test_a_role_taken_away_by_another_program_is_gone_at_once(clinic):
    desk, admin = clinic.as_("receptie"), clinic.as_("beheerder")
    desk.do(people.list_people)

    @use_case("users.propose", code="ROLE")
    def take_role(work):
        work.store.remove(work.store.find_one(UserRole, user_id=desk.user_id, role=Role.RECEPTIONIST))

    admin.do(take_role)
    with pytest.raises(NotAllowed):
        desk.do(clients.create_client, Client(surname="Te laat", phone="0600001111"))
    assert not desk.may("clients.change")
    assert clinic.verified().ok


def test_the_password_opens_a_second_desk_of_the_same_user(clinic):
    one, two = clinic.as_("receptie"), clinic.front.sign_in("receptie", PASSWORD)
    two.do(clients.create_client, Client(surname="Twee", phone="0600001111"))
    one.do(clients.create_client, Client(surname="Een", phone="0600001111"))
    two.close()
    assert clinic.verified().ok
