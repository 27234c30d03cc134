"""K1 to K19 once more, as plain SQL written from the clinic's definitions (DOMAIN §5) and not from the program.

Each statement answers (numerator, denominator, value); what it does not tell is NULL. Parameters: ``:first`` and ``:last``, days of the
clinic (Amsterdam); ``:lo`` and ``:hi``, their instants as stored; ``:now`` the cut-off, ``:today`` its day. What a figure is narrowed to:
``:who`` (a practitioner), ``:way`` (how it came in), ``:kind`` (a type of appointment), ``:place``; empty is everything. Only what is
counted is narrowed; a row that cannot be said to be anybody's, to have come in any way, to be of any type or anywhere is not counted then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nmx_desk.domain.kpi_shapes import Filters

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def stored(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parameters(first: date, last: date, now: datetime, narrow: Filters) -> dict[str, str]:
    return {
        "who": narrow.practitioner_id, "way": narrow.source, "kind": narrow.type_code, "place": narrow.location_id,
        "first": first.isoformat(), "last": last.isoformat(), "now": stored(now), "today": now.astimezone(AMSTERDAM).date().isoformat(),
        "lo": stored(datetime.combine(first, time(), AMSTERDAM)), "hi": stored(datetime.combine(last + timedelta(days=1), time(),
          AMSTERDAM)),
    }  # fmt: skip


def summer(at: str) -> str:
    """SQL: the hours the wall clock is ahead of an instant: from the last Sunday of March to that of October, both at one o'clock UTC."""
    year = f"strftime('%Y', {at})"
    begins, ends = (f"date({year} || '{day}', '-6 days', 'weekday 0') || 'T01:00'" for day in ("-03-31", "-10-31"))
    return f"(CASE WHEN {at} >= {begins} AND {at} < {ends} THEN 2 ELSE 1 END)"


def local(at: str) -> str:
    """SQL: wall-clock text of an instant."""
    return f"strftime('%Y-%m-%dT%H:%M:%f', {at}, {summer(at)} || ' hours')"


def narrowed(who: str = "''", way: str = "''", kind: str = "''", place: str = "''") -> str:
    """SQL: only rows of this practitioner, that came in this way, of this type, there: what says whose, how, what and where a row is."""
    asked = {"who": who, "way": way, "kind": kind, "place": place}
    return " AND ".join(f"(:{name} = '' OR :{name} = ({said}))" for name, said in asked.items())


def at(appointment: str) -> str:
    """SQL: where the appointment with this id is."""
    return f"SELECT coalesce(w.location_id, 'main') FROM appointment w WHERE w.id = {appointment}"


def way_of(client: str) -> str:
    """SQL: how the first request of a client came in."""
    return f"SELECT q.source FROM advice_request q WHERE q.client_id = {client} ORDER BY q.received_at, q.id DESC LIMIT 1"


CALLER = """coalesce((SELECT c.practitioner_id FROM advice_call c WHERE c.request_id = r.id ORDER BY c.started_at DESC, c.id DESC LIMIT 1),
    (SELECT a.practitioner_id FROM appointment a WHERE a.request_id = r.id AND a.type_code = 'advice_call' AND a.status <> 'option'
      ORDER BY a.created_at DESC, a.id DESC LIMIT 1))"""
LAST_PLACE = """SELECT coalesce(w.location_id, 'main') FROM appointment w WHERE w.request_id = r.id AND w.status NOT IN ('option', 'moved')
    ORDER BY w.starts_at DESC, w.id DESC LIMIT 1"""
VALID = f"""valid AS (
  SELECT * FROM advice_request r WHERE status NOT IN ('duplicate', 'invalid') AND received_at >= :lo AND received_at < :hi
    AND {narrowed(CALLER, "r.source", "'advice_call'", LAST_PLACE)})"""
