"""Signatures checked here and by the helper: the same answer."""

import random

import pytest

from nmx_desk.audit import signatures
from nmx_desk.audit.entry import Head, head_message
from nmx_desk.audit.signatures import Signatures
from nmx_desk.audit.signer import UserSigner


def checked(count, spoiled, signer):
    public = bytes.fromhex(signer.public_key)
    asked = Signatures()
    for size in range(1, count + 1):
        head = Head(size, b"\1" * 32, "t", signer.key_id, 1, b"")
        signature = signer.sign(head_message("db", head))
        if size in spoiled:
            signature = spoiled[size](signature)
        asked.add(public, "db", Head(size, head.root, "t", signer.key_id, 1, signature))
    try:
        return asked.wrong(), asked._helper is not None
    finally:
        asked.close()


@pytest.mark.parametrize("many", [10_000, 50], ids=["here", "helper"])
def test_the_wrong_ones_are_named(monkeypatch, many):
    monkeypatch.setattr(signatures, "_MANY", many)
    chance = random.Random(3)
    flip = lambda s: s[:20] + bytes([s[20] ^ 1]) + s[21:]  # noqa: E731
    ways = [flip, lambda _: b"", lambda s: s + b"x", lambda _: bytes(64)]
    spoiled = {size: chance.choice(ways) for size in chance.sample(range(1, 301), 20)}
    found, helped = checked(300, spoiled, UserSigner(b"\7" * 32, 1))
    assert found == sorted(spoiled)
    assert helped == (many == 50)


def test_without_a_python_to_start_it_is_done_here(monkeypatch):
    monkeypatch.setattr(signatures, "_MANY", 20)
    monkeypatch.setattr(signatures.sys, "executable", "/nowhere/python")
    found, helped = checked(60, {7: lambda _: bytes(64)}, UserSigner(b"\7" * 32, 1))
    assert (found, helped) == ([7], False)


def test_a_helper_that_dies_is_no_clean_bill(monkeypatch):
    monkeypatch.setattr(signatures, "_MANY", 20)
    monkeypatch.setattr(signatures, "_SERVE", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="could not be checked"):
        checked(60, {}, UserSigner(b"\7" * 32, 1))
