"""Notes that want attention: one's own that are not signed; for the manager what went wrong with signing."""

from nmx_desk.ui.notewatch.page import NoteWatchPage

PAGE = NoteWatchPage
