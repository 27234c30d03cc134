"""Controlled documents: the list of them, who has read what, and one of them with its text and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmx_desk.domain.controlled import ControlledDocument, PaperKind, VersionStatus
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import paper_drafts, paper_readings, papers, people
from nmx_desk.services.paper_readings import ReadingRow
from nmx_desk.services.papers import PaperRow, PaperSheet
from nmx_desk.services.people import Person
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel, RoomMaker
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.paper_view import PaperView
from nmx_desk.ui.quality.paper_words import attention, fields, kind_words, state
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

ALL, MINE, READ, GONE = "all", "mine", "read", "gone"


class PaperPanel(EditPanel):
    """What a document is called and who it is for: of a new one, or of one that is changed."""

    def __init__(self, frame: Frame, part: DocumentsPart) -> None:
        super().__init__(_("New document"))
        self._frame, self._part = frame, part
        self._people: list[tuple[str, str]] = []
        self._sheet: PaperSheet | None = None
        self.form = Form(fields([], own=True))
        self.body.addWidget(self.form)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        on_ctrl_enter(self, self.save)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """It needs room."""
        super().showEvent(event)
        self._part.show_what.fold(folded=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """There is room again."""
        super().hideEvent(event)
        self._part.show_what.fold(folded=False)

    def open_for(self, sheet: PaperSheet | None) -> None:
        """Ask for a new document, or change this one."""
        self._sheet = sheet
        self._frame.runner.latest("paper people", people.list_people, then=self._opened, owner=self)

    def _opened(self, found: Sequence[Person]) -> None:
        sheet, me = self._sheet, self._frame.desk.user.id
        owner = sheet.document.owner_id if sheet else me
        self._people = [(one.user.id, one.user.display_name) for one in found if one.user.is_active or one.user.id == owner]
        empty_layout(self.body)
        own = sheet is None or sheet.document.holds == "text"
        self.form = Form(fields(self._people, own=own))
        self.body.addWidget(self.form)
        self.form.submitted.connect(self.save)
        document = sheet.document if sheet else ControlledDocument(owner_id=me)
        names = self.form.values()
        self.form.set_values({name: _shown(document, name) for name in names})
        self.set_title(sheet.row.title if sheet else _("New document"))
        self.show()
        follow_reading_order(self)
        self.form.focus_first()

    def save(self) -> None:
        """Keep it; what is wrong is said beside its field."""
        values = self.form.checked()
        if values is None:
            return
        told: dict[str, Any] = {name: "" if value is None else value for name, value in values.items()}
        told["audience"] = ",".join(told["audience"].split())
        told["kind"] = PaperKind(told.get("kind", PaperKind.PROCEDURE))
        document = ControlledDocument(**told)
        case: Any = (paper_drafts.add_paper, document)
        if self._sheet is not None:
            case = (paper_drafts.change_paper, self._sheet.document.id, document)
        self._frame.runner.do(*case, then=self._saved, failed=self._failed, owner=self)

    def _saved(self, sheet: PaperSheet) -> None:
        self.form.mark_clean()
        self.close_panel()
        self._part.show_paper(sheet)

    def _failed(self, error: DeskError) -> None:
        if not (isinstance(error, UserError) and self.form.show_error(error)):
            errors.show(error, self)


def _shown(document: ControlledDocument, name: str) -> Any:
    value = getattr(document, name)
    return value.replace(",", " ") if name == "audience" else value


def _told(found: PaperRow) -> str:
    """Its title, its owner and since when it is in force."""
    since = _("Valid from {when}").format(when=dates.full_day(found.since)) if found.since else ""
    owner = _("Owner: {who}").format(who=found.owner) if found.owner else ""
    return "\n".join(filter(None, (found.title, owner, since)))


class DocumentsPart(QualityPart):
    """``arrive(record_id=…)`` opens a document (its id, or "list:…" for a code list); ``new=True`` begins one."""

    key: ClassVar[str] = "documents"
    icon: ClassVar[str] = "scroll-text"
    manual: ClassVar[str] = "quality-documents"
    rights: ClassVar[tuple[str, ...]] = ("documents.read",)
    tables: ClassVar[frozenset[str]] = frozenset({
        "controlled_document", "controlled_version", "document_reading", "paper_copy", "code_item", "plan_template",
    })  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: list[PaperRow] = []
        kinds = ((ALL, _("In use")), (MINE, _("For you")), (READ, _("Read")), (GONE, _("Obsolete")))
        self.show_what = FoldingSegments(_("Show"), kinds)
        self.count = muted("", wrap=False)
        new = _("New document")
        self.new_button = Button(new, self.new, kind="primary", icon="plus", tip=_("{step} (Ctrl+N)").format(step=new))
        self.table = self._table()
        self.reading = self._reading_table()
        self.stack, self.lists = QStackedWidget(), QStackedWidget()
        self.view = PaperView(frame)
        self.panel = PaperPanel(frame, self)
        for table in (self.table, self.reading):
            self.lists.addWidget(table)
        box = column(row(self.show_what, STRETCH, self.new_button, space=Space.M), self.lists, self.count)
        box.setStretchFactor(self.lists, 1)
        self.stack.addWidget(holder(box))
        self.stack.addWidget(self.view)
        whole = row(self.stack, self.panel, space=Space.L)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.new_button.setVisible(frame.desk.may("documents.write"))  # in its place by now: shown before that it would be a window
        follow_reading_order(self)
        self.table.spare(("number", "review", "read"))
        RoomMaker((self.panel,), (self.new_button,))
        self.show_what.picked.connect(lambda _value: self.load())
        self.table.opened.connect(lambda found: self.open_paper(found.key))
        self.reading.opened.connect(lambda found: self.open_paper(found.key))
        self.view.closed.connect(self._closed)
        self.view.change.connect(self.panel.open_for)
        self.panel.closed.connect(self._back_to)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Documents")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Documents and review")

    def _table(self) -> Table[PaperRow]:
        def badge(found: PaperRow) -> Badge:
            return attention(found) or state(found.status)

        columns: list[Column[PaperRow]] = [
            Column(key="code", title=_("Code"), text=lambda r: r.code, width=150),
            Column(key="title", title=_("Title"), text=lambda r: r.title, strong=True, detail=kind_words, tooltip=_told),
            Column(key="number", title=_("Version"), text=lambda r: str(r.number) if r.number else "–", align="right", width=76,
                   sort_key=lambda r: r.number),
            Column(key="state", title=_("State"), text=lambda r: badge(r).text, badge=badge, width=190),
            Column(key="review", title=_("Look at again"), text=lambda r: dates.short(r.review_on) if r.review_on else "–",
                   sort_key=lambda r: r.review_on, width=110),
            Column(key="read", title=_("Read"), text=lambda r: f"{r.read}/{r.readers}" if r.readers else "–", align="right", width=70),
        ]  # fmt: skip
        empty = EmptyState(_("Nothing here"), _("Documents stand here as soon as there are any."), icon="scroll-text")
        return Table(columns, name="papers", label=_("Controlled documents"), settings=self.frame.user_settings, empty=empty)

    def _reading_table(self) -> Table[ReadingRow]:
        def done(found: ReadingRow) -> Badge:
            if found.read_at is None:
                return Badge(_("Not yet"), Hue.WARN, "circle-dashed")
            return Badge(dates.short(dates.local(found.read_at).date()), Hue.OK, "check")

        columns: list[Column[ReadingRow]] = [
            Column(key="person", title=_("Who"), text=lambda r: r.person, strong=True, width=220),
            Column(key="title", title=_("Document"), text=lambda r: f"{r.code}  {r.title}", tooltip=lambda r: r.title),
            Column(key="number", title=_("Version"), text=lambda r: str(r.number), align="right", width=76, sort_key=lambda r: r.number),
            Column(key="read", title=_("Read and understood"), text=lambda r: done(r).text, badge=done, width=180,
                   sort_key=lambda r: r.read_at),
        ]  # fmt: skip
        empty = EmptyState(_("Nobody has to read anything"), _("A document says which roles must read it."), icon="eye")
        return Table(columns, name="paper_readings", label=_("Read and understood"), settings=self.frame.user_settings, empty=empty)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, record_id: str = "", new: bool = False, show: str = "", **_more: Any) -> None:
        """The list, or a document."""
        if show:
            self.show_what.set_value(show)
        if record_id:
            self.open_paper(record_id)
        elif new:
            self.new()
        elif show:
            self._closed()
        self.load()

    def list_in_sight(self) -> QWidget | None:
        """The list, unless a document is open."""
        return None if self.stack.currentWidget() is self.view else self.lists.currentWidget()

    def load(self) -> None:
        """Ask for what is in sight."""
        if self.stack.currentWidget() is self.view:
            self.view.read_again()
            return
        ask = self.frame.runner.latest
        if self.show_what.value() == READ:
            ask("papers", paper_readings.list_readings, then=self._readings, owner=self)
        else:
            ask("papers", papers.list_papers, then=self._listed, owner=self)

    def _listed(self, found: Sequence[PaperRow]) -> None:
        self.rows, wanted = list(found), self.show_what.value()
        gone = [row for row in found if row.status is VersionStatus.OBSOLETE]
        shown = {MINE: [row for row in found if row.to_read or row.to_decide], GONE: gone}.get(wanted, [r for r in found if r not in gone])
        self.lists.setCurrentWidget(self.table)
        self.table.set_rows(shown)
        self.table.choose_first()
        self.count.setText(ngettext("{n} document", "{n} documents", len(shown)).format(n=len(shown)))

    def _readings(self, found: Sequence[ReadingRow]) -> None:
        self.lists.setCurrentWidget(self.reading)
        self.reading.set_rows(found)
        late = sum(row.read_at is None for row in found)
        self.count.setText(ngettext("{n} not read yet", "{n} not read yet", late).format(n=late))

    def open_paper(self, key: str) -> None:
        """Show one document."""
        self.view.sheet = None
        self.view.open_paper(key)
        self.stack.setCurrentWidget(self.view)

    def show_paper(self, sheet: PaperSheet) -> None:
        """Show a document that was just written."""
        self.view.sheet = None
        self.view.show_sheet(sheet)
        self.stack.setCurrentWidget(self.view)

    def new(self) -> None:
        """Begin a document."""
        if self.view.keep():
            self.panel.open_for(None)

    def _closed(self) -> None:
        self.stack.setCurrentIndex(0)
        self.load()
        (self.reading if self.show_what.value() == READ else self.table).setFocus()

    def _back_to(self) -> None:
        """To where the panel was opened from."""
        (self.list_in_sight() or self.view.tabs).setFocus()

    def keep(self) -> bool:
        """Whether nothing typed would be lost."""
        return self.view.keep() and not self.panel.dirty

    def record(self) -> dict[str, str]:
        """The document in sight."""
        if self.stack.currentWidget() is self.view and self.view.sheet is not None:
            return {"obj_id": self.view.sheet.document.id}
        found = self.table.current()
        return {"obj_id": found.key} if found else {}

    def commands(self) -> list[Command]:
        """What the palette offers."""
        words = "nieuw document procedure werkinstructie"
        return [Command(_("New document"), self.new, words, "Ctrl+N", "plus")] if self.frame.desk.may("documents.write") else []
