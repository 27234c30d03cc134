"""The installed thing: the wheel carries what the program reads beside its code."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("nmx_desk", "resources", "db", "pyproject.toml", "setup.py", "README.md", "requirements.in")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without network from a copy, so that nothing is left in the checkout."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--quiet", "--wheel-dir", str(copy / "dist")]
    done = subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.mark.slow
def test_every_file_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = set()
    for folder, place in (("nmx_desk", "nmx_desk"), ("resources", "nmx_desk/resources"), ("db", "nmx_desk/db")):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix not in {".po", ".pyc"}:
                wanted.add(f"{place}/{file.relative_to(ROOT / folder).as_posix()}")
    assert wanted - inside == set()
    assert {name for name in inside - wanted if not name.startswith("nmx_desk-")} == set()


@pytest.mark.slow
def test_the_wheel_works_away_from_the_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from nmx_desk import i18n; i18n.use('nl'); print(i18n.resources_dir()); print(i18n._('Monday'))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"], capture_output=True, check=True
    )
    assert done.stdout.decode().split() == [str(tmp_path / "nmx_desk" / "resources"), "maandag"]


@pytest.mark.slow
def test_the_wheel_names_its_command_and_needs(wheel):
    archive = zipfile.ZipFile(wheel)
    about = {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert "nmx-desk = nmx_desk.cli:main" in about["entry_points.txt"]
    assert "Requires-Python: >=3.11" in about["METADATA"]
    assert "Requires-Dist: PySide6-Essentials==6.11.3" in about["METADATA"]
    assert "pytest" not in about["METADATA"]
