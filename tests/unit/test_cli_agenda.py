"""``agenda book``, ``move`` and ``cancel``: the door of the window, for other programs."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients
from tests.unit.test_cli import as_json, run  # noqa: F401 (a fixture)


@pytest.fixture
def command(run):  # noqa: F811 (that fixture)
    return lambda *words, **how: run("agenda", *words, **how)


@pytest.fixture
def number(clinic):
    made = clinic.as_("receptie").do(clients.create_client, Client(first_name="Sanne", surname="Vis", phone="0612345678"))
    clinic.close()
    return made.client_no


def wall(days, hour):
    """A working day so far ahead, on the clinic's wall; the commands run by the real clock."""
    day = datetime.now(ZoneInfo("Europe/Amsterdam")).date() + timedelta(days=days)
    return f"{day - timedelta(days=max(day.weekday() - 4, 0))}T{hour:02}:00"


def test_an_appointment_is_booked_moved_and_cancelled(clinic, command, number):
    asked = ("--client", number, "--practitioner", "behandelaar", "--type", "follow_up")
    made = as_json(command("book", *asked, "--start", wall(10, 10), "--json"))
    assert (made["practitioner"], made["type"], made["status"], made["local_start"]) == (
        "behandelaar", "follow_up", "confirmed", wall(10, 10),
    )  # fmt: skip
    starts = datetime.fromisoformat(made["start"])
    assert starts.astimezone(ZoneInfo(made["zone"])).strftime("%H:%M") == "10:00"
    assert datetime.fromisoformat(made["end"]) - starts == timedelta(minutes=45)
    code, out, err = command("book", *asked, "--start", wall(10, 10))
    assert (code, out) == (1, "") and "from 10:00 to 10:45" in err
    doubled = as_json(command("book", *asked, "--start", wall(10, 10), "--double-booking", "spoed", "--json"))
    assert doubled["double_booking"] == "spoed"
    moved = as_json(command("move", made["id"], "--start", wall(10, 14), "--practitioner", "collega", "--json"))
    assert (moved["uid"], moved["sequence"], moved["moved_from"], moved["practitioner"]) == (made["uid"], 1, made["id"], "collega")
    back = as_json(command("move", moved["id"], "--start", wall(10, 15), "--json"))
    assert back["practitioner"] == "collega"
    gone = as_json(command("cancel", back["id"], "--reason", "verhinderd", "--by", "client", "--json"))
    assert (gone["status"], gone["cancelled_by"], gone["late"]) == ("cancelled", "client", False)
    assert command("cancel", back["id"], "--reason", "nog eens", "--by", "client")[0] == 1
    assert clinic.verified().ok


def test_what_cannot_be_is_said(clinic, command, number):
    asked = ("--practitioner", "behandelaar", "--type", "follow_up", "--start", wall(10, 10))
    assert command("book", "--client", "C-999999", *asked)[0] == 1
    assert command("book", "--client", number, *asked, user="beheerder")[0] == 1
    assert "no practitioner" in command("book", "--client", number, *asked[:1], "nobody", *asked[2:])[2]
    for start in ("tomorrow", "2027-03-29T10:00Z", "2027-10-31T02:30+03:00", "2027-03-29T10:00:30"):
        assert command("book", "--client", number, *asked[:4], "--start", start)[0] == 2
    skipped = date(datetime.now(ZoneInfo("UTC")).year + 1, 3, 31)
    sunday = skipped - timedelta(days=skipped.isoweekday() % 7)
    code, out, err = command("book", "--client", number, *asked[:4], "--start", f"{sunday}T02:30")
    assert (code, out) == (1, "") and "never shows" in err
    assert command("cancel", "nothing", "--reason", "weg", "--by", "nobody")[0] == 2
    assert json.loads(command("book", "--client", number, *asked, "--json")[1])["status"] == "confirmed"
    assert clinic.verified().ok


def test_an_hour_that_comes_twice_is_booked_twice(clinic, command, number):
    last = date(datetime.now(ZoneInfo("UTC")).year + 1, 10, 31)
    sunday = last - timedelta(days=last.isoweekday() % 7)
    asked = ("--client", number, "--practitioner", "behandelaar", "--type", "follow_up", "--double-booking", "nacht", "--json")
    for said, utc in (("", "00:30"), ("+02:00", "00:30"), ("+01:00", "01:30")):
        made = as_json(command("book", *asked, "--start", f"{sunday}T02:30{said}"))
        assert (made["start"], made["local_start"]) == (f"{sunday}T{utc}:00Z", f"{sunday}T02:30")
        command("cancel", made["id"], "--reason", "klaar", "--by", "clinic")
    assert clinic.verified().ok


def test_days_beyond_the_calendar_and_a_file_without_a_name_are_wrong_use_not_a_mistake(command, run, number, tmp_path):  # noqa: F811
    empty = tmp_path / "empty.ics"
    empty.write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "utf-8")
    far = "9999-12-31"
    asked = ("--client", number, "--practitioner", "behandelaar", "--type", "follow_up")
    for code, _out, err in (
        command("book", *asked, "--start", f"{far}T23:59"),
        command("move", "nothing", "--start", "0001-01-01T00:00"),
        command("busy", empty, "--from", "0001-01-01", "--to", far),
        run("slots", "--type", "intake", "--from", far, "--to", far),
    ):
        assert code == 2 and "1900 to 2999" in err
    code, _out, err = command("export", "--practitioner", "behandelaar", "--out", "")
    assert code == 3 and "could not be written" in err
