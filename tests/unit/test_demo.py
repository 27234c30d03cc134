"""The demo clinic: deterministic, honest in the log, lifelike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from nmx_desk import i18n
from nmx_desk.audit.verify import Result
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.errors import Cancelled, Conflict, UserError
from nmx_desk.services import demo as making
from nmx_desk.services.agenda import cancel, day_agenda
from nmx_desk.services.demo import DemoMade, make_demo
from nmx_desk.services.desk import Desk, Progress
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import ClinicSetup, FrontDoor, Surroundings, create_clinic
from nmx_desk.services.waiting import waiting_list, who_fits
from nmx_desk.vault.keyfile import CHEAP_KDF
from nmx_desk.vault.passwords import DEMO_PASSWORD

THURSDAY = date(2026, 9, 17)
END = datetime(2026, 9, 17, 15, 0, tzinfo=UTC)
AROUND = Surroundings(kdf=CHEAP_KDF, clock=lambda: END + timedelta(minutes=1), witness=False)


@dataclass
class Demo:
    folder: Path
    made: DemoMade
    desk: Desk

    def rows(self, statement: str) -> list[Any]:
        with self.desk.database.reading() as connection:
            return list(connection.exec_driver_sql(statement).all())

    def counts(self, table: str, column: str) -> Counter[str]:
        return Counter(dict(self.rows(f"SELECT {column}, count(*) FROM {table} GROUP BY 1")))

    def log(self) -> Result:
        with self.desk.database.reading():
            return check_log(self.desk.database.reading_driver)


def demo(folder: Path, seed: int = 1) -> Demo:
    before = i18n.language()
    i18n.use("nl")  # what is signed is kept in the language in use
    made = make_demo(folder, size="small", seed=seed, today=THURSDAY, kdf=CHEAP_KDF)
    i18n.use(before)
    return Demo(folder, made, FrontDoor(folder, AROUND).sign_in("manager", DEMO_PASSWORD))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory):
    made = demo(tmp_path_factory.mktemp("demo") / "clinic")
    yield made
    made.desk.close()


def test_the_log_is_intact_and_signed_by_those_who_acted(small):
    result = small.log()
    assert result.ok, result.findings
    names = dict(small.rows("SELECT id, username FROM desk_user"))
    acted = {names[row[0]] for row in small.rows("SELECT DISTINCT actor FROM audit_log")}
    assert acted == {"beheerder", "manager", "receptie", "behandelaar", "behandelaar2", "behandelaar3"}
    signers = small.rows(
        "SELECT DISTINCT e.actor, k.user_id FROM audit_head h JOIN audit_log e ON e.seq = h.size - 1 JOIN audit_key k ON k.id = h.key_id"
    )
    assert all(actor == signer for actor, signer in signers)


def test_nothing_is_logged_later_than_the_demos_day_and_time_never_runs_back(small):
    assert small.rows(f"SELECT count(*) FROM audit_log WHERE ts > '{END.isoformat()[:16]}:59' AND code <> 'LOGIN'")[0][0] == 0
    assert small.rows("SELECT count(*) FROM audit_log WHERE skew = 1")[0][0] == 0
    assert small.rows("SELECT count(*) FROM audit_log a JOIN audit_log b ON b.seq = a.seq + 1 WHERE b.ts < a.ts")[0][0] == 0


def test_no_story_ended_because_plans_crossed(small):
    assert small.made.dropped == ()


def test_every_step_carries_the_name_of_what_was_done(small):
    purposes = small.counts("audit_log", "purpose")
    assert {"import_requests", "log_attempt", "book_call", "complete_call", "sign_note", "activate", "complete_follow_up"} <= set(purposes)
    codes = small.counts("audit_log", "code")
    assert all(codes[code] > 0 for code in ("IMPORT", "SIGN", "VIEW", "LOGIN", "CONFIG", "KEY", "BREAKGLASS"))


def test_every_page_has_something_to_show(small):
    states = small.counts("advice_request", "status")
    assert {"new", "in_progress", "booked", "no_show", "cancelled", "done", "duplicate", "withdrawn"} <= set(states)
    assert 60 <= small.made.requests <= 95
    assert small.made.clients >= 25
    notes = small.counts("consult_note", "status")
    assert notes["signed"] >= 12
    assert notes["draft"] >= 1
    assert small.rows("SELECT count(*) FROM consult_note WHERE late = 1")[0][0] >= 1
    plans = small.counts("plan", "status")
    assert plans["active"] >= 5
    assert plans["draft"] >= 1
    due = [date.fromisoformat(row[0]) for row in small.rows("SELECT due_on FROM follow_up WHERE status = 'planned'")]
    assert any(day < THURSDAY - timedelta(days=7) for day in due)
    assert any(day > THURSDAY + timedelta(days=7) for day in due)
    days = Counter(row[0][:10] for row in small.rows("SELECT wall_start FROM appointment WHERE live = 1"))
    assert days[THURSDAY.isoformat()] >= 3
    assert sum(n for day, n in days.items() if THURSDAY.isoformat() < day <= (THURSDAY + timedelta(days=14)).isoformat()) >= 10
    letters = small.counts("referral", "sent_how")
    assert letters["client"] >= 1
    assert small.rows("SELECT count(*) FROM referral WHERE feedback <> ''")[0][0] >= 1
    promised = small.rows("SELECT count(*) FROM advice_request WHERE next_action_at IS NOT NULL")
    assert promised[0][0] >= 2
    many = small.rows("SELECT complaint_id FROM complaint_score GROUP BY 1 HAVING count(*) >= 4")
    assert many


def test_the_agenda_is_lived_in(small):
    hours = small.rows("SELECT DISTINCT practitioner_id, day, is_open FROM roster_override WHERE day > '2026-09-17'")
    assert len(hours) >= 5
    assert {row[2] for row in hours} == {0, 1}
    [(locum, away, first, last)] = small.rows(
        "SELECT DISTINCT practitioner_id, stands_in_for, valid_from, valid_to FROM roster_rule WHERE stands_in_for IS NOT NULL"
    )
    assert locum != away and THURSDAY.isoformat() < first < last
    assert small.rows(f"SELECT count(*) FROM absence WHERE practitioner_id = '{away}' AND substr(start_at, 1, 10) <= '{first}'")[0][0] >= 1
    assert small.rows(f"SELECT count(*) FROM closure WHERE date_from > '{THURSDAY}'")[0][0] >= 2
    sources = small.rows("SELECT kind, address, (SELECT count(*) FROM busy_time b WHERE b.source_id = s.id) FROM busy_source s")
    assert len(sources) == 2
    assert all(kind == "file" and not Path(address).exists() and busy >= 5 for kind, address, busy in sources)
    waiting = small.rows("SELECT appointment_id FROM waiting_entry WHERE status = 'waiting'")
    assert len(waiting) >= 4 and any(row[0] for row in waiting)
    series = small.counts("appointment", "status || CASE WHEN series_id IS NULL THEN '' ELSE ' of a series' END")
    assert series["moved of a series"] == 1
    assert series["confirmed of a series"] >= 4
    assert series["option"] == 1


class HalfPastTen(datetime):
    """The clock of whoever makes a demo in the middle of a working day."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 26, 9, 30, tzinfo=tz)


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("at work") / "clinic"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "datetime", HalfPastTen)
        made = make_demo(folder, size="small", seed=1, kdf=CHEAP_KDF)
    around = Surroundings(kdf=CHEAP_KDF, clock=lambda: datetime(2026, 11, 26, 9, 31, tzinfo=UTC), witness=False)
    desk = FrontDoor(folder, around).sign_in("manager", DEMO_PASSWORD)
    yield Demo(folder, made, desk)
    desk.close()


