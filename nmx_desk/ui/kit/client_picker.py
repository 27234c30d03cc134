"""A field that finds one client as one types and then holds that client."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from nmx_desk.i18n import _
from nmx_desk.services.search import Found, Hit
from nmx_desk.ui.kit.finding import Finding
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import icon, theme


class ClientPicker(TextInput):
    """``picked`` carries the client's id, or "" when the field was emptied. Name, phone and birth date are found."""

    picked = Signal(str)

    def __init__(self, runner: Runner, *, name: str = "", placeholder: str = "") -> None:
        super().__init__(max_length=100, placeholder=placeholder or _("Name, phone or birth date"), name=name or _("Client"))
        self._finding, self._hits, self._client = Finding(runner, self), tuple[Hit, ...](), ""
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._popup = QListView()
        self._popup.setAccessibleName(_("Clients found"))
        self._completer.setPopup(self._popup)
        self._completer.setWidget(self)
        chosen: Any = self._completer.activated  # an overloaded signal
        chosen[QModelIndex].connect(self._chosen)
        self._empty = QAction(icon("x"), _("Empty the field"), self)
        self._empty.triggered.connect(lambda: self.set_client(""))
        self.addAction(self._empty, QLineEdit.ActionPosition.TrailingPosition)
        self._empty.setVisible(False)
        for button in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setAccessibleName(_("Empty the field"))
        self.edited.connect(self._search)
        self.returnPressed.connect(self._first)
        theme().changed.connect(self._retint)

    @property
    def client_id(self) -> str:
        """The client held, or ""."""
        return self._client

    def set_client(self, client_id: str, label: str = "", *, tell: bool = True) -> None:
        """Hold a client, shown as ``label``; "" empties."""
        changed = client_id != self._client
        self._client = client_id
        self.setText(label if client_id else "")
        self.setCursorPosition(0)
        set_tip(self, self.text())
        self._empty.setVisible(bool(self.text()))
        self._popup.hide()
        if tell and changed:
            self.picked.emit(client_id)

    def _search(self) -> None:
        self._empty.setVisible(bool(self.text()))
        if self._client:
            self._client = ""
            self.picked.emit("")
        text = self.text().strip()
        if len(text) < 2:
            self._finding.leave()
            self._popup.hide()
            return
        self._finding.ask(text, self._found, 8)

    def _found(self, found: Found) -> None:
        self._hits = () if found.guessed else found.clients  # Enter takes the first: it must be who was asked for
        self._model.setStringList([" · ".join(filter(None, (hit.title, hit.subtitle))) for hit in self._hits])
        if self._hits and self.hasFocus() and not self._client:
            self._completer.complete()
        else:
            self._popup.hide()

    def _chosen(self, index: QModelIndex) -> None:
        proxy = self._completer.completionModel()
        source = proxy.mapToSource(index) if isinstance(proxy, QSortFilterProxyModel) else index
        self._choose(source.row())

    def _first(self) -> None:
        if not self._client and self._hits and self.text().strip():
            self._choose(0)

    def _choose(self, row: int) -> None:
        hit = self._hits[row]
        self._finding.opened(hit)
        self.set_client(hit.ref_id, hit.title)

    def _retint(self) -> None:
        self._empty.setIcon(icon("x"))
