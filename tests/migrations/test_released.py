"""Every schema that was ever released still opens, is brought up to date and verifies."""

import pytest

from nmx_desk.data import migrate
from nmx_desk.services import clients
from nmx_desk.services.backups import restore
from tests.clinic import PASSWORD, TestClinic
from tests.migrations.make_released import RELEASED

FILES = sorted(RELEASED.glob("*.nmxbackup"))


def test_there_is_a_file_for_every_schema():
    versions = (migrate.migrations_dir() / "versions").glob("[0-9]*.py")
    assert {file.stem for file in FILES} == {path.name.split("_", 1)[0] for path in versions}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_released_file_opens(file, tmp_path):
    folder = tmp_path / "clinic"
    restore(file, folder, "manager", PASSWORD)
    clinic = TestClinic(folder)
    try:
        desk = clinic.as_("receptie")
        assert desk.do(clients.list_clients).rows
        assert clinic.verified().ok
    finally:
        clinic.close()
