"""The guards of conftest.py fail the tests they are there for, and no other."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CASES = """
import logging, os, threading, time
import pytest
from nmx_desk import i18n

def test_fails_log(): logging.getLogger("x").warning("oops")
def test_passes_log_wanted(caplog): logging.getLogger("x").warning("oops")
@pytest.mark.expects_log
def test_passes_log_marked(): logging.getLogger("x").warning("oops")
def test_passes_log_info(): logging.getLogger("x").info("fine")

def test_fails_thread(): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
def test_passes_thread(): threading.Thread(target=time.sleep, args=(0.2,)).start()

def test_fails_widget(qapp):
    from PySide6.QtWidgets import QWidget
    qapp.kept = QWidget()
def test_passes_widget(qtbot):
    from PySide6.QtWidgets import QWidget
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()

def test_fails_qt_warning(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("something is wrong")

def test_passes_language_switch(): i18n.use("nl")
def test_passes_english(): assert i18n.language() == "en"
def test_passes_state_folder(): assert os.path.isdir(os.environ["NMX_STATE_DIR"])
def test_fails_python_warning():
    import warnings
    warnings.warn("deprecated", DeprecationWarning)
"""


def test_guards(tmp_path):
    (tmp_path / "test_cases.py").write_text(CASES, encoding="utf-8")
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "tests.conftest", "-p", "no:cacheprovider", "-rA"]
    done = subprocess.run([sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    wrong = set(re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", done.stdout, re.MULTILINE))
    names = set(re.findall(r"def (test_\w+)", CASES))
    assert wrong == {name for name in names if name.startswith("test_fails_")}, done.stdout
