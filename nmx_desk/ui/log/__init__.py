"""The log: who saw and changed what, and whether it is intact."""

from nmx_desk.ui.log.page import LogPage

PAGE = LogPage
