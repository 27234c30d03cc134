"""Today: what waits for whoever is signed in."""

from nmx_desk.ui.today.page import TodayPage

PAGE = TodayPage
