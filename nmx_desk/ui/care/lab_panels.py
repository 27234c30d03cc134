"""Panels of the part about labs: an order, and the results of one as lines of text with the document of the lab."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QFileDialog

from nmx_desk.domain.documents import MOST_BYTES
from nmx_desk.domain.lab_lines import LONGEST, MOST_LINES, read_lines, shown_reference, shown_value, written
from nmx_desk.domain.labs import MATERIAL_NAMES, LabOrder, LabResult
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import labs
from nmx_desk.services.labs import LabsSheet, OrderSheet
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import MultilineInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.theme.tokens import Space

if TYPE_CHECKING:
    from nmx_desk.ui.care.labs import LabsPart

LOOK = 250  # ms after the last key that what was typed is read


class OrderPanel(EditPanel):
    """A test that is advised, or one there is."""

    def __init__(self, part: LabsPart) -> None:
        super().__init__(_("New test"))
        self._part = part
        self.order = LabOrder()
        self.form = Form(
            [
                Field(name="panel", label=_("Test"), required=True, span=0, placeholder=_("Stool, extended")),
                Field(name="lab", label=_("Lab"), max_length=120),
                Field(name="material", label=_("Material"), kind="choice", required=True,
                      options=[(one, _(name)) for one, name in MATERIAL_NAMES.items()]),
                Field(name="cost_cents", label=_("Costs"), kind="money", most=labs.MOST_CENTS),
                Field(name="cost_told_on", label=_("Told on"), kind="date", past=True, help=_("Before it is ordered.")),
                Field(name="expected_on", label=_("Result expected on"), kind="date"),
                Field(name="note", label=_("Remark"), span=0, max_length=500),
            ],
            columns=2,
        )  # fmt: skip
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.hide()

    def begin(self, order: LabOrder, at: str = "") -> None:
        """Open for an order; one without an id is new. ``at``: the field that asks for something."""
        self.order = order
        self.set_title(order.panel or _("New test"))
        names = ("panel", "lab", "material", "cost_cents", "cost_told_on", "expected_on", "note")
        self.form.set_values({name: getattr(order, name) for name in names})
        self.show()
        self.form.focus_first()
        if at:
            self.form.input(at).setFocus()

    def save(self) -> None:
        """Write down what was typed."""
        values = self.form.checked()
        if values is None:
            return
        wanted, do = replace(self.order, **values), self._part.frame.runner.do
        if wanted.id:
            do(labs.change_lab_order, wanted, then=self._saved, owner=self.form)
        else:
            do(labs.add_lab_order, self._part.client_id, wanted, then=self._saved, owner=self.form)

    def _saved(self, made: LabOrder) -> None:
        self.form.mark_clean()
        self.close_panel()
        self._part.saved_order(made)


class ResultsPanel(EditPanel):
    """What the lab found, pasted or typed line by line and shown as it was understood; its document goes along."""

    def __init__(self, part: LabsPart) -> None:
        super().__init__(_("Enter the result"))
        self._part = part
        self.sheet: OrderSheet | None = None
        self._known: dict[str, Any] = {}
        self._name, self._content = "", b""
        self.form = Form(
            [
                Field(name="lines", label=_("One result a line"), kind="multiline", lines=7, max_length=MOST_LINES * LONGEST,
                      placeholder=_("Ferritine 45 µg/l 20–200")),
                Field(name="measured_on", label=_("Measured on"), kind="date", past=True),
            ],
        )  # fmt: skip
        self.understood = Label("", look="small", role="muted", wrap=True)
        self.trouble = Label("", look="small", role="danger", wrap=True)
        self.document = muted("", wrap=True)
        self.choose_button = Button(_("Add the document …"), self.choose, icon="paperclip")
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        hint = muted(_("Analyte, value, unit, reference, flag. A line with Gut barrier, Microbiota, Immune or Other heads what follows."))
        paper = row(self.choose_button, STRETCH)
        self.body.addLayout(column(hint, self.form, self.trouble, self.understood, paper, self.document, space=Space.M))
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self._soon = QTimer(self, singleShot=True, interval=LOOK)
        self._soon.timeout.connect(self._look)
        self.form.edited.connect(self._soon.start)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.save)
        self.setAcceptDrops(True)
        self.hide()

    @property
    def dirty(self) -> bool:
        """Whether something typed or chosen would be lost."""
        return not self.isHidden() and (self.form.dirty or bool(self._content))

    def begin(self, order: OrderSheet, sheet: LabsSheet) -> None:
        """Open for the results of an order, with those there are."""
        self.sheet, self._known = order, {} if order.results else sheet.known
        self.set_title(_("Result: {test}").format(test=order.order.panel))
        day = next((one.measured_on for one in order.results), None)
        self.form.set_values({"lines": written(order.results), "measured_on": day})
        self._take("", b"")
        self._look()
        self.show()
        self.form.focus_first()
        lines = self.form.input("lines")
        if isinstance(lines, MultilineInput):
            lines.moveCursor(QTextCursor.MoveOperation.End)

    def read(self) -> tuple[list[LabResult], list[str]]:
        """What the lines say, and what is wrong with them."""
        found, bad = read_lines(str(self.form.input("lines").value()), self._known)
        return found, [_("Line {n}: {why}").format(n=one.number, why=one.why) for one in bad]

    def _look(self) -> None:
        found, bad = self.read()
        comma = language() == "nl"
        shown = [
            " · ".join(filter(None, (one.analyte, shown_value(one, comma=comma), one.unit, shown_reference(one, comma=comma), one.flag)))
            for one in found
        ]
        head = ngettext("{n} result, read as:", "{n} results, read as:", len(found)).format(n=len(found))
        self.understood.setText("\n".join([head, *shown]) if found else "")
        self.trouble.setText("\n".join(bad))
        self.trouble.setVisible(bool(bad))

    def choose(self) -> None:
        """Choose the document of the lab."""
        kinds = _("Documents and pictures ({patterns})").format(patterns="*.pdf *.png *.jpg *.jpeg *.txt")
        name, _kind = QFileDialog.getOpenFileName(self, _("Add the document"), "", kinds)
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """The document of the lab, from a file; what cannot be read is said."""
        try:
            if path.stat().st_size > MOST_BYTES:
                sentence = _("{name}: this file is larger than {n} MB. Make it smaller, or keep a part of it.")
                self.trouble.setText(sentence.format(name=path.name, n=MOST_BYTES >> 20))
                self.trouble.show()
                return
            self._take(path.name, path.read_bytes())
        except OSError:
            self.trouble.setText(_("{name}: this file cannot be read.").format(name=path.name))
            self.trouble.show()

    def _take(self, name: str, content: bytes) -> None:
        self._name, self._content = name, content
        self.document.setText(_("With: {name}").format(name=name) if name else "")
        self.document.setVisible(bool(name))
        if content:
            self._part.paper.show_chosen(name, content)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may come in."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file."""
        self.take_file(next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))
        event.acceptProposedAction()

    def save(self) -> None:
        """Keep the results and the document; nothing is kept while a line cannot be read."""
        values = self.form.checked()
        found, bad = self.read()
        self._look()
        if values is None or bad or self.sheet is None:
            if bad:
                self.form.input("lines").setFocus()
            return
        do, then = self._part.frame.runner.do, partial(self._saved, len(found))
        do(labs.save_lab_results, self.sheet.id, found, values["measured_on"], self._name, self._content, then=then, owner=self.form)

    def _saved(self, count: int, made: LabOrder) -> None:
        self.form.mark_clean()
        self._take("", b"")
        self.close_panel()
        self._part.chosen_next = made.id
        told = ngettext("{n} result is saved.", "{n} results are saved.", count).format(n=count)
        self._part.frame.toast(told if count else _("The document is saved."))
