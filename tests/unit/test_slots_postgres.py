"""Free moments against PostgreSQL's ranges of time: it reads the scenario, knows its own time zones, and finds the same starts."""

from __future__ import annotations

import json
import sys
from datetime import date
from random import Random

import pytest

from tests.exam.slot_cases import case
from tests.exam.slots import ours
from tests.postgres import server

FUNCTIONS = """
CREATE FUNCTION at_wall(zone text, wall timestamp, latest boolean) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE found timestamptz;
BEGIN  -- the first or the last moment at which the wall shows this time; in a gap the first one after it
  LOOP
    SELECT CASE WHEN latest THEN max(x) ELSE min(x) END INTO found
      FROM (SELECT (wall AT TIME ZONE zone) + k * interval '30 minutes' AS x FROM generate_series(-4, 4) k) near
     WHERE x AT TIME ZONE zone = wall;
    EXIT WHEN found IS NOT NULL;
    wall := wall + interval '1 minute';
  END LOOP;
  RETURN found;
END $$;
CREATE FUNCTION minutes(clock text) RETURNS interval LANGUAGE sql AS $$
  SELECT make_interval(hours => split_part(clock, ':', 1)::int, mins => split_part(clock, ':', 2)::int) $$;
CREATE FUNCTION shift(zone text, day date, begins text, ends text) RETURNS tstzrange LANGUAGE sql AS $$
  SELECT CASE WHEN minutes(begins) < minutes(ends)
         THEN tstzrange(at_wall(zone, day + minutes(begins), false), at_wall(zone, day + minutes(ends), true)) ELSE 'empty' END $$;
CREATE FUNCTION touched(span jsonb) RETURNS tstzrange LANGUAGE sql AS $$
  SELECT CASE WHEN (span->>0)::timestamptz < (span->>1)::timestamptz
         THEN tstzrange(date_trunc('minute', (span->>0)::timestamptz),
                        date_trunc('minute', (span->>1)::timestamptz + interval '59.999999 s')) ELSE 'empty' END $$;
CREATE TABLE scenario (id int, s jsonb);
"""
FOUND = """
WITH person AS (
  SELECT id, s, s->>'zone' AS zone, (s->>'from')::date AS first, (s->>'to')::date AS last, p, p->>'id' AS who
    FROM scenario, jsonb_array_elements(s->'practitioners') p
), day AS (
  SELECT person.*, d::date AS day, EXISTS (SELECT FROM jsonb_array_elements(p->'overrides') o WHERE (o->>'date')::date = d) AS special
    FROM person, generate_series((first - 9)::timestamp, last + 2, interval '1 day') d
), shifts AS (
  SELECT id, who, shift(zone, day, span->>0, span->>1) AS span
    FROM day, jsonb_array_elements(p->'overrides') o, jsonb_array_elements(o->'open') span WHERE (o->>'date')::date = day
  UNION ALL
  SELECT id, who, shift(zone, day, r->>'start', r->>'end') FROM day, jsonb_array_elements(p->'rules') r
   WHERE NOT special AND (r->>'weekday')::int = extract(isodow FROM day)
     AND day BETWEEN coalesce((r->>'from')::date, day) AND coalesce((r->>'to')::date, day)
), hours AS (
  SELECT id, s, zone, first, last, who, p,
         coalesce((SELECT range_agg(span) FROM shifts WHERE shifts.id = person.id AND shifts.who = person.who), '{}') -
         coalesce((SELECT range_agg(tstzrange(at_wall(zone, c::date, false), at_wall(zone, c::date + 1, false)))
                     FROM jsonb_array_elements_text(s->'closures') c), '{}') AS opened
    FROM person
), times AS (
  SELECT *, opened - coalesce((SELECT range_agg(touched(span)) FROM jsonb_array_elements((p->'absences') || (p->'bookings')) span), '{}')
              AS free,
         make_interval(mins => (s->'type'->>'duration')::int) AS takes, make_interval(mins => (s->'type'->>'before')::int) AS before,
         make_interval(mins => (s->'type'->>'after')::int) AS after, make_interval(mins => (s->'type'->>'step')::int) AS step,
         (s->>'now')::timestamptz + make_interval(mins => (s->'type'->>'notice_minutes')::int) AS earliest
    FROM hours
), tried AS (
  SELECT times.*, start FROM times, generate_series(first::timestamp, last, interval '1 day') d,
         generate_series(at_wall(zone, d, false), at_wall(zone, d + interval '1 day', false) - interval '1 s', step) start
   WHERE s->'type'->>'anchor' = 'day'
  UNION ALL
  SELECT times.*, start FROM times, unnest(opened) part, generate_series(lower(part), upper(part) - interval '1 s', step) start
   WHERE s->'type'->>'anchor' = 'open' AND (start AT TIME ZONE zone)::date BETWEEN first AND last
)
SELECT id, who, extract(epoch FROM start)::bigint / 60 FROM tried
 WHERE start >= earliest AND tstzrange(start - before, start + takes + after) <@ free ORDER BY 1, 2, 3;
"""
COUNT = 300
BY_HAND = {
    "zone": "Europe/Amsterdam", "now": "2026-01-01T00:00:00Z", "from": "2026-10-25", "to": "2026-10-25", "closures": [],
    "type": {"duration": 30, "before": 0, "after": 0, "step": 30, "anchor": "day", "notice_minutes": 0},
    "practitioners": [{"id": "p", "rules": [{"weekday": 7, "start": "02:00", "end": "03:00"}], "overrides": [], "absences": [],
                       "bookings": []}],
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the server is installed on Linux only")
def test_the_sets_of_starts_are_equal():
    chance = Random(2026)
    given = [BY_HAND, *(case(chance) for _ in range(COUNT))]
    rows = "".join(f"INSERT INTO scenario VALUES ({n}, $case${json.dumps(one)}$case$);\n" for n, one in enumerate(given))
    with server() as postgres:
        found = postgres.ask(FUNCTIONS + rows + FOUND)
    theirs: list[dict[str, list[int]]] = [{str(person["id"]): [] for person in one["practitioners"]} for one in given]
    for n, who, start in found:
        theirs[int(n)][who].append(int(start))
    assert len(theirs[0]["p"]) == 4, "the hour that comes twice"
    for one, expected in zip(given, theirs, strict=True):
        assert ours(one) == expected, json.dumps(one)
    assert sum(len(starts) for one in theirs for starts in one.values()) > 1000
    assert {date.fromisoformat(one["from"]).year for one in given} >= {2026, 2027, 2028}