CALLS = f"""calls AS (
  SELECT c.*, r.received_at FROM advice_call c JOIN advice_request r ON r.id = c.request_id
  WHERE r.status NOT IN ('duplicate', 'invalid') AND c.started_at >= :lo AND c.started_at < :hi
    AND {narrowed("c.practitioner_id", "r.source", "'advice_call'", at("c.appointment_id"))})"""
VISIT = narrowed("a.practitioner_id", f"coalesce(r.source, ({way_of('a.client_id')}))", "a.type_code", "coalesce(a.location_id, 'main')")
INTAKES = """intakes AS (
  SELECT a.* FROM appointment a LEFT JOIN client k ON k.id = a.client_id
  WHERE a.type_code = 'intake' AND a.status <> 'option' AND k.deceased_on IS NULL)"""
ENDED = f"""ended AS (
  SELECT a.*, a.status = 'cancelled' AND a.late AS too_late,
    a.status = 'cancelled' AND a.illness AND NOT a.late AND {local("a.cancelled_at")} > strftime('%Y-%m-%dT%H:%M:%f',
      {local("a.starts_at")}, '-' || (SELECT t.cancel_window_hours FROM appointment_type t WHERE t.code = a.type_code) || ' hours') AS ill,
    (SELECT illness_is_late FROM clinic) AS counts_ill
  FROM appointment a LEFT JOIN client k ON k.id = a.client_id LEFT JOIN advice_request r ON r.id = a.request_id
  WHERE a.starts_at >= :lo AND a.starts_at < :hi AND a.status NOT IN ('moved', 'option') AND k.deceased_on IS NULL
    AND (r.id IS NULL OR r.status NOT IN ('duplicate', 'invalid')) AND {VISIT}),
came AS (
  SELECT *, status = 'completed' AS held, status = 'no_show' AS missed, too_late OR (ill AND counts_ill) AS late_now FROM ended)"""
BOOKED = """booked AS (
  SELECT c.id, c.outcome, c.started_at, EXISTS (
    SELECT 1 FROM intakes i WHERE (i.request_id = c.request_id OR (i.request_id IS NULL AND i.client_id = c.client_id
      AND i.starts_at > c.started_at))
    AND julianday(i.created_at) <= julianday(c.started_at) + 30) AS done FROM calls c)"""
