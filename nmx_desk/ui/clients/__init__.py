"""Clients: the list with instant search, and everything of one client on a page."""

from nmx_desk.ui.clients.page import ClientsPage

PAGE = ClientsPage
