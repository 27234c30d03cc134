"""F1: the manual at the page in sight, with the keyboard alone; it loads nothing."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument

from nmx_desk import i18n
from nmx_desk.services.manual import manual_names
from nmx_desk.ui.kit.manual import ManualText


def test_f1_opens_it_at_the_page_in_sight_and_esc_gives_the_focus_back(at_settings, qtbot):
    window = at_settings("beheerder", "users")
    window.show_manual()
    panel = window.manual
    assert panel.name == "users"
    assert panel.text.accessibleName() in {"Users", "Gebruikers"}
    panel._go("lost-password")
    assert panel.name == "lost-password"
    panel.back()
    assert panel.name == "users"
    panel.close_panel()
    assert panel.name == "" and not panel.isVisible()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_is_shown_whole(at_settings, language):
    window = at_settings("beheerder", "users")
    i18n.use(language)
    for name in manual_names(language):
        window.manual.open_at(name)
        assert window.manual.name == name
        assert len(window.manual.text.toPlainText()) > 150
        assert window.manual.paper().toPlainText() == window.manual.text.toPlainText()
    window.manual.close_panel()


def test_nothing_is_ever_loaded(qtbot):
    shown = ManualText()
    qtbot.addWidget(shown)
    assert shown.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("file:///etc/passwd")) is None
