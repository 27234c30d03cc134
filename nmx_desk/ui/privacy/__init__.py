"""Privacy: what clients ask for their data, what is due for destruction, what was destroyed."""

from nmx_desk.ui.privacy.page import PrivacyPage

PAGE = PrivacyPage
