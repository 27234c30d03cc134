"""The one module that shows errors. What the user can mend stands beside the field; our own bugs get a report without personal data."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import PySide6
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from nmx_desk.domain.errors import Cancelled, Conflict, DeskError, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.i18n import _

Retry = Callable[[], object]
_reporting: list[BaseException] = []
_PACKAGE = Path(__file__).resolve().parents[1]


def show(error: BaseException, owner: QObject | None = None, *, retry: Retry | None = None) -> None:
    """Show an error where it belongs: beside its field, as a sentence, as a banner with "try again", or as a report."""
    if isinstance(error, Cancelled):
        return
    if not isinstance(error, DeskError):
        _report(error, owner)
    elif not (isinstance(error, UserError) and _beside_field(error, owner)):
        _say(error, owner, retry)


def reason_for(error: NotAllowed, owner: QObject | None = None) -> str | None:
    """Ask for the written reason that would allow it; None when the user gives none."""
    from nmx_desk.ui.kit.dialogs import ask_reason

    return ask_reason(_window(owner), _("A reason is needed"), error.message)


def password_for(message: str, owner: QObject | None = None) -> str:
    """Ask for the password of who is signed in, before a signature; "" when it is not given."""
    from nmx_desk.ui.kit.asking import ask_values
    from nmx_desk.ui.kit.form import Field

    field = Field(name="password", label=_("Password"), kind="password", required=True)
    told = ask_values(_window(owner), _("Sign"), message, [field], yes=_("Sign"))
    return str(told["password"]) if told else ""


def report_text(error: BaseException) -> str:
    """What went wrong, for the maintainers: kinds, our file names and lines, versions. Never a message or a value."""
    system = f"{platform.system()} {platform.release()}"
    lines = [f"NMX Desk {_version()}, Python {platform.python_version()}, Qt {PySide6.__version__}, {system}"]
    step: BaseException | None = error
    while step is not None:
        lines.append(f"{type(step).__module__}.{type(step).__qualname__}")
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in _our_frames(step.__traceback__)]
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\n".join(lines)


def _version() -> str:
    try:
        return metadata.version("nmx-desk")
    except metadata.PackageNotFoundError:
        return "(checkout)"


def install_hook() -> None:
    """Exceptions that nobody caught, in a slot for example, show the report instead of vanishing."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, trace)
        else:
            show(error.with_traceback(trace))

    sys.excepthook = hook


def _our_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return [frame for frame in traceback.extract_tb(trace) if Path(frame.filename).is_relative_to(_PACKAGE)]


def _place(filename: str) -> str:
    return Path(filename).relative_to(_PACKAGE.parent).as_posix()


def _chain(owner: QObject | None) -> list[QObject]:
    """The owner and everything it lies in, the window last."""
    found: list[QObject] = []
    while owner is not None and shiboken6.isValid(owner):
        found.append(owner)
        owner = owner.parent()
    return found


def _window(owner: QObject | None) -> QWidget | None:
    for step in _chain(owner):
        if isinstance(step, QWidget):
            return step.window()
    return QApplication.activeWindow()


def _beside_field(error: UserError, owner: QObject | None) -> bool:
    """Offer it to the nearest thing that knows its fields: a form, a page, a dialog."""
    for step in _chain(owner):
        teller: Any = getattr(step, "show_error", None)
        if callable(teller) and teller(error):
            return True
    return False


def _host(owner: QObject | None) -> Any:
    """The nearest thing that can say something: it has ``say_problem(message, action_text, action, lasting)``."""
    window = _window(owner)
    for step in [*_chain(owner), *([window] if window else [])]:
        if hasattr(step, "say_problem"):
            return step
    return None


def _say(error: DeskError, owner: QObject | None, retry: Retry | None) -> None:
    action, run, lasting = "", None, False
    if isinstance(error, Conflict):
        action, run = _("Load again"), _reload(owner)
        lasting = run is not None
    elif isinstance(error, EnvironmentProblem):
        action, run, lasting = _("Try again"), retry, True
    host = _host(owner)
    if host is not None:
        host.say_problem(error.message, action if run else "", run, lasting)
        return
    from nmx_desk.ui.kit.dialogs import tell

    tell(_window(owner), _("That did not work"), error.message)


def _reload(owner: QObject | None) -> Retry | None:
    for step in _chain(owner):
        refresh: Any = getattr(step, "refresh", None)
        if callable(refresh):
            return lambda: refresh(None)
    return None


def _report(error: BaseException, owner: QObject | None) -> None:
    from nmx_desk.ui.kit.dialogs import show_report

    if not _reporting:  # what goes wrong again and again must not pile up windows
        _reporting.append(error)
        try:
            show_report(_window(owner), report_text(error))
        finally:
            _reporting.clear()
