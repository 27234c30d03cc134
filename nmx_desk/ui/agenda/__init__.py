"""The agenda: the day, booking, and what happens to an appointment."""

from nmx_desk.ui.agenda.page import AgendaPage

PAGE = AgendaPage
