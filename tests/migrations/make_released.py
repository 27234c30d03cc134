"""Keeps a clinic as this schema wrote it: ``python -m tests.migrations.make_released``, once per released schema."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nmx_desk.data.schema import SCHEMA
from nmx_desk.services import backups
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day

RELEASED = Path(__file__).parent / "released"


def main() -> None:
    """A clinic that lived a day, as a backup."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["NMX_STATE_DIR"] = str(Path(name) / "state")
        folder = Path(name) / "clinic"
        make_clinic(folder)
        clinic = TestClinic(folder)
        for _ in whole_day(clinic):
            pass
        out = RELEASED / f"{SCHEMA}.nmxbackup"
        RELEASED.mkdir(exist_ok=True)
        out.unlink(missing_ok=True)
        clinic.as_("beheerder").do(backups.back_up, out)
        clinic.close()
    print(out.name, out.stat().st_size)


if __name__ == "__main__":
    main()
