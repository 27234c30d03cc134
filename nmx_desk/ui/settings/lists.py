"""Where the clinic's code lists are: they are controlled documents, changed and approved there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.code_lists import CODE_LISTS
from nmx_desk.domain.controlled import LIST
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import code_lists
from nmx_desk.services.code_lists import CodeList
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, muted, subheading
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space

SIGNS = {
    "red_flags": "flag", "complaints": "heart-pulse", "consents": "signature", "bring": "clipboard-check", "mail_texts": "message-square",
    "note_sections": "file-text", "snippets": "zap",
}  # fmt: skip


class ListsPart(QWidget):
    """A line for each list with the version in use; its button goes to the document."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.buttons: dict[str, Button] = {}
        self._lines = column(space=Space.S)
        card = Card("", self._lines)
        card.setMaximumWidth(FORM_WIDTH + FORM_WIDTH // 2)
        text = _("Code lists are controlled documents: a change is a new version that another person approves. They stand under Quality.")
        inner = column(subheading(_("Code lists")), muted(text), card, STRETCH)
        self.setLayout(column(scroll(holder(inner), _("Code lists"))))

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-lists", code_lists.list_code_lists, then=self._show, owner=self)

    def keep(self) -> bool:
        """Nothing is typed here."""
        return True

    def _show(self, found: Sequence[CodeList]) -> None:
        empty_layout(self._lines)
        for one in found:
            name, current = _(CODE_LISTS[one.code].name), next((v for v in one.versions if v.number == one.current), None)
            open_it = partial(self._frame.go, "quality", part="documents", record_id=f"{LIST}{one.code}")
            button = self.buttons[one.code] = Button(name, open_it, kind="link", icon=SIGNS.get(one.code, "list"))
            told = ""
            if current is not None:
                items = ngettext("{n} item", "{n} items", current.count).format(n=current.count)
                since = dates.when(current.valid_from, self._frame.now(), day_only=True)
                told = _("Version {n}, in use since {when}, {items}").format(n=current.number, when=since, items=items)
            self._lines.addWidget(holder(row(button, STRETCH, Label(told, look="small", role="muted"))))
