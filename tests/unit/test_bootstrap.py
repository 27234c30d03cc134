"""What make decides and says before it starts anything."""

import os
import re
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest

ROOT = Path(__file__).resolve().parents[2]


def nothing(_name):
    return False


def everything(_name):
    return True


def test_missing_names_only_the_packages_of_what_is_not_there():
    assert bootstrap.missing(bootstrap.QT, everything) == []
    assert bootstrap.missing(bootstrap.QT, lambda name: name != "libEGL.so.1") == ["libegl1"]
    assert bootstrap.missing(bootstrap.QT, nothing) == list(bootstrap.QT.values())


def test_what_is_missing_is_said_in_one_sentence_with_the_command():
    sentence = bootstrap.missing_sentence("the window", ["libegl1", "libxcb-cursor0"])
    assert "\n" not in sentence
    assert sentence.startswith("the window needs")
    assert sentence.endswith("sudo apt-get install --no-install-recommends libegl1 libxcb-cursor0")


def test_libraries_and_programs_are_looked_for_on_this_machine():
    assert bootstrap.is_here("libc.so.6")
    assert not bootstrap.is_here("libnothing-of-this-name.so.9")
    assert bootstrap.is_here("sh")
    assert not bootstrap.is_here("no-program-of-this-name")


@pytest.mark.parametrize(
    ("env", "system", "has", "expected"),
    [
        ({}, "linux", everything, None),
        ({"DISPLAY": ":0"}, "linux", everything, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", everything, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", everything, "wayland;xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", nothing, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", nothing, None),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", everything, "offscreen"),
        ({}, "darwin", nothing, ""),
        ({}, "win32", nothing, ""),
    ],
)
def test_platform(env, system, has, expected):
    assert bootstrap.platform(env, system, has) == expected


@pytest.mark.parametrize(
    ("version", "glibc", "said"),
    [
        ((3, 11), "glibc 2.36", None),
        ((3, 14), "", None),
        ((3, 10), "glibc 2.36", "Python 3.11 to 3.14 is needed and this is 3.10"),
        ((3, 15), "glibc 2.36", "this is 3.15"),
        ((3, 11), "glibc 2.31", "too old (glibc 2.31)"),
        ((3, 11), "glibc 2.4", "too old"),
    ],
)
def test_python_problem(version, glibc, said):
    problem = bootstrap.python_problem(version, glibc)
    assert problem is None if said is None else said in problem


@pytest.mark.parametrize(("codes", "expected"), [([0, 0], 0), ([0, 5], 0), ([5, 5], 5), ([1, 0], 1), ([0, 2], 2), ([5, 1], 1)])
def test_either_run_failing_fails(codes, expected):
    assert bootstrap.test_result(codes) == expected


def test_run_without_a_screen_names_both_ways_on(tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "tools/bootstrap.py", "run"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "xvfb-run -a make run" in done.stderr
    assert "ssh -X" in done.stderr


def test_an_environment_made_elsewhere_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "BIN", tmp_path)
    (tmp_path / "python").touch()
    version = ".".join(map(str, sys.version_info[:3]))
    config = tmp_path / "pyvenv.cfg"
    assert not bootstrap.made_here()
    config.write_text(f"version = {version}\ncommand = python -m venv {tmp_path}\n")
    assert bootstrap.made_here()
    config.write_text(f"version = {version}\ncommand = python -m venv /somewhere/else\n")
    assert not bootstrap.made_here()
    config.write_text(f"version = 3.9.1\ncommand = python -m venv {tmp_path}\n")
    assert not bootstrap.made_here()


def test_a_changed_lock_file_is_noticed(tmp_path, monkeypatch):
    for name in ("requirements.txt", "pyproject.toml", "setup.py"):
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    before = bootstrap.fingerprints(["requirements.txt"])
    assert bootstrap.fingerprints(["requirements.txt"]) == before
    (tmp_path / "requirements.txt").write_text("after")
    after = bootstrap.fingerprints(["requirements.txt"])
    assert {name for name in after if after[name] != before[name]} == {"requirements.txt"}


@pytest.mark.parametrize("name", bootstrap.LOCKS["test"])
def test_locks_are_pinned_and_hashed_and_name_no_index(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    packages = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9-]+==\S+", package) and "--hash=sha256:" in package for package in packages)


def test_every_make_target_is_an_action():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony[1].split()) == set(bootstrap.ACTIONS)


def test_bootstrap_needs_the_standard_library_only():
    source = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE))
    assert imported <= sys.stdlib_module_names


def test_debian_without_venv_is_told_which_package(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(bootstrap, "find_spec", lambda _name: None)
    monkeypatch.setattr(bootstrap, "apt", lambda: None)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.create_venv()
    assert stopped.value.code == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def apt_get(tmp_path, monkeypatch):
    """Stand in for apt-get as the only program on PATH besides the shell's; notes its calls, brings programs from the second install on."""
    program = tmp_path / "apt-get"
    program.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/calls\n[ "$1" = update ] && touch {tmp_path}/updated\n'
        f"[ -e {tmp_path}/updated ] || exit 100\n[ \"$1\" = update ] || {{ echo '#!/bin/sh' >{tmp_path}/herbstluftwm; "
        f"/bin/chmod +x {tmp_path}/herbstluftwm; }}\n"
    )
    program.chmod(0o755)
    (tmp_path / "touch").symlink_to("/usr/bin/touch")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DEBIAN_FRONTEND", "noninteractive")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def test_root_installs_what_is_missing_after_fetching_the_lists(apt_get):
    bootstrap.provide("the tests", {"herbstluftwm": "herbstluftwm"})
    calls = (apt_get / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["install", "update", "install"]
    assert calls[-1].split()[-1] == "herbstluftwm"


def test_an_installation_that_brings_nothing_stops_with_the_sentence(apt_get, capsys):
    with pytest.raises(SystemExit):
        bootstrap.provide("the tests", {"libnothing.so.9": "libnothing9"})
    assert "sudo apt-get install --no-install-recommends libnothing9" in capsys.readouterr().err


def test_nobody_special_is_only_told(apt_get, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit):
        bootstrap.provide("the tests", {"herbstluftwm": "herbstluftwm"})
    assert not (apt_get / "calls").exists()
    assert capsys.readouterr().err.endswith("herbstluftwm\n")
