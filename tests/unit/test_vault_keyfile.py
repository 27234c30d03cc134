"""desk.keys: slots open with the right secret only, and nothing changed in the file ever gives a wrong key."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.domain.errors import Conflict, EnvironmentProblem, UserError
from nmx_desk.vault import codes, keyfile
from nmx_desk.vault.errors import DamagedKeyFile, MissingKeyFile, WrongPassword
from nmx_desk.vault.keyfile import CHEAP_KDF, STANDARD_KDF, KdfParameters, KeyFile, Secrets, new_key

DB = "5d0c0f6e-95a1-4c0e-9a39-7f1f4f5b3c11"
PASSWORD = "vier losse woorden"


def public_key(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def someone(user_id: str = "u1", username: str = "Receptie") -> Secrets:
    return Secrets(new_key(), new_key(), user_id, username)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.keys"


@pytest.fixture
def held() -> Secrets:
    return someone()


@pytest.fixture
def keys(path: Path, held: Secrets) -> KeyFile:
    keys = KeyFile.create(path, DB, kdf=CHEAP_KDF)
    keys.add_user_slot(held.user_id, held.username, PASSWORD, held)
    keys.save()
    return keys


def test_a_slot_gives_back_exactly_what_was_put_in(keys, path, held):
    again = KeyFile.load(path)
    assert again.open_slot("receptie ", PASSWORD) == held
    assert again.usernames() == ["Receptie"]
    assert again.user_id_of("RECEPTIE") == "u1"
    assert again.user_id_of("iemand") is None
    assert again.db_uuid == DB


def test_clinic_cost_is_the_designed_one(path, held):
    assert KdfParameters(memory_kib=65_536, time=3, parallelism=4) == STANDARD_KDF
    keys = KeyFile.create(path, DB)
    keys.add_user_slot(held.user_id, held.username, PASSWORD, held)
    keys.save()
    assert json.loads(path.read_bytes())["slots"][0]["kdf"] == {"name": "argon2id", "memory_kib": 65_536, "time": 3, "parallelism": 4}
    assert KeyFile.load(path).open_slot("receptie", PASSWORD) == held


def test_neither_secret_nor_password_stands_in_the_file_or_in_a_repr(keys, path, held):
    data = path.read_bytes()
    for secret in (held.db_key, held.seed, PASSWORD.encode()):
        for form in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert form not in data
    assert held.db_key.hex() not in repr(held)
    assert repr(held.seed) not in repr(held)


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_only_the_owner_may_read_it(keys, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_wrong_password_and_unknown_user_say_the_same_and_cost_the_same(keys, monkeypatch):
    costs = []
    real = keyfile._derive
    monkeypatch.setattr(keyfile, "_derive", lambda secret, salt, kdf: costs.append(kdf) or real(secret, salt, kdf))
    with pytest.raises(WrongPassword) as wrong:
        keys.open_slot("receptie", "iets anders")
    with pytest.raises(WrongPassword) as unknown:
        keys.open_slot("niemand", "iets anders")
    assert str(wrong.value) == str(unknown.value)
    assert costs == [CHEAP_KDF, CHEAP_KDF]


def test_password_is_the_same_however_its_accents_are_typed(keys, path, held):
    keys.set_password(held, "cafe\u0301 op de hoek")
    assert keys.open_slot("receptie", "caf\u00e9 op de hoek") == held


@pytest.mark.parametrize("odd", ["", "\ud800", "\0", "x" * 100_000, "🜁" * 50])
def test_odd_passwords_open_nothing_and_do_not_crash(keys, odd):
    with pytest.raises(WrongPassword):
        keys.open_slot("receptie", odd)


def test_change_password(keys, path, held):
    with pytest.raises(WrongPassword):
        keys.change_password("receptie", "fout", "nieuw en lang genoeg")
    keys.change_password("receptie", PASSWORD, "nieuw en lang genoeg")
    keys.save()
    again = KeyFile.load(path)
    assert again.open_slot("receptie", "nieuw en lang genoeg") == held
    with pytest.raises(WrongPassword):
        again.open_slot("receptie", PASSWORD)


def test_remove_slot(keys, path):
    keys.remove_slot("u1")
    keys.save()
    assert KeyFile.load(path).usernames() == []
    with pytest.raises(WrongPassword):
        KeyFile.load(path, kdf=CHEAP_KDF).open_slot("receptie", PASSWORD)


def test_a_name_belongs_to_one_user(keys):
    with pytest.raises(UserError) as error:
        keys.add_user_slot("u2", "RECEPTIE", PASSWORD, someone("u2"))
    assert error.value.field == "username"
    with pytest.raises(UserError):
        keys.add_user_slot("u2", "  ", PASSWORD, someone("u2"))


def test_a_new_name_replaces_the_old_one(keys, held):
    keys.add_user_slot("u1", "balie", PASSWORD, held)
    assert keys.usernames() == ["balie"]


def test_enrolment_code_must_become_a_password(keys, path, held):
    code = keys.add_enrol_slot("u2", "Nieuw", replace(held, seed=new_key()))
    keys.save()
    again = KeyFile.load(path, kdf=CHEAP_KDF)
    assert again.needs_password("nieuw")
    assert not again.needs_password("receptie")
    secrets = again.open_slot("nieuw", code.lower().replace("-", " "))
    assert secrets.db_key == held.db_key
    again.set_password(replace(secrets, seed=new_key()), PASSWORD)
    assert not again.needs_password("nieuw")
    with pytest.raises(WrongPassword):
        again.open_slot("nieuw", code)
    assert again.open_slot("nieuw", PASSWORD).db_key == held.db_key


def test_recovery_key_opens_and_forgives_handwriting(keys, path, held):
    assert not keys.has_recovery()
    text = keys.add_recovery(held)
    keys.save()
    assert len(text) == 9 * 4 + 8
    again = KeyFile.load(path)
    assert again.has_recovery()
    assert again.open_recovery(text) == held
    sloppy = text.lower().replace("o", "0").replace("i", "1").replace("b", "8").replace("-", " ")
    assert again.open_recovery(f"  {sloppy} \n") == held


def test_mistyped_recovery_key_says_so_and_a_foreign_one_opens_nothing(keys, held):
    text = keys.add_recovery(held)
    other = "A" if text[0] != "A" else "C"
    with pytest.raises(UserError, match="checksum"):
        keys.open_recovery(other + text[1:])
    with pytest.raises(UserError, match="35 characters"):
        keys.open_recovery(text[:-1])
    with pytest.raises(UserError):
        keys.open_recovery("")
    with pytest.raises(WrongPassword):
        keys.open_recovery(codes.encode(b"x" * 20))


def test_without_recovery_slot(keys):
    with pytest.raises(UserError):
        keys.open_recovery(codes.encode(b"x" * 20))


@given(st.binary(min_size=20, max_size=20), st.integers(0, 35), st.integers(0, 30))
def test_any_single_mistyped_character_is_found(secret, place, step):
    text = codes.encode(secret).replace("-", "")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    wrong = alphabet[(alphabet.index(text[place]) + 1 + step) % 32]
    assert codes.decode(text, 20) == secret
    with pytest.raises(UserError):
        codes.decode(text[:place] + wrong + text[place + 1 :], 20)


# ---- damage and tampering


def opened(path: Path) -> Secrets | None:
    try:
        return KeyFile.load(path, kdf=CHEAP_KDF).open_slot("Receptie", PASSWORD)
    except (WrongPassword, DamagedKeyFile):
        return None


def test_every_flipped_byte_of_the_file_is_noticed(keys, path, held):
    data = path.read_bytes()
    for place in range(len(data)):
        for bit in (0x01, 0x20, 0x80):
            path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            assert opened(path) in (None, held), (place, bit)


@settings(max_examples=300)
@given(st.data())
def test_a_tampered_slot_with_a_mended_checksum_never_gives_other_keys(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("keys") / "desk.keys"
    held = someone()
    keys = KeyFile.create(path, DB, kdf=CHEAP_KDF)
    keys.add_user_slot("u1", "Receptie", PASSWORD, held)
    keys.save()
    body = json.loads(path.read_bytes())
    slot = body["slots"][0]
    name = data.draw(st.sampled_from(["kind", "user_id", "username", "epoch", "salt", "nonce", "box", "seal_to", "kdf", "db"]))
    if name in {"salt", "nonce", "box", "seal_to"}:
        place = data.draw(st.integers(0, 1)) if name == "seal_to" else None
        raw = bytearray(base64.b64decode(slot[name] if place is None else slot[name][place]))
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        text = base64.b64encode(raw).decode()
        if place is None:
            slot[name] = text
        else:
            slot[name][place] = text
    elif name == "kdf":
        slot["kdf"][data.draw(st.sampled_from(["time", "parallelism"]))] += 1
        slot["kdf"]["memory_kib"] = 16
    elif name == "db":
        body["db"] = DB[::-1]
    else:
        slot[name] = slot[name] + data.draw(st.sampled_from([1, 2, -1])) if name == "epoch" else slot[name] + "x"
    body.pop("sum")
    path.write_text(json.dumps({"sum": keyfile._sum(body), **body}))
    assert opened(path) is None


def test_slots_cannot_be_swapped_between_users(keys, path, held):
    keys.add_user_slot("u2", "Manager", "een heel ander woord", someone("u2"))
    keys.save()
    body = json.loads(path.read_bytes())
    first, second = body["slots"]
    for field in ("box", "salt", "nonce", "seal_to"):
        first[field], second[field] = second[field], first[field]
    body.pop("sum")
    path.write_text(json.dumps({"sum": keyfile._sum(body), **body}))
    with pytest.raises(WrongPassword):
        KeyFile.load(path).open_slot("manager", PASSWORD)


BAD = {
    "empty": b"",
    "text": b"hello",
    "list": b"[]",
    "null": b"null",
    "number": b"1e999",
    "no slots": b'{"sum": "", "format": 1, "db": "x"}',
    "deep": b"[" * 200_000,
    "binary": bytes(range(256)),
    "long number": b"9" * 100_000,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_bad_files_get_a_sentence(path, data):
    path.write_bytes(data)
    with pytest.raises(DamagedKeyFile, match=r"desk\.keys is damaged"):
        KeyFile.load(path)


def test_truncated_anywhere(keys, path):
    data = path.read_bytes()
    for length in range(0, len(data) - 1, 7):
        path.write_bytes(data[:length])
        with pytest.raises(DamagedKeyFile):
            KeyFile.load(path)


@pytest.mark.parametrize(
    ("name", "value"), [("memory_kib", 2**40), ("time", 10**9), ("parallelism", 10**6), ("memory_kib", -1), ("time", 0), ("time", True)]
)
def test_costs_that_would_freeze_the_computer_are_refused(keys, path, name, value):
    body = json.loads(path.read_bytes())
    body["slots"][0]["kdf"][name] = value
    body.pop("sum")
    path.write_text(json.dumps({"sum": keyfile._sum(body), **body}))
    with pytest.raises(DamagedKeyFile):
        KeyFile.load(path)


def test_missing_file_folder_instead_and_existing_file(keys, path, tmp_path):
    with pytest.raises(MissingKeyFile):
        KeyFile.load(tmp_path / "nothing")
    with pytest.raises(DamagedKeyFile):
        KeyFile.load(tmp_path)
    with pytest.raises(Conflict):
        KeyFile.create(path, DB)


# ---- writing


def test_two_programs_do_not_overwrite_each_other(keys, path, held):
    other = KeyFile.load(path, kdf=CHEAP_KDF)
    other.add_user_slot("u2", "tweede", PASSWORD, held)
    other.save()
    keys.add_user_slot("u3", "derde", PASSWORD, held)
    with pytest.raises(Conflict):
        keys.save()
    assert KeyFile.load(path).usernames() == ["Receptie", "tweede"]


KILLED = """
import os, sys
from pathlib import Path
from nmx_desk.vault import files, keyfile
keys = keyfile.KeyFile.load(Path(sys.argv[1]), kdf=keyfile.CHEAP_KDF)
keys.remove_slot("u1")
Path.replace = lambda *_: os._exit(9)
keys.save()
"""


def test_kill_between_temporary_file_and_rename_leaves_the_old_keys(keys, path, held):
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    again = KeyFile.load(path, kdf=CHEAP_KDF)
    assert again.open_slot("receptie", PASSWORD) == held
    again.add_user_slot("u2", "tweede", PASSWORD, held)
    again.save()  # the remains are in nobody's way
    assert [file.name for file in path.parent.iterdir()] == ["desk.keys"]


def test_disk_trouble_is_a_sentence_and_changes_nothing(keys, path, held, monkeypatch):
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    keys.remove_slot("u1")
    with pytest.raises(EnvironmentProblem, match="No space left"):
        keys.save()
    assert path.read_bytes() == before


# ---- a new database key


@pytest.fixture
def clinic(path: Path) -> tuple[KeyFile, Secrets, Secrets]:
    first = someone("u1", "Receptie")
    second = replace(someone("u2", "Manager"), db_key=first.db_key)
    keys = KeyFile.create(path, DB, kdf=CHEAP_KDF)
    keys.add_user_slot("u1", "Receptie", PASSWORD, first)
    keys.add_user_slot("u2", "Manager", PASSWORD, second)
    return keys, first, second


def test_rekey_leaves_both_keys_until_each_user_has_settled(clinic, path):
    keys, first, second = clinic
    text = keys.add_recovery(second)
    newer = new_key()
    keys.begin_rekey(newer, first.db_key, 2, {"u1": public_key(first.seed), "u2": public_key(second.seed)})
    keys.save()
    keys = KeyFile.load(path, kdf=CHEAP_KDF)
    opened = keys.open_slot("receptie", PASSWORD)
    assert (opened.db_key, opened.previous_key, opened.epoch, opened.seed) == (newer, first.db_key, 2, first.seed)
    assert keys.open_recovery(text).db_key == newer
    keys.set_password(opened, "ander wachtwoord midden in")  # a password change in the middle keeps both
    assert keys.open_slot("receptie", "ander wachtwoord midden in").previous_key == first.db_key
    settled = keys.end_rekey(opened, PASSWORD)
    keys.save()
    assert KeyFile.load(path).open_slot("receptie", PASSWORD) == settled
    assert settled.previous_key is None
    assert KeyFile.load(path).open_slot("manager", PASSWORD).db_key == newer


def test_a_rekey_is_not_sealed_to_a_key_its_user_did_not_sign(clinic):
    keys, first, second = clinic
    keys._slots["manager"] = replace(keys._slots["manager"], seal_to=keyfile.sealing.seal_key(new_key(), DB, "u2"))
    with pytest.raises(DamagedKeyFile):
        keys.begin_rekey(new_key(), first.db_key, 2, {"u1": public_key(first.seed), "u2": public_key(second.seed)})


def test_a_key_sealed_for_one_user_opens_for_no_other(clinic):
    keys, first, second = clinic
    keys.begin_rekey(new_key(), first.db_key, 2, {"u1": public_key(first.seed), "u2": public_key(second.seed)})
    keys._slots["manager"] = replace(keys._slots["manager"], sealed=keys._slots["receptie"].sealed)
    with pytest.raises(DamagedKeyFile):
        keys.open_slot("manager", PASSWORD)


def test_a_second_rekey_leaves_the_key_the_file_has_now_to_who_was_not_there(clinic, path):
    keys, first, second = clinic
    signers = {"u1": public_key(first.seed), "u2": public_key(second.seed)}
    one, two = new_key(), new_key()
    keys.begin_rekey(one, first.db_key, 2, signers)
    keys.end_rekey(keys.open_slot("receptie", PASSWORD), PASSWORD)
    keys.begin_rekey(two, one, 3, signers)
    late = keys.open_slot("manager", PASSWORD)
    assert (late.db_key, late.previous_key, late.epoch, late.seed) == (two, one, 3, second.seed)


def test_no_slot_is_made_over_a_key_that_is_being_left(clinic):
    keys, first, second = clinic
    signers = {"u1": public_key(first.seed), "u2": public_key(second.seed)}
    keys.begin_rekey(new_key(), first.db_key, 2, signers)
    with pytest.raises(Conflict):
        keys.add_enrol_slot("u3", "derde", first)
    with pytest.raises(Conflict):
        keys.add_recovery(first)


def test_who_is_removed_takes_their_recovery_slot_along(clinic):
    keys, _, second = clinic
    keys.add_recovery(second)
    keys.remove_slot("u1")
    assert keys.has_recovery()
    keys.remove_slot("u2")
    assert not keys.has_recovery()