WAITS = f"""first_try AS (
  SELECT v.id, v.received_at, (SELECT min(at) FROM (
    SELECT at FROM call_attempt t WHERE t.request_id = v.id UNION ALL SELECT started_at FROM advice_call c
      WHERE c.request_id = v.id)) AS tried
  FROM valid v),
days(day) AS (SELECT date(:first, '-1 day') UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < date(:now, '+60 days')),
hours AS (
  SELECT day, strftime('%Y-%m-%dT%H:%M:%f', day, desk_opens || ' minutes', '-' || {summer("(day || 'T12:00')")} || ' hours') AS opens,
    strftime('%Y-%m-%dT%H:%M:%f', day, desk_closes || ' minutes', '-' || {summer("(day || 'T12:00')")} || ' hours') AS closes
  FROM days, clinic WHERE instr(desk_days, CASE strftime('%w', day) WHEN '0' THEN '7' ELSE strftime('%w', day) END) > 0
    AND NOT EXISTS (SELECT 1 FROM closure z WHERE day BETWEEN z.date_from AND z.date_to)),
waited AS (
  SELECT f.id, coalesce(sum(max(0, julianday(min(f.tried, h.closes)) - julianday(max(f.received_at, h.opens)))), 0) * 24 AS n
  FROM first_try f LEFT JOIN hours h ON h.opens < f.tried AND h.closes > f.received_at WHERE f.tried IS NOT NULL GROUP BY f.id),
ranked AS (SELECT n, row_number() OVER (ORDER BY n) AS place, count(*) OVER () AS many FROM waited)"""
MEDIAN = "avg(n) FILTER (WHERE place IN ((many + 1) / 2, (many + 2) / 2))"
MINUTES = f"""days(day) AS (SELECT :first UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < min(:last, :today)),
clock(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM clock WHERE m < 1439),
staff AS (
  SELECT u.id, u.is_active, (SELECT date(max(substr({local("a.starts_at")}, 1, 10))) FROM appointment a
      WHERE a.practitioner_id = u.id AND a.live) AS until
  FROM desk_user u),
open_days AS (
  SELECT s.id AS who, d.day FROM staff s, days d WHERE (s.is_active OR d.day <= s.until)
    AND NOT EXISTS (SELECT 1 FROM closure z WHERE d.day BETWEEN z.date_from AND z.date_to)),
spans AS (
  SELECT o.who, o.day, r.start_minute AS b, r.end_minute AS e, r.location_id
  FROM open_days o JOIN roster_rule r ON r.practitioner_id = o.who
    AND r.weekday = (strftime('%w', o.day) + 6) % 7 AND coalesce(r.valid_from, o.day) <= o.day AND coalesce(r.valid_to, o.day) >= o.day
  WHERE NOT EXISTS (SELECT 1 FROM roster_override x WHERE x.practitioner_id = o.who AND x.day = o.day AND x.is_open)
  UNION ALL
  SELECT o.who, o.day, x.start_minute, x.end_minute, x.location_id FROM open_days o JOIN roster_override x ON x.practitioner_id = o.who
      AND x.day = o.day AND x.is_open),
away AS (
  SELECT practitioner_id AS who, substr({local("start_at")}, 1, 10) AS d1, strftime('%H', {local("start_at")}) * 60 + strftime('%M',
      {local("start_at")}) AS m1,
    substr({local("end_at")}, 1, 10) AS d2, strftime('%H', {local("end_at")}) * 60 + strftime('%M', {local("end_at")}) AS m2
  FROM absence WHERE end_at > :lo AND start_at < :hi),
worked AS (
  SELECT DISTINCT s.who, s.day, c.m FROM spans s JOIN clock c ON c.m >= s.b AND c.m < s.e
  WHERE {narrowed("s.who", place="coalesce(s.location_id, 'main')")}
    AND NOT EXISTS (SELECT 1 FROM roster_override x WHERE x.practitioner_id = s.who AND x.day = s.day AND NOT x.is_open
      AND c.m >= x.start_minute AND c.m < x.end_minute)
    AND NOT EXISTS (SELECT 1 FROM away a WHERE a.who = s.who AND (s.day > a.d1 OR (s.day = a.d1 AND c.m >= a.m1)) AND (s.day < a.d2
      OR (s.day = a.d2 AND c.m < a.m2))))"""
LEADS = f"""leads AS (
  SELECT julianday(substr({local("started_at")}, 1, 10)) - julianday(substr({local("received_at")}, 1, 10)) AS n FROM calls),
ranked AS (SELECT n, row_number() OVER (ORDER BY n) AS place, count(*) OVER () AS many FROM leads)"""
CONSULTS = f"""consults AS (
  SELECT *, (SELECT min(n.signed_at) FROM consult_note n WHERE n.status IN ('signed', 'amended') AND (n.appointment_id = came.id
      OR (n.appointment_id IS NULL AND n.client_id = came.client_id AND n.care_date = substr({local("came.starts_at")}, 1,
        10)))) AS signed_at
  FROM came WHERE held AND type_code <> 'advice_call'),
timely AS (SELECT *, signed_at IS NOT NULL AND julianday(signed_at) <= julianday(ends_at) + 1 AS good FROM consults)"""
POSITIVE = f"""positive AS (
  SELECT f.*, coalesce(c.started_at, f.completed_at, f.created_at) AS at, c.outcome FROM red_flag_check f LEFT
      JOIN advice_call c ON c.id = f.call_id LEFT JOIN consult_note n ON n.id = f.note_id JOIN client k ON k.id = f.client_id
  WHERE (f.result IN ('gp', 'emergency', 'decide') OR f.alarm) AND f.settled <> 'mistaken'
    AND {narrowed("coalesce(c.practitioner_id, n.author_id, k.practitioner_id)", way_of("f.client_id"),
      place=at("coalesce(c.appointment_id, n.appointment_id)"))})"""
