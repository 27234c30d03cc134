"""What goes out to clients by mail."""

from nmx_desk.ui.outbox.page import OutboxPage

PAGE = OutboxPage
