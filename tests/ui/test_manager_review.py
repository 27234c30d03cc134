"""The manager's management review of DOMAIN §3, counted as the other tasks in ``test_manager_tasks``."""

import pytest
from PySide6.QtWidgets import QApplication

from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.ui.counting import button_of, press, printing, soon, task

pytestmark = pytest.mark.slow


def test_the_management_review_pack_on_paper(hands_of, demo_clinic, tmp_path):
    """Of this year, filled from the registers; the system's dialog is one of the clicks."""
    hands = hands_of("manager", demo_clinic, DEMO_PASSWORD)
    with task(hands, 5, 30):
        hands.click("Quality")
        hands.tab("Management review")
        hands.see("Show the pack")
        looked = soon(lambda dialog: button_of(dialog, "Print"), press)
        printed = printing(tmp_path / "dossier.pdf")
        hands.click("Show the pack")
        hands.wait_for(lambda: looked and printed, "the pack")
    assert (tmp_path / "dossier.pdf").read_bytes().startswith(b"%PDF")
    assert QApplication.activeModalWidget() is None
