"""The main window: it only navigates."""
