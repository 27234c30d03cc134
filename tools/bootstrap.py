"""What `make` does: prepare this machine, then run, test or check NMX Desk. Standard library only; any Python 3.11 or newer starts it.

In this order: Python, Debian packages, virtual environment from the hashed locks. System libraries are looked for before Qt is loaded,
because Qt blames the wrong one and aborts. Missing Debian packages are installed when that is possible without a question (root, or sudo
without a password) and otherwise named in one sentence.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / ".prepared"
DEMO = ROOT / "build" / "demo"
LOCKS = {
    "run": ["requirements-build.txt", "requirements.txt"],
    "test": ["requirements-build.txt", "requirements.txt", "requirements-dev.txt"],
}
OLDEST, NEWEST = (3, 11), (3, 14)  # what PySide6 6.11 has wheels for
OLDEST_GLIBC = (2, 34)

# Each: what is looked for -> the Debian and Ubuntu package that brings it.
QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
SCREEN = {"xvfb-run": "xvfb", "xauth": "xauth", "herbstluftwm": "herbstluftwm"}
PDF = {"pdftoppm": "poppler-utils"}
POSTGRES = {"pg_ctlcluster": "postgresql"}  # whose ranges of time free moments are held against
STAMPS = {"openssl": "openssl"}  # the authority that tests ask for time stamps


# ---- what is missing, and how to say so


def stop(message: str) -> NoReturn:
    """End with one clear sentence; exit code 3, as for every problem of the environment."""
    print(f"NMX Desk: {message}", file=sys.stderr)
    raise SystemExit(3)


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_program(name: str) -> bool:
    """Whether a program is on PATH."""
    return shutil.which(name) is not None


def is_here(name: str) -> bool:
    """Whether this machine has a library (named .so) or a program."""
    return has_library(name) if ".so" in name else has_program(name)


def missing(wanted: Mapping[str, str], has: Callable[[str], bool]) -> list[str]:
    """Debian packages that bring what is not there."""
    return [package for name, package in wanted.items() if not has(name)]


def missing_sentence(purpose: str, packages: Sequence[str]) -> str:
    """Say which packages are missing and how to get them."""
    names = " ".join(packages)
    return f"{purpose} needs what is missing here; on Debian or Ubuntu: sudo apt-get install --no-install-recommends {names}"


def python_problem(version: tuple[int, int], glibc: str = "") -> str | None:
    """Say why this Python cannot run NMX Desk. ``glibc`` as "glibc 2.36", empty where there is none."""
    if not OLDEST <= version <= NEWEST:
        found, oldest, newest = (f"{major}.{minor}" for major, minor in (version, OLDEST, NEWEST))
        return f"Python {oldest} to {newest} is needed and this is {found}; name another one: make PYTHON=python{oldest}"
    if glibc and tuple(int(part) for part in glibc.split()[1].split(".")) < OLDEST_GLIBC:
        return f"this system is too old ({glibc}): Debian 12, Ubuntu 22.04 or newer is needed."
    return None


def platform(env: Mapping[str, str], system: str, has: Callable[[str], bool] = has_library) -> str | None:
    """Qt platform to show windows with; empty to leave the choice to Qt, None without a screen."""
    if chosen := env.get("QT_QPA_PLATFORM"):
        return chosen
    if not system.startswith("linux"):
        return ""
    if env.get("WAYLAND_DISPLAY") and not missing(WAYLAND, has):
        return "wayland;xcb" if env.get("DISPLAY") else "wayland"
    return "xcb" if env.get("DISPLAY") else None


NO_SCREEN = (
    "there is no screen here (DISPLAY and WAYLAND_DISPLAY are empty); "
    "on a server use `xvfb-run -a make {target}`, over the network connect with `ssh -X`."
)


# ---- preparing


def apt() -> list[str] | None:
    """How apt-get is called without a question, or None where it cannot be."""
    if not has_program("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if has_program("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n", "apt-get"]
    return None


def install_packages(packages: Sequence[str]) -> bool:
    """Install Debian packages if that needs no question; tell whether it worked."""
    command = apt() if packages else None
    if command is None:
        return not packages
    print(f"Installing {' '.join(packages)}", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = [*command, "install", "-y", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(install, capture_output=True, check=False).returncode == 0:
        return True
    # The package lists of a fresh image are empty or old: fetch them once and show what happens.
    subprocess.run([*command, "update", "-qq"], check=False)
    return subprocess.run(install, stdout=subprocess.DEVNULL, check=False).returncode == 0


def provide(purpose: str, *wanted: Mapping[str, str]) -> None:
    """Have these libraries and programs, or stop with the sentence that names them."""
    if not sys.platform.startswith("linux"):
        return
    packages = missing_here(*wanted)
    if not install_packages(packages):
        stop(missing_sentence(purpose, packages))
    if packages := missing_here(*wanted):
        stop(missing_sentence(purpose, packages))


def missing_here(*wanted: Mapping[str, str]) -> list[str]:
    """Debian packages missing on this machine for libraries (named .so) and programs."""
    return [package for table in wanted for package in missing(table, is_here)]


def fingerprints(locks: Iterable[str]) -> dict[str, str]:
    """What the environment is made from: this Python at this place, the project, each lock."""
    place = f"{sys.version} {ROOT}"
    made_from = {"python": place.encode()}
    for name in (*locks, "pyproject.toml", "setup.py"):
        made_from[name] = (ROOT / name).read_bytes()
    return {name: hashlib.sha256(content).hexdigest() for name, content in made_from.items()}


def read_stamp() -> dict[str, str]:
    """Fingerprints of what was prepared last, empty when nothing was."""
    if not STAMP.is_file():
        return {}
    return dict(line.split(" ", 1) for line in STAMP.read_text(encoding="utf-8").splitlines())


def prepare(kind: str) -> None:
    """Have the virtual environment with exactly the locked packages and the project itself; quick when nothing changed."""
    locks = LOCKS[kind]
    now, before = fingerprints(locks), read_stamp()
    if now.items() <= before.items() and python().exists():
        return
    create_venv()
    STAMP.unlink(missing_ok=True)
    print("Installing the packages of the lock files (about 130 MB the first time)", flush=True)
    requirements = [argument for lock in locks for argument in ("-r", str(ROOT / lock))]
    pip("check the network connection, then start again", "--require-hashes", "--only-binary", ":all:", *requirements)
    pip("check that this checkout is complete (git status)", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text("".join(f"{name} {value}\n" for name, value in {**before, **now}.items()), encoding="utf-8")


def create_venv() -> None:
    """Make .venv unless a sound one, made here and by this Python, is there."""
    if made_here() and subprocess.run([python(), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return
    if find_spec("ensurepip") is None and not install_packages(["python3-venv"]):
        stop(missing_sentence("the virtual environment", ["python3-venv"]))
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        stop(f"the virtual environment {VENV} could not be made; see the lines above.")


def made_here() -> bool:
    """Whether .venv was made at this place by this Python: its programs carry both in their first line."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    config = dict(line.split(" = ", 1) for line in lines if " = " in line)
    version = ".".join(str(part) for part in sys.version_info[:3])
    return python().exists() and config.get("version") == version and config.get("command", "").endswith(str(VENV))


