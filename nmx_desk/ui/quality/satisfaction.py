"""What clients think of the clinic: what the answers say together, every answer, the forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStackedWidget

from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.satisfaction import ASKED_AT_NAMES, SatisfactionAnswer, Summary
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import satisfaction
from nmx_desk.services.satisfaction import AnswerRow, Quarter, SatisfactionSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.import_rows import chosen_file
from nmx_desk.ui.kit.importing import ImportView
from nmx_desk.ui.kit.imports_made import ImportsMade
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Segments, holder, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.answer_import import answers_kind
from nmx_desk.ui.quality.answer_panels import AnswerPanel, EnterPanel
from nmx_desk.ui.quality.form_panel import FormsPanel
from nmx_desk.ui.quality.listed import ListedPart
from nmx_desk.ui.quality.trend import ScoreBars, TrendLine
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space

YEAR, THIS, LAST, ALL = "year", "this", "last", "all"
PICTURE, TABLE = "picture", "table"
BEGINNING = date(2000, 1, 1)
SEVERAL = "several"


def score_words(found: Summary) -> str:
    """The score with its sign; what it is without answers."""
    if found.nps is None:
        return _("n/a")
    return f"{found.nps:+.0f}".replace("-", "−") if round(found.nps) else "0"


class SatisfactionPart(ListedPart):
    """Numbers above, answers below."""

    key: ClassVar[str] = "satisfaction"
    icon: ClassVar[str] = "thumbs-up"
    manual: ClassVar[str] = "quality-satisfaction"
    rights: ClassVar[tuple[str, ...]] = ("satisfaction.enter", "registers.read")
    tables: ClassVar[frozenset[str]] = frozenset({"satisfaction_answer", "invitation"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: SatisfactionSheet | None = None
        self._may = frame.desk.may("satisfaction.enter")
        self._new: dict[str, Any] | None = None
        self._begins: Callable[..., None] = self.begin
        periods = ((YEAR, _("The last 12 months")), (THIS, _("This year")), (LAST, _("Last year")), (ALL, _("Everything")))
        self.period = ChoiceInput(periods, name=_("Period"))
        self.period.edited.connect(self.load)
        self.shape = Segments(_("Show as"), ((PICTURE, _("Picture")), (TABLE, _("Table"))))
        self.shape.picked.connect(lambda value: self.views.setCurrentIndex(value == TABLE))
        self.new_button = Button(_("Enter an answer"), self.begin, kind="primary", icon="plus", tip=_("Enter an answer (Ctrl+N)"))
        self.forms_button = Button(_("Forms …"), self.print_forms, icon="printer", tip=_("Print forms to be handed out"))
        self.views: QStackedWidget = self._overview()
        self.count = muted("", wrap=False)
        empty = EmptyState(_("No answers"), _("Hand out forms, and enter what comes back."), icon="thumbs-up")
        self.table: Table[AnswerRow] = Table(
            self._columns(), name="satisfaction", label=_("Answers"), settings=frame.user_settings, empty=empty
        )
        self.panel, self.answer, self.forms = EnterPanel(frame), AnswerPanel(frame), FormsPanel(frame)
        self.panel.kept.connect(self._kept)
        self.more = IconButton("ellipsis", _("More about answers"), self._menu, role="text")
        self.acts = (self.more, self.forms_button, self.new_button)
        self.made = ImportsMade(frame, ImportTarget.ANSWERS)
        head = row(self.period, self.shape, STRETCH, *self.acts)
        self.lay_out(
            (self.panel, self.answer, self.forms, self.made), head, self.views, self.count, self.table, spare=("moment", "words", "mark"),
            away=(self.views, *self.acts, self.shape),
        )  # fmt: skip
        self.importing: ImportView | None = None
        self.made.take_back.connect(lambda import_id: self.view().take_back(import_id))
        for button in self.acts:
            button.setVisible(self._may)
        self.table.on_delete(self._take_back)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Satisfaction")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Clients")

    def _overview(self) -> QStackedWidget:
        self.nps, self.nps_about = Label("", look="title"), muted("")
        self.mean, self.mean_about = Label("", look="title"), muted("")
        self.bars, self.trend = ScoreBars(_("Would recommend")), TrendLine(_("Mean mark by quarter"), low=1, high=10)
        left = Card(_("Would recommend us (NPS)"), row(self.nps, self.nps_about, STRETCH, space=Space.M), self.bars)
        right = Card(_("Mark"), row(self.mean, self.mean_about, STRETCH, space=Space.M), self.trend)
        pictures = row(left, right, space=Space.M)
        pictures.setStretch(0, 1)
        pictures.setStretch(1, 1)
        number = dates.number
        self.quarters: Table[Quarter] = Table([
            Column(key="quarter", title=_("Quarter"), text=_quarter, width=130, sort_key=lambda one: one.first),
            Column(key="n", title=_("Answers"), text=lambda one: str(one.summary.answers), align="right", width=100),
            Column(key="nps", title=_("NPS"), text=lambda one: score_words(one.summary), align="right", width=90),
            Column(key="of", title=_("Scored by"), text=lambda one: str(one.summary.recommending), align="right", width=100),
            Column(key="mean", title=_("Mean mark"), align="right", width=140,
                   text=lambda one: number(one.summary.mean, 1) if one.summary.mean is not None else _("n/a")),
        ], name="satisfaction_quarters", label=_("By quarter"), key=lambda one: one.first)  # fmt: skip
        views = QStackedWidget()
        views.addWidget(holder(pictures))
        views.addWidget(self.quarters)
        views.setFixedHeight(views.sizeHint().height())
        return views

    def _columns(self) -> list[Column[AnswerRow]]:
        def words(found: AnswerRow) -> str:
            return found.text or (_("Words of a client") if found.has_words and found.named else _("Words") if found.has_words else "")

        return [
            Column(key="day", title=_("Day"), text=lambda f: dates.short(f.answered_on), width=124, sort_key=lambda f: f.answered_on),
            Column(key="recommend", title=_("Recommends"), text=lambda f: _number(f.recommend), align="right", width=110,
                   sort_key=lambda f: f.recommend),
            Column(key="mark", title=_("Mark"), text=lambda f: _number(f.mark), align="right", width=72, sort_key=lambda f: f.mark),
            Column(key="words", title=_("In their own words"), text=words, tooltip=words,
                   icon=lambda f: "lock" if f.has_words and not f.opens else "",
                   role=lambda f: "text" if f.text else "muted"),
            Column(key="moment", title=_("Asked"), text=lambda f: _(ASKED_AT_NAMES[f.moment]), detail=lambda f: f.practitioner, width=180),
        ]  # fmt: skip

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def arrive(self, *, new: Any = False, record_id: str = "", **where: Any) -> None:
        """``new`` begins an answer or (``form``) a form, of a client perhaps (``client_id``, ``client``)."""
        self._new, self._begins = (where, self.print_forms if new == "form" else self.begin) if new else (None, self.begin)
        super().arrive(record_id=record_id)

    def days(self) -> tuple[date, date]:
        """First and last day of the period."""
        today = dates.today(self.frame.now())
        year = date(today.year, 1, 1)
        return {
            YEAR: (date.fromordinal(today.toordinal() - 364), today), THIS: (year, today), ALL: (BEGINNING, today),
            LAST: (year.replace(year=today.year - 1), date.fromordinal(year.toordinal() - 1)),
        }[self.period.value()]  # fmt: skip

    def load(self) -> None:
        """Ask for the answers of the period."""
        self.frame.runner.latest("satisfaction", satisfaction.open_satisfaction, *self.days(), then=self._show, owner=self)

    def _show(self, sheet: SatisfactionSheet) -> None:
        self.sheet, found = sheet, sheet.summary
        self.panel.know(sheet)
        self.forms.know(sheet)
        self.nps.setText(score_words(found))
        self.nps_about.setText(self._nps_about(sheet))
        self.mean.setText(dates.number(found.mean, 1) if found.mean is not None else _("n/a"))
        self.mean_about.setText(self._mean_about(sheet))
        self.bars.show_counts(found.scores)
        self.trend.show_points([(one.first, one.summary.mean) for one in sheet.quarters if one.summary.mean is not None])
        self.quarters.set_rows(list(reversed(sheet.quarters)))
        words = (ngettext("{n} answer", "{n} answers", len(sheet.rows)).format(n=len(sheet.rows)),
                 ngettext("{n} form is still out", "{n} forms are still out", sheet.waiting).format(n=sheet.waiting))  # fmt: skip
        self.count.setText(" · ".join(words if sheet.waiting else words[:1]))
        self.listed(sheet.rows)
        asked, self._new = self._new, None
        if asked is not None and self._may:
            self._begins(**asked)

    def _nps_about(self, sheet: SatisfactionSheet) -> str:
        found = sheet.summary
        parts = [ngettext("{n} score", "{n} scores", found.recommending).format(n=found.recommending)]
        if found.nps is not None and found.indicative:
            parts.append(_("indicative: fewer than 30"))
        if sheet.before.nps is not None:
            parts.append(_("was {value}").format(value=score_words(sheet.before)))
        return ", ".join(parts)

    def _mean_about(self, sheet: SatisfactionSheet) -> str:
        parts = [ngettext("{n} mark", "{n} marks", sheet.summary.marked).format(n=sheet.summary.marked)]
        if sheet.before.mean is not None:
            parts.append(_("was {value}").format(value=dates.number(sheet.before.mean, 1)))
        return ", ".join(parts)

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self, *, client_id: str = "", client: str = "") -> None:
        """Enter an answer."""
        if self._may and self.only(self.panel):
            self.panel.begin(client_id=client_id, client=client)

    def edit(self) -> None:
        """Look at the chosen answer."""
        found = self.table.current()
        if found is None:
            return
        if not found.opens:
            self.frame.toast(_("Only the manager and who entered this answer may read it."))
        elif self.only(None):
            self.frame.runner.latest("answer", satisfaction.open_answer, found.id, then=self.answer.open_view, owner=self)

    def _kept(self, made: SatisfactionAnswer) -> None:
        self.frame.toast(_("The answer is kept."), partial(self._back, made.id))
        self.load()

    def _back(self, answer_id: str) -> None:
        said = partial(self.frame.toast, _("The answer is taken back."))
        self.frame.runner.do(satisfaction.take_back_answer, answer_id, then=lambda _none: said(), owner=self)

    def _take_back(self) -> None:
        found = self.table.current()
        if found is not None and self._may:
            self._back(found.id)

    def print_forms(self, **about: str) -> None:
        """Make forms to hand out, or one for a client."""
        if self._may and self.only(self.forms):
            self.forms.begin(**about)

    # -- importing -------------------------------------------------------------------------------------------------------------------

    def view(self) -> ImportView:
        """The preview of an import in place of the list, made when it is first wanted."""
        if self.importing is None:
            made = self.importing = ImportView(self.frame, answers_kind())
            made.hide()
            made.closed.connect(self._import_over)
            made.imported.connect(lambda _result: self._import_over())
            made.undone.connect(self._import_over)
            box = self.layout()
            if box is not None:
                box.addWidget(made)
        return self.importing

    def choose_file(self) -> None:
        """Ask for a file of answers."""
        if self._may and self.only(None) and (path := chosen_file(self, _("Import answers"))):
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Show what importing a file would do."""
        view = self.view()
        if view.open_file(path):
            self.left.hide()
            view.show()
            view.table.setFocus()

    def _import_over(self) -> None:
        self.view().hide()
        self.left.show()
        self.load()
        if not self.made.isHidden():
            self.made.load()

    def show_imports(self) -> None:
        """The imports that were made, to take one back."""
        if self._may and self.only(self.made):
            self.made.open()

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("upload", "text"), _("Import …")).triggered.connect(lambda: self.choose_file())  # noqa: PLW0108
        menu.addAction(icon("history", "text"), _("Imports that were made")).triggered.connect(lambda: self.show_imports())  # noqa: PLW0108
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        if not self._may:
            return []
        return [
            Command(_("Enter an answer"), self.begin, shortcut="Ctrl+N", icon="plus"),
            Command(_("Print forms about satisfaction"), self.print_forms, icon="printer"),
            Command(_("Import answers"), self.choose_file, icon="upload"),
            Command(_("Imports of answers that were made"), self.show_imports, icon="history"),
        ]


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _quarter(one: Quarter) -> str:
    return _("{year}, quarter {n}").format(year=one.first.year, n=(one.first.month + 2) // 3)
