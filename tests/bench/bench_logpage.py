"""The first page of the log (200 sentences) at a million entries, filter by filter, at the door; beside the plain way over its view."""

from __future__ import annotations

import os
import statistics
import time
from datetime import timedelta

from nmx_desk.services import log
from nmx_desk.services.log import LogFilter
from tests.bench import biglog
from tests.bench.bench_log import _figure

GATE = 150  # ms
PLAIN = "SELECT * FROM audit_log WHERE {} ORDER BY seq DESC LIMIT 200"


def run(n_pairs: int = 5) -> list[dict]:
    """Rows for the table."""
    clinic = biglog.make(1_000_000)
    os.environ["NMX_STATE_DIR"] = str(clinic.folder / "state")
    desk = clinic.as_("manager")
    while desk.do(log.index_log):
        pass
    rows = [_row(desk, name, wanted, n_pairs) for name, wanted in _filters(clinic, desk)]
    driver = desk.database.reading_driver
    start = time.perf_counter()
    driver.execute(PLAIN.format("break_glass = 1 AND code = 'SEARCH'")).fetchall()
    took = (time.perf_counter() - start) * 1000
    rows.append(_figure("the plain way: emergency access and kind over the view", took, "ms", [took], float("inf")))
    clinic.close()
    return rows


def _filters(clinic, desk) -> list[tuple[str, LogFilter]]:
    with desk.database.reading() as connection:
        ask = connection.exec_driver_sql
        ways = ("LIMIT 1", "DESC LIMIT 1")
        often, seldom = (ask(f"SELECT id FROM client ORDER BY client_no {way}").scalar_one() for way in ways)
        users = dict(ask("SELECT username, id FROM desk_user").all())
    begin, end = clinic.clock.moment - timedelta(days=900), clinic.clock.moment
    return [
        ("everything", LogFilter()),
        ("client, often seen", LogFilter(client=often)),
        ("client, seldom seen", LogFilter(client=seldom)),
        ("client often seen, user who never did", LogFilter(client=often, actor=users["beheerder"])),
        ("client often seen, user and kind", LogFilter(client=often, actor=users["collega"], codes=("PRINT",))),
        ("user", LogFilter(actor=users["collega"])),
        ("user, kinds", LogFilter(actor=users["collega"], codes=("CHANGE", "CREATE", "DELETE"))),
        ("user and kind that never met", LogFilter(actor=users["receptie"], codes=("KEY", "ROLE"))),
        ("kind, common", LogFilter(codes=("VIEW", "SEARCH", "BREAKGLASS"))),
        ("kind, rare", LogFilter(codes=("KEY", "ROLE", "CONFIG"))),
        ("emergency access", LogFilter(break_glass=True)),
        ("emergency access of a client", LogFilter(break_glass=True, client=often)),
        ("period long ago", LogFilter(since=begin, until=begin + timedelta(days=1))),
        ("period, client, kind", LogFilter(since=begin, until=end, client=often, codes=("PRINT",))),
        ("record", LogFilter(obj_id=seldom)),
        ("words, common", LogFilter(text="sanne")),
        ("words, rare", LogFilter(text="sanne 777")),
        ("words, none", LogFilter(text="nergens genoemd")),
        ("words and a client", LogFilter(text="sanne", client=seldom)),
        ("page 2,000", LogFilter(before=600_000)),
    ]


def _row(desk, name: str, wanted: LogFilter, n_pairs: int) -> dict:
    took = []
    for _ in range(n_pairs):
        start = time.perf_counter()
        desk.do(log.list_log, wanted)
        took.append((time.perf_counter() - start) * 1000)
    return _figure(f"log page: {name}", statistics.median(took), "ms", took, GATE)


if __name__ == "__main__":
    for row in run():
        print(f"{row['name']:<60} {row['ours_ms']:9.1f} ms  max {row['ratio_max']:9.1f}")
