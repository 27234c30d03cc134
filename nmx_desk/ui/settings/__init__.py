"""Settings: the clinic, its users, working hours, closures, backup."""

from nmx_desk.ui.settings.page import SettingsPage

PAGE = SettingsPage
