"""Practitioners' other calendars and published agendas, against real servers: Radicale and Xandikos."""

from __future__ import annotations

import http.server
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import RosterRule
from nmx_desk.domain.calendars import AccountSecret, BusySource, BusyTime, CalendarFeed, CalendarKind, PublishedEvent
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.exchange import web_calendars
from nmx_desk.services import agenda, calendars, clients, publishing
from nmx_desk.services.calendars import Looked
from tests.calendar_servers import PASSWORD, USER, Radicale, Xandikos
from tests.clinic import once
from tests.imap_server import certificates
from tests.unit.test_agenda_services import at

TUESDAY = date(2026, 9, 15)
EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260901T080000Z\r
DTSTART;TZID=Europe/Amsterdam:{day}T{start}00\r
DTEND;TZID=Europe/Amsterdam:{day}T{end}00\r
{more}SUMMARY:Naar de tandarts\r
END:VEVENT\r
END:VCALENDAR\r
"""


def event(uid="e1", start="1000", end="1100", day="20260915", more=""):
    return EVENT.format(uid=uid, start=start, end=end, day=day, more=more)


put_record = once(lambda work, record: work.store.add(record))
found = once(lambda work, kind: work.store.find(kind))


@pytest.fixture(scope="module", params=[Radicale, Xandikos], ids=["radicale", "xandikos"])
def running(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running):
    """The server with an empty calendar."""
    with web_calendars.Visit(web_calendars.Account(running.address, USER, PASSWORD)) as visit:
        for path in visit.listed().changed:
            visit.delete(path)
    return running


@pytest.fixture
def who(clinic):
    return next(one for one in clinic.as_("receptie").do(people_of) if one.username == "behandelaar")


people_of = once(lambda work: data.practitioners(work.store))


@pytest.fixture
def open_days(clinic, who):
    """The practitioner works on weekdays from nine to five."""
    for weekday in range(5):
        clinic.as_("manager").do(put_record, RosterRule(practitioner_id=who.id, weekday=weekday, start_minute=540, end_minute=1020))


def set_up(clinic, server, who, **more):
    wanted = BusySource(practitioner_id=who.id, kind=CalendarKind.CALDAV, address=server.address, username=USER, **more)
    return clinic.as_("manager").do(calendars.save_source, wanted, PASSWORD)


def look(clinic, **more):
    return calendars.look_at_calendars(clinic.as_("receptie"), **more)


def busy(clinic):
    rows = sorted((one.busy_from, one.busy_to) for one in clinic.as_("receptie").do(found, BusyTime))
    return [f"{from_minutes(begin):%d %H:%M}-{from_minutes(end):%H:%M}" for begin, end in rows]


def test_what_a_calendar_says_is_busy_and_is_not_free(clinic, server, who, open_days):
    set_up(clinic, server, who)
    server.put("1.ics", event())
    assert look(clinic) == Looked(1, 1)
    assert busy(clinic) == ["15 08:00-09:00"]
    free = {offer.starts_at for offer in clinic.as_("receptie").do(agenda.free_moments, "follow_up", TUESDAY, TUESDAY, who.id)}
    assert at(12, day=TUESDAY) in free and not any(at(9, 45, TUESDAY) <= start < at(11, day=TUESDAY) for start in free)
    assert "tandarts" not in str(clinic.as_("receptie").do(found, BusyTime))
    assert clinic.verified().ok


def test_only_what_changed_is_read_again(clinic, server, who, monkeypatch):
    set_up(clinic, server, who)
    for n in range(3):
        server.put(f"{n}.ics", event(uid=f"e{n}", start=f"1{n}00", end=f"1{n}30"))
    assert look(clinic).changed == 3
    asked, load = [], web_calendars.Visit.load
    monkeypatch.setattr(web_calendars.Visit, "load", lambda visit, paths: (asked.extend(paths), load(visit, paths))[1])
    server.put("1.ics", event(uid="e1", start="1500", end="1530"))
    server.ask("DELETE", "2.ics")
    assert look(clinic) == Looked(1, 3)
    assert [path.rpartition("/")[2] for path in asked] == ["1.ics"]
    assert busy(clinic) == ["15 08:00-08:30", "15 13:00-13:30"]
    asked.clear()
    assert look(clinic) == Looked(1, 0) and asked == []


def test_after_a_restart_the_token_says_that_nothing_is_new(clinic, server, who, monkeypatch):
    set_up(clinic, server, who)
    server.put("1.ics", event())
    look(clinic)
    calendars._memory.collections.clear()
    monkeypatch.setattr(web_calendars.Visit, "load", lambda *_all: pytest.fail("read again"))
    assert look(clinic) == Looked(1, 0) and busy(clinic) == ["15 08:00-09:00"]
    monkeypatch.undo()
    calendars._memory.collections.clear()
    server.put("2.ics", event(uid="e2", start="1200", end="1300"))
    assert look(clinic).changed == 1 and len(busy(clinic)) == 2


def test_a_new_day_brings_a_day_more_into_sight(clinic, server, who):
    set_up(clinic, server, who)
    server.put("1.ics", event(day="20251101", more="RRULE:FREQ=DAILY\r\n"))
    look(clinic)
    before = len(busy(clinic))
    clinic.clock.move(days=1)
    assert look(clinic).changed == 2 and len(busy(clinic)) == before
    calendars._memory.collections.clear()
    clinic.clock.move(days=1)
    assert look(clinic).changed == 2


def test_a_calendar_looked_at_has_its_turn_again_later(clinic, server, who):
    set_up(clinic, server, who, every_minutes=30)
    assert look(clinic, every=False).calendars == 1 and look(clinic, every=False).calendars == 0
    clinic.clock.move(minutes=31)
    assert look(clinic, every=False).calendars == 1


def test_trouble_keeps_what_was_known_and_is_told(clinic, server, who):
    made = set_up(clinic, server, who)
    server.put("1.ics", event())
    look(clinic)
    if server.secured:
        clinic.as_("manager").do(calendars.save_source, clinic.as_("manager").do(found, BusySource)[0], "anders")
        assert "user name or password" in look(clinic).trouble[0]
        assert busy(clinic) == ["15 08:00-09:00"]
        assert "user name or password" in clinic.as_("manager").do(calendars.read_calendars).sources[0].source.trouble
    now = clinic.as_("manager").do(found, BusySource)[0]
    clinic.as_("manager").do(calendars.save_source, replace(now, address=server.address.removesuffix("agenda/") + "nergens/"), PASSWORD)
    assert look(clinic).trouble and busy(clinic) == []
    clinic.as_("manager").do(calendars.remove_source, made.id)
    assert look(clinic) == Looked() and clinic.as_("manager").do(found, AccountSecret) == []
    assert clinic.verified().ok


def test_an_entry_that_cannot_be_read_is_told_and_the_rest_is_read(clinic, server, who):
    set_up(clinic, server, who)
    server.put("1.ics", event())
    server.put("2.ics", event(uid="e2").replace(":20260915T110000", ":20260914T110000"))
    assert look(clinic).trouble[0].endswith("It ends before it begins.")
    assert busy(clinic) == ["15 08:00-09:00"]


# -- files and addresses -----------------------------------------------------------------------------------------------------------------


@contextmanager
def at_an_address(answer, certificate=None):
    """A web server on the loopback that answers as told, over TLS with a certificate; gives its address and the heads it was asked with."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(dict(self.headers))
            status, heads, body = answer(self.path, self.headers)
            self.send_response(status)
            for name, value in heads.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_all):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"{'https' if certificate else 'http'}://127.0.0.1:{running.server_port}/a.ics", asked
    running.shutdown()
    running.server_close()


