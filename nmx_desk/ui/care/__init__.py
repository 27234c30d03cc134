"""The clinical file of one client, part by part."""

from nmx_desk.ui.care.page import CarePage as PAGE  # noqa: N814 (the name that app.py asks for)

__all__ = ["PAGE"]