def test_in_the_middle_of_a_working_day_people_are_there(at_work):
    assert at_work.made.dropped == ()
    today = at_work.desk.do(day_agenda, date(2026, 11, 26))
    shown = [item.appointment for column in today.columns for item in column.items if item.appointment.live]
    states = Counter(str(one.status) for one in shown)
    assert all(states[state] >= 1 for state in ("completed", "in_room", "arrived", "confirmed"))
    waits = [one.checked_in_at for one in shown if one.status == "arrived"]
    assert all(since < datetime(2026, 11, 26, 9, 28, tzinfo=UTC) for since in waits)
    assert not any(one.status == "confirmed" and one.ends_at < HalfPastTen.now(UTC) for one in shown)


def test_a_freed_moment_suits_somebody_who_waits(at_work):
    desk = at_work.desk
    has = next(row.has for row in desk.do(waiting_list) if row.has is not None and row.has.type_code == "follow_up")
    [(soonest,)] = at_work.rows(
        "SELECT id FROM appointment WHERE status = 'confirmed' AND type_code = 'follow_up' AND starts_at > '2026-11-27' "
        f"AND practitioner_id = '{has.practitioner_id}' AND client_id <> '{has.client_id}' ORDER BY starts_at LIMIT 1"
    )
    desk.do(cancel, soonest, "clinic", "Ruimte nodig")
    assert desk.do(who_fits, soonest)