def source_at(clinic, who, address, **more):
    wanted = BusySource(practitioner_id=who.id, kind=more.pop("kind", CalendarKind.URL), address=address, **more)
    return clinic.as_("manager").do(calendars.save_source, wanted, "geheim" if more.get("username") else "")


def test_an_address_is_asked_whether_it_changed(clinic, who):
    def answer(_path, heads):
        return (304, {}, b"") if heads.get("If-None-Match") == '"v1"' else (200, {"ETag": '"v1"'}, event().encode())

    with at_an_address(answer) as (address, asked):
        source_at(clinic, who, address)
        assert look(clinic).changed == 1 and look(clinic).changed == 0
        assert [heads.get("If-None-Match") for heads in asked] == [None, '"v1"']
        clinic.clock.move(days=1)
        look(clinic)
        assert asked[-1].get("If-None-Match") is None and busy(clinic) == ["15 08:00-09:00"]


def test_a_certificate_that_is_not_valid_gets_nothing(clinic, who, tmp_path, monkeypatch):
    trusted, own = certificates(tmp_path)
    with at_an_address(lambda *_all: (200, {}, event().encode()), own) as (address, asked):
        source_at(clinic, who, address, username="a")
        assert "certificate" in look(clinic).trouble[0] and asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert look(clinic) == Looked(1, 1) and "Authorization" in asked[0]


