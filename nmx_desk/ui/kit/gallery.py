"""All widgets of the kit in one window, with invented records: ``python -m nmx_desk.ui.kit.gallery [light|dark] [file.png]``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Segments, SidePanel, Tabs, column, holder, row
from nmx_desk.ui.kit.messages import Banner, Toast
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.score import ScoreInput
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space


@dataclass(frozen=True)
class Row:
    """A row of the example table."""

    id: str
    name: str
    question: str
    state: Badge
    minutes: int


ROWS = [
    Row("1", "Voorbeeld, Anna", "Moe na het eten, slecht slapen", Badge("Nieuw", Hue.INFO, "inbox"), 12),
    Row("2", "van den Voorbeeld, Bas", "Wisselende ontlasting", Badge("Terugbellen", Hue.WARN, "phone-missed"), 340),
    Row("3", "Demo, Zoë", "<b>Hoofdpijn</b> & huid", Badge("Geboekt", Hue.OK, "calendar-check"), 2900),
    Row("4", "Yılmaz, Demo", "Stress", Badge("Onbereikbaar", Hue.DANGER, "phone-off"), 9999),
]


def example_table() -> Table[Row]:
    """Requests."""
    columns: list[Column[Row]] = [
        Column(key="name", title="Naam", text=lambda r: r.name, strong=True, detail=lambda r: r.question),
        Column(key="state", title="Status", text=lambda r: r.state.text, badge=lambda r: r.state, width=150),
        Column(key="age", title="Minuten", text=lambda r: str(r.minutes), sort_key=lambda r: r.minutes, align="right", width=100),
    ]
    table = Table(columns, name="gallery", label="Aanvragen", empty=EmptyState("Niets te doen", "Alle aanvragen zijn gebeld."))
    table.set_rows(ROWS)
    table.choose("2")
    return table


def example_form() -> Form:
    """A person."""
    fields = [
        Field(name="first", label="Voornaam", required=True),
        Field(name="surname", label="Achternaam", required=True),
        Field(name="birth", label="Geboortedatum", kind="date", past=True),
        Field(name="source", label="Bron", kind="choice", options=[("web", "Website"), ("phone", "Telefoon")]),
        Field(name="mail", label="E-mailadres", kind="email", help="Alleen voor afspraken."),
        Field(name="voice", label="Voicemail inspreken mag", kind="check"),
        Field(name="note", label="Hulpvraag", kind="multiline", lines=2),
    ]
    form = Form(fields, columns=2)
    form.set_values({"first": "Zoë", "surname": "Voorbeeld", "birth": date(1980, 12, 7), "mail": "zoe@example", "voice": True})
    form.show_error(UserError("mail", "Dit e-mailadres is niet compleet: achter het apenstaartje ontbreekt een punt."))
    return form


def _left(window: QWidget) -> QVBoxLayout:
    banner = Banner()
    banner.say("De laatste reservekopie is van 9 dagen geleden.", Hue.WARN, action_text="Nu maken", action=lambda: None)
    buttons = row(
        Button("Bel nu", kind="primary", icon="phone"), Button("Boek", icon="calendar-plus"), Button("Later", kind="quiet"),
        Button("Verwijder", kind="danger", icon="trash-2"), IconButton("ellipsis", "Meer"), STRETCH,
    )  # fmt: skip
    badges = row(*(StateBadge(str(hue), hue, "circle-dot") for hue in Hue), STRETCH)
    tabs = Tabs("Delen")
    filters = row(SearchField("Zoek in de lijst"), Segments("Weergave", [(1, "Dag"), (2, "Week")]))
    tabs.add("table", "Lijst", holder(column(filters, example_table())))
    tabs.add("empty", "Leeg", EmptyState("Nog geen aanvragen", "Importeer het formulier van de website.", icon="inbox", action="Invoer"))
    score = ScoreInput("Vermoeidheid", before=7)
    score.set_value(4)
    strip = ProgressStrip(window.close)
    strip.set_title("Importeren …")
    strip.report(40, 100)
    off = Button("Niet nu")
    off.setEnabled(False)
    text = muted("Rustige uitleg onder een titel, in een zachtere kleur maar goed leesbaar.")
    last = row(score, STRETCH, off)
    return column(heading("Aanvragen"), text, banner, buttons, badges, tabs, last, strip, space=Space.L, margin=Space.XL)


def build() -> QWidget:
    """The gallery."""
    window = QWidget()
    window.setProperty("look", "window")
    window.setWindowTitle("Kit")
    panel = SidePanel("Zoë Voorbeeld")
    panel.set_title("Zoë Voorbeeld", "46 jaar · aangemeld vandaag 14:30")
    panel.body.addWidget(Card("Gegevens", example_form()))
    panel.foot.addWidget(Button("Opslaan", kind="primary"))
    panel.foot.addStretch(1)
    outer = row(space=0)
    outer.addLayout(_left(window), 3)
    outer.addWidget(panel, 2)
    window.setLayout(outer)
    window.resize(1440, 900)
    return window


def main() -> None:
    """Show it, or save a picture of it."""
    app = QApplication(sys.argv)
    theme().start(app)
    theme().use(sys.argv[1] if len(sys.argv) > 1 else "light", float(sys.argv[3]) if len(sys.argv) > 3 else 1.0)
    window = build()
    toast = Toast(window)
    window.show()
    toast.say(f"Afspraak verzet naar {datetime.now(UTC):%H:%M}.", action=lambda: None)
    if len(sys.argv) > 2:
        QTimer.singleShot(400, lambda: (window.grab().save(sys.argv[2]), app.quit()))
    app.exec()


if __name__ == "__main__":
    main()
