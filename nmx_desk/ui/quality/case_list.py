"""What a register with steps is on the screen: a list, beside it a panel that shows one case, and one that asks what is to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.beside import EditPanel, RoomMaker
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, section, set_tip
from nmx_desk.ui.kit.layout import Item, SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Table
from nmx_desk.ui.quality.case_client import CaseClient
from nmx_desk.ui.quality.case_parts import case_paper
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.theme.tokens import Space

Run = Callable[[dict[str, Any]], object]


class AskPanel(EditPanel):
    """Asks for the fields of one step, or of a new case. ``run`` gets what was filled in; :meth:`done` closes it once that is kept."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("New"))
        self._frame = frame
        self._run: Run = lambda _values: None
        self.waiting = False
        self.why: str | None = ""
        self.intro = Label("", look="small", role="muted", wrap=True)
        self.form = Form([])
        self._place = column(self.form)
        self.who = CaseClient(frame.runner)
        self.client = self.who.picker
        self.trouble = Label("", look="small", role="danger", wrap=True)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.body.addWidget(self.intro)
        self.body.addLayout(self._place)
        self.body.addWidget(self.who)
        self.body.addWidget(self.trouble)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        on_ctrl_enter(self, self.save)
        self.hide()

    def ask(
        self, title: str, fields: Sequence[Field], run: Run, *, subtitle: str = "", values: Mapping[str, Any] | None = None,
        intro: str = "", columns: int = 1, client: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        """Open with these fields; ``client`` of a case that may be about one: id, name (empty texts for nobody), id of a stored case."""
        self._run, self.waiting = run, False
        self.set_title(title, subtitle)
        self.intro.setText(intro)
        self.intro.setVisible(bool(intro))
        self.trouble.hide()
        empty_layout(self._place)
        self.form = Form(fields, columns=columns)
        self._place.addWidget(self.form)
        self.form.set_values(values or {})
        self.who.setVisible(client is not None)
        self.who.begin(*(client or ()))
        self.form.submitted.connect(self.save)
        self.show()
        follow_reading_order(self)
        self.form.focus_first()

    def save(self) -> None:
        """Hand over what was filled in, once."""
        values = None if self.waiting else self.form.checked()
        self.why = self.who.said()
        if values is not None and self.why is not None:
            self._run(values)

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return not self.isHidden() and (self.form.dirty or self.who.dirty)

    def failed(self, error: Any) -> None:
        """Say why it was refused: beside its field, or under the form."""
        self.waiting = False
        if getattr(error, "field", "") and any(form.show_error(error) for form in (self.form, self.who.why)):
            return
        self.trouble.setText(error.message)
        self.trouble.show()

    def done(self) -> None:
        """It is kept."""
        self.waiting = False
        self.form.mark_clean()
        self.who.begin()
        self.close_panel()


class CasePanel(SidePanel):
    """Shows one case: what is said about it in ``said``, under it what every case has."""

    def __init__(self) -> None:
        super().__init__(_("Details"))
        self.change_button = IconButton("pencil", _("Change"), role="text")
        self.undo_button = Button(_("Take back"), kind="quiet", icon="undo-2")
        self.next_button = Button("", kind="primary", icon="arrow-right")
        self.other_button = Button("")
        self.said = column(space=Space.M)
        self.body.addLayout(self.said)
        for button in (self.change_button, self.undo_button):
            self.foot.addWidget(button)
        self.foot.addStretch(1)
        for button in (self.other_button, self.next_button):
            self.foot.addWidget(button)
        self.record_id = ""
        self.hide()

    def say(self, *items: tuple[str, str]) -> None:
        """Titles with their texts; those without text are left out."""
        empty_layout(self.said)
        for title, text in items:
            if text:
                self.said.addLayout(column(section(title), Label(text, wrap=True, selectable=True), space=Space.XS))


class CaseList(QualityPart):
    """A list with its two panels. A register says how it is read and what its rows and its panel show."""

    keywords: ClassVar[str] = "nieuw new"
    table: Table[Any]
    view: CasePanel

    def place(
        self, head: Item, *under: Item, spare: Sequence[str], away: Sequence[QWidget] = (), fold: FoldingSegments | None = None
    ) -> None:
        """Put everything in its place. What makes room for a panel: columns to ``spare``, widgets ``away``, alternatives that ``fold``."""
        self.ask = AskPanel(self.frame)
        self._wanted, self._new = "", dict[str, Any]()
        left = column(head, *under, self.table, space=Space.M)
        left.setStretchFactor(self.table, 1)
        behind = holder(left)
        self.paper = case_paper(self.frame, behind)
        whole = row(behind, self.paper, self.view, self.ask, space=Space.M)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        follow_reading_order(self)
        self.table.spare(spare)
        RoomMaker((self.view, self.ask), away)
        if fold is not None:
            for panel in (self.view, self.ask):
                panel.installEventFilter(self)
        self._fold = fold
        for place in (self.table, self.view):
            on_ctrl_enter(place, self.take_step)
        self.table.opened.connect(lambda found: self.open_case(found.id))
        self.table.chosen.connect(self._follow)
        self.view.closed.connect(self._view_closed)
        self.ask.closed.connect(self._ask_closed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A panel came or went."""
        if self._fold is not None and event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._fold.fold(folded=not (self.view.isHidden() and self.ask.isHidden()))
        return super().eventFilter(watched, event)

    # -- what a register says ----------------------------------------------------------------------------------------------------------

    def begin(self, **where: Any) -> None:
        """Write a new case."""
        raise NotImplementedError

    def read_case(self, record_id: str) -> None:
        """Ask for one case and show it."""
        raise NotImplementedError

    # -- coming and going --------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """At one case (``record_id``), or to write a new one (``new``, with what it came from)."""
        self._wanted = str(where.get("record_id") or "")
        self._new = where if where.get("new") else {}
        self.load()

    def listed(self) -> None:
        """The rows are there: go to what was asked for."""
        wanted, self._wanted = self._wanted, ""
        new, self._new = self._new, {}
        if wanted:
            self.table.choose(wanted)
            self.open_case(wanted)
        elif self.view.isVisible():
            self.read_case(self.view.record_id)
        else:
            self.table.choose_first()
        if new:
            self.begin(**{key: value for key, value in new.items() if key != "new"})

    def open_case(self, record_id: str) -> None:
        """Show one case, unless something typed would be lost."""
        if self.free():
            self.read_case(record_id)

    def shown(self, record_id: str) -> None:
        """A case is in the panel now."""
        self.view.record_id = record_id
        if self.ask.isHidden() and self.view.isHidden():
            self.view.show()
            follow_reading_order(self.view)
        set_tip(self.view.next_button, _("{step} (Ctrl+Enter)").format(step=self.view.next_button.text()))

    def _follow(self, found: Any) -> None:
        if found is not None and self.view.isVisible() and found.id != self.view.record_id:
            self.read_case(found.id)

    def take_step(self) -> None:
        """The next step of the case in sight."""
        if self.view.isVisible() and self.view.next_button.isVisible():
            self.view.next_button.click()

    def free(self) -> bool:
        """Whether nothing typed would be lost; then the panel that asks is closed."""
        if self.ask.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        self.ask.hide()
        self.paper.close_paper()
        return True

    def ask_for(self, title: str, fields: Sequence[Field], run: Run, **more: Any) -> None:
        """Ask in place of the panel that shows the case."""
        if self.free():
            self.view.hide()
            self.ask.ask(title, fields, run, **more)

    def do(self, case: Any, *args: Any, said: str = "", undo: Any = None, then: Callable[[Any], object] | None = None, **kw: Any) -> None:
        """Run a use case from the panel that asks or from a button, and say so, with a way back."""

        def kept(made: Any) -> None:
            if self.ask.isVisible():
                self.ask.done()
            if said:
                self.frame.toast(said, undo)
            if then is not None:
                then(made)

        self.ask.waiting = self.ask.isVisible()
        failed = self.ask.failed if self.ask.isVisible() else None
        self.frame.runner.do(case, *args, then=kept, failed=failed, owner=self, **kw)

    def undoing(self, case: Any, record_id: str) -> Any:
        """What the toast's way back runs."""
        return partial(self.frame.runner.do, case, record_id, owner=self)

    def _view_closed(self) -> None:
        self.view.record_id = ""
        self.paper.close_paper()
        self.table.setFocus()

    def _ask_closed(self) -> None:
        if self.view.record_id:
            self.view.show()
            self.view.setFocus()
            self.read_case(self.view.record_id)
        self.table.setFocus()

    def keep(self) -> bool:
        """Whether nothing typed would be lost."""
        return not self.ask.dirty

    def record(self) -> dict[str, str]:
        """What is chosen, for its log."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """Write a new one."""
        made = [Command(self.new_words(), self.begin, self.keywords, "Ctrl+N", "plus")] if self.may_register() else []
        step = Command(_("Take the next step"), self.take_step, "volgende stap afronden next", "Ctrl+Return", "check")
        return [*made, step] if self.may_write() else made

    def new_words(self) -> str:
        """What writing a new one is called."""
        raise NotImplementedError

    def may_write(self) -> bool:
        """Whether the user handles the register."""
        return self.frame.desk.may("quality.manage")

    def may_register(self) -> bool:
        """Whether the user may write a new one."""
        return self.may_write()
