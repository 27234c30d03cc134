"""A register of cases: a list with filters, a panel for the chosen case, a form for a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel, RoomMaker
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput, TextInput
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, Segments, SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.case_parts import CameFrom, CaseActions, CaseFiles, Steps, case_paper
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.theme import Hue, icon
from nmx_desk.ui.theme.tokens import Space

OPEN, LATE, CLOSED, ALL = "open", "late", "closed", "all"
SOON: Final = 7
"""Days left from which a term is a warning."""


def term_badge(days_left: int) -> Badge:
    """How long there still is, or how long it is late."""
    if days_left < 0:
        return Badge(ngettext("{n} day late", "{n} days late", -days_left).format(n=-days_left), Hue.DANGER, "circle-alert")
    if days_left == 0:
        return Badge(_("Today is the last day"), Hue.WARN, "bell")
    words = ngettext("{n} day left", "{n} days left", days_left).format(n=days_left)
    return Badge(words, Hue.WARN if days_left <= SOON else Hue.NEUTRAL, "clock")


class CasePanel(SidePanel):
    """The chosen case: where it stands, what is next, its words, actions and files. What its register adds is in ``fill``."""

    def __init__(self, part: RegisterPart, add_action: Any, add_file: Any, *, actions: str = "") -> None:
        super().__init__()
        self.part, self.frame = part, part.frame
        self.sheet: Any = None
        self.form: Form | None = None
        self.top = column(space=Space.S)
        self.came = CameFrom(self.frame)
        self.steps = Steps()
        self.next = column(space=Space.M)
        self.words = column(space=Space.M)
        self.measures = CaseActions(self.frame, add_action, title=actions)
        self.files = CaseFiles(self.frame, add_file, part.paper)
        self.more = IconButton("ellipsis", _("More about this"), self._menu, role="text")
        self.step: Button | None = None
        for item in (self.top, self.came, self.steps, self.next, self.words, self.measures, self.files):
            self.body.addLayout(item) if not isinstance(item, QWidget) else self.body.addWidget(item)
        self.foot.addWidget(self.more)
        self.hide()

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.form is not None and not self.isHidden() and self.form.dirty

    def show_sheet(self, sheet: Any) -> None:
        """Show a case."""
        inside = self.isVisible() and self.isAncestorOf(self.window().focusWidget() or self.window())
        self.sheet, self.form, self.step = sheet, None, None
        for place in (self.top, self.next, self.words):
            empty_layout(place)
        self._empty_foot()
        self.foot.addWidget(self.more)
        self.foot.addStretch(1)
        self.fill(sheet)
        self.more.setVisible(bool(self._offered()))
        self.came.show_parts(sheet.parts)
        self.measures.show_parts(sheet.row.id, sheet.parts, may_add=sheet.handles)
        self.files.show_parts(sheet.row.id, sheet.parts, may_add=sheet.handles)
        self.show()
        follow_reading_order(self)
        if inside and not self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.focus_next()  # its button is gone with the step that was taken

    def focus_next(self) -> None:
        """Go to what is to be done: the first field, else the next step, else the list."""
        if self.form is not None:
            self.form.focus_first()
        else:
            (self.step or self.part.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty_foot(self) -> None:
        while (item := self.foot.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.more:
                widget.hide()
                widget.deleteLater()

    def fill(self, sheet: Any) -> None:
        """What is the register's own."""
        raise NotImplementedError

    def offers(self) -> list[tuple[str, str, Callable[[], object]]]:
        """What else can be done with the case: icon, words, and what does it."""
        raise NotImplementedError

    # -- parts -----------------------------------------------------------------------------------------------------------------------

    def say(self, *lines: str) -> None:
        """Facts, a line each."""
        for text in filter(None, lines):
            self.top.addWidget(Label(text, role="muted", wrap=True, selectable=True))

    def tell(self, title: str, text: str) -> None:
        """A text of the case under its name."""
        if text:
            self.words.addLayout(column(section(title), Label(text, wrap=True, selectable=True), space=Space.XS))

    def ask(self, title: str, fields: Sequence[Field], values: dict[str, Any] | None = None) -> Form:
        """The fields of what is next."""
        self.form = Form(fields)
        if values:
            self.form.set_values(values)
        self.next.addWidget(section(title))
        self.next.addWidget(holder(column(self.form)))
        return self.form

    def button(self, text: str, run: Callable[[], object], *, icon_name: str = "", primary: bool = False) -> None:
        """A button in the foot; the primary one is also Ctrl+Enter."""
        tip = _("{step} (Ctrl+Enter)").format(step=text) if primary else ""
        made = Button(text, run, kind="primary" if primary else "secondary", icon=icon_name, tip=tip)
        if primary:
            self.step = made
        self.foot.addWidget(made)

    def press(self) -> None:
        """Take the next step."""
        if self.step is not None and not self.isHidden() and self.step.isEnabled():
            self.step.click()

    def do(self, case: Any, *args: Any, said: str = "", undo: Any = None, **kw: Any) -> None:
        """Run a use case of the register; ``said`` afterwards, with a way back."""

        def done(_made: Any) -> None:
            if self.form is not None:
                self.form.mark_clean()
            back = partial(self.frame.runner.do, undo, args[0], owner=self.part) if undo is not None else None
            if said:
                self.frame.toast(said, back)
            self.part.load()

        self.frame.runner.do(case, *args, then=done, owner=self.part, **kw)

    def _offered(self) -> list[tuple[str, str, Callable[[], object]]]:
        log = [("scroll-text", _("Log of this case"), self.show_log)] if self.frame.desk.may("log.all") else []
        return [*self.offers(), *log]

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, run in self._offered():
            menu.addAction(icon(name, "text"), text).triggered.connect(lambda _on=False, run=run: run())
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def nonconformity(self, subject: str) -> None:
        """Make a nonconformity of it, which leads back to it."""
        self.frame.go("quality", part="deviations", once={"new": True, "source": subject})

    def show_log(self) -> None:
        """Who did what with this case, as far as the user may look there."""
        self.frame.go("log", obj_id=self.sheet.row.id)