def test_the_scripted_people_are_there(small):
    annas = small.rows("SELECT birth_date FROM client WHERE first_name = 'Anna' AND surname = 'Vries'")
    assert len(annas) == 2
    assert annas[0] == annas[1]
    merges = small.rows("SELECT kind, status FROM proposal WHERE kind = 'merge' ORDER BY created_at")
    assert [row[1] for row in merges] == ["done", "open"]
    assert len(small.rows("SELECT id FROM client WHERE merged_into IS NOT NULL")) == 1
    twins = small.rows("SELECT phone, birth_date FROM client WHERE first_name IN ('Sem', 'Saar') AND surname = 'Bakker'")
    assert len(twins) == 2
    assert twins[0] == twins[1]
    assert small.rows("SELECT count(*) FROM red_flag_check WHERE override_by IS NOT NULL")[0][0] >= 1
    assert small.rows("SELECT count(*) FROM client WHERE phone LIKE '+32%' AND country = 'BE'")[0][0] == 1
    assert small.rows("SELECT count(*) FROM client WHERE email = ''")[0][0] >= 1
    assert small.rows("SELECT count(*) FROM client WHERE no_voicemail = 1")[0][0] >= 1
    assert small.rows("SELECT count(*) FROM client WHERE status = 'deceased' AND deceased_on IS NOT NULL")[0][0] == 1
    assert small.rows("SELECT max(number) FROM plan_version")[0][0] == 4
    assert small.rows("SELECT count(*) FROM plan_item WHERE stop_reason = 'side_effect' AND pillar = 'supplement'")[0][0] >= 1
    assert small.rows("SELECT max(n) FROM (SELECT count(*) n FROM appointment WHERE status = 'no_show' GROUP BY request_id)")[0][0] == 2
    assert small.rows("SELECT count(*) FROM note_section WHERE text LIKE '%MDL%'")[0][0] >= 1
    twice = "SELECT count(*) FROM (SELECT client_id FROM advice_call WHERE outcome IS NOT NULL GROUP BY 1 HAVING count(*) = 2)"
    assert small.rows(twice)[0][0] >= 1
    late = "SELECT max(julianday(signed_at) - julianday(care_date)) FROM consult_note"
    assert 9 <= small.rows(late)[0][0] < 10


def test_a_note_in_the_wrong_file_was_declared_void_and_signed_where_it_belongs(small: Demo) -> None:
    joined = "FROM consult_note one JOIN consult_note two ON two.copied_from = one.id"
    found = small.rows(f"SELECT one.status, two.status, one.client_id <> two.client_id {joined}")
    assert [tuple(row) for row in found] == [("void", "signed", 1)]