def pip(advice: str, *arguments: str) -> None:
    """Install into the virtual environment, or stop with the advice."""
    if subprocess.run([python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=False).returncode:
        stop(f"pip could not install everything (see above); {advice}.")


def python() -> Path:
    """The virtual environment's Python."""
    return BIN / ("python.exe" if os.name == "nt" else "python")


# ---- doing


def call(*command: str | Path, **env: str) -> int:
    """Run a program of the virtual environment in the project's folder; its exit code."""
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1", **env}, check=False).returncode


def ready_for_windows(target: str) -> dict[str, str]:
    """Prepare for showing windows; the environment Qt needs for it."""
    shown = platform(os.environ, sys.platform)
    if shown is None:
        stop(NO_SCREEN.format(target=target))
    provide("the window", QT, *([X11] if "xcb" in shown else []))
    prepare("run")
    return {"QT_QPA_PLATFORM": shown} if shown else {}


def run(arguments: Sequence[str]) -> int:
    """Open the program."""
    env = ready_for_windows("run")
    return call(BIN / "nmx-desk", *arguments, **env)


def demo(arguments: Sequence[str]) -> int:
    """Make the demo clinic once, then open it."""
    env = ready_for_windows("demo")
    done = DEMO.with_suffix(".done")
    if not done.exists():
        shutil.rmtree(DEMO, ignore_errors=True)  # what an interrupted run left
        DEMO.parent.mkdir(exist_ok=True)
        if code := call(BIN / "nmx-desk", "demo", DEMO, "--size", "full", "--seed", "1"):
            return code
        done.touch()
    return call(BIN / "nmx-desk", "--clinic", DEMO, "open", *arguments, **env)


def setup(_arguments: Sequence[str]) -> int:
    """Prepare without opening."""
    prepare("run")
    provide("the window", QT, X11)
    print("NMX Desk is ready: make run")
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run the tests: first without a screen and side by side, then those that need real windows, one after another."""
    provide("the tests", QT, PDF, STAMPS, POSTGRES)
    prepare("test")
    workers = str(min(max(os.cpu_count() or 2, 2), 8))
    side_by_side = ["-n", workers, "--dist", "worksteal"]
    codes = [call(python(), "-m", "pytest", "-m", "not xvfb", *side_by_side, *arguments, QT_QPA_PLATFORM="offscreen")]
    lacking = missing_here(X11, SCREEN)
    if install_packages(lacking):
        codes.append(on_screen(python(), "-m", "pytest", "-m", "xvfb", *arguments))
    else:
        print(f"NMX Desk: the tests marked xvfb did not run: {missing_sentence('a virtual screen', lacking)}", file=sys.stderr)
        codes.append(1 if os.environ.get("CI") else 0)
    return test_result(codes)


def test_result(codes: Sequence[int]) -> int:
    """One exit code for several pytest runs: the first failure; finding no test (5) is one only when every run found none."""
    if all(code == 5 for code in codes):
        return 5
    return next((code for code in codes if code not in (0, 5)), 0)


def on_screen(*command: str | Path) -> int:
    """Run a program on a virtual screen with a window manager, which gives windows the focus."""
    xvfb = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24"]
    manager = ROOT / "tools" / "window_manager"
    outside = {"WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": "disabled:", "QT_QPA_PLATFORM": "xcb"}
    return call(*xvfb, manager, *command, **outside)


def offscreen(kind: str, *command: str) -> Callable[[Sequence[str]], int]:
    """Make the action that runs a Python program without a screen."""

    def action(arguments: Sequence[str]) -> int:
        provide("Qt", QT)
        prepare(kind)
        return call(python(), *command, *arguments, QT_QPA_PLATFORM="offscreen")

    return action


def lint(_arguments: Sequence[str]) -> int:
    """Check style, types, import contracts and translations; all of them, even when one fails."""
    prepare("test")
    checks: list[list[str | Path]] = [
        [BIN / "ruff", "check"],
        [BIN / "mypy"],
        [BIN / "lint-imports", "--no-logo"],
        [python(), "tools/translations.py", "check"],
    ]
    return max([call(*check) for check in checks])


def lock(_arguments: Sequence[str]) -> int:
    """Write the hashed lock files from the .in files, for every system and Python at once; needs uv."""
    if not has_program("uv"):
        stop("writing the lock files needs uv (docs.astral.sh/uv) on PATH.")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    for name in LOCKS["test"]:
        if code := call("uv", "pip", "compile", "-q", *options, Path(name).with_suffix(".in"), "-o", name):
            return code
    return 0


ACTIONS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "demo": demo,
    "setup": setup,
    "test": test,
    "lint": lint,
    "lock": lock,
    "exam": offscreen("test", "-m", "tests.exam"),
    "bench": offscreen("test", "-m", "tests.bench"),
    "screenshots": offscreen("run", "tools/screenshots.py"),
    "translations": offscreen("test", "tools/translations.py", "compile"),
}


def main(arguments: Sequence[str]) -> int:
    """Do what is asked for; further arguments go to the program that is started."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description="Prepare this machine, then run, test or check NMX Desk.", allow_abbrev=False
    )
    parser.add_argument("action", choices=ACTIONS)
    chosen, rest = parser.parse_known_args(arguments)
    glibc = os.confstr("CS_GNU_LIBC_VERSION") or "" if sys.platform.startswith("linux") else ""
    if problem := python_problem(sys.version_info[:2], glibc):
        stop(problem)
    try:
        return ACTIONS[chosen.action](rest)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
