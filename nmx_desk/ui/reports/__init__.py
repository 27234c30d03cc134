"""Reports: choose one, see it, print it, save it."""

from nmx_desk.ui.reports.page import ReportsPage

PAGE = ReportsPage
