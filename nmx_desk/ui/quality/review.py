"""The management review: a chapter per input, decisions, the pack on paper, the signature (ISO 9001 9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from nmx_desk.domain.review_pack import CHAPTERS
from nmx_desk.domain.reviews import REVIEW_STATUS_NAMES, ManagementReview, ReviewStatus
from nmx_desk.i18n import _
from nmx_desk.services import review_prints, reviews
from nmx_desk.services.reviews import ReviewSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.quality.review_chapter import ChapterView
from nmx_desk.ui.quality.review_decisions import DecisionsView
from nmx_desk.ui.theme import Hue, icon
from nmx_desk.ui.theme.tokens import Space

DECISIONS = "decisions"
BADGES = {
    ReviewStatus.PREPARING: (Hue.NEUTRAL, "pencil"), ReviewStatus.HELD: (Hue.INFO, "users-round"), ReviewStatus.SIGNED: (Hue.OK, "lock"),
}  # fmt: skip


class ReviewPart(QualityPart):
    """One review in sight; another is chosen at the top."""

    key: ClassVar[str] = "review"
    icon: ClassVar[str] = "signature"
    manual: ClassVar[str] = "quality-review"
    tables: ClassVar[frozenset[str]] = frozenset({"management_review", "review_chapter", "review_decision", "task"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: ReviewSheet | None = None
        self._wanted, self._new = "", False
        self.choice = ChoiceInput(name=_("Review"))
        self.badge = StateBadge()
        self.count = muted("", wrap=False)
        self.more = IconButton("ellipsis", _("More about reviews"), self._menu, role="text")
        self.pack_button = Button(_("Show the pack"), self.show_pack, icon="printer", tip="Ctrl+P")
        self.step_button = Button("", self.step, kind="primary", icon="check")
        self.chapter = ChoiceInput(name=_("Chapter"))
        self.back_button = IconButton("chevron-left", _("The chapter before (Ctrl+PgUp)"), partial(self.turn, -1))
        self.next_button = IconButton("chevron-right", _("The next chapter (Ctrl+PgDown)"), partial(self.turn, 1))
        self.views: dict[str, ChapterView | DecisionsView] = {}
        may = frame.desk.may("quality.manage")
        empty = EmptyState(
            _("No review yet"), _("Begin the review of a year; it is filled from the registers."), icon="signature",
            action=_("New review") if may else "", run=self.begin if may else None,
        )  # fmt: skip
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        head = row(self.choice, self.badge, STRETCH, self.more, self.pack_button, self.step_button)
        self.bar = holder(row(self.back_button, self.chapter, self.next_button, self.count, STRETCH, space=Space.XS))
        whole = column(head, self.bar, self.stack, space=Space.M)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.choice.edited.connect(self._chosen)
        self.chapter.edited.connect(self._turned)
        self._offer()

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Management review")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Documents and review")

    def _view(self, code: str) -> ChapterView | DecisionsView:
        """The view of a chapter, made when it first comes into sight."""
        if code not in self.views:
            view = DecisionsView(self.frame) if code == DECISIONS else ChapterView(self.frame, code)
            view.saved.connect(self.load)
            self.views[code] = view
            self.stack.addWidget(view)
        return self.views[code]

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, record_id: str = "", new: bool = False, **_more: Any) -> None:
        """Show a review; ``new`` begins one."""
        self._wanted, self._new = record_id or self._wanted, new
        self.load()

    def list_in_sight(self) -> QWidget | None:
        """The choice of a review."""
        return self.choice

    def load(self) -> None:
        """Ask which reviews there are."""
        self.frame.runner.latest("reviews", reviews.list_reviews, then=self._listed, owner=self)

    def _listed(self, found: Sequence[ManagementReview]) -> None:
        self.choice.set_options([(one.id, f"{one.title}  ({one.number})") for one in found])
        self.choice.set_value(self._wanted or (self.sheet.review.id if self.sheet else None))
        if found:
            self._ask()
        else:
            self.sheet = None
            self._offer()
        if self._new:
            self._new = False
            self.begin()

    def _chosen(self) -> None:
        if self.keep():
            self._ask()
        elif self.sheet is not None:
            self.choice.set_value(self.sheet.review.id)
            self.frame.toast(_("Save your changes first, or undo them."))

    def _ask(self) -> None:
        self._wanted = self.choice.value()
        self.frame.runner.latest("review", reviews.open_review, self._wanted, then=self._show, owner=self)

    def _show(self, sheet: ReviewSheet) -> None:
        self.sheet = sheet
        concluded = {one.code for one in sheet.pack.chapters if one.conclusion}
        names = [
            (code, f"{place}. {_(title)}" + ("  ✓" if code in concluded else "")) for place, (code, title) in enumerate(CHAPTERS.items(), 1)
        ]
        self.chapter.set_options([*names, (DECISIONS, _("Decisions ({n})").format(n=len(sheet.decisions)))])
        self._fill()
        self._offer()

    def turn(self, by: int) -> None:
        """Another chapter."""
        place = self.chapter.currentIndex() + by
        if 0 <= place < self.chapter.count():
            self.chapter.setCurrentIndex(place)
            self._turned()

    def _turned(self) -> None:
        wanted = self.chapter.value()
        typed = next((name for name, view in self.views.items() if name != wanted and view.dirty), None)
        if typed is not None:
            self.frame.toast(_("Save your changes first, or undo them."))
            self.chapter.set_value(typed)
        self._fill()

    def _fill(self) -> None:
        if self.sheet is not None:
            view = self._view(self.chapter.value())
            view.show_sheet(self.sheet)
            self.stack.setCurrentWidget(view)
            self.back_button.setEnabled(self.chapter.currentIndex() > 0)
            self.next_button.setEnabled(self.chapter.currentIndex() < self.chapter.count() - 1)

    def _offer(self) -> None:
        sheet, may = self.sheet, self.frame.desk.may("quality.manage")
        if sheet is None:
            self.stack.setCurrentIndex(0)
        for widget in (self.choice, self.badge, self.bar, self.pack_button):
            widget.setVisible(sheet is not None)
        self.more.setVisible(may and sheet is not None)
        is_open = sheet is not None and sheet.is_open
        self.step_button.setVisible(may and is_open)
        if sheet is None:
            return
        hue, sign = BADGES[sheet.review.status]
        self.badge.set(Badge(_(REVIEW_STATUS_NAMES[sheet.review.status]), hue, sign))
        done = sum(bool(one.conclusion) for one in sheet.pack.chapters)
        self.count.setText(_("{n} of {all} concluded").format(n=done, all=len(sheet.pack.chapters)))
        self.step_button.setText(_("Sign …") if sheet.review.status is ReviewStatus.HELD else _("It was held …"))

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not any(view.dirty for view in self.views.values())

    def record(self) -> dict[str, str]:
        """The review in sight."""
        return {"obj_id": self.sheet.review.id} if self.sheet else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [
            Command(_("New review"), self.begin, "nieuwe directiebeoordeling new", "Ctrl+N", "plus"),
            Command(_("Show the pack"), self.show_pack, "afdrukken dossier print directiebeoordeling", "Ctrl+P", "printer"),
            Command(_("Save this chapter"), self.save, "opslaan save", "Ctrl+Return", "save"),
            Command(_("The next chapter (Ctrl+PgDown)"), partial(self.turn, 1), "volgende hoofdstuk next", "Ctrl+PgDown", "chevron-right"),
            Command(_("The chapter before (Ctrl+PgUp)"), partial(self.turn, -1), "vorige hoofdstuk previous", "Ctrl+PgUp", "chevron-left"),
        ]

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what is typed in the chapter in sight."""
        view = self.views.get(self.chapter.value())
        if isinstance(view, ChapterView):
            view.save()

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.sheet is not None and self.sheet.is_open:
            menu.addAction(icon("pencil", "text"), _("Day, period and who were there …")).triggered.connect(lambda: self.edit())  # noqa: PLW0108
        menu.addAction(icon("plus", "text"), _("New review")).triggered.connect(lambda: self.begin())  # noqa: PLW0108 (the bare one gets a state)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def begin(self) -> None:
        """Begin the review of last year, or of the days one says."""
        if not self.frame.desk.may("quality.manage") or not self.keep():
            return
        year = dates.today(self.frame.now()).year - 1
        fields = [Field(name="first", label=_("First day"), kind="date", required=True),
                  Field(name="last", label=_("Last day"), kind="date", required=True)]  # fmt: skip
        told = ask_values(
            self, _("New review"), _("Of which period? It is filled from the registers and figures of those days."), fields,
            yes=_("Begin"), values={"first": date(year, 1, 1), "last": date(year, 12, 31)},
        )  # fmt: skip
        if told is not None:
            self.frame.runner.do(reviews.begin_review, told["first"], told["last"], then=self._begun, owner=self)

    def _begun(self, sheet: ReviewSheet) -> None:
        self._wanted = sheet.review.id
        self.load()

    def edit(self) -> None:
        """Title, period, on which day it was held and with whom."""
        if self.sheet is None:
            return
        review = self.sheet.review
        fields = [
            Field(name="title", label=_("Title"), required=True, max_length=reviews.LONGEST_TITLE),
            Field(name="first_on", label=_("First day"), kind="date", required=True),
            Field(name="last_on", label=_("Last day"), kind="date", required=True),
            Field(name="held_on", label=_("Held on"), kind="date", past=True),
            Field(name="attendees", label=_("Who were there"), kind="multiline", lines=3),
        ]
        told = ask_values(self, review.title, "", fields, yes=_("Save"), values={
            "title": review.title, "first_on": review.first_on, "last_on": review.last_on, "held_on": review.held_on,
            "attendees": review.attendees,
        })  # fmt: skip
        if told is not None:
            wanted = replace(
                review, title=told["title"], first_on=told["first_on"], last_on=told["last_on"], held_on=told["held_on"],
                attendees=told["attendees"] or "",
            )  # fmt: skip
            self.frame.runner.do(reviews.save_review, wanted, then=lambda _kept: self.load(), owner=self)

    def step(self) -> None:
        """Held, then signed."""
        if self.sheet is None or not self.keep():
            self.frame.toast(_("Save your changes first, or undo them."))
            return
        review = self.sheet.review
        if review.status is ReviewStatus.PREPARING:
            self.hold(review)
        elif ask(self, _("Sign this review?"), _("The pack is frozen as it is now, and each decision becomes a task."), yes=_("Sign")):
            self.frame.runner.do(reviews.sign_review, review.id, then=self._signed, owner=self)

    def hold(self, review: ManagementReview) -> None:
        """It was held: on which day and with whom, unless that is known; with a way back."""
        wanted = review
        if review.held_on is None or not review.attendees:
            fields = [Field(name="held_on", label=_("Held on"), kind="date", past=True, required=True),
                      Field(name="attendees", label=_("Who were there"), kind="multiline", lines=3, required=True)]  # fmt: skip
            values = {"held_on": review.held_on or dates.today(self.frame.now()), "attendees": review.attendees}
            told = ask_values(self, _("The review was held"), review.title, fields, yes=_("It was held"), values=values)
            if told is None:
                return
            wanted = replace(review, held_on=told["held_on"], attendees=told["attendees"])
        undo = partial(self.frame.runner.do, reviews.prepare_again, review.id, then=lambda _again: self.load(), owner=self)

        def hold(_kept: object = None) -> None:
            self.frame.runner.do(reviews.hold_review, review.id, then=lambda _held: self._held(undo), owner=self)

        if wanted is review:
            hold()
        else:
            self.frame.runner.do(reviews.save_review, wanted, then=hold, owner=self)

    def _held(self, undo: Any) -> None:
        self.frame.toast(_("The review was held."), undo)
        self.load()

    def _signed(self, sheet: ReviewSheet) -> None:
        self.frame.toast(_("The review is signed; its decisions are tasks now."))
        self._show(sheet)
        self.load()

    def show_pack(self) -> None:
        """The pack as it is printed."""
        if self.sheet is not None:
            review = self.sheet.review

            def made(data: bytes) -> None:
                show_paper(self.frame, self, review.title, data, f"{review.title}.pdf")

            self.frame.runner.do(review_prints.print_review, review.id, then=made, owner=self)
