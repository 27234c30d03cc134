"""The consult note: editor and context side by side."""

from nmx_desk.ui.notes.page import NotesPage

PAGE = NotesPage
