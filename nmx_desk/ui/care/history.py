"""What a client brings along, list by list in one table: each list shows what was told, that there is nothing, or that nobody asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.documents import Document
from nmx_desk.domain.history import HISTORY_TOPIC_NAMES, HistoryAsked, HistoryTopic, PriorTest
from nmx_desk.domain.history_rules import Told, blank_of, is_over, topic_of
from nmx_desk.i18n import _, language, ngettext, translator
from nmx_desk.services import documents, history
from nmx_desk.services.history_sheet import HistorySheet
from nmx_desk.services.history_words import called_words, nothing_words, told_words
from nmx_desk.ui.care.history_forms import ToldForm
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit import private_files
from nmx_desk.ui.kit.beside import EditPanel, RoomMaker
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import enter_submits
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, column, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the table: something told; or what is known of a list in which nothing stands. ``first`` of its list."""

    topic: HistoryTopic
    told: Told | None = None
    words: str = ""
    called: bool = False
    asked: bool = False
    first: bool = False

    @property
    def key(self) -> str:
        """By what it is found again."""
        return self.told.id if self.told else f"{self.topic} {self.called}"


def lines_of(sheet: HistorySheet) -> list[Line]:
    """Every list with at least one row: what a call told, what stands, what is over; else that there is nothing, or nobody asked."""
    t, found = translator(language()), list[Line]()
    for topic in HistoryTopic:
        mine = [Line(topic=topic, told=told) for told in sheet.of(topic)]
        if topic in sheet.called:
            mine.insert(0, Line(topic=topic, words=called_words(sheet, topic, t), called=True))
        elif not sheet.standing(topic):
            mine.insert(0, Line(topic=topic, words=nothing_words(sheet, topic, t), asked=topic in sheet.asked))
        found += [Line(**{**vars(one), "first": n == 0}) for n, one in enumerate(mine)]
    return found


class ToldPanel(EditPanel):
    """All there is to say of one thing."""

    def __init__(self, part: HistoryPart) -> None:
        super().__init__(_("Medical history"))
        self._part = part
        self.told: Told | None = None
        self.forms: dict[HistoryTopic, ToldForm] = {}
        self.form = self.form_of(HistoryTopic.DIAGNOSES)
        self.paper = Button(_("Open the document"), self._open_paper, kind="quiet", icon="paperclip")
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.body.addWidget(self.paper)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        on_ctrl_enter(self, self.save)
        self.hide()

    def form_of(self, topic: HistoryTopic) -> ToldForm:
        """The form of a list, made when it is first wanted."""
        if topic not in self.forms:
            form = self.forms[topic] = ToldForm(topic, line=False)
            form.submitted.connect(self.save)
            self.body.insertWidget(0, form)
            form.hide()
        return self.forms[topic]

    def begin(self, told: Told, sheet: HistorySheet) -> None:
        """Open for something told."""
        self.told, form = told, self.form_of(topic_of(told))
        for one in self.forms.values():
            one.setVisible(one is form)
        self.form = form
        self.set_title(told.name, _(HISTORY_TOPIC_NAMES[form.topic]))
        form.show_told(told, sheet.documents)
        self.paper.setVisible(isinstance(told, PriorTest) and bool(told.document_id))
        self.show()
        form.focus_first()

    def save(self) -> None:
        """Write down what was changed."""
        form = self.form
        if self.told is None or not isinstance(form, ToldForm):
            return
        wanted = form.told(self.told)
        if wanted is not None:
            self._part.frame.runner.do(history.change_told, wanted, then=self._saved, owner=form)

    def _saved(self, made: Told) -> None:
        self.form.mark_clean()
        self.close_panel()
        self._part.frame.toast(_("“{words}” is saved.").format(words=made.name))

    def _open_paper(self) -> None:
        if isinstance(self.told, PriorTest) and self.told.document_id:
            self._part.frame.runner.do(documents.open_document, self.told.document_id, then=self._hand_over, owner=self)

    def _hand_over(self, document: Document) -> None:
        if not private_files.hand_over(document.name, document.content):
            self._part.frame.toast(_("The document could not be written for the other program. Look at it with the client's documents."))


