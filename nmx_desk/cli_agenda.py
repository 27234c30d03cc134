"""The group of commands for the agenda."""

from __future__ import annotations

import typer

from nmx_desk.cli import app
from nmx_desk.i18n import _

agenda_app = typer.Typer(help=_("Appointments, and other calendars."), rich_markup_mode=None, no_args_is_help=True)
app.add_typer(agenda_app, name="agenda")


@agenda_app.callback()
def agenda_root() -> None:
    """Appointments, and other calendars."""
