"""The advice call: script, who and what, forced red-flag check, outcome."""

from nmx_desk.ui.calls.page import CallsPage

PAGE = CallsPage
