"""The integrity certificate: one verification, what it was held against, whose keys, and the way to do it again, which works."""

import re
import subprocess
import sys

import pytest

from nmx_desk import i18n
from nmx_desk.audit import verify
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.services import backups, keys, log, proofs, reports, timestamps
from nmx_desk.vault.sqlcipher import connect
from tests.authority import Authority
from tests.prints import page_texts, qr_codes


@pytest.fixture
def kept(clinic, tmp_path):
    """A clinic whose log was kept by all: this computer, a backup, a time stamp."""
    manager, authority = clinic.as_("manager"), Authority(tmp_path / "authority", "Stempel")
    manager.do(timestamps.set_authority, "", authority.trusted)
    manager.do(timestamps.keep_stamp, authority.answer(manager.do(timestamps.stamp_question)))
    clinic.backup = clinic.as_("beheerder").do(backups.back_up)
    clinic.stamp = manager.do(timestamps.check_stamp, authority.answer(manager.do(timestamps.stamp_question)))
    return clinic


def words(made):
    return " ".join(" ".join(page_texts(made)).split())


def test_the_log_is_verified_once(kept, monkeypatch):
    asked = []
    original = log.check_log
    monkeypatch.setattr(log, "check_log", lambda *given: asked.append(1) or original(*given))
    found, made = kept.as_("manager").do(reports.certify_log)
    assert asked == [1] and found.ok and made.startswith(b"%PDF")
    newest = kept.as_("manager").do(log.list_log)[0]
    assert {row.code for row in kept.as_("manager").do(log.list_log)[:5]} >= {"PRINT", "VERIFY"} and newest


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_it_says_what_the_log_was_held_against_and_who_signed(kept, language):
    i18n.use(language)
    found, made = kept.as_("manager").do(reports.certify_log)
    text = words(made)
    assert found.root in text and kept.as_("manager").db_uuid in text
    assert all(one.holds for one in found.held) and len(found.held) == 3
    for one in found.held:
        assert one.root[:20] in text
    assert kept.backup.root[:20] in text
    for name in ("B. Demo", "M. Demo"):
        assert name in text
    for (key,) in kept.as_("manager").database.driver.execute("SELECT public_key FROM audit_key"):
        assert key[:32] in text and key[32:] in text
    codes = qr_codes(made)
    assert len(codes[0]) == 2 and set(codes[0]) == {f"NMX:{kept.as_('manager').db_uuid}:{found.size}:{found.root}".upper()}


def test_what_it_says_to_do_can_be_done(kept, tmp_path):
    """The export asked for after the certificate, checked with the very command that the certificate names."""
    i18n.use("en")
    _found, made = kept.as_("manager").do(reports.certify_log)
    text = words(made)
    export, checker = tmp_path / "log.jsonl", tmp_path / "nmx_check.py"
    proofs.export_log(kept.as_("beheerder"), export, values=False)
    checker.write_bytes(proofs.checker())
    command = re.search(r"“python nmx_check.py log.jsonl (--size \d+ --root [0-9a-f]{20})”", text)
    done = subprocess.run([sys.executable, checker, export, *command[1].split()], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.strip().endswith("EVERYTHING HOLDS.")
    first = re.search(r"all others rest: ([0-9a-f]{64})", done.stdout)[1]
    assert first[:32] in text and first[32:] in text


def test_an_ended_key_is_named(kept):
    i18n.use("en")
    who = kept.as_("receptie").user.id
    assert " ended" not in words(kept.as_("manager").do(reports.certify_log)[1])
    kept.as_("beheerder").do(keys.reset_user, who)
    assert words(kept.as_("manager").do(reports.certify_log)[1]).count(" ended") == 1


def test_an_anchor_that_does_not_fit_is_named(kept, monkeypatch):
    i18n.use("en")
    real = log.token_anchors
    wrong = [verify.Anchor("the time stamp of yesterday", size, "ab" * 32) for size in (3, 100_000)]
    monkeypatch.setattr(log, "token_anchors", lambda work: ([*wrong, *real(work)[0]], []))
    found, made = kept.as_("manager").do(reports.certify_log)
    assert [(one.name, one.size) for one in found.held if not one.holds] == [(one.name, one.size) for one in wrong]
    text = words(made)
    assert text.count("does not fit") == 2 and "knows another or a longer log of this clinic" in text


def test_of_a_damaged_log_what_was_found_is_said(kept):
    i18n.use("en")
    desk = kept.as_("manager")
    raw = connect(desk.database.path, desk.secrets.db_key)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("UPDATE audit_head SET ts = 'yesterday' WHERE size = (SELECT min(size) FROM audit_head)")
    raw.close()
    found, made = desk.do(reports.certify_log)
    assert not found.ok
    assert "Not intact" in words(made)


def test_who_may(clinic):
    for who in ("receptie", "behandelaar"):
        with pytest.raises(NotAllowed):
            clinic.as_(who).do(reports.certify_log)
    assert clinic.as_("beheerder").do(reports.certify_log)[0].ok