class RegisterPart(QualityPart):
    """The list of a register with what is chosen beside it. ``arrive(record_id=…)`` opens a case, ``new`` begins one for ``source``."""

    rights: ClassVar[tuple[str, ...]] = ("registers.read", "grievances.create", "grievances.manage")
    list_case: ClassVar[Any]
    open_case: ClassVar[Any]
    panel: CasePanel
    new: EditPanel
    spared: ClassVar[tuple[str, ...]] = ("owner", "received", "state")

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: tuple[Any, ...] = ()
        self._asked: str | None = None
        self._shown = ""
        self.may_register = frame.desk.may("grievances.create") or frame.desk.may("grievances.manage")
        self.count = muted("", wrap=False)
        self.show_what = Segments(
            _("Show"), ((OPEN, _("Open")), (LATE, _("Overdue")), (CLOSED, _("Closed")), (ALL, _("All")))
        )  # fmt: skip
        self.year = ChoiceInput(blank=_("All years"), name=_("Year"))
        self.look_for = TextInput(max_length=80, placeholder=_("Search"), name=_("Search in this register"))
        self.new_button = Button(self.new_words(), self.begin, icon="plus", tip=_("{step} (Ctrl+N)").format(step=self.new_words()))
        self.table: Table[Any] = Table(
            self.columns(), name=f"quality_{self.key}", label=self.title(), settings=frame.user_settings,
            empty=EmptyState(_("Nothing here"), self.empty_words(), icon=self.icon),
        )  # fmt: skip
        self._filters = row(self.show_what, self.year, self.look_for, STRETCH, space=Space.S)
        self._filters.setStretch(2, 100)  # the field takes what is left; without it the stretch does
        self.above = column(space=Space.S)
        left = column(row(self.count, STRETCH, self.new_button, space=Space.M), self._filters, self.above, self.table, space=Space.M)
        left.setStretchFactor(self.table, 1)
        behind = holder(left)
        self.paper = case_paper(frame, behind)
        self.panel, self.new = self.made_panel(), self.made_form()
        whole = row(behind, self.paper, self.panel, self.new, space=Space.M)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        follow_reading_order(self)
        self._connect()
        self.new_button.setVisible(self.may_register)  # in its place by now: shown before that it would be a window

    def _connect(self) -> None:
        self.table.spare(self.spared)
        RoomMaker((self.panel, self.new), (self.year, self.look_for, self.count))
        self.show_what.picked.connect(lambda _value: self._fill())
        self.year.edited.connect(self._fill)
        self.look_for.edited.connect(self._fill)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._open_chosen)
        self.panel.closed.connect(self._closed)
        self.new.closed.connect(self._closed)

    # -- what a register says of itself ----------------------------------------------------------------------------------------------

    def new_words(self) -> str:
        """The button that registers one."""
        raise NotImplementedError

    def empty_words(self) -> str:
        """What stands where no rows are."""
        raise NotImplementedError

    def columns(self) -> list[Column[Any]]:
        """The list."""
        raise NotImplementedError

    def made_panel(self) -> CasePanel:
        """The panel of a case."""
        raise NotImplementedError

    def made_form(self) -> EditPanel:
        """The panel that registers one or changes it."""
        raise NotImplementedError

    def day_of(self, found: Any) -> date:
        """The day that says which year it belongs to."""
        raise NotImplementedError

    def is_open(self, found: Any) -> bool:
        """Whether it is not closed."""
        raise NotImplementedError

    def searched(self, found: Any) -> str:
        """The words in which is searched."""
        raise NotImplementedError

    def begin(self, client_id: str = "", client: str = "", source: str = "") -> None:
        """Register a new one."""
        raise NotImplementedError

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the register, and for the case in sight."""
        self.frame.runner.latest(f"quality {self.key}", self.list_case, then=self._listed, owner=self)

    def arrive(self, **where: Any) -> None:
        """Come into sight, at a case perhaps, or with a new one."""
        self._asked = where.get("record_id", "")
        if self._asked:
            self.show_what.set_value(ALL)
            self.year.set_value(None)
            self.look_for.set_value("")
        self.load()
        if where.get("new") and self.may_register:
            self.begin(where.get("client_id", ""), where.get("client", ""), where.get("source", ""))

    def _listed(self, rows: Sequence[Any]) -> None:
        self.rows = tuple(rows)
        self.year.set_options([(year, str(year)) for year in sorted({self.day_of(found).year for found in rows}, reverse=True)])
        asked, self._asked = self._asked, None
        self._fill()
        if asked:
            self.table.choose(asked)
        elif asked is not None and self.new.isHidden():
            self.table.choose_first()
            self.table.setFocus()
        elif (found := self.table.current()) is not None:
            self._read(found.id)

    def _fill(self) -> None:
        wanted, year, text = self.show_what.value(), self.year.value(), self.look_for.value().casefold()
        keep: dict[str, Callable[[Any], bool]] = {
            OPEN: self.is_open, LATE: lambda found: found.late, CLOSED: lambda found: not self.is_open(found), ALL: lambda _found: True,
        }  # fmt: skip
        shown = [
            found for found in self.rows
            if keep[wanted](found) and (year is None or self.day_of(found).year == year) and text in self.searched(found).casefold()
        ]  # fmt: skip
        self.table.set_rows(shown)
        waits, late = sum(map(self.is_open, self.rows)), sum(found.late for found in self.rows)
        words = (_("{n} shown").format(n=len(shown)), _("{n} open").format(n=waits),
                 ngettext("{n} late", "{n} late", late).format(n=late) if late else "")  # fmt: skip
        self.count.setText(", ".join(filter(None, words)))

    def _chosen(self, found: Any) -> None:
        if found is None:
            if not self.panel.dirty:
                self.panel.hide()
            return
        if (self.panel.dirty or not self.new.isHidden()) and found.id != self._shown:
            if self._shown and self.panel.dirty:
                self.frame.toast(_("Save your changes first, or undo them."))
                self.table.choose(self._shown)
            return
        self._read(found.id)

    def _read(self, record_id: str) -> None:
        if self.new.isHidden() and not self.panel.dirty:
            self.frame.runner.latest(f"quality {self.key} one", self.open_case, record_id, then=self._show, owner=self)

    def _show(self, sheet: Any) -> None:
        if self.new.isHidden() and not self.panel.dirty:
            self._shown = sheet.row.id
            self.panel.show_sheet(sheet)

    def _open_chosen(self, found: Any) -> None:
        if not self.panel.isHidden() and found.id == self._shown:
            self.panel.focus_next()
        else:
            self.table.choose(found.id)
            self._read(found.id)

    def _closed(self) -> None:
        if self.new.isHidden() and self.panel.isHidden():
            self.table.clearSelection()
        self.table.setFocus()

    def registered(self, record_id: str, said: str) -> None:
        """One was registered or changed: it is chosen."""
        self.new.form.mark_clean()
        self.new.hide()
        self._asked = record_id
        self.show_what.set_value(ALL)
        self.frame.toast(said)
        self.load()
        self.table.setFocus()

    # -- staying ---------------------------------------------------------------------------------------------------------------------

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not (self.panel.dirty or self.new.dirty)

    def record(self) -> dict[str, str]:
        """What is chosen."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        made = [Command(_("Take the next step"), self._press, "volgende stap afronden bevestigen", "Ctrl+Return", "check"),
                Command(_("Search in this register"), self.look_for.setFocus, "zoeken filter", "Ctrl+F", "search")]  # fmt: skip
        if self.may_register:
            made.insert(0, Command(self.new_words(), self.begin, "nieuw registreren melden new", "Ctrl+N", "plus"))
        return made

    def _press(self) -> None:
        if not self.new.isHidden():
            self.save_new()
        else:
            self.panel.press()

    def save_new(self) -> None:
        """Keep what is typed in the form."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """Terms count down while somebody looks."""
        super().showEvent(event)
        self.tick(running=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing counts while nobody looks."""
        super().hideEvent(event)
        self.tick(running=False)

    def tick(self, *, running: bool) -> None:
        """Begin or stop counting down, where there is something to."""


def day_text(frame: Frame, day: date | None) -> str:
    """A day as people say it, or a dash."""
    return dates.day(day, frame.now()) if day is not None else "–"
