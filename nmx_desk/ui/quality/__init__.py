"""Quality: registers with their deadlines, controlled documents, the management review."""

from nmx_desk.ui.quality.page import QualityPage

PAGE = QualityPage
