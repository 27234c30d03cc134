"""Time stamps of the log: made by a real authority (openssl) on the loopback, verified against the root and the trusted certificates."""

from base64 import b64decode

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.stamps import LogStamp
from nmx_desk.exchange import timestamps as tokens
from nmx_desk.services import clients, log, people, timestamps
from nmx_desk.services.desk import use_case
from tests.authority import Authority, listening


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authorities") / "one", "Stempel Een")


@pytest.fixture(scope="session")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authorities") / "two", "Stempel Twee")


@pytest.fixture
def manager(clinic, authority):
    desk = clinic.as_("manager")
    desk.do(timestamps.set_authority, "", authority.trusted)
    return desk


def ok(authority):
    return lambda question: (200, {"Content-Type": "application/timestamp-reply"}, authority.answer(question))


@use_case("session.use", writes=False)
def stamps(work):
    return work.store.find(LogStamp)


@use_case("session.use")
def tamper(work, **changes):
    for stamp in work.store.find(LogStamp):
        work.store.change(stamp, **changes)


def test_a_root_is_stamped_over_the_network_and_kept(manager, authority, tmp_path):
    with listening(ok(authority)) as url:
        manager.do(timestamps.set_authority, url, authority.trusted)
        size = manager.log_size
        found, answer = timestamps.stamp_log(manager)
    assert (found.size, found.authority) == (size, "Stempel Een")
    (kept,) = manager.do(stamps)
    assert (kept.size, kept.root, b64decode(kept.token)) == (found.size, found.root, answer)
    assert [row.code for row in manager.do(log.list_log) if row.obj_type == "log_stamp"] == ["CREATE"]
    file = tmp_path / "token.tsr"
    file.write_bytes(answer)
    text = timestamps.stamped_text(manager.db_uuid, found.size, found.root)
    assert authority.verifies(text, file)  # openssl agrees, without this program
    assert not authority.verifies(text + "0", file)


def test_through_files_without_a_network(manager, authority):
    question = manager.do(timestamps.stamp_question)
    size = manager.log_size
    manager.do(people.list_practitioners)
    manager.do(clients.create_client, Client(first_name="Test", surname="Later", phone="0600111222"))
    assert manager.do(timestamps.keep_stamp, authority.answer(question)).size == size < manager.log_size


def test_nothing_is_asked_until_an_authority_is_chosen(clinic, authority, monkeypatch):
    desk = clinic.as_("manager")
    monkeypatch.setattr(tokens, "ask", lambda *_: pytest.fail("asked"))
    assert (desk.clinic.stamp_url, desk.clinic.stamp_certificates) == ("", "")
    with pytest.raises(UserError):
        timestamps.stamp_log(desk)
    with pytest.raises(UserError):
        desk.do(timestamps.stamp_question)
    desk.do(timestamps.set_authority, "", authority.trusted)
    with pytest.raises(UserError):
        timestamps.stamp_log(desk)


def test_the_token_of_another_root_is_refused(manager, authority):
    text = timestamps.stamped_text(manager.db_uuid, manager.log_size, "ab" * 32)
    answer = authority.answer(tokens.request(text).as_bytes())
    for case in (timestamps.keep_stamp, timestamps.check_stamp):
        with pytest.raises(UserError, match="another root"):
            manager.do(case, answer)
    assert manager.do(stamps) == []


def test_another_authority_is_refused(manager, authority, other, tmp_path):
    """A stranger; one with the stranger's certificate beside the trusted root; and one whose certificate is not for stamping."""
    question = manager.do(timestamps.stamp_question)
    for trusted in (authority.trusted, authority.root, other.folder.joinpath("tsa.pem").read_text("utf-8") + authority.root):
        manager.do(timestamps.set_authority, "", trusted)
        with pytest.raises(UserError, match="not by the authority"):
            manager.do(timestamps.keep_stamp, other.answer(question))
    signing = Authority(tmp_path / "signing", "Geen Stempel", "signing")
    with pytest.raises(UserError):
        tokens.read(other.answer(question)[:-1] + b"\0", other.trusted)
    with pytest.raises(AssertionError):  # openssl itself will not stamp with it
        signing.answer(question)
    assert manager.do(stamps) == []
    manager.do(timestamps.set_authority, "", authority.root)  # the root alone says enough
    assert manager.do(timestamps.keep_stamp, authority.answer(question)).authority == "Stempel Een"


def test_an_old_answer_to_a_new_question_is_refused(manager, authority):
    """Over the network the answer must be to this very question (nonce)."""
    old = authority.answer(manager.do(timestamps.stamp_question))
    with listening(lambda _question: (200, {}, old)) as url:
        manager.do(timestamps.set_authority, url, authority.trusted)
        with pytest.raises(UserError, match="another question"):
            timestamps.stamp_log(manager)
    assert manager.do(stamps) == []