class QuickLine(Card):
    """Adds to a list in one line: choose the list, type, Enter; the cursor is back at the beginning for the next."""

    def __init__(self, part: HistoryPart) -> None:
        super().__init__()
        self._part = part
        self.setAccessibleName(_("Add in one line"))
        self.topic = ChoiceInput([(topic, _(name)) for topic, name in HISTORY_TOPIC_NAMES.items()], name=_("List"))
        self.forms: dict[HistoryTopic, ToldForm] = {}
        self.add_button = Button(_("Add"), self.add, kind="primary", icon="plus", tip=_("Add (Enter)"))
        self.place = column(space=0)
        choose = column(Label(_("List"), look="small", role="muted"), self.topic, None, space=Space.XS)
        press = column(Label(" ", look="small"), self.add_button, None, space=Space.XS)
        line = row(choose, self.place, press, space=Space.L)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self.topic.edited.connect(self._turn)
        self._turn()

    @property
    def form(self) -> ToldForm:
        """The form of the list that is chosen."""
        topic = HistoryTopic(self.topic.value())
        if topic not in self.forms:
            form = self.forms[topic] = ToldForm(topic, line=True)
            form.submitted.connect(self.add)
            enter_submits(form)
            self.place.addWidget(form)
        return self.forms[topic]

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return self.form.dirty

    def _turn(self) -> None:
        form = self.form
        for one in self.forms.values():
            one.setVisible(one is form)

    def choose(self, topic: HistoryTopic) -> None:
        """Another list, unless something is being typed."""
        if not self.dirty:
            self.topic.set_value(topic)
            self._turn()

    def begin(self, text: str = "") -> None:
        """The cursor goes to the first field."""
        self.form.begin(text)

    def clear(self) -> None:
        """Forget what was typed."""
        for form in self.forms.values():
            form.clear()

    def add(self) -> None:
        """Write down what was typed."""
        form = self.form
        wanted = form.told(blank_of(form.topic))
        if wanted is not None:
            self._part.frame.runner.do(history.add_told, self._part.client_id, wanted, then=self._added, owner=form)

    def _added(self, made: Told) -> None:
        part = self._part
        self.begin()
        part.wanted = made.id
        part.frame.toast(_("“{words}” is written down.").format(words=made.name), partial(part.take_away, made))


