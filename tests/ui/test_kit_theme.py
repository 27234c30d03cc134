"""Tokens and icons: measured, not believed."""

import re

import pytest
from PySide6.QtWidgets import QApplication

from nmx_desk.i18n import resources_dir
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.theme import icon, theme, tokens
from nmx_desk.ui.theme.style import sheet


@pytest.fixture(autouse=True)
def back_to_light(qapp):
    theme().start(qapp)
    yield
    theme().use("light", 1.0)


@pytest.mark.parametrize("colours", tokens.ALL, ids=lambda colours: colours.name)
@pytest.mark.parametrize("pair", tokens.TEXT_PAIRS, ids="-on-".join)
def test_text_is_legible(colours, pair):
    assert tokens.contrast(*map(colours.named, pair)) >= 4.5


@pytest.mark.parametrize("colours", tokens.ALL, ids=lambda colours: colours.name)
@pytest.mark.parametrize("pair", tokens.EDGE_PAIRS, ids="-on-".join)
def test_edges_are_visible(colours, pair):
    assert tokens.contrast(*map(colours.named, pair)) >= 3


def test_contrast_is_measured_as_wcag_does():
    assert tokens.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert tokens.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_style_sheet_names_no_colour_itself():
    text = (resources_dir() / "style" / "desk.qss").read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text)
    assert not re.search(r"font-size: *\d", text)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_name_in_the_style_sheet_is_a_token(qapp, scale):
    for colours in tokens.ALL:
        assert "$" not in sheet(colours, scale).replace("$names", "")


def test_no_other_file_names_a_colour_or_a_style_sheet():
    import nmx_desk.ui

    folder = __import__("pathlib").Path(nmx_desk.ui.__file__).parent
    for file in folder.rglob("*.py"):
        if "theme" in file.parts:
            continue
        text = file.read_text("utf-8")
        assert not re.search(r"""["']#[0-9a-fA-F]{6}["']""", text), file
        assert "setStyleSheet" not in text, file


def test_switching_is_live_and_tints_icons(qtbot):
    theme().use("light")
    button = Button("Bel", icon="phone", kind="quiet")
    qtbot.addWidget(button)
    before = button.icon().pixmap(16).toImage()
    theme().use("dark")
    assert theme().colours is tokens.DARK
    assert button.icon().pixmap(16).toImage() != before
    assert QApplication.palette().window().color().name() == tokens.DARK.window


def test_every_icon_can_be_drawn(qapp):
    for file in (resources_dir() / "icons").glob("*.svg"):
        assert not icon(file.stem, "text").pixmap(20).toImage().isNull()


def test_an_unknown_icon_is_a_bug(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_licences_lie_beside_fonts_and_icons():
    assert "ISC" in (resources_dir() / "icons" / "LICENSE-lucide.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (resources_dir() / "fonts" / "Inter-LICENSE.txt").read_text("utf-8")