def test_a_server_that_is_gone_is_told(clinic, who):
    with at_an_address(lambda *_all: (200, {}, b"")) as (address, _asked):
        source_at(clinic, who, address)
    assert "does not answer" in look(clinic).trouble[0]


def test_the_password_goes_to_that_server_alone(clinic, who):
    with (
        at_an_address(lambda *_all: (200, {}, event().encode())) as (other, asked_there),
        at_an_address(lambda *_all: (302, {"Location": other}, b"")) as (address, asked),
    ):
        source_at(clinic, who, address, username="a")
        assert look(clinic).changed == 1
        assert "Authorization" in asked[0] and "Authorization" not in asked_there[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [((200, {}, b"<html>Sign in</html>"), "no calendar file"), ((404, {}, b""), "refuses this (404)"),
     ((302, {"Location": "/a.ics"}, b""), "in a circle"), ((302, {"Location": "http://example.org/"}, b""), "not private")],
)  # fmt: skip
def test_what_is_no_calendar_is_said_and_changes_nothing(clinic, who, answer, said):
    answers = [(200, {}, event().encode())]
    with at_an_address(lambda *_all: answers[-1]) as (address, _asked):
        source_at(clinic, who, address)
        look(clinic)
        answers.append(answer)
        assert said in look(clinic).trouble[0] and busy(clinic) == ["15 08:00-09:00"]


def test_an_endless_answer_ends(clinic, who, monkeypatch):
    monkeypatch.setattr(web_calendars, "LARGEST", 10_000)
    with at_an_address(lambda *_all: (200, {}, b"x" * 100_000)) as (address, _asked):
        source_at(clinic, who, address)
        assert "never stops" in look(clinic).trouble[0]


def test_a_file_is_read_where_it_is_and_left_alone_elsewhere(clinic, who, tmp_path):
    file = tmp_path / "agenda.ics"
    file.write_text(event())
    source_at(clinic, who, str(file), kind=CalendarKind.FILE)
    assert look(clinic, every=False).changed == 1
    file.unlink()
    clinic.clock.move(hours=1)
    assert look(clinic, every=False) == Looked() and busy(clinic) == ["15 08:00-09:00"]
    assert "cannot be read" in look(clinic).trouble[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"address": "http://example.org/a.ics"}, "address"), ({"address": "ftp://example.org/a"}, "address"), ({"address": ""}, "address"),
     ({"address": "https://a:b@example.org/"}, "address"), ({"every_minutes": 1}, "every_minutes"),
     ({"practitioner_id": "x"}, "practitioner_id"), ({"username": "a"}, "password"), ({"name": "a\nb"}, "name"),
     ({"kind": CalendarKind.FILE, "address": "a.ics"}, "address")],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_with_its_field(clinic, who, changes, field):
    wanted = replace(BusySource(practitioner_id=who.id, kind=CalendarKind.URL, address="webcal://example.org/a.ics"), **changes)
    with pytest.raises(UserError) as refused:
        clinic.as_("manager").do(calendars.save_source, wanted)
    assert refused.value.field == field


def test_webcal_is_asked_over_tls_and_the_password_is_not_given_to_another_server(clinic, who):
    desk = clinic.as_("manager")
    made = desk.do(calendars.save_source, BusySource(practitioner_id=who.id, kind=CalendarKind.URL, address="webcal://example.org/a.ics"))
    assert made.address == "https://example.org/a.ics"
    made = desk.do(calendars.save_source, replace(made, username="a"), "geheim")
    assert desk.do(calendars.source_to_try, made).account.password == "geheim"
    with pytest.raises(UserError):
        desk.do(calendars.save_source, replace(made, address="https://evil.example.org/"))
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(calendars.read_calendars)


# -- published ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def booked(clinic, who, open_days):
    desk = clinic.as_("receptie")
    client = desk.do(clients.create_client, Client(first_name="Anna", prefix="de", surname="Vries", phone="0600000001"))
    starts = at(10, day=TUESDAY), at(14, day=TUESDAY)
    return [desk.do(agenda.book, "intake", who.id, start, client_id=client.id) for start in starts]


