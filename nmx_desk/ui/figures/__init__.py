"""The figures page: how the clinic does, for the manager and the auditor."""

from nmx_desk.ui.figures.page import FiguresPage

PAGE = FiguresPage