def test_children_have_parents_and_one_parent_refuses(small):
    deciders = "SELECT r.authority, r.agreement FROM representative r JOIN client c ON c.id = r.client_id WHERE c.first_name = "
    for name in ("Sem", "Saar", "Daan"):
        assert small.rows(f"{deciders}'{name}'") == [("yes", "given")] * 2
    assert small.rows(f"{deciders}'Lotte' ORDER BY r.agreement") == [("yes", "given"), ("yes", "refused")]
    plan = "SELECT c.birth_date, p.status FROM client c JOIN plan p ON p.client_id = c.id WHERE c.first_name = 'Daan'"
    [(born, status)] = small.rows(plan)
    assert status == "active" and THURSDAY < date.fromisoformat(born).replace(year=int(born[:4]) + 16) < THURSDAY + timedelta(days=31)
    given = small.counts("consent", "purpose")
    assert given["minor_treatment"] >= 3 and given["data_to_gp"] >= 5 and given["newsletter"] >= 1


def test_phones_and_addresses_belong_to_nobody(small):
    phones = [row[0] for row in small.rows("SELECT phone FROM client UNION SELECT phone FROM advice_request")]
    assert all(phone.startswith("+31600") or phone == "+32400000123" for phone in phones)
    emails = [row[0] for row in small.rows("SELECT email FROM client UNION SELECT email FROM advice_request")]
    assert all(not email or email.endswith("@example.org") for email in emails)


def test_everybody_signs_in_with_the_demos_password(small):
    for username in ("receptie", "behandelaar", "behandelaar2", "behandelaar3", "manager", "beheerder"):
        desk = FrontDoor(small.folder, AROUND).sign_in(username, DEMO_PASSWORD)
        assert desk.is_demo
        desk.close()


def test_the_password_is_refused_for_a_real_clinic(tmp_path):
    setup = ClinicSetup(clinic_name="Praktijk", display_name="B. Demo", username="beheerder", password=DEMO_PASSWORD)
    with pytest.raises(UserError):
        create_clinic(tmp_path / "clinic", setup, Surroundings(kdf=CHEAP_KDF, witness=False))


def records(desk: Desk) -> dict[str, list[Any]]:
    with desk.database.reading() as connection:
        return {
            table.name: list(connection.execute(sa.text(f"SELECT * FROM {table.name} ORDER BY id")).all()) for table in captured_tables()
        }


def test_the_seed_decides_every_record(small, tmp_path):
    again = demo(tmp_path / "again")
    try:
        assert records(again.desk) == records(small.desk)
        assert again.desk.db_uuid != small.desk.db_uuid
    finally:
        again.desk.close()


def test_another_seed_is_another_clinic_and_holds_together(small, tmp_path):
    other = demo(tmp_path / "other", seed=2)
    try:
        assert other.made.dropped == ()
        assert other.log().ok
        assert records(other.desk)["client"] != records(small.desk)["client"]
    finally:
        other.desk.close()


def test_stopping_leaves_nothing_behind(tmp_path):
    progress = Progress(lambda done, _total, _text: progress.cancel() if done > 3 else None)
    with pytest.raises(Cancelled):
        make_demo(tmp_path / "clinic", size="small", seed=1, today=THURSDAY, progress=progress, kdf=CHEAP_KDF)
    assert not (tmp_path / "clinic").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "brief.txt").write_text("belangrijk")
    with pytest.raises(Conflict):
        make_demo(tmp_path, size="small", seed=1, today=THURSDAY, kdf=CHEAP_KDF)
    assert (tmp_path / "brief.txt").read_text() == "belangrijk"


def test_only_a_demo_clinic_shows_its_password(small, clinic):
    assert FrontDoor(small.desk.folder).demo_password == DEMO_PASSWORD
    assert clinic.front.demo_password == ""