def publish_at(clinic, server, who):
    wanted = CalendarFeed(practitioner_id=who.id, address=server.address, username=USER)
    return clinic.as_("manager").do(publishing.save_feed, wanted, PASSWORD)


def publish(clinic):
    return publishing.publish_agendas(clinic.as_("receptie"))


def on(server):
    with web_calendars.Visit(web_calendars.Account(server.address, USER, PASSWORD)) as visit:
        return sorted(text.decode() for _path, _etag, text in visit.load(list(visit.listed().changed)))


def test_the_agenda_stands_on_the_server_with_initials_only(clinic, server, who, booked):
    publish_at(clinic, server, who)
    assert publish(clinic) == Looked(1, 2) and publish(clinic) == Looked(1, 0)
    texts = on(server)
    assert len(texts) == 2 and all("A.d.V." in text and "Vries" not in text and "ntake" not in text for text in texts)
    clinic.as_("receptie").do(agenda.move, booked[0].id, at(12, day=TUESDAY), who.id)
    clinic.as_("receptie").do(agenda.cancel, booked[1].id, "client", "ziek")
    assert publish(clinic) == Looked(1, 2)
    (text,) = on(server)
    assert "T120000" in text and "SEQUENCE:1" in text
    assert clinic.verified().ok


def test_a_kill_between_sending_and_remembering_doubles_nothing(clinic, server, who, booked, monkeypatch):
    publish_at(clinic, server, who)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "_in_parts", killed_after_sending)
        with pytest.raises(KeyboardInterrupt):
            publish(clinic)
    assert len(on(server)) == 2 and clinic.as_("receptie").do(found, PublishedEvent) == []
    assert publish(clinic) == Looked(1, 2)
    assert len(on(server)) == 2 and publish(clinic) == Looked(1, 0)


def killed_after_sending(visit, plan, _progress):
    for entry in plan.send:
        publishing._put(visit, entry)
    raise KeyboardInterrupt
    yield


def test_what_others_did_on_the_server_is_put_right(clinic, server, who, booked):
    publish_at(clinic, server, who)
    publish(clinic)
    first, second = (f"{one.uid}.ics" for one in booked)
    server.ask("DELETE", first)
    server.put(second, event(uid=booked[1].uid))
    for one in booked:
        clinic.as_("receptie").do(agenda.move, one.id, one.starts_at + timedelta(days=1), who.id)
    assert publish(clinic) == Looked(1, 2)
    texts = on(server)
    assert len(texts) == 2 and all("20260916T" in text and "tandarts" not in text for text in texts)


def test_an_appointment_under_another_name_is_found_by_its_uid(clinic, server, who, booked):
    server.put("elders.ics", event(uid=booked[0].uid))
    publish_at(clinic, server, who)
    assert publish(clinic) == Looked(1, 2)
    assert len(on(server)) == 2 and "tandarts" not in "".join(on(server))


def test_what_is_published_does_not_make_its_own_practitioner_busy(clinic, server, who, booked):
    publish_at(clinic, server, who)
    publish(clinic)
    set_up(clinic, server, who)
    server.put("1.ics", event())
    assert look(clinic).changed == 1 and busy(clinic) == ["15 08:00-09:00"]


def test_an_export_is_logged_of_each_client(clinic, who, booked):
    text = clinic.as_("receptie").do(publishing.export_agenda, "behandelaar")
    assert text.count("BEGIN:VEVENT") == 2 and "Vries" not in text
    desk = clinic.as_("manager")
    with desk.database.reading():
        logged = desk.database.reading_driver.execute(
            "SELECT count(*) FROM audit_log WHERE code = 'EXPORT' AND client = ?", (booked[0].client_id,)
        ).fetchone()  # fmt: skip
    assert logged[0] == 2


@pytest.mark.parametrize(
    ("name", "shown"), [("Anna de Vries", "A.d.V."), ("’t Hart", "t.H."), ("Jan-Piet", "J.P."), ("  ", "–"), ("Ö. 3", "Ö.")]
)
def test_initials(name, shown):
    assert publishing.initials(name) == shown


def test_the_stamp_of_an_entry_stays_while_it_stays(clinic, who, booked):
    told = {publishing.event_of(one).stamp for one in booked}
    assert all(isinstance(stamp, datetime) and stamp.tzinfo is UTC for stamp in told)
