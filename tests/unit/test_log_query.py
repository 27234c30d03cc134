"""Filters of the log against the plainest way to ask the same: every entry looked at. And words in values."""

import random
from datetime import timedelta

import pytest

from nmx_desk.data import log as data
from nmx_desk.data import logquery
from nmx_desk.data.log import LogFilter, LogReach
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, log, search
from nmx_desk.services.desk import use_case

CODES = ("VIEW", "CREATE", "CHANGE", "SEARCH", "LOGIN", "DENY", "KEY")


@pytest.fixture
def lived(clinic):
    """Some hundred entries by four people about six clients; a few with a written reason."""
    chance = random.Random(5)
    own = clinic.as_("behandelaar").user.id
    made = [
        clinic.as_("receptie").do(clients.create_client, Client(first_name="Sanne", surname=f"Proef{n}", phone=f"060000012{n}",
                                                               practitioner_id=own if n % 2 else None))
        for n in range(6)
    ]  # fmt: skip
    for n in range(60):
        desk = clinic.as_(chance.choice(("receptie", "behandelaar", "collega", "manager")))
        client = chance.choice(made)
        clinic.clock.move(minutes=chance.randrange(200))
        if n % 3:
            desk.do(clients.open_client, client.id)
            desk.forget_seen()
        elif n % 2:
            at = made.index(client)
            made[at] = desk.do(clients.change_client, client.__class__(**client.__dict__ | {"call_instruction": f"Belt vanaf {n} uur"}))
        else:
            desk.do(search.settled, f"proef {n}", 3)
    return made


def plainly(store, wanted, reach):
    """Every entry of the log, held against the filter one by one."""
    everything = data.lines(store, LogFilter(limit=10**6))
    words = wanted.text.lower().split()
    own = {c.id for c in store.find(Client) if c.practitioner_id == reach.practitioner} if reach.practitioner else set()

    def says(line):
        texts = [text for item in data.values(store, line.seq) for text in (item.old, item.new) if text]
        return any(all(any(said.startswith(word) for said in text.lower().split()) for word in words) for text in texts)

    found = [
        line for line in everything
        if (not wanted.client or line.client == wanted.client) and (not wanted.actor or line.actor == wanted.actor)
        and (not wanted.obj_id or line.obj_id == wanted.obj_id) and (not wanted.codes or line.code in wanted.codes)
        and (wanted.since is None or line.at >= wanted.since) and (wanted.until is None or line.at < wanted.until)
        and (not wanted.break_glass or line.break_glass) and (wanted.before is None or line.seq < wanted.before)
        and (reach.everything or line.actor == reach.actor or line.client in own) and (not words or says(line))
    ]  # fmt: skip
    return [line.seq for line in found[: wanted.limit]]


@pytest.mark.parametrize("common", [logquery.COMMON, 5], ids=["few", "many"])
def test_every_combination_finds_what_it_should(clinic, lived, monkeypatch, common):
    monkeypatch.setattr(logquery, "COMMON", common)
    chance = random.Random(11)
    desk = clinic.as_("manager")
    me, start = clinic.as_("behandelaar").user.id, clinic.clock.moment - timedelta(days=3)
    reaches = [data.EVERYTHING, LogReach(actor=me), LogReach(actor=me, practitioner=me)]

    @use_case("log.own", writes=False)
    def compare(work):
        people = [user.id for user in work.store.find(data.record_of("desk_user"))]
        for _ in range(250):
            some = lambda value: value if chance.random() < 0.35 else None  # noqa: E731
            since, until = (some(start + timedelta(minutes=chance.randrange(most))) for most in (4000, 5000))
            wanted = LogFilter(
                client=some(chance.choice(lived).id) or "", actor=some(chance.choice(people)) or "",
                obj_id=some(chance.choice(lived).id) or "", codes=some(tuple(chance.sample(CODES, chance.randint(1, 3)))) or (),
                since=since, until=until,
                break_glass=bool(some(1)), text=some(chance.choice(("belt", "bel vanaf", "proef", "zwolle"))) or "",
                before=some(chance.randrange(200)), limit=chance.choice((1, 7, 500)),
            )  # fmt: skip
            reach = chance.choice(reaches)
            assert [line.seq for line in data.lines(work.store, wanted, reach)] == plainly(work.store, wanted, reach), wanted

    desk.do(compare)
    assert not desk.do(log.index_log)
    desk.do(compare)


def test_words_are_found_before_and_after_they_are_indexed(clinic, lived):
    desk = clinic.as_("manager")
    asked = LogFilter(text="BELT vana")
    before = [row.seq for row in desk.do(log.list_log, asked)]
    assert before
    assert not desk.do(log.index_log)
    assert [row.seq for row in desk.do(log.list_log, asked)] == before
    assert desk.do(log.list_log, LogFilter(text="nergens genoemd")) == []
    assert desk.do(log.list_log, LogFilter(text="\" OR * NEAR( '")) == []
    assert clinic.verified().ok
