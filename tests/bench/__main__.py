"""``make bench``: every figure beside its peer and its limit in one run, as a table and as JSON (``build/bench.json``). Never an assert."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def modules() -> list[str]:
    """The benchmarks there are, by name; arguments choose some."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    return [name for name in names if len(sys.argv) < 2 or any(part in name for part in sys.argv[1:])]


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    verdict = "ok" if row["ok"] else "NOT MET"
    spread = f"({row['ratio_min']:.2f}–{row['ratio_max']:.2f})" if "ratio_min" in row else ""
    peer_ms = row.get("peer_ms")
    peer = f"{row['peer']} {peer_ms:.2f}" if peer_ms is not None else str(row["peer"])
    figures = f"{row['ours_ms']:>10.3f} ms   {peer:<52.52} ratio {row['ratio'] or 0:>9.2f} {spread:<16}"
    return f"{row['name']:<58.58} {figures} gate {row['gate']!s:<9} {verdict}"


def main() -> int:
    """Run them one after another."""
    rows: list[dict[str, Any]] = []
    for name in modules():
        start = time.perf_counter()
        found = importlib.import_module(f"tests.bench.{name}").run()
        print(f"\n{name} ({time.perf_counter() - start:.0f} s)")
        for row in found:
            rows.append({"bench": name, **row})
            print(line(row), flush=True)
    out = Path("build") / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None, "rows": rows}, indent=1), "utf-8")
    print(f"\n{len(rows)} rows, {sum(not row['ok'] for row in rows)} not met; {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