class HistoryPart(CarePart):
    """One line to add, one table of all lists, a panel for what stands in it."""

    key: ClassVar[str] = "history"
    tables: ClassVar[frozenset[str]] = frozenset({
        "history_item", "medicine", "allergy", "prior_test", "tried_before", "history_asked", "advice_call", "document",
    })  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: HistorySheet | None = None
        self.wanted = ""
        self.told_of = Label("", role="muted", elide=True)
        self.nothing_button = Button(_("Nothing to tell"), self.nothing, icon="check", tip=_("Asked, and there is nothing to tell (0)"))
        self.remove_button = IconButton("trash-2", _("Remove"), self.remove, role="text", shortcut="Del")
        self.table = self._table()
        self.quick, self.panel = QuickLine(self), ToldPanel(self)
        self.table.spare(("about",))
        RoomMaker((self.panel,), (self.quick,))
        head = row(self.told_of, self.remove_button, self.nothing_button, space=Space.S)
        head.setStretch(0, 1)
        left = column(self.quick, head, self.table, space=Space.M)
        left.setStretchFactor(self.table, 1)
        whole = row(self.panel, space=Space.M)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self._connect()
        for one in self._writing():
            one.setVisible(frame.desk.may("notes.write"))

    def _writing(self) -> tuple[QWidget, ...]:
        return self.quick, self.nothing_button, self.remove_button

    def _connect(self) -> None:
        self.table.opened.connect(self.edit)
        self.table.chosen.connect(self._offer)
        self.panel.closed.connect(self.table.setFocus)
        self.table.on_delete(self.remove)
        QShortcut(QKeySequence("0"), self.table, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(self.nothing)

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Medical history")

    def _table(self) -> Table[Line]:
        t = translator(language())

        def told(line: Line, part: str) -> str:
            return str(getattr(told_words(line.told, t), part)) if line.told else ""

        columns: list[Column[Line]] = [
            Column(key="topic", title=_("List"), text=lambda one: _(HISTORY_TOPIC_NAMES[one.topic]) if one.first else "", width=190,
                   role=lambda _one: "muted"),
            Column(key="name", title=_("What"), text=lambda one: one.words or told(one, "name"), icon=_icon, role=_role,
                   tooltip=lambda one: one.words or told(one, "name")),
            Column(key="about", title=_("Particulars"), text=lambda one: told(one, "particulars"), role=_role,
                   tooltip=lambda one: told(one, "particulars")),
            Column(key="when", title=_("When"), text=lambda one: told(one, "when"), width=190, role=_role),
        ]  # fmt: skip
        table = Table(columns, name="history", label=self.title(), settings=self.frame.user_settings, key=lambda one: one.key)
        table.setSortingEnabled(False)
        return table

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.table.set_rows([])
        self.told_of.setText("")
        self.quick.clear()
        self.panel.hide()

    def load(self) -> None:
        """Ask for all that was told."""
        self.frame.runner.latest(("care", self.key), history.open_history, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: HistorySheet) -> None:
        self.sheet = sheet
        self.table.set_rows(lines_of(sheet))
        if self.wanted:
            self.table.choose(self.wanted)
            self.wanted = ""
        self.table.choose_first()
        asked = sum(1 for topic in HistoryTopic if sheet.of(topic) or topic in sheet.asked)
        open_lists = len(HistoryTopic) - asked
        said = ngettext("{n} list was not asked about yet.", "{n} lists were not asked about yet.", open_lists)
        self.told_of.setText(said.format(n=open_lists) if open_lists else _("Every list was asked about."))
        self._offer()

    def _offer(self, _chosen: object = None) -> None:
        found = self.table.current()
        self.remove_button.setEnabled(found is not None and (found.told is not None or found.asked))
        self.nothing_button.setEnabled(found is not None and self.sheet is not None and not self.sheet.standing(found.topic))
        if found is not None:
            self.quick.choose(found.topic)

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty or self.quick.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        if not self.frame.desk.may("notes.write"):
            return []
        return [Command(_("Add to the history"), self.begin, "voorgeschiedenis medicatie allergie familie toevoegen", "Ctrl+M", "plus")]

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Add to the list in sight, in one line."""
        if not self.panel.dirty:
            self.panel.hide()
            self.quick.form.focus_first()

    def edit(self, line: Line) -> None:
        """Open what was told; on a row that says what is known of a list, begin a line for that list."""
        if not self.frame.desk.may("notes.write") or self.sheet is None or not self.leave():
            return
        if line.told is not None:
            self.panel.begin(line.told, self.sheet)
        else:
            self.panel.hide()
            self.quick.choose(line.topic)
            self.quick.begin(self.sheet.called.get(line.topic, "") if line.called else "")

    def nothing(self) -> None:
        """Asked today, and there is nothing to tell."""
        found = self.table.current()
        if found is not None and self.nothing_button.isEnabled() and self.frame.desk.may("notes.write"):
            self.frame.runner.do(history.tell_nothing, self.client_id, found.topic, then=self._told_nothing, owner=self)

    def _told_nothing(self, asked: HistoryAsked) -> None:
        words = _("{list}: asked today, nothing to tell.").format(list=_(HISTORY_TOPIC_NAMES[asked.topic]))
        self.frame.toast(words, partial(self._do, history.untell_nothing, asked.id))

    def remove(self) -> None:
        """Take away what was written down by mistake, or that it was asked."""
        found = self.table.current()
        if found is None or not self.remove_button.isEnabled() or not self.frame.desk.may("notes.write"):
            return
        if found.told is not None:
            self.take_away(found.told)
        elif self.sheet is not None:
            self._do(history.untell_nothing, self.sheet.asked[found.topic].id)

    def take_away(self, told: Told) -> None:
        """Remove, with a way back."""
        self.panel.hide()

        def gone(removed: Told) -> None:
            self.frame.toast(_("“{words}” is removed.").format(words=removed.name), partial(self._do, history.put_back_told, removed))

        self.frame.runner.do(history.remove_told, told, then=gone, owner=self)

    def _do(self, use_case: Any, *args: Any) -> None:
        self.frame.runner.do(use_case, *args, owner=self)


def _icon(line: Line) -> str:
    if line.told is not None:
        return "paperclip" if isinstance(line.told, PriorTest) and line.told.document_id else ""
    return "phone" if line.called else "check" if line.asked else "circle-dashed"


def _role(line: Line) -> str:
    return "text" if line.told is not None and not is_over(line.told) else "muted"
