"""A table of 10,000 rows as PDF against drawing the same strings straight on the canvas, in one run."""

from __future__ import annotations

import io
import statistics
import time
import tracemalloc
from datetime import UTC, datetime

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from nmx_desk.reports import paper, tables
from nmx_desk.reports.records import PrintContext

ROWS = 10_000
GATE = 1.5
MEMORY_GATE_MB = 150
COLUMNS = [
    tables.Column("No.", 9, "RIGHT"),
    tables.Column("When", 20),
    tables.Column("Who", 22),
    tables.Column("What", 36),
    tables.Column("Reason", 13),
]
CONTEXT = PrintContext(
    clinic_name="Bench",
    clinic_address="",
    user_name="bench",
    generated_at=datetime(2026, 12, 1, tzinfo=UTC),
    language="en",
    demo=False,
    log_size=1,
    log_root="00" * 32,
    report_no="B-1",
)


def _rows() -> list[list[str]]:
    return [
        [str(i), f"0{i % 9 + 1}-12-2026 {i % 24:02}:{i % 60:02}", f"Behandelaar {i % 7}", f"bekeek het dossier van C-{i:06}", "waarneming"]
        for i in range(ROWS)
    ]


def ours(rows: list[list[str]]) -> int:
    """Bytes of the table through the reports toolkit, header, footer and QR code on every page."""
    return len(paper.pdf(CONTEXT, paper.Head(title="Bench"), [tables.Rows(COLUMNS, rows)]))


def canvas_way(rows: list[list[str]]) -> int:
    """Bytes of the same cells, rules and fonts drawn by hand: no wrapping, no header or footer."""
    paper.fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, initialFontName=paper.REGULAR, pageCompression=1, invariant=1)
    whole = sum(c.share for c in COLUMNS)
    starts = [paper.LEFT + paper.WIDTH * sum(c.share for c in COLUMNS[:i]) / whole for i in range(len(COLUMNS))]
    step, top = tables.LEADING + 6, paper.TOP - 60
    per_page = int((top - paper.BOTTOM) // step)
    for first in range(0, len(rows), per_page):
        y = top
        canvas.setFillColor(paper.INK)
        canvas.setStrokeColor(paper.LINE)
        canvas.setLineWidth(0.4)
        for row in [[c.title for c in COLUMNS], *rows[first : first + per_page]]:
            canvas.setFont(paper.REGULAR, tables.SIZE)
            canvas.drawRightString(starts[1] - tables.PAD, y, row[0])
            for x, text in zip(starts[1:], row[1:], strict=True):
                canvas.drawString(x + tables.PAD, y, text)
            canvas.line(paper.LEFT, y - 4, paper.LEFT + paper.WIDTH, y - 4)
            y -= step
        canvas.showPage()
    canvas.save()
    return len(out.getvalue())


def run(n_pairs: int = 5) -> list[dict[str, object]]:
    """Median of paired runs in milliseconds, and the peak of Python memory of one of our runs."""
    rows, times = _rows(), []
    ours(rows[:100]), canvas_way(rows[:100])
    for _ in range(n_pairs):
        a = time.perf_counter()
        ours(rows)
        b = time.perf_counter()
        canvas_way(rows)
        times.append((b - a, time.perf_counter() - b))
    mine, peer = (1000 * statistics.median(t[i] for t in times) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in times)
    tracemalloc.start()
    ours(rows)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return [
        {
            "name": "PDF table of 10,000 rows",
            "ours_ms": round(mine),
            "ours_min_ms": round(1000 * min(a for a, _ in times)),
            "ours_max_ms": round(1000 * max(a for a, _ in times)),
            "peer": "the same strings on the canvas",
            "peer_ms": round(peer),
            "ratio": round(ratio, 2),
            "gate": f"≤ {GATE} × peer",
            "ok": ratio <= GATE,
        },
        {
            "name": "PDF table of 10,000 rows, peak memory (MB, not ms)",
            "ours_ms": round(peak),
            "peer": "limit",
            "peer_ms": MEMORY_GATE_MB,
            "ratio": round(peak / MEMORY_GATE_MB, 2),
            "gate": f"≤ {MEMORY_GATE_MB} MB",
            "ok": peak <= MEMORY_GATE_MB,
        },
    ]


if __name__ == "__main__":
    for line in run():
        print(line)