DUE = f"""due AS (
  SELECT f.*, p.ended_on, k.deceased_on, date(f.due_on, f.window_days || ' days') AS until, f.status = 'done'
      AND f.done_on IS NOT NULL AS was_held,
    p.status = 'active' AND EXISTS (SELECT 1 FROM plan_version v JOIN plan_phase h ON h.version_id = v.id
      JOIN plan_item i ON i.phase_id = h.id
      WHERE v.plan_id = p.id AND v.status = 'active' AND i.status = 'paused')
      AND NOT EXISTS (SELECT 1 FROM plan_version v JOIN plan_phase h ON h.version_id = v.id JOIN plan_item i ON i.phase_id = h.id
      WHERE v.plan_id = p.id AND v.status = 'active' AND i.status IN ('planned', 'active')) AS paused
  FROM follow_up f JOIN plan p ON p.id = f.plan_id JOIN client k ON k.id = f.client_id WHERE f.due_on BETWEEN :first AND :last
    AND {narrowed("f.practitioner_id", way_of("f.client_id"), place=at("f.appointment_id"))}),
counted AS (
  SELECT * FROM due WHERE until < :today AND (was_held OR NOT (
    status = 'lapsed' OR paused OR coalesce(ended_on <= until, 0) OR coalesce(deceased_on <= until, 0))))"""
COURSES = f"""RECURSIVE under(id, root) AS (
  SELECT id, id FROM complaint WHERE merged_into IS NULL UNION ALL SELECT c.id, u.root FROM complaint c
      JOIN under u ON c.merged_into = u.id),
main AS (
  SELECT id, client_id FROM (SELECT *, row_number() OVER (PARTITION BY client_id ORDER BY rank, created_at, id) AS n
    FROM complaint WHERE merged_into IS NULL) WHERE n = 1),
scored AS (
  SELECT m.client_id, s.score, s.measured_on, row_number() OVER (PARTITION BY m.client_id ORDER BY s.measured_on, s.created_at, s.id) AS n
  FROM main m JOIN under u ON u.root = m.id JOIN complaint_score s ON s.complaint_id = u.id),
base AS (
  SELECT client_id, score, measured_on FROM scored WHERE n = 1 AND score >= 3
    AND date(measured_on, '+180 days') BETWEEN :first AND :last AND date(measured_on, '+180 days') < :today
    AND {narrowed("SELECT k.practitioner_id FROM client k WHERE k.id = scored.client_id", way_of("scored.client_id"))}),
later AS (
  SELECT b.client_id, b.score AS was, (SELECT s.score FROM scored s WHERE s.client_id = b.client_id AND s.n > 1
    AND s.measured_on BETWEEN date(b.measured_on, '+60 days') AND date(b.measured_on, '+180 days') ORDER BY s.n DESC LIMIT 1) AS is_now
  FROM base b)"""
BEGUN = f"""lines AS (
  SELECT CASE WHEN i.origin <> '' THEN i.origin ELSE i.id END AS line, min(i.begun_on) AS begun,
    max(i.status = 'stopped' AND i.stop_reason = 'side_effect') AS bad
  FROM plan_item i JOIN plan_phase h ON h.id = i.phase_id JOIN plan_version v ON v.id = h.version_id JOIN plan p ON p.id = v.plan_id
  WHERE i.begun_on BETWEEN :first AND :last AND {narrowed("p.practitioner_id", way_of("p.client_id"))} GROUP BY 1)"""

