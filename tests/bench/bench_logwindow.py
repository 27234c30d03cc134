"""Looking for something in the log of a million entries, in its window: from the last key of a filter to the painted sentences.

At first no word of the log is in its index, as after a large import; then all are.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from nmx_desk.services import log
from nmx_desk.ui import log as log_pages
from nmx_desk.ui.frame.window import MainWindow
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from tests.bench import biglog
from tests.bench.bench_log import _figure

GATE = 3000  # ms


class _Log:
    """The page in its window."""

    def __init__(self, clinic: Any) -> None:
        self.app = QApplication.instance() or QApplication([])
        theme().start(self.app)
        self.runner = Runner(clinic.as_("manager"))
        self.window = MainWindow(self.runner, [log_pages.PAGE], UserSettings(), now=clinic.clock)
        self.window.resize(1280, 720)
        self.window.show()
        self.window.go("log")
        self.settle()
        self.page = self.window.current()
        self.filters = self.page.filters

    def settle(self) -> None:
        for _turn in range(3):
            self.app.processEvents()
            self.runner.idle()

    def ask(self, fill: Callable[[], object]) -> float:
        """Milliseconds until what is asked for is painted."""
        self.filters.empty()
        self.settle()
        start = time.perf_counter()
        fill()
        if self.filters.text.text():  # it asks by itself when the typing stands still
            self.page.table.set_rows([])
        else:
            self.page._filtered()
        while not self.page.table.records.rows:
            self.app.processEvents()
            time.sleep(0.002)
        self.app.processEvents()
        took = (time.perf_counter() - start) * 1000
        self.settle()
        return took


def run(n_pairs: int = 5) -> list[dict]:
    """Rows for the table."""
    clinic = biglog.make(1_000_000)
    os.environ["NMX_STATE_DIR"] = str(clinic.folder / "state")
    desk = clinic.as_("receptie")
    shown = _Log(clinic)  # it indexes by itself while nobody asks
    with desk.database.writing():  # as if nothing had ever been indexed
        desk.database.driver.execute("INSERT INTO log_text (log_text) VALUES ('delete-all')")
        desk.database.driver.execute("DELETE FROM log_text_reach")
    filters = shown.filters
    with desk.database.reading() as connection:
        often = connection.exec_driver_sql("SELECT id FROM client ORDER BY client_no LIMIT 1").scalar_one()
        user = connection.exec_driver_sql("SELECT id FROM desk_user WHERE username = 'collega'").scalar_one()
        first = connection.exec_driver_sql("SELECT min(ts) FROM audit_head").scalar_one()
    day = time.gmtime(first / 1e6)
    words = lambda text: lambda: filters.text.setText(text)  # noqa: E731

    def period() -> None:
        begins = clinic.clock.moment.date().replace(year=day.tm_year, month=day.tm_mon, day=day.tm_mday)
        filters.first.set_value(begins)
        filters.last.set_value(begins + timedelta(days=1))

    asked = {
        "client": lambda: filters.client.set_client(often, "Sanne", tell=False), "user": lambda: filters.user.set_value(user),
        "period": period, "words, rare": words("sanne 777"), "words, common": words("sanne"),
    }  # fmt: skip
    rows = [_row(f"{name}, nothing indexed", [shown.ask(asked[name])]) for name in ("words, rare", "words, common")]
    while desk.do(log.index_log):
        pass
    rows += [_row(name, [shown.ask(fill) for _ in range(n_pairs)]) for name, fill in asked.items()]
    shown.runner.stop()
    clinic.close()
    return rows


def _row(name: str, took: list[float]) -> dict:
    return _figure(f"log window: {name}", statistics.median(took), "ms", took, GATE)


if __name__ == "__main__":
    for row in run():
        print(f"{row['name']:<60} {row['ours_ms']:9.1f} ms  max {row['ratio_max']:9.1f}")
