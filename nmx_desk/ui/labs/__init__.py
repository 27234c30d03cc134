"""Lab orders that wait: to be reviewed, late, awaited."""

from nmx_desk.ui.labs.page import LabsPage

PAGE = LabsPage