QUERIES: dict[str, str] = {
    "requests": f"WITH {VALID} SELECT count(*), NULL, count(*) FROM valid",
    "K3": f"""WITH {VALID} SELECT sum(EXISTS (SELECT 1 FROM call_attempt t WHERE t.request_id = v.id AND t.result = 'spoken')
        OR EXISTS (SELECT 1 FROM advice_call c WHERE c.request_id = v.id)), count(*), NULL FROM valid v""",
    "booked": f"""WITH {VALID} SELECT sum(EXISTS (SELECT 1 FROM appointment a LEFT JOIN client k ON k.id = a.client_id
        WHERE a.request_id = v.id AND a.type_code = 'advice_call' AND a.status <> 'option' AND k.deceased_on IS NULL)), count(*),
          NULL FROM valid v""",
    "held": f"WITH {CALLS} SELECT count(*), NULL, count(*) FROM calls",
    "K1_median": f"WITH RECURSIVE {VALID}, {WAITS} SELECT NULL, count(*), {MEDIAN} FROM ranked",
    "K1_p90": f"WITH RECURSIVE {VALID}, {WAITS} SELECT NULL, count(*), min(n) FILTER (WHERE place * 10 >= many * 9) FROM ranked",
    "K2": f"WITH {CALLS}, {LEADS} SELECT NULL, count(*), {MEDIAN} FROM ranked",
    "K4": f"WITH {ENDED} SELECT sum(held), sum(held + missed + late_now), NULL FROM came WHERE type_code = 'advice_call'",
    "K5": f"WITH {CALLS}, {INTAKES}, {BOOKED} SELECT sum(done), count(*), NULL FROM booked",
    "K5_gp": f"""WITH {CALLS}, {INTAKES}, {BOOKED}
        SELECT sum(NOT done AND coalesce(outcome IN ('referred_gp', 'emergency'), 0)), count(*), NULL FROM booked""",
    "K6": f"""WITH {VALID}, {INTAKES} SELECT sum(EXISTS (SELECT 1 FROM intakes i WHERE i.status = 'completed'
        AND (i.request_id = v.id OR (i.request_id IS NULL AND i.client_id = v.client_id AND i.starts_at > v.received_at))
        AND julianday(i.starts_at) <= julianday(v.received_at) + 60)), count(*), NULL FROM valid v""",
    "K7": f"WITH {ENDED} SELECT sum(missed), sum(held + missed + late_now), NULL FROM came",
    "K8": f"WITH {ENDED} SELECT sum(late_now), sum(held + missed + late_now), NULL FROM came",
    "K9": f"""WITH {ENDED}, {CONSULTS}
        SELECT sum(good), count(*), NULL FROM timely WHERE good OR julianday(:now) > julianday(ends_at) + 1""",
    "K10": f"""WITH {CALLS} SELECT sum(EXISTS (SELECT 1 FROM red_flag_check f WHERE f.call_id = c.id AND f.result <> 'incomplete')),
        count(*), NULL FROM calls c""",
    "K11": f"""WITH {POSITIVE} SELECT sum(coalesce(outcome IN ('referred_gp', 'emergency'), 0) OR override_by IS NOT NULL
        OR settled IN ('referred', 'discussed') OR EXISTS (SELECT 1 FROM referral l WHERE l.call_id = p.call_id
        OR (l.call_id IS NULL AND p.call_id IS NULL AND l.client_id = p.client_id AND l.written_on >= substr(p.at, 1, 10)))), count(*), NULL
        FROM positive p WHERE at >= :lo AND at < :hi""",
    "K12": f"""WITH {DUE} SELECT sum(was_held AND abs(julianday(done_on) - julianday(due_on)) <= window_days), count(*), NULL
      FROM counted""",
    "K13": f"""SELECT sum(p.status = 'completed'), count(*), NULL FROM plan p JOIN client k ON k.id = p.client_id
        WHERE p.status IN ('completed', 'stopped') AND p.ended_on BETWEEN :first AND :last AND NOT coalesce(k.deceased_on <= p.ended_on,
          0) AND {narrowed("p.practitioner_id", way_of("p.client_id"))}""",
    "K14": f"""WITH {COURSES} SELECT sum(was - is_now >= 2 AND 10 * (was - is_now) >= 3 * was), count(*), NULL FROM later
        WHERE is_now IS NOT NULL""",
    "K16": f"""WITH g AS (SELECT *, date(opened_on, CASE WHEN extended_on IS NULL THEN '+42 days' ELSE '+70 days' END) AS due,
        coalesce(judged_on, closed_on) AS answered FROM grievance)
        SELECT sum(coalesce(answered <= due, 0)), count(*), NULL FROM g
        WHERE due BETWEEN :first AND :last AND (answered IS NOT NULL OR due < :today) AND {narrowed()}""",
    "K17_time": f"""SELECT sum(coalesce(done_on <= due_on, 0)), count(*), NULL FROM deviation
        WHERE due_on BETWEEN :first AND :last AND (done_on IS NOT NULL OR due_on < :today) AND {narrowed()}""",
    "K17_effect": f"""SELECT sum(effective AND NOT reopened), count(*), NULL FROM deviation
        WHERE tested_on BETWEEN :first AND :last AND effective IS NOT NULL AND {narrowed()}""",
    "K18": f"""WITH RECURSIVE {MINUTES} SELECT (SELECT coalesce(sum((julianday(a.ends_at) - julianday(a.starts_at)) * 1440), 0)
        FROM appointment a LEFT JOIN client k ON k.id = a.client_id LEFT JOIN advice_request r ON r.id = a.request_id
        WHERE a.status IN ('confirmed', 'arrived', 'in_room', 'completed', 'no_show') AND substr({local("a.starts_at")}, 1, 10)
        BETWEEN :first AND min(:last, :today) AND k.deceased_on IS NULL AND (r.id IS NULL OR r.status NOT IN ('duplicate', 'invalid'))
        AND {VISIT}),
        count(*), NULL FROM worked""",
    "K19": f"WITH {BEGUN} SELECT sum(bad), count(*), NULL FROM lines",
}
"""By figure. K15 is reckoned in ``promoters``: which answer of a client counts depends on the one before."""
ANSWERS = f"""SELECT client_id, answered_on, recommend, {narrowed("s.practitioner_id", way_of("s.client_id"))} FROM satisfaction_answer s
    WHERE recommend IS NOT NULL ORDER BY id"""


