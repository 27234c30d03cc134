"""The requests page."""

from nmx_desk.ui.requests.page import RequestsPage

PAGE = RequestsPage
