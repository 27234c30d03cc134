"""Exports and proofs of a log in which files were destroyed, keys ended, and the file got a new key."""

import json
import random

import pytest

from nmx_desk.audit.entry import Head, head_message
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, erasure, keys, proofs
from nmx_desk.services.proofs import Part
from tests.checker import check, lines_of, put
from tests.exam import erasures

OTHER = "een ander lang wachtwoord"


@pytest.fixture
def lived(clinic):
    """A file destroyed, a key ended, a user removed, and work in between and after."""
    made = clinic.as_("behandelaar").do(erasures.plant, random.Random(7), 1)
    erasures.seen_and_searched(clinic.as_("receptie"), made)
    clinic.gone = made.client
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, made.client))
    clinic.left = clinic.as_("receptie").do(clients.create_client, Client(surname="Blijft", phone="0600112233"))
    clinic.ended = clinic.as_("receptie").signer
    code = clinic.as_("beheerder").do(keys.reset_user, clinic.as_("receptie").user.id)
    clinic.desks.pop("receptie").close()
    clinic.desks["receptie"] = clinic.front.sign_in("receptie", code, new_password=OTHER)
    clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone="0600112244"))
    clinic.as_("beheerder").do(keys.remove_user, clinic.as_("collega").user.id)
    clinic.close()
    clinic.as_("manager").do(clients.open_client, clinic.left.id)
    return clinic


@pytest.mark.parametrize("values", [True, False])
def test_a_whole_export_holds(lived, tmp_path, values):
    file = tmp_path / "log.jsonl"
    proofs.export_log(lived.as_("manager"), file, values=values, reason="audit" if values else "")
    code, said = check(file)
    assert code == 0, said
    lines = lines_of(file)
    assert {line["head"]["epoch"] for line in lines if "head" in line} == {1, 2}
    if values:
        assert lines[-1]["trailer"]["erased"] > 100
        assert lived.gone.surname not in file.read_text("utf-8")


def test_parts_and_proofs_hold(lived, tmp_path):
    manager, file = lived.as_("manager"), tmp_path / "part.jsonl"
    for part in (Part(client_no=lived.left.client_no), Part(first=0, last=30), Part(first=manager.log_size - 3)):
        proofs.export_log(manager, file, part, reason="audit")
        code, said = check(file)
        assert code == 0, (part, said)
    with manager.database.reading():
        find = "SELECT min(seq) FROM audit_entry WHERE salt IS NULL AND length(commits) > 0"
        (blank,) = manager.database.reading_driver.execute(find).fetchone()
    for seq in (0, blank, manager.log_size - 1):
        for values in (True, False):
            file.write_bytes(manager.do(proofs.entry_proof, seq, values=values, reason="audit" if values else ""))
            code, said = check(file)
            assert code == 0, (seq, said)
    for first in (1, blank + 1, manager.log_size):
        file.write_bytes(manager.do(proofs.consistency, first))
        assert check(file)[0] == 0


def resigned(lived, line, db, **changes):
    """The head anew, as somebody with the ended key would write it."""
    head = line["head"] | {"key": lived.ended.key_id} | changes
    made = Head(head["size"], bytes.fromhex(head["root"]), head["ts"], head["key"], head["epoch"], b"")
    line["head"] = head | {"signature": lived.ended.sign(head_message(db, made)).hex()}


@pytest.mark.parametrize("whole", [True, False])
def test_a_head_signed_with_an_ended_key_is_found(lived, tmp_path, whole):
    """The same person: only that the key had ended tells."""
    desk, file = lived.front.sign_in("receptie", OTHER), tmp_path / "log.jsonl"
    desk.do(clients.create_client, Client(surname="Nieuw", phone="0600112255"))
    part = None if whole else Part(first=desk.log_size - 1, last=desk.log_size - 1)
    proofs.export_log(lived.as_("beheerder"), file, part, values=False)
    lines = lines_of(file)
    at = max(n for n, line in enumerate(lines) if "head" in line and line["head"]["key"] == desk.signer.key_id)
    resigned(lived, lines[at], lines[0]["db"])
    code, said = check(put(file, lines))
    assert code == 1
    assert "not signed by who acted, with a key in force" in said and "findings: 1" in said
    desk.close()


def test_a_head_of_another_key_period_is_found(lived, tmp_path):
    file = tmp_path / "log.jsonl"
    proofs.export_log(lived.as_("beheerder"), file, values=False)
    lines = lines_of(file)
    own = next(n for n, line in enumerate(lines) if "head" in line and line["head"]["key"] == lived.ended.key_id)
    for epoch in (2, 0):
        changed = json.loads(json.dumps(lines))
        resigned(lived, changed[own], lines[0]["db"], epoch=epoch)
        code, said = check(put(file, changed))
        assert code == 1 and "with a key in force" in said