def test_every_changed_byte_of_a_token_is_found(manager, authority):
    """Of the answer as a whole: it is refused, or says exactly what it said (bytes that nobody signed and nobody reads)."""
    answer = authority.answer(manager.do(timestamps.stamp_question))
    told = tokens.read(answer, authority.trusted)
    refused = 0
    for at in range(0, len(answer), 7):
        changed = bytearray(answer)
        changed[at] ^= 1
        try:
            assert tokens.read(bytes(changed), authority.trusted).imprint == told.imprint, at
        except UserError:
            refused += 1
    assert refused > len(answer) // 7 * 0.8


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x80", b"\x30\x03\x02\x01\x02", bytes(5000)])
def test_what_is_no_answer_is_refused(manager, answer):
    with pytest.raises(UserError):
        manager.do(timestamps.keep_stamp, answer)


def test_an_authority_that_fails_or_leads_elsewhere(manager, authority):
    led = []
    with listening(lambda q: led.append(q) or ok(authority)(q)) as elsewhere:
        for answer in ((500, {}, b""), (302, {"Location": elsewhere}, b""), (307, {"Location": "file:///etc/hostname"}, b"")):
            with listening(lambda _question, answer=answer: answer) as url:
                manager.do(timestamps.set_authority, url, authority.trusted)
                with pytest.raises(EnvironmentProblem):
                    timestamps.stamp_log(manager)
    with pytest.raises(EnvironmentProblem):
        timestamps.stamp_log(manager)  # nobody listens any more
    assert led == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "https://", "example.nl", "http://a b", "http://x:99999", "javascript:1"])
def test_what_is_no_address_is_refused(manager, authority, url):
    with pytest.raises(UserError):
        manager.do(timestamps.set_authority, url, authority.trusted)


def test_what_are_no_certificates_or_lacks_the_root_is_refused(manager, authority):
    alone = authority.folder.joinpath("tsa.pem").read_text("utf-8")
    for pem in (alone, "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", ""):
        with pytest.raises(UserError):
            manager.do(timestamps.set_authority, "https://stempel.example", pem)


def test_who_may(clinic, manager, authority):
    for who in ("receptie", "behandelaar"):
        with pytest.raises(NotAllowed):
            clinic.as_(who).do(timestamps.set_authority, "", authority.trusted)
        with pytest.raises(NotAllowed):
            timestamps.stamp_log(clinic.as_(who))
        with pytest.raises(NotAllowed):
            clinic.as_(who).do(timestamps.keep_stamp, b"")
    question = clinic.as_("beheerder").do(timestamps.stamp_question)
    clinic.as_("beheerder").do(timestamps.keep_stamp, authority.answer(question))


def test_a_verification_holds_the_log_against_its_stamps(manager, authority, other, monkeypatch):
    kept = manager.do(timestamps.keep_stamp, authority.answer(manager.do(timestamps.stamp_question)))
    asked = []
    original = log.check_log
    monkeypatch.setattr(log, "check_log", lambda *given: asked.append(given[3]) or original(*given))
    found = manager.do(log.verify_log)
    assert found.ok and timestamps.IN_DOUBT not in found.notices
    assert [(anchor.size, anchor.root) for anchor in asked[0]] == [(kept.size, kept.root)]

    manager.do(timestamps.set_authority, "", other.trusted)  # nobody vouches for the token now
    found = manager.do(log.verify_log)
    assert asked[1] == [] and timestamps.IN_DOUBT in found.notices
    assert any("time stamp" in text for text in found.sentences())
    manager.do(timestamps.set_authority, "", authority.trusted)

    for changes in ({"root": "ab" * 32}, {"size": kept.size - 1}, {"token": "x"}, {"root": "no hex"}):
        before = manager.do(stamps)[0]
        manager.do(tamper, **changes)
        found = manager.do(log.verify_log)
        assert asked[-1] == [] and timestamps.IN_DOUBT in found.notices
        manager.do(tamper, **{name: getattr(before, name) for name in changes})
    manager.do(log.verify_log)
    assert len(asked[-1]) == 1


def test_a_log_rewritten_with_all_keys_is_found_by_its_stamp(manager, authority, monkeypatch):
    """The tree says something else than what the authority saw: the finding names the anchor."""
    kept = manager.do(timestamps.keep_stamp, authority.answer(manager.do(timestamps.stamp_question)))
    from nmx_desk.audit.verify import Anchor

    real = timestamps.token_anchors
    monkeypatch.setattr(log, "token_anchors", lambda work: ([Anchor("stamp", kept.size, "ab" * 32), *real(work)[0]], []))
    found = manager.do(log.verify_log)
    assert [finding.kind for finding in found.findings] == ["anchor"]