def promoters(rows: list[tuple[str | None, str, int, bool]], first: date, last: date) -> tuple[int, int]:
    """K15 of (client or None, day, answer, wanted): balance and number, with half a year between two answers of one client that count."""
    counted: list[int] = []
    since: dict[str, date] = {}
    for client, text, answer, wanted in sorted(rows, key=lambda row: row[1]):
        day = date.fromisoformat(text)
        if client is not None:
            before = since.get(client)
            if before is not None:
                months = before.month - 1 + 6
                year, month = before.year + months // 12, months % 12 + 1
                days = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
                if day < date(year, month, min(before.day, days)):
                    continue
            since[client] = day
        if first <= day <= last and wanted:
            counted.append(answer)
    return sum((answer >= 9) - (answer <= 6) for answer in counted), len(counted)


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of each month that begins within these days."""
    day = first.replace(day=1)
    while day <= last:
        following = (day + timedelta(days=32)).replace(day=1)
        yield day, following - timedelta(days=1)
        day = following


def answers(driver: sqlite3.Connection | Any, first: date, last: date, now: datetime, narrow: Filters) -> dict[str, tuple[Any, Any, Any]]:
    """All figures of a period: (numerator, denominator, value); the value where the two do not give it."""
    given = parameters(first, last, now, narrow)
    found = {key: driver.execute(query, _used(query, given)).fetchone() for key, query in QUERIES.items()}
    found["K15"] = (*promoters(driver.execute(ANSWERS, _used(ANSWERS, given)).fetchall(), first, last), None)
    return found


def _used(query: str, given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if f":{name}" in query}
